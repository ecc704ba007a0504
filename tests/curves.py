"""Signals made from simulated performances, without any video: what a face that does this would give.

Excursions at full activation are those of the rendered head and of people: mouth corner 12 %, brow 8 %, cheek
6 %, nose wing and chin 3 % of the inter-ocular distance. On top lie noise, natural asymmetry, slow drift and
the head's turning, all of them different on the two sides as on a real face.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from facialis.events.detect import detect
from facialis.settings import Settings
from facialis.signals.runs import frame_seconds
from facialis.simulate.performance import Contraction, Muscle, Performance, TrueKind, perform, sample
from facialis.simulate.schedule import blinks, combine, hemifacial_spasm, smiles, talking
from facialis.types import (
    SIDES,
    BoolArray,
    Event,
    EventKind,
    EventSide,
    FloatArray,
    Quality,
    Side,
    SideVerdict,
    Signals,
)

OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}
SIDED = (
    "closure",
    "brow",
    "cheek",
    "mouth_lateral",
    "mouth_vertical",
    "nose",
    "chin",
    "lid_shift",
    "brow_shift",
    "cheek_shift",
    "mouth_shift",
    "nose_shift",
    "chin_shift",
    "aperture",
    "mouth_height",
    "presence",
)
DIAGONAL = 2**-0.5
APERTURE = 12.0
"""Height of the open lids in % of the inter-ocular distance."""


@dataclass(frozen=True)
class Camera:
    """How a performance becomes signals; closure as 1, everything else in % of the inter-ocular distance."""

    frames_per_s: float = 30.0
    jitter: float = 0.0
    """Standard deviation of the frame interval as a share of it."""
    closure_noise: float = 0.012
    excursion_noise: float = 0.15
    shift_noise: float = 0.06
    shared_noise: float = 0.7
    """Correlation of the two sides' noise, 0.5 to 0.9 in real clips: both are read in one crop."""
    drift: float = 0.02
    """Slow wander of the left eye's closure against the right's; the lower face's in % is ten times this."""
    asymmetry: float = 0.03
    """How much further the left eye is closed at rest; the lower face in % is ten times this."""
    yaw_deg: float = 3.0
    """Slow turning of the head; each degree closes the left eye by 0.002 more than the right."""
    seed: int = 0


def frame_times(duration_s: float, camera: Camera) -> FloatArray:
    rng = np.random.default_rng([camera.seed, 1])
    n = int(duration_s * camera.frames_per_s)
    steps = np.clip(1 + camera.jitter * rng.standard_normal(n - 1), 0.4, 1.9) / camera.frames_per_s
    return np.concatenate([[0.0], np.cumsum(steps)])


def signals_of(performance: Performance, camera: Camera | None = None) -> Signals:
    """What the whole chain up to `curves` would return for a face that performs this."""
    camera = camera or Camera()
    time_s = frame_times(performance.duration_s, camera)
    rng = np.random.default_rng([camera.seed, 2])
    activation = sample(performance, time_s)
    yaw = camera.yaw_deg * _wander(rng, time_s)
    columns: dict[str, FloatArray] = {
        "yaw_deg": yaw,
        "pitch_deg": 0.5 * camera.yaw_deg * _wander(rng, time_s),
        "roll_deg": 0.3 * camera.yaw_deg * _wander(rng, time_s),
        "gaze_left": 3 * _wander(rng, time_s),
        "gaze_up": 2 * _wander(rng, time_s),
        "interocular_px": np.full(time_s.shape, 200.0),
        "iris_px": np.full(time_s.shape, 26.0),
    }
    uneven = {
        "left": camera.asymmetry + camera.drift * _wander(rng, time_s) + 0.002 * yaw,
        "right": np.zeros(time_s.shape),
    }
    shared: dict[str, FloatArray] = {}

    def noise(name: str, sd: float) -> FloatArray:
        own, common = rng.standard_normal((2, time_s.size))
        common = shared.setdefault(name, common)
        mixed: FloatArray = np.sqrt(1 - camera.shared_noise) * own + np.sqrt(camera.shared_noise) * common
        return sd * mixed

    for side in SIDES:
        excursions = _excursions({m: curve for (s, m), curve in activation.items() if s == side})
        closure = excursions.pop("closure")
        columns[f"{side}_lid_shift"] = _recent_change(time_s, closure)
        columns[f"{side}_lid_shift"] += noise("shift", camera.shift_noise)
        columns[f"{side}_closure"] = closure + uneven[side]
        columns[f"{side}_closure"] += noise("closure", camera.closure_noise)
        for region in ("brow", "cheek", "mouth", "nose", "chin"):
            height = excursions["mouth_vertical" if region == "mouth" else region]
            columns[f"{side}_{region}_shift"] = _against_recent(time_s, height)
            columns[f"{side}_{region}_shift"] += noise(f"{region} shift", camera.shift_noise)
        for name, curve in excursions.items():
            columns[f"{side}_{name}"] = curve + noise(name, camera.excursion_noise) + 10 * uneven[side]
        columns[f"{side}_aperture"] = APERTURE * (1 - columns[f"{side}_closure"])
        columns[f"{side}_mouth_height"] = columns[f"{side}_mouth_vertical"] - 40
        columns[f"{side}_presence"] = np.full(time_s.shape, 20.0)
    usable = {side: np.ones(time_s.shape, dtype=bool) for side in SIDES}
    return Signals(time_s, columns, dict.fromkeys(columns, "1"), usable)


