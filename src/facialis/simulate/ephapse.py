"""Axons and the fluid they share, moved together by one step: the ephapse.

The step is linear in the potentials, because the gates stand still while the potentials move and move while
those stand still (staggered by half a step: Hines 1984, 10.1016/0020-7101(84)90008-4). Each axon is a
tridiagonal system; the shared line joins them. The axons are eliminated onto the line (a Schur complement),
the line is solved, and the axons follow: the coupled step is exact to rounding, without iteration.
"""

from facialis.simulate.cable import (
    STILL_MV,
    Patch,
    State,
    Work,
    backward,
    eliminate,
    follow,
    forward,
    load,
)
from facialis.simulate.compiled import compiled
from facialis.simulate.gating import open_nodes
from facialis.simulate.line import gather_beside, gather_one, line_balance, of_lanes, solve_beside, solve_one
from facialis.simulate.wide import WIDE, above, at, each, put
from facialis.types import FloatArray


@compiled
def load_line(patch: Patch, state: State, work: Work) -> None:
    """Add to work.rhs the current along each axon that the shared line's potential drives."""
    rhs, axial = work.rhs, patch.axial
    for j in range(patch.last - patch.first):
        k, phi = patch.first + j, of_lanes(state.phi, j)
        for i in range(0, work.lane.size, WIDE):
            before, after = at(axial, (k, i)) * phi, at(axial, (k + 1, i)) * phi
            put(rhs, (k - 1, i), at(rhs, (k - 1, i)) + before)
            put(rhs, (k, i), at(rhs, (k, i)) - (before + after))
            put(rhs, (k + 1, i), at(rhs, (k + 1, i)) + after)


@compiled
def reach(patch: Patch, work: Work) -> None:
    """Set work.near and work.far: near[j, i] far[k, i] is what k's fluid does to j's through axon i, j <= k.

    The inverse of a tridiagonal matrix has entries that are products of two such factors. An axon that is
    not joined to the line does nothing.
    """
    first, count, near, lanes = patch.first, patch.last - patch.first, work.near, work.lane.size
    for c in range(count):
        for i in range(0, lanes, WIDE):
            one = each(1.0)
            put(near, (c, i), one if c == 0 else at(near, (c - 1, i)) * at(work.ratio, (first + c - 1, i)))
    for c in range(count - 1, -1, -1):
        k = first + c
        for i in range(0, lanes, WIDE):
            inverse, ratio = at(work.pivot, (k, i)), at(work.ratio, (k, i))
            if c < count - 1:
                inverse = inverse + ratio * ratio * at(work.lane, (i,))
            put(work.lane, (i,), inverse)
            admittance, product = at(work.admittance, (k, i)), at(near, (c, i))
            put(work.far, (c, i), at(patch.joined, (i,)) * admittance * inverse * product)
            put(near, (c, i), admittance / product)


@compiled
def solve_line(patch: Patch, state: State, line: FloatArray, work: Work) -> None:
    """Set work.delta to the steps of the lines' potentials, all axons eliminated onto their lines."""
    line_balance(patch, state, line, work)
    if line.shape[1] == 1:
        gather_one(work)
        solve_one(work.system, work.delta, work.shares)
    else:
        gather_beside(work)
        solve_beside(work.system, work.delta, work.shares)


@compiled
def couple(patch: Patch, state: State, line: FloatArray, work: Work) -> None:
    """Solve the axons and their shared line together, by eliminating the axons onto the line."""
    backward(patch.first, patch.last, work)
    reach(patch, work)
    solve_line(patch, state, line, work)
    for j in range(patch.last - patch.first):
        k, delta = patch.first + j, of_lanes(work.delta, j)
        for p in range(line.shape[1]):
            state.phi[j, p] += work.delta[j, p] if abs(work.delta[j, p]) > STILL_MV else 0.0
        for i in range(0, work.lane.size, WIDE):
            put(work.rhs, (k, i), at(work.rhs, (k, i)) + at(work.admittance, (k, i)) * delta)
    forward(patch, work)


@compiled
def move_at_line(patch: Patch, state: State, weight: float, work: Work) -> None:
    """Move the potentials across the membranes along the line, less the step of its own potential."""
    for j in range(patch.last - patch.first):
        k, delta = patch.first + j, of_lanes(work.delta, j)
        for i in range(0, work.lane.size, WIDE):
            step = each(weight) * (at(work.solution, (k, i)) - delta)
            put(state.v, (k, i), at(state.v, (k, i)) + above(step, each(STILL_MV)))


@compiled
def move_potentials(
    patch: Patch, state: State, current: FloatArray, phase: int, weight: float, work: Work
) -> None:
    """Take all potentials one step on: `weight` times as far as the step looks ahead."""
    coupled = patch.last > patch.first
    open_nodes(patch, state, work)
    if coupled:
        load(patch, state, current, work)
        load_line(patch, state, work)
    eliminate(patch, state, current, work)
    if coupled:
        couple(patch, state, patch.line[phase], work)
    follow(patch, state, weight, work)
    if coupled:
        move_at_line(patch, state, weight, work)
