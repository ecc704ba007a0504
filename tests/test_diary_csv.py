"""A diary's file read again: nothing is doubled, in any zone; what it says otherwise is never averaged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake

from facialis.errors import RecordError
from facialis.record import DiaryEntry, moment
from facialis.record.diary_csv import Row, change_words, compared, differences, read_csv
from facialis.record.gathering import days_of
from facialis.record.times import diary_day
from facialis.record.types import DiaryChange

Where = str | Path
BERLIN, TOKYO, LOS_ANGELES = "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"
ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
DAYS = "when,spasms,triggers,note\n2026-10-24,4,stress=3,windy\n2026-10-25,5,,\n"
TIMES = "when,spasms\n2026-10-24 22:00,4\n2026-10-25 01:30,5\n2026-10-25 22:00:30,2\n"
INSTANTS = "when,spasms\n2026-10-25 02:30+02:00,4\n2026-10-25 02:30+01:00,5\n"
clock_times = st.datetimes(datetime(1995, 1, 1), datetime(2025, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
OWN_ZONES = "when,zone,spasms\n2026-10-24 22:00,Europe/Berlin,4\n2026-10-24 22:00,Asia/Tokyo,5\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "diary.csv"


def rows_of(file: Path, text: str, zone: str = BERLIN) -> tuple[Row, ...]:
    file.write_text(text, encoding="utf-8")
    return read_csv(file, zone)


def stored(rows: tuple[Row, ...]) -> list[DiaryEntry]:
    """Return entries as a record gives them back, without one."""

    return [
        replace(row.entry, day=row.entry.day or diary_day(row.entry.at), id=n + 1)
        for n, row in enumerate(rows)
    ]


# The same file again


@pytest.mark.parametrize(
    "text", [DAYS, TIMES, INSTANTS, OWN_ZONES], ids=["days", "times", "offsets", "zones"]
)
@pytest.mark.parametrize("zone", [BERLIN, TOKYO, LOS_ANGELES, "UTC"])
def test_a_file_read_again_anywhere_changes_nothing(where: Where, file: Path, text: str, zone: str) -> None:
    file.write_text(text)
    with open_fake(where) as record:
        first = record.import_diary(file, BERLIN)
        before, trail = record.entries(), record.audit()
        again = record.import_diary(file, zone)
        assert len(first.added) == text.count("\n") - 1
        assert (again.added, again.known, again.changed) == ((), len(first.added), ())
        assert record.entries() == before
        assert record.audit() == trail


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.lists(clock_times, max_size=5))
def test_no_pair_of_zones_doubles_a_clock_time(first: str, second: str, times: list[datetime]) -> None:
    def rows(zone: str) -> list[Row]:
        return [
            Row(n, DiaryEntry(moment(f"{at:%Y-%m-%d %H:%M}", zone), n % 11), frozenset({"spasms"}), "clock")
            for n, at in enumerate(dict.fromkeys(times), 2)
        ]

    try:
        told, again = rows(first), rows(second)
    except RecordError:  # A time that the clocks went over, in one of the two.
        return
    assert compared(stored(tuple(told)), again, "diary.csv").known == len(told)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1995, 1, 1), datetime(2025, 1, 1)), st.integers(1, 900))
def test_an_instant_is_the_same_however_it_is_told(zone: str, at: datetime, minutes: int) -> None:
    utc = at.replace(microsecond=0, tzinfo=UTC)
    elsewhere = utc.astimezone(moment("2024-01-01 00:00", zone).local.tzinfo)
    columns = frozenset({"spasms"})
    known = stored((Row(2, DiaryEntry(moment(elsewhere.isoformat(), zone), 4), columns, "instant"),))
    told = moment(utc.isoformat(), "UTC")
    assert compared(known, [Row(2, DiaryEntry(told, 4), columns, "instant")], "x").known == 1
    later = moment((utc + timedelta(minutes=minutes)).isoformat(), "UTC")
    assert len(compared(known, [Row(2, DiaryEntry(later, 4), columns, "instant")], "x").added) == 1


def test_rows_to_come_are_added_and_the_others_are_not(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        file.write_text(DAYS)
        record.import_diary(file, BERLIN)
        file.write_text(DAYS + "2026-10-26,6,,\n")
        read = record.import_diary(file, TOKYO)
        assert [entry.day for entry in read.added] == [date(2026, 10, 26)]
        assert read.known == 2
        assert len(record.entries()) == 3


def test_an_hour_that_comes_twice_is_two_entries(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        file.write_text(INSTANTS)
        record.import_diary(file, BERLIN)
        # A clock time without an offset means the first of the two.
        file.write_text("when,spasms\n2026-10-25 02:30,4\n")
        assert record.import_diary(file, BERLIN).known == 1
        file.write_text("when,spasms\n2026-10-25 02:30,5\n")
        with pytest.raises(RecordError, match="spasms 5 instead of 4"):
            record.import_diary(file, BERLIN)
        assert [entry.spasms for entry in record.entries()] == [4, 5]


def test_a_row_of_an_evening_is_no_row_of_its_day(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        record.add_entry(DiaryEntry(moment("2026-10-24 22:00", BERLIN), 4))
        file.write_text("when,spasms\n2026-10-24,6\n")
        assert len(record.import_diary(file, BERLIN).added) == 1
        assert [entry.spasms for entry in record.entries()] == [6, 4]


def test_what_was_written_by_hand_is_known_again(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        record.add_entry(DiaryEntry(moment("2026-10-24 22:00", BERLIN), 4))
        file.write_text("when,spasms\n2026-10-24 22:00,4\n")
        assert record.import_diary(file, TOKYO).known == 1


def test_a_record_doubled_by_an_earlier_version_is_not_tripled(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        for zone in (BERLIN, TOKYO):
            record.add_entry(DiaryEntry(moment("2026-10-24 22:00", zone), 4))
        file.write_text("when,spasms\n2026-10-24 22:00,4\n")
        assert record.import_diary(file, LOS_ANGELES).known == 1
        file.write_text("when,spasms\n2026-10-24 22:00,5\n")
        with pytest.raises(RecordError, match=r"several entries of 2026-10-24 22:00 \(\d+, \d+\)"):
            record.import_diary(file, LOS_ANGELES, correct=True)
        assert [entry.spasms for entry in record.entries()] == [4, 4]


# A file that says something else


def test_a_corrected_cell_replaces_and_is_not_averaged(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        file.write_text(DAYS)
        record.import_diary(file, BERLIN)
        file.write_text(DAYS.replace("2026-10-24,4", "2026-10-24,8"))
        read = record.import_diary(file, TOKYO, correct=True)
        assert [change_words(change) for change in read.changed] == ["2026-10-24: spasms 8 instead of 4"]
        found = record.entries()
        assert [entry.spasms for entry in found] == [8, 5]
        assert found[0].at.zone == BERLIN
        assert [day.felt for day in days_of(found)] == [8, 5]
        assert [(a.action, a.thing) for a in record.audit()][-1] == ("change", "diary entry")


@pytest.mark.parametrize("correct", [False, True])
def test_without_correct_nothing_of_the_file_is_taken(where: Where, file: Path, correct: bool) -> None:
    with open_fake(where) as record:
        file.write_text(DAYS)
        record.import_diary(file, BERLIN)
        before = record.entries()
        file.write_text("when,spasms,triggers,note\n2026-10-26,1,,\n2026-10-24,4,stress=5,\n2026-10-25,6,,\n")
        if correct:
            record.import_diary(file, BERLIN, correct=True)
            assert [entry.spasms for entry in record.entries()] == [4, 6, 1]
            return
        with pytest.raises(RecordError) as refused:
            record.import_diary(file, BERLIN)
        assert "triggers stress=5 instead of stress=3, note nothing instead of 'windy' (and 1 more)" in str(
            refused.value
        )
        assert "\n" not in str(refused.value)
        assert record.entries() == before


def test_a_column_that_the_file_does_not_have_stays(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        file.write_text(DAYS)
        record.import_diary(file, BERLIN)
        file.write_text("when,mood\n2026-10-24,7\n")
        record.import_diary(file, BERLIN, correct=True)
        (first, _) = record.entries()
        assert (first.spasms, first.mood, first.triggers, first.note) == (4, 7, {"stress": 3}, "windy")


def test_an_emptied_cell_was_not_told_after_all(where: Where, file: Path) -> None:
    with open_fake(where) as record:
        file.write_text(DAYS)
        record.import_diary(file, BERLIN)
        file.write_text("when,spasms,triggers,note\n2026-10-24,,stress=0,\n")
        record.import_diary(file, BERLIN, correct=True)
        (first, _) = record.entries()
        assert (first.spasms, first.triggers, first.note) == (None, {"stress": 0}, "")


def test_the_old_words_are_gone_from_the_database(where: Where, file: Path, tmp_path: Path) -> None:
    """As with what is deleted: a secret taken out of the diary is not kept in secret."""
    if not isinstance(where, Path):
        pytest.skip("what PostgreSQL keeps is its keeper's matter")
    with open_fake(where) as record:
        file.write_text("when,note\n2026-10-24,an-unusual-word\n")
        record.import_diary(file, BERLIN)
        file.write_text("when,note\n2026-10-24,plain\n")
        record.import_diary(file, BERLIN, correct=True)
    held = b"".join(path.read_bytes() for path in (tmp_path / "record").glob("record.db*"))
    assert b"plain" in held
    assert b"an-unusual-word" not in held


# Within one file


@pytest.mark.parametrize(
    "text",
    [
        "when,spasms\n2026-10-24,4\n2026-10-24,4\n",
        "when,spasms\n2026-10-24 22:00,4\n2026-10-24 22:00,4\n",
        "when,zone,spasms\n2026-10-24 22:00,Europe/Berlin,4\n2026-10-24 22:00+02:00,,4\n",
    ],
)
def test_a_row_that_stands_twice_is_one_entry(file: Path, text: str) -> None:
    read = compared((), rows_of(file, text), file.name)
    assert (len(read.added), read.known) == (1, 1)


def test_rows_that_contradict_each_other_name_both_lines(where: Where, file: Path) -> None:
    file.write_text("when,spasms,note\n2026-10-24,4,\n2026-10-25,4,\n2026-10-24,5,\n")
    with open_fake(where) as record:
        with pytest.raises(RecordError, match=r"Line 4 of .*: 2026-10-24 stands in line 2 too"):
            record.import_diary(file, BERLIN, correct=True)
        assert record.entries() == ()


def test_morning_and_evening_of_a_day_are_two(file: Path) -> None:
    rows = rows_of(file, "when,spasms\n2026-10-24 08:00,4\n2026-10-24 20:00,5\n")
    assert len(compared((), rows, file.name).added) == 2


values = st.none() | st.integers(0, 10).map(float)
entries = st.builds(
    DiaryEntry,
    st.just(moment("2026-10-24 12:00", BERLIN)),
    values,
    values,
    st.dictionaries(st.sampled_from(["stress", "coffee"]), st.integers(0, 10).map(float)),
    values,
    values,
    st.sampled_from(["", "windy", "x" * 90]),
)


@given(entries, entries)
def test_differences_are_told_in_one_line_and_only_where_there_are_any(
    before: DiaryEntry, after: DiaryEntry
) -> None:
    told = differences(before, after)
    assert bool(told) is (before != after)
    words = change_words(DiaryChange(before, after))
    assert len(words) < 300
    assert "\n" not in words
    assert all(f"{name.removesuffix('_h')} " in words for name in ("spasms", "mood", "sleep_h", "bother")
               if getattr(before, name) != getattr(after, name))  # fmt: skip
