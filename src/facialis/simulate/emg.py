"""Surface EMG: every spike that passes the junction adds its unit's action potential to the electrodes.

A unit's action potential is the first or second derivative of a bell curve, 5 to 10 ms long; its height grows
with the root of the unit's force and falls with its depth. What an electrode sees of other muscles is a
fixed share of theirs (crosstalk); nothing crosses the midline.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from facialis.errors import SettingsError
from facialis.simulate.axons import Axons
from facialis.simulate.junction import Arrivals
from facialis.simulate.motor_units import NERVE_MUSCLES, MotorUnits
from facialis.simulate.performance import Muscle
from facialis.types import SIDES, FloatArray, Side

EMG_MUSCLES: tuple[Muscle, ...] = (
    "orbicularis_oculi",
    "frontalis",
    "zygomaticus",
    "orbicularis_oris",
    "mentalis",
)
"""Muscles with electrodes, in the order of the channels of each side."""

CROSSTALK: Mapping[Muscle, Mapping[Muscle, float]] = {
    "orbicularis_oculi": {"corrugator": 0.15, "zygomaticus": 0.1, "levator": 0.1, "frontalis": 0.05},
    "frontalis": {"corrugator": 0.3, "orbicularis_oculi": 0.06},
    "zygomaticus": {"levator": 0.3, "orbicularis_oculi": 0.1, "orbicularis_oris": 0.08},
    "orbicularis_oris": {"levator": 0.15, "zygomaticus": 0.15, "mentalis": 0.12},
    "mentalis": {"orbicularis_oris": 0.15},
}
"""What the electrode over the first muscle sees of others, as a share of their own electrode's (assumed)."""

_PHASES = 32
"""A spike's time within a sample is kept to this part of a sample."""
_LATEST_MS = 4.0
_SHALLOW_MM, _DEEP_MM = 1.0, 10.0
_SHORT_MS, _LONG_MS = 5.0, 10.0


@dataclass(frozen=True)
class EmgSettings:
    """How EMG is recorded. SettingsError where a value has no meaning.

    `rate_hz` samples a second, a multiple of 8. `band_hz` is the amplifier's, second order at each edge and
    causal. `response_uv` is the height of a muscle's response to a shock that fires all its axons once: it
    sets the scale of everything. `dispersal_ms` is how much later than the first the axons arrive, on
    average, that one axon stands for. `noise_uv` is the root mean square of electrode and amplifier noise,
    `range_uv` where the amplifier saturates.
    """

    rate_hz: float = 2000.0
    band_hz: tuple[float, float] = (20.0, 450.0)
    response_uv: float = 2400.0
    dispersal_ms: float = 1.0
    noise_uv: float = 2.0
    range_uv: float = 6500.0

    def __post_init__(self) -> None:
        low, high = self.band_hz
        if not (1000 <= self.rate_hz <= 50_000 and self.rate_hz % 8 == 0):
            raise SettingsError(f"rate_hz is {self.rate_hz}; use a multiple of 8 from 1000 to 50000.")
        if not 0 < low < high < self.rate_hz / 2:
            raise SettingsError(f"band_hz is {self.band_hz}; use two rising values below half of rate_hz.")
        if not (0 <= self.noise_uv <= 1000 and self.response_uv > 0 and 0 <= self.dispersal_ms <= 2):
            raise SettingsError("EMG needs noise_uv from 0, response_uv above 0, dispersal_ms from 0 to 2.")
        if not 100 <= self.range_uv <= 6500:
            raise SettingsError(f"range_uv is {self.range_uv}; use 100 to 6500.")


@dataclass(frozen=True)
class Emg:
    """Surface EMG in uV of every side and muscle with electrodes, each (n,), `rate_hz` samples a second."""

    channels: Mapping[tuple[Side, Muscle], FloatArray]
    rate_hz: float

    @property
    def time_s(self) -> FloatArray:
        """Times of the samples in seconds, (n,)."""
        return np.arange(len(next(iter(self.channels.values())))) / self.rate_hz

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(next(iter(self.channels.values()))) / self.rate_hz


@dataclass(frozen=True)
class Potentials:
    """Action potentials in uV of every axon's units, shape (axons, samples), from the spike's arrival on.

    In `together` the units that an axon stands for fire at the same spike, each with its own delay: firing
    from the lesion. In `apart` they fire independently, so that their powers add: the nucleus's orders.
    """

    together: FloatArray
    apart: FloatArray


