"""One time step of axons side by side: the inner loop of the nerve, as machine code.

Each axon is a row of compartments. Arrays are (compartments, lanes) unless said otherwise: an axon has a
lane, so that one instruction serves eight axons. The axons of a patch share one line of extracellular fluid
in the lesion, whose potential acts back on all of them: that is the ephapse. Small patches are calculated
side by side, `BESIDE` of them. Units: mV, ms, nF, uS, nA.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.simulate.compiled import compiled
from facialis.simulate.wide import WIDE, Wide, above, at, each, put
from facialis.types import FloatArray

IntArray = npt.NDArray[np.intp]
E_NA_MV, E_K_MV = 50.0, -90.0
STILL_MV, STILL_GATE = 1e-12, 1e-13
"""What would move by less in one step stands still. Rounding alone would keep a patch at rest trembling in
its last bits for ever, so that one could never know that nothing happens. It costs less than 1e-8 mV."""
_CACHE_LINE = 64
BESIDE = WIDE
"""Patches calculated side by side."""


class Patch(NamedTuple):
    """What does not change of one patch, or of several side by side: m compartments, N of them nodes.

    There is a multiple of eight lanes. Of P patches, 1 or eight, lane s P + p is the s-th axon of patch p.
    `leak` (m, lanes); `leak_current`, leak times its reversal potential; `admittance`, leak plus capacity
    over the time by which a step looks ahead; `axial` (m + 1, lanes), of which row k joins compartments k - 1
    and k and the outer two are 0 (sealed ends); `nodes` (N,), the nodes' compartments; `fast_sodium`,
    `persistent_sodium`, `potassium` (N, lanes), the conductances with all gates open; `shift` (N, lanes), the
    left shift of the sodium gates. The shared line runs along the compartments from `first` up to, not
    including, `last`; `line` (phases, last - first + 1, P) are its conductances in each phase of the pulse,
    the outer two to the fluid around the nerve, whose potential is 0. `joined` (lanes,) is 1 where an axon
    lies on its patch's line; a lane without an axon is 0, and so is an axon that lies alone. `member`
    (lanes,) is which axon of the nerve a lane is, -1 for none.
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
    joined: FloatArray
    member: IntArray


class State(NamedTuple):
    """What changes: potentials `v` (m, lanes), `gates` (4, N, lanes), the lines' `phi` (last - first, P)."""

    v: FloatArray
    gates: FloatArray
    phi: FloatArray


class Work(NamedTuple):
    """Room for the calculation, so that the inner loop allocates nothing.

    `admittance`, `conductance` and `drive` (m, lanes) are the patch's but for the nodes, whose gates set
    them: a membrane lets drive - conductance v in. `curve` (N, 24, lanes) is the row of the table of rates
    that each node is in, `row` (2, N, lanes) which one that is, for the sodium gates and for potassium's.
    What the others hold means nothing after a step.
    """

    admittance: FloatArray
    conductance: FloatArray
    drive: FloatArray
    membrane: FloatArray
    rhs: FloatArray
    pivot: FloatArray
    ratio: FloatArray
    carried: FloatArray
    solution: FloatArray
    near: FloatArray
    far: FloatArray
    turned: FloatArray
    system: FloatArray
    shares: FloatArray
    delta: FloatArray
    diagonal: FloatArray
    lane: FloatArray
    target: FloatArray
    curve: FloatArray
    row: FloatArray


def aligned(values: FloatArray) -> FloatArray:
    """Return a copy that begins where a line of the processor's cache does: vectors then lie in one each."""
    bytes_ = np.zeros(values.nbytes + _CACHE_LINE, np.uint8)
    start = -bytes_.ctypes.data % _CACHE_LINE
    copy: FloatArray = bytes_[start : start + values.nbytes].view(values.dtype).reshape(values.shape)
    copy[...] = values
    return copy


def make_work(patch: Patch) -> Work:
    """Return room for stepping this patch."""
    m, lanes = patch.leak.shape
    nodes, count, patches = patch.nodes.size, patch.last - patch.first, patch.line.shape[2]
    shapes: list[tuple[int, ...]] = (
        [(m, lanes)] * 6 + [(count, lanes)] * 2 + [(lanes, count), (count, count * patches)]
    )
    shapes += [(count * patches,)] + [(count, patches)] * 2 + [(lanes,), (8,), (nodes, 24, lanes)]
    own = [patch.admittance, patch.leak, patch.leak_current]
    values = [*own, *(np.zeros(shape) for shape in shapes), np.full((2, nodes, lanes), -1.0)]
    return Work(*(aligned(value) for value in values))


@compiled
def middle(patch: Patch) -> tuple[int, int]:
    """Return the compartments, from and up to, at which eliminations from both ends meet: the line's."""
    half = patch.leak.shape[0] // 2
    return (patch.first, patch.last) if patch.last > patch.first else (half, half + 1)


@compiled
def _inward(state: State, work: Work, k: int, i: int) -> Wide:
    """Return the current in through the membrane."""
    return at(work.drive, (k, i)) - at(work.conductance, (k, i)) * at(state.v, (k, i))


@compiled
def _along(patch: Patch, state: State, k: int, i: int) -> Wide:
    """Return the current that comes along the axon."""
    v, here = state.v, at(state.v, (k, i))
    before, after = max(k - 1, 0), min(k + 1, v.shape[0] - 1)  # beyond the ends axial is 0
    inflow = at(patch.axial, (k, i)) * (at(v, (before, i)) - here)
    outflow = at(patch.axial, (k + 1, i)) * (here - at(v, (after, i)))
    return inflow - outflow


