"""EDF, EDF+, BDF and tables of EMG: same microvolts on the same clock, or one sentence."""

from pathlib import Path

import numpy as np
import pytest
from emgs import LABELS, discontinuous, recording_of, spastic, write_edf
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SourceError
from facialis.source.emg import EmgOptions, EmgRecording, Mark, is_emg, read_emg, scale_of

STEP_UV = 6000 / 65535


@pytest.fixture(scope="module")
def made() -> EmgRecording:
    return recording_of(
        [("left_zygomaticus", 1.0, 0.5, 100.0)], 3.0, marks=[Mark(1.25, "stim left"), Mark(2.0, "note")]
    )


def test_edf_plus_gives_back_what_was_written(made: EmgRecording, tmp_path: Path) -> None:
    read = read_emg(write_edf(made, tmp_path / "a.edf"))
    assert read.format == "EDF+"
    assert read.rate_per_s == made.rate_per_s
    assert read.duration_s == pytest.approx(3.0)
    assert set(read.channels) == set(made.channels)
    for name, values in made.channels.items():
        np.testing.assert_allclose(read.channels[name], values, atol=STEP_UV)
    assert read.marks == made.marks
    assert read.limits_uv["left_zygomaticus"] == pytest.approx((-3000, 3000))
    assert not read.simulated


def test_plain_edf_and_bdf_are_read_too(made: EmgRecording, tmp_path: Path) -> None:
    plain = EmgRecording("", "", "", made.rate_per_s, made.channels, {}, ())
    edf = read_emg(write_edf(plain, tmp_path / "a.edf"))
    bdf = read_emg(write_edf(made, tmp_path / "a.bdf", bdf=True))
    assert (edf.format, bdf.format) == ("EDF", "BDF+")
    assert bdf.marks == made.marks
    np.testing.assert_allclose(
        edf.channels["left_zygomaticus"], bdf.channels["left_zygomaticus"], atol=STEP_UV
    )


@pytest.mark.parametrize(("unit", "scale"), [("uV", 1.0), ("mV", 1e-3), ("V", 1e-6), ("nV", 1e3)])
def test_every_unit_becomes_microvolts(made: EmgRecording, tmp_path: Path, unit: str, scale: float) -> None:
    read = read_emg(write_edf(made, tmp_path / "a.edf", unit=unit, scale=scale))
    np.testing.assert_allclose(read.channels["left_zygomaticus"], made.channels["left_zygomaticus"], atol=0.2)


def test_the_unit_that_the_user_says_counts_instead(made: EmgRecording, tmp_path: Path) -> None:
    path = write_edf(made, tmp_path / "a.edf", unit="mmHg")
    with pytest.raises(SourceError, match="'mmHg'"):
        read_emg(path)
    read = read_emg(path, EmgOptions(unit="uV"))
    np.testing.assert_allclose(read.channels["left_zygomaticus"], made.channels["left_zygomaticus"], atol=0.2)


def test_a_missing_unit_is_said(made: EmgRecording, tmp_path: Path) -> None:
    read = read_emg(write_edf(made, tmp_path / "a.edf", unit=""))
    assert any("taken as microvolts" in note for note in read.notes)


@given(
    st.sampled_from(["V", "mV", "uV", "µV", "μV", "nV", "microvolts", "millivolt"]),
    st.sampled_from(["{}", " {} ", "[{}]"]),
)
def test_units_are_read_in_the_ways_they_are_written(unit: str, around: str) -> None:
    expected = {"V": 1e6, "m": 1e3, "u": 1.0, "µ": 1.0, "μ": 1.0, "n": 1e-3}
    first = "u" if unit == "microvolts" else unit[0]
    assert scale_of(around.format(unit)) == expected[first]


@pytest.mark.parametrize("unit", ["MV", "mmHg", "%", "degC"])
def test_what_is_no_voltage_has_no_scale(unit: str) -> None:
    assert scale_of(unit) is None


