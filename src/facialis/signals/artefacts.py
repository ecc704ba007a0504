"""What in EMG is no muscle: electrode pops, saturated or lost channels, clipped peaks, stimuli."""

import numpy as np
from scipy import ndimage

from facialis.settings import MuscleSettings
from facialis.signals.runs import runs_of
from facialis.types import BoolArray, FloatArray

STEP_S, OWN_S, AROUND_S = 0.0005, 0.0015, 0.03
"""A jump is a change within 0.5 ms. What lies within 1.5 ms belongs to it; others are sought within 30 ms."""


def pops(x: FloatArray, rate_per_s: float, settings: MuscleSettings) -> BoolArray:
    """Return the samples (n,) at which an electrode pops: a jump of `x` (n,) without its like nearby."""
    step = max(1, round(STEP_S * rate_per_s))
    jump = np.zeros(x.shape)
    jump[step:] = np.abs(x[step:] - x[:-step])
    own, around = max(step, round(OWN_S * rate_per_s)), round(AROUND_S * rate_per_s)
    # The largest jump of the stretch before and of that after, without what belongs to the jump itself.
    largest = ndimage.maximum_filter1d(jump, 2 * (around - own) + 1)
    half = (around + own) // 2
    width = max(1, around - own)
    before = ndimage.maximum_filter1d(jump, width, origin=0)
    beside = np.maximum(_shifted(before, half), _shifted(before, -half))
    noise = 1.4826 * float(np.median(jump)) + 1e-12
    lone = (jump >= largest) & (jump > settings.pop_lone * beside)
    found: BoolArray = lone & (jump > settings.pop_noise * noise)
    return found


def _shifted(x: FloatArray, by: int) -> FloatArray:
    out = np.zeros(x.shape)
    if by > 0:
        out[by:] = x[:-by]
    else:
        out[:by] = x[-by:]
    return out


def flat(x: FloatArray, rate_per_s: float, settings: MuscleSettings) -> BoolArray:
    """Return the samples (n,) of stretches in which `x` (n,) keeps one value for `flat_s` or longer."""
    same = np.concatenate([[False], np.diff(x) == 0])
    out = np.zeros(x.shape, dtype=bool)
    for first, stop in runs_of(same):
        if stop - first + 1 >= settings.flat_s * rate_per_s:
            out[first - 1 : stop] = True
    return out


def clipped(x: FloatArray, limits: tuple[float, float] | None) -> BoolArray:
    """Return the samples (n,) at the ends of what the channel can hold.

    Without known `limits` these are runs of three and more of the largest or smallest value.
    """
    finite = x[np.isfinite(x)]
    if not finite.size:
        return np.zeros(x.shape, dtype=bool)
    low, high = (float(finite.min()), float(finite.max())) if limits is None else limits
    near = 1e-3 * (high - low)
    with np.errstate(invalid="ignore"):
        at_end = (x <= low + near) | (x >= high - near)
    if limits is not None:
        return np.asarray(at_end)
    out = np.zeros(x.shape, dtype=bool)
    for first, stop in runs_of((x == low) | (x == high)):
        if stop - first >= 3:
            out[first:stop] = True
    return out


def drawn_through(x: FloatArray, missing: BoolArray) -> FloatArray:
    """Return `x` (n,) with straight lines through the `missing` samples (n,)."""
    if not missing.any() or missing.all():
        return np.where(missing, 0.0, x)
    known = np.flatnonzero(~missing)
    return np.where(missing, np.interp(np.arange(x.size), known, x[known]), x)


def around(moments_s: FloatArray, before_s: float, after_s: float, n: int, rate_per_s: float) -> BoolArray:
    """Return the samples (n,) from `before_s` before to `after_s` after each moment."""
    mask = np.zeros(n, dtype=bool)
    for moment in moments_s:
        first = max(0, int(np.floor((moment - before_s) * rate_per_s)))
        mask[first : max(first, int(np.ceil((moment + after_s) * rate_per_s)))] = True
    return mask
