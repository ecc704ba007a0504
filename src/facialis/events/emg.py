"""Bursts of EMG become blinks, twitches, tonic spasms and episodes, in the words of the video.

A blink contracts both orbiculares oculi together; a spasm one. What is joined into episodes, how probable an
event is and on which side the recording shows spasms is decided as for a video.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facialis.events.blink_spasms import OTHER, in_blink
from facialis.events.bursts import Activity, Burst, activity_of, bursts_of
from facialis.events.contractions import Contraction
from facialis.events.detect import episodes_of
from facialis.events.probability import NAMES, spasm_probability
from facialis.events.regions import Spread
from facialis.events.side import judge, told, weigh
from facialis.settings import BurstSettings, ProbabilitySettings, Settings
from facialis.signals.muscle import EYE, Muscles
from facialis.signals.runs import long_runs, runs_of, widened
from facialis.source.channels import EMG_MUSCLES, MUSCLE_REGIONS, column
from facialis.types import REGIONS, SIDES, BoolArray, Event, FloatArray, Quality, Region, Side, SideVerdict

MEANT_TAILS = 3.0
"""One side of a meant movement may outlast the other by so many times what one side of a blink may."""
VOLUNTARY = ("frontalis", "zygomaticus", "orbicularis_oris", "mentalis", "levator", "nasalis", "corrugator")


@dataclass(frozen=True)
class EmgFindings:
    """Events in order of onset, the side, `activated` (m,) on the muscles' time, and each muscle's bursts and
    activity. `blink_uv` is the person's own blink on each side, in uV, where enough of them were seen."""

    events: tuple[Event, ...]
    verdict: SideVerdict
    activated: BoolArray
    activity: Mapping[str, Activity]
    bursts: Mapping[str, tuple[Burst, ...]]
    blink_uv: Mapping[Side, float]


@dataclass(frozen=True)
class _Pair:
    """Bursts of both orbiculares oculi at once, and the stretch that they share."""

    left: Burst
    right: Burst
    onset_s: float
    offset_s: float


def detect_emg(muscles: Muscles, quality: Quality, settings: Settings) -> EmgFindings:
    """Return what the muscles did.

    An event's `intensity` is the eye's peak envelope over that of the person's own blinks on the same
    side, NaN where fewer than `bursts.min_blinks` blinks were seen; `excess` holds each region's peak
    envelope in uV.
    """
    rules = settings.bursts
    activity = {n: activity_of(muscles, n, rules, settings.muscle.smooth_s) for n in muscles.emg}
    bursts = {name: bursts_of(muscles, name, activity[name], rules) for name in muscles.emg}
    eyes = {side: bursts[EYE[side]] for side in SIDES}
    pairs = _pairs(eyes)
    ratio = _blink_ratio(pairs, rules)
    contractions = {side: _of_side(side, eyes, activity, ratio, settings) for side in SIDES}
    blinks = _blinks(pairs, contractions, settings)
    spastic = [_in_blink(blink, bursts, activity, settings) for blink in blinks]
    contractions = {
        side: _joined([*contractions[side], *(found[side] for found in spastic if side in found)])
        for side in SIDES
    }
    plain = [blink for blink, found in zip(blinks, spastic, strict=True) if not found]
    blink_uv = _blink_size(plain, activity, int(rules.min_blinks))
    active = _activated(muscles, activity, settings)
    unit = max((b.peak_uv for side in SIDES for b in contractions[side]), default=1.0) or 1.0
    found = [
        _event(side, burst, bursts, activity, active, unit, settings)
        for side in SIDES
        for burst in contractions[side]
    ]
    verdict = judge(found, quality, settings)
    believed = [_in_blinks(e, blink_uv) for e in weigh(found, verdict, settings)]
    verdict = told(verdict, found, believed, quality, settings)
    spasms = (*believed, *(_in_blinks(e, blink_uv) for e in episodes_of(believed, settings)))
    events = tuple(sorted((*spasms, *(_blink_event(b, activity, blink_uv) for b in blinks)), key=_order))
    return EmgFindings(events, verdict, active, activity, bursts, blink_uv)


def _order(event: Event) -> tuple[float, bool, float]:
    return event.onset_s, event.kind != "episode", event.offset_s


def _pairs(eyes: Mapping[Side, Sequence[Burst]]) -> list[_Pair]:
    """Every two bursts of both sides that overlap."""
    pairs = []
    for one in eyes["left"]:
        for two in eyes["right"]:
            onset_s, offset_s = max(one.onset_s, two.onset_s), min(one.offset_s, two.offset_s)
            if offset_s > onset_s:
                pairs.append(_Pair(one, two, onset_s, offset_s))
    return pairs


