"""Recordings in the record: added once, measured once, read back as they were, on both databases."""

import dataclasses
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from records import FakeMeasure, open_fake, video

from facialis.errors import FacialisError, RecordError, SourceError
from facialis.record import Correction, Record, moment, open_record
from facialis.record.place import place_of
from facialis.settings import MeasureSettings, Settings

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path


def stored_files(record: Record) -> list[str]:
    return sorted(path.parent.parent.name for path in record.store.files.all())


def test_a_recording_is_kept_with_all_that_was_measured(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    source = video(tmp_path)
    with open_fake(where, measure=measure) as record:
        at = moment("2026-11-20 18:30", "Europe/Berlin")
        added = record.add(source, at=at, device="phone", task="rest")
        assert added.new
        assert added.measured
        assert added.measurement is not None
        kept = record.result(added.measurement.id)
    truth = measure(source, settings=Settings(), mirrored=False)
    assert dataclasses.replace(kept, signals=truth.signals) == truth
    assert np.array_equal(kept.signals.time_s, truth.signals.time_s)
    assert kept.signals.units == truth.signals.units
    for name, curve in truth.signals.columns.items():
        assert np.array_equal(kept.signals.columns[name], curve, equal_nan=True)
    for side in ("left", "right"):
        assert np.array_equal(kept.signals.usable[side], truth.signals.usable[side])
    recording = added.recording
    assert (recording.name, recording.device, recording.task) == ("monday.mp4", "phone", "rest")
    assert recording.at.utc == datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert (recording.at.zone, recording.time_source) == ("Europe/Berlin", "given")
    assert source.exists()


def test_it_is_still_there_when_the_record_is_opened_again(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path))
    with open_fake(where) as record:
        assert record.recordings() == (added.recording,)
        assert record.measurements() == (added.measurement,)
        assert record.check() == ()
        assert record.unfinished() == ()


