"""Simulated diaries whose truth is known: plain time series, and virtual patients with toxin and recordings.

What a day felt like has a level that lingers, a part of its own, the factors' effects, and the toxin. Which
days get an entry may depend on how the day felt. Nothing here is taken from the analysis but the toxin's
curve, and of that each diary draws its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np

from facialis.measures.history import DiaryDay, History, RecordedRate, Treatment
from facialis.measures.toxin import ToxinPriors, natural, remaining
from facialis.types import FloatArray

DAYS = 140
START = date(2026, 1, 5)
FACTORS = ("coffee", "screen", "stress", "short sleep", "wine")
Missing = str


@dataclass(frozen=True)
class Truth:
    """How a diary is made.

    `entries` of 140 days; `correlation` of the lingering part from day to day, `own` its complement's
    share of the variance; `sd` of a day, in points of 10. `effects` in points for each step of a factor,
    `carried` of the day before. `selective`: how many times likelier an entry is for a point more felt
    strength. `whole`: felt strength as whole numbers from 0 to 10. `toxin`: an injection on day 20, and
    one on day 110. `rates`: three minutes are recorded on each day with an entry, and effects multiply
    the rate by exp(0.3) for each point. `noted`: the factors that the diary asks for.
    """

    entries: int = 30
    correlation: float = 0.0
    own: float = 0.0
    sd: float = 1.5
    effects: Mapping[str, float] = field(default_factory=dict)
    carried: Mapping[str, float] = field(default_factory=dict)
    selective: float = 1.0
    whole: bool = False
    toxin: bool = False
    rates: bool = False
    days: int = DAYS
    per_min: float = 5.0
    noted: tuple[str, ...] = FACTORS


LOG_RATE_PER_POINT = 0.3


def lingering(n: int, correlation: float, rng: np.random.Generator) -> FloatArray:
    """Return n standard normal values, each correlated with the last."""
    values = rng.normal(size=n)
    for i in range(1, n):
        values[i] = correlation * values[i - 1] + np.sqrt(1 - correlation**2) * values[i]
    return values


def factor_days(n: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Return the strength of each factor on n days: some come and go by chance, others for days on end.

    Coffee in cups, 0 to 3; screen half of the days; stress for days on end; short sleep after stress more
    often; wine at weekends mostly.
    """
    stress = (lingering(n, 0.8, rng) > 0.5).astype(float)
    weekend = np.isin(np.arange(n) % 7, (5, 6))
    return {
        "coffee": np.where(rng.random(n) < 0.6, rng.integers(1, 4, n), 0).astype(float),
        "screen": (rng.random(n) < 0.5).astype(float),
        "stress": stress,
        "short sleep": (rng.random(n) < 0.25 + 0.3 * stress).astype(float),
        "wine": (rng.random(n) < np.where(weekend, 0.7, 0.15)).astype(float),
    }


def make_diary(truth: Truth, seed: int) -> History:
    """Return a diary."""
    rng = np.random.default_rng(seed)
    n = truth.days
    factors = factor_days(n, rng)
    pushed = np.zeros(n)
    for name, strength in factors.items():
        pushed += truth.effects.get(name, 0.0) * strength
        pushed[1:] += truth.carried.get(name, 0.0) * strength[:-1]
    wave = np.sqrt(1 - truth.own) * lingering(n, truth.correlation, rng)
    noise = truth.sd * (wave + np.sqrt(truth.own) * rng.normal(size=n))
    given, left = _toxin(n, rng) if truth.toxin else ((), np.ones(n))
    felt = 2.0 + 4.0 * left + pushed + noise
    chosen = _days_entered(truth, felt, rng)
    shown = np.clip(np.round(felt), 0, 10) if truth.whole else felt
    entries = [
        DiaryDay(
            START + timedelta(int(i)),
            float(shown[i]),
            None,
            {name: float(factors[name][i]) for name in truth.noted},
        )
        for i in chosen
    ]
    recordings: list[RecordedRate] = []
    if truth.rates:
        entries = [DiaryDay(e.day, None, None, e.factors) for e in entries]
        log_rate = np.log(truth.per_min * left) + LOG_RATE_PER_POINT * (pushed + noise)
        recordings = [_recording(int(i), float(np.exp(log_rate[i])), rng) for i in chosen]
    return History(recordings, entries, given)


def _toxin(n: int, rng: np.random.Generator) -> tuple[tuple[Treatment, ...], FloatArray]:
    """Return two injections, and what they leave on each day, each with its own curve."""
    left, given = np.ones(n), []
    for at in (20, 110):
        shape = natural(rng.normal(size=(1, 4)), ToxinPriors())
        since = np.arange(n) - float(at)
        left *= np.where(since > 0, remaining(shape, since)[0], 1.0)
        given.append(Treatment(START + timedelta(at), "toxin"))
    return tuple(given), left


def _days_entered(truth: Truth, felt: FloatArray, rng: np.random.Generator) -> FloatArray:
    weight = np.exp(np.log(truth.selective) * (felt - felt.mean()))
    chosen = rng.choice(felt.size, min(truth.entries, felt.size), replace=False, p=weight / weight.sum())
    ordered: FloatArray = np.sort(chosen)
    return ordered


def _recording(day: int, per_min: float, rng: np.random.Generator) -> RecordedRate:
    minutes = float(rng.uniform(2, 4))
    when = datetime.combine(START + timedelta(day), time(18))
    return RecordedRate(when, int(rng.poisson(per_min * minutes)), 60 * minutes)
