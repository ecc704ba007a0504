"""The whole sentence: a recording becomes signals, events, measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import facialis
from facialis.events.context import activated_frames
from facialis.events.detect import detect
from facialis.measures.severity import severity
from facialis.settings import Settings
from facialis.signals.face import curves
from facialis.signals.quality import assess
from facialis.signals.stream import read_geometry
from facialis.source.video import VideoHeader, probe, read_frames, sha256_of
from facialis.types import Event, FloatArray, Measure, Quality, Recording, Result, SideVerdict, Signals

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Analysis:
    """What one recording's distances gave: everything in a Result but where they came from."""

    signals: Signals
    quality: Quality
    events: tuple[Event, ...]
    verdict: SideVerdict
    measures: tuple[Measure, ...]


def measure(
    path: str | Path,
    *,
    settings: Settings | None = None,
    mirrored: bool = False,
    model: Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Measure the spasms in one video.

    `mirrored` tells that the recording was stored as in a mirror (many selfie cameras); `model` replaces the
    packaged face model; `progress` is called with the seconds of video done so far. What cannot be measured
    comes back as a measure without a value and with its reason. Raises SourceError where the file cannot be
    read, ModelError where the model cannot.
    """
    settings = settings or Settings()
    header = probe(path, mirrored=mirrored)
    with read_frames(path, mirrored=mirrored) as frames:
        time_s, raw = read_geometry(frames, model, progress)
        notes = frames.notes
    found = analyse(time_s, raw, settings)
    return Result(
        version=facialis.__version__,
        settings_digest=settings.digest(),
        recording=_recording(path, header, time_s, notes + found.quality.notes),
        signals=found.signals,
        quality=replace(found.quality, notes=found.quality.notes + notes),
        events=found.events,
        verdict=found.verdict,
        measures=found.measures,
    )


def analyse(time_s: FloatArray, raw: Mapping[str, FloatArray], settings: Settings) -> Analysis:
    """Return everything that follows from the distances of each frame.

    `time_s` (n,) in seconds; `raw` the columns of geometry.NAMES, each (n,).
    """
    quality, usable = assess(time_s, raw, settings.quality)
    signals = curves(time_s, raw, usable, settings.calibration)
    events, verdict = detect(signals, quality, settings)
    activated = activated_frames(signals, settings.context)
    measures = severity(signals, quality, events, verdict, settings.measures, activated)
    return Analysis(signals, quality, events, verdict, measures)


def _recording(
    path: str | Path, header: VideoHeader, time_s: FloatArray, notes: tuple[str, ...]
) -> Recording:
    steps = np.diff(time_s)
    return Recording(
        name=header.name,
        sha256=sha256_of(path),
        duration_s=float(time_s[-1] - time_s[0]),
        n_frames=time_s.size,
        width_px=header.width_px,
        height_px=header.height_px,
        frames_per_s=float(1 / np.median(steps)) if steps.size else 0.0,
        rotation_deg=header.rotation_deg,
        mirrored=header.mirrored,
        codec=header.codec,
        simulated=header.simulated,
        notes=notes,
    )
