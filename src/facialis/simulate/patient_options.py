"""The command line's words for causes, triggers and treatments."""

from typing import Any, cast

from facialis.errors import SettingsError
from facialis.simulate.artery import CauseName
from facialis.simulate.causes import CAUSE_OPTIONS
from facialis.simulate.pathway import BRANCHES, Branch
from facialis.simulate.treatments import Treatment, TreatmentKind
from facialis.simulate.triggers import Trigger, TriggerName

_EXTRAS = {
    "muscles": ("muscles", ("toxin",)),
    "until": ("until_day", ("carbamazepine", "clonazepam")),
    "shifted": ("shifted_on_day", ("decompression",)),
}


def cause_named(option: str) -> CauseName:
    """Return the cause of this name on the command line. SettingsError where there is none."""
    if option not in CAUSE_OPTIONS:
        raise SettingsError(f"{option!r} is no cause; use one of {', '.join(CAUSE_OPTIONS)}.")
    return cast(CauseName, CAUSE_OPTIONS[option])


def branch_named(option: str) -> Branch:
    """Return the branch of this name, with spaces or `-`. SettingsError where there is none."""
    name = option.replace("-", " ")
    if name not in BRANCHES:
        known = ", ".join(each.replace(" ", "-") for each in BRANCHES)
        raise SettingsError(f"{option!r} is no branch to stimulate; use some of {known}.")
    return cast(Branch, name)


def read_trigger(words: str) -> Trigger:
    """Return the trigger of NAME[:START-END[:STRENGTH]]; names with spaces may have `-` for them."""
    name, *rest = words.split(":")
    span = rest[0].split("-") if rest else ["0"]
    try:
        if len(rest) > 2 or len(span) > 2:
            raise ValueError
        start_s = float(span[0])
        end_s = float(span[1]) if len(span) == 2 else None
        strength = float(rest[1]) if len(rest) == 2 else 1.0
    except ValueError:
        raise SettingsError(
            f"{words!r} is no trigger; write NAME:START-END:STRENGTH, such as stress:0-60:0.5."
        ) from None
    return Trigger(cast(TriggerName, name.replace("-", " ")), start_s, end_s, strength)


def read_treatment(words: str) -> Treatment:
    """Return the treatment of KIND[:DAY[:AMOUNT]][,muscles=A+B][,until=DAY][,shifted=DAY].

    `muscles` are those that toxin is injected into, `until` is a drug's last day, `shifted` the day on which
    the pad of a decompression slips. SettingsError where something cannot be read or does not belong.
    """
    first, *more = words.split(",")
    kind, *rest = first.split(":")
    try:
        if len(rest) > 2:
            raise ValueError
        day, amount = [*map(float, rest), *(0.0, 1.0)[len(rest) :]]
        extra = dict(_extra(kind, each) for each in more)
        if len(extra) < len(more):
            raise ValueError
    except ValueError:
        raise SettingsError(
            f"{words!r} is no treatment; write KIND:DAY:AMOUNT, such as decompression:0:0.5, and after "
            "commas muscles=A+B (toxin), until=DAY (carbamazepine, clonazepam), shifted=DAY (decompression)."
        ) from None
    return Treatment(cast(TreatmentKind, kind), day, amount, **extra)


def _extra(kind: str, words: str) -> tuple[str, Any]:
    """Return an addition to a treatment, field and value. ValueError where it does not belong to the kind."""
    name, _, value = words.partition("=")
    if name not in _EXTRAS or kind not in _EXTRAS[name][1]:
        raise ValueError
    field = _EXTRAS[name][0]
    if field == "muscles":
        return field, tuple(each.replace("-", "_") for each in value.split("+"))
    return field, float(value)
