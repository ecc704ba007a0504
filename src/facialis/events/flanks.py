"""Where a contraction begins and ends on its curve, and where one run of samples is two contractions."""

import numpy as np

from facialis.settings import EventSettings
from facialis.types import FloatArray


def parted(curve: FloatArray, first: int, stop: int, share: float) -> list[tuple[int, int, int]]:
    """Cut a run (first, stop) into (first, stop, peak) at valleys below `share` of the lower peak."""
    peak = first + int(np.argmax(curve[first:stop]))
    for side_first, side_stop in ((first, peak), (peak + 1, stop)):
        cut = _valley(curve, side_first, side_stop, peak, share)
        if cut is not None:
            return parted(curve, first, cut, share) + parted(curve, cut, stop, share)
    return [(first, stop, peak)]


def _valley(curve: FloatArray, first: int, stop: int, peak: int, share: float) -> int | None:
    """Where the curve between the peak and a second one falls below `share` of the second, or None."""
    if stop - first < 3:
        return None
    part = curve[first:stop]
    toward_peak = np.minimum.accumulate(part[::-1])[::-1] if first < peak else np.minimum.accumulate(part)
    second = int(np.argmax(part - toward_peak / share))
    if part[second] * share <= toward_peak[second]:
        return None
    between = (first + second, peak) if first < peak else (peak, first + second)
    return (
        between[0] + 1 + int(np.argmin(curve[between[0] + 1 : between[1]]))
        if between[1] - between[0] > 1
        else None
    )


def bounds(
    shape: FloatArray,
    first: int,
    stop: int,
    peak: int,
    limits: tuple[int, int],
    reach: int,
    rules: EventSettings,
) -> tuple[float, float]:
    """Onset and offset as sample positions, within `limits`.

    The flanks are followed down to `end_share` of the height and drawn on from there: further down a flank
    is lost in noise and drift. Heights are measured from the local floor, since a contraction often rides on
    drift.
    """
    before = shape[max(limits[0], first - reach) : peak + 1][::-1]
    after = shape[peak : min(limits[1], stop + reach)]
    onset = peak - _flank(before, rules)
    offset = peak + _flank(after, rules)
    return max(onset, float(limits[0])), min(offset, float(limits[1]))


def _flank(away: FloatArray, rules: EventSettings) -> float:
    """Samples from a peak (the first of `away`) to where its flank, drawn on, reaches `end_share`."""
    # A dip below the baseline is noise, not the level from which the contraction rose.
    height, floor = float(away[0]), max(float(away.min()), 0.0)
    share = (away - floor) / max(height - floor, 1e-9)
    low = _crossing(share, rules.flank_low, first=True)
    high = _crossing(share[: int(low) + 2], rules.flank_high, first=False)
    slope = max(low - high, 0.0) / (rules.flank_high - rules.flank_low)
    return min(low + slope * (rules.flank_low - rules.end_share), float(away.size))


def _crossing(share: FloatArray, level: float, first: bool) -> float:
    """Position, between samples, where a curve that starts at 1 falls through `level`: first or last time."""
    below = np.flatnonzero((share[1:] <= level) & (share[:-1] > level))
    if not below.size:
        return float(share.size - 1)
    i = int(below[0] if first else below[-1])
    return i + float((share[i] - level) / (share[i] - share[i + 1]))
