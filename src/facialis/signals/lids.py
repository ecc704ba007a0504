"""How far the lids of an eye have come together within the last second, from the picture itself.

The face mesh places the lids to about a pixel and under-reads small closures. The skin, lashes and lid edges
carry more: their vertical shift against the eye's own recent picture is found by least squares over all
their pixels (Lucas & Kanade 1981, Proc. IJCAI, 674-679). The shift of the strip above the eye less that of
the strip below is free of the head's and the crop's own motion. It is a measure of change, not of posture.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from facialis.signals.geometry import INNER, OUTER
from facialis.signals.hemiface import MIRROR, HalfFaces, half_points
from facialis.types import SIDES, FloatArray, ImageArray, Side

WIDTH_PX, HEIGHT_PX = 40, 32
"""Size of the eye's picture: lids move by 0.1 to 10 of its pixels."""
EYE_WIDTHS = 1.25
"""Width of that picture in eye widths (canthus to canthus)."""
RAISED = 0.1
"""How far its middle lies above the canthi, in eye widths: the upper lid moves most."""
BLUR_PX = 0.8
UPPER, LOWER = slice(2, 18), slice(18, 31)
"""Rows of the strip above and below the middle of the eye."""
SIDE_MARGIN_PX = 3
MEMORY_S = 0.8
"""Time constant of the eye's recent picture: longer than a twitch, shorter than a change of light."""
LONGEST_GAP_S = 0.25
"""After a longer gap there is no recent picture."""


@dataclass
class Recent:
    """A running mean of pictures, and the time of the last one that went into it."""

    picture: FloatArray
    time_s: float


class LidMotion:
    """Follows both eyes from frame to frame; its only state is each eye's recent picture."""

    def __init__(self) -> None:
        self._recent: dict[Side, Recent] = {}

    def reset(self) -> None:
        """Forget the recent pictures: the face was lost, or is another one from here on."""
        self._recent.clear()

    def update(self, halves: HalfFaces, time_s: float, unit: float) -> dict[str, float]:
        """Return `left_lid_shift` and `right_lid_shift` in inter-ocular distances, closing positive.

        `unit` is the inter-ocular distance in px of the half-faces' crop. NaN without a recent picture.
        """
        shifts = {}
        for side in SIDES:
            picture, scale = _eye_picture(halves.grey, halves.points[side], side)
            recent = self._recent.get(side)
            if recent is None or time_s - recent.time_s > LONGEST_GAP_S:
                self._recent[side] = Recent(picture, time_s)
                shifts[f"{side}_lid_shift"] = float("nan")
                continue
            shifts[f"{side}_lid_shift"] = _closing(recent.picture, picture) * scale / unit
            share = 1 - np.exp(-(time_s - recent.time_s) / MEMORY_S)
            recent.picture = recent.picture + np.float32(share) * (picture - recent.picture)
            recent.time_s = time_s
        return shifts


def _eye_picture(grey: ImageArray, points: FloatArray, side: Side) -> tuple[FloatArray, float]:
    """The eye's picture (32, 40), normalised for light, and the px of the crop that one of its px spans."""
    outer, inner = half_points(points, *OUTER), half_points(points, *INNER)
    if side == "left":
        outer[0], inner[0] = 2 * MIRROR - outer[0], 2 * MIRROR - inner[0]
    across = inner - outer if side == "right" else outer - inner
    width = max(float(np.hypot(*across)), 1.0)
    scale = width * EYE_WIDTHS / WIDTH_PX
    right = across / width
    down = np.array([-right[1], right[0]])
    center = (outer + inner) / 2 - RAISED * width * down
    axes = np.column_stack([right, down]) * scale
    corner = center - axes @ np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2])
    matrix = np.column_stack([axes, corner])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(grey, matrix, (WIDTH_PX, HEIGHT_PX), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    picture = cv2.GaussianBlur(cut.astype(np.float32), (0, 0), BLUR_PX)
    normal: FloatArray = (picture - picture.mean()) / max(float(picture.std()), 1.0)
    return normal, scale


def _closing(recent: FloatArray, picture: FloatArray) -> float:
    """Downward shift of the upper strip less that of the lower one, in px of the eye's picture."""
    vertical, horizontal = np.asarray(np.gradient(recent))
    change = picture - recent
    return _shift(vertical, horizontal, change, UPPER) - _shift(vertical, horizontal, change, LOWER)


def _shift(vertical: FloatArray, horizontal: FloatArray, change: FloatArray, rows: slice) -> float:
    """Downward shift of a strip by least squares over its pixels; 0 where it has no texture."""
    part = (rows, slice(SIDE_MARGIN_PX, -SIDE_MARGIN_PX))
    v, h, c = vertical[part].ravel(), horizontal[part].ravel(), change[part].ravel()
    vv, hh, vh = float(v @ v), float(h @ h), float(v @ h)
    determinant = vv * hh - vh**2
    if determinant <= 1e-6 * vv * hh or determinant == 0:
        return 0.0
    return (vh * float(h @ c) - hh * float(v @ c)) / determinant
