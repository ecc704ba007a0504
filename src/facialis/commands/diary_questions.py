"""What `facialis diary add` asks, one thing after the other; an answer that cannot be is asked for again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from facialis.commands import told

if TYPE_CHECKING:
    from facialis.record import DiaryEntry

NOT_TOLD = "-"
QUESTIONS = (
    ("spasms", "Spasms you felt, 0 none to 10 worst"),
    ("bother", "How much they bothered you, 0 to 10"),
    ("sleep_h", "Hours slept last night"),
    ("mood", "Mood, 0 worst to 10 best"),
)
_STRENGTH = (0, 10)


def asked(entry: "DiaryEntry", last: "DiaryEntry | None", factors: Sequence[str]) -> "DiaryEntry":
    """Return the entry with the answers, offering those of the `last` one.

    Of each of `factors` it is asked whether it was there; where the last entry does not tell, 0 is offered.
    """
    from facialis.record.diary import RANGES, checked

    click.echo("Enter takes what stands in brackets; a dash leaves it out.", err=True)
    numbers = {name: number(words, getattr(last, name, None), *RANGES[name]) for name, words in QUESTIONS}
    triggers = {**_noted_before(factors, last), **_others(factors)}
    note = click.prompt("Note", default=NOT_TOLD, err=True).strip()
    answered = replace(entry, triggers=triggers, note="" if note == NOT_TOLD else note, **numbers)  # type: ignore[arg-type]
    return checked(answered)


def number(words: str, offered: float | None, low: float, high: float) -> float | None:
    """Return the number that is told, None for a dash; ask again for what is none."""
    while True:
        said = str(click.prompt(words, default=told(offered), err=True)).strip()
        if said == NOT_TOLD:
            return None
        value = _read(said, low, high)
        if value is not None:
            return value


def _noted_before(factors: Sequence[str], last: "DiaryEntry | None") -> dict[str, float]:
    if factors:
        click.echo(
            "Was it there that day? 0 says no, 1 to 10 how much, a dash that you do not know.", err=True
        )
    before = {name.casefold(): strength for name, strength in last.triggers.items()} if last else {}
    answers = {name: number(f"  {name}", before.get(name.casefold(), 0), *_STRENGTH) for name in factors}
    return {name: strength for name, strength in answers.items() if strength is not None}


def _others(factors: Sequence[str]) -> dict[str, float]:
    """Return what else is named; a strength that is missing, or cannot be, is asked for."""
    words = "Anything else" if factors else "Triggers"
    said = click.prompt(f"{words}, such as stress=3;screen=5", default=NOT_TOLD, err=True).strip()
    if said == NOT_TOLD:
        return {}
    known = {name.casefold(): name for name in factors}
    found: dict[str, float] = {}
    # A comma ends a name as a semicolon does, but not before a digit: 2,5 is a number.
    for part in filter(None, (each.strip() for each in re.split(r";|,(?!\s*\d)", said))):
        name, _, strength = (each.strip() for each in part.partition("="))
        name = known.get(name.casefold(), name)
        if not name:
            name = str(click.prompt(f"  What was {part}", default=NOT_TOLD, err=True)).strip()
        if name == NOT_TOLD:
            continue
        value = _read(strength, *_STRENGTH) if strength else None
        if value is None:
            value = number(f"  How strong was {name}, 0 to 10", None, *_STRENGTH)
        if value is not None:
            found[name] = value
    return found


def _read(said: str, low: float, high: float) -> float | None:
    """Return the number, None where it is none or out of its range, after saying so."""
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        click.echo(f"{said!r} is no number.", err=True)
        return None
    if low <= value <= high:
        return value
    click.echo(f"It must lie between {low} and {high}.", err=True)
    return None
