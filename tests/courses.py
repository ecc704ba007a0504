"""Simulated courses for tests: small enough to be made in a second or two."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facialis.simulate import course_rates
from facialis.simulate.course import MILD, Course
from facialis.simulate.course_days import days_of
from facialis.simulate.course_rates import Rates, Response, TrueYear
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.treatments import Treatment

TINY = replace(MILD, minutes=0.05, axons=40)
USUAL = Rates(20.0, 18.0, 0.1)


def small(**changes: Any) -> Course:
    """Three weeks with four recordings of three seconds."""
    return Course(**{"patient": TINY, "days": 21, "every_days": 5.0, **changes})


def toxin(day: float, **changes: Any) -> Treatment:
    """An injection into all muscles."""
    return Treatment("toxin", day, **{"muscles": NERVE_MUSCLES, **changes})


def quick_references(monkeypatch: pytest.MonkeyPatch, minutes: float = 0.05, takes: int = 1) -> None:
    """Make reference recordings short: the truth of a day is then rough."""
    monkeypatch.setattr(course_rates, "REFERENCE_MIN", minutes)
    monkeypatch.setattr(course_rates, "REFERENCES", takes)


def made_up_year(course: Course, shown_share: float | np.ndarray = 0.1) -> TrueYear:
    """A year whose share of time in spasm is given, without simulating anything."""
    shares = np.broadcast_to(shown_share, course.days)
    response = Response(USUAL, np.full(3, 0.5), np.full(3, 0.6))
    return TrueYear(response, tuple(Rates(20.0, 180 * float(s), float(s)) for s in shares))


def hashes(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its content, hidden ones too."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def days_with(course: Course, name: str) -> list[int]:
    """The days on which a factor is noted."""
    return [day.day for day in days_of(course) if day.strengths[name] > 0]
