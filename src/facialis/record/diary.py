"""The diary: what a person felt, day by day. `diary_csv` reads it from a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.plain import new_id
from facialis.record.times import DAY_ENDS_H, Moment, diary_day, possible, zone_of
from facialis.record.types import DiaryEntry

RANGES = {"spasms": (0, 10), "bother": (0, 10), "sleep_h": (0, 24), "mood": (0, 10)}
FACTOR_DAYS = 60
"""A factor that was there within so many days is asked for (own choice: rare ones come monthly)."""
MOST_FACTORS = 8
"""So many are asked for at most, so that an entry takes less than half a minute."""
_DAY_ENDS = "diary_day_ends_h"
_T, _G = tables.diary_entries, tables.diary_triggers


def checked(entry: DiaryEntry) -> DiaryEntry:
    """Return the entry; RecordError where a number is out of its range or nothing is told at all,
    or it is of a time that cannot be."""
    possible(entry.at)
    if entry.day is not None and entry.day > datetime.now(zone_of(entry.at.zone)).date():
        raise RecordError(f"{entry.day} is still to come; correct the day it is told for.")
    for name, (low, high) in RANGES.items():
        _require(name, getattr(entry, name), low, high)
    for name, strength in entry.triggers.items():
        if not name.strip():
            raise RecordError("A trigger needs a name, such as stress=3.")
        _require(f"the trigger {name}", strength, 0, 10)
    if not entry.triggers and not entry.note and all(getattr(entry, name) is None for name in RANGES):
        raise RecordError("A diary entry needs at least one number, trigger or note.")
    return entry


def insert(connection: sa.Connection, person_id: int, entry: DiaryEntry) -> DiaryEntry:
    """Put an entry in and return it as stored, with its day and number. Raises RecordError."""
    entry = checked(entry)
    day = entry.day or diary_day(entry.at, day_ends_h(connection))
    made = connection.execute(
        _T.insert().values(
            person_id=person_id,
            at_utc=entry.at.utc,
            zone=entry.at.zone,
            day=day,
            note=entry.note,
            added_utc=datetime.now(UTC),
            **{name: getattr(entry, name) for name in RANGES},
        )
    )
    number = new_id(made)
    _insert_triggers(connection, number, entry.triggers)
    audit.note(connection, "add", "diary entry", number)
    return replace(entry, day=day, id=number)


def update(connection: sa.Connection, entry: DiaryEntry) -> None:
    """Let the entry of that number say what this one says; its time and day stay. Raises RecordError."""
    entry = checked(entry)
    values = {name: getattr(entry, name) for name in RANGES}
    connection.execute(_T.update().where(_T.c.id == entry.id).values(note=entry.note, **values))
    connection.execute(_G.delete().where(_G.c.entry_id == entry.id))
    _insert_triggers(connection, entry.id, entry.triggers)
    audit.note(connection, "change", "diary entry", entry.id)


def edited(
    was: DiaryEntry, said: Mapping[str, object], triggers: Mapping[str, float], not_told: Sequence[str]
) -> dict[str, object]:
    """Return the fields of an entry that change, `triggers` beside those it has and `not_told` out of it.

    A trigger is the one of that name, however it is written. RecordError where something is said and taken
    back at once, or the entry has no such trigger.
    """
    fields, of = dict(said), {name.casefold(): name for name in was.triggers}
    strengths = {**was.triggers, **{of.get(n.casefold(), n): s for n, s in triggers.items()}}
    for name in dict.fromkeys(name.casefold() for name in not_told):
        field = next((each for each in RANGES if name in (each, each.removesuffix("_h"))), None)
        trigger = of.get(name)
        if name in {each.casefold() for each in triggers} or (trigger is None and field in said):
            raise RecordError(f"{name} is both said and not told; choose one.")
        if trigger is not None:
            del strengths[trigger]
        elif field is not None and getattr(was, field) is not None:
            fields[field] = None
        elif name == "note":
            raise RecordError("A note is taken back with --note ''.")
        else:
            raise RecordError(f"Entry {was.id} says nothing of {name!r}; `facialis diary list` shows it.")
    if strengths != was.triggers:
        fields["triggers"] = strengths
    return fields


def entries(
    connection: sa.Connection, person_id: int, first: date | None = None, last: date | None = None
) -> tuple[DiaryEntry, ...]:
    """Return a person's entries by time, from the day `first` to the day `last`."""
    which = _T.c.person_id == person_id
    if first is not None:
        which &= _T.c.day >= first
    if last is not None:
        which &= _T.c.day <= last
    rows = connection.execute(sa.select(_T).where(which).order_by(_T.c.at_utc, _T.c.id)).all()
    told = sa.select(_G).join(_T, _T.c.id == _G.c.entry_id).where(which).order_by(_G.c.name)
    triggers: dict[int, dict[str, float]] = {}
    for row in connection.execute(told):
        triggers.setdefault(row.entry_id, {})[row.name] = row.strength
    return tuple(
        DiaryEntry(
            at=Moment(row.at_utc, row.zone),
            triggers=triggers.get(row.id, {}),
            note=row.note,
            day=row.day,
            id=row.id,
            **{name: getattr(row, name) for name in RANGES},
        )
        for row in rows
    )


