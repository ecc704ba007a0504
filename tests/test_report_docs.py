import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from result_fixture import make_result

from facialis.report.figures import SIDE_COLOURS
from facialis.report.page import page_html
from facialis.report.tables import event_columns
from facialis.settings import Settings

DOCS = Path(__file__).parent.parent / "docs" / "results.md"
CODE = set(re.findall(r"`([^`\n]+)`", DOCS.read_text(encoding="utf-8")))


@pytest.mark.parametrize("column", event_columns())
def test_every_column_of_the_events_is_explained(column: str) -> None:
    assert column in CODE


@pytest.mark.parametrize(
    "column", ["time_s", *make_result(1.0).signals.columns, "left_usable", "right_usable"]
)
def test_every_column_of_the_signals_is_explained(column: str) -> None:
    assert column in CODE


def test_every_key_of_the_summary_is_explained() -> None:
    schema = json.loads((files("facialis.report") / "summary.schema.json").read_text(encoding="utf-8"))
    assert set(schema["required"]) == set(schema["properties"]) <= CODE
    assert set(schema["properties"]["verdict"]["properties"]["side"]["enum"]) <= CODE


def test_every_kind_and_colour_is_explained() -> None:
    assert set(event_columns()["trial_type"]["Levels"]) <= CODE
    assert set(SIDE_COLOURS.values()) <= CODE


# "Inter-ocular" is read as between the pupils by some and between the inner corners by others.


@pytest.mark.parametrize("page", ["events", "measures", "method", "results", "settings"])
def test_every_page_that_names_the_inter_ocular_distance_says_between_what(page: str) -> None:
    text = " ".join((DOCS.parent / f"{page}.md").read_text(encoding="utf-8").split())
    assert "inter-ocular distance" in text
    assert "outer corners of the eyes" in text


def test_what_a_person_reads_never_leaves_the_distance_between_the_eyes_open() -> None:
    page = page_html(make_result(), {})
    schema = (files("facialis.report") / "summary.schema.json").read_text(encoding="utf-8")
    columns = json.dumps(event_columns())
    for text in (page, schema, columns, Settings().quality.__dataclass_fields__["min_interocular_px"]):
        assert "outer corners of the eyes" in str(text)
    assert "between the eyes" not in page
