"""Figures of a simulated year as SVG; shapes carry what colours carry, so that grey print can be read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any

import numpy as np

from facialis.simulate.course import Course
from facialis.simulate.course_diary import Entry
from facialis.types import FloatArray

ORDERED, SHOWN, FELT, FACTOR = "#b98900", "#c2185b", "#2a7f9e", "#7a5bb5"
_WIDTH, _LEFT, _RIGHT, _TOP = 900, 124, 18, 16


def rates_svg(course: Course, truth: Mapping[str, Any]) -> str:
    """Return the true rates of every day as lines, what each recording holds as circles, and treatments."""
    height, days = 190, truth["days"]
    time = np.array([day["day"] for day in days], dtype=float)
    ordered, shown = (np.array([day[name] for day in days]) for name in ("ordered_per_min", "shown_per_min"))
    held = [(each["day"], each["ordered_per_min"], each["shown_per_min"]) for each in truth["recordings"]]
    most = _round_up(max([1.0, float(ordered.max()), *(each[1] for each in held)]))
    place = _Place(course.days, height, most)
    parts = [*_frame("episodes/min", place), *_treatments(course, place)]
    parts += [
        _line(place, time, ordered, ORDERED, dash="4 3"),
        _line(place, time, shown, SHOWN),
    ]
    parts += [_circle(place, day, value, SHOWN, "none") for day, _, value in held]
    parts += [_circle(place, day, value, ORDERED, ORDERED, 1.8) for day, value, _ in held]
    parts += _key(place)
    return _svg("True rates of the simulated year", height, [*parts, *_months(course, place)], 18)


def felt_svg(course: Course, truth: Mapping[str, Any], entries: Sequence[Entry]) -> str:
    """Return how every day felt as a line, and what the diary says of it as dots."""
    height, days = 110, truth["days"]
    place = _Place(course.days, height, 10.0)
    parts = [*_frame("felt, of 10", place), *_treatments(course, place, words=False)]
    time = np.array([day["day"] for day in days], dtype=float)
    parts.append(_line(place, time, np.array([day["felt"] for day in days]), FELT, width=0.7))
    parts += [
        _circle(place, entry.day, entry.spasms, FELT, FELT, 2.2)
        for entry in entries
        if entry.spasms is not None
    ]
    return _svg("What the simulated patient felt", height, [*parts, *_months(course, place)])


def factors_svg(course: Course, truth: Mapping[str, Any]) -> str:
    """Return a row for each factor: a bar on every day with it, as high as it is noted."""
    row, parts = 26, []
    height = row * max(len(course.factors), 1)
    place = _Place(course.days, height, 1.0)
    for number, factor in enumerate(course.factors):
        bottom = _TOP + row * (number + 1) - 4
        colour = FACTOR if factor.acts_as else "#8a8f98"
        bars = "".join(
            f"M{place.x(day['day']):.1f} {bottom:.1f}v-{(row - 8) * day['factors'][factor.name] / 10:.1f}"
            for day in truth["days"]
            if day["factors"][factor.name] > 0
        )
        parts.append(f'<path d="{bars}" stroke="{colour}" stroke-width="1.6" fill="none"/>')
        words = f"{factor.name}, {'real' if factor.acts_as else 'not'}"
        parts.append(_text(_LEFT - 6, bottom - 2, words, "end"))
    return _svg("Triggers of the simulated year", height, [*parts, *_months(course, place)])


def _key(place: "_Place") -> list[str]:
    """Say below the months what each line is, by dash and mark and not by colour alone."""
    y, at = _TOP + place.height + 32, float(_LEFT)
    parts = []
    for words, colour, dash, fill in (
        ("the nerve orders (line: the day's truth, dots: in a recording)", ORDERED, "4 3", ORDERED),
        ("the face shows (line: the day's truth, circles: in a recording)", SHOWN, "", "none"),
    ):
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(f'<path d="M{at:.0f} {y - 4:.0f}h24" stroke="{colour}" stroke-width="1.3"{dashed}/>')
        radius = 1.8 if fill == colour else 3.2
        parts.append(
            f'<circle cx="{at + 32:.0f}" cy="{y - 4:.0f}" r="{radius}" fill="{fill}" stroke="{colour}" '
            'stroke-width="1.3"/>'
        )
        parts.append(_text(at + 42, y, words, "start"))
        at += 384
    return parts


class _Place:
    """Where a day and a value lie in a row of a figure."""

    def __init__(self, days: int, height: float, most: float) -> None:
        self.days, self.height, self.most = days, height, most

    def x(self, day: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day + 0.5) / self.days

    def y(self, value: float) -> float:
        return _TOP + self.height * (1 - value / self.most)


def _frame(name: str, place: _Place) -> list[str]:
    bottom = _TOP + place.height
    return [
        f'<path d="M{_LEFT} {bottom:.0f}H{_WIDTH - _RIGHT}" stroke="currentColor" stroke-opacity=".4"/>',
        _text(_LEFT - 6, _TOP + place.height / 2, name, "end"),
        _text(_LEFT - 6, _TOP + 8, f"{place.most:g}", "end"),
        _text(_LEFT - 6, bottom, "0", "end"),
    ]


def _treatments(course: Course, place: _Place, words: bool = True) -> Iterable[str]:
    for day, name in sorted({(each.day, each.kind) for each in course.treatments}):
        x, bottom = place.x(day - 0.5), _TOP + place.height
        yield f'<path d="M{x:.1f} {_TOP - 4}V{bottom:.0f}" stroke="currentColor" stroke-dasharray="2 2"/>'
        if words:
            yield _text(x + 3, _TOP - 5, name, "start")


def _months(course: Course, place: _Place) -> list[str]:
    """Return the firsts of months, fewer and with their year in a long course, days in a short one."""
    first = course.start
    dates = [first + timedelta(day) for day in range(course.days)]
    firsts = [(number, each) for number, each in enumerate(dates) if each.day == 1]
    if len(firsts) < 3:
        marks = [(n, f"{each.day} {each:%b}") for n, each in enumerate(dates)][:: 1 + len(dates) // 9]
    else:
        long = len(firsts) > 13
        marks = [(n, f"{each:%b %Y}" if long else f"{each:%b}") for n, each in firsts]
        marks = marks[:: 1 + len(firsts) // (10 if long else 14)]
    below = _TOP + place.height + 14
    return [_text(place.x(number), below, words, "middle") for number, words in marks]


def _round_up(value: float) -> float:
    return float(next(step for step in (1, 2, 5, 10, 20, 30, 40, 60, 100, 200, 500, 1000) if step >= value))


def _line(
    place: _Place, days: FloatArray, values: FloatArray, colour: str, width: float = 1.3, dash: str = ""
) -> str:
    path = "M" + "L".join(f"{place.x(d):.1f} {place.y(v):.1f}" for d, v in zip(days, values, strict=True))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _circle(place: _Place, day: float, value: float, colour: str, fill: str, radius: float = 3.2) -> str:
    return (
        f'<circle cx="{place.x(day):.1f}" cy="{place.y(value):.1f}" r="{radius}" fill="{fill}" '
        f'stroke="{colour}" stroke-width="1.3"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'


def _svg(title: str, height: float, parts: Iterable[str], below: float = 0.0) -> str:
    tall = _TOP + height + 20 + below
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {tall:.0f}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
