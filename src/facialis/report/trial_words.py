"""A test by lot in words: the plan, what a day is, the result."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from facialis.measures.basis import Term
from facialis.measures.trials import TrialDay, TrialPlan, TrialResult, verdict
from facialis.report.interval_words import interval, many, wrapped
from facialis.report.words import number
from facialis.types import Measure

NAMES = {"felt": "felt strength", "bother": "bother", "rate": "number of spasms"}
NO_ADVICE = "What a doctor prescribed or forbade is not for lots to decide."
EARLY = (
    "This is a look before the end. Who looks often finds something by chance more easily than the numbers "
    "say; what counts is the result at the end."
)


@dataclass(frozen=True)
class Standing:
    """How a trial stands on a day: `counted` days of the plan, and those of them that were noted.

    `otherwise`: days on which the diary says that the plan was not kept. `missing_with`,
    `missing_without`: days up to today that count and were not noted.
    """

    plan: TrialPlan
    outcome: str
    today: date
    counted: int
    noted: int
    otherwise: int
    missing_with: int = 0
    missing_without: int = 0

    @property
    def last(self) -> date:
        """The plan's last day."""
        return self.plan.days[-1].day

    @property
    def over(self) -> bool:
        """Whether the last day is past."""
        return self.today > self.last


def standing(
    plan: TrialPlan,
    outcome: str,
    today: date,
    values: Mapping[date, float],
    factors: Mapping[date, Mapping[str, float]],
) -> Standing:
    """Return how a trial stands. `values`: the outcome by day; `factors`: the diary's factors by day."""
    counted = [day for day in plan.days if day.counts]
    said = [(d, factors.get(d.day, {}).get(plan.factor)) for d in plan.days if d.day <= today]
    missing_with, missing_without = missing_days(plan, values, today)
    return Standing(
        plan,
        outcome,
        today,
        len(counted),
        sum(day.day in values for day in counted),
        sum((strength > 0) != day.with_factor for day, strength in said if strength is not None),
        missing_with,
        missing_without,
    )


def missing_days(plan: TrialPlan, values: Collection[date], today: date) -> tuple[int, int]:
    """Return how many days up to today that count were not noted: with the factor, and without."""
    lots = [d.with_factor for d in plan.days if d.counts and d.day <= today and d.day not in values]
    return sum(lots), len(lots) - sum(lots)


def missing_words(missing_with: int, missing_without: int) -> str:
    """Return the days not noted, and what the result takes for granted about them."""
    if not missing_with + missing_without:
        return "No day is missing."
    return (
        f"Days missing: {missing_with} with it and {missing_without} without. The result holds if whether "
        "a day is noted does not depend on its lot."
    )


def plan_lines(number_: int, plan: TrialPlan, outcome: str, reach: float, unit: str) -> list[str]:
    """Return what was planned and what it can show; `reach` is the least difference, in `unit`."""
    counted = [day for day in plan.days if day.counts]
    there = sum(day.with_factor for day in counted)
    washout = len(plan.days) - len(counted)
    told = [
        f"Trial {number_}, {plan.factor}: {many(len(plan.days), 'day')} from {plan.days[0].day} to "
        f"{plan.days[-1].day}, {there} with it and {len(counted) - there} without, in an order drawn by lot"
        + (f"; {washout} days between, without it, are not counted." if washout else "."),
        f"It asks whether the {NAMES[outcome]} differs."
        + (
            ""
            if plan.words
            else f" It can show a difference of about {unit.format(reach)}, with a chance of 80 %, if every "
            "day is noted."
        ),
    ]
    if plan.words:
        told.append(plan.words)
    told += [
        f"`facialis trial next` tells each day's lot; `facialis diary add` keeps how it was, with "
        f"{plan.factor}=0 on days without.",
        NO_ADVICE,
    ]
    return [line for sentence in told for line in wrapped(sentence)]


