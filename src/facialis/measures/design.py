"""The columns of a diary's regression: the outcome, trend, toxin cycle, and every factor's strength."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from facialis.measures.history import DiaryDay, History, measured
from facialis.measures.toxin import ToxinPriors, natural, remaining
from facialis.types import BoolArray, FloatArray

Outcome = Literal["felt", "bother", "rate"]
OUTCOMES: tuple[Outcome, ...] = ("felt", "bother", "rate")


@dataclass(frozen=True)
class Design:
    """One outcome `y` (n,) on days `day` (n,), counted from the first.

    `noise` (n,), mean 1, is the relative variance of counting, None for felt outcomes. `covariates` (n, c):
    level, trend, toxin. `strength` and `day_before` map each factor to (n,) values; the day before holds the
    known days' mean where it is not known, `before_known` (n,) tells where it is.
    """

    outcome: Outcome
    y: FloatArray
    day: FloatArray
    noise: FloatArray | None
    covariates: FloatArray
    strength: Mapping[str, FloatArray]
    day_before: Mapping[str, FloatArray]
    before_known: Mapping[str, BoolArray]
    notes: tuple[str, ...]

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors' names in the order of the alphabet."""
        return tuple(sorted(self.strength))

    def days_with(self, name: str) -> tuple[int, int]:
        """Return the number of days with and without a factor."""
        there = int(np.count_nonzero(self.strength[name]))
        return there, self.y.size - there

    def typical(self, name: str) -> float:
        """Return the usual strength on a day with the factor, 1 if there was none."""
        there = self.strength[name][self.strength[name] != 0]
        return float(np.median(np.abs(there))) if there.size else 1.0

    def graded(self, name: str) -> bool:
        """Whether the factor comes in more than one strength."""
        return len(set(self.strength[name]) - {0.0}) > 1

    def pairs(self, name: str) -> int:
        """Return the number of days of which the day before is known too."""
        return int(self.before_known[name].sum())

    def varies_before(self, name: str) -> bool:
        """Whether the factor was there on three known days before, and not on three."""
        known = self.day_before[name][self.before_known[name]]
        return bool(min(np.count_nonzero(known), np.count_nonzero(known == 0)) >= 3)

    def twin(self, name: str) -> str:
        """Return a factor that came and went together with this one, empty if there is none."""
        for other in self.factors:
            both = self.strength[name], self.strength[other]
            if other != name and abs(_correlation(*both)) > 0.999:
                return other
        return ""


def outcomes_in(history: History) -> list[Outcome]:
    """Return the outcomes that the diary has any day for."""
    counted = {r.on for r in measured(history.recordings)}
    noted = [entry for entry in history.diary if entry.factors]
    there: Mapping[Outcome, bool] = {
        "felt": any(entry.felt is not None for entry in noted),
        "bother": any(entry.bother is not None for entry in noted),
        "rate": any(entry.day in counted for entry in noted),
    }
    return [outcome for outcome in OUTCOMES if there[outcome]]


def design_of(history: History, outcome: Outcome, noted_share: float, priors: ToxinPriors) -> Design:
    """Return the columns for one outcome, from the days on which it and all usable factors were noted.

    A factor that was noted on a smaller share of the days than `noted_share` is left out, with a note.
    Raises ValueError where a day comes twice.
    """
    entries = sorted(history.diary, key=lambda entry: entry.day)
    if len({entry.day for entry in entries}) < len(entries):
        raise ValueError("a day comes twice in the diary")
    seen = _outcome_of(history, outcome)
    entries = [entry for entry in entries if entry.day in seen and entry.factors]
    names, notes = _usable(entries, noted_share)
    whole = [entry for entry in entries if all(name in entry.factors for name in names)]
    if len(whole) < len(entries):
        n = len(entries) - len(whole)
        days_were = (
            "1 day without a note of every factor was"
            if n == 1
            else f"{n} days without a note of every factor were"
        )
        notes.append(f"{days_were} left out.")
    days = [entry.day for entry in whole]
    day = np.array([(each - days[0]).days for each in days], dtype=float) if days else np.zeros(0)
    covariates = _covariates(history, days, day, outcome, priors)
    y = np.array([seen[each][0] for each in days])
    by_day = {entry.day: entry for entry in history.diary}
    before = {name: _day_before(by_day, days, name) for name in names}
    return Design(
        outcome,
        y,
        day,
        _noise(covariates, y, np.array([seen[each][1] for each in days])) if outcome == "rate" else None,
        covariates,
        {name: np.array([float(entry.factors[name]) for entry in whole]) for name in names},
        {name: pair[0] for name, pair in before.items()},
        {name: pair[1] for name, pair in before.items()},
        tuple(notes),
    )


