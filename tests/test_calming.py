"""A nerve between spasms: held silent by what the pump can do, with its leak, its noise and a drug."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nerves import patch_of

from facialis.simulate.artery import INJURED_LEAK_S_CM2, facial_nerve
from facialis.simulate.calming import calmed, channel_noise, healing_leak, with_drug
from facialis.simulate.fibre import NODE_LEAK_S_CM2
from facialis.simulate.nerve import Nerve
from facialis.simulate.spikes import SpikeSettings


def injured(shift_mv: float) -> Nerve:
    """Three axons apart from each other, the nodes in the middle injured."""
    nerve = patch_of(3)
    shift, leak = nerve.left_shift_mv.copy(), nerve.node_leak_s_cm2.copy()
    shift[:, 6:12], leak[:, 6:12] = shift_mv, 0.007
    return replace(nerve, left_shift_mv=shift, node_leak_s_cm2=leak)


def test_what_is_silent_stays_as_it_is() -> None:
    nerve = injured(1.0)
    assert np.array_equal(calmed(nerve, 1).left_shift_mv, nerve.left_shift_mv)


def test_what_fires_of_itself_is_held_back_by_what_the_pump_can_do() -> None:
    nerve = injured(7.0)
    held = calmed(nerve, 1).left_shift_mv
    lowered = nerve.left_shift_mv - held
    assert lowered.max() >= 0.5
    assert lowered.max() <= SpikeSettings().pump_mv + 1e-9
    assert np.all(lowered >= 0)
    assert np.all(held[:, :6] == 0)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 1))
def test_the_leak_heals_with_the_membrane(membrane: float) -> None:
    nerve = facial_nerve(axons=12, seed=1)
    leak = healing_leak(nerve, membrane).node_leak_s_cm2
    assert np.all((leak >= INJURED_LEAK_S_CM2 - 1e-12) & (leak <= NODE_LEAK_S_CM2 + 1e-12))
    assert leak.min() == pytest.approx(INJURED_LEAK_S_CM2 + membrane * (NODE_LEAK_S_CM2 - INJURED_LEAK_S_CM2))


@given(st.floats(0, 1))
def test_the_drug_takes_sodium_and_nothing_else(block: float) -> None:
    nerve = patch_of(2)
    drugged = with_drug(nerve, block).membrane
    assert drugged.persistent_sodium_s_cm2 == pytest.approx(
        nerve.membrane.persistent_sodium_s_cm2 * (1 - block / 2)
    )
    assert drugged.fast_sodium_s_cm2 <= nerve.membrane.fast_sodium_s_cm2
    assert drugged.potassium_s_cm2 == nerve.membrane.potassium_s_cm2


def test_noise_is_where_the_nerve_is_hurt() -> None:
    assert channel_noise(patch_of(3), 20.0, 1).axon.size == 0
    noise = channel_noise(injured(2.0), 20.0, 1)
    assert set(noise.node) == set(range(6, 12))
    assert noise.axon.size == pytest.approx(3 * 20 * 20, rel=0.15)
    assert np.all(noise.start_ms < 20.0)
