"""A second measurement into the same folder: nothing of an earlier one stays that does not belong to it."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from clips import Clip, write_clip
from result_fixture import make_result

from facialis.cli import cli
from facialis.console import run
from facialis.source.container import sha256_of
from facialis.types import Result

Capture = pytest.CaptureFixture[str]
MODULE = sys.modules["facialis.measure"]
FILES = {"report.html", "events.tsv", "events.json", "signals.parquet", "summary.json"}


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The commands get a made-up result; returns what they asked for."""
    asked: list[Path] = []

    def measure(path: Path, **_: Any) -> Result:
        asked.append(Path(path))
        made = make_result(10.0)
        return replace(made, recording=replace(made.recording, name=path.name, sha256=sha256_of(path)))

    monkeypatch.setattr(MODULE, "measure", measure)
    return asked


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", Clip(3))


@pytest.fixture
def edf(tmp_path: Path) -> Path:
    path = tmp_path / "clip.edf"
    path.write_bytes(b"0       " + bytes(300))
    return path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_no_faces_leaves_no_video_of_the_face_either(clip: Path, tmp_path: Path) -> None:
    command = ["measure", str(clip), "--out", str(tmp_path / "same")]
    assert run(cli, [*command, "--overlay"]) == 0
    assert files_in(tmp_path / "same") == FILES | {"overlay.mp4"}
    (tmp_path / "same" / "mine.txt").write_text("mine")
    assert run(cli, [*command, "--no-faces"]) == 0
    assert files_in(tmp_path / "same") == FILES | {"mine.txt"}
    assert "data:image" not in (tmp_path / "same" / "report.html").read_text(encoding="utf-8")


def test_emg_and_video_can_be_measured_again(clip: Path, edf: Path, tmp_path: Path, capsys: Capture) -> None:
    both = tmp_path / "both"
    command = ["measure", str(edf), "--out", str(both)]
    with_video = [*command, "--with-video", str(clip), "--no-faces"]
    assert run(cli, [*with_video, "--overlay"]) == 0
    of_video = {f"video/{name}" for name in FILES}
    assert files_in(both) == FILES | {"agreement.json", "video/overlay.mp4"} | of_video
    (both / "video" / "summary.json").write_text("earlier")
    assert run(cli, with_video) == 0, capsys.readouterr().err
    assert files_in(both) == FILES | {"agreement.json"} | of_video
    assert json.loads((both / "video" / "summary.json").read_text(encoding="utf-8"))["schema_version"]
    assert run(cli, command) == 0
    assert files_in(both) == FILES
    assert not (both / "video").exists()


def test_what_the_user_keeps_in_a_folder_of_ours_stays(clip: Path, edf: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    command = ["measure", str(edf), "--out", str(both)]
    assert run(cli, [*command, "--with-video", str(clip), "--no-faces"]) == 0
    (both / "video" / "notes.txt").write_text("mine")
    assert run(cli, command) == 0
    assert files_in(both) == FILES | {"video/notes.txt"}


def test_a_folder_of_the_users_own_called_video_is_left_alone(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "video").mkdir(parents=True)
    (tmp_path / "out" / "video" / "overlay.mp4").write_bytes(b"mine")
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "out"), "--no-faces"]) == 0
    assert files_in(tmp_path / "out") == FILES | {"video/overlay.mp4"}


@pytest.mark.parametrize("name", ["report.html", "video/report.html", "agreement.json"])
def test_a_folder_in_the_place_of_a_file_is_told_before_the_work(
    clip: Path, edf: Path, tmp_path: Path, capsys: Capture, measured: list[Path], name: str
) -> None:
    (tmp_path / "out" / name).mkdir(parents=True)
    command = ["measure", str(edf), "--with-video", str(clip), "--out", str(tmp_path / "out")]
    assert run(cli, command) == 1
    assert f"{Path(name).name}': it is a folder" in capsys.readouterr().err
    assert measured == []
    assert files_in(tmp_path / "out") == set()


def test_a_file_called_video_is_told_before_the_work_that_needs_a_folder(
    clip: Path, edf: Path, tmp_path: Path, capsys: Capture, measured: list[Path]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "video").write_text("mine")
    command = ["measure", str(edf), "--out", str(tmp_path / "out")]
    assert run(cli, [*command, "--with-video", str(clip)]) == 1
    assert "a file stands where a folder is needed" in capsys.readouterr().err
    assert measured == []
    assert run(cli, command) == 0
    assert (tmp_path / "out" / "video").read_text() == "mine"


def test_nothing_temporary_stays(clip: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "out"), "--no-faces"]) == 0
    assert set(os.listdir(tmp_path)) == {"clip.mp4", "out"}


# Another recording


@pytest.fixture
def another(tmp_path: Path) -> Path:
    (tmp_path / "other").mkdir()
    return write_clip(tmp_path / "other" / "clip.mp4", Clip(4))


def test_the_results_of_another_recording_are_not_overwritten(
    clip: Path, another: Path, tmp_path: Path, capsys: Capture, measured: list[Path]
) -> None:
    command = ["--out", str(tmp_path / "out"), "--no-faces"]
    assert run(cli, ["measure", str(clip), *command]) == 0
    before = (tmp_path / "out" / "report.html").read_bytes()
    assert run(cli, ["measure", str(another), *command]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"facialis: {tmp_path / 'out'} holds the results of another recording (clip.mp4); "
    )
    assert said.endswith("or add --replace.\n")
    assert measured == [clip]
    assert (tmp_path / "out" / "report.html").read_bytes() == before
    assert run(cli, ["measure", str(another), *command, "--replace"]) == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["recording"]["sha256"] == sha256_of(another)