def outcome_by_day(history: History, outcome: Outcome) -> dict[date, float]:
    """Return for each day the outcome: 0 to 10, or for `rate` the logarithm of spasms a minute."""
    return {day: value for day, (value, _) in _outcome_of(history, outcome).items()}


def _outcome_of(history: History, outcome: Outcome) -> dict[date, tuple[float, float]]:
    """Return for each day the outcome and, for the rate, the minutes observed.

    The rate is the logarithm of (count + 0.5) a minute over all recordings of the day.
    """
    if outcome != "rate":
        values = {entry.day: getattr(entry, outcome) for entry in history.diary}
        return {day: (float(value), 0.0) for day, value in values.items() if value is not None}
    total: dict[date, tuple[int, float]] = {}
    for each in measured(history.recordings):
        count, minutes = total.get(each.on, (0, 0.0))
        total[each.on] = count + each.count, minutes + each.seconds_observed / 60
    return {day: (float(np.log((c + 0.5) / minutes)), minutes) for day, (c, minutes) in total.items()}


def _usable(entries: Sequence[DiaryDay], noted_share: float) -> tuple[list[str], list[str]]:
    names = sorted({name for entry in entries for name in entry.factors})
    kept, notes = [], []
    for name in names:
        n = sum(name in entry.factors for entry in entries)
        if n >= noted_share * len(entries):
            kept.append(name)
        else:
            notes.append(f"{name} was noted on {n} of {len(entries)} days, too few to use.")
    return kept, notes


def _covariates(
    history: History, days: Sequence[date], day: FloatArray, outcome: Outcome, priors: ToxinPriors
) -> FloatArray:
    """Return level, trend per 30 days, and the toxin's expected course, free in its size and length."""
    columns: list[FloatArray] = [np.ones(day.size)]
    if not day.size:
        return columns[0][:, None]
    if np.ptp(day) > 0:
        columns.append((day - day.mean()) / 30)
    taken = toxin_left(history, days, priors, 1.0)
    if np.ptp(taken) > 0.05:
        columns.append(_scaled(taken, outcome))
        # One curve with the literature's times covers 93 % at 13 entries; nobody's toxin keeps those times.
        columns.append(_scaled(toxin_left(history, days, priors, 1.2), outcome) - columns[-1])
    return np.column_stack([columns[0], *(c for c in columns[1:] if np.ptp(c) > 1e-6)])


def _scaled(left: FloatArray, outcome: Outcome) -> FloatArray:
    scaled: FloatArray = np.log(left) if outcome == "rate" else left
    return scaled


def toxin_left(
    history: History, days: Sequence[date], priors: ToxinPriors, longer: float = 1.0
) -> FloatArray:
    """Return the share of spasms left by all injections on each day (n,), at the priors' centre.

    `longer` stretches the time of half-loss.
    """
    shape = natural(np.zeros((1, 4)), priors)
    shape[:, 2] *= longer
    left = np.ones(len(days))
    for treatment in history.of("toxin"):
        since = np.array([(each - treatment.day).days for each in days], dtype=float)
        left = left * np.where(since > 0, remaining(shape, since)[0], 1.0)
    return left


def _noise(covariates: FloatArray, y: FloatArray, minutes: FloatArray) -> FloatArray:
    """Return the relative variance of counting (n,), mean 1: one over the expected count."""
    if y.size <= covariates.shape[1]:
        return np.ones(y.size)
    fitted = covariates @ np.linalg.lstsq(covariates, y, rcond=None)[0]
    variance = 1 / (np.exp(fitted) * minutes + 0.5)
    relative: FloatArray = variance / variance.mean()
    return relative


def _day_before(
    by_day: Mapping[date, DiaryDay], days: Sequence[date], name: str
) -> tuple[FloatArray, BoolArray]:
    values = [
        by_day[d - timedelta(1)].factors.get(name) if d - timedelta(1) in by_day else None for d in days
    ]
    known = np.array([value is not None for value in values], dtype=bool)
    filled = np.array([0.0 if value is None else float(value) for value in values])
    if known.any():
        filled[~known] = filled[known].mean()
    return filled, known


def _correlation(first: FloatArray, second: FloatArray) -> float:
    if first.size < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
