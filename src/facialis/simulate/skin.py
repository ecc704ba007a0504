"""What the head looks like: colours of each identity and the painted front of the face.

The picture is painted onto the front view of the mesh as cut (x to the patient's left, y up, decimetres), so
that one drawing fits all identities; each identity has its own colours, hairs, blotches and lines.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from facialis.simulate.head import Identity
from facialis.types import FloatArray, ImageArray

X_DM = (-1.1, 1.1)
Y_DM = (6.0, 8.2)
SIZE_PX = 1024
_PX_PER_DM = SIZE_PX / (X_DM[1] - X_DM[0])

# Outline of the red of the lips and course of the left brow, read off the mesh's front view.
_UPPER_LIP = ((0.275, 6.612), (0.2, 6.648), (0.08, 6.697), (0.0, 6.677))
_LOWER_LIP = ((0.275, 6.606), (0.2, 6.55), (0.13, 6.508), (0.0, 6.494))
_BROW = ((0.115, 7.43), (0.2, 7.465), (0.32, 7.5), (0.43, 7.492), (0.54, 7.435))
_BROW_HALF_HEIGHT = (0.03, 0.04, 0.036, 0.028, 0.008)


@dataclass(frozen=True)
class Complexion:
    """Colours as sRGB from 0 to 1."""

    skin: tuple[float, float, float]
    lips: tuple[float, float, float]
    hair: tuple[float, float, float]
    brow: tuple[float, float, float]
    iris: tuple[float, float, float]
    shirt: tuple[float, float, float]
    old: bool
    male: bool


_SKIN = {"african": (0.47, 0.32, 0.24), "asian": (0.83, 0.65, 0.52), "caucasian": (0.87, 0.68, 0.58)}
_LIPS = {"african": (0.45, 0.24, 0.22), "asian": (0.72, 0.40, 0.36), "caucasian": (0.75, 0.42, 0.40)}
_HAIR = {"african": (0.07, 0.055, 0.05), "asian": (0.08, 0.065, 0.06), "caucasian": (0.27, 0.18, 0.11)}
_IRIS = {"african": (0.16, 0.09, 0.05), "asian": (0.19, 0.11, 0.06), "caucasian": (0.30, 0.38, 0.42)}
_SHIRT = {"african": (0.75, 0.75, 0.72), "asian": (0.25, 0.32, 0.42), "caucasian": (0.30, 0.42, 0.36)}


def complexion(identity: Identity) -> Complexion:
    """Return the colours of an identity."""
    ancestry, sex, age = identity.split("-")
    old, male = age == "old", sex == "male"
    hair = np.array(_HAIR[ancestry])
    grey = np.array([0.55, 0.54, 0.52])
    shown = hair * 0.45 + grey * 0.55 if old else hair
    brow = hair * 0.75 + grey * 0.12 if old else hair
    skin = np.array(_SKIN[ancestry]) * (0.96 if male else 1.0)
    return Complexion(
        _color(skin),
        _LIPS[ancestry],
        _color(shown),
        _color(brow * 0.9),
        _IRIS[ancestry],
        _SHIRT[ancestry],
        old,
        male,
    )


def paint_face(identity: Identity, seed: int) -> ImageArray:
    """Return the face's colour picture, (1024, 1024, 3) sRGB uint8, row 0 at the chin's side (y lowest)."""
    look = complexion(identity)
    rng = np.random.default_rng([seed, 21, sum(map(ord, identity))])
    face = np.ones((SIZE_PX, SIZE_PX, 3)) * look.skin
    face *= 1 + _blotches(rng, (3, 12, 40), (0.035, 0.03, 0.02))[..., None] * [0.7, 1.0, 1.1]
    face *= 1 + 0.035 * cv2.GaussianBlur(rng.standard_normal((SIZE_PX, SIZE_PX)), (0, 0), 1.2)[..., None]
    _redden(face, look)
    if look.male:
        _shade_beard(face, look, rng)
    if look.old:
        _wrinkle(face, rng)
    _freckle(face, rng, 60 if look.old else 25)
    _paint_lips(face, look)
    _paint_brows(face, look, rng)
    return _bytes(255 * face)


def _bytes(picture: FloatArray) -> ImageArray:
    shown: ImageArray = np.clip(picture, 0, 255).astype(np.uint8)
    return shown


def _color(rgb: FloatArray) -> tuple[float, float, float]:
    r, g, b = (float(v) for v in rgb)
    return r, g, b


def _px(points: FloatArray) -> FloatArray:
    """Map places in decimetres (n, 2) to the picture's pixels (column, row)."""
    return (np.asarray(points, float) - [X_DM[0], Y_DM[0]]) * _PX_PER_DM


