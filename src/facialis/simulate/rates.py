"""How fast the gates of a human motor node open and close.

The equations are those of the MRG axon (McIntyre, Richardson & Grill 2002, 10.1152/jn.00353.2001) at body
temperature: fast sodium (gates m and h), persistent sodium (p), slow potassium (s). Rates in 1/ms, potentials
in mV. All arrays of gates hold them in this order.
"""

import math

import numpy as np

from facialis.simulate.compiled import compiled
from facialis.types import FloatArray

GATES = ("m", "h", "p", "s")
LOWEST_MV, HIGHEST_MV = -160.0, 120.0
"""Where the tables begin and end; beyond, the gates have long reached their limits."""
_Q_M = 2.2**1.7
_Q_H = 2.9**1.7
_Q_S = 3.0**0.1
"""Speed at 37 degrees: factors per 10 degrees, from the temperatures at which the rates were measured."""


@compiled
def _ramp(x: float, width: float) -> float:
    """Return x / (1 - exp(-x / width)), at 0 its limit."""
    if abs(x / width) < 1e-6:
        return width * (1.0 + x / width / 2.0)
    return x / (1.0 - math.exp(-x / width))


@compiled
def gate_rates(u: float, v: float, out: FloatArray) -> None:
    """Write the opening rates of m, h, p, s, then their closing rates, (8,) per ms, to `out`.

    `v` is the membrane potential in mV; `u` is the one that the sodium gates feel: v plus the left shift of
    an injured membrane (10.1371/journal.pcbi.1002664).
    """
    out[0] = _Q_M * 1.86 * _ramp(u + 21.4, 10.3)
    out[1] = _Q_H * 0.062 * _ramp(-(u + 114.0), 11.0)
    out[2] = _Q_M * 0.01 * _ramp(u + 27.0, 10.2)
    out[3] = _Q_S * 0.3 / (math.exp(-(v + 53.0) / 5.0) + 1.0)
    out[4] = _Q_M * 0.086 * _ramp(-(u + 25.7), 9.16)
    out[5] = _Q_H * 2.3 / (1.0 + math.exp(-(u + 31.8) / 13.4))
    out[6] = _Q_M * 0.00025 * _ramp(-(u + 34.0), 10.0)
    out[7] = _Q_S * 0.03 / (math.exp(-(v + 90.0)) + 1.0)


@compiled
def gate_targets(u: float, v: float, dt_ms: float, out: FloatArray) -> None:
    """Write where m, h, p, s go, then which share of the way they go in one step, (8,), to `out`."""
    gate_rates(u, v, out)
    for gate in range(4):
        total = out[gate] + out[gate + 4]
        out[gate] /= total
        out[gate + 4] = 1.0 - math.exp(-dt_ms * total)


@compiled
def _fill(table: FloatArray, step_mv: float, dt_ms: float) -> None:
    for row in range(table.shape[0]):
        potential = LOWEST_MV + row * step_mv
        gate_targets(potential, potential, dt_ms, table[row])


def target_table(step_mv: float, dt_ms: float) -> FloatArray:
    """Return `gate_targets` from LOWEST_MV to HIGHEST_MV as parabolas, one a row of `step_mv`, (rows, 24).

    Each of m, h, p, s in turn has six columns: where it goes, as a + b x + c x^2 with x from 0 to 1 along the
    row, then the share of the way, likewise. A parabola meets the formula at both ends and in the middle.
    """
    targets = np.empty((2 * round((HIGHEST_MV - LOWEST_MV) / step_mv) + 1, 8))
    _fill(targets, step_mv / 2, dt_ms)
    low, middle, high = targets[:-1:2], targets[1::2], targets[2::2]
    parabolas = (low, 4 * middle - 3 * low - high, 2 * (low + high) - 4 * middle)
    table = np.empty((low.shape[0], 24))
    for power, values in enumerate(parabolas):
        table[:, power::6] = values[:, :4]
        table[:, power + 3 :: 6] = values[:, 4:]
    return table
