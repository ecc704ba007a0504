"""How likely a contraction is a spasm rather than noise or a voluntary movement, and why, in words."""

from collections.abc import Mapping

import numpy as np

from facialis.events.contractions import Contraction
from facialis.events.regions import Spread
from facialis.settings import Settings
from facialis.types import Region

NAMES: Mapping[Region, str] = {
    "eye": "eye",
    "brow": "brow",
    "cheek": "cheek",
    "mouth": "mouth corner",
    "nose": "nose wing",
    "chin": "chin",
}


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
