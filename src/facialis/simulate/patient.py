"""One patient, one day, one recording: cause, triggers and treatments become spikes, EMG, face and truth.

Importing this module imports numba. `simulate_patient` is pure: the same patient gives the same recording.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import DEFAULT_CAUSE, Cause, CauseName
from facialis.simulate.axons import Axons, LesionSpikes
from facialis.simulate.depth import DEPTHS, at_severity, at_vessel, of_vessel
from facialis.simulate.emg import EmgSettings
from facialis.simulate.innervation import facial_axons
from facialis.simulate.lesion import Lesion, find_cause, lesion
from facialis.simulate.muscle import MuscleActivity, MuscleSettings, simulate_muscles
from facialis.simulate.performance import Contraction
from facialis.simulate.recruitment import ordered_spikes
from facialis.simulate.spikes import SpikeSettings, fire
from facialis.simulate.treatments import Healing, OnDay, Treatment, check_treatments, on_day, without_effect
from facialis.simulate.triggers import Habits, Trigger, check_schedule, excitability, meant_movements
from facialis.simulate.volleys import Excitability
from facialis.types import SIDES, Side

_OTHER_NERVE = 2**32
"""Added to the seed for the healthy nerve, so that it is not the sick one's mirror image."""


@dataclass(frozen=True)
class Patient:
    """All that a recording follows from. SettingsError where something is impossible or contradictory.

    `cause` by its name or as fields; `severity` is how far it has come, 0 (healthy) to 1 (as the cause says).
    `side` is the patient's sick side. `triggers` lie in the seconds of the recording, `treatments` on days,
    and the recording is made on `day`. `nucleus_gain` as in `spikes.fire`; `axons` stand for all of a nerve.
    `seed` draws the nerve and places the electrodes, `take` tells recordings of the same nerve apart.
    `readiness` is how much more readily than usual the axons fire on that day (natural logarithm).
    `healing` is how this patient heals after a decompression; `upper_at_vessel` as in `facial_axons`.
    """

    cause: CauseName | Cause = DEFAULT_CAUSE
    side: Side = "left"
    severity: float = 1.0
    minutes: float = 3.0
    triggers: tuple[Trigger, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    day: float = 0.0
    nucleus_gain: float = 0.0
    seed: int = 1
    axons: int = 300
    beat_s: float = 1.0
    habits: Habits = field(default_factory=Habits)
    spikes: SpikeSettings = field(default_factory=SpikeSettings)
    take: int = 0
    readiness: float = 0.0
    emg: EmgSettings = field(default_factory=EmgSettings)
    healing: Healing = field(default_factory=Healing)
    upper_at_vessel: float = 1.0

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise SettingsError(f"side is {self.side!r}; use left or right.")
        if not 0 <= self.severity <= 1:
            raise SettingsError(f"severity is {self.severity}; use 0 (healthy) to 1.")
        if not 0.02 <= self.minutes <= 60:
            raise SettingsError(f"A recording of {self.minutes} minutes cannot be simulated; use 0.02 to 60.")
        if not np.isfinite(self.day):
            raise SettingsError("The day of the recording must be a number.")
        if not (isinstance(self.seed, int) and 0 <= self.seed < _OTHER_NERVE):
            raise SettingsError(f"seed is {self.seed}; use a whole number from 0 to {_OTHER_NERVE - 1}.")
        if not (isinstance(self.take, int) and 0 <= self.take < _OTHER_NERVE):
            raise SettingsError(f"take is {self.take}; use a whole number from 0 to {_OTHER_NERVE - 1}.")
        if not -1 <= self.upper_at_vessel <= 1:
            raise SettingsError(f"upper_at_vessel is {self.upper_at_vessel}; use -1 to 1.")
        if not 0.2 <= self.beat_s <= 5:
            raise SettingsError(f"beat_s is {self.beat_s}; use 0.2 to 5.")
        if not -3 <= self.readiness <= 3:
            raise SettingsError(f"readiness is {self.readiness}; use -3 to 3.")
        check_schedule(self.triggers, self.duration_s)
        self.today()
        check_treatments(self.treatments, find_cause(self.cause))

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return 60 * self.minutes

    def today(self) -> OnDay:
        """Return what cause, severity and treatments make of the patient on the day of the recording."""
        cause = at_vessel(find_cause(self.cause), self.severity)
        return on_day(cause, self.nucleus_gain, self.treatments, self.day, self.side, self.healing)

    def idle(self) -> tuple[Treatment, ...]:
        """Return the treatments that change nothing on the day of the recording."""
        cause = at_vessel(find_cause(self.cause), self.severity)
        return without_effect(self.treatments, cause, self.nucleus_gain, self.day)


@dataclass(frozen=True)
class PatientActivity:
    """A simulated recording with all on the way to it. `axons` and `spikes` are of both nerves, by side."""

    patient: Patient
    today: OnDay
    lesion: Lesion
    axons: dict[Side, Axons]
    spikes: dict[Side, LesionSpikes]
    movements: tuple[Contraction, ...]
    muscles: MuscleActivity


def layers(today: OnDay, severity: float) -> tuple[Lesion, ...]:
    """Return the lesion from the vessel to the nerve's far side."""
    shares = [of_vessel(severity, depth) for depth in DEPTHS]
    found: dict[float, Lesion] = {}
    for share in shares:
        if share not in found:
            found[share] = healing(
                lesion(at_severity(today.cause, share), today.sodium_block), today.membrane
            )
    return tuple(found[share] for share in shares)


def healing(found: Lesion, membrane: float) -> Lesion:
    """Return the lesion after this share of its membrane, 0 to 1, has recovered.

    The tables hold injured membrane only. What fires of itself and goes on firing falls in proportion to what
    is still injured (assumed).
    """
    return replace(found, kick=(1 - membrane) * found.kick, train=(1 - membrane) * found.train)


def simulate_patient(patient: Patient, progress: Callable[[float], None] | None = None) -> PatientActivity:
    """Return one recording of a patient; `progress` is called with the share done, 0 to 1.

    Both eyes blink by the same order, which on the sick side passes the lesion.
    """
    tell = progress or (lambda _: None)
    today, duration_s = patient.today(), patient.duration_s
    other: Side = "right" if patient.side == "left" else "left"
    sick = facial_axons(today.cause, patient.axons, patient.side, patient.seed, patient.upper_at_vessel)
    healthy = facial_axons("none", patient.axons, other, patient.seed + _OTHER_NERVE)
    movements = meant_movements(patient.triggers, duration_s, patient.habits, patient.seed, patient.take)
    ordered, calm = (
        ordered_spikes(axons, movements, duration_s, patient.seed, patient.take) for axons in (sick, healthy)
    )
    tell(0.1)
    found = layers(today, patient.severity)
    spikes = fire(
        sick,
        found,
        duration_s,
        excitability=_excitability(patient, found[0].slope_per_mv),
        nucleus_gain=today.nucleus_gain,
        seed=patient.seed,
        beat_s=patient.beat_s,
        settings=patient.spikes,
        ordered=ordered,
        take=patient.take,
    )
    tell(0.5)
    muscles = simulate_muscles(
        [(sick, spikes), (healthy, calm)],
        movements,
        MuscleSettings(block=today.block, emg=patient.emg),
        patient.seed,
        patient.take,
    )
    tell(1.0)
    return PatientActivity(
        patient,
        today,
        found[0],
        {patient.side: sick, other: healthy},
        {patient.side: spikes, other: calm},
        movements,
        muscles,
    )


def _excitability(patient: Patient, slope_per_mv: float) -> Excitability:
    """Return how ready the axons are: the triggers', and that day's own."""
    made = excitability(patient.triggers, patient.duration_s, slope_per_mv, patient.beat_s)
    return replace(made, log_rate=made.log_rate + patient.readiness)
