"""Distances become curves in units a person can read, calibrated on the recording itself."""

from collections.abc import Mapping

import numpy as np

from facialis.settings import CalibrationSettings
from facialis.signals.runs import frame_seconds
from facialis.signals.shifts import REGION_POINTS
from facialis.types import SIDES, BoolArray, FloatArray, Side, Signals

EXCURSIONS = ("brow", "cheek", "mouth_lateral", "mouth_vertical", "nose", "chin")
GAZE = "% of the eye's width"
PERCENT = "% of inter-ocular distance"
IRIS_MM = 11.7
"""Horizontal visible iris diameter in mm, adults (Rufer 2005, doi:10.1097/01.ico.0000148312.01805.53)."""


def lid_levels(
    time_s: FloatArray, apertures: Mapping[Side, FloatArray], usable: BoolArray, settings: CalibrationSettings
) -> dict[Side, tuple[float, float]]:
    """Return each eye's own (shut, open) aperture, in inter-ocular distances.

    `apertures` maps a side to its aperture (n,); `usable` (n,) tells where both sides can be read. Shut is
    taken from the moments in which both eyes close together, since one of them closed by a spasm alone
    would not show how far the other goes.
    """
    opened = {s: float(np.quantile(apertures[s][usable], settings.open_quantile)) for s in SIDES}
    conjugate = usable & np.logical_and.reduce(
        [apertures[s] < settings.blink_depth * opened[s] for s in SIDES]
    )
    seconds = float(frame_seconds(time_s, 1.0)[conjugate].sum())
    levels: dict[Side, tuple[float, float]] = {}
    for side in SIDES:
        shut = settings.nominal_shut * opened[side]
        if seconds >= settings.min_shut_s:
            # A blink seen only on its way down says nothing about shut.
            shut = min(shut, float(np.quantile(apertures[side][conjugate], settings.shut_quantile)))
        levels[side] = (shut, opened[side])
    return levels


def curves(
    time_s: FloatArray,
    raw: Mapping[str, FloatArray],
    usable: Mapping[Side, BoolArray],
    settings: CalibrationSettings,
) -> Signals:
    """Return the curves of both sides.

    `raw` holds the columns of geometry.NAMES, each (n,), in inter-ocular distances. Closure is 0 at the
    eye's own open level and 1 shut; excursions are in % of the inter-ocular distance from this person's
    rest, outwards and upwards positive. Values are raw: nothing is smoothed or filled, NaN where no face
    was seen.
    """
    both = usable["left"] & usable["right"]
    columns: dict[str, FloatArray] = {}
    units: dict[str, str] = {}
    levels = (
        lid_levels(time_s, {s: raw[f"{s}_aperture"] for s in SIDES}, both, settings) if both.any() else {}
    )
    for side in SIDES:
        shut, opened = levels.get(side, (0.0, float("nan")))
        columns[f"{side}_closure"] = (opened - raw[f"{side}_aperture"]) / (opened - shut)
        units[f"{side}_closure"] = "1"
        for name in EXCURSIONS:
            values = raw[f"{side}_{name}"]
            rest = float(np.median(values[both])) if both.any() else float("nan")
            columns[f"{side}_{name}"] = 100 * (values - rest)
            units[f"{side}_{name}"] = PERCENT
        columns[f"{side}_lid_shift"] = 100 * raw[f"{side}_lid_shift"]
        units[f"{side}_lid_shift"] = PERCENT
        for name in REGION_POINTS:
            columns[f"{side}_{name}_shift"] = 100 * raw[f"{side}_{name}_shift"]
            units[f"{side}_{name}_shift"] = PERCENT
        # Without the person's own rest taken off, so that a lasting asymmetry can be told.
        for name, source in (("aperture", "aperture"), ("mouth_height", "mouth_vertical")):
            columns[f"{side}_{name}"] = 100 * raw[f"{side}_{source}"]
            units[f"{side}_{name}"] = PERCENT
    for name, unit in (("yaw_deg", "degree"), ("pitch_deg", "degree"), ("roll_deg", "degree")):
        columns[name], units[name] = raw[name], unit
    for name in ("gaze_left", "gaze_up"):
        columns[name], units[name] = 100 * raw[name], GAZE
    for name in ("interocular_px", "iris_px"):
        columns[name], units[name] = raw[name], "px"
    for side in SIDES:
        columns[f"{side}_presence"], units[f"{side}_presence"] = raw[f"{side}_presence"], "logit"
    return Signals(time_s, columns, units, usable)


def mm_per_percent(signals: Signals) -> float:
    """Millimetres in 1 % of this person's inter-ocular distance, by the iris; NaN without a face."""
    ratio = signals.columns["interocular_px"] / signals.columns["iris_px"]
    finite = ratio[np.isfinite(ratio)]
    return float(np.median(finite)) * IRIS_MM / 100 if finite.size else float("nan")
