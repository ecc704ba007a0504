"""The answers on top: side, how often, how long, how strong, since when, does treatment work, how long."""

from collections.abc import Mapping
from datetime import date
from statistics import fmean

from facialis.measures.history import daily
from facialis.measures.trigger_answers import CannotTellYet, Effect
from facialis.record import sides
from facialis.report.change_words import undecided
from facialis.report.doctor.content import Answer, Limits
from facialis.report.doctor.kept import Found, Kept, Wishes
from facialis.report.doctor.plain import (
    count_words,
    cut,
    day_words,
    given,
    range_words,
    sentence,
    sure,
    told,
)
from facialis.report.doctor.rate import interval_of, per_min
from facialis.report.doctor.rest import chosen, effect_words
from facialis.report.words import listed
from facialis.types import EventSide, Measure

TOLD = "as told"
"""What the record says of a side that was asked for."""
EARLY = "It is early"
OLD_D = 28
"""A last recording older than that, in days, is called so."""
RELAPSE_WORDS = "have come back"
NOTHING_COUNTED = "Not known yet: no recording has been counted."
OTHER_SIDE: Mapping[EventSide, EventSide] = {"left": "right", "right": "left"}


def answers(kept: Kept, found: Found, wishes: Wishes, limits: Limits) -> tuple[Answer, ...]:
    """Return the answers in the order in which a doctor asks."""
    told_ = (
        ("Side", _side(kept)),
        ("How often", _how_often(kept, found)),
        ("Share of the time", _share(kept)),
        ("How strong it feels", _felt(kept, found)),
        ("Since when", _since(kept, wishes, limits)),
        ("After the last treatment", _treatment(found, limits)),
        ("When it wears off", _wearing_off(found)),
        ("What makes a difference", _difference(found, limits)),
    )
    return tuple(Answer(question, cut(words, 7 * limits.name)) for question, words in told_)


def _side(kept: Kept) -> str:
    if kept.side is None:
        return "Not known yet: no recording shows clearly which side is affected."
    side = "Both sides" if kept.side == "both" else f"The person's {kept.side}"
    shown = [m.verdict for m in kept.measurements.values()]
    same = [v.probability for v in shown if v.side == kept.side]
    known = f"known from {kept.side_from}"
    anchor = sides.anchor_of(kept.sided)
    if anchor is not None and anchor.side == kept.side:
        known = f"known from the first clear recording, {day_words(anchor.at.local.date())}"
    if kept.side_from == TOLD:
        known = TOLD
    elif anchor is not None and anchor.doubt:
        side = f"Which side is affected is in doubt. {side}"
        known = "known from most of the clear recordings, though not from the first of them"
    if not same:
        return f"{side}, {known}."
    shows = f"{len(same)} of {count_words(len(shown), 'measured recording')} show it"
    against = sum(v.side == OTHER_SIDE.get(kept.side) for v in shown)
    if against:
        shows += f", {against} the other side"
    return f"{side}, {known}. {shows}; the clearest is {sure(max(same))} sure."


def _how_often(kept: Kept, found: Found) -> str:
    if not kept.rates:
        return NOTHING_COUNTED
    last = max(kept.rates.values(), key=lambda rate: rate.when)
    low, high = (told(end, "1/min") for end in interval_of(last))
    rate = f"{told(per_min(last), '1/min')} spasms per minute ({low} to {high})"
    words = f"{rate} in the last recording, {day_words(last.when.date())}."
    now = found.course.now
    if now is not None and now.rate.value is not None and range_words(now.rate):
        days = sum(now.span.holds(rate.on) for rate in daily(tuple(kept.rates.values())))
        recorded = f"recorded on {count_words(days, 'day')}"
        words += f" {sentence(_weeks(now.span.last))[:-1]}, {recorded}: {given(now.rate)}."
    age = (kept.made.local.date() - last.when.date()).days
    if age > OLD_D:
        words += f" The last recording is older than four weeks ({age} days)."
    return words


def _share(kept: Kept) -> str:
    measure = _of_side(kept, "spasm_share")
    if measure is None:
        return NOTHING_COUNTED
    if measure.value is None:
        return f"Not measurable in the last recording: {measure.reason}."
    within = f" ({inside})" if (inside := range_words(measure)) else ""
    return f"{told(measure.value, '%')} %{within} of the last recording was in spasm."


