"""Trials by lot: balanced plans, and a test that is exact because the lots are known."""

import re
from collections import Counter
from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from histories import START
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.trials import TrialPlan, all_orders, plan_trial, trial_result, verdict
from facialis.report.trial_words import missing_days, missing_words


def outcomes(plan: TrialPlan, effect: float, seed: int) -> dict[object, float]:
    rng = np.random.default_rng(seed)
    return {day.day: float(rng.normal()) + effect * day.with_factor for day in plan.days}


@given(
    st.integers(1, 8), st.sampled_from([2, 4, 6]), st.integers(1, 3), st.integers(0, 2), st.integers(0, 999)
)
@settings(deadline=None, max_examples=60)
def test_every_block_has_as_many_periods_with_as_without(
    blocks: int, periods: int, length: int, washout: int, seed: int
) -> None:
    plan = plan_trial("coffee", START, blocks, periods, length, washout, seed)
    assert all(sum(row) == periods // 2 for row in plan.order)
    counted = [day for day in plan.days if day.counts]
    assert len(counted) == blocks * periods * length
    assert len(plan.days) == blocks * periods * (length + washout)
    assert [day.day for day in plan.days] == [START + timedelta(k) for k in range(len(plan.days))]
    assert not any(day.with_factor for day in plan.days if not day.counts)
    for day in counted:
        assert day.with_factor == plan.order[day.block][day.period % periods]


def test_the_seed_makes_the_plan_again_and_another_seed_another() -> None:
    assert plan_trial("tea", START, seed=3) == plan_trial("tea", START, seed=3)
    assert len({plan_trial("tea", START, seed=k).order for k in range(20)}) > 15


def test_every_order_is_as_likely() -> None:
    counts = Counter(plan_trial("tea", START, 1, 4, seed=k).order for k in range(1200))
    assert len(counts) == 6
    assert max(counts.values()) < 260  # 200 each is expected, with a spread of 13.


@pytest.mark.parametrize("wrong", [{"blocks": 0}, {"periods": 3}, {"periods": 0}, {"washout_days": -1}])
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a plan needs"):
        plan_trial("tea", START, **wrong)


def test_a_plan_too_small_for_5_percent_says_so() -> None:
    assert "take more blocks" in plan_trial("tea", START, blocks=2, periods=2).words
    assert plan_trial("tea", START, blocks=3, periods=4).words == ""


def test_p_is_the_share_of_orders_counted_one_by_one() -> None:
    plan = plan_trial("tea", START, blocks=2, periods=4, seed=5)
    noted = outcomes(plan, 0.8, 1)
    y = [noted[day.day] for day in plan.days]
    halves = [row for row in product([False, True], repeat=4) if sum(row) == 2]
    differences = {}
    for first, second in product(halves, halves):
        order = first + second
        inside = [v for v, w in zip(y, order, strict=True) if w]
        outside = [v for v, w in zip(y, order, strict=True) if not w]
        differences[order] = np.mean(inside) - np.mean(outside)
    own = differences[tuple(there for row in plan.order for there in row)]
    high = sum(each >= own - 1e-12 for each in differences.values()) / 36
    low = sum(each <= own + 1e-12 for each in differences.values()) / 36
    result = trial_result(plan, noted)
    assert result.p == pytest.approx(min(1.0, 2 * min(high, low)))
    assert result.difference.value == pytest.approx(own)
    assert "all orders" in result.difference.how


def test_the_test_is_exact_over_all_plans_of_the_same_days() -> None:
    # The same days under each of the 36 plans that could have been drawn, and no effect: p is at most 5 % in
    # at most 5 % of them, whatever the days are like.
    days = 3.0 * np.arange(8) + np.array([0.3, 5.1, -2.0, 0.7, 9.0, 1.1, -4.0, 2.2])
    plans: dict[object, float] = {}
    for seed in range(600):
        plan = plan_trial("tea", START, 2, 4, seed=seed)
        if plan.order not in plans:
            noted = {day.day: float(value) for day, value in zip(plan.days, days, strict=True)}
            p = trial_result(plan, noted).p
            assert p is not None
            plans[plan.order] = p
    assert len(plans) == 36
    for level in (0.06, 0.12, 0.2, 0.5):
        assert sum(p <= level for p in plans.values()) <= level * 36
    assert min(plans.values()) == pytest.approx(2 / 36)


def test_the_interval_is_the_differences_that_the_test_does_not_reject() -> None:
    plan = plan_trial("tea", START, blocks=3, periods=4, seed=2)
    noted = outcomes(plan, 1.0, 3)
    low, high = trial_result(plan, noted).difference.low, trial_result(plan, noted).difference.high
    assert low is not None
    assert high is not None

    def p_of(difference: float) -> float:
        taken = {day.day: noted[day.day] - difference * day.with_factor for day in plan.days}
        p = trial_result(plan, taken).p
        assert p is not None
        return p

    for inside in np.linspace(low + 1e-6, high - 1e-6, 9):
        assert p_of(float(inside)) > 0.05
    assert p_of(low - 1e-3) <= 0.05
    assert p_of(high + 1e-3) <= 0.05


def test_trend_and_dependence_do_not_matter() -> None:
    covered = alarms = 0
    for seed in range(120):
        plan = plan_trial("tea", START, blocks=4, periods=4, seed=seed)
        walk = np.cumsum(np.random.default_rng(seed).normal(0, 0.6, 16)) + np.linspace(0, 4, 16)
        noted = {day.day: float(value) for day, value in zip(plan.days, walk, strict=True)}
        result = trial_result(plan, noted)
        assert result.p is not None
        assert result.difference.low is not None
        assert result.difference.high is not None
        alarms += result.p <= 0.05
        covered += result.difference.low <= 0 <= result.difference.high
    assert alarms <= 14  # 5 % of 120 is 6; more than 14 has a chance of 1 in 900.
    assert covered == 120 - alarms


@given(st.floats(0.1, 10), st.floats(-20, 20))
@settings(deadline=None, max_examples=15)
def test_unit_and_zero_of_the_outcome_do_not_matter(scale: float, shift: float) -> None:
    plan = plan_trial("tea", START, blocks=3, periods=4, seed=4)
    noted = outcomes(plan, 1.0, 5)
    plain = trial_result(plan, noted)
    other = trial_result(plan, {day: scale * value + shift for day, value in noted.items()})
    assert other.p == pytest.approx(plain.p)
    assert plain.difference.value is not None
    assert other.difference.value == pytest.approx(scale * plain.difference.value, abs=1e-6)


def test_large_plans_draw_orders_and_keep_their_own() -> None:
    plan = plan_trial("tea", START, blocks=8, periods=4, seed=1)
    orders, listed = all_orders(plan)
    assert not listed
    assert orders.shape == (10_000, 32)
    assert orders[0].tolist() == [there for row in plan.order for there in row]
    assert (orders.reshape(-1, 8, 4).sum(axis=2) == 2).all()
    result = trial_result(plan, outcomes(plan, 3.0, 6))
    assert result.p == pytest.approx(2e-4, abs=4e-4)


def test_washout_days_and_days_not_noted_do_not_count() -> None:
    plan = plan_trial("tea", START, blocks=3, periods=4, washout_days=1, seed=7)
    noted = outcomes(plan, 1.0, 8)
    spoilt = {day.day: noted[day.day] if day.counts else 1e6 for day in plan.days}
    assert trial_result(plan, spoilt) == trial_result(plan, noted)
    counted = [day.day for day in plan.days if day.counts]
    fewer = trial_result(plan, {day: noted[day] for day in counted[1:]})
    assert fewer.n_with + fewer.n_without == 11


@pytest.mark.parametrize("kept", [0, 1])
def test_no_days_give_a_reason(kept: int) -> None:
    plan = plan_trial("tea", START, seed=1)
    result = trial_result(plan, {day.day: 5.0 for day in plan.days[:kept]})
    assert result.p is None
    assert result.difference.value is None
    assert "not enough data" in result.difference.reason


@pytest.mark.parametrize(("effect", "way"), [(4.0, "stronger"), (-4.0, "weaker")])
def test_words_say_what_the_lots_say_and_which_way(effect: float, way: str) -> None:
    plan = plan_trial("tea", START, blocks=5, periods=4, seed=9)
    said = trial_result(plan, outcomes(plan, effect, 1)).words
    assert said.endswith(f"so it is hardly chance: with tea the spasms felt {way}.")
    assert trial_result(plan, outcomes(plan, 0.0, 1)).words.endswith("so it cannot be told.")


@given(
    st.floats(0.01, 9), st.floats(0, 0.05), st.sampled_from(["felt strength", "bother", "number of spasms"])
)
def test_a_verdict_turns_with_the_difference(value: float, p: float, name: str) -> None:
    worse, better = verdict("tea", value, p, name), verdict("tea", -value, p, name)
    assert re.search(r"with tea .*(stronger|more)", worse)
    assert re.search(r"with tea .*(weaker|less|fewer)", better)


@pytest.mark.parametrize("value", [-3.0, 0.0, 3.0])
def test_a_verdict_above_5_percent_has_no_direction(value: float) -> None:
    assert verdict("tea", value, 0.06, "bother") == "so it cannot be told"


def test_days_missing_are_counted_by_their_lot_up_to_today() -> None:
    plan = plan_trial("tea", START, blocks=2, periods=4, washout_days=1, seed=9)
    noted = {day.day: 3.0 for day in plan.days if day.counts and not day.with_factor}
    assert missing_days(plan, noted, plan.days[-1].day) == (4, 0)
    assert missing_days(plan, {}, plan.days[-1].day) == (4, 4)
    assert missing_days(plan, {}, START - timedelta(1)) == (0, 0)
    assert sum(missing_days(plan, {}, START)) == 1
    assert "2 with it and 0 without" in missing_words(2, 0)
    assert "does not depend on its lot" in missing_words(0, 1)
    assert "depend" not in missing_words(0, 0)
