"""One time step of a patch of axons: the inner loop of the nerve, as machine code.

A patch is a few axons side by side, each a row of compartments. In the lesion they share one line of
extracellular fluid whose potential acts back on all of them: that is the ephapse. Units: mV, ms, nF, uS, nA.
Arrays are (compartments, axons) unless said otherwise, so that one instruction serves several axons.

The step is linear in the potentials, because the gates stand still while the potentials move and move while
those stand still (staggered by half a step: Hines 1984, 10.1016/0020-7101(84)90008-4). Each axon is a
tridiagonal system; the shared line joins them. The axons are eliminated onto the line (a Schur complement),
the line is solved, and the axons follow: the coupled step is exact to rounding, without iteration.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.simulate.compiled import compiled
from facialis.simulate.rates import LOWEST_MV, gate_targets
from facialis.types import FloatArray

IntArray = npt.NDArray[np.intp]
E_NA_MV, E_K_MV = 50.0, -90.0
STILL_MV, STILL_GATE = 1e-12, 1e-13
"""What would move by less in one step stands still. Rounding alone would keep a patch at rest trembling in
its last bits for ever, so that one could never know that nothing happens. It costs less than 1e-8 mV."""


class Patch(NamedTuple):
    """What does not change: the electrical properties of n axons of m compartments, N of them nodes.

    `leak` (m, n); `leak_current` (m, n), leak times its reversal potential; `admittance` (m, n), leak plus
    capacity over the time by which a step looks ahead; `axial` (m + 1, n), of which row k joins compartments
    k - 1 and k and the outer two are 0 (sealed ends); `nodes` (N,), the nodes' compartments; `fast_sodium`,
    `persistent_sodium`, `potassium` (N, n), the conductances with all gates open; `shift` (N, n), the left
    shift of the sodium gates. The shared line runs along the compartments from `first` up to, not including,
    `last`; `line` (phases, last - first + 1) are its conductances in each phase of the pulse, the outer two
    to the fluid around the nerve, whose potential is 0.
    """

    leak: FloatArray
    leak_current: FloatArray
    admittance: FloatArray
    axial: FloatArray
    nodes: IntArray
    fast_sodium: FloatArray
    persistent_sodium: FloatArray
    potassium: FloatArray
    shift: FloatArray
    first: int
    last: int
    line: FloatArray


class State(NamedTuple):
    """What changes: potentials `v` (m, n), `gates` (4, N, n), `phi` (last - first,) of the shared line."""

    v: FloatArray
    gates: FloatArray
    phi: FloatArray


class Work(NamedTuple):
    """Room for the calculation, so that the inner loop allocates nothing; contents mean nothing after it."""

    sodium: FloatArray
    potassium: FloatArray
    membrane: FloatArray
    admittance: FloatArray
    rhs: FloatArray
    pivot: FloatArray
    ratio: FloatArray
    carried: FloatArray
    solution: FloatArray
    near: FloatArray
    far: FloatArray
    system: FloatArray
    delta: FloatArray
    row: FloatArray
    last_ratio: FloatArray
    last_carried: FloatArray
    target: FloatArray


def make_work(patch: Patch) -> Work:
    """Return room for stepping this patch."""
    m, n = patch.leak.shape
    nodes, count = patch.nodes.size, patch.last - patch.first
    shapes = (
        [(nodes, n)] * 2
        + [(m, n)] * 7
        + [(count, n), (n, count)]
        + [(count, count), (count,), (count,), (n,), (n,), (8,)]
    )
    return Work(*(np.zeros(shape) for shape in shapes))


@compiled
def open_nodes(patch: Patch, state: State, work: Work) -> None:
    """Set the nodes' conductances from their gates."""
    for node in range(patch.nodes.size):
        for i in range(state.v.shape[1]):
            m, h = state.gates[0, node, i], state.gates[1, node, i]
            p, s = state.gates[2, node, i], state.gates[3, node, i]
            fast = patch.fast_sodium[node, i] * (m * m * m * h)
            work.sodium[node, i] = fast + patch.persistent_sodium[node, i] * (p * p * p)
            work.potassium[node, i] = patch.potassium[node, i] * s


