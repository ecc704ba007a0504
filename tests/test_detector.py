import numpy as np
import pytest

from facialis.signals.detector import find_faces
from facialis.signals.model import FaceModel
from tests.faces import blank, face, needs_gl, placed


@pytest.fixture(scope="module")
def face_model() -> FaceModel:
    return FaceModel()


@pytest.mark.parametrize("shape", [(320, 240), (240, 320), (64, 64), (1920, 1080), (3, 3), (641, 479)])
def test_there_is_no_face_in_an_empty_picture(shape: tuple[int, int], face_model: FaceModel) -> None:
    assert find_faces(face_model, blank(*shape)) == []


def test_there_is_no_face_in_noise(face_model: FaceModel) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (360, 480, 3), dtype=np.uint8)
    assert find_faces(face_model, noise) == []


@needs_gl
@pytest.mark.parametrize(
    ("scale", "x", "y", "canvas"),
    [
        (1.0, 0, 0, (512, 512)),
        (0.5, 0, 0, (640, 480)),
        (0.5, 380, 200, (640, 480)),
        (0.5, 60, 600, (480, 853)),
        (2.0, 400, 30, (1920, 1080)),
        (0.7, 100, 50, (641, 479)),
    ],
)
def test_a_face_is_found_where_it_is(
    scale: float, x: int, y: int, canvas: tuple[int, int], face_model: FaceModel
) -> None:
    (known,) = find_faces(face_model, face())
    (found,) = find_faces(face_model, placed(face(), scale, x, y, blank(*canvas)))
    size = scale * known.size_px.max()
    np.testing.assert_allclose(found.center_px, scale * known.center_px + (x, y), atol=0.08 * size)
    np.testing.assert_allclose(found.eyes_px, scale * known.eyes_px + (x, y), atol=0.08 * size)
    np.testing.assert_allclose(found.size_px, scale * known.size_px, rtol=0.15)
    assert 0.5 <= found.score <= 1


@needs_gl
def test_the_patients_right_eye_comes_first(face_model: FaceModel) -> None:
    (found,) = find_faces(face_model, face())
    right, left = found.eyes_px
    assert right[0] < left[0]
    assert abs(right[1] - left[1]) < 0.2 * (left[0] - right[0])


@needs_gl
def test_the_largest_face_comes_first(face_model: FaceModel) -> None:
    canvas = placed(face(), 0.6, 330, 40, blank(700, 400))
    found = find_faces(face_model, placed(face(), 0.9, -0, 0, canvas)[:400])
    small_left = placed(face(), 0.6, 0, 40, placed(face(), 0.75, 310, 0, blank(700, 400)))
    for faces in (found, find_faces(face_model, small_left)):
        assert len(faces) == 2
        assert faces[0].area_px2 > faces[1].area_px2
    assert found[0].center_px[0] < found[1].center_px[0]
