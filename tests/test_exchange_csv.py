"""Every table as CSV: all of it, read back as it was, and harmless in a spreadsheet."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from exchanges import AT, fill, rows
from hypothesis import example, given
from hypothesis import strategies as st
from records import open_fake, video

from facialis.errors import OutputError
from facialis.record import DiaryEntry, exchange_rows, tables
from facialis.record.exchange import export_csv
from facialis.record.exchange_csv import COLUMNS, cell, text_of

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def as_it_was(column: sa.Column[object], text: str) -> object:
    """Return what a cell holds, by the kind of its column, as the page says."""
    told = text_of(text)
    if told is None:
        return None
    if isinstance(column.type, sa.JSON):
        return json.loads(told)
    if isinstance(column.type, sa.Boolean):
        return {"true": True, "false": False}[told]
    if isinstance(column.type, sa.Integer):
        return int(told)
    return float(told) if isinstance(column.type, sa.Numeric | sa.Float) else told


def test_every_table_is_there_and_says_what_the_record_says(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        export_csv(record, tmp_path / "tables")
        before = rows(record)
    written = {path.stem for path in (tmp_path / "tables").iterdir()}
    assert written == set(tables.metadata.tables) - exchange_rows.LEFT_OUT | {Path(COLUMNS).stem}
    for name, told in before.items():
        columns = tables.metadata.tables[name].columns
        found = read(tmp_path / "tables" / f"{name}.csv")
        assert [{key: as_it_was(columns[key], text) for key, text in row.items()} for row in found] == told


def test_every_time_says_its_offset(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        export_csv(record, tmp_path / "tables")
    for table in exchange_rows.exported():
        times = [c.name for c in table.columns if c.name.endswith("_utc")]
        for row in read(tmp_path / "tables" / f"{table.name}.csv"):
            for name in times:
                assert row[name] == "n/a" or datetime.fromisoformat(row[name]).utcoffset() is not None


def test_every_column_is_described(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        export_csv(record, tmp_path / "tables")
    told = {(row["table"], row["column"]): row for row in read(tmp_path / "tables" / COLUMNS)}
    there = {
        (path.stem, name)
        for path in (tmp_path / "tables").iterdir()
        for name in path.read_text(encoding="utf-8-sig").splitlines()[0].replace('"', "").split(",")
        if path.name != COLUMNS
    }
    assert set(told) == there
    assert told["measures", "value"]["kind"] == "number"
    assert told["measures", "value"]["may_be_empty"] == "true"
    assert told["measures", "measurement_id"]["of"] == "measurements"
    assert told["recordings", "recorded_utc"]["kind"].startswith("time")


def test_no_cell_of_a_record_is_run(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        for begin in RUN_BY_SPREADSHEETS:
            record.add_entry(DiaryEntry(AT, note=f"{begin}cmd|' /C calc'!A0", triggers={f"{begin}1+1": 3}))
        export_csv(record, tmp_path / "tables")
    for path in (tmp_path / "tables").glob("diary*.csv"):
        for row in read(path):
            for name, text in row.items():
                if name in ("note", "name"):
                    assert text.startswith("'")
                    assert text[1:].startswith(RUN_BY_SPREADSHEETS)
    told = [text_of(row["note"]) for row in read(tmp_path / "tables" / "diary_entries.csv")]
    assert told == [f"{begin}cmd|' /C calc'!A0" for begin in RUN_BY_SPREADSHEETS]


@given(st.text())
@example("n/a")
@example("'n/a")
@example("''")
@example("'=1")
@example("-")
def test_text_is_read_back_as_it_was(text: str) -> None:
    shown = cell(text)
    assert text_of(shown) == text
    assert not shown.startswith(RUN_BY_SPREADSHEETS)
    assert (shown == text) == (text != "n/a" and not text.startswith(("'", *RUN_BY_SPREADSHEETS)))


def test_what_was_not_told_is_neither_nothing_nor_zero() -> None:
    assert (cell(None), cell(""), cell(0), cell(False)) == ("n/a", "", 0, "false")
    assert cell(-0.5) == -0.5  # A number that begins with a minus is one.


def test_text_stands_in_quotes_so_that_a_semicolon_begins_no_cell(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(AT, note="calm;=1+1"))
        export_csv(record, tmp_path / "tables")
    content = (tmp_path / "tables" / "diary_entries.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b'"calm;=1+1"' in content


def test_the_tables_of_one_person(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        for name in ("A17", "B2"):
            record.add_person(name)
    for name in ("A17", "B2"):
        with open_fake(where, person=name) as record:
            record.add(video(tmp_path, f"{name}.mp4"))
            export_csv(record, tmp_path / name)
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "B2").iterdir())
    assert "B2.mp4" in text
    assert "A17" not in text
    assert read(tmp_path / "B2" / "audit.csv") == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with open_fake(tmp_path / "record") as record, pytest.raises(OutputError):
        export_csv(record, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