def factors_of(
    entries: Iterable[DiaryEntry], day: date, tested: Iterable[str] = (), most: int | None = MOST_FACTORS
) -> tuple[str, ...]:
    """Return the factors that a day should tell of, so that there are days without them too.

    They are those of `tested`, then those that were there on the `FACTOR_DAYS` before it, those of most days
    first, as they were last spelt; `most` at most, None for all.
    """
    names: dict[str, str] = {}
    days: dict[str, set[date]] = {}
    for entry in entries:
        of = entry.day or diary_day(entry.at)
        for name, strength in entry.triggers.items():
            if strength > 0 and 0 <= (day - of).days <= FACTOR_DAYS:
                key = name.strip().casefold()
                names[key] = name.strip()
                days.setdefault(key, set()).add(of)
    asked = {name.strip().casefold(): name.strip() for name in tested}
    often = sorted(names, key=lambda key: (-len(days[key]), key))
    found = {**asked, **{key: names[key] for key in often}}
    return tuple(names.get(key, name) for key, name in found.items())[:most]


def day_ends_h(connection: sa.Connection) -> int:
    """Return the hour at which a diary day ends in this record."""
    t = tables.preferences
    found = connection.execute(sa.select(t.c.value).where(t.c.name == _DAY_ENDS)).scalar()
    return DAY_ENDS_H if found is None else int(found)


def set_day_ends_h(connection: sa.Connection, hour: int) -> None:
    """Set that hour, 0 to 12, for entries to come; those there are stay on their days. Raises RecordError."""
    if not 0 <= hour <= 12:
        raise RecordError("A diary day may end between 0 and 12 o'clock.")
    t = tables.preferences
    connection.execute(t.delete().where(t.c.name == _DAY_ENDS))
    connection.execute(t.insert().values(name=_DAY_ENDS, value=str(hour)))
    audit.note(connection, "change", "diary")


def triggers_of(text: str) -> dict[str, float]:
    """Read triggers such as `stress=3;screen=5`. Raises RecordError."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, strength = part.rpartition("=")
        if not equals:
            raise RecordError(f"The trigger {part!r} has no strength; write it as {part}=3.")
        found[name.strip()] = number_of(f"the trigger {name}", strength)
    return found


def number_of(name: str, text: str) -> float:
    """Read a number, with a comma or a point. Raises RecordError."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise RecordError(f"{name} is {text.strip()!r}, which is no number.") from None


def _insert_triggers(connection: sa.Connection, number: int | None, triggers: Mapping[str, float]) -> None:
    rows = [{"entry_id": number, "name": name, "strength": s} for name, s in triggers.items()]
    if rows:
        connection.execute(_G.insert(), rows)


def _require(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise RecordError(f"{name} is {value:g}; it must lie between {low} and {high}.")
