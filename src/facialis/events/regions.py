"""Which regions took part in a contraction, how far, and when each began."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.events.contractions import Contraction
from facialis.events.evidence import SIGN, Excesses
from facialis.events.filters import samples
from facialis.events.flanks import bounds
from facialis.events.grid import EvenSignals
from facialis.settings import Settings
from facialis.types import REGIONS, FloatArray, Region


@dataclass(frozen=True)
class Spread:
    """What each region did during a contraction: peak excess in its own unit, and onset as a position on the
    grid, in samples, from the region's own flank.

    `as_wink` tells that the brow went down and the eye closed no faster than on purpose.
    """

    excess: Mapping[Region, float]
    onset: Mapping[Region, float]
    as_wink: bool

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions that took part, the eye first."""
        return tuple(region for region in REGIONS if region in self.excess)


def spread_of(
    found: Contraction, excesses: Excesses, signals: EvenSignals, settings: Settings, earliest: int = 0
) -> Spread:
    """Return which regions took part in a contraction, how far and from when.

    A region may begin before the eye, but not before the sample `earliest`, where the contraction before
    this one ended.
    """
    reach = samples(settings.events.edge_search_s, signals.step_s)
    start = max(0, found.first - reach)
    peaks: dict[Region, float] = {}
    onsets: dict[Region, float] = {}
    brow_down = False
    for region in REGIONS:
        excess = excesses[region]
        before = float(np.median(excess.scales["slow"][start : found.first + 1]))
        whole = SIGN[found.side] * (excess.scales["slow"] - before)
        curve = whole[found.first : found.stop]
        expected = float(np.median(excess.expected["slow"][found.first : found.stop]))
        least = settings.events.region_noise * expected
        if region == "brow" and -curve.min() > max(least, settings.probability.brow_fall):
            brow_down = True
        if region != "eye" and curve.max() <= least:
            continue
        raw = SIGN[found.side] * (excess.raw[found.first : found.stop] - before)
        peaks[region] = found.height if region == "eye" else float(curve.max())
        if region == "eye":
            peaks[region] = max(found.height, float(raw.max()))
        onsets[region] = _onset(whole, found, max(earliest, start), reach, settings)
    closing_s = (found.peak - found.onset) * signals.step_s
    slow = settings.probability.wink_closes_s <= closing_s < settings.events.tonic_s
    return Spread(peaks, onsets, brow_down and slow and "brow" not in peaks)


def _onset(whole: FloatArray, found: Contraction, earliest: int, reach: int, settings: Settings) -> float:
    """Where a region's curve (n,) leaves its floor, drawn along its flank, as the contraction's own onset is.

    A region that is ahead may have its peak before the eye begins to close.
    """
    first = min(earliest, found.first)
    peak = first + int(np.argmax(whole[first : found.stop]))
    limits = max(0, first), whole.size
    return bounds(whole, first, found.stop, peak, limits, reach, settings.events)[0]
