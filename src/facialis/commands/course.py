"""The commands of the course: how it goes, and one time against another."""

from typing import TYPE_CHECKING

import click

from facialis.commands import of_record, opened
from facialis.commands.statistics import counting, json_option, tell
from facialis.types import EventSide

if TYPE_CHECKING:
    from facialis.record.gathering import Gathered

Place = str | None


@click.command(short_help="Tell the course: now, around each treatment, toxin cycles, surgery.")
@click.option("--all", "every", is_flag=True, help="Every treatment and cycle, not only the latest.")
@json_option
@counting
@of_record
def course(
    every: bool, as_json: bool, side: EventSide | None, task: str | None, where: Place, person: Place
) -> None:
    """Tell the course of your record: how it is now, what changed around each treatment, what is not known.

    Spasms counted and spasms felt stand side by side; they are two things.

    \b
    Examples:
      facialis course
      facialis course --all --task rest
      facialis course --json > course.json
    """
    from facialis.measures.overview import course_of
    from facialis.report.course_words import course_lines

    with opened(where, person) as kept:
        gathered = kept.gathered(side=side, task=task)
    found = course_of(gathered.history)
    tell(
        "course",
        gathered,
        found,
        lambda: course_lines(gathered.history, found, _who(gathered), every),
        as_json,
    )


@click.command(short_help="Set one recording, or one time, against another.")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@json_option
@counting
@of_record
def compare(
    first: str,
    second: str,
    as_json: bool,
    side: EventSide | None,
    task: str | None,
    where: Place,
    person: Place,
) -> None:
    """Set B against A: how many times as often spasms came, and the least that could have been shown.

    Each is the number of a recording, a day (2026-03-01), a month (2026-03), or days from..to
    (2026-03-01..2026-04-15), of which one end may be left open.

    \b
    Examples:
      facialis compare 3 9
      facialis compare 2026-03 2026-06
      facialis compare ..2026-03-14 2026-03-15..
    """
    from facialis.errors import RecordError
    from facialis.measures.compare import compare as compared
    from facialis.record.selecting import selected
    from facialis.report.change_words import comparison_lines

    with opened(where, person) as kept:
        gathered = kept.gathered(side=side, task=task)
        one, other = (selected(kept, gathered, each) for each in (first, second))
    try:
        found = compared(gathered.history, one, other)
    except ValueError:
        raise RecordError(f"{first} and {second} overlap; give two that have nothing in common.") from None
    tell("comparison", gathered, found, lambda: comparison_lines(found), as_json)


def _who(gathered: "Gathered") -> str:
    if gathered.side is None:
        return "Your record"
    side = "Both sides" if gathered.side == "both" else f"{gathered.side.capitalize()} side"
    return f"{side} (told by {gathered.side_from})" if gathered.side_from != "as told" else side
