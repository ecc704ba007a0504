"""The pictures of the report: marks where the values are, shapes beside colours, text safe, axes readable."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies
from keeps import at, made, reads_on, small, small_found, toxin, year

from facialis.record.types import Treatment
from facialis.report.doctor.content import Figure, Limits, Section
from facialis.report.doctor.cycle_figure import Cycle, Point, cycles_svg, last_week
from facialis.report.doctor.figure import (
    FELT_TOP,
    GAP,
    LEFT,
    LOWER,
    MOST_DAYS_APART,
    RIGHT,
    STRIP,
    UPPER,
    WIDTH,
    Counted,
    Course,
    Felt,
    Given,
    course_svg,
    highest,
    nice,
    ticks,
    weekly,
    width_of,
)
from facialis.report.doctor.parts import course, cycles, drawn_of

NAMES = "{http://www.w3.org/2000/svg}"
FIRST, LAST = date(2026, 1, 1), date(2026, 4, 11)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def marks(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(parsed(svg).iter(NAMES + tag))


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in marks(svg, "text")]


def counted(day: int, per_min: float, low: float | None = None, high: float | None = None) -> Counted:
    when = datetime(2026, 1, 1) + timedelta(days=day)
    return Counted(
        when, per_min, 0.5 * per_min if low is None else low, 1.5 * per_min if high is None else high
    )


def shown(dots: tuple[Counted, ...] = (), felt: tuple[Felt, ...] = (), given_: tuple[Given, ...] = ()) -> str:
    return course_svg(Course(FIRST, LAST, dots, felt, given_), "Course")


# The course


def test_dots_are_where_the_values_are() -> None:
    svg = shown((counted(0, 0.0, 0, 2), counted(50, 4.0), counted(100, 8.0)))
    dots = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in marks(svg, "circle")]
    assert [x for x, _ in dots] == pytest.approx([LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT], abs=0.1)
    top = highest((counted(0, 0.0, 0, 2), counted(50, 4.0), counted(100, 8.0)))
    assert [y for _, y in dots] == pytest.approx([STRIP + UPPER * (1 - v / top) for v in (0, 4, 8)], abs=0.1)


def test_felt_has_an_axis_of_its_own() -> None:
    svg = shown((counted(10, 50.0),), (Felt(FIRST, 0.0), Felt(LAST, 10.0)))
    squares = marks(svg, "rect")
    middles = [float(s.get("y", 0)) + float(s.get("height", 0)) / 2 for s in squares]
    base = STRIP + UPPER + GAP
    assert middles == pytest.approx([base + LOWER, base], abs=0.1)
    assert str(int(FELT_TOP)) in texts(svg)


def test_what_is_counted_and_what_is_felt_have_different_shapes() -> None:
    svg = shown((counted(10, 5.0),), (Felt(FIRST, 3.0),))
    assert len(marks(svg, "circle")) == 1
    assert len(marks(svg, "rect")) == 1
    assert marks(svg, "rect")[0].get("fill") == "#ffffff"


def test_each_kind_of_treatment_has_a_shape_of_its_own() -> None:
    day = date(2026, 2, 1)
    drawn = {
        kind: shown(given_=(Given(day, kind, "x", date(2026, 3, 1) if kind == "drug" else None),))
        for kind in ("toxin", "surgery", "drug")
    }
    shapes = {
        kind: tuple(
            re.sub(r"[\d.]+", "#", p.get("d", "")) for p in marks(svg, "path") if p.get("fill") != "none"
        )
        + tuple("rect" for _ in marks(svg, "rect"))
        for kind, svg in drawn.items()
    }
    assert len(set(shapes.values())) == 3


def test_an_interval_beyond_the_axis_is_marked_as_cut() -> None:
    dots = tuple(counted(day, 4.0, 3.0, 5.0) for day in range(0, 90, 10))
    whole = shown(dots)
    cut = shown((*dots, counted(95, 4.0, 1.0, 200.0)))
    assert len(marks(cut, "path")) == len(marks(whole, "path")) + 1
    assert highest((*dots, counted(95, 4.0, 1.0, 200.0))) < 10


def test_nothing_is_said_to_be_nothing() -> None:
    assert {"no recording counted yet", "no felt strength noted yet"} <= set(texts(shown()))


def test_nothing_is_drawn_outside() -> None:
    given_ = (Given(FIRST - timedelta(days=400), "drug", "long ago", LAST + timedelta(days=90)),)
    svg = shown((counted(-50, 5.0), counted(400, 5.0)), (), given_)
    for circle in marks(svg, "circle"):
        assert LEFT <= float(circle.get("cx", 0)) <= WIDTH - RIGHT
    for rectangle in marks(svg, "rect"):
        assert float(rectangle.get("x", 0)) >= LEFT
        assert float(rectangle.get("x", 0)) + float(rectangle.get("width", 0)) <= WIDTH - RIGHT + 0.1


@pytest.mark.parametrize("name", ["<script>&\"'", "日本", "]]>", "x" * 300])
def test_names_are_text_in_it(name: str) -> None:
    svg = shown(given_=(Given(date(2026, 2, 1), "toxin", name),))
    labels = [
        each for each in texts(svg) if each and (each == name or (each[:-1] and name.startswith(each[:-1])))
    ]
    assert labels


def test_names_do_not_run_into_each_other() -> None:
    days = [FIRST + timedelta(days=n) for n in range(0, 100, 2)]
    svg = shown(given_=tuple(Given(day, "toxin", "IncobotulinumtoxinA") for day in days))
    assert not [each for each in texts(svg) if each.startswith("Incobotulinum")]


def test_lines_of_very_many_treatments_do_not_hide_the_course() -> None:
    few, many = (
        shown(given_=tuple(Given(FIRST + timedelta(days=k), "toxin", "") for k in range(n))) for n in (30, 31)
    )
    assert sum(p.get("stroke-dasharray") == "5 3" for p in marks(few, "path")) == 30
    assert sum(p.get("stroke-dasharray") == "5 3" for p in marks(many, "path")) == 0
    assert sum("-9h-10z" in p.get("d", "") for p in marks(many, "path")) == 31


def test_wide_letters_are_given_more_room() -> None:
    days = (FIRST, FIRST + timedelta(days=25))
    labels = texts(shown(given_=tuple(Given(day, "toxin", "Щ" * 30) for day in days)))
    cut = next(each for each in labels if each.startswith("Щ"))
    assert 5 <= len(cut) <= (WIDTH - LEFT - RIGHT) / 4 / 9 + 1
    assert cut.endswith("…")


def test_the_last_name_stands_whole_to_the_left_where_there_is_room_for_it_only_there() -> None:
    name = "Incobotulinumtoxin"
    last = LAST - timedelta(days=2)
    svg = shown(given_=(Given(FIRST + timedelta(days=5), "toxin", name), Given(last, "toxin", name)))
    labels = [each for each in marks(svg, "text") if (each.text or "").startswith("Inco")]
    assert [(each.text, each.get("text-anchor")) for each in labels] == [(name, "start"), (name, "end")]


def test_a_name_to_the_left_never_runs_into_the_one_before() -> None:
    for gap in range(1, 60):
        both = (
            Given(LAST - timedelta(days=gap), "toxin", "Abobotulinum"),
            Given(LAST, "toxin", "Dysport 500"),
        )
        ends = []
        for each in marks(shown(given_=both), "text"):
            if (each.text or "") and each.text[:4] in ("Abob", "Dysp"):
                at, wide = float(each.get("x", "0")), width_of(each.text)
                ends.append((at - wide, at) if each.get("text-anchor") == "end" else (at, at + wide))
        ends.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(ends)), gap


def test_lines_of_treatments_leave_out_the_titles() -> None:
    svg = shown(
        (counted(3, 4.0),), (Felt(FIRST, 3.0),), (Given(FIRST + timedelta(days=9), "toxin", "Botox"),)
    )
    titles = [
        float(t.get("y", "0")) for t in marks(svg, "text") if (t.text or "").startswith(("Counted:", "Felt:"))
    ]
    (line,) = [p.get("d", "") for p in marks(svg, "path") if p.get("stroke-dasharray") == "5 3"]
    drawn = [
        tuple(float(y) for y in re.findall(r" ([\d.]+)V([\d.]+)", part)[0]) for part in line.split("M")[1:]
    ]
    assert len(titles) == 2
    for y in titles:
        assert not [piece for piece in drawn if piece[0] < y + 3 and piece[1] > y - 9]


@given(strategies.dates(date(2019, 1, 1), date(2026, 1, 1)), strategies.integers(5, 3000))
@settings(deadline=None, max_examples=40)
def test_names_of_days_do_not_touch(first: date, days: int) -> None:
    course = Course(first, first + timedelta(days=days), (), (Felt(first, 1.0),), ())
    ends = []
    height = max(float(t.get("y", "0")) for t in marks(course_svg(course, "t"), "text"))
    for each in marks(course_svg(course, "t"), "text"):
        if float(each.get("y", "0")) == height:
            at, wide = float(each.get("x", "0")), width_of(each.text or "")
            share = {"start": 0.0, "middle": 0.5, "end": 1.0}[each.get("text-anchor", "start")]
            ends.append((at - share * wide, at + (1 - share) * wide))
    assert len(ends) >= 2
    assert all(b[0] - a[1] > 5 for a, b in pairwise(ends))


def test_a_name_at_the_right_edge_stands_to_the_left() -> None:
    svg = shown(given_=(Given(LAST, "toxin", "Botox"),))
    label = next(each for each in marks(svg, "text") if each.text == "Botox")
    assert label.get("text-anchor") == "end"


def test_a_long_diary_is_shown_by_weeks() -> None:
    days = tuple(Felt(FIRST + timedelta(days=n), float(n % 11)) for n in range(MOST_DAYS_APART + 1))
    svg = course_svg(Course(FIRST, days[-1].day, (), days, ()), "Course")
    assert len(marks(svg, "rect")) == len(weekly(days)) < len(days) / 6
    assert any("week" in each for each in texts(svg))


def test_a_week_is_its_median_at_its_thursday() -> None:
    monday = date(2026, 3, 2)
    days = tuple(Felt(monday + timedelta(days=n), v) for n, v in enumerate((0.0, 9.0, 4.0)))
    assert weekly(days) == (Felt(date(2026, 3, 5), 4.0),)


@given(
    strategies.dates(date(1990, 1, 1), date(2090, 1, 1)),
    strategies.integers(0, 40_000),
)
def test_ticks_are_few_in_order_and_within(first: date, days: int) -> None:
    last = min(first + timedelta(days=days), date(2199, 1, 1))
    marked = ticks(first, last)
    assert len(marked) <= 13
    assert [day for day, _ in marked] == sorted({day for day, _ in marked})
    assert all(first <= day <= last for day, _ in marked)
    assert all(name for _, name in marked)


def test_a_year_is_named_where_it_begins() -> None:
    names = [name for _, name in ticks(date(2025, 10, 15), date(2026, 4, 1))]
    assert names == ["Nov 2025", "Dec", "Jan 2026", "Feb", "Mar", "Apr"]


@given(strategies.floats(1e-3, 1e5))
def test_the_top_of_an_axis_is_round_and_not_far_above(value: float) -> None:
    top = nice(value)
    assert value <= top * (1 + 1e-8)
    assert top <= 1.7 * value
    assert float(f"{top:.2g}") == pytest.approx(top)


# From a record


def picture(section: Section | None) -> Figure:
    assert section is not None
    return next(block for block in section.blocks if isinstance(block, Figure))


def test_the_alternative_tells_what_the_picture_shows() -> None:
    figure = picture(course(small(), Limits()))
    assert "5 recordings" in figure.alternative
    assert "Felt strength on 4 days" in figure.alternative
    assert "Botox on 25 Jan 2026" in figure.alternative
    assert parsed(figure.svg).get("role") == "img"
    assert parsed(figure.svg).findtext(NAMES + "title") == "Course over time"


def test_the_caption_names_the_shapes_that_are_there_and_no_others() -> None:
    assert "Triangle: toxin, hatched bar: drug." in picture(course(small(), Limits())).caption
    without = replace(small(), treatments=())
    assert "riangle" not in picture(course(without, Limits())).caption


def test_a_treatment_of_long_ago_does_not_press_the_course_together() -> None:
    old = Treatment("surgery", "decompression", replace(at(0), utc=at(0).utc.replace(year=2004)))
    kept = made(reads_on([10, 40]), [], [old, toxin(20)])
    found = drawn_of(kept, Limits())
    assert found is not None
    assert (found.last - found.first).days < 60
    assert [each.name for each in found.given] == ["Botox"]
    assert "1 earlier treatment not on this axis." in picture(course(kept, Limits())).caption


def test_a_drug_still_taken_stays_on_the_axis() -> None:
    old = Treatment("drug", "Gabapentin", replace(at(0), utc=at(0).utc.replace(year=2020)), until=at(30))
    found = drawn_of(made(reads_on([10, 40]), [], [old]), Limits())
    assert found is not None
    assert [each.name for each in found.given] == ["Gabapentin"]
    assert found.first > date(2025, 9, 1)


def test_treatments_alone_make_a_picture() -> None:
    found = drawn_of(made([], [], [toxin(10)]), Limits())
    assert found is not None
    assert found.first < found.given[0].day < found.last


def test_a_record_of_hundreds_stays_small() -> None:
    kept = made(reads_on(list(range(0, 320))), [], [toxin(20)])
    figure = picture(course(kept, Limits()))
    assert len(marks(figure.svg, "circle")) == 320
    assert len(figure.svg) < 60_000


# Cycles


def cycle(name: str, weeks: tuple[float, ...], half: tuple[float, float, float] | None = None) -> Cycle:
    return Cycle(name, tuple(Point(week, 3.0 + week) for week in weeks), half)


def test_cycles_differ_in_shape_and_dash() -> None:
    svg = cycles_svg(tuple(cycle(str(k), (1, 5, 9)) for k in range(3)), "Cycles")
    lines = [p for p in marks(svg, "path") if p.get("fill") == "none"]
    assert len({line.get("stroke-dasharray") for line in lines}) == 3
    assert len(marks(svg, "circle")) == 3 + 1  # Three recordings of the newest, and its place in the key.


def test_more_cycles_than_can_be_told_apart_are_not_drawn() -> None:
    svg = cycles_svg(tuple(cycle(f"cycle {k}", (1, 5)) for k in range(6)), "Cycles")
    assert [each for each in texts(svg) if each.startswith("cycle")] == ["cycle 0", "cycle 1", "cycle 2"]


def test_the_week_in_which_half_was_gone_is_marked_where_it_is_known() -> None:
    known = cycles_svg((cycle("a", (1, 5), (9.0, 7.0, 11.0)), cycle("b", (1, 5))), "Cycles")
    assert texts(known).count("half of the effect gone") == 1


def test_an_interval_beyond_the_last_week_has_an_arrowhead() -> None:
    near = cycles_svg((cycle("a", (1, 11), (9.0, 7.0, 11.0)),), "Cycles")
    far = cycles_svg((cycle("a", (1, 11), (9.0, 7.0, 40.0)),), "Cycles")
    assert len(marks(far, "path")) == len(marks(near, "path")) + 1


@pytest.mark.parametrize(
    ("cycles_", "expected"),
    [((), 12), ((cycle("a", (15.2,)),), 16), ((cycle("a", (80.0,)),), 26), ((cycle("a", (3.0,)),), 12)],
)
def test_the_axis_of_weeks_fits(cycles_: tuple[Cycle, ...], expected: int) -> None:
    assert last_week(cycles_) == expected
    parsed(cycles_svg(cycles_, "Cycles"))


def test_recordings_long_after_an_injection_are_not_in_its_picture() -> None:
    kept = made(reads_on([5, 40, 300, 310]), [], [toxin(20)])
    cycle_ = replace(small_found().cycles[0], treatment=kept.history.of("toxin")[0])
    found = small_found()
    part = replace(found.course.toxin[0], cycles=(cycle_,))
    found = replace(found, course=replace(found.course, toxin=(part,)))
    assert "1 recording," in picture(cycles(found, kept, Limits())).alternative


def test_recordings_belong_to_the_injection_before_them() -> None:
    found = small_found()
    figure = picture(cycles(found, small(), Limits()))
    assert "25 Jan 2026 Botox: 3 recordings" in figure.alternative
    assert "it is not known when half of the effect was gone" in figure.alternative


def test_the_pictures_of_a_whole_year_are_well_formed() -> None:
    kept = year()
    svg = picture(course(kept, Limits())).svg
    assert len(marks(svg, "circle")) == len(kept.rates)
    assert texts(svg).count("Botox") == 3
