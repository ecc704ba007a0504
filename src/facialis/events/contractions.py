"""Contractions of one side: where the excess leaves the recording's own noise, and comes back."""

from dataclasses import dataclass, replace

import numpy as np

from facialis.events.closing import OTHER, much_shut, rise
from facialis.events.evidence import Evidence, Excesses, evidence_of
from facialis.events.excess import SCALES, Excess, Scale, edge_of, region_excess
from facialis.events.expected import FaceMovements, face_movements
from facialis.events.filters import samples
from facialis.events.flanks import bounds, parted
from facialis.events.grid import CHANNELS, Channel, EvenSignals
from facialis.settings import EventSettings, Settings
from facialis.signals.runs import runs_of
from facialis.types import SIDES, BoolArray, FloatArray, Side

DOMINANT = 2.0
"""A side with more than this many times the other's seconds of contraction sets where the baseline lies."""


@dataclass(frozen=True)
class Contraction:
    """One side's contraction: `onset` and `offset` as positions on the grid, `peak` as a sample.

    `height` is the eye's excess at `peak`, in closure; `strength` the excess of all regions together in
    noise SD.
    """

    side: Side
    onset: float
    offset: float
    peak: int
    height: float
    strength: float

    @property
    def first(self) -> int:
        """First sample of the contraction."""
        return min(max(int(np.ceil(self.onset)), 0), self.peak)

    @property
    def stop(self) -> int:
        """Sample after its last one."""
        return max(int(np.ceil(self.offset)), self.peak + 1)


def find_contractions(signals: EvenSignals, settings: Settings) -> tuple[list[Contraction], Excesses]:
    """Return the contractions of both sides in order of time, and the excess of each region.

    At first nothing is known to be a contraction. Where a side looks shut much of the time, that is tried as
    a start, too, and taken where lids that close explain clearly more of what is then found.
    """
    face = face_movements(signals, settings.excess)
    starts = [np.zeros(signals.time_s.shape, dtype=bool)]
    starts += [shut for side in SIDES if (shut := much_shut(side, signals, settings.events)) is not None]
    usual, *tried = (_settled(busy, face, signals, settings) for busy in starts)
    better = settings.events.better * _closing(usual[0], signals)
    tried = [one for one in tried if _closing(one[0], signals) > better]
    return max(tried, key=lambda one: _closing(one[0], signals), default=usual)


def _settled(
    busy: BoolArray, face: FaceMovements, signals: EvenSignals, settings: Settings
) -> tuple[list[Contraction], Excesses]:
    """Contractions and excess where `busy` (n,) are taken for contractions at first.

    Baseline and noise are taken from the samples between contractions, and contractions from what exceeds
    them, so both are found in turn until they agree.
    """
    quantile = 0.5
    found: list[Contraction] = []
    excesses: dict[Channel, Excess] = {}
    for _ in range(settings.events.max_passes):
        excesses = {r: region_excess(signals, r, busy, quantile, face, settings.excess) for r in CHANNELS}
        found = [c for side in SIDES for c in _of_side(side, signals, excesses, settings)]
        found = _without_rebounds(found, signals, settings.events)
        quantile = _quantile(found, settings.excess.quiet_quantile)
        # What may be noise stays in the noise; set aside, it would lower the noise and make more of itself.
        likely = [c for c in found if c.strength >= settings.probability.even_noise]
        before, busy = busy, _around(likely, signals, settings.events.guard_s)
        if np.array_equal(before, busy):
            break
    return sorted(found, key=lambda c: c.onset), excesses


def _of_side(side: Side, signals: EvenSignals, excesses: Excesses, settings: Settings) -> list[Contraction]:
    """Contractions over all three baselines, each taken from the one that shows it best.

    Only the longest shows a tonic spasm whole; of what is shorter, the clearest comes first.
    """
    tonic = settings.events.tonic_s / signals.step_s
    brief = settings.events.brief_s / signals.step_s
    by_scale = {scale: _over(side, scale, signals, excesses, settings) for scale in SCALES}
    whole = [c for c in by_scale["slow"] if c.offset - c.onset >= tonic]
    parts = [c for c in by_scale["slow"] if c.offset - c.onset < tonic] + by_scale["fast"]
    parts += [c for c in by_scale["brief"] if c.offset - c.onset <= brief]
    found: list[Contraction] = []
    for c in (*_clearest_first(whole), *_clearest_first(parts)):
        if not any(c.first < other.stop and other.first < c.stop for other in found):
            found.append(c)
    eye = evidence_of(side, "slow", signals, excesses, settings).eye_sd
    return _linked(found, eye, signals.step_s, settings.events)


def _linked(
    found: list[Contraction], eye: FloatArray, step_s: float, rules: EventSettings
) -> list[Contraction]:
    """Join contractions between which the eye, in noise SD (n,), has not come back: one held contraction.

    A weak tonic spasm shows clearly only where its ripple peaks.
    """
    linked: list[Contraction] = []
    for c in sorted(found, key=lambda c: c.onset):
        last = linked[-1] if linked else None
        between = eye[last.stop : c.first] if last else eye[:0]
        held = between.size > 0 and float(np.quantile(between, rules.held_quantile)) >= rules.held_noise
        if last is not None and held and between.size * step_s <= rules.held_s:
            stronger = max(last, c, key=lambda one: one.height)
            linked[-1] = replace(
                stronger,
                onset=last.onset,
                offset=max(last.offset, c.offset),
                strength=max(last.strength, c.strength),
            )
        else:
            linked.append(c)
    return linked


