"""Toxin cycles: the curve, the priors, and that many recordings weigh more than the literature."""

import dataclasses

import numpy as np
import pytest
from histories import START, drawn, moment, recorded
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from facialis.measures.history import History, RecordedRate, Treatment
from facialis.measures.posterior import N_BASELINE, RatePrior, Stretch, log_likelihood, posterior
from facialis.measures.toxin import (
    ToxinPriors,
    fit_cycles,
    more_for,
    natural,
    remaining,
    toxin_course,
    toxin_patterns,
)
from facialis.types import Measure

INJECTION = Treatment(START, "toxin")
DAYS = [*range(-12, 0, 3), *range(2, 9), 10, 12, 16, *range(21, 60, 7), *range(60, 100, 4)]


def recordings(shape: tuple[float, ...], days: list[int], seed: int, at: int = 0) -> list[RecordedRate]:
    left = remaining(np.array([shape]), np.array(days, dtype=float))[0]
    per_min = 10 * np.where(np.array(days) > 0, left, 1.0)
    return drawn([day + at for day in days], list(per_min), seed)


def inside(measure: Measure, true: float) -> bool:
    return measure.low is not None and measure.high is not None and measure.low <= true <= measure.high


@given(st.floats(0.5, 30), st.floats(0.05, 1), st.floats(30, 200), st.floats(3, 30), st.floats(0.01, 300))
@settings(deadline=None)
def test_what_remains_is_a_share_and_nothing_acts_before(
    onset: float, effect: float, half: float, steep: float, day: float
) -> None:
    shape = np.array([[onset, effect, half, steep]])
    left = remaining(shape, np.array([0.0, day, 1e9]))[0]
    assert left[0] == left[2] == pytest.approx(1.0, abs=1e-6)
    assert 1 - effect - 1e-9 <= left[1] <= 1


def test_the_curve_is_half_there_on_the_onset_day_and_half_gone_at_half_loss() -> None:
    shape = np.array([[4.0, 0.8, 80.0, 12.0]])
    left = remaining(shape, np.array([4.0, 20.0, 80.0]))[0]
    assert left == pytest.approx([0.6, 0.2, 0.6], abs=0.002)


def test_the_curve_of_the_priors_is_like_the_published_series() -> None:
    # HFS-30 after a fixed dose: 80, 84, 81 and 28 % of the baseline gone in weeks 2, 4, 8 and 12.
    centre = natural(np.zeros((1, 4)), ToxinPriors())
    gone = 1 - remaining(centre, np.array([14.0, 28.0, 56.0, 84.0]))[0]
    # How the effect rises, holds and is lost; how large it is differs between studies.
    assert gone / gone[1] == pytest.approx(np.array([0.80, 0.84, 0.81, 0.28]) / 0.84, abs=0.12)


def test_the_priors_have_the_moments_they_state() -> None:
    priors = ToxinPriors()
    shapes = natural(np.random.default_rng(1).normal(size=(200_000, 4)), priors)
    assert shapes[:, 0].mean() == pytest.approx(5.2, rel=0.02)
    assert shapes[:, 0].std() == pytest.approx(5.0, rel=0.05)
    assert shapes[:, 2].mean() / 7 == pytest.approx(11.3, rel=0.01)
    assert shapes[:, 2].std() / 7 == pytest.approx(4.0, rel=0.02)
    assert np.quantile(shapes[:, 1], [0.25, 0.75]) == pytest.approx([0.60, 0.90], abs=0.005)


def test_the_likelihood_is_the_negative_binomial() -> None:
    stretch = Stretch(np.zeros(2), np.array([3.0, 7.0]), np.array([60.0, 120.0]), np.array([1.0, 0.5]))
    left, baseline, alpha = np.array([[0.8, 0.4]]), np.array([0.1]), np.array([0.3])
    mean = 0.1 * np.array([0.8 * 60, 0.4 * 120 * 0.5])
    size = 1 / 0.3
    expected = stats.nbinom.logpmf([3, 7], size, size / (size + mean))
    factorials = np.log([6.0, 5040.0])  # Of the counts: left out, for they are the same everywhere.
    got = log_likelihood(stretch, left, baseline, alpha)[0, 0]
    assert got == pytest.approx(float(np.sum(expected + factorials)), abs=1e-9)


def test_a_known_cycle_is_found() -> None:
    shape = (4.0, 0.85, 70.0, 10.0)
    cycle = toxin_course(History(recordings(shape, DAYS, 1), (), (INJECTION,))).cycles[0]
    assert inside(cycle.onset_day, 4.0)
    assert inside(cycle.plateau_effect, 85.0)
    assert inside(cycle.half_loss_week, 10.0)
    assert cycle.no_response.value is not None
    assert cycle.no_response.value < 1


def test_a_person_unlike_the_literature_is_believed() -> None:
    shape = (12.0, 0.5, 40.0, 10.0)
    cycle = toxin_course(History(recordings(shape, DAYS * 2, 2), (), (INJECTION,))).cycles[0]
    assert inside(cycle.plateau_effect, 50.0)
    assert inside(cycle.half_loss_week, 40 / 7)
    assert cycle.half_loss_week.value is not None
    assert cycle.half_loss_week.value < 8.5


