"""The shared lines of patches with their axons eliminated onto them: small symmetric systems, solved at once.

One patch is calculated row by row, its axons four at a time; patches side by side element by element, each
instruction serving eight of them. Systems are (count, count P), the upper half used; the lines' steps
(count, P).
"""

from facialis.simulate.cable import Patch, State, Work
from facialis.simulate.compiled import compiled
from facialis.simulate.wide import WIDE, Wide, at, each, put, together
from facialis.types import FloatArray


@compiled
def of_lanes(values: FloatArray, row: int) -> Wide:
    """Return what eight lanes have of their patches' values: `values` (rows, P) in row `row`."""
    return each(values[row, 0]) if values.shape[1] == 1 else at(values, (row, 0))


@compiled
def add_lanes(lanes: Wide, values: FloatArray, row: int) -> None:
    """Add what eight lanes have to their patches' values."""
    if values.shape[1] == 1:
        values[row, 0] += together(lanes)
    else:
        put(values, (row, 0), at(values, (row, 0)) + lanes)


@compiled
def line_balance(patch: Patch, state: State, line: FloatArray, work: Work) -> None:
    """Set work.system to the lines alone with the membranes they pass, work.delta to what flows into them."""
    first, count, patches = patch.first, patch.last - patch.first, line.shape[1]
    phi, system, delta, diagonal = state.phi, work.system, work.delta, work.diagonal
    for j in range(count):
        for p in range(patches):
            before = phi[j - 1, p] if j > 0 else 0.0
            after = phi[j + 1, p] if j < count - 1 else 0.0
            delta[j, p] = line[j, p] * (before - phi[j, p]) + line[j + 1, p] * (after - phi[j, p])
            diagonal[j, p] = line[j, p] + line[j + 1, p]
        for i in range(0, work.lane.size, WIDE):
            joined, admittance = at(patch.joined, (i,)), at(work.admittance, (first + j, i))
            inflow = admittance * at(work.solution, (first + j, i)) - at(work.membrane, (first + j, i))
            add_lanes(joined * admittance, diagonal, j)
            add_lanes(joined * inflow, delta, j)
        for k in range((j + 1) * patches, count * patches):
            system[j, k] = 0.0
        for p in range(patches):
            system[j, j * patches + p] = diagonal[j, p]
            if j < count - 1:
                system[j, (j + 1) * patches + p] = -line[j + 1, p]


@compiled
def gather_one(work: Work) -> None:
    """Take from work.system what a patch's axons carry from place to place."""
    near, far, system = work.near, work.turned, work.system
    count, n = near.shape
    for c in range(count):
        for i in range(n):
            far[i, c] = work.far[c, i]
    for i in range(0, n - n % 4, 4):  # four axons at a time: a fourth of the traffic to and from memory
        for j in range(count):
            a, b, c, d = near[j, i], near[j, i + 1], near[j, i + 2], near[j, i + 3]
            for k in range(j, count):
                system[j, k] -= (a * far[i, k] + b * far[i + 1, k]) + (c * far[i + 2, k] + d * far[i + 3, k])
    for i in range(n - n % 4, n):
        for j in range(count):
            for k in range(j, count):
                system[j, k] -= near[j, i] * far[i, k]


@compiled
def solve_one(system: FloatArray, delta: FloatArray, row: FloatArray) -> None:
    """Solve the symmetric positive definite system, of which the upper half is given, in place.

    Row by row, each less what the rows above hand on; one over the pivots stays on the diagonal. `row`
    (count,) is room.
    """
    count = delta.size
    for j in range(count):
        for k in range(j, count):
            row[k] = system[j, k]
        for up in range(0, j - j % 4, 4):  # four rows at a time, as in gather_one
            a, b = system[up, j] * system[up, up], system[up + 1, j] * system[up + 1, up + 1]
            c, d = system[up + 2, j] * system[up + 2, up + 2], system[up + 3, j] * system[up + 3, up + 3]
            delta[j, 0] -= (a * delta[up, 0] + b * delta[up + 1, 0]) + (
                c * delta[up + 2, 0] + d * delta[up + 3, 0]
            )
            for k in range(j, count):
                row[k] -= (a * system[up, k] + b * system[up + 1, k]) + (
                    c * system[up + 2, k] + d * system[up + 3, k]
                )
        for up in range(j - j % 4, j):
            share = system[up, j] * system[up, up]
            delta[j, 0] -= share * delta[up, 0]
            for k in range(j, count):
                row[k] -= share * system[up, k]
        for k in range(j, count):
            system[j, k] = row[k]
        system[j, j] = 1.0 / row[j]
    for j in range(count - 1, -1, -1):
        total = delta[j, 0]
        for k in range(j + 1, count):
            total -= system[j, k] * delta[k, 0]
        delta[j, 0] = total * system[j, j]


@compiled
def gather_beside(work: Work) -> None:
    """The same as gather_one for patches side by side."""
    near, far, system = work.near, work.far, work.system
    count, lanes = near.shape
    for j in range(count):
        for k in range(j, count):
            left = at(system, (j, k * WIDE))
            for i in range(0, lanes, WIDE):
                left = left - at(near, (j, i)) * at(far, (k, i))
            put(system, (j, k * WIDE), left)


@compiled
def solve_beside(system: FloatArray, delta: FloatArray, shares: FloatArray) -> None:
    """The same as solve_one for patches side by side; `shares` (count WIDE,) is room."""
    count = delta.shape[0]
    for j in range(count):
        right = at(delta, (j, 0))
        for up in range(j):
            share = at(system, (up, j * WIDE)) * at(system, (up, up * WIDE))
            put(shares, (up * WIDE,), share)
            right = right - share * at(delta, (up, 0))
        put(delta, (j, 0), right)
        for k in range(j, count):
            left = at(system, (j, k * WIDE))
            for up in range(j):
                left = left - at(shares, (up * WIDE,)) * at(system, (up, k * WIDE))
            put(system, (j, k * WIDE), left)
        put(system, (j, j * WIDE), each(1.0) / at(system, (j, j * WIDE)))
    for j in range(count - 1, -1, -1):
        right = at(delta, (j, 0))
        for k in range(j + 1, count):
            right = right - at(system, (j, k * WIDE)) * at(delta, (k, 0))
        put(delta, (j, 0), right * at(system, (j, j * WIDE)))