def test_the_same_content_is_added_and_measured_once(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    with open_fake(where, measure=measure) as record:
        first = record.add(video(tmp_path, "a.mp4", more="same"))
        again = record.add(video(tmp_path, "b.mp4", more="same"))
        assert (again.new, again.measured) == (False, False)
        assert again.recording == first.recording
        assert again.measurement == first.measurement
        assert len(measure.measured) == 1
        assert stored_files(record) == ["recordings", "signals"]


def test_other_settings_measure_again_and_keep_the_old_result(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        first = record.add(video(tmp_path))
    other = Settings(measures=MeasureSettings(seed=2))
    with open_fake(where, settings=other) as record:
        again = record.measure(first.recording.id)
        assert again.measured
        assert not record.measure(first.recording.id).measured
        digests = [m.settings_digest for m in record.measurements(first.recording.id)]
        assert digests == [Settings().digest(), other.digest()]
        assert record.measurements() == (again.measurement,)


def test_a_new_version_measures_only_when_asked_and_keeps_the_old_result(
    where: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Newer(FakeMeasure):
        def __call__(self, path: Path, **options: object) -> object:  # type: ignore[override]
            return dataclasses.replace(super().__call__(path, **options), version="9.9.9")  # type: ignore[arg-type]

    with open_fake(where) as record:
        first = record.add(video(tmp_path))
    monkeypatch.setattr("facialis.record.adding.__version__", "9.9.9")
    with open_fake(where, measure=Newer()) as record:
        assert len(record.measurements(first.recording.id)) == 1
        assert record.measure(first.recording.id).measured
        assert not record.measure(first.recording.id).measured
        versions = [m.version for m in record.measurements(first.recording.id)]
        assert versions == ["0.1.0", "9.9.9"]


def test_what_cannot_be_measured_is_not_added(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        with pytest.raises(SourceError, match="No face"):
            record.add(video(tmp_path, says="fails"))
        assert record.recordings() == ()
        assert record.unfinished() == ()
        assert stored_files(record) == []
        assert list(record.store.work.glob("*")) == []


@pytest.mark.parametrize("kind", ["missing", "empty", "folder"])
def test_what_is_no_file_is_one_sentence(where: Where, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source.mp4"
    if kind == "empty":
        source.touch()
    if kind == "folder":
        source.mkdir()
    with open_fake(where) as record, pytest.raises(SourceError) as caught:
        record.add(source)
    assert str(caught.value).count("\n") == 0


def test_a_recording_may_be_kept_unmeasured(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path), measure=False)
        assert added.measurement is None
        assert record.measurements(added.recording.id) == ()
        assert record.measure(added.recording.id).measured


def test_a_file_that_only_claims_to_be_emg_is_refused(where: Where, tmp_path: Path) -> None:
    path = tmp_path / "emg.edf"
    path.write_text("nonsense")
    with open_fake(where) as record, pytest.raises(SourceError, match="EDF"):
        record.add(path)


def test_without_a_date_inside_the_files_own_date_counts(where: Where, tmp_path: Path) -> None:
    source = video(tmp_path)
    os.utime(source, (1_790_000_000, 1_790_000_000))
    with open_fake(where) as record:
        recording = record.add(source).recording
    assert recording.at.utc == datetime.fromtimestamp(1_790_000_000, UTC)
    assert recording.time_source == "file"


# Mirrored after all


def test_how_it_was_stored_can_be_corrected(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        first = record.add(video(tmp_path, says="right"))
        again = record.measure(first.recording.id, mirrored=True)
        assert again.recording.mirrored
        assert [m.verdict.side for m in record.measurements(first.recording.id)] == ["right", "left"]


# Corrections


def test_corrections_stand_beside_the_machines_events(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path))
        assert added.measurement is not None
        number, recording = added.measurement.id, added.recording.id
        found = record.events(number)
        record.correct(recording, Correction("reject", found[0].id, note="a wink"))
        record.correct(recording, Correction("change", found[1].id, side="right", offset_s=7.5))
        record.correct(recording, Correction("add", None, "twitch", "left", 0.5, 0.7))
        assert record.events(number) == found
        seen = record.corrected_events(number)
        assert [e.onset_s for e in seen] == sorted(e.onset_s for e in seen)
        assert len(seen) == len(found)
        assert (seen[0].onset_s, seen[0].kind, seen[0].side) == (0.5, "twitch", "left")
        changed = next(e for e in seen if e.offset_s == 7.5)
        assert changed.side == "right"
        assert changed.onset_s == found[1].event.onset_s
        assert [c.action for c in record.corrections(recording)] == ["reject", "change", "add"]


def test_the_last_correction_of_an_event_holds(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path))
        assert added.measurement is not None
        found = record.events(added.measurement.id)
        record.correct(added.recording.id, Correction("reject", found[0].id))
        record.correct(added.recording.id, Correction("confirm", found[0].id))
        assert len(record.corrected_events(added.measurement.id)) == len(found)
        assert len(record.corrections(added.recording.id)) == 2


@pytest.mark.parametrize(
    "correction",
    [
        Correction("reject"),
        Correction("reject", 99_999),
        Correction("add", None, "twitch", "left", 2.0),
        Correction("add", None, "twitch", "left", 2.0, 1.0),
    ],
    ids=["no event", "no such event", "no offset", "backwards"],
)
def test_a_correction_that_fits_no_event_is_refused(
    where: Where, tmp_path: Path, correction: Correction
) -> None:
    with open_fake(where) as record:
        added = record.add(video(tmp_path))
        with pytest.raises(RecordError):
            record.correct(added.recording.id, correction)
        assert record.corrections(added.recording.id) == ()


# People


def test_at_home_nobody_is_named(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path))
        assert [person.name for person in record.people()] == [""]


def test_in_a_clinic_everybody_has_their_own(where: Where, tmp_path: Path) -> None:
    source = video(tmp_path)
    with open_fake(where) as record:
        record.add_person("A1")
        record.add_person("B2")
        with pytest.raises(RecordError, match="--person"):
            record.recordings()
    with open_fake(where, person="A1") as record:
        added = record.add(source)
    with open_fake(where, person="B2") as record:
        assert record.recordings() == ()
        with pytest.raises(RecordError, match="no recording"):
            record.recording(added.recording.id)
        assert added.measurement is not None
        with pytest.raises(RecordError):
            record.events(added.measurement.id)
        assert record.add(source).new
        assert stored_files(record) == ["recordings", "signals"]  # The same content, once on the disk.
    with pytest.raises(RecordError, match="no person 'C3'"):
        open_fake(where, person="C3")


def test_a_person_needs_a_name_of_their_own(where: Where) -> None:
    with open_fake(where) as record:
        record.add_person("A1")
        with pytest.raises(RecordError, match="already"):
            record.add_person("A1")
        with pytest.raises(RecordError, match="name"):
            record.add_person("  ")


# The trail, the place


def test_the_trail_says_who_did_what(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path))
        trail = record.audit()
    assert [(line.action, line.thing) for line in trail] == [
        ("add", "person"),
        ("add", "recording"),
        ("measure", "recording"),
    ]
    assert all(line.who for line in trail)


def test_the_place_is_the_users_own_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACIALIS_RECORD", raising=False)
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert place_of().folder.name == "facialis"
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "here"))
    assert place_of().folder == tmp_path / "here"
    assert place_of().url is None
    monkeypatch.setenv("FACIALIS_DATABASE", "postgresql:///clinic")
    assert place_of().url == "postgresql:///clinic"
    assert place_of(tmp_path / "other").url is None


@pytest.mark.parametrize("address", ["mysql://host/name", "postgresql:/wrong", "http://somewhere"])
def test_what_is_no_address_is_one_sentence(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path))
    monkeypatch.setenv("FACIALIS_DATABASE", address)
    with pytest.raises(RecordError, match="PostgreSQL address"):
        open_record()


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path))
    pytest.importorskip("psycopg", reason="psycopg is not installed; pip install '.[clinic]' brings it")
    with pytest.raises(FacialisError) as caught:
        open_record(f"postgresql:///none?host={tmp_path}&user=me&password=hidden")
    assert "\n" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FacialisError):
        open_record(tmp_path / "file")


def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(RecordError):
        open_record(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(FacialisError):
        open_record(tmp_path)
