"""One time step of a patch of axons: the inner loop of the nerve, as machine code.

A patch is a few axons side by side, each a row of compartments. In the lesion they share one line of
extracellular fluid whose potential acts back on all of them: that is the ephapse. Units: mV, ms, nF, uS, nA.
Arrays are (compartments, axons) unless said otherwise, so that one instruction serves several axons.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.simulate.compiled import compiled
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
    """Room for the calculation, so that the inner loop allocates nothing; contents mean nothing after it.

    But for `admittance`, which between the nodes is the patch's.
    """

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
    work = Work(*(np.zeros(shape) for shape in shapes))
    work.admittance[:] = patch.admittance  # between the nodes it stays so
    return work


@compiled
def load(patch: Patch, state: State, current: FloatArray, work: Work) -> None:
    """Set the nodes' admittance, the current in through each membrane, and all current into a compartment."""
    v, axial, rhs, membrane = state.v, patch.axial, work.rhs, work.membrane
    m, n = v.shape
    for k in range(m):
        for i in range(n):
            membrane[k, i] = patch.leak_current[k, i] - patch.leak[k, i] * v[k, i]
    for node in range(patch.nodes.size):
        k = patch.nodes[node]
        for i in range(n):
            sodium, potassium = work.sodium[node, i], work.potassium[node, i]
            membrane[k, i] += sodium * (E_NA_MV - v[k, i]) + potassium * (E_K_MV - v[k, i])
            work.admittance[k, i] = patch.admittance[k, i] + sodium + potassium
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
