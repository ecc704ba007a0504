"""The inner loop of the spike tier, as machine code: thousands of axons, event by event, in blocks of 1 ms.

In a block every axon's readiness is known once; the spikes in it are taken in the order of their times from a
heap. Nothing depends on the number of threads, for one nerve is calculated by one.
"""

import math

import numpy as np

from facialis.simulate.compiled import compiled_with_memory
from facialis.simulate.spike_state import (
    BLOCK_MS,
    RING,
    Heap,
    Inputs,
    Memory,
    Record,
    Rules,
    Wiring,
    drop_first,
    push,
)
from facialis.types import FloatArray

ECTOPIC, EPHAPTIC, AFTERDISCHARGE, VOLLEY, REFLEX = range(5)
"""Kinds of spikes, in the order of `axons.ORIGINS`."""


@compiled_with_memory
def look_up(values: FloatArray, readiness_mv: float, rules: Rules) -> float:
    """Return the value at this readiness, by interpolation; beyond the ends, the last."""
    place = (readiness_mv - rules.low_mv) * rules.per_mv
    if not place > 0.0:
        place = 0.0
    row = min(int(place), values.size - 2)
    part = min(place - row, 1.0)
    value: float = values[row] + part * (values[row + 1] - values[row])
    return value


@compiled_with_memory
def readiness(axon: int, outside_mv: float, wiring: Wiring, rules: Rules, memory: Memory) -> float:
    """Return how ready an axon is to fire, as left shift in mV."""
    potassium = memory.potassium[wiring.patch[axon]]
    pump = memory.pump[axon]
    value: float = (
        wiring.shift_mv[axon]
        + outside_mv
        + rules.potassium_mv * potassium / (1.0 + potassium)
        - rules.pump_mv * pump / (1.0 + pump)
        - memory.fatigue[axon]
    )
    return value


@compiled_with_memory
def decay(rules: Rules, memory: Memory) -> None:
    """Let the slow variables go back by one block."""
    mean, potassium = 0.0, memory.potassium
    for p in range(potassium.size):
        mean += potassium[p]
    mean /= potassium.size
    kept, mixed = math.exp(-BLOCK_MS / rules.potassium_ms), 1.0 - math.exp(-BLOCK_MS / rules.mixing_ms)
    for p in range(potassium.size):
        potassium[p] = kept * (potassium[p] + mixed * (mean - potassium[p]))
    pump, fatigue = math.exp(-BLOCK_MS / rules.pump_ms), math.exp(-BLOCK_MS / rules.fatigue_ms)
    for i in range(memory.pump.size):
        memory.pump[i] *= pump
        memory.fatigue[i] *= fatigue
    memory.scalar[0] *= math.exp(-BLOCK_MS / rules.field_ms)
    memory.scalar[1] *= math.exp(-BLOCK_MS / rules.nucleus_ms)


@compiled_with_memory
def _pick(cumulated: FloatArray, goal: float) -> int:
    """Return the first axon whose cumulated chance exceeds the goal."""
    low, high = 0, cumulated.size - 1
    while low < high:
        middle = (low + high) // 2
        if cumulated[middle] > goal:
            high = middle
        else:
            low = middle + 1
    return low


@compiled_with_memory
def ignite(
    now_ms: float,
    outside_mv: float,
    wiring: Wiring,
    rules: Rules,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
) -> None:
    """Draw the spikes that noise, and the field of all others, start in this block."""
    total = 0.0
    for i in range(wiring.patch.size):
        layer = wiring.layer[wiring.patch[i]]
        kicks = rules.noise_hz + rules.field_hz[layer] * memory.scalar[0]
        chance = look_up(rules.kick[layer], readiness(i, outside_mv, wiring, rules, memory), rules)
        total += min(kicks * chance * BLOCK_MS / 1000.0, 1.0)  # no axon fires more often in a block
        memory.cumulated[i] = total
    count = rng.poisson(total) if total > 0.0 else 0
    for _ in range(count):
        axon = _pick(memory.cumulated, rng.random() * total)
        field = rules.field_hz[wiring.layer[wiring.patch[axon]]] * memory.scalar[0]
        kind = EPHAPTIC if rng.random() * (rules.noise_hz + field) < field else ECTOPIC
        at = now_ms + BLOCK_MS * rng.random()
        memory.cursor[0] = push(heap, memory.cursor[0], at, axon, kind)


