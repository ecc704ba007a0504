"""One frame's points become distances: what each side of the face does, in inter-ocular distances.

Heights are measured up from the canthi, in the upright crop of the half-faces, so that head roll and
translation leave them alone. Every distance is divided by the inter-ocular distance (between the outer
canthi), taken in three dimensions so that it holds when the head turns.
"""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from facialis.signals.hemiface import MIRROR, HalfFaces
from facialis.signals.landmarks import FaceMesh
from facialis.signals.model import CROP_PX
from facialis.types import SIDES, FloatArray, ImageArray

# Landmarks of the 478-point mesh as (patient's right, patient's left).
OUTER, INNER = (33, 263), (133, 362)
UPPER_LID = ((160, 387), (159, 386), (158, 385))
LOWER_LID = ((144, 373), (145, 374), (153, 380))
BROW = ((70, 300), (63, 293), (105, 334), (66, 296), (107, 336))
CHEEK = ((50, 280), (205, 425), (117, 346))
MOUTH_CORNER = (61, 291)
NOSE_WING = (129, 358)
CHIN_PAD = ((176, 400), (148, 377))
TEMPLES = ((33, 263), (234, 454), (127, 356))
IRIS = ((469, 471), (474, 476))
IRIS_RING = ((469, 470, 471, 472), (474, 475, 476, 477))
FOREHEAD, CHIN_TIP = 10, 152

_MEASURED: Mapping[str, tuple[tuple[int, int], ...]] = {
    "outer": (OUTER,),
    "inner": (INNER,),
    "upper lid": UPPER_LID,
    "lower lid": LOWER_LID,
    "brow": BROW,
    "cheek": CHEEK,
    "mouth": (MOUTH_CORNER,),
    "nose": (NOSE_WING,),
    "chin": CHIN_PAD,
}
_RIGHT, _LEFT = np.array([pair for pairs in _MEASURED.values() for pair in pairs]).T
# Row by row the mean over the landmarks of one name.
_MEANS = block_diag(*(np.full((1, len(pairs)), 1 / len(pairs)) for pairs in _MEASURED.values()))

MIDLINE_SHARE = 0.5
"""How much of an error of the midline, seen at the outer canthus, is taken off the mouth corner's distance.

A midline that is off by d moves corner and canthus alike; a turned head moves the canthus, which lies deeper,
more. Half of it gave the least scatter over all healthy development clips.
"""

SIDE_NAMES = (
    "aperture",
    "brow",
    "cheek",
    "mouth_lateral",
    "mouth_vertical",
    "nose",
    "chin",
    "presence",
    "sharpness",
)
FRAME_NAMES = (
    "yaw_deg",
    "pitch_deg",
    "roll_deg",
    "gaze_left",
    "gaze_up",
    "interocular_px",
    "iris_px",
    "brightness",
    "contrast",
    "n_faces",
    "change",
)
NAMES = tuple(f"{side}_{name}" for side in SIDES for name in SIDE_NAMES) + FRAME_NAMES


def frame_geometry(mesh: FaceMesh, halves: HalfFaces, previous: ImageArray | None) -> dict[str, float]:
    """Return the values named in NAMES for one frame.

    Distances are in inter-ocular distances, heights upwards; `presence` is the half-face's certainty as a
    logit, `sharpness` the spread of the Laplacian over the crop's half as a share of its contrast,
    `brightness` and `contrast` grey levels (0 to 255), `change` the mean grey difference from
    `previous`, the same crop of the frame before, whole or thinned (NaN for the first frame).
    """
    unit = interocular_in_crop(mesh, halves)
    picture, grey = halves.picture, halves.grey
    values: dict[str, float] = {}
    for side in SIDES:
        for name, value in _side_distances(halves.points[side], unit).items():
            values[f"{side}_{name}"] = value
        values[f"{side}_presence"] = _logit(halves.presence[side])
        values[f"{side}_sharpness"] = _sharpness(_half(grey, side))
    values |= head_pose(mesh.points_px)
    values |= gaze(mesh.points_px)
    values["interocular_px"] = _interocular_px(mesh.points_px)
    values["iris_px"] = _iris_px(mesh.points_px)
    values["brightness"], values["contrast"] = _mean_sd(grey)
    values["n_faces"] = float(mesh.n_faces)
    values["change"] = float("nan") if previous is None else _change(picture, previous)
    return values


