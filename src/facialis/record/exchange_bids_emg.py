"""The EMG of a BIDS dataset: the file as it was recorded, without whose it is and when; its channels."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facialis.errors import SourceError
from facialis.report.tables import NOT_AVAILABLE, write_json
from facialis.source.channels import column_from, muscle_of
from facialis.source.edf import SIMULATED
from facialis.source.emg import MAGIC, scale_of

_PATIENT, _RECORDING, _START = slice(8, 88), slice(88, 168), slice(168, 184)
"""Fields of the header of EDF (doi:10.1016/0013-4694(92)90009-7), which those of EDF+ and BDF follow."""
_HEADER = 256
_CHUNK = 1 << 20


def write(file: Path, folder: Path, stem: str, task: str, told: Mapping[str, str]) -> bool:
    """Write an EDF or BDF file with its descriptions into `folder`; tell whether it is one that can be read.

    `told` says which channel is which muscle where its name does not.
    """
    with file.open("rb") as reads:
        bdf = reads.read(8)
    if bdf not in MAGIC:
        return False
    try:
        edf = _read(file, bdf=bdf == MAGIC[1])
        channels = _channels(edf, told)
    except (ValueError, IndexError, KeyError, OverflowError, SourceError):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    _copy(file, folder / f"{stem}_emg{'.bdf' if bdf == MAGIC[1] else '.edf'}")
    lines = [list(channels[0]), *([str(value) for value in row.values()] for row in channels)]
    text = "\n".join("\t".join(line) for line in lines)
    (folder / f"{stem}_channels.tsv").write_text(text + "\n", encoding="utf-8", newline="\n")
    write_json(_described(edf, channels, task), folder / f"{stem}_emg.json")
    return True


def _read(file: Path, *, bdf: bool) -> Any:
    import edfio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (edfio.read_bdf if bdf else edfio.read_edf)(file, header_encoding="latin-1")


def _channels(edf: Any, told: Mapping[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for signal in edf.signals:
        label, unit = str(signal.label).strip(), str(signal.physical_dimension).strip()
        muscle = column_from(told[label]) if label in told else muscle_of(label)
        name, again = label or "channel", 1
        while name in {row["name"] for row in rows}:  # BIDS knows each channel by its name.
            again += 1
            name = f"{label}_{again}"
        rows.append(
            {
                "name": name,
                "type": "EMG" if muscle or scale_of(unit) is not None else "MISC",
                "units": unit.replace("µ", "u") if scale_of(unit) is not None else NOT_AVAILABLE,
                "sampling_frequency": f"{signal.sampling_frequency:g}",
                "target_muscle": (muscle or NOT_AVAILABLE).replace("_", " "),
            }
        )
    if not rows:
        raise SourceError("no signal")
    return rows


def _described(edf: Any, channels: list[dict[str, Any]], task: str) -> dict[str, Any]:
    return {
        "TaskName": task,
        "EMGPlacementScheme": "Other",
        "EMGPlacementSchemeDescription": "Not told in the file; target_muscle names the muscle.",
        "EMGReference": "Not told in the file.",
        "SamplingFrequency": max(float(signal.sampling_frequency) for signal in edf.signals),
        "PowerLineFrequency": NOT_AVAILABLE,
        "RecordingType": "continuous" if edf.is_continuous else "discontinuous",
        "SoftwareFilters": NOT_AVAILABLE,
        "EMGChannelCount": sum(row["type"] == "EMG" for row in channels),
        "RecordingDuration": float(edf.duration),
    }


def _copy(file: Path, to: Path) -> None:
    """Copy the file, its header without person, place and day, as EDF+ writes what is not told."""
    with file.open("rb") as reads, to.open("wb") as writes:
        header = bytearray(reads.read(_HEADER))
        who = (header[_PATIENT] + header[_RECORDING]).decode("latin-1")
        device = "facialis_simulated" if SIMULATED.search(who) else "X"
        header[_PATIENT] = b"X X X X".ljust(80)
        header[_RECORDING] = f"Startdate X X X {device}".encode().ljust(80)
        header[_START] = b"01.01.8500.00.00"
        writes.write(header)
        while chunk := reads.read(_CHUNK):
            writes.write(chunk)
