"""The junction: a delay that jitters a little, and a share of spikes that toxin keeps back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import LATENCY_MS, axons_of, bursts, of_muscles, spikes_at

from facialis.errors import SettingsError
from facialis.simulate.axons import ORIGINS, LesionSpikes
from facialis.simulate.junction import Arrivals, Block, transmit


def sent(spikes: LesionSpikes, block: Block | None = None, seed: int = 0) -> Arrivals:
    return transmit(axons_of(), spikes, block or {}, np.random.default_rng(seed))


def test_spikes_come_by_axon_and_time_and_none_is_lost() -> None:
    spikes = bursts(axons_of(), [0.5, 0.1], 1.0)
    arrivals = sent(spikes)
    assert len(arrivals.axon) == len(spikes.axon)
    later = np.diff(arrivals.axon)
    assert np.all(later >= 0)
    assert np.all(np.diff(arrivals.time_s)[later == 0] >= 0)
    assert np.all(arrivals.passed == 1)


def test_the_delay_is_the_axons_own_with_a_jitter_of_30_to_50_us() -> None:
    axons = of_muscles(["zygomaticus"], 40)
    owner = np.repeat(np.arange(40), 500)
    spikes = spikes_at(list(owner), list(np.tile(np.arange(500) * 0.01, 40)), 6.0)
    arrivals = transmit(axons, spikes, {}, np.random.default_rng(1))
    late = arrivals.time_s.reshape(40, 500) - np.arange(500) * 0.01
    assert late.mean() == pytest.approx(LATENCY_MS / 1000, abs=2e-6)
    jitter_us = 1e6 * late.std(axis=1)
    assert jitter_us.min() > 26
    assert jitter_us.max() < 55
    assert np.ptp(jitter_us) > 8  # units differ


@given(st.floats(0, 1), st.integers(0, 1000))
@settings(max_examples=25)
def test_a_share_of_spikes_is_kept_back_and_only_in_the_treated_muscle(block: float, seed: int) -> None:
    axons = of_muscles(["frontalis", "mentalis"], 10)
    spikes = spikes_at(list(np.tile(np.arange(20), 200)), list(np.repeat(np.arange(200) * 0.02, 20)), 5.0)
    arrivals = transmit(axons, spikes, {("left", "mentalis"): block}, np.random.default_rng(seed))
    treated = arrivals.axon >= 10
    assert np.all(arrivals.passed[~treated] == 1)
    assert set(np.unique(arrivals.passed)) <= {0, 1}  # an axon of weight 1 stands for one unit
    assert arrivals.passed[treated].mean() == pytest.approx(1 - block, abs=0.06)


@pytest.mark.parametrize("block", [0.2, 0.5, 0.9])
def test_an_axon_that_stands_for_many_loses_that_share_of_each_spike(block: float) -> None:
    axons = of_muscles(["mentalis"], 10, weight=100.0)
    spikes = spikes_at(list(np.tile(np.arange(10), 100)), list(np.repeat(np.arange(100) * 0.02, 10)), 3.0)
    passed = transmit(axons, spikes, {("left", "mentalis"): block}, np.random.default_rng(0)).passed
    assert passed.mean() == pytest.approx(1 - block, abs=0.01)
    assert passed.std() == pytest.approx(np.sqrt(block * (1 - block) / 100), rel=0.15)


def test_toxin_on_one_side_leaves_the_other_alone() -> None:
    spikes = bursts(axons_of(), [0.1], 0.5)
    assert np.all(sent(spikes, {("right", "orbicularis_oculi"): 1.0}).passed == 1)


def test_times_do_not_depend_on_the_block() -> None:
    spikes = bursts(axons_of(), [0.1], 0.5)
    free, blocked = sent(spikes), sent(spikes, {("left", "orbicularis_oculi"): 0.7})
    np.testing.assert_array_equal(free.time_s, blocked.time_s)


@pytest.mark.parametrize("origin", ORIGINS)
def test_only_a_volley_is_meant(origin: str) -> None:
    arrivals = sent(bursts(axons_of(), [0.1], 0.5, origin=origin))  # type: ignore[arg-type]
    assert arrivals.involuntary.all() == (origin != "volley")
    assert arrivals.involuntary.any() == (origin != "volley")


@pytest.mark.parametrize("block", [-0.1, 1.1, float("nan")])
def test_a_block_outside_zero_to_one_is_refused(block: float) -> None:
    with pytest.raises(SettingsError, match="block"):
        sent(bursts(axons_of(), [0.1], 0.5), {("left", "mentalis"): block})


def test_spikes_that_fit_no_axon_no_origin_or_no_time_are_refused() -> None:
    for axon in (-1, 140):
        with pytest.raises(SettingsError, match="140 axons"):
            sent(spikes_at([axon], [0.1], 0.5))
    with pytest.raises(SettingsError, match="origin"):
        sent(LesionSpikes(np.array([0]), np.array([0.1]), np.array([5]), 0.5))
    with pytest.raises(SettingsError, match="finite"):
        sent(spikes_at([0], [float("nan")], 0.5))


def test_no_spikes_are_no_arrivals() -> None:
    assert sent(spikes_at([], [], 1.0)).time_s.size == 0
