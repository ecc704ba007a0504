"""What the muscles of a simulated face do, and what three minutes of them cost.

    python -m benchmarks.muscle

The spikes are bursts made up here, so that nothing depends on the spike tier.
"""

import time
from collections.abc import Sequence

import numpy as np

from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes
from facialis.simulate.movements import draw_movements, smile
from facialis.simulate.muscle import MuscleActivity, simulate_muscles
from facialis.simulate.performance import Contraction, TrueEvent
from facialis.simulate.recruitment import merged, ordered_spikes
from facialis.types import SIDES, FloatArray, Side

DURATION_S = 180.0
AXONS = 300
MOTOR_AXONS = 7000


def nerve(side: Side, seed: int) -> Axons:
    """Return weighted axons of one side, mixed at random."""
    rng = np.random.default_rng([seed, SIDES.index(side)])
    muscle = rng.choice(len(MUSCLE_SHARE), AXONS, p=list(MUSCLE_SHARE.values()))
    diameter = np.clip(rng.normal(7.3, 1.0, AXONS), 5.0, 10.0)
    latency = 151 / (5.8 * diameter) + 1
    return Axons(side, muscle, np.arange(AXONS) // 4, diameter, latency, np.full(AXONS, MOTOR_AXONS / AXONS))


def bursts(seed: int) -> LesionSpikes:
    """Return trains of bursts of six spikes at 300 Hz, ten bursts a second, of a share of the axons."""
    rng = np.random.default_rng([seed, 41])
    starts = np.concatenate(
        [
            np.arange(start, start + rng.uniform(0.05, 3.0), 0.1)
            for start in rng.uniform(1, DURATION_S - 4, 60)
        ]
    )
    owner, when = [], []
    for start, share in zip(starts, rng.uniform(0.1, 0.8, len(starts)), strict=True):
        firing = np.flatnonzero(rng.random(AXONS) < share)
        first = start + rng.uniform(0, 0.005, len(firing))
        owner.append(np.repeat(firing, 6))
        when.append((first[:, None] + np.arange(6) / 300).ravel())
    axon, time_s = np.concatenate(owner), np.concatenate(when)
    order = np.argsort(time_s)
    return LesionSpikes(axon[order], time_s[order], np.full(len(axon), ORIGINS.index("ectopic")), DURATION_S)


def patient(seed: int) -> tuple[MuscleActivity, float, int]:
    """Return three minutes of a patient, their cost in seconds of one core, and the number of spikes."""
    movements = draw_movements(DURATION_S, seed)
    nerves = []
    for side in SIDES:
        axons = nerve(side, seed)
        meant = ordered_spikes(axons, movements, DURATION_S, seed)
        nerves.append((axons, merged(meant, bursts(seed)) if side == "left" else meant))
    begun = time.process_time()
    activity = simulate_muscles(nerves, movements, seed=seed)
    return activity, time.process_time() - begun, sum(len(spikes.axon) for _, spikes in nerves)


def meant_emg_uv(movements: Sequence[Contraction], seed: int) -> float:
    """Return the root mean square of a held smile's EMG over its middle third."""
    axons = nerve("left", seed)
    activity = simulate_muscles([(axons, ordered_spikes(axons, movements, 6.0, seed))], movements, seed=seed)
    return float(activity.emg.channels["left", "zygomaticus"][4000:8000].std())


def spread(values: FloatArray, unit: str) -> str:
    """Return the median and the range that holds nine of ten."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{middle:.0f} {unit} ({low:.0f} to {high:.0f})"


def main() -> None:
    """Print the table."""
    made = [patient(seed) for seed in range(5)]
    delays: list[float] = []
    blinks: list[TrueEvent] = []
    for activity, _, _ in made:
        for event in activity.performance.nerve:
            if (
                event.kind != "episode"
                and event.emg_onset_s is not None
                and event.visible_onset_s is not None
            ):
                delays.append(event.visible_onset_s - event.emg_onset_s)
        blinks += [event for event in activity.performance.truth if event.kind == "blink"]
    smiles = [meant_emg_uv([smile(0.0, 6.0, 0.6)], seed) for seed in range(5)]
    peaks = [np.abs(activity.emg.channels["right", "orbicularis_oculi"]).max() for activity, _, _ in made]
    cost = [seconds for _, seconds, _ in made]
    print(
        f"{AXONS} axons a side, {DURATION_S:.0f} s, {np.mean([n for _, _, n in made]):.0f} spikes, 5 patients"
    )
    print(f"force, EMG, face and labels: {np.median(cost):.1f} s of one core (most {max(cost):.1f})")
    print(f"EMG to visible onset: {spread(1000 * np.array(delays), 'ms')}, n = {len(delays)}")
    print(f"blink, closing: {spread(1000 * np.array([e.peak_s - e.onset_s for e in blinks]), 'ms')}")
    print(f"blink, whole: {spread(1000 * np.array([e.duration_s for e in blinks]), 'ms')}, n = {len(blinks)}")
    print(f"strong smile, EMG: {spread(np.array(smiles), 'uV')} root mean square")
    print(f"blinks of 3 min, EMG: {spread(np.array(peaks), 'uV')} at most")


if __name__ == "__main__":
    main()
