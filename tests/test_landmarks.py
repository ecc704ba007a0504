import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.signals import model
from facialis.signals.detector import FaceBox
from facialis.signals.landmarks import (
    RECHECK_S,
    Crop,
    FaceTracker,
    crop_of_box,
    crop_of_points,
    cut,
    to_picture,
)
from facialis.signals.model import CROP_PX, FaceModel
from facialis.source.video import read_frames
from facialis.types import FloatArray
from tests.faces import blank, face, needs_gl, placed

REFERENCE_FRAMES = 45
SETTLED_FRAME = 8
"""The tracked crop forgets where the detector first set it within this many frames."""

crops = st.builds(
    Crop,
    st.tuples(st.floats(-500, 4000), st.floats(-500, 4000)),
    st.floats(20, 3000),
    st.floats(-np.pi, np.pi),
)


@pytest.fixture(scope="module")
def face_model() -> FaceModel:
    return FaceModel()


def cloud(seed: int = 0) -> FloatArray:
    """A mesh (478, 3) whose eye corners lie level and symmetrically."""
    points = np.random.default_rng(seed).uniform(-100, 100, (478, 3))
    points[33], points[263] = (-50, 0, 0), (50, 0, 0)
    return points


# Crops


@given(crops)
def test_the_middle_of_a_crop_falls_on_its_centre(crop: Crop) -> None:
    matrix = crop.matrix()
    np.testing.assert_allclose(matrix @ [CROP_PX / 2, CROP_PX / 2, 1], crop.center_px, atol=1e-6)
    np.testing.assert_allclose(crop.matrix(10.0) @ [10, 10, 1], crop.center_px, atol=1e-6)


@given(crops, st.integers(0, 1000))
def test_points_go_to_the_picture_and_back(crop: Crop, seed: int) -> None:
    matrix = crop.matrix()
    points = cloud(seed)
    there = to_picture(points, matrix)
    back = (there[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    np.testing.assert_allclose(back, points[:, :2], atol=1e-6)
    np.testing.assert_allclose(there[:, 2] * CROP_PX, points[:, 2] * crop.side_px, rtol=1e-9)


@given(crops)
def test_a_crop_keeps_shapes_and_handedness(crop: Crop) -> None:
    linear = crop.matrix()[:, :2] * CROP_PX / crop.side_px
    np.testing.assert_allclose(linear @ linear.T, np.eye(2), atol=1e-9)
    assert np.linalg.det(linear) > 0


def test_a_crop_as_large_as_its_output_is_the_picture_itself() -> None:
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    taken = cut(image, Crop((50 + CROP_PX / 2, 20 + CROP_PX / 2), CROP_PX, 0.0))
    np.testing.assert_array_equal(taken, image[20 : 20 + CROP_PX, 50 : 50 + CROP_PX])


def test_a_quarter_turn_turns_the_picture() -> None:
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    upright, turned = (cut(image, Crop((200.0, 150.0), CROP_PX, angle)) for angle in (0, np.pi / 2))
    # The crop's right then looks down, so what it shows is turned the other way; one row is out of both.
    np.testing.assert_array_equal(turned[1:], np.rot90(upright, 1)[:-1])


def test_outside_the_picture_its_edge_repeats() -> None:
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    taken = cut(image, Crop((0.0, 32.0), CROP_PX, 0.0))
    assert (taken[:, :100] == taken[:, 100:101]).all()


@given(
    st.floats(0.1, 20),
    st.floats(-3, 3),
    st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000)),
)
def test_the_crop_follows_the_points(scale: float, angle: float, shift: tuple[float, float]) -> None:
    points = cloud()
    still, moved = crop_of_points(points), crop_of_points(points * scale + (*shift, 0.0))
    np.testing.assert_allclose(moved.center_px, np.multiply(still.center_px, scale) + shift, atol=1e-6)
    assert moved.side_px == pytest.approx(scale * still.side_px)
    assert moved.angle_rad == pytest.approx(still.angle_rad)
    cos, sin = np.cos(angle), np.sin(angle)
    turned = crop_of_points(points @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]))
    assert np.cos(turned.angle_rad - still.angle_rad - angle) == pytest.approx(1)


def test_a_detected_face_is_framed_upright_along_its_eyes() -> None:
    box = FaceBox(
        np.array([100.0, 80.0]), np.array([60.0, 50.0]), np.array([[90.0, 70.0], [110.0, 90.0]]), 0.9
    )
    crop = crop_of_box(box)
    assert crop.center_px == (100, 80)
    assert crop.angle_rad == pytest.approx(np.pi / 4)
    assert crop.side_px > 60


# The tracker


