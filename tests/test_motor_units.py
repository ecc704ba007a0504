"""Motor units: Fuglevand's laws of size and speed, and weights that change nothing but the count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from muscles import axons_of, of_muscles

from facialis.errors import SettingsError
from facialis.simulate.axons import Axons
from facialis.simulate.motor_units import (
    NERVE_MUSCLES,
    UNIT_RANGES,
    UnitRange,
    contraction_time_s,
    motor_units,
    twitch_force,
)
from facialis.simulate.performance import MUSCLES


@given(st.floats(1.5, 100), st.floats(10, 120), st.floats(1.2, 8))
def test_force_and_time_span_the_ranges_that_were_asked_for(
    force: float, slowest: float, speed: float
) -> None:
    units = UnitRange(force, slowest, speed)
    ends = twitch_force(np.array([0.0, 1.0]), units)
    np.testing.assert_allclose(ends, [1.0, force])
    np.testing.assert_allclose(contraction_time_s(ends, units) * 1000, [slowest, slowest / speed])


@given(st.integers(2, 60))
def test_equal_steps_of_rank_are_equal_factors_of_force(n: int) -> None:
    units = motor_units(of_muscles(["frontalis"], n))
    force = np.sort(units.force)
    np.testing.assert_allclose(force[1:] / force[:-1], UNIT_RANGES["frontalis"].force ** (1 / n))


def test_the_eyelid_is_fast_and_the_lip_has_the_times_that_were_measured() -> None:
    units = motor_units(of_muscles(["orbicularis_oculi", "orbicularis_oris"], 500))
    lid, lip = (1000 * units.contraction_s[units.of(m)] for m in ("orbicularis_oculi", "orbicularis_oris"))
    assert 15.9 < lid.min() < 17
    assert 24 < lid.max() < 25.1
    assert 16 < lip.min() < 19
    assert 85 < lip.max() < 90.1


def test_the_thicker_axon_has_the_larger_and_faster_unit() -> None:
    axons = axons_of(count=200)
    units = motor_units(axons)
    for muscle in NERVE_MUSCLES:
        mine = units.of(muscle)
        by_size = mine[np.argsort(axons.diameter_um[mine])]
        assert np.all(np.diff(units.force[by_size]) > 0)
        assert np.all(np.diff(units.contraction_s[by_size]) < 0)


def test_shares_of_a_muscle_are_the_whole_and_grow_with_weight() -> None:
    units = motor_units(axons_of(count=90))
    for muscle in NERVE_MUSCLES:
        assert units.share[units.of(muscle)].sum() == pytest.approx(1.0)
    pair = of_muscles(["mentalis"], 2)
    heavier = Axons(
        pair.side, pair.muscle, pair.patch, pair.diameter_um, pair.to_muscle_ms, np.array([1.0, 9.0])
    )
    assert motor_units(heavier).share[1] > motor_units(pair).share[1]


def test_an_axon_of_weight_four_takes_the_place_of_four() -> None:
    one = motor_units(of_muscles(["levator"], 1, weight=4.0))
    four = motor_units(of_muscles(["levator"], 4))
    assert one.rank[0] == pytest.approx(four.rank.mean())
    assert four.force.min() < one.force[0] < four.force.max()


def test_every_muscle_of_the_nerve_has_a_range_and_the_jaw_has_none() -> None:
    assert set(UNIT_RANGES) == set(MUSCLES) - {"jaw"} == set(NERVE_MUSCLES)


@pytest.mark.parametrize(
    "values", [(1.0, 50.0, 3.0), (15.0, 0.0, 3.0), (15.0, 50.0, 1.0), (15.0, 50.0, 3.0, 80.0, 20.0)]
)
def test_ranges_without_a_meaning_are_refused(values: tuple[float, ...]) -> None:
    with pytest.raises(SettingsError, match=r"must be|need"):
        UnitRange(*values)


def test_an_unknown_muscle_and_a_weight_of_nothing_are_refused() -> None:
    good = of_muscles(["frontalis"], 2)
    for muscle, weight in ((np.array([0, 7]), good.weight), (np.array([-1, 0]), good.weight)):
        with pytest.raises(SettingsError, match="muscles"):
            motor_units(Axons("left", muscle, good.patch, good.diameter_um, good.to_muscle_ms, weight))
    with pytest.raises(SettingsError, match="weight"):
        motor_units(
            Axons("left", good.muscle, good.patch, good.diameter_um, good.to_muscle_ms, np.array([1.0, 0.0]))
        )


def test_a_nerve_without_axons_has_no_units() -> None:
    empty = of_muscles([], 0)
    assert motor_units(empty).share.size == 0
