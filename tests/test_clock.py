"""Times that jump: a clock that starts anew or wraps is continued, a pause is kept."""

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from facialis.source.clock import Clock, Ledger, fraction_of

STEP = Fraction(1, 30)


class Other(NamedTuple):
    """A ratio that is no Fraction, as PyAV 19 gives them."""

    numerator: int
    denominator: int


@pytest.mark.parametrize("unset", [None, Fraction(0), Other(0, 1), Other(0, 0), Other(1, 0)])
def test_a_ratio_that_the_file_does_not_state_is_none(unset: Any) -> None:
    assert fraction_of(unset) is None


@pytest.mark.parametrize("stated", [Fraction(1001, 30000), Other(1001, 30000)])
def test_a_stated_ratio_stays_exact(stated: Any) -> None:
    assert fraction_of(stated) == Fraction(1001, 30000)


@pytest.mark.parametrize("time_base", [None, Other(0, 1)])
def test_frames_of_a_file_without_a_time_base_follow_its_rate(time_base: Any) -> None:
    stream: Any = SimpleNamespace(
        container=SimpleNamespace(format=SimpleNamespace(name="mp4")), average_rate=Other(25, 1)
    )
    ledger = Ledger()
    clock = Clock(stream, ledger)
    frame: Any = SimpleNamespace(pts=7, dts=None, time_base=time_base, duration=1)
    assert [clock.time_s(frame) for _ in range(3)] == pytest.approx([0, 0.04, 0.08])
    assert ledger.missing == 3


def times(*stated_s: float) -> tuple[list[float], Ledger]:
    """What a clock makes of frames with these presentation times, in seconds."""
    stream: Any = SimpleNamespace(
        container=SimpleNamespace(format=SimpleNamespace(name="mp4")), average_rate=Fraction(30)
    )
    ledger = Ledger()
    clock = Clock(stream, ledger)
    frames: list[Any] = [
        SimpleNamespace(pts=round(1000 * s), dts=None, time_base=Fraction(1, 1000), duration=33)
        for s in stated_s
    ]
    return [time for frame in frames if (time := clock.time_s(frame)) is not None], ledger


def test_a_pause_stays_a_pause() -> None:
    found, ledger = times(0, 0.033, 60, 60.033)
    assert found == pytest.approx([0, 0.033, 60, 60.033])
    assert ledger.restarts == 0


@pytest.mark.parametrize("jump_s", [95_443.7, -5.0, 1e7])
def test_a_clock_that_jumps_is_continued_and_told(jump_s: float) -> None:
    found, ledger = times(10, 10.033, 10.066 + jump_s, 10.099 + jump_s)
    assert found == pytest.approx([0, 0.033, 0.066, 0.099], abs=0.002)
    assert ledger.restarts == 1
    assert any("started anew" in note for note in ledger.notes())
