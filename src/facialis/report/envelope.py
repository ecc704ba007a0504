"""Thin curves for display without losing their peaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from facialis.types import BoolArray, FloatArray


@dataclass(frozen=True)
class Thinned:
    """Curves for display. `step_s` is the length over which the smallest and largest value stand for all.

    `time_s` and every column have the same shape (k,). `step_s` is 0 where nothing was left out.
    """

    time_s: FloatArray
    columns: Mapping[str, FloatArray]
    step_s: float


def thin(
    time_s: FloatArray,
    columns: Mapping[str, FloatArray],
    n_points: int,
    keep_s: Sequence[tuple[float, float]] = (),
) -> Thinned:
    """Return curves of about `n_points` points (at least 8) in which no peak is lost.

    Every frame within the stretches `keep_s` (seconds) is kept, the first ones first, until they fill half
    the points. The rest is cut into equal runs of frames, each shown by its smallest and its largest value.
    NaN stays NaN where a whole run is NaN. `time_s` and the columns have shape (n,).
    """
    n = len(time_s)
    if n <= n_points:
        return Thinned(time_s, dict(columns), 0.0)
    raw = _kept(time_s, keep_s, n_points // 2)
    size = -(-(n - int(raw.sum())) * 4 // n_points) or 1
    first = np.flatnonzero(_starts(raw, size))
    last = np.append(first[1:], n) - 1
    repeats = np.where(last > first, 2, 1)
    times = np.repeat(time_s[first], repeats)
    second = np.cumsum(repeats)[repeats == 2] - 1
    times[second] = time_s[last[repeats == 2]]
    thinned: dict[str, FloatArray] = {}
    for name, values in columns.items():
        shown = np.repeat(np.fmin.reduceat(values, first), repeats)
        shown[second] = np.fmax.reduceat(values, first)[repeats == 2]
        thinned[name] = shown
    return Thinned(times, thinned, float(size * (time_s[-1] - time_s[0]) / (n - 1)))


def _kept(time_s: FloatArray, keep_s: Sequence[tuple[float, float]], n_kept: int) -> BoolArray:
    raw = np.zeros(len(time_s), dtype=bool)
    left = n_kept
    for start, end in keep_s:
        first, last = np.searchsorted(time_s, (start, end))
        new = int((~raw[first:last]).sum())
        if new <= left:
            raw[first:last] = True
            left -= new
    return raw


def _starts(raw: BoolArray, size: int) -> BoolArray:
    """Return where a run begins: at each kept frame, at each change, and every `size` frames in between."""
    index = np.arange(len(raw))
    changed = np.append(True, raw[1:] != raw[:-1])
    offset = index - np.maximum.accumulate(np.where(changed, index, 0))
    starts: BoolArray = raw | (offset % size == 0)
    return starts