def _of_side(kept: Kept, name: str) -> Measure | None:
    for each in kept.last_measures:
        if each.name == name and each.side in (kept.side, None):
            return each
    return None


def _felt(kept: Kept, found: Found) -> str:
    noted = [(day.day, day.felt) for day in kept.history.diary if day.felt is not None]
    if not noted:
        return "Not known: no felt strength was noted."
    now = found.course.now
    recent = [felt for day, felt in noted if now is not None and now.span.holds(day)]
    every = (
        f"{told(fmean(felt for _, felt in noted), 'of 10')} over all {count_words(len(noted), 'diary day')}"
    )
    if now is None or not recent:
        return f"{every} (none in {_weeks(now.span.last)})." if now else f"{every}."
    inside = f" ({within})" if (within := range_words(now.felt)) else ""
    latest = f"{told(fmean(recent), 'of 10')} of 10{inside} on {count_words(len(recent), 'diary day')}"
    return f"{latest} in {_weeks(now.span.last)}; {every}."


def _weeks(last: date) -> str:
    """Return the latest weeks by their end, for the report may be read much later."""
    return f"the four weeks to {day_words(last)}"


def _since(kept: Kept, wishes: Wishes, limits: Limits) -> str:
    first = min(kept.days, default=None)
    record = f"This record begins on {day_words(first)}." if first else "This record is still empty."
    since = sentence(cut(wishes.since, 2 * limits.name))
    return f"{since} {record}" if since else f"{record} What was before is not in it."


def _treatment(found: Found, limits: Limits) -> str:
    if found.last is None:
        return "No treatment was entered."
    treatment, felt = found.last.treatment, found.last.change.felt_difference
    noted = f"Felt strength: {felt.reason}."
    if felt.value is not None:
        inside = range_words(felt, signed=True)
        noted = f"Felt strength changed by {told(felt.value, 'of 10', signed=True)} of 10 ({inside})."
    name = f"{cut(treatment.name, limits.name // 2)}, {day_words(treatment.day)}"
    return f"{name[0].upper()}{name[1:]}: {_counted_change(found)} {noted}"


def _counted_change(found: Found) -> str:
    assert found.last is not None
    surgery, ratio = found.course.surgery, found.last.change.rate_ratio
    if found.last.treatment.kind == "surgery" and surgery is not None and surgery.remaining.value is not None:
        early = " It is early." if EARLY in surgery.words else ""
        back = " They had gone and have come back." if RELAPSE_WORDS in surgery.words else ""
        return f"spasms are at {given(surgery.remaining)} % of before.{early}{back}"
    if ratio.value is None:
        return f"spasms counted: {ratio.reason}."
    both = " Both fewer and more would fit." if undecided(ratio) else ""
    return f"spasms came {told(ratio.value, 'times')} times as often as before ({range_words(ratio)}).{both}"


def _wearing_off(found: Found) -> str:
    if not found.cycles:
        return sentence(found.toxin_reason)
    known = [cycle for cycle in found.cycles if cycle.half_loss_week.value is not None]
    last = found.cycles[-1]
    if not known:
        return sentence(last.half_loss_week.reason)
    parts = [f"week {given(c.half_loss_week)} after {day_words(c.treatment.day)}" for c in known[-2:]]
    words = f"Half of the toxin's effect was gone in {listed(parts)}."
    if last.half_loss_week.value is None:
        words += f" Of {day_words(last.treatment.day)} it is not known yet."
    return words


def _difference(found: Found, limits: Limits) -> str:
    rows = chosen(found.triggers.answers)
    effects = [each for each in rows if isinstance(each, Effect)]
    strongest = {each.factor: each for each in reversed(effects)}
    named = [f"{cut(name, limits.name // 2)}, {effect_words(each)}" for name, each in strongest.items()]
    named.reverse()
    factors = {each.factor for each in rows}
    unknown = [each for each in rows if isinstance(each, CannotTellYet)]
    if not factors:
        return "No factors were noted in the diary, or on too few days."
    words = f"Found to go along: {'; '.join(named[:2])}." if named else "Nothing found so far."
    if len(named) > 2:
        words += f" And {len(named) - 2} more."
    if unknown:
        words += f" Cannot tell yet of {len(unknown)} of {count_words(len(factors), 'factor')}."
    return words
