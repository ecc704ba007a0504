"""Commands that take several files: one after the other, going on after one that fails."""

import os
from collections.abc import Callable, Sequence
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
