"""What people say about events: kept beside the machine's, which they never change."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, found, tables
from facialis.record.plain import new_id
from facialis.record.types import Correction, StoredEvent
from facialis.types import Event, EventSide

_M, _E = tables.measurements, tables.events
_OTHER: Mapping[EventSide, EventSide] = {"left": "right", "right": "left"}


def correct(connection: sa.Connection, recording_id: int, correction: Correction) -> int:
    """Add what a person says about an event and return its number. RecordError where it fits none."""
    if correction.event_id is not None:
        _require_event(connection, recording_id, correction.event_id)
    elif correction.action != "add":
        raise RecordError("Say which event you mean: `facialis record show` gives their numbers.")
    onset_s, offset_s = correction.onset_s, correction.offset_s
    if correction.action == "add" and None in (correction.kind, correction.side, onset_s, offset_s):
        raise RecordError("An event that was missed needs its kind, side, onset and offset.")
    if onset_s is not None and offset_s is not None and offset_s <= onset_s:
        raise RecordError("The offset of an event must come after its onset.")
    body = {
        name: getattr(correction, name)
        for name in ("event_id", "action", "kind", "side", "onset_s", "offset_s", "note")
    }
    made = connection.execute(
        tables.corrections.insert().values(
            recording_id=recording_id, who=audit.user(), made_utc=datetime.now(UTC), **body
        )
    )
    audit.note(connection, "correct", "recording", recording_id)
    return new_id(made)


def corrections_of(connection: sa.Connection, recording_id: int) -> tuple[Correction, ...]:
    """Return a recording's corrections, oldest first; the last one about an event is the one that holds."""
    t = tables.corrections
    # By their time: an import brings older ones after newer ones.
    by_age = sa.select(t).where(t.c.recording_id == recording_id).order_by(t.c.made_utc, t.c.id)
    rows = connection.execute(by_age)
    names = [spec.name for spec in dataclasses.fields(Correction)]
    return tuple(Correction(**{name: getattr(row, name) for name in names}) for row in rows)


def said_of(connection: sa.Connection, recording_id: int, measurement_id: int) -> tuple[Correction, ...]:
    """Return what people said of a recording, as it bears on one of its measurements.

    What was said of the events of another measurement is carried over (`carried`), so that measuring again
    does not lose it.
    """
    told = corrections_of(connection, recording_id)
    if not told:
        return told
    made = {
        row.id: (row.mirrored, row.measured_utc)
        for row in connection.execute(
            sa.select(_M.c.id, _M.c.mirrored, _M.c.measured_utc).where(_M.c.recording_id == recording_id)
        )
    }
    events = found.bare_events(connection, list(made))
    mirrored, _ = made[measurement_id]
    earlier = {
        each.id: _swapped(each.event) if made[number][0] != mirrored else each.event
        for number, part in events.items()
        if number != measurement_id
        for each in part
    }
    of = {each.id: number for number, part in events.items() for each in part}
    sided = [_sided(each, of, made, mirrored) for each in told]
    return carried(sided, events.get(measurement_id, ()), earlier)


def carried(
    corrections: Sequence[Correction], events: Sequence[StoredEvent], earlier: Mapping[int, Event]
) -> tuple[Correction, ...]:
    """Return corrections that speak of `earlier` events, by number, as ones of the `events` there are now.

    An event is the same as an earlier one of its kind and side that it overlaps by more than half of the
    shorter of the two. Where there is none, what was confirmed or changed was missed now; what was rejected
    is gone anyway.
    """
    now = {each.id for each in events}
    moved = []
    for each in corrections:
        if each.event_id is None or each.event_id in now:
            moved.append(each)
        elif each.event_id in earlier:
            moved += _moved(each, earlier[each.event_id], events)
    return tuple(moved)


def _moved(correction: Correction, before: Event, events: Sequence[StoredEvent]) -> list[Correction]:
    alike = [each for each in events if (each.event.kind, each.event.side) == (before.kind, before.side)]
    best = max(alike, key=lambda each: _overlap(each.event, before), default=None)
    if best is not None and _overlap(best.event, before) > 0.5:
        return [dataclasses.replace(correction, event_id=best.id)]
    if correction.action == "reject":
        return []
    told = {name: getattr(before, name) for name in ("kind", "side", "onset_s", "offset_s")}
    told |= {name: value for name in told if (value := getattr(correction, name)) is not None}
    return [dataclasses.replace(correction, action="add", event_id=None, **told)]


def _overlap(one: Event, other: Event) -> float:
    """Return the time two events share, as a share of the shorter one."""
    shared = min(one.offset_s, other.offset_s) - max(one.onset_s, other.onset_s)
    return shared / max(min(one.duration_s, other.duration_s), 1e-9)


def _sided(
    correction: Correction,
    of: Mapping[int, int],
    made: Mapping[int, tuple[bool, datetime]],
    mirrored: bool,
) -> Correction:
    """Return a correction with its side as it is now, where the recording was then taken for mirrored, or
    not, and is no longer."""
    if correction.side not in ("left", "right"):
        return correction
    if correction.event_id is not None:
        seen = of.get(correction.event_id)
    else:  # One that was missed: in the newest measurement there was when that was said.
        when = correction.made_utc
        there = [number for number, (_, at) in made.items() if when is None or at <= when]
        seen = max(there, default=None)
    if seen is None or made[seen][0] == mirrored:
        return correction
    return dataclasses.replace(correction, side=_OTHER[correction.side])


def _swapped(event: Event) -> Event:
    return event if event.side == "both" else dataclasses.replace(event, side=_OTHER[event.side])


def corrected(events: tuple[StoredEvent, ...], corrections: tuple[Correction, ...]) -> tuple[Event, ...]:
    """Return the events as people see them, by onset: rejected ones left out, changed and missed ones in."""
    last = {c.event_id: c for c in corrections if c.event_id is not None}
    seen = [_changed(each.event, last.get(each.id)) for each in events]
    missed = [_missed(c) for c in corrections if c.action == "add"]
    return tuple(sorted((e for e in [*seen, *missed] if e is not None), key=lambda e: e.onset_s))


def _changed(event: Event, correction: Correction | None) -> Event | None:
    if correction is None:
        return event
    if correction.action == "reject":
        return None
    told = {
        name: value
        for name in ("kind", "side", "onset_s", "offset_s")
        if (value := getattr(correction, name)) is not None
    }
    return dataclasses.replace(event, probability=1.0, reason=f"seen by {correction.who}", **told)


def _missed(correction: Correction) -> Event:
    kind, side, onset_s, offset_s = correction.kind, correction.side, correction.onset_s, correction.offset_s
    assert kind is not None
    assert side is not None
    assert onset_s is not None
    assert offset_s is not None
    # How strong it was is not told by the eye.
    unknown = math.nan
    middle = (onset_s + offset_s) / 2
    return Event(kind, side, onset_s, offset_s, middle, unknown, 1.0, f"seen by {correction.who}")


def _require_event(connection: sa.Connection, recording_id: int, event_id: int) -> None:
    of_it = sa.select(_E.c.id).join(_M, _M.c.id == _E.c.measurement_id)
    of_it = of_it.where((_E.c.id == event_id) & (_M.c.recording_id == recording_id))
    if connection.execute(of_it).one_or_none() is None:
        raise RecordError(
            f"Recording {recording_id} has no event {event_id}; `facialis record show` lists them."
        )
