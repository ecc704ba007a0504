"""How much the level of one person's spasms varies between recordings, and for how many days it lasts.

Good and bad weeks follow each other in some people, and recordings a few days apart then say less than they
seem to. How long a level lasts is hardly told by ten recordings, so it is averaged over, as is the size of
the variation: on a grid of the two each weighs as its prior times the restricted likelihood (Patterson and
Thompson 1971, doi:10.1093/biomet/58.3.545) of all recordings about the mean of their stretch, taken as
normal with the variance of counts and a level that lingers (correlation exp(-days apart / days it lasts)).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from facialis.types import FloatArray

VARIATIONS = np.geomspace(0.1, 3.0, 12)
"""Coefficients of variation looked at."""
MOST = 150
"""Recordings that are looked at, the latest: the time rises with the third power."""


@dataclass(frozen=True)
class LevelPrior:
    """What is taken for granted of the level before any recording (own choices; no study of repeated
    recordings in hemifacial spasm was found).

    The coefficient of variation has a median of `variation` and a log-SD of `log_sd`. With the chance
    `at_random` the level is another one in each recording; else it lasts for one of `lasting_d` days, each
    as likely as the others. Chosen on simulated histories so that intervals hold where levels last and lose
    little where they do not (docs/benchmarks.md tells which).
    """

    variation: float = 0.5
    log_sd: float = 0.7
    at_random: float = 0.6
    lasting_d: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


@dataclass(frozen=True)
class Levels:
    """What is believed of the level: squared variation `alpha`, days it lasts, weights; each (K,).

    `lasting_d` is 0 where each recording has a level of its own; the weights sum to 1.
    """

    alpha: FloatArray
    lasting_d: FloatArray
    weight: FloatArray

    def by_days(self) -> tuple[FloatArray, FloatArray]:
        """Return the days looked at, (T,), and the weight of each, (T,)."""
        days = np.unique(self.lasting_d)
        return days, np.array([float(self.weight[self.lasting_d == each].sum()) for each in days])


@dataclass(frozen=True)
class Stretch:
    """Recordings of one stretch: days (n,), counts over their mean minus 1 (n,), and the variance of that by
    chance alone (n,)."""

    days: FloatArray
    away: FloatArray
    chance: FloatArray


def linked(days: FloatArray, lasting_d: float) -> FloatArray:
    """Return the correlation of the levels of recordings on these days, shape (n, n)."""
    if lasting_d == 0:
        return np.eye(days.size)
    apart = np.abs(days[:, None] - days[None, :])
    close: FloatArray = np.exp(-apart / lasting_d)
    return close


def levels_of(stretches: Sequence[Stretch], prior: LevelPrior | None = None) -> Levels:
    """Return what is believed of the level after these stretches; the prior alone without any."""
    prior = prior or LevelPrior()
    kinds = (0.0, *prior.lasting_d)
    share = np.array(
        [prior.at_random, *[(1 - prior.at_random) / len(prior.lasting_d)] * len(prior.lasting_d)]
    )
    size = stats.norm.logpdf(np.log(VARIATIONS), np.log(prior.variation), prior.log_sd)
    log_weight = np.log(share)[:, None] + (size - special.logsumexp(size))[None, :]
    told = _latest(stretches)
    if told:
        log_weight = log_weight + np.array([_log_likelihood(told, lasting) for lasting in kinds])
    weight = np.exp(log_weight - special.logsumexp(log_weight))
    return Levels(np.tile(VARIATIONS**2, len(kinds)), np.repeat(kinds, VARIATIONS.size), weight.reshape(-1))


def _latest(stretches: Sequence[Stretch]) -> list[Stretch]:
    days = np.concatenate([each.days for each in stretches]) if stretches else np.zeros(0)
    since = np.sort(days)[-MOST] if days.size > MOST else -np.inf
    cut = [(each, each.days >= since) for each in stretches]
    return [Stretch(s.days[late], s.away[late], s.chance[late]) for s, late in cut if late.sum() > 1]


def _log_likelihood(stretches: Sequence[Stretch], lasting_d: float) -> FloatArray:
    """Return the restricted log likelihood of each of `VARIATIONS`, for a level that lasts so long.

    In the directions in which the level, over what chance does, is not correlated, all variations are quick.
    """
    days, away, chance = (
        np.concatenate([getattr(each, name) for each in stretches]) for name in ("days", "away", "chance")
    )
    own = np.repeat(np.arange(len(stretches)), [each.days.size for each in stretches])
    means = (own[:, None] == np.arange(len(stretches))[None, :]).astype(float)
    root = np.sqrt(chance)
    strength, turn = np.linalg.eigh(linked(days, lasting_d) / np.outer(root, root))
    turned, columns = turn.T @ (away / root), turn.T @ (means / root[:, None])
    found = []
    for variation in VARIATIONS:
        precision = 1 / (1 + variation**2 * np.maximum(strength, 0.0))
        weighed = columns.T * precision
        squared = weighed @ columns
        left = turned - columns @ np.linalg.solve(squared, weighed @ turned)
        fit = float(np.sum(precision * left**2)) + float(np.linalg.slogdet(squared)[1])
        found.append(-0.5 * (fit - float(np.sum(np.log(precision)))))
    return np.array(found)
