"""Which axon goes where: a facial nerve drawn at random, its axons weighted to stand for all of them."""

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import Cause, CauseName, fibre_diameters, patch_numbers
from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.lesion import find_cause
from facialis.simulate.nerve import IntArray
from facialis.simulate.pathway import to_muscle_ms
from facialis.types import SIDES, Side

MOTOR_AXONS = 7000
"""Myelinated motor axons of a facial nerve, by textbooks."""
PATCH_SIZE = (3, 5)


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
