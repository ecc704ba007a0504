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
from typing import Any

import pytest
from records import Databases

TESTS = Path(__file__).parent
SCENARIOS = (
    "add",
    "measure",
    "channels",
    "import",
    "migrate",
    "delete",
    "forget",
    "encrypt",
    "restore",
    "backup",
)
ALL = 0
POINTS = ALL if os.environ.get("FACIALIS_KILL_ALL") else 26
"""Of 40 to 150 instants of each; those of all ten come to more than 200, and 3 random times each."""
POINTS_OF_AN_ARCHIVE = 40 if os.environ.get("FACIALIS_KILL_ALL") else 12
"""An import takes ten times as long as what the others cut off."""
POINTS_ON_SERVER = 40 if os.environ.get("FACIALIS_KILL_ALL") else 5
NEEDS_FORK = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system has no fork, by which the killer works"
)
IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed program leaves what it wrote either way."""
    folder = Path(tempfile.mkdtemp(dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def killed(scenario: str, points: int, folder: Path, *more: str) -> dict[str, Any]:
    """Run the killer and return what it says."""
    options = ["-W", "error", str(TESTS / "record_killer.py"), scenario, str(folder), str(points), "1", *more]
    paths = os.pathsep.join([str(TESTS.parent / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    ran = subprocess.run(
        [sys.executable, *options], capture_output=True, text=True, env=environment, check=False
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@NEEDS_FORK
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_lost_when_it_is_killed(scenario: str, quick_folder: Path) -> None:
    if scenario == "encrypt" and not (find_spec("sqlcipher3") and find_spec("pyrage")):
        pytest.skip("SQLCipher and age are not installed; pip install '.[encrypt]' brings them")
    told = killed(scenario, POINTS, quick_folder)
    assert told["wrong"] == []
    assert told["instants"] >= 40
    assert told["kills"] >= (POINTS or told["instants"])


@NEEDS_FORK
@pytest.mark.parametrize("scenario", ["add", "measure", "channels", "import", "delete"])
def test_nothing_is_lost_on_postgresql_either(
    scenario: str, quick_folder: Path, databases: Databases
) -> None:
    told = killed(scenario, POINTS_ON_SERVER, quick_folder, databases.folder)
    assert told["wrong"] == []
    assert told["kills"] >= POINTS_ON_SERVER


@NEEDS_FORK
def test_an_import_is_whole_or_can_be_finished(quick_folder: Path) -> None:
    told = killed("archive", POINTS_OF_AN_ARCHIVE, quick_folder)
    assert told["wrong"] == []
    assert told["instants"] >= 40
    assert told["kills"] >= POINTS_OF_AN_ARCHIVE


@NEEDS_FORK
def test_an_import_into_postgresql_is_whole_or_can_be_finished(
    quick_folder: Path, databases: Databases
) -> None:
    told = killed("archive", POINTS_ON_SERVER // 2, quick_folder, databases.folder)
    assert told["wrong"] == []
    assert told["kills"] >= POINTS_ON_SERVER // 2
