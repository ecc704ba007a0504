"""Records for the report, made for tests and for the picture in the docs: simulated, nobody's."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from reads import measurement, recording, spasms, stored
from result_fixture import make_measures

from facialis.measures.toxin import remaining
from facialis.record import Moment, moment
from facialis.record.counting import Read
from facialis.record.gathering import gather
from facialis.record.types import DiaryEntry, Questionnaire, Site, Treatment
from facialis.report.doctor.kept import Kept
from facialis.types import Event

ZONE = "Europe/Berlin"
MADE = moment("2026-11-24 18:00", ZONE)
START = date(2026, 1, 5)
INJECTIONS = (24, 133, 246)
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
