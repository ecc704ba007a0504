"""What one side does beyond the other, above the person's own asymmetry, with the noise it must exceed.

For each region the difference left minus right is freed of what both sides share: a smile that is stronger
on one side, a blink in which one lid goes less far, the head's pose, slow drift. What is left is excess:
positive for the left, negative for the right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facialis.events.expected import FaceMovements, expected_sd, region_movements, shared_movement
from facialis.events.filters import baseline, noise_of, quiet_level, running_median, samples, smoothed
from facialis.events.grid import Channel, EvenSignals, contraction, shared_part
from facialis.settings import ExcessSettings
from facialis.types import SIDES, BoolArray, FloatArray

POSE = ("yaw_deg", "pitch_deg", "roll_deg", "gaze_left", "gaze_up")
POSE_UNIT = 10.0
"""Degrees of the head, and % of the eye's width of the gaze, that count alike beside the common movement."""
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
    `fast` and `brief`. `expected` (n,) is the standard deviation that each has without a spasm while the face
    does what it does at that moment. `noise` (of each scale) and `noise_edge` (of the change of `slow` within
    0.2 s) are this recording's own while nothing moves, as standard deviations.
    """

    raw: FloatArray
    scales: Mapping[Scale, FloatArray]
    expected: Mapping[Scale, FloatArray]
    noise: Mapping[Scale, float]
    noise_edge: float


def region_excess(
    signals: EvenSignals,
    region: Channel,
    busy: BoolArray,
    quantile: float,
    face: FaceMovements,
    settings: ExcessSettings,
) -> Excess:
    """Return the excess of one region.

    `busy` (n,) tells which samples are not baseline; `quantile` is where the baseline lies among the others:
    0.5, or lower where spasms of the left fill much of the recording, higher for the right. `face` is what
    the whole face does meanwhile.
    """
    curves, step_s = contraction(signals, region), signals.step_s
    free = signals.observed & ~busy
    if not free.any():
        free = signals.observed
    long = samples(settings.baseline_s, step_s)
    usual = {side: baseline(curves[side], free, long, quantile=0.5) for side in SIDES}
    moved = {side: curves[side] - usual[side] for side in SIDES}
    shared_move = shared_part(moved["left"], moved["right"])
    common: FloatArray = (usual["left"] + usual["right"]) / 2 + shared_move
    difference: FloatArray = curves["left"] - curves["right"]
    residual: FloatArray = difference - _person(signals, common, difference, free, settings)
    slow: FloatArray = residual - baseline(residual, free, long, quantile)
    if quantile != 0.5:
        slow = slow - quiet_level(slow[free])
    raw, slow = slow, smoothed(slow, step_s, settings.smooth_s)
    scales: dict[Scale, FloatArray] = {"slow": slow}
    # A posture held by both sides belongs to the baseline, so only its change lets the sides differ.
    shared: dict[Scale, FloatArray] = {"slow": shared_move}
    shorter: dict[Scale, float] = {"fast": settings.fast_baseline_s, "brief": settings.brief_baseline_s}
    for scale, seconds in shorter.items():
        window = samples(seconds, step_s)
        scales[scale] = slow - baseline(slow, free, window, quantile=0.5)
        shared[scale] = shared_move - running_median(shared_move, window)
    noise = {scale: max(noise_of(curve[free]), LEAST_NOISE) for scale, curve in scales.items()}
    moves = region_movements(signals, region, face, settings)
    common_moves = {s: shared_movement(shared[s], signals, region, settings) for s in SCALES}
    return Excess(
        raw=raw,
        scales=scales,
        expected={
            s: expected_sd(scales[s], noise[s], (common_moves[s], *moves), free, step_s, settings)
            for s in SCALES
        },
        noise=noise,
        noise_edge=noise_of(edge_of(slow, max(1, round(settings.edge_s / step_s)))[free]),
    )


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
    pose = [(signals.columns[name] - np.median(signals.columns[name][free])) / POSE_UNIT for name in POSE]
    middle = float(np.median(common[free]))
    # Wide-open eyes need not differ as half-shut ones do; and one side may always be a little behind.
    bend, haste = np.maximum(common - middle, 0), np.gradient(running_median(common, 3))
    design = np.column_stack([np.ones(common.shape), common, bend, haste, *pose])
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


def edge_of(x: FloatArray, n: int) -> FloatArray:
    """Change of `x` from n samples before to n samples after, (n,); 0 at the ends."""
    edge = np.zeros(x.shape)
    if x.size > 2 * n:
        edge[n:-n] = x[2 * n :] - x[: -2 * n]
    return edge
