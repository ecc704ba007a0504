"""Counts of several recordings of one person: rates, their ratio, and what could have been shown.

Between recordings a person's rate varies more than chance: Var(count) = phi * mu + alpha * mu^2, the
negative binomial's variance (Lawless 1987, doi:10.2307/3314912) with the dispersion phi within a recording.
alpha comes from Pearson's chi-squared (Breslow 1984, doi:10.2307/2347661), all groups of recordings
together, and weighs the recordings. Intervals turn round the quasi-score test of a rate or a ratio, so that a
group without any spasm still has one. How far the score may stray is averaged over all that is believed of
the person's variation and of how long a level lasts (`lasting`): recordings a few days apart may say the same
thing twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from facialis.measures.history import RecordedRate
from facialis.measures.intervals import LEVEL
from facialis.measures.lasting import LevelPrior, Levels, Stretch, levels_of, linked
from facialis.types import FloatArray

POWER = 0.8
LARGEST_LOG_RATIO = 12.0
LARGEST_ALPHA = 50.0
TAIL = (1 - LEVEL) / 2
SURE_DF = 1e6
"""Degrees of freedom of what is averaged over and not estimated."""
NOON_OF_ALL = datetime(2000, 1, 1, 12)
"""Days of recordings are counted from here; only what lies between them matters."""


@dataclass(frozen=True)
class Group:
    """Recordings that share one rate: counts (n,), seconds (n,), dispersion within each (n,), days (n,)."""

    counts: FloatArray
    seconds: FloatArray
    phi: FloatArray
    days: FloatArray

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
        np.array([(r.when.replace(tzinfo=None) - NOON_OF_ALL).total_seconds() / 86_400 for r in recordings]),
    )


@dataclass(frozen=True)
class Variation:
    """How much the rate varies between recordings: `alpha` is its squared coefficient of variation.

    `df` are the degrees of freedom it rests on. `levels`: all that is believed of it and of how long a level
    lasts; None: alpha is what it is, as well as `df` tell, and each recording has a level of its own.
    """

    alpha: float
    df: int
    levels: Levels | None = None


def variation_of(groups: Sequence[Group], prior: LevelPrior | None = None) -> Variation:
    """Return the variation between recordings of the same group, from all groups; alpha is 0 where chance
    explains it."""
    known = [group for group in groups if group.total > 0]
    found = _pearson(known)
    stretches = []
    for group in known:
        mean = group.rate(found.alpha) * group.seconds
        stretches.append(Stretch(group.days, group.counts / mean - 1, group.phi / mean))
    return replace(found, levels=levels_of(stretches, prior))


def _pearson(known: Sequence[Group]) -> Variation:
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
    alpha = variation.alpha
    first, second = before.rate(alpha), after.rate(alpha)
    ratio = second / first if first > 0 else float("inf")
    centre = float(np.log(min(max(ratio, np.exp(-LARGEST_LOG_RATIO)), np.exp(LARGEST_LOG_RATIO))))
    stray = _stray_of(np.concatenate([before.days, after.days]), variation)

    def below(log_ratio: float) -> float:
        return stray.below(contrast(before, after, log_ratio, alpha))

    low = _end(lambda x: below(x) - (1 - TAIL), -LARGEST_LOG_RATIO, centre) if second > 0 else None
    high = _end(lambda x: below(x) - TAIL, centre, LARGEST_LOG_RATIO) if first > 0 else None
    return (
        ratio,
        0.0 if low is None else float(np.exp(low)),
        float("inf") if high is None else float(np.exp(high)),
    )


def rate_interval(group: Group, rate: float, variation: Variation) -> tuple[float, float]:
    """Return the 95 % interval of one group's rate per second; the upper end may be infinite.

    Levels stray by factors and not by spasms. So their part of the score's spread is that at the logarithmic
    mean of the rate asked about and the one found: the interval is even on the logarithm where little is left
    to chance.
    """
    smallest = 1e-4 / float(group.seconds.sum())
    stray = _stray_of(group.days, variation)

    centre = float(np.log(max(rate, smallest)))

    def below(log_rate: float) -> float:
        found = contrast_of(group, float(np.exp(log_rate)), variation.alpha)
        factor = float(special.exprel(centre - log_rate)) if rate > 0 else 1.0
        return stray.below(replace(found, pull=factor * found.pull))

    low = _end(lambda x: below(x) - (1 - TAIL), centre - 12, centre) if rate > 0 else None
    high = _end(lambda x: below(x) - TAIL, centre, centre + 25)
    return (
        0.0 if low is None else float(np.exp(low)),
        float("inf") if high is None else float(np.exp(high)),
    )


@dataclass(frozen=True)
class Contrast:
    """A score and what makes it stray: its variance by `chance`, and by which factor (n,) the level of each
    recording enters it."""

    score: float
    chance: float
    pull: FloatArray


def contrast_of(group: Group, rate: float, alpha: float) -> Contrast:
    """Return the score of a rate per second: positive where the group has more than it says."""
    mean, variance = rate * group.seconds, group.variance(rate, alpha)
    return Contrast(group.score(rate, alpha), float(np.sum(group.phi * mean / variance**2)), mean / variance)


def contrast(before: Group, after: Group, log_ratio: float, alpha: float) -> Contrast:
    """Return the score of a ratio: positive where `after` has more than it says.

    The rate before is not known; its own score, with the share that makes the two independent, is taken off.
    """
    stretched = replace(after, seconds=after.seconds * np.exp(log_ratio))
    rate = _joined(before, stretched).rate(alpha)
    first, second = before.information(rate, alpha), stretched.information(rate, alpha)
    share = np.array([-second, first]) / (first + second)
    parts = [contrast_of(group, rate, alpha) for group in (before, stretched)]
    return Contrast(
        parts[1].score,
        float(np.sum(share**2 * [part.chance for part in parts])),
        np.concatenate([times * part.pull for times, part in zip(share, parts, strict=True)]),
    )


@dataclass(frozen=True)
class _Stray:
    """How far scores stray: `levels`, the correlations of the recordings (T, n, n) for each of the days that
    a level may last (T,), the index of each level's days (K,), and degrees of freedom."""

    levels: Levels
    links: FloatArray
    index: NDArray[np.intp]
    df: float

    def spreads(self, found: Contrast) -> FloatArray:
        """Return the standard deviation of a score for each of the levels, (K,)."""
        shared = np.einsum("i,tij,j->t", found.pull, self.links, found.pull)
        spread: FloatArray = np.sqrt(found.chance + self.levels.alpha * shared[self.index])
        return spread

    def below(self, found: Contrast) -> float:
        """Return the chance of a score below the one found."""
        return float(self.levels.weight @ special.stdtr(self.df, found.score / self.spreads(found)))


