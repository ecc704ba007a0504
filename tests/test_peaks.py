"""The pictures at the peaks show the face that was measured, whoever else is there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import Clip, demo_frames, write_clip
from result_fixture import make_result

from facialis.report.peaks import peak_pictures
from facialis.signals.geometry import OUTER, head_pose
from facialis.signals.landmarks import FaceTracker
from facialis.signals.model import FaceModel
from facialis.types import Event, ImageArray, Result

N = 30
PEAK_S = 0.8
RED, BLUE = np.array([1.0, 0.45, 0.45]), np.array([0.45, 0.45, 1.0])


def placed(image: ImageArray, scale: float, x: int, colour: object, onto: ImageArray) -> ImageArray:
    """Return `onto` with the picture, tinted, set into it from column `x` on."""
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    out = onto.copy()
    out[: small.shape[0], x : x + small.shape[1]] = (small * np.asarray(colour)).astype(np.uint8)
    return out


def empty() -> ImageArray:
    return np.full((360, 840, 3), 128, np.uint8)


def joined(image: ImageArray, second: bool) -> ImageArray:
    """One person in red; then a somewhat larger one, in blue, comes in."""
    canvas = placed(image, 0.8, 0, RED, empty())
    return placed(image, 0.95, 384, BLUE, canvas) if second else canvas


def replaced(image: ImageArray, second: bool) -> ImageArray:
    """The one in red goes, another in blue stands elsewhere."""
    return placed(image, 0.95, 384, BLUE, empty()) if second else joined(image, second=False)


def measured(scene: Callable[[ImageArray, bool], ImageArray]) -> Result:
    """A result whose curves say that the person in red was followed throughout, with one spasm late."""
    first = scene(np.asarray(cv2.resize(demo_frames(1)[0], (480, 360))), False)
    mesh = FaceTracker(FaceModel()).update(first, 0.0)
    assert mesh is not None
    seen = head_pose(mesh.points_px) | {
        "interocular_px": float(np.linalg.norm(np.subtract(*mesh.points_px[list(OUTER)])))
    }
    made = make_result(N / 30)
    n = made.signals.time_s.size
    columns = dict(made.signals.columns) | {name: np.full(n, value) for name, value in seen.items()}
    event = Event("episode", "left", PEAK_S - 0.1, PEAK_S + 0.1, PEAK_S, 0.5, 0.9, "made up", ("eye",))
    return replace(made, events=(event,), signals=replace(made.signals, columns=columns))


def clip_of(scene: Callable[[ImageArray, bool], ImageArray], folder: Path) -> Path:
    counted = iter(range(N))
    return write_clip(folder / "two.mp4", Clip(N, change=lambda image: scene(image, next(counted) > N // 2)))


def test_the_picture_shows_who_was_followed_and_not_who_is_largest(tmp_path: Path) -> None:
    pictures = peak_pictures(measured(joined), clip_of(joined, tmp_path))
    assert list(pictures) == [0]
    shown = cv2.imdecode(np.frombuffer(pictures[0], np.uint8), cv2.IMREAD_COLOR)
    blue, _, red = np.asarray(shown).reshape(-1, 3).mean(axis=0)
    assert red > 1.5 * blue


def test_where_only_another_is_left_there_is_no_picture(tmp_path: Path) -> None:
    assert peak_pictures(measured(replaced), clip_of(replaced, tmp_path)) == {}


@pytest.mark.parametrize("name", ["interocular_px", "yaw_deg"])
def test_a_moment_in_which_no_face_was_seen_has_no_picture(tmp_path: Path, name: str) -> None:
    result = measured(joined)
    columns = dict(result.signals.columns)
    columns[name] = np.full_like(columns[name], np.nan)
    unseen = replace(result, signals=replace(result.signals, columns=columns))
    assert peak_pictures(unseen, clip_of(joined, tmp_path)) == {}
