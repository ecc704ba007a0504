"""Rows from elsewhere join a record: what is there already stays as it is, what is new is added.

Each table tells by its keys how its rows are known again:

* one with a key of its own (a person by name, a recording by its file, a measurement by what made it): a row
  with the same key is the same, and the one here stays;
* a part (an event of a measurement, the site of a treatment) comes with the row it belongs to, or not at all;
* the rest (diary entries, treatments, corrections): a row with the same content is the same. As many stay as
  the one that has more of them holds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from facialis.errors import RecordError
from facialis.record import exchange_rows, people, tables
from facialis.record.types import Person

Row = Mapping[Any, Any]
Pair = tuple[Row, dict[str, Any]]
"""A row as it was there, and as it is here."""
_ADDED = "added_utc"
"""When a row was put in is no part of what it says."""
_PARTS = " parts"
"""What a row's parts say, kept beside its columns."""


@dataclass
class Merged:
    """What a merge did: rows added and rows that were there, by table, and what is to be told of some."""

    added: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    without_event: int = 0
    beside: int = 0
    """Diary entries that came beside one of the same time which says something else."""
    numbers: dict[str, dict[int, int]] = field(default_factory=dict)
    """For each table, the number here of each row that came or was known again, by its number there."""
    new: dict[str, set[int]] = field(default_factory=dict)
    """For each table, the numbers there of the rows that were added."""


def merge(source: sa.Connection, target: sa.Connection, whose: str | None = None) -> Merged:
    """Add the rows of `source`, a staged archive, to `target`; `whose` renames the one person of it.

    Raises RecordError where it is not clear whose they are.
    """
    done = Merged()
    first = not people.all_people(target)
    names = _names(people.all_people(source), people.all_people(target), whose)
    for table in exchange_rows.exported():
        if table is tables.audit and not first:
            continue  # The trail of a record tells what was done to it; another one's is no part of that.
        parts = _parts(source, table) if "id" in table.columns else {}
        rows = [
            {**row, _PARTS: parts.get(row["id"]) if "id" in row else None}
            for row in source.execute(_in_order(table)).mappings()
        ]
        if table is tables.people:
            rows = [row | {"name": names[row["name"]]} for row in rows]
        _join(target, table, _pointed(table, rows, done), done)
    return done


def _names(theirs: tuple[Person, ...], here: tuple[Person, ...], whose: str | None) -> dict[str, str]:
    """Return what each person is called here."""
    if whose is not None and len(theirs) != 1:
        raise RecordError(f"The archive is of {len(theirs)} people; only of one it can be said who it is.")
    if whose is not None and whose and not whose.strip():
        raise RecordError("A person needs a name or number by which the record knows them.")
    names = {person.name: person.name if whose is None else whose for person in theirs}
    known = {person.name for person in here}
    together = known | set(names.values())
    if people.NOBODY in together and len(together) > 1 and known and together != known:
        raise RecordError(
            "The record would hold somebody without a name beside others; say with --as NAME whose the "
            "archive is (--as '' for the one without a name)."
        )
    return names


def _in_order(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).order_by(*table.primary_key.columns)


# Keys


def key_of(table: sa.Table) -> tuple[str, ...]:
    """Return the columns by which a row is known again; none where only its content tells."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            return tuple(column.name for column in constraint.columns)
    primary = tuple(column.name for column in table.primary_key.columns)
    return () if primary == ("id",) else primary


def is_part(table: sa.Table) -> bool:
    """Tell whether its rows come only with the row they belong to: they are numbered or named within it."""
    key = key_of(table)
    owners = {k.parent.name for k in table.foreign_keys if k.column.table is not tables.people}
    return len(key) == 2 and key[0] in owners


def parts_of(table: sa.Table) -> tuple[tuple[sa.Table, sa.Column[Any]], ...]:
    """Return the tables of a table's parts, each with the column that points at their owner."""
    return tuple(
        (each, key.parent)
        for each in exchange_rows.exported()
        if is_part(each)
        for key in each.foreign_keys
        if key.column.table is table
    )


# Joining


def _pointed(table: sa.Table, rows: Iterable[Row], done: Merged) -> list[Pair]:
    """Return each row as it was, with itself as it is here: pointing at the rows of this record.

    One that points at something that is not here is left out.
    """
    found: list[Pair] = []
    keys = [(k.parent.name, k.column.table.name) for k in table.foreign_keys if k.column.name == "id"]
    for row in rows:
        here = {name: done.numbers[of].get(row[name]) for name, of in keys if row[name] is not None}
        if None in here.values():
            done.without_event += table is tables.corrections
            continue
        found.append((row, {**row, **here}))
    return found


