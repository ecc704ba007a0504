"""EMG in the record: measured like a video, with what its file does not say kept beside it."""

import dataclasses
import math
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from emgs import LABELS, spastic, write_edf
from hypothesis import given
from hypothesis import strategies as st
from records import PASSPHRASE, FakeMeasure, emg, open_fake, video

from facialis.cli import cli
from facialis.console import run
from facialis.errors import FacialisError, RecordError, SourceError
from facialis.record import Correction, Record, encrypt_record, journal, moment, open_record, restore_record
from facialis.record.emg import checked_options, digest, options_from, plain_options
from facialis.record.migrations import HEAD
from facialis.settings import MeasureSettings, Settings
from facialis.source.channels import EMG_MUSCLES
from facialis.source.emg import MICROVOLTS, EmgOptions
from facialis.types import Result

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
TOLD = EmgOptions({"EMG3": "left orbicularis_oculi", "EMG4": "right orbicularis_oculi"}, 2000.0, "mV")
OTHER = EmgOptions({"EMG3": "right orbicularis_oculi", "EMG4": "left orbicularis_oculi"}, 2000.0, "mV")


def stored_files(record: Record) -> list[str]:
    return sorted(path.parent.parent.name for path in record.store.files.all())


def alike(found: Result, truth: Result) -> bool:
    """Whether two results are the same, what is no number being the same as what is no number."""

    def plain(result: Result) -> object:
        events = [
            dataclasses.replace(e, intensity=None if math.isnan(e.intensity) else e.intensity)
            for e in result.events
        ]
        quality = dataclasses.replace(result.quality, interocular_px=0.0)
        return dataclasses.replace(result, signals=None, events=tuple(events), quality=quality)  # type: ignore[arg-type]

    curves = found.signals.columns
    return (
        plain(found) == plain(truth)
        and math.isnan(found.quality.interocular_px) == math.isnan(truth.quality.interocular_px)
        and found.signals.units == truth.signals.units
        and curves.keys() == truth.signals.columns.keys()
        and all(np.array_equal(curves[n], c, equal_nan=True) for n, c in truth.signals.columns.items())
    )


# What was told of an EMG

options = st.builds(
    EmgOptions,
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        st.tuples(st.sampled_from(["left", "right"]), st.sampled_from(EMG_MUSCLES)).map(" ".join),
        max_size=6,
    ),
    st.none() | st.floats(1, 1e5),
    st.none() | st.sampled_from([*MICROVOLTS]),
)


@given(options)
def test_options_are_the_same_after_they_were_kept(told: EmgOptions) -> None:
    assert options_from(plain_options(told)) == told
    assert checked_options(told, "x.edf") == told


@given(options)
def test_the_order_in_which_channels_are_named_makes_no_other_measurement(told: EmgOptions) -> None:
    turned = dataclasses.replace(told, channels=dict(reversed(told.channels.items())))
    assert digest(turned) == digest(told)


@given(options, options)
def test_other_options_make_another_measurement(one: EmgOptions, other: EmgOptions) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_nothing_told_is_no_options() -> None:
    assert options_from(None) == options_from({}) == EmgOptions()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (EmgOptions({"EMG3": "left ear"}), "names no side and muscle"),
        (EmgOptions(rate_per_s=0.0), "sampling rate of monday.edf"),
        (EmgOptions(rate_per_s=-2000.0), "sampling rate"),
        (EmgOptions(rate_per_s=math.inf), "sampling rate"),
        (EmgOptions(rate_per_s=math.nan), "sampling rate"),
        (EmgOptions(unit="furlong"), "furlong"),
        (EmgOptions(unit="MV"), "say V, mV, uV or nV"),
    ],
    ids=["muscle", "no rate", "backwards", "endless", "no number", "unit", "megavolt"],
)
def test_what_cannot_be_is_refused_before_anything_is_kept(
    where: Where, tmp_path: Path, told: EmgOptions, says: str
) -> None:
    with open_fake(where) as record:
        with pytest.raises(FacialisError, match=says) as caught:
            record.add(emg(tmp_path), zone="UTC", emg=told)
        assert "\n" not in str(caught.value)
        assert record.recordings() == ()
        assert stored_files(record) == []


