"""A record goes to another computer in one archive, with the other database, and joins one that is there."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from exchanges import AT, Tampered, dump, exported, fill, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from records import PASSPHRASE, Databases, emg, open_fake, video

from facialis.errors import OutputError, RecordError
from facialis.record import (
    Correction,
    DiaryEntry,
    Questionnaire,
    Record,
    Treatment,
    diary,
    encrypt_record,
    exchange_merge,
    exchange_rows,
    moment,
    people,
    tables,
)
from facialis.record.database import Database, sqlite_engine
from facialis.record.exchange import export_archive, import_archive
from facialis.record.exchange_archive import FORMAT_VERSION, MANIFEST
from facialis.record.exchange_schema import row_schema, schema
from facialis.record.exchange_unpack import is_sealed
from facialis.record.migrations import HEAD
from facialis.record.types import Person

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path


# There and back


def test_everything_comes_over(where: Where, tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record:
        fill(record, tmp_path)
        before = rows(record)
        export_archive(record, tmp_path / "archive.zip")
    assert all(before.values()), "a table of the test's record is empty"
    with open_fake(where) as record:
        done = import_archive(record, tmp_path / "archive.zip")
        after = rows(record)
        assert record.check() == ()
        assert record.unfinished() == ()
        assert after["audit"][-1]["action"] == "import"
        assert after["audit"].pop()["thing"] is None
        assert after == before
        assert dict(done.added) == {name: len(told) for name, told in before.items()}
        assert done.known == {}
        assert list(record.store.work.iterdir()) == []


def test_a_record_moves_from_postgresql(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "clinic"))
    with open_fake(databases.new()) as record:
        fill(record, tmp_path)
        before = rows(record)
        export_archive(record, tmp_path / "archive.zip")
    with open_fake(tmp_path / "home") as record:
        import_archive(record, tmp_path / "archive.zip")
        after = rows(record)
        after["audit"].pop()
        assert after == before
        assert record.check() == ()


def test_every_number_goes_on_from_there(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path)
    with open_fake(where) as record:
        import_archive(record, archive)
        highest = {
            name: max(row["id"] for row in told) for name, told in rows(record).items() if "id" in told[0]
        }
        added = record.add(video(tmp_path, "next.mp4"))
        assert added.recording.id == highest["recordings"] + 1
        assert added.measurement is not None
        assert added.measurement.id == highest["measurements"] + 1
        assert record.add_entry(DiaryEntry(AT, 1)).id == highest["diary_entries"] + 1
        assert record.add_treatment(Treatment("drug", "x", AT)).id == highest["treatments"] + 1
        assert record.correct(1, Correction("reject", record.events(1)[0].id)) == highest["corrections"] + 1


def test_the_same_record_gives_the_same_archive(tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record:
        fill(record, tmp_path)
        export_archive(record, tmp_path / "one.zip")
        export_archive(record, tmp_path / "two.zip")
    one, two = Tampered(tmp_path / "one.zip"), Tampered(tmp_path / "two.zip")
    assert one.parts == two.parts
    assert one.manifest["files"] == two.manifest["files"]


def test_an_archive_holds_plain_files(tmp_path: Path) -> None:
    """Whoever has no facialis can still read it: a recording as it was, curves as Parquet, rows as JSON."""
    import pyarrow.parquet as pq

    archive = exported(tmp_path, fill=lambda record, folder: record.add(video(folder), at=AT) and None)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "by hand")
    by_hand = tmp_path / "by hand"
    line = (by_hand / "tables" / "recordings.jsonl").read_text(encoding="utf-8").splitlines()[0]
    told = json.loads(line)
    assert told["recorded_utc"] == "2026-11-20T11:00:00+00:00"
    recording = by_hand / "recordings" / (told["sha256"] + told["suffix"])
    assert recording.read_bytes() == (tmp_path / told["name"]).read_bytes()
    curves = pq.read_table(next((by_hand / "signals").iterdir()))
    assert {"time_s", "left_usable"} <= set(curves.column_names)


def test_an_empty_record_goes_too(where: Where, tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record:
        export_archive(record, tmp_path / "archive.zip")
    with open_fake(where) as record:
        assert import_archive(record, tmp_path / "archive.zip").added == {}
        assert record.people() == ()


# Joining a record


def test_importing_twice_doubles_nothing(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path)
    with open_fake(where) as record:
        first = import_archive(record, archive)
        before = rows(record)
        again = import_archive(record, archive)
        after = rows(record)
        assert after["audit"].pop()["action"] == "import"
        assert after == before
        assert again.added == {}
        assert {name: count for name, count in first.added.items() if name != "audit"} == again.known


def test_two_records_of_one_person_become_one(where: Where, tmp_path: Path) -> None:
    def elsewhere(record: Record, folder: Path) -> None:
        record.add(video(folder, "shared.mp4"), device="laptop")
        record.add(video(folder, "theirs.mp4", "right"))
        record.correct(1, Correction("reject", record.events(1)[0].id, note="from elsewhere"))
        record.add_entry(DiaryEntry(AT, 4, triggers={"stress": 3}, note="the same"))
        record.add_entry(DiaryEntry(AT, 4, triggers={"stress": 4}, note="the same"))
        record.add_questionnaire(Questionnaire("hfs-7", AT, 9))
        record.day_ends_h = 6

    archive = exported(tmp_path, fill=elsewhere)
    with open_fake(where) as record:
        record.add(video(tmp_path, "mine.mp4"))
        record.add(video(tmp_path, "shared.mp4"), device="phone")
        record.correct(2, Correction("confirm", record.events(2)[0].id, note="from here"))
        record.add_entry(DiaryEntry(AT, 4, triggers={"stress": 3}, note="the same"))
        before = dump(record)
        done = import_archive(record, archive)
        assert before != dump(record)
        assert record.check() == ()
        assert [r.name for r in record.recordings()].count("shared.mp4") == 1
        assert {r.name for r in record.recordings()} == {"mine.mp4", "shared.mp4", "theirs.mp4"}
        assert record.recording(2).device == "phone"  # What is here stays.
        assert len(record.measurements(2)) == 1
        assert [e.triggers for e in record.entries()] == [{"stress": 3}, {"stress": 4}]
        assert [c.note for c in record.corrections(2)] == ["from elsewhere", "from here"]
        assert {c.event_id for c in record.corrections(2)} == {record.events(2)[0].id}
        assert record.questionnaires()[0].total == 9
        assert record.day_ends_h == 6
        theirs = next(r for r in record.recordings() if r.name == "theirs.mp4")
        assert record.result(record.measurements(theirs.id)[0].id).verdict.side == "right"
        assert (done.added["recordings"], done.known["recordings"]) == (1, 1)
        assert (done.added["diary_entries"], done.known["diary_entries"]) == (1, 1)
        assert [a.action for a in record.audit()].count("import") == 1


def test_the_latest_correction_holds_whichever_came_in_last(tmp_path: Path) -> None:
    with open_fake(tmp_path / "a") as record:
        record.add(video(tmp_path))
        event = record.events(1)[0].id
        record.correct(1, Correction("reject", event))
        export_archive(record, tmp_path / "early.zip")
    with open_fake(tmp_path / "b") as record:
        import_archive(record, tmp_path / "early.zip")
        with record.store.database.writing() as connection:
            connection.execute(tables.corrections.delete())
        record.correct(1, Correction("confirm", event))
        import_archive(record, tmp_path / "early.zip")
        assert [c.action for c in record.corrections(1)] == ["reject", "confirm"]
        assert len(record.corrected_events(1)) == len(record.events(1))


def test_a_video_that_was_deleted_here_stays_deleted(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path, fill=lambda record, folder: record.add(video(folder)) and None)
    with open_fake(where) as record:
        record.add(video(tmp_path))
        record.delete(1, keep_signals=True)
        done = import_archive(record, archive)
        assert done.notes == ("1 video(s) stay deleted, as they are here.",)
        assert record.recording(1).file_deleted_utc is not None
        assert record.check() == ()


def test_a_correction_without_its_event_is_told(tmp_path: Path) -> None:
    archive = exported(tmp_path, fill=fill)
    tampered = Tampered(archive)
    for number in range(len(tampered.rows("events"))):
        tampered.change("events", number, reason="found by another computer")
    with open_fake(tmp_path / "b") as record:
        import_archive(record, archive)
        before = rows(record)
        done = import_archive(record, tampered.write(tmp_path / "other.zip"))
        assert done.notes[0].startswith("2 correction(s) were left out")
        after = rows(record)
        after["audit"].pop()
        assert after == before


def test_a_diary_entry_corrected_on_one_computer_is_told(where: Where, tmp_path: Path) -> None:
    def said(record: Record, _: Path) -> None:
        record.add_entry(DiaryEntry(AT, 4))
        record.add_entry(DiaryEntry(moment("2026-11-21 22:00", "Europe/Berlin"), 2))

    archive = exported(tmp_path, fill=said)
    with open_fake(where) as record:
        assert import_archive(record, archive).notes == ()
        record.edit_entry(1, spasms=5)
        done = import_archive(record, archive)
        assert done.notes[0].startswith("1 diary entry(s) came beside one of the same time")
        assert [entry.spasms for entry in record.entries()] == [5, 4, 2]
        assert import_archive(record, archive).notes == ()


def test_a_recording_changed_here_stays_changed(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path, fill=lambda record, folder: record.add(video(folder), at=AT) and None)
    with open_fake(where) as record:
        import_archive(record, archive)
        record.edit(1, task="rest", at=moment("2026-11-21 22:00", "Europe/Berlin"))
        before = rows(record)["recordings"]
        import_archive(record, archive)
        assert rows(record)["recordings"] == before


def test_a_measurement_of_another_version_is_kept_beside(where: Where, tmp_path: Path) -> None:
    tampered = Tampered(exported(tmp_path))
    for number in range(len(tampered.rows("measurements"))):
        tampered.change("measurements", number, version="0.0.1")
    with open_fake(where) as record:
        fill(record, tmp_path)
        count = len(record.measurements(1))
        import_archive(record, tampered.write(tmp_path / "old.zip"))
        assert [m.version for m in record.measurements(1)] == ["0.1.0"] * count + ["0.0.1"]
        assert record.check() == ()


@contextmanager
def in_memory(notes: list[str]) -> Iterator[sa.Connection]:
    """Yield the tables in memory, with one diary entry for each note, and a trigger that says it too."""
    database = Database(sqlite_engine(Path(":memory:")), "memory")
    try:
        with database.writing() as connection:
            tables.metadata.create_all(connection)
            person = people.ensure(connection, Person(0, "")) if notes else None
            for note in notes:
                assert person is not None
                diary.insert(connection, person.id, DiaryEntry(AT, triggers={note: 1}, note="the same"))
            yield connection
    finally:
        database.close()


def told(connection: sa.Connection) -> Counter[str]:
    return Counter(connection.execute(sa.select(tables.diary_triggers.c.name)).scalars())


notes_of = st.lists(st.sampled_from("abc"), max_size=6)


@settings(max_examples=20)
@given(here=notes_of, there=notes_of)
def test_as_many_of_each_stay_as_the_fuller_record_holds(here: list[str], there: list[str]) -> None:
    with in_memory(there) as source, in_memory(here) as target:
        done = exchange_merge.merge(source, target)
        assert told(target) == Counter(here) | Counter(there)
        assert done.added["diary_entries"] == (Counter(there) - Counter(here)).total()
        exchange_merge.merge(source, target)
        assert told(target) == Counter(here) | Counter(there)
        assert target.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@settings(max_examples=20)
@given(here=notes_of, there=notes_of)
def test_it_does_not_matter_which_joins_which(here: list[str], there: list[str]) -> None:
    with in_memory(there) as source, in_memory(here) as target:
        exchange_merge.merge(source, target)
        with in_memory(there) as other:
            exchange_merge.merge(target, other)
            assert told(other) == told(target)


# Whose it is


def people_of(record: Record) -> list[str]:
    return [person.name for person in record.people()]


def one_of(name: str) -> Callable[[Record, Path], None]:
    def fill(record: Record, _: Path) -> None:
        if name:
            record.add_person(name)
        with open_fake(record.place.folder, person=name or None) as own:
            own.add_entry(DiaryEntry(AT, 3, note=f"of {name or 'nobody'}"))

    return fill


def test_people_are_known_by_their_names(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path, fill=one_of("A17"))
    with open_fake(where) as record:
        record.add_person("B2")
        import_archive(record, archive)
        import_archive(record, archive)
        assert people_of(record) == ["B2", "A17"]
    with open_fake(where, person="A17") as record:
        assert [e.note for e in record.entries()] == ["of A17"]
    with open_fake(where, person="B2") as record:
        assert record.entries() == ()


@pytest.mark.parametrize(("theirs", "mine"), [("", "A17"), ("A17", "")])
def test_nobody_is_not_mixed_up_with_somebody(where: Where, tmp_path: Path, theirs: str, mine: str) -> None:
    archive = exported(tmp_path, fill=one_of(theirs))
    with open_fake(where) as record:
        if mine:
            record.add_person(mine)
    with open_fake(where, person=mine or None) as record:
        record.add_entry(DiaryEntry(AT, 5, note="mine"))
        before = dump(record)
        with pytest.raises(RecordError, match="--as"):
            import_archive(record, archive)
        assert dump(record) == before
        import_archive(record, archive, whose=mine)
        assert people_of(record) == [mine]
        assert sorted(e.note for e in record.entries()) == ["mine", f"of {theirs or 'nobody'}"]


def test_only_one_person_can_be_renamed(tmp_path: Path) -> None:
    def both(record: Record, _: Path) -> None:
        record.add_person("A17")
        record.add_person("B2")

    archive = exported(tmp_path, fill=both)
    with open_fake(tmp_path / "here") as record:
        with pytest.raises(RecordError, match="of 2 people"):
            import_archive(record, archive, whose="C")
        with pytest.raises(RecordError, match="needs a name"):
            import_archive(record, exported(tmp_path, "one.zip", one_of("A17")), whose="  ")
        assert record.people() == ()


def test_one_person_leaves_without_the_others(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        for name in ("A17", "B2"):
            record.add_person(name)
    for name in ("A17", "B2"):
        with open_fake(where, person=name) as record:
            record.add(video(tmp_path, f"{name}.mp4"), at=AT)
            record.add(video(tmp_path, "both.mp4"), at=AT)
            record.add_entry(DiaryEntry(AT, 3, note=f"of {name}"))
            record.correct(record.recordings()[0].id, Correction("add", None, "twitch", "left", 1.0, 1.2))
    with open_fake(where, person="B2") as record:
        export_archive(record, tmp_path / "b2.zip")
        record.delete(record.recordings()[1].id, keep_signals=True)
        export_archive(record, tmp_path / "without video.zip")
    parts = Tampered(tmp_path / "b2.zip").parts
    assert b"A17" not in b"".join(body for name, body in parts.items() if name.startswith("tables"))
    assert sum(name.startswith("recordings/") for name in parts) == 2
    assert parts["tables/audit.jsonl"] == b""
    # The other one's copy of the same video does not go along in place of the one that was deleted.
    assert sum(n.startswith("recordings/") for n in Tampered(tmp_path / "without video.zip").parts) == 1
    with open_fake(tmp_path / "home") as record:
        import_archive(record, tmp_path / "b2.zip")
        assert people_of(record) == ["B2"]
        assert record.check() == ()
        assert len(record.recordings()) == 2
        assert [e.note for e in record.entries()] == ["of B2"]


# Encrypted


@pytest.fixture
def age() -> None:
    pytest.importorskip("pyrage", reason="pip install '.[encrypt]' brings age")


@pytest.mark.usefixtures("age")
def test_an_encrypted_archive_needs_its_passphrase(tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record:
        fill(record, tmp_path)
        before = rows(record)
        export_archive(record, tmp_path / "sealed.zip", PASSPHRASE)
        export_archive(record, tmp_path / "open.zip")
    assert is_sealed(tmp_path / "sealed.zip")
    assert not is_sealed(tmp_path / "open.zip")
    content = (tmp_path / "sealed.zip").read_bytes()
    assert b"carbamazepine" not in content
    assert b"left:" not in content
    with open_fake(tmp_path / "here") as record:
        empty = dump(record)
        with pytest.raises(RecordError, match="its passphrase is needed"):
            import_archive(record, tmp_path / "sealed.zip")
        with pytest.raises(RecordError, match="The passphrase is not the one"):
            import_archive(record, tmp_path / "sealed.zip", passphrase="another one")
        (tmp_path / "cut.zip").write_bytes(content.replace(b"age-encryption.org", b"age-encryption.com"))
        with pytest.raises(RecordError, match="damaged"):
            import_archive(record, tmp_path / "cut.zip", passphrase=PASSPHRASE)
        assert dump(record) == empty
        import_archive(record, tmp_path / "sealed.zip", passphrase=PASSPHRASE)
        after = rows(record)
        after["audit"].pop()
        assert after == before


@pytest.mark.usefixtures("age")
def test_a_short_passphrase_guards_nothing(tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record, pytest.raises(RecordError, match="at least 8"):
        export_archive(record, tmp_path / "sealed.zip", "short")
    assert not (tmp_path / "sealed.zip").exists()


@pytest.mark.usefixtures("age")
def test_an_encrypted_record_gives_an_open_archive_and_takes_one(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3", reason="pip install '.[encrypt]' brings SQLCipher")
    archive = exported(tmp_path)
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path, "first.mp4"))
    encrypt_record(tmp_path / "record", PASSPHRASE)
    with open_fake(tmp_path / "record", passphrase=PASSPHRASE) as record:
        import_archive(record, archive)
        assert all(path.suffix == ".age" for path in record.store.files.all())
        assert record.check() == ()
        before = rows(record)
        export_archive(record, tmp_path / "out.zip")
        assert list(record.store.work.iterdir()) == []
    out = Tampered(tmp_path / "out.zip")
    assert [row["name"] for row in out.rows("preferences")] == ["diary_day_ends_h"]
    with open_fake(tmp_path / "open") as record:
        import_archive(record, tmp_path / "out.zip")
        after = rows(record)
        after["audit"].pop()
        assert after == before
        assert not record.encrypted


# The format


def test_the_archive_is_as_its_schema_says(tmp_path: Path) -> None:
    told = Tampered(exported(tmp_path))
    jsonschema.Draft202012Validator.check_schema(schema())
    with zipfile.ZipFile(tmp_path / "archive.zip") as opened:
        jsonschema.validate(json.loads(opened.read(MANIFEST)), schema())
    for table in exchange_rows.exported():
        validator = jsonschema.Draft202012Validator(row_schema(table))
        for row in told.rows(table.name):
            validator.validate(row)
    assert told.manifest["format_version"] == FORMAT_VERSION
    assert told.manifest["revision"] == HEAD


def test_the_schema_that_is_shipped_is_the_one_of_the_tables() -> None:
    path = Path(exchange_rows.__file__).with_name("archive.schema.json")
    assert json.loads(path.read_text(encoding="utf-8")) == schema(), (
        "run `python docs/make_archive_schema.py`"
    )


def test_every_table_goes_into_an_archive_or_is_left_out_on_purpose() -> None:
    names = {table.name for table in exchange_rows.exported()}
    assert names | exchange_rows.LEFT_OUT == set(tables.metadata.tables)
    assert frozenset({"intents"}) == exchange_rows.LEFT_OUT


def test_it_is_known_of_every_table_how_its_rows_are_known_again() -> None:
    """A new table is merged by what its keys say; whoever makes one looks here whether that is right."""
    by_key = {t.name for t in exchange_rows.exported() if exchange_merge.key_of(t)}
    parts = {t.name for t in exchange_rows.exported() if exchange_merge.is_part(t)}
    assert parts == {
        "events", "event_regions", "measures", "diary_triggers", "treatment_sites", "questionnaire_items",
    }  # fmt: skip
    assert by_key - parts == {"preferences", "settings", "people", "recordings", "measurements"}
    by_content = {t.name for t in exchange_rows.exported()} - by_key
    assert by_content == {"audit", "corrections", "diary_entries", "treatments", "questionnaires", "trials"}


def test_the_archives_of_earlier_versions_are_read(where: Where) -> None:
    archives = sorted((Path(__file__).parent / "records_of_old").glob("*.archive.zip"))
    assert archives
    for archive in archives:
        with open_fake(where) as record:
            import_archive(record, archive)
            assert record.check() == ()
            assert record.measures(1)[0].name == "episode_rate"
            assert record.entries()[0].triggers == {"stress": 3}


@pytest.mark.parametrize("revision", ["0002", "0003", "0004"])
def test_an_archive_of_earlier_tables_is_brought_here(tmp_path: Path, revision: str) -> None:
    """As that version would have written it: without what came later."""
    with open_fake(tmp_path / "home") as record:
        record.add(video(tmp_path))
        record.add_entry(DiaryEntry(AT, 3))
        export_archive(record, tmp_path / "archive.zip")
        before = rows(record)
    old = Tampered(tmp_path / "archive.zip")
    old.manifest["revision"] = revision
    later = {"recordings": {"emg"}, "measurements": {"emg", "read_with"}} if revision == "0002" else {}
    for table, columns in later.items():
        old.put(table, [{k: v for k, v in row.items() if k not in columns} for row in old.rows(table)])
    if revision < "0004":
        old.parts.pop("tables/trials.jsonl")
    old.write(tmp_path / "old.zip")
    with open_fake(tmp_path / "here") as record:
        import_archive(record, tmp_path / "old.zip")
        after = rows(record)
        after["audit"].pop()
        assert after == before
        assert record.check() == ()


# What cannot be done


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_text("mine")
    with open_fake(tmp_path / "home") as record, pytest.raises(RecordError, match="is there already"):
        export_archive(record, tmp_path / "archive.zip")
    assert (tmp_path / "archive.zip").read_text() == "mine"


def test_an_archive_of_a_record_with_a_missing_file_is_none(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        fill(record, tmp_path)
        path = next(record.store.files.all())
        content = path.read_bytes()
        path.write_bytes(content + b"changed")
        with pytest.raises(RecordError, match="was changed since it was stored"):
            export_archive(record, tmp_path / "archive.zip")
        path.unlink()
        with pytest.raises(RecordError, match="is missing"):
            export_archive(record, tmp_path / "archive.zip")
        assert not list(tmp_path.glob("*.zip"))
        assert not list(tmp_path.glob(".facialis*"))
        with pytest.raises(OutputError):
            export_archive(record, tmp_path / "no" / "such" / "archive.zip")


def test_an_import_that_was_cut_off_can_be_given_up(where: Where, tmp_path: Path) -> None:
    archive = exported(tmp_path)
    with open_fake(where) as record:
        record.add(video(tmp_path, "first.mp4"))
        before = dump(record)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("facialis.record.journal.Operation.done", stop)
            with pytest.raises(KeyboardInterrupt):
                import_archive(record, archive)
        (told,) = record.unfinished()
        assert told.sentence == "Importing archive.zip was cut off; nothing of it is in the record yet."
        assert dump(record) != before  # Files lie there that belong to nothing yet.
        record.forget(told)
        assert dump(record) == before


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def cut_off(record: Record, archive: Path, passphrase: str | None = None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("facialis.record.journal.Operation.done", stop)
        patch.setattr("facialis.record.journal.remove_tree", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            import_archive(record, archive, passphrase=passphrase)


@pytest.mark.parametrize("word", [None, PASSPHRASE])
def test_an_import_that_was_cut_off_is_finished(tmp_path: Path, word: str | None) -> None:
    if word is not None:
        pytest.importorskip("pyrage", reason="pip install '.[encrypt]' brings age")
    with open_fake(tmp_path / "home") as record:
        fill(record, tmp_path)
        before = rows(record)
        export_archive(record, tmp_path / "archive.zip", word)
    with open_fake(tmp_path / "here") as record:
        cut_off(record, tmp_path / "archive.zip", word)
        assert record.finish() == (["archive.zip is imported."], [])
        after = rows(record)
        after["audit"].pop()
        assert after == before
        assert record.check() == ()


@pytest.mark.parametrize("fault", ["gone", "another"])
def test_an_import_is_not_finished_with_another_archive(tmp_path: Path, fault: str) -> None:
    archive = exported(tmp_path)
    with open_fake(tmp_path / "here") as record:
        cut_off(record, archive)
        archive.unlink()
        if fault == "another":
            with open_fake(tmp_path / "other") as other:
                other.add_entry(DiaryEntry(AT, 9))
                export_archive(other, archive)
        (failed,) = record.finish()[1]
        assert ("no longer there" if fault == "gone" else "another archive") in failed
        record.forget(record.unfinished()[0])
        assert record.check() == ()
        assert record.people() == ()


def test_an_emg_comes_over_with_what_its_file_does_not_say(where: Where, tmp_path: Path) -> None:
    with open_fake(tmp_path / "home") as record:
        record.add(emg(tmp_path), zone="UTC")
        before = record.result(1), record.recording(1)
        export_archive(record, tmp_path / "archive.zip")
    with open_fake(where) as record:
        import_archive(record, tmp_path / "archive.zip")
        after = record.result(1), record.recording(1)
        assert after[1] == before[1]
        assert after[0].model is None
        assert [e.kind for e in after[0].events] == [e.kind for e in before[0].events]
