"""Motor units of the facial muscles after Fuglevand: how strong and how fast each axon's twitch is.

Fuglevand, Winter & Patla 1993 (10.1152/jn.1993.70.6.2470) order a muscle's units by size: unit `i` of `n` has
the twitch force P = exp(ln(RP) i / n) and the contraction time T = T_L P^(-1/c) with c = ln(RP) / ln(RT).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray

NERVE_MUSCLES: tuple[Muscle, ...] = tuple(MUSCLE_SHARE)
"""Muscles of the facial nerve, in the order in which `Axons.muscle` counts."""
# Shares of a weight below this are rounding.
_TINY = 1e-12


@dataclass(frozen=True)
class UnitRange:
    """How the units of one muscle differ.

    `force` is the strongest twitch over the weakest (Fuglevand's RP), `slowest_ms` the longest contraction
    time, `speed` the longest over the shortest (RT). `first_hz` is a unit's rate where it is recruited,
    `fastest_hz` the highest that the nucleus asks of it. SettingsError where a value has no meaning.
    """

    force: float
    slowest_ms: float
    speed: float
    first_hz: float = 8.0
    fastest_hz: float = 76.0

    def __post_init__(self) -> None:
        if not (self.force > 1 and self.speed > 1):
            raise SettingsError("The ranges of force and speed of motor units must be above 1.")
        if not (self.slowest_ms > 0 and 0 < self.first_hz <= self.fastest_hz):
            raise SettingsError("Motor units need a contraction time and rates above 0, the first the lower.")


UNIT_RANGES: Mapping[Muscle, UnitRange] = {
    "orbicularis_oculi": UnitRange(15.0, 25.0, 25 / 16, fastest_hz=150.0),
    "frontalis": UnitRange(20.0, 60.0, 3.0),
    "corrugator": UnitRange(20.0, 60.0, 3.0),
    "levator": UnitRange(20.0, 60.0, 3.0),
    "zygomaticus": UnitRange(20.0, 60.0, 3.0),
    "orbicularis_oris": UnitRange(20.0, 90.0, 5.0),
    "mentalis": UnitRange(20.0, 80.0, 4.0),
}
"""Assumed but for: contraction times of the lower lip, 16 to 90 ms; rates of frontalis units, 8 Hz when
recruited and 76 Hz at most on average (Kirk 2021). The eyelid is the fastest; its 150 Hz are assumed."""


@dataclass(frozen=True)
class MotorUnits:
    """The unit that each axon drives, arrays (axons,).

    `rank` (0 to 1) is its place in its muscle's order of size, `force` the twitch P in units of the weakest
    one's, `contraction_s` the time T to the twitch's peak, and `share` how much of its muscle's greatest
    force all the units give that the axon stands for.
    """

    muscle: IntArray
    rank: FloatArray
    force: FloatArray
    contraction_s: FloatArray
    share: FloatArray

    def of(self, muscle: Muscle) -> IntArray:
        """Return the axons that drive a muscle."""
        return np.flatnonzero(self.muscle == NERVE_MUSCLES.index(muscle))


def motor_units(axons: Axons, ranges: Mapping[Muscle, UnitRange] = UNIT_RANGES) -> MotorUnits:
    """Return the motor unit of every axon: the thicker the axon, the larger and faster its unit.

    An axon of weight w takes the place of w units next to each other in the order, so that a muscle's force
    does not depend on how many axons stand for its nerve. Force is in shares of what the living axons give
    together: after loss of axons the others take over their fibres.
    SettingsError where a muscle is unknown or a weight is not above 0.
    """
    n = len(axons.muscle)
    if not np.all((axons.muscle >= 0) & (axons.muscle < len(NERVE_MUSCLES))):
        raise SettingsError(f"Axons name muscles from 0 to {len(NERVE_MUSCLES) - 1}; another was found.")
    if not np.all(axons.weight > 0):
        raise SettingsError("Every axon needs a weight above 0: how many axons it stands for.")
    rank, force, contraction, share = (np.zeros(n) for _ in range(4))
    for number, muscle in enumerate(NERVE_MUSCLES):
        mine = np.flatnonzero(axons.muscle == number)
        if mine.size == 0:
            continue
        mine = mine[np.argsort(axons.diameter_um[mine], kind="stable")]
        weight = axons.weight[mine]
        rank[mine] = (np.cumsum(weight) - weight / 2) / weight.sum()
        force[mine] = twitch_force(rank[mine], ranges[muscle])
        contraction[mine] = contraction_time_s(force[mine], ranges[muscle])
        share[mine] = weight * force[mine] / (weight @ force[mine] + _TINY)
    return MotorUnits(axons.muscle, rank, force, contraction, share)


def twitch_force(rank: FloatArray, units: UnitRange) -> FloatArray:
    """Return the peak force P of twitches of units at these ranks (0 to 1), the weakest being 1."""
    force: FloatArray = np.exp(np.log(units.force) * rank)
    return force


def contraction_time_s(force: FloatArray, units: UnitRange) -> FloatArray:
    """Return the time T in seconds from the start of a twitch of peak force P to its peak."""
    exponent = np.log(units.speed) / np.log(units.force)
    time: FloatArray = units.slowest_ms / 1000 * force**-exponent
    return time
