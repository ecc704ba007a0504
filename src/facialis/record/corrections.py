"""What people say about events: kept beside the machine's, which they never change."""

import dataclasses
import math
from datetime import UTC, datetime

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.plain import new_id
from facialis.record.types import Correction, StoredEvent
from facialis.types import Event

_M, _E = tables.measurements, tables.events


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
    rows = connection.execute(sa.select(t).where(t.c.recording_id == recording_id).order_by(t.c.id))
    names = [spec.name for spec in dataclasses.fields(Correction)]
    return tuple(Correction(**{name: getattr(row, name) for name in names}) for row in rows)


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