def _blink_ratio(pairs: Sequence[_Pair], rules: BurstSettings) -> float:
    """How many times stronger than the right the left is in what both do at once; 1 where too little is seen.

    A blink may set off a spasm on the sick side, so that most blinks of a patient are stronger there: the
    quarter that are most alike tell how the electrodes lie, and electrodes alone make `most_uneven` at most.
    """
    logs = [
        np.log(pair.left.amplitude_uv / pair.right.amplitude_uv)
        for pair in pairs
        if abs(pair.left.onset_s - pair.right.onset_s) < 0.5 * min(pair.left.length_s, pair.right.length_s)
        and min(pair.left.amplitude_uv, pair.right.amplitude_uv) > 0
    ]
    if len(logs) < rules.min_blinks:
        return 1.0
    middle = float(np.median(logs))
    alike = float(np.quantile(logs, 0.25 if middle > 0 else 0.75))
    towards = max(alike, 0.0) if middle > 0 else min(alike, 0.0)
    most = float(np.log(rules.most_uneven))
    return float(np.exp(np.clip(towards, -most, most)))


def _of_side(
    side: Side,
    eyes: Mapping[Side, Sequence[Burst]],
    activity: Mapping[str, Activity],
    ratio: float,
    settings: Settings,
) -> list[Burst]:
    """Bursts of one side, or what of them the other side did not do too."""
    own, other = activity[EYE[side]], activity[EYE[OTHER[side]]]
    relative = ratio if side == "left" else 1 / ratio
    found = []
    for burst in eyes[side]:
        partners = [b for b in eyes[OTHER[side]] if b.onset_s < burst.offset_s and b.offset_s > burst.onset_s]
        if not partners:
            if not _shared(burst, own, other, relative, settings):
                found.append(burst)
            continue
        if all(_only_a_leak(partner, own, relative, settings) for partner in partners):
            found.append(burst)
            continue
        alone = _alone(burst, partners, own, other, relative, settings)
        if alone is not None:
            found.append(alone)
    return found


def _shared(burst: Burst, own: Activity, other: Activity, relative: float, settings: Settings) -> bool:
    """Whether the other side took part in a burst, though too weakly for a burst of its own.

    A burst that is itself near the noise has a partner near the noise: a share as clear is enough then.
    """
    rules = settings.bursts
    needed = min(rules.partner_noise, rules.partner_share * own.strength(burst.onset_s, burst.offset_s))
    size = other.amplitude_uv(burst.onset_s, burst.offset_s) * relative
    strong = other.strength(burst.onset_s, burst.offset_s) >= needed
    return bool(strong and size >= rules.partner_share * burst.amplitude_uv)


def _only_a_leak(partner: Burst, own: Activity, relative: float, settings: Settings) -> bool:
    """Whether the other side's burst is so small beside this one that it is what leaks across."""
    here = own.amplitude_uv(partner.onset_s, partner.offset_s)
    return partner.amplitude_uv * relative < settings.bursts.partner_share * here


def _alone(
    burst: Burst,
    partners: Sequence[Burst],
    own: Activity,
    other: Activity,
    relative: float,
    settings: Settings,
) -> Burst | None:
    """What of a burst goes beyond what both sides do: its own contraction, before, after or within."""
    rules = settings.bursts
    span = own.span(burst.onset_s, burst.offset_s)
    time_s = own.time_s[span]
    both = np.zeros(time_s.shape, dtype=bool)
    for p in partners:
        both |= (time_s >= p.onset_s - rules.together_s) & (time_s <= p.offset_s + rules.together_s)
    here, there = (np.maximum(a.slow_power[span] - a.noise[span], 0.0) for a in (own, other))
    stronger = here > (rules.dominance * relative) ** 2 * there
    held = float(np.sqrt(np.mean(here[both & ~stronger]))) if (both & ~stronger).any() else 0.0
    # Of a smile one side lets go later; only what is long or strong beyond that was not meant.
    meant = any(p.length_s > settings.blinks.longest_s for p in partners)
    kept = []
    for first, stop in runs_of((~both | stronger) & (own.slow[span] > rules.leave_noise)):
        within = bool(both[first:stop].mean() > 0.5)
        size = float(np.sqrt(np.mean(here[first:stop])))
        piece = (float(time_s[first]), float(time_s[stop - 1]) + own.step_s)
        length = piece[1] - piece[0]
        long = length >= rules.tail_s - (0 if within else rules.together_s)
        strict = within or (meant and length < MEANT_TAILS * rules.tail_s)
        least = rules.dominance if strict else rules.tail_share
        if long and size >= least * held and own.strength(*piece) >= rules.enter_noise:
            kept.append(piece)
    if not kept:
        return None
    # Its own instants are the better ones where the burst itself begins or ends outside of what both do.
    onset_s = burst.onset_s if not both[0] else kept[0][0]
    offset_s = burst.offset_s if not both[-1] else kept[-1][1]
    onset_s, offset_s = min(onset_s, kept[0][0]), max(offset_s, kept[-1][1])
    peak_uv, peak_s = _peak_uv(own, onset_s, offset_s)
    strength = max(own.strength(*piece) for piece in kept)
    return Burst(onset_s, offset_s, peak_s, peak_uv, own.amplitude_uv(onset_s, offset_s), strength)


