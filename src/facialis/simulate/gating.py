"""The gates of all nodes of a patch, moved by one step, and the conductances they leave open."""

from facialis.simulate.cable import STILL_GATE, Patch, State, Work
from facialis.simulate.compiled import compiled
from facialis.simulate.rates import LOWEST_MV, gate_targets
from facialis.types import FloatArray


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
    at = 6 * gate
    goal: float = table[row, at] + part * (table[row, at + 1] + part * table[row, at + 2])
    share: float = table[row, at + 3] + part * (table[row, at + 4] + part * table[row, at + 5])
    return share * (goal - value)


@compiled
def move_gates(patch: Patch, state: State, table: FloatArray, per_mv: float) -> None:
    """Take all gates one step on, by interpolation in `rates.target_table`."""
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
