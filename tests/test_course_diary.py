"""The diary of a simulated year: sparse, not at random, related to the spasms and not equal to them."""

import csv
import io
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from courses import USUAL, made_up_year, small, toxin
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.record.diary_csv import COLUMNS, read_csv
from facialis.record.times import diary_day
from facialis.simulate.course import Course, DiaryHabits
from facialis.simulate.course_days import days_of, recordings_of
from facialis.simulate.course_diary import Entry, diary_of, felt_of, felt_points, totals_of
from facialis.simulate.course_last import commands, diary_csv
from facialis.simulate.course_last import given as treatments_given
from facialis.simulate.treatments import Treatment

LONG = small(days=400, recording_days=(7,))
DAYS = days_of(LONG)


def diary(course: Course, shown: float | np.ndarray = 0.1) -> tuple[Entry, ...]:
    return diary_of(course, days_of(course), made_up_year(course, shown))


def with_habits(course: Course = LONG, **habits: float) -> Course:
    return replace(course, diary=replace(course.diary, **habits))


def felt(course: Course, shown: float | np.ndarray = 0.1) -> np.ndarray:
    return felt_of(course, days_of(course), made_up_year(course, shown).days, USUAL.shown_share)


# What is felt


@given(first=st.floats(0, 1), more=st.floats(0, 1))
@settings(deadline=None)
def test_more_time_in_spasm_is_felt_more(first: float, more: float) -> None:
    here, there = felt_points(LONG, first, 0.1), felt_points(LONG, first + more, 0.1)
    assert 0 <= here <= there <= 10


def test_a_usual_day_is_felt_as_told_and_no_spasm_not_at_all() -> None:
    assert felt_points(LONG, 0.1, 0.1) == pytest.approx(LONG.diary.felt)
    assert felt_points(LONG, 0.0, 0.1) == 0
    assert felt_points(LONG, 0.5, 0.0) == 0  # A healthy patient has no usual spasm.


def test_what_is_felt_follows_the_spasms_without_being_them() -> None:
    shares = np.linspace(0.005, 0.15, LONG.days)
    correlation = np.corrcoef(felt(LONG, shares), shares)[0, 1]
    assert 0.5 < correlation < 0.97


def test_worse_mood_is_felt_as_more_spasm() -> None:
    mood = np.array([day.mood for day in DAYS])
    assert np.corrcoef(felt(LONG), mood)[0, 1] < -0.2
    calm = with_habits(mood_weight=0.0)
    assert abs(np.corrcoef(felt(calm), mood)[0, 1]) < 0.15


def test_without_mood_and_chance_equal_days_feel_equal() -> None:
    assert np.ptp(felt(with_habits(mood_weight=0.0, scatter=0.0))) == 0


# Which days


@pytest.mark.parametrize("noted", [0.05, 0.4, 0.9])
def test_so_many_days_have_an_entry(noted: float) -> None:
    entries = diary(with_habits(noted=noted, left_out=0.0))
    assert len(entries) == pytest.approx(noted * LONG.days, abs=2)
    assert [entry.day for entry in entries] == sorted({entry.day for entry in entries})


def test_a_diary_that_is_not_kept_is_empty() -> None:
    assert diary(with_habits(noted=0.0)) == ()


def test_who_records_also_writes() -> None:
    course = with_habits(small(days=60), noted=0.1, left_out=0.0)
    recorded = {each.day for each in recordings_of(course, days_of(course))}
    assert recorded <= {entry.day for entry in diary(course)}


def test_bad_days_are_noted_more_often_where_the_patient_selects() -> None:
    def surplus(selective: float) -> float:
        course = with_habits(selective=selective, scatter=2.0, left_out=0.0)
        all_days = felt(course)
        return float(all_days[[entry.day for entry in diary(course)]].mean() - all_days.mean())

    assert surplus(3.0) > surplus(1.0) + 0.3
    assert abs(surplus(1.0)) < 0.4


