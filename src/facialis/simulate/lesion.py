"""One lesion as the spike tier sees it: a cause, read off the tables of the cable tier."""

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import CAUSES, Cause, CauseName, coupling, g_ratio, pulse_wave
from facialis.simulate.fibre import geometry
from facialis.simulate.tables import NerveTables, nerve_tables
from facialis.types import FloatArray

LOW_MV, HIGH_MV, STEP_MV = -4.0, 6.0, 0.1
"""The axis of readiness: the left shift of the membrane and all that acts like it for a while."""
MOST_LIKELY_KICK = 0.5
_MEDIAN_UM = 7.3
_NODES_OF_AN_AXON = 9
"""Injured nodes over which an axon's own shift is averaged: those of three internodes and the penumbra."""
PHASES = 8
ALPHA_PER_MV = 0.055
"""By so much the alpha rises at which half of the silent axons answer, for each mV less of left shift: in the
tables with 5 lamellae in three internodes, in all of them 0.07 in the median."""


@dataclass(frozen=True)
class Lesion:
    """What the spike tier needs to know of a lesion.

    On the axis `readiness_mv()` (points,): `kick`, how likely one brief current of channel noise fires an
    axon; `train`, how many spikes follow; `answer` (phases, sizes 3 to 5, 1 to 4 active, points), how likely
    a silent axon of a patch answers. `shift_mv` of the membrane and its SD over axons; `slope_per_mv`, by how
    much the logarithm of `kick` rises with each mV there. `reach`: the mean of `answer` at readiness 0, 0 to
    1. `crossing`: share of the nucleus' impulses that pass.
    """

    kick: FloatArray
    train: FloatArray
    answer: FloatArray
    shift_mv: float
    shift_sd_mv: float
    slope_per_mv: float
    reach: float
    delay_ms: float
    jitter_ms: float
    interval_ms: float
    interval_cv: float
    ready_ms: float
    crossing: float
    transit_ms: float


def readiness_mv() -> FloatArray:
    """Return the axis of readiness in mV, (points,)."""
    return np.linspace(LOW_MV, HIGH_MV, round((HIGH_MV - LOW_MV) / STEP_MV) + 1)


def find_cause(cause: CauseName | Cause) -> Cause:
    """Return the cause of this name. SettingsError where there is none."""
    if isinstance(cause, Cause):
        return cause
    if cause not in get_args(CauseName):
        raise SettingsError(f"{cause!r} is no cause; use one of {', '.join(get_args(CauseName))}.")
    return CAUSES[cause]


def decompressed(cause: CauseName | Cause) -> Cause:
    """Return the same nerve on the day the vessel is lifted: nothing presses, the myelin is still lost."""
    return replace(find_cause(cause), packing=0.5, pulse=0.0)


def lesion(cause: CauseName | Cause, sodium_block: float = 0.0, tables: NerveTables | None = None) -> Lesion:
    """Return the lesion that a cause makes. `sodium_block` is 0 to 1, as in `tables.Grid`.

    Values between those of the tables are interpolated, values beyond taken at the end; the chance of a kick
    goes on along its last slope. SettingsError for an unknown cause or a block out of range.
    """
    cause, tables = find_cause(cause), tables or nerve_tables()
    if not 0 <= sodium_block <= 1:
        raise SettingsError(f"sodium_block is {sodium_block}; use 0 (no drug) to 1.")
    if cause.length_mm == 0:
        return _no_lesion()
    alpha = _alpha(cause)
    at = _Place(tables, cause, sodium_block)
    axis = readiness_mv()
    answer = np.stack([at.answer(float(one), axis) for one in alpha])
    kick, slope = at.kick(axis)
    middle = float(alpha.mean())
    here = int(np.argmin(np.abs(axis)))
    means = [answer[:, size, : size + 2, here].mean() for size in range(3)]
    return Lesion(
        kick=kick,
        train=at.of_alpha("afterdischarge", middle, axis),
        answer=answer,
        shift_mv=cause.left_shift_mv,
        shift_sd_mv=cause.left_shift_sd_mv / np.sqrt(_NODES_OF_AN_AXON),
        slope_per_mv=slope,
        reach=float(np.mean(means)),
        delay_ms=at.number("delay_ms", middle, 0.3),
        jitter_ms=at.response("jitter_ms", middle, 0.05),
        interval_ms=at.number("interval_ms", middle, 3.0),
        interval_cv=at.number("interval_cv", middle, 0.15),
        ready_ms=at.response("refractory_ms", middle, 8.0),
        crossing=at.plain("crossing"),
        transit_ms=max(at.plain("transit_ms"), 0.0),
    )


def _no_lesion() -> Lesion:
    nothing = np.zeros(readiness_mv().size)
    answer = np.zeros((1, 3, 4, nothing.size))
    return Lesion(nothing, nothing, answer, 0.0, 0.0, 1.0, 0.0, 0.3, 0.05, 3.0, 0.15, 3.0, 1.0, 0.0)


