"""The commands of tests by lot: plan one, ask what today is, read the result."""

import math
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from facialis.commands import confirm, of_record, opened, table
from facialis.commands.statistics import json_option, tell
from facialis.errors import RecordError

if TYPE_CHECKING:
    from facialis.measures.history import History
    from facialis.measures.trials import TrialResult
    from facialis.record import Record, Trial
    from facialis.record.types import TrialOutcome
    from facialis.report.trial_words import Standing

Place = str | None
OUTCOMES = click.Choice(["felt", "bother", "rate"])
ENOUGH_DAYS = 10
"""Days of a diary from which their spread is taken."""


@click.group()
def trial() -> None:
    """A test by lot: does a factor you can choose make a difference?"""


@trial.command(short_help="Draw days with and without a factor.")
@click.argument("factor")
@click.option("--outcome", type=OUTCOMES, default="felt", help="What is asked; rate: counts of recordings.")
@click.option("--start", metavar="DAY", help="First day, such as 2026-10-25.  [default: tomorrow]")
@click.option("--blocks", type=click.IntRange(1, 100), default=6, help="Blocks, each balanced in itself.")
@click.option("--periods", type=click.IntRange(2, 20), default=4, help="Periods of a block, half with it.")
@click.option("--days", type=click.IntRange(1, 60), default=1, help="Days of a period.")
@click.option("--washout", type=click.IntRange(0, 60), default=0, help="Days after each period, not counted.")
@click.option(
    "--seed", type=click.IntRange(0, 2**53), help="Draw the same order again.  [default: a new one]"
)
@click.option("--note", default="", help="Anything else.")
@of_record
def plan(
    factor: str,
    outcome: "TrialOutcome",
    start: str | None,
    blocks: int,
    periods: int,
    days: int,
    washout: int,
    seed: int | None,
    note: str,
    where: Place,
    person: Place,
) -> None:
    """Draw by lot which days are with FACTOR and which without, and keep the plan.

    Only for what you can choose, such as coffee, screen breaks or sunglasses; not for what was prescribed.

    \b
    Examples:
      facialis trial plan coffee
      facialis trial plan coffee --blocks 5 --days 2 --washout 1 --start 2026-12-01
    """
    from facialis.measures.trials import plan_trial, smallest_difference
    from facialis.record import Trial
    from facialis.record.times import day_of
    from facialis.report.trial_words import plan_lines

    if periods % 2:
        raise RecordError(f"{periods} periods cannot be half with and half without; take an even number.")
    with opened(where, person, make=True) as kept:
        first = day_of(start) if start else _today(kept) + timedelta(days=1)
        if first < _today(kept):
            raise RecordError(f"{first} is past: lots are drawn for days to come.")
        seed = secrets.randbits(32) if seed is None else seed
        order = plan_trial(factor, first, blocks, periods, days, washout, seed).order
        stored = kept.add_trial(Trial(factor, first, order, days, washout, outcome, seed, note))
        history = kept.history()
    drawn = stored.plan()
    reach = smallest_difference(drawn, _spread(history, outcome))
    words = "{:.1f} of 10"
    if outcome == "rate":
        reach, words = math.exp(reach), "{:.1f} times as many"
    for line in plan_lines(stored.id or 0, drawn, outcome, reach, words):
        click.echo(line)


@trial.command("next", short_help="Tell what today and tomorrow are.")
@click.argument("number", type=int, required=False)
@click.option("--on", "on", metavar="DAY", help="Another day than today.")
@of_record
def tell_next(number: int | None, on: str | None, where: Place, person: Place) -> None:
    """Tell whether today is a day with the factor or without, for trial NUMBER or all that are not over.

    Until a diary day ends, four in the morning unless you set it, it is still yesterday.

    \b
    Example:
      facialis trial next
    """
    from facialis.record.times import day_of
    from facialis.report.trial_words import next_lines

    with opened(where, person) as kept:
        chosen, history = _chosen(kept, number), kept.history()
        today = day_of(on) if on else _today(kept)
    stands = [(each.id or 0, _standing(each, history, today)) for each in chosen]
    running = [pair for pair in stands if not pair[1].over]
    shown = stands if number is not None else running or stands[-1:]
    for each, at in shown:
        for line in next_lines(each, at):
            click.echo(line)


