"""Which parts of the face are named, how long contractions last: matched contractions against their truth."""

from collections.abc import Sequence

import numpy as np

from benchmarks.scores import Outcome, with_spasms
from benchmarks.tables import markdown, number, share
from facialis.measures.matching import Span, match
from facialis.simulate.performance import TrueEvent
from facialis.types import REGIONS, Event, FloatArray

KINDS = ("twitch", "tonic")


def matched(outcomes: Sequence[Outcome]) -> list[tuple[TrueEvent, Event]]:
    """Return the contractions that were found, each beside its truth."""
    pairs = []
    for outcome in outcomes:
        true = [e for e in outcome.truth if e.kind in KINDS]
        found = [e for e in outcome.events if e.kind in KINDS]
        here = match(
            [Span(e.onset_s, e.offset_s, e.side, i) for i, e in enumerate(true)],
            [Span(e.onset_s, e.offset_s, e.side, i) for i, e in enumerate(found)],
        )
        pairs += [(true[int(one.value)], found[int(other.value)]) for one, other in here.pairs]
    return pairs


def region_table(outcomes: Sequence[Outcome]) -> str:
    """Return for each region but the eye how often it is named where it moved, and where it did not."""
    pairs = matched(with_spasms(outcomes))
    rows = []
    for region in REGIONS[1:]:
        there = [region in found.regions for true, found in pairs if region in true.regions]
        absent = [region in found.regions for true, found in pairs if region not in true.regions]
        rows.append([region, share(sum(there), len(there)), share(sum(absent), len(absent))])
    return markdown(["region", "named where it took part", "named where it did not"], rows)


def length_table(outcomes: Sequence[Outcome]) -> str:
    """Return how long contractions last and how much of the time is spasm, measured and true."""
    spasms = with_spasms(outcomes)
    pairs = matched(spasms)
    errors = np.array([found.offset_s - true.offset_s for true, found in pairs])
    ratios = np.array([(f.offset_s - f.onset_s) / (t.offset_s - t.onset_s) for t, f in pairs])
    same = [true.kind == found.kind for true, found in pairs]
    delays = np.array(
        [
            found.onset_by_region_s["mouth"] - found.onset_by_region_s["eye"]
            for true, found in pairs
            if "mouth" in true.regions and {"eye", "mouth"} <= found.onset_by_region_s.keys()
        ]
    )
    rows = [
        ["offset error, median absolute, ms", _median(np.abs(errors), 1000, 0)],
        ["offset error, median signed, ms (positive is late)", _median(errors, 1000, 0)],
        ["duration, found over true, median", _median(ratios, 1, 2)],
        ["kind (twitch, tonic) right", share(sum(same), len(same))],
        ["seconds in spasm, found over true", number(_seconds_found(spasms) / _seconds_true(spasms))],
        ["delay from eye to mouth, median, ms (truth: 0 to 15)", _median(delays, 1000, 0)],
        ["delay from eye to mouth, middle half, ms", _middle_half(1000 * delays)],
    ]
    return markdown(["contractions", f"facialis, {len(pairs)} matched"], rows)


def _median(values: FloatArray, scale: float, digits: int) -> str:
    return number(scale * float(np.median(values)), digits) if values.size else "-"


def _middle_half(values: FloatArray) -> str:
    if not values.size:
        return "-"
    low, high = np.quantile(values, [0.25, 0.75])
    return f"{low:.0f} to {high:.0f}"


def _seconds_found(outcomes: Sequence[Outcome]) -> float:
    return sum(e.offset_s - e.onset_s for o in outcomes for e in o.events if e.kind in KINDS)


def _seconds_true(outcomes: Sequence[Outcome]) -> float:
    return sum(e.offset_s - e.onset_s for o in outcomes for e in o.truth if e.kind in KINDS)
