"""The skin's shift in the picture: what moves is told, what the head does is not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from facialis.signals.hemiface import MIRROR, HalfFaces
from facialis.signals.model import CROP_PX
from facialis.signals.shifts import (
    CELL_PX,
    COARSE_PX,
    NAMES,
    REGION_POINTS,
    SkinMotion,
    _coarse,
    _enlarged,
    cells,
    own_motion,
)
from facialis.types import SIDES, FloatArray, ImageArray, Side

UNIT = 128.0
PLACES = {"brow": (70, 60), "cheek": (70, 150), "mouth": (90, 200), "nose": (105, 140), "chin": (100, 235)}
"""Where the regions lie on the viewer's left half, in px of the crop."""


def skin(seed: int = 1) -> ImageArray:
    """A picture with texture at the scale of a region, but nothing else of a face."""
    noise = np.random.default_rng(seed).standard_normal((CROP_PX, CROP_PX)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    grey = np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8)


def points() -> FloatArray:
    """A symmetric mesh whose regions lie where PLACES says."""
    mesh = np.zeros((478, 3))
    for region, pairs in REGION_POINTS.items():
        x, y = PLACES[region]
        for right, left in pairs:
            mesh[right, :2], mesh[left, :2] = (x, y), (2 * MIRROR - x, y)
    return mesh


def halves(picture: ImageArray) -> HalfFaces:
    return HalfFaces(dict.fromkeys(SIDES, points()), dict.fromkeys(SIDES, 1.0), np.eye(2, 3), picture)


def raised(picture: ImageArray, region: str, side: Side, by_px: float) -> ImageArray:
    """The picture with the skin around one region drawn up."""
    x, y = PLACES[region]
    x = x if side == "right" else 2 * MIRROR - x
    columns, rows = np.meshgrid(np.arange(CROP_PX, dtype=np.float32), np.arange(CROP_PX, dtype=np.float32))
    lift = by_px * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 22**2))
    return np.asarray(
        cv2.remap(picture, columns, (rows + lift).astype(np.float32), cv2.INTER_LINEAR), np.uint8
    )


def moved(picture: ImageArray, matrix: FloatArray) -> ImageArray:
    return np.asarray(
        cv2.warpAffine(picture, matrix, (CROP_PX, CROP_PX), borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def shifts(first: ImageArray, second: ImageArray) -> dict[str, float]:
    """What is told of the second picture after the first one has stood for a while."""
    motion = SkinMotion()
    for i in range(10):
        motion.update(halves(first), i / 30, UNIT)
    return motion.update(halves(second), 10 / 30, UNIT)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("region", REGION_POINTS)
def test_a_region_that_is_drawn_up_shows_on_its_own_side(region: str, side: Side) -> None:
    values = shifts(skin(), raised(skin(), region, side, 2.0))
    other: Side = "left" if side == "right" else "right"
    assert values[f"{side}_{region}_shift"] == pytest.approx(2.0 / UNIT, rel=0.4)
    assert abs(values[f"{other}_{region}_shift"]) < 0.5 / UNIT


def test_a_larger_pull_shows_a_larger_shift() -> None:
    found = [
        shifts(skin(), raised(skin(), "mouth", "left", px))["left_mouth_shift"] for px in (0, 0.5, 1, 2, 3)
    ]
    assert found == sorted(found)
    assert found[1] - found[0] > 0.2 / UNIT


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[1, 0, 2.0], [0, 1, -1.5]]),
        cv2.getRotationMatrix2D((128, 128), 1.0, 1.0),
        cv2.getRotationMatrix2D((128, 128), 0.0, 1.01),
    ],
    ids=["shifted", "turned", "grown"],
)
def test_what_the_whole_face_does_is_no_shift(matrix: FloatArray) -> None:
    values = shifts(skin(), moved(skin(), matrix))
    assert max(abs(value) for value in values.values()) < 0.6 / UNIT


def test_a_still_picture_has_no_shift() -> None:
    assert max(abs(value) for value in shifts(skin(), skin()).values()) < 0.05 / UNIT


def test_without_a_recent_picture_there_is_no_value() -> None:
    motion = SkinMotion()
    assert set(motion.update(halves(skin()), 0.0, UNIT)) == set(NAMES)
    assert np.isnan(list(motion.update(halves(skin()), 1.0, UNIT).values())).all()
    assert np.isfinite(list(motion.update(halves(skin()), 1.04, UNIT).values())).all()
    motion.reset()
    assert np.isnan(list(motion.update(halves(skin()), 1.08, UNIT).values())).all()


def test_a_shift_that_stays_is_forgotten() -> None:
    motion = SkinMotion()
    lifted = raised(skin(), "mouth", "left", 2.0)
    motion.update(halves(skin()), 0.0, UNIT)
    values = [motion.update(halves(lifted), i / 30, UNIT)["left_mouth_shift"] for i in range(1, 150)]
    assert values[0] > 4 * abs(values[-1])


def test_a_shift_is_told_in_inter_ocular_distances() -> None:
    lifted = raised(skin(), "mouth", "left", 2.0)
    motion, other = SkinMotion(), SkinMotion()
    for m in (motion, other):
        m.update(halves(skin()), 0.0, UNIT)
    near = motion.update(halves(lifted), 1 / 30, UNIT)["left_mouth_shift"]
    far = other.update(halves(lifted), 1 / 30, UNIT / 2)["left_mouth_shift"]
    assert far == pytest.approx(2 * near)


def test_the_heads_motion_is_taken_off_exactly() -> None:
    n = CROP_PX // CELL_PX
    y, x = ((np.mgrid[:n, :n] + 0.5) / n - 0.5).astype(np.float32)
    head = np.stack([1.5 - 3 * y + 2 * x, -0.5 + 3 * x + 2 * y], axis=-1)
    np.testing.assert_allclose(own_motion(head), 0, atol=1e-4)
    twitch = np.zeros((n, n, 2))
    twitch[20:24, 20:24, 1] = -2
    np.testing.assert_allclose(own_motion(head + twitch), twitch, atol=0.1)


def test_cells_are_means() -> None:
    flow = np.random.default_rng(2).standard_normal((CROP_PX, CROP_PX, 2)).astype(np.float32)
    np.testing.assert_allclose(cells(flow)[0, 0], flow[:CELL_PX, :CELL_PX].mean(axis=(0, 1)), atol=1e-5)


def test_the_flow_is_the_presets_on_all_pixels_of_the_crop() -> None:
    before, after = (p[..., 0].copy() for p in (skin(), raised(skin(), "mouth", "left", 2.0)))
    preset = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    whole = cells(preset.calc(before, after, None))  # type: ignore[call-overload]
    preset.setFinestScale(0)
    coarse = preset.calc(_coarse(before), _coarse(after), None)  # type: ignore[call-overload]
    np.testing.assert_allclose(COARSE_PX * cells(_enlarged(coarse)), whole, atol=1e-4)
    assert np.abs(whole).max() > 1


def test_the_picture_given_is_not_changed() -> None:
    given = halves(skin())
    motion = SkinMotion()
    motion.update(given, 0.0, UNIT)
    motion.update(replace(given, picture=skin(2)), 1 / 30, UNIT)
    np.testing.assert_array_equal(given.picture, skin())
