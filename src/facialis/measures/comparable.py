"""The published pipeline's numbers on our curves, so that a laboratory can set ours beside theirs."""

import math

import numpy as np

from facialis.measures.basis import Basis, Term, too_short
from facialis.measures.intervals import NO_INTERVAL
from facialis.measures.nomura import PeerResult, analyse_windows
from facialis.types import SIDES, BoolArray, FloatArray, Measure

HOW = (
    "Nomura and Sakai's method, no interval; apertures are 1 minus closure, which takes a lasting difference "
    "of the lids out; no pursing is known, so the whole observed time counts as their pursing windows"
)
NO_NUMBER = "the method gives no number for this recording"
# Name, label, unit; in the order of `_numbers`.
TERMS: tuple[tuple[str, str, str], ...] = (
    ("nomura_cv_ratio", "Variation of one eye's opening by the other's, Nomura's method", "1"),
    ("nomura_episode_rate", "Spasm episodes, Nomura's method", "1/min"),
    ("nomura_clonic_rate", "Clonic rate, Nomura's method", "1/s"),
    ("nomura_clonic_coverage", "Share of time in clonic spasm, Nomura's method", "%"),
    ("nomura_clonic_amplitude", "Clonic amplitude, Nomura's method", "1"),
    ("nomura_clonic_duration", "Length of clonic spasms, Nomura's method", "s"),
    ("nomura_tonic_mean", "Tonic level, Nomura's method", "1"),
    ("nomura_tonic_ratio", "Tonic part of tonic and clonic, Nomura's method", "%"),
)


def comparable(basis: Basis) -> list[Measure]:
    """Return the numbers of Nomura and Sakai (doi:10.5281/zenodo.18845312) on the calibrated curves.

    Their side is the eye whose aperture varies more, whatever our verdict says; it is each measure's side.
    The curves are resampled to the recording's median rate, which their constants in frames need.
    """
    reason = too_short(basis) or ("" if basis.quality.frames_per_s > 0 else "the frame rate is not known")
    if reason:
        return [_term(basis, terms, None).lack(0, reason) for terms in TERMS]
    left, right, seen = _resampled(basis)
    result = analyse_windows(left, right, seen, ~seen, basis.quality.frames_per_s)
    n = len(result.episodes)
    measures: list[Measure] = []
    for terms, value in zip(TERMS, _numbers(result, basis.seconds()), strict=True):
        term = _term(basis, terms, result)
        known = math.isfinite(value)
        measures.append(term.give(value, NO_INTERVAL, n, HOW) if known else term.lack(n, NO_NUMBER))
    return measures


def _numbers(result: PeerResult, seconds: float) -> tuple[float, ...]:
    metrics = result.metrics
    return (
        result.cv_ratio,
        60 * len(result.episodes) / seconds,
        metrics.clonic_rate_per_s,
        metrics.clonic_coverage_percent,
        metrics.clonic_amplitude,
        metrics.clonic_duration_s,
        metrics.tonic_mean,
        metrics.tonic_ratio_percent,
    )


def _term(basis: Basis, terms: tuple[str, str, str], result: PeerResult | None) -> Term:
    name, label, unit = terms
    return Term(name, label, None if result is None else result.side, unit, basis.seconds())


def _resampled(basis: Basis) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Both apertures and what was observed on an even grid (k,); linear over unobserved frames."""
    time, seen = basis.signals.time_s, basis.observed
    grid = np.arange(time[0], time[-1] + 1e-9, 1 / basis.quality.frames_per_s)
    nearest = np.clip(np.searchsorted(time, grid), 1, time.size - 1)
    nearest -= grid - time[nearest - 1] < time[nearest] - grid
    left, right = (
        np.interp(grid, time[seen], 1 - basis.signals.side(side, "closure")[seen]) for side in SIDES
    )
    return left, right, seen[nearest]
