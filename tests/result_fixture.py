"""A realistic made-up result: spasms of one side, blinks of both, noise, excluded stretches."""

from dataclasses import replace

import numpy as np

from facialis.types import (
    Context,
    Event,
    EventKind,
    Exclusion,
    FloatArray,
    Measure,
    Model,
    Quality,
    Recording,
    RecordingSide,
    Result,
    Side,
    SideVerdict,
    Signals,
)

REGION_GAIN = {
    "closure": 0.7,
    "mouth_lateral": 8.0,
    "mouth_vertical": 3.0,
    "brow": 2.0,
    "cheek": 4.0,
    "nose": 1.5,
    "chin": 1.0,
}
PERCENT = "% of inter-ocular distance"


def bump(time: FloatArray, centre: FloatArray, half_s: FloatArray, size: FloatArray) -> FloatArray:
    """Sum of raised-cosine bumps, each touching only its own samples."""
    curve = np.zeros(len(time))
    for c, h, s in zip(centre, half_s, size, strict=True):
        first, last = np.searchsorted(time, (c - h, c + h))
        curve[first:last] += s * 0.5 * (1 + np.cos(np.pi * (time[first:last] - c) / h))
    return curve


def make_signals(
    duration_s: float, rate: float, side: Side, events: tuple[Event, ...], rng: np.random.Generator
) -> Signals:
    time = np.arange(round(duration_s * rate)) / rate
    spasms = [e for e in events if e.kind in ("twitch", "tonic")]
    blinks = [e for e in events if e.kind == "blink"]

    def sum_of(chosen: list[Event], gain: float) -> FloatArray:
        return bump(
            time,
            np.array([e.peak_s for e in chosen]),
            np.array([max(e.duration_s, 0.05) / 2 for e in chosen]),
            np.array([gain * e.intensity for e in chosen]),
        )

    columns: dict[str, FloatArray] = {}
    units: dict[str, str] = {}
    for each in ("left", "right"):
        for name, gain in REGION_GAIN.items():
            curve = rng.normal(0, 0.015 * gain, len(time))
            if each == side:
                curve += sum_of(spasms, gain / 0.7)
            if name == "closure":
                curve += sum_of(blinks, 1.0)
            columns[f"{each}_{name}"] = curve
            units[f"{each}_{name}"] = "1" if name == "closure" else PERCENT
    for name, unit in (
        ("yaw_deg", "degree"),
        ("pitch_deg", "degree"),
        ("roll_deg", "degree"),
        ("interocular_px", "px"),
        ("iris_px", "px"),
        ("left_presence", "logit"),
        ("right_presence", "logit"),
    ):
        columns[name] = rng.normal(120 if unit == "px" else 0, 1, len(time))
        units[name] = unit
    usable = np.ones(len(time), dtype=bool)
    usable[(time > 20) & (time < 22.5)] = False
    for name in columns:
        columns[name] = np.where((time > 20) & (time < 21), np.nan, columns[name])
    return Signals(time, columns, units, {"left": usable, "right": usable.copy()})


def make_events(duration_s: float, side: Side, rng: np.random.Generator) -> tuple[Event, ...]:
    found: list[Event] = []
    start = 2.0
    while start < duration_s - 6:
        tonic = rng.random() < 0.3
        length = 1.8 if tonic else 0.3
        size = float(rng.uniform(0.2, 0.9))
        regions = ("eye", "mouth") if size > 0.5 else ("eye",)
        excess = {"eye": size, "mouth": 8 * size} if size > 0.5 else {"eye": size}
        onsets = {"eye": start, "mouth": start + 0.02} if size > 0.5 else {"eye": start}
        end, peak = start + length, start + length / 2
        kind: EventKind = "tonic" if tonic else "twitch"
        why = f"the {side} side contracts while the other stays still"
        context: Context = "rest" if size > 0.4 else "activated"
        more = (regions, excess, onsets, context)
        found.append(Event(kind, side, start, end, peak, size, 0.93, why, *more))
        found.append(Event("episode", side, start, end, peak, size, 0.95, f"1 {kind}", *more))
        found.append(
            Event("blink", "both", start + 3, start + 3.2, start + 3.1, 0.9, 0.99, "both lids close together")
        )
        start += float(rng.uniform(4.5, 6))
    return tuple(sorted(found, key=lambda e: e.onset_s))


