"""Triggers: does a factor go along with more or stronger spasms, in this person?

All factors of the diary at once, beside the trend and the toxin cycle, in a regression whose days depend
on each other (`serial`). Holm's correction (1979, jstor.org/stable/4615733) over all factors, outcomes
and days of carry-over holds the chance of any false alarm in a diary at 5 %. Nothing that others found
about a factor enters: a factor's name has no meaning here. What goes along need not be the cause;
`trials` can show that.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy import special

from facialis.measures.design import Design, Outcome, design_of, outcomes_in
from facialis.measures.history import History
from facialis.measures.serial import Coefficient, Regression, regress
from facialis.measures.toxin import ToxinPriors
from facialis.measures.trigger_answers import (
    OUTCOME_WORDS,
    Answer,
    CannotTellYet,
    Effect,
    NoDifference,
    TriggerReport,
    TriggerSettings,
    When,
)
from facialis.types import FloatArray

POWER = 0.8
LATEST_D = 730
"""Of a longer diary: the time it takes rises with the third power of the days, and people change."""
MOST_DAYS = 5000
HOURS = "hours of"
"""How the name of a factor begins that is counted in hours: for the words alone."""
PLANNING_SD: Mapping[Outcome, float] = {"felt": 2.0, "bother": 2.0, "rate": 0.6}
"""Spread between days to plan with before there are any (own choice): points of 10, logarithm of the rate."""


@dataclass(frozen=True)
class _Test:
    """One column of one regression that asks about a factor."""

    design: Design
    name: str
    when: When
    coefficient: Coefficient


def triggers(
    history: History, settings: TriggerSettings | None = None, priors: ToxinPriors | None = None
) -> TriggerReport:
    """Return what the diary tells of every factor in it, for felt strength, bother and the rate of
    recordings."""
    settings, priors = settings or TriggerSettings(), priors or ToxinPriors()
    designs = [design_of(history, outcome, settings.noted_share, priors) for outcome in outcomes_in(history)]
    tests: list[_Test] = []
    fitted: dict[Outcome, Regression] = {}
    for design in designs:
        own = _regress(design, settings)
        if own is not None:
            fitted[design.outcome] = own[0]
            tests += own[1]
    adjusted = holm([test.coefficient.p for test in tests])
    answers = [_answer(test, p, len(tests), settings) for test, p in zip(tests, adjusted, strict=True)]
    for design in designs:
        asked = {test.name for test in tests if test.design is design}
        m = max(len(tests), len(design.factors))
        answers += [_too_few(design, name, m, settings) for name in design.factors if name not in asked]
    return TriggerReport(
        tuple(answers),
        {design.outcome: design.y.size for design in designs},
        {outcome: regression.correlation for outcome, regression in fitted.items()},
        _notes(designs),
    )


def first_looked_at(history: History) -> date | None:
    """Return the first day of the latest two years of a diary that is longer; None for a shorter one."""
    days = [day.day for day in history.diary]
    first = max(days) - timedelta(days=LATEST_D - 1) if days else date.min
    return first if days and min(days) < first else None


def holm(p: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p in the order given."""
    order = np.argsort(p)
    adjusted, reached = [1.0] * len(p), 0.0
    for rank, index in enumerate(order):
        reached = max(reached, min(1.0, (len(p) - rank) * float(p[index])))
        adjusted[index] = reached
    return adjusted


def _notes(designs: Sequence[Design]) -> tuple[str, ...]:
    """Return what was left out, each note once, with the outcomes that it is about unless it is about all."""
    about: dict[str, list[str]] = {}
    for design in designs:
        for note in design.notes:
            about.setdefault(note, []).append(OUTCOME_WORDS[design.outcome])
    return tuple(
        note if len(names) == len(designs) else f"{', '.join(names)}: {note[0].lower()}{note[1:]}"
        for note, names in about.items()
    )


def more_days(
    error: float, n_with: int, n_without: int, difference: float, level: float, columns: int
) -> tuple[int, int]:
    """Return how many more days with and without would show `difference` with 80 % power at `level`.

    `error` is the difference's standard error with `n_with` and `n_without` days; it falls as the root of
    1 / n_with + 1 / n_without. Days are added where they help most. At most 5000 in all.
    """
    variance = error**2 / (1 / n_with + 1 / n_without)

    def enough(added: int) -> bool:
        to_with, to_without = _shared_out(added, n_with, n_without)
        first, second = n_with + to_with, n_without + to_without
        df = max(first + second - columns, 1)
        reach = float(special.stdtrit(df, 1 - level / 2) + special.stdtrit(df, POWER))
        return reach**2 * variance * (1 / first + 1 / second) <= difference**2

    # Every further day helps, so the first number that is enough can be searched by halves.
    at = bisect_left(range(MOST_DAYS), True, key=enough)
    return _shared_out(at, n_with, n_without)


