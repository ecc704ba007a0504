import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from records import Databases

# No deadline, since nothing may depend on how busy the machine is, and the same examples in every run.
settings.register_profile("facialis", deadline=None, derandomize=True)
settings.load_profile("facialis")

SHARED_FACES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "faces"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach another machine, from any test, is an error."""

    def refuse(*args: object, **_: object) -> NoReturn:
        raise AssertionError(f"facialis tried to use the network: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket.socket, "sendto", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "gethostbyname", refuse)


@pytest.fixture(scope="session")
def shared_faces() -> Path:
    """Folder of real clips, which are not part of the repository; skips where it is missing."""
    if not SHARED_FACES.is_dir():
        pytest.skip("the real clips in ../shared/data/faces are not on this machine")
    return SHARED_FACES


@pytest.fixture(scope="session")
def databases() -> Iterator["Databases"]:
    """Databases on a PostgreSQL server of the tests' own; skips where there is none."""
    from records import NO_SERVER, Databases, server, server_programs

    if server_programs() is None or not find_spec("psycopg"):
        pytest.skip(NO_SERVER)
    with server() as folder:
        yield Databases(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str | Path:
    """A place for a new record, on SQLite and on PostgreSQL; its files lie in `tmp_path / "record"`."""
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    if request.param == "sqlite":
        return tmp_path / "record"
    address: str = request.getfixturevalue("databases").new()
    return address


@pytest.fixture
def plain_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files that are no videos be taken for some without a date inside."""
    monkeypatch.setattr("facialis.record.when._of_video", lambda *_: None)
