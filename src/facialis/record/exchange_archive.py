"""A record, or one person's part of it, in one file: rows as JSON, curves as Parquet, recordings as they are.

A ZIP archive, told in docs/exchange.md and `archive.schema.json`. It is not encrypted, also where the record
is, unless a passphrase is given; then the file holds the archive sealed with age, and its key sealed by the
passphrase.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import exchange_rows, journal, tables
from facialis.record.adding import PARQUET
from facialis.record.content import RECORDINGS, SEALED, SIGNALS, new_key, seal, sync, sync_folder
from facialis.record.encrypting import checked_passphrase
from facialis.record.migrations import HEAD
from facialis.record.store import Store
from facialis.version import __version__

FORMAT = "facialis-archive"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
TABLES = "tables"
SEALED_KEY, SEALED_ARCHIVE = "key.age", "archive.zip.age"
_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member: archives know none before, and the same record gives the same bytes."""

Listed = dict[str, dict[str, Any]]


def export_archive(
    store: Store, to: Path, person_id: int | None = None, passphrase: str | None = None
) -> int:
    """Write everything, or everything of one person, into the new file `to`; return its size in bytes.

    Raises RecordError, OutputError; then there is no file.
    """
    from facialis.report.files import write_beside

    if to.exists():
        raise RecordError(f"{to} is there already; give another name.")
    if passphrase is not None:
        checked_passphrase(passphrase)
    with journal.working(store) as begun, write_beside(to) as beside:
        if passphrase is None:
            _write(store, beside, person_id, begun.work)
        else:
            plain = begun.work / "archive.zip"
            _write(store, plain, person_id, begun.work)
            _seal(plain, beside, passphrase, begun.work)
    sync_folder(to.parent)
    return to.stat().st_size


def _write(store: Store, to: Path, person_id: int | None, work: Path) -> None:
    listed: Listed = {}
    with to.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            with store.database.reading() as connection:
                needed = _write_rows(archive, connection, person_id, listed)
            for (kind, sha256), suffix in sorted(needed.items()):
                path, name = store.files.plain(kind, sha256, suffix, work), f"{kind}/{sha256}{suffix}"
                with path.open("rb") as reads:
                    _member(archive, name, reads, listed, zipfile.ZIP_STORED)
                if path.parent == work:
                    path.unlink()
                if listed[name]["sha256"] != sha256:
                    raise RecordError(f"{path} was changed since it was stored; see `facialis record check`.")
            body = {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "facialis_version": __version__,
                "revision": HEAD,
                "written_utc": datetime.now(UTC).isoformat(timespec="seconds"),
                "files": [{"path": path, **told} for path, told in sorted(listed.items())],
            }
            archive.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), json.dumps(body, indent=1))
        sync(file)


def _write_rows(
    archive: zipfile.ZipFile, connection: sa.Connection, person_id: int | None, listed: Listed
) -> Mapping[tuple[str, str], str]:
    """Write the tables; return the files that their rows need, kind and hash, with the suffix."""
    needed: dict[tuple[str, str], str] = {}
    for table, rows in exchange_rows.rows_of(connection, person_id):
        text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        reads = io.BytesIO(text.encode())
        _member(archive, f"{TABLES}/{table.name}.jsonl", reads, listed, zipfile.ZIP_DEFLATED)
        needed |= files_of(table.name, rows)
    return needed


def files_of(table: str, rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the files that a table's rows need, kind and hash, with the suffix."""
    if table == tables.recordings.name:
        return {(RECORDINGS, r["sha256"]): r["suffix"] for r in rows if r["file_deleted_utc"] is None}
    if table == tables.measurements.name:
        return {(SIGNALS, r["signals_sha256"]): PARQUET for r in rows}
    return {}


def _member(archive: zipfile.ZipFile, name: str, reads: IO[bytes], listed: Listed, how: int) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(_info(name, how), "w", force_zip64=True) as writes:
        while chunk := reads.read(_CHUNK):
            digest.update(chunk)
            size += writes.write(chunk)
    listed[name] = {"sha256": digest.hexdigest(), "size_bytes": size}


def _info(name: str, how: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = how
    return info


# Sealed


def _seal(plain: Path, to: Path, passphrase: str, work: Path) -> None:
    import pyrage

    key, sealed = new_key(), work / ("archive.zip" + SEALED)
    seal(plain, sealed, key)
    plain.unlink()
    with to.open("wb") as file:
        with zipfile.ZipFile(file, "w", allowZip64=True) as outer:
            told = pyrage.passphrase.encrypt((key + "\n").encode(), passphrase)
            outer.writestr(_info(SEALED_KEY, zipfile.ZIP_STORED), told)
            with sealed.open("rb") as reads:
                _member(outer, SEALED_ARCHIVE, reads, {}, zipfile.ZIP_STORED)
        sync(file)
