"""How well the course is measured in simulated histories: before and after, toxin cycles, surgery.

python -m benchmarks.course --out docs/benchmarks.md
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import repeat
from pathlib import Path

import click
import numpy as np

from benchmarks.diaries import lingering
from benchmarks.tables import markdown, number, provenance, publish, share
from facialis.measures.counts import Variation, group_of, power_of
from facialis.measures.course import before_after, rate_of
from facialis.measures.history import DiaryDay, History, RecordedRate, Treatment
from facialis.measures.lasting import levels_of
from facialis.measures.surgery import SurgeryPriors, surgery_course, surgery_patterns
from facialis.measures.toxin import ToxinPriors, natural, remaining, toxin_course
from facialis.types import FloatArray, Measure

START = date(2026, 3, 1)
DENSE = (-10, -5, -1, 2, 4, 7, 10, 14, 28, 42, 56, 63, 70, 77, 84, 91, 98)
SPARSE = (-5, 3, 7, 14, 42, 63, 77, 91)
AFTER_SURGERY = (-20, -12, -6, -1, 1, 3, 7, 14, 28, 60, 90, 150, 200)
TOXIN_MEASURES = ("onset_day", "plateau_effect", "half_loss_week")


@dataclass(frozen=True)
class Person:
    """Spasms a minute without treatment, and their variation between recordings (coefficient).

    `lasting_d`: for how many days a good or bad level lasts, 0 where each recording has its own; `bursts`:
    variance over mean within one.
    """

    per_min: float = 8.0
    variation: float = 0.5
    lasting_d: float = 0.0
    bursts: float = 1.0


def record(
    days: Sequence[float], left: FloatArray, person: Person, rng: np.random.Generator
) -> list[RecordedRate]:
    """Return three-minute recordings on these days, of what is left of the person's rate."""
    spread = np.sqrt(np.log1p(person.variation**2))
    normal = rng.normal(size=len(days))
    if person.lasting_d:
        apart = np.abs(np.subtract.outer(np.asarray(days, dtype=float), np.asarray(days, dtype=float)))
        normal = np.linalg.cholesky(np.exp(-apart / person.lasting_d) + 1e-9 * np.eye(len(days))) @ normal
    level = np.exp(spread * normal - spread**2 / 2)
    mean = 3 * person.per_min * left * level
    if person.bursts > 1:
        counts = rng.negative_binomial(np.maximum(mean, 1e-9) / (person.bursts - 1), 1 / person.bursts)
    else:
        counts = rng.poisson(mean)
    noon = datetime.combine(START, time(12))
    return [
        RecordedRate(noon + timedelta(days=float(day)), int(count), 180.0)
        for day, count in zip(days, counts, strict=True)
    ]


@dataclass(frozen=True)
class Design:
    """Recordings before and after, days from one to the next, and further ones of the same person."""

    before: int
    after: int
    step_d: int = 3
    others: int = 0

    @property
    def days(self) -> list[int]:
        """Days of the recordings: before, after, and others long after."""
        step = self.step_d
        return [
            *range(-step * self.before, 0, step),
            *range(14, 14 + step * self.after, step),
            *range(400, 400 + step * self.others, step),
        ]


def ratio(person: Person, design: Design, true: float, seed: int) -> tuple[bool, bool, float]:
    """Return whether the interval covers the ratio, whether it shows a change, and its width as a factor."""
    rng = np.random.default_rng(seed)
    before, both = design.before, design.before + design.after
    left = np.repeat([1.0, true, 1.0], [before, design.after, design.others])
    recordings = record(design.days, left, person, rng)
    others = [recordings[both:]] if design.others else []
    measure = before_after(recordings[:before], recordings[before:both], others=others).rate_ratio
    low, high = measure.low or 0.0, float("inf") if measure.high is None else measure.high
    return low <= true <= high, not low <= 1 <= high, high / low if low else float("inf")


