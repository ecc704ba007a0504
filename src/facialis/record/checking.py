"""Whether the record is whole: the database, every file by its hash, what was cut off."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from facialis.errors import FacialisError
from facialis.record import journal, tables
from facialis.record.content import RECORDINGS, SEALED, SIGNALS, content_of
from facialis.record.store import Store
from facialis.record.types import Problem


def check(store: Store) -> tuple[Problem, ...]:
    """Return everything that is wrong; an empty tuple where the record is whole."""
    return tuple(_problems(store))


def wanted(connection: sa.Connection) -> dict[tuple[str, str], str]:
    """Return the files the rows need: kind and hash, with the suffix."""
    r, m = tables.recordings, tables.measurements
    kept = sa.select(r.c.sha256, r.c.suffix).where(r.c.file_deleted_utc.is_(None))
    found = {(RECORDINGS, row.sha256): row.suffix for row in connection.execute(kept)}
    signals = connection.execute(sa.select(m.c.signals_sha256)).scalars()
    return found | {(SIGNALS, sha256): ".parquet" for sha256 in signals}


def strays(store: Store, connection: sa.Connection) -> tuple[Path, ...]:
    """Return the stored files that no row needs."""
    needed = wanted(connection)
    return tuple(p for p in store.files.all() if (p.parent.parent.name, content_of(p)) not in needed)


def _problems(store: Store) -> Iterator[Problem]:
    for each in journal.unfinished(store):
        yield Problem(f"{each.sentence} Run `facialis record finish`.")
    with store.database.reading() as connection:
        yield from _database(connection)
        needed, extra = wanted(connection), strays(store, connection)
    for (kind, sha256), suffix in needed.items():
        yield from _file(store, store.files.path(kind, sha256, suffix), sha256)
    if not journal.anything_running(store):
        for path in extra:
            yield Problem(f"{path} belongs to nothing; `facialis record finish` removes it.", path)
    if store.files.key is not None:
        for path in store.files.all():
            if path.suffix != SEALED:
                yield Problem(f"{path} is not encrypted; `facialis record finish` encrypts it.", path)


def _database(connection: sa.Connection) -> Iterator[Problem]:
    if connection.dialect.name != "sqlite":
        return
    said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    for line in said:
        if line != "ok":
            yield Problem(f"The database is damaged ({line}); restore it from a backup.")
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Problem(f"A row of {row[0]} points at nothing; restore the database from a backup.")


def _file(store: Store, path: Path, sha256: str) -> Iterator[Problem]:
    if not path.exists():
        yield Problem(f"{path} is missing; restore it from a backup.", path)
        return
    try:
        found = store.files.hash(path)
    except OSError as error:
        yield Problem(f"{path} cannot be read ({error.strerror or error}).", path)
    except FacialisError as error:
        yield Problem(str(error), path)
    else:
        if found != sha256:
            yield Problem(f"{path} was changed since it was stored; restore it from a backup.", path)
