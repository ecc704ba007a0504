"""How long: the share of time in spasm, and how long twitches, tonic spasms and pauses last."""

from itertools import pairwise

import numpy as np

from facialis.measures.basis import (
    BLOCK_INTERVAL,
    MEDIAN_INTERVAL,
    Basis,
    per_side,
    too_few,
    too_short,
)
from facialis.measures.intervals import (
    NO_INTERVAL,
    Interval,
    block_interval,
    quantile_interval,
)
from facialis.types import EventKind, FloatArray, Measure, Side

QUANTILES: tuple[tuple[float, str, str], ...] = (
    (0.5, "median", "half are shorter"),
    (0.1, "p10", "a tenth is shorter"),
    (0.25, "p25", "a quarter is shorter"),
    (0.75, "p75", "three quarters are shorter"),
    (0.9, "p90", "nine tenths are shorter"),
)
NOTHING_TO_RESAMPLE = "no interval: none or all of the time; the rates have one"
DURATIONS: tuple[tuple[EventKind, str, str], ...] = (
    ("episode", "Length of the spasm episodes", "episodes"),
    ("twitch", "Length of the twitches", "twitches"),
    ("tonic", "Length of the tonic spasms", "tonic spasms"),
)


def time_shares(basis: Basis, side: Side) -> list[Measure]:
    """Return the share of time in spasm, that in tonic spasm, and the tonic share of the spasm time."""
    all_time = basis.frame_s[basis.observed]
    spasm, tonic = (
        np.where(basis.inside(events), basis.frame_s, 0.0)[basis.observed]
        for events in (basis.contractions(side), basis.of("tonic", side))
    )
    n_tonic, n_all = len(basis.of("tonic", side)), len(basis.contractions(side))
    return [
        _share_of_time(
            basis, "spasm_share", "Share of the time in spasm", side, spasm, all_time, n_all
        ),
        _share_of_time(
            basis, "tonic_time_share", "Share of the time in tonic spasms", side, tonic, all_time, n_tonic
        ),
        _tonic_share(basis, side, tonic, spasm, n_all),
    ]  # fmt: skip


def durations(basis: Basis, side: Side) -> list[Measure]:
    """Return quantiles and the longest of the durations of episodes, twitches and tonic contractions."""
    measures: list[Measure] = []
    for kind, label, what in DURATIONS:
        values = np.array([event.duration_s for event in basis.of(kind, side)])
        measures += _quantiles(basis, side, f"{kind}_duration", label, values, what)
        longest = per_side(basis, f"{kind}_duration_longest", f"{label}, the longest", side, "s")
        how = "the longest one seen; a longer recording can find a longer one"
        reason = too_few(values.size, 1, what)
        measures.append(
            longest.lack(0, reason)
            if reason
            else longest.give(values.max(), NO_INTERVAL, int(values.size), how)
        )
    return measures


def pauses(basis: Basis, side: Side) -> list[Measure]:
    """Return quantiles of the pauses between episodes, without those in which time was not observed."""
    episodes = sorted(basis.of("episode", side), key=lambda event: event.onset_s)
    unseen = np.concatenate([[0], np.cumsum(~basis.observed)])
    values: list[float] = []
    for before, after in pairwise(episodes):
        first, stop = np.searchsorted(basis.signals.time_s, (before.offset_s, after.onset_s))
        if stop > first and unseen[stop] == unseen[first]:
            values.append(after.onset_s - before.offset_s)
    label, what = "Pause between spasm episodes", "pauses seen from end to end"
    return _quantiles(basis, side, "pause", label, np.array(values), what)


def _share_of_time(
    basis: Basis, name: str, label: str, side: Side, part: FloatArray, whole: FloatArray, n: int
) -> Measure:
    term = per_side(basis, name, label, side, "%")
    if reason := too_short(basis):
        return term.lack(n, reason)
    value = float(part.sum() / whole.sum())
    return term.give(value, *_interval(basis, part, whole, n, NOTHING_TO_RESAMPLE), scale=100)


def _interval(
    basis: Basis, part: FloatArray, whole: FloatArray, n: int, otherwise: str
) -> tuple[Interval, int, str]:
    """Return the interval of a share of time, `n` and how it was made; `otherwise` is why there is none.

    Blocks of time that hold one or two contractions between them say nothing of how much that share varies.
    """
    needed = int(basis.settings.min_events)
    if 0 < n < needed:
        return NO_INTERVAL, n, f"no interval: too few contractions, {needed} are needed"
    interval = block_interval(basis.blocks, part, whole, share=True)
    return interval, n, BLOCK_INTERVAL if interval != NO_INTERVAL else otherwise


def _tonic_share(basis: Basis, side: Side, tonic: FloatArray, spasm: FloatArray, n: int) -> Measure:
    term = per_side(basis, "tonic_share", "Part of the spasm time in tonic spasms (1 s or longer)", side, "%")
    if reason := too_few(n, 1, "twitches or tonic spasms"):
        return term.lack(n, reason)
    if spasm.sum() <= 0:
        return term.lack(n, "no spasm lies in the time in which both sides could be observed")
    how = _interval(basis, tonic, spasm, n, "no interval: the spasms are all of one kind")
    return term.give(float(tonic.sum() / spasm.sum()), *how, scale=100)


def _quantiles(
    basis: Basis, side: Side, stem: str, label: str, values: FloatArray, what: str
) -> list[Measure]:
    measures: list[Measure] = []
    for share, suffix, words in QUANTILES:
        term = per_side(basis, f"{stem}_{suffix}", f"{label} ({words})", side, "s")
        if reason := too_few(values.size, int(basis.settings.min_events), what):
            measures.append(term.lack(int(values.size), reason))
            continue
        interval = quantile_interval(values, share)
        how = MEDIAN_INTERVAL if interval != NO_INTERVAL else f"no interval from {values.size} values"
        measures.append(term.give(float(np.quantile(values, share)), interval, int(values.size), how))
    return measures
