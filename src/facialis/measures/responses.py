"""Answers of facial muscles to electrical stimuli: latency, size and persistence of the lateral spread
response.

In hemifacial spasm a stimulus to one branch of the nerve is also answered, after about 10 ms, by muscles
of another branch (Moller and Jannetta 1985, doi:10.1212/wnl.35.7.969; Misawa 2006,
doi:10.1136/jnnp.2005.073833).
"""

from dataclasses import dataclass

import numpy as np
from scipy import interpolate

from facialis.measures.basis import MEDIAN_INTERVAL, WILSON_INTERVAL, Term, too_few
from facialis.measures.intervals import NO_INTERVAL, quantile_interval, wilson_interval
from facialis.settings import ResponseSettings
from facialis.signals.muscle import EYE, Muscles
from facialis.source.channels import parts
from facialis.types import SIDES, BoolArray, FloatArray, Measure

BEFORE_S, GAP_S = 0.05, 0.005
"""The noise is that from 50 to 5 ms before the stimulus."""
FLANK_LOW, FLANK_HIGH = 0.1, 0.5
"""The first flank is drawn on from these shares of its height down to zero."""
FIRST_SHARE = 0.05
"""A flank must be this share of the whole answer."""
FINER = 8
WANDER_S = 0.001
"""Answers to the same stimulus come within this of each other; later ones of the nucleus do not."""
NO_STIMULI = "no stimulus is marked in the recording"
DIRECT = "the muscle answers at once, so it belongs to the branch that was stimulated"


@dataclass(frozen=True)
class Responses:
    """A muscle's answer to each of k stimuli. `latency_s` (k,) is NaN where it did not answer;
    `amplitude_uv` (k,) goes from peak to peak. `direct` (k,) tells where it answered at once. `k` counts
    readable stimuli."""

    latency_s: FloatArray
    amplitude_uv: FloatArray
    direct: BoolArray

    @property
    def k(self) -> int:
        """Stimuli around which the muscle could be read."""
        return self.latency_s.size


def responses_of(muscles: Muscles, name: str, settings: ResponseSettings) -> Responses:
    """Return how a muscle answered each stimulus that lies within the recording.

    Whether it answered is told from each sweep alone. When, from the mean of the answers, which shows its
    first flank above a smaller noise; each answer's own latency is that onset and how far it lies after the
    mean (Woody 1967, doi:10.1007/BF02474247).
    """
    x, rate = muscles.forward[name], muscles.rate_per_s * FINER
    fine = _Sweeps(settings, rate)
    sweeps = [fine.cut(x, mark.onset_s, muscles.rate_per_s) for mark in muscles.stimuli]
    kept = [sweep for sweep in sweeps if sweep is not None]
    if not kept:
        return Responses(np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool))
    rows = np.array(kept)
    noise = np.array([fine.noise(row) for row in rows])
    late, early = rows[:, fine.late], rows[:, fine.early]
    direct = np.abs(early).max(axis=1) > settings.noise * noise
    answered = np.abs(late).max(axis=1) > settings.noise * noise
    latency = np.full(len(rows), np.nan)
    amplitude = np.where(answered, np.ptp(late, axis=1), np.nan)
    if answered.any():
        mean = late[answered].mean(axis=0)
        lags = _lags(late[answered], mean, round(WANDER_S * rate))
        # The mean of n sweeps has their noise over the root of n.
        least = settings.noise * float(np.median(noise[answered])) / np.sqrt(answered.sum())
        onset = _onset(np.abs(mean), least)
        # What is under way as the window opens began as a direct answer, or leaks from a muscle that gave
        # one.
        direct |= onset <= 0.0005 * rate
        latency[answered] = settings.earliest_s + (onset + lags) / rate
    return Responses(latency, amplitude, np.asarray(direct))


class _Sweeps:
    """Where in a sweep, cut around a stimulus and resampled finer, noise, direct and late answers lie."""

    def __init__(self, settings: ResponseSettings, rate: float) -> None:
        self.rate, self.after_s = rate, settings.latest_s
        self.early = self._part(settings.artefact_s + 0.0005, settings.direct_s)
        self.late = self._part(settings.earliest_s, settings.latest_s)
        self.before = self._part(-BEFORE_S, -GAP_S)

    def _part(self, from_s: float, to_s: float) -> slice:
        return slice(round((BEFORE_S + from_s) * self.rate), round((BEFORE_S + to_s) * self.rate))

    def cut(self, x: FloatArray, onset_s: float, coarse: float) -> FloatArray | None:
        """One sweep, its middle level taken off; None where the recording does not hold it."""
        at = (
            onset_s - BEFORE_S + np.arange(round((BEFORE_S + self.after_s) * self.rate)) / self.rate
        ) * coarse
        first, stop = int(np.floor(at[0])) - 2, int(np.ceil(at[-1])) + 3
        if first < 0 or stop > x.size:
            return None
        sweep: FloatArray = interpolate.CubicSpline(np.arange(first, stop), x[first:stop])(at)
        return sweep - float(np.median(sweep[self.before]))

    def noise(self, sweep: FloatArray) -> float:
        """SD of what lies before the stimulus, from its median."""
        return 1.4826 * float(np.median(np.abs(sweep[self.before]))) + 1e-9


