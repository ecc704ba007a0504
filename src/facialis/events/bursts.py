"""Bursts of one muscle: where its power leaves the recording's own noise, and the instant at which it
does.

Found with two thresholds on the log of the smoothed power, in standard deviations of the noise's own log
power. Timed by the change of variance that is likeliest in the EMG itself (approximated generalised
likelihood ratio; compared with other methods by Staude 2001, doi:10.1155/S1110865701000191).
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from facialis.events.filters import baseline, samples
from facialis.settings import BurstSettings
from facialis.signals.muscle import Muscles
from facialis.signals.runs import runs_of
from facialis.types import BoolArray, FloatArray

NORMAL_QUARTER = 0.6745
PASSES = 3
REFINEMENTS = 6
HIGH = 0.25
"""Share of a burst's largest smoothed power from which on it is surely under way."""
LEAST_RATIO = 1.5
"""A smaller rise of the power is the noise's own unrest."""
BAND_HZ = 430.0
FROM_HZ = 20.0
MARGIN_S = 0.02
LEAST_SAMPLES = 6
"""A variance of fewer samples is no estimate."""


@dataclass(frozen=True)
class Activity:
    """One muscle over time. `noise` (m,) is its quiet power in uV², `power` and `slow_power` what it
    does, over a shorter and a longer while; `fast` and `slow` (m,) the log power above
    it, in SD of the noise's; `known` (m,) where it could be read. `sd` is that of the fast log power."""

    time_s: FloatArray
    noise: FloatArray
    power: FloatArray
    slow_power: FloatArray
    fast: FloatArray
    slow: FloatArray
    known: BoolArray
    sd: float
    smooth_s: float

    @property
    def step_s(self) -> float:
        """Seconds between two values."""
        return float(self.time_s[1] - self.time_s[0])

    def span(self, onset_s: float, offset_s: float) -> slice:
        """Return the samples of a stretch, at least one."""
        first = int(np.clip(np.ceil(onset_s / self.step_s - 1e-6), 0, self.time_s.size - 1))
        return slice(first, max(first + 1, int(np.ceil(offset_s / self.step_s - 1e-6))))

    def amplitude_uv(self, onset_s: float, offset_s: float) -> float:
        """Return the root of the mean power above the noise of a stretch, in uV; 0 where nothing is known."""
        span = self.span(onset_s, offset_s)
        known = self.known[span]
        if not known.any():
            return 0.0
        above = float(np.mean((self.power[span] - self.noise[span])[known]))
        return math.sqrt(max(above, 0.0))

    def strength(self, onset_s: float, offset_s: float) -> float:
        """Return how far the mean power of a stretch lies above the noise, in SD of a mean over so long."""
        span = self.span(onset_s, offset_s)
        known = self.known[span]
        if not known.any():
            return 0.0
        ratio = float(np.mean(self.power[span][known]) / np.mean(self.noise[span][known]))
        # A mean over a longer time scatters less, down to what slow change of the noise leaves.
        own, length = 3.5 * self.smooth_s, float(offset_s - onset_s)
        sd = self.sd * max(float(np.sqrt(own / max(length, own))), 0.3)
        return float(np.log(ratio) / sd)


@dataclass(frozen=True)
class Burst:
    """A muscle's burst: times in seconds, peak of the envelope and RMS over all of it above the noise, in
    uV, and how clear it is in SD of the noise's log power."""

    onset_s: float
    offset_s: float
    peak_s: float
    peak_uv: float
    amplitude_uv: float
    strength: float

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