def _blob(x: float, y: float, width: float, height: float) -> FloatArray:
    """Return a soft spot of height 1 at (x, y), (size, size); `width`, `height` are standard deviations."""
    axis = np.arange(SIZE_PX) / _PX_PER_DM
    across = np.exp(-(((axis + X_DM[0] - x) / width) ** 2) / 2)
    down = np.exp(-(((axis + Y_DM[0] - y) / height) ** 2) / 2)
    spot: FloatArray = down[:, None] * across[None]
    return spot


def _blotches(rng: np.random.Generator, cells: tuple[int, ...], sizes: tuple[float, ...]) -> FloatArray:
    total = np.zeros((SIZE_PX, SIZE_PX))
    for n, size in zip(cells, sizes, strict=True):
        coarse = rng.standard_normal((n + 3, n + 3))
        total += size * cv2.resize(coarse, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_CUBIC)
    return total


def _redden(face: FloatArray, look: Complexion) -> None:
    for sign in (-1, 1):
        cheek = 0.10 * _blob(sign * 0.4, 6.98, 0.16, 0.13) + 0.12 * _blob(sign * 0.78, 7.1, 0.06, 0.2)
        face *= 1 - cheek[..., None] * [0.1, 1.0, 0.9]
        # Thin skin around the eyes is darker, and a lash line marks the rims.
        socket = 0.16 * _blob(sign * 0.31, 7.27, 0.15, 0.075) + 0.10 * _blob(sign * 0.17, 7.27, 0.05, 0.06)
        face *= 1 - socket[..., None] * [0.8, 1.0, 0.9]
        face *= 1 - 0.75 * _blob(sign * 0.088, 6.862, 0.035, 0.012)[..., None]
    nose = 0.10 * _blob(0, 6.95, 0.11, 0.08)
    face *= 1 - nose[..., None] * [0.1, 1.0, 0.9]
    del look


def _shade_beard(face: FloatArray, look: Complexion, rng: np.random.Generator) -> None:
    area = (
        _blob(0, 6.42, 0.33, 0.2) + 0.7 * _blob(0.42, 6.55, 0.14, 0.25) + 0.7 * _blob(-0.42, 6.55, 0.14, 0.25)
    )
    area += 0.6 * _blob(0, 6.75, 0.2, 0.035)
    stubble = np.clip(area, 0, 1) * (0.16 + 0.10 * rng.random((SIZE_PX, SIZE_PX)))
    face *= 1 - stubble[..., None] * (1 - 0.4 * np.array(look.hair))


def _wrinkle(face: FloatArray, rng: np.random.Generator) -> None:
    lines = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    for y in (7.68, 7.77, 7.86):
        x = np.linspace(-0.4, 0.4, 40)
        _line(
            lines, np.column_stack([x, y + 0.02 * np.cos(3 * x) + 0.006 * np.cumsum(rng.normal(0, 0.6, 40))])
        )
    for sign in (-1, 1):
        for rise in (-0.05, 0.0, 0.05):
            x = np.linspace(0.5, 0.6, 10)
            _line(lines, np.column_stack([sign * x, 7.28 + rise + 2 * rise * (x - 0.5)]))
        x = np.linspace(0.2, 0.36, 20)
        _line(lines, np.column_stack([sign * x, 6.88 - 9 * (x - 0.2) ** 2 - 0.4 * (x - 0.2)]))
    soft = cv2.GaussianBlur(lines, (0, 0), 4)
    face *= 1 - 0.13 * soft[..., None] / max(float(soft.max()), 1e-6)


def _freckle(face: FloatArray, rng: np.random.Generator, n: int) -> None:
    spots = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    for x, y in rng.uniform((-0.6, 6.3), (0.6, 7.9), (n, 2)):
        cv2.circle(
            spots, _point(x, y), int(rng.integers(1, 4)), float(rng.uniform(0.05, 0.25)), -1, cv2.LINE_AA
        )
    face *= 1 - cv2.GaussianBlur(spots, (0, 0), 1.5)[..., None] * [0.7, 1.0, 1.1]


