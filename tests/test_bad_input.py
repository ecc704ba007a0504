"""What is no measurable recording, or cannot be written: one sentence, an exit code, nothing half-written."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from clips import Clip, blank, write_clip
from test_video import BAD

from facialis.cli import cli
from facialis.console import run
from facialis.report.files import write_folder
from facialis.types import ImageArray

Capture = pytest.CaptureFixture[str]
MODULE = sys.modules["facialis.measure"]


def one_sentence(text: str) -> str:
    """Assert that `text`, all of stderr, is one sentence of the program's, and return it."""
    assert text.startswith("facialis: ")
    assert text.endswith(".\n")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


def measured_lines(path: Path, capsys: Capture) -> str:
    """Measure a recording that gives a result, and return what was printed."""
    assert run(cli, ["measure", str(path), "--out", str(path.parent / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "nan" not in printed.out.lower()
    assert len(printed.out.splitlines()) <= 13
    assert (path.parent / "out" / "report.html").stat().st_size > 50_000
    return printed.out


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_video_is_told(tmp_path: Path, capsys: Capture, case: str) -> None:
    name, make, words = BAD[case]
    make(tmp_path / name)
    assert run(cli, ["measure", str(tmp_path / name), "--out", str(tmp_path / "out" / "deep")]) == 1
    assert words in one_sentence(capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_no_face_at_all_is_told(tmp_path: Path, capsys: Capture) -> None:
    path = write_clip(tmp_path / "wall.mp4", Clip(45, change=blank))
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out")]) == 1
    sentence = one_sentence(capsys.readouterr().err)
    assert "No face was seen in" in sentence
    assert "film one face" in sentence
    assert os.listdir(tmp_path) == ["wall.mp4"]


@pytest.mark.parametrize("name", ["one.mp4", "one.mkv"])
def test_a_video_of_one_frame_is_told_to_be_a_picture(tmp_path: Path, capsys: Capture, name: str) -> None:
    path = write_clip(tmp_path / name, Clip(1))
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out")]) == 1
    assert one_sentence(capsys.readouterr().err).endswith(
        f"{name} holds a single picture; facialis needs a video.\n"
    )
    assert os.listdir(tmp_path) == [name]


def test_a_file_that_is_cut_off_is_told_on_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    whole = write_clip(tmp_path / "whole.mkv", Clip(180))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert "The file ends" in measured_lines(cut, capsys)


def test_a_disk_that_fails_in_reading_is_no_place_that_cannot_be_written(
    clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("hashlib.file_digest", fail)
    assert run(cli, ["measure", str(clip), "--out", str(clip.parent / "out")]) == 1
    said = one_sentence(capsys.readouterr().err)
    assert f"{clip} cannot be read to its end" in said
    assert "Cannot write" not in said
    assert os.listdir(clip.parent) == ["clip.mp4"]


# A face, but not enough of it: a report that says what could not be measured, and why.


def two_seconds_of_face() -> Callable[[ImageArray], ImageArray]:
    seen = iter(range(10_000))
    return lambda image: image if next(seen) < 60 else blank(image)


def still() -> Callable[[ImageArray], ImageArray]:
    first: list[ImageArray] = []

    def change(image: ImageArray) -> ImageArray:
        first.append(image)
        return first[0]

    return change


def dark(image: ImageArray) -> ImageArray:
    return np.asarray(image // 16, dtype=np.uint8)


TOO_LITTLE: dict[str, tuple[Clip, str]] = {
    "a face for two seconds": (Clip(200, change=two_seconds_of_face()), "no face was seen"),
    "5 frames a second": (Clip(240, step=6), "fewer than 20 frames a second"),
    "two frames": (Clip(2), "0.0 s could be measured"),
    "4K": (Clip(4, width=3840, height=2160), "0.0 s could be measured"),
    "tiny": (Clip(60, width=64, height=48), "the face is too small"),
    "dark": (Clip(60, change=dark), "the picture is too dark"),
    "still": (Clip(120, change=still()), "the picture stands still"),
}


def test_too_few_frames_are_told_with_what_to_do(tmp_path: Path, capsys: Capture) -> None:
    printed = measured_lines(write_clip(tmp_path / "slow.mp4", Clip(120, step=2)), capsys)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for told in (printed, page[: page.index("<main>")]):
        assert "has 15 frames a second, and 20 are needed" in told
        assert "Film again with 30 or, better, 60" in told


@pytest.mark.parametrize("case", TOO_LITTLE)
def test_too_little_to_measure_is_a_result_with_its_reason(
    tmp_path: Path, capsys: Capture, case: str
) -> None:
    clip, reason = TOO_LITTLE[case]
    printed = measured_lines(write_clip(tmp_path / "short.mp4", clip), capsys)
    assert reason in printed
    assert "not measurable: only" in printed
    assert "does not show clearly" in printed


# Odd, but measurable.


def test_odd_sizes_negative_and_repeated_times_are_measured(tmp_path: Path, capsys: Capture) -> None:
    times = [max(i, 1) / 30 - 2 for i in range(180)]
    clip = Clip(180, width=481, height=361, pix_fmt="yuv444p", times_s=times)
    printed = measured_lines(write_clip(tmp_path / "odd.mkv", clip), capsys)
    assert "The left side of the face went into spasm" in printed
    assert "Measured: 6 s of 6 s" in printed


# Places that cannot be written.


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", Clip(3))


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.EACCES, "you may not write there"), (errno.EROFS, "read-only")],
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, code: int, words: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(MODULE, "measure", lambda *_, **__: pytest.fail("it measured first"))
    monkeypatch.setattr(Path, "mkdir", refuse)
    assert run(cli, ["measure", str(clip), "--out", str(clip.parent / "out")]) == 1
    assert words in one_sentence(capsys.readouterr().err)
    assert os.listdir(clip.parent) == ["clip.mp4"]


def test_a_file_where_the_folder_should_be_is_told(clip: Path, capsys: Capture) -> None:
    assert run(cli, ["measure", str(clip), "--out", str(clip)]) == 1
    assert "a file stands where a folder is needed" in one_sentence(capsys.readouterr().err)


def test_a_full_disk_leaves_nothing_behind(
    clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(pyarrow.parquet, "write_table", full)
    assert run(cli, ["measure", str(clip), "--out", str(clip.parent / "out")]) == 1
    assert "no space left" in one_sentence(capsys.readouterr().err)
    assert os.listdir(clip.parent) == ["clip.mp4"]


def test_a_full_disk_leaves_an_earlier_result_as_it_was(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = clip.parent / "out"
    with write_folder(out) as folder:
        (folder / "events.tsv").write_text("earlier")
    monkeypatch.setattr(pyarrow.parquet, "write_table", full)
    assert run(cli, ["measure", str(clip), "--out", str(out)]) == 1
    assert os.listdir(out) == ["events.tsv"]
    assert (out / "events.tsv").read_text() == "earlier"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no limit on the size of a file")
def test_a_limit_on_file_size_met_midway_leaves_nothing_behind(clip: Path) -> None:
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from facialis.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "measure", str(clip), "--out", str(clip.parent / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Cannot write" in one_sentence(done.stderr)
    assert os.listdir(clip.parent) == ["clip.mp4"]


@pytest.mark.parametrize("content", [b"", b"not a bundle" * 50])
def test_a_model_that_is_none_is_told(clip: Path, capsys: Capture, content: bytes) -> None:
    model = clip.with_name("model.task")
    model.write_bytes(content)
    assert run(cli, ["measure", str(clip), "--model", str(model)]) == 1
    assert ".task file" in one_sentence(capsys.readouterr().err)


# Ctrl-C.


@pytest.mark.skipif(os.name == "nt", reason="signals to one process alone are a matter of Unix")
@pytest.mark.parametrize(
    ("number", "wait_s"), [("SIGINT", 0.0), ("SIGINT", 0.7), ("SIGTERM", 0.4), ("SIGHUP", 0.4)]
)
def test_however_it_is_stopped_one_sentence_and_nothing_left(
    tmp_path: Path, number: str, wait_s: float
) -> None:
    path = write_clip(tmp_path / "long.mp4", Clip(500))
    command = [sys.executable, "-m", "facialis", "measure", str(path), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests started in the background inherit a deaf ear for Ctrl-C, which a person's shell has not.
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in (signal.SIGINT, signal.SIGHUP)],
    )
    until = time.monotonic() + 60
    # The work has begun when the folder that waits beside for the result is there.
    while len(os.listdir(tmp_path)) == 1 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(wait_s)
    process.send_signal(signal.Signals[number])
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.Signals[number]
    assert err.strip() == "facialis: Interrupted; what was not finished was not written."
    assert out == ""
    assert os.listdir(tmp_path) == ["long.mp4"]
