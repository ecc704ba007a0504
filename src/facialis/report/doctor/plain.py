"""Text for the report: what people wrote made safe to print, dates, numbers with their intervals."""

import math
import re
import unicodedata
from datetime import date

from facialis.report.words import number, unit_words
from facialis.types import Measure

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Own names: the locale of the computer must not change what a report says."""
ELLIPSIS = "…"


def clean(text: str) -> str:
    """Return what somebody wrote on one line, without control characters and what turns the direction of text.

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


def is_known(value: float | None) -> bool:
    """Tell whether there is a number."""
    return value is not None and math.isfinite(value)


def range_words(measure: Measure, digits: int = 2) -> str:
    """Return the 95 % interval as `2.9 to 6.1`, open ends named, or an empty text."""
    low, high = measure.low, measure.high
    if is_known(low) and is_known(high):
        assert low is not None
        assert high is not None
        return f"{signless(low, digits)} to {signless(high, digits)}"
    if is_known(low):
        assert low is not None
        return f"{signless(low, digits)} or more"
    if is_known(high):
        assert high is not None
        return f"up to {signless(high, digits)}"
    return ""


def signless(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign where it is below 0; whole numbers are not cut to `digits`."""
    places = max(digits, len(str(int(abs(value)))))
    return ("−" if value < 0 else "") + number(abs(value), places)


def signed(value: float, digits: int = 2) -> str:
    """Return a difference with its sign: `+1.1`, `−0.3`."""
    return ("+" if value > 0 else "") + signless(value, digits)


def given(measure: Measure, digits: int = 2, unit: bool = True) -> str:
    """Return value, unit and interval in one, or the reason why there is none."""
    if measure.value is None or not is_known(measure.value):
        return measure.reason or "not measurable"
    worded = unit_words(measure.unit) if unit else ""
    within = f" ({inside})" if (inside := range_words(measure, digits)) else ""
    return f"{signless(measure.value, digits)} {worded}".rstrip() + within


def sentence(text: str) -> str:
    """Return a text with a capital letter first and a full stop last."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
