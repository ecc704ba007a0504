"""A patch stepped through time: pulses in, spikes out, and nothing calculated where nothing happens."""

from typing import NamedTuple

from facialis.simulate.cable import IntArray, Patch, State, Work
from facialis.simulate.compiled import compiled
from facialis.simulate.ephapse import move_potentials
from facialis.simulate.gating import move_gates, move_gates_exactly
from facialis.simulate.wide import WIDE, at, each, put, rises
from facialis.types import FloatArray


class Plan(NamedTuple):
    """How to step: `table` of gate targets with rows `1 / per_mv` apart, or `exact` rates; steps of `dt_ms`.

    `weight` is how many times as far as the linear system looks ahead a step goes; `phase_steps` how many
    steps a phase of the pulse lasts; `check_steps` after how many steps to look whether the patch is at rest.
    """

    table: FloatArray
    per_mv: float
    exact: bool
    dt_ms: float
    weight: float
    steps: int
    phase_steps: int
    threshold_mv: float
    tolerance: float
    check_steps: int
    skip: bool


class Changes(NamedTuple):
    """Where and when the current that is put in changes, all (changes,), in the order of time.

    `sign` is 1 where a pulse begins and -1 where one ends; `current` is by how many nA it changes.
    """

    step: IntArray
    compartment: IntArray
    axon: IntArray
    current: FloatArray
    sign: IntArray


class Found(NamedTuple):
    """Room for spikes: `time_ms`, `place` (which of the recorded nodes) and `axon`."""

    time_ms: FloatArray
    place: IntArray
    axon: IntArray


class Room(NamedTuple):
    """Room for `current` put in and for how many pulses are `running`, both (m, n), and for what potentials
    the recorded nodes had `before` a step, (recorded, n). The first two start at 0."""

    current: FloatArray
    running: IntArray
    before: FloatArray


@compiled
def step_once(patch: Patch, state: State, current: FloatArray, phase: int, plan: Plan, work: Work) -> None:
    """Take potentials, then gates, one step on."""
    move_potentials(patch, state, current, phase, plan.weight, work)
    if plan.exact:
        move_gates_exactly(patch, state, plan.dt_ms, work)
    else:
        move_gates(patch, state, plan.table, plan.per_mv, work)


@compiled
def _copy(source: State, goal: State) -> None:
    for k in range(source.v.shape[0]):
        for i in range(source.v.shape[1]):
            goal.v[k, i] = source.v[k, i]
    for gate in range(4):
        for node in range(source.gates.shape[1]):
            for i in range(source.gates.shape[2]):
                goal.gates[gate, node, i] = source.gates[gate, node, i]
    for j in range(source.phi.shape[0]):
        for p in range(source.phi.shape[1]):
            goal.phi[j, p] = source.phi[j, p]


@compiled
def distance(one: State, other: State) -> float:
    """Return the largest difference between two states, in mV or shares of a gate."""
    largest = 0.0
    for k in range(one.v.shape[0]):
        for i in range(one.v.shape[1]):
            largest = max(largest, abs(one.v[k, i] - other.v[k, i]))
    for gate in range(4):
        for node in range(one.gates.shape[1]):
            for i in range(one.gates.shape[2]):
                largest = max(largest, abs(one.gates[gate, node, i] - other.gates[gate, node, i]))
    for j in range(one.phi.shape[0]):
        for p in range(one.phi.shape[1]):
            largest = max(largest, abs(one.phi[j, p] - other.phi[j, p]))
    return largest


@compiled
def _put_in(changes: Changes, cursor: int, step: int, room: Room) -> int:
    """Apply the changes due; return the next one. Where no pulse is left, the current is exactly 0."""
    while cursor < changes.step.size and changes.step[cursor] <= step:
        k, i = changes.compartment[cursor], changes.axon[cursor]
        room.current[k, i] += changes.current[cursor]
        room.running[k, i] += changes.sign[cursor]
        if room.running[k, i] == 0:
            room.current[k, i] = 0.0
        cursor += 1
    return cursor


@compiled
def _note(state: State, recorded: IntArray, before: FloatArray) -> None:
    for place in range(recorded.size):
        for i in range(before.shape[1]):
            before[place, i] = state.v[recorded[place], i]


@compiled
def _find(
    state: State, recorded: IntArray, before: FloatArray, step: int, plan: Plan, found: Found, spikes: int
) -> int:
    """Write down which recorded nodes rose through the threshold in this step; return the count so far."""
    for place in range(recorded.size):
        k = recorded[place]
        for i in range(0, before.shape[1], WIDE):
            after = at(state.v, (k, i))
            if rises(at(before, (place, i)), after, each(plan.threshold_mv)):  # almost never
                spikes = _write_down(before, state.v, place, k, i, step, plan, found, spikes)
            put(before, (place, i), after)
    return spikes


@compiled
def _write_down(
    before: FloatArray,
    v: FloatArray,
    place: int,
    k: int,
    i: int,
    step: int,
    plan: Plan,
    found: Found,
    spikes: int,
) -> int:
    for axon in range(i, i + WIDE):
        low, high = before[place, axon], v[k, axon]
        if low < plan.threshold_mv <= high and spikes < found.time_ms.size:
            found.time_ms[spikes] = plan.dt_ms * (step + (plan.threshold_mv - low) / (high - low))
            found.place[spikes], found.axon[spikes] = place, axon
            spikes += 1
    return spikes


@compiled
def run(
    patch: Patch,
    state: State,
    rest: State,
    has_rest: bool,
    changes: Changes,
    recorded: IntArray,
    plan: Plan,
    work: Work,
    room: Room,
    found: Found,
) -> tuple[int, int]:
    """Step the patch, writing spikes to `found`; return how many there were and how many steps were skipped.

    A patch within the tolerance of `rest` is put there, whether steps are skipped or not; a step from rest
    leads to rest, to the last bit. So skipping changes nothing.
    """
    spikes, skipped, cursor, step, active = 0, 0, 0, 0, 0
    resting = has_rest and distance(state, rest) == 0.0
    _note(state, recorded, room.before)
    while step < plan.steps:
        first = cursor
        cursor = _put_in(changes, cursor, step, room)
        for change in range(first, cursor):
            active += changes.sign[change]
        if resting and active == 0 and plan.skip:
            goal = min(plan.steps, changes.step[cursor]) if cursor < changes.step.size else plan.steps
            skipped += goal - step
            step = goal
            continue
        phase = (step // plan.phase_steps) % patch.line.shape[0]
        step_once(patch, state, room.current, phase, plan, work)
        spikes = _find(state, recorded, room.before, step, plan, found, spikes)
        step += 1
        if active > 0:
            resting = False
        elif not resting and has_rest and step % plan.check_steps == 0:
            resting = distance(state, rest) <= plan.tolerance
            if resting:
                _copy(rest, state)
    return spikes, skipped
