"""An EMG through the whole chain: the same command and files as a video, the muscles' own numbers, both on
one clock."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from clips import write_clip
from emgs import LABELS, recording_of, spastic, write_edf
from result_fixture import make_result
from test_bad_input import one_sentence
from test_docs import code, docs, text

import facialis
from facialis.cli import cli
from facialis.console import run
from facialis.measures.agreement import agreement, agreement_body, agreement_lines
from facialis.settings import Settings
from facialis.signals.muscle import muscles_of
from facialis.source.emg import EmgOptions, Mark
from facialis.types import SIDES, Result, Side

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def edf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_edf(spastic("left"), tmp_path_factory.mktemp("emg") / "monday.edf")


@pytest.fixture(scope="module")
def result(edf: Path) -> Result:
    return facialis.measure(edf)


@pytest.fixture(scope="module")
def out(edf: Path) -> Path:
    folder = edf.parent / "out"
    assert run(cli, ["measure", str(edf), "--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("side", SIDES)
def test_the_side_is_right_from_the_file_to_the_words(side: Side, tmp_path: Path, capsys: Capture) -> None:
    path = write_edf(spastic(side), tmp_path / "a.edf")
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert f"The {side} side of the face went into spasm" in printed.out
    rows = (tmp_path / "out" / "events.tsv").read_text().splitlines()[1:]
    assert {row.split("\t")[3] for row in rows if row.split("\t")[2] != "blink"} == {side}


def test_the_files_are_those_of_a_video(out: Path) -> None:
    names = {path.name for path in out.iterdir()}
    assert names == {"report.html", "events.tsv", "events.json", "signals.parquet", "summary.json"}


def test_the_summary_keeps_its_schema_and_says_what_it_is(out: Path, result: Result) -> None:
    summary = json.loads((out / "summary.json").read_text())
    jsonschema.validate(summary, json.loads((files("facialis.report") / "summary.schema.json").read_text()))
    assert summary["recording"]["modality"] == "emg"
    assert summary["model"] is None
    assert summary["recording"]["frames_per_s"] == 2000
    assert summary["verdict"]["side"] == result.verdict.side == "left"


def test_the_curves_are_envelopes_in_microvolts(out: Path) -> None:
    table = pq.read_table(out / "signals.parquet")
    field = table.schema.field("left_orbicularis_oculi")
    assert field.metadata[b"unit"] == b"uV"
    time, envelope = (table[name].to_numpy() for name in ("time_s", "left_orbicularis_oculi"))
    assert np.nanmax(envelope[(time > 15.2) & (time < 16.2)]) > 50
    assert table.schema.metadata[b"modality"] == b"emg"


def test_the_page_shows_muscles_and_no_face(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "EMG, 2000 samples/s" in page
    assert "Muscle around the eye (orbicularis oculi)" in page
    assert "Envelope of the muscle around the eye of the left and right side" in page
    assert "<img" not in page
    for word in ("Face model", "half-faces", "0 × 0", "frames/s", "pixels between"):
        assert word not in page, word


def test_numbers_of_the_muscles(result: Result) -> None:
    assert result.measure("onset_delay_zygomaticus", "left").value == pytest.approx(3, abs=3)
    assert result.measure("spread_share", "left").value == 100
    assert result.measure("together_share", "left").value == 100
    assert result.measure("intensity_mean", "left").unit == "% of own blink"
    assert result.measure("eye_intensity_peak", "left").unit == "uV"
    assert result.measure("onset_delay_mentalis", "left").reason == "this muscle was not recorded"
    assert result.measure("episode_rate", "left").n == 5
    assert result.measure("blink_rate").n == 5


def test_bursts_within_a_spasm_are_counted() -> None:
    bursts = [
        ("left_orbicularis_oculi", 3 * k + 0.1 * i, 0.04, 100.0) for k in range(1, 5) for i in range(15)
    ]
    from facialis.measure import analyse_emg
    from facialis.settings import Settings

    found = analyse_emg(recording_of(bursts, 20.0), Settings()).measure("burst_rate", "left")
    assert found.value == pytest.approx(10, rel=0.2)
    assert found.unit == "1/s"


def test_what_an_emg_cannot_show_says_so(result: Result) -> None:
    for name in (
        "resting_asymmetry",
        "blink_depth",
        "smc_grade_proxy",
        "jrs_frequency_proxy",
        "nomura_cv_ratio",
    ):
        measure = result.measure(name)
        assert measure.value is None
        assert measure.reason
    assert all(measure.reason for measure in result.measures if measure.value is None)


def test_a_measurement_is_the_same_twice(edf: Path, result: Result) -> None:
    again = facialis.measure(edf)
    assert again.events == result.events
    assert [m.value for m in again.measures] == [m.value for m in result.measures]


def test_every_measure_unit_and_column_of_an_emg_is_explained(result: Result) -> None:
    page = text(docs("measures"))
    names = {measure.name for measure in result.measures}
    assert names <= code(docs("measures")), names - code(docs("measures"))
    assert all(f"| {measure.unit} |" in page for measure in result.measures)
    assert set(result.signals.columns) <= code(docs("emg"))


def test_no_measure_is_explained_that_an_emg_does_not_give(result: Result) -> None:
    section = re.search(
        r"^## From EMG alone.*?(?=^## )", text(docs("measures")), flags=re.MULTILINE | re.DOTALL
    )
    assert section is not None
    tables = [line for line in section[0].splitlines() if line.startswith("| `")]
    named = {name for line in tables for name in re.findall(r"`([a-z_0-9]+)`", line.split(" | ")[0])}
    given = {measure.name for measure in result.measures}
    # Answers are given for the muscles that were recorded, and with stimuli.
    assert {name for name in named if not name.startswith("lsr_")} <= given


# What is said on the command line


def test_channels_and_units_can_be_told(tmp_path: Path, capsys: Capture) -> None:
    labels = LABELS | {"left_orbicularis_oculi": "EMG=1", "right_orbicularis_oculi": "EMG 2"}
    path = write_edf(spastic("right"), tmp_path / "a.edf", labels=labels, unit="mmHg")
    told = ["--channel", "EMG=1=left orbicularis_oculi", "--channel", "EMG 2=right orbicularis_oculi"]
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out"), *told, "--unit", "uV"]) == 0
    assert "The right side" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--mirrored"], "need --with-video"),
        (["--overlay"], "need --with-video"),
        (["--channel", "OOc L"], "is not NAME=SIDE MUSCLE"),
        (["--rate", "nan"], "no number of samples"),
        (["--video-offset", "3"], "goes with --with-video"),
        (["--video-offset", "nan"], "no number of seconds"),
        (["--with-video", "a.mp4", "--video-offset", "inf"], "no number of seconds"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    edf: Path, tmp_path: Path, capsys: Capture, options: list[str], words: str
) -> None:
    assert run(cli, ["measure", str(edf), "--out", str(tmp_path / "out"), *options]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_options_of_an_emg_are_refused_for_a_video(tmp_path: Path, capsys: Capture) -> None:
    clip = write_clip(tmp_path / "a.mp4")
    assert run(cli, ["measure", str(clip), "--rate", "1000"]) == 2
    assert "is no EMG" in capsys.readouterr().err


def test_bad_files_give_one_sentence_and_nothing_else(edf: Path, tmp_path: Path, capsys: Capture) -> None:
    short = tmp_path / "short.edf"
    short.write_bytes(edf.read_bytes()[:-100_000])
    wrong = write_edf(spastic(), tmp_path / "wrong.edf", labels={n: f"C{i}" for i, n in enumerate(LABELS)})
    none = tmp_path / "none.csv"
    none.write_text("a,b\n1,2\n3,4\n")
    for path, words in ((short, "cut short"), (wrong, "--channel"), (none, "--rate")):
        assert run(cli, ["measure", str(path), "--out", str(tmp_path / "deep" / "out")]) == 1
        assert words in one_sentence(capsys.readouterr().err)
        assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("samples", [1, 2, 3, 60])
def test_a_table_of_a_few_samples_is_no_fault_of_facialis(
    samples: int, tmp_path: Path, capsys: Capture
) -> None:
    rows = [f"{i / 1000:.3f},{i},{-i}" for i in range(samples)]
    path = tmp_path / "short.csv"
    path.write_text("\n".join(["time,OOc L (uV),OOc R (uV)", *rows]) + "\n")
    code_ = run(cli, ["measure", str(path), "--out", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert "fault of facialis" not in said.err
    if samples < 3:
        assert code_ == 1
        assert "short.csv" in one_sentence(said.err)
        assert not (tmp_path / "out").exists()
    else:
        assert code_ == 0
        assert "only 0.0 s could be measured" in said.out


def test_stimuli_in_the_file_give_latencies(tmp_path: Path, capsys: Capture) -> None:
    made = recording_of(seconds=10.0, marks=[Mark(float(t), "stim left") for t in range(1, 9)])
    path = write_edf(made, tmp_path / "a.edf")
    found = facialis.measure(path)
    assert found.measure("lsr_persistence_orbicularis_oculi", "left").value is not None
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out.splitlines()[1]
    assert told.startswith("Lateral spread response: ")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f'<p class="lead">{told}</p>' in page


def test_where_only_the_answer_to_stimuli_can_be_measured_the_page_does_not_say_nothing(
    tmp_path: Path,
) -> None:
    made = recording_of(seconds=4.0, marks=[Mark(t / 2, "stim left") for t in range(1, 8)])
    path = write_edf(made, tmp_path / "a.edf")
    assert run(cli, ["measure", str(path), "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Nothing of spasms could be measured: only " in page
    assert "Nothing could be measured" not in page


def test_without_stimuli_the_page_says_nothing_of_answers(out: Path) -> None:
    assert "Lateral spread response" not in (out / "report.html").read_text(encoding="utf-8").split("<h2")[0]


@pytest.mark.parametrize("lost", [False, True])
def test_what_stimuli_cost_is_not_told_of_every_muscle_again(lost: bool) -> None:
    made = recording_of(seconds=10.0, marks=[Mark(t / 2, "stim left") for t in range(1, 19)])
    if lost:  # An electrode that came off is told, stimuli or not.
        made.channels["left_zygomaticus"][:8000] = 0.0
    _, _, quality = muscles_of(made, Settings())
    said = [note for note in quality.notes if "could not be read" in note]
    assert any(each.reason == "stimulus" for each in quality.exclusions)
    assert bool(said) == lost
    assert not lost or "The left zygomaticus could not be read 4" in said[0]


def test_a_table_needs_its_rate(tmp_path: Path) -> None:
    made = spastic("left", rate=1000.0)
    rows = zip(*(values.tolist() for values in made.channels.values()), strict=True)
    lines = [",".join(LABELS[name] for name in made.channels)] + [
        ",".join(f"{v:.2f}" for v in row) for row in rows
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(facialis.SourceError, match="--rate"):
        facialis.measure(tmp_path / "a.csv")
    found = facialis.measure(tmp_path / "a.csv", emg=EmgOptions(rate_per_s=1000.0))
    assert found.verdict.side == "left"
    assert any("taken as microvolts" in note for note in found.quality.notes)


# EMG and video on one clock


def shifted(result: Result, by_s: float) -> Result:
    from dataclasses import replace

    moved = tuple(replace(e, onset_s=e.onset_s + by_s, offset_s=e.offset_s + by_s) for e in result.events)
    return replace(result, events=moved)


def test_the_same_episodes_are_matched_and_their_delay_told() -> None:
    emg = make_result(60.0)
    found = agreement(emg, shifted(emg, 0.02 - 1.5), offset_s=1.5)
    assert not found.matching.false
    assert np.median(found.delays_s) == pytest.approx(0.02)
    body = agreement_body(found)
    assert body["video_after_emg_s"]["median"] == pytest.approx(0.02)
    assert body["episodes_in_both"] == len(body["matched"])
    json.dumps(body, allow_nan=False)
    assert "Seen 20 ms after the EMG's onset" in "\n".join(agreement_lines(found))


def test_other_sides_do_not_match_and_both_lists_are_given() -> None:
    found = agreement(make_result(30.0, side="left"), make_result(30.0, side="right"))
    assert not found.matching.pairs
    lines = agreement_lines(found)
    assert re.search(r"EMG alone: \d:\d\d\.\d left", lines[1])
    assert re.search(r"Video alone: \d:\d\d\.\d right", lines[2])


def test_without_common_time_it_says_what_to_do() -> None:
    one = make_result(20.0)
    assert agreement_lines(agreement(one, one, offset_s=100.0)) == [
        "EMG and video have no time in common; say with --video-offset when the video begins in it."
    ]


def test_both_are_measured_and_written(edf: Path, tmp_path: Path, capsys: Capture) -> None:
    clip = write_clip(tmp_path / "a.mp4")
    command = [
        "measure",
        str(edf),
        "--with-video",
        str(clip),
        "--video-offset",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    assert run(cli, [*command, "--no-faces"]) == 0
    printed = capsys.readouterr()
    assert "EMG and video both recorded" in printed.out
    written = {
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    assert {"agreement.json", "report.html", "video/report.html", "video/summary.json"} <= written
    body = json.loads((tmp_path / "out" / "agreement.json").read_text())
    assert body["from_s"] == 2
    assert body["to_s"] > 7


@pytest.mark.parametrize("offset", ["1000", "-1000"])
def test_a_video_of_another_time_is_told_before_the_work(
    edf: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, offset: str
) -> None:
    clip, out = write_clip(tmp_path / "a.mp4"), tmp_path / "out"
    monkeypatch.setattr("facialis.commands.measure._measured", lambda *_, **__: pytest.fail("measured"))
    command = ["measure", str(edf), "--with-video", str(clip), "--out", str(out), "--video-offset", offset]
    assert run(cli, command) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "no second in common" in said
    assert "a video of" in said
    assert not out.exists()


def test_a_video_that_fails_leaves_nothing(edf: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    assert (
        run(
            cli,
            ["measure", str(edf), "--with-video", str(tmp_path / "a.mp4"), "--out", str(tmp_path / "out")],
        )
        == 1
    )
    one_sentence(capsys.readouterr().err)
    assert not (tmp_path / "out").exists()