def test_an_injection_without_effect_is_called_likely_without() -> None:
    cycle = toxin_course(History(recordings((5.0, 0.0, 80.0, 10.0), DAYS, 3), (), (INJECTION,))).cycles[0]
    assert cycle.no_response.value is not None
    assert cycle.no_response.value > 40  # From 6 % before: the others are effects too small to see.
    assert inside(cycle.plateau_effect, 0.0)
    assert cycle.plateau_effect.value == 0.0


def test_few_recordings_are_told_that_they_are_few_and_when_more_would_tell() -> None:
    few = recorded([-5, -2, 30], [30, 28, 6])
    cycle = toxin_course(History(few, (), (INJECTION,))).cycles[0]
    assert cycle.onset_day.value is None
    assert cycle.half_loss_week.value is None
    assert "needs about" in cycle.onset_day.reason
    first, last = _days(cycle.onset_day.reason)
    assert 1 <= first < last <= 20
    first, last = _days(cycle.half_loss_week.reason)
    assert 40 <= first < last <= 140


def test_a_number_that_was_never_enough_is_not_promised() -> None:
    given = recorded([-5, -2, 30], [30, 28, 6])
    draws = fit_cycles(given, [INJECTION], ToxinPriors(), 400)
    never = ToxinPriors(narrowed=1e-6)
    more, first, last = more_for(2, draws, 0, never, 180.0)
    assert more is None
    assert 1 <= first < last <= 140
    reason = toxin_course(History(given, (), (INJECTION,)), never).cycles[0].half_loss_week.reason
    assert "more than 24 recordings would be needed: these recordings will not tell it" in reason
    assert "needs about" not in reason


def test_a_number_that_is_enough_is_told() -> None:
    draws = fit_cycles(recorded([-5, -2, 30], [30, 28, 6]), [INJECTION], ToxinPriors(), 400)
    more, _, _ = more_for(2, draws, 0, ToxinPriors(narrowed=10.0), 180.0)
    assert more == 1


def _days(reason: str) -> tuple[int, int]:
    words = reason.split("between days ")[1].split()
    return int(words[0]), int(words[2])


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (History(), "no toxin treatment"),
        (History((), (), (INJECTION,)), "needs about 3 more recordings"),
        (History(recorded([-1, 2], [3, 1]), (), (INJECTION,)), "needs about 1 more recording"),
        (History(recorded([-1, 2, 3, 9], [0, 0, 0, 0]), (), (INJECTION,)), "no spasm was counted"),
    ],
)
def test_no_data_gives_a_reason(history: History, words: str) -> None:
    course = toxin_course(history)
    assert course.cycles == ()
    assert words in course.reason
    assert course.baseline.value is None


def test_cycles_are_compared() -> None:
    first, second = (4.0, 0.9, 80.0, 10.0), (4.0, 0.4, 80.0, 10.0)
    after = [day for day in DAYS if day > 0]
    both = [*recordings(first, DAYS, 4), *recordings(second, after, 5, at=150)]
    given_ = (INJECTION, dataclasses.replace(INJECTION, day=moment(150).date()))
    course = toxin_course(History(both, (), given_))
    pair = course.comparisons[0]
    assert inside(pair.effect_difference, -50.0)
    assert pair.effect_difference.high is not None
    assert pair.effect_difference.high < 0
    assert inside(pair.half_loss_difference, 0.0)


def test_what_is_left_of_the_last_injection_is_not_given_to_the_next() -> None:
    # Again after 60 days, at full effect: the second injection meets a quiet face and can only keep it so.
    shape, gap = (4.0, 0.85, 75.0, 10.0), 60
    days = list(range(2, 110, 4))
    one = remaining(np.array([shape]), np.array(days, dtype=float))[0]
    two = remaining(np.array([shape]), np.maximum(np.array(days, dtype=float) - gap, 0))[0]
    before = drawn([-9, -6, -3, -1], [10.0] * 4, 6)
    both = [*before, *drawn(days, list(10 * one * two), 7)]
    given_ = (INJECTION, dataclasses.replace(INJECTION, day=moment(gap).date()))
    course = toxin_course(History(both, (), given_))
    assert inside(course.cycles[0].half_loss_week, 75 / 7)
    assert inside(course.cycles[1].plateau_effect, 85.0)


def test_the_same_data_give_the_same_numbers_in_any_order() -> None:
    own = recordings((4.0, 0.8, 70.0, 10.0), DAYS, 8)
    first = toxin_course(History(own, (), (INJECTION,)))
    assert toxin_course(History(own[::-1], (), (INJECTION,))) == first


