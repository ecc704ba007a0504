"""Write `records_of_old/`: a record as each revision of the tables left it, as SQL, and as an archive.

`python tests/record_dumps.py REVISION` writes those of the newest revision, once, when it is made; those of
earlier ones were written by earlier versions and stay as they are.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from records import Databases, FakeMeasure, emg, open_fake, server, server_programs, video

from facialis.record import (
    Correction,
    DiaryEntry,
    Questionnaire,
    Record,
    Site,
    Treatment,
    Trial,
    moment,
    when,
)
from facialis.record.exchange import export_archive
from facialis.record.place import DATABASE_FILE
from facialis.source.emg import EmgOptions

TRIAL = Trial("coffee", date(2026, 11, 1), ((True, False), (False, True)), 2, 1, "bother", 7, "after lunch")
FOLDER = Path(__file__).parent / "records_of_old"


def fill(record: Record, folder: Path) -> None:
    """Put something into every table."""
    at = moment("2026-10-25 02:30", "Europe/Berlin")
    added = record.add(video(folder), at=at, device="phone", task="rest")
    assert added.measurement is not None
    first = record.events(added.measurement.id)[0]
    record.correct(added.recording.id, Correction("reject", first.id, note="a wink"))
    record.day_ends_h = 5
    fill_diary(record)
    fill_trial(record)


def fill_diary(record: Record) -> None:
    """Put in what came with revision 0002."""
    at = moment("2026-10-25 23:30", "Europe/Berlin")
    record.add_entry(DiaryEntry(at, 4, 2.5, {"stress": 3}, 7.5, 6, "windy"))
    record.add_treatment(
        Treatment("toxin", "Botox", at, 5, 2.0, (Site("orbicularis oculi", "left", 5),), "left")
    )
    record.add_questionnaire(Questionnaire("hfs-7", at, 9, (1, 2, 1, 2, 1, 1, 1)))


def fill_trial(record: Record) -> None:
    """Put in what came with revision 0004."""
    record.add_trial(TRIAL)


def fill_emg(record: Record, folder: Path) -> None:
    """Put in what came with revision 0003."""
    options = EmgOptions({"EMG3": "left orbicularis_oculi"}, unit="mV")
    added = record.add(emg(folder), zone="Europe/Berlin", emg=options)
    assert added.measurement is not None
    record.correct(added.recording.id, Correction("confirm", record.events(added.measurement.id)[0].id))


def write(revision: str) -> None:
    """Write both dumps of one revision, and its archive."""
    with tempfile.TemporaryDirectory() as name, server() as socket:
        folder = Path(name)
        with open_fake(folder / "record", measure=FakeMeasure()) as record:
            fill(record, folder)
            fill_emg(record, folder)
            (FOLDER / f"{revision}.archive.zip").unlink(missing_ok=True)
            export_archive(record, FOLDER / f"{revision}.archive.zip")
        with sqlite3.connect(folder / "record" / DATABASE_FILE) as connection:
            text = "\n".join(connection.iterdump())
        (FOLDER / f"{revision}.sqlite.sql").write_text(text + "\n")
        os.environ["FACIALIS_RECORD"] = str(folder / "files")
        databases = Databases(socket)
        with open_fake(databases.new(), measure=FakeMeasure()) as record:
            fill(record, folder)
            fill_emg(record, folder)
        dump(databases, revision)


def dump(databases: Databases, revision: str) -> None:
    """Write what PostgreSQL's own dump says, without the lines that only some servers understand."""
    programs = server_programs()
    assert programs is not None
    command = [
        programs / "pg_dump",
        "-h",
        databases.folder,
        "-U",
        "tester",
        "--inserts",
        "--no-owner",
        "test1",
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    unwanted = ("--", "SET ", "SELECT pg_catalog.set_config", "\\")
    lines = [line for line in text.splitlines() if line and not line.startswith(unwanted)]
    (FOLDER / f"{revision}.postgresql.sql").write_text("\n".join(lines) + "\n")


def load(sql: Path, where: Any) -> None:
    """Make the database that a dump tells of, at a new place."""
    if isinstance(where, Path):
        where.mkdir()
        with sqlite3.connect(where / DATABASE_FILE) as connection:
            connection.executescript(sql.read_text())
        connection.close()
        return
    import psycopg

    with psycopg.connect(where) as server_connection:
        server_connection.execute(sql.read_bytes())


if __name__ == "__main__":
    when._of_video = lambda *_: None
    write(sys.argv[1])
