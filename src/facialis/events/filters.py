"""The few filters detection needs. All work on an even grid and never on the signals that are stored."""

import numpy as np
from scipy import ndimage

from facialis.types import BoolArray, FloatArray

BASELINE_POINTS = 60
"""Points across a baseline's window: a running quantile over more of them takes longer and says the same."""


def samples(seconds: float, step_s: float) -> int:
    """Return the odd number of samples nearest to `seconds`, at least 1."""
    return max(1, round(seconds / step_s) | 1)


def smoothed(x: FloatArray, step_s: float, width_s: float) -> FloatArray:
    """Triangular mean over about twice `width_s`, shape (n,)."""
    n = max(1, round(width_s / step_s))
    kernel = np.convolve(np.ones(n), np.ones(n))
    return np.asarray(ndimage.convolve1d(x, kernel / kernel.sum(), mode="nearest"))


def local_range(x: FloatArray, n: int) -> FloatArray:
    """Largest minus smallest value within n samples around each, shape (n,)."""
    return np.asarray(ndimage.maximum_filter1d(x, n) - ndimage.minimum_filter1d(x, n))


def running_median(x: FloatArray, n: int) -> FloatArray:
    """Median of n samples around each, shape (n,)."""
    return np.asarray(ndimage.median_filter(x, n, mode="nearest"))


def baseline(x: FloatArray, free: BoolArray, n: int, quantile: float) -> FloatArray:
    """Running quantile over n samples of `x` (n,), taken where `free` (n,) and drawn through the rest."""
    index = np.flatnonzero(free)
    if index.size == 0:
        return np.zeros(x.shape)
    stride = max(1, n // BASELINE_POINTS)
    thinned = x[index][::stride]
    # Odd windows, so that nothing shifts in time; reflected ends, so that the last sample has no extra say.
    window = min(max(1, n // stride) | 1, (thinned.size - 1) | 1)
    level = ndimage.percentile_filter(thinned, 100 * quantile, window, mode="reflect")
    level = ndimage.uniform_filter1d(level, max(1, window // 8) | 1, mode="nearest")
    return np.asarray(np.interp(np.arange(x.size), index[::stride], level))


def quiet_level(x: FloatArray) -> float:
    """Middle of the densest third of the values: where a curve stays when nothing happens."""
    ordered = np.sort(x)
    k = max(1, ordered.size // 3)
    if ordered.size <= k:
        return float(np.median(ordered)) if ordered.size else 0.0
    first = int(np.argmin(ordered[k:] - ordered[:-k]))
    return float(np.median(ordered[first : first + k + 1]))


def noise_of(x: FloatArray) -> float:
    """Standard deviation of the quieter sign of `x`, from its median (1.4826 times, as for a normal law).

    Spasms push a left-right difference to one side only, so the other side's excursions are this
    recording's own noise: no healthy recording and no fixed constant is needed.
    """
    if np.count_nonzero(x) < x.size / 2:
        return 0.0  # a drawn face, still at most times
    signs = [x[x > 0], -x[x < 0]]
    medians = [float(np.median(part)) for part in signs if part.size >= 10]
    if not medians:
        return float(1.4826 * np.median(np.abs(x))) if x.size else 0.0
    return 1.4826 * min(medians)
