"""The published pipeline for hemifacial spasm from the eye apertures on, written anew from its description.

Nomura & Sakai: HFS_analysis_app and hfs-analyzer-web (10.5281/zenodo.18845312), described step by step; no
code of theirs is used. Where their two versions differ this follows the web version, which alone is
complete. Its constants in frames stay in frames, as published. It is here so that a laboratory can set its
numbers beside ours; ours do not use it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import savgol_filter

from facialis.signals.runs import runs_of
from facialis.types import BoolArray, FloatArray, Side

BASELINE_S, PURSE_REDUCTION, PURSE_GAP_S, SHORTEST_PURSE_S = 10.0, 0.07, 2.0, 2.0
BLINK_SHARE, BLINK_FRAMES, BLINK_MARGIN_FRAMES = 0.5, (2, 10), 3
TONIC_WINDOW_S, TONIC_ORDER = 3.0, 2
TRANSITION_S = 1.0
THRESHOLD_SD, SHORTEST_EPISODE_FRAMES = 0.5, 4


@dataclass(frozen=True)
class PeerEpisode:
    """One spasm of step 10: seconds from the first frame, `amplitude` the largest clonic value in it."""

    onset_s: float
    offset_s: float
    amplitude: float


@dataclass(frozen=True)
class PeerMetrics:
    """Step 11. The clonic numbers exist only inside pursing and are NaN without it; so is the elevation."""

    tonic_mean: float
    tonic_elevation: float
    tonic_ratio_percent: float
    clonic_rate_per_s: float
    clonic_coverage_percent: float
    clonic_amplitude: float
    clonic_duration_s: float


@dataclass(frozen=True)
class PeerResult:
    """The side called affected, the ratio of both sides' variation, all episodes, and the metrics."""

    side: Side
    cv_ratio: float
    episodes: tuple[PeerEpisode, ...]
    metrics: PeerMetrics


def analyse_curves(left: FloatArray, right: FloatArray, mar: FloatArray, frames_per_s: float) -> PeerResult:
    """Run steps 4 to 11 on apertures (n,) and mouth aspect ratios (n,), all without gaps."""
    purse = pursing(mar, frames_per_s)
    return analyse_windows(left, right, purse, transitions(purse, frames_per_s), frames_per_s)


def analyse_windows(
    left: FloatArray, right: FloatArray, purse: BoolArray, left_out: BoolArray, frames_per_s: float
) -> PeerResult:
    """Run steps 5 to 11 where the windows to count in, `purse` (n,), and the frames to leave out are known.

    The apertures (n,) may have any unit: each step takes ratios of one eye's or of both.
    """
    side, cv_ratio = affected_side(left, right)
    affected, healthy = (left, right) if side == "left" else (right, left)
    tonic, clonic = tonic_clonic(relative_difference(healthy, affected), frames_per_s)
    excluded = blinks(healthy) | left_out
    spasm = spasm_frames(clonic, excluded)
    episodes = tuple(
        PeerEpisode(a / frames_per_s, b / frames_per_s, float(clonic[a:b].max())) for a, b in runs_of(spasm)
    )
    return PeerResult(side, cv_ratio, episodes, metrics(tonic, clonic, purse, excluded, spasm, frames_per_s))


def fill_gaps(curve: FloatArray) -> FloatArray:
    """Step 3: linear over missing values (n,), the nearest at the ends; zeros where nothing was seen."""
    seen = np.isfinite(curve)
    if not seen.any():
        return np.zeros_like(curve)
    frames = np.arange(len(curve))
    return np.asarray(np.interp(frames, frames[seen], curve[seen]))


