"""Recordings as a BIDS dataset: valid by the validator of BIDS, the same numbers, and nobody's name in it."""

import csv
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest
from emgs import spastic, write_edf
from exchanges import AT, fill
from records import emg, open_fake, video

from facialis.errors import RecordError
from facialis.record import DiaryEntry, Record, moment
from facialis.record.exchange import export_bids
from facialis.source.emg import EmgOptions

pytestmark = pytest.mark.usefixtures("plain_files")
Where = str | Path
NO_VALIDATOR = "bids-validator-deno is not installed; pip install '.[test]' brings it"


def errors_in(dataset: Path) -> list[str]:
    """Return what the validator of BIDS finds wrong. It needs no network: it carries the schema."""
    program = shutil.which("bids-validator-deno")
    if program is None:
        pytest.skip(NO_VALIDATOR)
    ran = subprocess.run(
        [program, str(dataset), "--format", "json"], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("{"), ran.stderr
    issues = [i for i in json.loads(ran.stdout)["issues"]["issues"] if i["severity"] == "error"]
    return [f"{i['code']} {i['location']} {i.get('issueMessage')}" for i in issues]


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def one(dataset: Path, pattern: str) -> Path:
    (found,) = dataset.rglob(pattern)
    return found


def json_in(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Record]]:
    """Videos, one of them deleted with its signals kept; an EMG that can be read and one that cannot."""
    folder = tmp_path_factory.mktemp("bids")
    with pytest.MonkeyPatch.context() as patch, open_fake(folder / "record") as record:
        patch.setattr("facialis.record.when._of_video", lambda *_: None)
        fill(record, folder)
        record.add(write_edf(spastic(), folder / "real.edf"), at=AT, task="Lächeln, 3 mal")
        export_bids(record, folder / "dataset")
        yield folder / "dataset", record


def test_the_dataset_is_valid(dataset: tuple[Path, Record]) -> None:
    assert errors_in(dataset[0]) == []
    kinds = {path.parent.name for path in dataset[0].rglob("*_events.tsv")}
    assert kinds == {"motion", "emg", "beh"}


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("*_motion.json", '"TaskName"', '"Task"'),
        ("*task-rest*_events.tsv", "onset", "begin"),
        ("*_emg.json", '"EMGReference"', '"Reference"'),
        ("*task-rest*_channels.tsv", "LATENCY", "LATE"),
    ],
)
def test_the_validator_would_find_it(
    dataset: tuple[Path, Record], tmp_path: Path, pattern: str, old: str, new: str
) -> None:
    """Else the test above could not fail."""
    shutil.copytree(dataset[0], tmp_path / "dataset")
    path = sorted((tmp_path / "dataset").rglob(pattern))[0]
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert errors_in(tmp_path / "dataset")


def test_the_curves_are_those_of_the_record(dataset: tuple[Path, Record]) -> None:
    folder, record = dataset
    signals = record.signals(record.measurements(1)[0].id)
    names = [row["name"] for row in rows_in(one(folder, "*task-rest*_channels.tsv"))]
    assert names == ["time_s", *signals.columns, "left_usable", "right_usable"]
    lines = one(folder, "*task-rest*_motion.tsv").read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines]
    assert {len(row) for row in table} == {len(names)}
    columns = {
        name: np.array([float("nan") if cell == "n/a" else float(cell) for cell in column])
        for name, column in zip(names, zip(*table, strict=True), strict=True)
    }
    np.testing.assert_allclose(columns["time_s"], signals.time_s, rtol=1e-8)
    for name, values in signals.columns.items():
        np.testing.assert_allclose(columns[name], values, rtol=1e-8)
    assert (columns["left_usable"] == signals.usable["left"]).all()


def test_the_description_counts_the_channels(dataset: tuple[Path, Record]) -> None:
    folder, record = dataset
    told = json_in(one(folder, "*task-rest*_motion.json"))
    kinds = [row["type"] for row in rows_in(one(folder, "*task-rest*_channels.tsv"))]
    assert told["MotionChannelCount"] == len(kinds)
    for name in ("LATENCY", "ORNT", "MISC"):
        assert told[f"{name}ChannelCount"] == kinds.count(name) > 0
    assert told["SamplingFrequency"] == pytest.approx(30)
    assert told["SamplingFrequencyEffective"] == pytest.approx(30)
    assert told["Simulated"] is True
    assert told["SettingsDigest"] == record.measurements(1)[0].settings_digest


