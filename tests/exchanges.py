"""Records that are exported and imported: one with something in every table, and archives tampered with."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import record_dumps
import sqlalchemy as sa
from records import open_fake, video

from facialis.record import Correction, DiaryEntry, Record, Treatment, exchange_rows, moment, tables
from facialis.record.exchange import export_archive
from facialis.record.exchange_archive import MANIFEST

AT = moment("2026-11-20 12:00", "Europe/Berlin")


def fill(record: Record, folder: Path) -> None:
    """Put something into every table: videos, an EMG, corrections, diary, treatments, questionnaires."""
    record_dumps.fill(record, folder)
    record_dumps.fill_emg(record, folder)
    record.correct(1, Correction("add", None, "twitch", "left", 1.0, 1.2, "missed"))
    record.add(video(folder, "never.mp4"), measure=False, at=AT)
    deleted = record.add(video(folder, "deleted.mp4"), at=AT)
    record.delete(deleted.recording.id, keep_signals=True)
    record.add_entry(DiaryEntry(AT, note='=HYPERLINK("x")\n"quoted", ünïcode \N{WHITE SMILING FACE}'))
    record.add_entry(DiaryEntry(AT, 0, triggers={"stress": 0, "coffee, black": 10}))
    record.add_treatment(Treatment("surgery", "microvascular decompression", AT, side="left"))
    until = moment("2026-12-24 12:00", "Asia/Tokyo")
    record.add_treatment(Treatment("drug", "carbamazepine", AT, dose=400.5, dose_unit="mg", until=until))


def rows(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Return what leaves a record, as plain values."""
    with record.store.database.reading() as connection:
        return {table.name: told for table, told in exchange_rows.rows_of(connection)}


def dump(record: Record) -> object:
    """Return every row of every table and every file with its content's hash, for a before and an after."""
    with record.store.database.reading() as connection:
        found = {
            table.name: connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
            for table in tables.metadata.sorted_tables
        }
    folder = record.store.files.folder
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("record.")
    }
    return found, files


@cache
def whole() -> bytes:
    """Return the archive of a record with something in every table; made once, since that takes its time."""
    with tempfile.TemporaryDirectory() as name:
        return exported(Path(name), fill=fill).read_bytes()


def exported(
    folder: Path, name: str = "archive.zip", fill: Callable[[Record, Path], None] | None = None
) -> Path:
    """Make a record elsewhere and return its archive; without `fill`, one with something in every table."""
    if fill is None:
        (folder / name).write_bytes(whole())
        return folder / name
    with open_fake(folder / f"from-{name}") as record:
        fill(record, folder)
        export_archive(record, folder / name)
    return folder / name


class Tampered:
    """The parts of an archive, to be changed; `write` gives an archive whose list fits what it then holds."""

    def __init__(self, archive: Path) -> None:
        with zipfile.ZipFile(archive) as opened:
            self.parts = {name: opened.read(name) for name in opened.namelist()}
        self.manifest: Any = json.loads(self.parts.pop(MANIFEST))
        self.right = True

    def rows(self, table: str) -> list[Any]:
        """Return the rows of a table."""
        return [json.loads(line) for line in self.parts[f"tables/{table}.jsonl"].splitlines()]

    def put(self, table: str, told: list[Any]) -> None:
        """Put rows into a table."""
        self.parts[f"tables/{table}.jsonl"] = "".join(json.dumps(row) + "\n" for row in told).encode()

    def change(self, table: str, number: int = 0, **values: Any) -> None:
        """Change a row."""
        told = self.rows(table)
        told[number] |= values
        self.put(table, told)

    def name(self, kind: str) -> str:
        """Return the name of the first file of a kind."""
        return next(name for name in self.parts if name.startswith(kind))

    def listed(self) -> list[dict[str, Any]]:
        """Return the list of files as it is now."""
        return [
            {"path": name, "sha256": hashlib.sha256(body).hexdigest(), "size_bytes": len(body)}
            for name, body in self.parts.items()
        ]

    def write(self, to: Path) -> Path:
        """Write the archive."""
        if self.right:
            self.manifest["files"] = self.listed()
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in self.parts.items():
                archive.writestr(name, body)
            archive.writestr(MANIFEST, json.dumps(self.manifest))
        return to
