"""What a user may record with, or hand over by mistake, and what comes out."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from videos import BLUE, GREEN, GREY, RED, Spec, corner_colours, quadrants, write

from facialis.errors import SourceError
from facialis.source.clock import Clock, Ledger
from facialis.source.video import Frame, frames_at, probe, read_frames, sha256_of
from facialis.types import ImageArray

UPRIGHT = [RED, GREEN, BLUE]


def assert_colours(image: ImageArray, expected: list[tuple[int, int, int]], tolerance: int = 6) -> None:
    assert np.abs(np.subtract(corner_colours(image), expected)).max() <= tolerance


def times_of(path: Path) -> list[float]:
    return [frame.time_s for frame in read_frames(path)]


def read_all(path: Path) -> tuple[list[Frame], tuple[str, ...]]:
    reader = read_frames(path)
    return list(reader), reader.notes


# --- what it can read


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "shown"),
    [
        ("a.mp4", "libx264", "yuv420p", "h264"),
        ("a.mkv", "libx264", "yuv444p", "h264"),
        ("a.ts", "libx264", "yuv420p", "h264"),
        ("full.mp4", "libx264", "yuvj420p", "h264"),
        ("a.mov", "libx265", "yuv420p", "hevc"),
        ("ten.mov", "libx265", "yuv420p10le", "hevc"),
        ("a.webm", "libvpx-vp9", "yuv420p", "vp9"),
        ("alpha.webm", "libvpx-vp9", "yuva420p", "vp9"),
        ("eight.webm", "libvpx", "yuv420p", "vp8"),
        ("one.mp4", "libsvtav1", "yuv420p", "av1"),
        ("a.avi", "cinepak", "rgb24", "cinepak"),
        ("h.avi", "libx264", "yuv420p", "h264"),
        ("m.avi", "mpeg4", "yuv420p", "mpeg4"),
        ("mj.avi", "mjpeg", "yuvj420p", "mjpeg"),
        ("pro.mov", "prores_ks", "yuv422p10le", "prores"),
        ("alpha.mkv", "ffv1", "bgra", "ffv1"),
        ("two.mpg", "mpeg2video", "yuv420p", "mpeg2video"),
        ("w.wmv", "wmv2", "yuv420p", "wmv2"),
    ],
)
def test_every_usual_format_gives_right_colours_and_times(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, shown: str
) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    path = write(tmp_path / name, Spec(codec=codec, pix_fmt=pix_fmt, options=options))
    frames, notes = read_all(path)
    assert probe(path).codec == shown
    assert notes == ()
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(8) / 30, atol=6e-4)
    for index, frame in enumerate(frames):
        assert frame.image.shape == (64, 96, 3)
        assert frame.image.dtype == np.uint8
        assert frame.image.flags.c_contiguous
        assert_colours(frame.image, UPRIGHT)
        assert np.abs(frame.image.astype(int) - quadrants(index, 96, 64)).mean() < 8


def test_grey_video_gives_three_equal_channels(tmp_path: Path) -> None:
    image = next(read_frames(write(tmp_path / "g.mkv", Spec(codec="ffv1", pix_fmt="gray")))).image
    assert np.ptp(image.astype(int), axis=2).max() == 0


@pytest.mark.parametrize("colorspace", [1, 5, 9], ids=["bt709", "bt601", "bt2020"])
@pytest.mark.parametrize("color_range", [1, 2], ids=["limited", "full"])
def test_colour_matrix_and_range_of_the_file_are_used(
    tmp_path: Path, colorspace: int, color_range: int
) -> None:
    path = write(tmp_path / "c.mp4", Spec(colorspace=colorspace, color_range=color_range))
    assert_colours(next(read_frames(path)).image, UPRIGHT, tolerance=3)


@given(width=st.integers(17, 131), height=st.integers(17, 131))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_sizes_keep_every_row_and_column(tmp_path: Path, width: int, height: int) -> None:
    path = write(tmp_path / "odd.mkv", Spec(codec="ffv1", pix_fmt="bgr0", width=width, height=height, n=2))
    for index, frame in enumerate(read_frames(path)):
        np.testing.assert_array_equal(frame.image, quadrants(index, width, height))


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(4, 3), (128, 64)), (Fraction(1, 2), (96, 128)), (Fraction(1), (96, 64))]
)
def test_pixels_become_square(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    path = write(tmp_path / "sar.mkv", Spec(aspect=aspect))
    header, image = probe(path), next(read_frames(path)).image
    assert (header.width_px, header.height_px) == (image.shape[1], image.shape[0]) == size
    assert_colours(image, UPRIGHT)


def test_interlaced_video_is_combed_no_more(tmp_path: Path) -> None:
    def moving(index: int, width: int, height: int) -> ImageArray:
        image = np.full((height, width, 3), 40, np.uint8)
        for row in range(height):  # x264 films the odd rows first
            left = 20 + 12 * index + 6 * (row % 2 == 0)
            image[row, left : left + 30] = 220
        return image

    spec = Spec(width=192, n=8, options={"x264-params": "bff=1:qp=4"}, picture=moving)
    frames, _ = read_all(write(tmp_path / "i.mp4", spec))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(8) / 30, atol=1e-6)
    for index, frame in enumerate(frames):
        rows = frame.image[16:48, :, 0].astype(int)
        first_field = moving(index, 192, 64)[17:48:2, :, 0]
        assert np.abs(rows[1::2] - first_field).mean() < 3  # the first instant stays
        assert np.abs(np.diff(rows, axis=0)).mean() < 4  # 12 where combed


# --- which way is up, which side is left

TURNED = {
    0: [RED, GREEN, BLUE],
    90: [GREEN, GREY, RED],
    180: [GREY, BLUE, GREEN],
    270: [BLUE, RED, GREY],
}


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("counterclockwise", [0, 90, 180, 270])
def test_rotation_of_the_display_matrix_is_applied(tmp_path: Path, codec: str, counterclockwise: int) -> None:
    path = write(tmp_path / "r.mp4", Spec(codec=codec, rotation_ccw=counterclockwise))
    header, image = probe(path), next(read_frames(path)).image
    assert_colours(image, TURNED[counterclockwise])
    assert header.rotation_deg == -counterclockwise % 360
    assert (header.height_px, header.width_px) == image.shape[:2]
    assert image.flags.c_contiguous


def test_rotation_agrees_with_the_angle_pyav_states(tmp_path: Path) -> None:
    path = write(tmp_path / "r.mp4", Spec(rotation_ccw=90))
    with av.open(str(path)) as container:
        stored = next(container.decode(video=0))
        expected = np.rot90(stored.to_ndarray(format="rgb24"), k=stored.rotation // 90)
    np.testing.assert_array_equal(next(read_frames(path)).image, expected)


@pytest.mark.parametrize("counterclockwise", [0, 90, 180, 270])
def test_mirrored_flips_left_and_right_of_the_upright_picture(tmp_path: Path, counterclockwise: int) -> None:
    path = write(tmp_path / "m.mp4", Spec(rotation_ccw=counterclockwise))
    plain, mirrored = next(read_frames(path)).image, next(read_frames(path, mirrored=True)).image
    np.testing.assert_array_equal(mirrored, plain[:, ::-1])
    assert mirrored.flags.c_contiguous
    assert probe(path, mirrored=True).mirrored
    assert probe(path, mirrored=True).rotation_deg == probe(path).rotation_deg


def test_flip_in_the_display_matrix_is_applied(tmp_path: Path) -> None:
    path = write(tmp_path / "f.mp4", Spec(hflip=True))
    assert_colours(next(read_frames(path)).image, [GREEN, RED, GREY])
    assert_colours(next(read_frames(path, mirrored=True)).image, UPRIGHT)


def test_rotation_holds_with_interlacing_and_oblong_pixels(tmp_path: Path) -> None:
    spec = Spec(rotation_ccw=90, aspect=Fraction(4, 3), options={"x264-params": "tff=1"})
    image = next(read_frames(write(tmp_path / "all.mp4", spec))).image
    assert image.shape == (128, 64, 3)
    assert_colours(image, TURNED[90])


# --- time


@given(
    start=st.integers(0, 5000),
    steps=st.lists(st.integers(1, 700), min_size=0, max_size=25),
    name=st.sampled_from(["v.mkv", "v.mp4", "v.mov", "v.webm"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_variable_rate_times_are_those_written(
    tmp_path: Path, start: int, steps: list[int], name: str
) -> None:
    times_ms = [start, *(start + np.cumsum(steps, dtype=int)).tolist()] if steps else [start]
    codec = "libvpx-vp9" if name.endswith("webm") else "libx264"
    options = {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx-vp9" else {"preset": "ultrafast"}
    path = write(tmp_path / name, Spec(codec=codec, n=len(times_ms), times_ms=times_ms, options=options))
    np.testing.assert_allclose(times_of(path), (np.array(times_ms) - start) / 1000, atol=1e-6)


def test_frames_shown_in_another_order_than_stored_come_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "b.mp4", Spec(n=20, options={"bf": "4", "b_strategy": "0"}))
    with av.open(str(path)) as container:
        assert any(p.pts != p.dts for p in container.demux(video=0) if p.size)
    for index, frame in enumerate(read_frames(path)):
        assert frame.time_s == pytest.approx(index / 30)
        assert np.abs(frame.image.astype(int) - quadrants(index, 96, 64)).mean() < 8


def _stamped(pts: int | None) -> av.VideoFrame:
    frame = av.VideoFrame(16, 16, "gray")
    frame.pts, frame.time_base = pts, Fraction(1, 1000)
    return frame


def _clock(ledger: Ledger) -> Clock:
    kind = SimpleNamespace(format=SimpleNamespace(name="matroska,webm"))
    stream = SimpleNamespace(container=kind, average_rate=Fraction(25), guessed_rate=None)
    return Clock(cast(VideoStream, stream), ledger)


def test_negative_times_start_at_zero() -> None:
    ledger = Ledger()
    clock = _clock(ledger)
    assert [clock.time_s(_stamped(pts)) for pts in (-500, -467, -400, 20)] == [0, 0.033, 0.1, 0.52]
    assert ledger.notes() == ()


@given(st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1, max_size=60))
def test_whatever_the_file_states_time_starts_at_zero_and_only_rises(stated: list[int | None]) -> None:
    ledger = Ledger()
    clock = _clock(ledger)
    times = [clock.time_s(_stamped(pts)) for pts in stated]
    given_times = [t for t in times if t is not None]
    assert given_times[0] == 0
    assert all(a < b for a, b in pairwise(given_times))
    assert ledger.repeated == times.count(None)
    assert ledger.missing == stated.count(None)


def test_repeated_time_keeps_the_first_frame_and_is_told(tmp_path: Path) -> None:
    frames, notes = read_all(_with_times(tmp_path / "r.mkv", [0, 33, 33, 66, 100, 90, 133, 166]))
    assert [f.time_s for f in frames] == pytest.approx([0, 0.033, 0.066, 0.1, 0.133, 0.166])
    assert np.abs(frames[1].image.astype(int) - quadrants(1, 96, 64)).mean() < 8
    assert notes == ("Frames that repeated an earlier time, and were left out: 2.",)


def test_missing_times_follow_the_rate_and_are_told(tmp_path: Path) -> None:
    frames, notes = read_all(write(tmp_path / "raw.h264", Spec()))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(8) / 30)
    assert notes == ("Frames without a time, given one by the file's frame rate: 8.",)


def test_joined_clips_continue_the_clock(tmp_path: Path) -> None:
    first = write(tmp_path / "1.ts", Spec(n=60, options={"bf": "0"}))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() * 2)
    frames, notes = read_all(joined)
    steps = np.diff([f.time_s for f in frames])
    assert len(frames) == 120
    np.testing.assert_allclose(steps, 1 / 30, atol=0.02)
    assert notes == ("The clock of the file started anew once; it was continued.",)


def test_phone_clip_of_variable_rate_has_the_stored_times(shared_faces: Path) -> None:
    path = shared_faces / "face_noface.mov"
    with av.open(str(path)) as container:
        stored = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    times = times_of(path)
    np.testing.assert_allclose(times, [float(t - stored[0]) for t in stored], atol=1e-9)
    assert np.ptp(np.diff(times)) > 0.02  # truly variable


def _with_times(path: Path, times_ms: list[int]) -> Path:
    """Write frames 0, 1, 2 ... as single pictures with these presentation times, in this order."""
    with av.open(str(path), "w", options={"avoid_negative_ts": "0"}) as out:
        stream = out.add_stream("mjpeg", rate=1000, width=96, height=64, pix_fmt="yuvj420p")
        for index, pts in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(quadrants(index, 96, 64), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 1000)
            for packet in stream.encode(frame):
                packet.pts, packet.dts = pts, index - 2000
                out.mux(packet)
    return path


def test_a_pause_keeps_its_length_and_is_told(tmp_path: Path) -> None:
    frames, notes = read_all(write(tmp_path / "p.mkv", Spec(n=4, times_ms=[0, 40, 5040, 5080])))
    assert [f.time_s for f in frames] == pytest.approx([0, 0.04, 5.04, 5.08])
    assert notes == ("For 5.0 s the file holds no pictures (paused or damaged).",)


# --- chosen times


@pytest.mark.parametrize("name", ["s.mp4", "s.mkv", "s.avi", "s.ts", "s.h264"])
def test_frames_at_gives_the_frames_of_read_frames(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, Spec(n=200, options={"g": "25"}))
    frames = list(read_frames(path))
    wanted = [3, 4, 60, 150, 199, 20, 0, 199]
    for chosen, index in zip(frames_at(path, [frames[i].time_s for i in wanted]), wanted, strict=True):
        assert chosen.time_s == pytest.approx(frames[index].time_s, abs=1e-9)
        np.testing.assert_array_equal(chosen.image, frames[index].image)


def test_frames_at_gives_what_was_on_screen_and_the_ends_beyond_them(tmp_path: Path) -> None:
    path = write(tmp_path / "t.mp4", Spec(rotation_ccw=90))
    times = [f.time_s for f in frames_at(path, [-1, 0.05, 1 / 30 - 1e-9, 99], mirrored=True)]
    assert times == pytest.approx([0, 1 / 30, 1 / 30, 7 / 30])
    mirrored = next(frames_at(path, [0], mirrored=True)).image
    np.testing.assert_array_equal(mirrored, next(read_frames(path, mirrored=True)).image)
    assert list(frames_at(path, [])) == []


def test_frames_at_of_the_phone_clip(shared_faces: Path) -> None:
    path = shared_faces / "noface_face.mov"
    kept = {i: f for i, f in enumerate(read_frames(path)) if i in (5, 80, 160)}
    for chosen, frame in zip(frames_at(path, [f.time_s for f in kept.values()]), kept.values(), strict=True):
        assert chosen.time_s == frame.time_s
        np.testing.assert_array_equal(chosen.image, frame.image)


# --- header


def test_header_foretells_the_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "h.mp4", Spec(n=45, fps=15))
    header = probe(path)
    assert (header.name, header.n_frames, header.frames_per_s) == ("h.mp4", 45, 15)
    assert header.duration_s == pytest.approx(3.0)
    assert not header.simulated


@pytest.mark.parametrize("name", ["t.mp4", "t.mkv", "t.avi"])
@pytest.mark.parametrize("tag", [b"\xc4rztin", b"\xff\xfeA\x00B\x00", b"\x82\xa0\x82\xa2.."], ids=repr)
def test_a_tag_in_another_encoding_does_no_harm(tmp_path: Path, name: str, tag: bytes) -> None:
    written = b"Z" * len(tag)
    path = write(tmp_path / name, Spec(n=4, metadata={"title": written.decode()}))
    content = path.read_bytes()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, tag))
    assert not probe(path).simulated
    assert len(list(read_frames(path))) == 4


@pytest.mark.parametrize("name", ["s.mp4", "s.mkv"])
def test_simulated_recordings_say_so(tmp_path: Path, name: str) -> None:
    spec = Spec(metadata={"comment": "simulated by facialis 0.1.0"})
    assert probe(write(tmp_path / name, spec)).simulated


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "h.mp4", Spec())
    assert sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()


# --- bad input: one sentence


def _sound(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _truncated(path: Path) -> None:
    content = write(path, Spec(n=60)).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _undecodable(path: Path) -> None:
    content = bytearray(write(path, Spec()).read_bytes())
    start = content.index(b"mdat") + 4
    end = content.index(b"moov")
    content[start:end] = bytes(end - start)
    path.write_bytes(content)


NOISE = np.random.default_rng(0).bytes(20_000)
PICTURE = np.zeros((40, 40, 3), np.uint8)

BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no file": ("no.mp4", Path.exists, "no file"),
    "in a file": ("a.mp4/b.mp4", lambda p: p.parent.write_bytes(b"x"), "no file"),
    "folder": ("d.mp4", lambda p: p.mkdir(), "is a folder"),
    "empty": ("e.mp4", lambda p: p.write_bytes(b""), "is empty"),
    "text": ("t.txt", lambda p: p.write_text("dear doctor\n" * 200), "not a readable video"),
    "text as mp4": ("t.mp4", lambda p: p.write_text("dear doctor\n" * 200), "not a readable video"),
    "pdf": ("p.pdf", lambda p: p.write_bytes(b"%PDF-1.7\n" + NOISE), "not a readable video"),
    "noise": ("n.mp4", lambda p: p.write_bytes(NOISE), "not a readable video"),
    "playlist": (
        "l.m3u8",
        lambda p: p.write_text("#EXTM3U\nhttp://localhost/x.ts\n"),
        "not a read",
    ),
    "list of files": (
        "l.mp4",
        lambda p: p.write_text("ffconcat version 1.0\nfile x\n"),
        "not a readable",
    ),
    "png": ("a.png", lambda p: cv2.imwrite(str(p), PICTURE), "single picture"),
    "jpg": ("a.jpg", lambda p: cv2.imwrite(str(p), PICTURE), "single picture"),
    "webp": ("a.webp", lambda p: cv2.imwrite(str(p), PICTURE), "single picture"),
    "sound": ("a.m4a", _sound, "sound but no pictures"),
    "truncated": ("cut.mp4", _truncated, "cut off"),
    "no frame": ("zero.mp4", _undecodable, "no picture that can be decoded"),
}


@pytest.mark.parametrize(
    "read",
    [probe, lambda p: list(read_frames(p)), lambda p: list(frames_at(p, [0.1]))],
    ids=["probe", "read_frames", "frames_at"],
)
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_in_one_sentence(tmp_path: Path, case: str, read: Callable[[Path], object]) -> None:
    name, make, words = BAD[case]
    path = tmp_path / name
    make(path)
    with pytest.raises(SourceError, match=words) as caught:
        read(path)
    message = str(caught.value)
    assert name in message
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_file_without_read_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "p.mp4", Spec())
    monkeypatch.setattr(Path, "open", refuse)  # chmod would not stop root
    for read in (probe, sha256_of):
        with pytest.raises(SourceError, match="may not be read"):
            read(path)


def test_an_address_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="no file"):
        probe("https://example.org/video.mp4")


@pytest.mark.parametrize("name", ["x:y.mp4", "100 %d.mp4", "Zoë's face.mp4", "http:.mp4"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no colon in a file name")
def test_odd_file_names_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write(tmp_path / "plain.mp4", Spec()).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert len(list(read_frames(name))) == 8


def test_cover_picture_of_a_song_is_no_video(tmp_path: Path) -> None:
    cover, song = tmp_path / "c.jpg", tmp_path / "song.m4a"
    cv2.imwrite(str(cover), PICTURE)
    with av.open(str(song), "w", format="mp4") as out, av.open(str(cover)) as picture:
        sound = out.add_stream("aac", rate=44100)
        stream = out.add_stream_from_template(picture.streams.video[0])
        stream.disposition = av.stream.Disposition.attached_pic
        packet = next(picture.demux(video=0))
        packet.stream = stream
        out.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.rate = 44100
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    with pytest.raises(SourceError, match="sound but no pictures"):
        probe(song)


# --- partly readable


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    path = write(tmp_path / "one.mp4", Spec(n=1))
    assert times_of(path) == [0.0]
    assert probe(path).n_frames == 1


def _textured(index: int, width: int, height: int) -> ImageArray:
    return np.roll(np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8), index, axis=1)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("d.mp4", "libx264"), ("d.mov", "libx265"), ("d.webm", "libvpx-vp9"), ("d.mkv", "mpeg4")],
)
def test_damage_in_the_middle_loses_only_that_stretch(tmp_path: Path, name: str, codec: str) -> None:
    options = {"g": "10", "x265-params": "keyint=10:log-level=none", "cpu-used": "8", "deadline": "realtime"}
    spec = Spec(codec=codec, n=150, width=160, height=120, options=options, picture=_textured)
    path = write(tmp_path / name, spec)
    whole = {round(f.time_s, 3): f.image for f in read_frames(path)}
    content = bytearray(path.read_bytes())
    middle, length = len(content) // 2, len(content) // 8
    content[middle : middle + length] = (NOISE * 100)[:length]
    path.write_bytes(content)

    frames, notes = read_all(path)
    assert 75 <= len(frames) < 150
    assert any("damaged" in note for note in notes)
    smeared = [
        index
        for index, frame in enumerate(frames)
        if np.abs(frame.image.astype(int) - whole[round(frame.time_s, 3)]).mean() > 1
    ]
    assert len(smeared) <= 3, smeared  # a decoder may be late to notice
    gap = int(np.diff([f.time_s for f in frames]).argmax())
    assert all(index <= gap for index in smeared)


@pytest.mark.parametrize("name", ["cut.webm", "cut.mp4"])
def test_cut_off_video_is_read_to_the_cut_and_told(tmp_path: Path, name: str) -> None:
    codec = "libvpx" if name.endswith("webm") else "libx264"
    container_options = {"movflags": "faststart"} if codec == "libx264" else {}
    whole = write(tmp_path / name, Spec(codec=codec, n=150, picture=_textured, container=container_options))
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) // 2])
    frames, notes = read_all(whole)
    assert 40 < len(frames) < 110
    assert len(notes) == 1
    assert "before its stated length; it may be cut off." in notes[0]


def test_size_changing_midway_keeps_the_first_size_and_is_told(tmp_path: Path) -> None:
    wide = write(tmp_path / "w.ts", Spec(n=60, options={"bf": "0"}))
    tall = write(tmp_path / "t.ts", Spec(n=60, width=64, height=96, options={"bf": "0"}))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(wide.read_bytes() + tall.read_bytes())
    frames, notes = read_all(joined)
    assert {f.image.shape for f in frames} == {(64, 96, 3)}
    assert len(frames) > 100
    assert any("size changes midway" in note for note in notes)
    last = frames[-1].image
    assert last[:, :20].max() < 12  # black beside the tall picture
    assert_colours(last[:, 27:69], UPRIGHT)


# --- resources


def test_closing_early_releases_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "c.mp4", Spec(n=60))
    held = Path("/proc/self/fd")
    if not held.is_dir():
        pytest.skip("open files are listed only on Linux")

    def is_open() -> bool:
        return any(entry.exists() and entry.resolve() == path.resolve() for entry in held.iterdir())

    with read_frames(path) as reader:
        next(reader)
        assert is_open()
    assert not is_open()
    assert list(reader) == []

    for _ in read_frames(path):
        break
    assert not is_open()

    chosen = frames_at(path, [0.1, 0.2])
    next(chosen)
    assert is_open()
    chosen.close()  # type: ignore[attr-defined]
    assert not is_open()


def test_ctrl_c_passes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = write(tmp_path / "k.mp4", Spec())
    reader = read_frames(path)
    next(reader)
    monkeypatch.setattr("facialis.source.picture.Painter.image", interrupt)
    with pytest.raises(KeyboardInterrupt):
        next(reader)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """Peak resident memory of a fresh process, 60 against 1500 frames: no frame waits to be collected."""
    script = (
        "import resource, sys; from facialis.source.video import read_frames;"
        "n = sum(1 for _ in read_frames(sys.argv[1]));"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = {}
    for n in (60, 1500):
        spec = Spec(n=n, width=640, height=360, options={"preset": "ultrafast"})
        path = write(tmp_path / f"{n}.mp4", spec)
        done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=True)
        frames, peaks[n] = map(int, done.stdout.split())
        assert frames == n
    unit = 1 if sys.platform == "darwin" else 1024
    assert (peaks[1500] - peaks[60]) * unit < 20 * 640 * 360 * 3
