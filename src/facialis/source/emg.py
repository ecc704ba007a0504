"""A file of EMG becomes microvolts of named muscles on one even clock, with what was marked in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from facialis.errors import SourceError
from facialis.source.channels import assign
from facialis.source.container import StrPath, checked_path, reading, sha256_of
from facialis.types import FloatArray

TABLES = (".csv", ".tsv")
BINARY = (".edf", ".bdf")
MAGIC = (b"0       ", b"\xffBIOSEMI")
"""How EDF and BDF begin."""
MICROVOLTS: Mapping[str, float] = {"v": 1e6, "mv": 1e3, "uv": 1.0, "nv": 1e-3}
LONGEST_S = 4 * 3600.0
"""Longest span on one clock: an even grid of it fills about 1 GB at 2000/s with eight channels."""


@dataclass(frozen=True)
class EmgOptions:
    """What the file itself does not say, or says wrongly.

    `channels` maps a channel's name to side and muscle (`left orbicularis_oculi`). `rate_per_s` is for tables
    without a column of times, `unit` (V, mV, uV, nV) overrides what the file says of its unit.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    rate_per_s: float | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Mark:
    """A moment that the recording names, in seconds from its first sample."""

    onset_s: float
    text: str


@dataclass(frozen=True)
class Channel:
    """One channel as the file holds it. `values` (n,) in `unit`, from `rate_per_s`; NaN where nothing was
    recorded. `limits` are the least and largest value the file can hold, where it says so."""

    label: str
    values: FloatArray
    rate_per_s: float
    unit: str
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class RawEmg:
    """What a reader of one format gives: all channels and marks, nothing chosen yet."""

    format: str
    channels: tuple[Channel, ...]
    marks: tuple[Mark, ...] = ()
    simulated: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EmgRecording:
    """Muscles in microvolts: `channels` maps a column (`left_orbicularis_oculi`) to values (n,), as recorded.

    All share the even clock of `rate_per_s`, which begins at the first sample. NaN stands where nothing was
    recorded (a pause in the recording). `limits_uv` are the values at which a channel clips, where the file
    tells them; `unused` the names of the channels that are no known muscle.
    """

    name: str
    sha256: str
    format: str
    rate_per_s: float
    channels: Mapping[str, FloatArray]
    limits_uv: Mapping[str, tuple[float, float]]
    marks: tuple[Mark, ...]
    unused: tuple[str, ...] = ()
    simulated: bool = False
    notes: tuple[str, ...] = ()

    @property
    def n_samples(self) -> int:
        """Samples of each channel."""
        return next(iter(self.channels.values())).size

    @property
    def duration_s(self) -> float:
        """Length in seconds, pauses included."""
        return self.n_samples / self.rate_per_s


def is_emg(path: StrPath) -> bool:
    """Tell by its first bytes, or for a table by its ending, whether a file is EMG rather than video.

    A text file (`.txt`) is a table where its first line has several columns.
    """
    file = checked_path(path)
    with reading(file), file.open("rb") as handle:
        head = handle.read(4096)
    if head[:8] in MAGIC or file.suffix.lower() in (*BINARY, *TABLES):
        return True
    return file.suffix.lower() == ".txt" and any(mark in head.splitlines()[0] for mark in (b",", b";", b"\t"))


def read_emg(path: StrPath, options: EmgOptions | None = None) -> EmgRecording:
    """Read EDF, EDF+, BDF, BDF+ or a table (CSV), and choose the channels of facial muscles.

    Raises SourceError, in one sentence, where the file cannot be read, is cut short, lacks a muscle that is
    needed (both orbiculares oculi), or has no sampling rate or a unit that is no voltage.
    """
    from facialis.source.edf import read_edf_file
    from facialis.source.table import read_table

    options = options or EmgOptions()
    file = checked_path(path)
    with reading(file):
        with file.open("rb") as handle:
            head = handle.read(8)
        binary = head in MAGIC or file.suffix.lower() in BINARY
        raw = read_edf_file(file) if binary else read_table(file, options.rate_per_s)
    chosen = assign([channel.label for channel in raw.channels], options.channels, file.name)
    used = {name: _in_microvolts(raw.channels[i], options.unit, file.name) for name, i in chosen.items()}
    rate = max(channel.rate_per_s for channel in used.values())
    notes = raw.notes + _notes(raw, chosen, options.unit, rate)
    values = _on_one_clock(used, rate, file.name)
    return EmgRecording(
        name=file.name,
        sha256=sha256_of(file),
        format=raw.format,
        rate_per_s=rate,
        channels=values,
        limits_uv={name: channel.limits for name, channel in used.items() if channel.limits},
        marks=raw.marks,
        unused=tuple(c.label.strip() for i, c in enumerate(raw.channels) if i not in chosen.values()),
        simulated=raw.simulated,
        notes=notes,
    )


