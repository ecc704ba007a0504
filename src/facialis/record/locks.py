"""Locks that the system gives up by itself when a program ends, also when it is killed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockedError(Exception):
    """Another program holds the lock."""


@contextmanager
def lock(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock on the file `path`, which is made; LockedError at once where another program holds it.

    Any number may hold it `shared`, or one alone. On Windows a shared lock does nothing: there a file in use
    cannot be replaced, which is what the lone lock guards.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, shared)
        yield
    finally:
        os.close(handle)  # Which gives the lock up.


def is_held(path: Path) -> bool:
    """Tell whether a program that is still running holds the lock alone."""
    if not path.exists():
        return False
    try:
        with lock(path):
            return False
    except LockedError:
        return True


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(handle: int, shared: bool) -> None:
        if shared:
            return
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise LockedError from error

else:
    import fcntl

    def _take(handle: int, shared: bool) -> None:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError from error
