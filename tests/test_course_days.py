"""What a simulated year is made of: its days, factors, recordings, and schedules that cannot be."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from courses import TINY, days_with, small, toxin
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.course import DAY_TRIGGERS, FACTORS, Course, DiaryHabits, Factor
from facialis.simulate.course_days import days_of, lingering, readiness_on, recordings_of, triggers_on
from facialis.simulate.course_options import read_course_treatment, read_factor
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.treatments import Treatment
from facialis.simulate.triggers import TRIGGERS, Trigger

STRESS = Factor("stress", "stress", share=0.5, weakest=5, strongest=10)


# Days


def test_the_same_course_gives_the_same_days() -> None:
    assert days_of(small()) == days_of(small())


def test_another_seed_gives_other_days() -> None:
    other = small(patient=replace(TINY, seed=2))
    assert days_of(small()) != days_of(other)
    assert [d.readiness for d in days_of(small())] != [d.readiness for d in days_of(other)]


def test_one_more_factor_changes_no_other_one_and_no_recording() -> None:
    more = small(factors=(*FACTORS, Factor("wine")))
    for before, after in zip(days_of(small()), days_of(more), strict=True):
        assert {**after.strengths, "wine": 0.0} == {**before.strengths, "wine": 0.0}
        assert (before.readiness, before.mood) == (after.readiness, after.mood)
    assert recordings_of(small(), days_of(small())) == recordings_of(more, days_of(more))


@given(
    days=st.integers(2, 120),
    seed=st.integers(0, 2**31),
    share=st.floats(0.05, 0.95),
    lasting=st.floats(0, 0.95),
    spread=st.floats(0, 1),
)
@settings(max_examples=40, deadline=None)
def test_days_hold_what_can_be(days: int, seed: int, share: float, lasting: float, spread: float) -> None:
    factor = Factor("coffee", share=share, lasting=lasting, weakest=2, strongest=7)
    course = Course(
        replace(TINY, seed=seed), days=days, every_days=2.0, factors=(factor,), spread=spread, lasting=lasting
    )
    made = days_of(course)
    assert [day.day for day in made] == list(range(days))
    assert [day.date for day in made] == [course.start + timedelta(n) for n in range(days)]
    assert {day.strengths["coffee"] for day in made} <= {0.0, *map(float, range(2, 8))}
    assert all(0 <= day.mood <= 10 and 2 <= day.sleep_h <= 12 and abs(day.readiness) <= 3 for day in made)


@pytest.mark.parametrize(("share", "lasting"), [(0.2, 0.0), (0.6, 0.0), (0.4, 0.6)])
def test_a_factor_is_there_on_its_share_of_days_and_lasts(share: float, lasting: float) -> None:
    course = small(days=3000, factors=(Factor("coffee", share=share, lasting=lasting),))
    there = np.array([day.strengths["coffee"] > 0 for day in days_of(course)])
    assert there.mean() == pytest.approx(share, abs=0.06)
    followed = there[1:][there[:-1]].mean()
    if lasting:
        assert followed > share + 0.1
    else:
        assert followed == pytest.approx(share, abs=0.08)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_good_and_bad_days_linger(correlation: float) -> None:
    values = lingering(20_000, correlation, np.random.default_rng(1))
    assert values.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(values[1:], values[:-1])[0, 1] == pytest.approx(correlation, abs=0.05)


# Triggers


def test_only_what_is_real_acts_and_in_proportion_to_what_is_noted() -> None:
    course = small(days=60, factors=(STRESS, Factor("coffee")))
    for day in days_of(course):
        acting = triggers_on(course, day)
        if day.strengths["stress"] == 0:
            assert acting == ()
        else:
            assert acting == (Trigger("stress", strength=day.strengths["stress"] / 10),)


def test_of_two_factors_that_act_as_one_trigger_the_stronger_acts() -> None:
    course = small(days=60, factors=(STRESS, replace(STRESS, name="work")))
    both = [d for d in days_of(course) if d.strengths["stress"] > 0 and d.strengths["work"] > 0]
    assert both
    for day in both:
        assert [t.strength for t in triggers_on(course, day)] == [max(day.strengths.values()) / 10]


def test_a_sensitive_patient_is_readier_on_days_with_the_trigger_only() -> None:
    plain, sensitive = small(factors=(STRESS,)), small(factors=(replace(STRESS, sensitivity=2.0),))
    for day in days_of(plain):
        assert readiness_on(plain, day) == day.readiness
        more = TRIGGERS["stress"].log_rate * day.strengths["stress"] / 10
        assert readiness_on(sensitive, day) == pytest.approx(day.readiness + more)


def test_triggers_of_a_day_make_axons_readier() -> None:
    assert "stress" in DAY_TRIGGERS
    assert "sleep" not in DAY_TRIGGERS
    assert "chewing" not in DAY_TRIGGERS


# Recordings


@given(days=st.integers(2, 400), every=st.floats(1, 60), seed=st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_recordings_lie_within_the_course_and_rise(days: int, every: float, seed: int) -> None:
    course = Course(replace(TINY, seed=seed), days=days, every_days=min(every, days))
    made = recordings_of(course, days_of(course))
    at = [each.day for each in made]
    assert at == sorted(set(at))
    assert 0 <= at[0] <= at[-1] < days
    assert len(made) == pytest.approx(days / course.every_days, abs=1 + days / course.every_days / 3)
    assert len({each.patient.take for each in made}) == len(made)
    assert all(each.when.date() == course.start + timedelta(each.day) for each in made)


def test_recordings_are_made_on_the_days_that_are_given() -> None:
    course = small(recording_days=(0, 3, 20))
    assert [each.day for each in recordings_of(course, days_of(course))] == [0, 3, 20]


def test_all_recordings_are_of_the_same_nerve() -> None:
    course = small(treatments=(toxin(4),))
    made = recordings_of(course, days_of(course))
    assert {each.patient.seed for each in made} == {course.patient.seed}
    assert {each.patient.treatments for each in made} == {course.treatments}
    assert len({each.patient.readiness for each in made}) == len(made)


# What cannot be

DRUG = Treatment("carbamazepine", 3, until_day=9)
IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"days": 1}, "course of 1 days"),
    ({"days": 10**6}, "cannot be simulated"),
    ({"every_days": 30.0}, "every 30 days cannot be in a course of 21; use 1 to 21"),
    ({"every_days": 0.5}, "every 0.5 days"),
    ({"spread": -1.0}, "readiness varies"),
    ({"lasting": 1.0}, "readiness varies"),
    ({"recording_days": (21,)}, "day 21 lies outside"),
    ({"recording_days": (4, 3)}, "must rise"),
    ({"treatments": (toxin(-5),)}, "toxin on day -5 lies outside"),
    ({"treatments": (toxin(21),)}, "toxin on day 21 lies outside"),
    ({"treatments": (toxin(3), toxin(3.5))}, "Toxin is given twice into the"),
    ({"treatments": (Treatment("decompression", 3), Treatment("decompression", 9))}, "same vessel"),
    ({"treatments": (DRUG, Treatment("carbamazepine", 8))}, "end the first"),
    ({"treatments": (Treatment("clonazepam", 3), Treatment("clonazepam", 8))}, "end the first"),
    (
        {"patient": replace(TINY, cause="none"), "treatments": (Treatment("decompression", 3),)},
        "nothing to lift",
    ),
    ({"patient": replace(TINY, day=4.0)}, "give them to the course"),
    ({"patient": replace(TINY, triggers=(Trigger("stress"),))}, "give them to the course"),
    ({"factors": (Factor("coffee"), Factor("coffee"))}, "coffee is given twice"),
]


@pytest.mark.parametrize(("changes", "words"), IMPOSSIBLE)
def test_a_course_that_cannot_be_gets_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as told:
        small(**changes)
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "a=b"},
        {"name": "coffee;tea"},
        {"name": "coffee", "acts_as": "chewing"},
        {"name": "coffee", "acts_as": "sleep"},
        {"name": "coffee", "share": 0.0},
        {"name": "coffee", "share": 1.0},
        {"name": "coffee", "lasting": 1.0},
        {"name": "coffee", "weakest": 8, "strongest": 5},
        {"name": "coffee", "strongest": 11},
        {"name": "coffee", "sensitivity": 0.0},
    ],
)
def test_a_factor_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Factor(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"noted": 1.2}, {"lasting": 1.0}, {"selective": 0.0}, {"left_out": 1.0}, {"felt": 0.0},
        {"felt": 11.0}, {"exponent": 0.0}, {"mood_weight": -1.0}, {"scatter": 9.0},
    ],
)  # fmt: skip
def test_a_diary_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        DiaryHabits(**wrong)


def test_a_drug_may_follow_itself_once_it_has_ended() -> None:
    course = small(treatments=(Treatment("carbamazepine", 9), DRUG))
    assert len(course.treatments) == 2


def test_toxin_may_go_into_two_muscles_on_one_day() -> None:
    eye, mouth = ("orbicularis_oculi",), ("orbicularis_oris",)
    assert small(treatments=(toxin(3, muscles=eye), toxin(3, muscles=mouth, amount=0.4))).days == 21


# Words of the command line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("toxin:30", Treatment("toxin", 30, muscles=NERVE_MUSCLES)),
        ("toxin:30:0.5", Treatment("toxin", 30, 0.5, NERVE_MUSCLES)),
        ("toxin:30,muscles=frontalis+mentalis", Treatment("toxin", 30, 1, ("frontalis", "mentalis"))),
        ("carbamazepine:100:0.6,until=160", Treatment("carbamazepine", 100, 0.6, until_day=160)),
        ("decompression:200,shifted=260", Treatment("decompression", 200, shifted_on_day=260)),
    ],
)
def test_treatments_are_read(words: str, told: Treatment) -> None:
    assert read_course_treatment(words) == told


@pytest.mark.parametrize(
    "words",
    [
        "toxin:soon",
        "toxin:3,muscles=eye",
        "toxin:3,until=9",
        "herbs:3",
        "carbamazepine:9,until=3",
        "toxin:3:2",
    ],
)
def test_treatments_that_mean_nothing_get_a_sentence(words: str) -> None:
    with pytest.raises(SettingsError, match=r"\.$"):
        read_course_treatment(words)


def test_a_day_before_the_course_is_read_and_then_refused() -> None:
    assert read_course_treatment("toxin:-5").day == -5
    with pytest.raises(SettingsError, match="outside"):
        small(treatments=(read_course_treatment("toxin:-5"),))


def test_factors_are_read() -> None:
    assert read_factor("coffee") == Factor("coffee")
    assert read_factor("stress=stress:0.3") == Factor("stress", "stress", 0.3)
    assert read_factor("tilt=head-position").acts_as == "head position"


@pytest.mark.parametrize("words", ["stress:often", "stress=yoga", "coffee:2", "a:0.3:0.4"])
def test_factors_that_mean_nothing_get_a_sentence(words: str) -> None:
    with pytest.raises(SettingsError, match=r"\.$"):
        read_factor(words)


def test_the_default_year_has_one_real_trigger_and_three_that_are_not() -> None:
    assert [factor.acts_as is not None for factor in Course().factors] == [True, False, False, False]
    assert Course().start == date(2025, 1, 6)
    assert all(days_with(Course(), factor.name) for factor in FACTORS)
