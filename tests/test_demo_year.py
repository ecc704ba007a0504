"""The demo year: a record of its own, with recordings that were measured and something for every command."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from courses import hashes, quick_references

from facialis.cli import cli
from facialis.errors import OutputError, RecordError, SourceError
from facialis.measure import measure
from facialis.record import Record, open_record
from facialis.simulate import course_record
from facialis.simulate.course import Course
from facialis.simulate.course_record import add_course, demo_course, demo_minutes, make_demo

DEMO = replace(demo_course(60), patient=replace(demo_course(60).patient, minutes=0.2, axons=40))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_references(monkeypatch)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched)
        yield make_demo(tmp_path_factory.mktemp("demo") / "year", DEMO)


@pytest.fixture
def record(made: Path) -> Iterator[Record]:
    with open_record(made / "record") as opened:
        yield opened


def told(record: Record) -> dict[str, Any]:
    """What a record holds, without the numbers and times of its own."""
    return {
        "diary": [replace(entry, id=None) for entry in record.entries()],
        "treatments": [replace(each, id=None) for each in record.treatments()],
        "questionnaires": [replace(each, id=None) for each in record.questionnaires()],
        "recordings": [(r.name, r.sha256, r.at, r.task, r.device) for r in record.recordings()],
        "counted": [(rate.when, rate.count) for rate in record.gathered().history.recordings],
    }


def test_the_year_of_the_demo_has_cycles_and_triggers() -> None:
    course = demo_course()
    assert 3 <= len(course.treatments) <= 4
    assert {treatment.kind for treatment in course.treatments} == {"toxin"}
    assert [factor.acts_as is not None for factor in course.factors] == [True, False, False, False]
    assert 35 <= len(course.recording_days) <= 60
    for treatment in course.treatments:
        soon = [day for day in course.recording_days if 0 <= day - treatment.day < 14]
        assert len(soon) >= 2


@pytest.mark.parametrize("days", [2, 9, 40, 100, 365])
def test_a_demo_may_be_of_any_length(days: int) -> None:
    course = demo_course(days)
    assert course.days == days
    assert all(day < days for day in course.recording_days)
    assert demo_minutes(course) > 0


def test_everything_is_in_the_record(record: Record) -> None:
    assert len(record.recordings()) == len(DEMO.recording_days)
    assert len(record.measurements()) == len(DEMO.recording_days)
    assert len(record.treatments()) == len(DEMO.treatments)
    assert record.entries()
    assert record.questionnaires()
    assert record.check() == ()
    assert record.unfinished() == ()


def test_everything_in_the_record_says_that_it_is_simulated(record: Record) -> None:
    assert {entry.note for entry in record.entries()} == {"simulated"}
    assert {each.note for each in record.treatments()} == {"simulated"}
    assert {each.device for each in record.recordings()} == {"simulated"}


def test_recordings_were_measured_and_no_truth_copied(made: Path, record: Record) -> None:
    recording, measurement = record.recordings()[0], record.measurements()[0]
    fresh = measure(made / "simulated" / "recordings" / recording.name)
    kept = record.result(measurement.id)
    assert kept.settings_digest == fresh.settings_digest
    assert kept.recording.sha256 == fresh.recording.sha256
    assert [(e.kind, e.onset_s) for e in kept.events] == [(e.kind, e.onset_s) for e in fresh.events]
    assert not any(path.name.endswith("truth.json") for path in (made / "record").rglob("*"))


def test_every_recording_is_on_its_day(record: Record) -> None:
    days = [(each.at.local.date() - DEMO.start).days for each in record.recordings()]
    assert tuple(days) == DEMO.recording_days


def test_the_folder_may_be_moved(made: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    made.rename(moved)
    try:
        with open_record(moved / "record") as opened:
            assert opened.check() == ()
    finally:
        moved.rename(made)


def test_the_commands_of_the_folder_make_the_same_record(
    made: Path, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made / "simulated")
    lines = (made / "simulated" / "commands.txt").read_text(encoding="utf-8").splitlines()
    place = str(tmp_path / "record")
    for line in lines:
        words = [
            place if word == "record" and before == "--record" else word for before, word in _pairs(line)
        ]
        shown = CliRunner().invoke(cli, words, catch_exceptions=False)
        assert shown.exit_code == 0, shown.output
    with open_record(place) as other:
        assert told(other) == told(record)


def _pairs(line: str) -> list[tuple[str, str]]:
    words = shlex.split(line)
    return list(pairwise(words))


# All or nothing


def test_a_folder_that_is_there_is_told(made: Path) -> None:
    before = set(hashes(made))
    with pytest.raises(OutputError, match="is there already"):
        make_demo(made, DEMO)
    assert set(hashes(made)) == before


@pytest.mark.parametrize("cut", ["add_course", "simulate_course", "_add_told"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SourceError])
def test_cut_off_it_leaves_nothing(
    cut: str, error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(course_record, cut, stop)
    tiny = replace(DEMO, days=4, every_days=2.0, recording_days=(1,), treatments=())
    with pytest.raises(error):
        make_demo(tmp_path / "demo" / "year", tiny)
    assert list(tmp_path.iterdir()) == []


def test_a_course_never_goes_into_a_record_that_is_there(made: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    with open_record(own):
        pass
    before = set(hashes(own))
    with pytest.raises(RecordError, match="a record of its own"):
        add_course(made / "simulated", own)
    assert set(hashes(own)) == before


def test_a_folder_that_holds_no_course_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no whole simulated course"):
        add_course(tmp_path, tmp_path / "record")
    assert not (tmp_path / "record").exists()


# The command


def test_the_command_tells_what_to_try_and_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    def ready(out: Path, course: Course, **_: Any) -> Path:
        assert course == demo_course(60, 3)
        made.rename(out)
        return out

    out = tmp_path / "demo"
    monkeypatch.setattr(course_record, "make_demo", ready)
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "own"))
    line = ["demo", "--year", "--out", str(out), "--days", "60", "--seed", "3"]
    shown = CliRunner().invoke(cli, line, catch_exceptions=False)
    try:
        assert shown.exit_code == 0
        tried = re.findall(r"^  facialis (.*?)    ", shown.output, re.MULTILINE)
        assert {words.split()[0] for words in tried} >= {"course", "triggers", "compare", "report", "trial"}
        for words in tried:
            answer = CliRunner().invoke(cli, shlex.split(words), catch_exceptions=False)
            assert answer.exit_code == 0, answer.output
            assert answer.output.strip()
        assert (out / "report" / "report.pdf").exists()
        assert not (tmp_path / "own").exists()
    finally:
        out.rename(made)


def test_days_and_seed_go_with_the_year() -> None:
    shown = CliRunner().invoke(cli, ["demo", "--seed", "3"])
    assert shown.exit_code == 2
    assert "--year" in shown.output
