"""Triggers: a known effect is found, nothing is found where there is none, names and units mean nothing."""

import dataclasses
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from histories import START, recorded
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.diaries import Truth, make_diary
from facialis.measures.history import DiaryDay, History, Treatment
from facialis.measures.trigger_answers import CannotTellYet, Effect, NoDifference, TriggerSettings
from facialis.measures.triggers import LATEST_D, _difference_words, first_looked_at, holm, more_days, triggers

STRONG = Truth(entries=90, correlation=0.4, effects={"screen": 3.0})


def diary(n: int, seed: int = 0, effect: float = 0.0, **factors: list[float]) -> History:
    rng = np.random.default_rng(seed)
    entries = []
    for k in range(n):
        own = {name: values[k] for name, values in factors.items()}
        felt = 5 + effect * next(iter(own.values()), 0.0) + float(rng.normal())
        entries.append(DiaryDay(START + timedelta(k), felt, None, own))
    return History((), entries)


def test_a_known_effect_is_found_with_an_interval_around_it() -> None:
    answer = triggers(make_diary(STRONG, 1)).answer("screen")
    assert isinstance(answer, Effect)
    assert answer.low < 3.0 < answer.high
    assert answer.p_adjusted < 0.001
    assert "On days with screen the spasms felt" in answer.words
    assert "stronger" not in answer.words or answer.value > 0


def test_no_effect_is_found_where_there_is_none() -> None:
    alarms = 0
    for seed in range(30):
        report = triggers(make_diary(Truth(entries=40, correlation=0.6, toxin=True), seed))
        alarms += any(isinstance(each, Effect) for each in report.answers)
    assert alarms <= 5  # 5 % of 30 is 1.5; more than 5 has a chance of 1 in 300.


def test_a_dose_is_answered_for_each_step() -> None:
    truth = Truth(entries=120, correlation=0.4, effects={"coffee": 1.2})
    answer = triggers(make_diary(truth, 2)).answer("coffee")
    assert isinstance(answer, Effect)
    assert answer.low < 1.2 < answer.high
    assert answer.words.startswith("For each step more of coffee")


def test_an_effect_on_the_next_day_is_told_apart_from_the_same_day() -> None:
    truth = Truth(entries=140, correlation=0.4, carried={"screen": 2.0})
    report = triggers(make_diary(truth, 3))
    assert isinstance(report.answer("screen", when="next day"), Effect)
    assert not isinstance(report.answer("screen"), Effect)


def test_rates_of_recordings_are_answered_as_ratios() -> None:
    truth = Truth(entries=100, correlation=0.2, sd=1.0, effects={"screen": 3.0}, rates=True)
    answer = triggers(make_diary(truth, 4)).answer("screen", "rate")
    assert isinstance(answer, Effect)
    assert answer.low < np.exp(0.9) < answer.high
    assert "times as many spasms" in answer.words


def test_the_toxin_cycle_is_not_taken_for_a_factor() -> None:
    # A factor that was given up with the injection: without the toxin's column it would get its effect.
    n, rng = 100, np.random.default_rng(5)
    tea = [float(k < 40 and k % 3 > 0) or float(k >= 40 and k % 9 == 0) for k in range(n)]
    entries = []
    for k in range(n):
        felt = (7.0 if k < 45 else 2.5) + float(rng.normal(0, 0.7))
        entries.append(DiaryDay(START + timedelta(k), felt, None, {"tea": tea[k]}))
    known = History((), entries, (Treatment(START + timedelta(40), "toxin"),))
    assert isinstance(triggers(known).answer("tea"), CannotTellYet | NoDifference)


def test_names_mean_nothing() -> None:
    plain = make_diary(STRONG, 6)
    renamed = dataclasses.replace(
        plain,
        diary=[
            dataclasses.replace(day, factors={name[::-1]: value for name, value in day.factors.items()})
            for day in plain.diary
        ],
    )
    here = {a.factor[::-1]: (a.value, a.low, a.high) for a in triggers(plain).answers if a.when == "same day"}
    there = {a.factor: (a.value, a.low, a.high) for a in triggers(renamed).answers if a.when == "same day"}
    assert here.keys() == there.keys()
    for name, value in here.items():
        assert there[name] == pytest.approx(value)


def test_the_order_of_entries_does_not_matter() -> None:
    plain = make_diary(STRONG, 7)
    assert triggers(dataclasses.replace(plain, diary=plain.diary[::-1])) == triggers(plain)


@given(st.sampled_from([0.1, 2.0, 50.0]))
@settings(deadline=None, max_examples=3)
def test_the_unit_of_a_strength_does_not_change_what_is_found(unit: float) -> None:
    plain = make_diary(STRONG, 8)
    scaled = dataclasses.replace(
        plain,
        diary=[
            dataclasses.replace(day, factors={**day.factors, "coffee": unit * day.factors["coffee"]})
            for day in plain.diary
        ],
    )
    first, second = triggers(plain).answer("coffee"), triggers(scaled).answer("coffee")
    assert type(first) is type(second)
    assert first.value is not None
    assert second.value == pytest.approx(first.value / unit)


