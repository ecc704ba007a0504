"""How the command line speaks: errors in one sentence, progress on a terminal only."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper

import click

from facialis.errors import FacialisError
from facialis.interrupts import SENTENCE, heard

FAILED = 1
"""Exit code where something could not be done. Click's own for a wrong option is 2."""
DEBUG = "FACIALIS_DEBUG"

Tell = Callable[[float], None]


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; what goes wrong is told on stderr in one sentence.

    `arguments` stand for those the process was started with. With the environment variable FACIALIS_DEBUG
    set, errors are raised with their trace instead.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A file name may hold what the terminal's encoding has not.
            stream.reconfigure(errors="backslashreplace")
    with heard() as stopped:
        try:
            return _code(command.main(arguments, prog_name="facialis", standalone_mode=False))
        except BaseException as error:
            if os.environ.get(DEBUG):
                raise
            # An import that is cut off may fail as an ImportError, and a library may hide what cut it off.
            if stopped.signal is not None or is_interrupt(error):
                return _say(SENTENCE, stopped.code)
            if not isinstance(error, Exception):
                raise
            if isinstance(error, click.ClickException):
                error.show()
                return error.exit_code
            if isinstance(error, click.Abort):
                click.echo(err=True)  # The question's line is still open.
            return _say(in_one_sentence(error), FAILED)


def in_one_sentence(error: Exception) -> str:
    """Return what went wrong as one sentence for the person at the terminal."""
    if isinstance(error, click.Abort):
        ended = isinstance(error.__cause__ or error.__context__, EOFError)
        return "The input ended before all was told; nothing was kept." if ended else "Nothing was changed."
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, FacialisError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or 'no file named'}."
    what = f"{type(error).__name__}: {error}"
    return f"This is a fault of facialis ({what}); run it with {DEBUG}=1 and report it."


def is_interrupt(error: BaseException | None) -> bool:
    """Tell whether Ctrl-C is the error or what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def progress_bar(label: str, seconds: float) -> Iterator[Tell]:
    """Yield a function that takes the seconds of video done; where there is a terminal it shows a bar."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    if seconds <= 0:  # A file that does not state its length.
        click.echo(f"{label} ...", err=True)
        yield lambda _: None
        return
    length = max(round(seconds * 1000), 1)
    with click.progressbar(
        length=length, label=label, file=sys.stderr, update_min_steps=max(length // 200, 1)
    ) as bar:
        shown = 0

        def tell(done_s: float) -> None:
            nonlocal shown
            now = min(round(done_s * 1000), length)
            bar.update(now - shown)
            shown = now

        yield tell
        tell(seconds)


def _code(returned: object) -> int:
    return returned if isinstance(returned, int) else 0


def _say(sentence: str, code: int) -> int:
    with suppress(OSError):
        click.echo(f"facialis: {sentence}", err=True)
    return code
