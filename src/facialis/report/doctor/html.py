"""The report as a page: one file that needs nothing else and loads nothing."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from facialis.report.doctor.content import Report


def html(report: Report) -> str:
    """Return the report as HTML. What a person wrote is escaped."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("doctor.html")
        .render(report=report, style=Markup(style), style_hash=f"sha256-{digest}", svg=Markup)
    )


def kind(block: object) -> str:
    """Return the name of a block for the template: `table`, `figure`."""
    return type(block).__name__.lower()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("facialis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = kind
    return environment


@cache
def _style() -> str:
    path = files("facialis.report") / "static" / "doctor.css"
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
