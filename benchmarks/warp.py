"""One side of a photographed face contracts: displacement fields anchored at face points.

Lengths are shares of the inter-ocular distance (IOD, between the centres of the eyes). Coordinates are
upright with the face: `u` grows to the patient's left, `v` downwards. `left` and `right` are the patient's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.interpolate import PchipInterpolator

from facialis.simulate.schedule import Muscle
from facialis.types import BoolArray, FloatArray, ImageArray, Side

SMALLEST_ACTIVATION = 1e-3
"""Activations up to this leave the picture untouched, bit by bit."""
FLOW_STEP_PX = 4
LOWER_LID_SHARE = (0.75, 0.2)
"""Share of the closure that the lower lid makes by rising; the upper lid makes the rest. Where the brow hangs
over the eye, no lid skin is in sight that could be drawn down, and the lower lid does more."""
BROW_ROOM = (0.95, 1.6)
"""Distances from lid to brow, as multiples of the aperture, at which the first and the second share hold."""

# Points from the outer to the inner corner, the corners included.
UPPER_LID: Mapping[Side, tuple[int, ...]] = {
    "right": (33, 246, 161, 160, 159, 158, 157, 173, 133),
    "left": (263, 466, 388, 387, 386, 385, 384, 398, 362),
}
LOWER_LID: Mapping[Side, tuple[int, ...]] = {
    "right": (33, 7, 163, 144, 145, 153, 154, 155, 133),
    "left": (263, 249, 390, 373, 374, 380, 381, 382, 362),
}
BROW_EDGE: Mapping[Side, tuple[int, ...]] = {
    "right": (46, 53, 52, 65, 55),
    "left": (276, 283, 282, 295, 285),
}
MIDLINE = (10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 2, 0, 17, 152)


@dataclass(frozen=True)
class Pull:
    """What a muscle does: the anchor moves `lateral` and `up`, a Gaussian of `width` and `height`."""

    muscle: Muscle
    anchor: Mapping[Side, tuple[int, ...]]
    lateral: float
    up: float
    width: float
    height: float


_BROW: Mapping[Side, tuple[int, ...]] = {"right": (63, 105, 66), "left": (293, 334, 296)}
_BROW_HEAD: Mapping[Side, tuple[int, ...]] = {"right": (66, 107), "left": (296, 336)}
_CORNER: Mapping[Side, tuple[int, ...]] = {"right": (61,), "left": (291,)}
_CHEEK: Mapping[Side, tuple[int, ...]] = {"right": (50, 205), "left": (280, 425)}
_NOSE_WING: Mapping[Side, tuple[int, ...]] = {"right": (129,), "left": (358,)}
_CHIN: Mapping[Side, tuple[int, ...]] = {"right": (32, 194), "left": (262, 418)}

PULLS = (
    Pull("frontalis", _BROW, 0.0, 0.08, 0.33, 0.16),
    Pull("corrugator", _BROW_HEAD, -0.03, -0.05, 0.22, 0.16),
    Pull("zygomaticus", _CORNER, 0.09, 0.075, 0.24, 0.22),
    Pull("zygomaticus", _CHEEK, 0.0, 0.045, 0.26, 0.2),
    Pull("orbicularis_oris", _CORNER, -0.04, 0.0, 0.2, 0.16),
    Pull("levator", _NOSE_WING, 0.01, 0.03, 0.14, 0.16),
    Pull("mentalis", _CHIN, 0.0, 0.03, 0.2, 0.18),
)


@dataclass(frozen=True)
class Frame:
    """The face's own coordinates in a picture: origin and unit vectors in px, `iod` in px."""

    origin: FloatArray
    across: FloatArray
    down: FloatArray
    iod: float

    def to_face(self, points_px: FloatArray) -> FloatArray:
        """Return points (..., 2) in px as (u, v) in px along the face's axes."""
        shifted = points_px - self.origin
        return np.stack([shifted @ self.across, shifted @ self.down], axis=-1)


@dataclass(frozen=True)
class Lids:
    """Lid margins of one eye over a grid: `upper`, `lower` (h, w) in px along v; `top` (h, w) the height of
    the skin up to the brow and `bottom` that under the lower lid, in px; `lower_share` of the closure."""

    upper: FloatArray
    lower: FloatArray
    top: FloatArray
    bottom: float
    lower_share: float


def face_frame(points_px: FloatArray) -> Frame:
    """Return the coordinates of the face with mesh points (478, 2) in px."""
    right = points_px[[33, 133]].mean(axis=0)
    left = points_px[[263, 362]].mean(axis=0)
    across = points_px[263] - points_px[33]
    across = across / np.linalg.norm(across)
    down = np.array([-across[1], across[0]])
    return Frame((right + left) / 2, across, down, float(np.linalg.norm(left - right)))


