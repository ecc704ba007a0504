"""The commands of the diary."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from facialis.commands import (
    PATH,
    clock_or_day,
    confirm,
    counted,
    of_record,
    opened,
    table,
    told,
    when_told,
    with_time,
    zone_option,
)

if TYPE_CHECKING:
    from facialis.record import DiaryEntry, Record

Place = str | None


@click.group()
def diary() -> None:
    """Your diary: what you felt, day by day."""


@diary.command("add", short_help="Write down how today was.")
@click.option("--spasms", type=click.FloatRange(0, 10), help="Spasms felt, 0 none to 10 worst.")
@click.option("--bother", type=click.FloatRange(0, 10), help="How much they bothered, 0 to 10.")
@click.option(
    "--trigger", "triggers", multiple=True, metavar="NAME=STRENGTH", help="Such as stress=3; 0 to 10."
)
@click.option("--no-others", is_flag=True, help="The other triggers you note were not there: 0.")
@click.option("--sleep", "sleep_h", type=click.FloatRange(0, 24), help="Hours slept last night.")
@click.option("--mood", type=click.FloatRange(0, 10), help="Mood, 0 worst to 10 best.")
@click.option("--note", default="", help="Anything else, in your words.")
@with_time
@of_record
def add_entry(
    spasms: float | None,
    bother: float | None,
    triggers: tuple[str, ...],
    no_others: bool,
    sleep_h: float | None,
    mood: float | None,
    note: str,
    when: str | None,
    zone: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write down how today was. Without numbers on the line it asks, offering those of last time.

    What you write after midnight, until four in the morning, belongs to the day before.

    \b
    Examples:
      facialis diary add
      facialis diary add --spasms 4 --bother 2 --trigger stress=3 --sleep 7.5 --mood 6
      facialis diary add --spasms 4 --trigger stress=3 --no-others
    """
    from facialis.record import DiaryEntry
    from facialis.record.diary import checked, triggers_of
    from facialis.record.times import is_by_day

    at = when_told(when, zone)
    day = at.local.date() if when and is_by_day(at) else None
    given = {"spasms": spasms, "bother": bother, "sleep_h": sleep_h, "mood": mood}
    told = DiaryEntry(at, triggers=triggers_of(";".join(triggers)), note=note, day=day, **given)  # type: ignore[arg-type]
    on_the_line = any(value is not None for value in given.values()) or bool(triggers or note)
    if on_the_line:
        checked(told)  # Before a record is made for nothing.
    with opened(where, person, make=True) as kept:
        entry = told if on_the_line or no_others else _asked(kept, told)
        others = _others(kept, entry)
        if no_others:
            entry = replace(entry, triggers={**entry.triggers, **dict.fromkeys(others, 0.0)})
        stored = kept.add_entry(entry)
        same = [str(e.id) for e in kept.entries(stored.day, stored.day) if e.id != stored.id]
    click.echo(f"Entry {stored.id} for {stored.day:%A, %Y-%m-%d}.")
    if same:
        entries = "entry" if len(same) == 1 else "entries"
        click.echo(
            f"That day has {entries} {' and '.join(same)} too: of what was felt the mean counts, of each "
            f"trigger the strongest. `facialis diary edit` changes one, `facialis diary delete` takes it out."
        )
    if others and on_the_line and not no_others:
        absent = shlex.quote(f"{others[0]}=0")
        click.echo(
            f"Not said: {', '.join(others)}. `facialis diary edit {stored.id} --trigger {absent}` says that "
            "it was not there; next time --no-others says it of all that you do not name."
        )


@diary.command("edit", short_help="Change an entry.")
@click.argument("number", type=int)
@click.option("--spasms", type=click.FloatRange(0, 10), help="Spasms felt, 0 none to 10 worst.")
@click.option("--bother", type=click.FloatRange(0, 10), help="How much they bothered, 0 to 10.")
@click.option("--trigger", "triggers", multiple=True, metavar="NAME=STRENGTH", help="Such as stress=0.")
@click.option("--sleep", "sleep_h", type=click.FloatRange(0, 24), help="Hours slept last night.")
@click.option("--mood", type=click.FloatRange(0, 10), help="Mood, 0 worst to 10 best.")
@click.option("--note", help="Anything else, in your words; '' for nothing.")
@click.option(
    "--not-told", multiple=True, metavar="NAME", help="Take back what it says of this: spasms, a trigger."
)
@of_record
def edit_entry(
    number: int,
    triggers: tuple[str, ...],
    not_told: tuple[str, ...],
    where: Place,
    person: Place,
    **given: float | str | None,
) -> None:
    """Change what diary entry NUMBER says. What you do not name stays as it is.

    \b
    Examples:
      facialis diary edit 12 --spasms 3
      facialis diary edit 12 --trigger coffee=0 --trigger stress=5
      facialis diary edit 12 --not-told mood --not-told coffee
    """
    from facialis.record.diary import edited, triggers_of
    from facialis.record.diary_csv import change_words

    said = {name: value for name, value in given.items() if value is not None}
    told = triggers_of(";".join(triggers))
    if not said and not told and not not_told:
        raise click.UsageError("Say what to change, such as --spasms 3.")
    with opened(where, person) as kept:
        was = next((each for each in kept.entries() if each.id == number), None)
        change = kept.edit_entry(number, **(edited(was, said, told, not_told) if was else said))
    unchanged = change.before == change.after
    click.echo("Nothing to change." if unchanged else f"Entry {number}, {change_words(change)}.")


