"""From a nerve to the arrays that the inner loop steps: conductances, the shared line, the state at rest."""

import numpy as np

from facialis.simulate.cable import IntArray, Patch, State
from facialis.simulate.fibre import Compartments, compartments, geometry
from facialis.simulate.nerve import Nerve, NerveSettings
from facialis.simulate.rates import gate_targets
from facialis.types import FloatArray


def look_ahead_ms(settings: NerveSettings) -> float:
    """Return the time by which the linear system looks ahead: a whole step, or half of one and then twice."""
    return settings.dt_ms / step_weight(settings)


def step_weight(settings: NerveSettings) -> float:
    """Return how many times as far as the linear system a step goes: 2 makes it second order in time."""
    return 2.0 if settings.scheme == "crank-nicolson" else 1.0


def rows(nerve: Nerve, members: IntArray, settings: NerveSettings) -> Compartments:
    """Return the compartments of these axons of the nerve; coupled internodes are divided."""
    divisions = np.where(nerve.coupled(), settings.divisions, 1)
    return compartments(
        geometry(nerve.diameter_um[members]),
        nerve.lamellae[members],
        nerve.node_leak_s_cm2[members],
        divisions,
    )


def assemble(nerve: Nerve, members: IntArray, settings: NerveSettings) -> Patch:
    """Return the electrical properties of one patch: the axons `members` (n,) of the nerve."""
    parts = rows(nerve, members, settings)
    nodes = np.flatnonzero(parts.is_node)
    node_area = 1e6 * parts.area_cm2[nodes]
    first, last, line = _shared_line(nerve, parts, alone=members.size < 2)
    membrane = nerve.membrane
    return Patch(
        leak=parts.leak_us,
        leak_current=parts.leak_us * parts.leak_mv,
        admittance=parts.leak_us + parts.capacity_nf / look_ahead_ms(settings),
        axial=parts.axial_us(),
        nodes=nodes,
        fast_sodium=membrane.fast_sodium_s_cm2 * node_area,
        persistent_sodium=membrane.persistent_sodium_s_cm2 * node_area,
        potassium=membrane.potassium_s_cm2 * node_area,
        shift=np.ascontiguousarray(nerve.left_shift_mv[members].T),
        first=first,
        last=last,
        line=line,
    )


def _shared_line(nerve: Nerve, parts: Compartments, alone: bool) -> tuple[int, int, FloatArray]:
    """Return the first compartment of the shared line, the one after its last, and its conductances.

    Where a share alpha of the resistance along the bundle lies outside the axons, the fluid conducts
    (1 / alpha - 1) times as well as all the axons together (10.1007/s00422-022-00934-9). An axon without
    company has no one to excite and gets no line.
    """
    coupled = np.flatnonzero(nerve.coupled())
    if alone or coupled.size == 0:
        return 0, 0, np.zeros((1, 1))
    inside = np.flatnonzero(~parts.is_node & np.isin(parts.internode, coupled))
    first, last = int(inside[0]), int(inside[-1]) + 1
    faces = np.arange(first, last + 1)
    # A face lies in the internode of whichever of its two compartments is not a node.
    owner = parts.internode[np.where(parts.is_node[faces], faces - 1, faces)].astype(int)
    axons = parts.axial_us()[faces].sum(axis=1)
    return first, last, np.ascontiguousarray(axons * (1 / nerve.coupling[:, owner] - 1))


def uniform_state(patch: Patch, potential_mv: float) -> State:
    """Return a patch at one potential everywhere, with the gates where that potential holds them."""
    m, n = patch.leak.shape
    gates = np.empty((4, patch.nodes.size, n))
    goal = np.empty(8)
    for node in range(patch.nodes.size):
        for axon in range(n):
            gate_targets(potential_mv + patch.shift[node, axon], potential_mv, 1.0, goal)
            gates[:, node, axon] = goal[:4]
    return State(np.full((m, n), potential_mv), gates, np.zeros(patch.last - patch.first))
