"""What spoils an EMG: mains hum, electrode pops, baseline wander and clipping, to test whoever reads one.

Nothing of this is added unless it is asked for.
"""

from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.emg import Emg
from facialis.types import FloatArray

_POP_FALLS_S = 0.08


@dataclass(frozen=True)
class Artefacts:
    """Heights in uV; 0 or None leaves an artefact out. SettingsError where a value has no meaning.

    `mains_uv` is the height of the hum at `mains_hz`, with a fifth of it at three times that rate.
    `pops_per_min` is how often each electrode jumps by `pop_uv`, either way, and falls back within 0.1 s.
    `wander_uv` is the standard deviation of a baseline that wanders below 1 Hz. `clip_uv` is where a badly
    set amplifier cuts.
    """

    mains_uv: float = 0.0
    mains_hz: float = 50.0
    pops_per_min: float = 0.0
    pop_uv: float = 500.0
    wander_uv: float = 0.0
    clip_uv: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.mains_uv, self.pops_per_min, self.pop_uv, self.wander_uv) < 0 or self.mains_hz <= 0:
            raise SettingsError("Artefacts have heights and rates of 0 or more, and mains_hz above 0.")
        if self.clip_uv is not None and self.clip_uv <= 0:
            raise SettingsError(f"clip_uv is {self.clip_uv}; use more than 0, or None.")


def spoil(emg: Emg, artefacts: Artefacts) -> Emg:
    """Return the EMG with the artefacts; the same seed gives the same ones."""
    time_s = emg.time_s
    channels = {}
    for number, (key, signal) in enumerate(emg.channels.items()):
        rng = np.random.default_rng([artefacts.seed, 31, number])
        spoiled = (
            signal
            + artefacts.mains_uv * _mains(time_s, artefacts.mains_hz, rng)
            + artefacts.pop_uv * _pops(time_s, artefacts.pops_per_min, rng)
            + artefacts.wander_uv * _wander(time_s, rng)
        )
        if artefacts.clip_uv is not None:
            spoiled = np.clip(spoiled, -artefacts.clip_uv, artefacts.clip_uv)
        channels[key] = spoiled
    return Emg(channels, emg.rate_hz)


def _mains(time_s: FloatArray, mains_hz: float, rng: np.random.Generator) -> FloatArray:
    phase = rng.uniform(0, 2 * np.pi, 2)
    turn = 2 * np.pi * mains_hz * time_s
    hum: FloatArray = np.sin(turn + phase[0]) + 0.2 * np.sin(3 * turn + phase[1])
    return hum


def _pops(time_s: FloatArray, per_min: float, rng: np.random.Generator) -> FloatArray:
    duration_s = len(time_s) * float(time_s[1])
    total = np.zeros(len(time_s))
    for onset in rng.uniform(0, duration_s, rng.poisson(per_min * duration_s / 60)):
        first = np.searchsorted(time_s, onset)
        total[first:] += rng.choice([-1.0, 1.0]) * np.exp(-(time_s[first:] - onset) / _POP_FALLS_S)
    return total


def _wander(time_s: FloatArray, rng: np.random.Generator) -> FloatArray:
    rates, phases = rng.uniform(0.05, 0.8, 6), rng.uniform(0, 2 * np.pi, 6)
    waves = [np.sin(2 * np.pi * rate * time_s + phase) for rate, phase in zip(rates, phases, strict=True)]
    wander: FloatArray = np.sum(waves, axis=0) / np.sqrt(3)
    return wander
