"""Times that jump: a clock that starts anew or wraps is continued, a pause is kept."""

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from facialis.source.clock import Clock, Ledger

STEP = Fraction(1, 30)


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
