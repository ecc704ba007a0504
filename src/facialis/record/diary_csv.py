"""A diary from a CSV file: read whole, and laid beside the entries that are there already.

A row is known again by what it says of its time, not by where the computer stood when the file was read: a
day by that day, a clock time by that clock time, a time with a zone or an offset of its own by its instant.
So the same file adds nothing anywhere. A row that says something else than the entry it belongs to corrects
it, if that is wanted, in the columns that the file has.
"""

import csv
import io
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from textwrap import shorten
from typing import Literal

from facialis.errors import RecordError, SourceError
from facialis.record.diary import RANGES, checked, number_of, triggers_of
from facialis.record.times import Moment, at_day, day_of, is_by_day, moment, names_a_day
from facialis.record.types import DiaryChange, DiaryEntry, DiaryImport

FIELDS = (*RANGES, "triggers", "note")
COLUMNS = ("when", "zone", *FIELDS)
_LONGEST = 40


@dataclass(frozen=True)
class Row:
    """A row of a file, the last `line` of it, and which `columns` the file has.

    `told` says how its time was told: a day, a clock time, or an instant (with a zone or an offset).
    """

    line: int
    entry: DiaryEntry
    columns: frozenset[str]
    told: Literal["day", "clock", "instant"]


def read_csv(path: Path, zone: str) -> tuple[Row, ...]:
    """Read rows from a CSV file with the columns of `COLUMNS`, of which only `when` must be there.

    `when` is a day or a day with time; `triggers` such as `stress=3;screen=5`; an empty cell was not told.
    Raises SourceError, RecordError, the latter with the line of the fault; then nothing is read.
    """
    from facialis.source.container import checked_path

    try:
        text = checked_path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not text in UTF-8; save it as CSV UTF-8.") from None
    return tuple(_rows(path, text, zone))


def compared(known: Iterable[DiaryEntry], rows: Iterable[Row], name: str) -> DiaryImport:
    """Return which rows are new, how many are there already, and which say something else than their entry.

    RecordError, with the line in the file `name`, where two rows contradict each other, or where a row
    belongs to several entries and says what none of them does.
    """
    here: dict[Hashable, list[DiaryEntry]] = {}
    for entry in known:
        for _, key in _keys(entry):
            here.setdefault(key, []).append(entry)
    rows, same = _once(rows, name)
    added: list[DiaryEntry] = []
    changed: list[DiaryChange] = []
    for row in rows:
        there = here.get(_key(row), [])
        if any(_onto(each, row) == each for each in there):
            same += 1
        elif not there:
            added.append(row.entry)
        elif len(there) == 1:
            changed.append(DiaryChange(there[0], _onto(there[0], row)))
        else:
            numbers = ", ".join(str(each.id) for each in there)
            raise RecordError(
                f"Line {row.line} of {name}: there are several entries of {_when(row.entry)} ({numbers}), "
                f"and it says what none of them does; delete those that are wrong first."
            )
    return DiaryImport(tuple(added), same, tuple(changed))


def differences(before: DiaryEntry, after: DiaryEntry) -> tuple[str, ...]:
    """Return in words what the later entry says otherwise: `spasms 5 instead of 4`."""
    return tuple(
        f"{name.removesuffix('_h')} {_said(new)} instead of {_said(old)}"
        for name in FIELDS
        if (new := getattr(after, name)) != (old := getattr(before, name))
    )


def change_words(change: DiaryChange) -> str:
    """Return a change in words, with its day: `2026-10-24: spasms 5 instead of 4`."""
    return f"{_when(change.before)}: {', '.join(differences(change.before, change.after))}"


def refusal(changed: Sequence[DiaryChange], name: str) -> str:
    """Return the sentence that refuses a file which says something else than the diary."""
    n = len(changed)
    first = change_words(changed[0]) + (f" (and {n - 1} more)" if n > 1 else "")
    return (
        f"{name} says something else than the diary: {first}; nothing was imported. With --correct the file "
        f"counts."
    )


# Rows


def _rows(path: Path, text: str, zone: str) -> Iterator[Row]:
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
    columns = frozenset(names) & frozenset(FIELDS)
    try:
        for row in reader:
            if any(value for value in row.values()):
                entry, told = _entry(row, zone)
                yield Row(reader.line_num, checked(entry), columns, told)
    except (RecordError, csv.Error) as error:
        raise RecordError(f"Line {reader.line_num} of {path}: {error}") from None


def _entry(
    row: Mapping[str | None, str | None], zone: str
) -> tuple[DiaryEntry, Literal["day", "clock", "instant"]]:
    if None in row:
        raise RecordError("it has more cells than the first line has columns.")
    said = {str(name): (value or "").strip() for name, value in row.items()}
    at, day, told = _time(said["when"], said.get("zone", ""), zone)
    number = {name: number_of(name, said[name]) if said.get(name) else None for name in RANGES}
    entry = DiaryEntry(
        at=at,
        triggers=triggers_of(said.get("triggers", "")),
        note=said.get("note", ""),
        day=day,
        spasms=number["spasms"],
        bother=number["bother"],
        sleep_h=number["sleep_h"],
        mood=number["mood"],
    )
    return entry, told


def _time(
    when: str, own_zone: str, zone: str
) -> tuple[Moment, date | None, Literal["day", "clock", "instant"]]:
    if names_a_day(when):
        day = day_of(when)
        return at_day(day, own_zone or zone), day, "day"
    at = moment(when, own_zone or zone)
    has_offset = datetime.fromisoformat(when).tzinfo is not None
    return at, None, "instant" if own_zone or has_offset else "clock"


# Known again


def _key(row: Row) -> Hashable:
    return dict(_keys(row.entry))[row.told]


def _keys(entry: DiaryEntry) -> list[tuple[str, Hashable]]:
    """Return by what an entry is known again, for each way in which its time can be told."""
    local = entry.at.local
    # Of a clock time that a change of clocks makes twice, `fold` tells which.
    clock = ("clock", local.replace(tzinfo=None, fold=0), local.fold)
    keys: list[tuple[str, Hashable]] = [("instant", entry.at.utc), ("clock", clock)]
    if is_by_day(entry.at) and entry.day in (None, local.date()):
        keys.append(("day", ("day", local.date())))
    return keys


def _once(rows: Iterable[Row], name: str) -> tuple[list[Row], int]:
    """Return the rows without those that say the same again, and how many those are."""
    kept: list[Row] = []
    seen: dict[Hashable, Row] = {}
    same = 0
    for row in rows:
        earlier = seen.get(_key(row))
        if earlier is None:
            kept.append(row)
            seen.update((key, row) for _, key in _keys(row.entry))
        elif differences(earlier.entry, row.entry):
            raise RecordError(
                f"Line {row.line} of {name}: {_when(row.entry)} stands in line {earlier.line} too, and not "
                f"the same; keep one of them, or give each its time."
            )
        else:
            same += 1
    return kept, same


def _onto(before: DiaryEntry, row: Row) -> DiaryEntry:
    """Return the entry as the row has it: columns that the file does not have stay."""
    return replace(before, **{name: getattr(row.entry, name) for name in row.columns})


def _when(entry: DiaryEntry) -> str:
    local = entry.at.local
    return f"{local:%Y-%m-%d}" if is_by_day(entry.at) else f"{local:%Y-%m-%d %H:%M}"


def _said(value: object) -> str:
    if value is None or value in ("", {}):
        return "nothing"
    if isinstance(value, Mapping):
        return ";".join(f"{name}={strength:g}" for name, strength in sorted(value.items()))
    return f"{value:g}" if isinstance(value, float | int) else repr(shorten(str(value), _LONGEST))
