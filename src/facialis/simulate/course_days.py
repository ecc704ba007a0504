"""The days of a simulated year, as they are drawn: factors, good and bad days, mood, sleep, recordings.

Pure: the same course gives the same days. Each kind of draw has its own numbers, so that one more factor
does not change the recordings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np
from scipy.special import ndtri

from facialis.simulate.course import Course, Factor
from facialis.simulate.patient import Patient
from facialis.simulate.triggers import TRIGGERS, Trigger
from facialis.types import FloatArray

EVENING = 0.75
"""When the patient records, and what a day's rate is of: six in the evening, as a share of the day."""
_READINESS, _FACTOR, _MOOD, _SLEEP, _WHEN = 51, 52, 53, 54, 55
_MOOD_MEAN, _MOOD_SD, _MOOD_LASTS = 6.0, 1.5, 0.5
_SLEEP_H, _SLEEP_SD_H = 7.2, 0.9


@dataclass(frozen=True)
class Day:
    """One day: how strongly each factor is noted (0 to 10), the axons' readiness, mood (0 to 10), sleep."""

    day: int
    date: date
    strengths: Mapping[str, float]
    readiness: float
    mood: float
    sleep_h: float


@dataclass(frozen=True)
class PlannedRecording:
    """A recording of the year: its name without a suffix, its day, when it begins, and what it is of."""

    name: str
    day: int
    when: datetime
    patient: Patient


def days_of(course: Course) -> tuple[Day, ...]:
    """Return the days of the course, first to last."""
    n, seed = course.days, course.patient.seed
    readiness = course.spread * lingering(n, course.lasting, np.random.default_rng([seed, _READINESS]))
    mood = _MOOD_MEAN + _MOOD_SD * lingering(n, _MOOD_LASTS, np.random.default_rng([seed, _MOOD]))
    sleep = _SLEEP_H + _SLEEP_SD_H * np.random.default_rng([seed, _SLEEP]).standard_normal(n)
    strengths = {
        factor.name: _strengths(factor, n, np.random.default_rng([seed, _FACTOR, number]))
        for number, factor in enumerate(course.factors)
    }
    return tuple(
        Day(
            day,
            course.start + timedelta(day),
            {name: float(values[day]) for name, values in strengths.items()},
            float(np.clip(readiness[day], -3, 3)),
            float(np.clip(mood[day], 0, 10)),
            float(np.clip(sleep[day], 2, 12)),
        )
        for day in range(n)
    )


def lingering(n: int, correlation: float, rng: np.random.Generator) -> FloatArray:
    """Return n standard normal values, each correlated with the last."""
    values = rng.standard_normal(n)
    for i in range(1, n):
        values[i] = correlation * values[i - 1] + np.sqrt(1 - correlation**2) * values[i]
    return values


def _strengths(factor: Factor, n: int, rng: np.random.Generator) -> FloatArray:
    there = lingering(n, factor.lasting, rng) > -float(ndtri(factor.share))
    noted: FloatArray = np.where(there, rng.integers(factor.weakest, factor.strongest + 1, n), 0).astype(
        float
    )
    return noted


def triggers_on(course: Course, day: Day) -> tuple[Trigger, ...]:
    """Return the triggers that act all through a recording of that day; of two of a name the stronger."""
    acting: dict[str, Trigger] = {}
    for factor in course.factors:
        strength = day.strengths[factor.name] / 10
        if factor.acts_as is not None and strength > 0:
            known = acting.get(factor.acts_as)
            if known is None or known.strength < strength:
                acting[factor.acts_as] = Trigger(factor.acts_as, strength=strength)
    return tuple(acting.values())


def readiness_on(course: Course, day: Day) -> float:
    """Return the axons' readiness on a day, with what this patient's own sensitivity adds to its triggers."""
    more = sum(
        (factor.sensitivity - 1) * TRIGGERS[factor.acts_as].log_rate * day.strengths[factor.name] / 10
        for factor in course.factors
        if factor.acts_as is not None
    )
    return float(np.clip(day.readiness + more, -3, 3))


def recordings_of(course: Course, days: tuple[Day, ...]) -> tuple[PlannedRecording, ...]:
    """Return the recordings of the course, in the order of time."""
    rng = np.random.default_rng([course.patient.seed, _WHEN])
    made = []
    for day in course.recording_days or _about_every(course, rng):
        minute = int(np.random.default_rng([course.patient.seed, _WHEN, day + 1]).integers(-90, 91))
        when = datetime.combine(days[day].date, time(18)) + timedelta(minutes=minute)
        patient = replace(
            course.patient,
            triggers=triggers_on(course, days[day]),
            treatments=course.treatments,
            day=day + EVENING,
            take=day + 1,
            readiness=readiness_on(course, days[day]),
        )
        made.append(PlannedRecording(f"day-{day:04d}", day, when, patient))
    return tuple(made)


def _about_every(course: Course, rng: np.random.Generator) -> list[int]:
    """Return days a step apart, each up to a quarter of the step off; no day twice."""
    at = np.arange(course.every_days / 2, course.days, course.every_days)
    off = rng.uniform(-0.25, 0.25, at.size) * course.every_days
    return sorted({int(day) for day in np.clip(at + off, 0, course.days - 1)})