def pursing(mar: FloatArray, frames_per_s: float) -> BoolArray:
    """Step 4: frames (n,) in which the lips are pursed, judged against the ratio's own moving mean."""
    window = 2 * (round(BASELINE_S * frames_per_s) // 2) + 1
    baseline = uniform_filter1d(mar, window, mode="nearest")
    raw = (baseline - mar) / np.where(baseline == 0, 1.0, baseline) > PURSE_REDUCTION
    runs = runs_of(raw)
    for (_, end), (start, _) in pairwise(runs):
        if start - end <= round(PURSE_GAP_S * frames_per_s):
            raw[end:start] = True
    return _keep(raw, round(SHORTEST_PURSE_S * frames_per_s))


def affected_side(left: FloatArray, right: FloatArray) -> tuple[Side, float]:
    """Step 5: the side whose aperture varies more (a tie is right), and how many times more."""
    cv_left, cv_right = (float(a.std() / a.mean()) if a.mean() > 0 else 0.0 for a in (left, right))
    side: Side = "left" if cv_left > cv_right else "right"
    smaller = min(cv_left, cv_right)
    return side, max(cv_left, cv_right) / smaller if smaller > 0 else float("nan")


def relative_difference(healthy: FloatArray, affected: FloatArray) -> FloatArray:
    """Step 6: (n,) 0 where both eyes are alike, 1 where the affected one is shut."""
    return (healthy - affected) / (healthy + 1e-6)


def blinks(healthy: FloatArray) -> BoolArray:
    """Step 7: frames (n,) around short closures of the healthy eye."""
    short = np.zeros(len(healthy), bool)
    for a, b in runs_of(healthy < BLINK_SHARE * np.median(healthy)):
        if BLINK_FRAMES[0] <= b - a <= BLINK_FRAMES[1]:
            short[max(a - BLINK_MARGIN_FRAMES, 0) : b + BLINK_MARGIN_FRAMES] = True
    return short


def tonic_clonic(difference: FloatArray, frames_per_s: float) -> tuple[FloatArray, FloatArray]:
    """Step 8: the difference (n,) smoothed over 3 s, and the rest. All is tonic in a shorter recording."""
    window = round(TONIC_WINDOW_S * frames_per_s)
    window += window % 2 == 0
    if len(difference) < window:
        return difference, np.zeros_like(difference)
    tonic = np.asarray(savgol_filter(difference, window, TONIC_ORDER, mode="nearest"))
    return tonic, difference - tonic


def transitions(purse: BoolArray, frames_per_s: float) -> BoolArray:
    """Step 9: frames (n,) within a second of the start or end of pursing."""
    margin = round(TRANSITION_S * frames_per_s)
    near = np.zeros(len(purse), bool)
    for edge in np.flatnonzero(np.diff(purse.astype(int))) + 1:
        near[max(edge - margin, 0) : edge + margin] = True
    return near


def spasm_frames(clonic: FloatArray, excluded: BoolArray) -> BoolArray:
    """Step 10: frames (n,) above a threshold relative to the curve itself, in runs of at least four."""
    if excluded.all():
        return np.zeros(len(clonic), bool)
    kept = clonic[~excluded]
    above = (clonic > kept.mean() + THRESHOLD_SD * kept.std()) & ~excluded
    return _keep(above, SHORTEST_EPISODE_FRAMES)


def metrics(
    tonic: FloatArray,
    clonic: FloatArray,
    purse: BoolArray,
    excluded: BoolArray,
    spasm: BoolArray,
    frames_per_s: float,
) -> PeerMetrics:
    """Step 11 on curves and masks (n,)."""
    pursed, at_rest = purse & ~excluded, ~purse & ~excluded
    runs = runs_of(spasm & pursed)
    strength = float(np.abs(tonic).sum() + np.abs(clonic).sum())
    return PeerMetrics(
        tonic_mean=_mean(tonic[~excluded]),
        tonic_elevation=_mean(tonic[pursed]) - _mean(tonic[at_rest]),
        tonic_ratio_percent=100 * float(np.abs(tonic).sum()) / strength if strength else float("nan"),
        clonic_rate_per_s=len(runs) * frames_per_s / pursed.sum() if pursed.any() else float("nan"),
        clonic_coverage_percent=100 * _mean(spasm[pursed].astype(float)),
        clonic_amplitude=_mean(np.array([clonic[a:b].max() for a, b in runs])),
        clonic_duration_s=_mean(np.array([b - a for a, b in runs])) / frames_per_s,
    )


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _keep(mask: BoolArray, at_least: int) -> BoolArray:
    kept = np.zeros(len(mask), bool)
    for a, b in runs_of(mask):
        kept[a:b] = b - a >= at_least
    return kept
