"""Commands that take several files: one after the other, going on after one that fails."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from facialis.console import DEBUG, FAILED, in_one_sentence, is_interrupt


def one_by_one(files: Sequence[Path], do: Callable[[Path, str], None], done: str) -> None:
    """Call `do` with each file and which one it is, such as ` (2 of 40)`; `done` is what it does, in words.

    A file that fails is told on stderr and the next one follows; at the end it is told how many were done,
    and click's Exit ends the command with 1 where any failed. A single file fails as if it were called alone.
    """
    n, failed = len(files), list[Path]()
    for number, file in enumerate(files, 1):
        try:
            do(file, f" ({number} of {n})" if n > 1 else "")
        except Exception as error:
            if n == 1 or is_interrupt(error) or os.environ.get(DEBUG):
                raise
            click.echo(f"facialis: {file} ({number} of {n}): {in_one_sentence(error)}", err=True)
            failed.append(file)
    if n > 1:
        click.echo(f"{n - len(failed)} of {n} recordings were {done}.")
    if failed:
        click.echo(f"Not {done}: {', '.join(map(str, failed))}")
        raise click.exceptions.Exit(FAILED)
