"""A lid that closes less far than the other in every blink, as after toxin or with a palsy.

Both eyes blink by one order. Where one lid is weak, the other goes farther each time, and nothing but blinks
sets it apart: that is no spasm of the stronger side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from facialis.events.closing import OTHER
from facialis.events.contractions import Contraction
from facialis.events.evidence import SIGN, Excesses
from facialis.events.excess import LEAST_NOISE
from facialis.events.filters import noise_of, running_median, samples
from facialis.events.grid import EvenSignals, contraction
from facialis.settings import BlinkSettings
from facialis.signals.runs import runs_of
from facialis.types import SIDES, FloatArray, Region, Side

LIDS = ("closure", "lid_shift")
"""The columns that a blink moves: the lids in the mesh and in the picture."""
BEYOND: tuple[Region, ...] = ("mouth", "cheek", "brow")
"""Regions that no blink moves on one side, and most spasms do."""
CLEARLY = 2.0
"""Times `weak_regions`: one closure with so much of mouth, cheek or brow is a spasm of the stronger side."""


@dataclass(frozen=True)
class WeakLid:
    """The weaker side, how far it closes in blinks as a share of the other, and the blinks' samples."""

    side: Side
    share: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Closure:
    """Samples [first, stop) in which a side closes briefly, and how far the other does, as a share of it."""

    first: int
    stop: int
    share: float


def weak_lid(signals: EvenSignals, rules: BlinkSettings) -> WeakLid | None:
    """Return which lid closes less far than the other in nearly all closures of both; None where none does.

    Closures of one lid alone do not count: they may be spasms. Blinks in which both go as far leave no one
    share to be found, and where mouth, cheek or brow move on one side too, it is no blink: many people narrow
    the other eye in a spasm. Spasms of the eye alone with which the other eye narrows cannot be told from
    blinks beside a weak lid, and a lid that does not move at all shows no blinks of both.
    """
    found = [weak for side in SIDES if (weak := _weak(side, signals, rules)) is not None]
    return min(found, key=lambda weak: weak.share, default=None)


def evened(signals: EvenSignals, weak: WeakLid) -> EvenSignals:
    """Return the signals with the weak lid going as far as the other in its blinks.

    What it does beyond its share, or short of it, stays: its own spasms, and noise.
    """
    columns, strong = dict(signals.columns), OTHER[weak.side]
    for name in LIDS:
        curve = signals.side(weak.side, name).copy()
        moved = [
            tuple(_from_line(signals.side(side, name), *span) for side in (weak.side, strong))
            for span in weak.spans
        ]
        own, other = (np.concatenate(parts) for parts in zip(*moved, strict=True))
        share = float(own @ other) / max(float(other @ other), 1e-12)
        for (first, stop), (_, ahead) in zip(weak.spans, moved, strict=True):
            curve[first:stop] += (1 - share) * ahead
        columns[f"{weak.side}_{name}"] = curve
    return replace(signals, columns=columns)


def without_followed(
    found: Sequence[Contraction],
    weak: WeakLid,
    signals: EvenSignals,
    excesses: Excesses,
    rules: BlinkSettings,
) -> list[Contraction]:
    """Return the contractions but those of the stronger side in which the weak lid goes along by its share.

    So it does when both eyes narrow in a smile or are meant to be shut, for whatever time. Not so where
    mouth, cheek or brow go beyond the other side's: that is a spasm. `signals` as they were read.
    """
    strong, lag = OTHER[weak.side], _lag(signals, rules)
    curves = [SIGN[strong] * excesses[r].scales["slow"] / excesses[r].expected["slow"] for r in BEYOND]

    def follows(first: int, stop: int) -> bool:
        own, ahead = (_from_line(signals.side(side, "closure"), first, stop) for side in (weak.side, strong))
        peak = int(np.argmax(ahead))
        near = float(own[max(0, peak - lag) : peak + lag + 1].max())
        eye_only = max(float(z[first:stop].max()) for z in curves) < CLEARLY * rules.weak_regions
        return eye_only and near >= weak.share / rules.weak_alike * float(ahead[peak])

    return [c for c in found if c.side == weak.side or not follows(c.first, c.stop)]