def _paint_lips(face: FloatArray, look: Complexion) -> None:
    upper, lower = np.array(_UPPER_LIP), np.array(_LOWER_LIP)
    right = [-1.0, 1.0]
    outline = np.concatenate([upper, (upper * right)[::-1], lower * right, lower[::-1]])
    mask = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    cv2.fillPoly(mask, [np.rint(_px(outline) * 16).astype(np.int32)], 1.0, cv2.LINE_AA, shift=4)
    mask = cv2.GaussianBlur(mask, (0, 0), 3)[..., None] * 0.85
    lips = np.array(look.lips) * (1 + _blotches(np.random.default_rng(5), (60,), (0.04,)))[..., None]
    face[:] = face * (1 - mask) + lips * mask
    face *= (
        1
        - 0.5
        * np.exp(-(((np.arange(SIZE_PX) / _PX_PER_DM + Y_DM[0] - 6.61) / 0.008) ** 2))[:, None, None]
        * mask
    )


def _paint_brows(face: FloatArray, look: Complexion, rng: np.random.Generator) -> None:
    course, half = np.array(_BROW), np.array(_BROW_HALF_HEIGHT) * (1.15 if look.male else 0.85)
    hairs = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    for sign in (-1, 1):
        along = rng.uniform(course[0, 0], course[-1, 0], 420)
        middle, reach = np.interp(along, course[:, 0], course[:, 1]), np.interp(along, course[:, 0], half)
        start = middle + reach * rng.uniform(-1, 0.7, len(along))
        lateral = (along - course[0, 0]) / np.ptp(course[:, 0])
        length = rng.uniform(0.04, 0.07, len(along))
        angle = np.radians(75 - 80 * lateral) + rng.normal(0, 0.15, len(along))
        ends = np.column_stack([along + length * np.cos(angle), start + length * np.sin(angle) * 0.6])
        for x, y, (to_x, to_y) in zip(along, start, ends, strict=True):
            strength = float(rng.uniform(0.5, 1.0))
            cv2.line(hairs, _point(sign * x, y), _point(sign * to_x, to_y), strength, 2, cv2.LINE_AA)
    cover = np.clip(
        0.75 * cv2.GaussianBlur(hairs, (0, 0), 1.0) + 0.35 * cv2.GaussianBlur(hairs, (0, 0), 7), 0, 0.9
    )
    face[:] = face * (1 - cover[..., None]) + np.array(look.brow) * cover[..., None]


def _line(canvas: FloatArray, places: FloatArray) -> None:
    cv2.polylines(canvas, [np.rint(_px(places)).astype(np.int32)], False, 1.0, 2, cv2.LINE_AA)


def _point(x: float, y: float) -> tuple[int, int]:
    column, row = _px(np.array([x, y]))
    return round(column), round(row)


def paint_grain(seed: int) -> ImageArray:
    """Return fine noise without seams, (256, 256, 1) uint8 around 128, for strands, pores and cloth."""
    rng = np.random.default_rng([seed, 22])
    waves = np.fft.rfft2(rng.standard_normal((256, 256)))
    rate = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.rfftfreq(256)[None]) * 256
    noise = np.fft.irfft2(waves * np.exp(-((rate / 60) ** 2)), (256, 256))
    return _bytes(128 + 50 * noise / noise.std())[..., None]


def paint_room(seed: int) -> ImageArray:
    """Return an out-of-focus room, (256, 256, 3) sRGB uint8."""
    rng = np.random.default_rng([seed, 23])
    room = np.ones((256, 256, 3)) * rng.uniform(0.45, 0.75, 3).mean() * rng.uniform(0.92, 1.06, 3)
    for _ in range(7):
        column, row, width, height = rng.integers((0, 0, 30, 40), (256, 256, 110, 140))
        room[row : row + height, column : column + width] *= rng.uniform(0.75, 1.15) * rng.uniform(
            0.94, 1.06, 3
        )
    return _bytes(255 * np.asarray(cv2.GaussianBlur(room, (0, 0), 9), dtype=float))
