"""The folder of a simulated operation: files that say they are simulated, can be measured and made anew."""

import json
import re
from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import facialis
from facialis.cli import cli
from facialis.errors import OutputError, SettingsError, SourceError
from facialis.simulate import lateral_spread_figures as figures
from facialis.simulate.axons import ORIGINS
from facialis.simulate.lateral_spread import simulate_lsr
from facialis.simulate.lateral_spread_folder import read_experiment, stimuli, write_operation
from facialis.simulate.lateral_spread_measures import Second, first_ms
from facialis.simulate.operation import LateralSpread, LateralSpreadActivity
from facialis.simulate.patient_options import branch_named
from facialis.simulate.treatments import Treatment

ASKED = LateralSpread(
    side="right",
    axons=60,
    branches=("zygomatic",),
    sweeps=4,
    intervals_ms=(4.0,),
    train=3,
    treatments=(Treatment("toxin", -200.0, 0.5),),
    seed=3,
)
COMMAND = "--side right --axons 60 --branch zygomatic --sweeps 4 --interval 4 --train 3 --seed 3"
FILES = {
    "page.html",
    "lsr.truth.json",
    "lsr.config.json",
    "lsr.spikes.parquet",
    *(f"zygomatic.{kind}.edf" for kind in ("before", "after", "pairs", "train")),
}


@pytest.fixture(scope="module")
def activity() -> LateralSpreadActivity:
    return simulate_lsr(ASKED)


@pytest.fixture(scope="module")
def folder(activity: LateralSpreadActivity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("operation") / "lsr"
    write_operation(activity, where)
    return where


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["simulate", "lsr", *words])


def test_the_folder_holds_all_files_and_nothing_else(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES


def test_every_file_says_that_it_is_simulated(folder: Path) -> None:
    for name in ("lsr.truth.json", "lsr.config.json"):
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        assert content["simulated"] is True
        assert content["facialis"] == facialis.__version__
    assert pq.read_schema(folder / "lsr.spikes.parquet").metadata[b"simulated"] == b"true"
    for path in folder.glob("*.edf"):
        file = edfio.read_edf(path)
        assert "simulated" in file.recording.additional
        assert "no person was recorded" in next(iter(file.annotations)).text
    assert "Simulated." in (folder / "page.html").read_text(encoding="utf-8")


def test_the_configuration_gives_the_same_experiment(folder: Path) -> None:
    assert read_experiment(folder / "lsr.config.json") == ASKED
    content = json.loads((folder / "lsr.config.json").read_text(encoding="utf-8"))
    assert content["vessel_lifted"]["cause"]["packing"] == 0.5
    assert content["vessel_on_the_nerve"]["cause"]["packing"] > 0.8


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"schema": "facialis-patient", "version": 1}', '{"schema": "x", "version": 1}']
)
def test_something_else_is_no_experiment(tmp_path: Path, text: str) -> None:
    (tmp_path / "lsr.config.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="write it again"):
        read_experiment(tmp_path / "lsr.config.json")
    with pytest.raises(SourceError, match="write it again"):
        read_experiment(tmp_path / "missing.json")


def test_stimuli_are_marked_every_shock_by_itself(folder: Path, activity: LateralSpreadActivity) -> None:
    for recording in activity.recordings:
        notes = edfio.read_edf(folder / f"{recording.name}.edf").annotations
        marked = [note.onset for note in notes if note.text == "stimulus zygomatic"]
        assert marked == pytest.approx([at for at, _ in stimuli(recording)], abs=1e-6)
    pairs = activity.named("zygomatic.pairs")
    assert len(stimuli(pairs)) == 3  # a single shock, then two
    assert len(stimuli(activity.named("zygomatic.train"))) == 3


def test_facialis_measure_finds_the_response_in_the_file(
    folder: Path, activity: LateralSpreadActivity
) -> None:
    result = facialis.measure(folder / "zygomatic.before.edf")
    assert result.recording.simulated
    latency = result.measure("lsr_latency_mentalis", "right")
    before = activity.named("zygomatic.before")
    # The chin's electrode also sees 15 % of the mouth's ring muscle.
    truth = min(
        float(np.nanmedian(first_ms(ASKED, before, muscle))) for muscle in ("mentalis", "orbicularis_oris")
    )
    assert latency.value is not None
    assert truth < latency.value < truth + 2.5
    assert result.measure("lsr_persistence_mentalis", "right").value == 100
    assert result.measure("lsr_persistence_mentalis", "left").value == 0
    eye = result.measure("lsr_latency_orbicularis_oculi", "right")
    assert eye.value is None
    assert eye.reason.startswith("the muscle answers at once")


def test_the_truth_tells_stimuli_answers_and_pairs(folder: Path) -> None:
    content = json.loads((folder / "lsr.truth.json").read_text(encoding="utf-8"))
    assert content["side"] == "right"
    rows = {row["file"]: row for row in content["recordings"]}
    assert set(rows) == {name for name in FILES if name.endswith(".edf")}
    before = rows["zygomatic.before.edf"]
    assert before["vessel"] == "on the nerve"
    assert rows["zygomatic.after.edf"]["vessel"] == "lifted"
    assert len(before["stimuli"]) == len(before["lateral_spread"]["mentalis"]["first_impulse_ms"]) == 4
    assert "orbicularis_oculi" not in before["lateral_spread"]
    assert [each["interval_ms"] for each in rows["zygomatic.pairs.edf"]["second_answers"]] == [4.0]
    assert rows["zygomatic.pairs.edf"]["stimuli"][1]["shocks_ms"] == [0.0, 4.0]


def test_the_spikes_are_those_of_all_recordings(folder: Path, activity: LateralSpreadActivity) -> None:
    table = pq.read_table(folder / "lsr.spikes.parquet")
    assert table.column_names == ["recording", "time_s", "axon", "muscle", "origin"]
    assert table.num_rows == sum(s.outgoing.axon.size for r in activity.recordings for s in r.sweeps)
    assert set(table["origin"].to_pylist()) <= set(ORIGINS)
    assert set(table["recording"].to_pylist()) <= {recording.name for recording in activity.recordings}


def test_the_page_loads_nothing_and_shows_what_was_done(folder: Path) -> None:
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "<script" not in page
    for words in ("zygomatic branch", "Pairs of stimuli", "A train of stimuli", "vessel lifted", "seed 3"):
        assert words in page
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).lower().replace("nand", "")
    assert page.count("<svg") >= 6


