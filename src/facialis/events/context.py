"""Rest or activated: whether the face moves on purpose, or has just done so."""

import numpy as np

from facialis.events.filters import local_range, running_median, samples
from facialis.events.grid import EvenSignals, contraction, even, shared_part
from facialis.settings import ContextSettings
from facialis.types import BoolArray, FloatArray, Region, Signals

VOLUNTARY: tuple[Region, ...] = ("mouth", "brow", "chin")
"""Regions whose movement on both sides shows intention. The eyes are left out: they blink by themselves."""


def activated_frames(signals: Signals, settings: ContextSettings) -> BoolArray:
    """Return for each frame (n,) whether it lies during, or just after, a movement of both sides."""
    if signals.time_s.size == 0:
        return np.zeros(0, dtype=bool)
    grid = even(signals)
    active = activated(grid, settings)
    nearest = np.clip(np.round((signals.time_s - grid.time_s[0]) / grid.step_s), 0, active.size - 1)
    frames: BoolArray = active[nearest.astype(int)]
    return frames


def activated(signals: EvenSignals, settings: ContextSettings) -> BoolArray:
    """The same on an even grid.

    Lids that close pull at the points of the whole face, so curves are drawn straight through a blink.
    """
    moved = np.zeros(signals.time_s.shape)
    window = samples(settings.window_s, signals.step_s)
    blinking = _blinking(signals, settings)
    for curve in _shared(signals).values():
        moved = np.maximum(moved, local_range(_through(curve, blinking), window))
    moving = (moved > settings.movement) & signals.observed
    after = round(settings.after_s / signals.step_s)
    reach = np.convolve(moving, np.ones(after + 1))[: moving.size]
    return np.asarray(reach > 0)


def _shared(signals: EvenSignals) -> dict[Region, FloatArray]:
    """What both sides do of each region (n,), beyond what one side's spasm drags along.

    On a rendered head the other corner of the mouth goes half as far in a strong spasm, and both sides of the
    chin as far as that: no further than one corner is ahead of the other.
    """
    curves = {r: contraction(signals, r) for r in VOLUNTARY}
    ahead = {r: np.abs(_steady(_centred(c["left"] - c["right"], signals))) for r, c in curves.items()}
    dragged = np.max(list(ahead.values()), axis=0)
    shared = {r: _steady(shared_part(c["left"], c["right"])) for r, c in curves.items()}
    return {r: np.sign(s) * np.maximum(np.abs(s) - dragged, 0) for r, s in shared.items()}


def _centred(curve: FloatArray, signals: EvenSignals) -> FloatArray:
    return curve - np.median(curve[signals.observed]) if signals.observed.any() else curve


def _blinking(signals: EvenSignals, settings: ContextSettings) -> BoolArray:
    """Where both lids move as quickly as in a blink, (n,)."""
    window = samples(settings.blink_s, signals.step_s)
    lids = [local_range(running_median(c, 3), window) for c in contraction(signals, "eye").values()]
    return np.asarray(np.minimum(*lids) > settings.blink_closure)


def _through(curve: FloatArray, stretches: BoolArray) -> FloatArray:
    """The curve (n,) drawn straight through the `stretches` (n,)."""
    at = np.flatnonzero(~stretches)
    return np.interp(np.arange(curve.size), at, curve[at]) if at.size else np.zeros(curve.shape)


def _steady(curve: FloatArray) -> FloatArray:
    return running_median(curve, 5)