def test_rates_do_not_depend_on_how_long_was_recorded() -> None:
    own = recordings((4.0, 0.8, 70.0, 10.0), DAYS, 9)
    longer = [dataclasses.replace(r, seconds_observed=10 * r.seconds_observed) for r in own]
    plain, other = (toxin_course(History(part, (), (INJECTION,))) for part in (own, longer))
    assert plain.baseline.value is not None
    assert other.baseline.value == pytest.approx(plain.baseline.value / 10, rel=1e-6)
    assert other.cycles[0].plateau_effect == dataclasses.replace(
        plain.cycles[0].plateau_effect,
        seconds_observed=other.cycles[0].plateau_effect.seconds_observed,
        value=pytest.approx(plain.cycles[0].plateau_effect.value),
        low=pytest.approx(plain.cycles[0].plateau_effect.low),
        high=pytest.approx(plain.cycles[0].plateau_effect.high),
    )


def test_voluntary_closure_stands_beside() -> None:
    own = [
        dataclasses.replace(r, closure=0.95 + 0.01 * (k % 3) if k < 5 else 0.7 + 0.01 * (k % 3))
        for k, r in enumerate(recordings((4.0, 0.8, 90.0, 10.0), DAYS, 10))
    ]
    closure = toxin_course(History(own, (), (INJECTION,))).cycles[0].closure_difference
    assert closure.value == pytest.approx(-25, abs=2)
    assert closure.high is not None
    assert closure.high < -20


def test_priors_can_be_replaced() -> None:
    few = recorded([-5, -2, 10, 20, 30], [30, 28, 6, 5, 9])
    history = History(few, (), (INJECTION,))
    sure = ToxinPriors(half_loss_mean_weeks=20, half_loss_sd_weeks=0.5, narrowed=1.5)
    week = toxin_course(history, sure).cycles[0].half_loss_week
    assert week.value == pytest.approx(20, abs=0.5)


def test_samples_without_data_are_the_prior() -> None:
    nothing = Stretch(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))
    base = Stretch(np.zeros(3), np.array([20.0, 30.0, 25.0]), np.full(3, 180.0), np.ones(3))
    priors = ToxinPriors()
    draws = posterior([nothing], toxin_patterns(priors), base, RatePrior(), 4000)
    normal = draws.shape[0][draws.pattern[0] == 0]
    assert normal.mean(axis=0) == pytest.approx(np.zeros(4), abs=0.08)
    assert normal.std(axis=0) == pytest.approx(np.ones(4), abs=0.08)
    assert np.mean(draws.pattern[0] == 1) == pytest.approx(priors.no_response, abs=0.015)
    assert np.unique(draws.baseline).size <= N_BASELINE
    assert draws.effective > 500


def test_very_many_precise_recordings_still_give_an_interval_with_a_width() -> None:
    # Plain importance sampling from the prior would leave one proposal with all the weight.
    rng = np.random.default_rng(11)
    days = np.sort(rng.uniform(-20, 120, 200))
    left = np.where(days > 0, remaining(np.array([[4.0, 0.85, 75.0, 10.0]]), days)[0], 1.0)
    many = drawn(list(days), list(30 * left), 12, cv=0.15)
    cycle = toxin_course(History(many, (), (INJECTION,))).cycles[0]
    assert inside(cycle.half_loss_week, 75 / 7)
    assert inside(cycle.plateau_effect, 85.0)
    assert cycle.half_loss_week.high is not None
    assert cycle.half_loss_week.low is not None
    assert 0.3 < cycle.half_loss_week.high - cycle.half_loss_week.low < 1.5


def test_the_posterior_is_that_of_plain_weighing_of_the_prior() -> None:
    # The same model by brute force: draw everything from the prior, weigh by the likelihood.
    own = recordings((6.0, 0.7, 60.0, 10.0), [-9, -5, -1, 3, 6, 10, 30, 56, 66, 80], 13)
    days = np.array([-9, -5, -1, 3, 6, 10, 30, 56, 66, 80], dtype=float)
    counts = np.array([r.count for r in own], dtype=float)
    rng, n, priors = np.random.default_rng(14), 400_000, ToxinPriors(no_response=1e-9)
    normal, node = rng.normal(size=(n, 4)), rng.normal(size=n)
    baseline = np.exp(rng.uniform(np.log(0.02), np.log(1.2), n))
    size = (0.5 * np.exp(0.5 * node))[:, None] ** -2
    mean = 180 * baseline[:, None] * np.where(days > 0, remaining(natural(normal, priors), days), 1.0)
    log_weight = stats.nbinom.logpmf(counts, size, size / (size + mean)).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert 1 / np.sum(weight**2) > 800
    brute = weight @ np.column_stack([normal, np.log(baseline)])
    spread = np.sqrt(weight @ np.column_stack([normal, np.log(baseline)]) ** 2 - brute**2)

    def stretch(first: int, stop: int) -> Stretch:
        part = slice(first, stop)
        return Stretch(days[part], counts[part], np.full(stop - first, 180.0), np.ones(stop - first))

    draws = posterior([stretch(3, 10)], toxin_patterns(priors), stretch(0, 3), RatePrior(), 6000)
    ours = np.column_stack([draws.shape[0], np.log(draws.baseline)])
    assert ours.mean(axis=0) == pytest.approx(brute, abs=0.12)
    assert ours.std(axis=0) == pytest.approx(spread, rel=0.12)