@diary.command("list", short_help="List the entries.")
@click.option("--from", "first", metavar="DAY", help="From this day, such as 2026-10-25.")
@click.option("--to", "last", metavar="DAY", help="To this day.")
@of_record
def list_entries(first: str | None, last: str | None, where: Place, person: Place) -> None:
    """List your diary by day.

    \b
    Example:
      facialis diary list --from 2026-10-01
    """
    from facialis.record.times import day_of

    with opened(where, person) as kept:
        found = kept.entries(day_of(first) if first else None, day_of(last) if last else None)
    if not found:
        click.echo("There is no entry; `facialis diary add` adds one.")
        return
    rows = [["entry", "day", "written", "spasms", "bother", "sleep", "mood", "triggers", "note"]]
    for e in found:
        numbers = [told(value) for value in (e.spasms, e.bother, e.sleep_h, e.mood)]
        rows.append([str(e.id), str(e.day), clock_or_day(e.at), *numbers, _triggers(e), e.note])
    click.echo(table(rows))


@diary.command("import", short_help="Read entries from a CSV file.")
@click.argument("file", type=PATH)
@click.option("--correct", is_flag=True, help="Where the diary says something else, the file counts.")
@zone_option
@of_record
def import_entries(file: Path, correct: bool, zone: str | None, where: Place, person: Place) -> None:
    """Read diary entries from a CSV FILE, all or none; those already there are not added again.

    The first line names the columns: when, and any of zone, spasms, bother, sleep_h, mood, triggers, note.
    A file that says something else than an entry of the same day or time is refused, unless --correct.

    \b
    Examples:
      facialis diary import diary.csv --zone Europe/Berlin
      facialis diary import diary.csv --correct
    """
    from facialis.record.diary_csv import change_words
    from facialis.source.container import checked_path

    checked_path(file)  # Before a record is made for nothing.
    with opened(where, person, make=True) as kept:
        read = kept.import_diary(file, zone, correct=correct)
    for change in read.changed:
        click.echo(f"Corrected, {change_words(change)}.")
    if not read.added and not read.changed:
        known = counted(read.known, "entry is", "entries are")
        click.echo(f"Nothing new: the file's {known} there already.")
        return
    click.echo(
        f"{counted(len(read.added), 'entry', 'entries')} added, {len(read.changed)} corrected, {read.known} "
        f"there already."
    )


@diary.command("delete", short_help="Delete an entry.")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_record
def delete_entry(number: int, yes: bool, where: Place, person: Place) -> None:
    """Delete diary entry NUMBER for good.

    \b
    Example:
      facialis diary delete 12
    """
    with opened(where, person) as kept:
        confirm(f"Delete diary entry {number} for good?", yes)
        kept.delete_entry(number)
    click.echo("Deleted.")


@diary.command("day-ends", short_help="Set when a diary day ends.")
@click.argument("hour", type=click.IntRange(0, 12))
@of_record
def day_ends(hour: int, where: Place, person: Place) -> None:
    """Set the HOUR, 0 to 12, until which entries belong to the day before. Earlier entries stay as they are.

    \b
    Example:
      facialis diary day-ends 5
    """
    with opened(where, person) as kept:
        kept.day_ends_h = hour
    click.echo(f"A day ends at {hour:02}:00 from now on.")


def _asked(kept: "Record", entry: "DiaryEntry") -> "DiaryEntry":
    """Return the entry as it is answered for, after what was told before it."""
    from facialis.commands.diary_questions import asked

    before = [each for each in kept.entries() if each.at.utc <= entry.at.utc]
    return asked(entry, before[-1] if before else None, _known(kept, entry))


def _others(kept: "Record", entry: "DiaryEntry") -> list[str]:
    """Return all factors that neither the entry nor another one of its day tells of."""
    from facialis.record.times import diary_day

    day = entry.day or diary_day(entry.at, kept.day_ends_h)
    of_day = (entry, *kept.entries(day, day))
    named = {name.strip().casefold() for each in of_day for name in each.triggers}
    return [name for name in _known(kept, entry, every=True) if name.casefold() not in named]


def _known(kept: "Record", entry: "DiaryEntry", *, every: bool = False) -> tuple[str, ...]:
    """Return the factors that an entry should tell of: those noted lately, and those of a trial under way.

    As many as may be asked for, or `every` one.
    """
    from facialis.record.diary import MOST_FACTORS, factors_of
    from facialis.record.times import diary_day

    day = entry.day or diary_day(entry.at, kept.day_ends_h)
    tested = [each.factor for each in kept.trials() if 0 <= (day - each.first_day).days < each.days]
    return factors_of(kept.entries(), day, tested, None if every else MOST_FACTORS)


def _triggers(entry: "DiaryEntry") -> str:
    return ";".join(f"{name}={strength:g}" for name, strength in entry.triggers.items())
