"""What a channel records of a louder neighbour, or across the midline: told where it is alone, taken off.

Crosstalk is the neighbour's own wave, weaker and blurred, at the same instant. Muscles that really contract
together, even in one spasm, have motor units and waves of their own, which no neighbour's wave explains.
"""

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from facialis.settings import MuscleSettings
from facialis.types import BoolArray, FloatArray

LOUD = 4.0
"""A source counts as loud at this many times its own quiet level."""
RIDGE = 0.02
"""Share of a tap's own power: taps twice as large must explain that much more."""
MOST_SAMPLES = 40_000
SMOOTH_S = 0.02


Leaks = Mapping[str, Mapping[str, FloatArray]]
"""For each channel that others leak into: by which taps (k,) each of them does."""


def leaks_of(
    channels: Mapping[str, FloatArray],
    valid: Mapping[str, BoolArray],
    rate_per_s: float,
    settings: MuscleSettings,
) -> Leaks:
    """Return what leaks into the channels (n,), of which `valid` (n,) tells the samples that may be used.

    A leak from one channel into another is a short filter, fitted by least squares where the source is
    `leak_ratio` times louder, and of that in the half in which it is loudest beside the other: there the
    other is most likely silent. Waves of muscles that fire together resemble each other a little, so a
    leak must explain most of what is there.
    """
    width = max(1, round(SMOOTH_S * rate_per_s))
    loudness = {
        name: np.sqrt(np.maximum(ndimage.uniform_filter1d(x * x, width), 0.0)) for name, x in channels.items()
    }
    quiet = {name: float(np.quantile(each, 0.25)) for name, each in loudness.items()}
    leaks: dict[str, dict[str, FloatArray]] = {}
    for goal, x in channels.items():
        for source, y in channels.items():
            louder = np.maximum(settings.leak_ratio * loudness[goal], LOUD * quiet[source])
            alone = (loudness[source] > louder) & valid[goal] & valid[source]
            if source == goal or not alone.any():
                continue
            share = loudness[goal] / np.maximum(loudness[source], 1e-12)
            alone &= share <= np.median(share[alone])
            taps = _leak(x, y, alone, rate_per_s, settings)
            if taps is not None:
                leaks.setdefault(goal, {})[source] = taps
    return leaks


def without_leaks(
    channels: Mapping[str, FloatArray], valid: Mapping[str, BoolArray], leaks: Leaks
) -> dict[str, FloatArray]:
    """Return the channels (n,) without what leaks into them.

    A source's pops are its electrode's own and leak nowhere: where it is not `valid` (n,), nothing is
    taken off.
    """
    cleaned = dict(channels)
    for goal, sources in leaks.items():
        for source, taps in sources.items():
            heard = np.where(valid[source], channels[source], 0.0)
            cleaned[goal] = cleaned[goal] - np.convolve(heard, taps, mode="same")
    return cleaned


def _leak(
    goal: FloatArray, source: FloatArray, alone: BoolArray, rate_per_s: float, settings: MuscleSettings
) -> FloatArray | None:
    """Filter taps (k,) by which `source` leaks into `goal`; None where it does not, or cannot be told."""
    reach = round(settings.leak_reach_s * rate_per_s)
    index = np.flatnonzero(alone[reach : alone.size - reach]) + reach
    if index.size < settings.leak_least_s * rate_per_s:
        return None
    index = index[:: max(1, index.size // MOST_SAMPLES)]
    moved = np.stack([source[index - lag] for lag in range(-reach, reach + 1)], axis=1)
    here = goal[index]
    # A band-passed wave changes little from sample to sample: without a ridge, large taps would cancel out.
    square = moved.T @ moved
    ridge = RIDGE * np.trace(square) / square.shape[0]
    taps = np.linalg.solve(square + ridge * np.eye(square.shape[0]), moved.T @ here)
    total = float(here @ here)
    explained = 1 - float(np.sum((here - moved @ taps) ** 2)) / max(total, 1e-12)
    adjusted = explained - (1 - explained) * taps.size / max(index.size - taps.size, 1)
    return np.asarray(taps) if adjusted >= settings.leak_explained else None
