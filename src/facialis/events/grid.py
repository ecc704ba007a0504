"""Signals on an even time grid, for what needs one. The stored signals keep their own times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facialis.types import REGIONS, SIDES, BoolArray, FloatArray, Region, Side, Signals

Channel = Region | Literal["lids", "brow_shift", "cheek_shift", "mouth_shift", "nose_shift", "chin_shift"]
"""What can show an excess: each region, and its shift in the picture, a second witness."""
SECOND: Mapping[Region, Channel] = {
    "eye": "lids",
    "brow": "brow_shift",
    "cheek": "cheek_shift",
    "mouth": "mouth_shift",
    "nose": "nose_shift",
    "chin": "chin_shift",
}
CHANNELS: tuple[Channel, ...] = (*REGIONS, *SECOND.values())


@dataclass(frozen=True)
class EvenSignals:
    """Columns (n,) at `time_s` (n,), `step_s` apart; `observed` (n,) tells where both sides can be read.

    Columns are drawn straight through what was not observed, so that nothing moves there; nothing may be
    concluded from them.
    """

    time_s: FloatArray
    step_s: float
    columns: Mapping[str, FloatArray]
    observed: BoolArray

    def side(self, side: Side, name: str) -> FloatArray:
        """Return the column `name` of one side, shape (n,)."""
        return self.columns[f"{side}_{name}"]


def even(signals: Signals) -> EvenSignals:
    """Resample linearly to the median frame interval. At a constant rate nothing changes."""
    time_s = signals.time_s
    observed = signals.usable["left"] & signals.usable["right"]
    step_s = float(np.median(np.diff(time_s))) if time_s.size > 1 else 1.0
    grid = time_s[0] + step_s * np.arange(round((time_s[-1] - time_s[0]) / step_s) + 1)
    nearest = np.searchsorted((time_s[1:] + time_s[:-1]) / 2, grid)
    kept = observed[nearest] & (np.abs(time_s[nearest] - grid) <= step_s)
    columns = {name: _resampled(grid, time_s, v, observed) for name, v in signals.columns.items()}
    return EvenSignals(grid, step_s, columns, kept)


def _resampled(grid: FloatArray, time_s: FloatArray, values: FloatArray, observed: BoolArray) -> FloatArray:
    known = observed & np.isfinite(values)
    if not known.any():
        return np.zeros(grid.shape)
    return np.asarray(np.interp(grid, time_s[known], values[known]))


def contraction(signals: EvenSignals, region: Channel) -> dict[Side, FloatArray]:
    """Return each side's curve (n,) of a region, growing with contraction.

    The mouth corner is pulled outwards and up, so its excursion is taken along the diagonal.
    """
    if region == "eye":
        return {side: signals.side(side, "closure") for side in SIDES}
    if region == "lids":
        return {side: signals.side(side, "lid_shift") for side in SIDES}
    if region == "mouth":
        return {
            side: (signals.side(side, "mouth_lateral") + signals.side(side, "mouth_vertical")) / np.sqrt(2)
            for side in SIDES
        }
    return {side: signals.side(side, region) for side in SIDES}


def shared_part(left: FloatArray, right: FloatArray) -> FloatArray:
    """What both sides do at once, (n,): the smaller of two movements in the same direction, else 0."""
    smaller = np.sign(left) * np.minimum(np.abs(left), np.abs(right))
    return np.where(left * right > 0, smaller, 0.0)
