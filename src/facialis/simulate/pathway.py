"""How long an impulse takes from the lesion to the muscle, part by part, and where branches are stimulated.

Measured is when a muscle begins to answer: from magnetic stimulation of the root to the nasalis 4.5 ms
(4.48 +- 0.50, 4.5 +- 0.4, 4.99 +- 0.49 in three series), from the stylomastoid foramen to it 3.15 +- 0.40 ms.
An answer begins with the fastest twentieth of the axons. At their velocity all the way it would come a
millisecond sooner, so that the rest is put where it was measured: into the canal, and into the branches that
thin out before the muscle. Thinner axons take longer in proportion to their velocity.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.fibre import SMALLEST_UM
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray

RootSite = Literal["labyrinthine", "root exit"]
"""Where a magnet over the skull fires the nerve: in the first bend of its canal, or at the root."""
Branch = Literal["temporal", "zygomatic", "buccal", "marginal mandibular"]

JUNCTION_MS = 1.0
"""From the impulse at the axon's end to the beginning of the EMG (assumed)."""
SEEN_MS = 0.6
"""Part of it that the simulated EMG takes by itself: after a shock to a whole branch it leaves 10 uV so much
later than the first impulse reaches the muscle (calculated)."""
BEYOND_MM: Mapping[Muscle, float] = {
    "orbicularis_oculi": 100.0,
    "frontalis": 109.0,
    "corrugator": 100.0,
    "levator": 100.0,
    "zygomaticus": 100.0,
    "orbicularis_oris": 107.0,
    "mentalis": 110.0,
}
"""From the foramen to the muscle: 100 mm to eye and nose, 110 mm to the chin. The others are assumed."""
FIRST_UM, FIRST_M_S = 9.0, 53.4
"""The axons with which an answer begins: one in twenty is thicker."""
ROOT_TO_NASALIS_MS, FORAMEN_TO_NASALIS_MS = 4.5, 3.15
SITE_MM: Mapping[RootSite, float] = {"labyrinthine": 25.0, "root exit": 0.0}
"""How far from the root exit zone the magnet fires the nerve: 15 + 8 mm and half of the labyrinthine part."""
TERMINAL_MS = FORAMEN_TO_NASALIS_MS - JUNCTION_MS - BEYOND_MM["orbicularis_oculi"] / FIRST_M_S
"""What the thinning branches cost the first axons: 0.28 ms."""
BRANCHES: Mapping[Branch, tuple[Muscle, ...]] = {
    "temporal": ("frontalis", "corrugator"),
    "zygomatic": ("orbicularis_oculi",),
    "buccal": ("zygomaticus", "levator", "orbicularis_oris"),
    "marginal mandibular": ("mentalis",),
}
"""Which muscles a branch drives; branches that share a muscle are counted to one (simplified)."""
BEFORE_MUSCLE_MM = 40.0
"""A branch is stimulated this far before its muscle, which so answers directly after 2.0 to 2.3 ms."""
_M_S_PER_UM = ((5.7, 5.51), (7.3, 5.78), (8.7, 5.92), (10.0, 5.97))
"""Conduction velocity over diameter, as the cable tier has it for healthy fibres."""


def velocity_m_s(diameter_um: FloatArray) -> FloatArray:
    """Return the conduction velocity of fibres of these diameters, any shape."""
    sizes, ratios = zip(*_M_S_PER_UM, strict=True)
    speed: FloatArray = diameter_um * np.interp(diameter_um, sizes, ratios)
    return speed


def canal_ms(site: RootSite = "labyrinthine") -> float:
    """Return what the first axons take from the lesion to the stylomastoid foramen.

    Measured from where the magnet fires them, less the way from the foramen; the way from the root to that
    place is added at their velocity outside. SettingsError where the site is unknown.
    """
    if site not in SITE_MM:
        raise SettingsError(f"{site!r} is no place of root stimulation; use {' or '.join(SITE_MM)}.")
    return ROOT_TO_NASALIS_MS - FORAMEN_TO_NASALIS_MS + SITE_MM[site] / FIRST_M_S


def _slower(diameter_um: FloatArray) -> FloatArray:
    """Return how many times as long as the first axons these take."""
    speed: FloatArray = FIRST_M_S / velocity_m_s(np.maximum(diameter_um, SMALLEST_UM))
    return speed


def to_muscle_ms(diameter_um: FloatArray, muscle: IntArray, site: RootSite = "labyrinthine") -> FloatArray:
    """Return the time from the lesion to the muscle's membrane, (axons,): conduction and junction."""
    beyond = np.array([BEYOND_MM[name] for name in MUSCLE_SHARE])[muscle]
    first = canal_ms(site) + beyond / FIRST_M_S + TERMINAL_MS
    delay: FloatArray = first * _slower(diameter_um) + JUNCTION_MS - SEEN_MS
    return delay


def stimulus_mm(branch: Branch) -> float:
    """Return how far beyond the foramen a branch is stimulated. SettingsError where it is unknown."""
    if branch not in BRANCHES:
        raise SettingsError(f"{branch!r} is no branch; use one of {', '.join(BRANCHES)}.")
    return min(BEYOND_MM[muscle] for muscle in BRANCHES[branch]) - BEFORE_MUSCLE_MM


def to_stimulus_ms(diameter_um: FloatArray, branch: Branch, site: RootSite = "labyrinthine") -> FloatArray:
    """Return the time between the lesion and the place where a branch is stimulated, (axons,), either way."""
    time: FloatArray = (canal_ms(site) + stimulus_mm(branch) / FIRST_M_S) * _slower(diameter_um)
    return time


def of_branch(muscle: IntArray, branch: Branch) -> IntArray:
    """Return which axons, of those to these muscles (axons,), run in a branch. SettingsError if unknown."""
    stimulus_mm(branch)
    names = list(MUSCLE_SHARE)
    return np.flatnonzero(np.isin(muscle, [names.index(each) for each in BRANCHES[branch]]))
