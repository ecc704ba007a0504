"""Curves become blinks, twitches, tonic spasms and episodes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from facialis.events.blinks import find_blinks
from facialis.events.context import activated
from facialis.events.contractions import Contraction, find_contractions
from facialis.events.evidence import Excesses
from facialis.events.grid import EvenSignals, even
from facialis.events.probability import reason_for, spasm_probability
from facialis.events.regions import spread_of
from facialis.events.side import judge, told, weigh
from facialis.events.weak_lid import evened, weak_lid, without_followed, words
from facialis.settings import Settings
from facialis.types import REGIONS, SIDES, BoolArray, Event, Quality, Region, SideVerdict, Signals

_WORDS = {"twitch": ("twitch", "twitches"), "tonic": ("tonic spasm", "tonic spasms")}


def detect(signals: Signals, quality: Quality, settings: Settings) -> tuple[tuple[Event, ...], SideVerdict]:
    """Return all events in order of onset, and the side of the recording with its evidence."""
    if not (signals.usable["left"] & signals.usable["right"]).any():
        return (), judge((), quality, settings)
    as_read = even(signals)
    weak = weak_lid(as_read, settings.blinks)
    grid = as_read if weak is None else evened(as_read, weak)
    found, excesses = find_contractions(grid, settings)
    if weak is not None:
        found = without_followed(found, weak, as_read, excesses, settings.blinks)
    active = activated(as_read, settings.context)
    contractions = [
        _contraction_event(c, _end_before(c, found), grid, excesses, active, settings) for c in found
    ]
    verdict = judge(contractions, quality, settings)
    believed = weigh(contractions, verdict, settings)
    verdict = told(verdict, contractions, believed, quality, settings)
    if weak is not None:
        verdict = replace(verdict, evidence=f"{verdict.evidence}; {words(weak)}")
    spasms = (*believed, *episodes_of(believed, settings))
    return tuple(sorted((*spasms, *find_blinks(grid, settings.blinks, as_read)), key=_order)), verdict


def episodes_of(contractions: Sequence[Event], settings: Settings) -> list[Event]:
    """Join contractions of one side that are less than the episode gap apart."""
    episodes = []
    for side in SIDES:
        group: list[Event] = []
        for event in sorted((e for e in contractions if e.side == side), key=lambda e: e.onset_s):
            if group and event.onset_s - _end_s(group) >= settings.events.episode_gap_s:
                episodes.append(_episode(group))
                group = []
            group.append(event)
        if group:
            episodes.append(_episode(group))
    return episodes


def _order(event: Event) -> tuple[float, bool, float]:
    return event.onset_s, event.kind != "episode", event.offset_s


def _end_s(group: Sequence[Event]) -> float:
    return max(event.offset_s for event in group)


def _end_before(contraction: Contraction, found: Sequence[Contraction]) -> int:
    """The sample where the contraction before this one ended, 0 for the first of a side."""
    return max(
        (c.stop for c in found if c.side == contraction.side and c.stop <= contraction.first), default=0
    )


def _contraction_event(
    found: Contraction,
    earliest: int,
    signals: EvenSignals,
    excesses: Excesses,
    active: BoolArray,
    settings: Settings,
) -> Event:
    spread = spread_of(found, excesses, signals, settings, earliest)
    onset_s = float(signals.time_s[0]) + found.onset * signals.step_s
    duration_s = (found.offset - found.onset) * signals.step_s
    onsets: dict[Region, float] = {
        region: float(signals.time_s[0]) + at * signals.step_s for region, at in spread.onset.items()
    }
    return Event(
        kind="tonic" if duration_s >= settings.events.tonic_s else "twitch",
        side=found.side,
        onset_s=onset_s,
        offset_s=onset_s + duration_s,
        peak_s=float(signals.time_s[found.peak]),
        intensity=min(max(spread.excess["eye"], 0.0), 1.0),
        probability=spasm_probability(found, spread, settings),
        reason=reason_for(found, spread),
        regions=spread.regions,
        excess=spread.excess,
        onset_by_region_s=onsets,
        context="activated" if active[found.first] else "rest",
    )


def _episode(group: Sequence[Event]) -> Event:
    strongest = max(group, key=lambda e: e.intensity)
    excess: dict[Region, float] = {}
    onsets: dict[Region, float] = {}
    for event in group:
        for region in event.regions:
            excess[region] = max(excess.get(region, -np.inf), event.excess[region])
        for region, onset_s in event.onset_by_region_s.items():
            onsets[region] = min(onsets.get(region, np.inf), onset_s)
    kinds = [e.kind for e in group]
    counts = {word: kinds.count(kind) for kind, word in _WORDS.items() if kind in kinds}
    made_of = [f"{count} {one if count == 1 else many}" for (one, many), count in counts.items()]
    return Event(
        kind="episode",
        side=group[0].side,
        onset_s=group[0].onset_s,
        offset_s=_end_s(group),
        peak_s=strongest.peak_s,
        intensity=strongest.intensity,
        # An episode is real if any of its contractions is.
        probability=float(1 - np.prod([1 - e.probability for e in group])),
        reason=f"{' and '.join(made_of)}; strongest: {strongest.reason}",
        regions=tuple(region for region in REGIONS if region in excess),
        excess=excess,
        onset_by_region_s=onsets,
        context=group[0].context,
    )
