"""The command that looks for what goes along with spasms."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from facialis.commands import of_record, opened
from facialis.commands.statistics import counting, json_option, tell
from facialis.types import EventSide

if TYPE_CHECKING:
    from facialis.record.gathering import Gathered

Place = str | None


@click.command(short_help="Tell what of your diary goes along with spasms.")
@click.option("--all", "every", is_flag=True, help="Every outcome, and the next day, one a line.")
@click.option("--from", "first", metavar="DAY", help="From this day on.  [default: the latest two years]")
@json_option
@counting
@of_record
def triggers(
    every: bool,
    first: str | None,
    as_json: bool,
    side: EventSide | None,
    task: str | None,
    where: Place,
    person: Place,
) -> None:
    """Tell for each factor of your diary whether spasms are more or stronger with it, as far as can be told.

    All factors at once, beside trend and toxin; a factor that a day does not name was not noted, which is not
    a day without it.

    \b
    Examples:
      facialis triggers
      facialis triggers --all
      facialis triggers --from 2026-01-01
    """
    from facialis.measures.triggers import triggers as answers
    from facialis.record.times import day_of
    from facialis.report.trigger_words import trigger_lines

    begin = day_of(first) if first else None
    with opened(where, person) as kept:
        gathered = _since(kept.gathered(side=side, task=task), begin)
    report = answers(gathered.history)
    tell("triggers", gathered, report, lambda: trigger_lines(gathered.history, report, every), as_json)


def _since(gathered: "Gathered", first: date | None) -> "Gathered":
    """Return what is known since a day; without one, since two years before the diary's last day."""
    from facialis.measures.triggers import first_looked_at

    days, notes = gathered.history.diary, gathered.notes
    if first is None and (first := first_looked_at(gathered.history)) is not None:
        notes = (*notes, f"Days before {first} are left out; --from takes them in.")
    kept = tuple(day for day in days if first is None or day.day >= first)
    history = replace(gathered.history, diary=kept)
    return replace(gathered, history=history, notes=notes)
