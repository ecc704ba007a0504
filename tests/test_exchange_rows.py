"""Rows as plain values and back: each kind of column takes its own kind and no other."""

import datetime as dt
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
import sqlalchemy as sa
from exchanges import AT, fill
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake, video

from facialis.record import DiaryEntry, exchange_rows, tables
from facialis.record.encrypting import KEY
from facialis.record.exchange_merge import is_part, key_of, parts_of
from facialis.record.exchange_rows import plain, rows_of, told
from facialis.record.exchange_schema import row_schema
from facialis.record.exchange_staging import require_types
from facialis.record.exchange_unpack import SUFFIX, known_revisions, read_json
from facialis.record.migrations import HEAD
from facialis.types import Exclusion, Quality, Recording

Where = str | Path
COLUMNS = [column for table in exchange_rows.exported() for column in table.columns]
KINDS: dict[str, sa.Column[Any]] = {}
for each in COLUMNS:
    KINDS.setdefault(type(each.type).__name__, each)
TIME = st.datetimes(
    dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.timezone(dt.timedelta(hours=9)))
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | FINITE | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "Text": TEXT,
    "Integer": st.integers(-(2**31), 2**31 - 1),
    "BigInteger": st.integers(-(2**63), 2**63 - 1),
    "Double": FINITE,
    "Boolean": st.booleans(),
    "Date": st.dates(),
    "UtcTime": TIME,
    "JSON": JSON.filter(lambda value: value is not None),
}
TIMES = ["2026-11-20", "2026-11-20T12:00:00+01:00", "2026-11-20T12:00:00", "2026-13-01", ""]
ANYTHING = JSON | st.sampled_from([*TIMES, 2**31, -(2**31), 2**63])


def test_every_kind_of_column_is_looked_at() -> None:
    """A new kind needs a line in `told`, in the schema and here."""
    assert set(KINDS) == set(OF_KIND)


@pytest.mark.parametrize("kind", OF_KIND)
@given(data=st.data())
def test_a_value_comes_back_through_json(kind: str, data: st.DataObject) -> None:
    value = data.draw(OF_KIND[kind])
    through = read_json(json.dumps(plain(value), allow_nan=False).encode())
    back = told(KINDS[kind], through)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("kind", [kind for kind in OF_KIND if kind != "JSON"])
@given(value=ANYTHING)
def test_a_column_takes_what_its_schema_says(kind: str, value: Any) -> None:
    """Whoever writes an archive by the schema is understood; whoever does not is refused."""
    column = KINDS[kind]
    schema = row_schema(column.table)["properties"][column.name]
    fits = jsonschema.Draft202012Validator(schema).is_valid(value)
    try:
        told(column, value)
    except ValueError:
        # Beyond the schema: texts that are no times, and numbers larger than the column.
        narrower = isinstance(value, str) and "format" in schema
        assert not fits or narrower or kind in ("Integer", "BigInteger", "Text")
    else:
        assert fits or value is None or (kind == "Double" and isinstance(value, int))


@pytest.mark.parametrize("kind", OF_KIND)
def test_nothing_is_nothing_in_every_column(kind: str) -> None:
    value = told(KINDS[kind], None)
    assert isinstance(value, type(sa.null())) if kind == "JSON" else value is None


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("Text", 5),
        ("Text", ["a"]),
        ("Text", "a\0b"),
        ("Text", "\ud800"),
        ("Integer", 1.0),
        ("Integer", True),
        ("Integer", 2**31),
        ("Integer", "1"),
        ("BigInteger", 2**63),
        ("Double", True),
        ("Double", "1.5"),
        ("Double", math.inf),
        ("Boolean", 1),
        ("Boolean", "true"),
        ("Date", "20.11.2026"),
        ("Date", 20261120),
        ("Date", "2026-11-20T12:00:00"),
        ("UtcTime", "2026-11-20T12:00:00"),
        ("UtcTime", "9999-12-31T23:59:59-12:00"),
        ("UtcTime", 0),
        ("JSON", {"a": "b\0"}),
        ("JSON", ["\udfff"]),
        ("JSON", {"\0": 1}),
        ("JSON", [math.inf]),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        told(KINDS[kind], wrong)


def test_a_time_is_the_same_moment_in_utc() -> None:
    read = told(KINDS["UtcTime"], "2026-10-25T02:30:00+01:00")
    assert read == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert plain(read) == "2026-10-25T01:30:00+00:00"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_nothing(value: float) -> None:
    assert plain(value) is None
    assert plain({"a": [value, 1.0]}) == {"a": [None, 1.0]}


# Which rows


