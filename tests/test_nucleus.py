"""The facial nucleus in one sweep: silent at gain 0, F waves in the same axons, R1 in the eye, R2 in all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.innervation import facial_axons
from facialis.simulate.nucleus import answers
from facialis.simulate.spikes import SpikeSettings
from facialis.types import FloatArray

AXONS = facial_axons(count=400)
EYE = list(MUSCLE_SHARE).index("orbicularis_oculi")


def answered(
    gain: float, share: float = 0.5, seed: int = 1, axons: Axons = AXONS, **changed: float
) -> tuple[np.ndarray, FloatArray]:
    """Answers to one volley at 4 ms in the first `share` of the axons."""
    central = np.arange(round(share * axons.muscle.size))
    return answers(
        axons,
        central,
        np.full(central.size, 4.0),
        gain,
        SpikeSettings(**changed),
        np.random.default_rng(seed),
    )


def test_at_gain_0_it_is_silent() -> None:
    assert answered(0.0)[0].size == 0


def test_nothing_comes_of_nothing() -> None:
    assert answered(1.0, share=0.0)[0].size == 0


@given(st.floats(0.1, 3), st.floats(0.05, 1), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_answers_are_in_the_order_of_time_and_after_the_volley(gain: float, share: float, seed: int) -> None:
    axon, time_ms = answered(gain, share, seed)
    assert np.all(np.diff(time_ms) >= 0)
    assert np.all(time_ms > 4.0)
    assert np.all((axon >= 0) & (axon < 400))


def test_f_waves_come_back_in_axons_that_were_reached_after_three_milliseconds() -> None:
    axon, time_ms = answered(1.0, r1_gain=0.0, r2_gain=0.0)
    assert 1 <= axon.size <= 20  # 3 % of 200
    assert np.all(axon < 200)
    assert np.all((time_ms > 5.5) & (time_ms < 8.5))


def test_the_early_reflex_is_in_the_eye_after_eleven_milliseconds() -> None:
    axon, time_ms = answered(1.0, f_chance=0.0, r2_gain=0.0)
    assert axon.size > 5
    assert set(AXONS.muscle[axon]) == {EYE}
    assert np.all((time_ms >= 15) & (time_ms < 17))


def test_the_late_reflex_is_in_all_muscles_after_some_32() -> None:
    axon, time_ms = answered(1.0, f_chance=0.0, r1_gain=0.0)
    assert set(AXONS.muscle[axon]) == set(range(len(MUSCLE_SHARE)))
    assert np.median(time_ms) == pytest.approx(36, abs=2)
    assert np.all((time_ms >= 4 + 21) & (time_ms <= 4 + 44))


def test_more_gain_and_more_activity_give_more() -> None:
    counts = [answered(gain)[0].size for gain in (0.25, 0.5, 1.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert answered(1.0, 0.05)[0].size < answered(1.0, 0.5)[0].size


def test_a_tired_nucleus_answers_less() -> None:
    fresh, tired = (answered(2.0, nucleus_step=step)[0].size for step in (0.0, 10.0))
    assert tired < fresh


def test_a_seed_gives_the_same_answers() -> None:
    one, two, other = answered(1.0), answered(1.0), answered(1.0, seed=2)
    assert np.array_equal(one[1], two[1])
    assert not np.array_equal(one[1], other[1])


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_a_motor_neuron_rests_between_two_answers(seed: int) -> None:
    axon, time_ms = answered(3.0, 1.0, seed)
    for one in np.unique(axon):
        assert np.all(np.diff(time_ms[axon == one]) >= 5.0)
