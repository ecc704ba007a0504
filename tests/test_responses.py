"""The lateral spread response: latency to a tenth of a millisecond, size, persistence, and none where none
is."""

import re
from dataclasses import replace

import numpy as np
import pytest
from emgs import recording_of

from benchmarks.emg_patients import Patient, simulate
from facialis.measure import analyse_emg
from facialis.measures.responses import DIRECT, NO_STIMULI
from facialis.report.words import response_sentence, summary_lines
from facialis.settings import ResponseSettings, Settings
from facialis.source.emg import EmgRecording, Mark
from facialis.types import SIDES, FloatArray, Measure, Side

STIMULI_S = np.arange(2.0, 18.0, 1.0)


def wave(rate: float) -> FloatArray:
    """Three phases over 8 ms that begin at once."""
    t = np.arange(0, 0.008, 1 / rate)
    return np.sin(2 * np.pi * 200 * t) * (1 - t / 0.008)


def answering(
    latency_s: float, size_uv: float, side: Side = "left", every: int = 1, rate: float = 2000.0
) -> EmgRecording:
    made = recording_of(
        seconds=20.0, rate=rate, noise_uv=3.0, marks=[Mark(float(t), "stim") for t in STIMULI_S]
    )
    channels = {name: values.copy() for name, values in made.channels.items()}
    for t in STIMULI_S[::every]:
        first = round((t + latency_s) * rate)
        channels[f"{side}_orbicularis_oculi"][first : first + wave(rate).size] += size_uv * wave(rate)
    return replace(made, channels=channels)


def measured(
    recording: EmgRecording, what: str, side: Side = "left", settings: Settings | None = None
) -> Measure:
    return analyse_emg(recording, settings or Settings()).measure(f"lsr_{what}_orbicularis_oculi", side)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("latency_ms", [8.0, 9.5, 14.5])
def test_the_latency_is_that_of_the_wave(side: Side, latency_ms: float) -> None:
    found = measured(answering(latency_ms / 1000, 200.0, side), "latency", side)
    assert found.value == pytest.approx(latency_ms, abs=0.3)
    assert found.unit == "ms"
    assert found.n == STIMULI_S.size
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high


def told(recording: EmgRecording) -> str:
    result = analyse_emg(recording, Settings())
    sentence = response_sentence(result)
    assert (sentence in summary_lines(result)) == bool(sentence)
    return sentence


@pytest.mark.parametrize("side", SIDES)
def test_the_terminal_tells_which_muscle_answered_and_when(side: Side) -> None:
    sentence = told(answering(0.0095, 200.0, side))
    assert re.fullmatch(
        rf"Lateral spread response: {side} orbicularis oculi after 9\.\d+ ms \(100 % of 16 stimuli\)\.",
        sentence,
    )


def test_the_terminal_tells_that_no_muscle_answered() -> None:
    assert told(answering(0.009, 0.0)) == "Lateral spread response: no answer in any muscle to 16 stimuli."


def test_a_few_answers_are_told_as_too_few() -> None:
    sentence = told(answering(0.009, 200.0, every=12))
    assert sentence == "Lateral spread response: too few answers for a latency in any muscle to 16 stimuli."


def test_without_stimuli_nothing_is_told_of_responses() -> None:
    assert told(replace(answering(0.009, 200.0), marks=())) == ""


def test_the_other_side_does_not_answer() -> None:
    made = answering(0.009, 200.0, "left")
    assert measured(made, "persistence", "right").value == 0
    assert measured(made, "latency", "right").value is None


def test_size_and_persistence_are_those_of_the_answers() -> None:
    made = answering(0.009, 300.0, every=2)
    assert measured(made, "persistence").value == pytest.approx(50)
    assert measured(made, "amplitude").value == pytest.approx(300 * np.ptp(wave(2000.0)), rel=0.25)


def test_a_muscle_that_answers_at_once_has_no_lateral_spread() -> None:
    found = measured(answering(0.0035, 500.0), "latency")
    assert (found.value, found.reason) == (None, DIRECT)


def test_without_marks_there_is_none() -> None:
    found = measured(recording_of(seconds=10.0), "latency")
    assert (found.value, found.reason) == (None, NO_STIMULI)


def test_noise_does_not_answer() -> None:
    made = recording_of(seconds=20.0, marks=[Mark(float(t), "stim") for t in STIMULI_S])
    persistence = measured(made, "persistence").value
    assert persistence is not None
    assert persistence <= 20


def test_answers_are_no_spasms() -> None:
    result = analyse_emg(answering(0.009, 300.0), Settings())
    assert [event for event in result.events if event.kind != "blink"] == []
    assert result.verdict.side == "none"


def test_the_window_is_a_setting() -> None:
    late = replace(Settings(), responses=ResponseSettings(earliest_s=0.03, latest_s=0.05, masked_s=0.1))
    made = answering(0.035, 200.0)
    assert measured(made, "latency").value is None
    assert measured(made, "latency", settings=late).value == pytest.approx(35, abs=0.4)


@pytest.mark.parametrize("rate", [1000.0, 5000.0])
def test_slow_and_fast_recordings_agree(rate: float) -> None:
    assert measured(answering(0.0095, 200.0, rate=rate), "latency").value == pytest.approx(
        9.5, abs=max(0.3, 1000 / rate)
    )  # one sample


def test_a_simulated_patient_with_artefacts_and_direct_answers() -> None:
    made = simulate(Patient(side="right", seconds=40, stimuli=20, latency_ms=10.0, seed=61))
    result = analyse_emg(made.recording, Settings())
    latency = result.measure("lsr_latency_orbicularis_oculi", "right")
    assert latency.value == pytest.approx(float(np.nanmedian(made.responses_ms)), abs=0.5)
    assert result.measure("lsr_latency_mentalis", "right").reason == DIRECT
    answered = 100 * float(np.isfinite(made.responses_ms).mean())
    assert result.measure("lsr_persistence_orbicularis_oculi", "right").value == pytest.approx(
        answered, abs=11
    )
