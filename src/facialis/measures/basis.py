"""What every measure rests on: the observed seconds, the events, and the wording of a missing number."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from facialis.measures.intervals import NO_INTERVAL, Blocks, Interval, draw_blocks
from facialis.settings import MeasureSettings
from facialis.signals.face import mm_per_percent
from facialis.signals.runs import frame_seconds
from facialis.types import (
    BoolArray,
    Context,
    Event,
    EventKind,
    EventSide,
    FloatArray,
    Measure,
    Quality,
    Side,
    Signals,
)

LONGEST_FRAME_S = 0.1
MEDIAN_INTERVAL = "exact interval from the order of the values"
POISSON_INTERVAL = "exact Poisson interval (Garwood)"
BURST_INTERVAL = "Poisson interval, widened because the events come in bursts"
WILSON_INTERVAL = "Wilson interval"
BLOCK_INTERVAL = "bootstrap over blocks of time"
NO_SCALE = "no iris was seen to take the scale from"


@dataclass(frozen=True)
class Basis:
    """One recording as the measures see it. `activated` (n,): frames in or just after a movement."""

    signals: Signals
    quality: Quality
    events: tuple[Event, ...]
    activated: BoolArray
    settings: MeasureSettings

    @cached_property
    def observed(self) -> BoolArray:
        """Frames (n,) in which both sides can be measured: an excess of one side needs the other."""
        return self.signals.usable["left"] & self.signals.usable["right"]

    @cached_property
    def frame_s(self) -> FloatArray:
        """Seconds (n,) that each frame counts; 0 where unobserved. Their sum is the quality's."""
        stands = np.where(self.observed, frame_seconds(self.signals.time_s, LONGEST_FRAME_S), 0.0)
        total = float(stands.sum())
        scaled: FloatArray = stands * (self.seconds() / total) if total > 0 else stands
        return scaled

    @cached_property
    def blocks(self) -> Blocks | None:
        """Resamples of the observed frames."""
        settings = self.settings
        return draw_blocks(
            self.frame_s[self.observed], settings.block_s, int(settings.n_resamples), int(settings.seed)
        )

    @cached_property
    def mm_per_percent(self) -> float:
        """Millimetres in 1 % of the inter-ocular distance; NaN where no iris was seen."""
        known = {"interocular_px", "iris_px"} <= self.signals.columns.keys()
        return mm_per_percent(self.signals) if known else float("nan")

    @cached_property
    def quiet(self) -> BoolArray:
        """Observed frames (n,) between all events, away from their edges, and without a movement."""
        return self.observed & ~self.activated & ~self.inside(self.events, self.settings.rest_margin_s)

    def seconds(self, context: Context | None = None) -> float:
        """Seconds observed on both sides, altogether or in one context."""
        if context is None:
            return float(self.quality.seconds_observed.get("both", 0.0))
        return float(self.frame_s[self.in_context(context)].sum())

    def in_context(self, context: Context | None) -> BoolArray:
        """Return the frames (n,) of one context, or all."""
        if context is None:
            return np.ones(self.activated.shape, dtype=bool)
        return self.activated if context == "activated" else ~self.activated

    def of(self, kind: EventKind, side: EventSide) -> tuple[Event, ...]:
        """Return the events of one kind and side."""
        return tuple(event for event in self.events if event.kind == kind and event.side == side)

    def contractions(self, side: Side) -> tuple[Event, ...]:
        """Return the twitches and tonic contractions of one side, in the order of time."""
        found = self.of("twitch", side) + self.of("tonic", side)
        return tuple(sorted(found, key=lambda event: event.onset_s))

    def inside(self, events: Iterable[Event], margin_s: float = 0.0) -> BoolArray:
        """Return the frames (n,) that lie in any of the events, widened by `margin_s` on both sides."""
        time, mask = self.signals.time_s, np.zeros(self.signals.time_s.shape, dtype=bool)
        for event in events:
            first = np.searchsorted(time, event.onset_s - margin_s, side="left")
            stop = np.searchsorted(time, event.offset_s + margin_s, side="left")
            mask[first : max(stop, first + 1)] = True
        return mask


@dataclass(frozen=True)
class Term:
    """What a number is called, and the seconds it rests on; `give` and `lack` make the measure."""

    name: str
    label: str
    side: EventSide | None
    unit: str
    seconds_observed: float

    def give(
        self, value: float, interval: Interval, n: int, how: str, *, scale: float = 1.0, reason: str = ""
    ) -> Measure:
        """Return the measure; value and interval are multiplied by `scale` to reach the unit."""
        low, high = (None if end is None else float(end * scale) for end in interval)
        return Measure(
            self.name,
            self.label,
            self.side,
            float(value * scale),
            low,
            high,
            self.unit,
            n,
            self.seconds_observed,
            how,
            reason,
        )

    def lack(self, n: int, reason: str) -> Measure:
        """Return the measure without a value, and why there is none."""
        nothing = (None, *NO_INTERVAL)
        return Measure(
            self.name, self.label, self.side, *nothing, self.unit, n, self.seconds_observed, reason=reason
        )


def too_short(basis: Basis, context: Context | None = None) -> str:
    """Return why the observed time is too short for a number per time, or an empty text where it is not."""
    seconds, needed = basis.seconds(context), basis.settings.min_observed_s
    if seconds >= needed and basis.observed.any():
        return ""
    where = {None: "", "rest": " at rest", "activated": " during or just after a movement"}[context]
    return f"only {seconds:.1f} s{where} could be observed, {needed:g} s are needed"


def too_few(n: int, needed: int, what: str) -> str:
    """Return why `n` events are too few, such as `no twitches were found`; empty where they are enough."""
    if n >= needed:
        return ""
    return f"no {what} were found" if n == 0 else f"only {n} of the {needed} {what} needed were found"


def per_side(basis: Basis, name: str, label: str, side: EventSide | None, unit: str) -> Term:
    """Return a term that rests on all seconds observed on both sides."""
    return Term(name, label, side, unit, basis.seconds())
