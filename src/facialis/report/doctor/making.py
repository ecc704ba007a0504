"""From a record to the report: as much as two pages hold, as PDF and as a page of the same content."""

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from facialis.report.doctor.content import LADDER, Report
from facialis.report.doctor.html import html
from facialis.report.doctor.kept import Found, Kept, Wishes, look
from facialis.report.doctor.pdf import MOST_PAGES, UNKNOWN, Pdf, pdf, typesetter
from facialis.report.doctor.writing import write


@dataclass(frozen=True)
class Made:
    """The content, and the PDF and the page made of it. `pdf` is None where only the page was asked for."""

    report: Report
    pdf: Pdf | None
    html: str


def flowed(report: Report) -> Report:
    """Return the report without a page begun early: what the first page cannot hold goes on on the second."""
    return replace(report, sections=tuple(replace(each, new_page=False) for each in report.sections))


def make(kept: Kept, wishes: Wishes | None = None, *, with_pdf: bool = True) -> Made:
    """Return the report of a record. Takes seconds, for the statistics. Raises OutputError."""
    if with_pdf:
        typesetter()  # What is missing is told before the work, not after it.
    return fitted(kept, look(kept.history, kept.trials, kept.made.local.date()), wishes, with_pdf=with_pdf)


def fitted(kept: Kept, found: Found, wishes: Wishes | None = None, *, with_pdf: bool = True) -> Made:
    """Return the report with as much as two pages hold. Without a PDF nothing is typeset, so all is told.

    Raises OutputError.
    """
    if not with_pdf:
        report = write(kept, found, wishes, LADDER[0])
        return Made(report, None, html(report))
    for limits, flowing in product(LADDER, (False, True)):
        report = write(kept, found, wishes, limits)
        report = flowed(report) if flowing else report
        typeset = pdf(report, kept.made.utc)
        if typeset.pages <= MOST_PAGES:
            break
    if typeset.unknown:
        told = replace(report, footer=f"{report.footer} {UNKNOWN}: a letter that no font here has.")
        typeset = replace(pdf(told, kept.made.utc), unknown=typeset.unknown)
    return Made(report, typeset, html(report))


def save(made: Made, folder: Path) -> None:
    """Write report.html and, where it was made, report.pdf into a folder. Raises OSError."""
    (folder / "report.html").write_text(made.html, encoding="utf-8")
    if made.pdf is not None:
        (folder / "report.pdf").write_bytes(made.pdf.body)