def test_files_of_an_earlier_operation_do_not_stay(activity: LateralSpreadActivity, tmp_path: Path) -> None:
    write_operation(activity, tmp_path)
    for name in ("temporal.before.edf", "marginal-mandibular.pairs.edf", "mine.edf"):
        (tmp_path / name).write_text("old")
    write_operation(activity, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES | {"mine.edf"}


@pytest.mark.parametrize("name", ["temporal.before.edf", "zygomatic.pairs.edf", "page.html"])
def test_files_of_something_else_are_never_replaced_nor_deleted(
    activity: LateralSpreadActivity, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("of somebody")
    with pytest.raises(OutputError, match=name):
        write_operation(activity, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "of somebody"}


def test_where_nothing_can_be_written_nothing_is(activity: LateralSpreadActivity, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError):
        write_operation(activity, tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_figures_hold_sweeps_with_and_without_the_vessel(activity: LateralSpreadActivity) -> None:
    before, after = (activity.named(f"zygomatic.{when}") for when in ("before", "after"))
    time_ms, rows = figures.cut(before, "mentalis")
    assert rows.shape == (4, time_ms.size)
    assert time_ms[0] == pytest.approx(-figures.BEFORE_MS)
    alone, both = (
        figures.stacked_svg(before, None, "mentalis"),
        figures.stacked_svg(before, after, "mentalis"),
    )
    assert both.count(figures.AFTER_COLOUR) == 4
    assert figures.AFTER_COLOUR not in alone
    assert figures.pairs_svg(activity.named("zygomatic.pairs"), "mentalis").count("4 ms") >= 1
    one, two = (
        figures.recovery_svg({"zygomatic": [Second(at, 0.5, 0.1) for at in intervals]})
        for intervals in ((4.0,), (3.0, 4.0))
    )
    assert "zygomatic" in one
    assert two.count("<path") == one.count("<path") + 1  # each interval has its mark
    assert figures.latencies_svg(np.zeros(0), np.zeros(0), "none").startswith("<svg")


def test_no_answer_is_cut_off_however_high(activity: LateralSpreadActivity) -> None:
    before = activity.named("zygomatic.before")
    key = (activity.experiment.side, "mentalis")
    emg = replace(before.emg, channels={**before.emg.channels, key: before.emg.channels[key] * 1000})
    for made in (before, replace(before, emg=emg)):
        time_ms, rows = figures.cut(made, "mentalis")
        paths = re.findall(r'd="(M[^"]*)"', figures.stacked_svg(made, None, "mentalis"))
        for row, path in zip(rows, paths, strict=False):
            y = np.array([float(each) for each in re.findall(r" (-?[\d.]+)", path)])
            late = time_ms > 1
            assert np.corrcoef(row[late], -y[late])[0, 1] > 0.9999
        bar = float(re.findall(r">(\d+) uV<", figures.stacked_svg(made, None, "mentalis"))[0])
        assert 0.05 < bar / np.abs(rows[:, time_ms > 1]).max() <= 1


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        (replace(ASKED, cause="none", repeats=0), "nothing presses", "vessel"),
        (
            replace(ASKED, treatments=(Treatment("decompression", 0),), day=1, repeats=0),
            "vessel lifted",
            "vessel on the nerve",
        ),
    ],
    ids=["healthy", "operated"],
)
def test_where_nothing_presses_no_vessel_is_lifted(
    asked: LateralSpread, said: str, unsaid: str, tmp_path: Path
) -> None:
    made = simulate_lsr(replace(asked, axons=20, sweeps=1))
    assert [each.name for each in made.recordings] == ["zygomatic.before"]
    write_operation(made, tmp_path)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert said in page
    assert unsaid not in page
    told = json.loads((tmp_path / "lsr.truth.json").read_text(encoding="utf-8"))
    assert {row["vessel"] for row in told["recordings"]} == {asked.contact()} != {"on the nerve"}


# The command


def test_the_command_writes_the_folder(tmp_path: Path) -> None:
    ran = run(*COMMAND.split(), "--repeats", "0", "--lifted", "0", "--out", str(tmp_path / "out"))
    assert ran.exit_code == 0, ran.output
    assert "1 recording." in ran.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        name for name in FILES if not name.endswith(("after.edf", "pairs.edf", "train.edf"))
    }
    asked = read_experiment(tmp_path / "out" / "lsr.config.json")
    assert (asked.side, asked.axons, asked.seed, asked.branches) == ("right", 60, 3, ("zygomatic",))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "--branch cervical",
            "'cervical' is no branch to stimulate; use some of temporal, zygomatic, buccal",
        ),
        ("--interval 0", "Two shocks cannot be 0 ms apart"),
        ("--interval 1000", "Two shocks cannot be 1000 ms apart"),
        ("--branch zygomatic --branch zygomatic", "twice"),
        ("--treatment bloodletting", "is no treatment"),
        ("--treatment decompression:0 --treatment decompression:5", "Only one decompression"),
        ("--severity 2", "2.0 is not in the range"),
        ("--cause virus", "is not one of"),
        ("--root cortex", "is not one of"),
        ("--day nan", "day must be a number"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_writes_nothing(words: str, said: str, tmp_path: Path) -> None:
    ran = run(*words.split(), "--out", str(tmp_path / "out"))
    assert ran.exit_code != 0
    told = str(ran.exception) if isinstance(ran.exception, facialis.FacialisError) else ran.output
    assert said in " ".join(told.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["marginal-mandibular", "marginal mandibular"])
def test_a_branch_may_be_written_with_a_dash(option: str) -> None:
    assert branch_named(option) == "marginal mandibular"
    with pytest.raises(SettingsError, match="marginal-mandibular"):
        branch_named("chin")
