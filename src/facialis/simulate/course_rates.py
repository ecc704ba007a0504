"""The true rate of every day of a simulated year, from reference recordings of the same patient.

A day's rate is what its recordings would hold on average. It is read off some simulated minutes: of the
patient untreated at several levels of readiness and with more blinks, and at the times at which treatments
change the nerve, all with the same random numbers. Between them it is interpolated, and the effects of
readiness, blinks, treatments and blocked junctions are multiplied. That is an approximation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facialis.simulate.course import Course, Factor
from facialis.simulate.course_days import EVENING, Day, readiness_on, triggers_on
from facialis.simulate.junction import Block
from facialis.simulate.labels import visible_events
from facialis.simulate.motion import MotionSettings, activation, levator_tone
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.performance import NerveEvent, TrueEvent, grouped
from facialis.simulate.treatments import DRUGS, OnDay, Treatment
from facialis.simulate.triggers import TRIGGERS
from facialis.types import FloatArray

REFERENCE_MIN, REFERENCES = 1.5, 2
"""Length of a reference recording, and how many are made of each state."""
LEVELS = (-0.4, 0.0, 0.4, 0.8)
"""Readiness of the reference recordings."""
MORE_BLINKS = 1.5
_TAKE = 1_000_000
_AFTER_SURGERY = (0.01, 5.0, 15.0, 30.0, 60.0, 120.0, 240.0)
_AFTER_DRUG = (0.01, 0.5, 1.5, 4.0)
_BLOCK_STEP = 0.05
_LEAST = np.array([0.5 / REFERENCE_MIN, 0.5 / REFERENCE_MIN, 1e-4])
"""Stands for a rate of 0 where its logarithm is taken: half an episode, some milliseconds."""


Activities = Mapping[float, Sequence[PatientActivity]]


@dataclass(frozen=True)
class Rates:
    """What a minute holds: episodes the nerve orders, episodes the face shows, the share of time it shows."""

    ordered_per_min: float
    shown_per_min: float
    shown_share: float

    def values(self) -> FloatArray:
        """Return the three as an array, (3,)."""
        return np.array([self.ordered_per_min, self.shown_per_min, self.shown_share])


@dataclass(frozen=True)
class Response:
    """How the untreated patient answers: `usual` rates, and what readiness (for each unit of its logarithm)
    and blinks (for each unit of the logarithm of their rate) add to the logarithm of the three, (3,)."""

    usual: Rates
    readiness: FloatArray
    blinks: FloatArray

    def times(self, readiness: float, blinks: float) -> FloatArray:
        """Return by how much the three are multiplied, (3,); `blinks` as a multiple of the usual rate."""
        return np.asarray(np.exp(self.readiness * readiness + self.blinks * np.log(blinks)))


@dataclass(frozen=True)
class TrueYear:
    """The response of the patient, and the rates of every day."""

    response: Response
    days: tuple[Rates, ...]


def true_year(
    course: Course,
    days: Sequence[Day],
    progress: Callable[[float], None] | None = None,
    reference: "Reference | None" = None,
) -> TrueYear:
    """Return the true rates of every day. `progress` is called with the share done, 0 to 1.

    `reference` is that of the same patient, made before (`reference_of`); without it one is made.
    """
    states = _times_of_change(course)
    work = _Work(progress, REFERENCES * (len(LEVELS) + 1) + len(states))
    reference = reference or reference_of(course.patient, work)
    left = _States(course, reference.usual, states, work)
    made = []
    for day in days:
        patient = _on(course, day.day + EVENING)
        readiness, blinks = _acting(course, day)
        values = reference.response.usual.values() * reference.response.times(readiness, blinks)
        values *= left.at(patient.day)
        values[1:] *= reference.shown_left(patient.today().block, readiness)
        made.append(Rates(*(float(value) for value in values)))
    return TrueYear(reference.response, tuple(made))


def rates_in(nerve: Sequence[NerveEvent], events: Sequence[TrueEvent], minutes: float) -> Rates:
    """Return what one recording of so many minutes holds, from its truth."""
    shown = [event for event in events if event.kind in ("twitch", "tonic")]
    return Rates(
        sum(event.kind == "episode" for event in nerve) / minutes,
        sum(event.kind == "episode" for event in events) / minutes,
        sum(event.duration_s for event in shown) / (60 * minutes),
    )


def factor_times(response: Response, factor: Factor, noted: float) -> FloatArray:
    """Return by how much a factor noted from 0 to 10 multiplies the three rates, (3,)."""
    if factor.acts_as is None:
        return np.ones(3)
    how, strength = TRIGGERS[factor.acts_as], noted / 10
    return response.times(factor.sensitivity * strength * how.log_rate, 1 + strength * (how.blinks - 1))


def _acting(course: Course, day: Day) -> tuple[float, float]:
    """Return the day's readiness with its triggers, and its blinks as a multiple of the usual."""
    readiness, blinks = readiness_on(course, day), 1.0
    for trigger in triggers_on(course, day):
        how = TRIGGERS[trigger.name]
        readiness += trigger.strength * how.log_rate
        blinks *= 1 + trigger.strength * (how.blinks - 1)
    return readiness, blinks