def contract(
    image: ImageArray, points_px: FloatArray, side: Side, activation: Mapping[Muscle, float]
) -> ImageArray:
    """Return the picture (h, w, 3) with one side of the face contracted; the same object where nothing moves.

    `points_px` (478, 2) are the mesh points; at `orbicularis_oculi` 1 the lids meet, at 0.5 the aperture is
    half of what it was. Pixels beyond the midline keep their values.
    """
    if max(activation.values(), default=0.0) <= SMALLEST_ACTIVATION:
        return image
    frame = face_frame(points_px)
    rows, columns = _region(image, points_px, frame, side)
    y, x = np.mgrid[rows, columns].astype(np.float32)
    grid = frame.to_face(np.stack([x, y], axis=-1)).astype(np.float32)
    flow = _flow(grid, points_px, frame, side, activation)
    patch = _draw(image, frame, flow, (x, y))
    closure = activation.get("orbicularis_oculi", 0.0)
    if closure > SMALLEST_ACTIVATION:
        eye = _eye_box(grid, points_px, frame, side)
        near = grid[eye], flow[eye], (x[eye], y[eye])
        patch[eye] = _close_eye(image, *near, points_px, frame, side, closure)
    moved = _inside(grid, points_px, frame, side)[..., None]
    result = image.copy()
    result[rows, columns] = np.where(moved, patch, image[rows, columns])
    return result


def _region(image: ImageArray, points_px: FloatArray, frame: Frame, side: Side) -> tuple[slice, slice]:
    sign = 1 if side == "left" else -1
    lateral = frame.to_face(points_px)[:, 0] * sign
    half = points_px[lateral > -0.1 * frame.iod]
    low = np.maximum(half.min(axis=0) - 0.3 * frame.iod, 0).astype(int)
    high = np.ceil(half.max(axis=0) + 0.3 * frame.iod).astype(int)
    return slice(low[1], min(high[1], image.shape[0])), slice(low[0], min(high[0], image.shape[1]))


def _outward(grid: FloatArray, points_px: FloatArray, frame: Frame, side: Side) -> FloatArray:
    """Return the distance (h, w) in px from the midline towards the side, negative beyond it."""
    middle = frame.to_face(points_px[list(MIDLINE)])
    order = np.argsort(middle[:, 1])
    line = np.interp(grid[..., 1], middle[order, 1], middle[order, 0])
    outward: FloatArray = (grid[..., 0] - line) * (1 if side == "left" else -1)
    return outward


def _inside(grid: FloatArray, points_px: FloatArray, frame: Frame, side: Side) -> BoolArray:
    inside: BoolArray = _outward(grid, points_px, frame, side) > 0
    return inside


def _smoothstep(u: FloatArray) -> FloatArray:
    v = np.clip(u, 0.0, 1.0)
    smooth: FloatArray = v * v * (3 - 2 * v)
    return smooth