@compiled_with_memory
def reflect(
    now_ms: float, wiring: Wiring, rules: Rules, memory: Memory, heap: Heap, rng: np.random.Generator
) -> None:
    """Draw the nucleus' answers to what the nerve did 11 ms ago (R1) and some 32 ms ago (R2)."""
    block = int(now_ms / BLOCK_MS + 0.5)
    early = memory.ring[(block - 11) % RING]
    late = 0.0
    for back in range(22, 43):  # the late answer is spread: a triangle of 20 ms
        late += memory.ring[(block - back) % RING] * (11.0 - abs(back - 32.0)) / 121.0
    awake = rules.nucleus / (1.0 + memory.scalar[1])
    early = rules.r1_gain * awake * early * early / (early + rules.reflex_floor)
    late = rules.r2_gain * awake * late * late / (late + rules.reflex_floor)
    n = wiring.patch.size
    for which in range(2):
        expected = n * (early if which == 0 else late)
        count = rng.poisson(expected) if expected > 0.0 else 0
        for _ in range(count):
            axon = int(rng.random() * n)
            if which == 1 or wiring.r1[axon] > 0.0:
                at = now_ms + BLOCK_MS * rng.random()
                memory.cursor[0] = push(heap, memory.cursor[0], at, axon, REFLEX)


@compiled_with_memory
def start_train(
    axon: int,
    now_ms: float,
    readiness_mv: float,
    layer: int,
    rules: Rules,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
) -> None:
    """Draw how many spikes follow this one."""
    expected = look_up(rules.train[layer], readiness_mv, rules)
    count = rng.poisson(expected) if expected > 0.0 else 0
    memory.left[axon] = count
    if count > 0:
        at = now_ms + interval(layer, rules, rng)
        memory.cursor[0] = push(heap, memory.cursor[0], at, axon, AFTERDISCHARGE)


@compiled_with_memory
def interval(layer: int, rules: Rules, rng: np.random.Generator) -> float:
    """Draw the time to a train's next spike."""
    drawn: float = rules.interval_ms[layer] * (1.0 + rules.interval_cv[layer] * rng.standard_normal())
    return max(drawn, rules.refractory_ms)


@compiled_with_memory
def excite(
    axon: int,
    now_ms: float,
    outside_mv: float,
    wiring: Wiring,
    rules: Rules,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
) -> None:
    """Let an axon's spike, with those of its patch that fire with it, excite the silent ones."""
    patch = wiring.patch[axon]
    layer = wiring.layer[patch]
    first, last = wiring.start[patch], wiring.start[patch + 1]
    size = min(last - first, 5)
    if size < 2:
        return
    active = 0
    for place in range(first, last):
        active += int(now_ms - memory.last_ms[wiring.members[place]] <= rules.together_ms)
    active = min(active, size - 1)
    phases = rules.answer.shape[1]
    phase = min(int((now_ms % rules.beat_ms) / rules.beat_ms * phases), phases - 1)
    tables = rules.answer[layer, phase, max(size, 3) - 3]
    for place in range(first, last):
        other = wiring.members[place]
        if now_ms - memory.last_ms[other] < rules.ready_ms[layer] or memory.expected_ms[other] > now_ms:
            continue
        ready = readiness(other, outside_mv, wiring, rules, memory)
        chance = look_up(tables[active - 1], ready, rules)
        if active > 1:  # it has already been spared by fewer
            before = look_up(tables[active - 2], ready, rules)
            chance = (chance - before) / (1.0 - before) if before < 1.0 else 0.0
        if rng.random() < chance:
            at = now_ms + max(0.01, rules.delay_ms[layer] + rules.jitter_ms[layer] * rng.standard_normal())
            memory.expected_ms[other] = at
            memory.cursor[0] = push(heap, memory.cursor[0], at, other, EPHAPTIC)


