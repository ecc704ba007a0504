"""`facialis triggers`: what it prints of diaries as people keep them, and what it does not claim."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filled import Counting, add, at, fill_diary
from histories import felt
from records import open_fake

from facialis.cli import cli
from facialis.console import run
from facialis.measures.history import DiaryDay, History
from facialis.measures.trigger_answers import CannotTellYet, Effect
from facialis.measures.triggers import triggers
from facialis.record import DiaryEntry
from facialis.report.trigger_words import NOT_CAUSE, trigger_lines

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
Where = str | Path
pytestmark = pytest.mark.usefixtures("plain_files")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed, its broken lines made whole."""
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)

    def command(*words: str | Path) -> str:
        code = run(cli, [str(word) for word in words])
        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        return re.sub(r"\n +", " ", told.out) if "--json" not in words else told.out

    return command


def test_an_empty_record_says_how_to_begin(where: Where, ran: Ran) -> None:
    open_fake(where).close()
    said = ran("triggers", "--record", where)
    assert "No factor was noted yet" in said
    assert "coffee=2" in said


def test_a_diary_without_factors_says_so(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(at(0, 22), 4))
    assert "No factor was noted yet" in ran("triggers", "--record", tmp_path / "record")


def test_a_year_of_half_the_days_finds_stress_and_not_coffee(where: Where, ran: Ran) -> None:
    with open_fake(where) as record:
        fill_diary(record, 160)
    said = ran("triggers", "--record", where)
    assert "80 diary days" in said
    found = said.partition("No difference that matters")[0]
    assert "On days with stress the spasms felt" in found
    assert "coffee" not in found
    assert "need not be the cause" in said
    assert len(said.splitlines()) < 16


def test_one_strength_is_told_as_days_with_against_days_without(tmp_path: Path, ran: Ran) -> None:
    """Stress was always noted as 3 and makes two points: that is told, not a third of it."""
    with open_fake(tmp_path / "record") as record:
        fill_diary(record, 200)
    said = ran("triggers", "--record", tmp_path / "record")
    match = re.search(r"On days with stress the spasms felt ([\d.]+) points of 10 more", said)
    assert match is not None
    assert 1.5 < float(match[1]) < 2.5


