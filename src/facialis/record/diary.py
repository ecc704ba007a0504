"""The diary: what a person felt, by hand or from a CSV file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from facialis.errors import RecordError, SourceError
from facialis.record import audit, tables
from facialis.record.plain import new_id
from facialis.record.times import DAY_ENDS_H, Moment, at_day, day_of, diary_day, moment, possible
from facialis.record.types import DiaryEntry

RANGES = {"spasms": (0, 10), "bother": (0, 10), "sleep_h": (0, 24), "mood": (0, 10)}
COLUMNS = ("when", "zone", "spasms", "bother", "sleep_h", "mood", "triggers", "note")
_DAY_ENDS = "diary_day_ends_h"
_T, _G = tables.diary_entries, tables.diary_triggers


def checked(entry: DiaryEntry) -> DiaryEntry:
    """Return the entry; RecordError where a number is out of its range or nothing is told at all,
    or it is of a time that cannot be."""
    possible(entry.at)
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
    rows = [{"entry_id": number, "name": name, "strength": s} for name, s in entry.triggers.items()]
    if rows:
        connection.execute(_G.insert(), rows)
    audit.note(connection, "add", "diary entry", number)
    return replace(entry, day=day, id=number)


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


# CSV


def read_csv(path: Path, zone: str) -> tuple[DiaryEntry, ...]:
    """Read entries from a CSV file with the columns of `COLUMNS`, of which only `when` must be there.

    `when` is a day or a day with time; `triggers` such as `stress=3;screen=5`; an empty cell was not told.
    Raises SourceError, RecordError, the latter with the line of the fault; then nothing is read.
    """
    from facialis.source.container import checked_path

    try:
        text = checked_path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not text in UTF-8; save it as CSV UTF-8.") from None
    return tuple(_lines(path, text, zone))


def new_entries(known: Iterable[DiaryEntry], told: Iterable[DiaryEntry]) -> tuple[DiaryEntry, ...]:
    """Return those of `told` that are not among the `known`, so that a file read twice adds nothing twice."""
    seen = {_content(entry) for entry in known}
    fresh: list[DiaryEntry] = []
    for entry in told:
        if _content(entry) not in seen:
            seen.add(_content(entry))
            fresh.append(entry)
    return tuple(fresh)


def triggers_of(text: str) -> dict[str, float]:
    """Read triggers such as `stress=3;screen=5`. Raises RecordError."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, strength = part.rpartition("=")
        if not equals:
            raise RecordError(f"The trigger {part!r} has no strength; write it as {part}=3.")
        found[name.strip()] = _number(f"the trigger {name}", strength)
    return found


def _lines(path: Path, text: str, zone: str) -> Iterator[DiaryEntry]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or "when" not in names:
        raise RecordError(
            f"{path} needs a first line with `when` and any of {', '.join(COLUMNS[1:])}"
            + (f"; it has {unknown[0]!r}." if unknown else ".")
        )
    try:
        for row in reader:
            if any(value for value in row.values()):
                yield checked(_entry(row, zone))
    except (RecordError, csv.Error) as error:
        raise RecordError(f"Line {reader.line_num} of {path}: {error}") from None


def _entry(row: Mapping[str | None, str | None], zone: str) -> DiaryEntry:
    if None in row:
        raise RecordError("it has more cells than the first line has columns.")
    told = {str(name): (value or "").strip() for name, value in row.items()}
    zone = told.get("zone") or zone
    when = told["when"]
    number = {name: _number(name, told[name]) if told.get(name) else None for name in RANGES}
    by_day = len(when) <= len("2026-10-25")
    day = day_of(when) if by_day else None
    return DiaryEntry(
        at=at_day(day, zone) if day else moment(when, zone),
        triggers=triggers_of(told.get("triggers", "")),
        note=told.get("note", ""),
        day=day,
        spasms=number["spasms"],
        bother=number["bother"],
        sleep_h=number["sleep_h"],
        mood=number["mood"],
    )


def _content(entry: DiaryEntry) -> tuple[object, ...]:
    numbers = tuple(getattr(entry, name) for name in RANGES)
    return (entry.at.utc, *numbers, tuple(sorted(entry.triggers.items())), entry.note)


def _number(name: str, text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise RecordError(f"{name} is {text.strip()!r}, which is no number.") from None


def _require(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise RecordError(f"{name} is {value:g}; it must lie between {low} and {high}.")
