"""Blinks: both lids close and open together. Never a spasm, also when one lid follows less far."""

from collections.abc import Mapping

import numpy as np

from facialis.events.filters import noise_of, running_median, samples
from facialis.events.grid import EvenSignals
from facialis.settings import BlinkSettings
from facialis.signals.runs import runs_of
from facialis.types import SIDES, Event, FloatArray, Side


def find_blinks(
    signals: EvenSignals, settings: BlinkSettings, as_read: EvenSignals | None = None
) -> tuple[Event, ...]:
    """Return the blinks of an even grid's closure curves, in order of time.

    `as_read` are the curves from which their depth is taken, where a weak lid was evened in `signals`.
    """
    if not signals.observed.any():
        return ()
    closure = {side: signals.side(side, "closure") for side in SIDES}
    read = {side: (as_read or signals).side(side, "closure") for side in SIDES}
    together: FloatArray = np.minimum(closure["left"], closure["right"])
    level = running_median(together, samples(settings.baseline_s, signals.step_s))
    depth = together - level
    noise = noise_of((depth - running_median(depth, 5))[signals.observed])
    least = max(settings.depth, settings.noise * noise)
    blinks = []
    for first, stop in runs_of((depth > settings.edge_share * least) & signals.observed):
        peak = first + int(np.argmax(depth[first:stop]))
        if depth[peak] < least:
            continue
        first, stop = _bounds(depth, first, stop, peak, settings.edge_share * float(depth[peak]))
        if (stop - first) * signals.step_s <= settings.longest_s:
            blinks.append(_event(signals, read, first, stop, peak, float(depth[peak])))
    return tuple(blinks)


def _bounds(depth: FloatArray, first: int, stop: int, peak: int, level: float) -> tuple[int, int]:
    before = np.flatnonzero(depth[first:peak] < level)
    after = np.flatnonzero(depth[peak:stop] < level)
    return (
        first + int(before[-1]) + 1 if before.size else first,
        peak + int(after[0]) if after.size else stop,
    )


def _event(
    signals: EvenSignals, closure: Mapping[Side, FloatArray], first: int, stop: int, peak: int, depth: float
) -> Event:
    mean = float(np.mean([closure[side][peak] for side in SIDES]))
    return Event(
        kind="blink",
        side="both",
        onset_s=float(signals.time_s[first]),
        offset_s=float(signals.time_s[first] + (stop - first) * signals.step_s),
        peak_s=float(signals.time_s[peak]),
        intensity=min(max(mean, 0.0), 1.0),
        probability=min(1.0, 0.5 + depth / 2),
        reason="both eyes closed and opened together",
        regions=("eye",),
    )
