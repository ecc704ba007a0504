"""Nerves and spikes that the tests of muscle, EMG and labels use; the spikes are made up, not simulated."""

from collections.abc import Sequence

import numpy as np

from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes, Origin
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.performance import Muscle
from facialis.types import Side

TOTAL = 7000.0
LATENCY_MS = 4.5


def axons_of(side: Side = "left", count: int = 140, seed: int = 0, spread_ms: float = 0.3) -> Axons:
    """A nerve of `count` axons that stand for 7000, muscles by their shares in a random order."""
    rng = np.random.default_rng([seed, 99])
    ends = np.round(count * np.cumsum(list(MUSCLE_SHARE.values())))
    muscle = rng.permutation(np.searchsorted(ends, np.arange(count), side="right"))
    diameter = np.clip(rng.normal(7.3, 1.0, count), 5.0, 10.0)
    latency = LATENCY_MS + spread_ms * rng.random(count)
    return Axons(side, muscle, np.arange(count) // 4, diameter, latency, np.full(count, TOTAL / count))


def of_muscles(muscles: Sequence[Muscle], each: int, side: Side = "left", weight: float = 1.0) -> Axons:
    """A nerve with `each` axons for every one of these muscles, all of one latency."""
    muscle = np.repeat([NERVE_MUSCLES.index(name) for name in muscles], each)
    n = len(muscle)
    diameter = np.tile(np.linspace(5.5, 9.5, each), len(muscles))
    return Axons(side, muscle, np.zeros(n, dtype=int), diameter, np.full(n, LATENCY_MS), np.full(n, weight))


def spikes_at(
    axon: Sequence[int], time_s: Sequence[float], duration_s: float, origin: Origin = "ectopic"
) -> LesionSpikes:
    """Spikes of one origin, put into the order of time."""
    times = np.asarray(time_s, dtype=float)
    order = np.argsort(times, kind="stable")
    kind = np.full(len(times), ORIGINS.index(origin))
    return LesionSpikes(np.asarray(axon, dtype=int)[order], times[order], kind, duration_s)


def bursts(
    axons: Axons,
    onsets_s: Sequence[float],
    duration_s: float,
    share: float = 1.0,
    muscles: Sequence[Muscle] = NERVE_MUSCLES,
    seed: int = 0,
    origin: Origin = "ectopic",
) -> LesionSpikes:
    """At every onset six spikes at about 300 Hz of a share of axons, each starting within 3 ms."""
    rng = np.random.default_rng([seed, 98])
    wanted = np.isin(axons.muscle, [NERVE_MUSCLES.index(name) for name in muscles])
    owner, when = [np.zeros(0, dtype=int)], [np.zeros(0)]
    for onset in onsets_s:
        firing = np.flatnonzero(wanted & (rng.random(len(axons.muscle)) < share))
        start = onset + 0.003 * rng.random(len(firing))
        times = start[:, None] + np.arange(6) * 0.0033
        owner.append(np.repeat(firing, 6))
        when.append(times.ravel())
    return spikes_at(np.concatenate(owner), np.concatenate(when), duration_s, origin)  # type: ignore[arg-type]


def nothing(duration_s: float) -> LesionSpikes:
    return spikes_at([], [], duration_s)
