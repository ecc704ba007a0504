"""A nerve fires: pulses go in, spikes come out. Importing this module imports numba and may compile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.cable import IntArray, Patch, State, aligned, make_work
from facialis.simulate.nerve import Nerve, NerveSettings, Pulses, Spikes
from facialis.simulate.patch import assemble, blocks, padded, step_weight, uniform_state
from facialis.simulate.rates import target_table
from facialis.simulate.stepping import Changes, Found, Plan, Room, distance, run, step_once
from facialis.types import FloatArray

START_MV = -84.0
"""Close to rest; only where the search for rest begins."""
_SETTLE_AHEAD_MS = 1.0
"""The search for rest looks 1 ms ahead with the gates at their goals: myelin settles in a few hundred such
steps, where true ones would be hundreds of thousands."""
_FOREVER_MS = 1e9
_SETTLE_STEPS, _POLISH_STEPS, _CHUNK_STEPS = 5000, 40_000, 250
_CHECK_MS = 1.0
_SHORTEST_INTERVAL_MS = 0.4
"""No node fires faster: room for spikes is made by it."""


@dataclass(frozen=True)
class Rest:
    """A patch's state without input. `steady` where a step leads from it to itself, to the last bit."""

    state: State
    steady: bool


def discharge(
    nerve: Nerve,
    pulses: Pulses,
    duration_ms: float,
    settings: NerveSettings | None = None,
    record: IntArray | None = None,
) -> Spikes:
    """Return all spikes at the nodes `record` (all nodes, where None) within `duration_ms` from rest.

    Patches are independent of each other, and are calculated side by side and on `settings.threads` threads.
    Raises
    SettingsError where a pulse names an axon or a node that the nerve does not have.
    """
    settings = settings or NerveSettings()
    nodes = np.arange(nerve.nodes) if record is None else np.asarray(record, dtype=int)
    _check(nerve, pulses, duration_ms, nodes)
    plan = make_plan(nerve, duration_ms, settings)
    groups = blocks(nerve)

    def one(members: IntArray) -> Spikes:
        patch = assemble(nerve, members, settings)
        rest = find_rest(patch, plan)
        mine = changes(patch, members, pulses, plan.dt_ms)
        return run_patch(patch, rest.state, rest, mine, nodes, plan)

    with ThreadPoolExecutor(settings.threads) as pool:
        parts = list(pool.map(one, groups))
    return _joined(parts)


def _check(nerve: Nerve, pulses: Pulses, duration_ms: float, nodes: IntArray) -> None:
    if not 0 < duration_ms < np.inf:
        raise SettingsError(f"A nerve cannot be calculated for {duration_ms} ms; use a time above 0.")
    for name, values, count in (
        ("axon", pulses.axon, nerve.axons),
        ("node", pulses.node, nerve.nodes),
        ("node", nodes, nerve.nodes),
    ):
        wrong = values[(values < 0) | (values >= count)]
        if wrong.size:
            raise SettingsError(f"There is no {name} {wrong[0]}: this nerve has {count}, counted from 0.")


def make_plan(nerve: Nerve, duration_ms: float, settings: NerveSettings) -> Plan:
    """Return how to step through so many ms with these settings."""
    phases = nerve.coupling.shape[0]
    return Plan(
        table=target_table(settings.table_step_mv, settings.dt_ms),
        per_mv=1 / settings.table_step_mv,
        exact=settings.rates == "exact",
        dt_ms=settings.dt_ms,
        weight=step_weight(settings),
        steps=round(duration_ms / settings.dt_ms),
        phase_steps=max(1, round(nerve.beat_ms / phases / settings.dt_ms)),
        threshold_mv=settings.threshold_mv,
        tolerance=settings.rest_tolerance,
        check_steps=max(1, round(_CHECK_MS / settings.dt_ms)),
        skip=settings.skip_rest,
    )


def find_rest(patch: Patch, plan: Plan) -> Rest:
    """Return where the patch stays without input.

    `steady` is false where it has no such state: it fires of itself, or its coupling changes with the pulse.
    """
    state = uniform_state(patch, START_MV)
    capacity = (patch.admittance - patch.leak) * (plan.dt_ms / plan.weight)
    hurried = patch._replace(admittance=patch.leak + capacity / _SETTLE_AHEAD_MS)
    table = target_table(1 / plan.per_mv, _FOREVER_MS)
    _hold(hurried, state, plan._replace(table=table, weight=1.0, exact=False), _SETTLE_STEPS)
    steady = patch.line.shape[0] == 1 and _hold(patch, state, plan, _POLISH_STEPS)
    return Rest(state, steady)