def _on(course: Course, at: float) -> Patient:
    return replace(course.patient, treatments=course.treatments, day=at, minutes=REFERENCE_MIN, take=_TAKE)


class _Work:
    """Counts reference recordings for the progress."""

    def __init__(self, progress: Callable[[float], None] | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def simulated(self, patient: Patient) -> PatientActivity:
        activity = simulate_patient(patient)
        self.done += 1
        if self.progress is not None:
            self.progress(min(1.0, self.done / self.total))
        return activity


def reference_of(patient: Patient, work: "_Work | None" = None) -> "Reference":
    """Simulate the untreated patient's reference recordings; return what follows from them."""
    work, patient = work or _Work(None, 1), replace(patient, minutes=REFERENCE_MIN)
    habits = patient.habits
    blinking = replace(habits, blinks_per_min=min(MORE_BLINKS * habits.blinks_per_min, 40.0))
    more = blinking.blinks_per_min / habits.blinks_per_min if habits.blinks_per_min > 0 else 1.0
    takes = [replace(patient, take=_TAKE + number) for number in range(REFERENCES)]
    by_level = {level: [work.simulated(replace(take, readiness=level)) for take in takes] for level in LEVELS}
    blinked = [work.simulated(replace(take, habits=blinking)) for take in takes]
    return Reference(by_level, _response(by_level, blinked, more))


def _response(by_level: Activities, blinked: Sequence[PatientActivity], more: float) -> Response:
    """Fit the logarithms of the rates by readiness and blinks, of which there are so many times `more`."""
    columns = np.array([[1.0, level, 0.0] for level in LEVELS] + [[1.0, 0.0, np.log(more)]])
    made = [*by_level.values(), blinked]
    values = np.array([_mean([_rates_of(each) for each in all_]) for all_ in made])
    fitted = np.linalg.lstsq(columns, np.log(np.maximum(values, _LEAST)), rcond=None)[0]
    usual = np.where(values.max(axis=0) > 0, np.exp(fitted[0]), 0.0)
    return Response(Rates(*map(float, usual)), fitted[1], fitted[2])


# Treatments that change the nerve


def _times_of_change(course: Course) -> list[float]:
    """Return times, in days, between which what the treatments do to the nerve may be interpolated."""
    times = {0.0, float(course.days)}
    for treatment in course.treatments:
        if treatment.kind == "toxin":
            continue
        after = _AFTER_DRUG if treatment.kind in DRUGS else _AFTER_SURGERY
        for begins in (treatment.day, treatment.until_day, treatment.shifted_on_day):
            if begins is not None:
                times |= {begins - 0.01, *(begins + days for days in after)}
    return sorted(time for time in times if 0 <= time <= course.days)


class _States:
    """What the treatments leave of the three rates through what they do to the nerve, over time."""

    def __init__(self, course: Course, usual: PatientActivity, times: Sequence[float], work: _Work) -> None:
        before = _rates_of(usual)
        known: list[tuple[OnDay, FloatArray]] = [(replace(usual.today, block={}), np.ones(3))]
        self.times, left = np.array(times), []
        for at in times:
            patient = _on(course, at)
            patient = replace(patient, treatments=_without_toxin(course.treatments))
            today = patient.today()
            same = next((values for state, values in known if state == today), None)
            if same is None:
                now = _rates_of(work.simulated(patient))
                same = np.where(before > 0, now / np.where(before > 0, before, 1.0), 0.0)
                known.append((today, same))
            left.append(same)
        self.left = np.array(left)

    def at(self, day: float) -> FloatArray:
        """Return what is left of the three rates, (3,)."""
        return np.array([np.interp(day, self.times, self.left[:, k]) for k in range(3)])


def _without_toxin(treatments: Sequence[Treatment]) -> tuple[Treatment, ...]:
    return tuple(treatment for treatment in treatments if treatment.kind != "toxin")


# Blocked junctions


class Reference:
    """What the untreated patient's reference recordings tell: the response, and what blocked junctions leave.

    The readier the axons, the larger the spasms, and the more of them are still seen.
    """

    def __init__(self, activities: Activities, response: Response) -> None:
        self.activities, self.response = activities, response
        self.usual = activities[0.0][0]
        self.known: dict[tuple[int, ...], FloatArray] = {}

    def shown_left(self, block: Block, readiness: float) -> FloatArray:
        """Return what is left of shown episodes and of their share of the time, (2,)."""
        side = self.usual.patient.side
        steps = tuple(round(block.get((side, muscle), 0.0) / _BLOCK_STEP) for muscle in NERVE_MUSCLES)
        now, whole = (
            np.array([np.interp(readiness, LEVELS, values[:, k]) for k in range(2)])
            for values in (self._by_level(steps), self._by_level((0,) * len(NERVE_MUSCLES)))
        )
        return np.minimum(np.where(whole > 0, now / np.where(whole > 0, whole, 1.0), 1.0), 1.0)

    def _by_level(self, steps: tuple[int, ...]) -> FloatArray:
        """Return both at each level of readiness, (levels, 2)."""
        if steps not in self.known:
            made = [self.activities[level] for level in LEVELS]
            self.known[steps] = np.array(
                [_mean([self._rates(each, steps) for each in all_]) for all_ in made]
            )
        return self.known[steps]

    def _rates(self, activity: PatientActivity, steps: tuple[int, ...]) -> FloatArray:
        """Return both with junctions of each muscle blocked by so many steps, as labels tell them, (2,)."""
        motion, side, muscles = MotionSettings(), activity.patient.side, activity.muscles
        tone = levator_tone(activity.movements, muscles.time_s)
        unmeant = {}
        for muscle, step in zip(NERVE_MUSCLES, steps, strict=True):
            whole = muscles.force[side, muscle] * (1 - _BLOCK_STEP * step)
            meant = whole - muscles.involuntary[side, muscle] * (1 - _BLOCK_STEP * step)
            shown, told = (activation(force, muscle, motion, tone) for force in (whole, meant))
            unmeant[muscle] = np.maximum(shown - told, 0.0)
        events = visible_events(side, unmeant)
        seconds = sum(event.duration_s for event in events)
        return np.array([len(grouped(events)), seconds / 60]) / activity.patient.minutes


def _mean(values: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.mean(values, axis=0))


def _rates_of(activity: PatientActivity) -> FloatArray:
    performance = activity.muscles.performance
    return rates_in(performance.nerve, performance.truth, activity.patient.minutes).values()
