"""A plain record becomes an encrypted one: SQLCipher for the database, age for the files.

The database is written anew beside the plain one and takes its place in one step; it holds the key of the
files and the note that some of them are still plain. So wherever it is cut off, the record is the plain one
or an encrypted one that knows what is left to do.
"""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.content import in_words, new_key, sync_folder, sync_path
from facialis.record.database import quoted, sqlcipher, sqlite_engine
from facialis.record.place import Place
from facialis.record.private import FILE

KEY = "age_identity"
SHORTEST = 8
_PREFIX = ".encrypting-"


def checked_passphrase(passphrase: str) -> str:
    """Return it; RecordError where it is too short to guard anything."""
    if len(passphrase) < SHORTEST:
        raise RecordError(f"The passphrase needs at least {SHORTEST} characters; several words are best.")
    if "\0" in passphrase:
        raise RecordError("The passphrase holds a character that cannot be typed.")
    return passphrase


def encrypt_database(place: Place, passphrase: str) -> None:
    """Put an encrypted database in the place of the plain one, which nothing else may have open.

    Raises RecordError, OutputError; then the record is as it was.
    """
    module, key = sqlcipher(), new_key()
    beside = place.folder / f"{_PREFIX}{secrets.token_hex(6)}.db"
    try:
        with in_words(beside):
            os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE))
            _export(module, place.database, beside, checked_passphrase(passphrase))
            _note(beside, passphrase, key)
            sync_path(beside)
            os.replace(beside, place.database)
            sync_folder(place.folder)
    finally:
        remove_leftovers(place)


def remove_leftovers(place: Place) -> None:
    """Remove what an encryption that was cut off left beside the database."""
    for path in place.folder.glob(f"{_PREFIX}*"):
        path.unlink(missing_ok=True)


def key_of(connection: sa.Connection) -> str | None:
    """Return the age identity of the record's files, None where it is not encrypted."""
    t = tables.preferences
    found: str | None = connection.execute(sa.select(t.c.value).where(t.c.name == KEY)).scalar()
    return found


def _export(module: object, plain: Path, beside: Path, passphrase: str) -> None:
    raw = module.connect(str(plain), timeout=5, isolation_level=None)  # type: ignore[attr-defined]
    try:
        # Leaving the log of changes takes the database for this program alone: it fails where another has it.
        mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode != "delete":
            raise RecordError("Another program has the record open; close it, then encrypt.")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
        raw.execute(f"ATTACH DATABASE {quoted(str(beside))} AS sealed KEY {quoted(passphrase)}")
        raw.execute("SELECT sqlcipher_export('sealed')").fetchone()
        raw.execute("DETACH DATABASE sealed")
    except RecordError:
        raise
    except Exception as error:
        if "locked" in str(error):
            raise RecordError("Another program has the record open; close it, then encrypt.") from error
        raise
    finally:
        raw.close()


def _note(beside: Path, passphrase: str, key: str) -> None:
    engine = sqlite_engine(beside, passphrase)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(tables.preferences.insert().values(name=KEY, value=key))
            connection.execute(
                tables.intents.insert().values(
                    token=secrets.token_hex(8), kind="encrypt", started_utc=datetime.now(UTC), detail={}
                )
            )
            audit.note(connection, "encrypt")
        with engine.connect().execution_options(alone=True) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        engine.dispose()
