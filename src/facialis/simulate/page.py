"""Pages of simulated recordings: one file each, readable without a network, labelled simulated."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from facialis.simulate.tables import nerve_tables
from facialis.version import __version__


def render(template: str, **values: Any) -> str:
    """Return a page of the report's templates with these values, the report's style, and versions."""
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
    return environment.get_template(template).render(
        style=Markup(style),
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        version=__version__,
        tables=nerve_tables().digest,
        **values,
    )