def test_time_is_a_channel_since_frames_do_not_come_evenly(dataset: tuple[Path, Record]) -> None:
    first = rows_in(one(dataset[0], "*task-rest*_channels.tsv"))[0]
    assert (first["name"], first["type"], first["units"]) == ("time_s", "LATENCY", "s")


def test_the_events_are_those_of_the_record(dataset: tuple[Path, Record]) -> None:
    folder, record = dataset
    events = [each.event for each in record.events(record.measurements(1)[0].id)]
    told = rows_in(one(folder, "*task-rest*_events.tsv"))
    assert [(row["trial_type"], row["side"]) for row in told] == [(e.kind, e.side) for e in events]
    assert [float(row["onset"]) for row in told] == pytest.approx([e.onset_s for e in events], abs=1e-3)
    described = json_in(one(folder, "*task-rest*_events.json"))
    assert set(told[0]) <= set(described)


def test_an_intensity_that_is_no_number_is_not_available(dataset: tuple[Path, Record]) -> None:
    told = rows_in(one(dataset[0], "*/beh/*_events.tsv"))
    assert {row["intensity"] for row in told if row["side"] != "both"} == {"n/a"}


# EMG


def test_an_emg_is_as_it_was_recorded(dataset: tuple[Path, Record]) -> None:
    folder = dataset[0]
    before, after = (folder.parent / "real.edf").read_bytes(), one(folder, "*_emg.edf").read_bytes()
    assert after[256:] == before[256:]
    assert after[184:256] == before[184:256]
    signals = edfio.read_edf(one(folder, "*_emg.edf")).signals
    told = rows_in(one(folder, "*/emg/*_channels.tsv"))
    assert [row["name"] for row in told] == [s.label for s in signals]
    assert {row["type"] for row in told} == {"EMG"}
    assert {row["units"] for row in told} == {"uV"}
    assert told[0]["target_muscle"] == "left orbicularis oculi"
    assert json_in(one(folder, "*_emg.json"))["SamplingFrequency"] == 2000


@pytest.mark.parametrize("bdf", [False, True])
def test_the_header_says_neither_who_nor_when(tmp_path: Path, bdf: bool) -> None:
    path = write_edf(spastic(), tmp_path / f"visit.{'bdf' if bdf else 'edf'}", bdf=bdf)
    content = bytearray(path.read_bytes())
    content[8:88] = b"MCH-0234567 F 02-MAY-1951 Erika_Mustermann".ljust(80)
    content[88:168] = b"Startdate 02-MAR-2026 EMG561 Dr_Mabuse Telemetry03".ljust(80)
    content[168:184] = b"02.03.2616.30.00"
    path.write_bytes(content)
    with open_fake(tmp_path / "record") as record:
        record.add(path, zone="UTC", task="rest")
        export_bids(record, tmp_path / "dataset")
    assert errors_in(tmp_path / "dataset") == []
    written = b"".join(p.read_bytes() for p in (tmp_path / "dataset").rglob("*") if p.is_file())
    for word in (b"Mustermann", b"1951", b"Mabuse", b"02.03.26", b"2026", b"visit"):
        assert word not in written
    reader = edfio.read_bdf if bdf else edfio.read_edf
    again = reader(one(tmp_path / "dataset", f"*_emg{path.suffix}"))
    assert again.num_signals == 4
    assert np.std(again.signals[0].data) > 1


def test_a_simulated_emg_stays_known_as_one(tmp_path: Path) -> None:
    path = write_edf(spastic(), tmp_path / "made.edf")
    content = bytearray(path.read_bytes())
    content[88:168] = b"Startdate X X simulated facialis".ljust(80)
    path.write_bytes(content)
    with open_fake(tmp_path / "record") as record:
        record.add(path, zone="UTC")
        export_bids(record, tmp_path / "dataset")
    assert b"facialis_simulated" in one(tmp_path / "dataset", "*_emg.edf").read_bytes()[88:168]


