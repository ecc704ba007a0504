# ruff: noqa: ARG002  # The scenarios share one signature.
"""Kill a program at an instant of its work on a record, then look whether the record is whole.

`python record_killer.py SCENARIO FOLDER POINTS SEED [SOCKET]` prints a JSON object: how many instants there
are, at how many it was killed, and what was wrong. An instant is just before or after a step that lasts: a
statement, a commit, a sync, a rename, a deletion, a new folder. Besides, another process kills it at random
times, which also hits the inside of SQLite's own writing. All happens in forked children, so that the
packages are imported once. SOCKET is the folder of a PostgreSQL server, on which the record then is.
"""

import gc
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from record_dumps import FOLDER, TRIAL, load
from records import PASSPHRASE, Databases, emg, open_fake, video

from facialis.record import Correction, DiaryEntry, Record, encrypt_record, moment, restore_record, when
from facialis.record.database import is_encrypted
from facialis.record.exchange import export_archive, import_archive
from facialis.record.place import DATABASE_FILE
from facialis.source.emg import EmgOptions

SECRET = "a note that must be gone"
DAY = moment("2026-11-20 12:00", "Europe/Berlin")


SERVER: Databases | None = None
"""Where the databases are, if not in the folders themselves."""


def place(folder: Path) -> str | Path:
    """Return where the record of a folder is: in it, or in the server's database of the folder's name."""
    os.environ["FACIALIS_RECORD"] = str(folder / "record")
    return folder / "record" if SERVER is None else SERVER.address(folder.name)


class Scenario:
    """Something that is cut off. `folder` holds the record in `folder / "record"`."""

    def prepare(self, folder: Path) -> None:
        """Make the record as it is before: one recording, one diary entry."""
        with open_fake(place(folder)) as record:
            record.add(video(folder, "first.mp4"))
            record.add_entry(DiaryEntry(DAY, 4, note="kept"))
            record.add_trial(TRIAL)

    def run(self, folder: Path) -> None:
        """Do what is cut off."""
        raise NotImplementedError

    def happened(self, record: Record, folder: Path) -> bool:
        """Tell whether it happened; fail where it half happened."""
        raise NotImplementedError

    def open(self, folder: Path) -> Record:
        """Open the record, as whoever comes next does."""
        return open_fake(place(folder))

    def problems(self, record: Record) -> list[str]:
        """Return what `check` says."""
        return [problem.sentence for problem in record.check()]

    def kept(self, record: Record) -> None:
        """Fail where what was there before is lost."""
        assert "first.mp4" in [r.name for r in record.recordings()], "the first recording is lost"
        assert record.events(1), "its events are lost"
        assert record.entries()[0].note == "kept", "the diary is lost"
        assert [trial.factor for trial in record.trials()] == ["coffee"], "the trial is lost"


class Add(Scenario):
    """A recording is added and measured."""

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.add(video(folder, "second.mp4"))

    def happened(self, record: Record, folder: Path) -> bool:
        found = [r for r in record.recordings() if r.name == "second.mp4"]
        assert len(found) <= 1, "it is there twice"
        if found:
            measured = record.measurements(found[0].id)
            assert len(measured) == 1, "it is there without its measurement"
            assert record.result(measured[0].id).events, "it is there without its events"
        return bool(found)


class Measure(Scenario):
    """A recording is measured again."""

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.measure(1, mirrored=True)

    def happened(self, record: Record, folder: Path) -> bool:
        measured = record.measurements(1)
        assert record.recording(1).mirrored == (len(measured) == 2), "half of it is there"
        for each in measured:
            assert record.result(each.id).measures, "a measurement without its measures"
        return len(measured) == 2


class Channels(Scenario):
    """An EMG is measured again, its channels named anew."""

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with open_fake(place(folder)) as record:
            record.add(emg(folder), zone="UTC")

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.measure(2, emg=EmgOptions({"EMG3": "left orbicularis_oculi"}, unit="mV"))

    def happened(self, record: Record, folder: Path) -> bool:
        told, measured = record.recording(2).emg, record.measurements(2)
        assert told is not None
        assert (told.unit == "mV") == (len(measured) == 2), "half of it is there"
        assert told == measured[-1].emg, "it is told of otherwise than it was measured"
        for each in measured:
            assert record.result(each.id).measures, "a measurement without its measures"
        return len(measured) == 2


