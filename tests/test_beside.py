"""Patches calculated side by side fire as each does for itself; eight numbers at once are eight numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nerves import LESION

from facialis.simulate.artery import facial_nerve
from facialis.simulate.compiled import compiled
from facialis.simulate.discharge import discharge
from facialis.simulate.nerve import (
    Nerve,
    NerveSettings,
    Pulses,
    Spikes,
    healthy_nerve,
    membrane_noise,
    together,
    volley,
    with_lesion,
)
from facialis.simulate.patch import assemble, blocks, uniform_state
from facialis.simulate.wide import WIDE, above, at, differ, each, floor, put, rises, within
from facialis.simulate.wide import together as summed
from facialis.types import FloatArray

COARSE = NerveSettings(dt_ms=0.01, rest_tolerance=0.0)


def drawn(seed: int, patches: int, largest: int = 6) -> Nerve:
    """Patches of random sizes, with a pulse, in random order, each axon of its own diameter and injury."""
    rng = np.random.default_rng(seed)
    number = rng.permutation(np.repeat(np.arange(patches), rng.integers(1, largest + 1, patches)))
    healthy = healthy_nerve(rng.uniform(5.7, 10, number.size), 18, number)
    nerve = with_lesion(healthy, LESION, 0.8, float(rng.uniform(3, 8)), 2.0)
    beat = np.array([[0.98], [1.0], [1.04]])
    shift = nerve.left_shift_mv * rng.uniform(0, 1.5, nerve.left_shift_mv.shape)
    return replace(nerve, left_shift_mv=shift, coupling=beat * nerve.coupling, beat_ms=9.0)


def only(nerve: Nerve, members: FloatArray, pulses: Pulses) -> tuple[Nerve, Pulses]:
    """One patch of the nerve and what is put into it."""
    part = replace(
        nerve,
        diameter_um=nerve.diameter_um[members],
        patch=np.zeros(members.size, dtype=int),
        lamellae=nerve.lamellae[members],
        left_shift_mv=nerve.left_shift_mv[members],
        node_leak_s_cm2=nerve.node_leak_s_cm2[members],
    )
    inside = np.isin(pulses.axon, members)
    kept = {name: values[inside] for name, values in vars(pulses).items()}
    return part, Pulses(**{**kept, "axon": np.searchsorted(members, kept["axon"])})


def in_order(spikes: Spikes) -> tuple[FloatArray, FloatArray, FloatArray]:
    order = np.lexsort((spikes.time_ms, spikes.node, spikes.axon))
    return spikes.axon[order], spikes.node[order], spikes.time_ms[order]


@pytest.mark.parametrize(("seed", "patches"), [(0, 3), (1, 8), (2, 9), (3, 17)])
def test_each_patch_fires_as_if_it_were_alone(seed: int, patches: int) -> None:
    nerve = drawn(seed, patches)
    pulses = together(
        volley(list(range(0, nerve.axons, 2)), 17, 0.5),
        membrane_noise(nerve.axons, range(4, 14), 100, 0.4, 12.0, seed),
    )
    axon, node, time = in_order(discharge(nerve, pulses, 12.0, COARSE))
    assert axon.size > 18 * patches
    for members in nerve.patches():
        mine = np.isin(axon, members)
        alone = in_order(discharge(*only(nerve, members, pulses), 12.0, COARSE))
        assert np.array_equal(axon[mine], members[alone[0]])
        assert np.array_equal(node[mine], alone[1])
        assert time[mine] == pytest.approx(alone[2], abs=1e-6)


def test_lanes_without_an_axon_stay_silent() -> None:
    nerve = drawn(5, 3, largest=5)
    spikes = discharge(nerve, volley([0], 0, 0.5), 6.0, COARSE)
    assert set(spikes.axon) <= set(np.flatnonzero(nerve.patch == nerve.patch[0]))
    assert spikes.steps == 600 * nerve.axons


def test_threads_take_whole_blocks_and_change_no_bit() -> None:
    nerve = facial_nerve(axons=50, seed=2)
    pulses = volley(list(range(0, nerve.axons, 2)), 17, 0.5)
    one = discharge(nerve, pulses, 4.0, COARSE)
    two = discharge(nerve, pulses, 4.0, replace(COARSE, threads=2))
    assert np.array_equal(one.time_ms, two.time_ms)
    assert np.array_equal(one.axon, two.axon)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 20))
def test_every_axon_has_one_lane(seed: int, patches: int, largest: int) -> None:
    nerve = drawn(seed, patches, largest)
    found = []
    for members in blocks(nerve):
        assert members.size % WIDE == 0
        for column in members.T:
            axons = column[column >= 0]
            assert np.unique(nerve.patch[axons]).size <= 1
            found += list(axons)
    assert sorted(found) == list(range(nerve.axons))


def test_axons_of_a_healthy_nerve_share_instructions_too() -> None:
    nerve = healthy_nerve(np.full(70, 7.3), 18)
    assert [int((members >= 0).sum()) for members in blocks(nerve)] == [24, 23, 23]


def test_only_company_joins_a_line() -> None:
    nerve = with_lesion(healthy_nerve(np.full(6, 7.3), 18, np.array([0, 1, 1, 2, 2, 2])), LESION, 0.8, 5)
    (members,) = blocks(nerve)
    patch = assemble(nerve, members, COARSE)
    joined = patch.joined.reshape(members.shape)
    assert [int(joined[:, p].sum()) for p in range(3)] == [0, 2, 3]
    assert joined.sum() == 5
    for values in (patch.leak, patch.line, uniform_state(patch, -84.0).v):
        assert values.ctypes.data % 64 == 0


# Eight numbers at once

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=3 * WIDE, max_size=3 * WIDE)


@compiled
def _all(a: FloatArray, out: FloatArray) -> tuple[bool, bool]:
    one, two, three = at(a, (0, 0)), at(a, (1, 0)), at(a, (2, 0))
    put(out, (0, 0), (one + two) / (two - three))
    put(out, (1, 0), one * two)
    put(out, (2, 0), above(one, each(10.0)))
    put(out, (3, 0), within(one, each(-5), each(7.5)))
    put(out, (4, 0), floor(two))
    out[5, 0] = summed(one)
    return differ(one, two), rises(one, two, three)


@settings(max_examples=100, deadline=None)
@given(NUMBERS)
def test_each_of_eight_is_what_it_would_be_alone(values: list[float]) -> None:
    a, out = np.array(values).reshape(3, WIDE), np.zeros((6, WIDE))
    differs, rose = _all(a, out)
    one, two, three = a
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        assert np.array_equal(out[0], (one + two) / (two - three), equal_nan=True)
    assert np.array_equal(out[1], one * two)
    assert np.array_equal(out[2], np.where(np.abs(one) > 10, one, 0))
    assert np.array_equal(out[3], np.clip(one, -5, 7.5))
    assert np.array_equal(out[4], np.floor(two))
    assert out[5, 0] == pytest.approx(one.sum(), rel=1e-9, abs=1e-6)
    assert differs == (not np.array_equal(one, two))
    assert rose == bool(np.any((one < three) & (two >= three)))


def test_what_is_no_number_becomes_the_lowest() -> None:
    out = np.zeros((6, WIDE))
    _all(np.full((3, WIDE), np.nan), out)
    assert np.all(out[3] == -5)
