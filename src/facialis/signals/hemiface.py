"""Mirrored half-faces: each side of the face completed to a whole face by its own reflection.

The face mesh has a symmetry prior: of a one-sided closure it shows a part, and gives the healthy eye the
rest. A face made of one half and its mirror image is symmetric, so the prior has nothing left to bend
(the idea goes back to SplitFace and to mirrored-hemiface pipelines, doi:10.1177/26893614251394382).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from facialis.signals.landmarks import Crop, FaceMesh, to_picture
from facialis.signals.model import CROP_PX, FaceModel
from facialis.signals.window import Sight, cut_affine
from facialis.types import FloatArray, ImageArray, Side

FOREHEAD, CHIN = 10, 152
MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 152)
FACE_HEIGHT = 1.0
"""Forehead to chin as a share of the crop; the tracker has 0.67, but this way lids span more pixels."""
THINNED_BY = 4
"""Enough pixels are left to tell a still picture, at a sixteenth of the time."""
MIRROR = (CROP_PX - 1) / 2
"""Column of the crop, in px, about which the halves are reflected."""


@dataclass(frozen=True)
class HalfFaces:
    """Both halves read apart, in one upright crop of 256 px.

    `points` maps a side to the mesh (478, 3) of its completed face, in px of the crop; `presence` to the
    model's own certainty that this is a face, 0 to 1; `matrix` (2, 3) maps the crop to the picture and
    `picture` is the crop itself (256, 256, 3).
    """

    points: dict[Side, FloatArray]
    presence: dict[Side, float]
    matrix: FloatArray
    picture: ImageArray

    @cached_property
    def grey(self) -> ImageArray:
        """The crop in grey levels, shape (256, 256)."""
        return np.asarray(cv2.cvtColor(self.picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def upright_crop(points_px: FloatArray) -> Crop:
    """The crop with the face upright along forehead to chin and the midline in the middle.

    `points_px` is a whole-face mesh (478, 2 or 3) in px of the picture.
    """
    top, bottom = points_px[FOREHEAD, :2], points_px[CHIN, :2]
    axis = bottom - top
    length = float(np.hypot(*axis))
    angle = float(np.arctan2(-axis[0], axis[1]))
    across = np.array([np.cos(angle), np.sin(angle)])
    center = (top + bottom) / 2
    # The median holds the midline where the nose leans or one point is off.
    center = center + across * np.median((points_px[list(MIDLINE), :2] - center) @ across)
    return Crop((float(center[0]), float(center[1])), length / FACE_HEIGHT, angle)


def complete(picture: ImageArray, side: Side) -> ImageArray:
    """Complete one half of an upright crop (256, 256, 3) to a face; the patient's left is on the right."""
    middle = CROP_PX // 2
    right, left = slice(0, middle), slice(middle, CROP_PX)
    own, other = (right, left) if side == "right" else (left, right)
    face = np.empty_like(picture)
    face[:, own] = picture[:, own]
    face[:, other] = cv2.flip(picture[:, own], 1)  # ten times faster than a reversed view
    return face


def read_halves(model: FaceModel, image: Sight, mesh: FaceMesh) -> HalfFaces:
    """Read both mirrored half-faces of an upright picture that holds `mesh`."""
    return read_half(model, read_half(model, unread_halves(image, mesh), "left"), "right")


def unread_halves(image: Sight, mesh: FaceMesh) -> HalfFaces:
    """Cut the upright crop of a picture that holds `mesh`; neither half is read yet."""
    matrix = upright_crop(mesh.points_px).matrix(MIRROR)
    return HalfFaces({}, {}, matrix, cut_affine(image, matrix, CROP_PX))


def read_half(model: FaceModel, halves: HalfFaces, side: Side) -> HalfFaces:
    """Return `halves` with this side read as well."""
    points, presence = model.landmarks(complete(halves.picture, side))
    return replace(
        halves, points={**halves.points, side: points}, presence={**halves.presence, side: presence}
    )


def thinned(image: Sight, halves: HalfFaces) -> ImageArray:
    """Every fourth pixel of what the crop would show of another picture: shape (64, 64, 3)."""
    matrix = halves.matrix * np.array([THINNED_BY, THINNED_BY, 1])
    return cut_affine(image, matrix, CROP_PX // THINNED_BY)


def half_points(points: FloatArray, right: int, left: int) -> FloatArray:
    """Mean position (2,) of a landmark and of its mirror image, as seen on the viewer's left half.

    `points` (478, 3) is the mesh of a completed face; `right` and `left` are the indices of the same landmark
    on the patient's right and left. Both are pictures of one thing, so their mean has less noise.
    """
    own, twin = points[right, :2], points[left, :2]
    return np.array([(own[0] + 2 * MIRROR - twin[0]) / 2, (own[1] + twin[1]) / 2])


def in_picture(halves: HalfFaces, side: Side) -> FloatArray:
    """The points of one completed half-face, (478, 3) in px of the picture."""
    return to_picture(halves.points[side], halves.matrix)


def own_points(halves: HalfFaces, side: Side) -> FloatArray:
    """The points (k, 2), in px of the picture, on the side's own half; the others are its reflection."""
    x = halves.points[side][:, 0]
    own = x >= MIRROR if side == "left" else x <= MIRROR
    return in_picture(halves, side)[own, :2]
