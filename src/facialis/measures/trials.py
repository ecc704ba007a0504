"""A designed test of one factor: days with and without it by lot, and what the lots themselves say of
chance.

The days come in blocks with as many periods with the factor as without, in random order. After every
period there may be days of washout, which are not counted. The result compares what happened with what
every other order that could have been drawn would have given (Edgington and Onghena 2007, Randomization
Tests, 4th edition; Fisher 1935). It needs no assumption about how days depend on each other, on trend or
on toxin, if whether a day is noted does not depend on its lot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import special

from facialis.measures.basis import Term
from facialis.measures.intervals import LEVEL
from facialis.types import BoolArray, FloatArray, Measure

POWER = 0.8
ALIKE = 0.3
"""Own choice: diaries of felt strength have day-to-day correlations of about 0 to 0.6."""
MOST_LISTED = 20_000
N_DRAWN = 9_999
DIRECTIONS = {
    "felt strength": ("the spasms felt stronger", "the spasms felt weaker"),
    "bother": ("the spasms bothered more", "the spasms bothered less"),
    "number of spasms": ("there were more spasms", "there were fewer spasms"),
}
HOW_ALL = "randomisation test over all orders that could have been drawn"
HOW_DRAWN = f"randomisation test over {N_DRAWN} random orders"


@dataclass(frozen=True)
class TrialDay:
    """One day of a plan: with the factor or without, and whether it counts (days of washout do not)."""

    day: date
    block: int
    period: int
    with_factor: bool
    counts: bool


@dataclass(frozen=True)
class TrialPlan:
    """A plan. `order` holds, for each block, whether each period is one with the factor.

    Days of washout are days without the factor. `words` says how little the plan can at best prove, where
    it cannot reach 5 %.
    """

    factor: str
    days: tuple[TrialDay, ...]
    order: tuple[tuple[bool, ...], ...]
    seed: int
    words: str = ""


@dataclass(frozen=True)
class TrialResult:
    """With minus without, its 95 % interval by the same test, and the p of no difference (None without days).

    `n_with`, `n_without`: days that counted and were noted. The test holds if whether a day is noted does
    not depend on its lot.
    """

    factor: str
    difference: Measure
    p: float | None
    n_with: int
    n_without: int
    words: str


def plan_trial(
    factor: str,
    start: date,
    blocks: int = 6,
    periods: int = 4,
    days_per_period: int = 1,
    washout_days: int = 0,
    seed: int = 0,
) -> TrialPlan:
    """Return a plan of `blocks` blocks of `periods` periods, half of them with the factor, by lot.

    The seed decides the order, so that a plan can be made again. Raises ValueError for a number that gives
    no plan.
    """
    if blocks < 1 or periods < 2 or periods % 2 or days_per_period < 1 or washout_days < 0:
        raise ValueError("a plan needs blocks of an even number of periods, of a day or more each")
    rng = np.random.default_rng(seed)
    half = [True] * (periods // 2) + [False] * (periods // 2)
    order = tuple(tuple(bool(x) for x in rng.permutation(half)) for _ in range(blocks))
    return plan_of(factor, start, order, days_per_period, washout_days, seed)


def plan_of(
    factor: str,
    start: date,
    order: tuple[tuple[bool, ...], ...],
    days_per_period: int,
    washout_days: int,
    seed: int,
) -> TrialPlan:
    """Return the plan of an order that was drawn before, day by day."""
    days, at, periods = [], start, len(order[0])
    for block, row in enumerate(order):
        for number, there in enumerate(row):
            period = block * periods + number
            for k in range(days_per_period + washout_days):
                counted = k < days_per_period
                days.append(TrialDay(at, block, period, there and counted, counted))
                at += timedelta(1)
    return TrialPlan(factor, tuple(days), order, seed, _reach(comb(periods, periods // 2) ** len(order)))


def smallest_difference(plan: TrialPlan, sd: float) -> float:
    """Return about the least difference that the plan shows with a chance of 80 %, every day noted.

    `sd` is the spread between days. Days of one period are taken to share `ALIKE` of their variance.
    """
    days = sum(day.counts for day in plan.days) / sum(len(row) for row in plan.order)
    periods, blocks = sum(len(row) for row in plan.order), len(plan.order)
    error = sd * float(np.sqrt((ALIKE + (1 - ALIKE) / days) * 4 / periods))
    df = max(periods - blocks - 1, 1)
    return float(special.stdtrit(df, (1 + LEVEL) / 2) + special.stdtrit(df, POWER)) * error


def trial_result(
    plan: TrialPlan, outcome: Mapping[date, float], unit: str = "of 10", name: str = "felt strength"
) -> TrialResult:
    """Return the result of a plan, from the outcome of each day; days that were not noted are left out.

    Days count as planned, also where the plan was not kept, for else the lots would not protect it. For a
    ratio of rates give logarithms.
    """
    noted = [day for day in plan.days if day.counts and day.day in outcome]
    y = np.array([outcome[day.day] for day in noted], dtype=float)
    period = np.array([day.period for day in noted], dtype=int)
    block = np.array([day.block for day in noted], dtype=int)
    there = np.array([day.with_factor for day in noted], dtype=bool)
    term = Term("trial_difference", f"{name} with {plan.factor} minus without", None, unit, 0.0)
    n_with, n_without = int(there.sum()), int((~there).sum())
    if not _comparable(there, block):
        more = "not enough data: needs about 1 more block of days with and without"
        lack = term.lack(len(noted), more)
        return TrialResult(plan.factor, lack, None, n_with, n_without, more)
    orders, listed = all_orders(plan)
    drawn = orders[:, period]
    value, others_y, others_w = _statistics(y, there, drawn, block)
    p = _p_of(value, others_y)
    low, high = _turned_round(value, others_y, others_w)
    how = HOW_ALL if listed else HOW_DRAWN
    measure = term.give(value, (low, high), len(noted), how)
    return TrialResult(plan.factor, measure, p, n_with, n_without, _words(plan.factor, measure, p, name))


def all_orders(plan: TrialPlan) -> tuple[BoolArray, bool]:
    """Return orders (M, periods) that could have been drawn, and whether they are all of them.

    Each of all is as likely as any other. Beyond 20 000 there are 9999 random ones beside the plan's own,
    which comes first.
    """
    periods = len(plan.order[0])
    halves = list(combinations(range(periods), periods // 2))
    blocks = len(plan.order)
    if len(halves) ** blocks <= MOST_LISTED:
        index = np.indices((len(halves),) * blocks).reshape(blocks, -1).T
    else:
        index = np.random.default_rng(plan.seed + 1).integers(0, len(halves), (N_DRAWN, blocks))
    one = np.zeros((len(halves), periods), dtype=bool)
    for row, half in enumerate(halves):
        one[row, list(half)] = True
    orders = one[index].reshape(index.shape[0], -1)
    listed = len(halves) ** blocks <= MOST_LISTED
    own = np.array([there for row in plan.order for there in row])[None, :]
    return (orders if listed else np.concatenate([own, orders])), listed


def _statistics(
    y: FloatArray, there: BoolArray, drawn: BoolArray, block: NDArray[np.int_]
) -> tuple[float, FloatArray, FloatArray]:
    """Return the difference within blocks, and for each drawn order that of `y` and of the true order
    (M,)."""
    own = float(_within(y, there[None, :], block)[0])
    return own, _within(y, drawn, block), _within(there.astype(float), drawn, block)


def _within(values: FloatArray, orders: BoolArray, block: NDArray[np.int_]) -> FloatArray:
    """Return with minus without, the blocks' differences weighted as in a regression with blocks, (M,).

    0 for an order in which no block has both.
    """
    top, bottom = np.zeros(orders.shape[0]), np.zeros(orders.shape[0])
    for each in np.unique(block):
        mine = block == each
        w, v = orders[:, mine].astype(float), values[mine] - values[mine].mean()
        first = w.sum(axis=1)
        top += w @ v
        bottom += first * (mine.sum() - first) / mine.sum()
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def _p_of(value: float, others: FloatArray) -> float:
    """Return the two-sided p: twice the smaller of the shares of orders as high or low as the true one."""
    slack = 1e-9 * max(1.0, abs(value))
    tails = float(np.mean(others >= value - slack)), float(np.mean(others <= value + slack))
    return min(1.0, 2 * min(tails))


def _turned_round(
    value: float, others_y: FloatArray, others_w: FloatArray
) -> tuple[float | None, float | None]:
    """Return the differences that the test would not reject at 5 %; an end is None where it rejects none.

    With a constant difference d taken off the days with the factor, an order's statistic is others_y - d *
    others_w and the true one's value - d: they cross at one d, so the ends are order statistics.
    """
    apart = 1 - others_w
    always = apart < 1e-9
    crossing = np.sort((value - others_y[~always]) / apart[~always])
    m, same = others_y.size, int(always.sum())
    # At a d just beyond the k-th crossing, k orders and the `same` ones are at least as high as the true one.
    most = (1 - LEVEL) / 2 * m
    k = int(np.floor(most - same + 1e-9))
    if k < 0 or k >= crossing.size:
        return None, None
    return float(crossing[k]), float(crossing[crossing.size - 1 - k])


def _comparable(there: BoolArray, block: NDArray[np.int_]) -> bool:
    return any(0 < there[block == each].sum() < (block == each).sum() for each in np.unique(block))


def _reach(orders: int) -> str:
    least = 2 / orders
    if least <= 1 - LEVEL:
        return ""
    return (
        f"Only {orders} orders can be drawn, so p cannot be below {least:.2f} and there is no 95 % interval: "
        "take more blocks or periods."
    )


def _words(factor: str, measure: Measure, p: float, name: str) -> str:
    assert measure.value is not None
    way = "higher" if measure.value >= 0 else "lower"
    said = f"On days with {factor} the {name} was {abs(measure.value):.1f} {measure.unit} {way}"
    if measure.low is not None and measure.high is not None:
        said += f" ({measure.low:+.1f} to {measure.high:+.1f})"
    share = "fewer than 0.1" if p < 0.001 else f"{100 * p:.1f}"
    said += f". By the lots alone a difference as large happens in {share} % of trials"
    return f"{said}, {verdict(factor, measure.value, p, name)}."


def verdict(factor: str, value: float, p: float, name: str) -> str:
    """Return what a result says, with its direction: `value` is with minus without, `name` the outcome's."""
    if p > 1 - LEVEL + 1e-12:
        return "so it cannot be told"
    more, less = DIRECTIONS.get(name, (f"the {name} was higher", f"the {name} was lower"))
    return f"so it is hardly chance: with {factor} {more if value > 0 else less}"
