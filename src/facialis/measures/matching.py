"""Found events against true ones: one-to-one matching by overlap, and what it says about a detector.

Onset and offset are in seconds, `value` is whatever measures the event's size (peak, intensity). An event
on another side never matches; `both` is a side of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from facialis.types import EventSide, FloatArray


class Span(NamedTuple):
    """One event: from `onset_s` to `offset_s` on a side, with its size."""

    onset_s: float
    offset_s: float
    side: EventSide
    value: float = 0.0


@dataclass(frozen=True)
class Matching:
    """Pairs (true, found), and what was left over on either side."""

    pairs: tuple[tuple[Span, Span], ...]
    missed: tuple[Span, ...]
    false: tuple[Span, ...]

    @property
    def precision(self) -> float:
        """Share of found events that are true; NaN where none was found."""
        return _ratio(len(self.pairs), len(self.pairs) + len(self.false))

    @property
    def recall(self) -> float:
        """Share of true events that were found; NaN where there was none."""
        return _ratio(len(self.pairs), len(self.pairs) + len(self.missed))

    @property
    def f1(self) -> float:
        """Harmonic mean of both: 2 matched / (true + found); NaN where there was neither."""
        return _ratio(2 * len(self.pairs), 2 * len(self.pairs) + len(self.missed) + len(self.false))

    @property
    def onset_errors_s(self) -> FloatArray:
        """Found minus true onset of each pair, shape (n pairs,): positive is late."""
        return np.array([found.onset_s - true.onset_s for true, found in self.pairs])

    @property
    def median_onset_error_s(self) -> float:
        """Median of the absolute onset errors in seconds; NaN without a pair."""
        return float(np.median(np.abs(self.onset_errors_s))) if self.pairs else float("nan")

    @property
    def values(self) -> FloatArray:
        """True and found size of each pair, shape (n pairs, 2)."""
        return np.array([(true.value, found.value) for true, found in self.pairs]).reshape(-1, 2)

    @property
    def value_correlation(self) -> float:
        """Spearman correlation of the sizes; NaN for fewer than three pairs or without any variation."""
        values = self.values
        if len(values) < 3 or (values.min(axis=0) == values.max(axis=0)).any():
            return float("nan")
        from scipy.stats import spearmanr

        return float(spearmanr(values[:, 0], values[:, 1]).statistic)

    def false_per_min(self, seconds_observed: float) -> float:
        """False events per minute observed; NaN where nothing was observed."""
        return 60 * len(self.false) / seconds_observed if seconds_observed > 0 else float("nan")

    def found_share_by_value(self, edges: Sequence[float]) -> tuple[tuple[float, int], ...]:
        """Return (share found, number of true events) for true sizes in each [edge, next edge).

        The share is NaN where the number is 0; `edges` rises.
        """
        found = np.histogram([true.value for true, _ in self.pairs], _half_open(edges))[0]
        missed = np.histogram([true.value for true in self.missed], _half_open(edges))[0]
        return tuple((_ratio(int(f), int(f + m)), int(f + m)) for f, m in zip(found, missed, strict=True))


def match(true: Sequence[Span], found: Sequence[Span]) -> Matching:
    """Match events one to one: as many pairs as can be, and among those ways the greatest total overlap.

    Two events can be a pair where they are on the same side and overlap in time; an event without a length
    overlaps what it lies in.
    """
    overlap = np.array([[_overlap_s(t, f) for f in found] for t in true]).reshape(len(true), len(found))
    possible = overlap >= 0
    from scipy.optimize import linear_sum_assignment

    # One pair more outweighs any overlap: the gain of a pair exceeds the sum all overlaps could add.
    pair = 1 + min(overlap.shape) * max(float(overlap.max(initial=0)), 1.0)
    rows, columns = linear_sum_assignment(np.where(possible, pair + overlap, 0), maximize=True)
    paired = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if possible[i, j]]
    of_true, of_found = {i for i, _ in paired}, {j for _, j in paired}
    return Matching(
        tuple((true[i], found[j]) for i, j in paired),
        tuple(t for i, t in enumerate(true) if i not in of_true),
        tuple(f for j, f in enumerate(found) if j not in of_found),
    )


def pooled(matchings: Sequence[Matching]) -> Matching:
    """Return the matchings of several recordings as one, each event counting once."""
    return Matching(
        tuple(pair for m in matchings for pair in m.pairs),
        tuple(event for m in matchings for event in m.missed),
        tuple(event for m in matchings for event in m.false),
    )


def _overlap_s(one: Span, two: Span) -> float:
    """Return the common time in seconds, -1 where the events cannot be a pair."""
    common = min(one.offset_s, two.offset_s) - max(one.onset_s, two.onset_s)
    instant = one.onset_s == one.offset_s or two.onset_s == two.offset_s
    if one.side != two.side or common < 0 or (common == 0 and not instant):
        return -1.0
    return common


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _half_open(edges: Sequence[float]) -> FloatArray:
    # numpy closes the last bin; a last edge just below keeps all bins alike.
    inner = np.asarray(edges, float)
    return np.append(inner[:-1], np.nextafter(inner[-1], -np.inf))