@compiled
def load(patch: Patch, state: State, current: FloatArray, work: Work) -> None:
    """Set each compartment's admittance, the current in through its membrane, and all current into it."""
    v, axial, rhs, membrane = state.v, patch.axial, work.rhs, work.membrane
    m, n = v.shape
    for k in range(m):
        for i in range(n):
            membrane[k, i] = patch.leak_current[k, i] - patch.leak[k, i] * v[k, i]
    for k in range(m):
        for i in range(n):
            work.admittance[k, i] = patch.admittance[k, i]
    for node in range(patch.nodes.size):
        k = patch.nodes[node]
        for i in range(n):
            sodium, potassium = work.sodium[node, i], work.potassium[node, i]
            membrane[k, i] += sodium * (E_NA_MV - v[k, i]) + potassium * (E_K_MV - v[k, i])
            work.admittance[k, i] += sodium + potassium
    inflow, outflow = work.last_ratio, work.last_carried
    for i in range(n):
        inflow[i] = 0.0
    for k in range(m):
        after = min(k + 1, m - 1)
        for i in range(n):
            outflow[i] = axial[k + 1, i] * (v[k, i] - v[after, i])
        for i in range(n):
            rhs[k, i] = membrane[k, i] + current[k, i] + inflow[i] - outflow[i]
        for i in range(n):
            inflow[i] = outflow[i]


@compiled
def load_line(patch: Patch, state: State, work: Work) -> None:
    """Add to work.rhs the current along each axon that the shared line's potential drives."""
    first, last = patch.first, patch.last
    for k in range(first, last + 1):
        before = state.phi[k - 1 - first] if k > first else 0.0
        here = state.phi[k - first] if k < last else 0.0
        for i in range(work.rhs.shape[1]):
            flow = patch.axial[k, i] * (before - here)
            work.rhs[k, i] += flow
            work.rhs[k - 1, i] -= flow


@compiled
def factor(patch: Patch, work: Work) -> None:
    """Eliminate along every axon: work.pivot is one over the pivots, work.ratio what is handed on."""
    axial, pivot, ratio, past = patch.axial, work.pivot, work.ratio, work.last_ratio
    m, n = ratio.shape
    for i in range(n):
        past[i] = 0.0
    for k in range(m):
        for i in range(n):
            total = work.admittance[k, i] + axial[k, i] + axial[k + 1, i] - axial[k, i] * past[i]
            pivot[k, i] = 1.0 / total
        for i in range(n):
            ratio[k, i] = axial[k + 1, i] * pivot[k, i]
        for i in range(n):
            past[i] = ratio[k, i]


@compiled
def forward(start: int, work: Work) -> None:
    """Carry work.rhs along every axon from compartment `start` on."""
    ratio, carried, rhs, past = work.ratio, work.carried, work.rhs, work.last_carried
    m, n = rhs.shape
    for i in range(n):
        past[i] = ratio[start - 1, i] * carried[start - 1, i] if start > 0 else 0.0
    for k in range(start, m):
        for i in range(n):
            carried[k, i] = rhs[k, i] + past[i]
        for i in range(n):
            past[i] = ratio[k, i] * carried[k, i]


@compiled
def backward(stop: int, work: Work) -> None:
    """Solve from the last compartment back to `stop`: work.solution holds the steps of the potential."""
    ratio, pivot, carried, solution = work.ratio, work.pivot, work.carried, work.solution
    m, n = carried.shape
    past = work.last_carried
    for i in range(n):
        past[i] = 0.0
    for k in range(m - 1, stop - 1, -1):
        for i in range(n):
            solution[k, i] = carried[k, i] * pivot[k, i] + ratio[k, i] * past[i]
        for i in range(n):
            past[i] = solution[k, i]


