"""What every part of the record works on: the database, the files, and how to measure."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facialis.record.content import Files
from facialis.record.database import Database
from facialis.record.place import Place
from facialis.settings import Settings
from facialis.types import Result

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions

Progress = Callable[[float], None]
WORK = "work"


class Measure(Protocol):
    """How a recording is measured; `facialis.measure` unless a test brings its own."""

    def __call__(
        self,
        path: Path,
        *,
        settings: Settings,
        mirrored: bool,
        model: Path | None,
        progress: Progress | None,
        emg: "EmgOptions | None",
    ) -> Result:
        """Return the result of the video or EMG at `path`."""
        ...


@dataclass(frozen=True)
class Store:
    """An open record."""

    place: Place
    database: Database
    files: Files
    measure: Measure
    settings: Settings

    @property
    def work(self) -> Path:
        """Where running operations keep what is not finished, each in a folder of its own."""
        return self.place.folder / WORK


def measure_recording(
    path: Path,
    *,
    settings: Settings,
    mirrored: bool,
    model: Path | None,
    progress: Progress | None,
    emg: "EmgOptions | None",
) -> Result:
    """Measure with the package's own chain, imported only now."""
    from facialis.measure import measure

    return measure(path, settings=settings, mirrored=mirrored, model=model, progress=progress, emg=emg)
