"""Every table as CSV, for spreadsheets and statistics programs."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from facialis.record import exchange_rows, tables
from facialis.record.store import Store

NOTHING = "n/a"
"""What was not told or could not be measured."""
MARK = "'"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would run rather than show."""
COLUMNS = "columns.csv"
_KINDS = (
    (sa.JSON, "JSON"),
    (sa.DateTime, "time, ISO 8601 with its offset"),
    (tables.UtcTime, "time, ISO 8601 with its offset"),
    (sa.Date, "day, ISO 8601"),
    (sa.Boolean, "true or false"),
    (sa.Integer, "whole number"),
    (sa.Numeric, "number"),
    (sa.Float, "number"),
)


def export_csv(store: Store, to: Path, person_id: int | None = None) -> None:
    """Write one file for each table into the folder `to`, and `columns.csv`, which tells of every column.

    Comma between, text in quotes, UTF-8 with a byte order mark; an empty value is `n/a`. Raises OutputError.
    """
    from facialis.report.files import write_folder

    with write_folder(to) as folder, store.database.reading() as connection:
        for table, rows in exchange_rows.rows_of(connection, person_id):
            names = [column.name for column in table.columns]
            _write(folder / f"{table.name}.csv", [names, *([row[name] for name in names] for row in rows)])
        _write(folder / COLUMNS, [["table", "column", "kind", "may_be_empty", "of"], *columns()])


def columns() -> list[list[Any]]:
    """Return what `columns.csv` says: table, column, kind, whether it may be empty, what it points at."""
    return [
        [table.name, column.name, _kind(column), bool(column.nullable), _of(column)]
        for table in exchange_rows.exported()
        for column in table.columns
    ]


def cell(value: Any) -> Any:
    """Return a plain value as it stands in a cell: text that a spreadsheet would run gets a mark before it.

    `text_of` takes it off again; so also text that begins with the mark gets one, and the text `n/a`.
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and (value == NOTHING or value.startswith((MARK, *_FORMULA))):
        return MARK + value
    return value


def text_of(cell: str) -> str | None:
    """Return the text that a cell holds, None where it was not told."""
    if cell == NOTHING:
        return None
    return cell.removeprefix(MARK)


def _write(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    text = io.StringIO(newline="")
    # Text in quotes: where a semicolon stands between cells, one in the text would begin another cell.
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def _kind(column: sa.Column[Any]) -> str:
    return next((said for kind, said in _KINDS if isinstance(column.type, kind)), "text")


def _of(column: sa.Column[Any]) -> str | None:
    return next((key.column.table.name for key in column.foreign_keys), None)
