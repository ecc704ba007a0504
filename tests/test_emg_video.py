"""EMG and film of one simulated patient, measured by one command: on one clock, and in agreement."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faces import needs_gl

from facialis.cli import cli
from facialis.console import run
from facialis.measures.matching import Span, match
from facialis.simulate.patient import Patient, simulate_patient
from facialis.simulate.patient_files import write_patient
from facialis.simulate.performance import NerveEvent, read_truth
from facialis.simulate.scene import Scene

pytestmark = needs_gl
SIDE, FRAMES_PER_S = "right", 30.0
SMALL = Scene(
    width_px=320, height_px=320, interocular_px=61, seed=15, noise_sd=1.0, frames_per_s=FRAMES_PER_S
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of a patient with three spasms, as EMG and film, and what `--with-video` writes."""
    folder = tmp_path_factory.mktemp("both")
    patient = Patient(minutes=0.15, seed=15, side=SIDE)
    write_patient(simulate_patient(patient).muscles, folder, scene=SMALL)
    emg, film = str(folder / "patient.edf"), str(folder / "patient.mp4")
    assert run(cli, ["measure", emg, "--with-video", film, "--out", str(folder / "out")]) == 0
    return folder


@pytest.fixture(scope="module")
def agreement(folder: Path) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads((folder / "out" / "agreement.json").read_text())
    return told


@pytest.fixture(scope="module")
def episodes(folder: Path) -> tuple[NerveEvent, ...]:
    truth = read_truth(folder / "patient.truth.json")
    return tuple(e for e in truth.nerve if e.kind == "episode" and e.visible_onset_s is not None)


def spans(rows: list[dict[str, Any]]) -> list[Span]:
    return [Span(row["onset_s"], row["offset_s"], row["side"]) for row in rows]


def test_both_recorded_the_same_seconds(agreement: Mapping[str, Any]) -> None:
    assert agreement["video_offset_s"] == 0
    assert agreement["from_s"] == 0
    assert agreement["to_s"] == pytest.approx(9.0, abs=0.1)


def test_the_emg_has_every_spasm_that_the_nerve_fired_and_its_side(
    folder: Path, agreement: Mapping[str, Any], episodes: tuple[NerveEvent, ...]
) -> None:
    truth = [Span(e.emg_onset_s or 0.0, e.offset_s, e.side) for e in episodes]
    assert len(truth) == 3
    of_emg = spans([pair["emg"] for pair in agreement["matched"]] + agreement["emg_alone"])
    found = match(truth, of_emg)
    assert found.missed == found.false == ()
    assert np.abs(found.onset_errors_s).max() < 0.01
    summary = json.loads((folder / "out" / "summary.json").read_text())
    assert summary["verdict"]["side"] == SIDE


def test_what_is_seen_is_in_the_emg_too(agreement: Mapping[str, Any]) -> None:
    assert agreement["episodes_in_both"] >= 2
    assert agreement["of_video_seen_in_emg"]["value"] == 1
    assert agreement["video_alone"] == []
    assert agreement["of_emg_seen_in_video"]["value"] >= 2 / 3


def test_the_face_moves_after_the_emg_by_about_the_muscles_delay(
    agreement: Mapping[str, Any], episodes: tuple[NerveEvent, ...]
) -> None:
    seen = agreement["video_after_emg_s"]["median"]
    true = np.median([(e.visible_onset_s or 0.0) - (e.emg_onset_s or 0.0) for e in episodes])
    assert 0.015 < true < 0.05  # 10 to 30 ms from EMG to motion, and the rise to what can be seen.
    assert 0 < seen < 0.1
    assert seen == pytest.approx(true, abs=1 / FRAMES_PER_S)