def test_without_a_face_there_is_no_mesh(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    assert [tracker.update(blank(), t) for t in (0.0, 0.03, 2.0)] == [None, None, None]


@needs_gl
def test_a_mesh_lies_on_the_face_with_the_patients_left_on_the_right(face_model: FaceModel) -> None:
    mesh = FaceTracker(face_model).update(face(), 0.0)
    assert mesh is not None
    assert mesh.presence > 0.5
    assert mesh.n_faces == 1
    points = mesh.points_px
    assert points.shape == (478, 3)
    # 110 px lie between the pupils, about 155 between the outer canthi.
    assert np.linalg.norm(points[263] - points[33]) == pytest.approx(155, rel=0.1)
    assert points[263, 0] > points[33, 0] + 130
    assert points[61, 0] < points[1, 0] < points[291, 0]
    assert points[10, 1] < points[1, 1] < points[152, 1]


@needs_gl
def test_the_mesh_moves_with_the_face(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    meshes = []
    for step in range(6):
        picture = placed(face(), 0.8, 10 * step, 4 * step, blank(640, 480))
        mesh = tracker.update(picture, step / 30)
        assert mesh is not None
        meshes.append(mesh.points_px[:, :2] - (10 * step, 4 * step))
    drift = np.linalg.norm(np.array(meshes) - meshes[0], axis=2)
    assert drift.mean() < 0.5
    assert drift.max() < 3


@needs_gl
def test_the_largest_face_is_followed_and_the_others_are_counted(face_model: FaceModel) -> None:
    both = placed(face(), 0.5, 330, 40, placed(face(), 0.8, 0, 0, blank(700, 420)))
    mesh = FaceTracker(face_model).update(both, 0.0)
    assert mesh is not None
    assert mesh.n_faces == 2
    assert mesh.points_px[1, 0] < 330


@needs_gl
def test_a_much_larger_face_that_comes_is_followed_instead(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    alone = placed(face(), 0.5, 0, 40, blank(800, 420))
    both = placed(face(), 0.9, 290, 0, alone)[:420]
    first, at_once, later = (tracker.update(p, t) for p, t in ((alone, 0.0), (both, 0.03), (both, 1.5)))
    assert first is not None
    assert at_once is not None
    assert later is not None
    assert at_once.points_px[1, 0] < 290 < later.points_px[1, 0]
    assert later.n_faces == 2
    after = tracker.update(both, 1.53)
    assert after is not None
    assert [mesh.is_new for mesh in (first, at_once, later, after)] == [True, False, True, False]


@needs_gl
def test_a_face_of_like_size_does_not_take_over(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    alone = placed(face(), 0.7, 0, 40, blank(800, 420))
    both = placed(face(), 0.75, 380, 20, alone)
    meshes = [tracker.update(alone, 0.0), *(tracker.update(both, t) for t in (1.1, 2.2, 3.3))]
    assert all(mesh is not None and mesh.points_px[1, 0] < 380 for mesh in meshes)


@needs_gl
def test_a_face_that_left_is_found_again(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    away = blank(512, 512)
    seen = [tracker.update(p, t / 30) for t, p in enumerate([face(), away, away, face(), face()])]
    assert [mesh is None for mesh in seen] == [False, True, True, False, False]
    assert [mesh.is_new for mesh in seen if mesh is not None] == [True, True, False]


@needs_gl
def test_a_face_that_is_looked_for_again_and_is_still_there_is_not_new(face_model: FaceModel) -> None:
    tracker = FaceTracker(face_model)
    meshes = [tracker.update(face(), t) for t in (0.0, RECHECK_S, 2 * RECHECK_S)]
    assert [mesh is not None and mesh.is_new for mesh in meshes] == [True, False, False]


# Parity with the reference


def reference_python() -> str | None:
    """An interpreter with the mediapipe package, which needs a network of its own taken away."""
    named = os.environ.get("FACIALIS_REFERENCE_PYTHON")
    if named:
        return named
    return sys.executable if importlib.util.find_spec("mediapipe") else None


def without_network() -> list[str]:
    """How to start a process in a network of its own, without any link to the outside."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    tried = subprocess.run([unshare, "-rn", "true"], check=False, capture_output=True)
    return [unshare, "-rn"] if tried.returncode == 0 else []


def test_points_agree_with_the_reference(shared_faces: Path, tmp_path: Path, face_model: FaceModel) -> None:
    python, cut_off = reference_python(), without_network()
    if python is None:
        pytest.skip("mediapipe is not installed here; FACIALIS_REFERENCE_PYTHON names an interpreter with it")
    if not cut_off:
        pytest.skip("mediapipe reports to its maker, and this machine cannot start it without a network")
    frames = list(itertools.islice(read_frames(shared_faces / "interview_a.mp4"), REFERENCE_FRAMES))
    height, width = frames[0].image.shape[:2]
    script, out = Path(__file__).with_name("reference_landmarks.py"), tmp_path / "points.npz"
    task = Path(model.__file__).parents[1] / "data" / "face_landmarker.task"
    subprocess.run(
        [*cut_off, python, script, task, str(width), str(height), out],
        input=b"".join(frame.image.tobytes() for frame in frames),
        capture_output=True,
        check=True,
    )
    with np.load(out) as content:
        reference = content["points"][SETTLED_FRAME:]
    tracker = FaceTracker(face_model)
    meshes = [tracker.update(frame.image, frame.time_s) for frame in frames][SETTLED_FRAME:]
    ours = np.array([mesh.points_px for mesh in meshes if mesh is not None])
    assert ours.shape == reference.shape
    error = np.linalg.norm((ours - reference)[:, :, :2], axis=2)
    print(f"parity: mean {error.mean():.3f} px, largest of a frame's means {error.mean(axis=1).max():.3f} px")
    assert error.mean() < 0.2
    assert error.mean(axis=1).max() < 0.2
    assert np.quantile(error, 0.99) < 0.5
