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
