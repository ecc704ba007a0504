"""Numbers with their intervals as people read them, and lines that fit a terminal."""

import textwrap
from collections.abc import Sequence

from facialis.report.words import number
from facialis.types import Measure

WIDTH = 100
BRACKETS = "In brackets: the 95 % interval, in which the true number most likely lies."
CLOSURE_NEEDED = "shut both eyes firmly a few times in a recording of its own, added with --task closure"


def value(measure: Measure, unit: str = "", *, signed: bool = False, decimals: int | None = None) -> str:
    """Return value, unit and interval, such as `82 % (70 to 90)`; a dash where there is no value.

    `signed` writes a plus; `decimals` fixes the digits after the point, else there are two in all.
    """
    if measure.value is None:
        return "-"
    shown = _shown(measure.value, signed, decimals)
    return f"{shown}{unit}{interval(measure, signed=signed, decimals=decimals)}"


def interval(measure: Measure, *, signed: bool = False, decimals: int | None = None) -> str:
    """Return the interval in brackets; an open end is told in words, an unknown one not at all."""
    low, high = measure.low, measure.high
    if low is None and high is None:
        return ""
    if high is None:
        return f" ({_shown(low or 0.0, signed, decimals)} or more)"
    if low is None:
        return f" ({_shown(high, signed, decimals)} or less)"
    return f" ({_shown(low, signed, decimals)} to {_shown(high, signed, decimals)})"


def points(measure: Measure) -> str:
    """Return a difference in points of 10, with one digit after the point."""
    return value(measure, signed=True, decimals=1)


def times(measure: Measure) -> str:
    """Return a ratio as `0.23 times as often (0.15 to 0.36)`."""
    shown = _shown(measure.value or 0.0, False, None)
    if shown in ("1", "1.0"):
        return f"no difference seen: {shown} times as often{interval(measure)}"
    return f"{shown} times as often{interval(measure)}"


def why(measure: Measure) -> str:
    """Return the reason for a missing value, without a full stop."""
    return measure.reason.rstrip(".")


def many(n: int, what: str) -> str:
    """Return `1 recording`, `2 recordings`."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as aligned lines, the first row being their names."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def wrapped(line: str) -> list[str]:
    """Return a sentence in lines that fit a terminal, those after the first indented."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, WIDTH, subsequent_indent=f"{indent}  ", break_long_words=False) or [""]


def _shown(x: float, signed: bool, decimals: int | None) -> str:
    sign = "+" if signed and x > 0 else ""
    return f"{sign}{x:.{decimals}f}" if decimals is not None else f"{sign}{number(x, 2)}"
