"""Records for the report, made for tests and for the picture in the docs: simulated, nobody's."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from reads import measurement, recording, spasms, stored
from result_fixture import make_measures

from facialis.measures import history as plain
from facialis.measures.around import Around, Span
from facialis.measures.course import Change
from facialis.measures.overview import Course, Now
from facialis.measures.toxin import ToxinCourse, ToxinCycle, remaining
from facialis.measures.trigger_answers import CannotTellYet, Effect, NoDifference, TriggerReport
from facialis.record import Moment, moment
from facialis.record.counting import Read
from facialis.record.gathering import gather
from facialis.record.types import DiaryEntry, Questionnaire, Site, Treatment
from facialis.report.doctor.content import Block, Figure, Paragraph, Points, Quotes, Report
from facialis.report.doctor.kept import Found, Kept, Wishes
from facialis.report.doctor.writing import write
from facialis.types import Event, Measure

ZONE = "Europe/Berlin"
MADE = moment("2026-11-24 18:00", ZONE)
START = date(2026, 1, 5)
INJECTIONS = (24, 133, 246)
MORE = "Cannot tell yet about coffee: about 14 more days with it and 9 without. So far: nothing."
NOTES = (
    "Bad day after a long meeting, the eye kept shutting while I read.",
    "Nearly quiet. Smiled for a photo without thinking of it.",
    "It comes back, first around the eye, now the corner of the mouth pulls too.",
    "Slept badly. Somebody asked whether I was winking.",
)


def at(day: float, hour: int = 12) -> Moment:
    """A moment of the made year."""
    return moment(f"{START + timedelta(days=int(day))} {hour:02}:00", ZONE)


def twitches(count: int, seconds: float, rng: np.random.Generator) -> list[Event]:
    onsets = np.sort(rng.uniform(1, seconds - 1, count))
    return spasms([float(onset) for onset in onsets])


def left_of_it(day: float) -> float:
    """What is left of the baseline on a day of the made year."""
    share = 1.0
    for injection in INJECTIONS:
        if day > injection:
            curve = remaining(np.array([[5.0, 0.86, 74.0, 9.0]]), np.array([day - injection]))
            share *= float(curve[0, 0])
    return share


def made(
    kept_reads: list[Read], entries: list[DiaryEntry], treatments: list[Treatment], **more: object
) -> Kept:
    """A record of these, as it would be read."""
    gathered = gather(kept_reads, entries, treatments)
    rates = gathered.rates
    n = max(rates.values(), key=lambda r: r.when).count if rates else 0
    kept = Kept(
        MADE,
        tuple(r.recording for r in kept_reads),
        {r.recording.id: r.measurement for r in kept_reads},
        rates,
        make_measures("left", 180.0, n) if kept_reads else (),
        tuple(entries),
        tuple(treatments),
        history=gathered.history,
        side=gathered.side,
        side_from=gathered.side_from,
        notes=gathered.notes,
    )
    return replace(kept, **more)  # type: ignore[arg-type]


def reads_on(days: list[int], seed: int = 3, seconds: float = 180.0, simulated: bool = True) -> list[Read]:
    """Recordings of the made year on these days."""
    rng = np.random.default_rng(seed)
    found = []
    for number, day in enumerate(days, start=1):
        mean = 9.0 * left_of_it(day) * float(rng.gamma(8, 1 / 8)) * seconds / 60
        events = twitches(int(rng.poisson(mean)), seconds, rng)
        told = measurement(number, "left", seconds)
        told = replace(told, recording=replace(told.recording, simulated=simulated))
        found.append(Read(recording(number, at(day, 10)), told, stored(events)))
    return found


def entries_on(days: list[int], seed: int = 4) -> list[DiaryEntry]:
    """A diary of the made year in which stress makes a difference and coffee does not."""
    rng = np.random.default_rng(seed)
    found = []
    for n, day in enumerate(days):
        stress, coffee, screen = (
            float(rng.random() < 0.4),
            float(rng.integers(0, 3)),
            float(rng.random() < 0.5),
        )
        felt = 1 + 5.5 * left_of_it(day) + 1.8 * stress + float(rng.normal(0, 1.0))
        found.append(
            DiaryEntry(
                at(day, 21),
                spasms=float(np.clip(round(felt), 0, 10)),
                bother=float(np.clip(round(felt + rng.normal(0, 1)), 0, 10)),
                triggers={"stress": stress, "coffee": coffee, "screen": screen},
                sleep_h=float(np.clip(round(rng.normal(7, 1), 1), 3, 10)),
                note=NOTES[n // 9 % len(NOTES)] if n % 9 == 0 else "",
                day=START + timedelta(days=day),
                id=n + 1,
            )
        )
    return found


def toxin(day: int, name: str = "Botox") -> Treatment:
    sites = tuple(Site("orbicularis oculi", "left", 5.0) for _ in range(4))
    return Treatment("toxin", name, at(day), units=20.0, dilution_ml_per_100_u=2.0, sites=sites)


def year(simulated: bool = True) -> Kept:
    """A simulated year with three injections, a recording a week and a diary on every other day."""
    rng = np.random.default_rng(1)
    days = [int(d) for d in np.unique(np.clip(np.arange(0, 318, 7) + rng.integers(-2, 3, 46), 0, 320))]
    diary = [int(d) for d in np.flatnonzero(rng.random(320) < 0.45)]
    totals = (
        Questionnaire("hfs-7", at(20), 17),
        Questionnaire("hfs-7", at(60), 6),
        Questionnaire("hfs-7", at(300), 12),
    )
    return made(
        reads_on(days, simulated=simulated),
        entries_on(diary),
        [toxin(day) for day in INJECTIONS],
        questionnaires=totals,
    )


def nothing() -> Kept:
    """A record with nothing in it."""
    return made([], [], [])


# A small record with known numbers, for the golden test


def number(
    name: str, value: float | None, low: float | None = None, high: float | None = None, unit: str = "times"
) -> Measure:
    """A measure as the statistics give it, or without a value and with a reason."""
    reason = "not enough data: needs about 3 more recordings" if value is None else ""
    return Measure(name, name, None, value, low, high, unit, 5, 900.0, reason=reason)


def small() -> Kept:
    """Five recordings, four diary days, one injection and a drug, all by hand."""
    counts = ((2, 24, 180.0), (16, 30, 180.0), (40, 4, 180.0), (60, 6, 120.0), (82, 11, 180.0))
    found = []
    for number_, (day, count, seconds) in enumerate(counts, start=1):
        onsets = [float(t) for t in np.linspace(2, seconds - 2, count)]
        told = measurement(number_, "left", seconds, probability=0.99)
        told = replace(told, recording=replace(told.recording, simulated=False))
        found.append(Read(recording(number_, at(day, 10)), told, stored(spasms(onsets))))
    entries = [
        DiaryEntry(
            at(day, 21),
            spasms=felt,
            bother=felt,
            triggers={"stress": 1.0},
            note=note,
            day=at(day).local.date(),
        )
        for day, felt, note in (
            (3, 7.0, ""),
            (15, 6.0, "Could not read on the train."),
            (45, 2.0, ""),
            (81, 3.0, "Almost forgot it."),
        )
    ]
    drug = Treatment("drug", "Clonazepam", at(50), dose=0.5, dose_unit="mg", until=at(70))
    return made(found, entries, [toxin(20), drug], questionnaires=(Questionnaire("hfs-7", at(80), 9),))


def small_found() -> Found:
    """What statistics could say of it; the numbers are made up."""
    change = Change(
        number("rate_before", 9.0, 6.1, 13.2, "1/min"),
        number("rate_after", 1.9, 0.8, 4.4, "1/min"),
        number("rate_ratio", 0.214, 0.091, 0.502),
        number("smallest_fall", 0.41),
        number("smallest_rise", 2.6),
        number("felt_difference", -4.1, -5.6, -2.04, "of 10"),
        number("smallest_felt", 2.2, unit="of 10"),
        number("closure_difference", None, unit="% of the other eye"),
    )
    injection = plain.Treatment(at(20).local.date(), "toxin", "Botox")
    before = Span(date(2026, 1, 5), date(2026, 1, 24))
    last = Around(injection, before, Span(date(2026, 2, 8), date(2026, 3, 22)), change)
    rate = number("rate_now", 3.3, 0.9, 12.1, "1/min")
    cycle = ToxinCycle(
        injection,
        number("onset_day", 5.1, 2.0, 8.9, "days"),
        number("plateau_effect", 82.0, 70.4, 91.0, "% of the baseline"),
        number("half_loss_week", None, unit="weeks"),
        number("no_response", 0.1, unit="%"),
        change.closure_difference,
    )
    toxin_ = ToxinCourse(number("toxin_baseline", 9.0, 7.0, 11.0, "1/min"), (cycle,), ())
    days = ("felt", "same day")
    answers = (
        CannotTellYet("coffee", *days, 14, 9, 0.4, -1.2, 2.0, MORE),  # type: ignore[arg-type]
        NoDifference("screen", *days, 0.05, -0.4, 0.5, 20, 20, ""),  # type: ignore[arg-type]
        Effect("stress", *days, 1.62, 0.58, 2.66, 0.01, 20, 30, ""),  # type: ignore[arg-type]
        Effect("stress", "rate", "next day", 1.71, 1.2, 2.4, 0.02, 20, 30, ""),
    )
    latest = Span(date(2026, 3, 1), date(2026, 3, 28))
    now = Now(latest, rate, number("felt_now", None, unit="of 10"), number("bother_now", None, unit="of 10"))
    course = Course(now, (last,), (toxin_,), None)
    return Found(course, TriggerReport(answers, {"felt": 50}, {"felt": 0.3}, ()))


def as_text(report: Report) -> str:
    """The content as text, a line a piece, without pictures."""
    lines = [report.title, report.banner, *report.about, ""]
    lines += [f"{each.question}: {each.words}" for each in report.answers]
    for section in report.sections:
        lines += ["", f"# {section.heading}{' (new page)' if section.new_page else ''}"]
        for block in section.blocks:
            lines += _lines(block)
    return "\n".join([*lines, "", report.footer, ""])


def _lines(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Points):
        return [f"* {item}" for item in block.items]
    if isinstance(block, Quotes):
        return [f"{when}: “{said}”" for when, said in block.items]
    if isinstance(block, Figure):
        return [f"[{block.alternative}]", block.caption]
    rows = [" | ".join(row) for row in (block.columns, *block.rows)]
    return [f"{block.caption}:", *rows, block.note]


if __name__ == "__main__":
    print(as_text(write(small(), small_found(), Wishes("A. B.", "spring 2019"))), end="")
