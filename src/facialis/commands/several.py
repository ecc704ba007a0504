"""Commands that take several files: one after the other, going on after one that fails."""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TypeVar

import click

from facialis.console import DEBUG, FAILED, in_one_sentence, is_interrupt

T = TypeVar("T")


def one_by_one(
    items: Sequence[T], do: Callable[[T, str], None], done: str, name: Callable[[T], str] = str
) -> None:
    """Call `do` with each item and which one it is, such as ` (2 of 40)`.

    `done` is what it does, in words, and `name` gives what an item is called. One that fails is told on
    stderr and the next one follows; at the end it is told how many were done, and click's Exit ends the
    command with 1 where any failed. A single one fails as if it were called alone.
    """
    n, failed = len(items), list[str]()
    for number, item in enumerate(items, 1):
        try:
            do(item, f" ({number} of {n})" if n > 1 else "")
        except Exception as error:
            if n == 1 or is_interrupt(error) or os.environ.get(DEBUG):
                raise
            click.echo(f"facialis: {name(item)} ({number} of {n}): {in_one_sentence(error)}", err=True)
            failed.append(name(item))
    if n > 1:
        click.echo(f"{n - len(failed)} of {n} recordings were {done}.")
    if failed:
        click.echo(f"Not {done}: {', '.join(failed)}")
        raise click.exceptions.Exit(FAILED)


def apart(files: Sequence[Path]) -> dict[Path, str]:
    """Return a name for each file, no two the same: its own without the ending, where no other file has it.

    Else as many of the folders above it as tell them apart stand before it (`clinic-monday`), or the ending
    or a number behind it.

    UsageError where a file is given twice.
    """
    alike = defaultdict[str, list[Path]](list)
    for file in files:
        alike[file.stem.casefold()].append(file)  # Some file systems take A and a for the same.
    wanted = {file: name for group in alike.values() for file, name in _told_apart(group).items()}
    names, used, taken = dict[Path, str](), set[str](), {name.casefold() for name in wanted.values()}
    for file, name in wanted.items():
        numbered = (f"{name}-{number}" for number in count(2))
        clashing = name.casefold() in used
        names[file] = next(new for new in numbered if new.casefold() not in taken) if clashing else name
        used.add(names[file].casefold())
        taken.add(names[file].casefold())
    return names


def _told_apart(files: Sequence[Path]) -> dict[Path, str]:
    if len(files) == 1:
        return {files[0]: files[0].stem}
    seen = dict[Path, Path]()
    for file in files:
        if (once := seen.setdefault(file.resolve(), file)) is not file:
            twice = f"{file} is given twice" if once == file else f"{once} and {file} are the same file"
            raise click.UsageError(f"{twice}; give it once.")
    deepest = max(len(file.absolute().parts) for file in files)
    names = dict[Path, str]()
    for plain in (True, False):
        for above in range(1, deepest):
            names = {file: _named(file.parent / file.stem if plain else file, above) for file in files}
            if len({name.casefold() for name in names.values()}) == len(files):
                return names
    return names or {file: file.name for file in files}


def _named(file: Path, above: int) -> str:
    parts = file.absolute().parts[1:]  # Without the root.
    return "-".join(parts[-1 - above :])
