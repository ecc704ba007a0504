"""Orders of the nucleus: blinks and movements as spikes towards the muscles, and how ready axons are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.axons import MUSCLE_SHARE, Axons
from facialis.simulate.nerve import IntArray
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray

BLINK_MUSCLES: tuple[Muscle, ...] = ("orbicularis_oculi",)
SMILE_MUSCLES: tuple[Muscle, ...] = ("zygomaticus", "levator", "orbicularis_oculi")
MUSCLES_OF_AXONS: tuple[Muscle, ...] = tuple(MUSCLE_SHARE)


@dataclass(frozen=True)
class Volley:
    """An order: from `start_s` on, for `duration_s`, `share` of the axons of these muscles fire at `rate_hz`.

    Raises SettingsError where a value cannot be.
    """

    start_s: float
    duration_s: float
    share: float
    rate_hz: float
    muscles: tuple[Muscle, ...] = MUSCLES_OF_AXONS

    def __post_init__(self) -> None:
        if not (self.start_s >= 0 and 0 < self.duration_s < np.inf):
            raise SettingsError("A volley starts at 0 s or later and lasts longer than 0 s.")
        if not (0 <= self.share <= 1 and 0 < self.rate_hz <= 300):
            raise SettingsError("A volley has a share from 0 to 1 and a rate above 0, up to 300 Hz.")
        unknown = [name for name in self.muscles if name not in MUSCLE_SHARE]
        if unknown:
            raise SettingsError(f"{unknown[0]!r} has no axons; use some of {', '.join(MUSCLE_SHARE)}.")


@dataclass(frozen=True)
class Excitability:
    """By how much axons fire of themselves more readily than usual: the natural logarithm, over time.

    `time_s` and `log_rate` are (points,), joined by straight lines, held before the first and after the last.
    Stress and fatigue are +0.15 to +0.5, sleep is -0.1 to -0.15 (assumed). SettingsError where the
    times do not rise.
    """

    time_s: FloatArray = field(default_factory=lambda: np.zeros(1))
    log_rate: FloatArray = field(default_factory=lambda: np.zeros(1))

    def __post_init__(self) -> None:
        if self.time_s.shape != self.log_rate.shape or self.time_s.ndim != 1 or self.time_s.size == 0:
            raise SettingsError("Excitability needs as many times as values, and at least one.")
        if np.any(~(np.diff(self.time_s) > 0)) or not np.all(np.isfinite(self.log_rate)):
            raise SettingsError("Times of excitability must rise, and its values must be numbers.")

    def at(self, time_s: FloatArray) -> FloatArray:
        """Return the values at these times, any shape."""
        return np.interp(time_s, self.time_s, self.log_rate)


def constantly(log_rate: float) -> Excitability:
    """Return an excitability that does not change."""
    return Excitability(np.zeros(1), np.array([float(log_rate)]))


def blink(start_s: float, share: float = 0.2) -> Volley:
    """Return a blink: a fifth of the eye muscle's axons, 4 spikes each at 80 Hz (assumed)."""
    return Volley(start_s, 0.05, share, 80.0, BLINK_MUSCLES)


def smile(start_s: float, duration_s: float = 1.5, share: float = 0.4) -> Volley:
    """Return a smile: cheek, upper lip and some of the eye, at 20 Hz (motor units fire at 8 to 76)."""
    return Volley(start_s, duration_s, share, 20.0, SMILE_MUSCLES)


def habits(
    duration_s: float, seed: int, blinks_per_min: float = 17.0, smiles_per_min: float = 1.0
) -> tuple[Volley, ...]:
    """Return the blinks and smiles of some time at rest, at random (17 blinks: Bentivoglio 1997)."""
    if not (0 < duration_s < np.inf and 0 <= blinks_per_min <= 60 and 0 <= smiles_per_min <= 20):
        raise SettingsError("Habits need a time above 0, up to 60 blinks and up to 20 smiles a minute.")
    rng = np.random.default_rng([seed, 12])
    blinked = [blink(start, rng.uniform(0.1, 0.3)) for start in _starts(blinks_per_min, 0.4, duration_s, rng)]
    smiled = [smile(start, rng.uniform(1, 3)) for start in _starts(smiles_per_min, 4.0, duration_s, rng)]
    return tuple(sorted([*blinked, *smiled], key=lambda volley: volley.start_s))


def _starts(per_min: float, apart_s: float, duration_s: float, rng: np.random.Generator) -> list[float]:
    """Return starts at this rate, at least `apart_s` apart and otherwise without memory."""
    starts, at = [], 0.0
    while per_min > 0:
        at += apart_s + rng.exponential(max(60 / per_min - apart_s, 0.01))
        if at >= duration_s:
            break
        starts.append(at)
    return starts


def orders(volleys: Sequence[Volley], axons: Axons, seed: int) -> tuple[FloatArray, IntArray]:
    """Return when the nucleus sends a spike into which axon: ms, axons, (spikes,), in the order of time."""
    rng = np.random.default_rng([seed, 13])
    times, where = [np.zeros(0)], [np.zeros(0, dtype=int)]
    for volley in volleys:
        wanted = np.isin(axons.muscle, [MUSCLES_OF_AXONS.index(name) for name in volley.muscles])
        chosen = np.flatnonzero(wanted & (rng.random(axons.muscle.size) < volley.share))
        most = int(volley.duration_s * volley.rate_hz * 1.5) + 2
        gaps = rng.normal(1, 0.2, (chosen.size, most)).clip(0.3) * (1000 / volley.rate_hz)
        gaps[:, 0] *= rng.random(chosen.size)
        at = np.cumsum(gaps, axis=1)
        axon, spike = np.nonzero(at < 1000 * volley.duration_s)
        times.append(1000 * volley.start_s + at[axon, spike])
        where.append(chosen[axon])
    joined, axon = np.concatenate(times), np.concatenate(where)
    order = np.lexsort((axon, joined))
    return joined[order], axon[order].astype(np.intp)