def _lags(rows: FloatArray, mean: FloatArray, most: int) -> FloatArray:
    """Return how far (samples) each row (n, m) lies after the mean of all (m,), by where it fits that best.

    A row is moved by `most` at the utmost, and little where that fits hardly better; the middle lag is 0.
    """
    moves = np.arange(-most, most + 1)
    inner = mean[most : mean.size - most]
    fits = np.stack([rows[:, most + move : most + move + inner.size] @ inner for move in moves], axis=1)
    likely = np.exp(-0.5 * (moves / (most / 2)) ** 2)
    lags: FloatArray = moves[np.argmax(np.maximum(fits, 0.0) * likely, axis=1)].astype(float)
    return lags - float(np.median(lags))


def _onset(height: FloatArray, least: float) -> float:
    """Position, between samples, at which the first flank of a curve (n,), drawn on, leaves zero."""
    above = np.flatnonzero(height > max(least, FIRST_SHARE * float(height.max())))
    crossing = int(above[0]) if above.size else int(np.argmax(height))
    peak = crossing
    while peak + 1 < height.size and height[peak + 1] > height[peak]:
        peak += 1
    begin = crossing
    while begin > 0 and height[begin - 1] < height[begin]:
        begin -= 1
    flank = height[begin : peak + 1] / height[peak]
    if flank.size < 3:
        return float(crossing)
    low, high = (np.interp(share, flank, np.arange(flank.size)) for share in (FLANK_LOW, FLANK_HIGH))
    drawn_on = low - (high - low) * FLANK_LOW / (FLANK_HIGH - FLANK_LOW)
    return float(begin + max(drawn_on, -1.0))


def response_measures(muscles: Muscles, settings: ResponseSettings, min_events: int) -> list[Measure]:
    """Return latency, size and persistence of the lateral spread response of every recorded muscle.

    Without marked stimuli those of the orbiculares oculi say so. A muscle that answers directly has none.
    """
    names = list(muscles.emg) if muscles.stimuli else [EYE[side] for side in SIDES]
    return [m for name in names for m in _of_muscle(muscles, name, settings, min_events)]


def _of_muscle(muscles: Muscles, name: str, settings: ResponseSettings, min_events: int) -> list[Measure]:
    side, muscle = parts(name)
    words = muscle.replace("_", " ")
    seconds = float(muscles.time_s[-1])
    latency, amplitude, persistence = (
        Term(f"lsr_{what}_{muscle}", f"Lateral spread response of the {words}, {label}", side, unit, seconds)
        for what, label, unit in (
            ("latency", "time from the stimulus", "ms"),
            ("amplitude", "size from peak to peak", "uV"),
            ("persistence", "share of stimuli answered", "%"),
        )
    )
    found = responses_of(muscles, name, settings)
    reason = NO_STIMULI if not muscles.stimuli else too_few(found.k, min_events, "stimuli that could be read")
    if not reason and found.direct.mean() > 0.5:
        reason = DIRECT
    if reason:
        return [term.lack(found.k, reason) for term in (latency, amplitude, persistence)]
    answered = np.isfinite(found.latency_s) & (~found.direct)
    n = int(answered.sum())
    share = persistence.give(n / found.k, wilson_interval(n, found.k), found.k, WILSON_INTERVAL, scale=100)
    if reason := too_few(n, min_events, "answers"):
        return [latency.lack(n, reason), amplitude.lack(n, reason), share]
    return [
        _median(latency, found.latency_s[answered], 1000.0),
        _median(amplitude, found.amplitude_uv[answered], 1.0),
        share,
    ]


def _median(term: Term, values: FloatArray, scale: float) -> Measure:
    interval = quantile_interval(values, 0.5)
    how = MEDIAN_INTERVAL if interval != NO_INTERVAL else f"no interval from {values.size} values"
    return term.give(float(np.median(values)), interval, values.size, how, scale=scale)
