import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facialis.errors import ModelError
from facialis.signals import model
from facialis.signals.model import CROP_PX, DETECTOR_PX, MODEL_SHA256, N_POINTS, FaceModel, identity
from facialis.types import ImageArray, Model

PACKAGED = Path(model.__file__).parents[1] / "data" / "face_landmarker.task"


@pytest.fixture(scope="module")
def face_model() -> FaceModel:
    return FaceModel()


def picture(seed: int, size: int = CROP_PX) -> ImageArray:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


def repacked(path: Path) -> Path:
    """The packaged networks in a bundle of other bytes."""
    with zipfile.ZipFile(PACKAGED) as packed, zipfile.ZipFile(path, "w") as bundle:
        for name in packed.namelist():
            bundle.writestr(name, packed.read(name))
    return path


def test_the_packaged_model_is_the_official_one() -> None:
    content = PACKAGED.read_bytes()
    assert len(content) == 3_758_596
    assert hashlib.sha256(content).hexdigest() == MODEL_SHA256
    assert identity() == Model(MODEL_SHA256, packaged=True)


def test_a_copy_of_the_packaged_model_is_the_packaged_model(tmp_path: Path) -> None:
    copy = tmp_path / "copy.task"
    copy.write_bytes(PACKAGED.read_bytes())
    assert identity(copy) == identity()


def test_an_altered_packaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(PACKAGED.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "face_landmarker.task").write_bytes(bytes(content))
    monkeypatch.setattr(model, "files", lambda _: tmp_path)
    for read in (FaceModel, identity):
        with pytest.raises(ModelError, match="altered"):
            read()


def test_a_model_of_the_users_own_is_used_and_named_by_its_hash(tmp_path: Path) -> None:
    own = repacked(tmp_path / "own.task")
    mine, packaged = FaceModel(own), FaceModel()
    assert identity(own) == Model(hashlib.sha256(own.read_bytes()).hexdigest(), packaged=False)
    np.testing.assert_array_equal(mine.landmarks(picture(1))[0], packaged.landmarks(picture(1))[0])


def write_text(path: Path) -> None:
    path.write_text("no model")


def write_other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("readme.txt", "no model")


def write_broken_networks(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("face_landmarks_detector.tflite", b"no network")
        bundle.writestr("face_detector.tflite", b"no network")


def write_truncated(path: Path) -> None:
    path.write_bytes(PACKAGED.read_bytes()[:100_000])


def write_damaged(path: Path) -> None:
    content = bytearray(PACKAGED.read_bytes())
    content[200_000:200_100] = bytes(100)
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "write",
    [
        write_text,
        write_other_zip,
        write_broken_networks,
        write_truncated,
        write_damaged,
        Path.mkdir,
        Path.exists,
    ],
)
def test_what_is_no_model_is_refused_in_one_sentence(write: object, tmp_path: Path) -> None:
    path = tmp_path / "own.task"
    write(path)  # type: ignore[operator]
    with pytest.raises(ModelError) as error:
        FaceModel(path)
    text = str(error.value)
    assert str(path) in text
    assert ".task" in text
    assert text.endswith(".")
    assert "\n" not in text


def test_landmarks_are_points_of_the_crop_and_a_presence(face_model: FaceModel) -> None:
    points, presence = face_model.landmarks(picture(2))
    assert points.shape == (N_POINTS, 3)
    assert np.isfinite(points).all()
    assert 0 <= presence < 0.5


def test_a_later_pass_does_not_change_an_earlier_result(face_model: FaceModel) -> None:
    points, _ = face_model.landmarks(picture(3))
    kept = points.copy()
    face_model.landmarks(picture(4))
    np.testing.assert_array_equal(points, kept)
    np.testing.assert_array_equal(face_model.landmarks(picture(3))[0], kept)


def test_detections_are_one_box_and_score_for_each_anchor(face_model: FaceModel) -> None:
    regressors, scores = face_model.detections(picture(5, DETECTOR_PX))
    assert regressors.shape == (896, 16)
    assert scores.shape == (896,)
    assert ((scores >= 0) & (scores <= 1)).all()
