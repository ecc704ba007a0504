"""Where faces are in a picture: decoding of the short-range BlazeFace detector (arXiv:1907.05047)."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from facialis.signals.model import DETECTOR_PX, FaceModel
from facialis.types import FloatArray, ImageArray

MIN_SCORE = 0.5
"""Score from which a box counts as a face: the published default of the detector."""
MAX_OVERLAP = 0.3
"""Boxes that overlap by more than this share of their union are one face: the published default."""


@dataclass(frozen=True)
class FaceBox:
    """A face seen by the detector: centre, size and eye centres in px of the picture, score 0 to 1."""

    center_px: FloatArray
    size_px: FloatArray
    eyes_px: FloatArray
    score: float

    @property
    def area_px2(self) -> float:
        """Area of the box in square pixels."""
        return float(self.size_px[0] * self.size_px[1])


def find_faces(model: FaceModel, image: ImageArray) -> list[FaceBox]:
    """Return the faces of an upright RGB picture (h, w, 3), largest first."""
    height, width = image.shape[:2]
    scale = DETECTOR_PX / max(height, width)
    offset = np.array([(DETECTOR_PX - width * scale) / 2, (DETECTOR_PX - height * scale) / 2])
    transform = np.array([[scale, 0, offset[0]], [0, scale, offset[1]]])
    small = cv2.warpAffine(_shrunk(image, scale), transform @ _unshrunk(scale), (DETECTOR_PX, DETECTOR_PX))
    regressors, scores = model.detections(np.asarray(small, dtype=np.uint8))
    kept = scores >= MIN_SCORE
    boxes = [
        _box(regressor, anchor, score, scale, offset)
        for regressor, anchor, score in zip(regressors[kept], _anchors()[kept], scores[kept], strict=True)
    ]
    return sorted(_blend_overlaps(boxes), key=lambda box: -box.area_px2)


def _halvings(scale: float) -> int:
    return max(0, int(np.floor(np.log2(1 / scale)))) if scale < 1 else 0


def _shrunk(image: ImageArray, scale: float) -> ImageArray:
    """Shrink by whole factors first: a plain bilinear warp from 1080p to 128 px would skip most pixels."""
    factor = 2 ** _halvings(scale)
    if factor == 1:
        return image
    size = (max(1, image.shape[1] // factor), max(1, image.shape[0] // factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _unshrunk(scale: float) -> FloatArray:
    factor = 2 ** _halvings(scale)
    return np.array([[factor, 0, 0], [0, factor, 0], [0, 0, 1.0]])


@cache
def _anchors() -> FloatArray:
    """Anchor centres (896, 2), 0 to 1: two at each cell of 16 x 16, six at each of 8 x 8."""
    grids = []
    for cells, repeats in ((16, 2), (8, 6)):
        centers = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centers, centers, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeats, axis=0))
    return np.concatenate(grids)


def _box(
    regressor: FloatArray, anchor: FloatArray, score: float, scale: float, offset: FloatArray
) -> FaceBox:
    points = (regressor.reshape(8, 2) + anchor * DETECTOR_PX - offset) / scale
    size = regressor[2:4] / scale
    return FaceBox(center_px=points[0], size_px=size, eyes_px=points[2:4], score=float(score))


def _blend_overlaps(boxes: list[FaceBox]) -> list[FaceBox]:
    """One box a face: the mean, weighted by score, of those that overlap its best one (arXiv:1907.05047)."""
    rest = sorted(boxes, key=lambda box: -box.score)
    blended: list[FaceBox] = []
    while rest:
        same = [box for box in rest if box is rest[0] or _overlap(box, rest[0]) > MAX_OVERLAP]
        blended.append(_mean(same))
        rest = [box for box in rest if all(box is not other for other in same)]
    return blended


def _mean(boxes: list[FaceBox]) -> FaceBox:
    weights = [box.score for box in boxes]
    return FaceBox(
        center_px=np.average([box.center_px for box in boxes], axis=0, weights=weights),
        size_px=np.average([box.size_px for box in boxes], axis=0, weights=weights),
        eyes_px=np.average([box.eyes_px for box in boxes], axis=0, weights=weights),
        score=max(weights),
    )


def _overlap(a: FaceBox, b: FaceBox) -> float:
    """Intersection over union of two boxes."""
    low = np.maximum(a.center_px - a.size_px / 2, b.center_px - b.size_px / 2)
    high = np.minimum(a.center_px + a.size_px / 2, b.center_px + b.size_px / 2)
    shared = float(np.prod(np.maximum(high - low, 0)))
    return shared / max(a.area_px2 + b.area_px2 - shared, 1e-9)
