"""EDF, EDF+ and BDF, continuous or with pauses, through edfio; what is cut short is refused.

EDF+: Kemp and Olivan 2003 (doi:10.1016/S1388-2457(03)00123-8).
"""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facialis.errors import SourceError
from facialis.source.emg import Channel, Mark, RawEmg, on_grid
from facialis.types import FloatArray

HEADER_BYTES = 256
SIMULATED = re.compile(r"simulated.{0,20}facialis|facialis.{0,20}simulated", re.IGNORECASE)


@dataclass(frozen=True)
class _Layout:
    """Where things lie in the file: bytes of the header and of one data record, samples of each signal."""

    bdf: bool
    header_bytes: int
    records: int
    record_s: float
    discontinuous: bool
    labels: tuple[str, ...]
    samples: tuple[int, ...]

    @property
    def sample_bytes(self) -> int:
        return 3 if self.bdf else 2

    @property
    def record_bytes(self) -> int:
        return self.sample_bytes * sum(self.samples)


def read_edf_file(file: Path) -> RawEmg:
    """Read every ordinary signal and the annotations; SourceError where the file is damaged or cut short."""
    import edfio

    layout = _layout(file)
    _check_size(file, layout)
    reader: Any = edfio.read_bdf if layout.bdf else edfio.read_edf
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A number of records left at -1 is filled in by the reader.
            edf = reader(file, header_encoding="latin-1")
            starts = _record_starts(file, layout) if layout.discontinuous else []
            channels = tuple(_channel(s, edf.num_data_records, starts, file.name) for s in edf.signals)
            marks = tuple(Mark(a.onset, a.text.strip()) for a in edf.annotations if a.text.strip())
            who = f"{edf.local_patient_identification} {edf.local_recording_identification}"
    except (ValueError, IndexError, KeyError, UnicodeDecodeError, OverflowError) as error:
        raise SourceError(f"{file.name} is damaged ({str(error)[:120]}); export it again.") from None
    if not channels:
        raise SourceError(f"{file.name} holds annotations but no signal; export it with its signals.")
    kind = ("BDF" if layout.bdf else "EDF") + ("+" if edf.reserved[3:4] == "+" else "")
    first = starts[0] if starts else 0.0
    shifted = tuple(Mark(mark.onset_s - first, mark.text) for mark in marks)
    return RawEmg(kind, channels, shifted, SIMULATED.search(who) is not None, _pauses(layout, starts))


def _channel(signal: Any, records: int, starts: list[float], file: str) -> Channel:
    values: FloatArray = np.array(signal.data, dtype=np.float64)
    rate = float(signal.sampling_frequency)
    if starts:
        values = on_grid(starts, list(values.reshape(records, -1)), rate, file)
    low, high = signal.physical_range
    return Channel(
        str(signal.label), values, rate, str(signal.physical_dimension), (min(low, high), max(low, high))
    )


def _pauses(layout: _Layout, starts: list[float]) -> tuple[str, ...]:
    gaps = np.diff(starts) - layout.record_s if len(starts) > 1 else np.zeros(0)
    n = int((gaps > 1e-6).sum())
    if not n:
        return ()
    times = "once" if n == 1 else f"{n} times"
    return (
        f"The recording pauses {times}, for {gaps.sum():.1f} s altogether; they do not count as observed.",
    )


def _layout(file: Path) -> _Layout:
    with file.open("rb") as handle:
        head = handle.read(HEADER_BYTES)
        try:
            n = int(head[252:256])
            header_bytes, records, record_s = int(head[184:192]), int(head[236:244]), float(head[244:252])
            rest = handle.read(HEADER_BYTES * n)
            labels = tuple(rest[16 * i : 16 * (i + 1)].decode("latin-1").strip() for i in range(n))
            at = 216 * n
            samples = tuple(int(rest[at + 8 * i : at + 8 * (i + 1)]) for i in range(n))
        except ValueError:
            raise SourceError(
                f"{file.name} is not a readable EDF or BDF file: its header is damaged or cut short; "
                "export it again."
            ) from None
    bdf, kind = head[:8] == b"\xffBIOSEMI", head[192:197]
    annotated = ("EDF Annotations", "BDF Annotations")
    timeless = not 0 < record_s < np.inf and any(label not in annotated for label in labels)
    if n < 1 or header_bytes != HEADER_BYTES * (n + 1) or timeless or min(samples) < 1:
        raise SourceError(f"{file.name} is not a readable EDF or BDF file: its header contradicts itself.")
    return _Layout(bdf, header_bytes, records, record_s, kind in (b"EDF+D", b"BDF+D"), labels, samples)


def _check_size(file: Path, layout: _Layout) -> None:
    """Refuse what ends before its header says; a number of records of -1 means that none was written."""
    held, partial = divmod(file.stat().st_size - layout.header_bytes, layout.record_bytes)
    if held < 1 or (layout.records >= 0 and held < layout.records) or (layout.records < 0 and partial):
        promised = f"{layout.records} data records" if layout.records >= 0 else "whole data records"
        raise SourceError(
            f"{file.name} is cut short: its header says {promised} and it holds {max(held, 0)}; "
            "copy or export it again."
        )


def _record_starts(file: Path, layout: _Layout) -> list[float]:
    """Return when each data record begins, in seconds from the header's time: its first stamp says so."""
    try:
        index = next(
            i for i, name in enumerate(layout.labels) if name in ("EDF Annotations", "BDF Annotations")
        )
    except StopIteration:
        raise SourceError(f"{file.name} says that it pauses but not when; export it again.") from None
    data = np.fromfile(file, np.uint8, offset=layout.header_bytes)
    n = data.size // layout.record_bytes
    first, size = (
        layout.sample_bytes * sum(layout.samples[:index]),
        layout.sample_bytes * layout.samples[index],
    )
    stamps = data[: n * layout.record_bytes].reshape(n, -1)[:, first : first + size]
    return [_stamp(each) for each in stamps]


def _stamp(raw: NDArray[np.uint8]) -> float:
    text = raw.tobytes().partition(b"\x14")[0].partition(b"\x15")[0]
    return float(text.decode("ascii"))
