"""The rows of a record as plain values, table by table, and plain values as rows again, each checked.

The tables tell by themselves what they hold, so that a new one comes along.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from facialis.record import tables
from facialis.record.encrypting import KEY
from facialis.record.plain import finite

LEFT_OUT = frozenset({"intents"})
"""What is under way on one computer is nobody else's."""
SECRET_PREFERENCES = frozenset({KEY})
"""The key of an encrypted record's files leaves it never, and none is taken from elsewhere."""
_OF_NOBODY = frozenset({"preferences", "settings"})
"""Tables without a person in them; any other one that names none may speak of several."""
_INT32, _INT64 = 2**31, 2**63

Row = dict[str, Any]


def exported() -> tuple[sa.Table, ...]:
    """Return the tables that leave a record, those that others point at first."""
    return tuple(t for t in tables.metadata.sorted_tables if t.name not in LEFT_OUT)


def rows_of(connection: sa.Connection, person_id: int | None = None) -> Iterator[tuple[sa.Table, list[Row]]]:
    """Yield each table with its rows as plain values; of one person, only what is theirs.

    The audit trail, which names no person, is left out for one.
    """
    kept: dict[sa.Column[Any], set[Any]] = {}
    needed = {key.column for table in exported() for key in table.foreign_keys}
    for table in exported():
        found = connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        chosen = [row for row in found.mappings() if _belongs(table, row, kept, person_id)]
        for column in needed & set(table.columns):
            kept[column] = {row[column] for row in chosen}
        yield table, [{name: plain(value) for name, value in row.items()} for row in chosen]


def _belongs(
    table: sa.Table, row: Any, kept: Mapping[sa.Column[Any], set[Any]], person_id: int | None
) -> bool:
    if table is tables.preferences:
        return row["name"] not in SECRET_PREFERENCES
    if person_id is None or table.name in _OF_NOBODY:
        return True
    if table is tables.people:
        return bool(row["id"] == person_id)
    keys = table.foreign_keys
    pointing = [row[key.parent] in kept[key.column] for key in keys if row[key.parent] is not None]
    return bool(pointing) and all(pointing)


def plain(value: Any) -> Any:
    """Return a value of a row as JSON can hold it: times in ISO 8601 with their offset, no NaN."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return finite(value)


def told(column: sa.Column[Any], value: Any) -> Any:
    """Return a plain value as the column takes it. ValueError, with a reason, where it cannot hold it."""
    if value is None:
        if isinstance(column.type, sa.JSON):
            return sa.null()
        return None  # Whether the column may be empty, the database says.
    kind = column.type
    if isinstance(kind, sa.JSON):
        return _checked_json(value)
    if isinstance(kind, sa.DateTime | tables.UtcTime):
        return _time(value)
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat(_text(value))
    if isinstance(kind, sa.Boolean):
        return _is(value, bool)
    if isinstance(kind, sa.Integer):
        return _whole(value, _INT64 if isinstance(kind, sa.BigInteger) else _INT32)
    if isinstance(kind, sa.Numeric | sa.Float):
        return _number(value)
    return _text(value)


def _time(value: Any) -> dt.datetime:
    read = dt.datetime.fromisoformat(_text(value))
    if read.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return read.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("a time before all times, or after") from error


def _whole(value: Any, limit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
        raise ValueError("no whole number")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("no number")
    return float(value)


def _is(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"no {kind.__name__}")
    return value


def _text(value: Any) -> str:
    text: str = _is(value, str)
    text.encode()  # Half a surrogate pair is no text; UnicodeEncodeError is a ValueError.
    if "\0" in text:  # Which PostgreSQL cannot hold.
        raise ValueError("a character that is none")
    return text


def _checked_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {_text(key): _checked_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_checked_json(each) for each in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    return value
