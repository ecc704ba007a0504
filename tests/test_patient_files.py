"""A simulated patient's folder: EMG, truth and film on one clock, and a film that moves on the right side."""

import json
from collections.abc import Sequence
from pathlib import Path

import av
import edfio
import numpy as np
import pytest
from faces import needs_gl
from muscles import axons_of, bursts

import facialis
from facialis.errors import OutputError, SourceError
from facialis.simulate.muscle import MuscleActivity, simulate_muscles
from facialis.simulate.patient_files import write_patient
from facialis.simulate.performance import Muscle, NerveEvent, TrueEvent, combine, read_truth, write_truth
from facialis.simulate.scene import Scene
from facialis.simulate.schedule import hemifacial_spasm
from facialis.types import SIDES, FloatArray, Side

SMALL = Scene(width_px=256, height_px=256, interocular_px=60, noise_sd=0, frames_per_s=20)


def patient(
    side: Side = "left",
    onsets: Sequence[float] = (0.5, *np.arange(1.5, 2.9, 0.1)),
    duration: float = 3.5,
) -> MuscleActivity:
    axons = axons_of(side)
    muscles: tuple[Muscle, ...] = ("orbicularis_oculi", "zygomaticus")
    return simulate_muscles([(axons, bursts(axons, onsets, duration, 0.9, muscles))])


def test_emg_and_truth_lie_beside_each_other_on_one_clock(tmp_path: Path) -> None:
    activity = patient()
    paths = write_patient(activity, tmp_path / "new" / "folder", "anna")
    assert [path.name for path in paths] == ["anna.edf", "anna.truth.json"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["anna.edf", "anna.truth.json"]
    truth = read_truth(paths[1])
    assert truth.simulated is True
    assert truth.side == "left"
    assert truth.events == activity.performance.truth
    assert truth.nerve == activity.performance.nerve
    tonic = next(e for e in truth.nerve if e.kind == "tonic")
    note = next(a for a in edfio.read_edf(paths[0]).annotations if a.text == "tonic left")
    assert note.onset == pytest.approx(tonic.emg_onset_s)


def test_the_truth_has_every_column_for_every_contraction(tmp_path: Path) -> None:
    path = write_patient(patient(), tmp_path)[1]
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["schema"] == "facialis-truth"
    assert content["version"] == 2
    for row in content["nerve"]:
        assert row["emg_onset_s"] < row["visible_onset_s"] < row["visible_offset_s"]
        assert set(row["onset_by_region_s"]) == set(row["regions"]) == {"eye", "cheek", "mouth"}
        assert 0 < row["peak"] < 1
        assert row["integral_s"] > 0


def test_a_truth_of_version_1_is_still_read(tmp_path: Path) -> None:
    performance = hemifacial_spasm("left", episodes_per_min=20, duration_s=30, seed=1)
    write_truth(performance, tmp_path / "a.json")
    content = json.loads((tmp_path / "a.json").read_text())
    del content["nerve"]
    (tmp_path / "a.json").write_text(json.dumps(content | {"version": 1}))
    old = read_truth(tmp_path / "a.json")
    assert old.events == performance.truth
    assert old.nerve == ()
    packaged = read_truth(Path(facialis.__file__).parent / "data" / "demo.truth.json")
    assert packaged.events
    assert packaged.nerve == ()


@pytest.mark.parametrize("change", [{"version": 3}, {"nerve": [{"kind": "twitch"}]}, {"nerve": 5}])
def test_a_truth_that_is_something_else_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = write_patient(patient(), tmp_path)[1]
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(SourceError, match="write it again"):
        read_truth(path)


def test_combining_keeps_what_the_nerve_ordered_in_the_order_of_time() -> None:
    left, right = patient("left").performance, patient("right").performance
    both = combine(left, right)
    assert both.side == "both"
    assert len(both.nerve) == len(left.nerve) + len(right.nerve)
    assert [e.onset_s for e in both.nerve] == sorted(e.onset_s for e in both.nerve)


def test_a_length_is_from_onset_to_offset() -> None:
    event = NerveEvent("twitch", "left", 1.0, 1.25, 1.1, 0.3, 0.05, ("eye",), {"eye": 1.0}, None, None, None)
    assert event.duration_s == 0.25
    assert TrueEvent("blink", "both", 1.0, 1.25, 1.1, 0.3).duration_s == 0.25


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="another folder"):
        write_patient(patient(), tmp_path / "taken")


def pictures(path: Path) -> tuple[FloatArray, FloatArray]:
    """Times and grey pictures of a film, (n,) and (n, height, width)."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return (
        np.array([float(frame.time) for frame in frames]),
        np.array([frame.to_ndarray(format="gray").astype(float) for frame in frames]),
    )


@needs_gl
@pytest.mark.parametrize("side", SIDES)
def test_the_film_moves_on_the_side_of_the_nerve_when_the_truth_says_so(side: Side, tmp_path: Path) -> None:
    paths = write_patient(patient(side, (0.4,), 1.5), tmp_path, scene=SMALL)
    assert [path.name for path in paths] == ["patient.edf", "patient.truth.json", "patient.mp4"]
    time, seen = pictures(paths[2])
    moved = np.abs(seen - seen[0]).sum(axis=1)  # by column
    here, there = moved[:, 128:].sum(axis=1), moved[:, :128].sum(axis=1)
    if side == "right":  # the patient's left is on the viewer's right
        here, there = there, here
    truth = read_truth(paths[1])
    assert truth.nerve
    quiet = here[time < truth.events[0].onset_s].max()
    for event in truth.of_kind("twitch", "tonic"):
        inside = (time >= event.onset_s) & (time <= event.offset_s)
        assert here[inside].max() > 10 * quiet + 1000
        assert there[inside].max() < 0.2 * here[inside].max()
    assert here[time > truth.events[-1].offset_s + 0.1].max() < 0.35 * here.max()
