"""The simulated diaries of the benchmark are what they say they are, and the benchmark judges them right."""

import numpy as np
import pytest

from benchmarks.diaries import DAYS, FACTORS, Truth, factor_days, lingering, make_diary
from benchmarks.triggers import judge
from facialis.measures.design import toxin_left
from facialis.measures.history import History
from facialis.measures.toxin import ToxinPriors


def felt(diary: History) -> np.ndarray:
    return np.array([day.felt for day in diary.diary], dtype=float)


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_a_level_lingers_as_long_as_it_says(correlation: float) -> None:
    values = lingering(20_000, correlation, np.random.default_rng(1))
    assert values.std() == pytest.approx(1, abs=0.05)
    assert np.corrcoef(values[1:], values[:-1])[0, 1] == pytest.approx(correlation, abs=0.02)


def test_a_diary_has_as_many_entries_as_it_says_on_days_of_their_own() -> None:
    diary = make_diary(Truth(entries=13), 1)
    days = [entry.day for entry in diary.diary]
    assert len(set(days)) == 13
    assert (max(days) - min(days)).days < DAYS
    assert days == sorted(days)
    assert set(diary.diary[0].factors) == set(FACTORS)


def test_effects_and_carry_over_are_in_it() -> None:
    diary = make_diary(Truth(entries=1000, days=1000, effects={"screen": 2.0}, carried={"wine": 1.0}), 2)
    there = np.array([day.factors["screen"] for day in diary.diary])
    wine = np.array([day.factors["wine"] for day in diary.diary])
    x = np.column_stack([np.ones(999), there[1:], wine[:-1]])
    assert np.linalg.lstsq(x, felt(diary)[1:], rcond=None)[0] == pytest.approx([6, 2, 1], abs=0.35)


def test_bad_days_are_entered_more_readily_where_it_says_so() -> None:
    means = [np.mean([felt(make_diary(Truth(selective=s), k)).mean() for k in range(40)]) for s in (1.0, 2.0)]
    assert means[1] > means[0] + 0.8


def test_whole_numbers_are_whole_and_within_the_scale() -> None:
    values = felt(make_diary(Truth(entries=100, whole=True, sd=4.0), 3))
    assert (values == np.round(values)).all()
    assert values.min() >= 0
    assert values.max() <= 10


def test_toxin_takes_felt_strength_away() -> None:
    diary = make_diary(Truth(entries=140, toxin=True, sd=0.1), 4)
    left = toxin_left(diary, [day.day for day in diary.diary], ToxinPriors())
    assert np.corrcoef(left, felt(diary))[0, 1] > 0.6


def test_some_factors_come_for_days_on_end_and_some_do_not() -> None:
    factors = factor_days(5000, np.random.default_rng(5))
    again = {name: np.corrcoef(values[1:], values[:-1])[0, 1] for name, values in factors.items()}
    assert again["stress"] > 0.4
    assert abs(again["screen"]) < 0.05


def test_a_strong_effect_is_judged_found_by_every_method_and_no_effect_is_no_find() -> None:
    strong = judge(Truth(entries=100, effects={"screen": 4.0}), 6)
    assert strong.found == (True, True, True)
    assert strong.intervals >= len(FACTORS)
    calm = judge(Truth(entries=100), 6)
    assert calm.found == (False, False, False)


def test_recorded_rates_follow_the_effect() -> None:
    diary = make_diary(Truth(entries=140, rates=True, sd=0.5, effects={"screen": 3.0}), 7)
    screen = {day.day: day.factors["screen"] for day in diary.diary}
    rates = {r.when.date(): 60 * r.count / r.seconds_observed for r in diary.recordings}
    means = [np.mean([rates[day] for day in rates if screen[day] == there]) for there in (0.0, 1.0)]
    assert means[1] / means[0] == pytest.approx(np.exp(0.9), rel=0.25)
