"""What truly happened, from the spikes and the forces they make, never from pictures.

A region's drive is the force of its muscles' involuntary twitches as a share of the greatest; spikes that
the nucleus ordered never count. A contraction begins where the drive stays above 3 % for 20 ms and ends where
it stays below 2 % for 150 ms. What the nerve ordered and what the face shows are labelled apart, both by this
rule; what the face shows must also reach 10 % of a face unit's range, beyond what was meant.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facialis.signals.runs import runs_of
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.force import FORCE_PER_S
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.performance import (
    ONSET_SHARE,
    REGIONS_OF,
    SAMPLES_PER_S,
    TONIC_S,
    Contraction,
    Muscle,
    NerveEvent,
    TrueEvent,
    grouped,
    ordered,
)
from facialis.types import REGIONS, FloatArray, Region, Side

ON, ON_S = 0.03, 0.02
"""A contraction begins above this share of the greatest, held for this long."""
OFF, OFF_S = 0.02, 0.15
"""It ends below this share, held for this long."""
LEAST_SHOWN = 0.1
"""A movement that does not reach this share of its face unit's range is not seen."""
MUSCLES_OF: Mapping[Region, tuple[Muscle, ...]] = {
    region: tuple(m for m in NERVE_MUSCLES if region in REGIONS_OF[m]) for region in REGIONS
}
SYNKINESIS = 0.05
"""A contraction below this share of the greatest that begins during a meant movement and ends with it only
goes along with it. Half of a muscle's force moves the face all the way: this is about what can be seen."""
ENDS_WITH_S = 0.2
"""So long after the order a blink still lasts."""
_BEFORE_S = 0.05
_SILENT = 1e-4
_FOLLOWS_S = 0.1
_REOPENED_S = 0.5

Curves = Mapping[Muscle, FloatArray]
Interval = tuple[float, float]


@dataclass(frozen=True)
class SideActivity:
    """What one side did without being told. `drive` is force as the nerve ordered it, FORCE_PER_S samples a
    second; `shown` is what the face shows of it, SAMPLES_PER_S a second; `passed_s` are the times at which
    involuntary spikes passed each muscle's junctions, in order. No face moves sooner than `moves_after_s`
    after its EMG. `meant` is when the nucleus ordered a movement."""

    side: Side
    drive: Curves
    shown: Curves
    passed_s: Mapping[Muscle, FloatArray]
    moves_after_s: float = 0.0
    meant: Sequence[Interval] = ()


def intervals(curve: FloatArray, per_s: float) -> list[Interval]:
    """Return (onset, offset) in seconds of every contraction in a curve (n,), by the module's rule.

    One that has not ended lasts to the end of the curve.
    """
    quiet = [(a, b) for a, b in runs_of(curve < OFF) if b - a >= OFF_S * per_s or a == 0]
    held = [(a, b) for a, b in runs_of(curve > ON) if b - a >= ON_S * per_s]
    ends = np.array([a for a, _ in quiet] + [len(curve) - 1])
    found: list[Interval] = []
    last = -1
    for first, _ in held:
        if first > last:
            last = int(ends[np.searchsorted(ends, first)])
            found.append((first / per_s, last / per_s))
    return found


def region_drive(drive: Curves, region: Region) -> FloatArray:
    """Return a region's drive (n,): its muscles' force over the greatest they have, 0 to about 1."""
    muscles = MUSCLES_OF[region]
    total: FloatArray = np.sum([MUSCLE_SHARE[m] * drive[m] for m in muscles], axis=0)
    return total / sum(MUSCLE_SHARE[m] for m in muscles)