def test_entries_come_in_runs_where_they_last() -> None:
    def followed(lasting: float) -> float:
        noted = np.zeros(LONG.days, dtype=bool)
        noted[[entry.day for entry in diary(with_habits(lasting=lasting, selective=1.0))]] = True
        return float(noted[1:][noted[:-1]].mean())

    assert followed(0.9) > followed(0.0) + 0.15


# What is written


def test_numbers_are_whole_and_in_range_and_some_are_left_out() -> None:
    entries = diary(with_habits(left_out=0.3, noted=0.9))
    for name in ("spasms", "bother", "mood", "sleep_h"):
        values = [getattr(entry, name) for entry in entries]
        told = [value for value in values if value is not None]
        assert 0.6 < len(told) / len(values) < 0.95
        assert all(0 <= value <= (24 if name == "sleep_h" else 10) for value in told)
        assert name == "sleep_h" or all(value == int(value) for value in told)


def test_a_day_without_a_factor_is_noted_as_0() -> None:
    for entry in diary(with_habits(left_out=0.0)):
        assert dict(entry.triggers) == dict(DAYS[entry.day].strengths)
        assert len(entry.triggers) == len(LONG.factors)


def test_the_record_reads_the_diary_on_the_days_it_is_about(tmp_path: Path) -> None:
    entries = diary(LONG)
    path = tmp_path / "diary.csv"
    path.write_text(diary_csv(entries), encoding="utf-8")
    read = [row.entry for row in read_csv(path, "UTC")]
    assert len(read) == len(entries)
    for written, told in zip(entries, read, strict=True):
        assert diary_day(told.at) == DAYS[written.day].date
        assert (told.spasms, told.bother, told.mood) == (written.spasms, written.bother, written.mood)
        assert dict(told.triggers) == dict(written.triggers)
        assert told.note == "simulated"


def test_some_entries_are_written_after_midnight() -> None:
    late = [entry for entry in diary(with_habits(noted=0.9)) if entry.when.hour < 4]
    assert late
    assert all(entry.when.date() > DAYS[entry.day].date for entry in late)


def test_the_columns_are_those_of_the_record() -> None:
    first = next(csv.reader(io.StringIO(diary_csv(diary(LONG)))))
    assert set(first) <= set(COLUMNS)


def test_totals_follow_what_is_felt() -> None:
    course = small(days=200)
    days = days_of(course)
    many = totals_of(course, days, made_up_year(course, 0.12))
    few = totals_of(course, days, made_up_year(course, 0.002))
    assert len(many) == len(few) == 4
    assert all(0 <= each.total <= 28 and each.name == "hfs-7" for each in (*many, *few))
    assert sum(each.total for each in few) < 0.6 * sum(each.total for each in many)


# Treatments and commands


def test_toxin_of_one_day_is_one_treatment_with_all_its_muscles() -> None:
    eye, mouth = ("orbicularis_oculi",), ("orbicularis_oris",)
    course = small(
        treatments=(
            toxin(9),
            toxin(3, muscles=eye),
            toxin(3, muscles=mouth),
            Treatment("carbamazepine", 5, until_day=8),
            Treatment("decompression", 12),
        )
    )
    told = treatments_given(course)
    assert [each.kind for each in told] == ["toxin", "drug", "toxin", "surgery"]
    assert told[0].muscles == (*eye, *mouth)
    assert told[1].until is not None
    assert told[1].until.date() == date(2025, 1, 14)
    assert [each.when for each in told] == sorted(each.when for each in told)


def test_commands_say_that_all_is_simulated_and_never_name_the_own_record() -> None:
    course = small(treatments=(toxin(3), Treatment("decompression", 12)))
    days = days_of(course)
    lines = list(commands(course, recordings_of(course, days), totals_of(course, days, made_up_year(course))))
    assert len(lines) == 1 + 2 + 1 + 4
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "facialis"
        assert words[words.index("--record") + 1] == "record"
        assert "simulated" in words or words[1] == "diary"


def test_habits_are_those_of_a_course_unless_told() -> None:
    assert Course().diary == DiaryHabits()