# Added and measured


def test_an_emg_is_kept_with_all_that_was_measured(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    source = emg(tmp_path, "emg.EDF")
    with open_fake(where, measure=measure) as record:
        added = record.add(source, zone="Europe/Berlin", emg=TOLD)
        recording, measured = added.recording, added.measurement
        assert added.new
        assert added.measured
        assert measured is not None
        assert (recording.kind, recording.time_source, recording.suffix) == ("emg", "emg", ".EDF")
        assert recording.at == moment("2026-10-24 18:05:30", "Europe/Berlin")
        assert recording.emg == measured.emg == TOLD
        assert measure.options == [TOLD]
        assert measured.model is None
        assert measured.recording.modality == "emg"
        assert alike(record.result(measured.id), measure(source, settings=Settings(), mirrored=False))
        assert stored_files(record) == ["recordings", "signals"]
        assert record.check() == ()
    with open_fake(where) as record:
        assert record.recordings() == (recording,)
        assert math.isnan(record.events(measured.id)[0].event.intensity)
        assert math.isnan(record.measurements()[0].quality.interocular_px)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.bdf", "a.rec"])
def test_every_format_that_is_measured_is_taken(where: Where, tmp_path: Path, name: str) -> None:
    if name.endswith((".csv", ".tsv", ".txt")):
        source = tmp_path / name
        source.write_text("left:,OOc R\n0,1\n1,2\n")
    else:
        source = emg(tmp_path, name)
    with open_fake(where) as record:
        added = record.add(source, zone="UTC")
        assert (added.recording.kind, added.measured) == ("emg", True)
        assert added.recording.time_source == ("emg" if name in ("a.bdf", "a.rec") else "file")
        assert record.measure(added.recording.id).measured is False


def test_the_same_emg_is_added_and_measured_once(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    with open_fake(where, measure=measure) as record:
        first = record.add(emg(tmp_path, "a.edf", more="same"), zone="UTC", emg=TOLD)
        again = record.add(emg(tmp_path, "b.edf", more="same"), zone="UTC")
        third = record.measure(first.recording.id)
        same = record.measure(first.recording.id, emg=dataclasses.replace(TOLD))
        for each in (again, third, same):
            assert (each.new, each.measured) == (False, False)
            assert each.recording == first.recording
            assert each.measurement == first.measurement
        assert len(measure.measured) == 1


def test_other_settings_measure_again_with_what_was_told(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        number = record.add(emg(tmp_path), zone="UTC", emg=TOLD).recording.id
    measure = FakeMeasure()
    with open_fake(where, settings=Settings(measures=MeasureSettings(seed=2)), measure=measure) as record:
        assert record.measure(number).measured
        assert not record.measure(number).measured
        assert measure.options == [TOLD]
        assert [m.emg for m in record.measurements(number)] == [TOLD, TOLD]


def test_other_channels_measure_again_and_keep_the_old_result(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    with open_fake(where, measure=measure) as record:
        number = record.add(emg(tmp_path), zone="UTC", emg=TOLD).recording.id
        turned = record.measure(number, emg=OTHER)
        assert turned.measured
        assert turned.recording.emg == OTHER
        assert [m.emg for m in record.measurements(number)] == [TOLD, OTHER]
        assert measure.options == [TOLD, OTHER]
        # Back again: that measurement is there, and the recording's options are the first ones again.
        back = record.measure(number, emg=TOLD)
        assert not back.measured
        assert back.recording.emg == record.recording(number).emg == TOLD
        assert len(record.measurements(number)) == 2


def test_an_emg_kept_for_later_is_measured_with_what_is_told_then(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    source = emg(tmp_path)
    with open_fake(where, measure=measure) as record:
        kept = record.add(source, zone="UTC", measure=False)
        assert (kept.measured, kept.measurement, kept.recording.emg) == (False, None, EmgOptions())
        again = record.add(source, zone="UTC", emg=TOLD)
        assert (again.new, again.measured, again.recording.emg) == (False, True, TOLD)
        assert measure.options == [TOLD]


def test_what_an_earlier_revision_kept_of_an_emg_is_measured_now(where: Where, tmp_path: Path) -> None:
    """Before revision 0003 nothing was told of an EMG: its column is null."""
    from facialis.record import tables

    with open_fake(where) as record:
        number = record.add(emg(tmp_path), zone="UTC", measure=False).recording.id
        with record.store.database.writing() as connection:
            connection.execute(tables.recordings.update().values(emg=None))
        assert record.recording(number).emg == EmgOptions()
        assert record.measure(number).measured


def test_a_video_has_no_options_of_an_emg(where: Where, tmp_path: Path) -> None:
    measure = FakeMeasure()
    with open_fake(where, measure=measure) as record:
        with pytest.raises(RecordError, match=r"monday\.mp4 is a video"):
            record.add(video(tmp_path), emg=TOLD)
        added = record.add(video(tmp_path))
        assert added.recording.emg is None
        assert added.measurement is not None
        assert added.measurement.emg is None
        with pytest.raises(RecordError, match="is a video"):
            record.measure(added.recording.id, emg=TOLD)
        assert measure.options == [None]


def test_no_mirror_turns_an_emg(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        with pytest.raises(RecordError, match="no mirror"):
            record.add(emg(tmp_path), zone="UTC", mirrored=True)
        number = record.add(emg(tmp_path), zone="UTC").recording.id
        with pytest.raises(RecordError, match="no mirror"):
            record.measure(number, mirrored=True)
        assert not record.measure(number, mirrored=False).measured


def test_what_cannot_be_measured_is_not_added(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        with pytest.raises(SourceError):
            record.add(emg(tmp_path, says="fails"), zone="UTC")
        assert record.recordings() == ()
        assert record.unfinished() == ()
        assert stored_files(record) == []


@pytest.mark.parametrize("text", ["", "when,note\n2026-01-01,windy\n2026-01-02,dry\n", "one\n"])
def test_a_table_that_is_none_is_not_even_kept(where: Where, tmp_path: Path, text: str) -> None:
    source = tmp_path / "diary.csv"
    source.write_text(text)
    with open_fake(where) as record:
        with pytest.raises(SourceError) as caught:
            record.add(source, measure=False)
        assert "\n" not in str(caught.value)
        assert record.recordings() == ()


def test_the_sentence_names_the_persons_file_not_the_copy(tmp_path: Path) -> None:
    source = tmp_path / "clinic.csv"
    source.write_text("time,A,B\n" + "".join(f"{i / 1000},{i % 7},{i % 5}\n" for i in range(100)))
    with open_record(tmp_path / "record") as record:
        with pytest.raises(SourceError, match=r"^clinic\.csv shows no channel") as caught:
            record.add(source, zone="UTC")
        assert "recording.csv" not in str(caught.value)


# Everything a video has


def test_corrections_of_an_emg_stand_beside_its_events(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(emg(tmp_path), zone="UTC")
        assert added.measurement is not None
        number = added.measurement.id
        found = record.events(number)
        record.correct(added.recording.id, Correction("reject", found[0].id))
        record.correct(added.recording.id, Correction("change", found[1].id, side="right"))
        seen = record.corrected_events(number)
        assert len(seen) == len(found) - 1
        assert [e.side for e in seen].count("right") == 1
        assert [e.id for e in record.events(number)] == [e.id for e in found]


def test_the_signals_stay_when_the_file_goes(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(emg(tmp_path), zone="UTC", emg=TOLD)
        number = added.recording.id
        record.delete(number, keep_signals=True)
        assert stored_files(record) == ["signals"]
        assert added.measurement is not None
        assert record.result(added.measurement.id).events
        with pytest.raises(RecordError, match=f"The file of recording {number} was deleted"):
            record.measure(number)
        assert record.check() == ()
        back = record.add(emg(tmp_path), zone="UTC")
        assert (back.new, back.recording.file_deleted_utc, back.recording.emg) == (False, None, TOLD)
        record.delete(number)
        assert stored_files(record) == []
        assert record.recordings() == ()


def test_an_emg_is_in_the_backup(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        added = record.add(emg(tmp_path), zone="UTC", emg=TOLD)
        record.add(video(tmp_path))
        assert added.measurement is not None
        truth = record.result(added.measurement.id)
        record.backup(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert f'"revision": "{HEAD}"' in archive.read("manifest.json").decode()
    restore_record(tmp_path / "all.zip", tmp_path / "again")
    with open_fake(tmp_path / "again") as record:
        assert record.check() == ()
        assert record.recording(added.recording.id) == added.recording
        assert record.measurements(added.recording.id) == (added.measurement,)
        assert alike(record.result(added.measurement.id), truth)
        assert not record.measure(added.recording.id).measured


def test_an_emg_is_measured_in_an_encrypted_record(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3", reason="sqlcipher3 is not installed; '.[encrypt]' brings it")
    pytest.importorskip("pyrage", reason="pyrage is not installed; '.[encrypt]' brings it")
    place = tmp_path / "record"
    with open_fake(place) as record:
        first = record.add(emg(tmp_path), zone="UTC", emg=TOLD)
    encrypt_record(place, PASSPHRASE)
    with open_fake(
        place, passphrase=PASSPHRASE, settings=Settings(measures=MeasureSettings(seed=2))
    ) as record:
        record.finish()
        again = record.measure(first.recording.id)
        assert again.measured
        assert again.measurement is not None
        assert again.measurement.emg == TOLD
        second = record.add(emg(tmp_path, "tuesday.edf"), zone="UTC")
        assert second.measured
        assert record.check() == ()
        assert all(path.suffix == ".age" for path in record.store.files.all())


def test_an_addition_that_was_cut_off_is_finished_with_what_was_told(where: Where, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    class Dying(FakeMeasure):
        def __call__(self, *_: object, **__: object) -> Result:  # type: ignore[override]
            raise Killed

    with open_fake(where, measure=Dying()) as record, pytest.MonkeyPatch.context() as patch:
        # A killed program forgets nothing: here what it would have crossed off stays.
        patch.setattr(journal.Operation, "done", lambda *_: None)
        with pytest.raises(Killed):
            record.add(emg(tmp_path), zone="UTC", emg=TOLD)
    measure = FakeMeasure()
    with open_fake(where, measure=measure) as record:
        assert len(record.unfinished()) == 1
        done, failed = record.finish()
        assert failed == []
        assert done[0].endswith("monday.edf, is in the record.")
        assert measure.options == [TOLD]
        assert record.recordings()[0].emg == TOLD
        assert record.check() == ()


# The affected side


def test_the_clear_side_of_an_emg_counts_as_a_videos(where: Where, tmp_path: Path) -> None:
    early, late = moment("2026-01-01 12:00", "UTC"), moment("2026-02-01 12:00", "UTC")
    with open_fake(where) as record:
        first = record.add(emg(tmp_path, says="right"), at=early).recording.id
        anchor = record.anchor()
        assert anchor is not None
        assert (anchor.side, anchor.recording_id, anchor.kind) == ("right", first, "emg")
        # A second one of that side: two of three would put the first in doubt.
        record.add(emg(tmp_path, "again.edf", says="right"), at=early)
        second = record.add(video(tmp_path), at=late).recording.id
        assert "channels of the EMG" in record.flips()[second]
        assert "--mirrored" in record.flips()[second]
        third = record.add(emg(tmp_path, "b.edf", says="left"), at=late).recording.id
        assert "--channel" in record.flips()[third]
        assert "mirror" not in record.flips()[third]


# With the muscles measured for real, by the commands


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    return tmp_path / "record"


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(cli, words) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_an_edf_is_added_listed_shown_and_checked(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_edf(spastic("right"), tmp_path / "clinic.edf")
    printed = said(capsys, "record", "add", str(source), "--when", "2026-11-20 10:00", "--zone", "UTC")
    assert printed.startswith("Recording 1, clinic.edf, 2026-11-20 10:00 (UTC): measured.\nSide: right.")
    assert re.search(r"^1 .* right +[\d.]+ +clinic\.edf$", said(capsys, "record", "list"), re.MULTILINE)
    shown = said(capsys, "record", "show", "1", "--events")
    assert "The right side of the face went into spasm" in shown
    assert re.search(r"^\d+ +twitch +right ", shown, re.MULTILINE)
    assert "Told of it" not in shown
    assert "The record is whole" in said(capsys, "record", "check")
    assert "not measured again" in said(capsys, "record", "measure", "--all")
    with open_record(place) as record:
        measured = record.measurements()[0]
        assert measured.recording.name == "clinic.edf"
        fresh = _measured(source)
        assert alike(record.result(measured.id), fresh)


def _measured(source: Path) -> Result:
    import facialis

    return facialis.measure(source)


def test_channels_told_on_the_command_are_kept(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = {name: f"EMG{i}" for i, name in enumerate(LABELS)}
    source = write_edf(spastic("left"), tmp_path / "clinic.edf", labels=labels)
    add = ("record", "add", str(source), "--zone", "UTC")
    assert "clinic.edf shows no channel" in said(capsys, *add, code=1)
    assert "There is no record at" in said(capsys, "record", "list", code=1)
    left, right = "EMG0={} orbicularis_oculi", "EMG1={} orbicularis_oculi"
    told = ("--channel", left.format("left"), "--channel", right.format("right"), "--unit", "uV")
    assert "Side: left" in said(capsys, *add, *told)
    shown = said(capsys, "record", "show", "1")
    assert "Told of it: --channel 'EMG0=left orbicularis_oculi' --channel 'EMG1=right" in shown
    assert "--unit uV." in shown
    turned = ("--channel", left.format("right"), "--channel", right.format("left"))
    again = said(capsys, "record", "measure", "1", *turned)
    assert "measured." in again
    assert "Side: right" in again
    with open_record(place) as record:
        assert [m.verdict.side for m in record.measurements(1)] == ["left", "right"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "{video}", "--rate", "2000"), "there is none"),
        (("add", "{edf}", "--channel", "nonsense"), "NAME=SIDE MUSCLE"),
        (("measure", "--all", "--unit", "mV"), "Name one recording"),
        (("add", "{edf}", "--unit", "furlong"), "--unit"),
    ],
    ids=["no EMG", "no name", "all", "unit"],
)
def test_options_that_do_not_fit_are_a_fault_of_the_command(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    files = {"video": str(video(tmp_path)), "edf": str(emg(tmp_path))}
    told = said(capsys, "record", *(word.format(**files) for word in words), code=2)
    assert sentence in told
    assert not place.exists() or not list(place.glob("recordings/*/*"))


def test_an_emg_named_wrong_is_one_sentence(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "record", "add", str(emg(tmp_path)), "--channel", "EMG3=left ear", code=1)
    assert "names no side and muscle" in told
    assert told.count("\n") == 1
    assert "There is no file" in said(capsys, "record", "add", str(tmp_path / "none.edf"), code=1)
    assert place.name == "record"


def test_deleting_the_file_of_an_emg_says_what_it_deletes(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_edf(spastic("left"), tmp_path / "clinic.edf")
    said(capsys, "record", "add", str(source), "--zone", "UTC")
    said(capsys, "record", "delete", "1", "--keep-signals", "--yes")
    assert "Its file was deleted on" in said(capsys, "record", "show", "1")
    assert said(capsys, "record", "measure", "--all") == ""
    assert "cannot be measured again" in said(capsys, "record", "measure", "1", code=1)
    assert not list(place.glob("recordings/*/*"))
