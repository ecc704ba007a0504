"""Hemifacial spasm made measurable: `facialis.measure(path)` gives the `Result` of one video.

The names here are those a user needs. Importing them is light: what reads videos and runs the face model is
imported when a measurement starts.
"""

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

__all__ = [
    "Event",
    "FacialisError",
    "Measure",
    "ModelError",
    "OutputError",
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
]
