"""Hemifacial spasm made measurable: `facialis.measure(path)` gives the `Result` of one video.

The names here are those a user needs. Importing them is light: what reads videos and runs the face model is
imported when a measurement starts.
"""

from typing import TYPE_CHECKING, Any

from facialis import interrupts  # noqa: F401  # first: it answers Ctrl-C while the others are imported
from facialis.errors import (
    FacialisError,
    ModelError,
    OutputError,
    RecordError,
    RenderError,
    SettingsError,
    SourceError,
)
from facialis.measure import measure
from facialis.settings import Settings
from facialis.types import Event, Measure, Quality, Recording, Result, SideVerdict, Signals
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.simulate.course import Course
    from facialis.simulate.course_files import simulate_course
    from facialis.simulate.lateral_spread import simulate_lsr
    from facialis.simulate.operation import LateralSpread
    from facialis.simulate.patient import Patient, simulate_patient

__all__ = [
    "Course",
    "Event",
    "FacialisError",
    "LateralSpread",
    "Measure",
    "ModelError",
    "OutputError",
    "Patient",
    "Quality",
    "RecordError",
    "Recording",
    "RenderError",
    "Result",
    "Settings",
    "SettingsError",
    "SideVerdict",
    "Signals",
    "SourceError",
    "__version__",
    "measure",
    "simulate_course",
    "simulate_lsr",
    "simulate_patient",
]


def __getattr__(name: str) -> Any:
    """Import what simulates when it is asked for: it compiles code, which no measurement needs.

    The patient's is not called `simulate`, since `facialis.simulate` is the package it lives in.
    """
    if name == "Course":
        from facialis.simulate.course import Course

        return Course
    if name == "simulate_course":
        from facialis.simulate.course_files import simulate_course

        return simulate_course
    if name in ("Patient", "simulate_patient"):
        from facialis.simulate import patient

        return getattr(patient, name)
    if name in ("LateralSpread", "simulate_lsr"):
        from facialis.simulate import lateral_spread

        return getattr(lateral_spread, name)
    raise AttributeError(f"module 'facialis' has no attribute {name!r}")
