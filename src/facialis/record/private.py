"""A record in a folder is its owner's alone: 0700 for folders, 0600 for files.

Left alone are Windows, whose users' folders are private by themselves, and the folder of a clinic, which
several people share by the rights that its keeper gives.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from facialis.record.place import Place

FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077
_OWN = re.compile(r"record\.db.*|record\.lock|recordings|signals|work|\.encrypting-.*")
"""What the record itself puts into its folder."""


def make_private(place: Place) -> None:
    """Take the rights of others off a record, where it has any: made by an earlier version, or copied so.

    Its folder too, unless other things lie in it; what is the record's is closed to others in any case. What
    may not be changed, as on a disk without such rights, stays.
    """
    if place.url is not None or sys.platform == "win32":
        return
    with suppress(FileNotFoundError, PermissionError):
        # The database is made here, as no one else may look into it from its first moment.
        os.close(os.open(place.database, os.O_RDWR | os.O_CREAT, FILE))
    with suppress(FileNotFoundError):
        inside = list(place.folder.iterdir())
        own = [path for path in inside if _OWN.fullmatch(path.name)]
        for path in own:
            _close_tree(path)
        if own == inside:
            _close(place.folder)


def make_folder(path: Path, within: Path) -> None:
    """Make a folder inside `within`, and those between them, for the owner alone."""
    if sys.platform == "win32":
        path.mkdir(parents=True, exist_ok=True)
        return
    for each in reversed([path, *(p for p in path.parents if p.is_relative_to(within) and p != within)]):
        each.mkdir(mode=FOLDER, exist_ok=True)


def close_file(path: Path) -> None:
    """Close a file to others."""
    if sys.platform != "win32":
        _close(path)


def _close_tree(path: Path) -> None:
    """Close a folder and all in it, the folder last: it stays open until that is done, so that it is seen."""
    if path.is_symlink() or not _is_open(path):
        return
    for each in _below(path):
        _close(each)
    _close(path)


def _below(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for each in path.iterdir():
            if not each.is_symlink():
                yield from _below(each)
                yield each


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except FileNotFoundError:
        return False


def _close(path: Path) -> None:
    # Another program may have removed it; a disk may know no rights, or another user own it.
    with suppress(FileNotFoundError, PermissionError, NotImplementedError):
        if path.stat().st_mode & _OTHERS:
            path.chmod(path.stat().st_mode & ~_OTHERS & 0o7777)
