"""Write whole files or none: a temporary name beside, then a rename."""

import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from facialis.errors import OutputError

_ADVICE = {
    errno.ENOSPC: "there is no space left on the disk; free some or choose another place",
    errno.EDQUOT: "your disk quota is used up; free some space or choose another place",
    errno.EACCES: "you may not write there; choose another place",
    errno.EPERM: "you may not write there; choose another place",
    errno.EROFS: "that place is read-only; choose another place",
    errno.EISDIR: "it is a folder; give the name of a file",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another place",
    errno.EEXIST: "a file stands where a folder is needed; choose another place",
    errno.ENOENT: "its folder does not exist; make the folder first",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
}
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_TEMPORARY = ".facialis-"
_SURELY_LEFT_S = 24 * 3600.0
"""Where folders cannot be locked, one that nobody wrote to for so long was left by a run that was killed."""


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; on success it is renamed to `path`, on failure deleted.

    The temporary name keeps the suffix, so that writers which choose a format by it still do.
    Raises OutputError, in one sentence, for every OSError of writing; one that names another file passes.
    """
    path = Path(path)
    # The final name is left out of the temporary one: a name of the longest allowed length still fits.
    temporary = path.parent / f"{_TEMPORARY}{secrets.token_hex(6)}{path.suffix[:20]}"
    with _one_sentence(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        try:
            yield temporary
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def write_folder(
    folder: Path, outputs: Collection[str] = (), earlier: Collection[str] = ()
) -> Iterator[Path]:
    """Yield a temporary folder; on success its files are moved into `folder`, on failure nothing is left.

    `folder` and its missing parents are made. Files of the same names in an existing `folder` are replaced,
    others stay, but for those named in `outputs` and `earlier` that were not written this time: they belong
    to an earlier run. Both are paths within the folder, such as `video/report.html`; whether `outputs` can
    be written is checked before anything else. Folders that a killed run left behind are removed. Raises
    OutputError, in one sentence, for every OSError of writing; one that names another file passes.
    """
    folder = Path(folder)
    with _one_sentence(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        _refuse_wrong_kinds(folder, [Path(name) for name in outputs])
        # Inside an existing folder, since that may be a mount of its own, across which no rename works.
        with made_parents(folder), _own_folder(folder if folder.is_dir() else folder.parent) as temporary:
            with _said_of(folder, temporary):
                yield temporary
            _move(temporary, folder, {Path(name) for name in (*outputs, *earlier)})


@contextmanager
def made_parents(path: Path) -> Iterator[None]:
    """Make the folders above `path` that are missing; where the body fails they are removed again.

    Raises OutputError where that cannot be done.
    """
    with _one_sentence(path):
        made = _make_parents(path.parent)
    try:
        yield
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise


def cannot_write(path: Path, advice: str) -> OutputError:
    """Return the error that says in one sentence that `path` cannot be written."""
    error = OutputError(f"Cannot write {str(path)!r}: {advice}.")
    error.path, error.advice = path, advice
    return error


@contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Turn an OSError of writing into an OutputError about `path`."""
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        if code not in _OF_WRITING and _is_elsewhere(error.filename, path):
            raise
        advice = _ADVICE.get(code, f"{error.strerror or error}; choose another place")
        raise cannot_write(path, advice) from error


def _is_elsewhere(named: object, path: Path) -> bool:
    """Tell whether an error names a file that is not `path`, nor in it, nor above it, nor temporary."""
    if not isinstance(named, str | bytes):
        return False
    file, path = Path(os.fsdecode(named)).absolute(), path.absolute()
    related = file in (path, *path.parents) or path in file.parents
    return not related and not any(part.startswith(_TEMPORARY) for part in file.parts)


@contextmanager
def _said_of(folder: Path, temporary: Path) -> Iterator[None]:
    """Have errors name the file that the user asked for, and not the temporary one."""
    try:
        yield
    except OutputError as error:
        if error.path is None or temporary not in (error.path, *error.path.parents):
            raise
        raise cannot_write(folder / error.path.relative_to(temporary), error.advice) from error
    except OSError as error:
        named = error.filename
        if isinstance(named, str) and temporary in (Path(named), *Path(named).parents):
            advice = _ADVICE.get(error.errno or 0, f"{error.strerror or error}; choose another place")
            raise cannot_write(folder / Path(named).relative_to(temporary), advice) from error
        raise


def _make_parents(parent: Path) -> list[Path]:
    """Make `parent`; return the folders that were made, deepest first."""
    missing: list[Path] = []
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for each in reversed(missing):
        each.mkdir()
    return missing


def _refuse_wrong_kinds(folder: Path, names: Collection[Path]) -> None:
    """Raise OSError where a folder stands in the place of a file, or a file in that of a folder."""
    for name in sorted(names):
        if (folder / name).is_dir():
            raise cannot_write(folder / name, _ADVICE[errno.EISDIR])
        for above in list(name.parents)[:-1]:
            if (folder / above).exists() and not (folder / above).is_dir():
                raise cannot_write(folder / above, _ADVICE[errno.ENOTDIR])


def _move(temporary: Path, folder: Path, known: Collection[Path]) -> None:
    """Move what was written into `folder`, and remove what is `known` and was not written this time."""
    if not folder.exists():
        temporary.rename(folder)
        return
    written = [each.relative_to(temporary) for each in sorted(temporary.rglob("*")) if each.is_file()]
    # All checks before the first move, so that a refused move leaves the old files as they were.
    _refuse_wrong_kinds(folder, written)
    for name in written:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (temporary / name).replace(folder / name)
    for name in set(known) - set(written):
        if (folder / name).is_file():
            (folder / name).unlink()
            if name.parent != Path():
                with suppress(OSError):  # Something of the user's is in it.
                    (folder / name.parent).rmdir()


@contextmanager
def _own_folder(home: Path) -> Iterator[Path]:
    """Yield a new folder in `home` that is deleted at the end, after deleting those that killed runs left."""
    for left in home.glob(f"{_TEMPORARY}*"):
        if left.is_dir():
            _sweep(left)
    while True:
        temporary = home / f"{_TEMPORARY}{secrets.token_hex(6)}"
        temporary.mkdir()
        handle = None
        with suppress(BlockingIOError):
            handle = _locked(temporary)
            if temporary.is_dir():
                break
        # Another run that just begins took it for one that was left.
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _sweep(left: Path) -> None:
    """Delete a temporary folder unless the run that made it is still there."""
    try:
        handle = _locked(left)
        if handle is None and time.time() - left.stat().st_mtime < _SURELY_LEFT_S:
            return
    except OSError:  # Its run goes on, or just ended.
        return
    shutil.rmtree(left, ignore_errors=True)
    if handle is not None:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover

    def _locked(folder: Path) -> int | None:  # noqa: ARG001
        """Windows cannot lock a folder."""
        return None

else:
    import fcntl

    def _locked(folder: Path) -> int | None:
        """Return a handle that locks `folder` until it is closed, None where that cannot be done.

        The system gives the lock up when the program ends, however it ends. BlockingIOError where another
        program holds it.
        """
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise
        except OSError:  # A file system without locks.
            os.close(handle)
            return None
        return handle
