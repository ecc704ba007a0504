"""How far an eye shuts when asked to, beside the other one: toxin and palsy weaken that too."""

import numpy as np

from facialis.signals.runs import frame_seconds, runs_of
from facialis.types import Side, Signals

SHUT = 0.7
"""The other eye is shut: a gentle closure, read off by the camera, seldom comes to a full 1 (own choice)."""
HELD_S = 0.5
"""Longer than a blink, which is 0.1 to 0.4 s."""
LONGEST_FRAME_S = 0.1


def closure_when_asked(signals: Signals, side: Side) -> float | None:
    """Return the closure of one eye as a share of the other's, while that is held shut; None where it never
    is.

    In hemifacial spasm the healthy eye does not shut for half a second by itself, so that then both were
    meant to be shut. The median of each closure, and of these.
    """
    other: Side = "left" if side == "right" else "right"
    own, healthy = signals.side(side, "closure"), signals.side(other, "closure")
    seen = signals.usable["left"] & signals.usable["right"] & np.isfinite(own) & np.isfinite(healthy)
    lasting = frame_seconds(signals.time_s, LONGEST_FRAME_S)
    shares = [
        max(float(np.median(own[first:stop])), 0.0) / float(np.median(healthy[first:stop]))
        for first, stop in runs_of(seen & (healthy >= SHUT))
        if float(lasting[first:stop].sum()) >= HELD_S
    ]
    return float(np.median(shares)) if shares else None
