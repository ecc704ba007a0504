"""The course as a picture: what was counted above, what was felt below, treatments on the axis of both.

What is counted and what is felt have an axis each, for they go apart (doi:10.1002/brb3.2023). Shapes tell all
that colours tell, so that grey print can be read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from statistics import median

from facialis.report.doctor.plain import MONTHS

INK, GRID, COUNTED, FELT, TREATED = "#1a1a1a", "#d5d8dc", "#1a1a1a", "#2a7f9e", "#b5482a"
WIDTH, LEFT, RIGHT = 720.0, 34.0, 8.0
STRIP, UPPER, GAP, LOWER, AXIS = 42.0, 98.0, 32.0, 62.0, 18.0
FELT_TOP = 10.0
MOST_LINES = 30
MOST_DAYS_APART = 220
"""With more days of diary than this, each mark stands for a week: single days would run together."""
Place = Callable[[float], float]
FONT = "'Libertinus Serif', Georgia, serif"


@dataclass(frozen=True)
class Counted:
    """One recording: when, by its own clocks, spasms per minute, 95 % interval."""

    when: datetime
    per_min: float
    low: float
    high: float


@dataclass(frozen=True)
class Felt:
    """Felt strength of one day of the diary, 0 to 10."""

    day: date
    strength: float


@dataclass(frozen=True)
class Given:
    """A treatment: `toxin`, `surgery` or `drug`, when it began and, if it has one, when it ended."""

    day: date
    kind: str
    name: str
    until: date | None = None


@dataclass(frozen=True)
class Course:
    """All that the picture shows, from `first` to `last`."""

    first: date
    last: date
    counted: tuple[Counted, ...]
    felt: tuple[Felt, ...]
    given: tuple[Given, ...]


def ordinal(when: datetime) -> float:
    """Return a moment in days."""
    return when.toordinal() + (when.hour * 60 + when.minute) / 1440


def weekly(felt: Sequence[Felt]) -> tuple[Felt, ...]:
    """Return the median of each week, at its Thursday, as calendars count weeks (ISO 8601)."""
    weeks: dict[tuple[int, int], list[float]] = {}
    for each in felt:
        weeks.setdefault(each.day.isocalendar()[:2], []).append(each.strength)
    return tuple(Felt(date.fromisocalendar(*week, 4), median(told)) for week, told in sorted(weeks.items()))


def is_by_week(felt: Sequence[Felt]) -> bool:
    """Tell whether the picture shows weeks of the diary and not days."""
    return len(felt) > MOST_DAYS_APART


def highest(counted: Sequence[Counted]) -> float:
    """Return the top of the axis of rates: above every rate and most of the intervals.

    One short recording can have an interval of fifty times its rate, which would press the rest flat.
    """
    if not counted:
        return 1.0
    tops = sorted(each.high for each in counted)
    return nice(max(1.1 * max(each.per_min for each in counted), tops[int(0.8 * (len(tops) - 1))], 0.5))


def course_svg(course: Course, title: str) -> str:
    """Return the picture as SVG, 720 wide in user units."""
    span = max((course.last - course.first).days, 1)
    scale = (WIDTH - LEFT - RIGHT) / span
    first = course.first.toordinal()

    def x(day: float) -> float:
        return LEFT + min(max(day - first, 0.0), span) * scale

    parts = [*_treatments(course, x), *_upper(course, x), *_lower(course, x), *_time(course, x)]
    height = STRIP + UPPER + GAP + LOWER + AXIS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'font-family="{FONT}" font-size="11.5" fill="{INK}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def ticks(first: date, last: date) -> tuple[tuple[date, str], ...]:
    """Return days to mark on the axis, at most 13, with their names: days, months, or years."""
    span = (last - first).days
    if span <= 70:
        step = max(1, -(-span // 9))
        days = [first + timedelta(days=n) for n in range(0, span + 1, step)]
        return tuple((day, f"{day.day} {MONTHS[day.month - 1]}") for day in days)
    months = [
        date(first.year + n // 12, n % 12 + 1, 1)
        for n in range(first.month, first.month + 12 * (last.year - first.year + 1))
    ]
    within = [day for day in months if first <= day <= last]
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(within) / s <= 13)
    kept = [day for day in within if ((day.year * 12 + day.month - 1) % step) == 0]
    return tuple(
        (day, _month(day, k == 0 or day.year != kept[k - 1].year, step)) for k, day in enumerate(kept)
    )


def _month(day: date, with_year: bool, step: int) -> str:
    if step >= 12:
        return str(day.year)
    return f"{MONTHS[day.month - 1]} {day.year}" if with_year else MONTHS[day.month - 1]


def nice(value: float) -> float:
    """Return the next round number that is not below the value."""
    scale = 1.0
    while value / scale > 10:
        scale *= 10
    while value / scale <= 1:
        scale /= 10
    return scale * next(step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if value / scale <= step + 1e-9)


def _upper(course: Course, x: Place) -> list[str]:
    top = highest(course.counted)

    def y(rate: float) -> float:
        return STRIP + UPPER * (1 - min(rate, top) / top)

    parts = _grid([0, top / 2, top], y)
    parts.append(
        letters(
            LEFT, STRIP - 7, "Counted: spasms per minute in each recording, with 95 % interval", size=11.5
        )
    )
    bars = "".join(f"M{x(ordinal(c.when)):.1f} {y(c.high):.1f}V{y(c.low):.1f}" for c in course.counted)
    many = len(course.counted) > 120
    if bars:
        parts.append(f'<path d="{bars}" stroke="{COUNTED}" stroke-width="{0.5 if many else 1}" fill="none"/>')
    radius = 1.8 if many else 2.8
    parts += [_dot(x(ordinal(c.when)), y(c.per_min), radius) for c in course.counted]
    cut = [c for c in course.counted if c.high > top * 1.001]
    parts += [_arrow(x(ordinal(c.when)), STRIP) for c in cut]
    if not course.counted:
        parts.append(letters(WIDTH / 2, STRIP + UPPER / 2, "no recording counted yet", "middle"))
    return parts


def _lower(course: Course, x: Place) -> list[str]:
    base = STRIP + UPPER + GAP

    def y(strength: float) -> float:
        return base + LOWER * (1 - strength / FELT_TOP)

    by_week = is_by_week(course.felt)
    shown = weekly(course.felt) if by_week else course.felt
    what = "median of each week of the diary" if by_week else "each day of the diary"
    parts = _grid([0, 5, 10], y)
    parts.append(letters(LEFT, base - 7, f"Felt: strength from 0 to 10, {what}"))
    half = 2.6 if len(shown) <= 120 else 1.9
    for each in shown:
        px, py = x(each.day.toordinal() + 0.5), y(each.strength)
        parts.append(
            f'<rect x="{px - half:.1f}" y="{py - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}" '
            f'fill="#ffffff" stroke="{FELT}" stroke-width="1.1"/>'
        )
    if not shown:
        parts.append(letters(WIDTH / 2, base + LOWER / 2 + 4, "no felt strength noted yet", "middle"))
    return parts


def _treatments(course: Course, x: Place) -> list[str]:
    """Lines through both panels for what was given once, bars above for what was taken for a time."""
    foot = STRIP + UPPER + GAP + LOWER
    parts: list[str] = []
    once = sorted((g for g in course.given if g.kind != "drug"), key=lambda g: g.day)
    taken = LEFT  # Where the names so far end.
    for k, each in enumerate(once):
        at = x(each.day.toordinal())
        until = x(once[k + 1].day.toordinal()) if k + 1 < len(once) else WIDTH
        # Lines of very many treatments would hide what they should be seen with.
        # Not through the titles of the panels.
        path = f"M{at:.1f} 12V{STRIP - 18:.1f}M{at:.1f} {STRIP - 2:.1f}V{STRIP + UPPER + GAP - 18:.1f}"
        path += f"M{at:.1f} {STRIP + UPPER + GAP - 2:.1f}V{foot:.1f}"
        line = f'<path d="{path}" fill="none" stroke="{TREATED}" stroke-width="1.2" '
        parts += [f'{line}stroke-dasharray="5 3"/>'] if len(once) <= MOST_LINES else []
        shape = "l5 -9h-10z" if each.kind == "toxin" else "l-5 -5.5l5 -5.5l5 5.5z"
        parts.append(f'<path d="M{at:.1f} 13{shape}" fill="{TREATED}"/>')
        right, before = until - at - 14, at - 14 - taken
        left = k + 1 == len(once) and right < width_of(each.name) and right < before
        name = _fitting(each.name, before if left else right)
        taken = at + 8 + width_of(name)
        parts.append(letters(at - 8 if left else at + 8, 11, name, "end" if left else "start"))
    for each in (g for g in course.given if g.kind == "drug"):
        start, stop = x(each.day.toordinal()), x((each.until or course.last).toordinal())
        length = max(stop - start, 2.0)
        parts.append(
            f'<rect x="{start:.1f}" y="16" width="{length:.1f}" height="7" fill="#ffffff" '
            f'stroke="{TREATED}"/>'
        )
        step = "".join(f"M{start + n:.1f} 23l4 -7" for n in range(2, int(length) - 4, 5))
        if step:
            parts.append(f'<path d="{step}" stroke="{TREATED}" stroke-width="0.8" fill="none"/>')
    return parts


def _fitting(name: str, room: float) -> str:
    """Return as much of a name as there is room for; nothing where that would be only a few letters."""
    if width_of(name) <= room:
        return name
    short = next((name[:n] for n in range(len(name) - 1, 3, -1) if width_of(name[:n]) + 9 <= room), "")
    return f"{short}…" if short else ""


def width_of(words: str) -> float:
    """Return about how wide a line of text is, rather too much: capitals and most other scripts are wide."""
    return sum(5.6 if letter.islower() or not letter.isalpha() else 9.0 for letter in words)


def _time(course: Course, x: Place) -> list[str]:
    foot = STRIP + UPPER + GAP + LOWER
    parts, taken = [], 0.0
    for day, name in ticks(course.first, course.last):
        at = x(day.toordinal())
        anchor = "start" if at < LEFT + 20 else "end" if at > WIDTH - 24 else "middle"
        parts.append(f'<path d="M{at:.1f} {foot:.1f}v4" stroke="{INK}" stroke-width="1"/>')
        begins = at - width_of(name) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        # Letters differ between readers: a name that would all but touch the one before is left out.
        if begins > taken:
            parts.append(letters(at, foot + 15, name, anchor, 11))
            taken = begins + width_of(name) + 6
    return parts


def _grid(values: Sequence[float], y: Place) -> list[str]:
    parts = []
    for value in values:
        at = y(value)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="{GRID}" stroke-width="1"/>')
        parts.append(letters(LEFT - 5, at + 4, f"{value:g}", "end", 11))
    return parts


def _dot(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{COUNTED}"/>'


def _arrow(x: float, y: float) -> str:
    """An interval that goes on above the top of the axis."""
    return f'<path d="M{x - 3:.1f} {y + 4:.1f}l3 -4l3 4" stroke="{COUNTED}" stroke-width="1" fill="none"/>'


def letters(x: float, y: float, text: str, anchor: str = "start", size: float = 11.5) -> str:
    """Return one line of text, edged in white so that a line behind it does not cross it out."""
    if not text:
        return ""
    edge = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {where} {edge}>{escape(text)}</text>"
