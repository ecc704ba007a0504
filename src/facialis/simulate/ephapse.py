"""Axons and the fluid they share, moved together by one step: the ephapse.

The step is linear in the potentials, because the gates stand still while the potentials move and move while
those stand still (staggered by half a step: Hines 1984, 10.1016/0020-7101(84)90008-4). Each axon is a
tridiagonal system; the shared line joins them. The axons are eliminated onto the line (a Schur complement),
the line is solved, and the axons follow: the coupled step is exact to rounding, without iteration.
"""

from facialis.simulate.cable import STILL_MV, Patch, State, Work, backward, factor, forward, load
from facialis.simulate.compiled import compiled
from facialis.simulate.gating import open_nodes
from facialis.types import FloatArray


@compiled
def load_line(patch: Patch, state: State, work: Work) -> None:
    """Add to work.rhs the current along each axon that the shared line's potential drives."""
    first, last, inflow, outflow = patch.first, patch.last, work.last_ratio, work.last_carried
    n = work.rhs.shape[1]
    for i in range(n):
        inflow[i] = 0.0
    for k in range(first - 1, last + 1):
        here = state.phi[k - first] if first <= k < last else 0.0
        after = state.phi[k + 1 - first] if k + 1 < last else 0.0
        drop = here - after
        for i in range(n):
            outflow[i] = patch.axial[k + 1, i] * drop
        for i in range(n):
            work.rhs[k, i] += inflow[i] - outflow[i]
        for i in range(n):
            inflow[i] = outflow[i]


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
