"""What one side does beyond the other, above the person's own asymmetry, with the noise it must exceed.

For each region the difference left minus right is freed of what both sides share: a smile that is stronger
on one side, a blink in which one lid goes less far, the head's pose, slow drift. What is left is excess:
positive for the left, negative for the right.
"""

from dataclasses import dataclass

import numpy as np

from facialis.events.filters import (
    baseline,
    local_range,
    noise_of,
    quiet_level,
    running_median,
    samples,
    smoothed,
)
from facialis.events.grid import EvenSignals, contraction
from facialis.settings import ExcessSettings
from facialis.types import BoolArray, FloatArray, Region

POSE = ("yaw_deg", "pitch_deg", "roll_deg")
POSE_UNIT_DEG = 10.0
TUKEY = 4.0
"""Residuals beyond this many SD have no say in the person's baseline (Tukey's biweight, 4 to 5 is usual)."""
FIT_ROUNDS = 15


@dataclass(frozen=True)
class Excess:
    """One region's excess, each array (n,) on the even grid, in the region's own unit.

    `raw` is measured from a baseline of many seconds, `slow` is the same smoothed, `fast` is smoothed and
    from a baseline of two seconds. `tolerance` is how much of it the movement common to both sides, or a
    turn of the head, could explain. `edge` is the change of `slow` within 0.2 s. The `noise_` values are this
    recording's, as standard deviations.
    """

    raw: FloatArray
    slow: FloatArray
    fast: FloatArray
    tolerance: FloatArray
    edge: FloatArray
    common: FloatArray
    noise_slow: float
    noise_fast: float
    noise_edge: float


def region_excess(
    signals: EvenSignals, region: Region, busy: BoolArray, quantile: float, settings: ExcessSettings
) -> Excess:
    """Return the excess of one region.

    `busy` (n,) tells which samples are not baseline; `quantile` is where the baseline lies among the others:
    0.5, or lower where spasms of the left fill much of the recording, higher for the right.
    """
    curves, step_s = contraction(signals, region), signals.step_s
    common = shared_part(curves["left"], curves["right"])
    free = signals.observed & ~busy
    if not free.any():
        free = signals.observed
    difference: FloatArray = curves["left"] - curves["right"]
    residual: FloatArray = difference - _person(signals, common, difference, free, settings)
    slow: FloatArray = residual - baseline(residual, free, samples(settings.baseline_s, step_s), quantile)
    if quantile != 0.5:
        slow = slow - quiet_level(slow[free])
    raw, slow = slow, smoothed(slow, step_s, settings.smooth_s)
    fast = slow - baseline(slow, free, samples(settings.fast_baseline_s, step_s), quantile=0.5)
    edge = _edge(slow, max(1, round(settings.edge_s / step_s)))
    return Excess(
        raw=raw,
        slow=slow,
        fast=fast,
        tolerance=_tolerance(signals, region, common, settings),
        edge=edge,
        common=common,
        noise_slow=noise_of(slow[free]),
        noise_fast=noise_of(fast[free]),
        noise_edge=noise_of(edge[free]),
    )


def shared_part(left: FloatArray, right: FloatArray) -> FloatArray:
    """What both sides do at once, (n,): the smaller of two movements in the same direction, else 0."""
    smaller = np.sign(left) * np.minimum(np.abs(left), np.abs(right))
    return np.where(left * right > 0, smaller, 0.0)


def beyond(excess: FloatArray, tolerance: FloatArray) -> FloatArray:
    """The part of an excess (n,) that the tolerance (n,) leaves unexplained."""
    part: FloatArray = np.sign(excess) * np.maximum(np.abs(excess) - tolerance, 0)
    return part


def _person(
    signals: EvenSignals,
    common: FloatArray,
    difference: FloatArray,
    free: BoolArray,
    settings: ExcessSettings,
) -> FloatArray:
    """This person's own asymmetry (n,): constant, with what both sides do, and with the head's pose.

    Robust regression by iteratively reweighted least squares with Tukey's biweight
    (Holland & Welsch 1977, doi:10.1080/03610927708827533), ridge on all but the constant.
    """
    if not free.any():
        return np.zeros(difference.shape)
    pose = [(signals.columns[name] - np.median(signals.columns[name][free])) / POSE_UNIT_DEG for name in POSE]
    design = np.column_stack([np.ones(common.shape), common, *pose])
    ridge = np.diag([0.0] + [settings.pose_ridge * free.sum()] * (design.shape[1] - 1))
    weights = free.astype(float)
    fit = np.full(difference.shape, float(np.median(difference[free])))
    for _ in range(FIT_ROUNDS):
        residual = difference - fit
        scale = max(1.4826 * float(np.median(np.abs(residual[free]))), 1e-9)
        weights = free * (1 - np.clip(residual / (TUKEY * scale), -1, 1) ** 2) ** 2
        weighted = design * weights[:, None]
        solution = np.linalg.lstsq(design.T @ weighted + ridge, weighted.T @ difference, rcond=None)[0]
        fit = design @ solution
    return fit


def _tolerance(
    signals: EvenSignals, region: Region, common: FloatArray, settings: ExcessSettings
) -> FloatArray:
    """How much difference (n,) the common movement and the head's turn could make."""
    step_s = signals.step_s
    eye = region == "eye"
    share = settings.eye_tolerance if eye else settings.lower_tolerance
    per_deg = settings.eye_yaw_tolerance if eye else settings.lower_yaw_tolerance
    steady = running_median(common, 3)
    lag = local_range(steady, samples(2 * settings.lag_s, step_s))
    jitter = noise_of((steady - running_median(steady, 5))[signals.observed])
    turn = local_range(running_median(signals.columns["yaw_deg"], 5), samples(settings.yaw_window_s, step_s))
    tolerance: FloatArray = share * np.abs(common) + np.maximum(lag - 2 * jitter, 0) + per_deg * turn
    return tolerance


def _edge(x: FloatArray, n: int) -> FloatArray:
    """Change of `x` from n samples before to n samples after, (n,); 0 at the ends."""
    edge = np.zeros(x.shape)
    if x.size > 2 * n:
        edge[n:-n] = x[2 * n :] - x[: -2 * n]
    return edge