def test_pauses_of_a_discontinuous_recording_stay_pauses(made: EmgRecording, tmp_path: Path) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    n = int(path.read_bytes()[236:244])
    length = 3.0 / n
    starts = [i * length + (2.5 if i * length >= 1.5 else 0.0) for i in range(n)]
    read = read_emg(discontinuous(path, starts))
    assert read.duration_s == pytest.approx(5.5, abs=1e-3)
    values, written = read.channels["left_zygomaticus"], made.channels["left_zygomaticus"]
    first = next(i for i, start in enumerate(starts) if start > i * length)
    cut, again = round(first * length * 2000), round(starts[first] * 2000)
    np.testing.assert_allclose(values[:cut], written[:cut], atol=STEP_UV)
    assert np.isnan(values[cut:again]).all()
    np.testing.assert_allclose(values[again:], written[cut:], atol=STEP_UV)
    assert any("pauses once, for 2.5 s" in note for note in read.notes)


@pytest.mark.parametrize("keep", [0.5, 0.97, 0.999])
def test_a_file_cut_short_is_told(made: EmgRecording, tmp_path: Path, keep: float) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(SourceError, match=r"a\.edf is cut short: its header says \d+ data records") as error:
        read_emg(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("size", [1, 8, 200, 256, 600])
def test_a_file_cut_within_its_header_is_told(made: EmgRecording, tmp_path: Path, size: int) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(SourceError, match=r"header is damaged or cut short|cut short|contradicts"):
        read_emg(path)


@pytest.mark.parametrize("length", ["0", "-1", "nan", "inf"])
def test_data_records_without_a_length_are_told(made: EmgRecording, tmp_path: Path, length: str) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    data = path.read_bytes()
    path.write_bytes(data[:244] + length.ljust(8).encode() + data[252:])
    with pytest.raises(SourceError, match="contradicts itself") as error:
        read_emg(path)
    assert "\n" not in str(error.value)


def test_a_recording_whose_end_was_never_noted_is_read(made: EmgRecording, tmp_path: Path) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    data = path.read_bytes()
    path.write_bytes(data[:236] + b"-1      " + data[244:])
    assert read_emg(path).duration_s == pytest.approx(3.0)


def test_wrong_channels_are_told_with_the_ones_there_are(made: EmgRecording, tmp_path: Path) -> None:
    labels = LABELS | {"left_orbicularis_oculi": "EMG1", "right_orbicularis_oculi": "EMG2"}
    path = write_edf(made, tmp_path / "a.edf", labels=labels)
    with pytest.raises(SourceError, match=r"--channel") as error:
        read_emg(path)
    assert "'EMG1', 'EMG2'" in str(error.value)
    told = {"EMG1": "left orbicularis_oculi", "EMG2": "right orbicularis_oculi"}
    assert set(read_emg(path, EmgOptions(told)).channels) == set(made.channels)


def test_channels_of_other_rates_come_onto_the_fastest_clock(tmp_path: Path) -> None:
    import edfio

    time = np.arange(4000) / 2000
    wave = 100 * np.sin(2 * np.pi * 40 * time)
    signals = [
        edfio.EdfSignal(
            wave[:: 2000 // rate], rate, label=label, physical_dimension="uV", physical_range=(-200, 200)
        )
        for label, rate in (("OOc L", 2000), ("OOc R", 1000))
    ]
    edfio.Edf(signals).write(tmp_path / "a.edf")
    read = read_emg(tmp_path / "a.edf")
    inner = slice(200, -200)
    np.testing.assert_allclose(
        read.channels["right_orbicularis_oculi"][inner],
        read.channels["left_orbicularis_oculi"][inner],
        atol=1,
    )
    assert any("Resampled to 2000/s: OOc R" in note for note in read.notes)


def test_simulated_recordings_say_so(made: EmgRecording, tmp_path: Path) -> None:
    import edfio

    signals = [
        edfio.EdfSignal(v, 2000, label=LABELS[n], physical_dimension="uV") for n, v in made.channels.items()
    ]
    who = edfio.Recording(equipment_code="facialis", additional=("simulated",))
    edfio.Edf(signals, recording=who).write(tmp_path / "a.edf")
    assert read_emg(tmp_path / "a.edf").simulated


# Tables


def table(
    path: Path,
    made: EmgRecording,
    mark: str = ",",
    comma: str = ".",
    time: str | None = "time_s",
    **more: str,
) -> Path:
    names = [f"{LABELS[name]} {more.get('unit', '(uV)')}".strip() for name in made.channels]
    rows = [mark.join(([time] if time else []) + names + (["stim"] if "stim" in more else []))]
    scale = {"time_s": 1.0, "Time (ms)": 1e3, None: 1.0}[time]
    for i in range(made.n_samples):
        cells = [f"{scale * i / made.rate_per_s:.6f}"] if time else []
        cells += [f"{values[i]:.4f}" for values in made.channels.values()]
        cells += [str(int(i in (2000, 2001, 4000)))] if "stim" in more else []
        rows.append(mark.join(cells).replace(".", comma))
    path.write_text("\n".join(rows) + "\n", encoding=more.get("encoding", "utf-8"))
    return path


@pytest.mark.parametrize(
    ("mark", "comma", "time", "encoding"),
    [
        (",", ".", "time_s", "utf-8"),
        (";", ",", "time_s", "utf-8-sig"),
        ("\t", ".", "Time (ms)", "utf-8"),
        (";", ",", None, "latin-1"),
    ],
)
def test_tables_of_every_habit_are_read(
    made: EmgRecording, tmp_path: Path, mark: str, comma: str, time: str | None, encoding: str
) -> None:
    path = table(tmp_path / "a.csv", made, mark, comma, time, encoding=encoding, unit="(µV)")
    read = read_emg(path, EmgOptions(rate_per_s=None if time else 2000.0))
    assert read.rate_per_s == 2000
    assert read.format == "CSV"
    for name, values in made.channels.items():
        np.testing.assert_allclose(read.channels[name], values, atol=1e-3)


def test_a_column_of_stimuli_becomes_marks(made: EmgRecording, tmp_path: Path) -> None:
    read = read_emg(table(tmp_path / "a.csv", made, stim="yes"))
    assert [(mark.onset_s, mark.text) for mark in read.marks] == [(1.0, "stim"), (2.0, "stim")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("OOc L,OOc R\n1,2\n", "no rows of numbers"),
        ("OOc L,OOc R\n1,2\n3,4\n", "--rate"),
        ("time,OOc L,OOc R\n0,1,2\n0,3,4\n1,2,3\n", "do not rise"),
        ("time,OOc L,OOc R\n0,1,2\n1,3,4,5\n2,1,1\n", "not an even table"),
        ("time,OOc L,OOc R\n0,a,b\n1,c,d\n2,e,f\n", "no column of numbers"),
        ("time,OOc L,OOc R\n0,1,2\n0.1,3,4\n0.5,2,3\n2,1,1\n9,1,1\n", "not even"),
        ("time,x,y\n0,1,2\n0.001,3,4\n0.002,2,3\n", "no channel of the left orbicularis oculi"),
        ("day,OOc L,OOc R\n0,1\x00,2\n1,3,4\n", "not a table of text"),
    ],
)
def test_tables_that_are_none_are_told(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(SourceError) as error:
        read_emg(path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_rows_that_are_missing_are_a_pause(tmp_path: Path) -> None:
    rows = [f"{i / 1000:.3f},{i % 7},{i % 5}" for i in range(3000) if not 1000 <= i < 1500]
    path = tmp_path / "a.csv"
    path.write_text("time,OOc L,OOc R\n" + "\n".join(rows) + "\n")
    read = read_emg(path)
    assert read.n_samples == 3000
    assert np.flatnonzero(np.isnan(read.channels["left_orbicularis_oculi"])).tolist() == list(
        range(1000, 1500)
    )


def test_emg_is_told_from_video_by_its_content(made: EmgRecording, tmp_path: Path) -> None:
    path = write_edf(made, tmp_path / "a.edf")
    assert is_emg(path)
    assert is_emg(path.rename(tmp_path / "no_ending"))
    (tmp_path / "b.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42")
    assert not is_emg(tmp_path / "b.mp4")
    (tmp_path / "c.txt").write_text("OOc L\tOOc R\n1\t2\n")
    (tmp_path / "d.txt").write_text("dear doctor\n")
    assert is_emg(tmp_path / "c.txt")
    assert not is_emg(tmp_path / "d.txt")
    with pytest.raises(SourceError, match="There is no file"):
        is_emg(tmp_path / "missing.edf")


def test_both_sides_stay_where_they_are(tmp_path: Path) -> None:
    read = read_emg(write_edf(spastic("left"), tmp_path / "a.edf"))
    left, right = (np.std(read.channels[f"{side}_zygomaticus"]) for side in ("left", "right"))
    assert left > 2 * right
