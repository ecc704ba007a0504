"""Points in time with their zone, and the day of a diary."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from facialis.errors import RecordError

DAY_ENDS_H = 4
"""A diary's day ends at this hour of the next one: who writes at one in the morning means the evening."""
FIRST_YEAR = 1990
"""Nothing of a record is older: a clock that was never set shows its epoch, 1904 or 1970."""
NOON = time(12)
"""The time of what is told by its day alone: no change of clocks moves it."""
AHEAD = timedelta(days=1)
"""A clock may run so far ahead: an entry told in a zone to the east, or a diary's day by its noon."""


_EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Moment:
    """A point in time, `utc` aware and in UTC, and the IANA name of the zone it was told in."""

    utc: datetime
    zone: str

    @property
    def local(self) -> datetime:
        """The time on the clocks of its zone, aware."""
        return self.utc.astimezone(zone_of(self.zone))


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of that IANA name; RecordError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RecordError(f"There is no time zone {name!r}; give one such as Europe/Berlin.") from None


def local_zone() -> str:
    """Return the IANA name of this computer's zone, `UTC` where it has none."""
    from tzlocal import get_localzone_name

    try:
        name = get_localzone_name()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name or "UTC"


def now(zone: str | None = None) -> Moment:
    """Return the present moment, told in `zone` or in this computer's."""
    zone = zone or local_zone()
    zone_of(zone)
    return Moment(datetime.now(UTC).replace(microsecond=0), zone)


def moment(text: str, zone: str | None = None) -> Moment:
    """Read a moment such as `2026-10-25 14:30`, in `zone` or this computer's.

    An offset in the text (`2026-10-25T02:30+01:00`, `Z`) says which of two equal clock times is meant when
    clocks go back; without it the first one is. Raises RecordError for what is no time, for a time that
    clocks going forward left out, and for a day without a time.
    """
    zone = zone or local_zone()
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RecordError(f"{text!r} is no time; give one such as '2026-10-25 14:30'.") from None
    if names_a_day(text):
        raise RecordError(f"{text!r} has no time of day; give one such as '{told:%Y-%m-%d} 14:30'.")
    return of_local(told, zone)


def of_local(told: datetime, zone: str) -> Moment:
    """Return the moment of a clock time in `zone`, or of an aware time, then told in `zone`."""
    where = zone_of(zone)
    if told.tzinfo is not None:
        try:
            return Moment(told.astimezone(UTC), zone)
        except OverflowError:
            raise RecordError(f"{told:%Y-%m-%d} is no day that anything can be of; correct it.") from None
    try:
        utc = told.replace(tzinfo=where).astimezone(UTC)
        clock = utc.astimezone(where).replace(tzinfo=None)
    except OverflowError:
        raise RecordError(f"{told:%Y-%m-%d} is no day that anything can be of; correct it.") from None
    if clock != told:
        raise RecordError(
            f"There was no {told:%H:%M} on {told:%Y-%m-%d} in {zone}: the clocks went forward over it."
        )
    return Moment(utc, zone)


def possible(at: Moment) -> Moment:
    """Return the moment; RecordError where nothing can have been: before 1990, or more than a day ahead."""
    if at.utc > datetime.now(UTC) + AHEAD:
        raise RecordError(f"{_said(at)} lies in the future; correct the time it is told for.")
    if at.utc < _EARLIEST:
        raise RecordError(f"{_said(at)} lies before {FIRST_YEAR}; correct the time it is told for.")
    return at


def possible_day(day: date, today: date) -> bool:
    """Tell whether something can be of that day, as of `today`."""
    return day.year >= FIRST_YEAR and day <= today + AHEAD


def diary_day(at: Moment, day_ends_h: int = DAY_ENDS_H) -> date:
    """Return the day a diary entry belongs to: the local date, the day before until `day_ends_h` o'clock.

    Told by the clock on the wall, so that a change of clocks moves nothing.
    """
    local = at.local
    day = local.date()
    return day - timedelta(days=1) if local.hour < day_ends_h else day


def _said(at: Moment) -> str:
    # At the ends of the calendar no zone can tell the time.
    try:
        return f"{at.local:%Y-%m-%d}"
    except OverflowError:
        return f"{at.utc:%Y-%m-%d}"


def day_of(text: str) -> date:
    """Read a day such as `2026-10-25`; RecordError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RecordError(f"{text!r} is no day; give one such as 2026-10-25.") from None


def at_day(day: date, zone: str) -> Moment:
    """Return a moment of that day, for what is told by its day alone."""
    return of_local(datetime.combine(day, NOON), zone)


def moment_or_day(text: str, zone: str | None = None) -> Moment:
    """Read a moment as `moment` does, or a day without a time (`at_day`). Raises RecordError."""
    if names_a_day(text):
        return at_day(day_of(text), zone or local_zone())
    return moment(text, zone)


def names_a_day(text: str) -> bool:
    """Tell whether the text is too short to name more than a day."""
    return len(text.strip()) <= len("2026-10-25")


def is_by_day(at: Moment) -> bool:
    """Tell whether the moment is that of `at_day`: noon to the second stands for a day without a time."""
    return at.local.time() == NOON
