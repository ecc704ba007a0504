"""What counts of one recording: its spasms on one side, as people corrected them, over the seconds seen.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from facialis.measures.history import RecordedRate
from facialis.record.corrections import corrected
from facialis.record.times import diary_day
from facialis.record.types import Correction, Measurement, StoredEvent, StoredRecording
from facialis.settings import Settings
from facialis.types import SIDES, Event, EventSide, FloatArray, Quality, Side


@dataclass(frozen=True)
class Read:
    """One recording with its newest measurement, the events of that, what people said, and the closure.

    `closure` maps a side to how far its eye shuts when asked to, 1 for as far as the other eye; empty where
    it was not asked.
    """

    recording: StoredRecording
    measurement: Measurement
    events: tuple[StoredEvent, ...] = ()
    corrections: tuple[Correction, ...] = ()
    closure: Mapping[Side, float] = field(default_factory=dict)


def rate_of(read: Read, side: EventSide, day_ends_h: int, settings: Settings) -> RecordedRate:
    """Return the episodes of one side over the seconds in which both sides could be seen.

    Where people corrected something, episodes are made anew of what is then left, as the measurement makes
    them of contractions.
    """
    spasms = episodes(read.events, read.corrections, side, settings.events.episode_gap_s)
    quality, at = read.measurement.quality, read.recording.at
    seconds = float(quality.seconds_observed.get("both", 0.0))
    return RecordedRate(
        at.local,
        len(spasms),
        seconds,
        _dispersion([onset for onset, _ in spasms], quality, seconds, settings.measures.block_s),
        day=diary_day(at, day_ends_h),
    )


def episodes(
    events: Sequence[StoredEvent], corrections: Sequence[Correction], side: EventSide, gap_s: float
) -> list[tuple[float, float]]:
    """Return onset and offset, in s, of the episodes of a side; `both` means either side."""
    wanted = SIDES if side == "both" else (side,)
    if not corrections:
        found = [each.event for each in events if each.event.kind == "episode"]
        return sorted((e.onset_s, e.offset_s) for e in found if e.side in wanted)
    seen = corrected(tuple(events), tuple(corrections))
    rejected = _rejected_episodes(events, corrections)
    parts = [e for e in seen if e.kind in ("twitch", "tonic") and not _inside(e, rejected)]
    # An episode that somebody changed or added stands for itself; the machine's own ones are made of parts.
    machine = {(e.event.onset_s, e.event.offset_s, e.event.side) for e in events if e.event.kind == "episode"}
    parts += [
        e for e in seen if e.kind == "episode" and (e.onset_s, e.offset_s, e.side) not in machine
    ]  # fmt: skip
    return sorted(
        pair for each in wanted for pair in _joined([e for e in parts if e.side in (each, "both")], gap_s)
    )


def _rejected_episodes(events: Sequence[StoredEvent], corrections: Sequence[Correction]) -> list[Event]:
    """Return the machine's episodes that were rejected or moved: their contractions go with them."""
    last = {c.event_id: c.action for c in corrections if c.event_id is not None}
    return [
        each.event
        for each in events
        if each.event.kind == "episode" and last.get(each.id) in ("reject", "change")
    ]


def _inside(event: Event, episodes_: Sequence[Event]) -> bool:
    return any(
        event.side == e.side and e.onset_s <= event.onset_s and event.offset_s <= e.offset_s + 1e-9
        for e in episodes_
    )


def _joined(parts: Iterable[Event], gap_s: float) -> list[tuple[float, float]]:
    groups: list[tuple[float, float]] = []
    for each in sorted(parts, key=lambda e: e.onset_s):
        if groups and each.onset_s - groups[-1][1] < gap_s:
            groups[-1] = (groups[-1][0], max(groups[-1][1], each.offset_s))
        else:
            groups.append((each.onset_s, each.offset_s))
    return groups


def _dispersion(onsets_s: Sequence[float], quality: Quality, seconds: float, block_s: float) -> float:
    """Return how much the episodes of a recording come in bursts, its observed stretches put end to end."""
    import numpy as np

    from facialis.measures.intervals import dispersion_of

    at: FloatArray = np.array([min(_observed_before(t, quality), seconds) for t in onsets_s], dtype=float)
    return dispersion_of(at, seconds, block_s)


def _observed_before(time_s: float, quality: Quality) -> float:
    """Return the seconds observed of both sides before `time_s`."""
    lost, reached = 0.0, 0.0
    for each in sorted(quality.exclusions, key=lambda e: e.onset_s):
        first, stop = max(each.onset_s, reached), min(each.offset_s, time_s)
        lost += max(stop - first, 0.0)
        reached = max(reached, each.offset_s)
    return max(time_s - lost, 0.0)
