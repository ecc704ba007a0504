from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from facialis.events.excess import Excess, edge_of, region_excess
from facialis.events.expected import face_movements
from facialis.events.grid import even, shared_part
from facialis.settings import ExcessSettings
from facialis.simulate.schedule import combine, rest, smiles, talking
from facialis.types import SIDES, FloatArray, Region, Side, Signals
from tests.curves import Camera, acting, mirrored, pulse, shifted, signals_of, twitch

numbers = st.floats(-10, 10).map(lambda x: round(x, 6))
pairs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(arrays(np.float64, n, elements=numbers), arrays(np.float64, n, elements=numbers))
)
SIGN: dict[Side, int] = {"left": 1, "right": -1}
CALM = Camera(drift=0, yaw_deg=0)


def excess_of(signals: Signals, region: Region = "eye") -> Excess:
    grid = even(signals)
    rules, free = ExcessSettings(), np.zeros(grid.time_s.shape, dtype=bool)
    return region_excess(grid, region, free, 0.5, face_movements(grid, rules), rules)


# What both sides share


@given(pairs)
def test_the_shared_part_is_the_smaller_of_two_movements_in_one_direction(
    both: tuple[FloatArray, FloatArray],
) -> None:
    left, right = both
    shared = shared_part(left, right)
    np.testing.assert_array_equal(shared, shared_part(right, left))
    np.testing.assert_array_equal(shared_part(-left, -right), -shared)
    assert (np.abs(shared) <= np.minimum(np.abs(left), np.abs(right))).all()
    assert (shared[left * right < 0] == 0).all()
    np.testing.assert_array_equal(shared_part(left, left), left)


# Excess of a region


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("region", ["eye", "brow", "cheek", "mouth"])
def test_a_contraction_of_one_side_is_that_sides_excess(side: Side, region: Region) -> None:
    excess = excess_of(signals_of(acting(20, twitch(8, 0.6, side=side)), CALM), region)
    full = {"eye": 0.6, "brow": 0.42 * 8, "cheek": 0.48 * 6, "mouth": 0.48 * 12}[region]
    peak = int(np.argmax(SIGN[side] * excess.raw))
    assert SIGN[side] * excess.raw[peak] == pytest.approx(full, rel=0.2)
    assert peak / 30 == pytest.approx(8.1, abs=0.07)
    assert np.abs(excess.raw[:200]).max() < 0.35 * full


@pytest.mark.parametrize("region", ["eye", "brow", "cheek", "mouth", "nose", "chin"])
def test_rest_has_no_excess_but_its_noise(region: Region) -> None:
    excess = excess_of(signals_of(rest(30), CALM), region)
    noise = excess.noise["slow"]
    assert np.abs(np.median(excess.scales["slow"])) < 1.5 * noise
    assert noise == pytest.approx(excess.scales["slow"].std(), rel=0.6)


@hypothesis_settings(max_examples=10)
@given(st.floats(-0.2, 0.4))
def test_a_lasting_difference_between_the_eyes_is_the_persons_own(offset: float) -> None:
    signals = signals_of(acting(20, twitch(8)), Camera(drift=0, yaw_deg=0, asymmetry=0))
    plain, other = excess_of(signals), excess_of(shifted(signals, "left", "closure", offset))
    np.testing.assert_allclose(other.raw, plain.raw, atol=0.02)


def test_slow_drift_is_not_excess_on_the_shorter_baselines() -> None:
    signals = signals_of(rest(40), CALM)
    drifting = shifted(signals, "left", "closure", 0.1 * np.sin(2 * np.pi * signals.time_s / 40))
    fast, slow = excess_of(drifting).scales["fast"], excess_of(drifting).scales["slow"]
    assert np.abs(fast).max() < 0.05
    assert fast.std() <= slow.std() + 1e-3


@pytest.mark.parametrize("region", ["mouth", "cheek", "nose"])
def test_an_uneven_smile_is_explained_by_the_smile(region: Region) -> None:
    excess = excess_of(signals_of(smiles(duration_s=60, seed=4), CALM), region)
    assert np.abs(excess.scales["slow"] / excess.expected["slow"]).max() < 6


def test_more_difference_is_expected_where_both_sides_move_and_where_the_head_turns() -> None:
    busy = signals_of(combine(smiles(duration_s=40, seed=1), talking(duration_s=40, seed=1)), CALM)
    smiling = excess_of(busy, "mouth")
    assert smiling.expected["slow"].max() > 3 * smiling.noise["slow"]
    still = signals_of(rest(40), CALM)
    assert excess_of(still, "mouth").expected["slow"].max() < 2 * excess_of(still, "mouth").noise["slow"]
    turned = {**still.columns, "yaw_deg": 20 * pulse(still.time_s, 15, 0.3, 5, 0.3)}
    turning = excess_of(Signals(still.time_s, turned, still.units, still.usable))
    calm = excess_of(still)
    during = (still.time_s > 15) & (still.time_s < 15.3)
    assert turning.expected["slow"][during].min() > calm.expected["slow"][during].max()


@pytest.mark.parametrize("region", ["eye", "mouth", "brow"])
def test_in_a_mirror_the_excess_changes_its_sign(region: Region) -> None:
    signals = signals_of(acting(45, twitch(5), twitch(12, 0.3, side="right")))
    seen, reflected = excess_of(signals, region), excess_of(mirrored(signals), region)
    np.testing.assert_allclose(reflected.raw, -seen.raw, atol=1e-6)
    for scale, curve in seen.scales.items():
        np.testing.assert_allclose(reflected.scales[scale], -curve, atol=1e-6)
        np.testing.assert_allclose(reflected.expected[scale], seen.expected[scale], atol=1e-6)
        assert reflected.noise[scale] == pytest.approx(seen.noise[scale], rel=1e-6)


def test_noise_is_the_recordings_own() -> None:
    quiet, loud = (excess_of(signals_of(rest(30), replace(CALM, closure_noise=sd))) for sd in (0.004, 0.02))
    assert loud.noise["slow"] / quiet.noise["slow"] > 3


def test_an_edge_is_the_change_within_two_tenths_of_a_second() -> None:
    excess = excess_of(signals_of(acting(20, twitch(8, 0.8, length_s=0.6)), CALM))
    edge = edge_of(excess.scales["slow"], 3)
    assert edge[230:250].max() == pytest.approx(0.8, rel=0.2)
    assert edge[250:270].min() == pytest.approx(-0.8, rel=0.2)
