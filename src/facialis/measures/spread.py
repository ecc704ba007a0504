"""Where it goes: regions beside the eye, whether they start together, and the other Babinski sign."""

from collections.abc import Sequence

import numpy as np

from facialis.measures.basis import (
    MEDIAN_INTERVAL,
    WILSON_INTERVAL,
    Basis,
    Term,
    per_side,
    too_few,
)
from facialis.measures.intervals import NO_INTERVAL, quantile_interval, wilson_interval
from facialis.types import BoolArray, Event, FloatArray, Measure, Side

BEFORE_S = 0.5
"""The brow's rest is taken over half a second that ends `GAP_S` before the eye starts to close."""
GAP_S = 0.1
PEAK_S = 0.2
"""The brow's height in a contraction is its mean over this time around the peak."""
NULL_STEP_S = 0.1
MIN_NULL = 30
TOO_LITTLE_REST = "too little time between events to know how much the brow moves anyhow"
NULL_QUANTILE = 0.975


def has_spread(event: Event) -> bool:
    """Whether an event moves the eye and at least one more region of its side."""
    return "eye" in event.regions and len(set(event.regions)) > 1


def spread(basis: Basis, side: Side) -> list[Measure]:
    """Return spread, regions starting together, eye-to-mouth delay and other Babinski sign of one side."""
    return [*reach(basis, side), _other_babinski(basis, side)]


def reach(basis: Basis, side: Side) -> list[Measure]:
    """Return spread, regions starting together and eye-to-mouth delay, which the events alone tell."""
    episodes = basis.of("episode", side)
    spreading = [event for event in episodes if has_spread(event)]
    beyond = per_side(
        basis, "spread_share", "Spasms that reach beyond the eye to other parts of the same side", side, "%"
    )
    return [
        share_of_events(basis, beyond, len(spreading), len(episodes), "episodes"),
        _together(basis, side, spreading),
        _eye_mouth_delay(basis, side, episodes),
    ]


def share_of_events(basis: Basis, term: Term, k: int, n: int, what: str) -> Measure:
    """Return `k` of `n` events as a share with its interval."""
    if reason := too_few(n, int(basis.settings.min_events), what):
        return term.lack(n, reason)
    return term.give(k / n, wilson_interval(k, n), n, WILSON_INTERVAL, scale=100)


def _together(basis: Basis, side: Side, spreading: list[Event]) -> Measure:
    term = per_side(basis, "together_share", "Spreading spasms whose parts all start together", side, "%")
    onsets = [list(event.onset_by_region_s.values()) for event in spreading]
    spans = np.array([max(each) - min(each) for each in onsets if len(each) > 1])
    # Half a frame more, so that the clock's jitter does not make one frame into more than one.
    limit_s = basis.settings.together_s + 0.5 * _frame_s(basis)
    what = "episodes with the onsets of several regions"
    return share_of_events(basis, term, int((spans <= limit_s).sum()), int(spans.size), what)


def _eye_mouth_delay(basis: Basis, side: Side, episodes: tuple[Event, ...]) -> Measure:
    term = per_side(basis, "eye_mouth_delay", "Delay from the eye to the corner of the mouth", side, "ms")
    onsets = [event.onset_by_region_s for event in episodes]
    delays = np.array([each["mouth"] - each["eye"] for each in onsets if {"eye", "mouth"} <= each.keys()])
    what = "episodes that move eye and mouth"
    if reason := too_few(delays.size, int(basis.settings.min_events), what):
        return term.lack(int(delays.size), reason)
    interval = quantile_interval(delays, 0.5)
    how = MEDIAN_INTERVAL if interval != NO_INTERVAL else f"no interval from {delays.size} values"
    how += f"; one frame is {1000 * _frame_s(basis):.0f} ms"
    return term.give(float(np.median(delays)), interval, int(delays.size), how, scale=1000)


def _other_babinski(basis: Basis, side: Side) -> Measure:
    """Return the share of one side's contractions with the eye in which that side's brow rises.

    The brow is taken against the other side's, at the peak against the half second before. It counts as risen
    beyond `brow_rise` and beyond what the same difference does in this recording between events (97.5 %).
    The sign: Pawlowski 2013, doi:10.1002/mds.25472; a brow lift without the eye does not count.
    """
    term = per_side(basis, "other_babinski_share", "Eye spasms in which the same brow rises", side, "%")
    closing = [event for event in basis.contractions(side) if "eye" in event.regions]
    if reason := too_few(len(closing), int(basis.settings.min_events), "contractions of the eye"):
        return term.lack(len(closing), reason)
    null = _rises_between_events(basis, side)
    if null.size < MIN_NULL:
        return term.lack(len(closing), TOO_LITTLE_REST)
    rises = _rises_in_events(basis, side, closing)
    limit = max(basis.settings.brow_rise, float(np.quantile(null, NULL_QUANTILE)))
    what = "contractions of the eye with the brow observed just before"
    return share_of_events(basis, term, int((rises > limit).sum()), int(rises.size), what)


def _rises_in_events(basis: Basis, side: Side, events: Sequence[Event]) -> FloatArray:
    """Brow at each peak minus before the onset, % of inter-ocular distance, where both were observed."""
    still = basis.observed & ~basis.inside(basis.contractions(side))
    onset, offset, peak = np.array([(e.onset_s, e.offset_s, e.peak_s) for e in events]).T
    half_s = max(PEAK_S / 2, _frame_s(basis))
    span = np.maximum(onset, peak - half_s), np.minimum(offset, peak + half_s)
    high, _ = _window_means(basis, side, basis.observed, *span)
    low, _ = _window_means(basis, side, still, onset - GAP_S - BEFORE_S, onset - GAP_S)
    rises: FloatArray = high - low
    return rises[np.isfinite(rises)]


def _rises_between_events(basis: Basis, side: Side) -> FloatArray:
    """The same difference at moments without any event, shape (k,): what the brow does anyhow."""
    time = basis.signals.time_s
    if time.size == 0:
        return np.zeros(0)
    peak = np.arange(time[0], time[-1], NULL_STEP_S)
    onset = peak - PEAK_S / 2
    high, all_of_high = _window_means(basis, side, basis.quiet, onset, onset + PEAK_S)
    low, all_of_low = _window_means(basis, side, basis.quiet, onset - GAP_S - BEFORE_S, onset - GAP_S)
    rises: FloatArray = (high - low)[all_of_high & all_of_low]
    return rises


def _window_means(
    basis: Basis, side: Side, mask: BoolArray, start_s: FloatArray, stop_s: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Mean brow of `side` minus the other's over the frames of `mask` (n,) in each of k windows.

    Returns the means (k,), NaN without such a frame, and whether all frames of the window (k,) are in `mask`.
    """
    time, other = basis.signals.time_s, "right" if side == "left" else "left"
    brow = basis.signals.side(side, "brow") - basis.signals.columns[f"{other}_brow"]
    total = np.concatenate([[0.0], np.cumsum(np.where(mask, brow, 0.0))])
    count = np.concatenate([[0], np.cumsum(mask)])
    first, stop = np.searchsorted(time, start_s), np.searchsorted(time, stop_s)
    n = count[stop] - count[first]
    means = np.where(n > 0, (total[stop] - total[first]) / np.maximum(n, 1), np.nan)
    return means, (n > 0) & (n == stop - first)


def _frame_s(basis: Basis) -> float:
    rate = basis.quality.frames_per_s
    return 1 / rate if rate > 0 else 0.0
