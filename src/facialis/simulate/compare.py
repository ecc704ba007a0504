"""What was found beside what is true, in words."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from facialis.simulate.performance import TrueEvent, Truth
from facialis.types import Event, Result


def comparison_lines(result: Result, truth: Truth) -> list[str]:
    """Return two lines: what the recording truly shows, and how much of it was found."""
    true = truth.of_kind("episode")
    found = [event for event in result.events if event.kind == "episode"]
    pairs = matched(true, found)
    lines = [
        f"The recording is simulated, so the truth is known: {len(true)} spasm episodes, "
        f"side {truth.side}. Found side: {result.verdict.side}."
    ]
    n_false = len(found) - len(pairs)
    line = f"Of the {len(true)} true episodes {len(pairs)} were found; {n_false} of those found are false."
    if pairs:
        late_ms = [abs(event.onset_s - each.onset_s) * 1000 for each, event in pairs]
        line += f" Their onset is off by {np.median(late_ms):.0f} ms (median)."
    return [*lines, line]


def matched(true: tuple[TrueEvent, ...], found: list[Event]) -> list[tuple[TrueEvent, Event]]:
    """Return pairs of true and found events of one side that overlap, one to one, as many as possible."""
    overlap = [
        [t.side == f.side and t.onset_s < f.offset_s and f.onset_s < t.offset_s for f in found] for t in true
    ]
    graph = csr_array(np.array(overlap, dtype=bool).reshape(len(true), len(found)))
    partner = maximum_bipartite_matching(graph, perm_type="column")
    return [(t, found[i]) for t, i in zip(true, partner, strict=True) if i >= 0]