def test_the_key_of_an_encrypted_record_stays(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.day_ends_h = 5
        with record.store.database.writing() as connection:
            connection.execute(tables.preferences.insert().values(name=KEY, value="AGE-SECRET-KEY-1"))
        with record.store.database.reading() as connection:
            found = {table.name: rows for table, rows in rows_of(connection)}
    assert found["preferences"] == [{"name": "diary_day_ends_h", "value": "5"}]


@pytest.mark.usefixtures("plain_files")
def test_the_rows_of_one_person_point_at_nothing_else(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_person("A17")
        record.add_person("B2")
    with open_fake(where, person="A17") as record:
        fill(record, tmp_path)
        one = record.person.id
    with open_fake(where, person="B2") as record:
        record.add(video(tmp_path, "b.mp4"), at=AT)
        record.add_entry(DiaryEntry(AT, 1, triggers={"stress": 2}))
    with open_fake(where) as record, record.store.database.reading() as connection:
        everything = {table.name: rows for table, rows in rows_of(connection)}
        theirs = {table.name: rows for table, rows in rows_of(connection, one)}
    for table in exchange_rows.exported():
        assert all(row in everything[table.name] for row in theirs[table.name])
        for key in table.foreign_keys:
            there = {row[key.column.name] for row in theirs[key.column.table.name]}
            assert {row[key.parent.name] for row in theirs[table.name]} - {None} <= there
    fewer = {name for name in everything if len(theirs[name]) < len(everything[name])}
    assert {"people", "recordings", "measurements", "events", "measures", "diary_entries", "audit"} <= fewer
    assert theirs["people"][0]["name"] == "A17"


def test_a_table_that_names_no_person_is_left_out_for_one_unless_it_speaks_of_nobody() -> None:
    """A new table without a person may speak of several: who adds it decides."""
    without = {t.name for t in exchange_rows.exported() if not t.foreign_keys} - {"people"}
    assert without == {"preferences", "settings", "audit"}


# Keys


def test_a_part_belongs_to_one_row_that_is_no_person() -> None:
    for table in exchange_rows.exported():
        if is_part(table):
            owner, within = key_of(table)
            keys = {key.parent.name: key.column.table.name for key in table.foreign_keys}
            assert keys[owner] != "people"
            assert within not in keys


def test_the_parts_of_a_row() -> None:
    def parts(table: sa.Table) -> set[tuple[str, str]]:
        return {(part.name, owner.name) for part, owner in parts_of(table)}

    assert parts(tables.diary_entries) == {("diary_triggers", "entry_id")}
    assert parts(tables.treatments) == {("treatment_sites", "treatment_id")}
    assert parts(tables.questionnaires) == {("questionnaire_items", "questionnaire_id")}
    assert parts(tables.measurements) == {("events", "measurement_id"), ("measures", "measurement_id")}
    assert parts(tables.events) == {("event_regions", "event_id")}  # A correction is no part of its event.
    assert parts(tables.audit) == set()


# Strict JSON, names, revisions


@pytest.mark.parametrize(
    "text", [b"NaN", b"[Infinity]", b"-Infinity", b'{"a": 1, "a": 2}', b"", b"{", b"'a'", b"\xff", b"1 2"]
)
def test_json_is_strict(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_json(text)


@given(JSON)
def test_json_is_read_as_it_was(value: Any) -> None:
    assert read_json(json.dumps(value, allow_nan=False).encode()) == value


@given(st.text(max_size=8))
def test_a_suffix_leads_nowhere(text: str) -> None:
    if SUFFIX.fullmatch(text):
        assert Path("ab" + text).name == "ab" + text
        assert not re.search(r"[/\\\x00-\x1f]", text)
        assert text.count(".") == bool(text)


@pytest.mark.parametrize("name", ["a.mp4", "a.MOV", "a.b.edf", "a", "video.mp4?x=1", "фильм.видео", "a."])
def test_the_suffix_of_every_file_one_may_add_is_one(name: str) -> None:
    assert SUFFIX.fullmatch(Path(name).suffix.removesuffix("."))


@pytest.mark.parametrize(
    "suffix", [".mp4.age", "/x", "./x", ".\\x", ".a\0", ".a\n", "mp4", "..", "." + "a" * 99]
)
def test_what_is_no_suffix(suffix: str) -> None:
    assert not SUFFIX.fullmatch(suffix)


def test_the_newest_revision_is_known() -> None:
    assert max(known_revisions()) == HEAD
    assert all(re.fullmatch("[0-9]{4}", revision) for revision in known_revisions())


# Types of what JSON held


@dataclass(frozen=True)
class Told:
    """One field of each kind that a measurement's JSON has."""

    name: str
    count: int
    share: float
    sure: bool
    side: Literal["left", "right"]
    notes: tuple[str, ...] = ()
    maybe: float | None = None
    by_side: "dict[str, float] | None" = None


GOOD: dict[str, Any] = {"name": "a", "count": 1, "share": 0.5, "sure": True, "side": "left"}


@pytest.mark.parametrize("more", [{}, {"share": 1}, {"notes": ("a", "b")}, {"maybe": 2.0}])
def test_what_is_declared_fits(more: dict[str, Any]) -> None:
    require_types(Told(**{**GOOD, **more}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": ["a"]},
        {"count": 1.0},
        {"count": True},
        {"share": "0.5"},
        {"share": False},
        {"sure": 1},
        {"side": "up"},
        {"side": ["left"]},
        {"notes": ["a"]},
        {"notes": ("a", 1)},
        {"notes": "a"},
        {"maybe": "2"},
    ],
)
def test_what_is_not_declared_does_not_fit(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        require_types(Told(**{**GOOD, **wrong}))


def test_what_facialis_itself_writes_fits() -> None:
    require_types(Recording("a.mp4", "ab" * 32, 20.0, 600, 1280, 720, 30.0))
    require_types(Quality(20.0, {"left": 18.0, "right": 18.0, "both": 17.5}, (), 30.0, math.nan, ("a",)))
    require_types(Exclusion(0.0, 1.0, "no face", "left"))
    with pytest.raises(TypeError):
        require_types(Quality(20.0, {"middle": 18.0}, (), 30.0, 120.0))  # type: ignore[dict-item]
