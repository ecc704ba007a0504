"""What the report is made of: the values of a person's record, and what the statistics say of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from facialis.measures.around import Around
from facialis.measures.history import History, RecordedRate, daily
from facialis.measures.overview import Course, course_of
from facialis.measures.toxin import CycleComparison, ToxinCycle
from facialis.measures.triggers import TriggerReport, triggers
from facialis.record.sides import Sided
from facialis.record.times import Moment
from facialis.record.types import DiaryEntry, Measurement, Questionnaire, StoredRecording, Treatment
from facialis.types import EventSide, Measure

NO_TOXIN = "no toxin treatment was entered"


@dataclass(frozen=True)
class Kept:
    """Everything of one person's record that the report may tell.

    `rates` maps a recording's number to what was counted of it, for those that are counted; `measurements`
    a recording's number to its newest measurement; `last_measures` are the measures of the last recording
    counted, else of the last measured, and `last_corrected` how often people corrected it. `side` is the
    affected one and `side_from` from what it is known.
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
class Found:
    """What the statistics say: the course, and the factors of the diary."""

    course: Course
    triggers: TriggerReport

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


def look(history: History) -> Found:
    """Return what the statistics say of a history. Takes seconds."""
    history = replace(history, recordings=daily(history.recordings))
    return Found(course_of(history), triggers(history))
