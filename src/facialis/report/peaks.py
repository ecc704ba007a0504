"""Pictures of the face at the peak of its strongest spasms."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from facialis.signals.hemiface import upright_crop
from facialis.signals.landmarks import FaceTracker, cut
from facialis.signals.model import FaceModel
from facialis.source.video import frames_at
from facialis.types import Event, ImageArray, Result

N_PEAKS = 24
"""Enough to compare the spasms, few enough to look through and to keep the page small."""
MARGIN = 1.4
"""Side of the picture as a multiple of forehead to chin: the whole face, and little around it."""
JPEG_QUALITY = 80


def peak_pictures(result: Result, video: Path, model: Path | None = None) -> dict[int, bytes]:
    """Return JPEGs, 256 px wide, of the face upright at the peak of the strongest spasms, by event index.

    `video` is the recording, and `model` the face model, that `result` came from. A peak at which no face is
    found is left out. Raises SourceError or ModelError where they cannot be read any more.
    """
    chosen = strongest(result.events)
    tracker_model = FaceModel(model)
    peaks_s = [result.events[i].peak_s for i in chosen]
    frames = frames_at(video, peaks_s, mirrored=result.recording.mirrored)
    pictures = {}
    for index, frame in zip(chosen, frames, strict=True):
        picture = _face(tracker_model, frame.image)
        if picture is not None:
            pictures[index] = _jpeg(picture)
    return pictures


def strongest(events: Sequence[Event]) -> list[int]:
    """Return the indices of the events to show, in order of their peaks.

    Those with the largest intensity times probability, at most `N_PEAKS`; a twitch whose peak is that of its
    episode would show the same picture again, and is left out.
    """
    shown = {(e.side, e.peak_s) for e in events if e.kind == "episode"}
    worth = [
        index
        for index, event in enumerate(events)
        if event.kind == "episode"
        or (event.kind in ("twitch", "tonic") and (event.side, event.peak_s) not in shown)
    ]
    worth.sort(key=lambda i: -events[i].intensity * events[i].probability)
    return sorted(worth[:N_PEAKS], key=lambda i: events[i].peak_s)


def _face(model: FaceModel, image: ImageArray) -> ImageArray | None:
    # A tracker of its own for each picture: between two peaks the face may be anywhere.
    mesh = FaceTracker(model).update(image, 0.0)
    if mesh is None:
        return None
    crop = upright_crop(mesh.points_px)
    return cut(image, replace(crop, side_px=crop.side_px * MARGIN))


def _jpeg(picture: ImageArray) -> bytes:
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return np.asarray(encoded).tobytes()