def _flow(
    grid: FloatArray,
    points_px: FloatArray,
    frame: Frame,
    side: Side,
    activation: Mapping[Muscle, float],
) -> FloatArray:
    """Return for each pixel (h, w, 2) how far its skin came from, in px along u and v; zero at the lids.

    The field is smooth, so every FLOW_STEP_PX-th pixel is worked out and the others lie between.
    """
    coarse = grid[::FLOW_STEP_PX, ::FLOW_STEP_PX]
    free = _smoothstep(_outward(coarse, points_px, frame, side) / (0.15 * frame.iod))
    radius = np.hypot(*((coarse - _eye_centre(points_px, frame, side)) / frame.iod / (0.3, 0.15)).T).T
    free = free * _smoothstep((radius - 1) / 0.9)
    pulls = [(p, activation.get(p.muscle, 0.0)) for p in PULLS]
    came = np.zeros_like(coarse)
    # The field is given where the skin was: three rounds find, for where it is now, where it was.
    for _ in range(3):
        came = _displacement(coarse - came, points_px, frame, side, pulls) * free[..., None]
    rows, columns = np.mgrid[: grid.shape[0], : grid.shape[1]].astype(np.float32) / FLOW_STEP_PX
    fine = cv2.remap(
        came.astype(np.float32), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(fine, np.float32)


def _eye_centre(points_px: FloatArray, frame: Frame, side: Side) -> FloatArray:
    centre: FloatArray = frame.to_face(points_px[[UPPER_LID[side][0], UPPER_LID[side][-1]]]).mean(axis=0)
    return centre


def _eye_box(grid: FloatArray, points_px: FloatArray, frame: Frame, side: Side) -> tuple[slice, slice]:
    """Return the rows and columns outside which no lid moves."""
    away = (grid - _eye_centre(points_px, frame, side)) / frame.iod
    inside = (np.abs(away[..., 0]) < 0.45) & (away[..., 1] > -0.6) & (away[..., 1] < 0.5)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _displacement(
    grid: FloatArray,
    points_px: FloatArray,
    frame: Frame,
    side: Side,
    pulls: list[tuple[Pull, float]],
) -> FloatArray:
    sign = 1 if side == "left" else -1
    total = np.zeros_like(grid)
    for pull, strength in pulls:
        if strength <= SMALLEST_ACTIVATION:
            continue
        anchor = frame.to_face(points_px[list(pull.anchor[side])]).mean(axis=0)
        away = (grid - anchor) / (frame.iod * np.array([pull.width, pull.height], np.float32))
        fade = strength * frame.iod * np.exp(-0.5 * (away**2).sum(axis=-1))
        total[..., 0] += fade * pull.lateral * sign
        total[..., 1] -= fade * pull.up
    return total


def _draw(
    image: ImageArray, frame: Frame, came: FloatArray, pixel: tuple[FloatArray, FloatArray]
) -> FloatArray:
    x = pixel[0] - came[..., 0] * frame.across[0] - came[..., 1] * frame.down[0]
    y = pixel[1] - came[..., 0] * frame.across[1] - came[..., 1] * frame.down[1]
    x, y = x.astype(np.float32), y.astype(np.float32)
    drawn = cv2.remap(image, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.float32)


def _lids(grid: FloatArray, points_px: FloatArray, frame: Frame, side: Side) -> Lids:
    upper = frame.to_face(points_px[list(UPPER_LID[side])])
    lower = frame.to_face(points_px[list(LOWER_LID[side])])
    brow = frame.to_face(points_px[list(BROW_EDGE[side])])
    up, low = _along(upper, grid[..., 0]), _along(lower, grid[..., 0])
    opening = max(float(np.median(lower[2:-2, 1] - upper[2:-2, 1])), 1e-6)
    room = float(np.median(upper[1:-1, 1]) - np.median(brow[:, 1])) / opening
    share = float(np.interp(room, BROW_ROOM, LOWER_LID_SHARE))
    # The mesh puts a hanging brow's edge too high, and the lid's margin into the iris in its shadow: the skin
    # between them that can be drawn down is less and begins higher.
    bare, shadow = (float(np.interp(room, BROW_ROOM, ends)) for ends in ((0.6, 0.9), (0.03, 0.0)))
    top = np.clip(bare * (up - _along(brow, grid[..., 0])), 0.06 * frame.iod, 0.3 * frame.iod)
    aperture = np.maximum(low - up, 0)
    up = up - shadow * frame.iod * aperture / max(float(aperture.max()), 1e-6)
    return Lids(np.minimum(up, low), low, top, (0.1 + 0.25 * share) * frame.iod, share)


def _along(margin: FloatArray, u: FloatArray) -> FloatArray:
    """Return v of the margin (k, 2) at each u, level beyond its ends."""
    order = np.argsort(margin[:, 0])
    us = np.maximum.accumulate(margin[order, 0] + 1e-3 * np.arange(len(order)))
    line: FloatArray = PchipInterpolator(us, margin[order, 1])(np.clip(u, us[0], us[-1]))
    return line


def _close_eye(
    image: ImageArray,
    grid: FloatArray,
    flow: FloatArray,
    pixel: tuple[FloatArray, FloatArray],
    points_px: FloatArray,
    frame: Frame,
    side: Side,
    closure: float,
) -> FloatArray:
    """Return the patch with both lids drawn over the eyeball, which keeps its place."""
    lids = _lids(grid, points_px, frame, side)
    aperture = lids.lower - lids.upper
    v = grid[..., 1]
    upper = lids.upper + closure * (1 - lids.lower_share) * aperture
    lower = lids.lower - closure * lids.lower_share * aperture
    down = _stretched(upper - v, upper - lids.upper, lids.top)
    up = _stretched(v - lower, lids.lower - lower, lids.bottom)
    above, below = np.clip(upper - v + 0.5, 0, 1), np.clip(v - lower + 0.5, 0, 1)
    skin_above = _draw(image, frame, _after(flow, down), pixel)
    skin_below = _draw(image, frame, _after(flow, -up), pixel)
    eyeball = _draw(image, frame, flow, pixel)
    weights = np.stack([above, below, np.maximum(0, 1 - above - below)])
    weights = weights / weights.sum(axis=0)
    layers = np.stack([skin_above, skin_below, eyeball]).astype(np.float32)
    patch: FloatArray = np.rint((weights[..., None] * layers).sum(axis=0))
    return patch


def _after(flow: FloatArray, shift: FloatArray) -> FloatArray:
    """Return the flow with a shift along v added: the flow is zero where lids move, so the two just add."""
    total = flow.copy()
    total[..., 1] += shift
    return total


def _stretched(distance: FloatArray, shift: FloatArray, reach: FloatArray | float) -> FloatArray:
    """Return how far skin at a distance from the shifted margin was carried along, in px.

    The skin between the margin and `reach` px away stretches over `shift` more; a cubic with equal slopes at
    both ends keeps the lashes and the fold near their size and puts the stretch between.
    """
    ratio = (reach + shift) / reach
    s = np.clip(distance / (reach + shift), None, 1.0)
    slope = np.sqrt(ratio)
    inner = np.clip(s, 0, 1)
    # Hermite cubic from 0 to 1 with that slope at both ends; a straight line beyond the margin.
    source = inner**3 * (2 * slope - 2) + inner**2 * (3 - 3 * slope) + slope * inner
    source = np.where(s < 0, slope * s, source) * reach
    carried: FloatArray = distance - source
    return np.where(distance >= reach + shift, 0.0, shift - carried)