def _change(picture: ImageArray, previous: ImageArray) -> float:
    step = picture.shape[0] // previous.shape[0]
    same = np.ascontiguousarray(picture[::step, ::step])
    return float(cv2.norm(same, previous, cv2.NORM_L1)) / same.size


def interocular_in_crop(mesh: FaceMesh, halves: HalfFaces) -> float:
    """The inter-ocular distance in px of the half-faces' crop."""
    return _interocular_px(mesh.points_px) / float(np.hypot(halves.matrix[0, 0], halves.matrix[1, 0]))


def missing_geometry() -> dict[str, float]:
    """The values of a frame in which no face was seen: all NaN, no faces."""
    return dict.fromkeys(NAMES, float("nan")) | {"n_faces": 0.0}


def head_pose(points: FloatArray) -> dict[str, float]:
    """Yaw, pitch and roll in degrees from a mesh (478, 3).

    Yaw is positive where the head turns to the patient's left, pitch where the chin lifts, roll where the
    head leans to the patient's left; all rest on pairs of points that lie symmetrically in the face.
    """
    across = sum(points[left] - points[right] for right, left in TEMPLES)
    down = points[CHIN_TIP] - points[FOREHEAD]
    return {
        "yaw_deg": float(np.degrees(np.arctan2(across[2], across[0]))),
        "pitch_deg": float(-np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))),
        "roll_deg": float(np.degrees(np.arctan2(across[1], np.hypot(across[0], across[2])))),
    }


def gaze(points: FloatArray) -> dict[str, float]:
    """How far both irises together lie to the patient's left and up from the middle of the eyes.

    From a mesh (478, 3), in eye widths (canthus to canthus). A turn of the eyes opens and closes the two sets
    of lids by different amounts.
    """
    flat = points[:, :2].astype(float)
    across = flat[OUTER[1]] - flat[OUTER[0]]
    across = across / max(float(np.hypot(*across)), 1e-9)
    up = np.array([across[1], -across[0]])
    aside = []
    for outer, inner, iris in zip(OUTER, INNER, IRIS_RING, strict=True):
        width = max(float(np.hypot(*(flat[outer] - flat[inner]))), 1e-9)
        aside.append((flat[list(iris)].mean(axis=0) - (flat[outer] + flat[inner]) / 2) / width)
    mean = np.mean(aside, axis=0)
    return {"gaze_left": float(mean @ across), "gaze_up": float(mean @ up)}


def _side_distances(points: FloatArray, unit: float) -> Mapping[str, float]:
    # As half_points, for all landmarks at once.
    right, left = points[_RIGHT].astype(float), points[_LEFT].astype(float)
    x = _MEANS @ (right[:, 0] + 2 * MIRROR - left[:, 0]) / 2 / unit
    y = _MEANS @ (right[:, 1] + left[:, 1]) / 2 / unit
    across = dict(zip(_MEASURED, (MIRROR / unit - x).tolist(), strict=True))
    canthi = (y[0] + y[1]) / 2
    height = dict(zip(_MEASURED, (canthi - y).tolist(), strict=True))
    return {
        "aperture": height["upper lid"] - height["lower lid"],
        "brow": height["brow"],
        "cheek": height["cheek"],
        "mouth_lateral": across["mouth"] - MIDLINE_SHARE * across["outer"],
        "mouth_vertical": height["mouth"],
        "nose": height["nose"],
        "chin": height["chin"],
    }


def _interocular_px(points: FloatArray) -> float:
    return float(np.linalg.norm(points[OUTER[1]] - points[OUTER[0]]))


def _iris_px(points: FloatArray) -> float:
    """Horizontal visible iris diameter in px, the mean of both eyes."""
    return float(np.mean([np.linalg.norm(points[a] - points[b]) for a, b in IRIS]))


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-12), 1 - 1e-12)
    return float(np.log(bounded / (1 - bounded)))


def _half(grey: ImageArray, side: str) -> ImageArray:
    return grey[:, : CROP_PX // 2] if side == "right" else grey[:, CROP_PX // 2 :]


def _sharpness(grey: ImageArray) -> float:
    edges = cv2.Laplacian(grey, cv2.CV_16S)
    return _mean_sd(edges)[1] / max(_mean_sd(grey)[1], 1.0)


def _mean_sd(picture: NDArray[Any]) -> tuple[float, float]:
    mean, sd = cv2.meanStdDev(picture)
    return float(mean[0, 0]), float(sd[0, 0])