def words(weak: WeakLid) -> str:
    """Return what was seen, as a part of a sentence."""
    share = max(round(100 * weak.share), 1)
    return f"in blinks the {weak.side} eye closed {share} % as far as the {OTHER[weak.side]} one"


def _weak(side: Side, signals: EvenSignals, rules: BlinkSettings) -> WeakLid | None:
    """The lid of `side`, where it is weak beside the other."""
    closures = [each for each in _closures(OTHER[side], signals, rules) if each.share >= rules.weak_least]
    if len(closures) < rules.weak_blinks:
        return None
    usual = float(np.median([each.share for each in closures]))
    alike = [each for each in closures if 1 / rules.weak_alike <= each.share / usual <= rules.weak_alike]
    if usual > rules.weak_most or len(alike) < rules.weak_rule * len(closures):
        return None
    scores = _one_sided(OTHER[side], signals, rules)
    beyond = [max(float(_from_line(z, c.first, c.stop).max()) for z in scores) for c in alike]
    if np.mean(np.array(beyond) < rules.weak_regions) < rules.weak_eye_only:
        return None
    blinking = np.zeros(signals.time_s.shape, dtype=bool)
    for each, score in zip(alike, beyond, strict=True):
        if score < CLEARLY * rules.weak_regions:
            blinking[each.first : each.stop] = True
    return WeakLid(side, usual, tuple(runs_of(blinking)))


def _one_sided(side: Side, signals: EvenSignals, rules: BlinkSettings) -> list[FloatArray]:
    """How far mouth, cheek and brow of a side go beyond the other's, each (n,), in noise SD."""
    found: list[FloatArray] = []
    for region in BEYOND:
        curves = contraction(signals, region)
        beyond = curves[side] - curves[OTHER[side]]
        slow = running_median(beyond, samples(rules.baseline_s, signals.step_s))
        found.append(beyond / max(noise_of((beyond - slow)[signals.observed]), LEAST_NOISE))
    return found


def _closures(side: Side, signals: EvenSignals, rules: BlinkSettings) -> list[_Closure]:
    """All brief closures of a side, from where it leaves its level to where it comes back."""
    own, other = (_moved(each, signals, rules) for each in (side, OTHER[side]))
    own_noise, noise = (noise_of((x - running_median(x, 5))[signals.observed]) for x in (own, other))
    lag = _lag(signals, rules)
    found = []
    for first, stop in runs_of((own > rules.noise * own_noise) & signals.observed):
        peak = first + int(np.argmax(own[first:stop]))
        if own[peak] < rules.depth or (stop - first) * signals.step_s > rules.longest_s:
            continue
        near = other[max(0, peak - lag) : peak + lag + 1]
        share = float(near.max()) / float(own[peak]) if near.max() > rules.noise * noise else 0.0
        found.append(_Closure(max(first - lag, 0), min(stop + lag, own.size), share))
    return found


def _lag(signals: EvenSignals, rules: BlinkSettings) -> int:
    return max(1, round(rules.weak_lag_s / signals.step_s))


def _moved(side: Side, signals: EvenSignals, rules: BlinkSettings) -> FloatArray:
    closure = signals.side(side, "closure")
    moved: FloatArray = closure - running_median(closure, samples(rules.baseline_s, signals.step_s))
    return moved


def _from_line(curve: FloatArray, first: int, stop: int) -> FloatArray:
    """How far a curve is, (stop - first,), from the straight line between the samples around."""
    ends = max(first - 1, 0), min(stop, curve.size - 1)
    return curve[first:stop] - np.interp(np.arange(first, stop), ends, curve[list(ends)])
