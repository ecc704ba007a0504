"""The command that simulates a course: a year of one patient."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from facialis.commands import PATH
from facialis.console import progress_bar
from facialis.simulate.causes import CAUSE_OPTIONS


@click.command("course", short_help="Simulate a year of a patient.")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Folder to write to, or to go on in.")
@click.option("--days", type=click.IntRange(2, 3660), default=365, help="Length of the course.")
@click.option("--every", type=click.FloatRange(1, 3660), default=7.0, help="Days between recordings.")
@click.option(
    "--start", type=click.DateTime(["%Y-%m-%d"]), default="2025-01-06", help="First day, as in the files."
)
@click.option(
    "--treatment",
    "treatments",
    multiple=True,
    metavar="KIND:DAY[:AMOUNT][,...]",
    help="A treatment and its day; may be given several times.",
)
@click.option(
    "--trigger",
    "factors",
    multiple=True,
    metavar="NAME[=ACTS_AS][:SHARE]",
    help="What the diary asks for; with ACTS_AS it is real. Several times for several.",
)
@click.option("--diary", "noted", type=click.FloatRange(0, 1), default=0.4, help="Share of days noted.")
@click.option(
    "--cause", type=click.Choice(list(CAUSE_OPTIONS)), default="artery-loop", help="What injures the nerve."
)
@click.option("--side", type=click.Choice(["left", "right"]), default="left", help="The patient's sick side.")
@click.option("--severity", type=click.FloatRange(0, 1), default=0.45, help="How far the cause has come.")
@click.option("--minutes", type=click.FloatRange(0.02, 60), default=1.5, help="Length of a recording.")
@click.option("--axons", type=click.IntRange(20, 5000), default=100, help="Axons that stand for a nerve.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="Another number, another patient.")
@click.option("--video", is_flag=True, help="Also film every recording; takes as long as the films last.")
@click.option("--jobs", type=click.IntRange(1, 64), default=min(2, os.cpu_count() or 1), help="Processes.")
def simulate_course(
    out: Path,
    days: int,
    every: float,
    start: datetime,
    treatments: tuple[str, ...],
    factors: tuple[str, ...],
    noted: float,
    cause: str,
    video: bool,
    jobs: int,
    **chosen: Any,
) -> None:
    """Simulate a year of a patient: recordings, a diary with gaps, treatments, triggers, and the truth.

    Stopped by Ctrl-C or a crash, the same command goes on where it was. Everything in the folder is
    simulated and says so; commands.txt holds the commands that make a record of it.

    \b
    Examples:
      facialis simulate course --out year
      facialis simulate course --treatment toxin:40 --treatment toxin:135 --out year
      facialis simulate course --trigger stress=stress:0.3 --trigger coffee --days 180 --out half
    """
    from dataclasses import replace

    from facialis.simulate.course import FACTORS, MILD, Course, DiaryHabits
    from facialis.simulate.course_files import course_minutes
    from facialis.simulate.course_files import simulate_course as simulate
    from facialis.simulate.course_options import read_course_treatment, read_factor
    from facialis.simulate.patient_options import cause_named

    course = Course(
        replace(MILD, cause=cause_named(cause), **chosen),
        date(start.year, start.month, start.day),
        days,
        every,
        treatments=tuple(map(read_course_treatment, treatments)),
        factors=tuple(map(read_factor, factors)) or FACTORS,
        diary=DiaryHabits(noted=noted),
        film=video,
    )
    try:
        with progress_bar("Simulating", course_minutes(course)) as tell:
            simulate(course, out, jobs=jobs, progress=tell)
    except KeyboardInterrupt:
        click.echo(f"\nWhat is done stays in {out}, and the same command goes on.", err=True)
        raise
    click.echo(f"Simulated {cause}, {course.patient.side} side, {days} days: {out}")
    click.echo(f"The truth: {out / 'page.html'}. A record of it: the commands in {out / 'commands.txt'}.")
