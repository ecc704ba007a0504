"""What the report is made of: the values of a person's record, and what the statistics say of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import exp

from facialis.measures.around import Around
from facialis.measures.design import outcome_by_day
from facialis.measures.history import History, RecordedRate, daily
from facialis.measures.overview import Course, course_of
from facialis.measures.toxin import CycleComparison, ToxinCycle
from facialis.measures.trials import TrialResult, trial_result
from facialis.measures.trigger_answers import TriggerReport
from facialis.measures.triggers import first_looked_at, triggers
from facialis.record.sides import Sided
from facialis.record.times import Moment
from facialis.record.types import DiaryEntry, Measurement, Questionnaire, StoredRecording, Treatment, Trial
from facialis.report.trial_words import NAMES, missing_days, missing_words
from facialis.types import EventSide, Measure

BY_LOTS = "By the lots alone"
NO_TOXIN = "no toxin treatment was entered"


@dataclass(frozen=True)
class Kept:
    """Everything of one person's record that the report may tell.

    `rates` maps a recording's number to what was counted of it, for those that are counted; `measurements`
    a recording's number to its newest measurement; `last_measures` are the measures of the last recording
    counted, else of the last measured, and `last_corrected` how often people corrected it. `side` is the
    affected one and `side_from` from what it is known. `task`: the only one whose recordings are counted.
    """

    made: Moment
    recordings: tuple[StoredRecording, ...] = ()
    measurements: Mapping[int, Measurement] = field(default_factory=dict)
    rates: Mapping[int, RecordedRate] = field(default_factory=dict)
    last_measures: tuple[Measure, ...] = ()
    entries: tuple[DiaryEntry, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()
    history: History = field(default_factory=History)
    side: EventSide | None = None
    side_from: str = ""
    notes: tuple[str, ...] = ()
    last_corrected: int = 0
    trials: tuple[Trial, ...] = ()
    task: str = ""

    @property
    def last(self) -> StoredRecording | None:
        """The last recording that is counted, else the last that is measured."""
        for known in (self.rates, self.measurements):
            there = [each for each in self.recordings if each.id in known]
            if there:
                return there[-1]
        return None

    @property
    def sided(self) -> tuple[Sided, ...]:
        """What each measured recording showed."""
        return tuple(
            Sided(each.id, each.at, self.measurements[each.id].verdict)
            for each in self.recordings
            if each.id in self.measurements
        )

    @property
    def days(self) -> tuple[date, ...]:
        """The days of all recordings and diary entries."""
        noted = tuple(each.day for each in self.entries if each.day)
        return tuple(each.at.local.date() for each in self.recordings) + noted


@dataclass(frozen=True)
class Tried:
    """A test by lot: its factor, its last day, and what it showed, which is empty until it is over."""

    factor: str
    last: date
    words: str


@dataclass(frozen=True)
class Found:
    """What the statistics say: the course, the factors of the diary, and tests by lot, the newest first.

    `triggers_from`: the first day that was looked at for factors, None where that is all of the diary.
    """

    course: Course
    triggers: TriggerReport
    trials: tuple[Tried, ...] = ()
    triggers_from: date | None = None

    @property
    def last(self) -> Around | None:
        """What changed around the last treatment, None where there is none."""
        return self.course.treatments[-1] if self.course.treatments else None

    @property
    def cycles(self) -> tuple[ToxinCycle, ...]:
        """The toxin cycles in the order of time."""
        return tuple(cycle for part in self.course.toxin for cycle in part.cycles)

    @property
    def comparison(self) -> CycleComparison | None:
        """The last cycle against the one before it."""
        pairs = self.course.toxin[-1].comparisons if self.course.toxin else ()
        return pairs[-1] if pairs else None

    @property
    def toxin_reason(self) -> str:
        """Why there are no cycles."""
        return self.course.toxin[-1].reason if self.course.toxin else NO_TOXIN


@dataclass(frozen=True)
class Wishes:
    """What the person wants said: their name or initials, since when they have it, and words of their own.

    `words` take the place of the diary's notes; with `notes` False none of those is told.
    """

    name: str = ""
    since: str = ""
    words: str = ""
    notes: bool = True


def look(history: History, trials: Sequence[Trial] = (), today: date | None = None) -> Found:
    """Return what the statistics say of a history, and of trials as of `today`. Takes seconds."""
    newest = sorted(trials, key=lambda trial: trial.first_day, reverse=True)
    tried = tuple(_tried(each, history, today or date.max) for each in newest)
    history = replace(history, recordings=daily(history.recordings))
    first = first_looked_at(history)
    looked_at = tuple(day for day in history.diary if first is None or day.day >= first)
    return Found(course_of(history), triggers(replace(history, diary=looked_at)), tried, first)


def _tried(trial: Trial, history: History, today: date) -> Tried:
    plan = trial.plan()
    last = plan.days[-1].day
    if today <= last:
        return Tried(trial.factor, last, "")
    unit = "log of the ratio" if trial.outcome == "rate" else "of 10"
    noted = outcome_by_day(history, trial.outcome)
    result = trial_result(plan, noted, unit, NAMES[trial.outcome])
    words = _as_ratio(result) if trial.outcome == "rate" else result.words
    missing = missing_words(*missing_days(plan, noted, last))
    return Tried(trial.factor, last, f"{words.rstrip('.')}. {missing}")


def _as_ratio(result: TrialResult) -> str:
    """Return the words of a result in logarithms of rates as times as many."""
    ends = (result.difference.value, result.difference.low, result.difference.high)
    if ends[0] is None:
        return result.words
    value, *interval = (f"{exp(end):.2f}" for end in ends if end is not None)
    within = f" ({' to '.join(interval)})" if len(interval) == 2 else ""
    _, lots, chance = result.words.rpartition(BY_LOTS)
    return f"On days with it there were {value} times as many spasms counted{within}. {lots}{chance}"
