"""Mains hum in EMG: found as lines of the spectrum, followed in size and phase, and taken off.

A notch filter would ring after every burst; a sine that is fitted mostly to the quiet samples does not.
"""

import numpy as np
from scipy import ndimage, signal

from facialis.settings import MuscleSettings
from facialis.types import FloatArray

MAINS_HZ = (50.0, 60.0)
SEGMENT_S = 2.0
NEAR_HZ, BESIDE_HZ = 0.6, 8.0
"""Where the line may lie around its nominal place, and how far beside it the spectrum is taken for
comparison."""
BLOCK_S = 0.02
LOUD_S = 0.05


def lines_of(x: FloatArray, rate_per_s: float, settings: MuscleSettings) -> list[float]:
    """Return the frequencies (Hz) of the mains and its harmonics that stand out of the spectrum of `x` (n,).

    The spectrum is the median over segments, so that bursts, which fill few of them, count little.
    """
    n = int(SEGMENT_S * rate_per_s)
    if x.size < 3 * n:
        return []
    frequency, power = signal.welch(x, rate_per_s, nperseg=n, average="median")
    top = min(settings.high_hz, 0.48 * rate_per_s)
    for mains in MAINS_HZ:
        harmonics = [k * mains for k in range(1, int(top // mains) + 1)]
        found = [hz for hz in harmonics if _stands_out(frequency, power, hz, settings.hum_factor)]
        # A harmonic alone may belong to another machine; the mains itself, or two of its harmonics, do not.
        if mains in found or len(found) > 1:
            return found
    return []


def without_hum(x: FloatArray, rate_per_s: float, lines: list[float], settings: MuscleSettings) -> FloatArray:
    """Return `x` (n,) without these lines (Hz)."""
    if not lines:
        return x
    rest = x.copy()
    for hz in lines:
        rest = rest - _line(rest, rate_per_s, hz, settings.hum_follow_s)
    return rest


def _stands_out(frequency: FloatArray, power: FloatArray, hz: float, factor: float) -> bool:
    away = np.abs(frequency - hz)
    beside = (away > 2) & (away < BESIDE_HZ)
    near = away <= NEAR_HZ
    return bool(near.any() and beside.any() and power[near].max() > factor * np.median(power[beside]))


def _line(x: FloatArray, rate_per_s: float, hz: float, follow_s: float) -> FloatArray:
    """The sine near `hz` in `x` (n,), its size and phase followed over `follow_s`, loud samples counting
    less."""
    power = ndimage.uniform_filter1d(x * x, max(1, round(LOUD_S * rate_per_s)))
    weight = 1 / (power + np.median(power) + 1e-12)
    t = np.arange(x.size) / rate_per_s
    exact = hz + _detuned(x, weight, t, rate_per_s, hz, follow_s)
    turn = np.exp(-2j * np.pi * exact * t)
    size = _followed(x * turn, weight, rate_per_s, follow_s)
    line: FloatArray = 2 * np.real(size * np.conj(turn))
    return line


def _detuned(
    x: FloatArray, weight: FloatArray, t: FloatArray, rate_per_s: float, hz: float, follow_s: float
) -> float:
    """How far (Hz) the line lies from `hz`: how fast its phase turns."""
    size = _followed(x * np.exp(-2j * np.pi * hz * t), weight, rate_per_s, follow_s)
    step = max(1, round(follow_s * rate_per_s))
    each = size[::step]
    turned = np.angle(np.sum(each[1:] * np.conj(each[:-1]))) if each.size > 1 else 0.0
    return float(np.clip(turned / (2 * np.pi * step / rate_per_s), -NEAR_HZ, NEAR_HZ))


def _followed(x: FloatArray, weight: FloatArray, rate_per_s: float, follow_s: float) -> FloatArray:
    """Weighted running mean of a complex curve (n,) over a Gaussian of `follow_s`, by way of blocks."""
    block = max(1, round(BLOCK_S * rate_per_s))
    starts = np.arange(0, x.size, block)
    top, bottom = np.add.reduceat(weight * x, starts), np.add.reduceat(weight, starts)
    sigma = follow_s * rate_per_s / block
    smooth = ndimage.gaussian_filter1d(top, sigma) / ndimage.gaussian_filter1d(bottom, sigma)
    at = np.minimum(starts + block / 2, x.size)
    index = np.arange(x.size)
    followed: FloatArray = np.interp(index, at, smooth.real) + 1j * np.interp(index, at, smooth.imag)
    return followed