@compiled
def reach(patch: Patch, work: Work) -> None:
    """Set work.near and work.far: near[j, i] far[i, k] is what k's fluid does to j's through axon i, j <= k.

    The inverse of a tridiagonal matrix has entries that are products of two such factors.
    """
    first, count, near, inverse = patch.first, patch.last - patch.first, work.near, work.last_ratio
    m, n = work.ratio.shape
    for i in range(n):
        near[0, i], inverse[i] = 1.0, 0.0
    for c in range(1, count):
        for i in range(n):
            near[c, i] = near[c - 1, i] * work.ratio[first + c - 1, i]
    for k in range(m - 1, first - 1, -1):
        for i in range(n):
            inverse[i] = work.pivot[k, i] + work.ratio[k, i] * work.ratio[k, i] * inverse[i]
        if k < patch.last:
            c = k - first
            for i in range(n):
                work.far[i, c] = work.admittance[k, i] * inverse[i] * near[c, i]
            for i in range(n):
                near[c, i] = work.admittance[k, i] / near[c, i]


@compiled
def gather(patch: Patch, state: State, line: FloatArray, work: Work) -> None:
    """Set work.system (upper half) and work.delta: the shared line, with all axons eliminated onto it."""
    first, count = patch.first, patch.last - patch.first
    n, phi, system, delta = work.rhs.shape[1], state.phi, work.system, work.delta
    for j in range(count):
        before = phi[j - 1] if j > 0 else 0.0
        after = phi[j + 1] if j < count - 1 else 0.0
        right = line[j] * (before - phi[j]) + line[j + 1] * (after - phi[j])
        diagonal = line[j] + line[j + 1]
        for i in range(n):
            admittance = work.admittance[first + j, i]
            diagonal += admittance
            right += admittance * work.solution[first + j, i] - work.membrane[first + j, i]
        delta[j] = right
        for k in range(j, count):
            system[j, k] = 0.0
        system[j, j] = diagonal
        if j < count - 1:
            system[j, j + 1] = -line[j + 1]
    for i in range(0, n - n % 4, 4):  # four axons at a time: a fourth of the traffic to and from memory
        for j in range(count):
            a, b, c, d = work.near[j, i], work.near[j, i + 1], work.near[j, i + 2], work.near[j, i + 3]
            for k in range(j, count):
                system[j, k] -= (a * work.far[i, k] + b * work.far[i + 1, k]) + (
                    c * work.far[i + 2, k] + d * work.far[i + 3, k]
                )
    for i in range(n - n % 4, n):
        for j in range(count):
            for k in range(j, count):
                system[j, k] -= work.near[j, i] * work.far[i, k]


@compiled
def solve_line(system: FloatArray, delta: FloatArray, row: FloatArray) -> None:
    """Solve the symmetric positive definite system, of which the upper half is given, in place.

    Row by row, each less what the rows above hand on; one over the pivots stays on the diagonal. `row`
    (count,) is room for the row in work, so that the compiler sees that it overlaps no other.
    """
    count = delta.size
    for j in range(count):
        for k in range(j, count):
            row[k] = system[j, k]
        for up in range(0, j - j % 4, 4):  # four rows at a time, as in gather
            a, b = system[up, j] * system[up, up], system[up + 1, j] * system[up + 1, up + 1]
            c, d = system[up + 2, j] * system[up + 2, up + 2], system[up + 3, j] * system[up + 3, up + 3]
            delta[j] -= (a * delta[up] + b * delta[up + 1]) + (c * delta[up + 2] + d * delta[up + 3])
            for k in range(j, count):
                row[k] -= (a * system[up, k] + b * system[up + 1, k]) + (
                    c * system[up + 2, k] + d * system[up + 3, k]
                )
        for up in range(j - j % 4, j):
            share = system[up, j] * system[up, up]
            delta[j] -= share * delta[up]
            for k in range(j, count):
                row[k] -= share * system[up, k]
        for k in range(j, count):
            system[j, k] = row[k]
        system[j, j] = 1.0 / row[j]
    for j in range(count - 1, -1, -1):
        total = delta[j]
        for k in range(j + 1, count):
            total -= system[j, k] * delta[k]
        delta[j] = total * system[j, j]