def detected(signals: Signals, settings: Settings | None = None) -> tuple[tuple[Event, ...], SideVerdict]:
    """Events and side of these signals, with the observed seconds that belong to them."""
    return detect(signals, quality_of(signals), settings or Settings())


def quality_of(signals: Signals) -> Quality:
    seconds = frame_seconds(signals.time_s, 0.05)
    usable = {**signals.usable, "both": signals.usable["left"] & signals.usable["right"]}
    return Quality(
        seconds_recorded=float(frame_seconds(signals.time_s, 1.0).sum()),
        seconds_observed={side: float(seconds[mask].sum()) for side, mask in usable.items()},
        exclusions=(),
        frames_per_s=float(1 / np.median(np.diff(signals.time_s))),
        interocular_px=200.0,
    )


def of_kind(events: tuple[Event, ...], *kinds: EventKind) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def mirrored(signals: Signals) -> Signals:
    """The same face in a mirror: the sides swap, turns and tilts to a side change their sign."""
    columns = {f"{side}_{name}": signals.columns[f"{OTHER[side]}_{name}"] for side in SIDES for name in SIDED}
    rest = {name: curve for name, curve in signals.columns.items() if name not in columns}
    for name in ("yaw_deg", "roll_deg", "gaze_left"):
        rest[name] = -rest[name]
    usable = {side: signals.usable[OTHER[side]] for side in SIDES}
    return replace(signals, columns={**columns, **rest}, usable=usable)


def with_unusable(signals: Signals, hidden: BoolArray, *sides: Side) -> Signals:
    """These frames (n,) of these sides cannot be read: nothing stands there but NaN."""
    columns = dict(signals.columns)
    for side in sides:
        for name in SIDED:
            columns[f"{side}_{name}"] = np.where(hidden, np.nan, columns[f"{side}_{name}"])
    usable = {s: signals.usable[s] & ~hidden if s in sides else signals.usable[s] for s in SIDES}
    return replace(signals, columns=columns, usable=usable)


def shifted(signals: Signals, side: Side, name: str, by: float | FloatArray) -> Signals:
    """One side's curve, moved by a constant or a curve (n,)."""
    column = f"{side}_{name}"
    return replace(signals, columns={**signals.columns, column: signals.columns[column] + by})


def pulse(time_s: FloatArray, onset_s: float, rise_s: float, hold_s: float, fall_s: float) -> FloatArray:
    """A movement of height 1 without corners."""
    knots = np.cumsum([onset_s, rise_s, hold_s, fall_s])
    ramp = np.interp(time_s, knots, [0.0, 1.0, 1.0, 0.0])
    return ramp * ramp * (3 - 2 * ramp)