def test_an_empty_diary_has_no_answers_and_no_error() -> None:
    assert triggers(History()).answers == ()
    assert triggers(History((), [DiaryDay(START, 5.0)])).answers == ()


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_a_short_diary_cannot_tell_and_says_how_many_days_it_needs(n: int) -> None:
    tea, cold = ([float(k % each == 0) for k in range(n)] for each in (2, 3))
    report = triggers(diary(n, tea=tea, cold=cold))
    for answer in report.answers:
        assert isinstance(answer, CannotTellYet)
        assert answer.days_with + answer.days_without > 20
        assert "Cannot tell yet" in answer.words


def test_a_factor_that_is_always_there_cannot_be_told() -> None:
    answer = triggers(diary(40, tea=[1.0] * 40)).answer("tea")
    assert isinstance(answer, CannotTellYet)
    assert answer.value is None
    assert answer.days_without > answer.days_with


def test_two_factors_that_come_together_cannot_be_told_apart() -> None:
    twins = [float(k % 2) for k in range(40)]
    report = triggers(diary(40, effect=3.0, tea=twins, cake=twins))
    assert all(isinstance(answer, CannotTellYet) for answer in report.answers)
    words = report.answer("tea").words
    assert "days with only one of it and cake, on some the one and on some the other." in words
    assert "So far it came and went together with cake, so the two cannot be told apart." in words


def test_the_days_asked_for_tell_two_factors_apart() -> None:
    rng = np.random.default_rng(1)
    twins = [float(x) for x in rng.integers(0, 2, 60)]
    asked = triggers(diary(60, tea=twins, cake=twins)).answer("tea")
    assert isinstance(asked, CannotTellYet)
    assert asked.days_with == asked.days_without >= 3
    found = wrong = 0
    for seed in range(16):
        rng = np.random.default_rng(seed)
        alone = [float(x) for x in rng.permutation(np.tile([0, 1], asked.days_with))]
        tea, cake = [*twins, *alone], [*twins, *(1 - x for x in alone)]
        report = triggers(diary(len(tea), seed, 1.0, tea=tea, cake=cake))
        found += isinstance(report.answer("tea"), Effect)
        wrong += isinstance(report.answer("cake"), Effect)
    assert found >= 9  # Fewer with a chance of 1 in 40 if it is found in 80 %; 36 of 50 were.
    assert wrong <= 2


def test_a_factor_in_several_strengths_is_told_for_a_usual_day_too() -> None:
    strengths = [float(x) for x in np.random.default_rng(3).integers(0, 3, 60) * 4]
    words = triggers(diary(60, effect=0.5, stress=strengths)).answer("stress").words
    assert words.startswith("For each step more of stress the spasms felt 0.")
    assert "At its usual strength, " in words
    by_step, usual = (
        float(x) for x in (words.split("felt ")[1].split()[0], words.split("that is ")[1].split()[0])
    )
    strength = float(words.split("strength, ")[1].split(",")[0])
    assert usual == pytest.approx(by_step * strength, abs=0.05 * strength + 0.05)
    once = triggers(diary(60, effect=2.0, stress=[float(k % 2) for k in range(60)])).answer("stress").words
    assert "usual strength" not in once


def test_notes_say_which_outcome_they_are_about() -> None:
    days = [
        DiaryDay(START + timedelta(k), 4.0 + k % 3, 2.0 + k % 4, {"tea": float(k % 2)}) for k in range(20)
    ]
    missing = DiaryDay(START + timedelta(20), 4.0, None, {"tea": 1.0, "cake": 1.0})
    with_cake = [
        dataclasses.replace(day, factors={**day.factors, "cake": float(k % 3 == 0)})
        for k, day in enumerate(days)
    ]
    bare = DiaryDay(START + timedelta(21), 5.0, None, {"tea": 1.0})
    both = DiaryDay(START + timedelta(22), 5.0, 3.0, {"tea": 1.0})
    felt_only = triggers(History((), [*with_cake, missing, bare])).notes
    assert felt_only == ("felt: 1 day without a note of every factor was left out.",)
    assert triggers(History((), [*with_cake, both])).notes == (
        "1 day without a note of every factor was left out.",
    )


def test_of_a_long_diary_the_latest_two_years_are_looked_at() -> None:
    days = [DiaryDay(START + timedelta(k)) for k in range(LATEST_D + 10)]
    assert first_looked_at(History((), days)) == days[10].day
    assert first_looked_at(History((), days[10:])) is None
    assert first_looked_at(History()) is None


