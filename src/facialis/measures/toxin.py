"""The toxin cycle: when botulinum toxin begins to act, how much it takes away, and when it wears off.

    remaining(t) = 1 - effect / (1 + (onset / t)^4) / (1 + (t / half_loss)^steepness)

with t in days since the injection: a rise that is at half its height on the onset day and within 2 % of it
after 2.7 times that, and a loss that is half done at `half_loss`. Both are logistic in the logarithm of time,
so that nothing acts before the injection.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from facialis.measures.basis import Term
from facialis.measures.course import closure_change
from facialis.measures.history import (
    History,
    RecordedRate,
    Treatment,
    days_after,
    made_before,
    measured,
    seconds_of,
)
from facialis.measures.posterior import NOT_SETTLED, Draws, Pattern, RatePrior, Stretch, posterior
from facialis.types import FloatArray, Measure

RISE_STEEPNESS = 4.0
PLATEAU_DAYS = (14.0, 56.0)
HOW = "posterior with stated priors"
N_WEIGHED, N_FUTURES = 1500, 25
MORE = (1, 2, 3, 4, 6, 8, 12, 16, 24)


@dataclass(frozen=True)
class ToxinPriors:
    """What the literature says of the toxin in hemifacial spasm, before the person's own data. Replaceable.

    Onset 5.2 (SD 5) days: 5.4 (5.3) with 665 and 4.9 (4.6) treatments of two brands, Bentivoglio 2009,
    doi:10.1111/j.1468-1331.2008.02507.x. Half-loss 11.3 (SD 4) weeks: reported durations are 11 to 20 weeks
    with SD 6 to 12; a series rated over 12 weeks (48.9, 9.6, 7.7, 9.4, 35.1 on HFS-30 at weeks 0, 2, 4, 8
    and 12) loses half between weeks 8 and 12 with a steepness of about 10, on average over people. Effects
    of studies are 0.70 to 0.85 in the mean (doi:10.3390/toxins13120881); single people differ more than
    means of studies do, so the middle half of people is put at 0.60 to 0.90 (own choice: with the narrower
    range the effect of a person at 0.4 was over-read by 0.15). 6 % do not respond at all (6.5 and 4.6 %,
    Bentivoglio). `steepness` and `log_sd_steepness`: median and log-SD.
    """

    onset_mean_d: float = 5.2
    onset_sd_d: float = 5.0
    half_loss_mean_weeks: float = 11.3
    half_loss_sd_weeks: float = 4.0
    effect_low: float = 0.60
    effect_high: float = 0.90
    steepness: float = 10.0
    log_sd_steepness: float = 0.4
    no_response: float = 0.06
    rate: RatePrior = field(default_factory=RatePrior)
    narrowed: float = 0.8
    """A value is given only where the recordings narrowed its prior to at most this share."""


@dataclass(frozen=True)
class ToxinCycle:
    """One injection. `no_response` is the posterior chance that it took nothing away, in %.

    `closure_difference` stands beside, for toxin weakens voluntary closure too: plateau minus baseline.
    """

    treatment: Treatment
    onset_day: Measure
    plateau_effect: Measure
    half_loss_week: Measure
    no_response: Measure
    closure_difference: Measure


@dataclass(frozen=True)
class CycleComparison:
    """A cycle against the one before: difference of the plateau's effect (in points of %) and of
    half-loss."""

    earlier: Treatment
    later: Treatment
    effect_difference: Measure
    half_loss_difference: Measure


@dataclass(frozen=True)
class ToxinCourse:
    """All cycles, their comparison, the baseline in spasms per minute, and why there is none if there is
    none."""

    baseline: Measure
    cycles: tuple[ToxinCycle, ...]
    comparisons: tuple[CycleComparison, ...]
    reason: str = ""


def remaining(shape: FloatArray, days: FloatArray) -> FloatArray:
    """Return the share of the baseline left, (S, n), for onset (d), effect, half-loss (d), steepness (S,
    4)."""
    onset, effect, half_loss, steepness = (shape[:, k, None] for k in range(4))
    t = np.maximum(days, 1e-9)[None, :]
    rise = special.expit(RISE_STEEPNESS * np.log(t / onset))
    hold = special.expit(-steepness * np.log(t / half_loss))
    left: FloatArray = 1 - effect * rise * hold
    return left


def natural(normal: FloatArray, priors: ToxinPriors) -> FloatArray:
    """Return onset (d), effect, half-loss (d), steepness, shape (S, 4), from standard normal (S, 4)."""
    onset = _log_normal(priors.onset_mean_d, priors.onset_sd_d)
    half = _log_normal(7 * priors.half_loss_mean_weeks, 7 * priors.half_loss_sd_weeks)
    low, high = special.logit(priors.effect_low), special.logit(priors.effect_high)
    sd = (high - low) / 2 / float(special.ndtri(0.75))
    return np.column_stack(
        [
            np.exp(onset[0] + onset[1] * normal[:, 0]),
            special.expit((low + high) / 2 + sd * normal[:, 1]),
            np.exp(half[0] + half[1] * normal[:, 2]),
            priors.steepness * np.exp(priors.log_sd_steepness * normal[:, 3]),
        ]
    )


def toxin_patterns(priors: ToxinPriors) -> tuple[Pattern, Pattern]:
    """Return the two ways a cycle can go: a response, and none."""
    return (
        Pattern("response", 1 - priors.no_response, 4, lambda z, t: remaining(natural(z, priors), t)),
        Pattern("no response", priors.no_response, 0, lambda _, t: np.ones((1, t.size))),
    )


def toxin_course(history: History, priors: ToxinPriors | None = None) -> ToxinCourse:
    """Return the toxin cycles of a history, each from its injection to the next, on one common baseline."""
    priors = priors or ToxinPriors()
    given, recordings = history.of("toxin"), measured(history.recordings)
    reason = _why_not(given, recordings)
    if reason:
        return ToxinCourse(_baseline_term(recordings).lack(len(recordings), reason), (), (), reason)
    parts = split(recordings, given)
    draws = fit_cycles(recordings, given, priors)
    shapes = [natural(np.nan_to_num(z), priors) for z in draws.shape]
    cycles = tuple(_cycle(k, treatment, parts, draws, shapes[k], priors) for k, treatment in enumerate(given))
    known = draws.baseline * 60
    baseline = _quantiles(_baseline_term(recordings), known, len(recordings))
    pairs = tuple(_compared(k, cycles, draws, shapes) for k in range(1, len(given)))
    return ToxinCourse(baseline, cycles, pairs)


def split(recordings: Sequence[RecordedRate], given: Sequence[Treatment]) -> list[list[RecordedRate]]:
    """Return the recordings before the first treatment, then those of each.

    One of which it is not known whether it was made before a treatment is in none (`made_before`).
    """
    parts: list[list[RecordedRate]] = [[] for _ in range(len(given) + 1)]
    for each in recordings:
        before = [made_before(each, treatment) for treatment in given]
        if None not in before:
            parts[before.count(False)].append(each)
    return parts


def stretch_of(recordings: Sequence[RecordedRate], treatment: Treatment | None) -> Stretch:
    """Return recordings as arrays, with days since the treatment."""
    days = [0.0 if treatment is None else days_after(r, treatment) for r in recordings]
    return Stretch(
        np.array(days),
        np.array([r.count for r in recordings], dtype=float),
        np.array([r.seconds_observed for r in recordings], dtype=float),
        np.ones(len(recordings)),
    )


def fit_cycles(
    recordings: Sequence[RecordedRate], given: Sequence[Treatment], priors: ToxinPriors, n_samples: int = 4000
) -> Draws:
    """Return the posterior of all cycles. What is left of earlier injections enters a second pass as its
    mean."""
    parts, patterns = split(recordings, given), toxin_patterns(priors)
    untreated = stretch_of(parts[0], None)
    stretches = [stretch_of(part, t) for part, t in zip(parts[1:], given, strict=True)]
    draws = posterior(stretches, patterns, untreated, priors.rate, n_samples)
    if len(given) == 1:
        return draws
    carried = []
    for k, stretch in enumerate(stretches):
        times = np.ones(stretch.days.size)
        for earlier in range(k):
            gap = (given[k].day - given[earlier].day).days
            times = times * draws.remaining(earlier, patterns, stretch.days + gap).mean(axis=0)
        carried.append(Stretch(stretch.days, stretch.counts, stretch.seconds, times))
    return posterior(carried, patterns, untreated, priors.rate, n_samples)


def more_for(
    parameter: int, draws: Draws, k: int, priors: ToxinPriors, each_s: float
) -> tuple[int | None, int, int]:
    """Return how many more recordings would narrow a parameter enough, and between which days they tell
    most.

    The days are those of days 1 to 140 on which a recording of `each_s` seconds holds at least half of
    the most information, at the posterior's centre. For the number, futures are drawn from the posterior
    and the posterior is weighed by each: the least number of which four in five futures are enough;
    None where not even the last of `MORE` is.
    """
    rows = np.flatnonzero(draws.pattern[k] == 0)[:N_WEIGHED]
    normal = draws.shape[k][rows] if rows.size else np.zeros((1, 4))
    first, last = _telling_days(parameter, normal.mean(axis=0), draws, priors, each_s)
    rng = np.random.default_rng(1)
    for more in MORE:
        left = remaining(natural(normal, priors), np.linspace(first, last, more))
        mean = draws.baseline[rows, None] * each_s * left if rows.size else each_s * left
        if rows.size and _enough(mean, draws.alpha[rows], normal[:, parameter], priors.narrowed, rng):
            return more, first, last
    return None, first, last


def _telling_days(
    parameter: int, centre: FloatArray, draws: Draws, priors: ToxinPriors, each_s: float
) -> tuple[int, int]:
    days = np.arange(1.0, 141.0)
    step = np.zeros(4)
    step[parameter] = 0.1
    left = [remaining(natural((centre + sign * step)[None, :], priors), days)[0] for sign in (-1, 1)]
    slope = np.log(left[1] / left[0]) / 0.2
    mean = float(draws.baseline.mean()) * each_s * remaining(natural(centre[None, :], priors), days)[0]
    told = slope**2 * mean / (1 + float(draws.alpha.mean()) * mean)
    best = np.flatnonzero(told >= told.max() / 2)
    return int(days[best[0]]), int(days[best[-1]])


def _enough(
    mean: FloatArray, alpha: FloatArray, normal: FloatArray, narrowed: float, rng: np.random.Generator
) -> bool:
    """Whether in four of five futures, counts about `mean` (R, more), the parameter's SD is at most
    `narrowed`."""
    size, enough = 1 / alpha[:, None], 0
    futures = rng.integers(0, mean.shape[0], N_FUTURES)
    for true in futures:
        counts = rng.poisson(mean[true] * rng.gamma(size[true], 1 / size[true], mean.shape[1]))
        log_weight = np.sum(
            counts * np.log(mean)
            - (counts + size) * np.log(size + mean)
            + size * np.log(size)
            + special.gammaln(counts + size)
            - special.gammaln(size),
            axis=1,
        )
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        centre = float(weight @ normal)
        enough += float(weight @ (normal - centre) ** 2) <= narrowed**2
    return enough >= 0.8 * N_FUTURES


def _why_not(given: Sequence[Treatment], recordings: Sequence[RecordedRate]) -> str:
    if not given:
        return "no toxin treatment was entered"
    if len(recordings) < 3:
        missing = 3 - len(recordings)
        return f"not enough data: needs about {missing} more recording{'s' if missing > 1 else ''}"
    if sum(r.count for r in recordings) == 0:
        return "no spasm was counted in any recording, so there is nothing the toxin could have taken away"
    return ""


def _baseline_term(recordings: Sequence[RecordedRate]) -> Term:
    return Term("toxin_baseline", "Spasms per minute without toxin", None, "1/min", seconds_of(recordings))


def _quantiles(term: Term, values: FloatArray, n: int) -> Measure:
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975])
    return term.give(float(middle), (float(low), float(high)), n, HOW)


def _cycle(
    k: int,
    treatment: Treatment,
    parts: Sequence[Sequence[RecordedRate]],
    draws: Draws,
    shape: FloatArray,
    priors: ToxinPriors,
) -> ToxinCycle:
    own, responded = parts[k + 1], draws.pattern[k] == 0
    seconds, n = seconds_of(own), len(own)
    each_s = (seconds_of([*parts[0], *own]) or 180.0) / max(len(parts[0]) + n, 1)
    effect = np.where(responded, shape[:, 1], 0.0)

    def measure(name: str, label: str, unit: str, parameter: int, values: FloatArray) -> Measure:
        term = Term(name, label, None, unit, seconds)
        if not draws.settled:
            return term.lack(n, NOT_SETTLED)
        normal = draws.shape[k][responded, parameter]
        if n == 0 or normal.size < 100 or float(normal.std()) > priors.narrowed:
            return term.lack(n, _needs(*more_for(parameter, draws, k, priors, each_s)))
        return _quantiles(term, values, n)

    toxin_free = parts[0] or [r for r in own if days_after(r, treatment) < 1]
    plateau = [r for r in own if PLATEAU_DAYS[0] <= days_after(r, treatment) <= PLATEAU_DAYS[1]]
    term = Term("no_response", "Chance that the toxin took nothing away", None, "%", seconds)
    return ToxinCycle(
        treatment,
        measure("onset_day", "Day on which half of the effect was there", "days", 0, shape[responded, 0]),
        measure("plateau_effect", "Spasms taken away at the plateau", "% of the baseline", 1, 100 * effect),
        measure(
            "half_loss_week", "Week in which half of the effect was gone", "weeks", 2, shape[responded, 2] / 7
        ),
        term.give(100 * float(np.mean(~responded)), (None, None), n, HOW),
        closure_change(toxin_free, plateau),
    )


def _needs(more: int | None, first: int, last: int) -> str:
    """Return the reason for a missing value, with what would help or that nothing in reach would."""
    if more is None:
        return (
            f"not enough data: more than {MORE[-1]} recordings would be needed: these recordings will not "
            "tell it"
        )
    many = f"{more} more recording{'s' if more > 1 else ''}"
    return f"not enough data: needs about {many} between days {first} and {last} of a cycle"


def _compared(
    k: int, cycles: Sequence[ToxinCycle], draws: Draws, shapes: Sequence[FloatArray]
) -> CycleComparison:
    earlier, later = cycles[k - 1], cycles[k]
    both = (draws.pattern[k - 1] == 0) & (draws.pattern[k] == 0)
    seconds = earlier.plateau_effect.seconds_observed + later.plateau_effect.seconds_observed
    n = earlier.plateau_effect.n + later.plateau_effect.n

    def measure(
        name: str, label: str, unit: str, pair: tuple[Measure, Measure], values: FloatArray
    ) -> Measure:
        term = Term(name, label, None, unit, seconds)
        lacking = [m.reason for m in pair if m.value is None]
        return term.lack(n, lacking[0]) if lacking else _quantiles(term, values, n)

    effects = [np.where(draws.pattern[j] == 0, shapes[j][:, 1], 0.0) for j in (k - 1, k)]
    return CycleComparison(
        earlier.treatment,
        later.treatment,
        measure(
            "effect_difference",
            "Effect at the plateau, later minus earlier",
            "points of %",
            (earlier.plateau_effect, later.plateau_effect),
            100 * (effects[1] - effects[0]),
        ),
        measure(
            "half_loss_difference",
            "Week of half-loss, later minus earlier",
            "weeks",
            (earlier.half_loss_week, later.half_loss_week),
            (shapes[k][both, 2] - shapes[k - 1][both, 2]) / 7,
        ),
    )


def _log_normal(mean: float, sd: float) -> tuple[float, float]:
    """Return the median's logarithm and the log-SD of a log-normal with that mean and SD."""
    variance = float(np.log1p((sd / mean) ** 2))
    return float(np.log(mean)) - variance / 2, float(np.sqrt(variance))
