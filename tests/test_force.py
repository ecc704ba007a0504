"""Force: the twitch of the formula, the gain of fast trains, sums that do not depend on how they are cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import LATENCY_MS, axons_of, bursts, of_muscles, spikes_at

from facialis.simulate.axons import Axons, LesionSpikes
from facialis.simulate.force import (
    FORCE_PER_S,
    FUSED,
    force_times,
    forces,
    gain,
    gains,
    twitch,
    unit_force,
)
from facialis.simulate.junction import Arrivals, transmit
from facialis.simulate.motor_units import NERVE_MUSCLES, motor_units
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray


def arrivals_of(axons: Axons, spikes: LesionSpikes) -> Arrivals:
    return transmit(axons, spikes, {}, np.random.default_rng(0), jitter_us=(0.0, 0.0))


def force_of(axons: Axons, spikes: LesionSpikes) -> dict[Muscle, FloatArray]:
    arrivals = arrivals_of(axons, spikes)
    return forces(
        motor_units(axons), arrivals, np.ones(len(arrivals.axon)), len(force_times(spikes.duration_s))
    )


# One twitch


@given(st.floats(0.01, 0.12))
def test_a_twitch_peaks_at_one_after_its_contraction_time(contraction: float) -> None:
    time = np.linspace(-0.05, 0.6, 20_001)
    force = twitch(time, contraction)
    assert force.max() == pytest.approx(1.0, abs=1e-4)
    assert time[force.argmax()] == pytest.approx(contraction, abs=1e-4)
    assert not force[time < 0].any()


def test_a_twitch_falls_to_half_of_itself_as_the_formula_says() -> None:
    # t/T exp(1 - t/T) = 1/2 on the way down at t = 2.678 T.
    assert twitch(np.array([2.6783 * 0.03]), 0.03)[0] == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("muscle", NERVE_MUSCLES)
def test_one_spike_is_the_twitch_of_its_unit(muscle: Muscle) -> None:
    axons = of_muscles([muscle], 3)
    units = motor_units(axons)
    time = force_times(0.6)
    force = force_of(axons, spikes_at([1], [0.1], 0.6))[muscle]
    wanted = units.share[1] / FUSED * twitch(time - 0.1 - LATENCY_MS / 1000, float(units.contraction_s[1]))
    np.testing.assert_allclose(force, wanted, atol=1e-12)


@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(0.1, 3)), min_size=1, max_size=12), st.floats(0.015, 0.09)
)
@settings(max_examples=60)
def test_the_filter_is_the_sum_of_twitches_at_every_sample(
    trains: list[tuple[float, float]], contraction: float
) -> None:
    times, sizes = np.array(trains).T
    grid = force_times(0.7)
    direct = sum(size * twitch(grid - at, contraction) for at, size in trains)
    np.testing.assert_allclose(unit_force(times, sizes, contraction, len(grid)), direct, atol=1e-9)


def test_spikes_outside_the_recording_are_left_out() -> None:
    grid = force_times(0.2)
    assert not unit_force(np.array([-0.01, 0.3]), np.ones(2), 0.03, len(grid)).any()


# Trains


def test_slow_twitches_add_up_and_fast_ones_saturate() -> None:
    np.testing.assert_allclose(gain(np.array([0.0, 0.2, 0.4])), 1.0)
    ratio = np.linspace(0.4, 20, 200)
    formula = ((1 - np.exp(-2 * ratio**3)) / ratio) / ((1 - np.exp(-2 * 0.4**3)) / 0.4)
    np.testing.assert_allclose(gain(ratio), formula, rtol=1e-9)


def test_the_first_spike_of_a_unit_is_never_changed() -> None:
    axons = of_muscles(["frontalis"], 2)
    arrivals = arrivals_of(axons, spikes_at([0, 1, 0, 1], [0.1, 0.101, 0.102, 0.5], 1.0))
    size = gains(motor_units(axons), arrivals)
    assert size[0] == size[2] == 1
    assert size[1] < 1  # 2 ms after the one before
    assert size[3] > 1 or size[3] == pytest.approx(1.0)


def test_six_spikes_at_300_hz_are_one_strong_twitch() -> None:
    axons = of_muscles(["orbicularis_oculi"], 1)
    one = force_of(axons, spikes_at([0], [0.1], 0.5))["orbicularis_oculi"]
    six = force_of(axons, spikes_at([0] * 6, list(0.1 + np.arange(6) / 300), 0.5))["orbicularis_oculi"]
    assert 3 < six.max() / one.max() < 4
    rises = np.flatnonzero(np.diff(np.sign(np.diff(six[six > 1e-6]))) < 0)
    assert len(rises) == 1  # one peak only


@pytest.mark.parametrize("muscle", ["orbicularis_oculi", "orbicularis_oris"])
@pytest.mark.parametrize("rate", [150.0, 300.0])
def test_all_units_fused_are_the_greatest_force(muscle: Muscle, rate: float) -> None:
    axons = of_muscles([muscle], 8)
    times = np.arange(0.05, 2.0, 1 / rate)
    force = force_of(
        axons, spikes_at(list(np.tile(np.arange(8), len(times))), list(np.repeat(times, 8)), 2.0)
    )[muscle]
    held = force[round(1.2 * FORCE_PER_S) : round(1.9 * FORCE_PER_S)]
    assert held.mean() == pytest.approx(1.0, abs=0.02)
    assert np.ptp(held) < 0.05


def test_a_single_spike_of_all_units_is_a_ninth_of_the_greatest_force() -> None:
    axons = of_muscles(["orbicularis_oculi"], 20)
    force = force_of(axons, spikes_at(list(range(20)), [0.1] * 20, 0.5))["orbicularis_oculi"]
    assert force.max() == pytest.approx(1 / 9.05, rel=0.03)  # the units do not peak at one moment


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 1000))
@settings(max_examples=30)
def test_involuntary_and_meant_force_add_up_to_the_whole(owner: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    axons = of_muscles(["zygomaticus"], 4)
    arrivals = arrivals_of(axons, spikes_at(owner, list(rng.random(len(owner))), 1.5))
    some = rng.random(len(owner))
    units, n = motor_units(axons), len(force_times(1.5))
    parts = [forces(units, arrivals, share, n)["zygomaticus"] for share in (some, 1 - some, some**0)]
    np.testing.assert_allclose(parts[0] + parts[1], parts[2], atol=1e-12)


# Representation


@pytest.mark.parametrize("count", [70, 140, 280])
def test_force_does_not_depend_on_how_many_axons_stand_for_the_nerve(count: int) -> None:
    few, many = axons_of(count=count, spread_ms=0), axons_of(count=1400, spread_ms=0)
    shot = {
        n: spikes_at(list(range(n)) * 6, list(np.repeat(0.1 + np.arange(6) / 300, n)), 0.6)
        for n in (count, 1400)
    }
    one, other = force_of(few, shot[count]), force_of(many, shot[1400])
    for muscle in NERVE_MUSCLES:
        assert one[muscle].max() == pytest.approx(other[muscle].max(), rel=0.03), muscle
        assert np.abs(one[muscle] - other[muscle]).max() < 0.03 * other[muscle].max(), muscle


def test_doubling_every_weight_changes_nothing() -> None:
    axons = axons_of()
    twice = Axons(
        axons.side, axons.muscle, axons.patch, axons.diameter_um, axons.to_muscle_ms, 2 * axons.weight
    )
    spikes = bursts(axons, [0.1, 0.3], 0.8, share=0.4)
    one, other = force_of(axons, spikes), force_of(twice, spikes)
    for muscle in NERVE_MUSCLES:
        np.testing.assert_allclose(one[muscle], other[muscle], atol=1e-12)


def test_one_axon_of_weight_two_is_two_axons_next_to_each_other() -> None:
    both = of_muscles(["mentalis"], 40)
    half = of_muscles(["mentalis"], 20, weight=2.0)
    two = force_of(both, spikes_at(list(range(40)), [0.1] * 40, 0.8))["mentalis"]
    one = force_of(half, spikes_at(list(range(20)), [0.1] * 20, 0.8))["mentalis"]
    np.testing.assert_allclose(one, two, atol=0.002 * two.max())


def test_muscles_whose_axons_are_silent_do_not_pull() -> None:
    axons = axons_of()
    force = force_of(axons, bursts(axons, [0.1], 0.5, muscles=["frontalis"]))
    assert force["frontalis"].max() > 0.2
    assert not any(force[m].any() for m in NERVE_MUSCLES if m != "frontalis")
