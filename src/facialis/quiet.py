"""LiteRT's greeting is not shown: it writes one on stderr where a network is first loaded, without an option.

It would stand in every notebook, and in every command's output.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_greeted = threading.Event()
_lock = threading.Lock()


def load_quietly(model: Path | None = None) -> None:
    """Load the face model once; what its library says then, once a process, is heard by nobody.

    Raises ModelError where the file is none.
    """
    from facialis.signals.model import FaceModel

    with _lock:
        if _greeted.is_set():
            return
        with quiet_stderr():
            FaceModel(model)
        _greeted.set()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Silence what C++ code writes on stderr."""
    try:
        kept = os.dup(2)
    except OSError:  # Nothing is there to be silenced.
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