@trial.command(short_help="Tell what a trial showed.")
@click.argument("number", type=int, required=False)
@click.option("--early", is_flag=True, help="Show it before the end.")
@json_option
@of_record
def result(number: int | None, early: bool, as_json: bool, where: Place, person: Place) -> None:
    """Tell what trial NUMBER showed, or the latest: days with the factor against days without.

    \b
    Examples:
      facialis trial result
      facialis trial result 2 --json
    """
    from facialis.report.trial_words import result_lines

    with opened(where, person) as kept:
        chosen = _chosen(kept, number)[-1]
        gathered, today = kept.gathered(), _today(kept)
    at = _standing(chosen, gathered.history, today)
    results = {name: _result(chosen, gathered.history, name) for name in ("felt", "bother", "rate")}
    own = results.pop(chosen.outcome)
    ready = at.over or early
    body = {
        "plan": chosen,
        "noted": at.noted,
        "counted": at.counted,
        "otherwise": at.otherwise,
        "over": at.over,
        "result": own if ready else None,
        "beside": results if ready else None,
    }
    beside = list(results.items())
    tell("trial", gathered, body, lambda: result_lines(chosen.id or 0, at, own, beside, early), as_json)


@trial.command("list", short_help="List the trials.")
@of_record
def list_trials(where: Place, person: Place) -> None:
    """List your trials by their first day.

    \b
    Example:
      facialis trial list
    """
    with opened(where, person) as kept:
        found = kept.trials()
    if not found:
        click.echo(_NONE)
        return
    rows = [["trial", "factor", "asks", "from", "to", "days", "note"]]
    for each in found:
        last = each.first_day + timedelta(days=each.days - 1)
        rows.append(
            [
                str(each.id),
                each.factor,
                each.outcome,
                str(each.first_day),
                str(last),
                str(each.days),
                each.note,
            ]
        )
    click.echo(table(rows))


@trial.command("delete", short_help="Delete a trial.")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_record
def delete_trial(number: int, yes: bool, where: Place, person: Place) -> None:
    """Delete trial NUMBER for good; the diary stays.

    \b
    Example:
      facialis trial delete 1
    """
    with opened(where, person) as kept:
        _chosen(kept, number)
        confirm(f"Delete trial {number} for good?", yes)
        kept.delete_trial(number)
    click.echo("Deleted.")


_NONE = "There is no trial; `facialis trial plan FACTOR` draws one."


def _chosen(kept: "Record", number: int | None) -> tuple["Trial", ...]:
    found = kept.trials()
    if not found:
        raise RecordError(_NONE)
    if number is None:
        return found
    chosen = tuple(each for each in found if each.id == number)
    if not chosen:
        raise RecordError(f"There is no trial {number}; `facialis trial list` shows those there are.")
    return chosen


def _today(kept: "Record") -> date:
    from facialis.record import now
    from facialis.record.times import diary_day

    return diary_day(now(), kept.day_ends_h)


def _standing(each: "Trial", history: "History", today: date) -> "Standing":
    from facialis.measures.design import outcome_by_day
    from facialis.report.trial_words import standing

    factors = {day.day: day.factors for day in history.diary}
    return standing(each.plan(), each.outcome, today, outcome_by_day(history, each.outcome), factors)


def _result(each: "Trial", history: "History", outcome: "TrialOutcome") -> "TrialResult":
    from facialis.measures.design import outcome_by_day
    from facialis.measures.trials import trial_result
    from facialis.report.trial_words import NAMES

    unit = "log of the ratio" if outcome == "rate" else "of 10"
    return trial_result(each.plan(), outcome_by_day(history, outcome), unit, NAMES[outcome])


def _spread(history: "History", outcome: "TrialOutcome") -> float:
    """Return the SD between days so far, or what plans assume where there are few."""
    from statistics import stdev

    from facialis.measures.design import outcome_by_day
    from facialis.measures.triggers import PLANNING_SD

    values = list(outcome_by_day(history, outcome).values())
    spread = stdev(values) if len(values) >= ENOUGH_DAYS else 0.0
    return spread or PLANNING_SD[outcome]
