"""The command line's words for a course: treatments on days, factors of the diary."""

import re
from typing import cast

from facialis.errors import SettingsError
from facialis.simulate.course import DRUGS, Factor
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.performance import Muscle
from facialis.simulate.treatments import Treatment, TreatmentKind
from facialis.simulate.triggers import TriggerName

_SPAN = re.compile(r"(-?[0-9.]+)(?:-([0-9.]+))?")


def read_course_treatment(words: str) -> Treatment:
    """Return the treatment of KIND:DAY[-UNTIL][:AMOUNT[:MUSCLE+MUSCLE]].

    Toxin goes into all muscles unless some are named; UNTIL ends a drug, or is when the pad shifts after a
    decompression. SettingsError where the words mean nothing.
    """
    kind, *rest = words.split(":")
    span = _SPAN.fullmatch(rest[0]) if rest else None
    try:
        if span is None or len(rest) > 3:
            raise ValueError
        day, until = float(span[1]), None if span[2] is None else float(span[2])
        amount = float(rest[1]) if len(rest) > 1 else 1.0
    except ValueError:
        raise SettingsError(
            f"{words!r} is no treatment; write KIND:DAY-UNTIL:AMOUNT, such as toxin:30 or "
            f"carbamazepine:100-160."
        ) from None
    muscles = rest[2].replace("-", "_").split("+") if len(rest) > 2 else NERVE_MUSCLES
    if until is not None and kind not in (*DRUGS, "decompression"):
        raise SettingsError(f"{words!r} has an end, which only a drug has; give the day alone.")
    return Treatment(
        cast(TreatmentKind, kind),
        day,
        amount,
        tuple(cast(Muscle, muscle) for muscle in muscles),
        until_day=until if kind in DRUGS else None,
        shifted_on_day=until if kind == "decompression" else None,
    )


def read_factor(words: str) -> Factor:
    """Return the factor of NAME[=ACTS_AS][:SHARE]: with ACTS_AS it is real, as that trigger."""
    named, *rest = words.split(":")
    name, _, acts_as = named.partition("=")
    try:
        if len(rest) > 1:
            raise ValueError
        share = float(rest[0]) if rest else 0.4
    except ValueError:
        raise SettingsError(
            f"{words!r} is no factor; write NAME=TRIGGER:SHARE, such as stress=stress:0.3 or coffee."
        ) from None
    real = cast(TriggerName, acts_as.replace("-", " ")) if acts_as else None
    return Factor(name, real, share)