def make_measures(side: Side, seconds: float, n: int) -> tuple[Measure, ...]:
    rate = 60 * n / seconds
    exact, bootstrap, wilson = "exact Poisson interval", "bootstrap over episodes", "Wilson interval"
    rows: list[tuple[str, str, float, float, float, str, str]] = [
        ("episode_rate", "Spasm episodes", rate, rate * 0.6, rate * 1.5, "1/min", exact),
        ("episode_rate_rest", "Spasm episodes at rest", rate * 0.8, rate * 0.5, rate, "1/min", exact),
        ("spasm_share", "Share of the time in spasm", 7.25, 4.1, 11.0, "%", bootstrap),
        ("tonic_time_share", "Share of the time in tonic spasms", 2.0, 0.4, 5.1, "%", bootstrap),
        ("twitch_rate", "Twitches", 9.1, 5.0, 15.0, "1/min", exact),
        (
            "intensity_mean",
            "Strength of the spasms, mean",
            52.0,
            40.0,
            63.0,
            "% of full contraction",
            bootstrap,
        ),
        ("mouth_intensity_mean", "Mean strength, mouth corner", 5.1, 3.0, 6.3, PERCENT, bootstrap),
        ("spread_share", "Episodes that spread beyond the eye", 48.0, 20.0, 70.0, "%", wilson),
        ("resting_asymmetry", "Resting asymmetry of the eyes", 0.031, 0.02, 0.04, "1", bootstrap),
        ("other_babinski_share", "Episodes with the other Babinski sign", 0.0, 0.0, 22.0, "%", wilson),
        ("blink_rate", "Blinks", 11.0, 6.0, 18.0, "1/min", exact),
    ]
    measures = [
        Measure(name, label, None if name == "blink_rate" else side, *numbers, unit, n, seconds, how)
        for name, label, *numbers, unit, how in rows
    ]
    why = "fewer than 5 episodes moved both"
    measures += [
        Measure(
            "eye_mouth_delay", "Delay from eye to mouth", side, None, None, None, "ms", 3, seconds, reason=why
        ),
        Measure("smc_grade_proxy", "SMC grade, proxy", side, 2.0, None, None, "grade", n, seconds),
    ]
    return tuple(measures)


def make_result(
    duration_s: float = 60.0,
    rate: float = 30.0,
    side: Side = "left",
    *,
    verdict: RecordingSide | None = None,
    name: str = "clip.mp4",
    simulated: bool = True,
    packaged: bool = True,
    seed: int = 1,
) -> Result:
    """Return a made-up result of `duration_s` seconds at `rate` frames/s with spasms on `side`."""
    rng = np.random.default_rng(seed)
    events = make_events(duration_s, side, rng)
    n = sum(e.kind == "episode" for e in events)
    observed = max(duration_s - 2.5, 0.0)
    quality = Quality(
        duration_s,
        {"left": observed, "right": observed, "both": observed},
        (Exclusion(20.0, 21.0, "no face"), Exclusion(21.0, 22.5, "a hand over the mouth", "left")),
        rate,
        120.4,
        ("The light changed at 0:31.",),
    )
    recording = Recording(
        name,
        "ab" * 32,
        duration_s,
        round(duration_s * rate),
        1280,
        720,
        rate,
        codec="h264",
        simulated=simulated,
    )
    return Result(
        "0.1.0",
        "0123456789abcdef",
        Model("cd" * 32, packaged),
        recording,
        make_signals(duration_s, rate, side, events, rng),
        quality,
        events,
        SideVerdict(verdict or side, 0.97, f"{n} episodes of the {side} side, none of the other"),
        make_measures(side, max(observed, 1.0), n),
    )


def make_empty_result() -> Result:
    """Return what a recording without a face gives: no frames read, no events, nothing measurable."""
    base = make_result(duration_s=5.0)
    nothing = np.full(len(base.signals.time_s), np.nan)
    none = np.zeros(len(base.signals.time_s), dtype=bool)
    why = "no face was found"
    return replace(
        base,
        signals=replace(
            base.signals,
            columns=dict.fromkeys(base.signals.columns, nothing),
            usable={"left": none, "right": none},
        ),
        events=(),
        quality=Quality(
            5.0, {"left": 0.0, "right": 0.0, "both": 0.0}, (Exclusion(0.0, 5.0, why),), 30.0, float("nan")
        ),
        verdict=SideVerdict("undetermined", 0.0, why),
        measures=tuple(
            replace(m, value=None, low=None, high=None, n=0, seconds_observed=0.0, reason=why)
            for m in base.measures
        ),
    )
