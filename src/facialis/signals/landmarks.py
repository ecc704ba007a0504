"""478 face points in every frame: detector once, then a crop that follows the face. Raw, no smoothing."""

from dataclasses import dataclass

import numpy as np

from facialis.signals.detector import FaceBox, find_faces
from facialis.signals.model import CROP_PX, FaceModel
from facialis.signals.window import Sight, cut_affine, whole
from facialis.types import FloatArray, ImageArray

MIN_PRESENCE = 0.5
"""Presence below which the tracked face is lost: the published default of the tracker."""
TRACKED_MARGIN = 1.5
"""Side of the crop as a multiple of the points' box: the tracker the model was trained with."""
DETECTED_MARGIN = 1.5
"""Side of the crop as a multiple of the detector's box: likewise."""
MIDDLE = CROP_PX / 2
"""Pixel of a tracked crop that lies on its centre: the reference's, half a pixel from the true middle.

The model answers to such a shift with up to 1 px of the picture, so parity needs the same one.
"""
RECHECK_S = 1.0
"""How often the detector looks for other faces while one is followed."""
LARGER_FACE = 1.5
"""Area ratio from which another face is clearly the larger one, and followed instead."""
EYE_CORNERS = (33, 263)


@dataclass(frozen=True)
class Crop:
    """A square of the picture: centre and side in px, angle in radians (clockwise as seen)."""

    center_px: tuple[float, float]
    side_px: float
    angle_rad: float

    def matrix(self, middle: float = MIDDLE) -> FloatArray:
        """Affine map (2, 3) from the 256 px crop, whose pixel `middle` lies on the centre, to the picture."""
        scale = self.side_px / CROP_PX
        cos, sin = scale * np.cos(self.angle_rad), scale * np.sin(self.angle_rad)
        x, y = self.center_px
        return np.array([[cos, -sin, x - middle * (cos - sin)], [sin, cos, y - middle * (sin + cos)]])


@dataclass(frozen=True)
class FaceMesh:
    """One face: points (478, 3) in px of the picture (third: depth, same scale), presence 0 to 1.

    `is_new` tells that the face was taken up in this frame: it may be another person's than the one before.
    """

    points_px: FloatArray
    presence: float
    n_faces: int
    is_new: bool = False


def cut(image: ImageArray, crop: Crop) -> ImageArray:
    """Cut a crop out of a picture (h, w, 3) as (256, 256, 3); outside the picture the edge repeats."""
    return cut_affine(image, crop.matrix(), CROP_PX)


def to_picture(points: FloatArray, matrix: FloatArray) -> FloatArray:
    """Map points (n, 3) from a crop to the picture; depth is scaled alike."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return np.column_stack([flat, points[:, 2] * scale])


def crop_of_points(points_px: FloatArray) -> Crop:
    """The crop for the next frame: the points' upright box, turned with the eyes."""
    low, high = points_px[:, :2].min(axis=0), points_px[:, :2].max(axis=0)
    center = (low + high) / 2
    right, left = points_px[EYE_CORNERS[0]], points_px[EYE_CORNERS[1]]
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    return Crop((float(center[0]), float(center[1])), float((high - low).max()) * TRACKED_MARGIN, angle)


def crop_of_box(box: FaceBox) -> Crop:
    """The crop of a face the detector has just found."""
    right, left = box.eyes_px
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    center = (float(box.center_px[0]), float(box.center_px[1]))
    return Crop(center, float(box.size_px.max()) * DETECTED_MARGIN, angle)


class FaceTracker:
    """Follows the largest face from frame to frame.

    The only state is the crop that the last frame suggests, and when the detector last ran and what it found.
    """

    def __init__(self, model: FaceModel) -> None:
        self._model = model
        self._crop: Crop | None = None
        self._checked_s = -np.inf
        self._n_faces = 0
        self._fresh = False

    def update(self, image: Sight, time_s: float) -> FaceMesh | None:
        """Return the mesh of the followed face in an upright picture, or None where no face is seen."""
        if self._crop is None or time_s - self._checked_s >= RECHECK_S:
            self._detect(image, time_s)
        if self._crop is None:
            return None
        points_px, presence = self._read(image, self._crop)
        is_new, self._fresh = self._fresh, False
        if is_new and presence >= MIN_PRESENCE:
            # A detector's box frames the face otherwise than the tracked crop: read again within the latter.
            points_px, presence = self._read(image, crop_of_points(points_px))
        if presence < MIN_PRESENCE:
            self._crop = None
            return None
        self._crop = crop_of_points(points_px)
        return FaceMesh(points_px, presence, max(self._n_faces, 1), is_new)

    def _read(self, image: Sight, crop: Crop) -> tuple[FloatArray, float]:
        matrix = crop.matrix()
        points, presence = self._model.landmarks(cut_affine(image, matrix, CROP_PX))
        return to_picture(points, matrix), presence

    def _detect(self, image: Sight, time_s: float) -> None:
        faces = find_faces(self._model, whole(image))
        self._checked_s = time_s
        self._n_faces = len(faces)
        if not faces:
            return
        largest = crop_of_box(faces[0])
        if self._crop is None or _elsewhere(largest, self._crop):
            self._crop, self._fresh = largest, True


def _elsewhere(largest: Crop, followed: Crop) -> bool:
    """Whether the largest detected face is another one than the followed, and clearly larger."""
    distance = np.hypot(*np.subtract(largest.center_px, followed.center_px))
    # A tracked crop is about as large as the crop a detection of the same face gives.
    return bool(distance > followed.side_px / 2 and largest.side_px > np.sqrt(LARGER_FACE) * followed.side_px)
