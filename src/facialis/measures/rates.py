"""How often: events a minute, altogether, at rest and with movement, each with its exact interval."""

from facialis.measures.basis import POISSON_INTERVAL, Basis, Term, too_short
from facialis.measures.intervals import poisson_interval
from facialis.types import Context, EventKind, Measure, Side

KINDS: tuple[tuple[EventKind, str], ...] = (
    ("episode", "Spasm episodes"),
    ("twitch", "Twitches, each under 1 s"),
    ("tonic", "Held spasms of 1 s or longer"),
)
CONTEXTS: tuple[tuple[Context | None, str, str], ...] = (
    (None, "", ""),
    ("rest", "_rest", ", face at rest"),
    ("activated", "_activated", ", during or just after a movement"),
)


def spasm_rates(basis: Basis, side: Side) -> list[Measure]:
    """Return episodes, twitches and tonic contractions per minute of one side, in each context."""
    return [
        _rate(basis, side, kind, label + words, f"{kind}_rate{suffix}", context)
        for kind, label in KINDS
        for context, suffix, words in CONTEXTS
    ]


def blink_rate(basis: Basis) -> Measure:
    """Return blinks of both eyes per minute."""
    n, seconds = len(basis.of("blink", "both")), basis.seconds()
    return _per_minute(Term("blink_rate", "Blinks", "both", "1/min", seconds), n, too_short(basis))


def _rate(
    basis: Basis, side: Side, kind: EventKind, label: str, name: str, context: Context | None
) -> Measure:
    found = basis.of(kind, side)
    n = sum(context is None or event.context == context for event in found)
    return _per_minute(Term(name, label, side, "1/min", basis.seconds(context)), n, too_short(basis, context))


def _per_minute(term: Term, n: int, reason: str) -> Measure:
    if reason:
        return term.lack(n, reason)
    per_minute = 60 / term.seconds_observed
    return term.give(n, poisson_interval(n), n, POISSON_INTERVAL, scale=per_minute)
