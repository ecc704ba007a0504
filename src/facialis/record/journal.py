"""The journal: what was begun is written down first, so that what was cut off is seen and can be finished."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import tables
from facialis.record.content import in_words, remove_tree
from facialis.record.locks import LockedError, is_held, lock
from facialis.record.private import make_folder
from facialis.record.store import Store
from facialis.record.types import Unfinished

_LOCK = "lock"
_TOKEN = re.compile("[0-9a-f]{16}")
"""What a working folder is called; anything else there is somebody's own."""
_SENTENCES = {
    "add": "Adding {name} was cut off; its file is not in the record yet.",
    "measure": "Measuring recording {recording_id} was cut off.",
    "erase": "A deletion was cut off: what was deleted may still lie on the disk.",
    "import": "Importing {name} was cut off; nothing of it is in the record yet.",
    "encrypt": "Encrypting was cut off: some files are not encrypted yet.",
}


@dataclass(frozen=True)
class Operation:
    """Something under way. `work` is its own folder, which goes with it."""

    token: str
    work: Path
    detail: Mapping[str, Any]

    def begin(self, connection: sa.Connection, kind: str, detail: Mapping[str, Any]) -> "Operation":
        """Write down that it begins."""
        connection.execute(
            tables.intents.insert().values(
                token=self.token, kind=kind, started_utc=datetime.now(UTC), detail=dict(detail)
            )
        )
        return Operation(self.token, self.work, detail)

    def done(self, connection: sa.Connection) -> None:
        """Cross it off, in the transaction that makes its outcome last."""
        connection.execute(tables.intents.delete().where(tables.intents.c.token == self.token))

    def note(self, connection: sa.Connection, **more: Any) -> "Operation":
        """Write down how far it is."""
        detail = {**self.detail, **more}
        which = tables.intents.c.token == self.token
        connection.execute(tables.intents.update().where(which).values(detail=detail))
        return Operation(self.token, self.work, detail)


@contextmanager
def working(store: Store) -> Iterator[Operation]:
    """Yield something about to begin; `begin` writes it down, `done` crosses it off."""
    with _working(store, None) as (token, work):
        yield Operation(token, work, {})


@contextmanager
def operation(store: Store, kind: str, detail: Mapping[str, Any]) -> Iterator[Operation]:
    """Write down what begins, and yield it; the body crosses it off with `done`.

    On an error it is forgotten: then nothing of it lasts. A killed program forgets nothing.
    """
    with working(store) as begun, noted(store, begun, kind, detail) as begun:
        yield begun


@contextmanager
def noted(store: Store, begun: Operation, kind: str, detail: Mapping[str, Any]) -> Iterator[Operation]:
    """Write down that what is about to begin does, as `operation`."""
    with store.database.writing() as connection:
        begun = begun.begin(connection, kind, detail)
    try:
        yield begun
    except BaseException:
        with suppress(Exception), store.database.writing() as connection:
            begun.done(connection)
        raise


@contextmanager
def resumed(store: Store, unfinished: Unfinished) -> Iterator[Operation]:
    """Take up what was cut off; on an error it stays unfinished."""
    with _working(store, unfinished.token, keep=True) as (token, work):
        with store.database.reading() as connection:
            intents = tables.intents
            detail = connection.execute(
                sa.select(intents.c.detail).where(intents.c.token == token)
            ).scalar_one()
        yield Operation(token, work, detail)
    remove_tree(work)


@contextmanager
def _working(store: Store, token: str | None, *, keep: bool = False) -> Iterator[tuple[str, Path]]:
    held = ExitStack()
    name, work = _take(store, token, held)
    try:
        yield name, work
    finally:
        held.close()  # First: Windows removes no file that is open.
        if not keep:
            remove_tree(work)


def _take(store: Store, token: str | None, held: ExitStack) -> tuple[str, Path]:
    while True:
        name = token or secrets.token_hex(8)
        work = store.work / name
        with in_words(work):
            if store.files.shared:
                work.mkdir(parents=True, exist_ok=True)
            else:
                make_folder(work, store.place.folder)
        # Another program may take the new folder for a dead one, before it is locked.
        with suppress(LockedError, FileNotFoundError):
            held.enter_context(lock(work / _LOCK))
            if (work / _LOCK).exists():
                return name, work
        if token is not None:
            raise RecordError("Another program is finishing this already; wait until it is done.")


def unfinished(store: Store) -> tuple[Unfinished, ...]:
    """Return what was begun by programs that no longer run, oldest first."""
    intents = tables.intents
    with store.database.reading() as connection:
        rows = connection.execute(sa.select(intents).order_by(intents.c.started_utc)).all()
    return tuple(
        Unfinished(row.token, row.kind, row.started_utc, _SENTENCES[row.kind].format(**row.detail))
        for row in rows
        if not is_held(store.work / row.token / _LOCK)
    )


def sweep(store: Store) -> None:
    """Remove the working folders of programs that no longer run and left nothing to finish."""
    folders = [path for path in store.work.glob("*") if path.is_dir() and _TOKEN.fullmatch(path.name)]
    if not folders:
        return
    with store.database.reading() as connection:
        kept = set(connection.execute(sa.select(tables.intents.c.token)).scalars())
    for folder in folders:
        if folder.name not in kept and not is_held(folder / _LOCK):
            remove_tree(folder)


def forget(store: Store, what: Unfinished) -> None:
    """Give up what was cut off."""
    with store.database.writing() as connection:
        Operation(what.token, store.work / what.token, {}).done(connection)
    remove_tree(store.work / what.token)


def anything_running(store: Store) -> bool:
    """Tell whether a program is at work on the record, this one left out."""
    return any(is_held(folder / _LOCK) for folder in store.work.glob("*") if folder.is_dir())
