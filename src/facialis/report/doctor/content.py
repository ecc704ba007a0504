"""What the report says, apart from how it looks: plain text in sections. PDF and HTML are made of this alone.

All text is data: nothing in it is markup, whatever a person wrote.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One of the answers on top: a question in two or three words, and one or two sentences."""

    question: str
    words: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Quotes:
    """What the person wrote: when, and the words."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table: the first cell of each row names it. `widths` are relative, one a column."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture as SVG, what it shows for those who do not see it, and its caption."""

    svg: str
    alternative: str
    caption: str


Block = Paragraph | Points | Quotes | Table | Figure


@dataclass(frozen=True)
class Section:
    """A part of the report under one heading, on a new page if `new_page`."""

    heading: str
    blocks: tuple[Block, ...]
    new_page: bool = False


@dataclass(frozen=True)
class Report:
    """The whole report. `banner` stands above all, where not a person was recorded; else it is empty."""

    title: str
    banner: str
    about: tuple[str, ...]
    answers: tuple[Answer, ...]
    sections: tuple[Section, ...]
    footer: str


@dataclass(frozen=True)
class Limits:
    """How much of each kind is told; the rest is counted. Names and products are cut at `name` characters."""

    treatments: int = 6
    cycles: int = 4
    measures: int = 9
    factors: int = 9
    trials: int = 3
    notes: int = 5
    note: int = 320
    words: int = 1200
    limits: int = 6
    name: int = 60


LADDER = (
    Limits(),
    Limits(5, 3, 8, 7, 2, 4, 240, 900),
    Limits(4, 3, 7, 6, 2, 3, 200, 650, 5, 48),
    Limits(3, 2, 6, 5, 2, 3, 150, 420, 4, 36),
    Limits(2, 2, 5, 4, 1, 2, 100, 200, 3, 24),
)
"""Tried in turn until the report has at most two pages."""
