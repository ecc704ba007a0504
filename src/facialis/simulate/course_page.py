"""The page of a simulated year: one file, readable without a network, labelled simulated."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from facialis.simulate.course import Course
from facialis.simulate.course_diary import Entry
from facialis.simulate.course_figures import factors_svg, felt_svg, rates_svg
from facialis.simulate.page import render


def course_page(course: Course, truth: Mapping[str, Any], entries: Sequence[Entry]) -> str:
    """Return the page of a course, from its truth (`course_last.truth_body`) and its diary."""
    return render(
        "course.html",
        course=course,
        truth=truth,
        entries=len(entries),
        rates_figure=Markup(rates_svg(course, truth)),
        felt_figure=Markup(felt_svg(course, truth, entries)),
        factors_figure=Markup(factors_svg(course, truth)),
    )
