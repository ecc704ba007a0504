"""A record is verified file by file, backed up and restored, on either database."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from record_dumps import fill
from records import Databases, open_fake, video

from facialis.errors import FacialisError, OutputError, RecordError, SourceError
from facialis.record import DiaryEntry, Record, moment, restore_record
from facialis.record.backup import MANIFEST, ROWS
from facialis.record.content import RECORDINGS, SIGNALS

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
AT = moment("2026-11-20 12:00", "Europe/Berlin")


def everything(record: Record) -> object:
    """All that the record holds, as it is told."""
    measurements = [m for r in record.recordings() for m in record.measurements(r.id)]
    return (
        record.people(),
        record.recordings(),
        measurements,
        [record.events(m.id) for m in measurements],
        [record.measures(m.id) for m in measurements],
        [record.corrections(r.id) for r in record.recordings()],
        record.entries(),
        record.treatments(),
        record.questionnaires(),
        record.trials(),
        record.audit(),
        record.day_ends_h,
        sorted(path.name for path in record.store.files.all()),
    )


def only(record: Record, kind: str) -> Path:
    return next(path for path in record.store.files.all() if path.parent.parent.name == kind)


# check


def test_a_whole_record_has_no_problem(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        assert record.check() == ()
        fill(record, tmp_path)
        assert record.check() == ()


@pytest.mark.parametrize("kind", [RECORDINGS, SIGNALS])
@pytest.mark.parametrize("fault", ["missing", "changed", "cut off", "extended"])
def test_every_file_is_verified_by_its_hash(where: Where, tmp_path: Path, kind: str, fault: str) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        path = only(record, kind)
        content = path.read_bytes()
        if fault == "missing":
            path.unlink()
        elif fault == "changed":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        else:
            path.write_bytes(content[:-1] if fault == "cut off" else content + b"x")
        problems = record.check()
        assert len(problems) == 1
        assert problems[0].path == path
        assert ("missing" if fault == "missing" else "changed") in problems[0].sentence


def test_a_file_that_belongs_to_nothing_is_told_and_removed(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        stray = record.store.files.folder / RECORDINGS / "ab" / f"{'ab' * 32}.mp4"
        stray.parent.mkdir(parents=True)
        stray.touch()
        assert [p.path for p in record.check()] == [stray]
        assert record.finish() == (["Removed 1 file(s) that belonged to nothing."], [])
        assert record.check() == ()


def test_what_is_not_of_the_record_is_left_alone(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        mine = record.store.files.folder / RECORDINGS / "holiday" / "beach.mp4"
        mine.parent.mkdir(parents=True)
        mine.touch()
        assert record.check() == ()
        record.finish()
        assert mine.exists()


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
    path = tmp_path / "record" / "record.db"
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 : page * 4096 + 8] = b"\xff" * 8
    path.write_bytes(content)
    told: list[str] = []
    try:
        with open_fake(tmp_path / "record") as record:
            told = [problem.sentence for problem in record.check()]
    except RecordError as error:
        told = [str(error)]
    assert any("damaged" in sentence for sentence in told)
    assert all("\n" not in sentence for sentence in told)


# backup and restore


def test_a_backup_holds_everything(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        size = record.backup(tmp_path / "backup.zip")
        before = everything(record)
    assert size == (tmp_path / "backup.zip").stat().st_size
    restore_record(tmp_path / "backup.zip", tmp_path / "restored")
    with open_fake(tmp_path / "restored") as record:
        assert everything(record) == before
        assert record.check() == ()
        # And it goes on from there.
        assert record.add(video(tmp_path, "next.mp4")).recording.id == 2


def test_a_record_moves_between_the_databases(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "clinic"))
    with open_fake(tmp_path / "home") as record:
        fill(record, tmp_path)
        before = everything(record)
        record.backup(tmp_path / "there.zip")
    address = databases.new()
    restore_record(tmp_path / "there.zip", address)
    with open_fake(address) as record:
        assert everything(record) == before
        assert record.check() == ()
        assert record.add_entry(DiaryEntry(AT, 1)).id == 2
        record.delete_entry(2)
        record.backup(tmp_path / "back.zip")
    restore_record(tmp_path / "back.zip", tmp_path / "again")
    with open_fake(tmp_path / "again") as record:
        assert record.recordings()[0].name == "monday.mp4"
        assert record.check() == ()


def test_a_place_that_holds_something_is_left_alone(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        record.backup(tmp_path / "backup.zip")
        before = everything(record)
        record.close()
    with pytest.raises(RecordError, match="not empty"):
        restore_record(tmp_path / "backup.zip", where)
    with open_fake(where) as record:
        assert everything(record) == before


def test_a_backup_replaces_no_file(tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")
    with open_fake(tmp_path / "record") as record, pytest.raises(RecordError, match="already"):
        record.backup(tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "mine"


def test_no_backup_is_made_of_a_record_with_a_missing_file(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        only(record, RECORDINGS).unlink()
        with pytest.raises(RecordError, match="missing"):
            record.backup(tmp_path / "backup.zip")
    assert not list(tmp_path.glob("*.zip"))


def rewritten(path: Path, change: str) -> Path:
    """A backup with one fault."""
    to = path.with_name("faulty.zip")
    with zipfile.ZipFile(path) as reads, zipfile.ZipFile(to, "w") as writes:
        for name in reads.namelist():
            content = reads.read(name)
            if name == MANIFEST:
                manifest = json.loads(content)
                if change == "newer format":
                    manifest["format"] = 99
                if change == "newer revision":
                    manifest["revision"] = "9999"
                if change == "outside":
                    manifest["files"]["../outside"] = "0" * 64
                content = json.dumps(manifest).encode()
            elif (change == "rows" and name == ROWS) or (change == "file" and name.endswith(".mp4")):
                content = b"x" + content[1:]
            elif change == "lost" and name.endswith(".parquet"):
                continue
            if change != "no manifest" or name != MANIFEST:
                writes.writestr(name, content)
    return to


@pytest.mark.parametrize(
    "change", ["rows", "file", "lost", "no manifest", "newer format", "newer revision", "outside"]
)
def test_a_faulty_backup_is_refused_and_leaves_nothing(change: str, tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        record.backup(tmp_path / "backup.zip")
    before = set(os.listdir(tmp_path))
    with pytest.raises(RecordError) as caught:
        restore_record(rewritten(tmp_path / "backup.zip", change), tmp_path / "restored")
    assert "\n" not in str(caught.value)
    assert set(os.listdir(tmp_path)) == before | {"faulty.zip"}


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "some.zip").write_bytes(content)
    with pytest.raises((RecordError, SourceError)):
        restore_record(tmp_path / "some.zip", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


# A full disk


class Full:
    """A disk on which no more than so many bytes can be written."""

    def __init__(self, left: int) -> None:
        self.left = left

    def fsync(self, handle: int) -> None:
        size = os.fstat(handle).st_size
        if size > self.left:
            raise OSError(28, "No space left on device")
        self.left -= size


@pytest.mark.parametrize("left", [0, 10, 20_000])
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    where: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        before = everything(record)
        with monkeypatch.context() as patch:
            patch.setattr("facialis.record.content.os.fsync", Full(left).fsync)
            with pytest.raises(OutputError, match="no space left"):
                record.add(video(tmp_path, "second.mp4"))
        assert everything(record) == before
        assert record.check() == ()
        assert record.unfinished() == ()
        assert record.add(video(tmp_path, "second.mp4")).measured


def test_a_full_database_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        before = everything(record)
        with record.store.database.alone() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        long = DiaryEntry(AT, note="long " * 10_000)
        with pytest.raises(OutputError, match="no space left"):
            record.add_entry(long)
        with pytest.raises(OutputError, match="no space left"):
            record.add(video(tmp_path, "second.mp4"), task="long " * 10_000)
        with record.store.database.alone() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert everything(record) == before
        record.finish()
        assert record.check() == ()
        assert record.add(video(tmp_path, "second.mp4")).measured


def fill_up(record: Record, folder: Path, names: list[str]) -> None:
    for number in range(50):
        names.append(record.add(video(folder, f"{number}.mp4")).recording.name)


def test_a_real_full_disk(tmp_path: Path) -> None:
    """On a disk of 400 kB, filled up until nothing can be written."""
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount the small disk this needs")
    try:
        with open_fake(disk / "record") as record:
            record.add_entry(DiaryEntry(AT, note="kept"))
            names: list[str] = []
            with pytest.raises(FacialisError, match="no space left"):
                fill_up(record, tmp_path, names)
        with open_fake(disk / "record") as record:
            assert [r.name for r in record.recordings()] == names
            assert record.entries()[0].note == "kept"
            assert all("finish" in problem.sentence for problem in record.check())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
