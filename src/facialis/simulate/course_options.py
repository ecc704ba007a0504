"""The command line's words for a course: treatments on days, factors of the diary."""

from dataclasses import replace
from typing import cast

from facialis.errors import SettingsError
from facialis.simulate.course import Factor
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.patient_options import read_treatment
from facialis.simulate.treatments import Treatment
from facialis.simulate.triggers import TriggerName


def read_course_treatment(words: str) -> Treatment:
    """Return the treatment as `read_treatment` does; toxin goes into all muscles unless some are named."""
    treatment = read_treatment(words)
    if treatment.kind == "toxin" and ",muscles=" not in words:
        return replace(treatment, muscles=NERVE_MUSCLES)
    return treatment


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
