"""Before and after: how often spasms come, and how strong they feel, around a day in a person's history.

The two are always given side by side and never made into one number: what is counted and what is felt go
apart (doi:10.1002/brb3.2023), and each has its own smallest change that could have been shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from scipy import optimize, stats

from facialis.measures.basis import Term
from facialis.measures.counts import (
    POWER,
    Group,
    Variation,
    group_of,
    power_of,
    rate_interval,
    ratio_interval,
    variation_of,
)
from facialis.measures.history import DiaryDay, RecordedRate, measured, seconds_of
from facialis.measures.intervals import LEVEL, NO_INTERVAL
from facialis.measures.lasting import LevelPrior
from facialis.measures.serial import regress
from facialis.types import FloatArray, Measure

RATIO_HOW = "quasi-score interval, averaged over the variation between recordings and how long a level lasts"
MEAN_HOW = "Welch's t interval"
FELT_HOW = "difference of means of days that depend on each other"
POWER_HOW = "80 % power of the same test at 5 %"
NOTHING_COUNTED = "no spasm was counted in any of these recordings, so there is no ratio of rates"


@dataclass(frozen=True)
class ChangeSettings:
    """What is taken for granted where the recordings do not tell.

    `planning_variation` is the coefficient of variation between recordings that plans assume, and weighs
    as much as `planning_df` degrees of freedom (own choice; no study of repeated recordings in hemifacial
    spasm was found). `targets` are the changes that a plan should be able to show, the first that can be:
    half of the spasms, else a quarter. `most_more` bounds the search for the number of recordings, which lie
    `planning_step_d` days apart where there are none yet. `level`: what is believed of the variation and of
    how long a level lasts before any recording.
    """

    planning_variation: float = 0.5
    planning_df: int = 3
    targets: tuple[float, ...] = (0.5, 0.25)
    most_more: int = 60
    planning_step_d: float = 7.0
    level: LevelPrior = field(default_factory=LevelPrior)


@dataclass(frozen=True)
class Change:
    """What changed from before to after, counted and felt, and what could have been shown.

    `rate_ratio`: after over before. `felt_difference`: after minus before, on the diary's 0 to 10.
    `smallest_fall` and `smallest_rise` are ratios, `smallest_felt` a difference. `closure_difference` is how
    far the affected eye shuts when asked to, in % of the other eye, after minus before.
    """

    rate_before: Measure
    rate_after: Measure
    rate_ratio: Measure
    smallest_fall: Measure
    smallest_rise: Measure
    felt_difference: Measure
    smallest_felt: Measure
    closure_difference: Measure


def before_after(
    before: Sequence[RecordedRate],
    after: Sequence[RecordedRate],
    felt_before: Sequence[DiaryDay] = (),
    felt_after: Sequence[DiaryDay] = (),
    others: Sequence[Sequence[RecordedRate]] = (),
    settings: ChangeSettings | None = None,
) -> Change:
    """Return the change between two stretches of a person's history.

    `others` are further stretches of constant severity of the same person: they tell how much that person's
    rate varies between recordings, and nothing about the change. That recordings a few days apart may be of
    the same good or bad time is allowed for; several of one day are to be added up (`daily`).
    """
    settings = settings or ChangeSettings()
    first, second = measured(before), measured(after)
    groups = [group_of(part) for part in (first, second)]
    known = [*groups, *(group_of(measured(part)) for part in others)]
    spread = variation_of(known, settings.level)
    seconds = seconds_of([*first, *second])
    fall, rise = _smallest(groups, spread, seconds, settings)
    felt, smallest_felt = _felt_change(felt_before, felt_after)
    return Change(
        rate_of("rate_before", "Spasms per minute before", first, settings),
        rate_of("rate_after", "Spasms per minute after", second, settings),
        _ratio(groups, spread, seconds, settings),
        fall,
        rise,
        felt,
        smallest_felt,
        closure_change(first, second),
    )


def more_recordings(
    before: Group, after: Group, spread: Variation, settings: ChangeSettings, target: float
) -> int | None:
    """Return how many more recordings after are needed to show the ratio `target` with 80 % power.

    New recordings are as long as the ones there are on average, and as far apart as those are mostly. None
    where not even `most_more` would do: then there are too few before.
    """
    total = before.total + after.total
    seconds = float(before.seconds.sum() + after.seconds.sum())
    if before.n == 0 or total == 0:
        return None
    rate = before.total / float(before.seconds.sum()) if before.total else total / seconds
    each = float(np.mean(np.concatenate([before.seconds, after.seconds])))
    phi = float(np.mean(np.concatenate([before.phi, after.phi])))
    days = np.sort(np.concatenate([before.days, after.days]))
    step = float(np.median(np.diff(days))) if days.size > 1 else settings.planning_step_d
    for more in range(settings.most_more + 1):
        grown = Group(
            np.zeros(after.n + more),
            np.concatenate([after.seconds, np.full(more, each)]),
            np.concatenate([after.phi, np.full(more, phi)]),
            np.concatenate([after.days, days[-1] + step * np.arange(1, more + 1)]),
        )
        planned = planning_variation(spread, more if after.n else max(more - 1, 0), settings)
        if grown.n and planned.df > 0:
            power = power_of(before, grown, rate, target, planned)
            if power >= POWER:
                return more
    return None


def planning_variation(spread: Variation, more_df: int, settings: ChangeSettings) -> Variation:
    """Return the variation to plan with: what was seen, drawn towards what is assumed where little was."""
    assumed = settings.planning_variation**2
    weight = spread.df + settings.planning_df
    alpha = (spread.df * spread.alpha + settings.planning_df * assumed) / weight
    return Variation(alpha, spread.df + more_df, spread.levels)


def closure_change(before: Sequence[RecordedRate], after: Sequence[RecordedRate]) -> Measure:
    """Return the change of voluntary closure in % of the other eye: toxin and palsy weaken that too."""
    parts = [np.array([100 * r.closure for r in part if r.closure is not None]) for part in (before, after)]
    term = Term(
        "closure_difference",
        "Closure of the affected eye when asked to, after minus before",
        None,
        "% of the other eye",
        seconds_of([*before, *after]),
    )
    return _difference(term, parts[0], parts[1], "recordings with a voluntary closure")


def rate_of(
    name: str, label: str, recordings: Sequence[RecordedRate], settings: ChangeSettings | None = None
) -> Measure:
    """Return the spasms per minute of recordings of one stretch, with their variation in the interval."""
    settings = settings or ChangeSettings()
    term = Term(name, label, None, "1/min", seconds_of(recordings))
    group = group_of(recordings)
    if group.n == 0:
        return term.lack(0, "not enough data: needs about 2 more recordings")
    if group.n == 1:
        alone = "one recording does not tell how much they vary: needs about 1 more recording"
        return term.give(60 * group.rate(0.0), NO_INTERVAL, int(group.total), "", reason=alone)
    spread = variation_of([group], settings.level)
    if spread.df < 1:  # No spasm at all: the variation between recordings is assumed.
        spread = Variation(planning_variation(spread, 0, settings).alpha, group.n - 1)
    count, rate = int(group.total), group.rate(spread.alpha)
    low, high = rate_interval(group, rate, spread)
    ends = (60 * low, 60 * high if np.isfinite(high) else None)
    return term.give(60 * rate, ends, count, RATIO_HOW)


def _ratio(groups: Sequence[Group], spread: Variation, seconds: float, settings: ChangeSettings) -> Measure:
    before, after = groups
    term = Term("rate_ratio", "Spasms after, as a multiple of before", None, "times", seconds)
    n = before.n + after.n
    if reason := _too_few(before, after, spread, settings):
        return term.lack(n, reason)
    ratio, low, high = ratio_interval(before, after, spread)
    if not np.isfinite(ratio):
        return replace(term.lack(n, "no spasm was counted before"), low=low)
    return term.give(ratio, (low, high if np.isfinite(high) else None), n, RATIO_HOW)


def _too_few(before: Group, after: Group, spread: Variation, settings: ChangeSettings) -> str:
    """Return why there can be no ratio, with the number of recordings that would help; empty if there can."""
    if before.n == 0:
        return "not enough data: there is no recording before, which cannot be made up for later"
    if before.total + after.total == 0:
        return NOTHING_COUNTED if after.n else "not enough data: needs about 2 more recordings"
    if after.n and spread.df >= 1:
        return ""
    return _needs(before, after, spread, settings)


def _needs(before: Group, after: Group, spread: Variation, settings: ChangeSettings) -> str:
    """Return the sentence with the number of recordings that would show the first target that can be
    shown."""
    for target in settings.targets:
        more = more_recordings(before, after, spread, settings, target)
        if more is not None:
            many = max(more, 1)
            return (
                f"not enough data: needs about {many} more recording{'' if many == 1 else 's'} "
                f"to show a fall to {target:.0%} of before".replace("%", " %")
            )
    return "not enough data: there are too few recordings before for any number after to show a fall"


def _smallest(
    groups: Sequence[Group], spread: Variation, seconds: float, settings: ChangeSettings
) -> tuple[Measure, Measure]:
    """Return the nearest ratios below and above 1 that would have been shown with 80 % power."""
    before, after = groups
    found = []
    for name, label, edge in (
        ("smallest_fall", "Smallest fall these recordings could have shown", 1e-3),
        ("smallest_rise", "Smallest rise these recordings could have shown", 1e3),
    ):
        term, n = Term(name, label, None, "times", seconds), before.n + after.n
        if reason := _too_few(before, after, spread, settings):
            found.append(term.lack(n, reason))
            continue
        rate = (before.total or after.total) / float((before if before.total else after).seconds.sum())
        planned = planning_variation(spread, 0, settings)
        ratio = _least(before, after, rate, planned, edge)
        if ratio is None:
            found.append(term.lack(n, _needs(before, after, spread, settings)))
        else:
            found.append(term.give(ratio, NO_INTERVAL, n, POWER_HOW))
    return found[0], found[1]


def _least(before: Group, after: Group, rate: float, planned: Variation, edge: float) -> float | None:
    """Return the ratio between 1 and `edge` nearest to 1 that has the power; None where none has."""

    def short(step: float) -> float:
        return power_of(before, after, rate, float(np.exp(step)), planned) - POWER

    steps = np.linspace(0.0, np.log(edge), 60)
    for low, high in pairwise(steps):
        if short(high) >= 0:
            return float(np.exp(optimize.brentq(short, low, high)))
    return None


def _felt_change(before: Sequence[DiaryDay], after: Sequence[DiaryDay]) -> tuple[Measure, Measure]:
    entries = [[(d.day, d.felt) for d in part if d.felt is not None] for part in (before, after)]
    first, second = (np.array([felt for _, felt in part], dtype=float) for part in entries)
    term = Term("felt_difference", "Felt strength, after minus before", None, "of 10", 0.0)
    smallest = Term("smallest_felt", "Smallest felt change these days could have shown", None, "of 10", 0.0)
    n = first.size + second.size
    if reason := _lacking(first, second, "diary entries with a felt strength"):
        return term.lack(n, reason), smallest.lack(n, reason)
    days = np.array([day.toordinal() for part in entries for day, _ in part], dtype=float)
    step = np.repeat([0.0, 1.0], [first.size, second.size])
    columns = np.column_stack([np.ones(n), step])
    fitted = regress(np.concatenate([first, second]), columns, days, plain=True)
    change = fitted.coefficients[1]
    reach = float(stats.t.ppf((1 + LEVEL) / 2, change.df) + stats.t.ppf(POWER, change.df)) * change.error
    return (
        term.give(change.value, change.interval(), n, FELT_HOW),
        smallest.give(reach, NO_INTERVAL, n, POWER_HOW),
    )


def _difference(term: Term, before: FloatArray, after: FloatArray, what: str) -> Measure:
    n = before.size + after.size
    if reason := _lacking(before, after, what):
        return term.lack(n, reason)
    value = float(after.mean() - before.mean())
    error, df = _welch(before, after)
    half = float(stats.t.ppf((1 + LEVEL) / 2, df)) * error
    return term.give(value, (value - half, value + half), n, MEAN_HOW)


def _lacking(before: FloatArray, after: FloatArray, what: str) -> str:
    """Return why there can be no difference, empty if there can."""
    missing = max(2 - before.size, 0), max(2 - after.size, 0)
    if any(missing):
        where = " and ".join(f"{m} more {w}" for m, w in zip(missing, ("before", "after"), strict=True) if m)
        return f"not enough data: needs about {where} ({what})"
    if np.ptp(before) == 0 and np.ptp(after) == 0:
        return f"not enough data: all {what} of a stretch are the same, so their spread is not known"
    return ""


def _welch(before: FloatArray, after: FloatArray) -> tuple[float, float]:
    """Return the standard error of a difference of means and its degrees of freedom (Welch 1947)."""
    parts = [float(x.var(ddof=1)) / x.size for x in (before, after)]
    total = sum(parts)
    df = total**2 / sum(part**2 / (x.size - 1) for part, x in zip(parts, (before, after), strict=True))
    return float(np.sqrt(total)), float(df)
