"""Pictures of the face at the peak of its strongest spasms."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import cv2
import numpy as np

from facialis.signals.detector import FaceBox, find_faces
from facialis.signals.geometry import OUTER, head_pose
from facialis.signals.hemiface import upright_crop
from facialis.signals.landmarks import MIN_PRESENCE, crop_of_box, crop_of_points, cut, to_picture
from facialis.signals.model import FaceModel
from facialis.source.video import frames_at
from facialis.types import Event, FloatArray, ImageArray, Result

N_PEAKS = 24
"""Enough to compare the spasms, few enough to look through and to keep the page small."""
MARGIN = 1.4
"""Side of the picture as a multiple of forehead to chin: the whole face, and little around it."""
JPEG_QUALITY = 80
SAME_SIZE, SAME_TURN_DEG = 0.15, 15.0
"""The same face read in two crops differs by less: in the logarithm of its size, and in its turn."""


def peak_pictures(result: Result, video: Path, model: Path | None = None) -> dict[int, bytes]:
    """Return JPEGs, 256 px wide, of the face upright at the peak of the strongest spasms, by event index.

    `video` is the recording, and `model` the face model, that `result` came from. A peak at which the face
    that was followed is not found again is left out: another one may be in the picture. Raises SourceError
    or ModelError where they cannot be read any more.
    """
    chosen = strongest(result.events)
    tracker_model = FaceModel(model)
    peaks_s = [result.events[i].peak_s for i in chosen]
    frames = frames_at(video, peaks_s, mirrored=result.recording.mirrored)
    pictures = {}
    for index, frame in zip(chosen, frames, strict=True):
        picture = _face(tracker_model, frame.image, _seen(result, result.events[index].peak_s))
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


@dataclass(frozen=True)
class _Seen:
    """What was read of the followed face in one frame, by which it is known again."""

    interocular_px: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float

    def off(self, other: "_Seen") -> float:
        """How unlike two faces of one frame are, 1 being a lot for the same face read twice."""
        size = abs(float(np.log(other.interocular_px / self.interocular_px))) / SAME_SIZE
        turn = max(
            abs(other.yaw_deg - self.yaw_deg),
            abs(other.pitch_deg - self.pitch_deg),
            abs((other.roll_deg - self.roll_deg + 180) % 360 - 180),
        )
        return max(size, turn / SAME_TURN_DEG)


def _seen(result: Result, time_s: float) -> _Seen | None:
    """Return what the curves hold of the face at a time, None where none was seen then."""
    signals = result.signals
    at = max(int(np.searchsorted(signals.time_s, time_s + 1e-6)) - 1, 0)
    values = {f.name: float(signals.columns[f.name][at]) for f in fields(_Seen)}
    return _Seen(**values) if all(map(np.isfinite, values.values())) else None


def _face(model: FaceModel, image: ImageArray, seen: _Seen | None) -> ImageArray | None:
    if seen is None:
        return None
    found = [read for box in find_faces(model, image) if (read := _read(model, image, box)) is not None]
    found.sort(key=lambda points: seen.off(_of(points)))
    if not found or seen.off(_of(found[0])) > 1:
        return None
    crop = upright_crop(found[0])
    return cut(image, replace(crop, side_px=crop.side_px * MARGIN))


def _read(model: FaceModel, image: ImageArray, box: FaceBox) -> FloatArray | None:
    """Return the mesh (478, 3) of a detected face, read as the tracker reads a new one."""
    crop = crop_of_box(box)
    for _ in range(2):
        points, presence = model.landmarks(cut(image, crop))
        if presence < MIN_PRESENCE:
            return None
        points_px = to_picture(points, crop.matrix())
        crop = crop_of_points(points_px)
    return points_px


def _of(points_px: FloatArray) -> _Seen:
    apart = points_px[OUTER[1]] - points_px[OUTER[0]]
    return _Seen(float(np.linalg.norm(apart)), **head_pose(points_px))


def _jpeg(picture: ImageArray) -> bytes:
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return np.asarray(encoded).tobytes()
