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
"""By so many standard deviations of their scatter axons of the upper face lie nearer to the vessel. As a rule
it presses from anterior and caudal, and from the other side in two of 155, in whom spasms began below
(10.1007/s007010050233). How far is assumed; in cats axons of all branches are mixed."""
MUSCLE_BY_SD = 0.5
"""By so much, in the same measure, each muscle's axons lie elsewhere in another nerve (assumed)."""


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
    patients at `upper_at_vessel` 1, not at all at 0, the other way round at -1. Where each muscle's axons lie
    besides is drawn. The misrouted share has grown to a muscle drawn by its share of axons.
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
    depth = laid(muscle, patch, upper_at_vessel, seed)
    return Axons(side, muscle, patch, diameter, to_muscle_ms(diameter, muscle), weight, depth)


def laid(muscle: IntArray, patch: IntArray, upper_at_vessel: float, seed: int) -> FloatArray:
    """Return how far from the vessel each axon lies, (axons,), 0 to 1: those of a patch equally far.

    Patches hold axons of all muscles; those with more of the upper face lie rather at the vessel.
    """
    rng = np.random.default_rng([seed, 17])
    upper = np.isin(muscle, [list(MUSCLE_SHARE).index(name) for name in UPPER])
    elsewhere = MUSCLE_BY_SD * rng.standard_normal(len(MUSCLE_SHARE))
    place = rng.standard_normal(muscle.size) - UPPER_BY_SD * upper_at_vessel * upper + elsewhere[muscle]
    numbers, where, count = np.unique(patch, return_inverse=True, return_counts=True)
    mean = np.bincount(where, place) / np.sqrt(count)  # patches of all sizes scatter alike
    rank = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
    depth: FloatArray = ((rank + 0.5) / numbers.size)[where]
    return depth


def by_share(count: int) -> IntArray:
    """Return the muscle of each of so many axons, (count,), in the order of the muscles, by MUSCLE_SHARE."""
    ends = np.round(count * np.cumsum(list(MUSCLE_SHARE.values())))
    return np.searchsorted(ends, np.arange(count), side="right")