@compiled
def load(patch: Patch, state: State, current: FloatArray, work: Work) -> None:
    """Set the current through each membrane, and all current into a compartment, along the line.

    That into all others is worked out where it is needed.
    """
    for k in range(patch.first - 1, patch.last + 1):
        for i in range(0, work.lane.size, WIDE):
            inward = _inward(state, work, k, i)
            put(work.membrane, (k, i), inward)
            put(work.rhs, (k, i), inward + at(current, (k, i)) + _along(patch, state, k, i))


@compiled
def _all_current(patch: Patch, state: State, current: FloatArray, work: Work, k: int, i: int) -> Wide:
    """Return all current into a compartment: loaded at the line, elsewhere worked out."""
    if patch.last > patch.first and patch.first - 1 <= k <= patch.last:
        return at(work.rhs, (k, i))
    return _inward(state, work, k, i) + at(current, (k, i)) + _along(patch, state, k, i)


@compiled
def eliminate(patch: Patch, state: State, current: FloatArray, work: Work) -> None:
    """Eliminate along every axon: from the far end to the middle, then from the near end to the middle's end.

    work.pivot is one over the pivots, work.ratio what share of its own change a compartment makes of its
    next one's, work.carried the current with what was handed on.
    """
    axial, ratio, carried = patch.axial, work.ratio, work.carried
    m, lanes = ratio.shape
    stop = middle(patch)[1]
    for k in range(m - 1, stop - 1, -1):
        for i in range(0, lanes, WIDE):
            kept, brought = at(axial, (k + 1, i)), _all_current(patch, state, current, work, k, i)
            if k + 1 < m:
                past = at(ratio, (k + 1, i))
                kept = kept - kept * past
                brought = brought + past * at(carried, (k + 1, i))
            put(carried, (k, i), brought)
            _pivot(work, at(axial, (k, i)), kept, k, i)
    for k in range(stop):
        for i in range(0, lanes, WIDE):
            kept, brought = at(axial, (k, i)), _all_current(patch, state, current, work, k, i)
            if k > 0:
                past = at(ratio, (k - 1, i))
                kept = kept - kept * past
                brought = brought + past * at(carried, (k - 1, i))
            if k == stop - 1:
                past = at(ratio, (k + 1, i))
                kept = kept - at(axial, (k + 1, i)) * past
                brought = brought + past * at(carried, (k + 1, i))
            put(carried, (k, i), brought)
            _pivot(work, at(axial, (k + 1, i)), kept, k, i)


@compiled
def _pivot(work: Work, onward: Wide, kept: Wide, k: int, i: int) -> None:
    """Set one over the pivot and the ratio handed on through the conductance `onward`."""
    pivot = each(1.0) / (at(work.admittance, (k, i)) + onward + kept)
    put(work.pivot, (k, i), pivot)
    put(work.ratio, (k, i), onward * pivot)


@compiled
def forward(patch: Patch, work: Work) -> None:
    """Carry work.rhs, changed in the middle, along it anew."""
    ratio, carried = work.ratio, work.carried
    start, stop = middle(patch)
    for k in range(start, stop):
        for i in range(0, ratio.shape[1], WIDE):
            brought = at(work.rhs, (k, i)) + at(ratio, (k - 1, i)) * at(carried, (k - 1, i))
            if k == stop - 1:
                brought = brought + at(ratio, (stop, i)) * at(carried, (stop, i))
            put(carried, (k, i), brought)


@compiled
def _inside(work: Work, k: int, beyond: int, i: int) -> Wide:
    """Return a compartment's step, from that of its neighbour `beyond` that was solved before it."""
    own = at(work.carried, (k, i)) * at(work.pivot, (k, i))
    return own + at(work.ratio, (k, i)) * at(work.solution, (beyond, i))


@compiled
def backward(start: int, stop: int, work: Work) -> None:
    """Solve from the middle's end, the one before `stop`, back to `start`: how far the inside moves."""
    for i in range(0, work.lane.size, WIDE):
        put(work.solution, (stop - 1, i), at(work.carried, (stop - 1, i)) * at(work.pivot, (stop - 1, i)))
    for k in range(stop - 2, start - 1, -1):
        for i in range(0, work.lane.size, WIDE):
            put(work.solution, (k, i), _inside(work, k, k + 1, i))


@compiled
def _move(state: State, k: int, i: int, step: Wide) -> None:
    put(state.v, (k, i), at(state.v, (k, i)) + above(step, each(STILL_MV)))


@compiled
def follow(patch: Patch, state: State, weight: float, work: Work) -> None:
    """Solve along every axon, the middle's right sides being known, and move the potentials.

    They move `weight` times as far as the linear system looks ahead; at the line, where its step is taken off
    the step inside, by `move_at_line` instead.
    """
    start, stop = middle(patch)
    far = each(weight)
    backward(start, stop, work)
    if patch.last == patch.first:
        for i in range(0, work.lane.size, WIDE):
            _move(state, start, i, far * at(work.solution, (start, i)))
    for k in range(start - 1, -1, -1):
        for i in range(0, work.lane.size, WIDE):
            inside = _inside(work, k, k + 1, i)
            put(work.solution, (k, i), inside)
            _move(state, k, i, far * inside)
    for k in range(stop, state.v.shape[0]):
        for i in range(0, work.lane.size, WIDE):
            inside = _inside(work, k, k - 1, i)
            put(work.solution, (k, i), inside)
            _move(state, k, i, far * inside)
