"""How strong: the excess of the contracting side, by the events' intensity and region by region."""

from collections.abc import Sequence

import numpy as np

from facialis.measures.basis import BLOCK_INTERVAL, NO_SCALE, Basis, Term, per_side, too_few
from facialis.measures.intervals import NO_INTERVAL, Interval, block_interval
from facialis.signals.face import PERCENT
from facialis.types import REGIONS, Event, Measure, Region, Side

REGION_WORDS: dict[Region, str] = {
    "eye": "eye",
    "brow": "brow",
    "cheek": "cheek",
    "mouth": "corner of the mouth",
    "nose": "wing of the nose",
    "chin": "chin",
}
CONTRACTION = "% of full contraction"
LARGEST = "the largest one seen; a longer recording can find a larger one"


def intensities(basis: Basis, side: Side) -> list[Measure]:
    """Return mean and peak of one side's episodes: their own intensity, then each region's in its unit."""
    episodes = basis.of("episode", side)
    measures = mean_and_peak(
        basis,
        (
            per_side(basis, "intensity_mean", "Strength of the spasms, mean", side, CONTRACTION),
            per_side(basis, "intensity_peak", "Strength of the strongest spasm", side, CONTRACTION),
        ),
        episodes,
        [event.intensity for event in episodes],
        100.0,
        "episodes",
        share=True,
    )
    for region in REGIONS:
        measures += _region(basis, side, region)
    return measures


def _region(basis: Basis, side: Side, region: Region) -> list[Measure]:
    took_part = [event for event in basis.of("episode", side) if region in event.excess]
    values = [event.excess[region] for event in took_part]
    word, what = REGION_WORDS[region], f"episodes in which the {REGION_WORDS[region]} moves"

    def terms(suffix: str, unit: str, words: str) -> tuple[Term, Term]:
        stem, label = f"{region}_intensity", f"Strength at the {word}"
        return (
            per_side(basis, f"{stem}_mean{suffix}", f"{label}, mean{words}", side, unit),
            per_side(basis, f"{stem}_peak{suffix}", f"{label}, most{words}", side, unit),
        )

    if region == "eye":
        closing = terms("", "% of full closure", "")
        return mean_and_peak(basis, closing, took_part, values, 100.0, what, share=True)
    measures = mean_and_peak(basis, terms("", PERCENT, ""), took_part, values, 1.0, what)
    in_mm = terms("_mm", "mm", " in mm")
    if not np.isfinite(basis.mm_per_percent):
        return measures + [term.lack(len(values), NO_SCALE) for term in in_mm]
    return measures + mean_and_peak(basis, in_mm, took_part, values, basis.mm_per_percent, what)


def mean_and_peak(
    basis: Basis,
    terms: tuple[Term, Term],
    events: Sequence[Event],
    values: Sequence[float],
    scale: float,
    what: str,
    *,
    share: bool = False,
) -> list[Measure]:
    """Return mean and largest of the events' `values`, times `scale`; `what` are events in words.

    Values that are a `share` lie between 0 and 1, and so does the interval of their mean.
    """
    mean, peak = terms
    n = len(values)
    if reason := too_few(n, 1, what):
        return [mean.lack(n, reason), peak.lack(n, reason)]
    largest = peak.give(values[int(np.argmax(np.abs(values)))], NO_INTERVAL, n, LARGEST, scale=scale)
    if reason := too_few(n, int(basis.settings.min_events), what):
        return [mean.lack(n, reason), largest]
    interval = _mean_interval(basis, events, values, share=share)
    how = BLOCK_INTERVAL if interval != NO_INTERVAL else f"no interval from {n} values"
    return [mean.give(float(np.mean(values)), interval, n, how, scale=scale), largest]


def _mean_interval(
    basis: Basis, events: Sequence[Event], values: Sequence[float], *, share: bool
) -> Interval:
    """Interval of a mean over events: blocks of time carry their events, so that bursts stay together.

    No mean of strengths that are all 0 or more is less than 0.
    """
    time = basis.signals.time_s[basis.observed]
    if time.size == 0:
        return NO_INTERVAL
    frame = np.minimum(np.searchsorted(time, [event.peak_s for event in events]), time.size - 1)
    amount, count = np.zeros(time.size), np.zeros(time.size)
    np.add.at(amount, frame, values)
    np.add.at(count, frame, 1)
    low, high = block_interval(basis.blocks, amount, count, share=share)
    return (max(low, 0.0) if low is not None and min(values) >= 0 else low), high
