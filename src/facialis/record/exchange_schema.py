"""The JSON Schema of an archive: of its list of files, and of the rows of each table, told by the tables."""

from typing import Any

import sqlalchemy as sa

from facialis.record import exchange_rows, tables
from facialis.record.exchange_archive import FORMAT, FORMAT_VERSION

Schema = dict[str, Any]
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_KINDS: tuple[tuple[type, Schema], ...] = (
    (sa.JSON, {}),
    (sa.DateTime, {"type": "string", "format": "date-time"}),
    (tables.UtcTime, {"type": "string", "format": "date-time"}),
    (sa.Date, {"type": "string", "format": "date"}),
    (sa.Boolean, {"type": "boolean"}),
    (sa.Integer, {"type": "integer"}),
    (sa.Numeric, {"type": "number"}),
    (sa.Float, {"type": "number"}),
)


def schema() -> Schema:
    """Return the schema: of `manifest.json`, with that of each table's rows among its definitions."""
    one = {
        "type": "object",
        "required": ["path", "sha256", "size_bytes"],
        "additionalProperties": False,
        "properties": {
            "path": {"type": "string"},
            "sha256": _HASH,
            "size_bytes": {"type": "integer", "minimum": 0},
        },
    }
    told = {
        "format": {"const": FORMAT},
        "format_version": {"const": FORMAT_VERSION},
        "facialis_version": {"type": "string"},
        "revision": {"type": "string", "pattern": "^[0-9]{4}$"},
        "written_utc": {"type": "string", "format": "date-time"},
        "files": {"type": "array", "items": one},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"manifest.json of an archive of facialis, version {FORMAT_VERSION}",
        "type": "object",
        "required": list(told),
        "properties": told,
        "$defs": {table.name: row_schema(table) for table in exchange_rows.exported()},
    }


def row_schema(table: sa.Table) -> Schema:
    """Return the schema of one line of a table."""
    return {
        "type": "object",
        "required": [column.name for column in table.columns],
        "additionalProperties": False,
        "properties": {column.name: _value(column) for column in table.columns},
    }


def _value(column: sa.Column[Any]) -> Schema:
    kind = next((told for kind, told in _KINDS if isinstance(column.type, kind)), {"type": "string"})
    if not column.nullable or not kind:
        return kind
    return {**kind, "type": [kind["type"], "null"]}
