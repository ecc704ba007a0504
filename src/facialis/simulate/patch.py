"""From a nerve to the arrays that the inner loop steps: conductances, the shared line, the state at rest."""

import math
from typing import Any

import numpy as np

from facialis.simulate.cable import BESIDE, IntArray, Patch, State, aligned
from facialis.simulate.fibre import Compartments, compartments, geometry
from facialis.simulate.nerve import Nerve, NerveSettings
from facialis.simulate.rates import gate_targets
from facialis.simulate.wide import WIDE
from facialis.types import FloatArray

_LONE_LANES = 32
"""Axons without company calculated together."""
_SMALL, _FEWEST_BESIDE = 8, 3
"""Patches up to this size are put side by side, where there are so many: eight together cost what two do."""


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


def blocks(nerve: Nerve) -> list[IntArray]:
    """Return the axons of each calculation, (slots, patches): those of a patch below each other, -1 for none.

    Small patches of like size are put side by side; large ones fill a vector by themselves.
    """
    groups = nerve.patches()
    if not nerve.coupled().any():
        everyone = np.concatenate(groups)
        parts = np.array_split(everyone, -(-everyone.size // _LONE_LANES))
        return [padded(part) for part in parts]
    large = [group for group in groups if group.size > _SMALL]
    small = sorted((group for group in groups if group.size <= _SMALL), key=len)
    if len(small) < _FEWEST_BESIDE:
        large, small = large + small, []
    together = [small[start : start + BESIDE] for start in range(0, len(small), BESIDE)]
    return [padded(group) for group in large] + [_side_by_side(part) for part in together]


def _side_by_side(groups: list[IntArray]) -> IntArray:
    members = np.full((max(group.size for group in groups), BESIDE), -1, dtype=np.intp)
    for place, group in enumerate(groups):
        members[: group.size, place] = group
    return members


def padded(members: IntArray) -> IntArray:
    """Return axons (slots,) or (slots, patches) as (slots, patches) with a multiple of eight lanes."""
    members = members[:, None] if members.ndim == 1 else members
    missing = -members.shape[0] % (WIDE // math.gcd(WIDE, members.shape[1]))
    return np.pad(members, ((0, missing), (0, 0)), constant_values=-1)


def assemble(nerve: Nerve, members: IntArray, settings: NerveSettings) -> Patch:
    """Return the electrical properties of one patch or several: `members` (slots, patches) as of `blocks`.

    A lane without an axon is calculated like the first of its patch, or of all, but touches no one.
    """
    members = padded(members)
    filled = np.where(members[0] < 0, members[0, 0], members[0])
    lanes = np.where(members < 0, filled, members).ravel()
    parts = rows(nerve, lanes, settings)
    nodes = np.flatnonzero(parts.is_node)
    node_area = 1e6 * parts.area_cm2[nodes]
    company = (members >= 0).sum(axis=0) > 1
    joined = ((members >= 0) & company).astype(float)
    fluid = np.ones(members.shape[1]) if nerve.fluid is None else nerve.fluid[filled]
    first, last, line = _shared_line(nerve, parts, joined, fluid)
    membrane = nerve.membrane
    patch = Patch(
        leak=parts.leak_us,
        leak_current=parts.leak_us * parts.leak_mv,
        admittance=parts.leak_us + parts.capacity_nf / look_ahead_ms(settings),
        axial=parts.axial_us(),
        nodes=nodes,
        fast_sodium=membrane.fast_sodium_s_cm2 * node_area,
        persistent_sodium=membrane.persistent_sodium_s_cm2 * node_area,
        potassium=membrane.potassium_s_cm2 * node_area,
        shift=nerve.left_shift_mv[lanes].T,
        first=first,
        last=last,
        line=line,
        joined=joined.ravel(),
        member=members.ravel(),
    )
    arrays: dict[str, Any] = {n: aligned(v) for n, v in patch._asdict().items() if np.ndim(v) > 0}
    return patch._replace(**arrays)


def _shared_line(
    nerve: Nerve, parts: Compartments, joined: FloatArray, fluid: FloatArray
) -> tuple[int, int, FloatArray]:
    """Return the first compartment of the shared lines, the one after their last, and their conductances.

    Where a share alpha of the resistance along the bundle lies outside the axons, the fluid conducts
    (1 / alpha - 1) times as well as all the axons together (10.1007/s00422-022-00934-9). An axon without
    company has no one to excite and gets no line. `joined` is (slots, patches), `fluid` (patches,).
    """
    coupled, patches = np.flatnonzero(nerve.coupled()), joined.shape[1]
    if coupled.size == 0 or not joined.any():
        return 0, 0, np.zeros((1, 1, patches))
    inside = np.flatnonzero(~parts.is_node & np.isin(parts.internode, coupled))
    first, last = int(inside[0]), int(inside[-1]) + 1
    faces = np.arange(first, last + 1)
    # A face lies in the internode of whichever of its two compartments is not a node.
    owner = parts.internode[np.where(parts.is_node[faces], faces - 1, faces)].astype(int)
    axial = parts.axial_us()[faces].reshape(faces.size, *joined.shape)
    axons = fluid * (axial * np.where(joined.any(axis=0), joined, 1.0)).sum(axis=1)
    return first, last, np.ascontiguousarray((1 / nerve.coupling[:, owner] - 1)[:, :, None] * axons)


def uniform_state(patch: Patch, potential_mv: float) -> State:
    """Return a patch at one potential everywhere, with the gates where that potential holds them."""
    m, n = patch.leak.shape
    gates = np.empty((4, patch.nodes.size, n))
    goal = np.empty(8)
    for node in range(patch.nodes.size):
        for axon in range(n):
            gate_targets(potential_mv + patch.shift[node, axon], potential_mv, 1.0, goal)
            gates[:, node, axon] = goal[:4]
    v, phi = np.full((m, n), potential_mv), np.zeros((patch.last - patch.first, patch.line.shape[2]))
    return State(aligned(v), aligned(gates), aligned(phi))
