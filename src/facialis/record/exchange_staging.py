"""An archive's rows are put into a database in memory first, which refuses what no record may hold.

There they are brought to this version's tables, so that an archive of an earlier one can be read.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from facialis.errors import RecordError
from facialis.record import (
    corrections,
    diary,
    exchange_rows,
    found,
    recordings,
    results,
    tables,
    treatments,
    trials,
)
from facialis.record.database import Database, migrate, sqlite_engine, upgrade
from facialis.record.exchange_archive import files_of
from facialis.record.exchange_unpack import SHA256, SUFFIX, Archive
from facialis.record.migrations import HEAD
from facialis.record.times import zone_of

_BATCH = 1000


@contextmanager
def staged(archive: Archive) -> Iterator[sa.Connection]:
    """Yield a database in memory that holds the archive's rows, all checked. Raises RecordError."""
    database = Database(sqlite_engine(Path(":memory:")), archive.path.name)
    try:
        known = _made(database, archive.revision)
        with database.writing() as connection:
            _fill(connection, archive, known)
        if archive.revision != HEAD:
            upgrade(database)
        with database.reading() as connection:
            _check(connection, archive)
            yield connection
    finally:
        database.close()


def _made(database: Database, revision: str) -> tuple[sa.Table, ...]:
    """Make the tables of a revision and return those an archive has, others pointing at the first."""
    if revision == HEAD:  # The same tables in a tenth of the time.
        with database.writing() as connection:
            tables.metadata.create_all(connection)
        return exchange_rows.exported()
    migrate(database, revision)
    there = sa.MetaData()
    with database.reading() as connection:
        there.reflect(connection)
    left_out = exchange_rows.LEFT_OUT | {"alembic_version"}
    return tuple(_typed(table) for table in there.sorted_tables if table.name not in left_out)


def _fill(connection: sa.Connection, archive: Archive, known: tuple[sa.Table, ...]) -> None:
    unknown = {Path(n).stem for n in archive.files if n.endswith(".jsonl")} - {t.name for t in known}
    if unknown:
        archive.refuse(f"it has a table {min(unknown)!r} that no record has")
    for table in known:
        batch: list[dict[str, Any]] = []
        for number, row in enumerate(archive.rows(table.name), start=1):
            batch.append(_row(archive, table, number, row))
            if len(batch) == _BATCH:
                _insert(connection, archive, table, batch)
                batch = []
        _insert(connection, archive, table, batch)


def _typed(table: sa.Table) -> sa.Table:
    """Give the columns the types that the record knows them by."""
    typed = tables.metadata.tables.get(table.name)
    for column in table.columns:
        if typed is not None and column.name in typed.columns:
            column.type = typed.columns[column.name].type
    return table


def _row(archive: Archive, table: sa.Table, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    if set(row) != {column.name for column in table.columns}:
        archive.refuse(f"row {number} of {table.name} does not have the columns of that table")
    try:
        return {name: exchange_rows.told(table.columns[name], value) for name, value in row.items()}
    except (ValueError, RecursionError):
        archive.refuse(f"row {number} of {table.name} holds something of the wrong kind")


def _insert(connection: sa.Connection, archive: Archive, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    try:
        connection.execute(table.insert(), rows)
    except IntegrityError as error:
        said = str(error.orig).partition("\n")[0]
        archive.refuse(f"its rows of {table.name} do not fit together ({said})")


# What the tables do not say by themselves


def _check(connection: sa.Connection, archive: Archive) -> None:
    preferences = connection.execute(sa.select(tables.preferences.c.name)).scalars()
    if exchange_rows.SECRET_PREFERENCES & set(preferences):
        archive.refuse("it brings a key of its own")
    _check_files(connection, archive)
    _check_settings(connection, archive)
    try:
        _check_values(connection)
    except RecordError as error:
        archive.refuse(str(error).rstrip("."))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        archive.refuse("what it says of a measurement or a test cannot be read")


def _check_files(connection: sa.Connection, archive: Archive) -> None:
    needed: dict[tuple[str, str], str] = {}
    sizes: dict[str, set[int]] = {}
    for table, column in ((tables.recordings, "size_bytes"), (tables.measurements, "signals_bytes")):
        rows = connection.execute(sa.select(table)).mappings().all()
        needed |= files_of(table.name, [dict(row) for row in rows])
        for row in rows:
            sha256 = row["sha256" if table is tables.recordings else "signals_sha256"]
            sizes.setdefault(sha256, set()).add(row[column])
            if not SHA256.fullmatch(sha256) or not SUFFIX.fullmatch(row.get("suffix", "")):
                archive.refuse("it has a recording whose file has no name that a record gives")
    contents = archive.contents()
    if set(contents) != set(needed):
        archive.refuse("its files are not those that its rows speak of")
    for (_, sha256), name in contents.items():
        if sizes[sha256] != {archive.files[name][1]}:
            archive.refuse(f"the size of {name} is not the one that its rows give")


def _check_settings(connection: sa.Connection, archive: Archive) -> None:
    for row in connection.execute(sa.select(tables.settings)):
        text = json.dumps(row.body, sort_keys=True)
        if not isinstance(row.body, dict) or hashlib.sha256(text.encode()).hexdigest()[:12] != row.digest:
            archive.refuse("it has settings that do not have the hash that is given")


def _check_values(connection: sa.Connection) -> None:
    """Read everything as the record does, so that nothing is taken that it could not show."""
    diary.day_ends_h(connection)
    for table in tables.metadata.sorted_tables:
        if "zone" in table.columns:
            for zone in connection.execute(sa.select(table.c.zone).distinct()).scalars():
                zone_of(zone)
    for person_id, name in connection.execute(sa.select(tables.people.c.id, tables.people.c.name)).all():
        if name and not name.strip():
            raise RecordError("it has a person whose name cannot be seen")
        for entry in diary.entries(connection, person_id):
            diary.checked(entry)
        for treatment in treatments.all_of(connection, person_id):
            treatments.checked(treatment)
        for each in treatments.questionnaires_of(connection, person_id):
            treatments.checked_questionnaire(each)
        for trial in trials.all_of(connection, person_id):
            trials.checked(trial)
            trial.first_day + timedelta(days=trial.days)  # OverflowError beyond all days.
        for recording in recordings.all_of(connection, person_id):
            _check_recording(connection, recording.id)


def _check_recording(connection: sa.Connection, recording_id: int) -> None:
    own: set[int] = set()
    for measured in results.all_of(connection, recording_id):
        require_types(measured.recording)
        require_types(measured.quality)
        for exclusion in measured.quality.exclusions:
            require_types(exclusion)
        own |= {each.id for each in found.events_of(connection, measured.id)}
    for correction in corrections.corrections_of(connection, recording_id):
        if correction.event_id is not None and correction.event_id not in own:
            raise RecordError("it has a correction of an event that belongs to another recording")


def require_types(value: Any) -> None:
    """TypeError where a field of a dataclass does not hold what it is declared to."""
    hints = typing.get_type_hints(type(value))
    for spec in dataclasses.fields(value):
        if not _fits(getattr(value, spec.name), hints[spec.name]):
            raise TypeError(spec.name)


def _fits(value: Any, kind: Any) -> bool:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return value in inner
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(each, inner[0]) for each in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, dict) and all(
            _fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items()
        )
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)
