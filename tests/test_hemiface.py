import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.signals.hemiface import (
    CHIN,
    FOREHEAD,
    MIDLINE,
    MIRROR,
    HalfFaces,
    complete,
    half_points,
    in_picture,
    read_halves,
    upright_crop,
)
from facialis.signals.landmarks import FaceTracker
from facialis.signals.model import CROP_PX, FaceModel
from facialis.types import SIDES, FloatArray, ImageArray, Side
from tests.faces import covered, face, needs_gl

LIDS: dict[Side, tuple[int, int, int, int]] = {"right": (159, 145, 33, 133), "left": (386, 374, 263, 362)}
HALF = CROP_PX // 2


@pytest.fixture(scope="module")
def face_model() -> FaceModel:
    return FaceModel()


def picture(seed: int = 0) -> ImageArray:
    return np.random.default_rng(seed).integers(0, 256, (CROP_PX, CROP_PX, 3), dtype=np.uint8)


def halves_of(image: ImageArray, face_model: FaceModel) -> HalfFaces:
    mesh = FaceTracker(face_model).update(image, 0.0)
    assert mesh is not None
    return read_halves(face_model, image, mesh)


def aperture(halves: HalfFaces, side: Side) -> float:
    """Height over width of one eye, as that side's completed face shows it."""
    upper, lower, outer, inner = LIDS[side]
    points = halves.points[side]
    return float((points[lower, 1] - points[upper, 1]) / abs(points[outer, 0] - points[inner, 0]))


# Completing a half


@pytest.mark.parametrize("side", SIDES)
def test_a_completed_half_is_symmetric_and_shows_that_half(side: Side) -> None:
    whole = complete(picture(), side)
    assert whole.shape == (CROP_PX, CROP_PX, 3)
    np.testing.assert_array_equal(whole, whole[:, ::-1])
    # The patient's left is on the viewer's right.
    own = slice(HALF, None) if side == "left" else slice(0, HALF)
    np.testing.assert_array_equal(whole[:, own], picture()[:, own])
    np.testing.assert_array_equal(complete(whole, side), whole)


def test_what_one_half_does_leaves_the_other_alone() -> None:
    before, after = picture(), picture()
    after[:, HALF:] = 0
    np.testing.assert_array_equal(complete(before, "right"), complete(after, "right"))
    assert not np.array_equal(complete(before, "left"), complete(after, "left"))


def test_a_mirrored_picture_swaps_the_halves() -> None:
    mirrored = picture()[:, ::-1]
    np.testing.assert_array_equal(complete(mirrored, "left"), complete(picture(), "right"))
    np.testing.assert_array_equal(complete(mirrored, "right"), complete(picture(), "left"))


# The crop


def test_the_crop_puts_the_midline_on_the_mirror_and_the_face_upright() -> None:
    points = np.zeros((478, 2))
    points[list(MIDLINE)] = np.column_stack([np.full(13, 40.0), np.linspace(100, 300, 13)])
    matrix = upright_crop(points).matrix(MIRROR)
    backward = np.linalg.inv(matrix[:, :2])
    seen = (points[list(MIDLINE)] - matrix[:, 2]) @ backward.T
    np.testing.assert_allclose(seen[:, 0], MIRROR, atol=1e-6)
    assert (np.diff(seen[:, 1]) > 0).all()


@given(st.floats(-np.pi, np.pi), st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_the_crop_turns_and_moves_with_the_face(angle: float, scale: float, dx: float, dy: float) -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(-100, 100, (478, 2))
    points[FOREHEAD], points[CHIN] = (0, -100), (0, 100)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    moved = points @ np.array([[cos, sin], [-sin, cos]]) + (dx, dy)

    def seen(mesh: FloatArray) -> FloatArray:
        matrix = upright_crop(mesh).matrix(MIRROR)
        return (mesh - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T

    np.testing.assert_allclose(seen(moved), seen(points), atol=1e-6)


def test_one_point_off_the_midline_does_not_move_it() -> None:
    points = np.zeros((478, 2))
    points[list(MIDLINE)] = np.column_stack([np.full(13, 40.0), np.linspace(100, 300, 13)])
    bent = points.copy()
    bent[1, 0] += 30
    assert upright_crop(bent).center_px == upright_crop(points).center_px


def test_a_half_point_is_the_mean_of_a_landmark_and_its_image() -> None:
    points = np.zeros((478, 3))
    points[33, :2], points[263, :2] = (60, 100), (2 * MIRROR - 64, 104)
    np.testing.assert_allclose(half_points(points, 33, 263), (62, 102))


# On a face


@needs_gl
@pytest.mark.parametrize("side", SIDES)
def test_one_shut_eye_reads_shut_and_the_other_open(side: Side, face_model: FaceModel) -> None:
    other: Side = "right" if side == "left" else "left"
    rest = halves_of(face(), face_model)
    shut = halves_of(face(left_shut=float(side == "left"), right_shut=float(side == "right")), face_model)
    assert aperture(shut, side) < 0.25 * aperture(rest, side)
    assert aperture(shut, other) > 0.9 * aperture(rest, other)


@needs_gl
def test_points_return_to_the_picture_on_their_own_side(face_model: FaceModel) -> None:
    mesh = FaceTracker(face_model).update(face(), 0.0)
    assert mesh is not None
    halves = read_halves(face_model, face(), mesh)
    for side, corner in (("right", 33), ("left", 263)):
        back = in_picture(halves, side)  # type: ignore[arg-type]
        assert np.linalg.norm(back[corner, :2] - mesh.points_px[corner, :2]) < 6


@needs_gl
@pytest.mark.parametrize("side", SIDES)
def test_a_covered_half_is_no_face(side: Side, face_model: FaceModel) -> None:
    other: Side = "right" if side == "left" else "left"
    mesh = FaceTracker(face_model).update(face(), 0.0)
    assert mesh is not None
    free = read_halves(face_model, face(), mesh)
    hidden = read_halves(face_model, covered(face(), side), mesh)
    assert min(free.presence.values()) > 0.99
    assert hidden.presence[side] < 0.5
    assert hidden.presence[other] > 0.99


@needs_gl
def test_a_mirrored_face_swaps_the_sides(face_model: FaceModel) -> None:
    image = face(left_shut=0.6, smile_left=0.5)
    seen, mirrored = halves_of(image, face_model), halves_of(np.ascontiguousarray(image[:, ::-1]), face_model)
    assert aperture(seen, "left") < 0.7 * aperture(seen, "right")
    assert aperture(mirrored, "right") == pytest.approx(aperture(seen, "left"), abs=0.04)
    assert aperture(mirrored, "left") == pytest.approx(aperture(seen, "right"), abs=0.04)
