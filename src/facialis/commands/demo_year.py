"""`facialis demo --year`: a record with something to show for every command, apart from the user's own."""

import os
import shlex
from pathlib import Path

import click

from facialis.console import progress_bar

TRY = (
    ("course", "what changed around the injections"),
    ("triggers", "which trigger goes along with more spasms"),
    ("compare {before} {after}", "one time against another"),
    ("report --out {report}", "two pages, as for a doctor"),
    ("trial plan coffee", "a test by lot of one trigger"),
    ("record list", "the recordings"),
    ("diary list", "the diary"),
    ("treatment list", "the injections"),
)


def show_year(out: Path, days: int, seed: int) -> None:
    """Make the demo in the new folder `out`, and tell what to try with it."""
    from facialis.simulate.course_record import RECORD, SIMULATED, demo_course, demo_minutes, make_demo

    course = demo_course(days, seed)
    with progress_bar("Simulating and measuring a year", demo_minutes(course)) as tell:
        make_demo(out, course, jobs=min(2, os.cpu_count() or 1), progress=tell)
    click.echo(
        f"A simulated year of nobody: {days} days, {len(course.recording_days)} recordings, measured, "
        f"{len(course.treatments)} injections of toxin, a diary."
    )
    click.echo("Try:")
    place = shlex.quote(str(out / RECORD))
    for command, words in _filled(out, days):
        click.echo(f"  facialis {command} --record {place}    {words}")
    click.echo(f"What is true of it, for afterwards: {out / SIMULATED / 'page.html'}")


def _filled(out: Path, days: int) -> list[tuple[str, str]]:
    """Return the commands, with the weeks before and after the first injection, and a place of their own."""
    from datetime import timedelta

    from facialis.simulate.course_record import FIRST_DAY, demo_course

    injected = demo_course(days).start + timedelta(min(FIRST_DAY, days - 1))
    before = f"..{injected - timedelta(1)}"
    after = f"{injected + timedelta(7)}..{injected + timedelta(56)}"
    report = shlex.quote(str(out / "report"))
    return [(command.format(before=before, after=after, report=report), words) for command, words in TRY]
