"""The motor axons of one facial nerve and the spikes that pass its lesion.

What fires the axons (the spike tier) and what the spikes do (junctions, motor units, EMG) meet here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray, Side

Origin = Literal["ectopic", "ephaptic", "afterdischarge", "volley", "reflex"]
"""Why an axon fired: by itself in the lesion, through a neighbour, after a spike, at the nucleus's order, or
through the nucleus answering an impulse that came back."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)
INVOLUNTARY: tuple[Origin, ...] = ("ectopic", "ephaptic", "afterdischarge", "reflex")
"""Origins whose twitches are spasm; a volley is the blink or movement that was meant."""

MUSCLE_SHARE: Mapping[Muscle, float] = {
    "orbicularis_oculi": 0.27,
    "frontalis": 0.10,
    "corrugator": 0.06,
    "levator": 0.13,
    "zygomaticus": 0.18,
    "orbicularis_oris": 0.19,
    "mentalis": 0.07,
}
"""Share of the facial motor axons that each muscle gets. Assumed: no count of facial motor units by muscle
was found; muscles that the face does not show apart are counted to their neighbours."""


@dataclass(frozen=True)
class Axons:
    """Motor axons of one facial nerve, each standing for `weight` like it. Arrays are (axons,).

    `muscle` counts in MUSCLE_SHARE's order, `patch` is the group that shares extracellular fluid in the
    lesion, `to_muscle_ms` the time from the lesion to the muscle's membrane (conduction and junction).
    `depth` is how far from the vessel an axon lies in the nerve, 0 (at it) to 1, None where that is not told.
    Raises SettingsError where the arrays differ in length.
    """

    side: Side
    muscle: IntArray
    patch: IntArray
    diameter_um: FloatArray
    to_muscle_ms: FloatArray
    weight: FloatArray
    depth: FloatArray | None = None

    def __post_init__(self) -> None:
        depth = self.weight if self.depth is None else self.depth
        arrays = (self.muscle, self.patch, self.diameter_um, self.to_muscle_ms, self.weight, depth)
        if len({np.shape(values) for values in arrays}) != 1:
            raise SettingsError(
                "Axons need as many muscles, patches, diameters, latencies, weights and depths."
            )


@dataclass(frozen=True)
class LesionSpikes:
    """Spikes leaving the lesion towards the muscles, all (spikes,), in the order of time.

    `origin` counts in ORIGINS' order. `duration_s` is how long was simulated. Raises SettingsError where the
    arrays differ in length.
    """

    axon: IntArray
    time_s: FloatArray
    origin: IntArray
    duration_s: float

    def __post_init__(self) -> None:
        if len({np.shape(values) for values in (self.axon, self.time_s, self.origin)}) != 1:
            raise SettingsError("Lesion spikes need as many axons, times and origins.")
