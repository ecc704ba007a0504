"""What the commands share: which record, whose, its passphrase, and how things are told."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from facialis.errors import RecordError

if TYPE_CHECKING:
    from facialis.record import Moment, Record

PASSPHRASE_FILE = "FACIALIS_PASSPHRASE_FILE"


class _Path(click.Path):
    """A file or folder that has a name: an empty one, as of a variable that was not set, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


PATH = _Path(path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


def of_record(command: Command) -> Command:
    """Add the options that say which record and, in a clinic, whose."""
    # Hidden: at home there is nobody else.
    person = click.option("--person", metavar="NAME", hidden=True, help="Whose, where there are several.")
    return of_whole_record(person(command))


def of_whole_record(command: Command) -> Command:
    """Add the option that says which record."""
    return click.option(
        "--record", "where", metavar="PLACE",
        help="Folder of the record, or postgresql://...  [default: FACIALIS_RECORD, or your data folder]",
    )(command)  # fmt: skip


def with_time(command: Command) -> Command:
    """Add the options that say when."""
    when = click.option("--when", metavar="TIME", help="A day, or '2026-10-25 14:30'.  [default: now]")
    return when(zone_option(command))


def with_day(command: Command) -> Command:
    """Add the options that say on which day, and at what time if that is known."""
    when = click.option(
        "--when", metavar="DAY", help="Such as 2026-03-02, or '2026-03-02 09:00'.  [default: today]"
    )
    return when(zone_option(command))


def zone_option(command: Command) -> Command:
    """Add the option that says in which time zone."""
    return click.option("--zone", metavar="ZONE", help="Such as Europe/Berlin.  [default: this computer's]")(
        command
    )


@contextmanager
def opened(where: str | None, person: str | None = None, *, make: bool = False) -> Iterator["Record"]:
    """Yield the record, after saying what in it was cut off.

    Only what adds something may `make` one where there is none, and says so.
    """
    from facialis.record import open_record
    from facialis.record.opening import unmake_record

    def asked() -> str:
        return passphrase("Passphrase")

    with open_record(where, person=person, passphrase=asked, make=make) as record:
        for each in record.unfinished():
            click.echo(f"{each.sentence} `facialis record finish` finishes it.", err=True)
        try:
            yield record
        except BaseException:
            if record.is_new and not unmake_record(record):
                _tell_made(record)
            raise
        if record.is_new:
            _tell_made(record)


def _tell_made(record: "Record") -> None:
    click.echo(f"A new record was made: {record.place.name}", err=True)


def passphrase(label: str, *, twice: bool = False) -> str:
    """Return what is typed without being shown, or the first line of the file that the environment names.

    There is no option for it: other programs of the computer could read it off the command line.
    """
    named = os.environ.get(PASSPHRASE_FILE)
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(f"The file that {PASSPHRASE_FILE} names cannot be read ({error}).") from None
    if not sys.stdin.isatty():
        raise RecordError(
            f"The passphrase is asked for on a terminal; without one, let {PASSPHRASE_FILE} name a file that "
            f"holds it."
        )
    word: str = click.prompt(label, hide_input=True, confirmation_prompt=twice, err=True)
    return word


def when_told(when: str | None, zone: str | None) -> "Moment":
    """Return the moment that the options name, or the day without a time, or now."""
    from facialis.record import now
    from facialis.record.times import moment_or_day

    return moment_or_day(when, zone) if when else now(zone)


def day_told(when: str | None, zone: str | None) -> "Moment":
    """Return the moment or the day that the options name, or today without a time."""
    from facialis.record.times import at_day

    told = when_told(when, zone)
    return told if when else at_day(told.local.date(), told.zone)


def clock(at: "Moment") -> str:
    """Return a moment as its own clocks told it: `2026-10-25 14:30 (Europe/Berlin)`."""
    return f"{at.local:%Y-%m-%d %H:%M} ({at.zone})"


def clock_or_day(at: "Moment") -> str:
    """Return a moment as its own clocks told it, or the day alone where only that was told."""
    from facialis.record.times import is_by_day

    return f"{at.local:%Y-%m-%d}" if is_by_day(at) else clock(at)


def stamp(utc: datetime) -> str:
    """Return a moment of the program's own doing, in this computer's time."""
    return f"{utc.astimezone():%Y-%m-%d %H:%M}"


def table(rows: list[list[str]]) -> str:
    """Return rows as columns, the first row being their names."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows)


def told(value: float | None) -> str:
    """Return a number as people write it, a dash where it was not told."""
    return "-" if value is None else f"{value:g}"


def counted(n: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{n} {one if n == 1 else several}"


def confirm(question: str, yes: bool) -> None:
    """Ask before what cannot be undone, unless told to go on."""
    if not yes:
        click.confirm(question, abort=True)
