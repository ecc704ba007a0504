"""The neuromuscular junction: which spikes of the axons reach the muscle fibres' membrane, and when."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.axons import INVOLUNTARY, ORIGINS, Axons, LesionSpikes
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import BoolArray, FloatArray, Side

Block = Mapping[tuple[Side, Muscle], float]
"""Share of spikes that a junction does not pass on (botulinum toxin), 0 to 1, muscle by muscle."""
JITTER_US = (30.0, 50.0)
"""Standard deviation of a junction's delay, lowest and highest; one value for each unit (assumed)."""


@dataclass(frozen=True)
class Arrivals:
    """Spikes at the muscle, all (spikes,), ordered by axon and within it by time.

    `involuntary` tells whether a twitch of this spike is spasm; `passed` (0 to 1) at which share of the units
    that its axon stands for the junction passed it on.
    """

    axon: IntArray
    time_s: FloatArray
    involuntary: BoolArray
    passed: FloatArray


def transmit(
    axons: Axons,
    spikes: LesionSpikes,
    block: Block,
    rng: np.random.Generator,
    jitter_us: tuple[float, float] = JITTER_US,
) -> Arrivals:
    """Return when the spikes reach the muscles and which pass the junction.

    At each unit that an axon stands for, a spike passes by itself with probability 1 - block of the muscle.
    The times do not depend on the block, so that treating a muscle leaves what its nerve does as it was.
    SettingsError where a block lies outside 0 to 1 or a spike belongs to no axon.
    """
    n_axons, n = len(axons.muscle), len(spikes.axon)
    if not np.all((spikes.axon >= 0) & (spikes.axon < n_axons)):
        raise SettingsError(f"A spike belongs to none of the {n_axons} axons; simulate both together.")
    if not np.all((spikes.origin >= 0) & (spikes.origin < len(ORIGINS))):
        raise SettingsError(f"A spike's origin is none of {', '.join(ORIGINS)}.")
    if not np.isfinite(spikes.time_s).all():
        raise SettingsError("A spike's time is not a finite number; give seconds.")
    spread_s = rng.uniform(*jitter_us, n_axons) / 1e6
    time_s = spikes.time_s + axons.to_muscle_ms[spikes.axon] / 1000
    time_s = time_s + spread_s[spikes.axon] * rng.standard_normal(n)
    passes = 1 - _blocked(axons, block)
    passed = np.ones(n)
    if np.any(passes < 1):
        units = np.maximum(np.round(axons.weight), 1).astype(int)
        passed = rng.binomial(units[spikes.axon], passes[spikes.axon]) / units[spikes.axon]
    involuntary = np.isin(ORIGINS, INVOLUNTARY)[spikes.origin]
    order = np.lexsort((time_s, spikes.axon))
    return Arrivals(spikes.axon[order], time_s[order], involuntary[order], passed[order])


def _blocked(axons: Axons, block: Block) -> FloatArray:
    """Return the share of spikes that each axon's junctions do not pass on, (axons,)."""
    for (side, muscle), share in block.items():
        if not 0 <= share <= 1:
            raise SettingsError(f"The block of {side} {muscle} is {share}; use 0 (none) to 1 (all).")
    by_muscle = np.array([block.get((axons.side, muscle), 0.0) for muscle in NERVE_MUSCLES])
    return by_muscle[axons.muscle]
