"""The commands for totals of questionnaires."""

import click

from facialis.commands import clock_or_day, confirm, of_record, opened, table, when_told, with_time
from facialis.errors import RecordError

Place = str | None


@click.group()
def questionnaire() -> None:
    """Totals of questionnaires you filled in elsewhere: HFS-7, HFS-30."""


@questionnaire.command("add", short_help="Write down a total.")
@click.argument("name", type=click.Choice(["hfs-7", "hfs-30"]))
@click.option("--total", type=int, help="The total.")
@click.option("--items", metavar="0,1,...", help="The items' scores instead, in their order.")
@click.option("--note", default="", help="Anything else.")
@with_time
@of_record
def add_questionnaire(
    name: str,
    total: int | None,
    items: str | None,
    note: str,
    when: str | None,
    zone: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write down the total of a questionnaire, or its items' scores. Its wording is its owners'.

    \b
    Examples:
      facialis questionnaire add hfs-7 --total 12
      facialis questionnaire add hfs-7 --items 2,1,3,2,2,1,1
    """
    from facialis.record import Questionnaire
    from facialis.record.treatments import checked_questionnaire

    if total is None and items is None:
        raise click.UsageError("Give --total or --items.")
    scores = _scores(items) if items else ()
    value = sum(scores) if total is None else total
    told = checked_questionnaire(Questionnaire(name, when_told(when, zone), value, scores, note))
    with opened(where, person, make=True) as kept:
        stored = kept.add_questionnaire(told)
    click.echo(f"Questionnaire {stored.id}: {name}, total {value}.")


@questionnaire.command("list", short_help="List the totals.")
@of_record
def list_questionnaires(where: Place, person: Place) -> None:
    """List the totals by time.

    \b
    Example:
      facialis questionnaire list
    """
    with opened(where, person) as kept:
        found = kept.questionnaires()
    if not found:
        click.echo("There is no questionnaire; `facialis questionnaire add` adds one.")
        return
    rows = [["number", "when", "name", "total", "items", "note"]]
    rows += [
        [str(q.id), clock_or_day(q.at), q.name, str(q.total), ",".join(map(str, q.items)), q.note]
        for q in found
    ]
    click.echo(table(rows))


@questionnaire.command("delete", short_help="Delete a total.")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_record
def delete_questionnaire(number: int, yes: bool, where: Place, person: Place) -> None:
    """Delete questionnaire NUMBER for good.

    \b
    Example:
      facialis questionnaire delete 4
    """
    with opened(where, person) as kept:
        confirm(f"Delete questionnaire {number} for good?", yes)
        kept.delete_questionnaire(number)
    click.echo("Deleted.")


def _scores(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(each) for each in text.split(","))
    except ValueError:
        raise RecordError(f"{text!r} are no scores; write them as 0,1,2.") from None