@compiled
def couple(patch: Patch, state: State, line: FloatArray, work: Work) -> None:
    """Solve the axons and their shared line together, by eliminating the axons onto the line."""
    first, count, n = patch.first, patch.last - patch.first, work.rhs.shape[1]
    backward(first, work)
    reach(patch, work)
    gather(patch, state, line, work)
    solve_line(work.system, work.delta, work.row)
    for j in range(count):
        state.phi[j] += work.delta[j] if abs(work.delta[j]) > STILL_MV else 0.0
        for i in range(n):
            work.rhs[first + j, i] += work.admittance[first + j, i] * work.delta[j]
    forward(first, work)
    backward(0, work)
    for j in range(count):
        for i in range(n):
            work.solution[first + j, i] -= work.delta[j]


@compiled
def move_potentials(
    patch: Patch, state: State, current: FloatArray, phase: int, weight: float, work: Work
) -> None:
    """Take all potentials one step on: `weight` times as far as the step looks ahead."""
    open_nodes(patch, state, work)
    load(patch, state, current, work)
    if patch.last > patch.first:
        load_line(patch, state, work)
    factor(patch, work)
    forward(0, work)
    if patch.last > patch.first:
        couple(patch, state, patch.line[phase], work)
    else:
        backward(0, work)
    for k in range(state.v.shape[0]):
        for i in range(state.v.shape[1]):
            move = weight * work.solution[k, i]
            state.v[k, i] += move if abs(move) > STILL_MV else 0.0


@compiled
def _place(potential: float, per_mv: float, top: int) -> tuple[int, float]:
    """Return the row of the table below this potential and how far it lies towards the next one."""
    place = (potential - LOWEST_MV) * per_mv
    if not place > 0.0:  # so that what is not a number stays inside the table, too
        place = 0.0
    place = min(place, float(top))
    row = int(place)
    return row, place - row


@compiled
def _move(table: FloatArray, row: int, part: float, gate: int, value: float) -> float:
    """Return how far a gate moves in one step: the share of the way to its goal that the table gives."""
    goal: float = table[row, 4 * gate] + part * table[row, 4 * gate + 1]
    share: float = table[row, 4 * gate + 2] + part * table[row, 4 * gate + 3]
    return share * (goal - value)


@compiled
def move_gates(patch: Patch, state: State, table: FloatArray, per_mv: float) -> None:
    """Take all gates one step on, by linear interpolation in `rates.target_table`."""
    gates, top = state.gates, table.shape[0] - 1
    for node in range(patch.nodes.size):
        k = patch.nodes[node]
        for i in range(state.v.shape[1]):
            row, part = _place(state.v[k, i], per_mv, top)
            move = _move(table, row, part, 3, gates[3, node, i])
            if patch.shift[node, i] != 0.0:
                row, part = _place(state.v[k, i] + patch.shift[node, i], per_mv, top)
            gates[0, node, i] += _move(table, row, part, 0, gates[0, node, i])
            gates[1, node, i] += _move(table, row, part, 1, gates[1, node, i])
            gates[2, node, i] += _move(table, row, part, 2, gates[2, node, i])
            gates[3, node, i] += move if abs(move) > STILL_GATE else 0.0


@compiled
def move_gates_exactly(patch: Patch, state: State, dt_ms: float, work: Work) -> None:
    """Take all gates one step on, with the rates' own formulas."""
    for node in range(patch.nodes.size):
        k = patch.nodes[node]
        for i in range(state.v.shape[1]):
            gate_targets(state.v[k, i] + patch.shift[node, i], state.v[k, i], dt_ms, work.target)
            for gate in range(4):
                move = work.target[gate + 4] * (work.target[gate] - state.gates[gate, node, i])
                state.gates[gate, node, i] += move if abs(move) > STILL_GATE else 0.0
