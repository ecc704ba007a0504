"""What the simulated patient writes down: a diary with gaps, and totals of a questionnaire.

What is felt follows the time in visible spasm by a power law, and mood; it is not a measure of it. In
patients diaries followed mood, not the clinician's score (10.1002/brb3.2023).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from facialis.simulate.course import Course
from facialis.simulate.course_days import Day, lingering, recordings_of
from facialis.simulate.course_rates import Rates, TrueYear
from facialis.types import FloatArray

_FELT, _ENTRIES, _CELLS, _TOTALS = 61, 62, 63, 64
_MOOD_MEAN = 6.0
_TOTAL_EVERY = 60
_LATE = 0.05
"""Share of entries written after midnight, which belong to the day before."""


@dataclass(frozen=True)
class Entry:
    """One entry: when it was written, the day it is about, and what was told; None where it was left out."""

    when: datetime
    day: int
    spasms: float | None
    bother: float | None
    triggers: Mapping[str, float]
    sleep_h: float | None
    mood: float | None


@dataclass(frozen=True)
class Total:
    """The total of a questionnaire on a day."""

    when: datetime
    name: str
    total: int


def felt_points(course: Course, shown: float, usual: float) -> float:
    """Return the felt strength, 0 to 10, of this share of the time in spasm, mood and chance apart."""
    times = shown / usual if usual > 0 else 0.0
    return float(min(10.0, course.diary.felt * times**course.diary.exponent))


def felt_of(course: Course, days: Sequence[Day], rates: Sequence[Rates], usual: float) -> FloatArray:
    """Return what each day felt like before anything is rounded or left out, (days,), 0 to 10."""
    habits, rng = course.diary, np.random.default_rng([course.patient.seed, _FELT])
    scatter = habits.scatter * rng.standard_normal(len(days))
    strength = np.array([felt_points(course, rate.shown_share, usual) for rate in rates])
    mood = np.array([day.mood for day in days])
    return np.clip(strength + habits.mood_weight * (_MOOD_MEAN - mood) + scatter, 0, 10)


def diary_of(course: Course, days: Sequence[Day], year: TrueYear) -> tuple[Entry, ...]:
    """Return the entries, in the order of time: whole numbers, some left out, more of them on bad days."""
    felt = felt_of(course, days, year.days, year.response.usual.shown_share)
    rng = np.random.default_rng([course.patient.seed, _CELLS])
    bothered = felt + 0.3 * (_MOOD_MEAN - np.array([day.mood for day in days]))
    bothered += rng.standard_normal(len(days))
    entries = []
    recorded = {each.day for each in recordings_of(course, tuple(days))}
    for number in _noted(course, felt, recorded):
        day, cells = days[number], np.random.default_rng([course.patient.seed, _CELLS, number + 1])
        left_out = cells.random(5) < course.diary.left_out
        told = [
            None if out else value
            for value, out in zip(
                (
                    _whole(felt[number]),
                    _whole(bothered[number]),
                    round(2 * day.sleep_h) / 2,
                    _whole(day.mood),
                ),
                left_out,
                strict=False,
            )
        ]
        entries.append(
            Entry(
                _written(day, cells),
                number,
                told[0],
                told[1],
                {} if left_out[4] else dict(day.strengths),
                told[2],
                told[3],
            )
        )
    return tuple(entry for entry in entries if entry.triggers or entry.spasms is not None)


def totals_of(course: Course, days: Sequence[Day], year: TrueYear) -> tuple[Total, ...]:
    """Return totals of HFS-7, 0 to 28, every two months: what the two weeks before felt like (assumed)."""
    felt = felt_of(course, days, year.days, year.response.usual.shown_share)
    rng = np.random.default_rng([course.patient.seed, _TOTALS])
    made = []
    for day in range(min(14, len(days) - 1), len(days), _TOTAL_EVERY):
        total = 2.3 * float(felt[max(0, day - 14) : day + 1].mean()) + rng.normal(0, 1.5)
        when = datetime.combine(days[day].date, time(20))
        made.append(Total(when, "hfs-7", int(np.clip(round(total), 0, 28))))
    return tuple(made)


def _noted(course: Course, felt: FloatArray, recorded: set[int]) -> list[int]:
    """Return the days with an entry: those of the highest score, of lingering chance and how it felt."""
    habits, rng = course.diary, np.random.default_rng([course.patient.seed, _ENTRIES])
    score = lingering(len(felt), habits.lasting, rng) + np.log(habits.selective) * (felt - felt.mean())
    count = round(habits.noted * len(felt))
    noted = {int(day) for day in np.argsort(-score, kind="stable")[:count]}
    # Who records also writes.
    return sorted(noted | recorded) if count else []


def _written(day: Day, rng: np.random.Generator) -> datetime:
    late = rng.random() < _LATE
    minutes = int(rng.integers(5, 120)) + (24 * 60 if late else 21 * 60)
    return datetime.combine(day.date, time(0)) + timedelta(minutes=minutes)


def _whole(value: float) -> float:
    return float(np.clip(round(float(value)), 0, 10))
