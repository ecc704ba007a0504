"""The last recording: what it shows, its measures with intervals, and totals of questionnaires."""

from facialis.record.treatments import SCALES
from facialis.record.types import Questionnaire
from facialis.report.doctor.content import Block, Limits, Paragraph, Section, Table
from facialis.report.doctor.kept import Kept
from facialis.report.doctor.plain import cut, day_words, range_words, sentence, sure, with_unit
from facialis.report.words import KEY_MEASURES, seconds

SHOWN = {"both": "both sides", "none": "spasms of no side", "undetermined": "no side clearly"}


def last_recording(kept: Kept, limits: Limits) -> Section:
    """Return the numbers of the last recording."""
    totals = _questionnaires(kept)
    last = kept.last
    if last is None or last.id not in kept.measurements:
        return Section(
            "The last recording", (Paragraph(" ".join(["No recording was measured yet.", *totals])),)
        )
    measured = kept.measurements[last.id]
    about = [f"{day_words(last.at.local.date())}, {last.at.local:%H:%M}"]
    for word, said in (("task", last.task), ("with", last.device)):
        about += [f"{word}: {cut(said, 24)}"] if said.strip() else []
    observed = measured.quality.seconds_observed.get("both", 0.0)
    about.append(f"{seconds(observed)} of {seconds(measured.quality.seconds_recorded)} could be measured")
    verdict = measured.verdict
    shows = SHOWN.get(verdict.side, f"the {verdict.side} side")
    words = [f"{'; '.join(about)}.", f"It shows {shows} ({sure(verdict.probability)} sure).", *totals]
    rows, lacking = _rows(kept, limits)
    blocks: list[Block] = [Paragraph(" ".join(words))]
    if rows:
        side = f", {kept.side} side" if kept.side in ("left", "right") else ""
        columns = ("Measure", "Value", "95 % interval")
        blocks.append(Table(f"Measures{side}", columns, rows, (4.2, 3.6, 1.7), _not_measurable(lacking)))
    elif lacking:
        blocks.append(Paragraph(_not_measurable(lacking)))
    return Section("The last recording", tuple(blocks))


def _rows(kept: Kept, limits: Limits) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Return a row for each measure with a value, and the names of those without, by reason."""
    of_any = kept.side in (None, "both")
    own = [m for m in kept.last_measures if of_any or m.side in (kept.side, None, "both")]
    first = [m for name in KEY_MEASURES for m in own if m.name == name]
    rows = tuple((m.label, with_unit(m), range_words(m) or "–") for m in first if m.value is not None)
    reasons: dict[str, list[str]] = {}
    for each in first:
        if each.value is None:
            reasons.setdefault(each.reason or "no value", []).append(each.label)
    lacking = [f"{', '.join(labels)} ({reason})" for reason, labels in reasons.items()]
    return rows[: limits.measures], lacking


def _not_measurable(lacking: list[str]) -> str:
    return cut(sentence(f"Not measurable: {'; '.join(lacking)}"), 320) if lacking else ""


def _questionnaires(kept: Kept) -> list[str]:
    names = sorted({each.name for each in kept.questionnaires})
    return [_totals(name, [q for q in kept.questionnaires if q.name == name]) for name in names]


def _totals(name: str, filled: list[Questionnaire]) -> str:
    """Return the first and the last two totals."""
    shown = filled if len(filled) <= 3 else [filled[0], *filled[-2:]]
    words = ", ".join(f"{each.total} ({day_words(each.at.local.date())})" for each in shown)
    more = f"; the first and the last two of {len(filled)}" if len(filled) > 3 else ""
    items, highest = SCALES.get(name, (0, 0))
    most = f" of {items * highest}" if items else ""
    return f"{name.upper()}, total{most}: {words}{more}."
