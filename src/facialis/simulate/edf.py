"""Simulated EMG as EDF+, with what truly happened as annotations; the file says that no person is in it.

EDF+: Kemp & Olivan 2003 (10.1016/S1388-2457(03)00123-8). Written with edfio.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import edfio
import numpy as np

from facialis.errors import OutputError
from facialis.simulate.emg import Emg, EmgSettings
from facialis.simulate.performance import Muscle, NerveEvent, Performance
from facialis.types import Side
from facialis.version import __version__

RECORD_S = 0.125
"""Length of a data record: 1/8 s is exact in binary and in the header's decimals."""
STEP_UV = 0.2
"""One digital step. 16 bits of it reach from -6553.6 to 6553.4 uV."""
SHORT_NAMES: Mapping[Muscle, str] = {
    "orbicularis_oculi": "OOc",
    "frontalis": "Front",
    "zygomaticus": "Zyg",
    "orbicularis_oris": "OOr",
    "mentalis": "Ment",
}
_SHORT_SIDES: Mapping[Side, str] = {"left": "L", "right": "R"}
_DIGITAL = (-32768, 32767)


def channel_label(side: Side, muscle: Muscle) -> str:
    """Return a channel's name in the file, such as `EMG OOc L`; the side is the patient's."""
    return f"EMG {SHORT_NAMES[muscle]} {_SHORT_SIDES[side]}"


def annotations(
    performance: Performance, duration_s: float, stimuli: Sequence[tuple[float, str]] = ()
) -> list[edfio.EdfAnnotation]:
    """Return what an EMG shows of the truth: onset (s), duration (s) and words, in the order of time.

    `twitch left`, `tonic left` and `episode left` begin with the first spike that passed a junction and are
    left out where none passed. `blink`, `smile` and other meant movements are timed by the face: their EMG
    begins some 20 ms earlier. `stimuli` are (onset in s, name) and become `stimulus NAME`.
    """
    made = [edfio.EdfAnnotation(0.0, None, f"simulated by facialis {__version__}, no person was recorded")]
    made += [
        _of_nerve(event, event.emg_onset_s) for event in performance.nerve if event.emg_onset_s is not None
    ]
    for event in performance.truth:
        if event.kind not in ("episode", "twitch", "tonic"):
            name = event.kind if event.side == "both" else f"{event.kind} {event.side}"
            made.append(edfio.EdfAnnotation(event.onset_s, round(event.duration_s, 6), name))
    made += [edfio.EdfAnnotation(onset, None, f"stimulus {name}") for onset, name in stimuli]
    inside = [note for note in made if 0 <= note.onset < duration_s]
    return sorted(edfio.EdfAnnotation(round(note.onset, 6), note.duration, note.text) for note in inside)


def write_edf(
    emg: Emg,
    performance: Performance,
    path: Path,
    settings: EmgSettings | None = None,
    stimuli: Sequence[tuple[float, str]] = (),
    start: datetime | None = None,
) -> Path:
    """Write the EMG as EDF+ and return its path; cut to whole eighths of a second.

    The patient's fields stay empty (X X X X), and so does the date unless `start` tells a simulated one.
    `settings` are those of the recording, of which the file tells the filter. What exceeds
    the file's range is cut to it.
    OutputError where the recording is shorter than an eighth of a second or the file cannot be written.
    """
    settings = EmgSettings() if settings is None else settings
    records = int(emg.duration_s / RECORD_S + 1e-9)
    if records == 0:
        raise OutputError("An EMG shorter than an eighth of a second cannot be written; simulate more.")
    samples = records * round(RECORD_S * emg.rate_hz)
    low, high = _DIGITAL[0] * STEP_UV, _DIGITAL[1] * STEP_UV
    signals = [
        edfio.EdfSignal(
            np.clip(values[:samples], low, high),
            emg.rate_hz,
            label=channel_label(side, muscle),
            transducer_type="simulated surface electrodes",
            physical_dimension="uV",
            physical_range=(low, high),
            digital_range=_DIGITAL,
            prefiltering="HP:{:g}Hz LP:{:g}Hz".format(*settings.band_hz),
        )
        for (side, muscle), values in emg.channels.items()
    ]
    file = edfio.Edf(
        signals,
        recording=edfio.Recording(
            startdate=None if start is None else start.date(),
            equipment_code="facialis",
            additional=("simulated", "no_person"),
        ),
        starttime=None if start is None else start.time(),
        data_record_duration=RECORD_S,
        annotations=annotations(performance, records * RECORD_S, stimuli),
    )
    partial = path.with_name(f".{path.name}.part")
    try:
        file.write(partial)
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _of_nerve(event: NerveEvent, onset_s: float) -> edfio.EdfAnnotation:
    return edfio.EdfAnnotation(
        onset_s, round(max(0.0, event.offset_s - onset_s), 6), f"{event.kind} {event.side}"
    )
