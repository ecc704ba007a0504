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
    """The same on an even grid."""
    moved = np.zeros(signals.time_s.shape)
    window = samples(settings.window_s, signals.step_s)
    for region in VOLUNTARY:
        curves = contraction(signals, region)
        moved = np.maximum(moved, local_range(_steady(shared_part(curves["left"], curves["right"])), window))
    moving = (moved > settings.movement) & signals.observed
    after = round(settings.after_s / signals.step_s)
    reach = np.convolve(moving, np.ones(after + 1))[: moving.size]
    return np.asarray(reach > 0)


def _steady(curve: FloatArray) -> FloatArray:
    return running_median(curve, 5)
