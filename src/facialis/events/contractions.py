"""Contractions of one side: where the excess leaves the recording's own noise, and comes back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.events.excess import SCALES, Excess, Scale, beyond, region_excess
from facialis.events.filters import samples
from facialis.events.grid import CHANNELS, Channel, EvenSignals
from facialis.settings import EventSettings, Settings
from facialis.signals.runs import runs_of
from facialis.types import SIDES, BoolArray, FloatArray, Side

SIGN: Mapping[Side, int] = {"left": 1, "right": -1}
DOMINANT = 2.0
"""A side with more than this many times the other's seconds of contraction sets where the baseline lies."""

Excesses = Mapping[Channel, Excess]


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

    Baseline and noise are taken from the samples between contractions, and contractions from what exceeds
    them, so both are found in turn until they agree.
    """
    busy = np.zeros(signals.time_s.shape, dtype=bool)
    quantile = 0.5
    found: list[Contraction] = []
    excesses: dict[Channel, Excess] = {}
    for _ in range(settings.events.max_passes):
        excesses = {r: region_excess(signals, r, busy, quantile, settings.excess) for r in CHANNELS}
        found = [c for side in SIDES for c in _of_side(side, signals, excesses, settings)]
        found = _without_rebounds(found, settings.events.rebound_s / signals.step_s)
        quantile = _quantile(found, settings.excess.quiet_quantile)
        # What may be noise stays in the noise; set aside, it would lower the noise and make more of itself.
        likely = [c for c in found if c.strength >= settings.probability.even_noise]
        before, busy = busy, _around(likely, signals, settings.events.guard_s)
        if np.array_equal(before, busy):
            break
    return sorted(found, key=lambda c: c.onset), excesses


def _of_side(side: Side, signals: EvenSignals, excesses: Excesses, settings: Settings) -> list[Contraction]:
    """Contractions over all three baselines, each taken from the one that shows it best.

    Only the longest shows a tonic spasm whole. A twitch shorter than half of the briefest baseline is placed
    best there, free of slow changes of gaze and posture; what lies between is taken from the middle one.
    """
    seconds = {"slow": settings.events.tonic_s, "fast": 0.0, "brief": 0.0}
    longest = {"slow": np.inf, "fast": np.inf, "brief": settings.excess.brief_baseline_s / 2}
    by_scale = {scale: _over(side, scale, signals, excesses, settings) for scale in SCALES}
    found: list[Contraction] = []
    for scale in ("slow", "brief", "fast"):
        taken = _around(found, signals, 0.0)
        found += [
            c
            for c in by_scale[scale]
            if seconds[scale] <= (c.offset - c.onset) * signals.step_s <= longest[scale]
            and not taken[c.first : c.stop].any()
        ]
    taken = _around(found, signals, 0.0)
    return found + [c for c in by_scale["slow"] if not taken[c.first : c.stop].any()]


def _over(
    side: Side, scale: Scale, signals: EvenSignals, excesses: Excesses, settings: Settings
) -> list[Contraction]:
    rules = settings.events
    evidence = _evidence(side, scale, excesses, settings)
    over = (evidence.strength > rules.leave_noise) & (evidence.eye > rules.floor_closure / 3)
    parts = [
        part
        for run in runs_of(over & signals.observed)
        for part in _parted(evidence.eye, *run, rules.valley_share)
    ]
    stops = [0] + [stop for _, stop, _ in parts]
    firsts = [first for first, _, _ in parts] + [over.size]
    reach = samples(rules.edge_search_s, signals.step_s)
    found = []
    for i, (first, stop, peak) in enumerate(parts):
        sharpness = _sharpness(evidence, first, stop, peak, reach)
        if _believable(evidence, first, stop, peak, sharpness, rules):
            onset, offset = _bounds(evidence, first, stop, peak, (stops[i], firsts[i + 1]), reach, rules)
            found.append(
                Contraction(
                    side=side,
                    onset=onset,
                    offset=offset,
                    peak=peak,
                    height=float(evidence.eye[peak]),
                    strength=float(evidence.strength[first:stop].max()),
                )
            )
    return found


@dataclass(frozen=True)
class _Evidence:
    """Curves (n,) of one side: the eye's excess, all regions' strength in noise SD, the rise within 0.2 s."""

    eye: FloatArray
    strength: FloatArray
    rise: FloatArray
    noise_rise: float


def _evidence(side: Side, scale: Scale, excesses: Excesses, settings: Settings) -> _Evidence:
    eye = excesses["eye"]
    return _Evidence(
        eye=_unexplained(eye, side, scale),
        strength=_strength(side, scale, excesses, settings),
        rise=SIGN[side] * eye.edge,
        noise_rise=eye.noise_edge,
    )


def _unexplained(excess: Excess, side: Side, scale: Scale) -> FloatArray:
    """The side's excess (n,) beyond what both sides' movement explains."""
    return SIGN[side] * beyond(excess.scales[scale], excess.tolerance[scale])


def _sharpness(evidence: _Evidence, first: int, stop: int, peak: int, reach: int) -> tuple[float, float]:
    """Largest rise up to the peak and largest fall after it, each within 0.2 s, in closure."""
    up = float(evidence.rise[max(0, first - reach) : peak + 1].max())
    down = float(-evidence.rise[peak : stop + reach].min())
    return up, down


def _believable(
    evidence: _Evidence,
    first: int,
    stop: int,
    peak: int,
    sharpness: tuple[float, float],
    rules: EventSettings,
) -> bool:
    height = float(evidence.eye[peak])
    edge = max(rules.edge_noise * evidence.noise_rise, rules.edge_floor, rules.edge_share * height)
    return bool(
        evidence.strength[first:stop].max() >= rules.enter_noise
        and height >= rules.floor_closure
        and max(sharpness) >= edge
        and min(sharpness) >= edge * rules.weak_edge
    )


def _strength(side: Side, scale: Scale, excesses: Excesses, settings: Settings) -> FloatArray:
    """All regions' excess in noise SD (n,): the eye's, with the others' in quadrature; 0 without the eye."""
    rules = settings.events
    in_noise = {c: _unexplained(e, side, scale) / e.noise[scale] for c, e in excesses.items()}
    weights = {c: 0.0 if c == "eye" else 1.0 if c == "lids" else rules.region_weight for c in in_noise}
    squares = [
        (weights[c] * np.clip(z - rules.region_least, 0, rules.region_cap)) ** 2 for c, z in in_noise.items()
    ]
    eye = in_noise["eye"]
    return np.where(eye > rules.eye_takes_part, np.sqrt(eye**2 + sum(squares)), 0.0)