def _hold(patch: Patch, state: State, plan: Plan, most_steps: int) -> bool:
    """Step without input until nothing changes any more, to the last bit; return whether that was reached."""
    past, work, room = _copy(state), make_work(patch), _make_room(patch, 0)
    none, found, no_nodes = _no_changes(), _make_found(0), np.zeros(0, dtype=np.intp)
    chunk = plan._replace(steps=_CHUNK_STEPS)
    for _ in range(most_steps // _CHUNK_STEPS):
        run(patch, state, past, False, none, no_nodes, chunk, work, room, found)
        past = _copy(state)
        step_once(patch, state, room.current, 0, plan, work)
        if distance(state, past) == 0.0:
            return True
    return False


def _copy(state: State) -> State:
    return State(*(aligned(values) for values in state))


def _make_room(patch: Patch, recorded: int) -> Room:
    shape = patch.leak.shape
    return Room(aligned(np.zeros(shape)), np.zeros(shape, dtype=np.intp), np.zeros((recorded, shape[1])))


def _make_found(most: int) -> Found:
    return Found(np.empty(most), np.empty(most, dtype=np.intp), np.empty(most, dtype=np.intp))


def _no_changes() -> Changes:
    nothing = np.zeros(0, dtype=np.intp)
    return Changes(nothing, nothing, nothing, np.zeros(0), nothing)


def changes(patch: Patch, members: IntArray, pulses: Pulses, dt_ms: float) -> Changes:
    """Return the pulses into these axons, as of `patch.blocks`, as changes of current at steps.

    A pulse is on in every step whose middle lies in it, as NEURON has it.
    """
    lanes = padded(members).ravel()
    inside, places = np.isin(pulses.axon, lanes), np.argsort(lanes)
    axon = places[np.searchsorted(lanes, pulses.axon[inside], sorter=places)]
    compartment = patch.nodes[pulses.node[inside]]
    begin = pulses.start_ms[inside] / dt_ms
    end = begin + pulses.duration_ms[inside] / dt_ms
    first, last = (np.ceil(edge - 0.5 - 1e-9).astype(int) for edge in (begin, end))
    step = np.concatenate([first, last])
    order = np.argsort(step, kind="stable")
    current = pulses.current_na[inside]
    return Changes(
        step[order],
        np.tile(compartment, 2)[order],
        np.tile(axon, 2)[order],
        np.concatenate([current, -current])[order].astype(float),
        np.repeat([1, -1], current.size)[order],
    )


def run_patch(patch: Patch, start: State, rest: Rest, mine: Changes, nodes: IntArray, plan: Plan) -> Spikes:
    """Return the spikes of one patch, or of those side by side, starting from a copy of `start`."""
    state, lanes = _copy(start), patch.member
    most = int(nodes.size * lanes.size * (plan.steps * plan.dt_ms / _SHORTEST_INTERVAL_MS + 2))
    found, room, work = _make_found(most), _make_room(patch, nodes.size), make_work(patch)
    spikes, skipped = run(
        patch, state, rest.state, rest.steady, mine, patch.nodes[nodes], plan, work, room, found
    )
    if spikes == most or not np.all(np.isfinite(state.v)):
        raise SettingsError(f"The calculation is not stable with steps of {plan.dt_ms} ms; use shorter ones.")
    axon, axons = lanes[found.axon[:spikes]], int(np.count_nonzero(lanes >= 0))
    real = axon >= 0  # a lane without an axon may fire, but is no one
    node, time_ms = nodes[found.place[:spikes][real]], found.time_ms[:spikes][real]
    return Spikes(axon[real], node, time_ms, plan.steps * axons, skipped * axons)


def _joined(parts: list[Spikes]) -> Spikes:
    time: FloatArray = np.concatenate([part.time_ms for part in parts])
    axon, node = (np.concatenate([getattr(part, name) for part in parts]) for name in ("axon", "node"))
    order = np.lexsort((node, axon, time))
    steps, skipped = sum(part.steps for part in parts), sum(part.skipped for part in parts)
    return Spikes(axon[order], node[order], time[order], steps, skipped)
