"""A recording built from events: curves that show exactly what the events say, for tests of the measures."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from facialis.measures.severity import severity
from facialis.settings import MeasureSettings
from facialis.types import (
    BoolArray,
    Context,
    Event,
    EventKind,
    EventSide,
    FloatArray,
    Measure,
    Quality,
    RecordingSide,
    Region,
    Side,
    SideVerdict,
    Signals,
)

PERCENT = "% of inter-ocular distance"
COLUMNS = ("closure", "brow", "cheek", "mouth_lateral", "mouth_vertical", "nose", "chin")
INTEROCULAR_PX, IRIS_PX = 117.0, 15.6
MM_PER_PERCENT = INTEROCULAR_PX / IRIS_PX * 11.7 / 100


def event(
    kind: EventKind,
    onset_s: float,
    duration_s: float,
    side: EventSide = "left",
    *,
    size: float = 0.5,
    excess: Mapping[Region, float] | None = None,
    onsets: Mapping[Region, float] | None = None,
    context: Context = "rest",
) -> Event:
    """One event that peaks in its middle and moves the eye unless `excess` says otherwise."""
    moved: dict[Region, float] = {"eye": size} if excess is None else dict(excess)
    return Event(
        kind,
        side,
        onset_s,
        onset_s + duration_s,
        onset_s + duration_s / 2,
        size,
        0.9,
        "made up",
        tuple(moved),
        moved,
        dict.fromkeys(moved, onset_s) if onsets is None else dict(onsets),
        context,
    )


def spasm(onset_s: float, duration_s: float, side: Side = "left", **more: object) -> tuple[Event, Event]:
    """An episode that holds one contraction: a twitch below 1 s, else a tonic one."""
    kind: EventKind = "tonic" if duration_s >= 1 else "twitch"
    return (
        event("episode", onset_s, duration_s, side, **more),  # type: ignore[arg-type]
        event(kind, onset_s, duration_s, side, **more),  # type: ignore[arg-type]
    )


def spasms(
    onsets_s: Sequence[float] | FloatArray, duration_s: float, side: Side = "left", **more: object
) -> tuple[Event, ...]:
    """Several spasms of one length."""
    return tuple(e for onset in onsets_s for e in spasm(float(onset), duration_s, side, **more))


def time_of(seconds: float, rate: float) -> FloatArray:
    return np.arange(round(seconds * rate)) / rate


def signals_of(time: FloatArray, events: Sequence[Event] = (), usable: BoolArray | None = None) -> Signals:
    """Curves in which each contraction and blink is a square pulse of the size of its excess."""
    columns: dict[str, FloatArray] = {
        f"{side}_{name}": np.zeros(time.size) for side in ("left", "right") for name in COLUMNS
    }
    for each in events:
        if each.kind == "episode":
            continue
        inside = (time >= each.onset_s) & (time < each.offset_s)
        for side in ("left", "right") if each.side == "both" else (each.side,):
            for region, value in each.excess.items():
                name = {"eye": "closure", "mouth": "mouth_lateral"}.get(region, region)
                curve = columns[f"{side}_{name}"]
                # A blink within a spasm: the lid is as far down as the deeper of both.
                deeper = np.abs(curve[inside]) > abs(value)
                curve[inside] = np.where(deeper, curve[inside], value)
    columns["yaw_deg"] = np.zeros(time.size)
    columns["interocular_px"] = np.full(time.size, INTEROCULAR_PX)
    columns["iris_px"] = np.full(time.size, IRIS_PX)
    seen = np.ones(time.size, dtype=bool) if usable is None else usable
    units = {name: "1" if name.endswith("closure") else PERCENT for name in columns}
    return Signals(time, columns, units, {"left": seen, "right": seen.copy()})


def quality_of(signals: Signals, rate: float) -> Quality:
    seconds: dict[EventSide, float] = {
        side: float(mask.sum() / rate) for side, mask in signals.usable.items()
    }
    seconds["both"] = float((signals.usable["left"] & signals.usable["right"]).sum() / rate)
    recorded = signals.time_s.size / rate
    return Quality(recorded, seconds, (), rate, INTEROCULAR_PX)


class Measured:
    """The measures of a made-up recording; call it with a name, and a side where several have it."""

    def __init__(
        self,
        events: Sequence[Event] = (),
        *,
        side: RecordingSide = "left",
        seconds: float = 60.0,
        rate: float = 30.0,
        usable: BoolArray | None = None,
        activated: BoolArray | None = None,
        settings: MeasureSettings | None = None,
        alter: Callable[[dict[str, FloatArray], FloatArray], None] | None = None,
    ) -> None:
        time = time_of(seconds, rate)
        signals = signals_of(time, events, usable)
        if alter is not None:
            columns = dict(signals.columns)
            alter(columns, time)
            signals = Signals(time, columns, signals.units, signals.usable)
        moving = np.zeros(time.size, dtype=bool) if activated is None else activated
        verdict = SideVerdict(side, 0.9, "made up")
        self.measures = severity(
            signals,
            quality_of(signals, rate),
            tuple(events),
            verdict,
            settings or MeasureSettings(),
            moving,
        )

    def __call__(self, name: str, side: EventSide | None = None) -> Measure:
        found = [m for m in self.measures if m.name == name and (side is None or m.side == side)]
        assert len(found) == 1, f"{name} of {side}: {len(found)} measures"
        return found[0]

    def value(self, name: str, side: EventSide | None = None) -> float:
        value = self(name, side).value
        assert value is not None, self(name, side).reason
        return value
