"""The page of a simulated year: one file, readable without a network, labelled simulated."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from facialis.simulate.course import Course
from facialis.simulate.course_diary import Entry
from facialis.simulate.course_figures import factors_svg, felt_svg, rates_svg
from facialis.version import __version__


def course_page(course: Course, truth: Mapping[str, Any], entries: Sequence[Entry]) -> str:
    """Return the page of a course, from its truth (`course_last.truth_body`) and its diary."""
    environment = Environment(
        loader=PackageLoader("facialis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (
        (files("facialis.report") / "static" / "report.css").read_text(encoding="utf-8").replace("\r\n", "\n")
    )
    return environment.get_template("course.html").render(
        style=Markup(style),
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        version=__version__,
        course=course,
        truth=truth,
        entries=len(entries),
        rates_figure=Markup(rates_svg(course, truth)),
        felt_figure=Markup(felt_svg(course, truth, entries)),
        factors_figure=Markup(factors_svg(course, truth)),
    )
