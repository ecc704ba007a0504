"""What a simulated year follows from: one patient, treatments on days, factors of a diary, recordings.

Light: nothing is simulated here. What cannot be, or contradicts itself, is refused in one sentence.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import get_args

from facialis.errors import SettingsError
from facialis.simulate.emg import EmgSettings
from facialis.simulate.lesion import find_cause
from facialis.simulate.patient import Patient
from facialis.simulate.spikes import SpikeSettings
from facialis.simulate.treatments import Treatment, check_treatments
from facialis.simulate.triggers import TRIGGERS, TriggerName

MOST_DAYS = 3660
DAY_TRIGGERS: tuple[TriggerName, ...] = tuple(
    name for name in get_args(TriggerName) if TRIGGERS[name].log_rate > 0
)
"""Triggers that last a day: they make axons readier. The others are movements, or moments."""
MILD = Patient(
    severity=0.45,
    minutes=1.5,
    axons=100,
    spikes=SpikeSettings(noise_hz=3000.0, field_hz=3e5),
    emg=EmgSettings(noise_uv=15.0),
)
"""A lesion not quite half-way, with many small twitches, and electrodes put on at home (all assumed). In a
full lesion spasms are so strong that what toxin leaves of them still stands out of the noise: their number in
the EMG does not fall."""


@dataclass(frozen=True)
class Factor:
    """Something the diary asks for, noted from 0 to 10. SettingsError where a value cannot be.

    `acts_as` is the trigger it is for this patient, in proportion to what is noted, at its full strength at
    10, to which this patient answers `sensitivity` times as strongly as the trigger's usual size says; None
    for a factor that does nothing. It is there on a `share` of the days, drawn so that one day and
    the next correlate by `lasting`, and then noted as a whole number from `weakest` to `strongest`.
    """

    name: str
    acts_as: TriggerName | None = None
    share: float = 0.4
    lasting: float = 0.0
    weakest: int = 3
    strongest: int = 9
    sensitivity: float = 1.0

    def __post_init__(self) -> None:
        if not self.name.strip() or set(self.name) & set('=;:,"\n'):
            raise SettingsError(f"{self.name!r} cannot be the name of a trigger; use plain words.")
        if self.acts_as is not None and self.acts_as not in DAY_TRIGGERS:
            raise SettingsError(
                f"{self.acts_as!r} is no trigger of a whole day; use one of {', '.join(DAY_TRIGGERS)}."
            )
        if not 0 < self.share < 1:
            raise SettingsError(
                f"The share of days with {self.name} is {self.share:g}; use above 0 to below 1."
            )
        if not 0 <= self.lasting < 1:
            raise SettingsError(f"{self.name} lasts by {self.lasting}; use 0, up to below 1.")
        if not 1 <= self.weakest <= self.strongest <= 10:
            raise SettingsError(f"{self.name} is noted from 1 to 10, the weakest before the strongest.")
        if not 0 < self.sensitivity <= 4:
            raise SettingsError(f"Sensitivity to {self.name} is {self.sensitivity}; use above 0, up to 4.")


@dataclass(frozen=True)
class DiaryHabits:
    """How the patient keeps the diary. SettingsError where a value cannot be. All assumed.

    `noted` is the share of days with an entry, days of a recording apart: who records also writes. Entries
    come in runs (`lasting`), and a day that felt a point worse is `selective` times as likely to get one.
    `left_out` is the share of numbers left empty. `felt` is the felt strength of a usual day without
    treatment, 0 to 10; it grows with the time in visible spasm to the power `exponent` (Stevens' law), by
    `mood_weight` for each point of worse mood, and scatters by `scatter` points.
    """

    noted: float = 0.4
    lasting: float = 0.5
    selective: float = 1.2
    left_out: float = 0.05
    felt: float = 6.0
    exponent: float = 0.7
    mood_weight: float = 0.3
    scatter: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.noted <= 1:
            raise SettingsError(f"The diary is kept on {self.noted} of the days; use 0 to 1.")
        if not (0 <= self.lasting < 1 and self.selective > 0 and 0 <= self.left_out < 1):
            raise SettingsError("Entries last from 0 to below 1, are selective above 0, left out below 1.")
        if not (0 < self.felt <= 10 and 0 < self.exponent <= 2):
            raise SettingsError("Felt strength needs a usual value above 0, to 10, and an exponent up to 2.")
        if not (0 <= self.mood_weight <= 2 and 0 <= self.scatter <= 5):
            raise SettingsError("Mood weighs 0 to 2 points, and the diary scatters by 0 to 5.")


FACTORS = (
    Factor("stress", "stress", share=0.4, lasting=0.5, weakest=6, strongest=10, sensitivity=0.8),
    Factor("coffee", share=0.6, weakest=2, strongest=6),
    Factor("screen", share=0.5, lasting=0.3),
    Factor("cold", share=0.35, lasting=0.6),
)
"""One that is real, and three that do nothing in this patient. With stress at 10 spasms come 1.2 to 2 times
as often as without, as in patients (physiology: acceptance test T13)."""


@dataclass(frozen=True)
class Course:
    """A year, or as many `days`, of one patient. SettingsError where something contradicts itself.

    `patient` is whom it is about and how long a recording is; its seed is that of everything. Treatments
    lie on days 0 to `days` - 1. Recordings are made about every `every_days` days, or on `recording_days`.
    From day to day the axons' readiness varies by `spread` (a standard deviation, natural logarithm), one
    day and the next correlating by `lasting` (both assumed). With `film` the face is filmed, too.
    """

    patient: Patient = MILD
    start: date = date(2025, 1, 6)
    days: int = 365
    every_days: float = 7.0
    recording_days: tuple[int, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    factors: tuple[Factor, ...] = FACTORS
    diary: DiaryHabits = field(default_factory=DiaryHabits)
    spread: float = 0.2
    lasting: float = 0.4
    film: bool = False

    def __post_init__(self) -> None:
        if not 2 <= self.days <= MOST_DAYS:
            raise SettingsError(f"A course of {self.days} days cannot be simulated; use 2 to {MOST_DAYS}.")
        if not 1 <= self.every_days <= self.days:
            raise SettingsError(
                f"A recording every {self.every_days:g} days cannot be in a course of {self.days}; "
                f"use 1 to {self.days}."
            )
        if not (0 <= self.spread <= 1 and 0 <= self.lasting < 1):
            raise SettingsError("From day to day readiness varies by 0 to 1 and lasts by 0 to below 1.")
        plain = replace(self.patient, treatments=(), triggers=(), day=0.0, take=0, readiness=0.0)
        if self.patient != plain:
            raise SettingsError(
                "The patient of a course has no day, triggers or treatments; give them to the course."
            )
        _check_days(self.recording_days, self.days)
        names = [factor.name for factor in self.factors]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise SettingsError(f"The trigger {twice} is given twice; give it once.")
        _check_treatments(self)


def _check_days(recording_days: tuple[int, ...], days: int) -> None:
    outside = [day for day in recording_days if not 0 <= day < days]
    if outside:
        raise SettingsError(f"A recording on day {outside[0]} lies outside the course; use 0 to {days - 1}.")
    if list(recording_days) != sorted(set(recording_days)):
        raise SettingsError("Days of recordings must rise; give each day once.")


def _check_treatments(course: Course) -> None:
    """Raise SettingsError where treatments lie outside the course or contradict each other."""
    for treatment in course.treatments:
        if not 0 <= treatment.day < course.days:
            raise SettingsError(
                f"The {treatment.kind} on day {treatment.day:g} lies outside the course; "
                f"use day 0 to {course.days - 1}."
            )
    check_treatments(course.treatments, find_cause(course.patient.cause))
