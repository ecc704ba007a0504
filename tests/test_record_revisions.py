"""The tables: one schema on both databases, changed step by step, from every revision there ever was."""

import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import record_dumps
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from records import emg, open_fake, video
from sqlalchemy.exc import IntegrityError

from facialis.errors import RecordError
from facialis.record import Correction, DiaryEntry, moment, tables
from facialis.record.database import Database, connect, migrate, open_database, revision_of
from facialis.record.migrations import HEAD
from facialis.record.place import place_of
from facialis.source.emg import EmgOptions

Where = str | Path
MIGRATIONS = Path(tables.__file__).parent / "migrations"
REVISIONS = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))
DUMPS = sorted(record_dumps.FOLDER.glob("*.sql"))


@contextmanager
def opened(where: Where, *, upgraded: bool = False) -> Iterator[Database]:
    place = place_of(where)
    place.folder.mkdir(exist_ok=True)
    database = open_database(place) if upgraded else connect(place)
    try:
        yield database
    finally:
        database.close()


def names(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_newest_revision_is_the_one_that_is_named() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [HEAD]
    assert REVISIONS[-1] == HEAD


def test_the_revisions_give_what_the_tables_say(where: Where) -> None:
    with opened(where, upgraded=True) as database, database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_constraints_are_the_same_on_both_databases(where: Where) -> None:
    with opened(where, upgraded=True) as database, database.reading() as connection:
        inspected = sa.inspect(connection)
        for table in tables.metadata.sorted_tables:
            declared = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            assert {c["name"] for c in inspected.get_check_constraints(table.name)} == declared
            keys = {c.name for c in table.constraints if isinstance(c, sa.ForeignKeyConstraint)}
            found = inspected.get_foreign_keys(table.name)
            assert {c["name"] for c in found} == keys
            ruled = {c.name: c.ondelete for c in table.constraints if isinstance(c, sa.ForeignKeyConstraint)}
            assert {c["name"]: c["options"].get("ondelete") for c in found} == ruled
            unique = {
                c.name: {*c.columns.keys()} for c in table.constraints if isinstance(c, sa.UniqueConstraint)
            }
            assert {
                c["name"]: {*c["column_names"]} for c in inspected.get_unique_constraints(table.name)
            } == unique
            if database.is_sqlite and table.dialect_options["sqlite"]["autoincrement"]:
                made = sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{table.name}'")
                assert "AUTOINCREMENT" in connection.execute(made).scalar_one()


def test_up_and_down_and_up_again(where: Where) -> None:
    with opened(where) as database:
        for revision in [*REVISIONS, *reversed(REVISIONS[:-1]), *REVISIONS[1:]]:
            migrate(database, revision)
            with database.reading() as connection:
                assert revision_of(connection) == revision
        assert names(database) == set(tables.metadata.tables)
        migrate(database, "base")
        assert names(database) == set()


@pytest.mark.usefixtures("plain_files")
def test_going_down_keeps_what_the_earlier_revision_knew(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record_dumps.fill(record, tmp_path)
        before = record.recordings(), record.measurements(), record.events(1), record.corrections(1)
    with opened(where) as database:
        migrate(database, "0001")
        assert "diary_entries" not in names(database)
    with open_fake(where) as record:
        assert (record.recordings(), record.measurements(), record.events(1), record.corrections(1)) == before
        assert record.entries() == ()


@pytest.mark.usefixtures("plain_files")
def test_going_below_0003_removes_measurements_of_emg_alone(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record_dumps.fill(record, tmp_path)
        record_dumps.fill_emg(record, tmp_path)
        videos = record.measurements(1), record.events(1), record.measures(1), record.corrections(1)
    with opened(where) as database:
        migrate(database, "0002")
        with database.reading() as connection:
            for table, of in (("events", "measurements"), ("measures", "measurements")):
                orphans = f"SELECT count(*) FROM {table} WHERE measurement_id NOT IN (SELECT id FROM {of})"
                assert connection.execute(sa.text(orphans)).scalar() == 0
            assert connection.execute(sa.text("SELECT count(*) FROM corrections")).scalar() == 1
    with open_fake(where) as record:
        assert (record.measurements(1), record.events(1), record.measures(1), record.corrections(1)) == videos
        assert record.recording(2).kind == "emg"
        assert record.measurements(2) == ()
        assert record.finish() == (["Removed 1 file(s) that belonged to nothing."], [])
        assert record.check() == ()
        again = record.measure(2)  # Its number was never another's.
        assert again.measurement is not None
        assert again.measurement.id == 3


def test_every_revision_left_a_database_on_both() -> None:
    kept = {path.name for path in DUMPS}
    assert kept == {f"{r}.{kind}.sql" for r in REVISIONS for kind in ("sqlite", "postgresql")}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_every_revision_is_brought_here(revision: str, where: Where, tmp_path: Path) -> None:
    kind = "sqlite" if isinstance(where, Path) else "postgresql"
    record_dumps.load(record_dumps.FOLDER / f"{revision}.{kind}.sql", where)
    with open_fake(where) as record:
        with record.store.database.reading() as connection:
            assert revision_of(connection) == HEAD
        recording = record.recording(1)
        assert (recording.device, recording.task, recording.at.zone) == ("phone", "rest", "Europe/Berlin")
        assert recording.at == moment("2026-10-25 02:30", "Europe/Berlin")
        assert len(record.events(1)) == len(record.corrected_events(1)) + 1
        assert record.measures(1)[0].name == "episode_rate"
        assert record.day_ends_h == 5
        if revision >= "0002":
            assert record.entries()[0].triggers == {"stress": 3}
            assert record.treatments()[0].sites[0].units == 5
            assert record.questionnaires()[0].total == 9
        if revision >= "0003":
            muscles = record.measurements(2)[0]
            assert (muscles.model, muscles.emg) == (None, record.recording(2).emg)
            assert muscles.emg == EmgOptions({"EMG3": "left orbicularis_oculi"}, unit="mV")
            assert math.isnan(record.events(muscles.id)[0].event.intensity)
            assert len(record.corrections(2)) == 1
        else:
            assert record.add(emg(tmp_path), zone="UTC").measured
        # And it is written to as any other, its numbers going on.
        assert record.add_entry(DiaryEntry(moment("2026-10-26 12:00", "UTC"), 1)).id is not None
        made = record.correct(1, Correction("add", None, "twitch", "left", 1.0, 1.2))
        assert made == (3 if revision >= "0003" else 2)


def test_a_record_of_a_newer_facialis_is_left_alone(where: Where) -> None:
    with opened(where, upgraded=True) as database, database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError, match="newer"), opened(where, upgraded=True):
        pass


def test_a_failed_migration_leaves_the_earlier_revision(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(where) as database:
        migrate(database, "0001")
        before = names(database)

        make = Operations.create_table

        def cut_off(self: Operations, name: str, *more: Any, **options: Any) -> sa.Table:
            if name == "treatment_sites":
                raise RuntimeError("the power went")
            return make(self, name, *more, **options)

        with monkeypatch.context() as patch:
            patch.setattr(Operations, "create_table", cut_off)
            with pytest.raises(RuntimeError):
                migrate(database, HEAD)
        assert names(database) == before
        with database.reading() as connection:
            assert revision_of(connection) == "0001"
        migrate(database, HEAD)


# What the tables refuse, whatever the program says


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO diary_triggers (entry_id, name, strength) VALUES (77, 'x', 1)",
        "UPDATE measurements SET side = 'sideways'",
        "UPDATE events SET kind = 'sneeze'",
        "UPDATE diary_entries SET spasms = 11",
        "UPDATE diary_entries SET sleep_h = 25",
        "UPDATE treatments SET kind = 'prayer'",
        "INSERT INTO people (name, added_utc) VALUES ('', '2026-01-01')",
        "UPDATE events SET number = 0",
        "UPDATE measurements SET model_sha256 = NULL",
        "UPDATE measurements SET model_sha256 = NULL, model_packaged = NULL",
        "UPDATE measurements SET emg = '{}'",
        "UPDATE measurements SET read_with = NULL",
        "UPDATE measurements SET side = 'sideways' WHERE model_sha256 IS NULL",
        "INSERT INTO measurements SELECT 99, recording_id, measured_utc, version, settings_digest, "
        "model_sha256, model_packaged, mirrored, side, side_probability, side_evidence, signals_sha256, "
        "signals_bytes, recording, quality, emg, read_with FROM measurements WHERE model_sha256 IS NULL",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(statement: str, where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record_dumps.fill(record, tmp_path)
        record_dumps.fill_emg(record, tmp_path)
        with pytest.raises(IntegrityError), record.store.database.writing() as connection:
            connection.execute(sa.text(statement))


def test_a_time_without_a_zone_is_refused(where: Where) -> None:
    person = tables.people.insert().values(name="x", added_utc=datetime(2026, 1, 1))
    refused = pytest.raises(sa.exc.StatementError, match="without a zone")
    with opened(where, upgraded=True) as database, database.reading() as connection, refused:
        connection.execute(person)


def test_opening_a_record_that_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    open_fake(tmp_path / "record").close()
    code = (
        "import sys; from facialis.record import open_record; "
        f"open_record({str(tmp_path / 'record')!r}).close(); "
        "print([m for m in ('alembic', 'numba', 'av', 'pyarrow') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_importing_facialis_does_not_import_the_record() -> None:
    code = "import sys, facialis, facialis.cli; print('sqlalchemy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_video_helper_is_no_video(tmp_path: Path) -> None:
    from facialis.errors import SourceError

    with open_fake(tmp_path / "record") as record, pytest.raises(SourceError):
        record.add(video(tmp_path))
