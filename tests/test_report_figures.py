import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from result_fixture import make_empty_result, make_result

from facialis.report.figures import EXCLUDED_COLOUR, SIDE_COLOURS, curves_svg, quality_svg
from facialis.types import Exclusion

SVG = "{http://www.w3.org/2000/svg}"


def rectangles(svg: str, colour: str) -> list[dict[str, str]]:
    return [dict(r.attrib) for r in ET.fromstring(svg).iter(f"{SVG}rect") if r.get("fill") == colour]


def test_the_figure_is_valid_and_named() -> None:
    root = ET.fromstring(curves_svg(make_result()))
    assert root.get("role") == "img"
    assert "10 episodes" in (root.get("aria-label") or "")
    assert {"left", "right"} <= {text.text for text in root.iter(f"{SVG}text")}


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_episodes_are_shaded_on_their_own_side_only(side: str, other: str) -> None:
    result = make_result(side=side)  # type: ignore[arg-type]
    n = sum(event.kind == "episode" for event in result.events)
    svg = curves_svg(result)
    assert len(rectangles(svg, SIDE_COLOURS[side])) == n  # type: ignore[index]
    assert rectangles(svg, SIDE_COLOURS[other]) == []  # type: ignore[index]


def test_an_episode_lies_where_its_peak_is_drawn() -> None:
    result = make_result()
    svg = curves_svg(result)
    path = next(p for p in ET.fromstring(svg).iter(f"{SVG}path") if p.get("stroke") == SIDE_COLOURS["left"])
    points = np.array(re.findall(r"[ML]([\d.]+) (-?[\d.]+)", path.get("d") or ""), dtype=float)
    strongest = max((e for e in result.events if e.kind == "episode"), key=lambda e: e.intensity)
    box = rectangles(svg, SIDE_COLOURS["left"])[
        [e for e in result.events if e.kind == "episode"].index(strongest)
    ]
    inside = (points[:, 0] >= float(box["x"])) & (points[:, 0] <= float(box["x"]) + float(box["width"]))
    assert points[inside, 1].min() < float(box["y"]) + 0.35 * float(box["height"])


def test_missing_stretches_break_the_line() -> None:
    path = curves_svg(make_result(60.0, 10.0))
    drawn = re.search(rf'd="([^"]+)" fill="none" stroke="{SIDE_COLOURS["left"]}"', path)
    assert drawn is not None
    assert drawn[1].count("M") == 2


def test_a_curve_that_was_not_measured_gives_no_figure() -> None:
    assert curves_svg(make_result(5.0), "platysma", "Platysma") == ""


def test_nothing_read_still_gives_a_figure() -> None:
    ET.fromstring(curves_svg(make_empty_result()))
    ET.fromstring(quality_svg(make_empty_result()))


def test_a_figure_stays_small_however_long_the_recording() -> None:
    assert len(curves_svg(make_result(6000.0, 30.0))) < 300_000


def test_the_quality_strip_names_each_reason_safely() -> None:
    result = make_result()
    quality = replace(result.quality, exclusions=(Exclusion(1.0, 2.0, "a <hand> & hair", "left"),))
    titles = [
        t.text for t in ET.fromstring(quality_svg(replace(result, quality=quality))).iter(f"{SVG}title")
    ]
    assert "a <hand> & hair, 0:01.0 to 0:02.0" in titles


def test_measured_and_excluded_stretches_fill_the_strip() -> None:
    result = make_result()
    overlapping = (
        Exclusion(10, 30, "no face"),
        Exclusion(20, 25, "blur", "left"),
        Exclusion(50, 70, "dark", "left"),
    )
    svg = quality_svg(replace(result, quality=replace(result.quality, exclusions=overlapping)))
    left = rectangles(svg, SIDE_COLOURS["left"])
    right = rectangles(svg, SIDE_COLOURS["right"])
    scale = (900 - 52 - 20) / 60
    assert sum(float(r["width"]) for r in left) == pytest.approx(30 * scale, abs=0.5)
    assert sum(float(r["width"]) for r in right) == pytest.approx(40 * scale, abs=0.5)
    # What overlaps is one stretch, not a darker one.
    excluded = [float(r["width"]) for r in rectangles(svg, EXCLUDED_COLOUR)]
    assert sum(excluded) == pytest.approx((30 + 20) * scale, abs=0.5)


def test_figures_need_nothing_from_around_them() -> None:
    for svg in (curves_svg(make_result()), quality_svg(make_result())):
        assert "var(" not in svg
        assert "url(" not in svg
        assert "style=" not in svg