class Import(Scenario):
    """A diary is imported."""

    def run(self, folder: Path) -> None:
        lines = ["when,spasms,triggers", *(f"2026-10-{day:02},{day % 10},stress=2" for day in range(1, 21))]
        (folder / "diary.csv").write_text("\n".join(lines))
        with open_fake(place(folder)) as record:
            record.import_diary(folder / "diary.csv", "UTC")

    def happened(self, record: Record, folder: Path) -> bool:
        count = len(record.entries())
        assert count in (1, 21), f"{count} entries"
        return count == 21

    def kept(self, record: Record) -> None:
        assert "first.mp4" in [r.name for r in record.recordings()]
        assert "kept" in [e.note for e in record.entries()]


class Migrate(Scenario):
    """A record of an earlier version is brought to this one."""

    def problems(self, record: Record) -> list[str]:
        # Only the database of that time is kept, without its files.
        return [said for said in super().problems(record) if "is missing" not in said]

    def prepare(self, folder: Path) -> None:
        load(FOLDER / "0001.sqlite.sql", folder / "record")

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)):
            pass

    def happened(self, record: Record, folder: Path) -> bool:
        return True

    def kept(self, record: Record) -> None:
        assert record.recording(1).device == "phone"
        assert record.events(1)
        assert record.entries() == ()


class Delete(Scenario):
    """A recording is deleted."""

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with open_fake(place(folder)) as record:
            record.add(video(folder, "second.mp4", more=SECRET), device=SECRET)

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.delete(2)

    def happened(self, record: Record, folder: Path) -> bool:
        return gone(record, folder, "second.mp4" not in [r.name for r in record.recordings()])


class Forget(Scenario):
    """A diary entry is deleted."""

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with open_fake(place(folder)) as record:
            record.add_entry(DiaryEntry(DAY, 4, note=SECRET))

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.delete_entry(2)

    def happened(self, record: Record, folder: Path) -> bool:
        return gone(record, folder, len(record.entries()) == 1)


class Encrypt(Scenario):
    """The record is encrypted."""

    def run(self, folder: Path) -> None:
        encrypt_record(folder / "record", PASSPHRASE)

    def open(self, folder: Path) -> Record:
        if is_encrypted(folder / "record" / DATABASE_FILE):
            return open_fake(folder / "record", passphrase=PASSPHRASE)
        return open_fake(place(folder))

    def happened(self, record: Record, folder: Path) -> bool:
        if record.encrypted and not record.unfinished():
            plain = [p.name for p in record.store.files.all() if p.suffix != ".age"]
            assert not plain, f"{plain} are plain"
            assert not list((folder / "record").glob(".encrypting*")), "something is left over"
        return record.encrypted


class Restore(Scenario):
    """A backup is restored to a new place."""

    def prepare(self, folder: Path) -> None:
        with open_fake(folder / "earlier") as record:
            record.add(video(folder, "first.mp4"))
            record.add_entry(DiaryEntry(DAY, 4, note="kept"))
            record.add_trial(TRIAL)
            record.backup(folder / "backup.zip")

    def run(self, folder: Path) -> None:
        restore_record(folder / "backup.zip", folder / "record")

    def open(self, folder: Path) -> Record:
        if not (folder / "record").exists():
            restore_record(folder / "backup.zip", folder / "record")
        return open_fake(place(folder))

    def happened(self, record: Record, folder: Path) -> bool:
        return True


class Backup(Scenario):
    """A backup is made."""

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            record.backup(folder / "backup.zip")

    def happened(self, record: Record, folder: Path) -> bool:
        if not (folder / "backup.zip").exists():
            return False
        restore_record(folder / "backup.zip", folder / f"restored{time.monotonic_ns()}")
        return True