@compiled_with_memory
def fires(
    axon: int,
    now_ms: float,
    kind: int,
    wiring: Wiring,
    rules: Rules,
    memory: Memory,
    rng: np.random.Generator,
) -> bool:
    """Return whether a spike that is due happens: what has just fired cannot, and not all pass the lesion."""
    since, layer = now_ms - memory.last_ms[axon], wiring.layer[wiring.patch[axon]]
    if kind in (ECTOPIC, EPHAPTIC):
        return bool(since >= rules.ready_ms[layer])
    if since < rules.refractory_ms:
        return False
    if kind in (VOLLEY, REFLEX):
        return bool(rng.random() < rules.crossing[layer])
    return True


@compiled_with_memory
def spike(
    axon: int,
    now_ms: float,
    kind: int,
    outside_mv: float,
    wiring: Wiring,
    rules: Rules,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
) -> None:
    """Let an axon fire: what follows in itself, in its patch and in the nucleus."""
    ready = readiness(axon, outside_mv, wiring, rules, memory)
    memory.last_ms[axon] = now_ms
    patch = wiring.patch[axon]
    memory.potassium[patch] += rules.potassium_step / (wiring.start[patch + 1] - wiring.start[patch])
    memory.pump[axon] += rules.pump_step
    memory.fatigue[axon] += rules.fatigue_mv
    memory.scalar[0] += wiring.share[axon]
    memory.scalar[2] += wiring.share[axon]
    if kind == REFLEX:
        memory.scalar[1] += rules.nucleus_step * wiring.share[axon]
    if kind != AFTERDISCHARGE and memory.left[axon] == 0:
        start_train(axon, now_ms, ready, wiring.layer[patch], rules, memory, heap, rng)
    excite(axon, now_ms, outside_mv, wiring, rules, memory, heap, rng)
    if kind < VOLLEY and rules.nucleus > 0.0 and rng.random() < rules.nucleus * rules.f_chance:
        at = now_ms + rules.f_ms * (1.0 + 0.1 * rng.standard_normal())
        memory.cursor[0] = push(heap, memory.cursor[0], at, axon, REFLEX)


@compiled_with_memory
def happen(
    until_ms: float,
    outside_mv: float,
    wiring: Wiring,
    rules: Rules,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
    record: Record,
    found: int,
) -> int:
    """Take the spikes due before `until_ms` in the order of time; return how many have been recorded."""
    while memory.cursor[0] > 0 and heap.time_ms[0] < until_ms:
        now_ms, axon, kind = heap.time_ms[0], heap.axon[0], heap.kind[0]
        memory.cursor[0] = drop_first(heap, memory.cursor[0])
        if fires(axon, now_ms, kind, wiring, rules, memory, rng):
            record.time_ms[found], record.axon[found], record.kind[found] = now_ms, axon, kind
            found += 1
            spike(axon, now_ms, kind, outside_mv, wiring, rules, memory, heap, rng)
        if kind == AFTERDISCHARGE:
            memory.left[axon] -= 1
            if memory.left[axon] > 0:
                at = now_ms + interval(wiring.layer[wiring.patch[axon]], rules, rng)
                memory.cursor[0] = push(heap, memory.cursor[0], at, axon, AFTERDISCHARGE)
    return found


@compiled_with_memory
def run_blocks(
    first: int,
    last: int,
    wiring: Wiring,
    rules: Rules,
    inputs: Inputs,
    memory: Memory,
    heap: Heap,
    rng: np.random.Generator,
    record: Record,
) -> int:
    """Calculate blocks `first` up to, not including, `last`; return how many spikes were recorded."""
    found = 0
    for block in range(first, last):
        now_ms, outside_mv = block * BLOCK_MS, inputs.readiness_mv[block]
        ignite(now_ms, outside_mv, wiring, rules, memory, heap, rng)
        if rules.nucleus > 0.0:
            reflect(now_ms, wiring, rules, memory, heap, rng)
        while memory.cursor[1] < inputs.volley_ms.size:
            at = inputs.volley_ms[memory.cursor[1]]
            if at >= now_ms + BLOCK_MS:
                break
            axon = inputs.volley_axon[memory.cursor[1]]
            memory.cursor[0] = push(heap, memory.cursor[0], at, axon, VOLLEY)
            memory.cursor[1] += 1
        memory.scalar[2] = 0.0
        found = happen(now_ms + BLOCK_MS, outside_mv, wiring, rules, memory, heap, rng, record, found)
        memory.ring[block % RING] = memory.scalar[2]
        decay(rules, memory)
    return found