def nerve_events(activity: SideActivity) -> list[NerveEvent]:
    """Return the contractions that the lesion ordered, and the episodes of its spasms, by onset."""
    drive = {region: region_drive(activity.drive, region) for region in REGIONS}
    shown = shown_by_region(activity.shown)
    by_region = {region: intervals(curve, FORCE_PER_S) for region, curve in drive.items()}
    seen = _united(_seen(curve) for curve in shown.values())
    spans = _united(by_region.values())
    if not spans:
        return []
    events = [_nerve_event(activity, span, drive, by_region) for span in spans]
    following = [*(e.onset_s if e.emg_onset_s is None else e.emg_onset_s for e in events[1:]), np.inf]
    strongest = np.max(list(shown.values()), axis=0)
    soonest = activity.moves_after_s
    events = [
        _with_visible(event, seen, strongest, soonest, until)
        for event, until in zip(events, following, strict=True)
    ]
    spasms = [event for event in events if event.kind != "synkinesis"]
    episodes = [_episode(group) for group in grouped(spasms)]
    return sorted([*events, *episodes], key=lambda e: (e.onset_s, -e.offset_s))


def visible_events(side: Side, shown: Curves) -> list[TrueEvent]:
    """Return the twitches and tonic contractions that a face shows.

    `shown` is what the involuntary spikes add to what was meant: nothing where a blink has shut the lid.
    """
    curves = shown_by_region(shown)
    by_region = {region: _seen(curve) for region, curve in curves.items()}
    events = []
    for onset, offset in _united(by_region.values()):
        regions = _taking_part(by_region, (onset, offset))
        part = slice(round(onset * SAMPLES_PER_S), round(offset * SAMPLES_PER_S) + 1)
        strongest = np.max([curves[r][part] for r in regions], axis=0)
        peak_s = onset + int(strongest.argmax()) / SAMPLES_PER_S
        peak = float(strongest.max())
        events.append(TrueEvent(_kind(onset, offset), side, onset, offset, peak_s, peak, ordered(regions)))
    return events


def movement_events(
    movements: Sequence[Contraction], shown: Mapping[tuple[Side, Muscle], FloatArray]
) -> list[TrueEvent]:
    """Return the meant movements that the face shows, blinks among them, from its voluntary activation alone.

    Each lasts while it is above 5 % of its own height over what was there when it was ordered.
    """
    events = []
    for movement in movements:
        curves = [shown[key] for key in movement.gains if key in shown]
        strongest = np.max(curves, axis=0) if curves else np.zeros(1)
        first = round(movement.onset_s * SAMPLES_PER_S)
        last = round((movement.onset_s + movement.length_s + _REOPENED_S) * SAMPLES_PER_S)
        part = strongest[first : last + 1]
        if part.size == 0 or part.max() < max(LEAST_SHOWN, part[0]):
            continue
        top = int(part.argmax())
        low = np.flatnonzero(part <= part[0] + ONSET_SHARE * (part[top] - part[0]))
        begin = int(low[low < top].max(initial=0))
        end = int(low[low > top].min(initial=len(part) - 1))
        regions = {region for _, muscle in movement.gains for region in REGIONS_OF[muscle]}
        onset, offset, peak = ((first + i) / SAMPLES_PER_S for i in (begin, end, top))
        events.append(
            TrueEvent(movement.kind, movement.side, onset, offset, peak, float(part[top]), ordered(regions))
        )
    return events


def shown_by_region(shown: Curves) -> dict[Region, FloatArray]:
    """Return what each region shows (n,): its strongest muscle's activation."""
    return {region: np.max([shown[m] for m in MUSCLES_OF[region]], axis=0) for region in REGIONS}


def _seen(curve: FloatArray) -> list[Interval]:
    """Return the contractions in what a region shows that are large enough to be seen."""
    return [
        (onset, offset)
        for onset, offset in intervals(curve, SAMPLES_PER_S)
        if curve[round(onset * SAMPLES_PER_S) : round(offset * SAMPLES_PER_S) + 1].max() >= LEAST_SHOWN
    ]


def _nerve_event(
    activity: SideActivity,
    span: Interval,
    drive: Mapping[Region, FloatArray],
    by_region: Mapping[Region, Sequence[Interval]],
) -> NerveEvent:
    onset, offset = span
    regions = _taking_part(by_region, span)
    begins = {r: min(a for a, b in by_region[r] if a <= offset and b >= onset) for r in regions}
    part = slice(round(onset * FORCE_PER_S), round(offset * FORCE_PER_S) + 1)
    strongest = np.max([drive[r][part] for r in regions], axis=0)
    emg = [_emg_onset(activity, drive[r], r, begins[r], offset) for r in regions]
    small = strongest.max() < SYNKINESIS and _goes_along(span, activity.meant)
    return NerveEvent(
        "synkinesis" if small else _kind(onset, offset),
        activity.side,
        onset,
        offset,
        onset + int(strongest.argmax()) / FORCE_PER_S,
        float(strongest.max()),
        float(strongest.sum() / FORCE_PER_S),
        regions,
        begins,
        min((time for time in emg if time is not None), default=None),
        None,
        None,
    )