def sources(
    axons: Axons,
    units: MotorUnits,
    arrivals: Arrivals,
    duration_s: float,
    settings: EmgSettings,
    rng: np.random.Generator,
) -> dict[Muscle, FloatArray]:
    """Return what electrodes over every muscle would see of it alone, in uV, (n,), before the amplifier."""
    n = round(duration_s * settings.rate_hz)
    potentials = action_potentials(axons, units, settings, rng)
    taps = potentials.apart.shape[1] // _PHASES
    # One row for each sample after the spike, so that all spikes read neighbouring memory.
    both = np.stack([potentials.apart, potentials.together], axis=1).reshape(-1, taps, _PHASES)
    table = np.ascontiguousarray(both.transpose(1, 0, 2)).reshape(taps, -1)
    at = arrivals.time_s * settings.rate_hz
    place = np.ceil(at).astype(int)
    phase = np.minimum(((place - at) * _PHASES).astype(int), _PHASES - 1)
    row = (2 * arrivals.axon + arrivals.involuntary) * _PHASES + phase
    # Where units fire apart their powers add, so that half of them have the root of half the height.
    height = np.where(arrivals.involuntary, arrivals.passed, np.sqrt(arrivals.passed))
    seen = {}
    inside = (place >= 0) & (place < n)
    for number, muscle in enumerate(NERVE_MUSCLES):
        mine = np.flatnonzero(inside & (units.muscle[arrivals.axon] == number))
        total, first, rows, heights = np.zeros(n + taps), place[mine], row[mine], height[mine]
        if mine.size:
            for tap in range(taps):
                total[tap : n + tap] += np.bincount(first, heights * table[tap][rows], n)
        seen[muscle] = total[:n]
    return seen


def action_potentials(
    axons: Axons, units: MotorUnits, settings: EmgSettings, rng: np.random.Generator
) -> Potentials:
    """Return every axon's potentials, `_PHASES` values for each sample of the EMG.

    Within a muscle heights are in proportion to the root of force over depth, and all of them together, each
    axon firing once, reach `response_uv`.
    """
    n, step_ms = len(axons.muscle), 1000 / settings.rate_hz / _PHASES
    samples = int(np.ceil((_LONG_MS + _LATEST_MS) * settings.rate_hz / 1000)) * _PHASES
    time_ms = (np.arange(samples) + 0.5) * step_ms
    depth = rng.uniform(_SHALLOW_MM, _DEEP_MM, n)
    length, triphasic = rng.uniform(_SHORT_MS, _LONG_MS, n), rng.random(n) < 0.5
    height = np.sqrt(units.force) / depth
    together, apart = np.zeros((n, samples)), np.zeros((n, samples))
    for axon in range(n):
        weight = float(axons.weight[axon])
        copies = max(1, round(weight))
        late = np.minimum(rng.gamma(2.0, settings.dispersal_ms / 2, copies), _LATEST_MS) * (copies > 1)
        shape = height[axon] * _shape(time_ms, float(length[axon]), bool(triphasic[axon]))
        # Copies differ by whole steps of the table: 16 us at 2 kHz.
        spread = np.bincount((late / step_ms).astype(int)) * (weight / copies)
        together[axon] = np.convolve(shape, spread)[:samples]
        apart[axon] = np.sqrt(weight) * shape
    for number in range(len(NERVE_MUSCLES)):
        mine = units.muscle == number
        if mine.any():
            scale = settings.response_uv / np.abs(together[mine].sum(axis=0)).max()
            together[mine] *= scale
            apart[mine] *= scale
    return Potentials(together, apart)


def record(
    seen: Mapping[Side, Mapping[Muscle, FloatArray]],
    duration_s: float,
    settings: EmgSettings,
    rng: np.random.Generator,
) -> Emg:
    """Return the EMG of both sides from what electrodes would see of each muscle alone (`sources`).

    A side that is not given shows noise only.
    """
    n = round(duration_s * settings.rate_hz)
    white_uv = settings.noise_uv * np.sqrt(settings.rate_hz / 2 / np.diff(settings.band_hz)[0])
    sections = butter(2, settings.band_hz, "bandpass", fs=settings.rate_hz, output="sos")
    channels = {}
    for side in SIDES:
        for muscle in EMG_MUSCLES:
            signal = white_uv * rng.standard_normal(n)
            if side in seen:
                signal += seen[side][muscle]
                for other, share in CROSSTALK[muscle].items():
                    signal += share * seen[side][other]
            amplified = sosfilt(sections, signal)
            channels[side, muscle] = np.clip(amplified, -settings.range_uv, settings.range_uv)
    return Emg(channels, settings.rate_hz)


def _shape(time_ms: FloatArray, length_ms: float, triphasic: bool) -> FloatArray:
    """Return an action potential of height 1 that lasts `length_ms` from time 0."""
    width = length_ms / 6.5
    u = (time_ms - length_ms / 2) / width
    bell = np.exp(-(u**2) / 2)
    shape = (1 - u**2) * bell if triphasic else -u * np.exp(0.5) * bell
    return np.where((time_ms >= 0) & (time_ms <= length_ms), shape, 0.0)
