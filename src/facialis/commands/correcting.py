"""The commands by which a person sets right what was told of a recording, or found in it."""

from typing import TYPE_CHECKING, get_args

import click

from facialis.commands import clock, of_record, opened
from facialis.commands.record import record, source_words
from facialis.types import EventKind, EventSide

if TYPE_CHECKING:
    from facialis.record.types import Edited

Place = str | None


@record.command(short_help="Change a recording's time, task or device.")
@click.argument("number", type=int)
@click.option("--when", metavar="TIME", help="When it was recorded, such as '2026-10-25 18:00'.")
@click.option("--zone", metavar="ZONE", help="In which time zone; alone: by whose clocks it is told.")
@click.option("--device", help="What it was recorded with; '' for none.")
@click.option("--task", help="What was done; '' for none.")
@of_record
def edit(
    number: int,
    when: str | None,
    zone: str | None,
    device: str | None,
    task: str | None,
    where: Place,
    person: Place,
) -> None:
    """Change what was told of recording NUMBER. What was measured of it stays, and the course follows.

    \b
    Examples:
      facialis record edit 3 --when '2025-12-24 18:00'
      facialis record edit 3 --task rest --device phone
      facialis record edit 3 --zone Asia/Tokyo
    """
    from facialis.record import moment

    if all(value is None for value in (when, zone, device, task)):
        raise click.UsageError("Say what to change: --when, --zone, --device or --task.")
    with opened(where, person) as kept:
        own_zone = zone or kept.recording(number).at.zone
        at = moment(when, own_zone) if when else None
        done = kept.edit(number, at=at, zone=zone, device=device, task=task)
        changed = _changed(done)
        said = "; ".join(changed) if changed else "nothing to change"
        click.echo(f"Recording {number}, {done.now.name}: {said}.")
        for sentence in done.notes:
            click.echo(sentence)
        if number in kept.flips():
            click.echo(kept.flips()[number])


@record.command(short_help="Correct an event; the machine's own stays beside it.")
@click.argument("number", type=int)
@click.option("--event", "event_id", type=int, help="Its number in `facialis record show --events`.")
@click.option("--reject", is_flag=True, help="It is none.")
@click.option("--confirm", "confirmed", is_flag=True, help="It is one.")
@click.option("--kind", type=click.Choice(get_args(EventKind)), help="What it is.")
@click.option("--side", type=click.Choice(get_args(EventSide)), help="On which side.")
@click.option("--onset", "onset_s", type=float, help="When it begins, seconds from the start.")
@click.option("--offset", "offset_s", type=float, help="When it ends, seconds from the start.")
@click.option("--note", default="", help="Why.")
@of_record
def correct(
    number: int,
    event_id: int | None,
    reject: bool,
    confirmed: bool,
    kind: EventKind | None,
    side: EventSide | None,
    onset_s: float | None,
    offset_s: float | None,
    note: str,
    where: Place,
    person: Place,
) -> None:
    """Say what you see in recording NUMBER: an event is one, is none, is another, or was missed.

    \b
    Examples:
      facialis record correct 3 --event 41 --reject --note 'a wink'
      facialis record correct 3 --event 42 --kind tonic --offset 12.8
      facialis record correct 3 --kind twitch --side left --onset 4.1 --offset 4.4
    """
    from facialis.record import Correction

    changes = any(value is not None for value in (kind, side, onset_s, offset_s))
    if reject + confirmed + changes != 1:
        raise click.UsageError("Give one of --reject, --confirm, or what is to be changed.")
    if event_id is None and not changes:
        raise click.UsageError("Say with --event which event you mean.")
    told = Correction(
        "reject" if reject else "confirm" if confirmed else "change" if event_id is not None else "add",
        event_id,
        kind,
        side,
        onset_s,
        offset_s,
        note,
    )
    with opened(where, person) as kept:
        kept.correct(number, told)
    click.echo("Noted; what the machine found stays beside it.")


def _changed(done: "Edited") -> list[str]:
    was, now = done.was, done.now
    told = [("recorded", *(f"{clock(each.at)}, {source_words(each)}" for each in (was, now)))]
    told += [("task", was.task or "-", now.task or "-"), ("device", was.device or "-", now.device or "-")]
    return [f"{name} {new} (before: {old})" for name, old, new in told if old != new]
