"""EMG and film of one simulated patient, measured by one command: on one clock, and in agreement."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

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
    width_px=448, height_px=448, interocular_px=85, seed=15, noise_sd=1.0, frames_per_s=FRAMES_PER_S
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of a patient with four spasms, as EMG and film, and what `--with-video` writes."""
    folder = tmp_path_factory.mktemp("both")
    patient = Patient(minutes=0.15, seed=19, side=SIDE)
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


def all_of(agreement: Mapping[str, Any], which: Literal["emg", "video"]) -> list[Span]:
    """All episodes that one of the two shows."""
    return spans([pair[which] for pair in agreement["matched"]] + agreement[f"{which}_alone"])


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
    assert len(truth) == 4
    found = match(truth, all_of(agreement, "emg"))
    assert found.missed == found.false == ()
    errors_s = np.abs(found.onset_errors_s)
    assert np.median(errors_s) < 0.01
    assert errors_s.max() < 0.15  # A blink's synkinesis, which is no spasm, may run into one.
    summary = json.loads((folder / "out" / "summary.json").read_text())
    assert summary["verdict"]["side"] == SIDE


def test_what_is_seen_is_in_the_emg_too_and_most_of_the_emg_is_seen(agreement: Mapping[str, Any]) -> None:
    in_emg, on_face = (all_of(agreement, which) for which in ("emg", "video"))
    assert agreement["episodes_in_both"] >= 1
    assert agreement["of_video_seen_in_emg"]["value"] == 1
    assert agreement["video_alone"] == []
    # Two spasms of the EMG may be one on the face, where it has not come to rest between them.
    seen = [any(s.onset_s < e.offset_s and e.onset_s < s.offset_s for s in on_face) for e in in_emg]
    assert sum(seen) >= 2
    assert {span.side for span in on_face} == {SIDE}


def test_the_face_moves_after_the_emg_by_about_the_muscles_delay(
    agreement: Mapping[str, Any], episodes: tuple[NerveEvent, ...]
) -> None:
    first = min(episodes, key=lambda e: e.onset_s)
    true = (first.visible_onset_s or 0.0) - (first.emg_onset_s or 0.0)
    assert 0.015 < true < 0.05  # 10 to 30 ms from EMG to motion, and the rise to what can be seen.
    seen = min(s.onset_s for s in all_of(agreement, "video")) - min(
        s.onset_s for s in all_of(agreement, "emg")
    )
    assert abs(seen) < 0.1
    assert seen == pytest.approx(true, abs=1 / FRAMES_PER_S)
