"""How often: events a minute, altogether, at rest and with movement, each with its interval."""

from collections.abc import Sequence

import numpy as np

from facialis.measures.basis import BURST_INTERVAL, POISSON_INTERVAL, Basis, Term, too_short
from facialis.measures.intervals import dispersion_of, poisson_interval
from facialis.types import Context, Event, EventKind, Measure, Side

KINDS: tuple[tuple[EventKind, str], ...] = (
    ("episode", "Spasm episodes"),
    ("twitch", "Twitches, each under 1 s"),
    ("tonic", "Tonic spasms of 1 s or longer"),
)
CONTEXTS: tuple[tuple[Context | None, str, str], ...] = (
    (None, "", ""),
    ("rest", "_rest", ", face at rest"),
    ("activated", "_activated", ", during or just after a movement"),
)


def spasm_rates(basis: Basis, side: Side) -> list[Measure]:
    """Return episodes, twitches and tonic contractions per minute of one side, in each context."""
    measures: list[Measure] = []
    for kind, label in KINDS:
        events = basis.of(kind, side)
        for context, suffix, words in CONTEXTS:
            term = Term(f"{kind}_rate{suffix}", label + words, side, "1/min", basis.seconds(context))
            counted = [event for event in events if context is None or event.context == context]
            measures.append(_per_minute(basis, term, counted, context))
    return measures


def blink_rate(basis: Basis) -> Measure:
    """Return blinks of both eyes per minute."""
    term = Term("blink_rate", "Blinks", "both", "1/min", basis.seconds())
    return _per_minute(basis, term, basis.of("blink", "both"), None)


def _per_minute(basis: Basis, term: Term, events: Sequence[Event], context: Context | None) -> Measure:
    n = len(events)
    if reason := too_short(basis, context):
        return term.lack(n, reason)
    dispersion = _dispersion(basis, events, context)
    how = POISSON_INTERVAL if dispersion == 1 else BURST_INTERVAL
    return term.give(n, poisson_interval(n, dispersion), n, how, scale=60 / term.seconds_observed)


def _dispersion(basis: Basis, events: Sequence[Event], context: Context | None) -> float:
    """Dispersion of the counts over the time of one context, its stretches put end to end."""
    lasting = np.where(basis.in_context(context), basis.frame_s, 0.0)
    before = np.concatenate([[0.0], np.cumsum(lasting)])
    at = before[np.searchsorted(basis.signals.time_s, [event.onset_s for event in events])]
    return dispersion_of(at, float(before[-1]), basis.settings.block_s)
