"""What two healthy sides may differ by: more where the face moves, and learned from the recording."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.events.expected import (
    MOST,
    Movement,
    expected_sd,
    face_movements,
    region_movements,
    shared_movement,
)
from facialis.events.grid import CHANNELS, even
from facialis.settings import ExcessSettings
from facialis.simulate.schedule import rest, talking
from facialis.types import FloatArray
from tests.curves import Camera, acting, blink, mirrored, signals_of, twitch

RULES = ExcessSettings()
STEP_S = 1 / 30
N = 3000
FREE = np.ones(N, dtype=bool)
CALM = Camera(drift=0, yaw_deg=0)


def bursts(share: float = 0.3) -> FloatArray:
    """A movement that comes and goes."""
    amount: FloatArray = np.clip(np.sin(2 * np.pi * np.arange(N) / 90) - 1 + 2 * share, 0, None)
    return amount


def differing(sd_per_unit: float, noise: float, amount: FloatArray, seed: int = 1) -> FloatArray:
    rng = np.random.default_rng(seed)
    sd = np.hypot(noise, sd_per_unit * amount)
    return sd * rng.standard_normal(N)


@given(st.floats(1e-4, 1), st.lists(st.tuples(st.floats(0, 5), st.floats(0, 1)), max_size=4))
def test_it_is_never_less_than_the_noise(noise: float, moves: list[tuple[float, float]]) -> None:
    excess = differing(0, noise, np.zeros(N))
    given_moves = [Movement(np.full(N, amount), usual) for amount, usual in moves]
    assert (expected_sd(excess, noise, given_moves, FREE, STEP_S, RULES) >= noise * (1 - 1e-9)).all()


def test_at_rest_it_is_the_noise() -> None:
    amount = bursts()
    found = expected_sd(differing(0.1, 0.01, amount), 0.01, [Movement(amount, 0.1)], FREE, STEP_S, RULES)
    np.testing.assert_allclose(found[amount == 0], 0.01)
    assert found[amount > 0.3].min() > 0.02


def test_a_person_who_differs_less_than_usual_is_taken_at_their_own() -> None:
    amount = bursts()
    steady = expected_sd(differing(0.02, 0.005, amount), 0.005, [Movement(amount, 0.1)], FREE, STEP_S, RULES)
    usual = np.hypot(0.005, 0.1 * amount)
    assert np.median(steady[amount > 0.3] / usual[amount > 0.3]) < 0.5


def test_a_person_who_differs_more_is_believed_up_to_a_limit() -> None:
    amount, usual = bursts(), 0.1
    wild = expected_sd(differing(1.0, 0.005, amount), 0.005, [Movement(amount, usual)], FREE, STEP_S, RULES)
    top = amount == amount.max()
    assert usual * amount.max() < wild[top].max() <= MOST * usual * amount.max() + 0.01


def test_too_little_of_a_movement_leaves_what_is_usual() -> None:
    amount = np.zeros(N)
    amount[100:105] = 1.0
    found = expected_sd(differing(0.0, 0.005, amount), 0.005, [Movement(amount, 0.1)], FREE, STEP_S, RULES)
    assert found[102] == pytest.approx(np.hypot(0.005, 0.1), rel=0.01)


def test_spasms_of_one_side_do_not_make_more_be_expected() -> None:
    amount = bursts()
    healthy = differing(0.05, 0.005, amount)
    spasms = healthy + 0.5 * ((np.arange(N) % 90 < 10) & (np.arange(N) % 180 < 90))
    moves = [Movement(amount, 0.05)]
    plain, ill = (expected_sd(x, 0.005, moves, FREE, STEP_S, RULES) for x in (healthy, spasms))
    np.testing.assert_allclose(ill, plain, rtol=0.25)


def test_both_signs_are_alike() -> None:
    amount = bursts()
    excess = differing(0.07, 0.01, amount) + 0.01 * amount
    moves = [Movement(amount, 0.05)]
    one, other = (expected_sd(sign * excess, 0.01, moves, FREE, STEP_S, RULES) for sign in (1, -1))
    np.testing.assert_allclose(one, other)


def test_what_the_face_does_is_told_by_kind() -> None:
    grid = even(signals_of(acting(20, blink(10.0)), CALM))
    face = face_movements(grid, RULES)
    during, before = slice(300, 306), slice(150, 200)
    assert face.blink[during].max() > 0.7
    assert face.blink[before].max() < 0.1
    assert face.talk[during].max() < 2
    speaking = face_movements(even(signals_of(talking(duration_s=30, seed=2), CALM)), RULES)
    silent = face_movements(even(signals_of(rest(30), CALM)), RULES)
    assert np.quantile(speaking.talk, 0.9) > 3 * np.quantile(silent.talk, 0.9)


@pytest.mark.parametrize("region", CHANNELS)
def test_a_mirror_changes_nothing(region: str) -> None:
    signals = signals_of(acting(20, blink(5.0, uneven=0.1), blink(12.0)))
    kinds = []
    for seen in (signals, mirrored(signals)):
        grid = even(seen)
        kinds.append(region_movements(grid, region, face_movements(grid, RULES), RULES))  # type: ignore[arg-type]
    for one, other in zip(*kinds, strict=True):
        np.testing.assert_allclose(one.amount, other.amount, atol=1e-9)


def test_a_movement_of_one_side_is_no_haste_of_both() -> None:
    grid = even(signals_of(acting(20, twitch(10.0, 0.9, spread=False)), CALM))
    haste = region_movements(grid, "eye", face_movements(grid, RULES), RULES)[0]
    assert haste.amount[295:312].max() < 0.1


def test_a_shared_movement_is_felt_just_before_and_after_it() -> None:
    grid = even(signals_of(rest(20), CALM))
    shared = np.zeros(grid.time_s.size)
    shared[300] = 1.0
    amount = shared_movement(shared, grid, "eye", RULES).amount
    assert amount[298] == amount[302] == 1.0
    assert amount[310] == 0
