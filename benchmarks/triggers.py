"""What the analysis of triggers finds in simulated diaries whose truth is known.

python -m benchmarks.triggers --out docs/benchmarks.md

Beside it stand a t-test for each factor and the rule of a popular diary app, which shows a factor's
effect from three days with it and three without (here: where the means differ by a tenth or more).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from scipy import stats

from benchmarks.diaries import FACTORS, LOG_RATE_PER_POINT, START, Truth, lingering, make_diary
from benchmarks.tables import markdown, number, provenance, publish, share
from facialis.measures.history import History
from facialis.measures.trials import plan_trial, trial_result
from facialis.measures.trigger_answers import CannotTellYet, Effect
from facialis.measures.triggers import triggers

ENTRIES = (13, 30, 60, 140)
CORRELATIONS = (0.0, 0.4, 0.8)
POWER_ENTRIES = (13, 20, 30, 45, 60, 90, 140)
EFFECT = {"screen": 1.5}
METHODS = ("facialis", "t-test", "app rule")
APP_DAYS, APP_SHARE = 3, 0.1


@dataclass(frozen=True)
class Outcome:
    """One diary: false alarm and finding of the true effect by method; intervals that cover, of how many."""

    alarm: tuple[bool, bool, bool]
    found: tuple[bool, bool, bool]
    covered: int
    intervals: int


def judge(truth: Truth, seed: int) -> Outcome:
    """Return what the methods say of one diary."""
    diary = make_diary(truth, seed)
    report, outcome = triggers(diary), "rate" if truth.rates else "felt"
    alarm = found = False
    covered = intervals = 0
    for answer in report.answers:
        truths = truth.effects if answer.when == "same day" else truth.carried
        true = truths.get(answer.factor, 0.0)
        if isinstance(answer, Effect):
            alarm |= true == 0
            found |= true != 0 and answer.when == "same day"
        if answer.value is not None and answer.low is not None and answer.high is not None:
            shown = float(np.exp(LOG_RATE_PER_POINT * true)) if outcome == "rate" else true
            intervals += 1
            covered += answer.low <= shown <= answer.high
    peers = [_peer(diary, truth, rule) for rule in (_t_test, _app_rule)]
    alarms, finds = zip((alarm, found), *peers, strict=True)
    return Outcome(alarms, finds, covered, intervals)


Rule = Callable[[np.ndarray, np.ndarray], bool]


def _peer(diary: History, truth: Truth, rule: Rule) -> tuple[bool, bool]:
    rates = {r.when.date(): 60 * r.count / r.seconds_observed for r in diary.recordings}
    y = np.array([rates[e.day] if truth.rates else e.felt for e in diary.diary], dtype=float)
    said = {}
    for name in truth.noted:
        there = np.array([e.factors[name] > 0 for e in diary.diary])
        said[name] = min(there.sum(), (~there).sum()) >= APP_DAYS and rule(y[there], y[~there])
    alarm = any(said[name] for name in truth.noted if name not in truth.effects)
    return alarm, any(said[name] for name in truth.effects)


def _t_test(there: np.ndarray, away: np.ndarray) -> bool:
    return bool(
        np.ptp(there) + np.ptp(away) > 0 and stats.ttest_ind(there, away, equal_var=False).pvalue <= 0.05
    )


def _app_rule(there: np.ndarray, away: np.ndarray) -> bool:
    return bool(abs(there.mean() - away.mean()) >= APP_SHARE * abs(away.mean()))


def hint(truth: Truth, seed: int) -> tuple[int, int, bool] | None:
    """Return days asked for with and without, and whether a diary with that many more shows the effect.

    None where the first diary already told.
    """
    answer = triggers(make_diary(truth, seed)).answer("screen")
    if not isinstance(answer, CannotTellYet):
        return None
    more = answer.days_with + answer.days_without
    longer = (truth.entries + more) / truth.entries
    whole = replace(truth, entries=truth.entries + more, days=round(truth.days * longer))
    later = triggers(make_diary(whole, seed + 1_000_000)).answer("screen")
    return answer.days_with, answer.days_without, isinstance(later, Effect)


def trial(correlation: float, difference: float, seed: int) -> tuple[bool, bool]:
    """Return whether a trial of 20 days finds a difference, and whether its interval covers it."""
    rng = np.random.default_rng(seed)
    plan = plan_trial("coffee", START, blocks=5, periods=4, seed=seed)
    n = len(plan.days)
    felt = 1.5 * lingering(n, correlation, rng) + np.linspace(0, 3, n)
    noted = {
        day.day: float(value + difference * day.with_factor)
        for day, value in zip(plan.days, felt, strict=True)
        if rng.random() < 0.85
    }
    result = trial_result(plan, noted)
    measure = result.difference
    assert measure.low is not None
    assert measure.high is not None
    assert result.p is not None
    return result.p <= 0.05, measure.low <= difference <= measure.high


def rows_of(cells: Sequence[tuple[str, Truth]], n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return a row a cell: false alarms of each method, coverage, and finds of each method."""
    rows: list[list[str]] = []
    all_: list[tuple[Truth, Outcome]] = []
    for k, (words, truth) in enumerate(cells):
        outcomes = run(judge, truth, n, 10_000 * k, pool)
        alarms = [share(sum(o.alarm[m] for o in outcomes), n) for m in range(3)]
        intervals = sum(o.intervals for o in outcomes)
        covered = sum(o.covered for o in outcomes) / intervals if intervals else float("nan")
        finds = [number(sum(o.found[m] for o in outcomes) / n) if truth.effects else "–" for m in range(3)]
        rows.append([words, *alarms, number(covered, 3), str(intervals), *finds])
        click.echo(" | ".join(rows[-1]))
        all_ += [(truth, outcome) for outcome in outcomes]
    for words, chosen in (
        ("all without an effect", [o for truth, o in all_ if not truth.effects]),
        ("all with an effect", [o for truth, o in all_ if truth.effects]),
    ):
        alarms = [share(sum(o.alarm[m] for o in chosen), len(chosen)) for m in range(3)]
        intervals = sum(o.intervals for o in chosen)
        covered = sum(o.covered for o in chosen) / intervals
        rows.append([words, *alarms, number(covered, 3), str(intervals), *["–"] * 3])
        click.echo(" | ".join(rows[-1]))
    return rows