def _bounds(
    evidence: _Evidence,
    first: int,
    stop: int,
    peak: int,
    limits: tuple[int, int],
    reach: int,
    rules: EventSettings,
) -> tuple[float, float]:
    """Onset and offset as sample positions, within `limits`.

    The flanks are followed down to END_SHARE of the height and drawn on from there: further down a flank
    is lost in noise and drift. Heights are measured from the local floor, since a contraction often rides on
    drift.
    """
    before = evidence.eye[max(limits[0], first - reach) : peak + 1][::-1]
    after = evidence.eye[peak : min(limits[1], stop + reach)]
    onset = peak - _flank(before, rules)
    offset = peak + _flank(after, rules)
    return max(onset, float(limits[0])), min(offset, float(limits[1]))


def _flank(away: FloatArray, rules: EventSettings) -> float:
    """Samples from a peak (the first of `away`) to where its flank, drawn on, reaches `end_share`."""
    # A dip below the baseline is noise, not the level from which the contraction rose.
    height, floor = float(away[0]), max(float(away.min()), 0.0)
    share = (away - floor) / max(height - floor, 1e-9)
    low = _crossing(share, rules.flank_low, first=True)
    high = _crossing(share[: int(low) + 2], rules.flank_high, first=False)
    slope = max(low - high, 0.0) / (rules.flank_high - rules.flank_low)
    return min(low + slope * (rules.flank_low - rules.end_share), float(away.size))


def _crossing(share: FloatArray, level: float, first: bool) -> float:
    """Position, between samples, where a curve that starts at 1 falls through `level`: first or last time."""
    below = np.flatnonzero((share[1:] <= level) & (share[:-1] > level))
    if not below.size:
        return float(share.size - 1)
    i = int(below[0] if first else below[-1])
    return i + float((share[i] - level) / (share[i] - share[i + 1]))


def _parted(curve: FloatArray, first: int, stop: int, share: float) -> list[tuple[int, int, int]]:
    """Cut a run (first, stop) into (first, stop, peak) at valleys below `share` of the lower peak."""
    peak = first + int(np.argmax(curve[first:stop]))
    for side_first, side_stop in ((first, peak), (peak + 1, stop)):
        cut = _valley(curve, side_first, side_stop, peak, share)
        if cut is not None:
            return _parted(curve, first, cut, share) + _parted(curve, cut, stop, share)
    return [(first, stop, peak)]


def _valley(curve: FloatArray, first: int, stop: int, peak: int, share: float) -> int | None:
    """Where the curve between the peak and a second one falls below `share` of the second, or None."""
    if stop - first < 3:
        return None
    part = curve[first:stop]
    toward_peak = np.minimum.accumulate(part[::-1])[::-1] if first < peak else np.minimum.accumulate(part)
    second = int(np.argmax(part - toward_peak / share))
    if part[second] * share <= toward_peak[second]:
        return None
    between = (first + second, peak) if first < peak else (peak, first + second)
    return (
        between[0] + 1 + int(np.argmin(curve[between[0] + 1 : between[1]]))
        if between[1] - between[0] > 1
        else None
    )


def _without_rebounds(found: list[Contraction], within: float) -> list[Contraction]:
    """Leave out what begins or ends with a larger contraction of the other side, to `within` samples.

    When one side lets go, the difference falls; that fall is not the other side's onset.
    """

    def rebounds(c: Contraction, other: Contraction) -> bool:
        meets = abs(c.onset - other.offset) <= within or abs(c.offset - other.onset) <= within
        return c.side != other.side and c.height < other.height and meets

    return [c for c in found if not any(rebounds(c, other) for other in found)]


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
