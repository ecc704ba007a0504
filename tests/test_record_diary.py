"""Diary, treatments, questionnaires: kept as told, imported whole or not at all, refused where impossible."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake

from facialis.errors import FacialisError, RecordError, SourceError
from facialis.record import DiaryEntry, Questionnaire, Site, Treatment, moment
from facialis.record.diary import checked, triggers_of
from facialis.record.diary_csv import read_csv
from facialis.record.treatments import checked as checked_treatment
from facialis.record.treatments import checked_questionnaire

Where = str | Path
AT = moment("2026-10-25 23:30", "Europe/Berlin")
UNTIL = moment("2026-12-01 08:00", AT.zone)
ENTRY = DiaryEntry(AT, 4, 2.5, {"stress": 3, "screen": 0}, 7.5, 6, "windy\nand 'cold' ÄÖÜ 雪")
TOXIN = Treatment(
    "toxin",
    "Dysport",
    AT,
    25,
    2.5,
    (Site("orbicularis oculi", "left", 20), Site("zygomaticus", "left", 5)),
    "left",
)


def test_an_entry_is_kept_as_told(where: Where) -> None:
    with open_fake(where) as record:
        stored = record.add_entry(ENTRY)
        assert record.entries() == (stored,)
        assert stored == replace(ENTRY, day=date(2026, 10, 25), id=stored.id)


def test_entries_come_by_day(where: Where) -> None:
    with open_fake(where) as record:
        for text in ("2026-10-03 12:00", "2026-10-01 12:00", "2026-10-03 01:00"):
            record.add_entry(DiaryEntry(moment(text, "Europe/Berlin"), 1))
        assert [e.day.day for e in record.entries() if e.day] == [1, 2, 3]
        assert len(record.entries(date(2026, 10, 2))) == 2
        assert len(record.entries(date(2026, 10, 2), date(2026, 10, 2))) == 1
        assert len(record.entries(last=date(2026, 10, 1))) == 1


def test_the_end_of_the_day_holds_for_entries_to_come(where: Where) -> None:
    at = moment("2026-10-02 04:30", "UTC")
    with open_fake(where) as record:
        assert record.day_ends_h == 4
        first = record.add_entry(DiaryEntry(at, 1))
        record.day_ends_h = 5
        second = record.add_entry(DiaryEntry(at, 1))
        assert [first.day, second.day] == [date(2026, 10, 2), date(2026, 10, 1)]
        assert [e.day for e in record.entries()] == [first.day, second.day]
        with pytest.raises(RecordError, match="between 0 and 12"):
            record.day_ends_h = 13


@pytest.mark.parametrize(
    "entry",
    [
        DiaryEntry(AT, spasms=11),
        DiaryEntry(AT, bother=-1),
        DiaryEntry(AT, sleep_h=25),
        DiaryEntry(AT, mood=10.5),
        DiaryEntry(AT, spasms=float("nan")),
        DiaryEntry(AT, triggers={"stress": 11}),
        DiaryEntry(AT, triggers={" ": 1}),
        DiaryEntry(AT),
    ],
)
def test_an_entry_that_cannot_be_is_refused(entry: DiaryEntry, tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        with pytest.raises(RecordError):
            record.add_entry(entry)
        assert record.entries() == ()


numbers = st.none() | st.floats(0, 10)
names = st.text(st.characters(exclude_characters="=;", exclude_categories=("Cs", "Cc")), min_size=1)
triggers = st.dictionaries(names.map(str.strip).filter(bool), st.floats(0, 10), max_size=4)


@given(triggers)
def test_triggers_are_read_as_they_are_written(told: dict[str, float]) -> None:
    assert triggers_of(";".join(f"{name}={strength!r}" for name, strength in told.items())) == told


@given(numbers, numbers, triggers)
def test_what_is_in_range_is_accepted(
    spasms: float | None, mood: float | None, told: dict[str, float]
) -> None:
    entry = DiaryEntry(AT, spasms, mood=mood, triggers=told, note="x")
    assert checked(entry) == entry


# CSV


def csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "diary.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_file_is_read_with_days_times_and_gaps(where: Where, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "when,spasms,bother,sleep_h,mood,triggers,note\n"
        "2026-10-24,4,2,7.5,,stress=3;screen=5,\n"
        '2026-10-25 23:30,,1,,6,,"windy, cold"\n'
        ",,,,,,\n"
        "2026-10-26 01:00,5,,,,,\n",
        "utf-8-sig",
    )
    with open_fake(where) as record:
        assert len(record.import_diary(path, "Europe/Berlin").added) == 3
        found = record.entries()
    assert [e.day for e in found] == [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 25)]
    assert found[0].triggers == {"stress": 3, "screen": 5}
    assert (found[0].spasms, found[0].sleep_h, found[0].mood) == (4, 7.5, None)
    assert (found[1].spasms, found[1].note) == (None, "windy, cold")
    assert found[1].at == AT


def test_a_spreadsheets_semicolons_and_commas_are_read(tmp_path: Path) -> None:
    path = csv(tmp_path, "when;spasms;sleep_h\r\n2026-10-24;4,5;7,25\r\n")
    entry = read_csv(path, "UTC")[0].entry
    assert (entry.spasms, entry.sleep_h) == (4.5, 7.25)


def test_a_line_may_have_its_own_zone(tmp_path: Path) -> None:
    path = csv(tmp_path, "when,zone,spasms\n2026-10-24 12:00,Asia/Tokyo,4\n")
    assert read_csv(path, "UTC")[0].entry.at == moment("2026-10-24 12:00", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("when,spasms\n2026-10-24,4\n2026-10-25,11\n", "Line 3"),
        ("when,spasms\n2026-10-24,four\n", "four"),
        ("when,spasms\nyesterday,4\n", "yesterday"),
        ("when,spasms\n2026-10-24,4,5\n", "more cells"),
        ("when,triggers\n2026-10-24,stress\n", "strength"),
        ("when,zone,spasms\n2026-10-24,Mars,4\n", "Mars"),
        ("when,spasm\n2026-10-24,4\n", "'spasm'"),
        ("day,spasms\n2026-10-24,4\n", "first line"),
        ("when\n2026-10-24\n", "at least one"),
        ("when,spasms\n2026-03-29 02:30,1\n", "clocks went forward"),
        ("when,spasms\n2026-03-29,1\n2062-03-29,1\n", "Line 3"),
        ("when,spasms\n1026-03-29,1\n", "before 1990"),
        ("when,spasms\n2062-03-29 10:00,1\n", "in the future"),
    ],
)
def test_a_file_with_a_fault_adds_nothing_and_names_the_line(
    where: Where, tmp_path: Path, text: str, says: str
) -> None:
    with open_fake(where) as record:
        with pytest.raises(RecordError) as caught:
            record.import_diary(csv(tmp_path, text), "Europe/Berlin")
        assert record.entries() == ()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="UTF-8"):
        read_csv(csv(tmp_path, "when,note\n2026-10-24,ä\n", "latin-1"), "UTC")


def test_a_cell_too_long_for_a_diary_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="Line"):
        read_csv(csv(tmp_path, f"when,note\n2026-10-24,{'x' * 200_000}\n"), "UTC")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with TemporaryDirectory() as folder, suppress(FacialisError):
        read_csv(csv(Path(folder), text), "UTC")


# Treatments


def test_treatments_are_kept_as_told(where: Where) -> None:
    told = (
        TOXIN,
        Treatment("surgery", "microvascular decompression", AT, side="left", note="Teflon"),
        Treatment(
            "drug", "carbamazepine", AT, dose=400, dose_unit="mg", until=moment("2026-12-01 08:00", AT.zone)
        ),
    )
    with open_fake(where) as record:
        stored = tuple(record.add_treatment(each) for each in told)
        assert record.treatments() == stored
    assert tuple(replace(each, id=None) for each in stored) == told


def test_the_sites_add_up_to_the_units() -> None:
    assert checked_treatment(replace(TOXIN, units=None)).units == 25
    assert (
        checked_treatment(replace(TOXIN, sites=(Site("eye", "left"), Site("mouth", "left", 5)))).units == 25
    )
    with pytest.raises(RecordError, match="add up"):
        checked_treatment(replace(TOXIN, units=30))


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"units": 0, "sites": ()},
        {"units": float("inf"), "sites": ()},
        {"dilution_ml_per_100_u": -1},
        {"sites": (Site("eye", "left", -5),)},
        {"until": moment("2020-01-01 00:00", "UTC")},
    ],
)
def test_a_treatment_that_cannot_be_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        with pytest.raises(RecordError):
            record.add_treatment(replace(TOXIN, **change))
        assert record.treatments() == ()


# Questionnaires


def test_totals_and_items_are_kept(where: Where) -> None:
    told = (Questionnaire("hfs-7", AT, 9, (1, 2, 1, 2, 1, 1, 1)), Questionnaire("hfs-30", AT, 120, note="x"))
    with open_fake(where) as record:
        stored = tuple(record.add_questionnaire(each) for each in told)
        assert record.questionnaires() == stored
    assert tuple(replace(each, id=None) for each in stored) == told


@pytest.mark.parametrize(
    "told",
    [
        Questionnaire("hfs-9", AT, 1),
        Questionnaire("hfs-7", AT, 29),
        Questionnaire("hfs-7", AT, -1),
        Questionnaire("hfs-7", AT, 6, (1,) * 6),
        Questionnaire("hfs-7", AT, 11, (5, *(1,) * 6)),
        Questionnaire("hfs-7", AT, 8, (1,) * 7),
        Questionnaire("hfs-30", AT, 121),
    ],
)
def test_a_questionnaire_that_cannot_be_is_refused(told: Questionnaire) -> None:
    with pytest.raises(RecordError):
        checked_questionnaire(told)


@given(st.lists(st.integers(0, 4), min_size=7, max_size=7))
def test_any_scores_with_their_sum_are_accepted(items: list[int]) -> None:
    told = Questionnaire("hfs-7", AT, sum(items), tuple(items))
    assert checked_questionnaire(told) == told
