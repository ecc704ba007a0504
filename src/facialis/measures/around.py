"""The time around a treatment: which recordings and days are before it, and which are while it acts.

The windows are choices, stated and replaceable. Nothing of another treatment's time is taken for before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from facialis.measures.course import Change, ChangeSettings, before_after
from facialis.measures.history import DiaryDay, History, RecordedRate, Treatment, daily, made_before

NEED_BEFORE = ("rate_before", "rate_ratio", "smallest_fall", "smallest_rise")


@dataclass(frozen=True)
class Windows:
    """Days around a treatment (own choices, but those of the toxin's plateau).

    `before_d`: how long before it at most. `plateau_d`: of the toxin, weeks 2 to 8, in which a series rated
    with HFS-30 stayed level (clinical series of 49 people rated at 2, 4, 8 and 12 weeks). `acts_d`: a toxin
    is taken to act so long; durations are reported as 11 to 20 weeks
    (doi:10.1111/j.1468-1331.2008.02507.x). `settled_d`: of a drug. `recent_d`: what is called now.
    """

    before_d: int = 90
    plateau_d: tuple[int, int] = (14, 56)
    acts_d: int = 140
    settled_d: tuple[int, int] = (14, 98)
    recent_d: int = 28


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both in it; empty where `last` is before `first`."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """Number of days."""
        return max((self.last - self.first).days + 1, 0)

    def recordings(self, history: History) -> list[RecordedRate]:
        """Return the recordings in it, those of one day added up."""
        return daily([each for each in history.recordings if self.holds(each.on)])

    def diary(self, history: History) -> list[DiaryDay]:
        """Return the days of the diary in it."""
        return [each for each in history.diary if self.holds(each.day)]


@dataclass(frozen=True)
class Around:
    """What changed around one treatment. `beside` names what else acts in the same time, in a sentence."""

    treatment: Treatment
    before: Span
    after: Span
    change: Change
    beside: str = ""


def around_each(
    history: History, windows: Windows | None = None, settings: ChangeSettings | None = None
) -> tuple[Around, ...]:
    """Return the change around each treatment, in the order of time.

    How much the person's recordings vary is learned from all stretches in which little changes by itself.
    """
    windows = windows or Windows()
    given = sorted(history.treatments, key=lambda t: t.day)
    return tuple(
        _around(treatment, before_span(treatment, given, windows), history, given, windows, settings)
        for treatment in given
    )


def change_around(
    treatment: Treatment,
    history: History,
    before: Span,
    after: Span,
    windows: Windows,
    settings: ChangeSettings | None = None,
) -> Change:
    """Return the change from the span before a treatment to that after it.

    Recordings of the treatment's own day that are known to be before or after it count with the span that
    ends or begins there (`made_before`). Its entry in the diary tells of both, and of neither.
    """
    both = (before, after)
    others = [
        [each for each in stretch if not any(span.holds(each.on) for span in both)]
        for stretch in steady(history, windows)
    ]
    return before_after(
        _recordings_before(treatment, history, before),
        _recordings_after(treatment, history, after),
        before.diary(history),
        after.diary(history),
        [part for part in others if len(part) > 1],
        settings,
    )


def before_span(treatment: Treatment, given: Sequence[Treatment], windows: Windows) -> Span:
    """Return the days before a treatment that show how it was without it.

    A toxin given before has to be past its plateau, and while it wears off only the latest weeks count.
    Anything else has to have begun or ended two weeks ago.
    """
    first = treatment.day - timedelta(days=windows.before_d)
    for each in given:
        for day in (each.day, each.until):
            if day is None or day >= treatment.day:
                continue
            gone = windows.plateau_d[1] if each.kind == "toxin" else windows.settled_d[0]
            first = max(first, day + timedelta(days=gone))
            if each.kind == "toxin" and (treatment.day - day).days <= windows.acts_d:
                first = max(first, treatment.day - timedelta(days=windows.recent_d))
    return Span(first, treatment.day - timedelta(days=1))


def after_span(treatment: Treatment, given: Sequence[Treatment], windows: Windows, last: date) -> Span:
    """Return the days in which a treatment acts, up to the next treatment; `last` is the history's last day.

    Toxin: its plateau. Drug: from two weeks on, while it is taken. Surgery: the latest weeks since, for its
    effect takes months.
    """
    later = [each.day for each in given if each.day > treatment.day]
    ends = [day - timedelta(days=1) for day in later] + ([treatment.until] if treatment.until else [])
    if treatment.kind == "surgery":
        stop = min([last, *ends])
        return Span(max(treatment.day + timedelta(days=1), stop - timedelta(days=windows.recent_d - 1)), stop)
    from_d, to_d = windows.plateau_d if treatment.kind == "toxin" else windows.settled_d
    stop = min([treatment.day + timedelta(days=to_d), *ends])
    return Span(treatment.day + timedelta(days=from_d), stop)


def steady(history: History, windows: Windows) -> list[list[RecordedRate]]:
    """Return stretches of recordings in which no treatment sets in or wears off: they tell how much the
    person's recordings vary by themselves."""
    given = sorted(history.treatments, key=lambda t: t.day)
    stretches: dict[tuple[object, ...], list[RecordedRate]] = {}
    for each in daily(history.recordings):
        phase = tuple(_phase(each.on, treatment, windows) for treatment in given)
        if None not in phase:
            stretches.setdefault(phase, []).append(each)
    return list(stretches.values())


def _recordings_before(treatment: Treatment, history: History, before: Span) -> list[RecordedRate]:
    """Return the recordings of the span before a treatment, with those of its own day that are before it."""
    own = before.first <= treatment.day
    return daily(
        [
            each
            for each in history.recordings
            if before.holds(each.on)
            or (own and each.on == treatment.day and made_before(each, treatment) is True)
        ]
    )


def _recordings_after(treatment: Treatment, history: History, after: Span) -> list[RecordedRate]:
    own = after.first == treatment.day + timedelta(days=1)
    return daily(
        [
            each
            for each in history.recordings
            if after.holds(each.on)
            or (own and each.on == treatment.day and made_before(each, treatment) is False)
        ]
    )


def last_day(history: History) -> date | None:
    """Return the last day of which anything is known."""
    days = [r.on for r in history.recordings] + [d.day for d in history.diary]
    return max(days, default=None)


def _phase(day: date, treatment: Treatment, windows: Windows) -> str | None:
    """Return in which steady state of a treatment a day lies; None while it changes."""
    since = (day - treatment.day).days
    if since < 0:
        return "before"
    if treatment.kind == "toxin":
        if windows.plateau_d[0] <= since <= windows.plateau_d[1]:
            return "plateau"
        return "gone" if since > windows.acts_d else None
    if treatment.kind == "surgery":
        return "settled" if since >= 180 else None
    if treatment.until is not None and day > treatment.until:
        return "stopped" if (day - treatment.until).days >= windows.settled_d[0] else None
    return "settled" if since >= windows.settled_d[0] else None


def _around(
    treatment: Treatment,
    before: Span,
    history: History,
    given: Sequence[Treatment],
    windows: Windows,
    settings: ChangeSettings | None,
) -> Around:
    after = after_span(treatment, given, windows, last_day(history) or treatment.day)
    change = change_around(treatment, history, before, after, windows, settings)
    if not _recordings_before(treatment, history, before) and (
        why := _none_before(treatment, before, history, given)
    ):
        lacking = {m: replace(getattr(change, m), reason=why) for m in NEED_BEFORE}
        change = replace(change, **lacking)
    return Around(treatment, before, after, change, _beside(treatment, before, after, given, windows))


def _none_before(treatment: Treatment, before: Span, history: History, given: Sequence[Treatment]) -> str:
    """Return why recordings that exist do not count as before; empty where there are none at all."""
    days = [each.on for each in daily(history.recordings)]
    same = sum(day == treatment.day for day in days)
    earlier = [day for day in days if day < treatment.day]
    told = []
    if earlier:
        ends = [(day, t) for t in given for day in (t.day, t.until) if day and day < treatment.day]
        latest, of = max(ends, key=lambda end: end[0], default=(None, None))
        if latest is not None and of is not None and max(earlier) >= latest:
            away = (max(earlier) - latest).days
            told.append(f"the last one earlier was {away} days after {of.name or of.kind} of {latest}")
        else:
            told.append(f"the last one earlier was on {max(earlier)}, and days from {before.first} count")
    if same and treatment.at is None:
        told.append("recordings of the treatment's own day do not count, for its time is not known")
    elif same:
        told.append("those of the treatment's own day do not count")
    return f"not enough data: no recording counts as before: {' and '.join(told)}" if told else ""


def _beside(
    treatment: Treatment, before: Span, after: Span, given: Sequence[Treatment], windows: Windows
) -> str:
    """Name what else may have made the change."""
    acting = []
    for each in given:
        ends = each.day + timedelta(days=windows.acts_d) if each.kind == "toxin" else each.until or each.day
        own = each is treatment or (each.kind == treatment.kind == "toxin")
        if not own and each.day <= after.last and ends >= min(before.first, treatment.day):
            acting.append(f"{each.name or each.kind} of {each.day}")
    return f"In the same time there was {' and '.join(acting)}." if acting else ""
