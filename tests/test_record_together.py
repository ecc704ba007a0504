"""Two programs at once, and copies of a record that a power cut might leave."""

import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from record_dumps import fill
from records import open_fake, video

from facialis.errors import FacialisError
from facialis.record import DiaryEntry, moment
from facialis.record.locks import LockedError, is_held, lock

pytestmark = pytest.mark.usefixtures("plain_files")
TESTS = Path(__file__).parent
AT = moment("2026-11-20 12:00", "Europe/Berlin")

PROGRAM = """
import sys
from pathlib import Path
from records import open_fake, video
from facialis.record import DiaryEntry, moment, when
when._of_video = lambda *_: None
where, folder, name = sys.argv[1:]
at = moment("2026-11-20 12:00", "UTC")
with open_fake(where) as record:
    for number in range(6):
        record.add(Path(folder) / f"shared{number}.mp4")
        record.add(video(Path(folder), f"{name}{number}.mp4"))
        record.add_entry(DiaryEntry(at, number, note=name))
        doomed = record.add_entry(DiaryEntry(at, note="doomed"))
        record.delete_entry(doomed.id)
"""


def programs(where: str | Path, folder: Path, names: tuple[str, ...]) -> list[subprocess.Popen[str]]:
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent / "src"), os.environ.get("PYTHONPATH", "")])
    return [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(where), str(folder), name],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]


def test_two_programs_write_at_once_and_nothing_is_lost_or_doubled(where: str | Path, tmp_path: Path) -> None:
    for number in range(6):  # Written here: a program would empty what the other reads.
        video(tmp_path, f"shared{number}.mp4")
    running = programs(where, tmp_path, ("a", "b"))
    said = [each.communicate()[1] for each in running]  # All ended before any is judged.
    assert [each.returncode for each in running] == [0, 0], said
    with open_fake(where) as record:
        names = sorted(r.name for r in record.recordings())
        assert names == sorted(f"{who}{n}.mp4" for who in ("a", "b", "shared") for n in range(6))
        assert len(record.measurements()) == 18
        notes = [entry.note for entry in record.entries()]
        assert (notes.count("a"), notes.count("b"), len(notes)) == (6, 6, 12)
        assert record.check() == ()
        assert record.unfinished() == ()


def test_what_another_program_is_at_is_not_unfinished(tmp_path: Path) -> None:
    from facialis.record import journal

    with open_fake(tmp_path / "record") as record, open_fake(tmp_path / "record") as other:
        detail = {"name": "x.mp4", "source": "x.mp4"}
        with journal.operation(other.store, "add", detail) as begun:
            assert record.unfinished() == ()
            assert record.check() == ()
            assert record.finish() == ([], [])
            assert begun.work.exists()
            with other.store.database.writing() as connection:
                begun.done(connection)


def test_locks(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    with lock(path):
        assert is_held(path)
        with pytest.raises(LockedError), lock(path):
            pass
        with pytest.raises(LockedError), lock(path, shared=True):
            pass
    assert not is_held(path)
    with lock(path, shared=True), lock(path, shared=True), pytest.raises(LockedError), lock(path):
        pass


def test_a_lost_original_is_told_and_can_be_given_up(where: str | Path, tmp_path: Path) -> None:
    from facialis.record import journal

    with open_fake(where) as record:
        with journal.working(record.store) as begun, record.store.database.writing() as connection:
            detail = {"name": "lost.mp4", "source": str(tmp_path / "lost.mp4"), "person_id": 0}
            begun.begin(connection, "add", detail)
        assert "lost.mp4" in record.unfinished()[0].sentence
        done, failed = record.finish()
        assert done == []
        assert "no longer there" in failed[0]
        assert len(record.unfinished()) == 1
        record.forget(record.unfinished()[0])
        assert record.unfinished() == ()
        assert record.check() == ()


# A power cut


def stop(running: subprocess.Popen[str]) -> None:
    """Stop a program, and wait until it has stopped (or has ended): signals take effect a little later."""
    running.send_signal(signal.SIGSTOP)
    if running.returncode is None:
        os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def on_disk(place: Path) -> int:
    """Bytes of the log of changes that a power cut cannot take: SQLite has them on the disk before it empties
    the log into the database (how far it went stands in the wal-index, sqlite.org/walformat.html, 2.1)."""
    log, index = place / "record.db-wal", place / "record.db-shm"
    if not log.exists() or not index.exists() or log.stat().st_size < 32 or index.stat().st_size < 132:
        return 0
    (page,) = struct.unpack_from(">I", log.read_bytes(), 8)
    (frames,) = struct.unpack_from("=I", index.read_bytes(), 128)
    return 32 + frames * (page + 24) if frames else 0


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a stopped program as Linux lets one")
def test_a_copy_made_at_any_time_opens(tmp_path: Path) -> None:
    """A copy of the files while a program writes, the log of changes cut off where a power cut can cut it."""
    chance, place, copies = random.Random(1), tmp_path / "record", list[tuple[Path, int]]()
    for number in range(6):
        video(tmp_path, f"shared{number}.mp4")
    with open_fake(place) as record:
        fill(record, tmp_path)
    (running,) = programs(place, tmp_path, ("a",))
    while running.poll() is None:
        time.sleep(chance.uniform(0, 0.05))
        stop(running)  # Power does not go while a file is half copied.
        copy = tmp_path / f"copy{len(copies)}"
        try:
            shutil.copytree(place, copy, ignore=shutil.ignore_patterns("*-shm"))
            copies.append((copy, on_disk(place)))
        finally:
            running.send_signal(signal.SIGCONT)
    _, said = running.communicate()
    assert running.returncode == 0, said
    for copy, kept in chance.sample(copies, min(len(copies), 25)):
        log = copy / "record.db-wal"
        if log.exists():
            size = log.stat().st_size
            os.truncate(log, chance.randint(min(kept, size), size))
        with open_fake(copy) as record:
            assert "monday.mp4" in [r.name for r in record.recordings()]
            assert record.events(1)
            assert not [problem for problem in record.check() if "damaged" in problem.sentence]
            record.finish()
            record.add_entry(DiaryEntry(AT, 1))


def told(place: Path) -> list[str]:
    """What is wrong with a record, also where it cannot even be opened."""
    try:
        with open_fake(place) as record:
            return [problem.sentence for problem in record.check()]
    except FacialisError as error:
        return [str(error)]


def test_a_torn_database_is_told_not_guessed_at(tmp_path: Path) -> None:
    chance, place = random.Random(2), tmp_path / "record"
    with open_fake(place) as record:
        fill(record, tmp_path)
    content = (place / "record.db").read_bytes()
    for _ in range(20):
        (place / "record.db").write_bytes(content[: chance.randrange(100, len(content))])
        assert told(place)
        assert all("\n" not in sentence for sentence in told(place))
