"""What facialis finds in simulated years whose truth is known: the real trigger, false alarms, toxin cycles.

    python -m benchmarks.year --out docs/benchmarks.md

The years are those of `facialis demo --year`, each with another seed: another nerve, other days. In the
first part the recordings are simulated and measured; in the second only the diary is made.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

from benchmarks.tables import NOTHING, markdown, number, provenance, publish, share
from facialis.measures.history import DiaryDay, History, Treatment
from facialis.measures.toxin import toxin_course
from facialis.measures.trigger_answers import Effect, TriggerReport
from facialis.measures.triggers import triggers
from facialis.simulate.course import Course
from facialis.simulate.course_days import EVENING, days_of
from facialis.simulate.course_diary import diary_of
from facialis.simulate.course_rates import Reference, TrueYear, reference_of, true_year
from facialis.simulate.course_record import demo_course, make_demo
from facialis.types import Measure

CYCLE = ("onset_day", "half_loss_week")


@dataclass(frozen=True)
class Found:
    """One year: was the real trigger found, and was another, on which of felt, bother, rate; the cycles.

    `cycles` holds for each measure of each injection what was told and what is true of the spasms shown.
    """

    real: frozenset[str]
    false: frozenset[str]
    entries: int
    cycles: tuple[tuple[str, Measure, float], ...] = ()


def of_report(report: TriggerReport, course: Course, entries: int) -> Found:
    """Return what the answers say of the factors."""
    real = {factor.name for factor in course.factors if factor.acts_as}
    found = [answer for answer in report.answers if isinstance(answer, Effect)]
    return Found(
        frozenset(answer.outcome for answer in found if answer.factor in real and answer.when == "same day"),
        frozenset(f"{a.factor}, {a.outcome}, {a.when}" for a in found if a.factor not in real),
        entries,
    )


def measured_year(seed: int) -> Found:
    """Return what the commands would say of one demo year, its recordings measured."""
    from facialis.record import open_record

    course = demo_course(seed=seed)
    with TemporaryDirectory() as folder:
        out = make_demo(Path(folder) / "year", course)
        with open_record(out / "record") as record:
            history = record.gathered().history
    found = of_report(triggers(history), course, len(history.diary))
    told: list[tuple[str, Measure, float]] = []
    usual = usual_year(course)
    for which, cycle in enumerate(toxin_course(history).cycles):
        true = true_cycle(course, usual, which)
        told += [("onset_day", cycle.onset_day, true[0]), ("half_loss_week", cycle.half_loss_week, true[1])]
    return replace(found, cycles=tuple(told))


def usual_year(course: Course) -> TrueYear:
    """Return the true rates if every day were a usual one, without triggers."""
    calm = replace(course, spread=0.0, factors=())
    return true_year(calm, days_of(calm))


def true_cycle(course: Course, year: TrueYear, which: int) -> tuple[float, float]:
    """Return when half of the greatest fall of shown spasms was reached, in days, and lost, in weeks."""
    begin = int(course.treatments[which].day)
    last = int(course.treatments[which + 1].day) if which + 1 < len(course.treatments) else course.days
    fall = np.array(
        [1 - year.days[day].shown_per_min / year.days[0].shown_per_min for day in range(begin, last)]
    )
    times = np.arange(last - begin) + EVENING
    half, top = fall.max() / 2, int(fall.argmax())
    onset = float(np.interp(half, np.maximum.accumulate([0.0, *fall[: top + 1]]), [0.0, *times[: top + 1]]))
    lost = np.flatnonzero(fall[top:] <= half)
    return onset, float(times[top + lost[0]]) / 7 if lost.size else float("nan")


def diary_years(seed: int) -> tuple[Found, Found]:
    """Return what is found in the diary alone of one year: as it is, and if no factor did anything."""
    course = demo_course(seed=seed)
    reference = reference_of(course.patient)
    inert = replace(course, factors=tuple(replace(factor, acts_as=None) for factor in course.factors))
    real, none = (_diary_found(each, reference) for each in (course, inert))
    return real, none


def _diary_found(course: Course, reference: Reference) -> Found:
    days = days_of(course)
    entries = diary_of(course, days, true_year(course, days, reference=reference))
    diary = [DiaryDay(days[entry.day].date, entry.spasms, entry.bother, entry.triggers) for entry in entries]
    given = [Treatment(course.start + timedelta(int(t.day)), "toxin") for t in course.treatments]
    return of_report(triggers(History((), diary, given)), course, len(diary))


def trigger_row(words: str, found: Sequence[Found], real: bool = True) -> list[str]:
    """Return how many years find the real trigger, where there is one, and how many find another one."""
    n = len(found)
    finds = [sum(bool(each.real) for each in found), sum("felt" in each.real for each in found)]
    return [
        words,
        str(n),
        number(float(np.median([each.entries for each in found])), 0),
        *(share(each, n) if real else NOTHING for each in finds),
        share(sum(bool(each.false) for each in found), n),
    ]


def cycle_rows(found: Sequence[Found]) -> list[list[str]]:
    """Return, for onset and half-loss, how many cycles tell it, how far off, and how often it is covered."""
    rows = []
    for name in CYCLE:
        cells = [(m, true) for each in found for at, m, true in each.cycles if at == name]
        told = [(m, true) for m, true in cells if m.value is not None and np.isfinite(true)]
        if not told:
            rows.append([name, f"0 of {len(cells)}", "–", "–", "–", "–"])
            continue
        off = [float(m.value or 0) - true for m, true in told]
        covered = sum(
            (m.low is None or m.low <= true) and (m.high is None or true <= m.high) for m, true in told
        )
        rows.append(
            [
                name,
                f"{len(told)} of {len(cells)}",
                f"{np.median([true for _, true in told]):.1f}",
                f"{np.median(off):+.1f}",
                f"{np.median(np.abs(off)):.1f}",
                share(covered, len(told)),
            ]
        )
    return rows


@click.command()
@click.option("--years", default=12, show_default=True, help="Years whose recordings are measured.")
@click.option("--diaries", default=60, show_default=True, help="Years of which only the diary is made.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section is filled.")
def main(years: int, diaries: int, jobs: int, out: Path | None) -> None:
    """Look for what is true in simulated years."""
    with ProcessPoolExecutor(jobs) as pool:
        measured = list(pool.map(measured_year, range(1, years + 1)))
        click.echo(f"{years} years measured", err=True)
        seeds = range(1001, 1001 + diaries)
        real, none = zip(*pool.map(diary_years, seeds), strict=True)
    rows = [
        trigger_row("diary and measured recordings", measured),
        trigger_row("diary alone", real),
        trigger_row("diary alone, no factor does anything", none, real=False),
    ]
    header = ["year", "years", "entries", "real trigger found", "of them in felt strength", "a false alarm"]
    cycles = ["", "told", "truth, median", "off by, median", "off by, size", "interval covers"]
    command = f"python -m benchmarks.year --years {years} --diaries {diaries}"
    false = sorted({each for found in (*measured, *real, *none) for each in found.false})
    text = "\n".join(
        [
            provenance(command),
            f"### Triggers\n\n{markdown(header, rows)}",
            f"\nFalse alarms: {'; '.join(false) or 'none'}.\n",
            f"### Toxin cycles, from measured recordings\n\n{markdown(cycles, cycle_rows(measured))}",
        ]
    )
    click.echo(text)
    if out is not None:
        publish(out, "year", text)


if __name__ == "__main__":
    main()
