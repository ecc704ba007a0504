from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.signals.geometry import (
    CHIN_TIP,
    FOREHEAD,
    INNER,
    IRIS_RING,
    NAMES,
    OUTER,
    SIDE_NAMES,
    TEMPLES,
    frame_geometry,
    gaze,
    head_pose,
    missing_geometry,
)
from facialis.signals.hemiface import read_halves
from facialis.signals.landmarks import FaceTracker
from facialis.signals.model import FaceModel
from facialis.types import SIDES, FloatArray, ImageArray
from tests.faces import face, needs_gl

DISTANCES = ("aperture", "brow", "cheek", "mouth_lateral", "mouth_vertical", "nose", "chin")


@cache
def face_model() -> FaceModel:
    return FaceModel()


def geometry_of(image: ImageArray) -> dict[str, float]:
    mesh = FaceTracker(face_model()).update(image, 0.0)
    assert mesh is not None
    return frame_geometry(mesh, read_halves(face_model(), image, mesh), None)


def moved(
    image: ImageArray, angle_deg: float = 0, scale: float = 1, dx: float = 0, dy: float = 0
) -> ImageArray:
    """The picture turned clockwise about its middle, scaled and moved."""
    size = image.shape[0]
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), -angle_deg, scale)
    matrix[:, 2] += (dx, dy)
    return np.asarray(cv2.warpAffine(image, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE))


def same_face(a: dict[str, float], b: dict[str, float], within: float) -> None:
    for side in SIDES:
        for name in DISTANCES:
            assert b[f"{side}_{name}"] == pytest.approx(a[f"{side}_{name}"], abs=within), f"{side}_{name}"


def straight() -> FloatArray:
    """A head that looks at the camera: temples level, forehead above chin."""
    points = np.zeros((478, 3))
    for i, (right, left) in enumerate(TEMPLES):
        points[right], points[left] = (-50 - i, 5 * i, 20 * i), (50 + i, 5 * i, 20 * i)
    points[FOREHEAD], points[CHIN_TIP] = (0, -90, 0), (0, 90, 0)
    return points


def turned(points: FloatArray, axis: int, angle_deg: float) -> FloatArray:
    a, b = [i for i in range(3) if i != axis]
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    out = points.copy()
    out[:, a], out[:, b] = cos * points[:, a] - sin * points[:, b], sin * points[:, a] + cos * points[:, b]
    return out


# The head's pose (x to the viewer's right, y down, z away from the camera)


@given(st.floats(-60, 60))
def test_each_turn_shows_in_its_own_angle(angle: float) -> None:
    yaw = head_pose(turned(straight(), 1, angle))
    pitch = head_pose(turned(straight(), 0, angle))
    roll = head_pose(turned(straight(), 2, angle))
    assert [yaw["yaw_deg"], yaw["pitch_deg"], yaw["roll_deg"]] == pytest.approx([angle, 0, 0], abs=1e-6)
    assert [pitch["yaw_deg"], pitch["pitch_deg"], pitch["roll_deg"]] == pytest.approx(
        [0, -angle, 0], abs=1e-6
    )
    assert [roll["yaw_deg"], roll["pitch_deg"], roll["roll_deg"]] == pytest.approx([0, 0, angle], abs=1e-6)


@given(st.floats(0.01, 100), st.floats(-1000, 1000))
def test_pose_knows_neither_size_nor_place(scale: float, shift: float) -> None:
    points = turned(turned(straight(), 1, 12), 0, -7)
    assert head_pose(scale * points + shift) == pytest.approx(head_pose(points), abs=1e-6)


@needs_gl
@pytest.mark.parametrize("angle", ["yaw_deg", "pitch_deg", "roll_deg"])
def test_the_angles_of_a_rendered_head_have_the_promised_signs(angle: str) -> None:
    straight_ahead = geometry_of(face())[angle]
    for degrees in (-15.0, 15.0):
        seen = geometry_of(face(**{angle: degrees}))[angle] - straight_ahead
        assert seen == pytest.approx(degrees, abs=6)


# Distances


def test_a_frame_without_a_face_has_every_name_and_no_value() -> None:
    values = missing_geometry()
    assert set(values) == set(NAMES)
    assert values.pop("n_faces") == 0
    assert np.isnan(list(values.values())).all()


@needs_gl
def test_a_frame_with_a_face_has_every_name_and_a_value() -> None:
    values = geometry_of(face())
    assert set(values) == set(NAMES)
    assert len(NAMES) == len(set(NAMES)) == 2 * len(SIDE_NAMES) + 11
    # The change needs a frame before.
    assert np.isnan(values.pop("change"))
    assert np.isfinite(list(values.values())).all()


@needs_gl
def test_features_lie_where_a_face_has_them() -> None:
    values = geometry_of(face())
    for side in SIDES:
        height = {
            name: values[f"{side}_{name}"] for name in ("brow", "cheek", "nose", "mouth_vertical", "chin")
        }
        assert height["brow"] > 0 > height["cheek"] > height["mouth_vertical"] > height["chin"]
        assert 0.05 < values[f"{side}_aperture"] < 0.25
    # 110 px lie between the pupils (63 mm in adults), so 155 px between the outer canthi.
    assert values["interocular_px"] == pytest.approx(155, rel=0.1)
    assert values["iris_px"] == pytest.approx(110 * 11.7 / 63, rel=0.2)


