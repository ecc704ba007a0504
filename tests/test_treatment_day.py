"""A recording on the day of a treatment is before or after it by the clock, or nobody knows on which side."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import pytest
from filled import add, at
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake

from facialis.measures.around import around_each
from facialis.measures.history import History, RecordedRate, Treatment, daily, days_after, made_before
from facialis.measures.overview import between_operations, course_of
from facialis.measures.surgery import surgery_course
from facialis.measures.toxin import split
from facialis.record import Treatment as Told
from facialis.record.times import at_day

Where = str | Path
Kind = Literal["toxin", "surgery", "medication"]
DAY = date(2026, 3, 4)
EACH = 9
"""Spasms of a recording, unless told."""
GIVEN = datetime(2026, 3, 4, 14, 30)
KINDS: tuple[Kind, ...] = ("toxin", "surgery", "medication")


def made(hour: int, minute: int = 0, count: int = EACH, days: int = 0, **more: date) -> RecordedRate:
    when = datetime(2026, 3, 4, hour, minute) + timedelta(days=days)
    return RecordedRate(when, count, 180.0, **more)


def treatment(kind: Kind, at: datetime | None = GIVEN) -> Treatment:
    return Treatment(DAY, kind, "x", at=at)


# Before or after


@pytest.mark.parametrize("kind", KINDS)
def test_a_known_time_tells_to_the_minute(kind: Kind) -> None:
    assert made_before(made(14, 29), treatment(kind)) is True
    assert made_before(made(14, 31), treatment(kind)) is False
    assert made_before(made(8), treatment(kind)) is True
    assert made_before(made(23, 59), treatment(kind)) is False


@pytest.mark.parametrize("hour", [0, 6, 11, 12, 13, 23])
def test_of_a_day_without_a_time_only_toxin_is_known_not_to_act_yet(hour: int) -> None:
    assert made_before(made(hour), treatment("toxin", None)) is True
    assert made_before(made(hour), treatment("surgery", None)) is None
    assert made_before(made(hour), treatment("medication", None)) is None


@given(st.sampled_from(KINDS), st.booleans(), st.integers(1, 400), st.integers(0, 23))
def test_on_other_days_nothing_is_in_doubt(kind: Kind, timed: bool, days: int, hour: int) -> None:
    each = treatment(kind, GIVEN if timed else None)
    assert made_before(made(hour, days=-days), each) is True
    assert made_before(made(hour, days=days), each) is False


def test_the_clocks_of_two_places_are_compared_as_instants() -> None:
    tokyo, berlin = timezone(timedelta(hours=9)), timezone(timedelta(hours=1))
    injected = replace(treatment("toxin"), at=datetime(2026, 3, 4, 9, 0, tzinfo=berlin))
    evening = RecordedRate(datetime(2026, 3, 4, 16, 30, tzinfo=tokyo), 9, 180.0)  # Half past eight in Berlin.
    assert made_before(evening, injected) is True
    assert made_before(replace(evening, when=evening.when + timedelta(hours=1)), injected) is False
    assert days_after(evening, injected) == pytest.approx(-0.5 / 24)


def test_a_time_without_a_zone_is_of_the_same_place() -> None:
    aware = RecordedRate(GIVEN.replace(tzinfo=UTC) + timedelta(hours=1), 9, 180.0)
    assert made_before(aware, treatment("surgery")) is False


@given(st.sampled_from(KINDS), st.integers(-100_000, 100_000))
def test_before_is_a_time_below_nought(kind: Kind, minutes: int) -> None:
    each = treatment(kind)
    recording = RecordedRate(GIVEN + timedelta(minutes=minutes), 9, 180.0)
    assert made_before(recording, each) is (days_after(recording, each) < 0)


# What is made of it


def test_the_morning_and_the_evening_of_an_operation_are_not_added_up() -> None:
    morning, evening = made(8, count=30), made(20, count=2)
    assert [r.count for r in daily([morning, evening])] == [32]
    assert [r.count for r in daily([morning, evening], [treatment("surgery")])] == [30, 2]
    assert [r.count for r in daily([morning, evening], [treatment("surgery", None)])] == [32]


@pytest.mark.parametrize("kind", KINDS)
def test_each_side_of_a_time_is_in_its_part(kind: Kind) -> None:
    morning, evening = made(8), made(20)
    assert split([morning, evening], [treatment(kind)]) == [[morning], [evening]]


def test_what_nobody_knows_is_in_no_part() -> None:
    first, doubt, last = made(8, days=-1), made(8), made(8, days=1)
    assert split([first, doubt, last], [treatment("surgery", None)]) == [[first], [last]]
    assert split([first, doubt, last], [treatment("toxin", None)]) == [[first, doubt], [last]]


def counted(each: Treatment, *recordings: RecordedRate) -> tuple[int, int]:
    (around,) = around_each(History(recordings, (), [each]))
    return around.change.rate_before.n // EACH, around.change.rate_after.n // EACH


def test_the_morning_of_an_injection_counts_as_before_it() -> None:
    others = [made(12, days=days) for days in (-20, -10, 20, 30, 40)]
    assert counted(treatment("toxin"), *others) == (2, 3)
    assert counted(treatment("toxin"), *others, made(8)) == (3, 3)
    assert counted(treatment("toxin"), *others, made(20)) == (2, 3)
    assert counted(treatment("toxin", None), *others, made(20)) == (3, 3)


def test_an_operation_has_both_sides_where_its_time_is_known() -> None:
    others = [made(12, days=days) for days in (-20, -10, 3, 5)]
    both = (made(8), made(20))
    assert counted(treatment("surgery"), *others, *both) == (3, 3)
    assert counted(treatment("surgery", None), *others, *both) == (2, 2)


def test_weeks_after_an_operation_its_own_evening_is_no_longer_recent() -> None:
    others = [made(12, days=days) for days in (-20, -10, 60, 80, 90)]
    assert counted(treatment("surgery"), *others, made(20)) == (2, 2)


def test_the_night_after_belongs_to_the_days_after() -> None:
    night = made(1, days=1, day=DAY)  # One in the morning: of the diary's day of the operation.
    others = [made(12, days=days) for days in (-20, -10, 3, 5)]
    assert counted(treatment("surgery"), *others, night) == (2, 3)


def test_it_is_said_why_the_own_day_does_not_count() -> None:
    later = [made(12, days=30), made(12, days=40)]
    for each, words in (
        (treatment("surgery", None), "its time is not known"),
        (treatment("toxin"), "those of the treatment's own day do not count"),
    ):
        (around,) = around_each(History([made(20), *later], (), [each]))
        assert words in around.change.rate_ratio.reason


def test_the_course_after_surgery_begins_with_the_clock() -> None:
    before = [made(12, days=-d, count=40) for d in (3, 6, 9)]
    after = [made(12, days=d, count=1) for d in (2, 10, 40, 100, 190)]
    evening = made(20, count=1)
    timed = surgery_course(History([*before, evening, *after], (), [treatment("surgery")]))
    untimed = surgery_course(History([*before, evening, *after], (), [treatment("surgery", None)]))
    assert (timed.remaining.n, untimed.remaining.n) == (6, 5)


def test_toxin_cycles_are_cut_at_an_operation_by_the_clock() -> None:
    injection = Treatment(date(2026, 1, 10), "toxin", "x")
    history = History([made(8), made(20)], (), [injection, treatment("surgery")])
    first, second = between_operations(history)
    assert ([r.when.hour for r in first.recordings], [r.when.hour for r in second.recordings]) == ([8], [20])
    untimed = replace(history, treatments=[injection, treatment("surgery", None)])
    assert [part.recordings for part in between_operations(untimed)] == [[], []]


def test_a_recording_before_an_injection_of_the_same_day_is_not_under_it() -> None:
    operation = Treatment(date(2026, 1, 10), "surgery", "x")
    injection = treatment("toxin")
    course = course_of(History([made(8, days=-70), made(8), made(20)], (), [operation, injection]))
    assert [note[:11] for note in course.notes] == ["1 recording"]


# Through the record


@pytest.mark.parametrize(("hour", "before"), [(8, True), (18, False)])
@pytest.mark.usefixtures("plain_files")
def test_a_record_keeps_the_time_of_an_injection(
    where: Where, tmp_path: Path, hour: int, before: bool
) -> None:
    with open_fake(where) as record:
        add_fake = add(record, tmp_path, 40, 3, hour=hour)
        record.add_treatment(Told("toxin", "Botox", at(40, 12, 30), side="left"))
        gathered = record.gathered()
        (given_,) = gathered.history.treatments
        assert given_.at == at(40, 12, 30).local
        assert made_before(gathered.rates[add_fake], given_) is before


def test_a_record_knows_a_day_without_a_time(where: Where) -> None:
    day = at(40).local.date()
    with open_fake(where) as record:
        stored = record.add_treatment(Told("surgery", "MVD", at_day(day, "Europe/Berlin"), side="left"))
        assert stored.by_day
        assert record.treatments()[0].by_day
        (given_,) = record.history().treatments
        assert (given_.day, given_.at) == (day, None)


def test_the_days_of_a_change_of_clocks_have_a_noon() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        assert Told("toxin", "x", at_day(day, "Europe/Berlin")).by_day
    assert not Told("toxin", "x", at(40, 12, 1)).by_day
