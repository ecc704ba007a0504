"""Left and right are the patient's own, from the file to the report, however the recording was stored."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import Clip, write_clip

import facialis
from benchmarks.graft import graft, read_stretch
from facialis.report.words import summary_lines, verdict_sentence
from facialis.signals.model import FaceModel
from facialis.simulate.schedule import hemifacial_spasm
from facialis.types import SIDES, ImageArray, Result, Side


def clear_spasm_sides(result: Result) -> set[str]:
    """Sides of the spasms that close an eye by a third or more; sides are tested here, not weak twitches."""
    return {event.side for event in result.events if event.kind != "blink" and event.intensity > 0.33}


def assert_all_of_the(side: Side, result: Result) -> None:
    assert result.verdict.side == side
    assert clear_spasm_sides(result) == {side}
    assert f"The {side} side of the face" in verdict_sentence(result)
    assert f", {side}:" in "\n".join(summary_lines(result))
    assert result.measure("episode_rate", side).value
    closure = {s: np.nanmax(result.signals.side(s, "closure")[_tonic(result)]) for s in SIDES}
    other: Side = "right" if side == "left" else "left"
    assert closure[side] > closure[other] + 0.4


def _tonic(result: Result) -> slice:
    first, stop = np.searchsorted(result.signals.time_s, (3.2, 4.6))
    return slice(int(first), int(stop))


def flipped(image: ImageArray) -> ImageArray:
    return np.asarray(image[:, ::-1])


def turned(code: int) -> Callable[[ImageArray], ImageArray]:
    return lambda image: np.asarray(cv2.rotate(image, code), dtype=np.uint8)


# Ten seconds with six spasms; stored turned one way, and the file tells the player to turn it back.
N = 318
STORED = {
    "as filmed": Clip(N),
    "rotated 90": Clip(N, change=turned(cv2.ROTATE_90_CLOCKWISE), rotation_ccw=90),
    "rotated 180": Clip(N, change=turned(cv2.ROTATE_180), rotation_ccw=180),
    "rotated 270": Clip(N, change=turned(cv2.ROTATE_90_COUNTERCLOCKWISE), rotation_ccw=-90),
}


@pytest.mark.parametrize("stored", STORED)
def test_left_spasms_are_left(tmp_path: Path, stored: str) -> None:
    result = facialis.measure(write_clip(tmp_path / "left.mp4", STORED[stored]))
    assert_all_of_the("left", result)
    assert (result.recording.width_px, result.recording.height_px) == (480, 360)


def test_a_mirrored_selfie_is_left_only_when_it_is_told_to_be_mirrored(tmp_path: Path) -> None:
    selfie = write_clip(tmp_path / "selfie.mp4", Clip(N, change=flipped))
    told, untold = facialis.measure(selfie, mirrored=True), facialis.measure(selfie)
    assert_all_of_the("left", told)
    assert told.recording.mirrored
    assert_all_of_the("right", untold)
    assert not untold.recording.mirrored


def test_a_mirrored_selfie_stored_turned_is_left(tmp_path: Path) -> None:
    clip = Clip(N, change=lambda image: turned(cv2.ROTATE_90_CLOCKWISE)(flipped(image)), rotation_ccw=90)
    assert_all_of_the("left", facialis.measure(write_clip(tmp_path / "s.mp4", clip), mirrored=True))


@pytest.mark.parametrize("side", SIDES)
def test_spasms_grafted_on_a_real_face_are_on_their_side(
    shared_faces: Path, tmp_path: Path, side: Side
) -> None:
    stretch = read_stretch(shared_faces / "interview_b.mp4", FaceModel(), (0.0, 6.0))
    spasms = hemifacial_spasm(
        side, episodes_per_min=30, duration_s=8, seed=4, twitch_size=(0.6, 0.9), tonic_share=0.0
    )
    graft(stretch, spasms, tmp_path / "grafted.mp4")
    result = facialis.measure(tmp_path / "grafted.mp4")
    assert result.verdict.side == side
    assert clear_spasm_sides(result) == {side}