def scale_of(unit: str) -> float | None:
    """Return microvolts in one `unit`: uV, µV, mV, V or nV in any case but for the M; None where unknown."""
    letters = re.sub(r"[^A-Za-zµμ]", "", unit).replace("µ", "u").replace("μ", "u")
    if letters[:1] == "M":  # Megavolts: nobody means them, but nobody may guess.
        return None
    aliases = {
        "microvolt": "uv",
        "microvolts": "uv",
        "millivolt": "mv",
        "millivolts": "mv",
        "volt": "v",
        "volts": "v",
    }
    return MICROVOLTS.get(aliases.get(letters.lower(), letters.lower()))


def _in_microvolts(channel: Channel, unit: str | None, file: str) -> Channel:
    said = channel.unit if unit is None else unit
    scale = scale_of(said) if said.strip() else 1.0
    if scale is None:
        raise SourceError(
            f"The channel {channel.label.strip()!r} of {file} is in {said.strip()!r}, which is no voltage "
            "known here; say its unit with --unit V, mV, uV or nV."
        )
    limits = channel.limits and (channel.limits[0] * scale, channel.limits[1] * scale)
    return replace(channel, values=channel.values * scale, unit="uV", limits=limits)


def _notes(raw: RawEmg, chosen: Mapping[str, int], unit: str | None, rate: float) -> tuple[str, ...]:
    used = [raw.channels[i] for i in chosen.values()]
    notes = []
    if unit is None and any(not channel.unit.strip() for channel in used):
        notes.append("The file does not say the unit of its channels; they are taken as microvolts.")
    slower = [channel.label.strip() for channel in used if channel.rate_per_s != rate]
    if slower:
        notes.append(f"Resampled to {rate:g}/s: {', '.join(slower)}.")
    unused = [c.label.strip() for i, c in enumerate(raw.channels) if i not in chosen.values()]
    if unused:
        notes.append(f"Not used, since their names tell no facial muscle and side: {', '.join(unused)}.")
    return tuple(notes)


def _on_one_clock(channels: Mapping[str, Channel], rate: float, file: str) -> dict[str, FloatArray]:
    if max(c.values.size / c.rate_per_s for c in channels.values()) > LONGEST_S:
        raise SourceError(f"{file} spans more than {LONGEST_S / 3600:g} hours; cut it into shorter files.")
    resampled = {name: _resampled(channel, rate) for name, channel in channels.items()}
    n = min(values.size for values in resampled.values())
    if n < 2 or not all(np.isfinite(values).any() for values in resampled.values()):
        raise SourceError(f"{file} holds no samples of the muscles it names; record it again.")
    return {name: values[:n] for name, values in resampled.items()}


def _resampled(channel: Channel, rate: float) -> FloatArray:
    if channel.rate_per_s == rate:
        return channel.values
    from scipy import signal

    ratio = Fraction(rate / channel.rate_per_s).limit_denominator(1000)
    missing = ~np.isfinite(channel.values)
    filled = np.where(missing, 0.0, channel.values)
    values: FloatArray = signal.resample_poly(filled, ratio.numerator, ratio.denominator)
    at = np.minimum((np.arange(values.size) * channel.rate_per_s / rate).astype(int), missing.size - 1)
    return np.where(missing[at], np.nan, values)


def on_grid(
    onsets_s: Sequence[float], blocks: Sequence[FloatArray], rate_per_s: float, file: str
) -> FloatArray:
    """Put blocks that begin at `onsets_s` on one even grid from the first; NaN lies between them."""
    first = onsets_s[0]
    starts = [round((onset - first) * rate_per_s) for onset in onsets_s]
    n = max(start + block.size for start, block in zip(starts, blocks, strict=True))
    if n / rate_per_s > LONGEST_S:
        raise SourceError(f"{file} spans more than {LONGEST_S / 3600:g} hours; cut it into shorter files.")
    values = np.full(n, np.nan)
    for start, block in zip(starts, blocks, strict=True):
        if start < 0:
            raise SourceError(f"The times of {file} run backwards; export it again.")
        values[start : start + block.size] = block
    return values
