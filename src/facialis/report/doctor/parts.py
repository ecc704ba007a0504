"""The parts of the first page: the course as a picture, treatments with before and after, toxin cycles."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import fmean

from facialis.measures.around import Around, Span
from facialis.measures.history import days_since, measured
from facialis.measures.toxin import CycleComparison, ToxinCycle, split
from facialis.record.types import Treatment
from facialis.report.doctor.content import Block, Figure, Limits, Paragraph, Points, Section, Table
from facialis.report.doctor.cycle_figure import LONGEST_WEEKS, MOST_CYCLES, Cycle, Point, cycles_svg
from facialis.report.doctor.figure import Counted, Course, Felt, Given, course_svg, highest, is_by_week
from facialis.report.doctor.kept import Found, Kept
from facialis.report.doctor.plain import (
    count_words,
    cut,
    day_words,
    given,
    range_words,
    sentence,
    told,
)
from facialis.report.doctor.rate import interval_of, per_min
from facialis.report.words import number, percent
from facialis.types import Measure

DAYS_BEFORE_AXIS = 92
"""A treatment so long before the first entry still tells of the course, and is on its axis."""
DASH = "–"
NOT_YET = "not known yet"


def course(kept: Kept, limits: Limits) -> Section:
    """Return the course: the picture with treatments on its axis."""
    shown = drawn_of(kept, limits)
    if shown is None:
        return Section("Course", (Paragraph("Nothing to draw yet: no recording, diary day or treatment."),))
    picture = course_svg(shown, "Course over time")
    return Section("Course", (Figure(picture, _seen(shown), _caption(shown, kept)),))


def drawn_of(kept: Kept, limits: Limits) -> Course | None:
    """Return what the picture shows, None where there is nothing.

    Treatments long before the first entry are left off the axis, which they would press together.
    """
    in_order = sorted(kept.rates.values(), key=lambda rate: rate.when)
    counted = tuple(Counted(rate.when, per_min(rate), *interval_of(rate)) for rate in in_order)
    felt = tuple(Felt(day.day, day.felt) for day in kept.history.diary if day.felt is not None)
    treatments = [_given(each, limits) for each in kept.treatments]
    days = [each.when.date() for each in counted] + [each.day for each in felt]
    if days:
        earliest = min(days) - timedelta(days=DAYS_BEFORE_AXIS)
        treatments = [t for t in treatments if (t.until or t.day) >= earliest]
        days += [max(t.day, earliest) for t in treatments]
    else:
        days = [t.day for t in treatments]
    if not days:
        return None
    # Some room at both ends, so that no mark lies on the edge.
    room = timedelta(days=max(2, (max(days) - min(days)).days // 60))
    return Course(min(days) - room, max(days) + room, counted, felt, tuple(treatments))


def _given(each: Treatment, limits: Limits) -> Given:
    until = each.until.local.date() if each.until else None
    return Given(each.at.local.date(), each.kind, cut(each.name, limits.name // 2), until)


def _caption(shown: Course, kept: Kept) -> str:
    parts = [
        "Dots: recordings, bars: 95 % intervals.",
        "Squares: what was felt, from the diary; it can go another way than what was counted.",
    ]
    kinds = {each.kind for each in shown.given}
    shapes = (("toxin", "triangle: toxin"), ("surgery", "diamond: surgery"), ("drug", "hatched bar: drug"))
    if kinds:
        parts.append(sentence(", ".join(words for kind, words in shapes if kind in kinds)))
    if any(each.high > highest(shown.counted) for each in shown.counted):
        parts.append("Arrowheads: the interval goes on above.")
    early = len(kept.treatments) - len(shown.given)
    if early:
        parts.append(f"{count_words(early, 'earlier treatment')} not on this axis.")
    return " ".join(parts)


def _seen(shown: Course) -> str:
    """Return the picture in words."""
    parts = [f"Two charts over time, {day_words(shown.first)} to {day_words(shown.last)}."]
    rates = [told(each.per_min, "1/min") for each in sorted(shown.counted, key=lambda c: c.per_min)]
    if rates:
        first, last = (told(shown.counted[k].per_min, "1/min") for k in (0, -1))
        parts.append(
            f"Spasms per minute in {count_words(len(rates), 'recording')}: from {rates[0]} to {rates[-1]}; "
            f"in the first {first}, in the last {last}."
        )
    felt = [each.strength for each in shown.felt]
    if felt:
        by = " by week" if is_by_week(shown.felt) else ""
        parts.append(
            f"Felt strength on {count_words(len(felt), 'day')}{by}: "
            f"from {min(felt):g} to {max(felt):g} of 10."
        )
    named = [f"{each.name} on {day_words(each.day)}" for each in shown.given]
    if named:
        more = f" and {len(named) - 8} more" if len(named) > 8 else ""
        parts.append(f"Treatments marked: {', '.join(named[-8:])}{more}.")
    return " ".join(parts)


# Treatments


def treated(kept: Kept, found: Found, limits: Limits) -> Section:
    """Return the treatments given, and before and after the last one."""
    if not kept.treatments:
        return Section("Treatments", (Paragraph("No treatment was entered."),))
    blocks: list[Block] = [_list_of(kept, limits)]
    if found.last is not None:
        blocks.append(_change_table(found.last, kept, limits))
    surgery = found.course.surgery
    if surgery is not None:
        told_ = (surgery.words, surgery.weakness)
        blocks.append(Points(tuple(sentence(words) for words in told_ if words)))
    return Section("Treatments", tuple(blocks))


def _list_of(kept: Kept, limits: Limits) -> Paragraph:
    newest = sorted(kept.treatments, key=lambda t: t.at.utc)[::-1]
    words = [_treatment_words(each, limits) for each in newest[: limits.treatments]]
    more = len(newest) - len(words)
    rest = f" And {more} earlier." if more else ""
    return Paragraph(f"{'; '.join(words)}.{rest}")


def _treatment_words(each: Treatment, limits: Limits) -> str:
    parts = [f"{day_words(each.at.local.date())} {cut(each.name, limits.name // 2)}"]
    if each.units is not None:
        parts.append(f"{number(each.units)} units of that product")
    if each.sites:
        sides = " and ".join(sorted({site.side for site in each.sites}))
        parts.append(f"{count_words(len(each.sites), 'site')}, {sides}")
    if each.kind == "surgery" and each.side:
        parts.append(each.side)
    if each.dose is not None:
        parts.append(f"{number(each.dose)} {cut(each.dose_unit, 12)}".rstrip() + " a day")
    if each.until is not None:
        parts.append(f"until {day_words(each.until.local.date())}")
    return ", ".join(parts)


def _change_table(last: Around, kept: Kept, limits: Limits) -> Table:
    change = last.change
    rows = [
        (
            "Counted: spasms per minute",
            _cell(change.rate_before),
            _cell(change.rate_after),
            _times(change.rate_ratio),
            _times(change.smallest_fall),
        ),
        (
            "Felt: strength, 0 to 10",
            _mean(last.before, kept),
            _mean(last.after, kept),
            _cell(change.felt_difference, signed=True),
            _cell(change.smallest_felt),
        ),
    ]
    if change.closure_difference.value is not None:
        closure = given(change.closure_difference, signed=True)
        rows.append(("Eye shut when asked, % of the other", DASH, DASH, closure, DASH))
    note = f"Before: {_span_words(last.before, kept)}. After: {_span_words(last.after, kept)}. {last.beside}"
    counted = (change.rate_before, change.rate_after, change.rate_ratio, change.smallest_fall)
    open_ = _open("Counted", counted) + _open("Felt", (change.felt_difference, change.smallest_felt))
    return Table(
        f"Before and after {cut(last.treatment.name, limits.name // 2)} of {day_words(last.treatment.day)}",
        ("", "Before", "After", "Change", "Smallest these data could show"),
        tuple(rows),
        (2.4, 1.9, 1.9, 2.1, 2.1),
        f"{open_}{note.strip()} Counted and felt are two things, never made into one number.",
    )


def _cell(measure: Measure, signed: bool = False) -> str:
    """Return the number, or that there is none: the reason is too long for a cell and stands below."""
    return NOT_YET if measure.value is None else given(measure, signed)


def _open(what: str, measures: Sequence[Measure]) -> str:
    """Return why numbers are not known, each reason once; empty where all are."""
    reasons = dict.fromkeys(each.reason for each in measures if each.value is None and each.reason)
    return f"{what}, not known yet: {'; '.join(reasons)}. " if reasons else ""


def _times(measure: Measure) -> str:
    if measure.value is None:
        return NOT_YET
    within = f" ({inside})" if (inside := range_words(measure)) else ""
    return f"{told(measure.value, 'times')} times{within}"


def _span_words(span: Span, kept: Kept) -> str:
    if span.days == 0:
        return "no day"
    to_come = ", still to come" if span.first > kept.made.local.date() else ""
    return f"{day_words(span.first)} to {day_words(span.last)}{to_come}"


def _mean(span: Span, kept: Kept) -> str:
    felt = [day.felt for day in span.diary(kept.history) if day.felt is not None]
    if not felt:
        return "not noted"
    return f"{told(fmean(felt), 'of 10')}, mean of {count_words(len(felt), 'day')}"


# Toxin cycles


def cycles(found: Found, kept: Kept, limits: Limits) -> Section | None:
    """Return the toxin cycles, newest first, and the newest against the one before; None without toxin."""
    if not any(each.kind == "toxin" for each in kept.treatments):
        return None
    if not found.cycles:
        return Section("Toxin cycles", (Paragraph(sentence(found.toxin_reason)),))
    shown = found.cycles[::-1][: limits.cycles]
    more = len(found.cycles) - len(shown)
    notes = [
        _lacking(found.cycles[-1]),
        f"{count_words(more, 'earlier injection')} not shown." if more else "",
        _compared(found.comparison) if found.comparison is not None else "",
        "Fitted to the recordings, from the range known from the literature.",
    ]
    table = Table(
        "Each injection: when it began to act, how much it took away, when it wore off",
        ("Injection", "Half effect on day", "Spasms taken away, %", "Half of it gone in week", "No response"),
        tuple(_cycle(each, limits) for each in shown),
        (2.2, 1.9, 2.1, 2.1, 1.2),
        " ".join(filter(None, notes)),
    )
    return Section("Toxin cycles", (_overlaid(found, kept, limits), table))


def _cycle(cycle: ToxinCycle, limits: Limits) -> tuple[str, ...]:
    name = f"{day_words(cycle.treatment.day)} {cut(cycle.treatment.name, limits.name // 3)}"
    none = cycle.no_response.value
    told_ = (_cell(each) for each in _numbers(cycle).values())
    return (name, *told_, DASH if none is None else _chance(none / 100))


def _numbers(cycle: ToxinCycle) -> dict[str, Measure]:
    return {
        "half effect": cycle.onset_day,
        "spasms taken away": cycle.plateau_effect,
        "half of it gone": cycle.half_loss_week,
    }


def _lacking(cycle: ToxinCycle) -> str:
    """Return what the newest cycle does not tell yet, and what would: too long for a cell of the table."""
    reasons: dict[str, list[str]] = {}
    for words, measure in _numbers(cycle).items():
        if measure.value is None:
            reasons.setdefault(measure.reason.removeprefix("not enough data: "), []).append(words)
    told_ = [f"{' and '.join(names)}: {reason}" for reason, names in reasons.items()]
    return f"Not known yet of {day_words(cycle.treatment.day)}: {'; '.join(told_)}." if told_ else ""


def _chance(share: float) -> str:
    # A posterior of some thousand draws never rules anything out.
    return "under 1 %" if share < 0.005 else percent(share)


def _compared(pair: CycleComparison) -> str:
    parts = []
    for measure, words in (
        (pair.effect_difference, "points of % in effect"),
        (pair.half_loss_difference, "weeks in half-loss"),
    ):
        if measure.value is not None:
            value = told(measure.value, measure.unit, signed=True)
            parts.append(f"{value} {words} ({range_words(measure, signed=True)})")
    return f"Newest minus the one before: {', '.join(parts)}." if parts else ""


def _overlaid(found: Found, kept: Kept, limits: Limits) -> Figure:
    """Return the picture of the last cycles by weeks since the injection."""
    recordings = measured(tuple(kept.rates.values()))
    given_ = [cycle.treatment for cycle in found.cycles]
    parts = split(recordings, given_)[1:]
    shown = []
    for cycle, part in list(zip(found.cycles, parts, strict=True))[::-1][:MOST_CYCLES]:
        weeks = [(days_since(rate.when, cycle.treatment.day) / 7, rate) for rate in part]
        points = tuple(Point(week, per_min(rate)) for week, rate in weeks if week <= LONGEST_WEEKS)
        half = cycle.half_loss_week
        known = half.value is not None and half.low is not None and half.high is not None
        name = f"{day_words(cycle.treatment.day)} {cut(cycle.treatment.name, limits.name // 3)}"
        shown.append(Cycle(name, points, (half.value, half.low, half.high) if known else None))  # type: ignore[arg-type]
    svg = cycles_svg(tuple(shown), "Toxin cycles by weeks since the injection")
    return Figure(svg, _seen_cycles(shown), "")


def _seen_cycles(shown: list[Cycle]) -> str:
    parts = ["Spasms per minute by weeks since the injection."]
    for each in shown:
        half = "it is not known when half of the effect was gone"
        if each.half_loss is not None:
            value, low, high = (told(end, "weeks") for end in each.half_loss)
            half = f"half of the effect was gone in week {value} ({low} to {high})"
        parts.append(f"{each.name}: {count_words(len(each.points), 'recording')}, {half}.")
    return " ".join(parts)
