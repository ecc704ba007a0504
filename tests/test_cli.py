"""The commands: what they print, what they write, how they fail."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import click
import pytest
from clips import Clip, write_clip
from faces import needs_gl
from hypothesis import given
from hypothesis import strategies as st
from result_fixture import make_result

import facialis
from facialis.cli import cli
from facialis.console import progress_bar, run
from facialis.errors import RenderError, SourceError
from facialis.report.peaks import N_PEAKS, peak_pictures, strongest
from facialis.simulate.compare import comparison_lines, matched
from facialis.simulate.performance import TrueEvent, Truth, read_truth
from facialis.types import Event, Result, Side

Capture = pytest.CaptureFixture[str]
MODULE = sys.modules["facialis.measure"]
FILES = {"report.html", "events.tsv", "events.json", "signals.parquet", "summary.json"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("cli") / "clip.mp4", Clip(160))


@pytest.fixture(scope="module")
def result(clip: Path) -> Result:
    return facialis.measure(clip)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, result: Result) -> list[dict[str, Any]]:
    """The commands get the result without measuring again; returns what they asked for."""
    asked: list[dict[str, Any]] = []

    def measure(path: Path, **options: Any) -> Result:
        asked.append({"path": path, **options})
        return result

    monkeypatch.setattr(MODULE, "measure", measure)
    return asked


# Help


@pytest.mark.parametrize("command", [[], ["measure"], ["demo"], ["simulate", "face"]])
def test_help_shows_an_example(capsys: Capture, command: list[str]) -> None:
    assert run(cli, [*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"  facialis {' '.join(command)}".rstrip() in shown


def test_version(capsys: Capture) -> None:
    assert run(cli, ["--version"]) == 0
    assert capsys.readouterr().out == f"facialis, version {facialis.__version__}\n"


@pytest.mark.parametrize(
    "words", [["measure"], ["measure", "a.mp4", "--nose"], ["dance"], ["simulate", "face"]]
)
def test_a_wrong_word_exits_with_2_and_shows_the_way(capsys: Capture, words: list[str]) -> None:
    assert run(cli, words) == 2
    assert "--help" in capsys.readouterr().err


# measure


@pytest.mark.usefixtures("measured")
def test_measure_prints_ten_lines_and_writes_the_folder(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(cli, ["measure", str(clip)]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert len(lines) <= 11
    assert lines[0].startswith(
        "clip.mp4 (simulated, not a person): The left side of the face went into spasm"
    )
    assert lines[-1] == "Written to clip-facialis: open clip-facialis/report.html in a browser."
    assert printed.err == ""  # Not a terminal: no bar; and no greeting of a library.
    assert set(os.listdir(tmp_path)) == {"clip-facialis"}
    assert set(os.listdir("clip-facialis")) == FILES
    summary = json.loads(Path("clip-facialis/summary.json").read_text(encoding="utf-8"))
    assert summary["verdict"]["side"] == "left"


@pytest.mark.usefixtures("measured")
def test_the_report_shows_the_face_unless_told_not_to(clip: Path, tmp_path: Path) -> None:
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "with")]) == 0
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "without"), "--no-faces"]) == 0
    pages = {
        name: (tmp_path / name / "report.html").read_text(encoding="utf-8") for name in ("with", "without")
    }
    assert pages["with"].count("data:image/jpeg") >= 2
    assert "data:image" not in pages["without"]


def test_options_reach_the_measurement(clip: Path, tmp_path: Path, measured: list[Any]) -> None:
    model = Path(str(facialis.__file__)).parent / "data" / "face_landmarker.task"
    command = ["measure", str(clip), "--out", str(tmp_path / "o"), "--mirrored", "--model", str(model)]
    assert run(cli, command) == 0
    assert measured[0]["path"] == clip
    assert measured[0]["mirrored"] is True
    assert measured[0]["model"] == model


@pytest.mark.usefixtures("measured")
def test_overlay_has_every_frame_and_the_curves_below(clip: Path, tmp_path: Path) -> None:
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "o"), "--overlay"]) == 0
    with av.open(str(clip)) as before, av.open(str(tmp_path / "o" / "overlay.mp4")) as after:
        times = [[round(f.time, 3) for f in c.decode(video=0)] for c in (before, after)]
        assert times[0] == times[1]
        assert after.streams.video[0].height > before.streams.video[0].height


@pytest.mark.usefixtures("measured")
def test_an_earlier_result_is_replaced_and_other_files_stay(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "events.tsv").write_text("earlier")
    (tmp_path / "diary.txt").write_text("mine")
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path)]) == 0
    assert set(os.listdir(tmp_path)) == FILES | {"diary.txt"}
    assert "earlier" not in (tmp_path / "events.tsv").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such a name")
def test_a_file_name_that_is_no_text_is_measured(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9.mp4"
    os.symlink(write_clip(tmp_path / "short.mp4", Clip(3)), odd)
    command = [sys.executable, "-m", "facialis", "measure", odd, "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"caf\\udce9.mp4" in done.stdout
    assert (tmp_path / "o" / "report.html").exists()


# demo


def test_demo_measures_the_packaged_recording_and_tells_the_truth(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "facialis", "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "demo.mp4 (simulated, not a person)" in done.stdout
    assert "The recording is simulated, so the truth is known: 8 spasm episodes, side left" in done.stdout
    assert "Found side: left." in done.stdout
    assert "Of the 8 true episodes" in done.stdout
    assert set(os.listdir(tmp_path / "demo-facialis")) == FILES
    with (tmp_path / "demo-facialis" / "events.tsv").open(encoding="utf-8") as file:
        episodes = [row for row in csv.DictReader(file, delimiter="\t") if row["trial_type"] == "episode"]
    # The one smile ends 0.2 s before the third episode; before the others lie blinks and spasms only.
    assert [row["context"] == "activated" for row in episodes] == [False, False, True, *[False] * 5]


# simulate face


@needs_gl
def test_simulate_face_writes_a_video_with_its_truth(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "right.mp4"
    scene = [
        "--seconds",
        "2",
        "--rate",
        "30",
        "--width",
        "128",
        "--height",
        "96",
        "--eyes",
        "30",
        "--fps",
        "20",
    ]
    assert run(cli, ["simulate", "face", "--out", str(out), "--side", "right", "--seed", "5", *scene]) == 0
    assert str(out) in capsys.readouterr().out
    truth = read_truth(tmp_path / "right.truth.json")
    assert (truth.side, truth.duration_s) == ("right", 2.0)
    assert {event.side for event in truth.of_kind("episode")} == {"right"}
    with av.open(str(out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 40
        assert container.metadata["comment"] == "simulated by facialis"
    assert set(os.listdir(tmp_path)) == {"right.mp4", "right.truth.json"}


@pytest.mark.parametrize("fails", [False, True])
def test_simulate_face_makes_a_missing_folder_and_removes_it_where_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def render(_: object, __: object, path: Path, **___: object) -> Path:
        if fails:
            raise RenderError("This machine has no OpenGL.")
        path.write_bytes(b"video")
        return path

    monkeypatch.setattr("facialis.simulate.face.render_video", render)
    out = tmp_path / "new" / "deep" / "x.mp4"
    assert run(cli, ["simulate", "face", "--out", str(out)]) == (1 if fails else 0)
    assert os.listdir(tmp_path) == ([] if fails else ["new"])
    assert out.exists() is not fails


@needs_gl
def test_a_simulated_healthy_face_has_no_spasm(tmp_path: Path) -> None:
    out = tmp_path / "none.mp4"
    scene = ["--seconds", "1", "--width", "64", "--height", "64", "--eyes", "20", "--fps", "5"]
    assert run(cli, ["simulate", "face", "--out", str(out), "--side", "none", *scene]) == 0
    truth = read_truth(tmp_path / "none.truth.json")
    assert truth.side == "none"
    assert not truth.of_kind("episode", "twitch", "tonic")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--out", "face.avi"], 2, "does not end in .mp4"),
        (["--out", "face.mp4", "--yaw", "80"], 2, "--yaw"),
        (["--out", "face.mp4", "--side", "up"], 2, "--side"),
        (["--out", "face.mp4", "--identity", "nobody"], 1, "is no identity"),
        (["--out", "face.mp4", "--width", "65"], 1, "even sizes"),
        (["--out", "face.mp4", "--seconds", "4", "--smiles", "10"], 1, "do not fit"),
    ],
)
def test_what_cannot_be_rendered_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    options: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(cli, ["simulate", "face", *options]) == code
    assert words in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


# How it fails


def command_that_raises(error: BaseException) -> click.Command:
    @click.command()
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SourceError("It is empty; copy it again."), 1, "facialis: It is empty; copy it again.\n"),
        (KeyboardInterrupt(), 130, "\nfacialis: Interrupted; what was not finished was not written.\n"),
        (OSError(28, "No space left on device", "x"), 1, "facialis: No space left on device: x.\n"),
        (
            ZeroDivisionError("division"),
            1,
            "facialis: This is a fault of facialis (ZeroDivisionError: division); "
            "run it with FACIALIS_DEBUG=1 and report it.\n",
        ),
    ],
)
def test_errors_are_one_sentence_and_an_exit_code(
    capsys: Capture, error: BaseException, code: int, said: str
) -> None:
    assert run(command_that_raises(error), []) == code
    printed = capsys.readouterr()
    assert printed.err == said
    assert printed.out == ""


def test_debugging_shows_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(command_that_raises(ZeroDivisionError()), [])


# Progress


def test_progress_is_a_bar_on_a_terminal_and_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for is_terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda shown=is_terminal: shown)
        with progress_bar("Measuring", 10.0) as tell:
            for second in range(10):
                tell(float(second))
        printed = capsys.readouterr()
        assert printed.out == ""
        assert ("Measuring" in printed.err and "100%" in printed.err) == is_terminal


def test_a_video_of_unknown_length_shows_that_work_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar("Measuring", 0.0) as tell:
        tell(3.0)
    assert capsys.readouterr().err == "Measuring ...\n"


# Pictures at the peaks


def test_the_strongest_are_shown_once_each() -> None:
    events = make_result(duration_s=600).events
    chosen = strongest(events)
    assert len(chosen) == N_PEAKS
    assert [events[i].peak_s for i in chosen] == sorted(events[i].peak_s for i in chosen)
    assert len({events[i].peak_s for i in chosen}) == N_PEAKS  # An episode and its only twitch: one picture.
    weakest = min(events[i].intensity * events[i].probability for i in chosen)
    left_out = [e for i, e in enumerate(events) if e.kind == "episode" and i not in chosen]
    assert all(e.intensity * e.probability <= weakest for e in left_out)
    assert "blink" not in {events[i].kind for i in chosen}


def test_a_peak_picture_shows_the_face_in_the_middle(clip: Path, result: Result) -> None:
    import cv2
    import numpy as np

    from facialis.signals.landmarks import FaceTracker
    from facialis.signals.model import FaceModel

    pictures = peak_pictures(result, clip)
    assert pictures
    tracker = FaceModel()
    for jpeg in pictures.values():
        assert len(jpeg) < 40_000
        image = cv2.cvtColor(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        mesh = FaceTracker(tracker).update(np.asarray(image, np.uint8), 0.0)
        assert mesh is not None
        np.testing.assert_allclose(mesh.points_px[:, :2].mean(axis=0), 128, atol=20)


# The truth beside


def span(side: Side, onset_s: float, offset_s: float) -> Event:
    return Event("episode", side, onset_s, offset_s, onset_s, 0.5, 0.9, "made up")


def true(side: Side, onset_s: float, offset_s: float) -> TrueEvent:
    return TrueEvent("episode", side, onset_s, offset_s, onset_s, 0.5)


def test_matching_is_one_to_one_and_of_one_side() -> None:
    truth = (true("left", 1, 2), true("left", 3, 4), true("right", 5, 6))
    found = [span("left", 1.1, 1.4), span("left", 1.5, 3.2), span("left", 5, 6), span("right", 9, 10)]
    assert matched(truth, found) == [(truth[0], found[0]), (truth[1], found[1])]


@given(st.lists(st.floats(0, 100), max_size=12), st.lists(st.floats(0, 100), max_size=12))
def test_no_event_is_matched_twice(true_s: list[float], found_s: list[float]) -> None:
    pairs = matched(tuple(true("left", t, t + 1) for t in true_s), [span("left", t, t + 1) for t in found_s])
    assert len(pairs) <= min(len(true_s), len(found_s))
    assert all(t.onset_s < f.offset_s and f.onset_s < t.offset_s for t, f in pairs)
    assert len({id(f) for _, f in pairs}) == len({id(t) for t, _ in pairs}) == len(pairs)


def test_the_comparison_counts_found_and_false(result: Result) -> None:
    found = [e for e in result.events if e.kind == "episode"]
    truth = Truth("left", 6.0, (true("left", found[0].onset_s + 0.01, found[0].offset_s),))
    lines = comparison_lines(result, truth)
    assert len(lines) == 2
    assert f"{len(found) - 1} of those found are false" in lines[1]
    assert "off by 10 ms" in lines[1]
