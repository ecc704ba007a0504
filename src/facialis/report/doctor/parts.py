"""The parts with numbers: the course as a picture, before and after, toxin cycles, the last recording."""

from datetime import date, timedelta

from facialis.measures.course import Change
from facialis.measures.toxin import CycleComparison, ToxinCycle
from facialis.record.types import Questionnaire, Treatment
from facialis.report.doctor.content import Block, Figure, Limits, Paragraph, Points, Section, Table
from facialis.report.doctor.figure import Counted, Course, Felt, Given, course_svg, highest, is_by_week
from facialis.report.doctor.kept import Found, Kept, windows
from facialis.report.doctor.plain import (
    count_words,
    cut,
    day_words,
    given,
    is_known,
    range_words,
    sentence,
    signed,
    signless,
)
from facialis.report.doctor.rate import interval_of, per_min
from facialis.report.words import KEY_MEASURES, number, seconds, unit_words
from facialis.types import Measure

DAYS_BEFORE_AXIS = 92
"""A treatment so long before the first entry still tells of the course, and is on its axis."""
DASH = "–"


def course(kept: Kept, limits: Limits) -> Section:
    """Return the course: the picture with treatments on its axis."""
    shown = course_of(kept, limits)
    if shown is None:
        return Section("Course", (Paragraph("Nothing to draw yet: no recording, diary day or treatment."),))
    return Section(
        "Course", (Figure(course_svg(shown, "Course over time"), _seen(shown), _caption(shown, kept)),)
    )


