"""Pages of simulated recordings: one file each, readable without a network, labelled simulated."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from facialis.report.words import listed
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.tables import nerve_tables
from facialis.simulate.treatments import Treatment
from facialis.version import __version__


def cause_title(cause: object) -> str:
    """Return a cause, by name or one's own, as a title begins: `Vertebral artery`, `Healthy nerve`."""
    if not isinstance(cause, str):
        return "A cause of its own"
    return "Healthy nerve" if cause == "none" else cause[:1].upper() + cause[1:]


def treatment_words(treatment: Treatment) -> str:
    """Return all that was asked for: `toxin into the mentalis on day 3, 80 % of its largest effect`."""
    where = ""
    if treatment.kind == "toxin":
        whole = set(treatment.muscles) == set(MUSCLE_SHARE)
        names = [f"the {muscle.replace('_', ' ')}" for muscle in treatment.muscles]
        where = f" into {'all muscles' if whole else listed(names)}"
    share = f"{100 * treatment.amount:.0f} % of its largest effect"
    words = f"{treatment.kind}{where} on day {treatment.day:g}, {share}"
    if treatment.until_day is not None:
        words += f", until day {treatment.until_day:g}"
    if treatment.shifted_on_day is not None:
        words += f"; the pad slips on day {treatment.shifted_on_day:g}"
    return words


def render(template: str, **values: Any) -> str:
    """Return a page of the report's templates with these values, the report's style, and versions."""
    environment = Environment(
        loader=PackageLoader("facialis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cause": cause_title, "treatment": treatment_words}
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
