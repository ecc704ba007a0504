"""Everything in one file, and back: the same for SQLite and PostgreSQL, so that a record can also move.

A backup is a ZIP archive. `manifest.json` names the revision of the tables and every file with its hash;
`tables.jsonl` holds the rows, one a line; the files lie as they do in the record. Of an encrypted record the
files stay sealed, and the rows are sealed with age by the record's passphrase.
"""

import datetime as dt
import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import checking, tables
from facialis.record.content import SEALED, in_words, remove_tree, sync, sync_folder
from facialis.record.database import Database, connect, migrate, revision_of, upgrade
from facialis.record.migrations import HEAD
from facialis.record.place import Place
from facialis.record.private import make_private
from facialis.record.store import Store
from facialis.version import __version__

MANIFEST, ROWS = "manifest.json", "tables.jsonl"
FORMAT = 1
_CHUNK = 1 << 20
_LEFT_OUT = ("intents",)


def backup(store: Store, to: Path, passphrase: str | None) -> int:
    """Write everything into the archive `to`; return its size in bytes.

    `passphrase` is that of an encrypted record. Raises OutputError, RecordError; then there is no archive.
    """
    from facialis.report.files import write_beside

    if to.exists():
        raise RecordError(f"{to} is there already; give another name.")
    with store.database.reading() as connection:
        revision = revision_of(connection)
        rows = "".join(f"{line}\n" for line in _rows(connection))
        needed = checking.wanted(connection)
    names = [store.files.path(kind, sha256, suffix) for (kind, sha256), suffix in sorted(needed.items())]
    body = rows.encode() if passphrase is None else _sealed(rows.encode(), passphrase)
    rows_name = ROWS if passphrase is None else ROWS + SEALED
    with write_beside(to) as beside, beside.open("wb") as file:
        with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
            listed = {rows_name: hashlib.sha256(body).hexdigest()}
            archive.writestr(rows_name, body)
            for path in names:
                name = path.relative_to(store.files.folder).as_posix()
                listed[name] = _into(archive, path, name)
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "revision": revision,
                "encrypted": passphrase is not None,
                "files": listed,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        sync(file)
    sync_folder(to.parent)
    return to.stat().st_size


def is_encrypted(archive: Path) -> bool:
    """Tell whether a backup needs a passphrase. Raises RecordError where it is no backup."""
    with _opened(archive) as opened:
        return bool(_manifest(opened, archive)["encrypted"])


def restore(archive: Path, place: Place, passphrase: str | None) -> None:
    """Make a record out of a backup, at a place where there is none yet.

    Everything is verified first and appears in one step. Raises RecordError, OutputError.
    """
    if place.url is None and place.folder.exists() and any(place.folder.iterdir()):
        raise RecordError(f"{place.folder} is not empty; restore to a folder that is.")
    beside = place.folder.parent / f".facialis-{secrets.token_hex(6)}"
    with in_words(place.folder), _opened(archive) as opened:
        manifest = _manifest(opened, archive)
        beside.mkdir(parents=True, mode=0o700)
        try:
            rows = _unpacked(opened, manifest, archive, beside, passphrase)
            if place.url is None:
                target = Place(beside)
                make_private(target)
                _fill(connect(target, passphrase), manifest, rows)
                if place.folder.exists():
                    place.folder.rmdir()
                os.replace(beside, place.folder)
                sync_folder(place.folder.parent)
            else:
                _to_server(place, beside, manifest, rows)
        finally:
            remove_tree(beside)


def _to_server(place: Place, beside: Path, manifest: dict[str, Any], rows: bytes) -> None:
    """Move the files first: a file without a row does no harm, a row without a file does."""
    if manifest["encrypted"]:
        raise RecordError("An encrypted backup can only be restored to a folder, not to PostgreSQL.")
    place.folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(beside.glob("*/*/*")):
        goal = place.folder / path.relative_to(beside)
        goal.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, goal)
        sync_folder(goal.parent)
    _fill(connect(place), manifest, rows)


def _fill(database: Database, manifest: dict[str, Any], rows: bytes) -> None:
    try:
        with database.reading() as connection:
            if revision_of(connection) is not None and _has_rows(connection):
                raise RecordError(f"The record at {database.name} is not empty; restore to one that is.")
            there = revision_of(connection)
        if there is not None:
            migrate(database, "base")
        migrate(database, manifest["revision"])
        with database.writing() as connection:
            _insert(connection, rows)
        upgrade(database)
    finally:
        database.close()


def _has_rows(connection: sa.Connection) -> bool:
    return connection.execute(sa.select(tables.people.c.id).limit(1)).one_or_none() is not None


