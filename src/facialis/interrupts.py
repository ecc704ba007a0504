"""Ctrl-C, and the signals that end a program, take one way: what was begun is undone, one sentence is said.

facialis imports this first. Where it is the program that runs, and not a library of another one, Ctrl-C is
then answered from the start: Python itself would tell in which import it was.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

SENTENCE = "Interrupted; what was not finished was not written."
# A closed terminal (SIGHUP; Windows has none) and a shutdown (SIGTERM) would else leave temporary files.
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@dataclass
class Stopped:
    """The signal that came, None while none did."""

    signal: int | None = None

    @property
    def code(self) -> int:
        """The exit code of shells: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self.signal or signal.SIGINT)


@contextmanager
def heard() -> Iterator[Stopped]:
    """Raise KeyboardInterrupt at each of the signals, and remember which it was.

    One that was told to be ignored, as by nohup, still is. In another thread than the first nothing is heard.
    """
    stopped = Stopped()

    def stop(number: int, _: FrameType | None) -> None:
        if stopped.signal is not None and number != signal.SIGINT:
            return  # What was begun is being undone.
        stopped.signal = stopped.signal or number
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    before = {each: way for each, way in before.items() if way not in (signal.SIG_IGN, None)}
    for each in before:
        signal.signal(each, stop)
    try:
        yield stopped
    finally:
        for each, way in before.items():
            signal.signal(each, way)


def _end(*_: object) -> NoReturn:
    os.write(2, f"\nfacialis: {SENTENCE}\n".encode())
    os._exit(128 + signal.SIGINT)


def _is_the_program() -> bool:
    """Tell whether `facialis` or `python -m facialis` was started."""
    started = sys.argv[0] if getattr(sys, "argv", None) else ""
    if started == "-m":  # What stands there until the module is found.
        return "facialis" in sys.orig_argv[1:]
    return os.path.splitext(os.path.basename(started))[0] == "facialis"


if (
    _is_the_program()
    and threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    signal.signal(signal.SIGINT, _end)
