"""What the inner loop of the spike tier works on: nerve, lesion, what is remembered, what is to come."""

from typing import NamedTuple

from facialis.simulate.cable import IntArray
from facialis.simulate.compiled import compiled_with_memory
from facialis.types import FloatArray

BLOCK_MS = 1.0
RING = 64
"""Blocks of the past that the nucleus remembers: its latest answer comes after 43."""


class Wiring(NamedTuple):
    """What does not change. (axons,): `patch`, `shift_mv`, `share` of the nerve, `r1` (1: has the early one).

    Members of patch p are `members[start[p]:start[p + 1]]`; `layer[p]` (patches,) is which lesion it has.
    """

    patch: IntArray
    layer: IntArray
    start: IntArray
    members: IntArray
    shift_mv: FloatArray
    share: FloatArray
    r1: FloatArray


class Rules(NamedTuple):
    """The layers of a lesion on a uniform axis of readiness from `low_mv` in steps of 1 / `per_mv`.

    `kick` (layers, points) is how likely a kick of noise fires an axon, `train` (layers, points) how many
    spikes follow, `answer` (layers, phases, sizes, active, points) how likely a silent neighbour fires; sizes
    are 3, 4, 5. Arrays of (layers,) and the constants: see `facialis.simulate.lesion` and `SpikeSettings`.
    """

    low_mv: float
    per_mv: float
    kick: FloatArray
    train: FloatArray
    answer: FloatArray
    beat_ms: float
    noise_hz: float
    field_hz: FloatArray
    field_ms: float
    refractory_ms: float
    ready_ms: FloatArray
    together_ms: float
    delay_ms: FloatArray
    jitter_ms: FloatArray
    interval_ms: FloatArray
    interval_cv: FloatArray
    crossing: FloatArray
    potassium_mv: float
    potassium_step: float
    potassium_ms: float
    mixing_ms: float
    pump_mv: float
    pump_step: float
    pump_ms: float
    fatigue_mv: float
    fatigue_ms: float
    nucleus: float
    f_chance: float
    f_ms: float
    r1_gain: float
    r2_gain: float
    reflex_floor: float
    nucleus_step: float
    nucleus_ms: float


class Inputs(NamedTuple):
    """What comes from outside: `readiness_mv` (blocks,) and spikes of the nucleus in the order of time."""

    readiness_mv: FloatArray
    volley_ms: FloatArray
    volley_axon: IntArray


class Heap(NamedTuple):
    """Spikes to come, the next one first: (room,) each. `full` (1,) is 1 once there was no room for one."""

    time_ms: FloatArray
    axon: IntArray
    kind: IntArray
    full: IntArray


class Memory(NamedTuple):
    """What changes.

    (axons,): `last_ms` spike, `expected_ms` (when a neighbour's answer is due), `left` spikes of a train,
    `pump`, `fatigue`, `cumulated` chances; (patches,): `potassium`; `ring` (RING,) the share of the
    nerve that fired in each of the last blocks. `scalar`: field, fatigue of the nucleus, share that has fired
    in this block. `cursor`: spikes to come, next volley.
    """

    last_ms: FloatArray
    expected_ms: FloatArray
    left: IntArray
    pump: FloatArray
    fatigue: FloatArray
    cumulated: FloatArray
    potassium: FloatArray
    ring: FloatArray
    scalar: FloatArray
    cursor: IntArray


class Record(NamedTuple):
    """Room for the spikes found, (room,) each."""

    time_ms: FloatArray
    axon: IntArray
    kind: IntArray


@compiled_with_memory
def push(heap: Heap, size: int, time_ms: float, axon: int, kind: int) -> int:
    """Add a spike to come; return how many there are. Where there is no room, none is added."""
    if size >= heap.time_ms.size:
        heap.full[0] = 1
        return size
    child = size
    while child > 0:
        parent = (child - 1) // 2
        if heap.time_ms[parent] <= time_ms:
            break
        heap.time_ms[child], heap.axon[child] = heap.time_ms[parent], heap.axon[parent]
        heap.kind[child] = heap.kind[parent]
        child = parent
    heap.time_ms[child], heap.axon[child], heap.kind[child] = time_ms, axon, kind
    return size + 1


@compiled_with_memory
def drop_first(heap: Heap, size: int) -> int:
    """Remove the next spike; return how many are left."""
    size -= 1
    time_ms, axon, kind = heap.time_ms[size], heap.axon[size], heap.kind[size]
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= size:
            break
        if child + 1 < size and heap.time_ms[child + 1] < heap.time_ms[child]:
            child += 1
        if heap.time_ms[child] >= time_ms:
            break
        heap.time_ms[parent], heap.axon[parent] = heap.time_ms[child], heap.axon[child]
        heap.kind[parent] = heap.kind[child]
        parent = child
    heap.time_ms[parent], heap.axon[parent], heap.kind[parent] = time_ms, axon, kind
    return size
