"""What one side does beyond the other, above the person's own asymmetry, with the noise it must exceed.

For each region the difference left minus right is freed of what both sides share: a smile that is stronger
on one side, a blink in which one lid goes less far, the head's pose, slow drift. What is left is excess:
positive for the left, negative for the right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import ndimage

from facialis.events.filters import (
    baseline,
    local_range,
    noise_of,
    quiet_level,
    running_median,
    samples,
    smoothed,
)
from facialis.events.grid import Channel, EvenSignals, contraction
from facialis.settings import ExcessSettings
from facialis.types import SIDES, BoolArray, FloatArray

POSE = ("yaw_deg", "pitch_deg", "roll_deg")
POSE_UNIT_DEG = 10.0
LEAST_NOISE = 1e-6
"""A drawn face may have none, and nothing divides by zero."""
TUKEY = 4.0
"""Residuals beyond this many SD have no say in the person's baseline (Tukey's biweight, 4 to 5 is usual)."""
FIT_ROUNDS = 15


Scale = Literal["slow", "fast", "brief"]
SCALES: tuple[Scale, ...] = ("slow", "fast", "brief")


@dataclass(frozen=True)
class Excess:
    """One region's excess, each array (n,) on the even grid, in the region's own unit.

    `raw` is measured from the longest baseline, `scales` is smoothed and measured from each of three: `slow`,
    `fast` and `brief`. `tolerance` is how much of each the movement common to both sides, or a turn of the
    head, could explain. `edge` is the change of `slow` within 0.2 s. `noise` (for each scale) and
    `noise_edge` are this recording's own, as standard deviations.
    """

    raw: FloatArray
    scales: Mapping[Scale, FloatArray]
    tolerance: Mapping[Scale, FloatArray]
    edge: FloatArray
    noise: Mapping[Scale, float]
    noise_edge: float


def region_excess(
    signals: EvenSignals,
    region: Channel,
    busy: BoolArray,
    quantile: float,
    settings: ExcessSettings,
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
    scales: dict[Scale, FloatArray] = {"slow": slow}
    # A posture held by both sides belongs to the shorter baselines, so there only its change is tolerated.
    shared: dict[Scale, FloatArray] = {"slow": common}
    shorter: dict[Scale, float] = {"fast": settings.fast_baseline_s, "brief": settings.brief_baseline_s}
    for scale, seconds in shorter.items():
        window = samples(seconds, step_s)
        scales[scale] = slow - baseline(slow, free, window, quantile=0.5)
        shared[scale] = common - running_median(common, window)
    edge = _edge(slow, max(1, round(settings.edge_s / step_s)))
    return Excess(
        raw=raw,
        scales=scales,
        tolerance=_tolerances(signals, region, common, shared, settings),
        edge=edge,
        noise={scale: max(noise_of(curve[free]), LEAST_NOISE) for scale, curve in scales.items()},
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


def _tolerances(
    signals: EvenSignals,
    region: Channel,
    common: FloatArray,
    shared: Mapping[Scale, FloatArray],
    settings: ExcessSettings,
) -> dict[Scale, FloatArray]:
    """How much difference (n,) the movement of both sides and the head's turn could make, on each scale."""
    step_s = signals.step_s
    eye = region == "eye"
    share = settings.eye_tolerance if eye else settings.lower_tolerance
    per_deg = settings.eye_yaw_tolerance if eye else settings.lower_yaw_tolerance
    steady = running_median(common, 3)
    lag = local_range(steady, samples(2 * settings.lag_s, step_s))
    jitter = noise_of((steady - running_median(steady, 5))[signals.observed])
    turn = local_range(running_median(signals.columns["yaw_deg"], 5), samples(settings.yaw_window_s, step_s))
    always: FloatArray = np.maximum(lag - 2 * jitter, 0) + per_deg * turn
    if region in ("eye", "lids"):
        always = np.maximum(always, _late_lid(signals, region, settings))
    return {scale: share * np.abs(part) + always for scale, part in shared.items()}


def _late_lid(signals: EvenSignals, channel: Channel, settings: ExcessSettings) -> FloatArray:
    """How much the lids may differ, (n,), because one goes before the other or less far in a blink.

    The side that is ahead may be as far as the other one gets within the lag, and beyond that by the
    tolerated share of that depth.
    """
    curves, step_s = contraction(signals, channel), signals.step_s
    lids = {side: smoothed(curves[side], step_s, settings.smooth_s) for side in SIDES}
    window = samples(2 * settings.lag_s, step_s)
    reach = {side: np.asarray(ndimage.maximum_filter1d(lids[side], window)) for side in SIDES}
    steady = samples(settings.blink_baseline_s, step_s)
    depth = {side: np.maximum(reach[side] - running_median(reach[side], steady), 0) for side in SIDES}
    jitter = max(noise_of((lids[side] - running_median(lids[side], 5))[signals.observed]) for side in SIDES)
    difference = lids["left"] - lids["right"]
    ahead = difference > np.median(difference[signals.observed])
    lag = {side: np.maximum(reach[side] - lids[side] - 2 * jitter, 0) for side in SIDES}
    other = {side: lag[side] + settings.eye_tolerance * depth[side] for side in SIDES}
    late: FloatArray = np.where(ahead, other["right"], other["left"])
    return late


def _edge(x: FloatArray, n: int) -> FloatArray:
    """Change of `x` from n samples before to n samples after, (n,); 0 at the ends."""
    edge = np.zeros(x.shape)
    if x.size > 2 * n:
        edge[n:-n] = x[2 * n :] - x[: -2 * n]
    return edge
