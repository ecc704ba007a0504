"""The whole sentence: a recording becomes signals, events, measures."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facialis.errors import SourceError
from facialis.quiet import load_quietly
from facialis.settings import Settings
from facialis.types import Event, FloatArray, Measure, Quality, Recording, Result, SideVerdict, Signals
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions, EmgRecording
    from facialis.source.video import VideoHeader

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
    emg: "EmgOptions | None" = None,
) -> Result:
    """Measure the spasms in one video, or in one EMG (EDF, BDF or a table).

    `mirrored` tells that the recording was stored as in a mirror (many selfie cameras); `model` replaces the
    packaged face model; `progress` is called with the seconds of video done so far; `emg` says what a file of
    EMG does not say itself. What cannot be measured
    comes back as a measure without a value and with its reason. Raises SourceError where the file cannot be
    read or shows no face at all, ModelError where the model cannot be read.
    """
    # Here, so that `import facialis` and the command line's help do not wait a second for them.
    from facialis.source.emg import is_emg, read_emg

    settings = settings or Settings()
    if is_emg(path):
        return analyse_emg(read_emg(path, emg), settings)
    from facialis.signals.model import identity
    from facialis.signals.stream import geometry_of, track
    from facialis.source.video import probe, read_frames, sha256_of

    load_quietly(model)
    header, sha256, used = probe(path, mirrored=mirrored), sha256_of(path), identity(model)
    # The threads that read ahead end before the file is closed, also where an error or Ctrl-C cuts in.
    with (
        read_frames(path, mirrored=mirrored, in_parts=True) as frames,
        closing(track(frames, model)) as tracked,  # type: ignore[type-var]  # a generator, though named less
    ):
        time_s, raw = geometry_of(tracked, progress)
        notes = frames.notes
    if time_s.size < 2:
        raise SourceError(f"{path} holds a single picture; facialis needs a video.")
    _require_face(path, raw)
    found = analyse(time_s, raw, settings)
    return Result(
        version=__version__,
        settings_digest=settings.digest(),
        model=used,
        recording=_recording(header, sha256, time_s, notes + found.quality.notes),
        signals=found.signals,
        quality=replace(found.quality, notes=found.quality.notes + notes),
        events=found.events,
        verdict=found.verdict,
        measures=found.measures,
    )


def analyse(time_s: FloatArray, raw: Mapping[str, FloatArray], settings: Settings) -> Analysis:
    """Return everything that follows from the distances read in each frame.

    `time_s` (n,) in seconds; `raw` the columns of geometry.NAMES, each (n,).
    """
    from facialis.events.context import activated_frames
    from facialis.events.detect import detect
    from facialis.measures.severity import severity
    from facialis.signals.face import curves
    from facialis.signals.quality import assess

    quality, usable = assess(time_s, raw, settings.quality)
    signals = curves(time_s, raw, usable, settings.calibration)
    events, verdict = detect(signals, quality, settings)
    if _too_short(quality, settings):
        events = ()
    activated = activated_frames(signals, settings.context)
    measures = severity(signals, quality, events, verdict, settings.measures, activated)
    return Analysis(signals, quality, events, verdict, measures)


def analyse_emg(recording: "EmgRecording", settings: Settings) -> Result:
    """Return everything that follows from the muscles of one EMG."""
    from facialis.events.emg import detect_emg
    from facialis.measures.emg import severity_emg
    from facialis.signals.muscle import muscles_of

    muscles, signals, quality = muscles_of(recording, settings)
    found = detect_emg(muscles, quality, settings)
    if _too_short(quality, settings):
        found = replace(found, events=())
    return Result(
        version=__version__,
        settings_digest=settings.digest(),
        model=None,
        recording=Recording(
            name=recording.name,
            sha256=recording.sha256,
            duration_s=recording.duration_s,
            n_frames=recording.n_samples,
            width_px=0,
            height_px=0,
            frames_per_s=recording.rate_per_s,
            codec=recording.format,
            simulated=recording.simulated,
            notes=recording.notes + quality.notes,
            modality="emg",
        ),
        signals=signals,
        quality=replace(quality, notes=quality.notes + recording.notes),
        events=found.events,
        verdict=found.verdict,
        measures=severity_emg(signals, quality, muscles, found, settings),
    )


def _too_short(quality: Quality, settings: Settings) -> bool:
    """Tell whether too little was observed to say what is an event: neither baseline nor noise are known."""
    return quality.seconds_observed["both"] < settings.quality.min_observed_s


def _require_face(path: str | Path, raw: Mapping[str, FloatArray]) -> None:
    if not np.isfinite(raw["yaw_deg"]).any():
        raise SourceError(
            f"No face was seen in {path}; film one face from the front, in good light, filling the picture."
        )


def _recording(header: "VideoHeader", sha256: str, time_s: FloatArray, notes: tuple[str, ...]) -> Recording:
    steps = np.diff(time_s)
    return Recording(
        name=header.name,
        sha256=sha256,
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
