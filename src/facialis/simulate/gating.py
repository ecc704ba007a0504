"""The gates of all nodes of a patch, moved by one step, and the conductances they leave open."""

from facialis.simulate.cable import E_K_MV, E_NA_MV, STILL_GATE, Patch, State, Work
from facialis.simulate.compiled import compiled
from facialis.simulate.rates import LOWEST_MV, gate_targets
from facialis.simulate.wide import WIDE, Wide, above, at, differ, each, floor, put, within
from facialis.types import FloatArray


@compiled
def open_nodes(patch: Patch, state: State, work: Work) -> None:
    """Set the nodes' conductance, drive and admittance from their gates."""
    e_na, e_k = each(E_NA_MV), each(E_K_MV)
    for node in range(patch.nodes.size):
        k = patch.nodes[node]
        for i in range(0, work.lane.size, WIDE):
            m, p = at(state.gates, (0, node, i)), at(state.gates, (2, node, i))
            fast = at(patch.fast_sodium, (node, i)) * (m * m * m * at(state.gates, (1, node, i)))
            sodium = fast + at(patch.persistent_sodium, (node, i)) * (p * p * p)
            potassium = at(patch.potassium, (node, i)) * at(state.gates, (3, node, i))
            put(work.conductance, (k, i), at(patch.leak, (k, i)) + (sodium + potassium))
            put(work.admittance, (k, i), at(patch.admittance, (k, i)) + (sodium + potassium))
            put(work.drive, (k, i), at(patch.leak_current, (k, i)) + (sodium * e_na + potassium * e_k))


@compiled
def _take_rows(
    table: FloatArray, node: int, kind: int, i: int, come: FloatArray, rows: FloatArray, curve: FloatArray
) -> None:
    """Take the rows `come` (lanes,) of the table: for the sodium gates (kind 0) or potassium's (1)."""
    first, last = (0, 18) if kind == 0 else (18, 24)
    for lane in range(i, i + WIDE):
        if come[lane] != rows[kind, node, lane]:
            row = int(come[lane])
            rows[kind, node, lane] = come[lane]
            for column in range(first, last):
                curve[node, column, lane] = table[row, column]


@compiled
def _look_up(
    table: FloatArray,
    per_mv: float,
    node: int,
    kind: int,
    i: int,
    felt: Wide,
    come: FloatArray,
    rows: FloatArray,
    curve: FloatArray,
) -> Wide:
    """Return how far along their rows of the table these nodes are; take the rows if they have left any.

    `felt` is the potential that the gates feel.
    """
    place = within((felt - each(LOWEST_MV)) * each(per_mv), each(0.0), each(table.shape[0] - 1))
    row = floor(place)
    if differ(row, at(rows, (kind, node, i))):
        put(come, (i,), row)
        _take_rows(table, node, kind, i, come, rows, curve)
    return place - row


@compiled
def _move(gates: FloatArray, node: int, gate: int, i: int, x: Wide, curve: FloatArray) -> None:
    """Move one gate of these nodes by the share of the way to its goal that the table gives."""
    c, value = 6 * gate, at(gates, (gate, node, i))
    goal = at(curve, (node, c, i)) + x * (at(curve, (node, c + 1, i)) + x * at(curve, (node, c + 2, i)))
    share = at(curve, (node, c + 3, i)) + x * (at(curve, (node, c + 4, i)) + x * at(curve, (node, c + 5, i)))
    put(gates, (gate, node, i), value + above(share * (goal - value), each(STILL_GATE)))


@compiled
def move_gates(patch: Patch, state: State, table: FloatArray, per_mv: float, work: Work) -> None:
    """Take all gates one step on, by interpolation in `rates.target_table`.

    The row of the table that a node is in is kept: it seldom changes from one step to the next, and side by
    side it is read many times as fast.
    """
    come, rows, curve = work.lane, work.row, work.curve
    for node in range(patch.nodes.size):
        for i in range(0, work.lane.size, WIDE):
            v = at(state.v, (patch.nodes[node], i))
            x = _look_up(table, per_mv, node, 0, i, v + at(patch.shift, (node, i)), come, rows, curve)
            for gate in range(3):
                _move(state.gates, node, gate, i, x, curve)
            x = _look_up(table, per_mv, node, 1, i, v, come, rows, curve)
            _move(state.gates, node, 3, i, x, curve)


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
