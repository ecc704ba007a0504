"""Events, measures and curves of a measurement, as rows and files and back."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from facialis.record import tables
from facialis.record.plain import finite, new_id, number
from facialis.record.types import StoredEvent
from facialis.types import Event, Measure, Signals

if TYPE_CHECKING:
    from facialis.types import Region

_E, _R = tables.events, tables.event_regions
_AT_ONCE = 500
"""Numbers in one question: databases take only so many."""


def events_of(connection: sa.Connection, measurement_id: int) -> tuple[StoredEvent, ...]:
    """Return the events of a measurement as the machine found them, in its order."""
    rows = connection.execute(
        sa.select(_E).where(_E.c.measurement_id == measurement_id).order_by(_E.c.number)
    ).all()
    joined = sa.select(_R).join(_E, _E.c.id == _R.c.event_id).where(_E.c.measurement_id == measurement_id)
    regions: dict[int, list[Any]] = {}
    for region in connection.execute(joined.order_by(_R.c.event_id, _R.c.number)):
        regions.setdefault(region.event_id, []).append(region)
    return tuple(StoredEvent(row.id, _event(row, regions.get(row.id, []))) for row in rows)


def bare_events(
    connection: sa.Connection, measurement_ids: Sequence[int]
) -> dict[int, tuple[StoredEvent, ...]]:
    """Return the events of many measurements at once, by measurement, without their regions."""
    events: dict[int, list[StoredEvent]] = {}
    for start in range(0, len(measurement_ids), _AT_ONCE):
        wanted = _E.c.measurement_id.in_(measurement_ids[start : start + _AT_ONCE])
        ordered = sa.select(_E).where(wanted).order_by(_E.c.measurement_id, _E.c.number)
        for row in connection.execute(ordered):
            events.setdefault(row.measurement_id, []).append(StoredEvent(row.id, _event(row, [])))
    return {number: tuple(part) for number, part in events.items()}


def measures_of(connection: sa.Connection, measurement_id: int) -> tuple[Measure, ...]:
    """Return the measures of a measurement in their order."""
    t = tables.measures
    rows = connection.execute(sa.select(t).where(t.c.measurement_id == measurement_id).order_by(t.c.number))
    names = [spec.name for spec in dataclasses.fields(Measure)]
    return tuple(Measure(**{name: getattr(row, name) for name in names}) for row in rows)


def insert_events(connection: sa.Connection, measurement_id: int, events: tuple[Event, ...]) -> None:
    """Put in the events of a measurement."""
    for position, event in enumerate(events):
        _insert_event(connection, measurement_id, position, event)


def insert_measures(connection: sa.Connection, measurement_id: int, measures: tuple[Measure, ...]) -> None:
    """Put in the measures of a measurement."""
    rows = [
        {**finite(dataclasses.asdict(measure)), "measurement_id": measurement_id, "number": position}
        for position, measure in enumerate(measures)
    ]
    if rows:
        connection.execute(tables.measures.insert(), rows)


def _insert_event(connection: sa.Connection, measurement_id: int, position: int, event: Event) -> None:
    made = connection.execute(
        _E.insert().values(
            measurement_id=measurement_id,
            number=position,
            kind=event.kind,
            side=event.side,
            onset_s=float(event.onset_s),
            offset_s=float(event.offset_s),
            peak_s=float(event.peak_s),
            intensity=number(event.intensity),
            probability=float(event.probability),
            reason=event.reason,
            context=event.context,
        )
    )
    event_id = new_id(made)
    named = dict.fromkeys([*event.regions, *event.excess, *event.onset_by_region_s])
    rows = [
        {
            "event_id": event_id,
            "number": place,
            "region": region,
            "took_part": region in event.regions,
            "excess": number(event.excess.get(region)),
            "onset_s": number(event.onset_by_region_s.get(region)),
        }
        for place, region in enumerate(named)
    ]
    if rows:
        connection.execute(_R.insert(), rows)


def _event(row: Any, regions: list[Any]) -> Event:
    part: tuple[Region, ...] = tuple(r.region for r in regions if r.took_part)
    return Event(
        kind=row.kind,
        side=row.side,
        onset_s=row.onset_s,
        offset_s=row.offset_s,
        peak_s=row.peak_s,
        intensity=math.nan if row.intensity is None else row.intensity,
        probability=row.probability,
        reason=row.reason,
        regions=part,
        excess={r.region: r.excess for r in regions if r.excess is not None},
        onset_by_region_s={r.region: r.onset_s for r in regions if r.onset_s is not None},
        context=row.context,
    )


# Signals


def read_signals(path: Path) -> Signals:
    """Read curves back from a file of signals that `report.tables.write_signals` wrote."""
    import numpy as np
    import pyarrow.parquet as pq

    # Opened here: pyarrow takes some names for addresses.
    with path.open("rb") as file:
        table = pq.read_table(file)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    units = {field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in table.schema}
    usable = {side: columns.pop(f"{side}_usable").astype(bool) for side in ("left", "right")}
    time_s = columns.pop("time_s")
    floats = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    return Signals(
        time_s,
        floats,
        {name: units[name] for name in floats},
        {"left": usable["left"], "right": usable["right"]},
    )
