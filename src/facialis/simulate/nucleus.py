"""How an excitable facial nucleus answers the impulses that come back to it: the second hypothesis' knob.

The same rules and constants as in the spike tier (`spiking.reflect`, `SpikeSettings`), for one sweep: an
axon's own impulse may come back (F wave), and what the whole nerve did comes back to the eye after 11 ms (R1)
and to all muscles after some 32 ms (R2). The nucleus tires with its answers.
"""

import numpy as np

from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.nerve import IntArray
from facialis.simulate.spikes import SpikeSettings
from facialis.types import FloatArray

R1_MS, R2_FROM_MS, R2_TO_MS = 11, 22, 42
REST_MS = 5.0
"""A motor neuron does not answer again so soon after it fired (assumed)."""


def answers(
    axons: Axons,
    central_axon: IntArray,
    central_ms: FloatArray,
    gain: float,
    settings: SpikeSettings,
    rng: np.random.Generator,
) -> tuple[IntArray, FloatArray]:
    """Return which axons the nucleus fires and when, (answers,), in ms, after impulses (impulses,) reach it.

    At gain 0 it answers nothing. Answers to its own answers are left out.
    """
    if gain == 0 or central_ms.size == 0:
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    back = rng.random(central_axon.size) < gain * settings.f_chance
    late_ms = settings.f_ms * (1 + 0.1 * rng.standard_normal(central_axon.size))
    owner, when = [central_axon[back]], [(central_ms + late_ms)[back]]
    share = axons.weight / axons.weight.sum()
    first = int(np.floor(central_ms.min()))
    blocks = int(np.ceil(central_ms.max())) - first + R2_TO_MS + 1
    activity: FloatArray = np.bincount(
        (np.floor(central_ms) - first).astype(int), share[central_axon], blocks
    ).astype(float)
    eye = list(MUSCLE_SHARE).index("orbicularis_oculi")
    tired, keeps = 0.0, np.exp(-1 / settings.nucleus_ms)
    for block in range(blocks):
        awake = gain / (1 + tired)
        early = _passed(activity[block - R1_MS] if block >= R1_MS else 0.0, settings)
        late = _passed(_late(activity, block), settings)
        for which, expected in enumerate((settings.r1_gain * early, settings.r2_gain * late)):
            fires = rng.random(axons.muscle.size) < -np.expm1(-awake * expected)
            if which == 0:
                fires &= axons.muscle == eye
            chosen = np.flatnonzero(fires)
            owner.append(chosen)
            when.append(first + block + rng.random(chosen.size))
            tired += settings.nucleus_step * float(share[chosen].sum())
        tired *= keeps
    axon, time_ms = np.concatenate(owner), np.concatenate(when)
    order = np.lexsort((time_ms, axon))
    axon, time_ms = axon[order], time_ms[order]
    soon = (np.diff(axon, prepend=-1) == 0) & (np.diff(time_ms, prepend=-np.inf) < REST_MS)
    order = np.lexsort((axon, time_ms))
    order = order[~soon[order]]
    return axon[order], time_ms[order]


def _passed(activity: float, settings: SpikeSettings) -> float:
    """Return what the nucleus lets pass of so much activity."""
    return activity * activity / (activity + settings.reflex_floor)


def _late(activity: FloatArray, block: int) -> float:
    """Return the activity of some 32 ms ago, spread over a triangle of 20 ms."""
    back = np.arange(R2_FROM_MS, R2_TO_MS + 1)
    back = back[back <= block]
    return float(activity[block - back] @ ((11.0 - np.abs(back - 32.0)) / 121.0))