def test_few_days_say_how_many_more(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        fill_diary(record, 10)
    said = ran("triggers", "--record", tmp_path / "record")
    assert "Nothing was found" in said
    assert re.search(r"stress \(felt, bother\): about \d+ more days with it and \d+ without", said)


def test_what_is_noted_on_bad_days_only_cannot_be_used(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        for day in range(20):
            told = {"stress": 3.0} if day % 4 == 0 else {}
            record.add_entry(
                DiaryEntry(at(day, 22), 3 + day % 3, triggers={"coffee": float(day % 2), **told})
            )
    said = ran("triggers", "--record", tmp_path / "record")
    assert "stress was noted on 5 of 20 days, too few to use." in said
    assert "such as coffee=0" in said


def test_a_factor_without_a_day_without_is_told_to_note_zeros(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        for day in range(20):
            record.add_entry(DiaryEntry(at(day, 22), 3 + day % 3, triggers={"stress": 5.0}))
    assert "such as coffee=0" in ran("triggers", "--record", tmp_path / "record")


def test_sleep_is_a_factor_of_its_own(tmp_path: Path, ran: Ran) -> None:
    rng = np.random.default_rng(5)
    with open_fake(tmp_path / "record") as record:
        for day in range(60):
            slept = float(np.round(2 * rng.normal(7, 1)) / 2)
            strength = float(np.clip(round(4 + (7 - slept) + rng.normal(0, 0.6)), 0, 10))
            record.add_entry(DiaryEntry(at(day, 22), strength, sleep_h=slept))
    said = ran("triggers", "--record", tmp_path / "record")
    assert re.search(
        r"For each hour of lost sleep the spasms felt (0\.[789]|1\.[0123]) points of 10 more", said
    )


def test_entries_that_contradict_each_other_are_one_day(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(at(0, 9), 2, triggers={"Stress": 0}))
        record.add_entry(DiaryEntry(at(0, 23), 8, triggers={"stress ": 7}))
        record.add_entry(DiaryEntry(at(1, 1), 6, triggers={"stress": 1}))  # Still the same evening.
    said = ran("triggers", "--record", tmp_path / "record")
    assert "1 diary day, 2026-03-01" in said
    assert said.count("stress (") == 1


def test_recordings_count_on_the_diarys_day(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        for day in range(3):
            add(record, tmp_path, day + 1, 12, hour=1)
            record.add_entry(DiaryEntry(at(day, 22), 3, triggers={"coffee": float(day % 2)}))
    assert "felt 3, counted 3" in ran("triggers", "--record", tmp_path / "record")


def test_days_from_one_on(tmp_path: Path, ran: Ran, capsys: Capture) -> None:
    place = tmp_path / "record"
    with open_fake(place) as record:
        fill_diary(record, 40)
        record.add_entry(DiaryEntry(at(-800, 22), 4, triggers={"old": 1.0}))
    said = ran("triggers", "--record", place)
    assert "20 diary days, 2026-03-01" in said
    assert "Days before 2024-04-09 are left out" in said
    assert "21 diary days, 2023-12-22" in ran("triggers", "--from", "2023-01-01", "--record", place)
    assert "10 diary days, 2026-03-21" in ran("triggers", "--from", "2026-03-20", "--record", place)
    assert "No factor was noted yet" in ran("triggers", "--from", "2027-01-01", "--record", place)
    assert run(cli, ["triggers", "--from", "soon", "--record", str(place)]) == 1
    assert "is no day" in capsys.readouterr().err


def test_every_answer_is_listed_when_asked(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        fill_diary(record, 160)
    said = ran("triggers", "--all", "--record", tmp_path / "record")
    assert "felt, same day: On days with stress" in said
    assert "bother, same day: " in said


def test_json_names_the_kind_of_each_answer(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        fill_diary(record, 160)
    body = json.loads(ran("triggers", "--json", "--record", tmp_path / "record"))
    assert body["format"] == "facialis.triggers"
    answers = body["triggers"]["answers"]
    assert {"Effect"} <= {each["answer"] for each in answers} <= {"Effect", "NoDifference", "CannotTellYet"}
    assert all(each["words"] for each in answers)


def test_a_wrong_option_is_told(tmp_path: Path, capsys: Capture) -> None:
    assert run(cli, ["triggers", "--side", "up", "--record", str(tmp_path / "record")]) == 2
    assert "--side" in capsys.readouterr().err


# The statistics behind


def days(n: int, strength: float = 1.0, effect: float = 2.0, seed: int = 1) -> History:
    rng = np.random.default_rng(seed)
    there = rng.integers(0, 2, n)
    values = 3 + effect * there + rng.normal(0, 0.7, n)
    diary = felt(range(n), [float(v) for v in values])
    return History(
        (), [DiaryDay(d.day, d.felt, None, {"x": strength * t}) for d, t in zip(diary, there, strict=True)]
    )


@pytest.mark.parametrize("strength", [0.5, 3.0, 10.0])
def test_the_scale_of_a_single_strength_changes_no_answer(strength: float) -> None:
    one, scaled = (triggers(days(40, s)).answer("x") for s in (1.0, strength))
    assert isinstance(one, Effect)
    assert isinstance(scaled, Effect)
    assert scaled.words == one.words
    assert (scaled.value, scaled.low, scaled.high) == pytest.approx((one.value, one.low, one.high))


def test_a_diary_that_always_says_the_same_shows_nothing() -> None:
    history = History((), [DiaryDay(d.day, 3.0, None, d.factors) for d in days(30).diary])
    answer = triggers(history).answer("x")
    assert isinstance(answer, CannotTellYet)
    assert "say the same" in answer.words


def test_what_there_is_every_day_is_not_asked_for_days_without() -> None:
    rng = np.random.default_rng(2)
    levels = rng.integers(1, 4, 12)
    diary = [
        DiaryDay(d.day, d.felt, None, {"screen": float(n)})
        for d, n in zip(felt(range(12), [float(v) for v in rng.normal(4, 2, 12)]), levels, strict=True)
    ]
    answer = triggers(History((), diary)).answer("screen")
    assert isinstance(answer, CannotTellYet)
    assert "without" not in answer.words
    assert re.search(r"about \d+ more days\.", answer.words)


def test_the_cause_is_only_spoken_of_where_something_was_found() -> None:
    found, none = days(40), days(6)
    assert any(NOT_CAUSE[:30] in line for line in trigger_lines(found, triggers(found)))
    assert not any(NOT_CAUSE[:30] in line for line in trigger_lines(none, triggers(none)))
