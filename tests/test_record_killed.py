"""Killed at any instant, a record opens, says what is incomplete, and can finish it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SCENARIOS = ("add", "measure", "import", "migrate", "delete", "forget", "encrypt", "restore", "backup")
ALL = 0
POINTS = ALL if os.environ.get("FACIALIS_KILL_ALL") else 26
"""Of 40 to 150 instants of each; those of all nine come to more than 200, and 3 random times each."""
IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed program leaves what it wrote either way."""
    folder = Path(tempfile.mkdtemp(dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork, by which the killer works")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_lost_when_it_is_killed(scenario: str, quick_folder: Path) -> None:
    if scenario == "encrypt" and not (find_spec("sqlcipher3") and find_spec("pyrage")):
        pytest.skip("SQLCipher and age are not installed; pip install '.[encrypt]' brings them")
    options = ["-W", "error"]
    command = [sys.executable, *options, TESTS / "record_killer.py", scenario, quick_folder, str(POINTS), "1"]
    paths = os.pathsep.join([str(TESTS.parent / "src"), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths})
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["wrong"] == []
    assert told["instants"] >= 40
    assert told["kills"] >= (POINTS or told["instants"])