def _clearest_first(found: list[Contraction]) -> list[Contraction]:
    return sorted(found, key=lambda c: -c.strength)


@dataclass(frozen=True)
class _Part:
    """Samples [first, stop) of one contraction, its peak, and the curve (n,) in noise SD that times it."""

    first: int
    stop: int
    peak: int
    shape: FloatArray


def _over(
    side: Side, scale: Scale, signals: EvenSignals, excesses: Excesses, settings: Settings
) -> list[Contraction]:
    rules = settings.events
    evidence = evidence_of(side, scale, signals, excesses, settings)
    parts = []
    for first, stop in runs_of((evidence.strength > rules.leave_noise) & signals.observed):
        shape = _shape(evidence, first, stop, rules)
        parts += [_Part(*part, shape) for part in parted(shape, first, stop, rules.valley_share)]
    seen = runs_of(signals.observed)
    stops = [0] + [part.stop for part in parts]
    firsts = [part.first for part in parts] + [signals.time_s.size]
    reach = samples(rules.edge_search_s, signals.step_s)
    found = []
    for i, part in enumerate(parts):
        if not _believable(evidence, part, reach, rules):
            continue
        begins, ends = next(run for run in seen if run[0] <= part.peak < run[1])
        limits = max(stops[i], begins), min(firsts[i + 1], ends)
        onset, offset = bounds(part.shape, part.first, part.stop, part.peak, limits, reach, rules)
        strength = float(evidence.strength[part.first : part.stop].max())
        height = float(evidence.eye[part.peak])
        found.append(Contraction(side, onset, offset, part.peak, height, strength))
    return found


def _shape(evidence: Evidence, first: int, stop: int, rules: EventSettings) -> FloatArray:
    """The curve (n,) that times a contraction: the eye's where it is clear by itself, else all evidence."""
    clear = evidence.eye_sd[first:stop].max() >= rules.eye_clear
    return evidence.eye_sd if clear else evidence.strength


def _believable(evidence: Evidence, part: _Part, reach: int, rules: EventSettings) -> bool:
    """Whether a part is strong enough, and rises and falls as quickly as a muscle does."""
    inside = slice(part.first, part.stop)
    cut = evidence.cut[inside].any()
    up, down = _flanks(evidence, part, reach)
    edge = max(rules.edge_noise * evidence.noise_rise, rules.edge_share * float(part.shape[part.peak]))
    return bool(
        evidence.strength[inside].max() >= rules.enter_noise * (rules.cut_factor if cut else 1)
        and evidence.eye[part.peak] >= rules.floor_closure
        and max(up, down) >= edge
        and min(up, down) >= edge * rules.weak_edge
    )


def _flanks(evidence: Evidence, part: _Part, reach: int) -> tuple[float, float]:
    """Largest rise up to the peak and largest fall after it, each within 0.2 s, in noise SD."""
    change = edge_of(part.shape, evidence.edge)
    up = float(change[max(0, part.first - reach) : part.peak + 1].max())
    down = float(-change[part.peak : part.stop + reach].min())
    # What was under way before it could be seen, or went on after, shows one flank only: that one must do.
    if evidence.cut[part.first : part.peak + 1].any():
        up = down
    if evidence.cut[part.peak : part.stop].any():
        down = up
    return up, down


def _without_rebounds(
    found: list[Contraction], signals: EvenSignals, rules: EventSettings
) -> list[Contraction]:
    """Leave out what begins, ends or falls together with a larger contraction of the other side.

    When one side lets go, the difference falls; that fall is not the other side's onset. So beside a larger
    contraction, a side must be seen to close by itself.
    """
    within = rules.rebound_s / signals.step_s

    def rebounds(c: Contraction, other: Contraction) -> bool:
        if c.side == other.side or c.height >= other.height:
            return False
        meets = abs(c.onset - other.offset) <= within or abs(c.offset - other.onset) <= within
        beside = c.onset - within <= other.offset and other.onset - within <= c.offset
        small = c.height < rules.rebound_share * other.height
        return (meets and small) or (
            beside and rise(c.side, c.first, c.peak, c.stop, signals) < rules.own_share * c.height
        )

    return [c for c in found if not any(rebounds(c, other) for other in found)]


def _closing(found: list[Contraction], signals: EvenSignals) -> float:
    """How well lids that close explain what was found, less what opens instead: samples times closure."""
    rises = (
        rise(side, c.first, c.peak, c.stop, signals) * (c.stop - c.first)
        for c in found
        for side in (c.side, OTHER[c.side])
    )
    return sum(rises)


def _around(found: list[Contraction], signals: EvenSignals, by_s: float) -> BoolArray:
    mask = np.zeros(signals.time_s.shape, dtype=bool)
    n = round(by_s / signals.step_s)
    for contraction in found:
        mask[max(0, contraction.first - n) : contraction.stop + n] = True
    return mask


def _quantile(found: list[Contraction], quiet: float) -> float:
    """Where the baseline lies among the samples, given which side contracts."""
    length = {side: sum(c.stop - c.first for c in found if c.side == side) for side in SIDES}
    if length["left"] > DOMINANT * length["right"]:
        return quiet
    if length["right"] > DOMINANT * length["left"]:
        return 1 - quiet
    return 0.5