def _join(target: sa.Connection, table: sa.Table, rows: list[Pair], done: Merged) -> None:
    numbers, new = done.numbers.setdefault(table.name, {}), done.new.setdefault(table.name, set())
    key = key_of(table)
    if is_part(table):
        fresh = _with_new_owner(target, table, rows, done)
    elif key:
        here = {_key(row, key): row for row in target.execute(sa.select(table)).mappings()}
        fresh = [pair for pair in rows if _key(pair[1], key) not in here]
        for row, mapped in rows:
            known = here.get(_key(mapped, key))
            if known is not None and "id" in row:
                numbers[row["id"]] = known["id"]
    else:
        fresh = _not_as_many(target, table, rows, numbers)
        if table is tables.diary_entries:
            done.beside = _beside(target, fresh)
    _insert(target, table, fresh, numbers, new)
    done.added[table.name] += len(fresh)
    done.known[table.name] += len(rows) - len(fresh)


def _key(row: Row, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _with_new_owner(target: sa.Connection, table: sa.Table, rows: list[Pair], done: Merged) -> list[Pair]:
    """Return the parts of rows that were added; find the others again where they say the same here."""
    owner = key_of(table)[0]
    of = next(k.column.table.name for k in table.foreign_keys if k.parent.name == owner)
    fresh = [pair for pair in rows if pair[0][owner] in done.new[of]]
    others = [pair for pair in rows if pair[0][owner] not in done.new[of]]
    if "id" not in table.columns or not others:
        return fresh
    owners = {mapped[owner] for _, mapped in others}
    there = (row for row in target.execute(sa.select(table)).mappings() if row[owner] in owners)
    here = {_content(table, row, row[owner]): row["id"] for row in there}
    for row, mapped in others:
        known = here.get(_content(table, row, mapped[owner]))
        if known is not None:
            done.numbers[table.name][row["id"]] = known
    return fresh


def _content(table: sa.Table, row: Row, *more: Any) -> str:
    """Return what a row says, whatever its number and whatever it points at; `more` tells that."""
    pointing = {key.parent.name for key in table.foreign_keys if key.column.name == "id"}
    left_out = pointing | {"id", _ADDED}
    return repr(([row[c.name] for c in table.columns if c.name not in left_out], more))


def _not_as_many(
    target: sa.Connection, table: sa.Table, rows: list[Pair], numbers: dict[int, int]
) -> list[Pair]:
    """Return the rows of which this record does not hold as many as there are."""
    keys = [key.parent.name for key in table.foreign_keys if key.column.name == "id"]
    parts = _parts(target, table)
    here: dict[str, list[int]] = {}
    for known in target.execute(_in_order(table)).mappings():
        content = _content(table, known, _key(known, keys), parts.get(known["id"]))
        here.setdefault(content, []).append(known["id"])
    fresh: list[Pair] = []
    for row, mapped in rows:
        same = here.get(_content(table, row, _key(mapped, keys), row[_PARTS]))
        if same:
            numbers[row["id"]] = same.pop(0)
        else:
            fresh.append((row, mapped))
    return fresh


def _beside(target: sa.Connection, fresh: Iterable[Pair]) -> int:
    """Return how many diary entries come beside one of the same person and time."""
    t = tables.diary_entries
    here = {(row.person_id, row.at_utc) for row in target.execute(sa.select(t.c.person_id, t.c.at_utc))}
    return sum((mapped["person_id"], mapped["at_utc"]) in here for _, mapped in fresh)


def _parts(connection: sa.Connection, table: sa.Table) -> dict[int, str]:
    """Return what the parts of each row of a table say, by its number."""
    found: dict[int, list[str]] = {}
    for part, owner in parts_of(table):
        for row in connection.execute(sa.select(part)).mappings():
            found.setdefault(row[owner.name], []).append(part.name + _content(part, row))
    return {number: repr(sorted(said)) for number, said in found.items()}


# Numbers


def _insert(
    target: sa.Connection, table: sa.Table, fresh: list[Pair], numbers: dict[int, int], new: set[int]
) -> None:
    """Put rows in: with their own numbers where the table was empty, else counting on from the highest."""
    if not fresh:
        return
    rows = [{c.name: _bound(c, mapped[c.name]) for c in table.columns} for _, mapped in fresh]
    if "id" in table.columns:
        keeps = target.execute(sa.select(table.c.id).limit(1)).one_or_none() is None
        last = _last_number(target, table)
        for number, row in enumerate(rows, start=last + 1):
            there = row["id"]
            row["id"] = there if keeps else number
            numbers[there] = row["id"]
            new.add(there)
        _count_on(target, table, max(last, *(row["id"] for row in rows)))
    target.execute(table.insert(), rows)


def _bound(column: sa.Column[Any], value: Any) -> Any:
    # Else JSON's own null would be stored, which is something.
    return sa.null() if value is None and isinstance(column.type, sa.JSON) else value


def _last_number(target: sa.Connection, table: sa.Table) -> int:
    """Return the highest number that a row of the table has or had."""
    highest = target.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
    if target.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        counted = target.execute(sa.select(sa.func.pg_sequence_last_value(sa.cast(sequence, REGCLASS))))
    else:
        kept = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        counted = target.execute(kept, {"name": table.name})
    return max(highest, counted.scalar() or 0)


def _count_on(target: sa.Connection, table: sa.Table, highest: int) -> None:
    """PostgreSQL counts on from where its own counter stands, which rows with numbers do not move."""
    if target.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        target.execute(sa.select(sa.func.setval(sequence, highest)))
