"""One step of a patch: the linear system, its shared line, and what must hold of any electrical circuit."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nerves import LESION, patch_of, potentials, random_nerve, sick

from facialis.simulate import cable, ephapse, gating
from facialis.simulate.nerve import NerveSettings, volley, with_lesion
from facialis.simulate.patch import assemble, uniform_state
from facialis.types import FloatArray

Solved = tuple[cable.Patch, FloatArray, FloatArray, cable.Work, FloatArray]


def solved(axons: int, seed: int) -> Solved:
    """Take one step from a random state; return steps of the potential inside, and of the line."""
    rng = np.random.default_rng(seed)
    nerve = random_nerve(rng, axons)
    patch = assemble(nerve, np.arange(axons), NerveSettings())
    state, work = uniform_state(patch, -84.0), cable.make_work(patch)
    state.v[:] += rng.normal(0, 20, state.v.shape)
    state.phi[:] = rng.normal(0, 5, state.phi.shape)
    phi = state.phi.copy()
    current = rng.normal(0, 0.1, state.v.shape)
    gating.open_nodes(patch, state, work)
    inside = state.v.copy()
    inside[patch.first : patch.last] += phi @ np.ones((1, state.v.shape[1]))
    flow = patch.axial[1:-1] * np.diff(inside, axis=0)
    rhs = work.drive - work.conductance * state.v + current
    rhs[:-1] += flow
    rhs[1:] -= flow
    cable.load(patch, state, current, work)
    ephapse.load_line(patch, state, work)
    cable.eliminate(patch, state, current, work)
    ephapse.couple(patch, state, patch.line[0], work)
    cable.follow(patch, state, 1.0, work)
    return patch, rhs, phi[:, 0], work, work.delta[:, 0]


def through_membranes(patch: cable.Patch, work: cable.Work, delta: FloatArray) -> FloatArray:
    """Current out through the membranes along the line, of the axons that lie on it."""
    places = slice(patch.first, patch.last)
    out = work.admittance[places] * (work.solution[places] - delta[:, None]) - work.membrane[places]
    return out[:, patch.joined > 0]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 23), st.integers(0, 1000))
def test_the_direct_solve_leaves_no_current_unaccounted_for(axons: int, seed: int) -> None:
    patch, rhs, phi, work, delta = solved(axons, seed)
    outside = np.zeros(patch.leak.shape[0])
    outside[patch.first : patch.last] = delta
    inside, own = work.solution, work.solution - outside[:, None]
    flow = patch.axial[1:-1] * np.diff(inside, axis=0)
    left = work.admittance * own - rhs
    left[1:] += flow
    left[:-1] -= flow
    assert np.abs(left).max() < 1e-11 * np.abs(rhs).max() + 1e-13

    # The line: what comes through all membranes flows along it and out at its ends.
    line = np.concatenate([[0], phi + delta, [0]])
    along = -patch.line[0, :, 0] * np.diff(line)
    through = through_membranes(patch, work, delta).sum(axis=1)
    assert along[1:] - along[:-1] == pytest.approx(through, abs=1e-10)


@pytest.mark.parametrize("axons", [1, 3, 8])
def test_charge_is_conserved_in_an_insulated_axon(axons: int) -> None:
    """Without leak and with closed gates, what is put in is what the capacities hold."""
    nerve = patch_of(axons)
    patch = assemble(nerve, np.arange(axons), NerveSettings(scheme="implicit-euler"))
    capacity = patch.admittance - patch.leak
    zero = np.zeros_like(patch.leak)
    still = np.zeros_like(patch.fast_sodium)
    tight = patch._replace(
        leak=zero,
        leak_current=zero,
        admittance=capacity,
        fast_sodium=still,
        persistent_sodium=still,
        potassium=still,
    )
    state, work = uniform_state(tight, -84.0), cable.make_work(tight)
    current = np.random.default_rng(0).normal(0, 0.2, zero.shape)
    for _ in range(50):
        ephapse.move_potentials(tight, state, current, 0, 1.0, work)
    held = (capacity * (state.v + 84.0)).sum(axis=0)
    assert held == pytest.approx(50 * current.sum(axis=0), rel=1e-9, abs=1e-9)


def test_all_current_of_a_patch_returns_through_its_line() -> None:
    """What flows along all axons across a face flows back outside, but for what leaves at the two ends."""
    patch, _, phi, work, delta = solved(5, 3)
    line = np.concatenate([[0], phi + delta, [0]])
    along = -patch.line[0, :, 0] * np.diff(line)
    through = through_membranes(patch, work, delta).sum()
    assert along[-1] - along[0] == pytest.approx(through, abs=1e-10)


def test_the_order_of_axons_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    nerve, order = random_nerve(rng, 6), rng.permutation(6)
    swapped = type(nerve)(
        nerve.diameter_um[order],
        nerve.patch,
        nerve.lamellae[order],
        nerve.left_shift_mv[order],
        nerve.node_leak_s_cm2[order],
        nerve.coupling,
    )
    one = potentials(nerve, volley([int(order[0])], 0, 0.05), 300, NerveSettings())
    other = potentials(swapped, volley([0], 0, 0.05), 300, NerveSettings())
    assert other == pytest.approx(one[:, :, order], abs=1e-7)


def test_a_lesion_looks_the_same_from_both_ends() -> None:
    nerve = with_lesion(patch_of(3), range(7, 10), 0.85, 5)
    there = potentials(nerve, volley([0], 0, 0.05), 400, NerveSettings())
    back = potentials(nerve, volley([0], 17, 0.05), 400, NerveSettings())
    assert back[:, ::-1] == pytest.approx(there, abs=1e-7)


def test_identical_axons_stay_identical() -> None:
    seen = potentials(sick(4), volley([0, 1, 2, 3], 0, 0.05), 300, NerveSettings())
    assert seen == pytest.approx(np.repeat(seen[:, :, :1], 4, axis=2), abs=1e-9)


def test_a_well_conducting_fluid_decouples() -> None:
    """As the fluid's share of the resistance goes to 0, each axon is alone."""
    apart = potentials(sick(3, coupling=1e-7), volley([0], 0, 0.05), 200, NerveSettings())
    alone = potentials(sick(1), volley([0], 0, 0.05), 200, NerveSettings())
    assert apart[:, :, :1] == pytest.approx(alone, abs=1e-3)


