import socket
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

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
