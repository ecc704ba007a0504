"""The database: how it is opened, how a transaction begins, and what its errors mean to a person."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError

from facialis.errors import OutputError, RecordError
from facialis.record.migrations import HEAD
from facialis.record.place import Place

BUSY_MS = 30_000
"""How long a program waits for another one that writes."""
WRITERS = 0x66616369616C6973
"""PostgreSQL's advisory lock that lets one writer in at a time, as SQLite does: `facialis` in ASCII."""
_PLAIN = b"SQLite format 3\0"


@dataclass(frozen=True)
class Database:
    """An opened database. Transactions are one writer at a time, on SQLite and on PostgreSQL."""

    engine: sa.Engine
    name: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state throughout. Raises RecordError, OutputError."""
        with in_words(self.name), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that is committed at the end, or undone on any error."""
        with in_words(self.name), self.engine.connect() as connection:
            # Not one state throughout, which PostgreSQL would take before it waits for its turn.
            turn = {"writes": True} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
            connection = connection.execution_options(**turn)
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS)))
                yield connection

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """Yield a connection outside any transaction, for what no transaction can hold."""
        with in_words(self.name), self.engine.connect() as connection:
            alone = {"alone": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
            yield connection.execution_options(**alone)

    def emptied_log(self) -> bool:
        """Empty SQLite's log of changes; tell whether it is empty, after BUSY_MS at most.

        SQLite waits for readers and writers by itself, but gives up at once where another program is just
        emptying the log (sqlite.org/c3ref/wal_checkpoint_v2.html): such tries are repeated.
        """
        give_up = time.monotonic() + BUSY_MS / 1000
        while self.is_sqlite:
            with self.alone() as connection:
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            if not is_busy:
                break
            if time.monotonic() > give_up:
                return False
            time.sleep(0.02)
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(place: Place, passphrase: str | None = None) -> Database:
    """Open the database of `place`, make it if there is none, and bring it to the newest revision.

    `passphrase` opens an encrypted one. Raises RecordError where that cannot be done.
    """
    database = connect(place, passphrase)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def is_there(place: Place) -> bool:
    """Tell whether a record was ever made at `place`. Raises RecordError where its server cannot be asked."""
    if place.url is None:  # An empty file is one whose making was cut off.
        return place.database.exists() and place.database.stat().st_size > 0
    database = connect(place)
    try:
        with database.reading() as connection:
            return revision_of(connection) is not None
    finally:
        database.close()


def connect(place: Place, passphrase: str | None = None) -> Database:
    """Open the database of `place` as it is."""
    if place.url is not None:
        return Database(_server(place.url), place.name)
    return Database(sqlite_engine(place.database, passphrase), place.name)


def is_encrypted(path: Path) -> bool:
    """Tell whether the SQLite file is there and encrypted."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_PLAIN))
    except FileNotFoundError:
        return False
    return bool(head) and head != _PLAIN


def sqlite_engine(path: Path, passphrase: str | None = None) -> sa.Engine:
    """Return an engine for the file, encrypted where `passphrase` is given."""
    if passphrase is None:
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000})
    else:
        module = sqlcipher()

        def connect() -> Any:
            raw = module.connect(str(path), timeout=BUSY_MS / 1000, check_same_thread=False)
            raw.execute("PRAGMA cipher_log_level = NONE")  # Else a wrong passphrase is told on stderr.
            raw.execute(f"PRAGMA key = {quoted(passphrase)}")
            return raw

        engine = sa.create_engine("sqlite://", module=module, creator=connect, poolclass=sa.QueuePool)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def sqlcipher() -> Any:
    """Return the SQLCipher module; RecordError where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise RecordError("An encrypted record needs more: pip install 'facialis[encrypt]'.") from None
    return dbapi2


def quoted(text: str) -> str:
    """Return `text` as an SQL string, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _prepare(raw: Any, _: object) -> None:
    # SQLAlchemy begins transactions itself (`_begin`): Python's module would leave changes of tables outside.
    raw.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "journal_mode = WAL",
        "synchronous = FULL",
    ):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    # A writer takes its place at once: a reader that turns writer could not wait for another one.
    options = connection.get_execution_options()
    if options.get("alone"):
        return
    writes = options.get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _server(url: str) -> sa.Engine:
    address = "postgresql+psycopg://" + url.partition("://")[2]
    try:
        return sa.create_engine(address, isolation_level="REPEATABLE READ")
    except (NoSuchModuleError, ImportError):
        raise RecordError("PostgreSQL needs more: pip install 'facialis[clinic]'.") from None
    except sa.exc.ArgumentError:
        raise RecordError(
            "The database's address cannot be read; it looks like postgresql:///facialis."
        ) from None


# Revisions


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision the tables are at; None where there are none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(database: Database) -> None:
    """Bring the tables to the newest revision. Raises RecordError where they are newer than this version."""
    with database.reading() as connection:
        current = revision_of(connection)
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise RecordError(
            f"The record at {database.name} was written by a newer facialis (its tables are at {current}, "
            f"this version knows {HEAD}); install that version."
        )
    migrate(database, HEAD)


def migrate(database: Database, revision: str) -> None:
    """Change the tables to `revision`, up or down, in one transaction; `base` removes them all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _schema_change(database) as connection:
        config.attributes["connection"] = connection
        current = revision_of(connection) or ""
        if current == revision:  # Another program was quicker.
            return
        up = revision != "base" and current < revision
        (command.upgrade if up else command.downgrade)(config, revision)


@contextmanager
def _schema_change(database: Database) -> Iterator[sa.Connection]:
    if not database.is_sqlite:
        with database.writing() as connection:
            yield connection
        return
    with in_words(database.name), database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        # SQLite changes a table by making it anew; dropping the old one would then drop its children.
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RecordError(
                        f"The record cannot be brought to this version: {broken[0]} lost its row."
                    )
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


# Errors


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn what a database says into a sentence for a person."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _error(name, error) from error
    except _raw_errors() as error:
        raise _error(name, error) from error


def _raw_errors() -> tuple[type[Exception], ...]:
    import sqlite3

    return (sqlite3.Error,)


def _error(name: str, error: Exception) -> RecordError | OutputError:
    said = str(getattr(error, "orig", error)).strip().splitlines()[0]
    if "locked" in said or "busy" in said:
        return RecordError(f"Another program is writing to the record at {name}; try again when it is done.")
    if "disk is full" in said or "No space left" in said:
        return no_space(name)
    if "not a database" in said or "hmac check failed" in said:
        return RecordError(
            f"The record at {name} cannot be opened: the passphrase is wrong, or it is no record."
        )
    if "malformed" in said or "disk I/O error" in said:
        return RecordError(f"The database at {name} is damaged ({said}); restore it from a backup.")
    if "readonly" in said or "unable to open" in said:
        return RecordError(f"The record at {name} cannot be written; check the folder's permissions.")
    return RecordError(f"The record at {name} cannot be used: {said}.")


def no_space(name: str) -> OutputError:
    """Return the error for a full disk."""
    return OutputError(
        f"Cannot write to {name}: there is no space left on the disk; free some and try again."
    )


def is_full(error: OSError) -> bool:
    """Tell whether there is no space left, on the disk or in the quota."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