def run(
    judged: Callable[[Truth, int], Outcome], truth: Truth, n: int, seed: int, pool: ProcessPoolExecutor
) -> list[Outcome]:
    """Return the outcomes of n diaries."""
    return list(pool.map(judged, [truth] * n, range(seed, seed + n), chunksize=10))


HEADER = [
    "diary",
    *(f"false alarms: {m}" for m in METHODS),
    "coverage",
    "intervals",
    *(f"effect found: {m}" for m in METHODS),
]


def main_cells(entries: Iterable[int]) -> list[tuple[str, Truth]]:
    """Return diaries of patients: whole numbers, two toxin cycles; without an effect and with one."""
    return [
        (
            f"{n} entries{', two factors' if n == 13 else ''}, correlation {c:g}, "
            f"{'screen +1.5' if effects else 'no effect'}",
            Truth(
                entries=n,
                correlation=c,
                whole=True,
                toxin=True,
                effects=effects,
                noted=FACTORS[:2] if n == 13 else FACTORS,
            ),
        )
        for effects in ({}, EFFECT)
        for n in entries
        for c in CORRELATIONS
    ]


def harder_cells() -> list[tuple[str, Truth]]:
    """Return diaries that are made in other ways."""
    base = Truth(entries=60, correlation=0.8, effects=EFFECT)
    sparse = replace(base, entries=13, correlation=0.0, toxin=True, whole=True)
    calm, selective = replace(base, effects={}), replace(base, selective=1.5)
    rates = replace(base, rates=True, toxin=True)
    carried = replace(base, entries=140, correlation=0.4, toxin=True, carried={"screen": 1.0})
    return [
        ("13 entries, five factors, toxin", sparse),
        ("plain series, 13 entries, five factors", replace(sparse, toxin=False, whole=False)),
        ("plain series, no effect, 60 entries, 0.8", calm),
        ("plain series, 60 entries, 0.8", base),
        ("half of the spread of one day alone, 60, 0.8", replace(base, own=0.5)),
        ("entries 1.5 times likelier a point, no effect, 60, 0.8", replace(calm, selective=1.5)),
        ("entries 1.5 times likelier a point, 60, 0.8", selective),
        ("entries 1.5 times likelier a point, 30, 0.4", replace(selective, entries=30, correlation=0.4)),
        ("carry-over +1, 140, 0.4, toxin", carried),
        ("rate, 5 a minute, no effect, 60, 0.8, toxin", replace(rates, effects={})),
        ("rate, 5 a minute, 60, 0.8, toxin", rates),
        ("rate, 1 a minute, 60, 0.4, toxin", replace(rates, correlation=0.4, per_min=1.0)),
    ]


