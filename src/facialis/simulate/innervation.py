"""Which axon goes where: a facial nerve drawn at random, its axons weighted to stand for all of them."""

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import Cause, CauseName, fibre_diameters, patch_numbers
from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.lesion import find_cause
from facialis.simulate.nerve import IntArray
from facialis.simulate.pathway import to_muscle_ms
from facialis.simulate.performance import Muscle
from facialis.types import SIDES, FloatArray, Side

MOTOR_AXONS = 7000
"""Myelinated motor axons of a facial nerve, by textbooks."""
PATCH_SIZE = (3, 5)
UPPER: tuple[Muscle, ...] = ("orbicularis_oculi", "frontalis", "corrugator")
UPPER_BY_SD = 1.0
"""By so many standard deviations of their scatter axons of the upper face lie nearer to the vessel: in typical
patients it presses from anterior and caudal, in two of 155, whose spasms began in the lower face, from the
other side (10.1007/s007010050233). How far is assumed; in cats axons of all branches are mixed."""


def facial_axons(
    cause: CauseName | Cause = "none",
    count: int = 300,
    side: Side = "left",
    seed: int = 0,
    upper_at_vessel: float = 1.0,
) -> Axons:
    """Return `count` (3 to 20 000) axons of one nerve; together they weigh as many as the cause has left.

    Axons of all muscles are mixed in the root (no fascicles proximal to the geniculate ganglion), so
    patches hold them at random, but those of the upper face lie rather at the vessel: wholly as in typical
    patients at `upper_at_vessel` 1, not at all at 0, the other way round at -1. The misrouted share has grown
    to a muscle drawn by its share of axons.
    """
    if not 3 <= count <= 20_000:
        raise SettingsError(f"A nerve of {count} axons cannot be drawn; use 3 to 20000.")
    if not -1 <= upper_at_vessel <= 1:
        raise SettingsError(f"upper_at_vessel is {upper_at_vessel}; use -1 to 1.")
    if side not in SIDES:
        raise SettingsError(f"side is {side!r}; use left or right.")
    found, rng = find_cause(cause), np.random.default_rng([seed, 11])
    diameter = fibre_diameters(count, rng)
    patch = patch_numbers(count, PATCH_SIZE, rng)
    muscle = rng.permutation(by_share(count))
    astray = rng.random(count) < found.misrouted
    muscle = np.where(astray, rng.permutation(by_share(count)), muscle)
    weight = np.full(count, MOTOR_AXONS * (1 - found.axons_lost) / count)
    depth, patch = laid(muscle, patch, upper_at_vessel, seed)
    return Axons(side, muscle, patch, diameter, to_muscle_ms(diameter, muscle), weight, depth)


def laid(muscle: IntArray, patch: IntArray, upper_at_vessel: float, seed: int) -> tuple[FloatArray, IntArray]:
    """Return how far from the vessel each axon lies, 0 to 1, and its patch: neighbours there, (axons,) both.

    `patch` holds the numbers to give, those of a patch one after the other.
    """
    rng = np.random.default_rng([seed, 17])
    upper = np.isin(muscle, [list(MUSCLE_SHARE).index(name) for name in UPPER])
    place = rng.standard_normal(muscle.size) - UPPER_BY_SD * upper_at_vessel * upper
    order = np.argsort(place, kind="stable")
    depth, number = np.empty(muscle.size), np.empty_like(patch)
    depth[order], number[order] = (np.arange(muscle.size) + 0.5) / muscle.size, patch
    return depth, number


def by_share(count: int) -> IntArray:
    """Return the muscle of each of so many axons, (count,), in the order of the muscles, by MUSCLE_SHARE."""
    ends = np.round(count * np.cumsum(list(MUSCLE_SHARE.values())))
    return np.searchsorted(ends, np.arange(count), side="right")
