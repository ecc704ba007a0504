"""Recordings as rows."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.emg import options_from, plain_options
from facialis.record.plain import new_id
from facialis.record.times import Moment
from facialis.record.types import StoredRecording

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions

_T = tables.recordings


def insert(connection: sa.Connection, recording: StoredRecording) -> StoredRecording:
    """Put a recording in (its `id` is given here) and return it as stored."""
    made = connection.execute(
        _T.insert().values(
            person_id=recording.person_id,
            kind=recording.kind,
            sha256=recording.sha256,
            suffix=recording.suffix,
            size_bytes=recording.size_bytes,
            name=recording.name,
            recorded_utc=recording.at.utc,
            zone=recording.at.zone,
            time_source=recording.time_source,
            device=recording.device,
            task=recording.task,
            mirrored=recording.mirrored,
            added_utc=recording.added_utc,
            emg=None if recording.emg is None else plain_options(recording.emg),
        )
    )
    number = new_id(made)
    audit.note(connection, "add", "recording", number)
    return by_id(connection, number)


def all_of(connection: sa.Connection, person_id: int) -> tuple[StoredRecording, ...]:
    """Return a person's recordings in the order they were recorded."""
    rows = connection.execute(
        sa.select(_T).where(_T.c.person_id == person_id).order_by(_T.c.recorded_utc, _T.c.id)
    )
    return tuple(_stored(row) for row in rows)


def by_id(connection: sa.Connection, number: int, person_id: int | None = None) -> StoredRecording:
    """Return the recording of that number, of that person if told; RecordError where there is none."""
    row = connection.execute(sa.select(_T).where(_T.c.id == number)).one_or_none()
    if row is None or person_id not in (None, row.person_id):
        raise RecordError(f"There is no recording {number}; `facialis record list` shows those there are.")
    return _stored(row)


def by_content(connection: sa.Connection, person_id: int, sha256: str) -> StoredRecording | None:
    """Return the person's recording with that content, None where there is none."""
    row = connection.execute(
        sa.select(_T).where((_T.c.person_id == person_id) & (_T.c.sha256 == sha256))
    ).one_or_none()
    return None if row is None else _stored(row)


def is_used(connection: sa.Connection, sha256: str) -> bool:
    """Tell whether a recording's file is needed by any person."""
    needed = (_T.c.sha256 == sha256) & _T.c.file_deleted_utc.is_(None)
    return bool(connection.execute(sa.select(sa.exists().where(needed))).scalar_one())


def set_told(connection: sa.Connection, told: StoredRecording) -> None:
    """Note when the recording of that number was made, with what and of which task, after all."""
    values = {
        "recorded_utc": told.at.utc,
        "zone": told.at.zone,
        "time_source": told.time_source,
        "device": told.device,
        "task": told.task,
    }
    connection.execute(_T.update().where(_T.c.id == told.id).values(**values))
    audit.note(connection, "change", "recording", told.id)


def set_mirrored(connection: sa.Connection, number: int, mirrored: bool) -> None:
    """Note how the video was stored, after all."""
    connection.execute(_T.update().where(_T.c.id == number).values(mirrored=mirrored))
    audit.note(connection, "change", "recording", number)


def set_options(connection: sa.Connection, number: int, options: "EmgOptions") -> None:
    """Note what the file of an EMG does not say, after all."""
    connection.execute(_T.update().where(_T.c.id == number).values(emg=plain_options(options)))
    audit.note(connection, "change", "recording", number)


def drop_file(connection: sa.Connection, number: int) -> None:
    """Note that the file is gone and the signals are kept."""
    connection.execute(_T.update().where(_T.c.id == number).values(file_deleted_utc=datetime.now(UTC)))


def restore_file(connection: sa.Connection, number: int) -> None:
    """Note that the file is back."""
    connection.execute(_T.update().where(_T.c.id == number).values(file_deleted_utc=None))
    audit.note(connection, "change", "recording", number)


def _stored(row: Any) -> StoredRecording:
    return StoredRecording(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        sha256=row.sha256,
        suffix=row.suffix,
        size_bytes=row.size_bytes,
        name=row.name,
        at=Moment(row.recorded_utc, row.zone),
        time_source=row.time_source,
        device=row.device,
        task=row.task,
        mirrored=row.mirrored,
        added_utc=row.added_utc,
        file_deleted_utc=row.file_deleted_utc,
        emg=options_from(row.emg) if row.kind == "emg" else None,
    )