def _emg_onset(
    activity: SideActivity, drive: FloatArray, region: Region, onset: float, offset: float
) -> float | None:
    """Return the first spike that passed after the region was last quiet, at most 50 ms before its onset."""
    last = round(onset * FORCE_PER_S)
    first = max(0, last - round(_BEFORE_S * FORCE_PER_S))
    before = np.maximum(drive[first : last + 1], _SILENT)
    quiet = first + len(before) - 1 - int(before[::-1].argmin())
    earliest: float | None = None
    for muscle in MUSCLES_OF[region]:
        times = activity.passed_s[muscle]
        place = int(np.searchsorted(times, (quiet - 1) / FORCE_PER_S))
        if place < len(times) and times[place] <= offset and (earliest is None or times[place] < earliest):
            earliest = float(times[place])
    return earliest


def _with_visible(
    event: NerveEvent, seen: Sequence[Interval], strongest: FloatArray, soonest: float, until: float
) -> NerveEvent:
    """Return the event with when the face shows it, before the next one begins.

    Where the face still moves from the one before, it shows from when the movement grows again.
    """
    start = event.onset_s if event.emg_onset_s is None else event.emg_onset_s
    mine = [(a, b) for a, b in seen if a <= event.offset_s + _FOLLOWS_S and b > start]
    if event.emg_onset_s is None or not mine:
        return event
    onset, offset = mine[0][0], min(mine[-1][1], until + _FOLLOWS_S)
    if onset < start + soonest:
        first = min(math.ceil((start + soonest) * SAMPLES_PER_S), len(strongest) - 1)
        part = strongest[first : first + round(_FOLLOWS_S * SAMPLES_PER_S) + 1]
        onset = (first + int(part.argmin())) / SAMPLES_PER_S
    return NerveEvent(**{**vars(event), "visible_onset_s": onset, "visible_offset_s": max(offset, onset)})


def _episode(events: Sequence[NerveEvent]) -> NerveEvent:
    strongest = max(events, key=lambda e: e.peak)
    begins: dict[Region, float] = {}
    for event in events:
        for region, time in event.onset_by_region_s.items():
            begins.setdefault(region, time)
    return NerveEvent(
        "episode",
        strongest.side,
        events[0].onset_s,
        max(e.offset_s for e in events),
        strongest.peak_s,
        strongest.peak,
        sum(e.integral_s for e in events),
        ordered(begins),
        begins,
        min((e.emg_onset_s for e in events if e.emg_onset_s is not None), default=None),
        min((e.visible_onset_s for e in events if e.visible_onset_s is not None), default=None),
        max((e.visible_offset_s for e in events if e.visible_offset_s is not None), default=None),
    )


def _goes_along(span: Interval, meant: Sequence[Interval]) -> bool:
    return any(begins <= span[0] <= ends and span[1] <= ends + ENDS_WITH_S for begins, ends in meant)


def _kind(onset: float, offset: float) -> Literal["twitch", "tonic"]:
    return "tonic" if offset - onset >= TONIC_S else "twitch"


def _taking_part(by_region: Mapping[Region, Sequence[Interval]], span: Interval) -> tuple[Region, ...]:
    return ordered(
        r for r, found in by_region.items() if any(a <= span[1] and b >= span[0] for a, b in found)
    )


def _united(groups: Iterable[Sequence[Interval]]) -> list[Interval]:
    """Return the intervals of all groups, those less than OFF_S apart joined, in the order of time."""
    found: list[Interval] = []
    for onset, offset in sorted(interval for group in groups for interval in group):
        if found and onset - found[-1][1] < OFF_S:
            found[-1] = (found[-1][0], max(found[-1][1], offset))
        else:
            found.append((onset, offset))
    return found
