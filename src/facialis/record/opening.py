"""A record is opened, encrypted, or made out of a backup."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from facialis.errors import RecordError
from facialis.record import backup, encrypting, journal, people
from facialis.record.content import Files, in_words
from facialis.record.database import is_encrypted, is_there, open_database
from facialis.record.locks import LockedError, lock
from facialis.record.place import Place, place_of
from facialis.record.private import make_private
from facialis.record.record import Record
from facialis.record.store import WORK, Measure, Store, measure_recording
from facialis.settings import Settings

Passphrase = str | Callable[[], str]
_LOCK = "record.lock"
_FOLDERS = ("recordings", "signals", WORK)


def open_record(
    where: str | Path | None = None,
    *,
    person: str | None = None,
    passphrase: Passphrase | None = None,
    settings: Settings | None = None,
    measure: Measure = measure_recording,
    make: bool = True,
) -> Record:
    """Open the record at `where`, a folder or a PostgreSQL address, and make it if there is none.

    With `make` False one that is not there is refused, and nothing is made; `Record.is_new` tells. Without
    `where` it is the user's own (see `place.place_of`). `person` names whose recordings are meant, where
    there are several people. `passphrase` opens an encrypted record: itself, or what asks for it. `settings`
    are those to measure with. Close it after use, as a context manager does by itself. Raises RecordError,
    OutputError.
    """
    place = place_of(where)
    is_new = not is_there(place)
    if is_new and not make:
        raise RecordError(_nothing_at(place))
    if is_new:
        _refuse_foreign(place)
    with in_words(place.folder):
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        try:
            with in_words(place.folder):
                stack.enter_context(lock(place.folder / _LOCK, shared=True))
        except LockedError:
            raise RecordError(
                f"The record at {place.name} is being encrypted; wait until it is done."
            ) from None
        encrypting.remove_leftovers(place)  # None is at it, as the lock says.
        word = _passphrase(place, passphrase)
        with in_words(place.folder):
            make_private(place)
        database = open_database(place, word)
        stack.callback(database.close)
        with database.reading() as connection:
            key = encrypting.key_of(connection)
            named = people.person_of(connection, person) if person is not None else None
            if named is not None and not named.id:  # The one at home, before anything was added.
                named = None
        store = Store(
            place, database, Files(place.folder, key, place.url is not None), measure, settings or Settings()
        )
        journal.sweep(store)
        return Record(store, named, word, stack.pop_all(), is_new=is_new)


def _nothing_at(place: Place) -> str:
    if place.url is not None:
        begin = "correct the address, or begin one there with `facialis people add`"
        return f"There is no record in the database {place.name}; {begin}."
    begin = "correct the path, or begin one there with `facialis record add` or `facialis diary add`"
    return f"There is no record at {place.name}; {begin}."


def _refuse_foreign(place: Place) -> None:
    """Raise RecordError where a new record would take a folder's own files for its leftovers.

    They are somebody's own, or a record's whose database is gone: neither may be swept up.
    """
    if place.url is not None:
        return
    with in_words(place.folder):
        full = [name for name in _FOLDERS if _holds_anything(place.folder / name)]
    if full:
        raise RecordError(
            f"{place.folder} has no record.db, but holds {' and '.join(full)}. If a record was there, "
            "restore a backup of it into an empty folder (`facialis record restore`); else give another."
        )


def _holds_anything(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def unmake_record(record: Record) -> bool:
    """Take back the record that this opening made, if nothing was put into it; tell whether that was done.

    It is closed then. One on a server stays, and so does one that another program is at.
    """
    place = record.place
    if not record.is_new or place.url is not None or record.people() or record.unfinished():
        return False
    record.close()
    try:
        with lock(place.folder / _LOCK):
            if _was_used(place):  # By another program, before the lock was ours alone.
                return False
            for path in place.folder.glob(f"{place.database.name}*"):
                path.unlink(missing_ok=True)
            with suppress(OSError):
                (place.folder / WORK).rmdir()
            with suppress(OSError):  # Where anything else is in it.
                (place.folder / _LOCK).unlink()
                place.folder.rmdir()
    except LockedError:
        return False
    return True


def _was_used(place: Place) -> bool:
    database = open_database(place, None)
    try:
        with database.reading() as connection:
            return bool(people.all_people(connection))
    finally:
        database.close()


def encrypt_record(
    where: str | Path | None, passphrase: str, *, measure: Measure = measure_recording
) -> None:
    """Encrypt the record at `where`; it must not be open anywhere. Raises RecordError, OutputError.

    Cut off anywhere, it leaves the plain record or an encrypted one that `finish` completes.
    """
    place = place_of(where)
    if place.url is not None:
        raise RecordError(
            "facialis encrypts records in a folder; a PostgreSQL server's disk is for its keeper."
        )
    if not place.database.exists():
        raise RecordError(f"There is no record at {place.folder} yet.")
    encrypting.checked_passphrase(passphrase)
    if is_encrypted(place.database):
        raise RecordError(
            "The record is encrypted already; `facialis record finish` completes what was cut off."
        )
    with open_record(place.folder) as record:
        if record.unfinished():
            raise RecordError("Something was cut off before; run `facialis record finish` first.")
    try:
        with lock(place.folder / _LOCK):
            encrypting.encrypt_database(place, passphrase)
    except LockedError:
        raise RecordError("Another program has the record open; close it, then encrypt.") from None
    with open_record(place.folder, passphrase=passphrase, measure=measure) as record:
        record.finish()


def restore_record(
    archive: str | Path, where: str | Path | None, passphrase: Passphrase | None = None
) -> None:
    """Make the record at `where`, which must be empty, out of a backup. Raises RecordError, OutputError."""
    path = Path(archive)
    word = passphrase() if callable(passphrase) and backup.is_encrypted(path) else passphrase
    backup.restore(
        path, place_of(where), word if isinstance(word, str) and backup.is_encrypted(path) else None
    )


def _passphrase(place: Place, passphrase: Passphrase | None) -> str | None:
    if place.url is not None or not is_encrypted(place.database):
        return None
    if passphrase is None:
        raise RecordError(f"The record at {place.name} is encrypted; its passphrase is needed.")
    word = passphrase() if callable(passphrase) else passphrase
    if not word:  # Which SQLCipher takes for no encryption.
        raise RecordError(f"The record at {place.name} cannot be opened: the passphrase is wrong.")
    return word