def _alpha(cause: Cause) -> FloatArray:
    """Return the coupling in each phase of the pulse, (phases,), of a patch of median fibres."""
    fibre = geometry(np.array([_MEDIAN_UM]))
    lamellae = np.minimum(fibre.lamellae[:, None], cause.lamellae)
    phases = PHASES if cause.pulse > 0 else 1
    packing = cause.packing + cause.pulse * pulse_wave(phases)
    return coupling(packing, np.broadcast_to(g_ratio(fibre, lamellae)[0], packing.shape))


class _Place:
    """Reads the tables at one sodium block, length and number of lamellae."""

    def __init__(self, tables: NerveTables, cause: Cause, sodium_block: float) -> None:
        self.tables, self.grid, self.lamellae = tables, tables.grid, cause.lamellae
        self.shift_mv = cause.left_shift_mv
        internode_mm = float(geometry(np.array([_MEDIAN_UM])).internode_um[0]) / 1000
        self.fixed = (
            (self.grid.sodium_block, sodium_block),
            (self.grid.internodes, cause.length_mm / internode_mm),
            (self.grid.lamellae, cause.lamellae),
        )

    def _reduced(self, name: str) -> FloatArray:
        values: FloatArray = getattr(self.tables, name)
        for axis, value in self.fixed:
            values = _between(values, axis, value, logarithmic=axis is self.grid.lamellae)
        return values

    def answer(self, alpha: float, axis: FloatArray) -> FloatArray:
        """Return the chances of an answer, (sizes, active, points), rising with the number that fire.

        The tables hold no membrane that is held back. There a mV less of readiness counts as ALPHA_PER_MV
        less of alpha, at a left shift of 0.
        """
        reduced = np.moveaxis(self._reduced("transmission"), 1, 0)
        chance = _between(reduced, self.grid.alpha, alpha)
        held = np.clip(alpha + ALPHA_PER_MV * np.minimum(axis, 0.0), 0.0, alpha)
        below = np.stack([_between(reduced, self.grid.alpha, float(one))[0] for one in held])
        below *= (np.minimum(held / self.grid.alpha[0], 1.0) ** 2)[:, None, None]
        rows = [
            [
                np.where(
                    axis < 0,
                    below[:, size, active],
                    np.interp(axis, self.grid.shift_mv, chance[:, size, active]),
                )
                for active in range(4)
            ]
            for size in range(3)
        ]
        return np.maximum.accumulate(np.nan_to_num(np.array(rows)), axis=1)

    def of_alpha(self, name: str, alpha: float, axis: FloatArray) -> FloatArray:
        values = _between(np.moveaxis(self._reduced(name), 1, 0), self.grid.alpha, alpha)
        return np.interp(axis, self.grid.shift_mv, np.nan_to_num(values))

    def number(self, name: str, alpha: float, otherwise: float) -> float:
        """Return a value at the membrane's own shift, or the median of those that are known nearby."""
        values = self._reduced(name)
        found = float(
            np.interp(
                self.shift_mv,
                self.grid.shift_mv,
                _between(np.moveaxis(values, 1, 0), self.grid.alpha, alpha),
            )
        )
        known = values[np.isfinite(values)]
        return found if np.isfinite(found) else float(np.median(known)) if known.size else otherwise

    def plain(self, name: str) -> float:
        return float(np.interp(self.shift_mv, self.grid.shift_mv, self._reduced(name)))

    def response(self, name: str, alpha: float, otherwise: float) -> float:
        values = _between(getattr(self.tables, name), self.grid.lamellae, self.lamellae, logarithmic=True)
        found = float(_between(values, self.grid.alpha, alpha))
        return found if np.isfinite(found) else otherwise

    def kick(self, axis: FloatArray) -> tuple[FloatArray, float]:
        """Return the chance that a kick fires an axon, (points,), and its logarithm's slope at the shift."""
        known = np.log(np.maximum(self._reduced("ectopic"), 1e-9))
        shifts = np.array(self.grid.shift_mv)
        slopes = np.diff(known) / np.diff(shifts)
        inside = np.interp(axis, shifts, known)
        below, above = (
            np.minimum(axis - shifts[0], 0) * slopes[0],
            np.maximum(axis - shifts[-1], 0) * slopes[-1],
        )
        chance = np.minimum(np.exp(inside + below + above), MOST_LIKELY_KICK)
        around = np.interp([self.shift_mv - 0.5, self.shift_mv + 0.5], axis, np.log(chance))
        slope = float(np.diff(around)[0])
        return chance, slope


def _between(values: FloatArray, axis: tuple[float, ...], at: float, logarithmic: bool = False) -> FloatArray:
    """Return values interpolated along their first dimension; at the ends where `at` lies beyond them."""
    grid, wanted = np.array(axis, dtype=float), float(at)
    if logarithmic:
        grid, wanted = np.log(grid), np.log(wanted)
    place = float(np.interp(wanted, grid, np.arange(grid.size)))
    low = min(int(place), grid.size - 2)
    part = place - low
    if part <= 0:
        return np.asarray(values[low])
    if part >= 1:
        return np.asarray(values[low + 1])
    return np.asarray((1 - part) * values[low] + part * values[low + 1])