def test_channels_that_say_nothing_are_told_and_named_apart(tmp_path: Path) -> None:
    labels = dict(zip(spastic().channels, ("EMG1", "EMG2", "EMG2", "Breath"), strict=True))
    path = write_edf(spastic(), tmp_path / "made.edf", labels=labels)
    with open_fake(tmp_path / "record") as record:
        record.add(path, zone="UTC", emg=EmgOptions({"EMG1": "left orbicularis_oculi"}))
        export_bids(record, tmp_path / "dataset")
    assert errors_in(tmp_path / "dataset") == []
    told = rows_in(one(tmp_path / "dataset", "*/emg/*_channels.tsv"))
    assert [row["name"] for row in told] == ["EMG1", "EMG2", "EMG2_2", "Breath"]
    assert [row["target_muscle"] for row in told] == ["left orbicularis oculi", "n/a", "n/a", "n/a"]


def test_an_emg_without_its_file_keeps_its_events(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add(write_edf(spastic(), tmp_path / "made.edf"), zone="UTC")
        record.delete(1, keep_signals=True)
        export_bids(record, tmp_path / "dataset")
    assert errors_in(tmp_path / "dataset") == []
    assert rows_in(one(tmp_path / "dataset", "*/beh/*_events.tsv"))
    assert not list((tmp_path / "dataset").rglob("*.edf"))


# Who, when, what


def test_nobody_and_no_day_can_be_read_off_it(where: Where, tmp_path: Path) -> None:
    for name in ("Erika Mustermann", "B2"):
        with open_fake(where) as record:
            record.add_person(name)
        with open_fake(where, person=name) as record:
            first, later = (
                moment("2026-03-02 23:30", "Europe/Berlin"),
                moment("2026-03-05 00:30", "Europe/Berlin"),
            )
            record.add(video(tmp_path, f"{name}.mp4"), at=first, device="the phone of Mabuse")
            record.add(video(tmp_path, f"{name} again.mp4"), at=later)
            record.add_entry(DiaryEntry(AT, 3, note="Mabuse"))
    with open_fake(where) as record:
        done = export_bids(record, tmp_path / "dataset")
    assert errors_in(tmp_path / "dataset") == []
    assert (done.recordings, done.left_out) == (4, 0)
    names = " ".join(str(path.relative_to(tmp_path)) for path in (tmp_path / "dataset").rglob("*"))
    written = b"".join(p.read_bytes() for p in (tmp_path / "dataset").rglob("*") if p.is_file())
    for word in ("Erika", "Mustermann", "Mabuse", "2026-03", "again.mp4"):
        assert word not in names
        assert word.encode() not in written
    people = rows_in(tmp_path / "dataset" / "participants.tsv")
    assert [row["participant_id"] for row in people] == ["sub-01", "sub-02"]
    sessions = rows_in(one(tmp_path / "dataset", "sub-01_sessions.tsv"))
    assert [row["day"] for row in sessions] == ["0", "3"]  # By the clocks on the wall.


def test_one_person_of_several_goes_alone(where: Where, tmp_path: Path) -> None:
    for name in ("A17", "B2"):
        with open_fake(where) as record:
            record.add_person(name)
        with open_fake(where, person=name) as record:
            record.add(video(tmp_path, f"{name}.mp4"), at=AT)
    with open_fake(where, person="B2") as record:
        assert export_bids(record, tmp_path / "dataset").recordings == 1
    assert [path.name for path in (tmp_path / "dataset").glob("sub-*")] == ["sub-01"]


@pytest.mark.parametrize(
    ("task", "label"),
    [
        ("", "unspecified"),
        ("rest", "rest"),
        ("Lächeln, 3 mal", "Lcheln3mal"),
        ("笑", "unspecified"),
    ],
)
def test_a_task_is_letters_and_digits(tmp_path: Path, task: str, label: str) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path), at=AT, task=task)
        export_bids(record, tmp_path / "dataset")
    assert one(tmp_path / "dataset", f"sub-01_ses-001_task-{label}_tracksys-face_motion.tsv").is_file()


def test_what_was_not_measured_is_left_out_and_counted(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path, "a.mp4"), measure=False)
        record.add(emg(tmp_path), zone="UTC", measure=False)
        with pytest.raises(RecordError, match="no recording to export"):
            export_bids(record, tmp_path / "dataset")
        assert not (tmp_path / "dataset").exists()
        record.add(video(tmp_path, "b.mp4"))
        assert export_bids(record, tmp_path / "dataset").left_out == 2


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "mine").touch()
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path))
        with pytest.raises(RecordError, match="is there already"):
            export_bids(record, tmp_path / "dataset")
    assert [path.name for path in (tmp_path / "dataset").iterdir()] == ["mine"]