def _blinks(
    pairs: Sequence[_Pair], contractions: Mapping[Side, Sequence[Burst]], settings: Settings
) -> list[_Pair]:
    """Pairs that begin together, or of which one side was in a contraction already, and that are short."""
    rules = settings.bursts
    blinks = []
    for pair in pairs:
        shorter = min(pair.left, pair.right, key=lambda b: b.length_s)
        together = abs(pair.left.onset_s - pair.right.onset_s) <= 2 * rules.together_s
        held = any(
            c.onset_s <= shorter.onset_s and c.offset_s >= shorter.offset_s
            for side in SIDES
            for c in contractions[side]
        )
        leak = any(shorter in contractions[side] for side in SIDES)
        if shorter.length_s <= settings.blinks.longest_s and (together or held) and not leak:
            blinks.append(replace(pair, onset_s=shorter.onset_s if held and not together else pair.onset_s))
    return blinks


def _in_blink(
    blink: _Pair,
    bursts: Mapping[str, Sequence[Burst]],
    activity: Mapping[str, Activity],
    settings: Settings,
) -> dict[Side, Burst]:
    eyes: dict[Side, Burst] = {"left": blink.left, "right": blink.right}
    return in_blink((blink.onset_s, blink.offset_s), eyes, bursts, activity, settings.bursts)


def _joined(bursts: Sequence[Burst]) -> list[Burst]:
    """Bursts in order of onset, those that overlap as one: what goes on after a blink began in it."""
    joined: list[Burst] = []
    for burst in sorted(bursts, key=lambda b: b.onset_s):
        if joined and burst.onset_s < joined[-1].offset_s:
            stronger = max(joined[-1], burst, key=lambda b: b.peak_uv)
            joined[-1] = replace(
                stronger,
                onset_s=joined[-1].onset_s,
                offset_s=max(joined[-1].offset_s, burst.offset_s),
                strength=max(joined[-1].strength, burst.strength),
            )
        else:
            joined.append(burst)
    return joined


def _blink_size(blinks: Sequence[_Pair], activity: Mapping[str, Activity], needed: int) -> dict[Side, float]:
    """The person's own blink on each side: the median of the peak envelope, in uV."""
    if len(blinks) < needed:
        return {}
    return {
        side: float(np.median([_peak_uv(activity[EYE[side]], b.onset_s, b.offset_s)[0] for b in blinks]))
        for side in SIDES
    }


def _peak_uv(activity: Activity, onset_s: float, offset_s: float) -> tuple[float, float]:
    """Largest envelope above the noise of a stretch in uV, and when."""
    span = activity.span(onset_s, offset_s)
    peak = span.start + int(np.argmax(activity.power[span]))
    return float(np.sqrt(max(activity.power[peak] - activity.noise[peak], 0.0))), float(activity.time_s[peak])


def _activated(muscles: Muscles, activity: Mapping[str, Activity], settings: Settings) -> BoolArray:
    """Moments (m,) during or just after the same muscle beside the eyes works on both sides for a while."""
    moving = np.zeros(muscles.time_s.shape, dtype=bool)
    for muscle in VOLUNTARY:
        names = [column(side, muscle) for side in SIDES]  # type: ignore[arg-type]
        if not all(name in activity for name in names):
            continue
        both = np.logical_and(*(activity[name].slow > settings.bursts.leave_noise for name in names))
        clear = long_runs(_closed(both, muscles), muscles.time_s, settings.bursts.activated_s)
        moving |= clear
    after = round(settings.context.after_s / muscles.step_s)
    return np.asarray(np.convolve(moving, np.ones(after + 1))[: moving.size] > 0.5)


def _closed(mask: BoolArray, muscles: Muscles) -> BoolArray:
    """Fill pauses of up to a tenth of a second: units that fire at voluntary rates leave them."""
    wide = widened(mask, muscles.time_s, 0.05)
    return ~widened(~wide, muscles.time_s, 0.05)


