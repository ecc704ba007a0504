"""However a command is stopped: one sentence, the exit code of shells, nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import click
import pytest

from facialis.console import in_one_sentence, is_interrupt, run
from facialis.interrupts import SENTENCE, heard

Capture = pytest.CaptureFixture[str]
unix = pytest.mark.skipif(os.name == "nt", reason="signals to one process alone are a matter of Unix")
SIGHUP = getattr(signal, "SIGHUP", signal.SIGTERM)


@pytest.fixture(autouse=True)
def signals_are_heard() -> Iterator[None]:
    """Also where the tests themselves were started in the background, or to outlive their terminal."""
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in (SIGHUP, signal.SIGTERM)]
    before.append((signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler)))
    yield
    for number, handler in reversed(before):
        signal.signal(number, handler)


def command_of(body: Callable[[], object]) -> click.Command:
    @click.command()
    def command() -> None:
        body()

    return command


@unix
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (SIGHUP, 129)], ids=str
)
def test_each_signal_undoes_what_was_begun(capsys: Capture, number: signal.Signals, code: int) -> None:
    undone: list[bool] = []

    def body() -> None:
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(SIGHUP)  # The terminal closes meanwhile; undoing goes on.
            undone.append(True)

    before = signal.getsignal(number)
    assert run(command_of(body), []) == code
    assert undone == [True]
    assert capsys.readouterr().err.strip() == f"facialis: {SENTENCE}"
    assert signal.getsignal(number) is before


@unix
def test_a_library_that_hides_the_interrupt_does_not_make_it_a_fault(capsys: Capture) -> None:
    def body() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None

    assert run(command_of(body), []) == 130
    assert "fault" not in capsys.readouterr().err


@unix
def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(SIGHUP, signal.SIG_IGN)
    try:
        with heard() as stopped:
            signal.raise_signal(SIGHUP)
        assert stopped.signal is None
        assert signal.getsignal(SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(SIGHUP, before)


def test_in_another_thread_it_hears_nothing_and_works() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(command_of(lambda: None), [])))
    thread.start()
    thread.join()
    assert codes == [0]


def test_an_interrupt_is_found_wherever_it_hides() -> None:
    def chained(first: BaseException, *, hidden: bool) -> BaseException:
        try:
            try:
                raise first
            except BaseException as error:
                raise ImportError("initialization failed") from (None if hidden else error)
        except ImportError as error:
            return error

    assert is_interrupt(KeyboardInterrupt())
    assert is_interrupt(chained(KeyboardInterrupt(), hidden=False))
    assert is_interrupt(chained(KeyboardInterrupt(), hidden=True))
    assert not is_interrupt(chained(ValueError(), hidden=False))
    round_about = ValueError()
    round_about.__context__ = round_about
    assert not is_interrupt(round_about)


@pytest.mark.parametrize(("typed", "said"), [("", "The input ended before"), ("n\n", "Nothing was changed.")])
def test_an_input_that_ends_is_no_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, typed: str, said: str
) -> None:
    from io import StringIO

    monkeypatch.setattr(sys, "stdin", StringIO(typed))
    assert run(command_of(lambda: click.confirm("Delete?", abort=True)), []) == 1
    assert said in capsys.readouterr().err


def test_every_error_is_one_sentence() -> None:
    errors = [click.Abort(), OSError(28, "full", "x"), click.UsageError("Bad."), KeyError("a")]
    for error in errors:
        sentence = in_one_sentence(error)
        assert sentence.endswith(".")
        assert "\n" not in sentence


# From the first moment on


HARNESS = """
import os, signal, sys
class Stop:  # The finder that is asked first: Ctrl-C comes when the module named is looked for.
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Stop())
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = {argv!r}
sys.orig_argv = ["python", "-m", "facialis"] if sys.argv[0] == "-m" else sys.argv
import facialis
from facialis.cli import main
main()
"""


@unix
@pytest.mark.parametrize("argv", [["/usr/bin/facialis", "--version"], ["-m", "--version"]], ids=str)
@pytest.mark.parametrize("module", ["facialis.errors", "numpy", "facialis.cli", "click"])
def test_ctrl_c_while_it_starts_is_one_sentence(module: str, argv: list[str]) -> None:
    code = HARNESS.format(module=module, argv=argv)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() == f"facialis: {SENTENCE}"
    assert done.stdout == ""


@unix
def test_as_a_library_it_leaves_ctrl_c_to_the_program_that_uses_it() -> None:
    code = HARNESS.format(module="facialis.errors", argv=["/usr/bin/notebook"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")
