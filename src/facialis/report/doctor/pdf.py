"""The report as PDF: tagged (PDF/UA-1) and for keeping (PDF/A-2a). Typeset by typst, which is in the wheel.

The content reaches the template as data, as JSON in an input: nothing a person wrote is markup to typst.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from facialis.errors import OutputError
from facialis.report.doctor.content import Block, Report

STANDARDS = ("ua-1", "a-2a")
"""ISO 14289-1 and ISO 19005-2, level A. PDF/A-4 needs PDF 2.0, which PDF/UA-1 does not know."""
MOST_PAGES = 2
UNKNOWN = "\u25a1"
"""Stands in for a letter that no font here has: PDF/A allows no letter without a shape."""
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed with")
_BREAK_AFTER = 24
_NO_TYPST = (
    "The PDF needs typst, which could not be loaded ({error}); install it with `pip install typst`, or make "
    "the page alone with --html."
)


@dataclass(frozen=True)
class Pdf:
    """A PDF, its number of pages, and letters of the content that are shown as a square in it."""

    body: bytes
    pages: int
    unknown: tuple[str, ...]


def pdf(report: Report, made: datetime) -> Pdf:
    """Return the report as PDF; `made`, aware, becomes its date: the same content gives the same file.

    Fonts inside typst have Latin, Greek and Cyrillic; for other scripts the computer's own fonts are asked,
    and what those lack becomes a square. Raises OutputError where typst is missing.
    """
    data = typeset_data(report)
    unknown: set[str] = set()
    for own_fonts in (False, True, True, True, True):
        try:
            body, pages = _compiled(data, made, own_fonts)
        except _NoShapeError as lacking:
            if own_fonts:  # Asked the computer's fonts in vain.
                unknown |= lacking.letters
                data = _replaced(data, lacking.letters)
            continue
        return Pdf(body, pages, tuple(sorted(unknown)))
    raise OutputError("Letters in the PDF have no shape in any font; make the page alone with --html.")


class _NoShapeError(Exception):
    """Letters that no font has."""

    def __init__(self, letters: set[str]) -> None:
        super().__init__()
        self.letters = letters


def _compiled(data: Any, made: datetime, own_fonts: bool) -> tuple[bytes, int]:
    typst = typesetter()
    inputs = {"report": json.dumps(data, ensure_ascii=False)}
    # The root is all that typst could read of the disk: no folder of the user's, and one that is there.
    root = str(Path(__file__).parent)
    asked: dict[str, Any] = {"ignore_system_fonts": not own_fonts, "sys_inputs": inputs, "root": root}
    try:
        body = typst.compile(template(), format="pdf", pdf_standards=list(STANDARDS), timestamp=made, **asked)
    except typst.TypstError as error:
        found = _MISSING.findall(f"{error.message}\n{error.diagnostic}")
        if not found:
            raise OutputError(
                f"The PDF could not be made ({error.message}); make the page alone with --html."
            ) from error
        raise _NoShapeError({_unescaped(each) for each in found}) from None
    pages = int(json.loads(typst.query(template(), "<pages>", field="value", one=True, **asked)))
    return body, pages


def _unescaped(letters: str) -> str:
    """Return what typst's message quotes: joiners and accents stand there by their number."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), letters)


def typesetter() -> Any:
    """Return the module typst. Raises OutputError, with what to do, where it cannot be loaded."""
    try:
        import typst
    except ImportError as error:
        raise OutputError(_NO_TYPST.format(error=error)) from None
    return typst


@cache
def template() -> bytes:
    """Return the template."""
    return (files("facialis.report") / "templates" / "doctor.typ").read_bytes()


def typeset_data(report: Report) -> Any:
    """Return the content as the template takes it, in plain dicts and lists."""
    body = asdict(report)
    for section, told in zip(report.sections, body["sections"], strict=True):
        told["blocks"] = [_block(block) for block in section.blocks]
    return _breakable(body)


def _block(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def _breakable(value: Any, name: str = "") -> Any:
    """Let words too long for a line break: a zero-width space after every so many letters without a space."""
    if isinstance(value, dict):
        return {key: _breakable(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(each, name) for each in value]
    if isinstance(value, str) and name != "svg":
        return re.sub(rf"(\S{{{_BREAK_AFTER}}})(?=\S)", "\\1\u200b", value)
    return value


def _replaced(value: Any, letters: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, letters) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, letters) for each in value]
    if isinstance(value, str):
        for each in sorted(letters, key=len, reverse=True):
            value = value.replace(each, UNKNOWN)
    return value
