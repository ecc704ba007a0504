"""The whole course of one person: how it is now, what changed around each treatment, toxin cycles, surgery.

Each part is the part's own statistics; here is only told which recordings belong to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from facialis.measures.around import Around, Span, Windows, around_each, last_day
from facialis.measures.basis import Term
from facialis.measures.course import ChangeSettings, rate_of
from facialis.measures.history import History, RecordedRate, Treatment, daily, made_before
from facialis.measures.serial import regress
from facialis.measures.surgery import SurgeryCourse, SurgeryPriors, surgery_course
from facialis.measures.toxin import ToxinCourse, ToxinPriors, split, toxin_course
from facialis.types import Measure

MEAN_HOW = "mean of days that depend on each other"
LEAST_DAYS = 5
"""Days of a diary for a mean with an interval."""


@dataclass(frozen=True)
class Now:
    """The latest weeks: spasms counted per minute, felt strength and bother of 10, each with its interval."""

    span: Span
    rate: Measure
    felt: Measure
    bother: Measure


@dataclass(frozen=True)
class Course:
    """The course. `now` is None for an empty history. `toxin`: one for each time between operations.

    `notes`: what was left out of a part, in sentences.
    """

    now: Now | None
    treatments: tuple[Around, ...]
    toxin: tuple[ToxinCourse, ...]
    surgery: SurgeryCourse | None
    notes: tuple[str, ...] = ()


def course_of(
    history: History,
    windows: Windows | None = None,
    settings: ChangeSettings | None = None,
    toxin_priors: ToxinPriors | None = None,
    surgery_priors: SurgeryPriors | None = None,
) -> Course:
    """Return the whole course. Recordings of one day are added up: they are not independent."""
    windows = windows or Windows()
    history = replace(history, recordings=daily(history.recordings, history.treatments))
    surgery, notes = _surgery(history, windows, surgery_priors)
    return Course(
        now_of(history, windows, settings),
        around_each(history, windows, settings),
        tuple(toxin_course(part, toxin_priors) for part in between_operations(history) if part.of("toxin")),
        surgery,
        notes,
    )


def now_of(
    history: History, windows: Windows | None = None, settings: ChangeSettings | None = None
) -> Now | None:
    """Return the latest weeks that anything is known of; None for an empty history."""
    last = last_day(history)
    if last is None:
        return None
    span = Span(last - timedelta(days=(windows or Windows()).recent_d - 1), last)
    diary = span.diary(history)
    return Now(
        span,
        rate_of("rate_now", "Spasms per minute in the latest weeks", span.recordings(history), settings),
        felt_mean("felt_now", "Felt strength in the latest weeks", [(d.day, d.felt) for d in diary]),
        felt_mean(
            "bother_now", "How much it bothered in the latest weeks", [(d.day, d.bother) for d in diary]
        ),
    )


def felt_mean(name: str, label: str, noted: Sequence[tuple[date, float | None]]) -> Measure:
    """Return the mean of days that depend on each other, of 10, with its interval."""
    told = [(day, value) for day, value in noted if value is not None]
    term, n = Term(name, label, None, "of 10", 0.0), len(told)
    if n < LEAST_DAYS:
        missing = LEAST_DAYS - n
        return term.lack(n, f"not enough data: needs about {missing} more diary day{'s' * (missing > 1)}")
    y = np.array([value for _, value in told], dtype=float)
    if np.ptp(y) == 0:
        alike = "all days are the same, so that their spread is not known"
        return term.give(float(y[0]), (None, None), n, "", reason=alike)
    day = np.array([each.toordinal() for each, _ in told], dtype=float)
    mean = regress(y, np.ones((n, 1)), day, plain=True).coefficients[0]
    low, high = mean.interval()
    return term.give(mean.value, (max(low, 0.0), min(high, 10.0)), n, MEAN_HOW)


def between_operations(history: History) -> list[History]:
    """Return the history in parts, cut at each operation: it changes what a toxin starts from."""
    operations = history.of("surgery")
    edges = [date.min, *(t.day for t in operations), date.max]

    def part(recordings: Sequence[RecordedRate], first: date, last: date) -> History:
        return History(
            recordings,
            [d for d in history.diary if first <= d.day < last],
            [t for t in history.treatments if first <= t.day < last],
        )

    recordings = split(history.recordings, operations)
    return [part(own, *days) for own, days in zip(recordings, pairwise(edges), strict=True)]


def _surgery(
    history: History, windows: Windows, priors: SurgeryPriors | None
) -> tuple[SurgeryCourse | None, tuple[str, ...]]:
    """Return the course after the latest operation, without the recordings taken while toxin acted."""
    if not history.of("surgery"):
        return None, ()
    toxin = history.of("toxin")
    kept = [r for r in history.recordings if not _under(r, toxin, windows)]
    left_out = len(history.recordings) - len(kept)
    notes = (
        f"{left_out} recording{'s' * (left_out > 1)} taken within {windows.acts_d} days of a toxin "
        f"{'are' if left_out > 1 else 'is'} left out of the course after surgery.",
    )
    return surgery_course(replace(history, recordings=kept), priors), notes if left_out else ()


def _under(recording: RecordedRate, toxin: Sequence[Treatment], windows: Windows) -> bool:
    return any(not made_before(recording, t) and (recording.on - t.day).days <= windows.acts_d for t in toxin)