def _shared_out(added: int, n_with: int, n_without: int) -> tuple[int, int]:
    """Return how many of the added days are with the factor and without: first to even the two out."""
    even = min(added, abs(n_with - n_without))
    rest = added - even
    first, second = (even, 0) if n_with < n_without else (0, even)
    return first + (rest + 1) // 2, second + rest // 2


def _regress(design: Design, settings: TriggerSettings) -> tuple[Regression, list[_Test]] | None:
    """Return the regression of one outcome and the coefficients asked for; None with too few days."""
    same = [name for name in design.factors if _enough(design, name, settings)]
    columns = [design.covariates, *(design.strength[name][:, None] for name in same)]
    asked: list[tuple[str, When]] = [(name, "same day") for name in same]
    n_columns = sum(part.shape[1] for part in columns)
    later = [name for name in same if design.pairs(name) >= settings.min_pairs and design.varies_before(name)]
    if design.y.size - n_columns - len(later) >= 2 * settings.min_pairs:
        columns += [design.day_before[name][:, None] for name in later]
        asked += [(name, "next day") for name in later]
    matrix = np.column_stack(columns)
    kept, tied = _independent(matrix)
    if not same or design.y.size - len(kept) < settings.min_df or np.ptp(design.y) == 0:
        return None
    fitted = regress(design.y, matrix[:, kept], design.day, design.noise)
    found = dict(zip(kept, fitted.coefficients, strict=True))
    first = design.covariates.shape[1]
    tests = [
        _Test(design, name, when, found[first + k])
        for k, (name, when) in enumerate(asked)
        if first + k not in tied
    ]
    return fitted, tests


def _independent(matrix: FloatArray) -> tuple[list[int], set[int]]:
    """Return columns that span the matrix (n, p), and those that some others add up to.

    What is tied stays in as far as it can, to adjust the rest for it, but nothing is said about it.
    """
    scaled = matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12)
    kept: list[int] = []
    for j in range(scaled.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*kept, j]], tol=1e-6) > len(kept):
            kept.append(j)
    tied = set(range(scaled.shape[1])) - set(kept)
    for j in sorted(tied):
        parts = np.linalg.lstsq(scaled[:, kept], scaled[:, j], rcond=None)[0]
        tied |= {kept[k] for k in np.flatnonzero(np.abs(parts) > 1e-5)}
    return kept, tied


def _enough(design: Design, name: str, settings: TriggerSettings) -> bool:
    n_with, n_without = design.days_with(name)
    if min(n_with, n_without) >= settings.min_days:
        return True
    # A factor that is there every day, in different strengths, tells too.
    return n_with >= 2 * settings.min_days and len(set(design.strength[name])) >= settings.min_days


def _answer(test: _Test, p: float, n_tests: int, settings: TriggerSettings) -> Answer:
    outcome, coefficient = test.design.outcome, test.coefficient
    n_with, n_without = test.design.days_with(test.name)
    step, matters = test.design.typical(test.name), settings.matters(outcome)
    # What came in one strength only is told as there or not there.
    unit = 1.0 if test.design.graded(test.name) else step
    low, high = (unit * end for end in coefficient.interval())
    scale = np.exp if outcome == "rate" else float
    value, shown = float(scale(unit * coefficient.value)), (float(scale(low)), float(scale(high)))
    said = _difference_words(test, value, *shown)
    if p <= settings.level:
        usual = _usual_words(test, value, step)
        words = (
            f"{said}{usual} It goes along with it in this diary; whether it is the cause, a trial can show."
        )
        return Effect(test.name, outcome, test.when, value, *shown, p, n_with, n_without, words)
    if max(abs(low), abs(high)) * step / unit < matters:
        words = f"No difference that matters: {said[0].lower()}{said[1:]}"
        return NoDifference(test.name, outcome, test.when, value, *shown, n_with, n_without, words)
    more = (0, 0)
    for difference in (matters, matters / 2):
        # Where there is power enough already, chance left the answer open: days to halve what is left open.
        if more == (0, 0):
            more = more_days(
                coefficient.error * step,
                max(n_with, 1),
                max(n_without, 1),
                difference,
                settings.level / n_tests,
                test.design.y.size - coefficient.df,
            )
    more = more if more != (0, 0) else (1, 1)
    words = f"{_more_words(test.design, test.name, more, settings)} So far: {said[0].lower()}{said[1:]}"
    return CannotTellYet(test.name, outcome, test.when, *more, value, *shown, words)


