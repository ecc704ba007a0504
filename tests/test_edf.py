"""EDF+: what is read back is what was simulated, and the file tells what it is and what happened when."""

import datetime
from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import axons_of, bursts

from facialis.errors import OutputError
from facialis.simulate.artefacts import Artefacts, spoil
from facialis.simulate.edf import STEP_UV, annotations, channel_label, write_edf
from facialis.simulate.emg import EMG_MUSCLES, Emg, EmgSettings
from facialis.simulate.movements import blink, smile
from facialis.simulate.muscle import MuscleActivity, MuscleSettings, simulate_muscles
from facialis.simulate.performance import NerveEvent, Performance
from facialis.simulate.recruitment import merged, ordered_spikes
from facialis.types import SIDES

MOVEMENTS = (blink(0.5), smile(2.0, 1.5), blink(4.0))


def simulated(duration: float = 6.0, chosen: MuscleSettings | None = None) -> MuscleActivity:
    left, right = axons_of("left"), axons_of("right")
    sick = merged(bursts(left, [1.0, 5.0, 5.1], duration), ordered_spikes(left, MOVEMENTS, duration, 1))
    return simulate_muscles(
        [(left, sick), (right, ordered_spikes(right, MOVEMENTS, duration, 1))], MOVEMENTS, chosen
    )


@pytest.fixture(scope="module")
def activity() -> MuscleActivity:
    return simulated()