# Rows


def _rows(connection: sa.Connection) -> Iterator[str]:
    for table in tables.metadata.sorted_tables:
        if table.name in _LEFT_OUT:
            continue
        for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)):
            yield json.dumps([table.name, {k: _told(v) for k, v in row._mapping.items()}])


def _told(value: Any) -> Any:
    return {"time": value.isoformat()} if isinstance(value, dt.date) else value


def _insert(connection: sa.Connection, rows: bytes) -> None:
    """Put rows into tables as they were at their revision, whatever the tables of this version are."""
    found = sa.MetaData()
    found.reflect(connection)
    gathered: dict[str, list[dict[str, Any]]] = {}
    for line in rows.decode().splitlines():
        name, row = json.loads(line)
        gathered.setdefault(name, []).append(row)
    for table in found.sorted_tables:
        typed = tables.metadata.tables.get(table.name)
        for column in table.columns:
            if typed is not None and column.name in typed.columns:
                column.type = typed.columns[column.name].type
        if table.name in gathered:
            told = [{k: _read(table.columns[k], v) for k, v in r.items()} for r in gathered[table.name]]
            connection.execute(table.insert(), told)
            _next_number(connection, table)


def _read(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"time"}:
        text = value["time"]
        return (
            dt.date.fromisoformat(text)
            if isinstance(column.type, sa.Date)
            else dt.datetime.fromisoformat(text)
        )
    if value is None and isinstance(column.type, sa.JSON):
        return sa.null()
    return value


def _next_number(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts on from where its own counter stands, which rows with numbers do not move."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), highest)))


# The archive


def _into(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    if not path.exists():
        raise RecordError(
            f"{path} is missing, so that no whole backup can be made; see `facialis record check`."
        )
    digest = hashlib.sha256()
    # The file's own date is left out: archives know none before 1980.
    with path.open("rb") as reads, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as writes:
        while chunk := reads.read(_CHUNK):
            digest.update(chunk)
            writes.write(chunk)
    return digest.hexdigest()


def _opened(archive: Path) -> zipfile.ZipFile:
    from facialis.source.container import checked_path

    try:
        return zipfile.ZipFile(checked_path(archive))
    except zipfile.BadZipFile:
        raise RecordError(f"{archive} is no backup of a record, or is damaged.") from None


def _manifest(opened: zipfile.ZipFile, archive: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(opened.read(MANIFEST))
        readable = manifest["format"] == FORMAT and manifest["revision"] <= HEAD
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile):
        raise RecordError(f"{archive} is no backup of a record, or is damaged.") from None
    if not readable:
        raise RecordError(f"{archive} was written by a newer facialis; install that version.")
    return manifest


def _unpacked(
    opened: zipfile.ZipFile,
    manifest: dict[str, Any],
    archive: Path,
    beside: Path,
    passphrase: str | None,
) -> bytes:
    """Unpack the files, each against its hash; return the rows."""
    damaged = RecordError(f"{archive} is damaged; use another backup.")
    rows = b""
    for name, sha256 in manifest["files"].items():
        digest, goal = hashlib.sha256(), beside / name
        if not goal.resolve().is_relative_to(beside.resolve()):
            raise damaged
        in_memory = name.startswith(ROWS)
        goal.parent.mkdir(parents=True, exist_ok=True)
        try:
            with opened.open(name) as reads, io.BytesIO() if in_memory else goal.open("wb") as writes:
                while chunk := reads.read(_CHUNK):
                    digest.update(chunk)
                    writes.write(chunk)
                if isinstance(writes, io.BytesIO):
                    rows = writes.getvalue()
                else:
                    sync(writes)
        except (KeyError, zipfile.BadZipFile):
            raise damaged from None
        if digest.hexdigest() != sha256:
            raise damaged
    return _unsealed(rows, passphrase) if manifest["encrypted"] else rows


def _sealed(body: bytes, passphrase: str) -> bytes:
    import pyrage

    sealed: bytes = pyrage.passphrase.encrypt(body, passphrase)
    return sealed


def _unsealed(body: bytes, passphrase: str | None) -> bytes:
    try:
        import pyrage
    except ImportError:
        raise RecordError("An encrypted backup needs more: pip install 'facialis[encrypt]'.") from None
    if passphrase is None:
        raise RecordError("This backup is encrypted; its passphrase is needed.")
    try:
        rows: bytes = pyrage.passphrase.decrypt(body, passphrase)
    except pyrage.DecryptError:
        raise RecordError("The passphrase is not the one of this backup.") from None
    return rows