@needs_gl
@pytest.mark.parametrize(
    "change", [{"dx": 40, "dy": -25}, {"angle_deg": 14}, {"angle_deg": -20}, {"scale": 0.7}]
)
def test_moving_turning_and_scaling_the_picture_change_no_distance(change: dict[str, float]) -> None:
    image = face(left_shut=0.5, smile_left=0.6)
    same_face(geometry_of(image), geometry_of(moved(image, **change)), within=0.02)


@needs_gl
def test_roll_follows_the_picture() -> None:
    for degrees in (-14.0, 14.0):
        roll = geometry_of(moved(face(), angle_deg=degrees))["roll_deg"] - geometry_of(face())["roll_deg"]
        assert roll == pytest.approx(degrees, abs=1.5)


@needs_gl
def test_a_mirrored_face_swaps_the_sides_and_turns_the_other_way() -> None:
    image = face(left_shut=0.5, smile_left=0.6, yaw_deg=10)
    seen, mirrored = geometry_of(image), geometry_of(np.ascontiguousarray(image[:, ::-1]))
    for name in DISTANCES:
        assert mirrored[f"left_{name}"] == pytest.approx(seen[f"right_{name}"], abs=0.02), name
        assert mirrored[f"right_{name}"] == pytest.approx(seen[f"left_{name}"], abs=0.02), name
    assert mirrored["yaw_deg"] == pytest.approx(-seen["yaw_deg"], abs=2)
    assert mirrored["pitch_deg"] == pytest.approx(seen["pitch_deg"], abs=2)


@needs_gl
def test_a_smile_of_one_side_shows_on_that_side() -> None:
    rest, active = geometry_of(face()), geometry_of(face(smile_left=1.0))
    gain = {name: active[name] - rest[name] for name in NAMES if name.split("_", 1)[-1] in DISTANCES}
    for name in ("mouth_vertical", "cheek"):
        assert gain[f"left_{name}"] > 0.03, name
        assert abs(gain[f"right_{name}"]) < 0.2 * gain[f"left_{name}"], name
    # The midline follows the lips a little, so half of the outward pull shows on both sides.
    assert gain["left_mouth_lateral"] > 0.03
    assert gain["left_mouth_lateral"] > 2 * abs(gain["right_mouth_lateral"])
    assert max(abs(gain[f"{side}_aperture"]) for side in SIDES) < 0.01


@needs_gl
def test_a_shut_eye_shows_on_its_side_and_does_not_move_the_mouth_corner_to_one_side() -> None:
    rest, active = geometry_of(face()), geometry_of(face(left_shut=1.0))
    assert active["left_aperture"] < 0.2 * rest["left_aperture"]
    assert active["right_aperture"] == pytest.approx(rest["right_aperture"], rel=0.1)
    for name in ("mouth_lateral", "mouth_vertical"):
        moved_by = {side: active[f"{side}_{name}"] - rest[f"{side}_{name}"] for side in SIDES}
        assert abs(moved_by["left"] - moved_by["right"]) < 0.02


@needs_gl
def test_light_sharpness_and_change_describe_the_picture() -> None:
    image = face()
    mesh = FaceTracker(face_model()).update(image, 0.0)
    assert mesh is not None
    halves = read_halves(face_model(), image, mesh)
    plain = frame_geometry(mesh, halves, halves.picture)
    assert plain["change"] == 0
    darker = read_halves(face_model(), (image * 0.3).astype(np.uint8), mesh)
    dim = frame_geometry(mesh, darker, halves.picture)
    assert dim["brightness"] < 0.35 * plain["brightness"]
    assert dim["contrast"] < 0.35 * plain["contrast"]
    assert dim["change"] > 10
    blurred = read_halves(face_model(), np.asarray(cv2.GaussianBlur(image, (0, 0), 4)), mesh)
    soft = frame_geometry(mesh, blurred, None)
    for side in SIDES:
        assert soft[f"{side}_sharpness"] < 0.5 * plain[f"{side}_sharpness"]
        assert dim[f"{side}_sharpness"] == pytest.approx(plain[f"{side}_sharpness"], rel=0.3)


def eyes(aside: float = 0.0, above: float = 0.0) -> FloatArray:
    """Two eyes of width 30 px with their irises this far (in eye widths) to the patient's left and up."""
    points = np.zeros((478, 3))
    for side, sign in ((0, -1), (1, 1)):
        points[OUTER[side], :2], points[INNER[side], :2] = (sign * 45, 0), (sign * 15, 0)
        for k, i in enumerate(IRIS_RING[side]):
            ring = 5 * np.array([np.cos(k * np.pi / 2), np.sin(k * np.pi / 2)])
            points[i, :2] = np.array([sign * 30 + 30 * aside, -30 * above]) + ring
    return points


@given(st.floats(-0.3, 0.3), st.floats(-0.2, 0.2), st.floats(-np.pi / 4, np.pi / 4), st.floats(0.5, 3))
def test_gaze_is_told_in_eye_widths_whatever_the_roll_and_the_size(
    aside: float, above: float, roll: float, scale: float
) -> None:
    points = eyes(aside, above)
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    points[:, :2] = scale * points[:, :2] @ turn.T + (200, 100)
    found = gaze(points)
    assert found["gaze_left"] == pytest.approx(aside, abs=1e-6)
    assert found["gaze_up"] == pytest.approx(above, abs=1e-6)