class Archive(Scenario):
    """An archive of another computer is imported: of the same person, with a recording that is here too."""

    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with open_fake(folder / "elsewhere") as record:
            record.add(video(folder, "first.mp4"))
            record.add(video(folder, "second.mp4"))
            missed = Correction("add", None, "twitch", "left", 1.0, 1.2, "seen elsewhere")
            record.correct(2, missed)
            record.add_entry(DiaryEntry(DAY, 7, triggers={"stress": 3}, note="from elsewhere"))
            export_archive(record, folder / "archive.zip")

    def run(self, folder: Path) -> None:
        with open_fake(place(folder)) as record:
            import_archive(record, folder / "archive.zip")

    def happened(self, record: Record, folder: Path) -> bool:
        names = sorted(r.name for r in record.recordings())
        notes = [e.note for e in record.entries()]
        whole = names == ["first.mp4", "second.mp4"] and "from elsewhere" in notes
        assert whole or (names == ["first.mp4"] and notes == ["kept"]), (
            f"half of it is there: {names} {notes}"
        )
        if whole:
            second = next(r.id for r in record.recordings() if r.name == "second.mp4")
            assert [c.note for c in record.corrections(second)] == ["seen elsewhere"], (
                "without its correction"
            )
            assert all(record.result(m.id).events for m in record.measurements()), "without its events"
        return whole

    def kept(self, record: Record) -> None:
        super().kept(record)
        assert [e.note for e in record.entries()].count("kept") == 1


SCENARIOS: dict[str, type[Scenario]] = {
    "add": Add,
    "measure": Measure,
    "channels": Channels,
    "import": Import,
    "migrate": Migrate,
    "delete": Delete,
    "forget": Forget,
    "encrypt": Encrypt,
    "restore": Restore,
    "backup": Backup,
    "archive": Archive,
}


def gone(record: Record, folder: Path, rows_gone: bool) -> bool:
    """Return whether the rows are gone; fail where traces remain and it is not said that something does."""
    if rows_gone and not record.unfinished():
        assert not traces(folder / "record"), f"{traces(folder / 'record')} still hold what was deleted"
    return rows_gone


