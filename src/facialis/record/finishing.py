"""What was cut off is finished."""

from collections.abc import Iterator

from facialis.errors import FacialisError
from facialis.record import checking, journal
from facialis.record.adding import finish_add, finish_measure
from facialis.record.content import SEALED
from facialis.record.erasing import finish_erase
from facialis.record.exchange_import import finish_import
from facialis.record.journal import Operation
from facialis.record.store import Progress, Store
from facialis.record.types import Unfinished


def finish(store: Store, progress: Progress | None = None) -> tuple[list[str], list[str]]:
    """Finish everything that was cut off; return what was done and what could not be, in sentences."""
    done: list[str] = []
    failed: list[str] = []
    for each in journal.unfinished(store):
        try:
            with journal.resumed(store, each) as begun:
                done.append(_finished(store, each, begun, progress))
        except FacialisError as error:
            failed.append(str(error))
    journal.sweep(store)
    if not journal.anything_running(store):
        done += tidy(store)
    return done, failed


def tidy(store: Store) -> list[str]:
    """Remove files that belong to nothing, and seal those that should be; return what was done."""
    with store.database.writing() as connection:
        extra = checking.strays(store, connection)
        for path in extra:
            path.unlink(missing_ok=True)
    sealed = list(_sealed(store)) if store.files.key is not None else []
    told = [f"Removed {len(extra)} file(s) that belonged to nothing."] if extra else []
    return told + ([f"Encrypted {len(sealed)} file(s)."] if sealed else [])


def _finished(store: Store, what: Unfinished, begun: Operation, progress: Progress | None) -> str:
    if what.kind == "add":
        added = finish_add(store, begun, progress)
        return f"Recording {added.recording.id}, {added.recording.name}, is in the record."
    if what.kind == "measure":
        return f"Recording {finish_measure(store, begun, progress).recording.id} is measured."
    if what.kind == "import":
        finish_import(store, begun)
        return f"{begun.detail['name']} is imported."
    if what.kind == "erase":
        finish_erase(store, begun)
        return "The deletion is complete."
    for _ in _sealed(store):
        pass
    with store.database.writing() as connection:
        begun.done(connection)
    return "The record is encrypted."


def _sealed(store: Store) -> Iterator[str]:
    """Seal what is not; the plain file goes once the sealed one is in place."""
    for path in list(store.files.all()):
        if path.suffix == SEALED:
            continue
        with journal.working(store) as begun:
            sealed = begun.work / (path.name + SEALED)
            store.files.seal(path, sealed)
            sealed.replace(path.with_name(path.name + SEALED))
            path.unlink()
        yield path.name
