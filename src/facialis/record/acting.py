"""Which treatments could change the spasms that are counted; the others stay in the record. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from facialis.record.types import Treatment
from facialis.types import SIDES, EventSide

TOUCH_UP_DAYS = 21
"""An injection so soon after another completes it rather than beginning a cycle (own choice: three weeks,
about when a weak first one shows)."""
_DECOMPRESSION = re.compile(r"(de|des)[ck]ompre|mvd|jannetta|neurovas|microvas|mikrovas", re.IGNORECASE)
"""What an operation that lifts the vessel off the nerve is called, in several languages."""


def acting(
    treatments: Sequence[Treatment], side: EventSide | None
) -> tuple[tuple[Treatment, ...], tuple[str, ...]]:
    """Return the treatments that count for a side, in the order of time, and a sentence for each other one.

    Left out are toxin and surgery of the other side only, operations whose name does not tell that they
    relieved the nerve, and injections within `TOUCH_UP_DAYS` of one before, which belong to its cycle.
    """
    kept: list[Treatment] = []
    notes: list[str] = []
    latest: date | None = None
    for each in sorted(treatments, key=lambda t: t.at.utc):
        day = each.at.local.date()
        why = _elsewhere(each, side) or _another_operation(each)
        if not why and each.kind == "toxin":
            if latest is not None and (day - latest).days <= TOUCH_UP_DAYS:
                why = f"it completes the injection of {latest} and belongs to its cycle"
            else:
                latest = day
        if why:
            notes.append(f"{each.name or each.kind} of {day} is no treatment of its own here: {why}.")
        else:
            kept.append(each)
    return tuple(kept), tuple(notes)


def _elsewhere(treatment: Treatment, side: EventSide | None) -> str:
    sides = {site.side for site in treatment.sites} or ({treatment.side} - {None})
    if treatment.kind == "drug" or side not in SIDES or not sides or sides & {side, "both"}:
        return ""
    return "it was given on the other side"


def _another_operation(treatment: Treatment) -> str:
    if treatment.kind != "surgery" or not treatment.name or _DECOMPRESSION.search(treatment.name):
        return ""
    return (
        "its name does not say that it relieved the nerve; if it did, add it with 'decompression' in its name"
    )