def activity_of(muscles: Muscles, name: str, settings: BurstSettings, smooth_s: float) -> Activity:
    """Return one muscle's power against its own noise.

    The noise is the running quiet level of what is not a burst, so it is found in turn with the bursts; a
    recording that is half spasm still has it.
    """
    known = muscles.known[name]
    fast, slow = (_log(each[name], known) for each in (muscles.power, muscles.slow))
    quiet = known
    quantile = settings.quiet_quantile
    n = samples(settings.baseline_s, muscles.step_s)
    level, sd, level_slow, sd_slow = fast * 0, 1.0, slow * 0, 1.0
    for _ in range(PASSES):
        level, sd = _noise(fast, quiet, n, quantile)
        level_slow, sd_slow = _noise(slow, quiet, n, quantile)
        loud = ((fast - level) / sd > settings.leave_noise) | (
            (slow - level_slow) / sd_slow > settings.leave_noise
        )
        busy = _with_entries(loud, ((fast - level) / sd) > settings.enter_noise)
        quiet = known & ~busy
        if quiet.sum() < 0.1 * max(known.sum(), 1):
            break
        quantile = 0.5
    power = muscles.power[name]
    return Activity(
        muscles.time_s,
        # The mean of a power lies above the exponential of its mean logarithm.
        np.exp(level + sd**2 / 2),
        power,
        muscles.slow[name],
        np.where(known, (fast - level) / sd, 0.0),
        np.where(known, (slow - level_slow) / sd_slow, 0.0),
        known,
        sd,
        smooth_s,
    )


def _log(power: FloatArray, known: BoolArray) -> FloatArray:
    """Logarithm of the power (m,); what is silent to the last digit (a drawn signal) has a floor."""
    typical = float(np.median(power[known])) if known.any() else 1.0
    floor = max(1e-6 * (typical or float(power.max(initial=0.0))), 1e-9)
    return np.asarray(np.log(np.maximum(power, floor)))


def _noise(curve: FloatArray, quiet: BoolArray, n: int, quantile: float) -> tuple[FloatArray, float]:
    """Quiet level (m,) of a log power, and the SD of its lower half about it: bursts only raise it."""
    level = baseline(curve, quiet, n, quantile)
    below = (level - curve)[quiet & (curve < level)]
    sd = float(np.median(below)) / NORMAL_QUARTER if below.size > 10 else 0.3
    # Below a quantile under the middle, values lie closer together than half of a normal law's.
    return level, max(sd * (1.25 if quantile < 0.5 else 1.0), 0.05)


def _with_entries(loud: BoolArray, entered: BoolArray) -> BoolArray:
    busy = np.zeros(loud.shape, dtype=bool)
    for first, stop in runs_of(loud):
        busy[first:stop] = entered[first:stop].any()
    return busy


def bursts_of(muscles: Muscles, name: str, activity: Activity, settings: BurstSettings) -> tuple[Burst, ...]:
    """Return the bursts of one muscle in order of time; those closer than `join_s` are one."""
    # The faster curve tells what is short, the slower what is long and weak.
    loud = ((activity.fast > settings.leave_noise) | (activity.slow > settings.leave_noise)) & activity.known
    found: list[Burst] = []
    squares = muscles.forward[name] ** 2, muscles.backward[name] ** 2
    for first, stop in runs_of(loud):
        strength = float(max(activity.fast[first:stop].max(), activity.slow[first:stop].max()))
        if strength < settings.enter_noise:
            continue
        burst = _timed(squares, muscles.rate_per_s, activity, (first, stop), strength, settings)
        if burst.length_s >= settings.shortest_s and not _is_pop(muscles, name, burst, activity, settings):
            found.append(burst)
    return joined_bursts(found, activity, settings.join_s)


def _is_pop(muscles: Muscles, name: str, burst: Burst, activity: Activity, settings: BurstSettings) -> bool:
    """Whether a burst has its power below the muscle's band, as a step has, or all of it in one instant."""
    rate = muscles.rate_per_s
    first = max(0, round((burst.onset_s - MARGIN_S) * rate))
    x = muscles.emg[name][first : round((burst.offset_s + MARGIN_S) * rate)]
    noise = float(activity.noise[activity.span(burst.onset_s, burst.offset_s).start])
    power = np.abs(np.fft.rfft(x)) ** 2
    hz = np.fft.rfftfreq(x.size, 1 / rate)
    quiet = np.where((hz > FROM_HZ) & (hz < FROM_HZ + BAND_HZ), noise * x.size * rate / (2 * BAND_HZ), 0.0)
    above = np.maximum(power - quiet, 0.0)
    fast = float(above[hz >= settings.muscle_hz].sum()) / max(float(above.sum()), 1e-12)
    energy = np.cumsum(np.concatenate([[0.0], np.maximum(x * x - noise, -noise)]))
    width = min(max(1, round(settings.instant_s * rate)), x.size)
    instant = float((energy[width:] - energy[:-width]).max()) / max(float(energy[-1]), 1e-12)
    return fast < settings.muscle_share or instant > settings.instant_share


