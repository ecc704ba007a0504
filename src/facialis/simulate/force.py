"""Spikes become force: each is a twitch, and twitches that follow fast add up less and less (Fuglevand).

A twitch is f(t) = P t/T exp(1 - t/T). With x = T / interval above 0.4 it is multiplied by
g = [S(x)/x] / [S(0.4)/0.4], S(x) = 1 - exp(-2 x^3) (10.1152/jn.1993.70.6.2470). Once twitches fuse, force is
P e 0.4/S(0.4), nine times a single twitch; six spikes at 300 Hz are one twitch of about four times the size.
"""

import numpy as np
from scipy.signal import lfilter

from facialis.simulate.junction import Arrivals
from facialis.simulate.motor_units import NERVE_MUSCLES, MotorUnits
from facialis.simulate.performance import SAMPLES_PER_S, Muscle
from facialis.types import FloatArray

FORCE_PER_S = 2 * SAMPLES_PER_S
"""Samples of force a second. Twitches hold nothing above some 60 Hz; the grid only dates thresholds."""
_LINEAR = 0.4
"""Contraction time over interval up to which twitches add up without change."""


def gain(ratio: FloatArray) -> FloatArray:
    """Return how much a twitch is changed whose contraction time over interval is `ratio` (inf: none)."""
    fast = np.maximum(ratio, _LINEAR)
    changed: FloatArray = _sigmoid(fast) / fast / (_sigmoid(np.array(_LINEAR)) / _LINEAR)
    return changed


def _sigmoid(ratio: FloatArray) -> FloatArray:
    risen: FloatArray = -np.expm1(-2 * np.minimum(ratio, 10.0) ** 3)
    return risen


FUSED = float(np.e * _LINEAR / _sigmoid(np.array(_LINEAR)))
"""Force of fused twitches over the peak of a single one."""


def twitch(time_s: FloatArray, contraction_s: float) -> FloatArray:
    """Return the force of a twitch with peak 1 at these times (n,) since its spike, 0 before."""
    share = np.maximum(time_s, 0.0) / contraction_s
    force: FloatArray = share * np.exp(1 - share)
    return force


def force_times(duration_s: float) -> FloatArray:
    """Return the times (n,) of the samples of force, seconds from 0."""
    return np.arange(round(duration_s * FORCE_PER_S) + 1) / FORCE_PER_S


def gains(units: MotorUnits, arrivals: Arrivals) -> FloatArray:
    """Return the gain of every spike's twitch, (spikes,), from the interval since its unit's last one."""
    interval = np.diff(arrivals.time_s, prepend=-np.inf)
    interval[np.diff(arrivals.axon, prepend=-1) != 0] = np.inf
    ratio = units.contraction_s[arrivals.axon] / np.maximum(interval, 1e-9)
    return gain(ratio)


def forces(units: MotorUnits, arrivals: Arrivals, counted: FloatArray, n: int) -> dict[Muscle, FloatArray]:
    """Return every muscle's force, `n` samples, 1 where all its units are fused.

    `counted` (spikes,), 0 to 1, is how much of each spike's twitch counts. All spikes set the gains, so that
    the force of involuntary and of meant spikes add up to the whole, and a junction that passes half of them
    halves the force.
    """
    size = gains(units, arrivals) * counted
    first = np.searchsorted(arrivals.axon, np.arange(len(units.muscle) + 1))
    summed: dict[Muscle, FloatArray] = {muscle: np.zeros(n) for muscle in NERVE_MUSCLES}
    for axon in range(len(units.muscle)):
        mine = slice(first[axon], first[axon + 1])
        if not size[mine].any():
            continue
        total = unit_force(arrivals.time_s[mine], size[mine], float(units.contraction_s[axon]), n)
        summed[NERVE_MUSCLES[int(units.muscle[axon])]] += units.share[axon] / FUSED * total
    return summed


def unit_force(time_s: FloatArray, size: FloatArray, contraction_s: float, n: int) -> FloatArray:
    """Return the sum of twitches of these sizes after spikes at these times, `n` samples.

    A twitch is what a critically damped filter answers to an impulse. The impulse is put in with the value
    and slope that the twitch has at the first sample after the spike, so the result is exact at every sample.
    """
    place = np.ceil(time_s * FORCE_PER_S).astype(int)
    inside = (place >= 0) & (place < n) & (size != 0)
    place, late_s, size = place[inside], (place / FORCE_PER_S - time_s)[inside], size[inside]
    step_s, fall = 1 / FORCE_PER_S, np.exp(-1 / FORCE_PER_S / contraction_s)
    left = size * np.e / contraction_s * np.exp(-late_s / contraction_s)
    value = np.bincount(place, left * late_s, n + 1)
    slope = np.bincount(place + 1, fall * left * (step_s - late_s), n + 1)
    force: FloatArray = lfilter([1.0], [1.0, -2 * fall, fall**2], (value + slope)[:n])
    return force
