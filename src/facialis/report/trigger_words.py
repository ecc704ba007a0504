"""What the diary tells of its factors, in words for a terminal: found, no difference, cannot tell yet."""

from collections.abc import Sequence

from facialis.measures.history import History
from facialis.measures.trigger_answers import (
    OUTCOME_WORDS,
    Answer,
    CannotTellYet,
    Effect,
    NoDifference,
    TriggerReport,
)
from facialis.report.interval_words import BRACKETS, many, wrapped

OUTCOMES = OUTCOME_WORDS
NOT_NOTED = (
    "No factor was noted yet. Write down what may matter with its strength, and 0 on days without it: "
    "`facialis diary add --spasms 4 --trigger coffee=2 --trigger stress=0`."
)
NOT_CAUSE = (
    "What goes along need not be the cause; for what you can choose, `facialis trial plan` tests it by lot."
)
NOTE_ZEROS = "A factor counts once it is noted on days without it too, such as coffee=0."


def trigger_lines(history: History, report: TriggerReport, every: bool = False) -> list[str]:
    """Return the answers; `every` lists each outcome and the next day, one a line, instead of the groups."""
    if not any(day.factors for day in history.diary):
        return wrapped(NOT_NOTED)
    told = [_held(history, report), ""]
    if every:
        told += [f"{OUTCOMES[a.outcome]}, {a.when}: {_difference(a)}" for a in report.answers]
    else:
        told += _found(report) + _none(report) + _open(report)
    told += ["", *report_notes(report, history)]
    if any(isinstance(answer, Effect) for answer in report.answers):
        told.append(NOT_CAUSE)
    return [line for sentence in [*told, BRACKETS] for line in (wrapped(sentence) if sentence else [""])]


def report_notes(report: TriggerReport, history: History | None = None) -> list[str]:
    """Return what was left out, each once, and how to make up for it."""
    notes = list(dict.fromkeys(report.notes))
    few = any("too few to use" in note for note in notes)
    return (
        [*notes, NOTE_ZEROS] if few or (history is not None and _no_day_without(report, history)) else notes
    )


def _no_day_without(report: TriggerReport, history: History) -> bool:
    """Whether a factor that cannot be told was noted on days with it alone."""
    waiting = {answer.factor for answer in report.answers if isinstance(answer, CannotTellYet)}
    noted = [[d.factors[name] for d in history.diary if name in d.factors] for name in waiting]
    return any(strengths and min(strengths) > 0 for strengths in noted)


def _held(history: History, report: TriggerReport) -> str:
    days = [day.day for day in history.diary]
    used = ", ".join(f"{OUTCOMES[outcome]} {n}" for outcome, n in report.days.items())
    held = f"{many(len(days), 'diary day')}, {min(days)} to {max(days)}"
    return f"{held}; days that could be used: {used or 'none'}."


def _found(report: TriggerReport) -> list[str]:
    effects = [answer for answer in report.answers if isinstance(answer, Effect)]
    if not effects:
        return ["Nothing was found to go along with more or fewer spasms so far."]
    return ["Goes along, in this diary:", *(f"  {_difference(each)}" for each in effects)]


def _none(report: TriggerReport) -> list[str]:
    found = [a for a in report.answers if isinstance(a, NoDifference) and a.when == "same day"]
    if not found:
        return []
    names = dict.fromkeys(answer.factor for answer in found)
    told = [f"{name} ({_outcomes(found, name)})" for name in names]
    return [f"No difference that matters: {', '.join(told)}."]


def _open(report: TriggerReport) -> list[str]:
    """Return, for each factor, what would be needed for the first outcome that is open."""
    waiting = [a for a in report.answers if isinstance(a, CannotTellYet) and a.when == "same day"]
    first: dict[str, CannotTellYet] = {}
    for answer in waiting:
        first.setdefault(answer.factor, answer)
    if not first:
        return []
    told = [
        f"  {name} ({_outcomes(waiting, name)}): {_needed(answer)}" for name, answer in sorted(first.items())
    ]
    return ["Cannot tell yet:", *told]


def _needed(answer: CannotTellYet) -> str:
    said = answer.words.partition(": ")[2]
    return said.partition(" So far: ")[0] if answer.value is not None else said


def _outcomes(answers: Sequence[Answer], name: str) -> str:
    return ", ".join(OUTCOMES[answer.outcome] for answer in answers if answer.factor == name)


def _difference(answer: Answer) -> str:
    return answer.words.partition(" It goes along")[0]