def _stray_of(days: FloatArray, variation: Variation) -> _Stray:
    alone = Levels(np.array([variation.alpha]), np.zeros(1), np.ones(1))
    levels = variation.levels or alone
    lasting, index = np.unique(levels.lasting_d, return_inverse=True)
    links = np.array([linked(days, each) for each in lasting])
    return _Stray(levels, links, index, SURE_DF if variation.levels else variation.df)


def _joined(before: Group, after: Group) -> Group:
    return Group(*(np.concatenate(pair) for pair in zip(_arrays(before), _arrays(after), strict=True)))


def _end(crossing: Callable[[float], float], low: float, high: float) -> float | None:
    if crossing(low) * crossing(high) > 0:
        return None
    return float(optimize.brentq(crossing, low, high, xtol=1e-6))


def power_of(before: Group, after: Group, rate: float, ratio: float, variation: Variation) -> float:
    """Return the chance that the score test of 'no change' rejects, where the rates are `rate`, `rate` *
    `ratio`.

    Only the seconds, dispersions and days of the groups are used. That levels may last makes the test more
    careful; the chance is that of recordings with a level of their own each.
    """
    alpha = variation.alpha
    expected = [
        replace(group, counts=group.seconds * rate * times)
        for group, times in ((before, 1.0), (after, ratio))
    ]
    found = contrast(expected[0], expected[1], 0.0, alpha)
    alone = float(np.sqrt(found.chance + alpha * found.pull @ found.pull))
    wall = _wall(found, alone, np.concatenate([before.days, after.days]), variation)
    spread = _spread_of_test(expected[0], expected[1], alpha)
    return float(stats.nct.sf(wall / spread, variation.df, abs(found.score) / alone / spread))


def _wall(found: Contrast, alone: float, days: FloatArray, variation: Variation) -> float:
    """Return how many of its spreads `alone` a score has to be away from 0 to be told from it."""
    student = float(stats.t.ppf(1 - TAIL, variation.df))
    if variation.levels is None:
        return student
    lasting, weight = variation.levels.by_days()
    links = np.array([linked(days, each) for each in lasting])
    shared = np.einsum("i,tij,j->t", found.pull, links, found.pull)
    wider = np.sqrt(found.chance + variation.alpha * shared) / alone

    def beyond(wall: float) -> float:
        return float(weight @ special.stdtr(variation.df, -wall / wider)) - TAIL

    return float(optimize.brentq(beyond, 0.0, student * float(wider.max()) + 1.0))


def _spread_of_test(first: Group, second: Group, alpha: float) -> float:
    """Standard deviation of the score test where the groups' counts are their true means."""
    rate = _joined(first, second).rate(alpha)
    info = np.array([group.information(rate, alpha) for group in (first, second)])
    share = info[::-1] / info.sum()
    variance = [
        float(np.sum(group.counts * (group.phi + alpha * group.counts) / group.variance(rate, alpha) ** 2))
        for group in (first, second)
    ]
    return float(np.sqrt(np.sum(share**2 * variance) / (info[0] * info[1] / info.sum())))


def _arrays(group: Group) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return group.counts, group.seconds, group.phi, group.days
