"""Treatments as a schedule over days: what each makes of the lesion, the junctions and the nucleus on a day.

Constants are fits to published courses where a source is named, and assumed otherwise. No dose is modelled
and none is advised: an amount is the share of the largest effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import HEALTHY_PACKING, Cause
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.junction import Block
from facialis.simulate.performance import Muscle
from facialis.types import Side

TreatmentKind = Literal["decompression", "toxin", "carbamazepine", "clonazepam"]
DRUGS: tuple[TreatmentKind, ...] = ("carbamazepine", "clonazepam")

PACKING_DAYS = 30.0
"""Time constant in which fluid comes back between axons that stay packed (assumed)."""
MYELIN_DAYS = 45.0
"""Time constant of remyelination; assumed, within the 30 to 60 days to relief (10.1055/s-0041-1740970)."""
MEMBRANE_DAYS = 25.0
"""Time constant of the membrane's recovery; assumed, 10 to 40 days."""
NUCLEUS_DAYS = 60.0
"""Time constant in which the nucleus calms down once the lesion is silent; assumed."""
WHOLE_LAMELLAE = 130.0
TOXIN_ONSET_DAYS = 2.0
"""85 % of the effect after 3.8 days, the onset reported (PMID 2630907)."""
TOXIN_HALF_DAYS, TOXIN_FADE_DAYS = 77.0, 9.0
"""Fit to what was left of the symptoms: removed 84, 81 and 28 % at 4, 8 and 12 weeks (49 patients)."""
TOXIN_MOST = 0.85
"""Largest share of spikes that the junctions do not pass on; assumed."""
DRUG_RISES_DAYS = 0.5
DRUG_GONE = 1e-3
"""Less than this share of a drug's effect is none, so that days after it are those before it."""
CLONAZEPAM_NUCLEUS = 0.5
"""By this share the nucleus answers less at amount 1; assumed."""


@dataclass(frozen=True)
class Treatment:
    """A treatment that begins on `day`, with `amount` above 0 to 1 of its largest effect.

    `decompression`: `amount` of the contact is lifted (below 1: incomplete); from `shifted_on_day` on the pad
    has slipped and the vessel presses as before. `toxin`: into these `muscles` of the sick side.
    `carbamazepine`, `clonazepam`: until `until_day`. SettingsError where a value cannot be.
    """

    kind: TreatmentKind
    day: float = 0.0
    amount: float = 1.0
    muscles: tuple[Muscle, ...] = ("orbicularis_oculi",)
    until_day: float | None = None
    shifted_on_day: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(TreatmentKind):
            raise SettingsError(
                f"{self.kind!r} is no treatment; use one of {', '.join(get_args(TreatmentKind))}."
            )
        if not (np.isfinite(self.day) and 0 < self.amount <= 1):
            raise SettingsError(f"The {self.kind} needs a day, and an amount above 0, up to 1.")
        for name, day in (("ends", self.until_day), ("shifts", self.shifted_on_day)):
            if day is not None and not day > self.day:
                raise SettingsError(
                    f"The {self.kind} {name} on day {day:g}, before it begins; give a later day."
                )
        unknown = [muscle for muscle in self.muscles if muscle not in MUSCLE_SHARE]
        if unknown:
            raise SettingsError(f"{unknown[0]!r} cannot be injected; use some of {', '.join(MUSCLE_SHARE)}.")
        if len(set(self.muscles)) < len(self.muscles):
            raise SettingsError("A muscle to inject is named twice; name each once.")


@dataclass(frozen=True)
class Healing:
    """How a patient heals once the vessel is lifted. SettingsError where a value cannot be.

    `at_once` is the share of the packing that goes with the vessel, 0 to 1; the rest goes as fluid comes back
    between the axons. All days are time constants.
    """

    at_once: float = 1.0
    packing_days: float = PACKING_DAYS
    myelin_days: float = MYELIN_DAYS
    membrane_days: float = MEMBRANE_DAYS
    nucleus_days: float = NUCLEUS_DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.at_once <= 1:
            raise SettingsError(f"at_once is {self.at_once}; use 0 to 1.")
        for name in ("packing_days", "myelin_days", "membrane_days", "nucleus_days"):
            if not 0 < getattr(self, name) < np.inf:
                raise SettingsError(f"{name} is {getattr(self, name)}; use a number of days above 0.")

    def slower(self, times: float) -> "Healing":
        """Return the same with all time constants so many times as long. SettingsError below or at 0."""
        return Healing(
            self.at_once,
            times * self.packing_days,
            times * self.myelin_days,
            times * self.membrane_days,
            times * self.nucleus_days,
        )


@dataclass(frozen=True)
class OnDay:
    """The patient on one day: the nerve's cause as it is then, and what the treatments do elsewhere.

    `block` is the share of spikes that the junctions do not pass on, `sodium_block` 0 to 1 as in the tables,
    `nucleus_gain` what is left of the patient's own, `membrane` how much of the injured one has recovered.
    """

    cause: Cause
    block: Block
    sodium_block: float
    nucleus_gain: float
    membrane: float