def traces(folder: Path) -> list[str]:
    """Return the files in which what was deleted can still be read."""
    return [str(p) for p in folder.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


# Instants


class Instants:
    """Counts the instants and ends the process at one of them."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.count = 0

    def __call__(self) -> None:
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def around(self, module: object, name: str) -> None:
        """Put an instant before and one after every call."""
        original = getattr(module, name)

        def cut(*args: object, **options: object) -> object:
            self()
            done = original(*args, **options)
            self()
            return done

        setattr(module, name, cut)

    def lasting(self, connection: sa.Connection) -> None:
        """An instant, unless the database is in memory alone and goes with the program."""
        if connection.engine.url.database != ":memory:":
            self()

    def watch(self) -> None:
        """Put instants around everything that lasts."""
        for name in ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
            self.around(os, name)
        for event in ("before_cursor_execute", "after_cursor_execute", "begin", "commit"):
            sa.event.listen(sa.Engine, event, lambda connection, *_: self.lasting(connection))
        self.around(sa.engine.default.DefaultDialect, "do_commit")


def fork(work: Callable[[], object]) -> int:
    """Do `work` in a child; return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def waited(child: int) -> int:
    """Return the child's exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextmanager
def fresh(base: Path, folder: Path) -> Iterator[Path]:
    """Yield a copy of the prepared folder."""
    shutil.copytree(base, folder)
    if SERVER is not None:
        SERVER.run(f"CREATE DATABASE {folder.name} TEMPLATE {base.name}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        if SERVER is not None:
            SERVER.run(f"DROP DATABASE {folder.name} WITH (FORCE)")


def verify(scenario: Scenario, folder: Path) -> None:
    """Fail where the record is not whole, does not say what is cut off, or cannot finish it."""
    with scenario.open(folder) as record:
        scenario.kept(record)
        for problem in scenario.problems(record):
            assert "finish" in problem, f"damage: {problem}"
        told = [each.kind for each in record.unfinished()]
        before = scenario.happened(record, folder)
        done, failed = record.finish()
        assert not failed, f"cannot be finished: {failed}"
        assert not scenario.problems(record), f"after {done}: {record.check()}"
        assert record.unfinished() == ()
        after = scenario.happened(record, folder)
        assert after or not before, "finishing undid it"
        assert after or not told, f"{told} was told and not finished"
        scenario.kept(record)
        leftovers = [str(p) for p in (folder / "record" / "work").rglob("*")]
        assert not leftovers, f"left over: {leftovers}"
    if not after:
        scenario.run(folder)
        with scenario.open(folder) as record:
            assert scenario.happened(record, folder), "it cannot be done again"
            assert not scenario.problems(record)


def killed_at(scenario: Scenario, folder: Path, instant: int) -> int:
    """Run until that instant; return the exit code."""

    def work() -> None:
        Instants(instant).watch()
        scenario.run(folder)

    return waited(fork(work))


def killed_after(scenario: Scenario, folder: Path, seconds: float) -> int:
    """Run for that time; return the exit code."""
    child = fork(lambda: scenario.run(folder))
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return waited(child)


def count(scenario: Scenario, base: Path, folder: Path) -> tuple[int, float]:
    """Return how many instants there are, and how long it takes."""

    def work() -> None:
        instants = Instants(None)
        instants.watch()
        scenario.run(folder)
        (folder / "count").write_text(str(instants.count))

    with fresh(base, folder):
        began = time.monotonic()
        assert waited(fork(work)) == 0
        return int((folder / "count").read_text()), time.monotonic() - began


def main(name: str, folder: Path, points: int, seed: int) -> dict[str, object]:
    """Kill at `points` instants, or at all where `points` is 0, and at a tenth as many random times."""
    scenario, chance = SCENARIOS[name](), random.Random(seed)
    base, used, said = folder / f"{name}_base", folder / f"{name}_used", folder / "said"
    base.mkdir(parents=True)
    if SERVER is not None:
        SERVER.run(f"CREATE DATABASE {base.name}")
    assert waited(fork(lambda: scenario.prepare(base))) == 0
    total, takes_s = count(scenario, base, used)
    instants = sorted(chance.sample(range(total), min(points, total)) if points else range(total))
    times = [chance.uniform(0, takes_s) for _ in range(max(len(instants) // 10, 3))]
    wrong: list[str] = []
    kills = 0
    for what in [*instants, *times]:
        with fresh(base, used):
            at_instant = isinstance(what, int)
            code = killed_at(scenario, used, what) if at_instant else killed_after(scenario, used, what)
            kills += code == -signal.SIGKILL
            if at_instant and code != -signal.SIGKILL:
                wrong.append(f"{what}: ended with {code}, not killed")
            if waited(fork(lambda: tell(said, lambda: verify(scenario, used)))) != 0:
                wrong.append(f"{what}: {said.read_text()}")
    return {"instants": total, "kills": kills, "wrong": wrong}


def tell(said: Path, work: Callable[[], object]) -> None:
    """Do the work; write what went wrong."""
    try:
        work()
    except BaseException:
        said.write_text(traceback.format_exc(limit=-4))
        os._exit(1)


NEEDED = (
    "alembic.command",
    "alembic.config",
    "pandas",  # Where it is installed, pyarrow imports it.
    "facialis.report.tables",
    "facialis.source.container",
    "sqlalchemy.dialects.sqlite",
    "tzlocal",
    "zipfile",
    "pyarrow.parquet",
    "pyrage",
)


def quicken() -> None:
    """Import once what the children need, and let SQLCipher derive its keys in a moment."""
    for name in NEEDED:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # Else the children copy all of the memory to count what is in use.
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return
    dbapi2.connect(":memory:").execute("PRAGMA cipher_default_kdf_iter = 1000").close()


if __name__ == "__main__":
    when._of_video = lambda *_: None
    quicken()
    if len(sys.argv) > 5:
        SERVER = Databases(sys.argv[5])
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
