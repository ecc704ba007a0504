"""What the face model's library says at its start is not shown, and nothing else is lost for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clips import Clip, write_clip

from facialis.quiet import quiet_stderr


def test_the_python_api_says_nothing_on_stderr_and_leaves_it_as_it_was(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", Clip(3))
    code = (
        f"import os, sys, facialis\nfor _ in range(2): facialis.measure({str(clip)!r})\nos.write(2, b'heard')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr == b"heard"
    assert done.stdout == b""


def test_stderr_is_heard_again_also_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with quiet_stderr():
            os.write(2, b"greeting")
            raise ValueError("made up")

    with pytest.raises(ValueError, match="made up"):
        fail()
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