def course_of(kept: Kept, limits: Limits) -> Course | None:
    """Return what the picture shows, None where there is nothing."""
    counted = tuple(
        Counted(_ordinal(rate), per_min(rate), *interval_of(rate))
        for rate in sorted(kept.rates.values(), key=lambda r: r.when)
    )
    felt = tuple(Felt(day.day, day.felt) for day in kept.history.diary if day.felt is not None)
    days = [date.fromordinal(int(c.day)) for c in counted] + [f.day for f in felt]
    all_given = [
        Given(
            t.at.local.date(),
            t.kind,
            cut(t.name, limits.name // 2),
            t.until.local.date() if t.until else None,
        )
        for t in kept.treatments
    ]
    if not days and not all_given:
        return None
    earliest = min(days) - timedelta(days=DAYS_BEFORE_AXIS) if days else date.min
    near = tuple(g for g in all_given if max(g.day, g.until or g.day) >= earliest)
    days += [max(g.day, earliest) for g in near] or [g.day for g in all_given if not days]
    first, last = min(days), max(days)
    # Some room at both ends, so that no mark lies on the edge.
    room = timedelta(days=max(2, (last - first).days // 60))
    return Course(first - room, last + room, counted, felt, near)


def _ordinal(rate: object) -> float:
    when = rate.when  # type: ignore[attr-defined]
    return float(when.toordinal()) + (when.hour * 60 + when.minute) / 1440


def _caption(shown: Course, kept: Kept) -> str:
    parts = [
        "Dots: recordings, with the 95 % interval of chance within each.",
        "Squares: what was felt, from the diary; it can go another way than what was counted.",
    ]
    kinds = {each.kind for each in shown.given}
    shapes = (("toxin", "triangle: toxin"), ("surgery", "diamond: surgery"), ("drug", "hatched bar: drug"))
    if kinds:
        parts.append(sentence(", ".join(words for kind, words in shapes if kind in kinds)))
    if any(c.high > highest(shown.counted) for c in shown.counted):
        parts.append("Arrowheads: the interval goes on above.")
    early = len(kept.treatments) - len(shown.given)
    if early:
        parts.append(f"{count_words(early, 'earlier treatment')} not on this axis.")
    return " ".join(parts)


def _seen(shown: Course) -> str:
    """Return the picture in words."""
    parts = [f"Two charts over time, {day_words(shown.first)} to {day_words(shown.last)}."]
    if shown.counted:
        rates = [c.per_min for c in shown.counted]
        first, last = shown.counted[0], shown.counted[-1]
        parts.append(
            f"Spasms per minute in {count_words(len(rates), 'recording')}: between {signless(min(rates))} and "
            f"{signless(max(rates))}, first {signless(first.per_min)}, last {signless(last.per_min)}."
        )
    else:
        parts.append("No recording.")
    if shown.felt:
        felt = [f.strength for f in shown.felt]
        by = "weekly medians of " if is_by_week(shown.felt) else ""
        parts.append(
            f"Felt strength, {by}{count_words(len(felt), 'day')}: between {min(felt):g} and {max(felt):g} of 10."
        )
    else:
        parts.append("No felt strength.")
    named = [f"{g.name} on {day_words(g.day)}" for g in shown.given]
    if named:
        more = f" and {len(named) - 8} more" if len(named) > 8 else ""
        parts.append(f"Treatments marked: {', '.join(named[-8:])}{more}.")
    return " ".join(parts)


# Treatments


def treated(kept: Kept, found: Found, limits: Limits) -> Section | None:
    """Return the treatments given, and before and after the last one."""
    if not kept.treatments:
        return Section("Treatments", (Paragraph("No treatment was entered."),))
    blocks: list[Block] = [_list_of(kept, limits)]
    if found.change is not None and found.treatment is not None:
        blocks.append(_change_table(found.change, found, limits))
    if found.surgery is not None:
        blocks.append(Points(tuple(sentence(w) for w in (found.surgery.words, found.surgery.weakness) if w)))
    return Section("Treatments", tuple(blocks))


def _list_of(kept: Kept, limits: Limits) -> Paragraph:
    newest = sorted(kept.treatments, key=lambda t: t.at.utc)[::-1]
    told = [_treatment_words(each, limits) for each in newest[: limits.treatments]]
    more = len(newest) - len(told)
    rest = f" And {count_words(more, 'earlier one')}." if more else ""
    return Paragraph(f"Newest first: {'; '.join(told)}.{rest}")


def _treatment_words(each: Treatment, limits: Limits) -> str:
    parts = [f"{day_words(each.at.local.date())} {cut(each.name, limits.name // 2)}"]
    if each.kind == "toxin":
        if each.units is not None:
            parts.append(f"{number(each.units)} units of that product")
        if each.sites:
            sides = sorted({site.side for site in each.sites})
            parts.append(f"{count_words(len(each.sites), 'site')}, {' and '.join(sides)}")
    elif each.kind == "surgery" and each.side:
        parts.append(each.side)
    elif each.dose is not None:
        parts.append(f"{number(each.dose)} {cut(each.dose_unit, 12)} a day".replace("  ", " "))
        if each.until is not None:
            parts.append(f"until {day_words(each.until.local.date())}")
    return ", ".join(parts)


def _change_table(change: Change, found: Found, limits: Limits) -> Table:
    assert found.treatment is not None
    name = cut(found.treatment.name, limits.name // 2)
    early, late = windows(found.treatment, None, None)
    closure = change.closure_difference
    rows = [
        (
            "Counted: spasms per minute",
            _value(change.rate_before),
            _value(change.rate_after),
            _times(change.rate_ratio),
            _times(change.smallest_fall),
        ),
        (
            "Felt: strength, 0 to 10",
            DASH,
            DASH,
            _difference(change.felt_difference),
            _difference(change.smallest_felt),
        ),
    ]
    if is_known(closure.value):
        rows.append(("Shutting the eye when asked, % of the other", DASH, DASH, _difference(closure), DASH))
    until = "" if late[1] == date.max else f" to {day_words(late[1])}"
    return Table(
        f"Before and after {name} of {day_words(found.treatment.day)}",
        ("", "Before", "After", "Change (95 % interval)", "Smallest change these data could show"),
        tuple(rows),
        (2.3, 1.7, 1.7, 2.4, 2.2),
        f"Before: at most the 60 days before, from {day_words(early[0])}. After: {day_words(late[0])}{until}. "
        f"Counted and felt are two things and are not made into one number.",
    )


def _value(measure: Measure) -> str:
    return given(measure, unit=False)


def _times(measure: Measure) -> str:
    if measure.value is None:
        return measure.reason
    within = f" ({range_words(measure)})" if range_words(measure) else ""
    return f"{signless(measure.value)} times{within}"


def _difference(measure: Measure) -> str:
    if measure.value is None:
        return measure.reason
    within = f" ({range_words(measure)})" if range_words(measure) else ""
    return f"{signed(measure.value)}{within}" if within else signless(measure.value)


def cycles(found: Found, kept: Kept, limits: Limits) -> Section | None:
    """Return the toxin cycles, newest first, and the newest against the one before; None without toxin."""
    if not any(each.kind == "toxin" for each in kept.treatments):
        return None
    if not found.toxin.cycles:
        return Section("Toxin cycles", (Paragraph(sentence(found.toxin.reason)),))
    shown = found.toxin.cycles[::-1][: limits.cycles]
    more = len(found.toxin.cycles) - len(shown)
    compared = _compared(found.toxin.comparisons[-1]) if found.toxin.comparisons else ""
    return Section(
        "Toxin cycles",
        (
            Table(
                "Each injection: when it began to act, how much it took away, when it wore off",
                (
                    "Injection",
                    "Half effect on day",
                    "Spasms taken away",
                    "Half of it gone in week",
                    "No response",
                ),
                tuple(_cycle(each, limits) for each in shown),
                (2.2, 1.9, 2.1, 2.3, 1.0),
                " ".join(
                    part
                    for part in (
                        f"{count_words(more, 'earlier injection')} not shown." if more else "",
                        compared,
                        "Fitted course; where the recordings say little, the literature's range speaks.",
                    )
                    if part
                ),
            ),
        ),
    )


def _cycle(cycle: ToxinCycle, limits: Limits) -> tuple[str, ...]:
    name = f"{day_words(cycle.treatment.day)} {cut(cycle.treatment.name, limits.name // 3)}"
    taken = _value(cycle.plateau_effect)
    if is_known(cycle.plateau_effect.value):
        taken = f"{taken} %".replace(") %", " %)")
    return (
        name,
        _value(cycle.onset_day),
        taken,
        _value(cycle.half_loss_week),
        f"{signless(cycle.no_response.value)} %" if cycle.no_response.value is not None else DASH,
    )


def _compared(pair: CycleComparison) -> str:
    parts = []
    for measure, words in (
        (pair.effect_difference, "points of % in effect"),
        (pair.half_loss_difference, "weeks in half-loss"),
    ):
        if measure.value is not None:
            parts.append(f"{signed(measure.value)} {words} ({range_words(measure)})")
    return f"Newest against the one before: {', '.join(parts)}." if parts else ""


# The last recording


def last_recording(kept: Kept, limits: Limits) -> Section:
    """Return the numbers of the last recording, and totals of questionnaires."""
    last = kept.last
    if last is None or last.id not in kept.measurements:
        none = f"No recording was measured yet.{_questionnaires(kept)}"
        return Section("The last recording", (Paragraph(none),))
    measured = kept.measurements[last.id]
    about = [f"{day_words(last.at.local.date())}, {last.at.local:%H:%M}"]
    about += [
        f"{word}: {cut(told, 24)}" for word, told in (("task", last.task), ("with", last.device)) if told
    ]
    observed = measured.quality.seconds_observed.get("both", 0.0)
    about.append(f"{seconds(observed)} of {seconds(measured.quality.seconds_recorded)} could be measured")
    blocks: list[Block] = [Paragraph(f"{'; '.join(about)}. {_verdict(kept)}{_questionnaires(kept)}")]
    rows, lacking = _rows(kept, limits)
    if rows:
        note = sentence(f"Not measurable: {'; '.join(lacking)}") if lacking else ""
        blocks.append(
            Table(
                f"Measures of this recording{_side_words(kept)}",
                ("Measure", "Value", "95 % interval"),
                rows,
                (4.6, 2.8, 1.9),
                note,
            )
        )
    return Section("The last recording", tuple(blocks))


def _verdict(kept: Kept) -> str:
    assert kept.last is not None
    verdict = kept.measurements[kept.last.id].verdict
    shown = {"both": "both sides", "none": "no side", "undetermined": "no clear side"}
    return f"It shows {shown.get(verdict.side, f'the {verdict.side} side')} ({verdict.probability:.0%} sure).".replace(
        "%", " %"
    )


def _side_words(kept: Kept) -> str:
    return f", {kept.side} side" if kept.side in ("left", "right") else ""


def _rows(kept: Kept, limits: Limits) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return a row for each measure with a value, and the names of those without, by reason."""
    own = [
        m for m in kept.last_measures if m.side in (kept.side, None, "both") or kept.side in (None, "both")
    ]
    first = [m for name in KEY_MEASURES for m in own if m.name == name]
    rows = tuple((m.label, _with_unit(m), range_words(m) or DASH) for m in first if is_known(m.value))
    reasons: dict[str, list[str]] = {}
    for m in first:
        if not is_known(m.value):
            reasons.setdefault(m.reason or "no value", []).append(m.label)
    lacking = [f"{', '.join(labels)} ({reason})" for reason, labels in reasons.items()]
    return rows[: limits.measures], lacking[:2]


def _with_unit(measure: Measure) -> str:
    assert measure.value is not None
    return f"{signless(measure.value)} {unit_words(measure.unit)}".rstrip()


def _questionnaires(kept: Kept) -> str:
    parts = []
    for name in sorted({q.name for q in kept.questionnaires}):
        told = [q for q in kept.questionnaires if q.name == name]
        parts.append(f" {name.upper()}: {_totals(told)}.")
    return "".join(parts)


def _totals(told: list[Questionnaire]) -> str:
    shown = told if len(told) <= 3 else [told[0], *told[-2:]]
    words = [f"{q.total} ({day_words(q.at.local.date())})" for q in shown]
    return ", ".join(words) + (f"; {len(told)} in all" if len(told) > 3 else "")