SHORT, LONG = 4.33, 13.4
"""Correlations of 0.5 and of 0.8 from one recording to the next three days later."""
TUNED = (
    (Person(), Design(2, 2), 0.3),
    (Person(), Design(3, 3), 1.0),
    (Person(), Design(5, 5), 1.0),
    (Person(), Design(5, 5), 0.3),
    (Person(), Design(10, 10), 0.5),
    (Person(), Design(5, 5, others=20), 0.3),
    (Person(per_min=1.0), Design(5, 5), 0.3),
    (Person(variation=0.8), Design(5, 5), 0.3),
    (Person(lasting_d=SHORT), Design(5, 5), 1.0),
    (Person(lasting_d=LONG), Design(5, 5), 1.0),
    (Person(lasting_d=LONG), Design(5, 5, others=20), 1.0),
    (Person(lasting_d=LONG), Design(10, 10), 1.0),
)
REPORTED = (
    (Person(), Design(3, 3), 0.3),
    (Person(), Design(4, 4, 7), 1.0),
    (Person(), Design(4, 4, 7), 0.3),
    (Person(), Design(6, 6, 7), 0.3),
    (Person(), Design(10, 10), 1.0),
    (Person(variation=0.35), Design(6, 6, 5), 0.5),
    (Person(bursts=4.0), Design(5, 5), 0.3),
    (Person(lasting_d=6.0), Design(5, 5, 5), 1.0),
    (Person(lasting_d=6.0), Design(5, 5, 7), 1.0),
    (Person(lasting_d=6.0), Design(5, 5, 7), 0.3),
    (Person(lasting_d=20.0), Design(4, 4, 7), 1.0),
    (Person(lasting_d=20.0), Design(8, 8, 7), 1.0),
    (Person(lasting_d=20.0), Design(8, 8, 7, 20), 1.0),
    (Person(lasting_d=60.0), Design(8, 8, 7, 20), 1.0),
    (Person(lasting_d=10.0, variation=0.8), Design(6, 6, 4), 1.0),
    (Person(lasting_d=10.0, per_min=1.0), Design(6, 6, 4), 1.0),
)
Setting = tuple[Person, Design, float]


