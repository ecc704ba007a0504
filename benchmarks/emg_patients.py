"""Simulated patients' EMG from known spikes: spasms, blinks, smiles, stimuli, and everything that
disturbs.

A plain generator, apart from the nerve model: motor units with their own action potentials fire in bursts
of 250 to 350 spikes a second on one side (Nielsen 1984, doi:10.1212/WNL.34.4.418), together in all muscles
of that side, and asynchronously, at voluntary rates, on both sides in blinks and smiles. What a detector
finds can be compared with the times of the first and last spikes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import signal

from facialis.measures.matching import Span
from facialis.source.channels import column
from facialis.source.emg import EmgRecording, Mark
from facialis.types import SIDES, FloatArray, Side

MUSCLES = ("orbicularis_oculi", "frontalis", "zygomaticus", "orbicularis_oris", "mentalis")
UNITS = 30
OTHER: Mapping[Side, Side] = {"left": "right", "right": "left"}
NEIGHBOURS = {
    ("orbicularis_oculi", "frontalis"),
    ("orbicularis_oculi", "zygomaticus"),
    ("zygomaticus", "orbicularis_oris"),
    ("orbicularis_oris", "mentalis"),
}
MIDLINE = ("orbicularis_oris", "mentalis")
SMOOTHER = np.array([0.25, 0.5, 0.25])
"""What lies between blurs what leaks from a neighbour."""


@dataclass(frozen=True)
class Patient:
    """What is simulated. Rates are a minute; `snr_db` is the median spasm's RMS over the noise's, in
    decibels.

    `hum` is the mains' amplitude over the noise's RMS, `clip` the amplifier's range over the largest
    value, `crosstalk` the share of a neighbouring muscle that a channel also records (a third of it
    crosses between the eyes). `stimuli` are electrical ones on the lower branch of the affected side.
    """

    side: Side | None = "left"
    seconds: float = 60.0
    rate_per_s: float = 2000.0
    snr_db: float = 20.0
    episodes_per_min: float = 12.0
    blinks_per_min: float = 15.0
    smiles_per_min: float = 2.0
    hum: float = 0.0
    hum_hz: float = 50.0
    pops_per_min: float = 0.0
    clip: float = 0.0
    crosstalk: float = 0.05
    stimuli: int = 0
    latency_ms: float = 9.0
    seed: int = 1


@dataclass(frozen=True)
class PatientEmg:
    """A recording and its truth: episodes, single contractions, blinks, and the answer to each stimulus.

    `responses_ms` (stimuli,) are true latencies at the eye of the stimulated side, NaN where it did not
    answer.
    """

    recording: EmgRecording
    episodes: tuple[Span, ...]
    contractions: tuple[Span, ...]
    blinks: tuple[Span, ...]
    responses_ms: FloatArray = field(default_factory=lambda: np.zeros(0))


class _Face:
    """Ten muscles that collect the action potentials of their units."""

    def __init__(self, patient: Patient, rng: np.random.Generator) -> None:
        self.rate, self.rng = patient.rate_per_s, rng
        self.n = round(patient.seconds * patient.rate_per_s)
        self.values = {column(s, m): np.zeros(self.n) for s in SIDES for m in MUSCLES}  # type: ignore[arg-type]
        self.units = {name: [self._unit() for _ in range(UNITS)] for name in self.values}

    def _unit(self) -> FloatArray:
        """One unit's action potential: a wave of two or three phases, 4 to 9 ms, that begins at its first
        sample."""
        length = self.rng.uniform(0.004, 0.009)
        t = np.arange(0, length, 1 / self.rate) / length
        shape = np.sin(2 * np.pi * t * self.rng.choice([1.0, 1.5])) * np.sin(np.pi * t) ** 0.7
        size = 60 * np.exp(0.5 * self.rng.standard_normal()) * self.rng.choice([-1, 1])
        wave: FloatArray = size * shape / np.abs(shape).max()
        return wave

    def fire(self, name: str, unit: int, time_s: float) -> None:
        wave = self.units[name][unit]
        first = round(time_s * self.rate)
        if 0 <= first < self.n - wave.size:
            self.values[name][first : first + wave.size] += wave

    def spasm(self, side: Side, onset_s: float, length_s: float, drive: Mapping[str, float]) -> Span:
        """Bursts of fast spikes, 7 to 20 a second, in all muscles at once; returns from the first spike to
        the end of the last one at the eye."""
        rng, first, last = self.rng, np.inf, -np.inf
        starts = [onset_s]
        while starts[-1] < onset_s + length_s:
            starts.append(starts[-1] + rng.uniform(0.05, 0.14))
        lag = {muscle: rng.normal(0, 0.002) for muscle in drive}
        for start in starts[:-1] if len(starts) > 2 else starts[:1]:
            for muscle, level in drive.items():
                name = column(side, muscle)  # type: ignore[arg-type]
                for unit in np.flatnonzero(rng.random(UNITS) < level):
                    spikes = start + lag[muscle] + rng.uniform(0, 0.004) + self._train(rng)
                    for spike in spikes:
                        self.fire(name, int(unit), float(spike))
                    if muscle == "orbicularis_oculi":
                        first = min(first, float(spikes[0]))
                        last = max(last, float(spikes[-1]) + self.units[name][unit].size / self.rate)
        return Span(first, last, side, drive.get("orbicularis_oculi", 0.0))

    def _train(self, rng: np.random.Generator) -> FloatArray:
        n = int(rng.integers(2, 9))
        times: FloatArray = np.concatenate([[0.0], np.cumsum(1 / rng.uniform(250, 350, n - 1))])
        return times

    def move(self, name: str, onset_s: float, length_s: float, level: float, hz: tuple[float, float]) -> None:
        """A voluntary movement or blink: each unit fires by itself at its own rate."""
        rng = self.rng
        for unit in np.flatnonzero(rng.random(UNITS) < level):
            time_s = onset_s + rng.uniform(0, min(0.015, length_s / 4))
            while time_s < onset_s + length_s:
                self.fire(name, int(unit), time_s)
                time_s += rng.uniform(0.8, 1.2) / rng.uniform(*hz)

    def answer(self, name: str, time_s: float, level: float) -> float:
        """A volley, as after a stimulus; returns the time at which its first potential begins."""
        times = [time_s + float(self.rng.uniform(0, 0.0006)) for _ in range(UNITS)]
        chosen = np.flatnonzero(self.rng.random(UNITS) < level)
        for unit in chosen:
            self.fire(name, int(unit), times[unit])
        return min((times[unit] for unit in chosen), default=float("nan"))


def simulate(patient: Patient) -> PatientEmg:
    """Return the EMG of a patient, with its truth; the same seed gives the same recording."""
    rng = np.random.default_rng(patient.seed)
    face = _Face(patient, rng)
    stimulated_s = 1.2 * patient.stimuli
    until = patient.seconds - stimulated_s
    blinks = _blinks(face, patient, rng, until)
    contractions, episodes = _spasms(face, patient, rng, until) if patient.side else ([], [])
    _smiles(face, patient, rng, until)
    inside = [(c.onset_s, c.offset_s) for c in contractions]
    eye = face.values[column(patient.side or "left", "orbicularis_oculi")]
    level = _rms(eye, inside, patient.rate_per_s) if inside else 100.0
    noise = level / 10 ** (patient.snr_db / 20)
    stimuli = until + 0.6 + 1.2 * np.arange(patient.stimuli)
    responses = _responses(face, patient, rng, stimuli)
    leaked = _leak(face.values, patient.crosstalk)
    raw = {name: values + _disturb(patient, rng, face.n, noise) for name, values in leaked.items()}
    for time_s in stimuli:
        _artefact(raw, patient, float(time_s))
    limits: dict[str, tuple[float, float]] = {}
    if patient.clip:
        top = patient.clip * float(np.abs(eye).max())
        raw = {name: np.clip(values, -top, top) for name, values in raw.items()}
        limits = dict.fromkeys(raw, (-top, top))
    marks = tuple(Mark(float(t), f"stim {patient.side or 'left'} mandibular") for t in stimuli)
    recording = EmgRecording(
        f"patient-{patient.seed}",
        "0" * 64,
        "simulated",
        patient.rate_per_s,
        raw,
        limits,
        marks,
        simulated=True,
    )
    return PatientEmg(recording, tuple(episodes), tuple(contractions), tuple(blinks), responses)


def _blinks(face: _Face, patient: Patient, rng: np.random.Generator, until: float) -> list[Span]:
    found = []
    for onset in _times(rng, patient.blinks_per_min, until, 0.8):
        length, level = rng.uniform(0.06, 0.13), rng.uniform(0.4, 0.9)
        weaker, lag = 1 - rng.uniform(0, 0.3), rng.normal(0, 0.002)
        sides = SIDES if rng.random() < 0.5 else SIDES[::-1]
        face.move(column(sides[0], "orbicularis_oculi"), onset, length, level, (50, 100))
        face.move(column(sides[1], "orbicularis_oculi"), onset + lag, length, level * weaker, (50, 100))
        found.append(Span(onset, onset + length, "both", level))
    return found


def _spasms(
    face: _Face, patient: Patient, rng: np.random.Generator, until: float
) -> tuple[list[Span], list[Span]]:
    assert patient.side is not None
    contractions: list[Span] = []
    for start in _times(rng, patient.episodes_per_min, until, 2.5):
        at = start
        for _ in range(int(rng.choice([1, 1, 2, 3, 4]))):
            length = float(rng.uniform(1.1, 2.5) if rng.random() < 0.15 else rng.uniform(0.03, 0.3))
            if at + length > until - 0.5:
                break
            level = float(np.clip(0.35 * np.exp(0.5 * rng.standard_normal()), 0.1, 0.9))
            drive = {"orbicularis_oculi": level}
            for muscle in MUSCLES[1:]:
                if rng.random() < 0.5:
                    drive[muscle] = level * float(rng.uniform(0.3, 1.0))
            span = face.spasm(patient.side, at, length, drive)
            if np.isfinite(span.onset_s):
                contractions.append(span)
            at += length + float(rng.uniform(0.2, 0.4))
    return contractions, joined(contractions, 0.5)


def joined(contractions: Sequence[Span], gap_s: float) -> list[Span]:
    """Return contractions less than `gap_s` apart as one each."""
    episodes: list[Span] = []
    for each in sorted(contractions, key=lambda c: c.onset_s):
        if episodes and each.onset_s - episodes[-1].offset_s < gap_s:
            last = episodes.pop()
            episodes.append(
                Span(last.onset_s, max(last.offset_s, each.offset_s), last.side, max(last.value, each.value))
            )
        else:
            episodes.append(each)
    return episodes


def _smiles(face: _Face, patient: Patient, rng: np.random.Generator, until: float) -> None:
    for onset in _times(rng, patient.smiles_per_min, until, 3.0):
        length, level = rng.uniform(1.0, 2.0), rng.uniform(0.4, 0.8)
        for side in SIDES:
            uneven, start = rng.uniform(0.7, 1.0), onset + rng.normal(0, 0.02)
            face.move(column(side, "zygomaticus"), start, length, level * uneven, (12, 35))
            face.move(
                column(side, "orbicularis_oculi"), start + 0.05, length - 0.1, 0.4 * level * uneven, (10, 25)
            )


def _times(rng: np.random.Generator, per_min: float, until: float, least_s: float) -> list[float]:
    """Return onsets at random, at least `least_s` apart."""
    times, at = [], 1.0
    while per_min > 0:
        at += least_s + rng.exponential(max(60 / per_min - least_s, 0.1))
        if at > until - 3.0:
            break
        times.append(float(at))
    return times


def _responses(face: _Face, patient: Patient, rng: np.random.Generator, stimuli: FloatArray) -> FloatArray:
    """Direct answers of the chin, and those that cross over to the eye on the side of the spasms."""
    latencies = np.full(stimuli.size, np.nan)
    side: Side = patient.side or "left"
    for i, time_s in enumerate(stimuli):
        face.answer(column(side, "mentalis"), time_s + 0.0032, 0.9)
        if patient.side is not None and rng.random() < 0.9:
            at = time_s + patient.latency_ms / 1000 + rng.normal(0, 0.0002)
            latencies[i] = 1000 * (face.answer(column(side, "orbicularis_oculi"), at, 0.4) - time_s)
    return latencies


def _rms(values: FloatArray, spans: Sequence[tuple[float, float]], rate: float) -> float:
    each = [np.sqrt(np.mean(values[round(a * rate) : round(b * rate)] ** 2)) for a, b in spans]
    return float(np.median(each))


def _leak(values: Mapping[str, FloatArray], share: float) -> dict[str, FloatArray]:
    """Add what each channel records of its neighbours, and near the midline of the other side."""
    leaked = {name: own.copy() for name, own in values.items()}
    for side in SIDES:
        for a, b in NEIGHBOURS:
            one, two = column(side, a), column(side, b)  # type: ignore[arg-type]
            for goal, source in ((one, two), (two, one)):
                leaked[goal] += share * np.convolve(values[source], SMOOTHER, mode="same")
        for muscle in MUSCLES:
            across = {"orbicularis_oculi": share / 3}.get(muscle, 1.5 * share if muscle in MIDLINE else 0.0)
            wave = values[column(OTHER[side], muscle)]  # type: ignore[arg-type]
            leaked[column(side, muscle)] += across * np.convolve(wave, SMOOTHER, mode="same")  # type: ignore[arg-type]
    return leaked


def _disturb(patient: Patient, rng: np.random.Generator, n: int, noise: float) -> FloatArray:
    """Noise of amplifier and electrode, slow wander, mains hum with harmonics, and pops."""
    t = np.arange(n) / patient.rate_per_s
    sos = signal.butter(2, [10, 0.45 * patient.rate_per_s], "bandpass", fs=patient.rate_per_s, output="sos")
    white: FloatArray = signal.sosfilt(sos, rng.standard_normal(n))
    values: FloatArray = noise * white / white.std()
    for hz in rng.uniform(0.1, 2.0, 3):
        values += 20 * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6.3)) / hz
    if patient.hum:
        slow = 1 + 0.1 * np.sin(2 * np.pi * 0.1 * t + rng.uniform(0, 6.3))
        for k, size in ((1, 1.0), (2, 0.1), (3, 0.4), (5, 0.2)):
            phase = 2 * np.pi * k * (patient.hum_hz + 0.02) * t + rng.uniform(0, 6.3)
            values += patient.hum * noise * size * slow * np.sin(phase)
    for _ in range(rng.poisson(patient.pops_per_min * patient.seconds / 60)):
        first, size = int(rng.integers(0, n)), rng.choice([-1, 1]) * rng.uniform(10, 60) * max(noise, 3.0)
        fall_s = rng.uniform(0.0003, 0.06)
        values[first:] += size * np.exp(-(t[first:] - t[first]) / fall_s)
    return values


def _artefact(raw: Mapping[str, FloatArray], patient: Patient, time_s: float) -> None:
    """The stimulus itself, in every channel of its side and weaker on the other: a spike that falls within
    1 ms."""
    for name, values in raw.items():
        size = 1500.0 if name.startswith(patient.side or "left") else 300.0
        first = round(time_s * patient.rate_per_s)
        t = np.arange(round(0.004 * patient.rate_per_s)) / patient.rate_per_s
        values[first : first + t.size] += size * np.exp(-t / 0.0003) * np.cos(2 * np.pi * 1500 * t)
