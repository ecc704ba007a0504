"""Write `docs/tables.md` from the tables themselves: `python docs/make_tables.py`."""

from pathlib import Path

import sqlalchemy as sa

from facialis.record.migrations import HEAD
from facialis.record.tables import metadata

PAGE = Path(__file__).parent / "tables.md"
HEADER = f"""# The tables of a record

Written by `python docs/make_tables.py` from the code. This is revision {HEAD} of the tables; a newer facialis
brings an older record here by itself, in one transaction, and an older one refuses a newer record.

SQLite and PostgreSQL have the same tables. Every time is in UTC; where a person told it, `zone` beside it is
the IANA name of their time zone. A number that was not told or could not be measured is null, never 0. Files
lie beside the database, in `recordings/` and `signals/`, named by the SHA-256 of their content; columns and
units of the signals: [results.md](results.md#signalsparquet). What each column of events and measures means:
[events.md](events.md), [measures.md](measures.md).

To read a record from other programs, open `record.db` read-only; to change it, use facialis, which keeps
files and rows together.
"""
WHAT = {
    "preferences": "Settings of this record, such as the hour at which a diary day ends.",
    "intents": "What is being done just now. A row whose program no longer runs was cut off.",
    "audit": "Who did what when. `thing` and `thing_id` of what was deleted are null.",
    "settings": "The values behind each digest of settings.",
    "people": "Whose record it is; at home one row without a name.",
    "recordings": "One row for each file. `time_source` is `given`, `video`, `emg` or `file`. `emg` holds "
    "what was told of an EMG that its file does not say: channels, rate, unit.",
    "measurements": "One row for each measurement of a recording: what made it, and the side. A video was "
    "read by a face model, an EMG with what was told of it (`emg`); `read_with` is the SHA-256 of either.",
    "events": "The machine's events, never changed.",
    "event_regions": "The regions of an event: whether each took part, its peak excess and its own onset.",
    "measures": "The numbers of a measurement, each with its 95 % interval.",
    "corrections": "What people say about events. `event_id` is null for one that was missed.",
    "diary_entries": "What a person felt. `day` is the day it belongs to.",
    "diary_triggers": "The triggers of an entry, 0 to 10.",
    "treatments": "Toxin, surgery, drugs. `units` are the product's own.",
    "treatment_sites": "Where toxin was given.",
    "questionnaires": "Totals of HFS-7 and HFS-30.",
    "questionnaire_items": "Scores of their items, by position; no wording.",
}


def tables_page() -> str:
    """Return the whole page."""
    parts = [HEADER]
    for table in metadata.tables.values():
        heading = f"\n## {table.name}\n\n{WHAT[table.name]}\n\n"
        parts.append(f"{heading}| column | type | |\n|---|---|---|\n")
        parts += [f"| `{c.name}` | {_type(c)} | {_role(c)} |\n" for c in table.columns]
    return "".join(parts)


def _type(column: sa.Column[object]) -> str:
    names = {"DateTime": "time", "UtcTime": "time", "Text": "text", "Double": "number", "JSON": "JSON"}
    name = type(column.type).__name__
    return names.get(name, name.lower()) + (", may be null" if column.nullable else "")


def _role(column: sa.Column[object]) -> str:
    keys = [f"of [{key.column.table.name}](#{key.column.table.name})" for key in column.foreign_keys]
    return ", ".join((["key"] if column.primary_key else []) + keys)


if __name__ == "__main__":
    PAGE.write_text(tables_page(), encoding="utf-8", newline="\n")
