"""What the commands that calculate share: which spasms count, and telling it in words or as JSON."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from facialis.commands import Command

if TYPE_CHECKING:
    from facialis.record.gathering import Gathered


def counting(command: Command) -> Command:
    """Add the options that say which spasms count."""
    side = click.option(
        "--side", type=click.Choice(["left", "right", "both"]),
        help="Count this side.  [default: the affected one]",
    )  # fmt: skip
    task = click.option("--task", metavar="TASK", help="Only recordings of this task, such as rest.")
    return side(task(command))


def json_option(command: Command) -> Command:
    """Add the option for other programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")(command)


def tell(
    kind: str, gathered: "Gathered", body: object, lines: Callable[[], Sequence[str]], as_json: bool
) -> None:
    """Print the lines, and what was left out; or everything as JSON."""
    if as_json:
        from facialis.report.statistics import document, text

        click.echo(text(document(kind, gathered, body)))
        return
    from facialis.report.interval_words import wrapped

    if gathered.doubt:  # First of all: it bears on every number that follows.
        click.echo("\n".join(wrapped(gathered.doubt)))
    for line in lines():
        click.echo(line)
    for note in gathered.notes[bool(gathered.doubt) :]:
        for line in wrapped(note):
            click.echo(line)
