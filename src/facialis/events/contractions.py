"""Contractions of one side: where the excess leaves the recording's own noise, and comes back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facialis.events.excess import Excess, beyond, region_excess
from facialis.events.filters import samples
from facialis.events.grid import EvenSignals
from facialis.settings import Settings
from facialis.signals.runs import runs_of
from facialis.types import REGIONS, SIDES, BoolArray, FloatArray, Region, Side

SIGN: Mapping[Side, int] = {"left": 1, "right": -1}
DOMINANT = 2.0
"""A side with more than this many times the other's seconds of contraction sets where the baseline lies."""

Excesses = Mapping[Region, Excess]


@dataclass(frozen=True)
class Contraction:
    """Samples first..stop-1 of one side's contraction, with what speaks for it.

    `height` is the eye's excess at `peak`, in closure; `strength` the excess of all regions together in
    noise SD; `sharpness` the slower of rise and fall within 0.2 s as a share of the height.
    """

    side: Side
    first: int
    stop: int
    peak: int
    height: float
    strength: float
    sharpness: float


def find_contractions(signals: EvenSignals, settings: Settings) -> tuple[list[Contraction], Excesses]:
    """Return the contractions of both sides in order of time, and the excess of each region.

    Baseline and noise are taken from the samples between contractions, and contractions from what exceeds
    them, so both are found in turn until they agree.
    """
    busy = np.zeros(signals.time_s.shape, dtype=bool)
    near: dict[Side, BoolArray] = dict.fromkeys(SIDES, busy)
    quantile = 0.5
    found: list[Contraction] = []
    excesses: dict[Region, Excess] = {}
    for _ in range(settings.events.max_passes):
        excesses = {r: region_excess(signals, r, busy, quantile, settings.excess) for r in REGIONS}
        found = [c for side in SIDES for c in _of_side(side, signals, excesses, near[side], settings)]
        quantile = _quantile(found, settings.excess.quiet_quantile)
        before, busy = busy, _around(found, signals, settings.events.guard_s)
        near = {
            side: _around([c for c in found if c.side == side], signals, settings.events.near_s)
            for side in SIDES
        }
        if np.array_equal(before, busy):
            break
    return sorted(found, key=lambda c: c.first), excesses


def side_curve(excess: Excess, side: Side, kind: str) -> FloatArray:
    """The side's unexplained excess (n,), of the `slow` or the `fast` baseline."""
    return SIGN[side] * beyond(excess.fast if kind == "fast" else excess.slow, excess.tolerance)


def side_noise(excess: Excess, kind: str) -> float:
    """The noise that belongs to `side_curve`."""
    return max(excess.noise_fast if kind == "fast" else excess.noise_slow, 1e-9)


def _of_side(
    side: Side, signals: EvenSignals, excesses: Excesses, near: BoolArray, settings: Settings
) -> list[Contraction]:
    """Contractions over the slow baseline, and those over the fast one that the slow one misses."""
    found = _over(side, "slow", signals, excesses, near, settings)
    taken = np.zeros(signals.time_s.shape, dtype=bool)
    for contraction in found:
        taken[contraction.first : contraction.stop] = True
    for contraction in _over(side, "fast", signals, excesses, near, settings):
        if not taken[contraction.first : contraction.stop].any():
            found.append(contraction)
    return found


def _over(
    side: Side, kind: str, signals: EvenSignals, excesses: Excesses, near: BoolArray, settings: Settings
) -> list[Contraction]:
    rules = settings.events
    evidence = _evidence(side, kind, excesses, settings)
    over = (evidence.strength > rules.leave_noise) & (evidence.eye > rules.floor_closure / 3)
    parts = [
        part
        for run in runs_of(over & signals.observed)
        for part in _parted(evidence.eye, *run, rules.valley_share)
    ]
    stops = [0] + [stop for _, stop, _ in parts]
    firsts = [first for first, _, _ in parts] + [over.size]
    found = []
    for i, (first, stop, peak) in enumerate(parts):
        ease = rules.near_share if near[first:stop].any() else 1.0
        sharpness = _sharpness(evidence, first, stop, peak, samples(rules.edge_search_s, signals.step_s))
        if _believable(evidence, first, stop, peak, sharpness, ease, settings):
            first, stop = _bounds(evidence, first, stop, peak, (stops[i], firsts[i + 1]), signals, settings)
            height, strength = float(evidence.eye[peak]), float(evidence.strength[first:stop].max())
            found.append(Contraction(side, first, stop, peak, height, strength, min(sharpness) / height))
    return found


@dataclass(frozen=True)
class _Evidence:
    """Curves (n,) of one side: the eye's excess, all regions' strength in noise SD, the rise within 0.2 s."""

    eye: FloatArray
    strength: FloatArray
    rise: FloatArray
    noise: float
    noise_rise: float


def _evidence(side: Side, kind: str, excesses: Excesses, settings: Settings) -> _Evidence:
    eye = excesses["eye"]
    return _Evidence(
        eye=side_curve(eye, side, kind),
        strength=_strength(side, kind, excesses, settings),
        rise=SIGN[side] * eye.edge,
        noise=side_noise(eye, kind),
        noise_rise=eye.noise_edge,
    )


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
    ease: float,
    settings: Settings,
) -> bool:
    rules = settings.events
    height = float(evidence.eye[peak])
    edge = ease * max(rules.edge_noise * evidence.noise_rise, rules.edge_floor, rules.edge_share * height)
    return bool(
        evidence.strength[first:stop].max() >= rules.enter_noise * ease
        and height >= rules.floor_closure * ease
        and max(sharpness) >= edge
        and min(sharpness) >= edge * rules.weak_edge
    )


def _strength(side: Side, kind: str, excesses: Excesses, settings: Settings) -> FloatArray:
    """All regions' excess in noise SD (n,): the eye's, with the others' in quadrature; 0 without the eye."""
    rules = settings.events
    in_noise = {r: side_curve(e, side, kind) / side_noise(e, kind) for r, e in excesses.items()}
    others = np.sqrt(sum(np.clip(in_noise[r], 0, rules.region_cap) ** 2 for r in in_noise if r != "eye"))
    eye = in_noise["eye"]
    return np.where(eye > rules.eye_takes_part, np.hypot(eye, rules.region_weight * others), 0.0)


def _bounds(
    evidence: _Evidence,
    first: int,
    stop: int,
    peak: int,
    limits: tuple[int, int],
    signals: EvenSignals,
    settings: Settings,
) -> tuple[int, int]:
    """Where the curve leaves its level before the peak and reaches its level after, within `limits`.

    A contraction often rides on slow drift, so its ends are measured from the local floor, not from zero.
    """
    rules = settings.events
    reach = samples(rules.edge_search_s, signals.step_s)
    before = evidence.eye[max(limits[0], first - reach) : peak + 1][::-1]
    after = evidence.eye[peak : min(limits[1], stop + reach)]
    height = float(evidence.eye[peak])

    def until_quiet(away: FloatArray) -> int:
        floor = float(away.min())
        level = floor + max(rules.end_noise * evidence.noise, rules.end_share * (height - floor))
        quiet = np.flatnonzero(away <= level)
        return int(quiet[0]) if quiet.size else away.size

    return min(peak, peak - until_quiet(before) + 1), max(peak + 1, peak + until_quiet(after))


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
