"""Records for tests: a measurement that takes no time, and a PostgreSQL server of their own."""

import hashlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from result_fixture import make_result

from facialis.errors import SourceError
from facialis.record import Record, open_record
from facialis.settings import Settings
from facialis.source.emg import MAGIC, EmgOptions, is_emg
from facialis.types import Event, RecordingSide, Result, Side, SideVerdict, Signals

NO_SERVER = "PostgreSQL is not on this machine (on Debian: apt install postgresql)"
PASSPHRASE = "seven words that nobody else knows"


class FakeMeasure:
    """Measures by name: `right-...` shows the right side, `none-...` nothing, `fails-...` fails.

    A file of EMG gives what EMG gives: no face model, strengths that are no numbers, muscles for curves.
    """

    def __init__(self, seconds: float = 20.0, packaged: bool = True) -> None:
        self.seconds = seconds
        self.packaged = packaged
        self.measured: list[Path] = []
        self.options: list[EmgOptions | None] = []

    def __call__(
        self, path: Path, *, settings: Settings, mirrored: bool, emg: EmgOptions | None = None, **_: Any
    ) -> Result:
        self.measured.append(path)
        self.options.append(emg)
        content = path.read_bytes()
        said = content[8 * (content[:8] in MAGIC) :].partition(b":")[0].decode("latin-1")
        if said == "fails":
            raise SourceError("No face was seen.")
        side: RecordingSide = said if said in ("left", "right", "both", "none") else "left"  # type: ignore[assignment]
        if mirrored and side in ("left", "right"):
            side = "right" if side == "left" else "left"
        shown: Side = "right" if side == "right" else "left"
        result = make_result(self.seconds, side=shown, verdict=side, packaged=self.packaged)
        sha256 = hashlib.sha256(content).hexdigest()
        if is_emg(path):
            result = as_emg(result)
        return replace(
            result,
            settings_digest=settings.digest(),
            verdict=SideVerdict(side, 0.97, "made up"),
            recording=replace(result.recording, name=path.name, sha256=sha256, mirrored=mirrored),
        )


def video(folder: Path, name: str = "monday.mp4", says: str = "left", more: str = "") -> Path:
    """Write a file that the fake measurement reads; it is no video."""
    path = folder / name
    path.write_text(f"{says}:{more or name}")
    return path


def emg(folder: Path, name: str = "monday.edf", says: str = "left", more: str = "") -> Path:
    """Write a file that the fake measurement reads as EMG: an EDF's header, recorded at 18:05:30."""
    path = folder / name
    told = f"{says}:{more or name}".ljust(160)
    path.write_text(f"0       {told}24.10.2618.05.30".ljust(512))
    return path


def as_emg(result: Result) -> Result:
    """Return a made-up result as an EMG gives it."""

    def strength(event: Event) -> Event:
        return replace(event, intensity=math.nan, excess=dict.fromkeys(event.excess, 80.0))

    columns = {
        f"{side}_orbicularis_oculi": result.signals.side(side, "closure") for side in ("left", "right")
    }
    units = dict.fromkeys(columns, "uV")
    return replace(
        result,
        model=None,
        events=tuple(map(strength, result.events)),
        signals=Signals(result.signals.time_s, columns, units, result.signals.usable),
        quality=replace(result.quality, interocular_px=math.nan),
        recording=replace(result.recording, modality="emg", codec="EDF", width_px=0, height_px=0),
    )


def open_fake(where: str | Path | None, **options: Any) -> Record:
    """Open a record that measures without a face model."""
    return open_record(where, **{"measure": FakeMeasure(), **options})


# PostgreSQL


def server_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return folders[-1] if folders else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server that only listens on a socket in a folder of its own; yield that folder."""
    programs = server_programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user = _as_user(folder)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder)

    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=20"
    initdb = (str(programs / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-N", "--locale=C")
    control = (str(programs / "pg_ctl"), "-D", str(data), "-w")
    try:
        run(*initdb, "-E", "UTF8")
        run(*control, "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield str(folder)
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return []
    import pwd

    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids]


class Databases:
    """Databases on the server, each new one empty."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.count = 0

    def address(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql:///{name}?host={self.folder}&user=tester"

    def run(self, statement: str) -> None:
        """Have the server do something that no transaction can hold."""
        import psycopg

        where = f"host={self.folder} user=tester dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def new(self) -> str:
        """Make a database and return its address."""
        self.count += 1
        name = f"test{self.count}"
        self.run(f"CREATE DATABASE {name}")
        return self.address(name)
