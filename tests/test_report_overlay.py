from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_fixture import make_empty_result, make_result

from facialis.errors import OutputError
from facialis.report.figures import SIDE_COLOURS
from facialis.report.overlay import CurveStrip, compose, ticks, write_overlay
from facialis.types import FloatArray, ImageArray, Side

POINTS: dict[Side, FloatArray] = {"left": np.array([[120.0, 40.0]]), "right": np.array([[40.0, 40.0]])}


def grey(height: int = 96, width: int = 160) -> ImageArray:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def rgb(side: Side) -> list[int]:
    return list(bytes.fromhex(SIDE_COLOURS[side][1:]))


def decoded(path: Path) -> tuple[list[float], tuple[int, int], str]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [float(frame.time) for frame in container.decode(stream)]
        return times, (stream.width, stream.height), stream.codec_context.name


def test_the_original_times_come_back_also_when_they_vary(tmp_path: Path) -> None:
    times = np.cumsum([0.0, 0.033, 0.034, 0.1, 0.0167, 0.05, 0.033, 1.2, 0.033])
    write_overlay(
        tmp_path / "o.mp4", make_result(5.0), [(float(t), grey()) for t in times], [POINTS] * len(times)
    )
    read, _, codec = decoded(tmp_path / "o.mp4")
    assert codec == "h264"
    np.testing.assert_allclose(read, times, atol=1 / 90_000)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.mp4"]


@pytest.mark.parametrize(("height", "width"), [(96, 160), (97, 161), (301, 75)])
def test_odd_sizes_are_rounded_up(tmp_path: Path, height: int, width: int) -> None:
    result = make_result(5.0)
    frames = [(i / 30, grey(height, width)) for i in range(3)]
    write_overlay(tmp_path / "o.mp4", result, frames, [None, POINTS, None])
    _, size, _ = decoded(tmp_path / "o.mp4")
    strip = CurveStrip(result, width).height_px
    assert size == (width + width % 2, height + strip + (height + strip) % 2)


def test_points_take_the_colour_of_their_side() -> None:
    picture = compose(grey(), POINTS, CurveStrip(make_result(5.0), 160), 1.0)
    assert picture[40, 120].tolist() == rgb("left")
    assert picture[40, 40].tolist() == rgb("right")
    assert picture[40, 80].tolist() == [128, 128, 128]


def test_points_outside_the_picture_or_missing_are_left_out() -> None:
    wild = {
        "left": np.array([[-5.0, 3.0], [np.nan, 2.0], [1e9, 1e9], [159.6, 95.6]]),
        "right": np.empty((0, 2)),
    }
    strip = CurveStrip(make_result(5.0), 160)
    picture = compose(grey(), wild, strip, 1.0)  # type: ignore[arg-type]
    plain = compose(grey(), None, strip, 1.0)
    changed = (picture[:96] != plain[:96]).any(axis=2)
    assert 0 < changed.sum() <= 9
    assert not changed[:90].any()
    np.testing.assert_array_equal(picture[96:], plain[96:])


def test_the_strip_shows_the_side_that_moves() -> None:
    result = make_result()
    event = max((e for e in result.events if e.kind == "episode"), key=lambda e: e.intensity)
    strip = CurveStrip(result, 600)
    picture = np.zeros((strip.height_px, 600, 3), dtype=np.uint8)
    strip.draw(picture, event.offset_s + 1.0)
    top_row = picture[5:25, 60:].astype(int)
    orange = (top_row[..., 0] - top_row[..., 2] > 60).sum()
    assert orange > 20


def test_the_strip_has_a_scale_at_0_and_at_shut() -> None:
    strip = CurveStrip(make_result(5.0), 640)
    bare, drawn = (np.zeros((strip.height_px, 640, 3), np.uint8) for _ in range(2))
    strip.draw(drawn, 0.0)  # Nothing is drawn of curves yet.
    lines = np.flatnonzero((drawn[:, 200:300] != bare[:, 200:300]).all(axis=(1, 2)))
    assert len(lines) == 4  # Two in each of the two rows.
    assert (drawn[lines[0] - 4 : lines[0] + 5, 60:84] > 0).any()


@given(st.floats(-1, 0.5), st.floats(0.01, 300))
def test_ticks_lie_in_the_range_and_are_round(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert all(low <= tick <= low + span for tick in found)
    assert (0.0 in found) == (low <= 0 <= low + span)
    assert all(f"{tick:g}".lstrip("0.").rstrip("0") in ("", "1", "2", "5") for tick in found)


def test_nothing_measured_still_gives_a_video(tmp_path: Path) -> None:
    write_overlay(tmp_path / "o.mp4", make_empty_result(), [(i / 30, grey()) for i in range(4)], [None] * 4)
    assert len(decoded(tmp_path / "o.mp4")[0]) == 4


def test_frames_are_taken_one_at_a_time(tmp_path: Path) -> None:
    alive = 0
    most = 0

    def points() -> Iterator[None]:
        nonlocal alive
        for _ in range(50):
            alive -= 1
            yield None

    def frames() -> Iterator[tuple[float, ImageArray]]:
        nonlocal alive, most
        for i in range(50):
            alive += 1
            most = max(most, alive)
            yield i / 30, grey()

    write_overlay(tmp_path / "o.mp4", make_result(5.0), frames(), points())
    assert most == 1


def test_no_frame_is_said_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="at least one frame"):
        write_overlay(tmp_path / "o.mp4", make_result(2.0), [], [])
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def frames() -> Iterator[tuple[float, ImageArray]]:
        yield 0.0, grey()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_overlay(tmp_path / "o.mp4", make_result(2.0), frames(), [None, None])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["no/folder/o.mp4", "."])
def test_a_video_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="Cannot write"):
        write_overlay(tmp_path / name, make_result(2.0), [(0.0, grey())], [None])
    assert list(tmp_path.iterdir()) == []