def ratio_rows(settings: Sequence[Setting], n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return a row for each kind of person and number of recordings."""
    rows = []
    for person, design, true in settings:
        told = list(pool.map(ratio, *map(repeat, (person, design, true)), range(n), chunksize=20))
        extra = f" and {design.others} others" if design.others else ""
        words = (
            f"{design.before} + {design.after}{extra} every {design.step_d} d, ratio {true:g}, "
            f"{person.per_min:g}/min, variation {person.variation:g}, bursts {person.bursts:g}, "
            f"a level lasts {person.lasting_d:g} d"
        )
        width = np.median([each[2] for each in told])
        rows.append(
            [
                words,
                share(sum(each[0] for each in told), n),
                share(sum(each[1] for each in told), n),
                "–" if true == 1 or person.bursts > 1 or person.lasting_d else planned(person, design, true),
                f"{width:.1f}",
            ]
        )
        click.echo(" | ".join(rows[-1]))
    return rows


def planned(person: Person, design: Design, true: float) -> str:
    """Return the power reckoned beforehand, for one who knows how much the person varies."""
    made = record(design.days, np.ones(len(design.days)), person, np.random.default_rng(0))
    both = design.before + design.after
    groups = [group_of(made[: design.before]), group_of(made[design.before : both])]
    df = both - 2 + max(design.others - 1, 0)
    spread = Variation(person.variation**2, df, levels_of([]))
    return number(power_of(groups[0], groups[1], person.per_min / 60, true, spread))


STRETCHES = (
    (Person(), 3, 7),
    (Person(), 5, 5),
    (Person(per_min=2.0), 3, 7),
    (Person(variation=0.9), 5, 5),
    (Person(lasting_d=13.4), 5, 5),
    (Person(lasting_d=13.4), 8, 3),
)


def stretch(person: Person, recordings: int, step_d: int, seed: int) -> tuple[bool, float]:
    """Return whether the interval of a stretch's rate covers the person's own, and its width as a factor."""
    made = record(
        [step_d * k for k in range(recordings)], np.ones(recordings), person, np.random.default_rng(seed)
    )
    measure = rate_of("rate", "Rate", made)
    low, high = measure.low or 0.0, float("inf") if measure.high is None else measure.high
    return low <= person.per_min <= high, high / low if low else float("inf")


def stretch_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return a row for each kind of person and number of recordings."""
    rows = []
    for person, recordings, step_d in STRETCHES:
        told = list(pool.map(stretch, *map(repeat, (person, recordings, step_d)), range(n), chunksize=20))
        words = (
            f"{recordings} every {step_d} d, {person.per_min:g}/min, variation {person.variation:g}, "
            f"a level lasts {person.lasting_d:g} d"
        )
        covered = share(sum(each[0] for each in told), n)
        rows.append([words, covered, f"{np.median([each[1] for each in told]):.1f}"])
        click.echo(" | ".join(rows[-1]))
    return rows


def asked(before: int, after: int, seed: int) -> tuple[int, bool] | None:
    """Return how many more recordings are asked for, and whether with them a halving is shown.

    None where none are asked for, or where it is said that no number would do.
    """
    rng = np.random.default_rng(seed)
    person, days = Person(), [*range(-3 * before, 0, 3), *range(14, 14 + 3 * after, 3)]
    left = np.repeat([1.0, 0.5], [before, after])
    first = record(days, left, person, rng)
    said = before_after(first[:before], first[before:]).smallest_fall
    words = said.reason or before_after(first[:before], first[before:]).rate_ratio.reason
    if "needs about" not in words or "50 %" not in words:
        return None
    more = int(words.split("about ")[1].split()[0])
    later = record([20 + 3 * k for k in range(more)], np.full(more, 0.5), person, rng)
    shown = before_after(first[:before], [*first[before:], *later]).rate_ratio
    return more, shown.high is not None and shown.high < 1


def asked_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return how many recordings are asked for, and whether they do."""
    rows = []
    for before, after in ((4, 0), (6, 0), (10, 0), (6, 1)):
        all_ = pool.map(asked, repeat(before), repeat(after), range(n), chunksize=10)
        told = [each for each in all_ if each is not None]
        median = f"{np.median([each[0] for each in told]):.0f}" if told else "–"
        rows.append(
            [
                f"{before} before, {after} after",
                share(len(told), n),
                median,
                share(sum(t[1] for t in told), len(told)),
            ]
        )
        click.echo(" | ".join(rows[-1]))
    return rows


def felt(correlation: float, days: int, seed: int) -> bool:
    """Return whether the interval of a felt difference covers 0, with daily entries and two weeks between."""
    rng = np.random.default_rng(seed)
    level = 6 + 1.5 * lingering(2 * days + 14, correlation, rng)
    entries = [DiaryDay(START + timedelta(k), float(value)) for k, value in enumerate(level)]
    measure = before_after([], [], entries[:days], entries[days + 14 :]).felt_difference
    return measure.low is not None and measure.high is not None and measure.low <= 0 <= measure.high


def felt_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return the coverage by number of days and by correlation."""
    rows = []
    for days in (7, 14, 28, 56):
        row = [f"{days} + {days}"]
        for c in (0.0, 0.4, 0.8):
            row.append(share(sum(pool.map(felt, repeat(c), repeat(days), range(n), chunksize=20)), n))
        rows.append(row)
        click.echo(" | ".join(row))
    return rows


Toxin = tuple[tuple[bool | None, ...], tuple[float, ...], float, bool]


def cycle(days: Sequence[float], truth: tuple[float, ...] | None, seed: int) -> Toxin:
    """Return coverage (None: no value) and widths of the three measures, chance of no response, the truth
    of it.

    `truth`: onset day, effect, half-loss in weeks, steepness; drawn from the priors if None.
    """
    rng, priors = np.random.default_rng(seed), ToxinPriors()
    shape = natural(rng.normal(size=(1, 4)), priors)
    variation = priors.rate.variation
    if truth is None:
        variation *= float(np.exp(priors.rate.log_sd * rng.normal()))
        shape[0, 1] *= rng.random() >= priors.no_response
    else:
        shape[0] = (truth[0], truth[1], 7 * truth[2], truth[3])
    left = np.where(np.array(days) > 0, remaining(shape, np.array(days, dtype=float))[0], 1.0)
    person = Person(8.0 * float(np.exp(0.4 * rng.normal())), variation)
    history = History(record(days, left, person, rng), (), (Treatment(START, "toxin"),))
    course = toxin_course(history)
    if not course.cycles:
        return (None,) * 3, (float("nan"),) * 3, float("nan"), False
    own, none = course.cycles[0], shape[0, 1] == 0
    true = (float(shape[0, 0]), 100 * float(shape[0, 1]), float(shape[0, 2]) / 7)
    measures = (own.onset_day, own.plateau_effect, own.half_loss_week)
    covered = [
        None if m.value is None or (none and k != 1) else _covers(m, t)
        for k, (m, t) in enumerate(zip(measures, true, strict=True))
    ]
    return tuple(covered), tuple(_width(m) for m in measures), float(own.no_response.value or 0.0), bool(none)


def _covers(measure: Measure, true: float) -> bool:
    return measure.low is not None and measure.high is not None and measure.low <= true <= measure.high


def _width(measure: Measure) -> float:
    return float("nan") if measure.low is None or measure.high is None else measure.high - measure.low


TOXIN = (
    ("as the priors say, 17 recordings", DENSE, None),
    ("as the priors say, 8 recordings", SPARSE, None),
    ("late (10 d), weak (50 %), short (7 weeks), 17", DENSE, (10.0, 0.5, 7.0, 10.0)),
    ("early (2 d), full (95 %), long (16 weeks), 17", (*DENSE, 112, 126, 140), (2.0, 0.95, 16.0, 10.0)),
    ("slow loss (steepness 4), 17", DENSE, (5.0, 0.8, 11.0, 4.0)),
    ("no response, 17", DENSE, (5.0, 0.0, 11.0, 10.0)),
)  # fmt: skip


def toxin_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return a row for each kind of cycle."""
    rows = []
    for words, days, truth in TOXIN:
        told = list(pool.map(cycle, repeat(days), repeat(truth), range(n), chunksize=5))
        row = [words]
        for k in range(3):
            given = [each[0][k] for each in told if each[0][k] is not None]
            width = np.nanmedian([each[1][k] for each in told]) if given else float("nan")
            row += [
                f"{len(given) / n:.2f}",
                share(sum(map(bool, given)), len(given)),
                number(float(width), 1),
            ]
        responded = [each[2] for each in told if not each[3]]
        row.append(
            number(float(np.mean([each[2] for each in told if each[3]])), 0)
            if any(e[3] for e in told)
            else "–"
        )
        row.append(number(float(np.nanmean(responded)), 0) if responded else "–")
        rows.append(row)
        click.echo(" | ".join(row))
    return rows


def cycle_asked(name: str, seed: int) -> tuple[int, bool] | None:
    """Return how many recordings are asked for after five, and whether with them the measure has a value.

    None where it has one already, or where it is said that no number in reach would do.
    """
    rng, priors = np.random.default_rng(seed), ToxinPriors()
    shape = natural(rng.normal(size=(1, 4)), priors)

    def made(days: Sequence[float]) -> list[RecordedRate]:
        at = np.array(days, dtype=float)
        return record(days, np.where(at > 0, remaining(shape, at)[0], 1.0), Person(), rng)

    def measured(recordings: list[RecordedRate]) -> Measure:
        course = toxin_course(History(recordings, (), (Treatment(START, "toxin"),)))
        found: Measure = getattr(course.cycles[0], name)
        return found

    few = made((-9, -5, -1, 20, 45))
    said = measured(few)
    if said.value is not None:
        return None
    asked = re.search(r"about (\d+) more recordings? between days (\d+) and (\d+)", said.reason)
    if asked is None:  # It says that no number in reach would tell it.
        return None
    more, first, last = (int(number_) for number_ in asked.groups())
    return more, measured([*few, *made(np.linspace(first, last, more).tolist())]).value is not None


def cycle_asked_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return how many recordings are asked for in a cycle, and whether they do."""
    rows = []
    for name in TOXIN_MEASURES:
        told = [x for x in pool.map(cycle_asked, repeat(name), range(n), chunksize=5) if x is not None]
        median = f"{np.median([x[0] for x in told]):.0f}" if told else "–"
        rows.append([f"`{name}`", share(len(told), n), median, share(sum(x[1] for x in told), len(told))])
        click.echo(" | ".join(rows[-1]))
    return rows


def operation(recordings: int, seed: int) -> tuple[bool, bool, float, bool]:
    """Return whether what remains is covered, whether the likeliest pattern is true, its chance; words
    too early."""
    rng, priors = np.random.default_rng(seed), SurgeryPriors()
    patterns, days = surgery_patterns(priors), AFTER_SURGERY[:recordings]
    true = int(rng.choice(len(patterns), p=[p.chance for p in patterns]))
    normal = rng.normal(size=(1, patterns[true].dims))
    left = np.where(np.array(days) > 0, patterns[true].remaining(normal, np.array(days, dtype=float))[0], 1.0)
    person = Person(8.0, priors.rate.variation * float(np.exp(priors.rate.log_sd * rng.normal())))
    course = surgery_course(History(record(days, left, person, rng), (), (Treatment(START, "surgery"),)))
    chances = [float(m.value or 0.0) / 100 for m in course.chances]
    names = list(dict.fromkeys(p.name for p in patterns))
    own = names.index(patterns[true].name)
    early = days[-1] < 180 and "Nothing is judged" not in course.words
    return (
        _covers(course.remaining, 100 * float(left[-1])),
        int(np.argmax(chances)) == own,
        chances[own],
        early,
    )


def surgery_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return a row for each number of recordings after an operation."""
    rows = []
    for recordings in (7, 9, 11, 13):
        told = list(pool.map(operation, repeat(recordings), range(n), chunksize=5))
        rows.append(
            [
                f"up to day {AFTER_SURGERY[recordings - 1]}",
                share(sum(each[0] for each in told), n),
                share(sum(each[1] for each in told), n),
                number(float(np.mean([each[2] for each in told]))),
                str(sum(each[3] for each in told)),
            ]
        )
        click.echo(" | ".join(rows[-1]))
    return rows


def sections(n: int, pool: ProcessPoolExecutor) -> Iterable[str]:
    """Return the tables, each with its heading; the posteriors get a third of the histories."""
    few = max(n // 3, 20)
    header = ["recordings", "coverage", "change shown", "as planned", "width, times"]
    for chosen, settings in (("the method was chosen on these", TUNED), ("and not on these", REPORTED)):
        yield f"### Ratio of rates, three-minute recordings: {chosen} ({n} each)\n"
        yield markdown(header, ratio_rows(settings, n, pool))
    yield f"### Rate of a stretch ({n} each)\n"
    yield markdown(["recordings", "coverage", "width, times"], stretch_rows(n, pool))
    yield f"### Recordings asked for to show a halving ({few} each)\n"
    yield markdown(["so far", "gave a number", "median", "then shown"], asked_rows(few, pool))
    yield f"### Felt difference, daily entries: coverage by correlation ({few} each)\n"
    yield markdown(["days", "0", "0.4", "0.8"], felt_rows(few, pool))
    columns = [
        f"{name}: {part}"
        for name in ("onset", "effect", "half-loss")
        for part in ("given", "coverage", "width")
    ]
    yield f"### Toxin cycle ({few} each)\n"
    header = ["cycle", *columns, "chance of none where none, %", "where a response, %"]
    yield markdown(header, toxin_rows(few, pool))
    yield f"### Recordings asked for in a cycle, after five ({few} each)\n"
    yield markdown(["measure", "asked", "median", "then given"], cycle_asked_rows(few, pool))
    yield f"### After surgery, as the priors say ({few} each)\n"
    header = [
        "recordings",
        "what remains: coverage",
        "likeliest pattern true",
        "mean chance given to it",
        "judged early",
    ]
    yield markdown(header, surgery_rows(few, pool))


@click.command()
@click.option("--histories", default=600, show_default=True, help="Histories for each row.")
@click.option("--quick", is_flag=True, help="A first look: 60 histories a row.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section is filled.")
def main(histories: int, quick: bool, jobs: int, out: Path | None) -> None:
    """Check the course on simulated histories."""
    with ProcessPoolExecutor(jobs) as pool:
        tables = list(sections(60 if quick else histories, pool))
    command = f"python -m benchmarks.course {'--quick' if quick else f'--histories {histories}'}"
    text = "\n".join([provenance(command), *tables])
    if out:
        publish(out, "course", text)
    else:
        click.echo(text)


if __name__ == "__main__":
    main()
