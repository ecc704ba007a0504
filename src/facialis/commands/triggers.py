"""The command that looks for what goes along with spasms."""

import click

from facialis.commands import of_record, opened
from facialis.commands.statistics import counting, json_option, tell
from facialis.types import EventSide

Place = str | None


@click.command(short_help="Tell what of your diary goes along with spasms.")
@click.option("--all", "every", is_flag=True, help="Every outcome, and the next day, one a line.")
@json_option
@counting
@of_record
def triggers(
    every: bool, as_json: bool, side: EventSide | None, task: str | None, where: Place, person: Place
) -> None:
    """Tell for each factor of your diary whether spasms are more or stronger with it, as far as can be told.

    All factors at once, beside trend and toxin; a factor that a day does not name was not noted, which is not
    a day without it.

    \b
    Examples:
      facialis triggers
      facialis triggers --all
    """
    from facialis.measures.triggers import triggers as answers
    from facialis.report.trigger_words import trigger_lines

    with opened(where, person) as kept:
        gathered = kept.gathered(side=side, task=task)
    report = answers(gathered.history)
    tell("triggers", gathered, report, lambda: trigger_lines(gathered.history, report, every), as_json)
