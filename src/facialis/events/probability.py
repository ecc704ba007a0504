"""How likely a contraction is a spasm rather than noise or a voluntary movement, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.events.contractions import Contraction
from facialis.events.evidence import SIGN, Excesses
from facialis.events.filters import samples
from facialis.events.grid import EvenSignals
from facialis.settings import Settings
from facialis.types import REGIONS, Region

NAMES: Mapping[Region, str] = {
    "eye": "eye",
    "brow": "brow",
    "cheek": "cheek",
    "mouth": "mouth corner",
    "nose": "nose wing",
    "chin": "chin",
}


@dataclass(frozen=True)
class Spread:
    """What each region did during a contraction: peak excess in its own unit, and onset as a sample.

    `as_wink` tells that the brow went down and the eye closed no faster than on purpose.
    """

    excess: Mapping[Region, float]
    onset: Mapping[Region, int]
    as_wink: bool

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions that took part, the eye first."""
        return tuple(region for region in REGIONS if region in self.excess)


def spread_of(found: Contraction, excesses: Excesses, signals: EvenSignals, settings: Settings) -> Spread:
    """Return which regions took part in a contraction, how far and from when."""
    reach = samples(settings.events.edge_search_s, signals.step_s)
    start = max(0, found.first - reach)
    peaks: dict[Region, float] = {}
    onsets: dict[Region, int] = {}
    brow_down = False
    for region in REGIONS:
        excess = excesses[region]
        before = float(np.median(excess.scales["slow"][start : found.first + 1]))
        curve = SIGN[found.side] * (excess.scales["slow"][found.first : found.stop] - before)
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
        above = np.flatnonzero(curve > settings.events.end_share * curve.max())
        onsets[region] = found.first + (int(above[0]) if above.size else 0)
    closing_s = (found.peak - found.onset) * signals.step_s
    slow = settings.probability.wink_closes_s <= closing_s < settings.events.tonic_s
    return Spread(peaks, onsets, brow_down and slow and "brow" not in peaks)


def spasm_probability(found: Contraction, spread: Spread, settings: Settings) -> float:
    """Probability, 0 to 1, from this one event: that it is a movement, times that a movement is a spasm.

    Strength beyond the noise tells the first; however strong, it cannot tell a spasm from a wink. More
    regions and a rising brow speak for a spasm; a brow that goes down as the eye closes is how people wink
    (clinical reference, 3.4 and 3.5).
    """
    rules = settings.probability
    moved = _logistic(rules.per_doubling * np.log2(found.strength / rules.even_noise))
    if spread.as_wink:
        # A wink lifts the cheek and the mouth corner too, so here they say nothing.
        return moved * _logistic(rules.alone - rules.brow_down)
    score = rules.alone + rules.per_region * min(len(spread.regions) - 1, 3)
    score += rules.brow_up if "brow" in spread.regions else 0.0
    return moved * _logistic(score)


def _logistic(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))


def reason_for(found: Contraction, spread: Spread) -> str:
    """The evidence in one sentence."""
    others = [NAMES[region] for region in spread.regions if region not in ("eye", "brow")]
    parts = [f"the {found.side} eye closed by {100 * min(spread.excess['eye'], 1):.0f} % more than the other"]
    if others:
        parts.append(f"{_listed(others)} moved with it")
    if "brow" in spread.regions:
        parts.append("the brow rose as the eye closed (other Babinski sign)")
    if spread.as_wink:
        parts.append("the brow went down, as in a wink")
    if len(spread.regions) == 1:
        parts.append("nothing else moved, so a wink cannot be excluded")
    return "; ".join(parts)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
