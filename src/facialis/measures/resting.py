"""What lies between the spasms: lids and mouth at rest, blinks, and how long the face could be observed."""

import numpy as np

from facialis.measures.basis import MEDIAN_INTERVAL, NO_SCALE, Basis, Term, per_side, too_few
from facialis.measures.intervals import NO_INTERVAL, quantile_interval
from facialis.types import SIDES, Context, EventSide, FloatArray, Measure, Side

SECONDS: tuple[tuple[str, str, EventSide], ...] = (
    ("seconds_observed", "Time in which both sides could be measured", "both"),
    ("seconds_observed", "Time in which this side could be measured", "left"),
    ("seconds_observed", "Time in which this side could be measured", "right"),
)
CONTEXT_SECONDS: tuple[tuple[str, str, Context], ...] = (
    ("seconds_rest", "Time observed with the face at rest", "rest"),
    ("seconds_activated", "Time observed during or just after a movement", "activated"),
)
# Columns that hold each side's own height, not against the side's own rest, which hides a lasting asymmetry.
ASYMMETRIES: tuple[tuple[str, str, str], ...] = (
    ("resting_aperture_asymmetry", "aperture", "Opening of the eyes between spasms, left minus right"),
    ("resting_mouth_asymmetry", "mouth_height", "Height of the mouth between spasms, left minus right"),
)


def observed_seconds(basis: Basis) -> list[Measure]:
    """Return the seconds observed of both sides together, of each side, at rest and with movement."""
    how, n = "counted", int(basis.observed.sum())
    seconds = basis.quality.seconds_observed
    measures = [
        Term(name, label, side, "s", float(seconds.get(side, 0.0))).give(
            float(seconds.get(side, 0.0)), NO_INTERVAL, _frames(basis, side), how
        )
        for name, label, side in SECONDS
    ]
    return measures + [
        Term(name, label, "both", "s", basis.seconds(context)).give(
            basis.seconds(context), NO_INTERVAL, n, how
        )
        for name, label, context in CONTEXT_SECONDS
    ]


def resting_asymmetry(basis: Basis) -> list[Measure]:
    """Return how the sides differ between events: lid closure, and aperture and mouth corner in mm.

    Closure is against each eye's own open level. Aperture and mouth corner need the columns `aperture` and
    `mouth_height`, both in % of the inter-ocular distance.
    """
    closure = per_side(
        basis, "resting_asymmetry", "Closure of the eyes between spasms, left minus right", "both",
        "% of full closure",
    )  # fmt: skip
    measures = [_between(basis, closure, "closure", 100.0)]
    for name, column, label in ASYMMETRIES:
        term = per_side(basis, name, label, "both", "mm")
        if f"left_{column}" not in basis.signals.columns:
            measures.append(term.lack(0, "the curves hold each side against its own rest only"))
        elif not np.isfinite(basis.mm_per_percent):
            measures.append(term.lack(0, NO_SCALE))
        else:
            measures.append(_between(basis, term, column, basis.mm_per_percent))
    return measures


def blink_depth(basis: Basis, side: Side) -> Measure:
    """Return how far one side's lids close in a blink, the median over the blinks."""
    label = "How far this eye closes in a blink"
    term = per_side(basis, "blink_depth", label, side, "% of full closure")
    closure, time = basis.signals.side(side, "closure"), basis.signals.time_s
    depths: list[float] = []
    for blink in basis.of("blink", "both"):
        first, stop = np.searchsorted(time, (blink.onset_s, blink.offset_s))
        span = slice(int(first), int(max(stop, first + 1)))
        if basis.observed[span].any():
            depths.append(float(closure[span][basis.observed[span]].max()))
    if reason := too_few(len(depths), int(basis.settings.min_events), "blinks"):
        return term.lack(len(depths), reason)
    return _median(term, np.array(depths), len(depths), 100.0, MEDIAN_INTERVAL)


def _between(basis: Basis, term: Term, column: str, scale: float) -> Measure:
    """Median of left minus right in quiet frames: the median of blocks, since frames depend on each other."""
    difference = basis.signals.side("left", column) - basis.signals.side("right", column)
    quiet = basis.quiet & np.isfinite(difference)
    seconds = float(basis.frame_s[quiet].sum())
    needed = basis.settings.min_observed_s
    if seconds < needed:
        return term.lack(
            int(quiet.sum()), f"only {seconds:.1f} s lie between the events at rest, {needed:g} s are needed"
        )
    length_s = min(basis.settings.block_s, seconds / 6)
    frame_s = basis.frame_s[quiet]
    begins = np.cumsum(frame_s) - frame_s
    # The last block takes in what is left over, down to a single frame.
    block = np.minimum((begins / length_s + 1e-9).astype(int), round(seconds / length_s) - 1)
    values = difference[quiet]
    medians = np.array([np.median(part) for part in np.split(values, np.flatnonzero(np.diff(block)) + 1)])
    return _median(term, medians, int(quiet.sum()), scale, f"{MEDIAN_INTERVAL} over blocks of time")


def _median(term: Term, values: FloatArray, n: int, scale: float, how: str) -> Measure:
    interval = quantile_interval(values, 0.5)
    how = how if interval != NO_INTERVAL else f"no interval from {values.size} values"
    return term.give(float(np.median(values)), interval, n, how, scale=scale)


def _frames(basis: Basis, side: EventSide) -> int:
    return int((basis.observed if side == "both" else basis.signals.usable[side]).sum())


def blink_depths(basis: Basis) -> list[Measure]:
    """Return the blink depth of each side: toxin and palsy weaken the blinks of their side too."""
    return [blink_depth(basis, side) for side in SIDES]
