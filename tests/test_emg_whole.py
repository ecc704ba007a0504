"""A simulated patient's EMG, measured: spasms that blinks set off are found as well as the others."""

import pytest

import facialis
from facialis.measures.matching import Matching, Span, match
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.patient_files import write_patient
from facialis.types import Result

KINDS = ("twitch", "tonic")


@pytest.fixture(scope="module")
def patient() -> PatientActivity:
    return simulate_patient(Patient(side="right", minutes=1.0, seed=11))


@pytest.fixture(scope="module")
def measured(patient: PatientActivity, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("patient")
    write_patient(patient.muscles, folder)
    return facialis.measure(folder / "patient.edf")


@pytest.fixture(scope="module")
def matching(patient: PatientActivity, measured: Result) -> Matching:
    true = [e for e in patient.muscles.performance.truth if e.kind in KINDS]
    found = [e for e in measured.events if e.kind in KINDS]
    spans = ([Span(e.onset_s, e.offset_s, e.side, 0) for e in events] for events in (true, found))
    return match(*spans)


def test_the_sick_side_is_told(measured: Result) -> None:
    assert measured.verdict.side == "right"


def test_most_contractions_are_found(matching: Matching) -> None:
    assert matching.recall >= 0.8


def test_a_contraction_that_a_blink_sets_off_is_found(patient: PatientActivity, matching: Matching) -> None:
    blinks = [e for e in patient.muscles.performance.truth if e.kind == "blink"]

    def set_off(span: Span) -> bool:
        return any(b.onset_s - 0.1 < span.onset_s < b.offset_s + 0.1 for b in blinks)

    found = sum(set_off(true) for true, _ in matching.pairs)
    missed = sum(map(set_off, matching.missed))
    assert found + missed >= 4  # Else this test would say nothing.
    assert found >= 3 * missed


def test_blinks_stay_blinks(patient: PatientActivity, measured: Result) -> None:
    true = sum(e.kind == "blink" for e in patient.muscles.performance.truth)
    found = sum(e.kind == "blink" for e in measured.events)
    assert 0.5 * true <= found <= 1.2 * true
