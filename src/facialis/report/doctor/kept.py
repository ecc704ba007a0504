"""What the report is made of: the values of a person's record, and what the statistics say of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from facialis.measures import history as plain
from facialis.measures.course import Change, before_after
from facialis.measures.history import DiaryDay, History, RecordedRate
from facialis.measures.surgery import SurgeryCourse, surgery_course
from facialis.measures.toxin import PLATEAU_DAYS, ToxinCourse, toxin_course
from facialis.measures.triggers import TriggerReport, triggers
from facialis.record.times import Moment
from facialis.record.types import DiaryEntry, Measurement, Questionnaire, StoredRecording, Treatment
from facialis.types import EventSide, Measure

BEFORE_DAYS = 60
"""Recordings so long before a treatment tell how it was before; older ones may be of another time of life."""


@dataclass(frozen=True)
class Kept:
    """Everything of one person's record that the report may tell.

    `rates` maps a recording's number to what was counted of it, for those that are counted; `measurements`
    a recording's number to its newest measurement; `last_measures` are the measures of the last recording
    counted, else of the last measured. `side` is the affected one and `side_from` from what it is known.
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

    @property
    def last(self) -> StoredRecording | None:
        """The last recording that is counted, else the last that is measured."""
        for known in (self.rates, self.measurements):
            there = [each for each in self.recordings if each.id in known]
            if there:
                return there[-1]
        return None


@dataclass(frozen=True)
class Found:
    """What the statistics say. `change` is that of the last treatment, None where there is none."""

    treatment: plain.Treatment | None
    change: Change | None
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
    """Return what the statistics say of a history. Takes seconds."""
    given = sorted((t for t in history.treatments if t.kind != "other"), key=lambda t: t.day)
    last = given[-1] if given else None
    return Found(
        last,
        _change(history, given) if given else None,
        toxin_course(history),
        surgery_course(history) if history.of("surgery") else None,
        triggers(history),
    )


def windows(
    treatment: plain.Treatment, before: plain.Treatment | None, after: plain.Treatment | None
) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the first and last day of what counts as before and as after a treatment.

    Before: the last 60 days, from the treatment before on. After: for toxin its plateau (days 14 to 56), for
    what is taken, from two weeks on until it is stopped; for surgery everything after it; at most until the
    next treatment.
    """
    start = treatment.day - timedelta(days=BEFORE_DAYS)
    early = (max(start, before.day) if before else start, treatment.day - timedelta(days=1))
    first, last = treatment.day + timedelta(days=1), date.max
    if treatment.kind == "toxin":
        first, last = (treatment.day + timedelta(days=int(n)) for n in PLATEAU_DAYS)
    elif treatment.kind == "medication":
        first = treatment.day + timedelta(days=14)
    return early, (first, min(last, after.day - timedelta(days=1)) if after else last)


def _change(history: History, given: Sequence[plain.Treatment]) -> Change:
    treatment = given[-1]
    before, after = windows(treatment, given[-2] if len(given) > 1 else None, None)
    return before_after(
        _recorded(history, before), _recorded(history, after), _noted(history, before), _noted(history, after)
    )


def _recorded(history: History, within: tuple[date, date]) -> list[RecordedRate]:
    return [r for r in history.recordings if within[0] <= r.when.date() <= within[1]]


def _noted(history: History, within: tuple[date, date]) -> list[DiaryDay]:
    return [d for d in history.diary if within[0] <= d.day <= within[1]]
