"""A diary entry is changed in what is named and in nothing else; a day that has two is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake

from facialis.cli import cli
from facialis.console import run
from facialis.errors import RecordError
from facialis.record import DiaryEntry, diary, moment
from facialis.record.diary_csv import differences

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
Where = str | Path
AT = moment("2026-03-01 22:00", "Europe/Berlin")
ENTRY = DiaryEntry(AT, 4, 2, {"Stress": 3, "coffee": 2}, 7.5, 6, "windy")


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Ran:
    """Run a command on a record with one entry; return what it printed."""
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    with open_fake(tmp_path / "record") as record:
        record.add_entry(ENTRY)

    def command(*line: str, code: int = 0) -> str:
        assert run(cli, ["diary", *line]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return command


def kept(tmp_path: Path) -> DiaryEntry:
    with open_fake(tmp_path / "record") as record:
        return record.entries()[0]


@pytest.mark.parametrize(
    "said",
    [
        {"spasms": 0.0},
        {"bother": None, "mood": 10},
        {"triggers": {"Stress": 0.0}},
        {"triggers": {}},
        {"note": ""},
        {"sleep_h": 24, "note": "calm"},
    ],
)
def test_what_is_named_is_changed_and_nothing_else(where: Where, said: dict[str, Any]) -> None:
    with open_fake(where) as record:
        stored = record.add_entry(ENTRY)
        other = record.add_entry(DiaryEntry(AT, 9, triggers={"tea": 1}))
        change = record.edit_entry(stored.id or 0, **said)
        assert change.before == stored
        assert record.entries() == (change.after, other)
        assert {name: getattr(change.after, name) for name in said} == said
        assert len(differences(change.before, change.after)) == len(said)
        assert (change.after.at, change.after.day) == (stored.at, stored.day)
        assert [(a.action, a.thing_id) for a in record.audit()][-1] == ("change", stored.id)


def test_what_is_the_same_leaves_no_trace(where: Where) -> None:
    with open_fake(where) as record:
        stored = record.add_entry(ENTRY)
        trail = record.audit()
        record.edit_entry(stored.id or 0, spasms=4, note="windy")
        assert record.audit() == trail


@pytest.mark.parametrize("said", [{"spasms": 11}, {"triggers": {"x": -1}}, {"mood": float("nan")}])
def test_what_cannot_be_changes_nothing(where: Where, said: dict[str, Any]) -> None:
    with open_fake(where) as record:
        stored = record.add_entry(ENTRY)
        with pytest.raises(RecordError):
            record.edit_entry(stored.id or 0, **said)
        assert record.entries() == (stored,)


def test_an_entry_cannot_be_emptied(where: Where) -> None:
    with open_fake(where) as record:
        stored = record.add_entry(DiaryEntry(AT, note="only this"))
        with pytest.raises(RecordError, match="at least one"):
            record.edit_entry(stored.id or 0, note="")
        assert record.entries() == (stored,)


def test_nobody_edits_somebody_elses(where: Where) -> None:
    with open_fake(where) as record:
        record.add_person("A1")
        record.add_person("B2")
    with open_fake(where, person="A1") as record:
        number = record.add_entry(ENTRY).id or 0
    with open_fake(where, person="B2") as record, pytest.raises(RecordError, match="no diary entry"):
        record.edit_entry(number, spasms=1)


# The command


def test_a_change_is_told_with_what_it_was(ran: Ran, tmp_path: Path) -> None:
    said = ran("edit", "1", "--spasms", "3", "--trigger", "stress=0", "--note", "")
    assert said == (
        "Entry 1, 2026-03-01 22:00: spasms 3 instead of 4, triggers Stress=0;coffee=2 instead of "
        "Stress=3;coffee=2, note nothing instead of 'windy'.\n"
    )
    entry = kept(tmp_path)
    assert (entry.spasms, entry.bother, entry.triggers, entry.note) == (3, 2, {"Stress": 0, "coffee": 2}, "")
    assert ran("edit", "1", "--spasms", "3") == "Nothing to change.\n"


def test_what_was_told_can_be_taken_back(ran: Ran, tmp_path: Path) -> None:
    said = ran(
        "edit",
        "1",
        "--not-told",
        "Spasms",
        "--not-told",
        "coffee",
        "--not-told",
        "COFFEE",
        "--trigger",
        "stress=1",
    )
    assert said == (
        "Entry 1, 2026-03-01 22:00: spasms nothing instead of 4, triggers Stress=1 instead of "
        "Stress=3;coffee=2.\n"
    )
    entry = kept(tmp_path)
    assert (entry.spasms, entry.bother, entry.triggers, entry.note) == (None, 2, {"Stress": 1}, "windy")


def test_a_trigger_that_is_called_like_a_number_is_the_one_taken_back() -> None:
    entry = DiaryEntry(AT, spasms=1, sleep_h=7, triggers={"sleep": 3.0}, id=1)
    assert diary.edited(entry, {}, {}, ["sleep"]) == {"triggers": {}}
    assert diary.edited(replace(entry, triggers={}), {}, {}, ["sleep"]) == {"sleep_h": None}
    with pytest.raises(RecordError, match="says nothing of 'mood'"):
        diary.edited(entry, {}, {}, ["mood"])


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (("edit", "7", "--spasms", "3"), 1, "no diary entry 7"),
        (("edit", "7", "--trigger", "tea=3"), 1, "no diary entry 7"),
        (("edit", "1", "--trigger", "tea"), 1, "no strength"),
        (("edit", "1", "--trigger", "tea=11"), 1, "between 0 and 10"),
        (("edit", "1", "--spasms", "11"), 2, "range"),
        (("edit", "1"), 2, "Say what to change"),
        (("edit", "7", "--not-told", "mood"), 1, "no diary entry 7"),
        (("edit", "1", "--not-told", "wine"), 1, "says nothing of 'wine'"),
        (("edit", "1", "--not-told", "note"), 1, "--note ''"),
        (("edit", "1", "--not-told", "spasms", "--spasms", "3"), 1, "both said and not told"),
        (("edit", "1", "--not-told", "STRESS", "--trigger", "stress=1"), 1, "both said and not told"),
    ],
)
def test_what_cannot_be_is_said(
    ran: Ran, tmp_path: Path, line: tuple[str, ...], code: int, says: str
) -> None:
    before = kept(tmp_path)
    assert says in ran(*line, code=code)
    assert kept(tmp_path) == before


def test_a_second_entry_of_a_day_is_told(ran: Ran) -> None:
    when = ("--when", "2026-03-01 08:00", "--zone", "Europe/Berlin")
    said = ran("add", "--spasms", "2", "--no-others", *when)
    assert "That day has entry 1 too: of what was felt the mean counts" in said
    assert "That day" not in ran("add", "--spasms", "2", "--no-others", "--when", "2026-03-02")


@given(st.floats(0, 10), st.floats(0, 10))
def test_differences_name_what_differs(first: float, second: float) -> None:
    told = differences(DiaryEntry(AT, first), DiaryEntry(AT, second))
    assert bool(told) is (first != second)
