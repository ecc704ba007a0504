"""Everything a measurement gives, written into one folder: all files or none."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import tee
from pathlib import Path

from facialis.errors import OutputError
from facialis.report.files import write_folder
from facialis.report.overlay import write_overlay
from facialis.report.page import write_page
from facialis.report.peaks import peak_pictures
from facialis.report.tables import write_events, write_signals, write_summary
from facialis.signals.hemiface import own_points
from facialis.signals.stream import Tracked, track
from facialis.source.video import read_frames, sha256_of
from facialis.types import SIDES, FloatArray, ImageArray, Result, Side

Progress = Callable[[float], None]
OUTPUTS = ("report.html", "events.tsv", "events.json", "signals.parquet", "summary.json", "overlay.mp4")
"""What a measurement can write."""
AGREEMENT = "agreement.json"
VIDEO = "video"
"""The folder of the video that was measured beside an EMG."""
OUTPUTS_OF_BOTH = (*OUTPUTS, AGREEMENT, *(f"{VIDEO}/{name}" for name in OUTPUTS))
"""What EMG and video together can write."""


def write_report(
    result: Result,
    folder: Path,
    *,
    video: Path | None = None,
    faces: bool = True,
    overlay: bool = False,
    model: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Write report.html, events.tsv, events.json, signals.parquet and summary.json into `folder`.

    `video` is the recording, and `model` the face model, that `result` came from. The video gives the
    pictures of the face on the page, unless `faces` is False, and overlay.mp4 if `overlay` is True, for which
    it is read once more; `progress` is then called with the seconds done. Raises OutputError where a file
    cannot be written, and SourceError or ModelError where the video or the face model cannot be read again.
    """
    filmed = video is not None and result.recording.modality == "video"
    pictures = peak_pictures(result, video, model) if video is not None and filmed and faces else {}
    with write_folder(folder, OUTPUTS, earlier_outputs(folder)) as temporary:
        write_events(result, temporary)
        write_signals(result, temporary)
        write_summary(result, temporary)
        write_page(result, temporary / "report.html", pictures)
        if video is not None and filmed and overlay:
            _write_overlay(result, video, temporary / "overlay.mp4", model, progress)


def earlier_outputs(folder: Path) -> tuple[str, ...]:
    """Return what an earlier measurement may have left in `folder`.

    It does not belong to new numbers, and may show a face that was to be left out. A folder `video` without
    a summary in it is the user's own.
    """
    return OUTPUTS_OF_BOTH if (Path(folder) / VIDEO / "summary.json").is_file() else (*OUTPUTS, AGREEMENT)


def refuse_another(recording: Path, folder: Path, advice: str) -> None:
    """Raise OutputError where `folder` holds the results of another recording than the file `recording`.

    Two files of one name, such as `visit.mp4` of two people, would else replace each other's results.
    """
    summary = Path(folder) / "summary.json"
    if not summary.is_file():
        return
    try:
        held = json.loads(summary.read_text(encoding="utf-8"))["recording"]
        name, sha256 = str(held["name"]), held["sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        name, sha256 = "unknown", None
    if sha256 != sha256_of(recording):
        raise OutputError(f"{folder} holds the results of another recording ({name}); {advice}.")


def _write_overlay(
    result: Result, video: Path, path: Path, model: Path | None, progress: Progress | None
) -> None:
    mirrored = result.recording.mirrored
    with (
        read_frames(video, mirrored=mirrored) as frames,
        closing(track(frames, model)) as tracked,  # type: ignore[type-var]  # a generator, though named less
    ):
        for_pictures, for_points = tee(_told(tracked, progress))
        write_overlay(path, result, _pictures(for_pictures), map(_points, for_points))


def _told(tracked: Iterable[Tracked], progress: Progress | None) -> Iterator[Tracked]:
    for each in tracked:
        yield each
        if progress is not None:
            progress(each.frame.time_s)


def _pictures(tracked: Iterable[Tracked]) -> Iterator[tuple[float, ImageArray]]:
    for each in tracked:
        yield each.frame.time_s, each.frame.image


def _points(tracked: Tracked) -> Mapping[Side, FloatArray] | None:
    halves = tracked.halves
    return None if halves is None else {side: own_points(halves, side) for side in SIDES}
