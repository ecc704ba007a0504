"""The answers on top: side, how often, how long, how strong, since when, does the treatment work, until when."""

from datetime import date, timedelta
from statistics import fmean, median

from facialis.measures.history import RecordedRate
from facialis.measures.triggers import CannotTellYet, Effect
from facialis.report.doctor.content import Answer, Limits
from facialis.report.doctor.kept import Found, Kept, Wishes
from facialis.report.doctor.plain import (
    count_words,
    cut,
    day_words,
    given,
    range_words,
    sentence,
    signed,
    signless,
)
from facialis.report.doctor.rate import interval_of, per_min
from facialis.report.words import listed, percent
from facialis.types import Measure

RECENT_DAYS = 28
NOTHING_COUNTED = "Not known yet: no recording has been counted."


def answers(kept: Kept, found: Found, wishes: Wishes, limits: Limits) -> tuple[Answer, ...]:
    """Return the answers in the order in which a doctor asks."""
    return (
        Answer("Side", _side(kept)),
        Answer("How often", _how_often(kept)),
        Answer("Share of the time", _share(kept)),
        Answer("How strong it feels", _felt(kept)),
        Answer("Since when", _since(kept, wishes, limits)),
        Answer("After the last treatment", _treatment(found, limits)),
        Answer("When it wears off", _wearing_off(found, limits)),
        Answer("What makes a difference", _difference(found, limits)),
    )


def _side(kept: Kept) -> str:
    if kept.side is None:
        return "Not known yet: no recording shows clearly which side is affected."
    side = "Both sides" if kept.side == "both" else f"The person's {kept.side}"
    shown = [m.verdict for m in kept.measurements.values()]
    same = [v.probability for v in shown if v.side == kept.side]
    if not same:
        return f"{side} (known from {kept.side_from})."
    sure = f"{len(same)} of {count_words(len(shown), 'measured recording')} show it"
    other = {"left": "right", "right": "left"}.get(kept.side)
    against = sum(v.side == other for v in shown)
    if against:
        sure += f", {against} the other side"
    return f"{side} (known from {kept.side_from}). {sure}; the clearest is {percent(max(same))} sure."


def _how_often(kept: Kept) -> str:
    if not kept.rates:
        return NOTHING_COUNTED
    number, last = max(kept.rates.items(), key=lambda pair: (pair[1].when, pair[0]))
    words = f"{_rate(last)} in the last recording ({day_words(last.when.date())})."
    if len(kept.rates) > 1:
        middle = median(per_min(each) for each in kept.rates.values())
        words += f" Median of {count_words(len(kept.rates), 'recording')}: {signless(middle)}."
    return words


def _rate(rate: RecordedRate) -> str:
    low, high = interval_of(rate)
    return f"{signless(per_min(rate))} spasms per minute ({signless(low)} to {signless(high)})"


def _share(kept: Kept) -> str:
    measure = _of_side(kept, "spasm_share")
    if measure is None or kept.last is None:
        return NOTHING_COUNTED
    if measure.value is None:
        return f"Not measurable in the last recording: {measure.reason}."
    within = f" ({range_words(measure)} %)" if range_words(measure) else ""
    return f"{signless(measure.value)} % in spasm{within} in the last recording."


def _of_side(kept: Kept, name: str) -> Measure | None:
    for each in kept.last_measures:
        if each.name == name and each.side in (kept.side, None):
            return each
    return None


def _felt(kept: Kept) -> str:
    told = [(day.day, day.felt) for day in kept.history.diary if day.felt is not None]
    if not told:
        return "Not known: no felt strength was noted."
    last = max(day for day, _ in told)
    recent = [felt for day, felt in told if day > last - timedelta(days=RECENT_DAYS)]
    words = (
        f"{signless(fmean(recent))} of 10, mean of {count_words(len(recent), 'diary day')} "
        f"in the four weeks to {day_words(last)}"
    )
    if len(told) == len(recent):
        return words + "."
    return f"{words}; {signless(fmean(felt for _, felt in told))} over all {len(told)} days."


def _since(kept: Kept, wishes: Wishes, limits: Limits) -> str:
    told = f"{sentence(cut(wishes.since, 2 * limits.name))} " if wishes.since.strip() else ""
    first = _first_day(kept)
    record = f"This record begins on {day_words(first)}." if first else "This record is still empty."
    return f"{told}{record}" if told else f"{record} What was before is not in it."


def _first_day(kept: Kept) -> date | None:
    days = [each.at.local.date() for each in kept.recordings]
    days += [each.day for each in kept.entries if each.day]
    return min(days, default=None)


def _treatment(found: Found, limits: Limits) -> str:
    if found.treatment is None or found.change is None:
        return "No treatment was entered."
    name = f"{cut(found.treatment.name, limits.name // 2)}, {day_words(found.treatment.day)}"
    ratio, felt = found.change.rate_ratio, found.change.felt_difference
    if ratio.value is None:
        counted = f"counted: {ratio.reason}"
    else:
        counted = f"spasms came {signless(ratio.value)} times as often as before ({range_words(ratio)})"
    if felt.value is None:
        noted = f"felt: {felt.reason}"
    else:
        noted = f"felt strength {signed(felt.value)} of 10 ({range_words(felt)})"
    return f"{name}: {counted}; {noted}."


def _wearing_off(found: Found, limits: Limits) -> str:
    if not found.toxin.cycles:
        return "No toxin treatment was entered." if _no_toxin(found) else sentence(found.toxin.reason)
    known = [cycle for cycle in found.toxin.cycles if cycle.half_loss_week.value is not None]
    if not known:
        return sentence(found.toxin.cycles[-1].half_loss_week.reason)
    parts = [
        f"week {given(cycle.half_loss_week, unit=False)} after {day_words(cycle.treatment.day)}"
        for cycle in known[-2:]
    ]
    words = f"Half of the toxin's effect was gone in {listed(parts)}."
    last = found.toxin.cycles[-1]
    if last.half_loss_week.value is None:
        words += f" Of {day_words(last.treatment.day)} it is not known yet."
    return cut(words, 8 * limits.name)


def _no_toxin(found: Found) -> bool:
    return "no toxin" in found.toxin.reason


def _difference(found: Found, limits: Limits) -> str:
    answers_ = found.triggers.answers
    effects = [each for each in answers_ if isinstance(each, Effect)]
    named = list(dict.fromkeys(cut(each.factor, limits.name // 2) for each in effects))
    factors = {each.factor for each in answers_}
    open_ = {e.factor for e in answers_ if isinstance(e, CannotTellYet)} - {e.factor for e in effects}
    if not factors:
        return "No factors were noted in the diary, or too few days of them."
    found_words = f"Goes along with a difference: {listed(named[:4])}." if named else "None found so far."
    more = f" Cannot tell yet of {len(open_)} of {count_words(len(factors), 'factor')}." if open_ else ""
    return found_words + more
