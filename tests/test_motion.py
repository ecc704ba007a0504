"""From force to movement: delay, ends that are never passed, lids that shut fast and open slowly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.force import FORCE_PER_S
from facialis.simulate.motion import MotionSettings, activation, levator_tone
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.movements import blink, smile
from facialis.simulate.performance import SAMPLES_PER_S, Muscle
from facialis.types import FloatArray

PLAIN = MotionSettings()
N = 961


def step(height: float, first: int = 240, last: int = N) -> FloatArray:
    force = np.zeros(N)
    force[first:last] = height
    return force


@pytest.mark.parametrize("muscle", NERVE_MUSCLES)
def test_no_force_no_movement(muscle: Muscle) -> None:
    assert not activation(np.zeros(N), muscle, PLAIN).any()


@given(st.floats(0, 2), st.sampled_from(NERVE_MUSCLES))
@settings(max_examples=40)
def test_movement_lies_between_rest_and_the_end(height: float, muscle: Muscle) -> None:
    moved = activation(step(height), muscle, PLAIN)
    assert moved.shape == ((N + 1) // 2,)
    assert moved.min() >= 0
    assert moved.max() <= 1
    assert not moved[: round(240 / FORCE_PER_S * SAMPLES_PER_S)].any()  # nothing before the force


@given(st.floats(0.01, 0.9), st.floats(0.01, 0.9), st.sampled_from(NERVE_MUSCLES))
@settings(max_examples=40)
def test_more_force_never_moves_less(one: float, other: float, muscle: Muscle) -> None:
    weak, strong = (activation(step(height), muscle, PLAIN) for height in sorted((one, other)))
    assert np.all(strong >= weak - 1e-12)


@pytest.mark.parametrize("muscle", NERVE_MUSCLES)
def test_a_small_force_moves_in_proportion_and_the_full_one_nearly_to_the_end(muscle: Muscle) -> None:
    small, twice, full, half = (
        float(activation(step(h), muscle, PLAIN)[-1])
        for h in (0.01, 0.02, PLAIN.full.get(muscle, 0.5), PLAIN.full.get(muscle, 0.5) / 2)
    )
    assert twice == pytest.approx(2 * small, rel=1e-3)
    assert full == pytest.approx(0.84, abs=0.01)
    assert half == pytest.approx(0.49, abs=0.01)


@pytest.mark.parametrize(("muscle", "least"), [("orbicularis_oculi", 10.0), ("zygomaticus", 12.0)])
def test_nothing_moves_before_the_delay(muscle: Muscle, least: float) -> None:
    moved = activation(step(0.5), muscle, PLAIN)
    rises = 239 / FORCE_PER_S  # between this sample and the next
    first = np.flatnonzero(moved > 0)[0] / SAMPLES_PER_S - rises
    assert least <= 1000 * first + 1e-6 < least + 9
    shown = np.flatnonzero(moved > 0.03)[0] / SAMPLES_PER_S - rises
    assert least <= 1000 * shown + 1e-6 < 30


def test_a_longer_delay_is_the_same_movement_later() -> None:
    force = step(0.2, 240, 480)
    near, far = (
        activation(force, "frontalis", MotionSettings(delay_ms={"frontalis": delay}))
        for delay in (1000 / SAMPLES_PER_S, 5000 / SAMPLES_PER_S)
    )
    np.testing.assert_allclose(far[4:], near[:-4], atol=1e-12)


def test_the_lid_shuts_faster_than_it_opens() -> None:
    moved = activation(step(0.3, 240, 480), "orbicularis_oculi", PLAIN)
    top = moved.max()
    shut = np.flatnonzero(moved > 0.9 * top)
    down = shut[0] - np.flatnonzero(moved > 0.1 * top)[0]
    up = np.flatnonzero(moved > 0.1 * top)[-1] - shut[-1]
    assert 1.5 * down < up


def test_other_muscles_go_and_come_alike() -> None:
    moved = activation(step(0.02, 240, 480), "mentalis", PLAIN)
    at = np.flatnonzero(moved > 0.5 * moved.max())
    assert (at[-1] - at[0] + 1) / SAMPLES_PER_S == pytest.approx(240 / FORCE_PER_S, abs=0.01)


def test_a_blink_lets_the_levator_go_and_a_smile_does_not() -> None:
    time = np.arange(0, 4, 0.001)
    tone = levator_tone([blink(1.0), smile(2.0, 1.0)], time)
    assert tone.max() == 1
    assert tone.min() == 0
    assert np.all(tone[time < 1.0] == 1)
    assert np.all(tone[(time > 1.02) & (time < 1.05)] == 0)
    assert np.all(tone[time > 1.2] == 1)


def test_the_same_force_shuts_the_eye_further_while_the_levator_lets_go() -> None:
    force = step(0.1, 240, 480)
    held, free = (
        activation(force, "orbicularis_oculi", PLAIN, tone).max() for tone in (np.ones(N), np.zeros(N))
    )
    assert free > 1.5 * held
    brow = [activation(force, "frontalis", PLAIN, tone).max() for tone in (np.ones(N), np.zeros(N))]
    assert brow[0] == brow[1]


@pytest.mark.parametrize(
    "change",
    [
        {"tissue_ms": 0.0},
        {"closing_ms": -1.0},
        {"delay_ms": {"frontalis": 200.0}},
        {"relaxed": 0.0},
        {"full": {"frontalis": 0.0}},
    ],
)
def test_settings_without_a_meaning_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="Movement needs"):
        MotionSettings(**change)  # type: ignore[arg-type]
