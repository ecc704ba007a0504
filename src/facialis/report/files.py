"""Write whole files or none: a temporary name beside, then a rename."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
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


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; on success it is renamed to `path`, on failure deleted.

    The temporary name keeps the suffix, so that writers which choose a format by it still do.
    Raises OutputError, in one sentence, for every OSError of the body or of the rename.
    """
    path = Path(path)
    with _one_sentence(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # The final name is left out of the temporary one: a name of the longest allowed length still fits.
        temporary = path.parent / f".facialis-{secrets.token_hex(6)}{path.suffix[:20]}"
        try:
            yield temporary
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def write_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder; on success its files are moved into `folder`, on failure nothing is left.

    `folder` and its missing parents are made. Files of the same names in an existing `folder` are replaced,
    others stay. Raises OutputError, in one sentence, for every OSError of the body or of the move.
    """
    folder = Path(folder)
    with _one_sentence(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        made = _make_parents(folder.parent)
        # Inside an existing folder, since that may be a mount of its own, across which no rename works.
        home = folder if folder.is_dir() else folder.parent
        temporary = home / f".facialis-{secrets.token_hex(6)}"
        try:
            temporary.mkdir()
            yield temporary
            _move(temporary, folder)
            made = []
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            for parent in made:
                with suppress(OSError):
                    parent.rmdir()


@contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        advice = _ADVICE.get(code, f"{error.strerror or error}; choose another place")
        raise OutputError(f"Cannot write {str(path)!r}: {advice}.") from error


def _make_parents(parent: Path) -> list[Path]:
    """Make `parent`; return the folders that were made, deepest first."""
    missing: list[Path] = []
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for each in reversed(missing):
        each.mkdir()
    return missing


def _move(temporary: Path, folder: Path) -> None:
    if not folder.exists():
        temporary.rename(folder)
        return
    files = sorted(temporary.iterdir())
    # All checks before the first move, so that a refused move leaves the old files as they were.
    for file in files:
        if (folder / file.name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / file.name))
    for file in files:
        file.replace(folder / file.name)
