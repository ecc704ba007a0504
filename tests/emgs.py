"""EMG for tests: files written with edfio or by hand, and short recordings made of bursts of noise."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import edfio
import numpy as np
from scipy import signal

from facialis.events.emg import EmgFindings, detect_emg
from facialis.settings import Settings
from facialis.signals.muscle import muscles_of
from facialis.source.emg import EmgRecording, Mark
from facialis.types import SIDES, FloatArray, Side

LABELS = {
    "left_orbicularis_oculi": "EMG OOc L",
    "right_orbicularis_oculi": "EMG OOc R",
    "left_frontalis": "EMG Front L",
    "right_frontalis": "EMG Front R",
    "left_zygomaticus": "EMG Zyg L",
    "right_zygomaticus": "EMG Zyg R",
    "left_orbicularis_oris": "EMG OOr L",
    "right_orbicularis_oris": "EMG OOr R",
    "left_mentalis": "EMG Ment L",
    "right_mentalis": "EMG Ment R",
}
RANGE_UV = 3000.0
Burst = tuple[str, float, float, float]
"""Muscle's column, onset and length in seconds, RMS in uV."""


def noise(n: int, rate: float, rng: np.random.Generator, low: float = 20.0) -> FloatArray:
    sos = signal.butter(2, [low, min(0.45 * rate, 400.0)], "bandpass", fs=rate, output="sos")
    white: FloatArray = signal.sosfilt(sos, rng.standard_normal(n + 1000))[1000:]
    return white / white.std()


def recording_of(
    bursts: Sequence[Burst] = (),
    seconds: float = 20.0,
    *,
    rate: float = 2000.0,
    noise_uv: float = 5.0,
    muscles: Sequence[str] = ("orbicularis_oculi", "zygomaticus"),
    marks: Sequence[Mark] = (),
    seed: int = 0,
) -> EmgRecording:
    """Noise of `noise_uv` in each channel, and bursts of band-limited noise that begin and end at once."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate)
    channels = {f"{side}_{muscle}": noise_uv * noise(n, rate, rng) for muscle in muscles for side in SIDES}
    for name, onset_s, length_s, rms_uv in bursts:
        first, stop = round(onset_s * rate), round((onset_s + length_s) * rate)
        channels[name][first:stop] += rms_uv * noise(stop - first, rate, rng, 60.0)
    return EmgRecording("made.edf", "0" * 64, "made", rate, channels, {}, tuple(marks))


def blink(onset_s: float, rms_uv: float = 100.0, length_s: float = 0.1, lag_s: float = 0.002) -> list[Burst]:
    return [
        ("left_orbicularis_oculi", onset_s, length_s, rms_uv),
        ("right_orbicularis_oculi", onset_s + lag_s, length_s, 0.8 * rms_uv),
    ]


def detected(recording: EmgRecording, settings: Settings | None = None) -> EmgFindings:
    settings = settings or Settings()
    muscles, _, quality = muscles_of(recording, settings)
    return detect_emg(muscles, quality, settings)


def spastic(side: Side = "left", seed: int = 0, seconds: float = 20.0, rate: float = 2000.0) -> EmgRecording:
    """Five blinks, four twitches of one side (eye and mouth) and a tonic spasm of 1.5 s."""
    bursts = [b for t in (1.0, 4.0, 7.0, 10.0, 13.0) for b in blink(t)]
    for t, length in ((2.5, 0.15), (5.5, 0.2), (8.5, 0.1), (11.5, 0.2), (15.0, 1.5)):
        bursts.append((f"{side}_orbicularis_oculi", t, length, 80.0))
        bursts.append((f"{side}_zygomaticus", t + 0.003, length, 60.0))
    return recording_of(bursts, seconds, seed=seed, rate=rate)


def write_edf(
    recording: EmgRecording,
    path: Path,
    *,
    labels: Mapping[str, str] = LABELS,
    unit: str = "uV",
    scale: float = 1.0,
    bdf: bool = False,
) -> Path:
    """Write a recording; `scale` is what one uV is in `unit`. With marks it is EDF+."""
    kind, file = (edfio.BdfSignal, edfio.Bdf) if bdf else (edfio.EdfSignal, edfio.Edf)
    signals = [
        kind(
            np.clip(values, -RANGE_UV, RANGE_UV) * scale,
            recording.rate_per_s,
            label=labels[name],
            physical_dimension=unit,
            physical_range=(-RANGE_UV * scale, RANGE_UV * scale),
        )
        for name, values in recording.channels.items()
    ]
    notes = [edfio.EdfAnnotation(mark.onset_s, None, mark.text) for mark in recording.marks]
    file(signals, annotations=notes or None).write(path)  # type: ignore[arg-type]
    return path


def discontinuous(path: Path, starts_s: Sequence[float]) -> Path:
    """Turn an EDF+ with as many data records as `starts_s` into one that pauses: its stamps say when."""
    data = bytearray(path.read_bytes())
    n = int(data[252:256])
    samples = [int(data[256 + 216 * n + 8 * i : 256 + 216 * n + 8 * (i + 1)]) for i in range(n)]
    header, size = 256 * (n + 1), 2 * sum(samples)
    data[192:197] = b"EDF+D"
    for record, start in enumerate(starts_s):
        at = header + record * size + 2 * sum(samples[:-1])
        stamp = f"+{start:g}\x14\x14\x00".encode()
        data[at : at + 2 * samples[-1]] = stamp.ljust(2 * samples[-1], b"\x00")
    path.write_bytes(bytes(data))
    return path
