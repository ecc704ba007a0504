"""Nothing leaves the machine: the whole chain runs where no socket can be made and no network exists."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from clips import Clip, write_clip

from facialis.cli import cli
from facialis.console import run


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", Clip(60))


def test_the_whole_chain_makes_no_socket(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **_: object) -> NoReturn:
        raise AssertionError(f"facialis made a socket: {args}")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert run(cli, ["measure", str(video), "--out", str(video.parent / "out"), "--overlay"]) == 0
    written = set(os.listdir(video.parent / "out"))
    assert {"report.html", "overlay.mp4", "signals.parquet", "summary.json", "events.tsv"} <= written


def test_no_library_asks_the_system_for_the_internet(video: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace, which shows what compiled libraries ask of the system, is not on this machine")
    log = video.parent / "calls"
    command = [sys.executable, "-m", "facialis", "measure", str(video), "--out", str(video.parent / "out")]
    traced = [strace, "-f", "-e", "trace=socket,connect,sendto,bind", "-o", str(log), *command]
    done = subprocess.run(traced, capture_output=True, text=True, check=False)
    if "PTRACE" in done.stderr:
        pytest.skip("this machine does not let a process be traced")
    assert done.returncode == 0, done.stderr
    assert "exited with 0" in log.read_text()
    assert "AF_INET" not in log.read_text()


def test_the_report_names_no_address_to_load_from(video: Path) -> None:
    out = video.parent / "out"
    assert run(cli, ["measure", str(video), "--out", str(out)]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    for loading in ('src="http', "url(http", "@import", 'href="http', "fetch(", "XMLHttpRequest"):
        assert loading not in page
