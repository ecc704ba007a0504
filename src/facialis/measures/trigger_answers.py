"""What can be said of a factor of the diary: found, too small to matter, or not to be told yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facialis.measures.design import Outcome

When = Literal["same day", "next day"]
OUTCOME_WORDS: Mapping[Outcome, str] = {"felt": "felt", "bother": "bother", "rate": "counted"}


@dataclass(frozen=True)
class TriggerSettings:
    """What counts as found, and what matters.

    `matters_points`: a difference of 1 of 10 points of felt strength matters; the smallest change that
    people with hemifacial spasm call important is 9 % of the range of HFS-7 (2.63 of 28,
    doi:10.1016/j.prdoa.2024.100295). `matters_ratio`: half as many spasms again (own choice). `min_days`:
    days with and days without a factor before it is looked at. `min_df`: days beyond what the columns use
    up. `min_pairs`: days whose day before is known too, for carry-over. `noted_share`: of the days on
    which a factor must have been noted.
    """

    level: float = 0.05
    matters_points: float = 1.0
    matters_ratio: float = 1.5
    min_days: int = 3
    min_df: int = 5
    min_pairs: int = 10
    noted_share: float = 0.8

    def matters(self, outcome: Outcome) -> float:
        """Return the smallest difference that matters, in points or as the logarithm of a ratio."""
        return float(np.log(self.matters_ratio)) if outcome == "rate" else self.matters_points


@dataclass(frozen=True)
class Effect:
    """A difference that the diary shows, with its 95 % interval: per unit of the factor's strength, or days
    with it against days without where it came in one strength only.

    `value`, `low`, `high`: points of 10, or for `rate` a ratio. `p_adjusted` is after Holm's correction.
    """

    factor: str
    outcome: Outcome
    when: When
    value: float
    low: float
    high: float
    p_adjusted: float
    n_with: int
    n_without: int
    words: str


@dataclass(frozen=True)
class NoDifference:
    """A factor of which the interval leaves room only for differences too small to matter."""

    factor: str
    outcome: Outcome
    when: When
    value: float
    low: float
    high: float
    n_with: int
    n_without: int
    words: str


@dataclass(frozen=True)
class CannotTellYet:
    """Too few days: about how many more with and without the factor would show a difference that matters.

    With 80 % chance, at the corrected level. The interval so far is None where there are too few for one.
    """

    factor: str
    outcome: Outcome
    when: When
    days_with: int
    days_without: int
    value: float | None
    low: float | None
    high: float | None
    words: str


Answer = Effect | NoDifference | CannotTellYet


@dataclass(frozen=True)
class TriggerReport:
    """The answers, the number of days used for each outcome, how alike one day is to the next, and notes."""

    answers: tuple[Answer, ...]
    days: Mapping[Outcome, int]
    correlation: Mapping[Outcome, float]
    notes: tuple[str, ...]

    def answer(self, factor: str, outcome: Outcome = "felt", when: When = "same day") -> Answer:
        """Return the answer for a factor; KeyError if there is none."""
        for each in self.answers:
            if (each.factor, each.outcome, each.when) == (factor, outcome, when):
                return each
        raise KeyError(f"no answer for {factor!r}, {outcome}, {when}")
