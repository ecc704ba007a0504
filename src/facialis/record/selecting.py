"""What a person means by `3`, `2026-03`, `2026-03-01..2026-04-15`: a recording or a stretch of days."""

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from facialis.errors import RecordError
from facialis.measures.around import Span
from facialis.measures.compare import Part
from facialis.record.gathering import Gathered
from facialis.record.times import day_of

if TYPE_CHECKING:
    from facialis.record.record import Record

_MONTH = re.compile(r"(\d{4})-(\d{2})")


def selected(record: "Record", gathered: Gathered, text: str) -> Part:
    """Return the recordings and days of the diary that `text` names. Raises RecordError."""
    text = text.strip()
    if text.isdigit():
        return _recording(record, gathered, int(text))
    span, history = span_of(text), gathered.history
    counted = [each for each in history.recordings if span.holds(each.on)]
    part = Part(_named(_seen(span, gathered)), counted, span.diary(history))
    if not part.recordings and not part.diary:
        raise RecordError(f"There is neither a recording nor a day of the diary in {text}.")
    return part


def span_of(text: str) -> Span:
    """Read a day, a month, or days from..to, of which one end may be left open. Raises RecordError."""
    first, dots, last = text.partition("..")
    if not dots:
        return Span(_first(text), _last(text))
    if not first.strip() and not last.strip():
        raise RecordError(f"{text!r} names no time; give one such as 2026-03-01..2026-04-15.")
    span = Span(
        _first(first) if first.strip() else date.min + timedelta(days=1),
        _last(last) if last.strip() else date.max,
    )
    if span.last < span.first:
        raise RecordError(f"{text} ends before it begins.")
    return span


def _recording(record: "Record", gathered: Gathered, number: int) -> Part:
    record.recording(number)  # So that one that is not there is told as such.
    rate = gathered.rates.get(number)
    if rate is None:
        raise RecordError(
            f"Recording {number} has no count: it was not measured, or left out (`facialis course` says why)."
        )
    diary = [day for day in gathered.history.diary if day.day == rate.on]
    return Part(f"Recording {number} ({rate.when:%Y-%m-%d %H:%M})", [rate], diary)


def _seen(span: Span, gathered: Gathered) -> Span:
    """Return the span with an open end put where the record begins or ends."""
    days = [r.on for r in gathered.history.recordings] + [d.day for d in gathered.history.diary]
    if not days:
        return span
    first = min(days) if span.first.year == 1 else span.first
    return Span(first, max(days) if span.last == date.max else span.last)


def _named(span: Span) -> str:
    return f"{span.first} to {span.last}" if span.first != span.last else f"{span.first}"


def _first(text: str) -> date:
    month = _month(text)
    return date(*month, 1) if month else day_of(text)


def _last(text: str) -> date:
    month = _month(text)
    return date(*month, calendar.monthrange(*month)[1]) if month else day_of(text)


def _month(text: str) -> tuple[int, int] | None:
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    if not (1 <= month <= 12 and year >= 1):
        raise RecordError(f"{text.strip()!r} is no month; give one such as 2026-03.")
    return year, month