def test_two_of_one_name_do_not_meet_in_the_folder_that_is_usual(
    clip: Path, another: Path, edf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(cli, ["measure", str(clip), "--no-faces"]) == 0
    assert run(cli, ["measure", str(another), "--no-faces"]) == 1
    assert run(cli, ["measure", str(edf)]) == 1
    assert run(cli, ["measure", str(clip), "--no-faces"]) == 0


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"recording": {"name": "a"}}', "\u00e4 mine"])
def test_a_summary_that_is_not_ours_is_not_overwritten(
    clip: Path, tmp_path: Path, capsys: Capture, held: str
) -> None:
    (tmp_path / "summary.json").write_text(held, encoding="latin-1")
    command = ["measure", str(clip), "--out", str(tmp_path), "--no-faces"]
    assert run(cli, command) == 1
    assert "holds the results of another recording" in capsys.readouterr().err
    assert run(cli, [*command, "--replace"]) == 0


def test_the_demo_does_not_overwrite_either(clip: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(cli, ["measure", str(clip), "--out", str(tmp_path / "out"), "--no-faces"]) == 0
    assert run(cli, ["demo", "--out", str(tmp_path / "out")]) == 1
    assert "--replace" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["measure", "clip.mp4"], ["demo"], ["simulate", "patient"]])
def test_an_empty_folder_name_is_refused(
    clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, command: list[str]
) -> None:
    monkeypatch.chdir(clip.parent)
    assert run(cli, [*command, "--out", ""]) == 2
    assert "it is empty" in capsys.readouterr().err
    assert os.listdir(clip.parent) == ["clip.mp4"]


# Several recordings


def test_several_recordings_get_a_folder_each(
    clip: Path, edf: Path, tmp_path: Path, capsys: Capture, measured: list[Path]
) -> None:
    visit = tmp_path / "visit.mp4"
    clip.rename(visit)
    assert run(cli, ["measure", str(visit), str(edf), "--no-faces", "--out", str(tmp_path / "results")]) == 0
    assert measured == [visit, edf]
    assert set(os.listdir(tmp_path / "results")) == {"visit-facialis", "clip-facialis"}
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 of 2: visit.mp4 (simulated, not a person): The left side")
    assert lines[0].endswith(f"Written to {tmp_path / 'results' / 'visit-facialis'}.")
    note = "  The light changed at 0:31."
    assert lines[1:] == [note, lines[2], note, "2 of 2 recordings were measured."]


def test_one_that_fails_does_not_stop_the_others(clip: Path, tmp_path: Path, capsys: Capture) -> None:
    bad, gone = tmp_path / "bad.mp4", tmp_path / "gone.mp4"
    bad.write_bytes(b"no video at all")
    (tmp_path / "empty.mp4").touch()
    names = [str(each) for each in (bad, gone, tmp_path / "empty.mp4", clip)]
    assert run(cli, ["measure", *names, "--no-faces", "--out", str(tmp_path / "results")]) == 1
    assert os.listdir(tmp_path / "results") == ["clip-facialis"]
    printed = capsys.readouterr()
    assert printed.err.splitlines()[0].startswith(f"facialis: {bad} (1 of 4): ")
    assert len(printed.err.splitlines()) == 3
    last = printed.out.splitlines()[-2:]
    assert last == ["1 of 4 recordings were measured.", f"Not measured: {', '.join(names[:3])}"]


def test_a_fault_of_the_program_does_not_stop_the_others_either(
    clip: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = write_clip(tmp_path / "visit.mp4", Clip(4))
    monkeypatch.setattr(MODULE, "measure", lambda *_, **__: 1 / 0)
    assert run(cli, ["measure", str(clip), str(visit), "--out", str(tmp_path / "results")]) == 1
    said = capsys.readouterr()
    assert said.err.count("This is a fault of facialis (ZeroDivisionError") == 2
    assert "0 of 2 recordings were measured." in said.out


def test_ctrl_c_stops_all_of_them(
    clip: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = write_clip(tmp_path / "visit.mp4", Clip(4))

    def interrupted(*_: Any, **__: Any) -> Result:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:  # As an import does that Ctrl-C cuts off.
            raise ImportError("initialization failed") from error

    monkeypatch.setattr(MODULE, "measure", interrupted)
    assert run(cli, ["measure", str(clip), str(visit), "--out", str(tmp_path / "results")]) == 130
    assert capsys.readouterr().err == "facialis: Interrupted; what was not finished was not written.\n"
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (["a.edf", "b.edf"], ["--mirrored"], "Each of the recordings is an EMG"),
        (["a.mp4", "b.mp4"], ["--rate", "100"], "Each of the recordings is no EMG"),
        (["a.edf", "b.edf"], ["--with-video", "c.mp4"], "goes with one recording"),
        (["x/a.mp4", "b.mp4", "x/a.mp4"], [], "x/a.mp4 is given twice; give it once."),
    ],
)
def test_options_that_go_with_none_of_them_are_told_before_the_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    measured: list[Path],
    names: list[str],
    options: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in names:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"0       " if name.endswith("edf") else b"video")
    assert run(cli, ["measure", *names, *options]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert measured == []