def joined_bursts(found: list[Burst], activity: Activity, gap_s: float) -> tuple[Burst, ...]:
    """Join bursts that are less than `gap_s` apart, or overlap."""
    out: list[Burst] = []
    for burst in sorted(found, key=lambda b: b.onset_s):
        if out and burst.onset_s - out[-1].offset_s < gap_s:
            last = out.pop()
            offset_s = max(last.offset_s, burst.offset_s)
            stronger = max(last, burst, key=lambda b: b.peak_uv)
            burst = replace(
                stronger,
                onset_s=last.onset_s,
                offset_s=offset_s,
                amplitude_uv=activity.amplitude_uv(last.onset_s, offset_s),
                strength=max(last.strength, burst.strength),
            )
        out.append(burst)
    return tuple(out)


def _timed(
    squares: tuple[FloatArray, FloatArray],
    rate: float,
    activity: Activity,
    run: tuple[int, int],
    strength: float,
    settings: BurstSettings,
) -> Burst:
    first, stop = run
    peak = first + int(np.argmax(activity.power[first:stop]))
    per = round(activity.step_s * rate)
    reach = round(settings.edge_search_s * rate)
    top = float(activity.power[peak])
    # Samples closer than half a period of the band's top are not independent, and count that much less.
    evidence = settings.change_evidence / min(1.0, 2 * BAND_HZ / rate)
    noise = max(float(activity.noise[peak]), settings.edge_share**2 * top)
    n = squares[0].size
    begin, end = max(first * per - reach, 0), min(stop * per + reach, n)
    # The smoothed power rises before a burst and falls after it: the change lies where it is high, or before.
    high = first + np.flatnonzero(activity.power[first:stop] >= HIGH * top)[[0, -1]]
    head = min(max(int(high[0]) * per + per, begin + LEAST_SAMPLES), n)
    tail = max(min(int(high[1]) * per, end - LEAST_SAMPLES), 0)
    on = begin + _change(squares[0][begin:head], noise, evidence)
    off = end - _change(squares[1][tail:end][::-1], noise, evidence)
    onset_s, offset_s = on / rate, max(off, on + 1) / rate
    return Burst(
        onset_s,
        offset_s,
        float(activity.time_s[peak]),
        float(np.sqrt(max(top - float(activity.noise[peak]), 0.0))),
        activity.amplitude_uv(onset_s, offset_s),
        strength,
    )


def _change(squares: FloatArray, noise: float, evidence: float) -> int:
    """Return after how many samples of `squares` (k,), which begin in noise, a burst begins.

    At the likeliest change of variance; then, as long as what lies before still holds a likely change, there.
    """
    at = squares.size - 1
    for _ in range(REFINEMENTS):
        if at < LEAST_SAMPLES:
            break
        score = _likelihood(squares[:at], noise)
        best = int(np.argmax(score))
        if score[best] < evidence:
            break
        at = best
    return at


def _likelihood(squares: FloatArray, noise: float) -> FloatArray:
    """Log likelihood ratio (k,), for a change at each sample, of a raised variance from there to the end."""
    n = np.arange(squares.size, 0, -1)
    ratio = np.cumsum(squares[::-1])[::-1] / (n * noise)
    score = 0.5 * n * (ratio - 1 - np.log(np.maximum(ratio, 1e-12)))
    usable = (ratio > LEAST_RATIO) & (n >= LEAST_SAMPLES)
    found: FloatArray = np.where(usable, score, 0.0)
    return found
