"""A second kind of simulated patient: made-up spikes at the lesion, and all that follows from the muscle
model.

Motor units, junctions and surface EMG are those of `facialis.simulate`; only when the lesion fires is
drawn here. So that a detector is not only right about the generator it was tuned with, it was not tuned on
these.
"""

import numpy as np

from benchmarks.emg_patients import Patient, PatientEmg, joined
from facialis.measures.matching import Span
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes
from facialis.simulate.emg import EmgSettings
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.movements import draw_movements
from facialis.simulate.muscle import MuscleSettings, simulate_muscles
from facialis.simulate.recruitment import merged, ordered_spikes
from facialis.source.channels import column
from facialis.source.emg import EmgRecording
from facialis.types import SIDES, FloatArray, Side

AXONS, TOTAL = 140, 7000.0
POTENTIAL_S = 0.012
"""A motor unit's potential lasts 5 to 10 ms, and up to 4 ms more where one axon stands for many."""


def simulate_nerve(patient: Patient) -> PatientEmg:
    """Return a patient's EMG with its truth, noise `snr_db` below the median spasm at the eye."""
    rng = np.random.default_rng([patient.seed, 7])
    movements = draw_movements(patient.seconds, patient.seed)
    quiet = MuscleSettings(emg=EmgSettings(noise_uv=0.0))
    nerves: list[tuple[Axons, LesionSpikes]] = []
    contractions: list[Span] = []
    for side in SIDES:
        axons = _axons(side, patient.seed)
        spikes = ordered_spikes(axons, movements, patient.seconds, patient.seed)
        if side == patient.side:
            ectopic, contractions = _ectopic(axons, patient, rng)
            spikes = merged(spikes, ectopic)
        nerves.append((axons, spikes))
    activity = simulate_muscles(nerves, movements, quiet, patient.seed)
    channels = {column(s, m): values for (s, m), values in activity.emg.channels.items()}  # type: ignore[arg-type]
    rate = activity.emg.rate_hz
    level = _level(channels, contractions, patient.side, rate)
    noise = level / 10 ** (patient.snr_db / 20)
    noisy = {name: values + noise * rng.standard_normal(values.size) for name, values in channels.items()}
    recording = EmgRecording(
        f"nerve-{patient.seed}", "0" * 64, "simulated", rate, noisy, {}, (), simulated=True
    )
    blinks = [Span(e.onset_s, e.offset_s, "both") for e in activity.performance.truth if e.kind == "blink"]
    return PatientEmg(recording, tuple(joined(contractions, 0.5)), tuple(contractions), tuple(blinks))


def _axons(side: Side, seed: int) -> Axons:
    rng = np.random.default_rng([seed, SIDES.index(side), 5])
    ends = np.round(AXONS * np.cumsum(list(MUSCLE_SHARE.values())))
    muscle = rng.permutation(np.searchsorted(ends, np.arange(AXONS), side="right"))
    diameter = np.clip(rng.normal(7.3, 1.0, AXONS), 5.0, 10.0)
    latency = 4.5 + 0.5 * rng.random(AXONS)
    weight = np.full(AXONS, TOTAL / AXONS)
    return Axons(side, muscle, np.arange(AXONS) // 4, diameter, latency, weight)


def _ectopic(axons: Axons, patient: Patient, rng: np.random.Generator) -> tuple[LesionSpikes, list[Span]]:
    """Bursts of 2 to 8 spikes at 250 to 350 a second in a share of the axons; and when the eye shows them."""
    owner: list[FloatArray] = []
    times: list[FloatArray] = []
    spans: list[Span] = []
    eye = axons.muscle == NERVE_MUSCLES.index("orbicularis_oculi")
    at = 1.5
    while patient.episodes_per_min > 0:
        at += 2.5 + rng.exponential(max(60 / patient.episodes_per_min - 2.5, 0.1))
        if at > patient.seconds - 4:
            break
        for _ in range(int(rng.integers(1, 5))):
            length = float(rng.uniform(1.1, 2.0) if rng.random() < 0.15 else rng.uniform(0.02, 0.3))
            share, start, seen = float(rng.uniform(0.15, 0.8)), at, []
            while start < at + length:
                firing = np.flatnonzero(rng.random(axons.muscle.size) < share)
                for axon in firing:
                    n = int(rng.integers(2, 9))
                    train = start + rng.uniform(0, 0.004) + np.arange(n) / rng.uniform(250, 350)
                    owner.append(np.full(n, axon))
                    times.append(train)
                    if eye[axon]:
                        seen += [
                            train[0] + axons.to_muscle_ms[axon] / 1e3,
                            train[-1] + axons.to_muscle_ms[axon] / 1e3,
                        ]
                start += rng.uniform(0.05, 0.14)
            if seen and patient.side:
                spans.append(Span(min(seen), max(seen) + POTENTIAL_S, patient.side, share))
            at += length + float(rng.uniform(0.2, 0.4))
            if at > patient.seconds - 3:
                break
    when = np.concatenate(times) if times else np.zeros(0)
    order = np.argsort(when, kind="stable")
    fired = (np.concatenate(owner) if owner else np.zeros(0)).astype(int)[order]
    origin = np.full(when.size, ORIGINS.index("ectopic"))
    return LesionSpikes(fired, when[order], origin, patient.seconds), spans


def _level(channels: dict[str, FloatArray], spans: list[Span], side: Side | None, rate: float) -> float:
    if not spans or side is None:
        return 300.0
    eye = channels[column(side, "orbicularis_oculi")]
    each = [np.sqrt(np.mean(eye[int(s.onset_s * rate) : int(s.offset_s * rate)] ** 2)) for s in spans]
    return float(np.median(each))
