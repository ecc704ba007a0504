"""The parts in words: triggers, the person's own words, quality and limits, how to read it, by what."""

import re
from collections.abc import Sequence

from facialis.measures.trigger_answers import Answer, Effect, NoDifference
from facialis.record import sides
from facialis.report.doctor.content import Block, Limits, Paragraph, Points, Quotes, Section, Table
from facialis.report.doctor.kept import Found, Kept, Tried, Wishes
from facialis.report.doctor.plain import clean, count_words, cut, day_words, sentence, told
from facialis.report.words import left_out_of
from facialis.types import Model

WORTH_TELLING = 0.98
"""What was left out of a recording is told where less than this share of it could be measured."""
BY_VIDEO = (
    "Video: each half of the face is mirrored to a whole one and read by the same model, so that one side "
    "does not pull the other along."
)
BY_EMG = "EMG: bursts of each muscle above what it does at rest, one side against the other."
OUTCOMES = {"felt": "felt strength", "bother": "bother", "rate": "spasms counted"}


# Triggers


def factors(found: Found, limits: Limits) -> Section:
    """Return what the diary tells of each factor, and what tests by lot showed."""
    heading = "What makes a difference"
    rows = chosen(found.triggers.answers)
    blocks: list[Block] = []
    if rows:
        blocks.append(_factor_table(rows, found, limits))
    if found.trials:
        blocks.append(Points(tuple(_trial(each, limits) for each in found.trials[: limits.trials])))
    if not blocks:
        blocks.append(
            Paragraph("No factor was noted in the diary, so there is nothing to tell about triggers.")
        )
    return Section(heading, tuple(blocks))


def _factor_table(rows: Sequence[Answer], found: Found, limits: Limits) -> Table:
    more = len(rows) - limits.factors
    notes = [f"{more} more not shown."] if more > 0 else []
    if found.triggers_from is not None:
        notes.append(f"Days before {day_words(found.triggers_from)} are left out.")
    notes.append("Found is what goes along in this diary; whether it is the cause, a trial by lot can show.")
    return Table(
        "Factors of the diary; where a strength was noted, for each step more",
        ("Factor", "On what", "Difference (95 % interval)", "What can be said"),
        tuple(_factor(each, limits) for each in rows[: limits.factors]),
        (1.8, 2.2, 2.6, 3.6),
        " ".join(notes),
    )


