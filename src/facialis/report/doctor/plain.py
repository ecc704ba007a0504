"""Text for the report: what people wrote made safe to print, dates, numbers with their intervals."""

import re
import unicodedata
from datetime import date

from facialis.report.words import percent, unit_words
from facialis.types import Measure

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Own names: the locale of the computer must not change what a report says."""
ELLIPSIS = "…"


def clean(text: str) -> str:
    """Return what somebody wrote on one line, without control characters and what turns text around.

    Composed (NFC), so that a letter and its accent are one where Unicode has one. Half a surrogate pair,
    which file names can hold and no file can, becomes U+FFFD.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(_printable(letter) for letter in composed)
    return re.sub(r"\s+", " ", kept).strip()


def _printable(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    if kind == "Cs":
        return "\ufffd"
    # Joiners shape letters and emoji; other format characters reorder or hide text.
    return "" if kind in ("Cf", "Cn", "Co") and letter not in "\u200c\u200d" else letter


def cut(text: str, most: int) -> str:
    """Return cleaned text of at most `most` characters, cut at a word where one is near."""
    text = clean(text)
    if len(text) <= most:
        return text
    short = text[: most - 1]
    space = short.rfind(" ")
    return (short[:space] if space > most // 2 else short).rstrip(" ,;:") + ELLIPSIS


def day_words(day: date) -> str:
    """Return `3 Jan 2026`, which is read the same everywhere."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count_words(n: int, one: str, many: str = "") -> str:
    """Return `1 recording`, `4 recordings`."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def decimals_of(unit: str, value: float) -> int:
    """Return how many decimals a number of this unit is told with: as many as a reader can use."""
    if unit == "times":
        return 2 if abs(value) < 9.95 else 1
    if unit in ("of 10", "weeks"):
        return 1
    if unit == "days":
        return 0 if abs(value) >= 9.95 else 1
    if abs(value) >= 9.95:
        return 0
    return 1 if unit.startswith("%") or unit in ("1/min", "points of %") or abs(value) >= 0.995 else 2


def told(value: float, unit: str, signed: bool = False) -> str:
    """Return a number as people write it, with a true minus sign: `0.17`, `12`, and `+1.9` if `signed`."""
    text = f"{abs(value):.{decimals_of(unit, value)}f}"
    if not text.strip("0."):  # Nothing but zeros: no sign.
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def range_words(measure: Measure, signed: bool = False) -> str:
    """Return the 95 % interval as `2.9 to 6.1`, open ends named, or an empty text."""
    low = None if measure.low is None else told(measure.low, measure.unit, signed)
    high = None if measure.high is None else told(measure.high, measure.unit, signed)
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} or more" if low is not None else f"up to {high}" if high is not None else ""


def given(measure: Measure, signed: bool = False) -> str:
    """Return value and interval without the unit, `2.7 (1.0 to 5.9)`, or the reason why there is none."""
    if measure.value is None:
        return measure.reason or "not measurable"
    within = range_words(measure, signed)
    return told(measure.value, measure.unit, signed) + (f" ({within})" if within else "")


def with_unit(measure: Measure) -> str:
    """Return value and unit in words, without the interval; the measure has a value."""
    assert measure.value is not None
    return f"{told(measure.value, measure.unit)} {unit_words(measure.unit)}".rstrip()


def sure(probability: float) -> str:
    """Return how sure a verdict is in percent, which is never all of it."""
    return percent(min(probability, 0.999))


def sentence(text: str) -> str:
    """Return a text with a capital letter first and a full stop last."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
