"""What was told of a recording can be told anew: its time, task, device. What was measured stays."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filled import Counting, add, at
from hypothesis import given
from hypothesis import strategies as st
from records import FakeMeasure, open_fake, video

from facialis.cli import cli
from facialis.console import run
from facialis.errors import RecordError
from facialis.measures.history import made_before
from facialis.record import Moment, Treatment, moment
from facialis.record.tasks import checked_task, known_tasks, new_task_sentence, tidied
from facialis.record.types import StoredRecording

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
Where = str | Path
BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"
pytestmark = pytest.mark.usefixtures("plain_files")


# The record, on both databases


def test_time_task_and_device_are_changed_and_the_rest_stays(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        was = record.add(video(tmp_path), at=at(3), task="rset", device="phone").recording
        measured, trail = record.measurements(was.id), len(record.audit())
        done = record.edit(was.id, at=at(4, 18), task=" rest ", device="camera")
        changed = replace(was, at=at(4, 18), task="rest", device="camera", time_source="given")
        assert (done.was, done.now) == (was, changed)
        assert record.recording(was.id) == changed
        assert record.measurements(was.id) == measured
        assert [(a.action, a.thing, a.thing_id) for a in record.audit()][trail:] == [
            ("change", "recording", was.id)
        ]
        assert record.check() == ()


def test_the_order_and_the_course_follow(where: Where, tmp_path: Path) -> None:
    with open_fake(where, measure=Counting()) as record:
        first, second = (add(record, tmp_path, day, 9) for day in (0, 10))
        treatment = record.add_treatment(Treatment("toxin", "Botox", at(5, 9), side="left"))
        assert treatment.id
        (given_,) = record.history().treatments
        before = record.gathered().rates
        assert [made_before(before[n], given_) for n in (first, second)] == [True, False]
        record.edit(first, at=at(20))
        after = record.gathered().rates
        assert [made_before(after[n], given_) for n in (first, second)] == [False, False]
        assert [each.id for each in record.recordings()] == [second, first]


def test_nothing_to_change_is_not_in_the_audit_trail(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        was = record.add(video(tmp_path), at=at(3), task="rest").recording
        trail = record.audit()
        done = record.edit(was.id, at=at(3), task="rest", zone=BERLIN)
        assert done.was == done.now
        assert record.audit() == trail


def test_a_files_date_can_be_confirmed(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        path = video(tmp_path)
        os.utime(path, (1_780_000_000, 1_780_000_000))
        was = record.add(path, zone=BERLIN).recording
        assert was.time_source == "file"
        assert record.edit(was.id, at=was.at).now == replace(was, time_source="given")


def test_a_zone_alone_tells_the_same_moment_elsewhere(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        was = record.add(video(tmp_path), at=moment("2026-03-01 23:00", BERLIN)).recording
        now = record.edit(was.id, zone=TOKYO).now
        assert now.at == Moment(was.at.utc, TOKYO)
        assert f"{now.at.local:%Y-%m-%d %H:%M}" == "2026-03-02 07:00"


@pytest.mark.parametrize(
    "change",
    [
        {"at": Moment(datetime(2131, 1, 1, tzinfo=UTC), BERLIN)},
        {"at": Moment(datetime(1904, 1, 1, tzinfo=UTC), BERLIN)},
        {"zone": "Mars"},
    ],
)
def test_what_cannot_be_changes_nothing(where: Where, tmp_path: Path, change: dict[str, Moment]) -> None:
    with open_fake(where) as record:
        was = record.add(video(tmp_path), at=at(3), task="rest").recording
        trail = record.audit()
        with pytest.raises(RecordError):
            record.edit(was.id, task="talking", **change)  # type: ignore[arg-type]
        assert record.recording(was.id) == was
        assert record.audit() == trail


def test_nobody_edits_somebody_elses(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_person("A1")
        record.add_person("B2")
    with open_fake(where, person="A1") as record:
        number = record.add(video(tmp_path), at=at(3)).recording.id
    with open_fake(where, person="B2") as record, pytest.raises(RecordError, match="no recording"):
        record.edit(number, task="rest")


def test_a_time_that_turns_the_affected_side_is_told(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path, "a.mp4"), at=at(3))
        late = record.add(video(tmp_path, "b.mp4", "right"), at=at(9)).recording.id
        notes = record.edit(late, at=at(1)).notes
        assert any("affected side of the record is the right, not the left" in note for note in notes)


def test_what_is_told_of_a_file_that_is_there_is_not_lost_in_silence(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        path = video(tmp_path)
        number = record.add(path, at=at(3), task="rest").recording.id
        again = record.add(path, at=at(4), task="talking", device="phone")
        assert again.notes == (
            "Kept as it is in the record: its time, device, task; `facialis record edit 1` changes that.",
        )
        assert record.recording(number).task == "rest"
        assert record.add(path, at=at(3), task="rest").notes == ()
        assert record.add(path).notes == ()


# Tasks


def recording(number: int, task: str) -> StoredRecording:
    sha256 = f"{number:064}"
    when = at(number)
    return StoredRecording(
        number, 1, "video", sha256, ".mp4", 1, "x", when, "given", "", task, False, when.utc
    )


def test_a_new_task_is_named_beside_those_there_are(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        said = [
            record.add(video(tmp_path, f"{n}.mp4"), at=at(n), task=task).notes
            for n, task in enumerate(("rest", "Rest", "closure", "rset", "rset", ""))
        ]
    assert said[:3] == [(), (), ()]
    assert said[3] == (
        "'rset' is a new task in this record, which has rest (2), closure (1); if it is one of those, "
        "`facialis record edit 4 --task TASK` corrects it.",
    )
    assert said[4:] == [(), ()]


def test_a_task_that_no_recording_has_is_refused_with_those_there_are(where: Where, tmp_path: Path) -> None:
    with open_fake(where, measure=Counting()) as record:
        for day, task in enumerate(("rest", "rest", "talking")):
            add(record, tmp_path, day, 9, task=task)
        with pytest.raises(RecordError, match=r"task 'rset'; this record has rest \(2\), talking \(1\)"):
            record.gathered(task="rset")
        assert len(record.gathered(task=" REST").rates) == 2
        with pytest.raises(RecordError, match="''"):
            record.gathered(task="")


def test_a_record_without_recordings_refuses_no_task(where: Where) -> None:
    with open_fake(where) as record:
        assert record.gathered(task="rest").rates == {}


def test_recordings_without_a_task_can_be_asked_for() -> None:
    assert checked_task("", [recording(1, ""), recording(2, "rest")]) == ""
    with pytest.raises(RecordError, match="none of this record has a task"):
        checked_task("rest", [recording(1, " ")])


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(words)
def test_a_task_is_one_line_and_stays_so(task: str) -> None:
    kept = tidied(task)
    assert tidied(kept) == kept
    assert len(kept.splitlines()) <= 1
    assert kept == kept.strip()


@given(st.lists(words, max_size=8))
def test_every_task_of_a_record_can_be_asked_for(tasks: list[str]) -> None:
    recordings = [recording(n, task) for n, task in enumerate(tasks)]
    known = known_tasks(recordings)
    assert sum(known.values()) == sum(bool(tidied(task)) for task in tasks)
    for each in recordings:
        assert checked_task(each.task, recordings) == each.task
        assert new_task_sentence(each, [*recordings, replace(each, id=-1)]) == ""


# The commands


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Ran:
    """Run a command on a record with one recording, told wrong; return what it printed."""
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    monkeypatch.setattr("facialis.commands.record._seconds", lambda _: 0.0)
    monkeypatch.setattr(sys.modules["facialis.measure"], "measure", FakeMeasure())
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path), at=moment("2026-03-01 18:00", BERLIN), task="rset")

    def command(*line: str, code: int = 0) -> str:
        assert run(cli, line) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return command


def test_what_was_changed_is_told_with_what_it_was(ran: Ran) -> None:
    said = ran("record", "edit", "1", "--when", "2026-03-02 07:30", "--task", "rest", "--device", "phone")
    assert said == (
        "Recording 1, monday.mp4: recorded 2026-03-02 07:30 (Europe/Berlin), as told (before: 2026-03-01 "
        "18:00 (Europe/Berlin), as told); task rest (before: rset); device phone (before: -).\n"
    )
    assert re.search(r"^1 +2026-03-02 07:30 \(Europe/Berlin\) +rest ", ran("record", "list"), re.MULTILINE)
    assert "change recording 1" in ran("record", "audit")
    assert "task - (before: rest)" in ran("record", "edit", "1", "--task", "")
    assert "nothing to change" in ran("record", "edit", "1", "--task", "")


def test_a_clock_time_is_of_the_zone_that_the_recording_has(ran: Ran) -> None:
    ran("record", "edit", "1", "--zone", TOKYO)
    assert "2026-03-02 02:00 (Asia/Tokyo)" in ran("record", "list")
    ran("record", "edit", "1", "--when", "2026-03-02 08:00")
    assert "2026-03-02 08:00 (Asia/Tokyo)" in ran("record", "list")
    ran("record", "edit", "1", "--when", "2026-03-02 08:00", "--zone", BERLIN)
    assert "2026-03-02 08:00 (Europe/Berlin)" in ran("record", "list")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("7", "--task", "rest"), "no recording 7"),
        (("1", "--when", "2026-03-02"), "no time of day"),
        (("1", "--when", "2131-03-02 10:00"), "in the future"),
        (("1", "--zone", "Mars"), "no time zone"),
    ],
)
def test_what_cannot_be_is_one_sentence(ran: Ran, line: tuple[str, ...], says: str) -> None:
    said = ran("record", "edit", *line, code=1)
    assert says in said
    assert said.count("\n") == 1
    assert "rset" in ran("record", "list")


def test_nothing_said_shows_the_way(ran: Ran) -> None:
    assert "--help" in ran("record", "edit", "1", code=2)


@pytest.mark.parametrize("command", ["course", "triggers", "compare 1 2", "report --html"])
def test_the_statistics_take_no_task_that_is_not_there(
    ran: Ran, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = ran(*command.split(), "--task", "rest", code=1)
    assert said == "facialis: No recording is of the task 'rest'; this record has rset (1).\n"
    assert not (tmp_path / "facialis-report").exists()