def test_neighbours_are_first_held_back_then_driven() -> None:
    """What an active axon draws from the fluid raises its neighbour behind, and lowers it ahead."""
    seen = potentials(sick(2, coupling=0.6), volley([0], 0, 0.05), 250, NerveSettings())
    neighbour = seen[:, :, 1] - seen[0, :, 1]
    assert neighbour.min() < -0.5
    assert neighbour.max() > 0.5


@pytest.mark.parametrize("scheme", ["crank-nicolson", "implicit-euler"])
def test_shorter_steps_come_closer(scheme: str) -> None:
    nerve = sick(2, coupling=0.7)
    pulses = volley([0], 0, 0.04)
    ends = []
    for dt_ms in (0.008, 0.004, 0.002, 0.001):
        options = NerveSettings(dt_ms=dt_ms, scheme=scheme, rates="exact")  # type: ignore[arg-type]
        ends.append(potentials(nerve, pulses, round(0.12 / dt_ms), options)[-1])
    errors = [np.abs(one - other).max() for one, other in pairwise(ends)]
    order = np.log2(errors[1] / errors[2])
    assert order > (1.4 if scheme == "crank-nicolson" else 0.8)


def test_what_is_no_number_stays_inside_the_table() -> None:
    patch = assemble(patch_of(1), np.arange(1), NerveSettings())
    state, work = uniform_state(patch, -84.0), cable.make_work(patch)
    state.v[:] = np.nan
    gating.move_gates(patch, state, np.zeros((10, 24)), 20.0, work)
    state.v[:] = 1e300
    gating.move_gates(patch, state, np.zeros((10, 24)), 20.0, work)


def test_the_lesion_of_the_tests_is_inside() -> None:
    assert sick(2).coupled()[list(LESION)].all()