def next_lines(number_: int, at: Standing) -> list[str]:
    """Return what today and tomorrow are."""
    days = {day.day: day for day in at.plan.days}
    head, first = f"Trial {number_}, {at.plan.factor}", at.plan.days[0].day
    if at.today < first:
        return wrapped(f"{head}: begins on {first:%A, %Y-%m-%d}, a day {_lot(days[first], at.plan.factor)}.")
    if at.over:
        return wrapped(f"{head}: ended on {at.last}; `facialis trial result {number_}` tells what it showed.")
    place = 1 + (at.today - first).days
    tomorrow = days.get(at.today + timedelta(days=1))
    then = f"Tomorrow is a day {_lot(tomorrow, at.plan.factor)}." if tomorrow else "It is the last day."
    lot = _lot(days[at.today], at.plan.factor)
    told = [
        f"{head}: today, {at.today:%A, %Y-%m-%d}, is a day {lot} (day {place} of {len(days)}). {then}",
        f"Days noted so far: {at.noted} of {at.counted}.",
    ]
    return [line for sentence in told for line in wrapped(sentence)]


def result_lines(
    number_: int, at: Standing, result: TrialResult, beside: Sequence[tuple[str, TrialResult]], early: bool
) -> list[str]:
    """Return the result, or, before the end and without `early`, when there will be one."""
    span = f"{at.plan.days[0].day} to {at.last}"
    head = f"Trial {number_}, {at.plan.factor}, {span}: {at.noted} of {at.counted} days noted"
    if not (at.over or early):
        return wrapped(
            f"{head}. It runs until {at.last}, and its result counts then. --early shows it before, which "
            "makes finding something by chance easier."
        )
    told = [
        f"{head}, {result.n_with} with it and {result.n_without} without.",
        f"{_result(at.outcome, result)}",
        missing_words(at.missing_with, at.missing_without),
    ]
    for outcome, other in beside:
        if other.difference.value is not None:
            told.append(f"Beside, not what the plan asked: {_difference(outcome, other)}.")
    if at.otherwise:
        told.append(
            f"On {many(at.otherwise, 'day')} the diary says otherwise than the plan; days count as planned."
        )
    if not at.over:
        told.append(EARLY)
    return [line for sentence in told for line in wrapped(sentence)]


def as_ratio(measure: Measure) -> Measure:
    """Return a difference of logarithms as a ratio."""
    if measure.value is None:
        return measure
    low, high = (None if end is None else math.exp(end) for end in (measure.low, measure.high))
    term = Term(measure.name, measure.label, measure.side, "times", measure.seconds_observed)
    return term.give(math.exp(measure.value), (low, high), measure.n, measure.how)


def _lot(day: TrialDay, factor: str) -> str:
    if day.with_factor:
        return f"WITH {factor}"
    return f"without {factor}" if day.counts else f"without {factor}, which is not counted"


def _result(outcome: str, result: TrialResult) -> str:
    if result.difference.value is None or result.p is None:
        return f"{result.words[:1].upper()}{result.words[1:]}."
    share = "fewer than 0.1" if result.p < 0.001 else f"{100 * result.p:.1f}"
    speaks = verdict(result.factor, result.difference.value, result.p, NAMES[outcome])
    return (
        f"{_difference(outcome, result)}. By the lots alone a difference as large comes about in {share} % "
        f"of trials, {speaks}."
    )


def _difference(outcome: str, result: TrialResult) -> str:
    measure = result.difference
    assert measure.value is not None
    if outcome == "rate":
        ratio = as_ratio(measure)
        return (
            f"On days with {result.factor} there were {number(ratio.value or 0.0, 2)} times as many spasms"
            f"{interval(ratio)}"
        )
    way = "higher" if measure.value >= 0 else "lower"
    return (
        f"On days with {result.factor} the {NAMES[outcome]} was {abs(measure.value):.1f} of 10 {way}"
        f"{interval(measure, signed=True, decimals=1)}"
    )