@pytest.fixture(scope="module")
def file(activity: MuscleActivity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edf") / "patient.edf"
    return write_edf(activity.emg, activity.performance, path, stimuli=[(3.0, "orbicularis oculi left")])


def test_every_sample_comes_back_within_half_a_step(activity: MuscleActivity, file: Path) -> None:
    edf = edfio.read_edf(file)
    for (side, muscle), values in activity.emg.channels.items():
        signal = edf.get_signal(channel_label(side, muscle))
        assert np.abs(signal.data - values).max() <= STEP_UV / 2 + 1e-6
        assert signal.sampling_frequency == 2000


def test_the_channels_are_named_by_muscle_and_side_in_uv(file: Path) -> None:
    edf = edfio.read_edf(file)
    assert edf.labels == (
        *("EMG OOc L", "EMG Front L", "EMG Zyg L", "EMG OOr L", "EMG Ment L"),
        *("EMG OOc R", "EMG Front R", "EMG Zyg R", "EMG OOr R", "EMG Ment R"),
    )
    for signal in edf.signals:
        assert signal.physical_dimension == "uV"
        assert signal.prefiltering == "HP:20Hz LP:450Hz"
        assert signal.digital_range == (-32768, 32767)
        assert (signal.physical_max - signal.physical_min) / 65535 == pytest.approx(STEP_UV)


def test_it_is_edf_plus_without_a_patient_and_says_that_it_is_simulated(file: Path) -> None:
    edf = edfio.read_edf(file)
    assert edf.reserved == "EDF+C"
    assert edf.local_patient_identification == "X X X X"
    assert edf.local_recording_identification.startswith("Startdate X")
    assert "facialis simulated" in edf.local_recording_identification
    with pytest.raises(edfio.AnonymizedDateError):
        _ = edf.startdate
    assert edf.starttime == datetime.time(0, 0)
    assert all("simulated" in signal.transducer_type for signal in edf.signals)
    first = edf.annotations[0]
    assert first.onset == 0
    assert first.text.startswith("simulated by facialis")


def test_the_header_is_that_of_the_specification(file: Path) -> None:
    header = file.read_bytes()[: 256 * 12]
    assert header[:8] == b"0       "
    assert header[192:197] == b"EDF+C"
    assert int(header[184:192]) == 256 * 12
    assert int(header[236:244]) == 48  # records of an eighth of a second
    assert header[244:252].strip() == b"0.125"
    assert int(header[252:256]) == 11  # ten channels and the annotations
    assert all(32 <= byte < 127 for byte in header)


def test_annotations_are_the_truth_on_the_clock_of_the_emg(activity: MuscleActivity, file: Path) -> None:
    notes = edfio.read_edf(file).annotations
    assert list(notes) == sorted(notes)
    by_text: dict[str, list[edfio.EdfAnnotation]] = {}
    for note in notes:
        by_text.setdefault(note.text, []).append(note)
    twitches = [e for e in activity.performance.nerve if e.kind == "twitch"]
    assert [n.onset for n in by_text["twitch left"]] == pytest.approx([e.emg_onset_s for e in twitches])
    for note, event in zip(by_text["twitch left"], twitches, strict=True):
        assert note.duration is not None
        assert note.onset + note.duration == pytest.approx(event.offset_s, abs=1e-5)
    blinks = [e for e in activity.performance.truth if e.kind == "blink"]
    assert [n.onset for n in by_text["blink"]] == pytest.approx([e.onset_s for e in blinks], abs=1e-6)
    assert len(blinks) == 2
    assert len(by_text["smile"]) == 1
    assert [n.onset for n in by_text["stimulus orbicularis oculi left"]] == [3.0]
    assert len(by_text["episode left"]) == 2
    assert not any("right" in text for text in by_text)


def test_no_spike_that_passed_means_no_annotation() -> None:
    event = NerveEvent("twitch", "left", 1.0, 1.2, 1.1, 0.3, 0.05, ("eye",), {"eye": 1.0}, None, None, None)
    face = Performance(np.zeros(2), {}, (), "none", (event,))
    assert [note.text[:9] for note in annotations(face, 2.0)] == ["simulated"]


def test_what_happens_after_the_end_is_left_out(activity: MuscleActivity) -> None:
    early = annotations(activity.performance, 1.5, [(0.2, "A"), (1.6, "B")])
    assert all(note.onset < 1.5 for note in early)
    assert [note.text for note in early if "stimulus" in note.text] == ["stimulus A"]


@given(seconds=st.floats(0.125, 3.0), rate=st.sampled_from([1000.0, 2000.0, 2048.0, 4000.0]))
@settings(max_examples=25)
def test_any_length_is_cut_to_whole_eighths_of_a_second(
    seconds: float, rate: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    n = max(round(seconds * rate), int(rate / 8))
    values = np.linspace(-100, 100, n)
    emg = Emg({(side, muscle): values for side in SIDES for muscle in EMG_MUSCLES}, rate)
    path = tmp_path_factory.mktemp("cut") / "a.edf"
    edf = edfio.read_edf(write_edf(emg, Performance(np.zeros(2), {}, (), "none"), path))
    assert edf.duration == int(n / rate * 8) / 8
    assert edf.signals[0].sampling_frequency == rate
    assert np.abs(edf.signals[3].data - values[: len(edf.signals[3].data)]).max() <= STEP_UV / 2 + 1e-6


def test_what_exceeds_the_range_is_cut_and_not_wrapped(activity: MuscleActivity, tmp_path: Path) -> None:
    loud = spoil(activity.emg, Artefacts(mains_uv=10_000.0))
    edf = edfio.read_edf(write_edf(loud, activity.performance, tmp_path / "loud.edf"))
    values, read = loud.channels["left", "frontalis"], edf.signals[1].data
    assert read.max() == pytest.approx(6553.4)
    assert read.min() == pytest.approx(-6553.6)
    assert np.all(np.sign(read[np.abs(values) > 7000]) == np.sign(values[np.abs(values) > 7000]))


def test_the_file_tells_the_filter_that_was_used(tmp_path: Path) -> None:
    chosen = replace(EmgSettings(), band_hz=(10.0, 500.0))
    made = simulated(6.0, MuscleSettings(emg=chosen))
    edf = edfio.read_edf(write_edf(made.emg, made.performance, tmp_path / "a.edf", chosen))
    assert edf.signals[0].prefiltering == "HP:10Hz LP:500Hz"


def test_the_same_simulation_writes_the_same_bytes(activity: MuscleActivity, tmp_path: Path) -> None:
    one, two = (
        write_edf(a.emg, a.performance, tmp_path / f"{i}.edf") for i, a in enumerate((activity, simulated()))
    )
    assert one.read_bytes() == two.read_bytes()


def test_nothing_half_written_is_left(activity: MuscleActivity, tmp_path: Path) -> None:
    (tmp_path / "a.edf").mkdir()
    with pytest.raises(OutputError, match="another folder"):
        write_edf(activity.emg, activity.performance, tmp_path / "a.edf")
    with pytest.raises(OutputError, match="another folder"):
        write_edf(activity.emg, activity.performance, tmp_path / "missing" / "a.edf")
    assert [path.name for path in tmp_path.iterdir()] == ["a.edf"]


def test_an_emg_of_no_length_is_refused(tmp_path: Path) -> None:
    emg = Emg({(side, muscle): np.zeros(100) for side in SIDES for muscle in EMG_MUSCLES}, 2000.0)
    with pytest.raises(OutputError, match="eighth"):
        write_edf(emg, Performance(np.zeros(2), {}, (), "none"), tmp_path / "a.edf")
    assert not list(tmp_path.iterdir())
