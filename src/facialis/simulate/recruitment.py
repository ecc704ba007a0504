"""The facial nucleus fires its motor neurons: small ones first, each faster the harder the drive (Fuglevand).

Unit at rank r is recruited at the drive exp(ln(RR) r) / RR x `full` and then fires at `first_hz`, growing in
proportion to the drive up to `fastest_hz` at drive 1 (10.1152/jn.1993.70.6.2470; facial muscles recruit at
all levels of force).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from facialis.simulate.axons import ORIGINS, Axons, LesionSpikes
from facialis.simulate.motor_units import NERVE_MUSCLES, UNIT_RANGES, MotorUnits, UnitRange, motor_units
from facialis.simulate.movements import excitation
from facialis.simulate.performance import Contraction, Muscle
from facialis.types import SIDES, FloatArray

RECRUITMENT_RANGE = 30.0
"""Drive at which the last unit is recruited over that of the first (Fuglevand's RR)."""
FULLY_RECRUITED = 0.7
"""Drive at which the last unit is recruited (assumed)."""
INTERVAL_CV = 0.2
"""Standard deviation of the intervals over their mean (Fuglevand); facial units vary much."""
_STEP_S = 0.001


def ordered_spikes(
    axons: Axons,
    movements: Sequence[Contraction],
    duration_s: float,
    seed: int,
    take: int = 0,
    ranges: Mapping[Muscle, UnitRange] = UNIT_RANGES,
) -> LesionSpikes:
    """Return the spikes that the nucleus sends down one nerve for these movements, as origin `volley`.

    On the healthy side they are all there is; on the other side they are what enters the lesion. Times are
    those at which they pass it.
    """
    rng = np.random.default_rng([seed, 22, SIDES.index(axons.side), take])
    units = motor_units(axons, ranges)
    time_s = np.arange(0, duration_s, _STEP_S)
    axon: list[FloatArray] = []
    when: list[FloatArray] = []
    for muscle in NERVE_MUSCLES:
        drive = excitation(movements, axons.side, muscle, time_s)
        for first, last in _stretches(drive):
            for unit in units.of(muscle):
                found = _fire(drive[first:last], units, int(unit), ranges[muscle], rng)
                axon.append(np.full(len(found), unit))
                when.append(time_s[first] + found)
    times = np.concatenate([*when, np.zeros(0)])
    owner = np.concatenate([*axon, np.zeros(0)]).astype(int)
    order = np.argsort(times, kind="stable")
    origin = np.full(len(times), ORIGINS.index("volley"))
    return LesionSpikes(owner[order], times[order], origin, duration_s)


def merged(first: LesionSpikes, second: LesionSpikes) -> LesionSpikes:
    """Return the spikes of both in the order of time, over the longer of the two durations."""
    time_s = np.concatenate([first.time_s, second.time_s])
    order = np.argsort(time_s, kind="stable")
    return LesionSpikes(
        np.concatenate([first.axon, second.axon])[order],
        time_s[order],
        np.concatenate([first.origin, second.origin])[order],
        max(first.duration_s, second.duration_s),
    )


def firing_rate_hz(drive: FloatArray, rank: float, units: UnitRange) -> FloatArray:
    """Return the rate of a unit at this rank (0 to 1) for a drive (n,) from 0 to 1; 0 below recruitment."""
    threshold = FULLY_RECRUITED * RECRUITMENT_RANGE ** (rank - 1)
    growth = (units.fastest_hz - units.first_hz) / (1 - threshold)
    rate: FloatArray = np.where(drive >= threshold, units.first_hz + growth * (drive - threshold), 0.0)
    return np.minimum(rate, units.fastest_hz)


def _fire(
    drive: FloatArray, units: MotorUnits, unit: int, kind: UnitRange, rng: np.random.Generator
) -> FloatArray:
    """Return times in seconds from the start of the drive: intervals drawn, then stretched by the rate."""
    passed = np.concatenate(
        [[0.0], np.cumsum(firing_rate_hz(drive, float(units.rank[unit]), kind)) * _STEP_S]
    )
    if passed[-1] == 0:
        return np.zeros(0)
    intervals = np.maximum(1 + INTERVAL_CV * rng.standard_normal(int(2 * passed[-1]) + 4), 0.2)
    intervals[0] = rng.random()  # units do not start in step
    due = np.cumsum(intervals)
    due = due[due < passed[-1]]
    found: FloatArray = np.interp(due, passed, np.arange(len(passed)) * _STEP_S)
    return found


def _stretches(drive: FloatArray) -> list[tuple[int, int]]:
    """Return where the drive is above 0, as (first, last + 1) samples."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], drive > 0, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
