"""What a person has collected over weeks: recordings, days of a diary, treatments. Plain values, no analysis.

The course and the triggers take these and nothing else, so that they can be joined to any store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

TreatmentKind = Literal["toxin", "surgery", "medication", "other"]


@dataclass(frozen=True)
class RecordedRate:
    """Spasms counted in one recording.

    `count` events in `seconds_observed`; `dispersion` is the variance of counts over their mean within the
    recording (1 for events that come independently; `intervals.dispersion_of` gives it). `closure` is how
    far the affected eye shuts when asked to, 1 for as far as the other eye; None where it was not asked.
    `day` is the diary's day it belongs to, where that is not the date of `when`: after midnight it may be
    the one before.
    """

    when: datetime
    count: int
    seconds_observed: float
    dispersion: float = 1.0
    closure: float | None = None
    day: date | None = None

    @property
    def on(self) -> date:
        """The diary's day."""
        return self.day or self.when.date()


@dataclass(frozen=True)
class DiaryDay:
    """One day's entry: how strong the spasms felt and how much they bothered, each 0 to 10.

    `factors` maps a name to a strength, 0 for a day without it; a name that is missing was not noted, which
    is not the same as 0.
    """

    day: date
    felt: float | None = None
    bother: float | None = None
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Treatment:
    """A treatment and its day. What was given (product, units, sites) is the record's, not needed here.

    `until` is the day on which something taken for a time was stopped. `at` is the clock time at which it was
    given, None where only the day is known.
    """

    day: date
    kind: TreatmentKind
    name: str = ""
    until: date | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class History:
    """All of one person, in any order."""

    recordings: Sequence[RecordedRate] = ()
    diary: Sequence[DiaryDay] = ()
    treatments: Sequence[Treatment] = ()

    def of(self, kind: TreatmentKind) -> tuple[Treatment, ...]:
        """Return the treatments of one kind in the order of time."""
        return tuple(sorted((t for t in self.treatments if t.kind == kind), key=lambda t: t.day))


def measured(recordings: Sequence[RecordedRate]) -> list[RecordedRate]:
    """Return the recordings in which anything could be observed, in the order of time.

    Raises ValueError for a count or a time that cannot be.
    """
    for each in recordings:
        if each.count < 0 or each.seconds_observed < 0 or each.dispersion <= 0:
            raise ValueError(f"a recording of {each.when} has a negative count, time or dispersion")
    return sorted((r for r in recordings if r.seconds_observed > 0), key=lambda r: r.when)


def daily(recordings: Sequence[RecordedRate], treatments: Sequence[Treatment] = ()) -> list[RecordedRate]:
    """Return one for each day, in the order of time: counts and seconds added up.

    Recordings of one day are not independent of each other, which the course takes its recordings to be; but
    those before and after one of the `treatments` stay apart. The time is that of the first, the dispersion
    the mean weighted by counts, the closure the mean.
    """
    parts: dict[tuple[object, ...], list[RecordedRate]] = {}
    for each in measured(recordings):
        stage = (made_before(each, given) for given in treatments)
        parts.setdefault((each.on, *stage), []).append(each)
    return [_together(part) for part in parts.values()]


def made_before(recording: RecordedRate, treatment: Treatment) -> bool | None:
    """Tell whether a recording was made before a treatment; None where that is not known.

    Where its clock time is known, that tells. Else the day does, and for a recording of that very day: a
    toxin takes days to act (5.4, SD 5.3, doi:10.1111/j.1468-1331.2008.02507.x), so that the recording shows
    the face without it and counts as before; an operation or a drug acts within hours, so that nobody knows.
    """
    if treatment.at is not None:
        return _seconds(recording.when, treatment.at) < 0
    made = recording.when.date()
    if made != treatment.day:
        return made < treatment.day
    return True if treatment.kind == "toxin" else None


def days_after(recording: RecordedRate, treatment: Treatment) -> float:
    """Return days from a treatment to a recording, below 0 before it; from noon of a day without time."""
    if treatment.at is None:
        return days_since(recording.when, treatment.day)
    return _seconds(recording.when, treatment.at) / 86_400


def _seconds(later: datetime, earlier: datetime) -> float:
    # A time without a zone is of the same place as the other one.
    if (later.tzinfo is None) is not (earlier.tzinfo is None):
        later, earlier = later.replace(tzinfo=None), earlier.replace(tzinfo=None)
    return (later - earlier).total_seconds()


def _together(part: Sequence[RecordedRate]) -> RecordedRate:
    if len(part) == 1:
        return part[0]
    count = sum(r.count for r in part)
    weights = [r.count or 1 / len(part) for r in part]
    dispersion = sum(w * r.dispersion for w, r in zip(weights, part, strict=True)) / sum(weights)
    closures = [r.closure for r in part if r.closure is not None]
    closure = sum(closures) / len(closures) if closures else None
    return RecordedRate(part[0].when, count, seconds_of(part), dispersion, closure, part[0].on)


def seconds_of(recordings: Sequence[RecordedRate]) -> float:
    """Return the seconds observed altogether."""
    return float(sum(r.seconds_observed for r in recordings))


def days_since(moment: datetime, day: date) -> float:
    """Return days from noon of `day` to `moment`, below 0 before it. A clock's zone is left out."""
    noon = datetime(day.year, day.month, day.day, 12)
    return (moment.replace(tzinfo=None) - noon).total_seconds() / 86_400