def test_a_factor_that_two_others_add_up_to_is_left_open() -> None:
    rng = np.random.default_rng(13)
    tea, rain = ([float(x) for x in rng.integers(0, 2, 60)] for _ in range(2))
    either = [a + b for a, b in zip(tea, rain, strict=True)]
    report = triggers(diary(60, effect=3.0, tea=tea, rain=rain, either=either))
    assert all(isinstance(answer, CannotTellYet) for answer in report.answers)
    assert "cannot be told apart from the other factors" in report.answer("tea").words


def test_twins_do_not_silence_the_other_factors() -> None:
    rng = np.random.default_rng(11)
    walk = [float(x) for x in rng.integers(0, 2, 60)]
    twins = [float(k % 2) for k in range(60)]
    report = triggers(diary(60, effect=3.0, walk=walk, tea=twins, cake=twins))
    assert isinstance(report.answer("walk"), Effect)


def test_many_days_without_a_difference_say_so() -> None:
    rng = np.random.default_rng(12)
    answer = triggers(diary(300, tea=[float(x) for x in rng.integers(0, 2, 300)])).answer("tea")
    assert isinstance(answer, NoDifference)
    assert -1 < answer.low < answer.high < 1


def test_a_factor_that_was_seldom_noted_is_left_out_with_a_note() -> None:
    plain = diary(40, tea=[float(k % 2) for k in range(40)])
    days = [
        dataclasses.replace(day, factors={**day.factors, "rain": 1.0}) if k < 10 else day
        for k, day in enumerate(plain.diary)
    ]
    report = triggers(dataclasses.replace(plain, diary=days))
    assert any("rain was noted on 10 of 40 days" in note for note in report.notes)
    assert {answer.factor for answer in report.answers} == {"tea"}


def test_a_missing_note_is_not_a_day_without() -> None:
    plain = diary(40, tea=[float(k % 2) for k in range(40)])
    days = [dataclasses.replace(day, factors={}) if k % 5 == 0 else day for k, day in enumerate(plain.diary)]
    report = triggers(dataclasses.replace(plain, diary=days))
    assert report.days["felt"] == 32


def test_a_day_that_comes_twice_is_refused() -> None:
    plain = diary(10, tea=[float(k % 2) for k in range(10)])
    with pytest.raises(ValueError, match="twice"):
        triggers(dataclasses.replace(plain, diary=[*plain.diary, plain.diary[0]]))


def test_what_matters_can_be_replaced() -> None:
    plain = diary(60, tea=[float(k % 2) for k in range(60)])
    fine, coarse = (
        triggers(plain, TriggerSettings(matters_points=points)).answer("tea") for points in (0.2, 5.0)
    )
    assert isinstance(fine, CannotTellYet)
    assert isinstance(coarse, NoDifference)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holm_is_never_below_the_p_itself_nor_above_bonferroni(p: list[float]) -> None:
    for raw, adjusted in zip(p, holm(p), strict=True):
        assert raw <= adjusted <= min(1.0, len(p) * raw) or adjusted >= raw == max(p)


def test_days_asked_for_by_hand() -> None:
    # Known spread 1, difference 1, 5 %, 80 %: 16 a group by the textbook's formula (Lehr's rule).
    error = float(np.sqrt(1 / 3 + 1 / 3))
    more = more_days(error, 3, 3, 1.0, 0.05, 2)
    assert more[0] + 3 in (16, 17, 18)
    assert abs(more[0] - more[1]) <= 1


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.3, 3.0))
@settings(deadline=None, max_examples=60)
def test_days_are_asked_for_where_there_are_fewer(n_with: int, n_without: int, difference: float) -> None:
    error = 1.5 * float(np.sqrt(1 / n_with + 1 / n_without))
    more = more_days(error, n_with, n_without, difference, 0.05, 3)
    smaller = more_days(error, n_with, n_without, 1.5 * difference, 0.05, 3)
    assert sum(smaller) <= sum(more)
    if n_with < n_without:
        assert more[0] >= more[1]


def test_counted_days_need_a_recording_and_an_entry() -> None:
    history = diary(12, coffee=[0.0, 1.0] * 6)
    counted = dataclasses.replace(
        history, recordings=recorded(range(12), [2, 3, 40, 35, 9, 1, 25, 30, 4, 2, 1, 50])
    )
    answers = {a.outcome: a for a in triggers(counted).answers if a.when == "same day"}
    assert "with a recording and a diary entry" in answers["rate"].words
    assert "with a recording" not in answers["felt"].words


@pytest.mark.parametrize("value", [0.0, 0.04, -0.04])
def test_a_difference_of_nothing_has_no_direction(value: float) -> None:
    design = SimpleNamespace(outcome="felt", graded=lambda _: False)
    test = SimpleNamespace(name="tea", when="same day", design=design)
    words = _difference_words(test, value, -0.2, 0.2)  # type: ignore[arg-type]
    assert words == "On days with tea no difference was seen (-0.2 to +0.2 points of 10)."
    assert "points of 10 less" in _difference_words(test, -0.3, -0.5, -0.1)  # type: ignore[arg-type]
