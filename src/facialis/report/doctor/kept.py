"""What the report is made of: the values of a person's record, and what the statistics say of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from facialis.measures import history as plain
from facialis.measures.course import Change, before_after
from facialis.measures.history import DiaryDay, History, RecordedRate, daily
from facialis.measures.surgery import SurgeryCourse, surgery_course
from facialis.measures.toxin import PLATEAU_DAYS, ToxinCourse, toxin_course
from facialis.measures.triggers import TriggerReport, triggers
from facialis.record.sides import Sided
from facialis.record.times import Moment
from facialis.record.types import DiaryEntry, Measurement, Questionnaire, StoredRecording, Treatment
from facialis.types import EventSide, Measure

BEFORE_DAYS = 60
"""Recordings so long before a treatment tell how it was before; older ones may be of another time of life."""
TAKING_DAYS = 14
"""After so many days what is taken daily counts as acting."""


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
class Span:
    """Days from `first` to `last`, both in it."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether a day is in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Around:
    """A treatment with what was before and after it. `felt_before` and `felt_after` are days of the diary."""

    treatment: plain.Treatment
    before: Span
    after: Span
    change: Change
    felt_before: tuple[float, ...]
    felt_after: tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """What the statistics say. `last` is about the last treatment, None where there is none."""

    last: Around | None
    toxin: ToxinCourse
    surgery: SurgeryCourse | None
    triggers: TriggerReport


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
    """Return what the statistics say of a history. Takes seconds.

    Recordings of one day are added up: they are not independent of each other.
    """
    history = replace(history, recordings=daily(history.recordings))
    given = sorted((t for t in history.treatments if t.kind != "other"), key=lambda t: t.day)
    return Found(
        around(history, given) if given else None,
        toxin_course(history),
        surgery_course(history) if history.of("surgery") else None,
        triggers(history),
    )


def around(history: History, given: Sequence[plain.Treatment]) -> Around:
    """Return what was before and after the last of the treatments given, which are in the order of time.

    Before: the last 60 days, from the treatment before it on. After: for toxin its plateau (days 14 to 56),
    for what is taken daily from two weeks on until it was stopped, for surgery all that came after.
    """
    treatment = given[-1]
    start = treatment.day - timedelta(days=BEFORE_DAYS)
    if len(given) > 1:
        start = min(max(start, given[-2].day), treatment.day)
    before = Span(start, treatment.day - timedelta(days=1))
    first, last = treatment.day + timedelta(days=1), date.max
    if treatment.kind == "toxin":
        first, last = (treatment.day + timedelta(days=int(n)) for n in PLATEAU_DAYS)
    elif treatment.kind == "medication":
        first, last = treatment.day + timedelta(days=TAKING_DAYS), treatment.until or date.max
    after = Span(first, last)
    noted = [[d for d in history.diary if span.holds(d.day)] for span in (before, after)]
    counted = [[r for r in history.recordings if span.holds(r.on)] for span in (before, after)]
    change = before_after(counted[0], counted[1], noted[0], noted[1])
    return Around(treatment, before, after, change, _felt(noted[0]), _felt(noted[1]))


def _felt(days: Sequence[DiaryDay]) -> tuple[float, ...]:
    return tuple(day.felt for day in days if day.felt is not None)