def _trial(each: Tried, limits: Limits) -> str:
    name = cut(each.factor, limits.name // 2)
    if not each.words:
        return f"A test by lot of {name} runs until {day_words(each.last)}."
    return f"A test by lot of {name}, ended {day_words(each.last)}: {cut(each.words, 7 * limits.name)}"


def chosen(answers: Sequence[Answer]) -> list[Answer]:
    """Return every effect found; of the other factors the felt strength of the same day, or what there is."""
    effects = sorted((a for a in answers if isinstance(a, Effect)), key=lambda a: a.p_adjusted)
    named = {a.factor for a in effects}
    others: dict[str, Answer] = {}
    for outcome in ("felt", "rate", "bother"):
        for each in answers:
            if each.outcome == outcome and each.when == "same day" and each.factor not in named:
                others.setdefault(each.factor, each)
    open_first = sorted(others.values(), key=lambda a: isinstance(a, NoDifference))
    return [*effects, *open_first]


def _factor(each: Answer, limits: Limits) -> tuple[str, ...]:
    what = f"{OUTCOMES[each.outcome]}, {each.when}"
    return cut(each.factor, limits.name // 2), what, _difference(each), _said(each)


def effect_words(each: Effect) -> str:
    """Return on what a factor was found to make a difference, and how much."""
    when = "" if each.when == "same day" else f", {each.when}"
    usual = _usual(each)
    step = f" for each step more; at {usual}" if usual else ""
    return f"{OUTCOMES[each.outcome]} {_difference(each)}{when}{step}"


def _usual(each: Answer) -> str:
    """Return what an effect by the step comes to on a usual day, which the sentence knows; empty if none."""
    found = re.search(r" At (.*?, that is .*?)\.( It|$)", each.words)
    return found[1] if found else ""


def _difference(each: Answer) -> str:
    if each.value is None or each.low is None or each.high is None:
        return "–"
    if each.outcome == "rate":
        value, low, high = (told(end, "times") for end in (each.value, each.low, each.high))
        return f"{value} times ({low} to {high})"
    value, low, high = (told(end, "of 10", signed=True) for end in (each.value, each.low, each.high))
    return f"{value} of 10 ({low} to {high})"


def _said(each: Answer) -> str:
    if isinstance(each, Effect):
        way = "more" if (each.value > 1 if each.outcome == "rate" else each.value > 0) else "less"
        return f"found: goes along with {way}" + (f"; at {usual}" if (usual := _usual(each)) else "")
    if isinstance(each, NoDifference):
        return "no difference that matters"
    # The sentence knows whether there can be days without; after it stands what is known so far.
    more = each.words.removeprefix(f"Cannot tell yet about {each.factor}: ").split(". ")[0]
    return f"cannot tell yet: {more.rstrip('.')}"


# The person's own words


def own_words(kept: Kept, wishes: Wishes, limits: Limits) -> Section | None:
    """Return a text of the person's, else the latest notes of the diary; None where none is wished."""
    heading = "In the person's own words"
    if clean(wishes.words):
        return Section(heading, (Quotes((("", cut(wishes.words, limits.words)),)),))
    if not wishes.notes:
        return None
    written = [each for each in kept.entries if clean(each.note)]
    newest = sorted(written, key=lambda each: each.at.utc)[::-1]
    if not newest:
        return Section(heading, (Paragraph("No notes were written in the diary."),))
    # The same words again tell nothing new: the latest time stands for all.
    once: dict[str, str] = {}
    for each in newest:
        once.setdefault(cut(each.note, limits.note), day_words(each.day or each.at.local.date()))
    quotes = [(day, words) for words, day in once.items()][: limits.notes]
    return Section(heading, (Quotes(tuple(quotes)),))


# Quality and limits


def limits_of(kept: Kept, found: Found, limits: Limits) -> Section:
    """Return what was left out and why, and what the numbers cannot say."""
    points = [*_counts(kept), *(without_commands(note) for note in (*kept.notes, *found.course.notes))]
    flip = _flipped(kept)
    if flip:
        points.append(flip)
    last = kept.last
    if last is not None and last.id in kept.measurements:
        quality = kept.measurements[last.id].quality
        lost = left_out_of(quality)
        seen = quality.seconds_observed.get("both", 0.0)
        if lost and seen < WORTH_TELLING * quality.seconds_recorded:
            points.append(f"Left out of the last recording: {lost}.")
        points += list(quality.notes[:1])
    if kept.last_corrected:
        n = count_words(kept.last_corrected, "correction")
        points.append(f"The course counts with {n} by hand; the measures of the last recording do not.")
    lasting = (
        "A recording is a moment: none of these numbers speaks for times that were not recorded.",
        "A wink or a one-sided smile made on purpose cannot be told from a spasm with certainty.",
        "Checked on simulated recordings and on faces with computer-made spasms, not yet against doctors' "
        "ratings or patients' recordings.",
        "Not a diagnosis; it does not say what is normal, and gives no advice on treatment or dose.",
    )
    kept_points = [cut(sentence(point), 4 * limits.name) for point in points][: limits.limits]
    return Section("Quality and limits", (Points((*kept_points, *lasting)),))


def without_commands(note: str) -> str:
    """Return a note for the person at the computer without what to type, which is nothing to a doctor."""
    note = re.sub(r"\s*\([^()]*(`|--)[^()]*\)", "", note)
    return "; ".join(part for part in note.split("; ") if "`" not in part and "--" not in part)


def _counts(kept: Kept) -> list[str]:
    n = len(kept.recordings)
    if not n:
        return []
    measured = sum(each.id in kept.measurements for each in kept.recordings)
    words = f"Of {count_words(n, 'recording')} {measured} {'is' if measured == 1 else 'are'} measured"
    only = f" Only those of the task {kept.task} are counted." if kept.task else ""
    return [f"{words} and {len(kept.rates)} counted in the course.{only}"]


def _flipped(kept: Kept) -> str:
    flips = sides.flips(kept.sided)
    if not flips:
        return ""
    days = [day_words(f.at.local.date()) for f in flips]
    shown = ", ".join(days[:3]) + (f" and {len(days) - 3} more" if len(days) > 3 else "")
    return f"Another side than before is shown on {shown}; such a video may have been stored as in a mirror."


# How


def understanding(found: Found) -> Section:
    """Return how each kind of number is to be understood."""
    points = [
        "Spasms per minute: episodes of one-sided contraction that a computer counted in a video or an EMG, "
        "over the time in which both sides could be seen. Share of the time: how much of that time was in "
        "spasm.",
        "95 % interval: the values that fit what was seen. A wide one says that little was seen. Those of "
        "the course allow for good and bad weeks: recordings a week or more apart tell most.",
        "Felt strength and bother: the person's own numbers, 0 to 10. They follow mood and sleep too, and "
        "often go another way than what is counted; neither corrects the other.",
        "Times as often: 0.5 is half as many as before. An interval that holds 1 leaves room for no change.",
    ]
    if found.cycles:
        points.append(
            "Toxin cycle: a curve fitted to the recordings, from a range known from the literature. Toxin "
            "also weakens blinking and shutting the eye."
        )
    points.append("Not enough data, cannot tell yet: an answer of its own, never 0 and never no.")
    return Section("How to read the numbers", (Points(tuple(points)),))


def how(kept: Kept) -> Section:
    """Return by what the recordings were measured: version, settings, model."""
    kinds: dict[tuple[str, str, str], int] = {}
    for each in kept.measurements.values():
        key = (each.version, each.settings_digest, _reader(each.model))
        kinds[key] = kinds.get(key, 0) + 1
    if not kinds:
        return Section("How it was measured", (Paragraph("Nothing was measured yet."),))
    most = sorted(kinds.items(), key=lambda pair: -pair[1])
    words = [
        f"{count_words(n, 'recording')} by facialis {version}, settings {digest}, {model}"
        for (version, digest, model), n in most[:2]
    ]
    if len(most) > 2:
        rest = sum(n for _, n in most[2:])
        words.append(f"{count_words(rest, 'recording')} by {len(most) - 2} other versions or settings")
    models = [each.model for each in kept.measurements.values()]
    methods = [BY_VIDEO] if any(model is not None for model in models) else []
    methods += [BY_EMG] if None in models else []
    text = " ".join([sentence("; ".join(words)), *methods, "All of it ran on the person's own computer."])
    return Section("How it was measured", (Paragraph(text),))


def _reader(model: Model | None) -> str:
    if model is None:
        return "from an EMG"
    return "the packaged face model" if model.packaged else f"face model {model.sha256[:12]}"
