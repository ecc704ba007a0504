"""Deleted means gone: rows, files, free pages; and the trail does not say what it was."""

import threading
from pathlib import Path

import pytest
from records import Databases, open_fake, video

from facialis.errors import RecordError
from facialis.record import DiaryEntry, Questionnaire, Record, Treatment, moment

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
AT = moment("2026-11-20 12:00", "Europe/Berlin")
SECRET = "a-thing-nobody-else-should-ever-read"


def holding(folder: Path, text: str = SECRET) -> list[str]:
    """The files under a folder in which the text can still be read."""
    found = [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
    return [str(path.relative_to(folder)) for path in found]


def files(record: Record) -> list[str]:
    return sorted(path.parent.parent.name for path in record.store.files.all())


def test_what_is_not_deleted_can_be_found(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(AT, note=SECRET))
        assert holding(tmp_path / "record")


def test_a_deleted_note_is_in_no_file(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        for number in range(50):
            record.add_entry(DiaryEntry(AT, note=f"{number} {SECRET} " + "long " * number * 20))
        kept = record.add_entry(DiaryEntry(AT, note="kept"))
        for entry in record.entries():
            if entry != kept:
                assert entry.id is not None
                record.delete_entry(entry.id)
        assert holding(tmp_path / "record") == []
        assert record.entries() == (kept,)
    assert holding(tmp_path / "record") == []


@pytest.mark.parametrize("kind", ["treatment", "questionnaire"])
def test_other_things_told_go_likewise(kind: str, tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        if kind == "treatment":
            record.add_treatment(Treatment("drug", SECRET, AT))
            record.delete_treatment(1)
        else:
            record.add_questionnaire(Questionnaire("hfs-7", AT, 3, note=SECRET))
            record.delete_questionnaire(1)
        assert holding(tmp_path / "record") == []


def test_a_deleted_recording_is_in_no_file(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        keep = record.add(video(tmp_path, "keep.mp4"))
        gone = record.add(video(tmp_path, "gone.mp4", more=SECRET), device=SECRET)
        assert holding(tmp_path / "record")
        record.delete(gone.recording.id)
        assert holding(tmp_path / "record") == []
        assert [r.id for r in record.recordings()] == [keep.recording.id]
        assert len(record.measurements()) == 1
        assert files(record) == ["recordings", "signals"]
        assert record.check() == ()
        with pytest.raises(RecordError, match="no recording"):
            record.delete(gone.recording.id)


def test_on_postgresql_it_is_in_no_table_either(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    address = databases.new()
    base = Path(databases.folder) / "data" / "base"

    def flushed() -> list[str]:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        return holding(base)

    with open_fake(address) as record:
        record.add_entry(DiaryEntry(AT, note=SECRET))
        assert flushed()
        record.delete_entry(1)
    # What PostgreSQL keeps for its own recovery, pg_wal, is its keeper's matter and not looked at.
    assert flushed() == []


def test_the_signals_are_kept_and_the_video_deleted(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path, more=SECRET))
        assert added.measurement is not None
        record.delete(added.recording.id, keep_signals=True)
        assert holding(tmp_path / "record") == []
        assert files(record) == ["signals"]
        assert record.signals(added.measurement.id).time_s.size
        assert record.measures(added.measurement.id)
        assert record.recording(added.recording.id).file_deleted_utc is not None
        assert record.check() == ()
        with pytest.raises(RecordError, match="cannot be measured again"):
            record.measure(added.recording.id, mirrored=True)
        with pytest.raises(RecordError, match="already"):
            record.delete(added.recording.id, keep_signals=True)


def test_a_video_that_comes_back_is_kept_again(where: Where, tmp_path: Path) -> None:
    source = video(tmp_path)
    with open_fake(where) as record:
        added = record.add(source)
        record.delete(added.recording.id, keep_signals=True)
        again = record.add(source)
        assert again.recording.id == added.recording.id
        assert again.recording.file_deleted_utc is None
        assert files(record) == ["recordings", "signals"]


def test_without_signals_there_is_nothing_to_keep(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path), measure=False)
        with pytest.raises(RecordError, match="never measured"):
            record.delete(added.recording.id, keep_signals=True)
        assert files(record) == ["recordings"]
        assert record.unfinished() == ()


def test_what_somebody_else_still_has_stays(where: Where, tmp_path: Path) -> None:
    source = video(tmp_path)
    with open_fake(where) as record:
        record.add_person("A1")
        record.add_person("B2")
    numbers = []
    for name in ("A1", "B2"):
        with open_fake(where, person=name) as record:
            numbers.append(record.add(source).recording.id)
    with open_fake(where, person="A1") as record:
        record.delete(numbers[0])
        assert files(record) == ["recordings", "signals"]
    with open_fake(where, person="B2") as record:
        assert record.check() == ()
        record.delete(numbers[1])
        assert files(record) == []


def test_a_person_goes_with_everything_of_theirs(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_person("A1")
        record.add_person("B2")
    with open_fake(where, person="A1") as record:
        record.add(video(tmp_path, more=SECRET), device=SECRET)
        record.add_entry(DiaryEntry(AT, note=SECRET))
    with open_fake(where) as record:
        record.delete_person("A1")
        assert [person.name for person in record.people()] == ["B2"]
        assert files(record) == []
        assert holding(tmp_path / "record") == []
        assert record.entries() == ()


def test_the_trail_says_that_something_was_deleted_not_what(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path))
        record.add_entry(DiaryEntry(AT, 1))
        record.delete(1)
        record.delete_entry(1)
        trail = record.audit()
    assert [line.action for line in trail] == ["add", "add", "measure", "add", "delete", "delete"]
    assert [line.thing for line in trail] == ["person", None, None, None, None, None]
    assert [line.thing_id for line in trail][1:] == [None] * 5


def test_a_number_is_not_given_to_something_else(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path, "a.mp4"))
        record.delete(1)
        assert record.add(video(tmp_path, "b.mp4")).recording.id == 2


@pytest.mark.parametrize("thing", ["entry", "treatment", "questionnaire"])
def test_what_is_not_there_cannot_be_deleted(thing: str, where: Where) -> None:
    with open_fake(where) as record:
        record.add_entry(DiaryEntry(AT, 1))
        with pytest.raises(RecordError, match="There is no"):
            getattr(record, f"delete_{thing}")(7)
        assert record.unfinished() == ()
        assert len(record.entries()) == 1


def test_while_another_program_reads_it_says_so_and_finishes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facialis.record.database.BUSY_MS", 100)
    with open_fake(tmp_path / "record") as record, open_fake(tmp_path / "record") as other:
        record.add_entry(DiaryEntry(AT, note=SECRET))
        with other.store.database.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM diary_entries").all()
            with pytest.raises(RecordError, match="another program has the record open"):
                record.delete_entry(1)
            assert record.entries() == ()
            assert [each.kind for each in record.unfinished()] == ["erase"]
        assert record.finish() == (["The deletion is complete."], [])
        assert record.unfinished() == ()
        assert holding(tmp_path / "record") == []


def test_another_program_that_empties_the_log_too_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself does not wait for it."""
    with open_fake(tmp_path / "record") as record, open_fake(tmp_path / "record") as other:
        stop = threading.Event()

        def empty_and_fill() -> None:
            while not stop.is_set():
                other.store.database.emptied_log()
                other.add_entry(DiaryEntry(AT, 1))

        at_work = threading.Thread(target=empty_and_fill)
        at_work.start()
        try:
            for _ in range(10):
                record.delete_entry(record.add_entry(DiaryEntry(AT, note=SECRET)).id)
        finally:
            stop.set()
            at_work.join()
        assert record.unfinished() == ()
    assert holding(tmp_path / "record") == []
