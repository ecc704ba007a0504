"""How far the skin of each region has shifted within the last second, from the picture itself.

The face mesh follows brow, cheek and mouth to about a pixel and under-reads what one side does alone. The
skin itself shows more: dense optical flow (Kroeger 2016, doi:10.1007/978-3-319-46493-0_29) from the face's
own recent picture to the present one, freed of the motion of the head and the crop. It is a measure of
change, not of posture.
"""

from collections.abc import Mapping

import cv2
import numpy as np
from scipy.linalg import block_diag

from facialis.signals.geometry import BROW, CHEEK, CHIN_PAD, MOUTH_CORNER, NOSE_WING
from facialis.signals.hemiface import MIRROR, HalfFaces
from facialis.signals.lids import LONGEST_GAP_S, MEMORY_S, Recent
from facialis.signals.model import CROP_PX
from facialis.types import SIDES, FloatArray, ImageArray, Side

REGION_POINTS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "brow": BROW,
    "cheek": CHEEK,
    "mouth": (MOUTH_CORNER,),
    "nose": (NOSE_WING,),
    "chin": CHIN_PAD,
}
NAMES = tuple(f"{side}_{region}_shift" for side in SIDES for region in REGION_POINTS)
CELL_PX = 8
"""The flow is averaged over cells of this many px: a region's skin moves as one."""
COARSE_PX = 4
"""Side in px of what the flow is found on: the preset looks no closer, and only enlarges what it found."""
INNER = (0.35, 0.35, 0.4)
"""The part of the crop whose motion is the head's: to this share sidewards, upwards and downwards."""
FIT_ROUNDS = 3


class SkinMotion:
    """Follows the face from frame to frame; its only state is the face's recent picture."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(0)
        self._recent: Recent | None = None

    def reset(self) -> None:
        """Forget the recent picture: the face was lost."""
        self._recent = None

    def update(self, halves: HalfFaces, time_s: float, unit: float) -> dict[str, float]:
        """Return the columns in NAMES, upwards positive, in inter-ocular distances.

        `unit` is the inter-ocular distance in px of the half-faces' crop. NaN without a recent picture.
        """
        grey = halves.grey
        recent = self._recent
        if recent is None or time_s - recent.time_s > LONGEST_GAP_S:
            self._recent = Recent(grey.astype(np.float32), time_s)
            return dict.fromkeys(NAMES, float("nan"))
        before = recent.picture.astype(np.uint8)
        flow = self._flow.calc(_coarse(before), _coarse(grey), None)  # type: ignore[call-overload]  # its stub forgets None
        share = 1 - np.exp(-(time_s - recent.time_s) / MEMORY_S)
        cv2.accumulateWeighted(grey, recent.picture, float(share))
        recent.time_s = time_s
        upward = -COARSE_PX * own_motion(cells(_enlarged(flow)))[..., 1] / unit
        places = np.concatenate([_places(halves.points[side], side) for side in SIDES])
        return dict(zip(NAMES, _at(upward, places).tolist(), strict=True))


def _coarse(grey: ImageArray) -> ImageArray:
    n = CROP_PX // COARSE_PX
    return np.asarray(cv2.resize(grey, (n, n), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _enlarged(flow: FloatArray) -> FloatArray:
    """A coarse flow (64, 64, 2) whose cells are those of the flow enlarged to all pixels of the crop.

    The preset itself enlarges, linearly; a cell then holds an eighth of the pixels next to it.
    """
    kernel = np.array([1, 6, 1]) / 8
    return np.asarray(cv2.sepFilter2D(flow, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE))


def cells(flow: FloatArray) -> FloatArray:
    """Mean flow of each cell (32, 32, 2), in the unit given, of a denser flow (n, n, 2)."""
    n = CROP_PX // CELL_PX
    return np.asarray(cv2.resize(flow, (n, n), interpolation=cv2.INTER_AREA))


def _design() -> FloatArray:
    """For each cell and axis (32 * 32 * 2, 4): shift along x, along y, turn, growth."""
    n = CROP_PX // CELL_PX
    y, x = ((np.mgrid[:n, :n] + 0.5) / n - 0.5).reshape(2, -1)
    one, none = np.ones(n * n), np.zeros(n * n)
    along_x, along_y = np.stack([one, none, -y, x], -1), np.stack([none, one, x, y], -1)
    return np.stack([along_x, along_y], axis=1).reshape(-1, 4)


_DESIGN = _design()
_SIDEWARDS, _DOWN = np.abs(_DESIGN[0::2, 3]), _DESIGN[1::2, 3]
_OF_HEAD = np.repeat((INNER[0] > _SIDEWARDS) & (-INNER[1] < _DOWN) & (INNER[2] > _DOWN), 2)


def own_motion(flow: FloatArray) -> FloatArray:
    """Return a flow of cells (32, 32, 2) without the similarity that most of the face follows.

    Least squares with Cauchy weights, so that a part that moves by itself has little say.
    """
    moved = flow.reshape(-1).astype(float)
    design, inner = _DESIGN[_OF_HEAD], moved[_OF_HEAD]
    weights = np.ones(inner.size)
    solution = np.zeros(4)
    for _ in range(FIT_ROUNDS):
        weighted = design * weights[:, None]
        solution = np.linalg.solve(design.T @ weighted, weighted.T @ inner)
        residual = np.abs(inner - design @ solution)
        scale = 1.5 * float(np.median(residual)) + 1e-6
        weights = 1 / (1 + (residual / scale) ** 2)
    return (moved - _DESIGN @ solution).reshape(flow.shape)


_RIGHT, _LEFT = np.array([pair for pairs in REGION_POINTS.values() for pair in pairs]).T
# Row by row the mean over the landmarks of one region.
_MEANS = block_diag(*(np.full((1, len(pairs)), 1 / len(pairs)) for pairs in REGION_POINTS.values()))


def _places(points: FloatArray, side: Side) -> FloatArray:
    """Where the regions of one side lie in the crop: (5, 2), x and y in px."""
    right, left = points[_RIGHT, :2].astype(float), points[_LEFT, :2].astype(float)
    # As half_points, for all landmarks at once.
    places: FloatArray = _MEANS @ ((right + left) / 2)
    places[:, 0] = _MEANS @ (right[:, 0] + 2 * MIRROR - left[:, 0]) / 2
    if side == "left":
        places[:, 0] = 2 * MIRROR - places[:, 0]
    return places


def _at(values: FloatArray, places: FloatArray) -> FloatArray:
    """Values (k,) of cells (32, 32) at points (k, 2) in px, between their centres; at the rim the nearest."""
    n = values.shape[0]
    x, y = np.clip((places + 0.5) / CELL_PX - 0.5, 0, n - 1.001).T
    i, j = y.astype(int), x.astype(int)
    down, across = y - i, x - j
    top = (1 - across) * values[i, j] + across * values[i, j + 1]
    bottom = (1 - across) * values[i + 1, j] + across * values[i + 1, j + 1]
    return np.asarray((1 - down) * top + down * bottom)