def power_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return the chance of finding effects of 1, 1.5, 2 and 3 points by number of entries."""
    rows = []
    for entries in POWER_ENTRIES:
        row = [str(entries)]
        for size in (1.0, 1.5, 2.0, 3.0):
            truth = Truth(entries=entries, correlation=0.4, whole=True, toxin=True, effects={"screen": size})
            outcomes = run(judge, truth, n, 777_000, pool)
            row.append(number(sum(o.found[0] for o in outcomes) / n))
        rows.append(row)
        click.echo(" | ".join(row))
    return rows


def hint_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return how many more days are asked for, and whether they do."""
    rows = []
    for entries in (13, 30, 60):
        for c in (0.0, 0.8):
            truth = Truth(entries=entries, correlation=c, effects={"screen": 1.0})
            all_ = pool.map(hint, [truth] * n, range(n), chunksize=5)
            told = [each for each in all_ if each is not None]
            asked = np.median([each[:2] for each in told], axis=0)
            reached = share(sum(each[2] for each in told), len(told))
            rows.append([f"{entries} entries, {c:g}", f"{asked[0]:.0f} and {asked[1]:.0f}", reached])
            click.echo(" | ".join(rows[-1]))
    return rows


def trial_rows(n: int, pool: ProcessPoolExecutor) -> list[list[str]]:
    """Return false alarms, coverage and power of trials."""
    rows = []
    for c in CORRELATIONS:
        none, some = (list(pool.map(trial, [c] * n, [d] * n, range(n), chunksize=20)) for d in (0.0, 1.5))
        covered = share(sum(x[1] for x in [*none, *some]), 2 * n)
        rows.append(
            [f"{c:g}", share(sum(x[0] for x in none), n), covered, number(sum(x[0] for x in some) / n)]
        )
    return rows


@click.command()
@click.option("--diaries", default=400, show_default=True, help="Diaries for each row.")
@click.option("--quick", is_flag=True, help="A first look: 40 diaries a row, fewer rows.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section is filled.")
def main(diaries: int, quick: bool, jobs: int, out: Path | None) -> None:
    """Check the analysis of triggers on simulated diaries."""
    n = 40 if quick else diaries
    with ProcessPoolExecutor(jobs) as pool:
        first = rows_of(main_cells((13, 60) if quick else ENTRIES), n, pool)
        harder = rows_of(harder_cells(), n, pool)
        power = power_rows(max(n // 4, 20), pool)
        hints = hint_rows(max(n // 4, 20), pool)
        trials = trial_rows(n, pool)
    command = f"python -m benchmarks.triggers {'--quick' if quick else f'--diaries {diaries}'}"
    text = "\n".join(
        [
            provenance(command),
            f"### Sparse, correlated, with the toxin cycle\n\n{markdown(HEADER, first)}",
            f"### Made in other ways\n\n{markdown(HEADER, harder)}",
            "### Chance of finding an effect, by entries in 140 days\n",
            f"Correlation 0.4, toxin, five factors; {max(n // 4, 20)} diaries each.\n",
            markdown(["entries", "1 point", "1.5 points", "2 points", "3 points"], power),
            f"### Do the days asked for suffice?\n\nEffect 1 point; {max(n // 4, 20)} diaries each.\n",
            markdown(["diary so far", "asked for, median (with and without)", "then found"], hints),
            "### Trials of 20 days by lot, a trend on top, 15 % of days not noted\n",
            markdown(["correlation", "false alarms", "coverage", "1.5 points found"], trials),
        ]
    )
    if out:
        publish(out, "triggers", text)
    else:
        click.echo(text)


if __name__ == "__main__":
    main()