def _event(
    side: Side,
    burst: Burst,
    bursts: Mapping[str, Sequence[Burst]],
    activity: Mapping[str, Activity],
    active: BoolArray,
    unit_uv: float,
    settings: Settings,
) -> Event:
    """One contraction with the muscles that took part; `intensity` is over `unit_uv` until the verdict is
    known."""
    excess, onsets = _regions(side, burst, bursts, activity, settings)
    regions = tuple(region for region in REGIONS if region in excess)
    own = activity[EYE[side]]
    return Event(
        kind="tonic" if burst.length_s >= settings.events.tonic_s else "twitch",
        side=side,
        onset_s=burst.onset_s,
        offset_s=burst.offset_s,
        peak_s=burst.peak_s,
        intensity=burst.peak_uv / unit_uv,
        probability=_probability(burst, regions, settings),
        reason=_reason(side, burst, regions),
        regions=regions,
        excess=excess,
        onset_by_region_s=onsets,
        context="activated" if active[own.span(burst.onset_s, burst.offset_s).start] else "rest",
    )


def _regions(
    side: Side,
    burst: Burst,
    bursts: Mapping[str, Sequence[Burst]],
    activity: Mapping[str, Activity],
    settings: Settings,
) -> tuple[dict[Region, float], dict[Region, float]]:
    """Peak in uV and own onset of each region of a side that took part in a burst of its eye."""
    rules = settings.bursts
    excess: dict[Region, float] = {"eye": burst.peak_uv}
    onsets: dict[Region, float] = {"eye": burst.onset_s}
    for muscle in EMG_MUSCLES:
        name, mirror = column(side, muscle), column(OTHER[side], muscle)
        if muscle == "orbicularis_oculi" or name not in activity:
            continue
        here = activity[name]
        partner = activity[mirror].amplitude_uv(burst.onset_s, burst.offset_s) if mirror in activity else 0.0
        size = here.amplitude_uv(burst.onset_s, burst.offset_s)
        own = [b for b in bursts[name] if b.onset_s < burst.offset_s and b.offset_s > burst.onset_s]
        clear = here.strength(burst.onset_s, burst.offset_s) >= rules.region_noise
        if not own or not clear or size < rules.region_share * partner:
            continue
        peak, _ = _peak_uv(here, burst.onset_s, burst.offset_s)
        for region in MUSCLE_REGIONS[muscle]:
            excess[region] = max(excess.get(region, 0.0), peak)
            onsets[region] = min(onsets.get(region, np.inf), own[0].onset_s)
    return excess, onsets


def _probability(burst: Burst, regions: Sequence[Region], settings: Settings) -> float:
    """As for a video, with the strength that EMG noise reaches; a brow never tells a wink here."""
    rules: ProbabilitySettings = replace(settings.probability, even_noise=settings.bursts.even_noise)
    seen = Contraction("left", 0.0, burst.length_s, 0, 1.0, max(burst.strength, 1e-3))
    spread = Spread(dict.fromkeys(regions, 1.0), {}, as_wink=False)
    return spasm_probability(seen, spread, replace(settings, probability=rules))


def _reason(side: Side, burst: Burst, regions: Sequence[Region]) -> str:
    others = [NAMES[region] for region in regions if region not in ("eye", "brow")]
    told = [f"the {side} orbicularis oculi worked alone, {burst.amplitude_uv:.0f} uV"]
    if others:
        told.append(f"the muscles of the {' and the '.join(others)} worked with it")
    if "brow" in regions:
        told.append("the brow's muscle worked as the eye closed")
    if len(regions) == 1:
        told.append("nothing else worked, so a wink cannot be excluded")
    return "; ".join(told)


def _in_blinks(event: Event, blink_uv: Mapping[Side, float]) -> Event:
    unit = blink_uv.get(event.side, 0.0) if event.side != "both" else 0.0
    return replace(event, intensity=event.excess["eye"] / unit if unit > 0 else float("nan"))


def _blink_event(blink: _Pair, activity: Mapping[str, Activity], blink_uv: Mapping[Side, float]) -> Event:
    peaks = {side: _peak_uv(activity[EYE[side]], blink.onset_s, blink.offset_s) for side in SIDES}
    sizes = [peaks[side][0] / blink_uv[side] for side in SIDES if blink_uv.get(side, 0.0) > 0]
    strength = min(blink.left.strength, blink.right.strength)
    return Event(
        kind="blink",
        side="both",
        onset_s=blink.onset_s,
        offset_s=blink.offset_s,
        peak_s=peaks["left"][1],
        intensity=float(np.mean(sizes)) if sizes else float("nan"),
        probability=float(1 - 0.5 * np.exp(-strength / 4)),
        reason="both orbiculares oculi worked together",
        regions=("eye",),
        excess={"eye": float(np.mean([peaks[side][0] for side in SIDES]))},
    )


def envelope_uv(activity: Activity) -> FloatArray:
    """Return a muscle's envelope (m,) in uV above its noise."""
    return np.asarray(np.sqrt(np.maximum(activity.power - activity.noise, 0.0)))
