"""Deleted means gone: rows, files and the free pages of the database."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, journal, recordings, results, tables
from facialis.record.content import RECORDINGS, SIGNALS
from facialis.record.database import Database
from facialis.record.journal import Operation
from facialis.record.store import Store
from facialis.record.types import StoredRecording

Contents = list[tuple[str, str]]
"""Kind and hash of files that may not be needed any more."""
_ROWS = {
    "diary entry": tables.diary_entries,
    "treatment": tables.treatments,
    "questionnaire": tables.questionnaires,
}


def erase_recording(store: Store, recording: StoredRecording, *, keep_signals: bool = False) -> None:
    """Delete a recording with all that was measured of it; with `keep_signals` only its video."""

    def remove(connection: sa.Connection) -> Contents:
        if keep_signals:
            _require_signals(connection, recording)
            recordings.drop_file(connection, recording.id)
            audit.note(connection, "delete")
            return [(RECORDINGS, recording.sha256)]
        return _remove_recording(connection, recording)

    _erase(store, remove)


def erase_row(store: Store, thing: str, number: int, person_id: int) -> None:
    """Delete a diary entry, treatment or questionnaire; RecordError where there is none of that number."""
    table = _ROWS[thing]

    def remove(connection: sa.Connection) -> Contents:
        gone = connection.execute(
            table.delete().where((table.c.id == number) & (table.c.person_id == person_id))
        )
        if gone.rowcount == 0:
            raise RecordError(f"There is no {thing} {number} in the record.")
        audit.forget(connection, thing, number)
        return []

    _erase(store, remove)


def erase_person(store: Store, person_id: int) -> None:
    """Delete a person with everything that is theirs."""

    def remove(connection: sa.Connection) -> Contents:
        contents: Contents = []
        for recording in recordings.all_of(connection, person_id):
            contents += _remove_recording(connection, recording)
        for thing, table in _ROWS.items():
            theirs = sa.select(table.c.id).where(table.c.person_id == person_id)
            for number in connection.execute(theirs).scalars().all():
                audit.forget(connection, thing, number)
        connection.execute(tables.people.delete().where(tables.people.c.id == person_id))
        audit.forget(connection, "person", person_id)
        return contents

    _erase(store, remove)


def _erase(store: Store, remove: Callable[[sa.Connection], Contents]) -> None:
    with journal.working(store) as begun:
        with store.database.writing() as connection:
            contents = remove(connection)
            begun = begun.begin(connection, "erase", {"contents": contents})
        finish_erase(store, begun)


def finish_erase(store: Store, begun: Operation) -> None:
    """Delete the files that nothing needs any more, then what the database keeps of deleted rows."""
    with store.database.writing() as connection:
        remove_unused(store, connection, begun.detail["contents"])
        begun = begun.note(connection, contents=[])
    wipe(store.database)
    with store.database.writing() as connection:
        begun.done(connection)
    wipe_log(store.database)


def remove_unused(store: Store, connection: sa.Connection, contents: Iterable[tuple[str, str]]) -> None:
    """Delete each file that no row needs."""
    is_used = {RECORDINGS: recordings.is_used, SIGNALS: results.is_used}
    for kind, sha256 in contents:
        if not is_used[kind](connection, sha256):
            store.files.remove(kind, sha256)


def wipe(database: Database) -> None:
    """Write the tables anew, so that no free page holds what was deleted."""
    with database.alone() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("VACUUM")
        else:
            for table in tables.metadata.tables:
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    wipe_log(database)


def wipe_log(database: Database) -> None:
    """Empty SQLite's log of changes, which keeps earlier pages. PostgreSQL's log is its keeper's matter."""
    if not database.emptied_log():
        raise RecordError(
            "It is deleted from the record, but another program has the record open, so that traces may lie "
            "on the disk; close that program, then run `facialis record finish`."
        )


def _remove_recording(connection: sa.Connection, recording: StoredRecording) -> Contents:
    contents: Contents = [(RECORDINGS, recording.sha256)]
    contents += [(SIGNALS, each.signals_sha256) for each in results.all_of(connection, recording.id)]
    connection.execute(tables.recordings.delete().where(tables.recordings.c.id == recording.id))
    audit.forget(connection, "recording", recording.id)
    return contents


def _require_signals(connection: sa.Connection, recording: StoredRecording) -> None:
    if recording.file_deleted_utc is not None:
        raise RecordError(f"The file of recording {recording.id} is deleted already.")
    if not results.all_of(connection, recording.id):
        raise RecordError(
            f"Recording {recording.id} was never measured, so that there are no signals to keep; measure it "
            f"first, or delete it whole."
        )
