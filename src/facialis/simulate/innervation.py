"""Which axon goes where: a facial nerve drawn at random, its axons weighted to stand for all of them."""

from collections.abc import Mapping

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import Cause, CauseName, fibre_diameters, patch_numbers
from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.fibre import SMALLEST_UM
from facialis.simulate.lesion import find_cause
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import SIDES, FloatArray, Side

MOTOR_AXONS = 7000
"""Myelinated motor axons of a facial nerve, by textbooks."""
PATCH_SIZE = (3, 5)
JUNCTION_MS = 1.0
DISTANCE_MM: Mapping[Muscle, float] = {
    "orbicularis_oculi": 151.0,
    "frontalis": 160.0,
    "corrugator": 151.0,
    "levator": 151.0,
    "zygomaticus": 151.0,
    "orbicularis_oris": 158.0,
    "mentalis": 161.0,
}
"""From the root exit zone to the muscle: 51 mm to the stylomastoid foramen (segments of the canal) and 100 mm
to the eye, 110 mm to the chin. The others are assumed to lie between."""
_M_S_PER_UM = ((5.7, 5.51), (7.3, 5.78), (8.7, 5.92), (10.0, 5.97))
"""Conduction velocity over diameter, as the cable tier has it for healthy fibres."""


def facial_axons(
    cause: CauseName | Cause = "none", count: int = 300, side: Side = "left", seed: int = 0
) -> Axons:
    """Return `count` (3 to 20 000) axons of one nerve; together they weigh as many as the cause has left.

    Axons of all muscles are mixed in the root (no fascicles proximal to the geniculate ganglion), so
    patches hold them at random. The misrouted share has grown to a muscle drawn by its share of axons.
    """
    if not 3 <= count <= 20_000:
        raise SettingsError(f"A nerve of {count} axons cannot be drawn; use 3 to 20000.")
    if side not in SIDES:
        raise SettingsError(f"side is {side!r}; use left or right.")
    found, rng = find_cause(cause), np.random.default_rng([seed, 11])
    diameter = fibre_diameters(count, rng)
    patch = patch_numbers(count, PATCH_SIZE, rng)
    muscle = rng.permutation(by_share(count))
    astray = rng.random(count) < found.misrouted
    muscle = np.where(astray, rng.permutation(by_share(count)), muscle)
    weight = np.full(count, MOTOR_AXONS * (1 - found.axons_lost) / count)
    return Axons(side, muscle, patch, diameter, to_muscle_ms(diameter, muscle), weight)


def by_share(count: int) -> IntArray:
    """Return the muscle of each of so many axons, (count,), in the order of the muscles, by MUSCLE_SHARE."""
    ends = np.round(count * np.cumsum(list(MUSCLE_SHARE.values())))
    return np.searchsorted(ends, np.arange(count), side="right")


def velocity_m_s(diameter_um: FloatArray) -> FloatArray:
    """Return the conduction velocity of fibres of these diameters, any shape."""
    sizes, ratios = zip(*_M_S_PER_UM, strict=True)
    speed: FloatArray = diameter_um * np.interp(diameter_um, sizes, ratios)
    return speed


def to_muscle_ms(diameter_um: FloatArray, muscle: IntArray) -> FloatArray:
    """Return the time from the lesion to the muscle's membrane, (axons,): conduction and 1 ms of junction."""
    distance = np.array([DISTANCE_MM[name] for name in MUSCLE_SHARE])[muscle]
    delay: FloatArray = distance / velocity_m_s(np.maximum(diameter_um, SMALLEST_UM)) + JUNCTION_MS
    return delay