def _excursions(muscles: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    smile, purse, jaw = muscles["zygomaticus"], muscles["orbicularis_oris"], muscles["jaw"]
    return {
        "closure": muscles["orbicularis_oculi"],
        "brow": 8 * muscles["frontalis"] - 5 * muscles["corrugator"],
        "cheek": 6 * smile,
        "mouth_lateral": 12 * DIAGONAL * smile + 3 * purse - jaw,
        "mouth_vertical": 12 * DIAGONAL * smile + purse - 3 * jaw,
        "nose": 3 * muscles["levator"],
        "chin": 3 * muscles["mentalis"] - 8 * jaw,
    }


def _recent_change(time_s: FloatArray, closure: FloatArray) -> FloatArray:
    """What the lids' shift in the picture tells: change from the last second, large ones under-read."""
    shift: FloatArray = 3 * np.tanh(2 * _against_recent(time_s, closure))
    return shift


def _against_recent(time_s: FloatArray, curve: FloatArray) -> FloatArray:
    """A curve (n,) against its own last second; NaN where there is none yet."""
    recent, change = float(curve[0]), np.full(curve.shape, np.nan)
    for i in range(1, curve.size):
        change[i] = curve[i] - recent
        recent += (1 - np.exp(-(time_s[i] - time_s[i - 1]) / 0.8)) * change[i]
    return change


def _wander(rng: np.random.Generator, time_s: FloatArray) -> FloatArray:
    """Slow drift of standard deviation about 1, over 10 s and more."""
    rates, phases = rng.uniform(0.02, 0.1, 4), rng.uniform(0, 2 * np.pi, 4)
    waves: FloatArray = np.sin(2 * np.pi * rates * time_s[:, None] + phases).sum(axis=1)
    return waves / 2**0.5


def contraction(
    kind: TrueKind,
    onset_s: float,
    gains: Mapping[Muscle, float],
    *,
    side: EventSide = "left",
    rise_s: float = 0.06,
    hold_s: float = 0.04,
    fall_s: float = 0.12,
    uneven: float = 0.0,
    lag_s: float = 0.0,
) -> Contraction:
    """One movement of one side, or of both, the right then being weaker by `uneven` and later by `lag_s`."""
    share = {"left": (1.0, 0.0), "right": (1.0 - uneven, lag_s)} if side == "both" else {side: (1.0, 0.0)}
    return Contraction(
        kind,
        side,
        onset_s,
        rise_s + hold_s + fall_s,
        lambda t: pulse(t, 0.0, rise_s, hold_s, fall_s),
        {(s, m): (gain * k, lag) for s, (k, lag) in share.items() for m, gain in gains.items()},  # type: ignore[misc]
    )


def twitch(
    onset_s: float, size: float = 0.5, *, side: Side = "left", spread: bool = True, length_s: float = 0.22
) -> Contraction:
    """A twitch of the eye, with the brow going up and the mouth corner out where it spreads."""
    others: dict[Muscle, float] = {"frontalis": 0.7 * size, "zygomaticus": 0.8 * size} if spread else {}
    hold_s = max(length_s - 0.18, 0.0)
    return contraction("twitch", onset_s, {"orbicularis_oculi": size, **others}, side=side, hold_s=hold_s)


def blink(onset_s: float, depth: float = 0.95, *, uneven: float = 0.0, lag_s: float = 0.0) -> Contraction:
    return contraction(
        "blink",
        onset_s,
        {"orbicularis_oculi": depth},
        side="both",
        rise_s=0.07,
        hold_s=0.01,
        fall_s=0.15,
        uneven=uneven,
        lag_s=lag_s,
    )


def acting(duration_s: float, *contractions: Contraction) -> Performance:
    """A face that does these things and nothing else."""
    return perform(contractions, duration_s, "none")


def healthy(seed: int, duration_s: float = 60.0) -> Performance:
    """Blinks of which one lid follows less far and later, uneven smiles, talking."""
    return combine(
        blinks(duration_s=duration_s, seed=seed),
        smiles(duration_s=duration_s, seed=seed),
        talking(duration_s=duration_s, seed=seed, phrases_per_min=8),
    )


def ill(side: Side, seed: int, duration_s: float = 60.0, episodes_per_min: float = 12.0) -> Performance:
    """Spasms of one side, with blinks."""
    spasms = hemifacial_spasm(side, episodes_per_min=episodes_per_min, duration_s=duration_s, seed=seed)
    return combine(spasms, blinks(duration_s=duration_s, seed=seed))
