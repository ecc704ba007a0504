"""Counts of several recordings of one person: rates, their ratio, and what could have been shown.

Between recordings a person's rate varies more than chance: Var(count) = phi * mu + alpha * mu^2, the
negative binomial's variance (Lawless 1987, doi:10.2307/3314912) with the dispersion phi within a recording.
alpha comes from Pearson's chi-squared (Breslow 1984, doi:10.2307/2347661), all groups of recordings
together. Intervals turn round the quasi-score test of a ratio, so that a group without any spasm still has
one, with Student's t for the degrees of freedom that alpha was estimated from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from facialis.measures.history import RecordedRate
from facialis.measures.intervals import LEVEL
from facialis.types import FloatArray

POWER = 0.8
LARGEST_LOG_RATIO = 12.0
LARGEST_ALPHA = 50.0


@dataclass(frozen=True)
class Group:
    """Counts (n,), seconds (n,) and dispersion within each (n,) of recordings that share one rate."""

    counts: FloatArray
    seconds: FloatArray
    phi: FloatArray

    @property
    def n(self) -> int:
        """Number of recordings."""
        return self.counts.size

    @property
    def total(self) -> float:
        """Spasms counted altogether."""
        return float(self.counts.sum())

    def variance(self, rate: float, alpha: float) -> FloatArray:
        """Return the variance of a count over its mean, at `rate` per second, shape (n,)."""
        return self.phi + alpha * rate * self.seconds

    def information(self, rate: float, alpha: float) -> float:
        """Return the quasi-information on the logarithm of the rate."""
        return float(np.sum(rate * self.seconds / self.variance(rate, alpha)))

    def score(self, rate: float, alpha: float) -> float:
        """Return the quasi-score on the logarithm of the rate."""
        return float(np.sum((self.counts - rate * self.seconds) / self.variance(rate, alpha)))

    def rate(self, alpha: float) -> float:
        """Return the rate per second that solves the quasi-score; 0 without any spasm."""
        rate = self.total / float(self.seconds.sum())
        for _ in range(50):
            weight = 1 / self.variance(rate, alpha)
            new = float(np.sum(weight * self.counts) / np.sum(weight * self.seconds))
            if abs(new - rate) <= 1e-10 * (new + 1e-12):
                break
            rate = new
        return rate


def group_of(recordings: Sequence[RecordedRate]) -> Group:
    """Return recordings as arrays."""
    return Group(
        np.array([r.count for r in recordings], dtype=float),
        np.array([r.seconds_observed for r in recordings], dtype=float),
        np.array([max(r.dispersion, 1.0) for r in recordings], dtype=float),
    )


@dataclass(frozen=True)
class Variation:
    """How much the rate varies between recordings: `alpha` is its squared coefficient of variation.

    `df` are the degrees of freedom it rests on.
    """

    alpha: float
    df: int


def variation_of(groups: Sequence[Group]) -> Variation:
    """Return the variation between recordings of the same group, from all groups; 0 where chance explains
    it."""
    known = [group for group in groups if group.total > 0]
    df = sum(group.n - 1 for group in known)

    def excess(alpha: float) -> float:
        chi = 0.0
        for group in known:
            mean = group.rate(alpha) * group.seconds
            chi += float(
                np.sum((group.counts - mean) ** 2 / (mean * group.variance(group.rate(alpha), alpha)))
            )
        return chi - df

    if df == 0 or excess(0.0) <= 0:
        return Variation(0.0, df)
    if excess(LARGEST_ALPHA) > 0:
        return Variation(LARGEST_ALPHA, df)
    return Variation(float(optimize.brentq(excess, 0.0, LARGEST_ALPHA, xtol=1e-6)), df)


def ratio_interval(before: Group, after: Group, variation: Variation) -> tuple[float, float, float]:
    """Return the ratio of the rates, after over before, and its 95 % interval.

    An end may be 0 or infinite, where one group is without spasms. Raises ValueError where both groups are,
    or where there is no degree of freedom.
    """
    if before.total + after.total == 0 or variation.df < 1:
        raise ValueError("no spasms, or no two recordings of one group")
    alpha, wall = variation.alpha, float(stats.t.ppf((1 + LEVEL) / 2, variation.df))
    first, second = before.rate(alpha), after.rate(alpha)
    ratio = second / first if first > 0 else float("inf")
    centre = float(np.log(min(max(ratio, np.exp(-LARGEST_LOG_RATIO)), np.exp(LARGEST_LOG_RATIO))))

    def distance(log_ratio: float) -> float:
        return score_test(before, after, log_ratio, alpha)

    low = _end(lambda x: distance(x) - wall, -LARGEST_LOG_RATIO, centre) if second > 0 else None
    high = _end(lambda x: distance(x) + wall, centre, LARGEST_LOG_RATIO) if first > 0 else None
    return (
        ratio,
        0.0 if low is None else float(np.exp(low)),
        float("inf") if high is None else float(np.exp(high)),
    )


def score_test(before: Group, after: Group, log_ratio: float, alpha: float) -> float:
    """Return the studentised quasi-score of a ratio: positive where `after` has more than it says."""
    stretched = Group(after.counts, after.seconds * np.exp(log_ratio), after.phi)
    joint = Group(
        np.concatenate([before.counts, stretched.counts]),
        np.concatenate([before.seconds, stretched.seconds]),
        np.concatenate([before.phi, stretched.phi]),
    )
    rate = joint.rate(alpha)
    first, second = before.information(rate, alpha), stretched.information(rate, alpha)
    return stretched.score(rate, alpha) / float(np.sqrt(first * second / (first + second)))


def _end(crossing: Callable[[float], float], low: float, high: float) -> float | None:
    if crossing(low) * crossing(high) > 0:
        return None
    return float(optimize.brentq(crossing, low, high, xtol=1e-6))


def power_of(before: Group, after: Group, rate: float, ratio: float, variation: Variation) -> float:
    """Return the chance that the score test of 'no change' rejects, where the rates are `rate`, `rate` *
    `ratio`.

    Only the seconds and dispersions of the groups are used.
    """
    alpha, wall = variation.alpha, float(stats.t.ppf((1 + LEVEL) / 2, variation.df))
    expected = [
        Group(group.seconds * rate * times, group.seconds, group.phi)
        for group, times in ((before, 1.0), (after, ratio))
    ]
    shift = score_test(expected[0], expected[1], 0.0, alpha)
    spread = _spread_of_test(expected[0], expected[1], alpha)
    scaled, centre = wall / spread, abs(shift) / spread
    return float(stats.nct.sf(scaled, variation.df, centre))


def _spread_of_test(first: Group, second: Group, alpha: float) -> float:
    """Standard deviation of the score test where the groups' counts are their true means."""
    joint = Group(*(np.concatenate(pair) for pair in zip(_arrays(first), _arrays(second), strict=True)))
    rate = joint.rate(alpha)
    info = np.array([group.information(rate, alpha) for group in (first, second)])
    share = info[::-1] / info.sum()
    variance = [
        float(np.sum(group.counts * (group.phi + alpha * group.counts) / group.variance(rate, alpha) ** 2))
        for group in (first, second)
    ]
    return float(np.sqrt(np.sum(share**2 * variance) / (info[0] * info[1] / info.sum())))


def _arrays(group: Group) -> tuple[FloatArray, FloatArray, FloatArray]:
    return group.counts, group.seconds, group.phi