def on_day(
    cause: Cause,
    nucleus_gain: float,
    treatments: Sequence[Treatment],
    day: float,
    side: Side,
    healing: Healing | None = None,
) -> OnDay:
    """Return what the treatments have made of a patient by `day`. SettingsError for two decompressions."""
    healing = healing or Healing()
    if sum(treatment.kind == "decompression" for treatment in treatments) > 1:
        raise SettingsError("Only one decompression can be simulated; give the one that counts.")
    passes: dict[tuple[Side, Muscle], float] = {}
    sodium, membrane = 0.0, 0.0
    for treatment in treatments:
        if treatment.kind == "decompression":
            cause, calmed, membrane = _decompressed(cause, treatment, day, healing)
            nucleus_gain *= calmed
        elif treatment.kind == "toxin":
            blocked = toxin_block(day - treatment.day, treatment.amount)
            for muscle in treatment.muscles if blocked > 0 else ():
                passes[side, muscle] = passes.get((side, muscle), 1.0) * (1 - blocked)
        elif treatment.kind == "carbamazepine":
            sodium = 1 - (1 - sodium) * (1 - _drug(treatment, day))
        else:
            nucleus_gain *= 1 - CLONAZEPAM_NUCLEUS * _drug(treatment, day)
    return OnDay(cause, {key: 1 - share for key, share in passes.items()}, sodium, nucleus_gain, membrane)


def check_treatments(treatments: Sequence[Treatment], cause: Cause) -> None:
    """Raise SettingsError where treatments contradict each other or the cause.

    A vessel that does not press cannot be lifted: a plaque would else heal as if it had been pressure.
    """
    for number, one in enumerate(treatments):
        for other in treatments[number + 1 :]:
            _check_pair(one, other)
    lifted = any(treatment.kind == "decompression" for treatment in treatments)
    if lifted and cause.packing <= HEALTHY_PACKING:
        raise SettingsError(
            "Nothing presses on the nerve with this cause; a decompression has nothing to lift."
        )


def without_effect(
    treatments: Sequence[Treatment], cause: Cause, nucleus_gain: float, day: float
) -> tuple[Treatment, ...]:
    """Return the treatments that change nothing in this nerve on this day: not yet, no longer, or never.

    Clonazepam is always among them where the nucleus answers as in health, for it acts on nothing else.
    """
    bare = on_day(cause, nucleus_gain, (), day, "left")
    return tuple(t for t in treatments if on_day(cause, nucleus_gain, (t,), day, "left") == bare)


def _check_pair(one: Treatment, other: Treatment) -> None:
    if one.kind != other.kind:
        return
    if one.kind == "decompression":
        raise SettingsError("Two decompressions cannot lift the same vessel; give the one that counts.")
    if one.kind == "toxin":
        both = sorted(set(one.muscles) & set(other.muscles))
        if both and np.floor(one.day) == np.floor(other.day):
            raise SettingsError(
                f"Toxin is given twice into the {both[0].replace('_', ' ')} on day {one.day:g}; give it once."
            )
        return
    first, second = sorted((one, other), key=lambda treatment: treatment.day)
    if first.until_day is None or first.until_day > second.day:
        raise SettingsError(
            f"The {one.kind} of day {second.day:g} begins before that of day {first.day:g} has ended; "
            f"end the first."
        )


def toxin_block(days: float, amount: float = 1.0) -> float:
    """Return which share of spikes the junctions do not pass on, so many days after the injection."""
    if days <= 0:
        return 0.0
    held = 1 / (1 + np.exp((days - TOXIN_HALF_DAYS) / TOXIN_FADE_DAYS))
    return float(TOXIN_MOST * amount * (1 - np.exp(-days / TOXIN_ONSET_DAYS)) * held)


def recovered(days: float, constant_days: float, shifted_after_days: float | None = None) -> float:
    """Return how much has healed after so many days, 0 to 1; it is lost again once the pad has shifted."""
    if days < 0:
        return 0.0
    if shifted_after_days is None or days < shifted_after_days:
        return float(1 - np.exp(-days / constant_days))
    healed = 1 - np.exp(-shifted_after_days / constant_days)
    return float(healed * np.exp(-(days - shifted_after_days) / constant_days))


def _decompressed(
    cause: Cause, treatment: Treatment, day: float, healing: Healing
) -> tuple[Cause, float, float]:
    """Return the cause since then, what is left of the nucleus' gain, and the share of healed membrane.

    The contact goes at once, and what is `at_once` of the packing; what heals is in proportion to how much of
    the contact is gone.
    """
    days = day - treatment.day
    if days < 0 or cause.length_mm == 0:
        return cause, 1.0, 0.0
    shift = None if treatment.shifted_on_day is None else treatment.shifted_on_day - treatment.day
    lifted = treatment.amount if shift is None or days < shift else 0.0
    myelin, membrane, nucleus = (
        treatment.amount * recovered(days, constant, shift)
        for constant in (healing.myelin_days, healing.membrane_days, healing.nucleus_days)
    )
    freed = healing.at_once * lifted
    freed += (1 - healing.at_once) * treatment.amount * recovered(days, healing.packing_days, shift)
    healed = replace(
        cause,
        packing=HEALTHY_PACKING + (1 - freed) * (cause.packing - HEALTHY_PACKING),
        pulse=(1 - lifted) * cause.pulse,
        lamellae=float(cause.lamellae * (WHOLE_LAMELLAE / cause.lamellae) ** myelin),
        left_shift_mv=(1 - membrane) * cause.left_shift_mv,
    )
    return healed, 1 - nucleus, membrane


def _drug(treatment: Treatment, day: float) -> float:
    """Return a drug's effect: it rises within a day and falls as fast after the last one."""
    end = day if treatment.until_day is None else min(day, treatment.until_day)
    if day < treatment.day:
        return 0.0
    reached = 1 - np.exp(-(end - treatment.day) / DRUG_RISES_DAYS)
    held = float(reached * np.exp(-(day - end) / DRUG_RISES_DAYS))
    return treatment.amount * held if held >= DRUG_GONE else 0.0
