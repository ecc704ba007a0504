"""Times have zones, and a diary's day is right across midnight and across a change of clocks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import RecordError
from facialis.record import DiaryEntry, Moment, Questionnaire, Treatment, moment, now
from facialis.record.diary import checked
from facialis.record.times import at_day, day_of, diary_day, local_zone, of_local, zone_of
from facialis.record.treatments import checked as checked_treatment
from facialis.record.treatments import checked_questionnaire

BERLIN = "Europe/Berlin"
ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
moments = st.builds(
    lambda t, z: Moment(t.replace(tzinfo=UTC), z),
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(ZONES),
)


def at(text: str, zone: str = BERLIN) -> Moment:
    return moment(text, zone)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20 23:59", "2026-11-20"),
        ("2026-11-21 00:00", "2026-11-20"),
        ("2026-11-21 03:59", "2026-11-20"),
        ("2026-11-21 04:00", "2026-11-21"),
        ("2026-01-01 01:00", "2025-12-31"),
        ("2026-03-29 01:30", "2026-03-28"),  # The clocks go forward from two to three.
        ("2026-03-29 03:30", "2026-03-28"),
        ("2026-03-29 04:00", "2026-03-29"),
        ("2026-10-25 02:30", "2026-10-24"),  # The clocks go back from three to two.
        ("2026-10-25 02:30+01:00", "2026-10-24"),
        ("2026-10-25 04:00", "2026-10-25"),
        ("2024-03-01 02:00", "2024-02-29"),
    ],
)
def test_what_is_written_in_the_night_belongs_to_the_day_before(text: str, day: str) -> None:
    assert diary_day(at(text)) == date.fromisoformat(day)


def test_the_end_of_the_day_can_be_set() -> None:
    assert diary_day(at("2026-11-21 00:00"), 0) == date(2026, 11, 21)
    assert diary_day(at("2026-11-21 05:30"), 6) == date(2026, 11, 20)


def test_the_same_moment_is_another_day_elsewhere() -> None:
    told = at("2026-11-20 22:00")
    assert diary_day(told) == date(2026, 11, 20)
    assert diary_day(Moment(told.utc, "Asia/Tokyo")) == date(2026, 11, 21)


@given(moments, st.integers(0, 12))
def test_a_day_is_todays_or_yesterdays_on_the_clock_of_the_place(told: Moment, ends: int) -> None:
    local = told.local
    day = diary_day(told, ends)
    assert day == (local.date() if local.hour >= ends else local.date() - timedelta(days=1))


@given(moments, st.integers(0, 12), st.integers(1, 60 * 48))
def test_later_is_never_an_earlier_day_save_where_clocks_go_back(
    told: Moment, ends: int, minutes: int
) -> None:
    later = Moment(told.utc + timedelta(minutes=minutes), told.zone)
    back = told.local.replace(tzinfo=None) > later.local.replace(tzinfo=None)
    assert diary_day(later, ends) >= diary_day(told, ends) or back


@given(moments)
def test_a_moment_is_read_as_it_is_written(told: Moment) -> None:
    assert moment(told.local.isoformat(), told.zone) == told


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES), st.integers(0, 12))
def test_a_day_told_without_a_time_stays_that_day(day: date, zone: str, ends: int) -> None:
    try:
        told = at_day(day, zone)
    except RecordError:  # Samoa and Tokelau left out a whole day when they changed sides of the date line.
        assert zone in ("Pacific/Apia", "Pacific/Fakaofo", "Pacific/Enderbury", "Pacific/Kanton") or (
            zone in ("Pacific/Kwajalein", "Pacific/Kiritimati")
        )
        return
    assert diary_day(told, ends) == day


def test_a_time_the_clocks_went_over_is_refused() -> None:
    with pytest.raises(RecordError, match="clocks went forward"):
        at("2026-03-29 02:30")


def test_of_two_equal_times_the_offset_says_which() -> None:
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30+01:00")
    assert first.utc == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second.utc - first.utc == timedelta(hours=1)


def test_an_offset_counts_and_the_zone_stays() -> None:
    told = at("2026-11-20T12:00Z")
    assert (told.utc.hour, told.local.hour, told.zone) == (12, 13, BERLIN)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01 10:00", "2026-11-20", "", "10:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(RecordError) as caught:
        at(text)
    assert "2026" in str(caught.value)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "berlin time"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(RecordError, match="no time zone"):
        zone_of(zone)


@pytest.mark.parametrize("text", ["2026-02-30", "today", "2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="no day"):
        day_of(text)


def test_now_is_now_in_this_computers_zone() -> None:
    told = now()
    assert abs(datetime.now(UTC) - told.utc) < timedelta(minutes=5)
    assert told.zone == local_zone()
    zone_of(told.zone)


def test_moments_are_ordered_by_time() -> None:
    assert at("2026-11-20 10:00", "Asia/Tokyo") < at("2026-11-20 03:00")
    assert of_local(datetime(2026, 1, 1, 12), BERLIN).utc.hour == 11


def _kinds() -> list[Callable[[Moment], object]]:
    return [
        lambda at: checked(DiaryEntry(at, 4)),
        lambda at: checked_treatment(Treatment("drug", "carbamazepine", at)),
        lambda at: checked_questionnaire(Questionnaire("hfs-7", at, 5)),
    ]


@pytest.mark.parametrize("kind", _kinds())
@given(days_off=st.integers(2, 300_000), ahead=st.booleans())
def test_what_cannot_be_is_refused(kind: Callable[[Moment], object], days_off: int, ahead: bool) -> None:
    edge = datetime.now(UTC) if ahead else datetime(1990, 1, 1, tzinfo=UTC)
    at = Moment(edge + timedelta(days=days_off if ahead else -days_off), "Europe/Berlin")
    with pytest.raises(RecordError, match="lies in the future" if ahead else "lies before 1990"):
        kind(at)


@pytest.mark.parametrize("kind", _kinds())
@given(share=st.floats(0, 1))
def test_every_time_from_1990_to_now_can_be(kind: Callable[[Moment], object], share: float) -> None:
    first = datetime(1990, 1, 1, tzinfo=UTC)
    assert kind(Moment(first + share * (datetime.now(UTC) - first), "Asia/Tokyo"))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_one_sentence(day: str, zone: str) -> None:
    with pytest.raises(RecordError):
        checked(DiaryEntry(at_day(date.fromisoformat(day), zone), 4))