def _too_few(design: Design, name: str, n_tests: int, settings: TriggerSettings) -> CannotTellYet:
    """Return the answer where no regression could be made: planned from the spread of the days so far."""
    n_with, n_without = design.days_with(name)
    spread = float(np.std(design.y, ddof=1)) if design.y.size >= 5 else 0.0
    sd = max(spread, PLANNING_SD[design.outcome] / 2) if spread else PLANNING_SD[design.outcome]
    start = max(n_with, settings.min_days), max(n_without, settings.min_days)
    error = sd * float(np.sqrt(1 / start[0] + 1 / start[1]))
    columns = design.covariates.shape[1] + len(design.factors)
    matters, level = settings.matters(design.outcome), settings.level / n_tests
    found = more_days(error, *start, matters, level, columns)
    more = (found[0] + start[0] - n_with, found[1] + start[1] - n_without)
    if design.twin(name) and _enough(design, name, settings):
        more = _apart(sd, matters, level, columns, settings)
    reason = _reason(design, name, settings)
    words = f"{_more_words(design, name, more, settings)} {reason}"
    return CannotTellYet(name, design.outcome, "same day", *more, None, None, None, words)


def _apart(
    sd: float, matters: float, level: float, columns: int, settings: TriggerSettings
) -> tuple[int, int]:
    """Return days with the one alone and with the other alone that would tell two factors apart.

    What both do together is known from the days with both, and each day with only one differs in both. So a
    quarter of the days that a factor by itself would need could do; a third did in 80 % of simulated diaries.
    """
    least = settings.min_days
    found = more_days(sd * float(np.sqrt(2 / least)), least, least, matters, level, columns)
    each = max(-(-(sum(found) + 2 * least) // 6), least)
    return each, each


def _reason(design: Design, name: str, settings: TriggerSettings) -> str:
    n_with, n_without = design.days_with(name)
    if not _enough(design, name, settings):
        return f"So far there are {n_with} days with and {n_without} without."
    if np.ptp(design.y) == 0:
        return f"All {design.y.size} days say the same."
    twin = design.twin(name)
    if twin:
        return f"So far it came and went together with {twin}, so the two cannot be told apart."
    if design.y.size - design.covariates.shape[1] - len(design.factors) >= settings.min_df:
        return "It cannot be told apart from the other factors, the trend or the toxin."
    return f"There are {design.y.size} days for {len(design.factors)} factors at once."


def _more_words(design: Design, name: str, more: tuple[int, int], settings: TriggerSettings) -> str:
    if (twin := design.twin(name)) and _enough(design, name, settings):
        alone = f"about {sum(more)} days with only one of it and {twin}"
        return f"Cannot tell yet about {name}: {alone}, on some the one and on some the other."
    there, n_without = design.strength[name], design.days_with(name)[1]
    always = design.graded(name) and n_without < settings.min_days and there.size >= 2 * settings.min_days
    both = " with a recording and a diary entry" if design.outcome == "rate" else ""
    if there.size and (there.min() < 0 or always):
        # It is more or less on every day, so that there are no days without.
        return f"Cannot tell yet about {name}: about {sum(more)} more days{both}."
    each = f", each{both}" if both else ""
    return f"Cannot tell yet about {name}: about {more[0]} more days with it and {more[1]} without{each}."


def _each(name: str) -> str:
    return (
        f"For each hour of{name.removeprefix(HOURS)}"
        if name.startswith(HOURS)
        else f"For each step more of {name}"
    )


def _usual_words(test: _Test, value: float, step: float) -> str:
    """Return what an effect by the step comes to on a usual day with the factor; empty for one strength."""
    if not test.design.graded(test.name) or step == 1:
        return ""
    comes_to = f"{value**step:.2f} times" if test.design.outcome == "rate" else f"{step * value:+.1f} points"
    usual = f"{step:g} hours" if test.name.startswith(HOURS) else f"its usual strength, {step:g}"
    return f" At {usual}, that is {comes_to}."


def _difference_words(test: _Test, value: float, low: float, high: float) -> str:
    days = f"On days with {test.name}" if test.when == "same day" else f"On the day after {test.name}"
    if test.design.graded(test.name):
        days = _each(test.name) + ("" if test.when == "same day" else ", a day later,")
    what = {"felt": "the spasms felt", "bother": "the spasms bothered", "rate": "there were"}
    if test.design.outcome == "rate":
        return f"{days} there were {value:.2f} times as many spasms ({low:.2f} to {high:.2f})."
    if round(abs(value), 1) == 0:
        return f"{days} no difference was seen ({low:+.1f} to {high:+.1f} points of 10)."
    way = "more" if value > 0 else "less"
    return (
        f"{days} {what[test.design.outcome]} {abs(value):.1f} points of 10 {way} ({low:+.1f} to {high:+.1f})."
    )
