"""Nerves and patches that several tests use."""

import numpy as np

from benchmarks.nerve import random_nerve as draw_nerve
from facialis.simulate.cable import Patch, make_work
from facialis.simulate.discharge import Rest, changes, make_plan, run_patch
from facialis.simulate.nerve import Nerve, NerveSettings, Pulses, Spikes, healthy_nerve, with_lesion
from facialis.simulate.patch import assemble, uniform_state
from facialis.simulate.stepping import step_once
from facialis.types import FloatArray

NODES = 18
LESION = range(7, 11)
START_MV = -84.0


def patch_of(axons: int, nodes: int = NODES, diameter_um: float = 7.3) -> Nerve:
    """Healthy axons that lie together."""
    return healthy_nerve(np.full(axons, diameter_um), nodes, np.zeros(axons, dtype=int))


def sick(axons: int, coupling: float = 0.85, lamellae: float | None = 5, shift: float = 0.0) -> Nerve:
    return with_lesion(patch_of(axons), LESION, coupling, lamellae, shift)


def random_nerve(rng: np.random.Generator, axons: int, coupled: bool = True) -> Nerve:
    """A patch with every parameter drawn; each axon has its own diameter, shift and leak."""
    return draw_nerve(rng, axons, "coupled" if coupled else "alone")


def from_start(
    nerve: Nerve, pulses: Pulses, duration_ms: float, settings: NerveSettings
) -> tuple[Patch, Spikes]:
    """Fire one patch from a uniform potential, as NEURON starts: all nodes recorded, no step left out."""
    members = np.arange(nerve.axons)
    patch = assemble(nerve, members, settings)
    plan = make_plan(nerve, duration_ms, settings)
    state = uniform_state(patch, START_MV)
    mine = changes(patch, members, pulses, plan.dt_ms)
    return patch, run_patch(patch, state, Rest(state, False), mine, np.arange(nerve.nodes), plan)


def potentials(nerve: Nerve, pulses: Pulses, steps: int, settings: NerveSettings) -> FloatArray:
    """Potentials (steps, compartments, axons) of one patch from a uniform start."""
    members = np.arange(nerve.axons)
    patch = assemble(nerve, members, settings)
    plan = make_plan(nerve, 1.0, settings)
    state, work = uniform_state(patch, START_MV), make_work(patch)
    mine = changes(patch, members, pulses, plan.dt_ms)
    current, seen = np.zeros_like(state.v), []
    for step in range(steps):
        for place in np.flatnonzero(mine.step == step):
            current[mine.compartment[place], mine.axon[place]] += mine.current[place]
        step_once(patch, state, current, 0, plan, work)
        seen.append(state.v[:, : nerve.axons].copy())
    return np.array(seen)
