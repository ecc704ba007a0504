"""The course in words, for a terminal: now, around each treatment, toxin cycles, surgery, what is missing.

Counted and felt stand side by side. Nothing judges a treatment, and nothing at all before its time.
"""

from collections.abc import Sequence

from facialis.measures.around import Around
from facialis.measures.history import History, Treatment
from facialis.measures.overview import Course, Now
from facialis.measures.surgery import EARLIEST_JUDGED_DAYS, SurgeryCourse
from facialis.measures.toxin import CycleComparison, ToxinCourse, ToxinCycle
from facialis.report.interval_words import (
    BRACKETS,
    CLOSURE_NEEDED,
    columns,
    many,
    points,
    value,
    why,
    wrapped,
)
from facialis.report.words import number
from facialis.types import Measure

NOTHING_YET = (
    "There is nothing yet to tell a course from: add a recording (`facialis record add VIDEO`) or a day of "
    "the diary (`facialis diary add`)."
)
MOST_TREATMENTS = 6
LONGEST_NAME = 32
KINDS = {"toxin": "toxin", "surgery": "surgery", "medication": "drug", "other": "treatment"}
REACH = "could have shown: the least fall that those recordings would have shown with a chance of 80 %."


def course_lines(history: History, course: Course, who: str, every: bool = False) -> list[str]:
    """Return the course in lines. `who` says whose or of which side; `every` shows all treatments and
    cycles."""
    if course.now is None:
        return wrapped(NOTHING_YET)
    shown = course.treatments if every else course.treatments[-MOST_TREATMENTS:]
    told = [*wrapped(_held(history, who)), *_now(course.now), ""]
    told += treatment_lines(shown)
    if len(shown) < len(course.treatments):
        told.append(f"{len(course.treatments) - len(shown)} earlier ones: --all shows them.")
    for toxin in course.toxin if every else course.toxin[-1:]:
        told += ["", *toxin_lines(toxin, every)]
    if course.surgery is not None:
        told += ["", *surgery_lines(course.surgery)]
    lacking = [line for sentence in missing(course) for line in wrapped(f"  {sentence}")]
    told += ["", "What cannot be told yet:", *lacking] if lacking else []
    notes = [line for note in course.notes for line in wrapped(note)]
    return [*told, "", *notes, *wrapped(BRACKETS)]


def treatment_words(treatment: Treatment) -> str:
    """Return a treatment as a name: day, kind, what it was."""
    return f"{treatment.day} {KINDS[treatment.kind]} {treatment.name}".rstrip()


def treatment_lines(around: Sequence[Around]) -> list[str]:
    """Return one row for each treatment: after it against before it."""
    if not around:
        return wrapped(
            "There is no treatment in the record; `facialis treatment add` adds one. `facialis compare` sets "
            "one time against another."
        )
    rows = [
        ["after against before", "counted: times as often", "could have shown", "felt, of 10", "eye shuts, %"]
    ]
    for each in around:
        change, fall = each.change, each.change.smallest_fall.value
        rows.append(
            [
                _short(treatment_words(each.treatment)),
                value(change.rate_ratio),
                "-" if fall is None else number(fall, 2),
                points(change.felt_difference),
                value(change.closure_difference, signed=True, decimals=0),
            ]
        )
    beside = [f"{each.treatment.day}: {each.beside}" for each in around if each.beside]
    return [*columns(rows), *(line for each in (REACH, *beside) for line in wrapped(f"  {each}"))]


def toxin_lines(course: ToxinCourse, every: bool = False) -> list[str]:
    """Return what is known of the toxin's cycles: the latest one, or every one."""
    if course.reason:
        return wrapped(f"Toxin: {course.reason}.")
    pairs = {pair.later.day: pair for pair in course.comparisons}
    numbered = list(enumerate(course.cycles, start=1))
    told = []
    for n, cycle in numbered if every else numbered[-1:]:
        told += _cycle(n, cycle)
        told += _pair(pairs[cycle.treatment.day]) if cycle.treatment.day in pairs else []
    return told


def surgery_lines(course: SurgeryCourse) -> list[str]:
    """Return how it stands after surgery; chances only once nothing speaks of them too early."""
    if course.treatment is None:
        return []
    told = [f"{treatment_words(course.treatment)}: {course.words.rstrip('.')}."]
    if course.fading_days.value is not None:
        told.append(f"  The spasms fade with a time constant of {value(course.fading_days, ' days')}.")
    if course.chances and is_late(course):
        kinds = [(c.label.partition(": ")[2], c.value) for c in course.chances]
        likely = [f"{kind} {number(chance, 2)} %" for kind, chance in kinds if chance and chance >= 1]
        told.append(f"  Chances of what kind of course it is: {'; '.join(likely)}.")
    if course.weakness:
        told.append(f"  {course.weakness}")
    return [line for sentence in told for line in wrapped(sentence)]


def is_late(course: SurgeryCourse) -> bool:
    """Whether six months have gone by, as the course's own words take it."""
    return f"before {EARLIEST_JUDGED_DAYS} days" not in course.words


def missing(course: Course) -> list[str]:
    """Return what cannot be told of the latest treatment, and what would be needed, each once."""
    told: dict[str, None] = {}
    for each in course.treatments[-1:]:
        day, change = each.treatment.day, each.change
        for what, measure in (("counted", change.rate_ratio), ("felt", change.felt_difference)):
            if measure.value is None:
                told[f"{day}, {what}: {why(measure)}."] = None
        if change.closure_difference.value is None:
            told[f"{day}, closure of the eye: {_closure_reason(change.closure_difference)}."] = None
    for cycle in [cycle for toxin in course.toxin[-1:] for cycle in toxin.cycles[-1:]]:
        for what, measure in (
            ("its beginning", cycle.onset_day),
            ("its height", cycle.plateau_effect),
            ("its wearing off", cycle.half_loss_week),
        ):
            if measure.value is None:
                told[f"Toxin of {cycle.treatment.day}, {what}: {why(measure)}."] = None
    return list(told)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3].rstrip()}..."


def _closure_reason(measure: Measure) -> str:
    reason = why(measure)
    return f"{reason}; {CLOSURE_NEEDED}" if "needs about" in reason else reason


def _held(history: History, who: str) -> str:
    days = [r.on for r in history.recordings] + [d.day for d in history.diary]
    recordings, diary = many(len(history.recordings), "recording"), many(len(history.diary), "diary day")
    until = f" to {max(days)}" if max(days) > min(days) else ""
    return f"{who}: {recordings}, {diary}, {min(days)}{until}."


def _now(now: Now) -> list[str]:
    counted = f"{value(now.rate)} spasms a minute" if now.rate.value is not None else why(now.rate)
    counted += f" ({why(now.rate)})" if now.rate.value is not None and now.rate.reason else ""
    felt = f"{value(now.felt, decimals=1)} of 10" if now.felt.value is not None else why(now.felt)
    bother = f"; bother {value(now.bother, decimals=1)}" if now.bother.value is not None else ""
    return wrapped(
        f"Latest {now.span.days} days, to {now.span.last}. Counted: {counted}. Felt: {felt}{bother}."
    )


def _cycle(n: int, cycle: ToxinCycle) -> list[str]:
    told = []
    if cycle.onset_day.value is not None:
        told.append(f"half of the effect was there on day {value(cycle.onset_day)}")
    if cycle.plateau_effect.value is not None:
        told.append(f"at its height {value(cycle.plateau_effect, ' %')} fewer spasms than without toxin")
    if cycle.half_loss_week.value is not None:
        told.append(f"half of that was gone in week {value(cycle.half_loss_week)}")
    head = f"Toxin cycle {n}, {cycle.treatment.day} {cycle.treatment.name}".rstrip()
    return [f"{head}:", *(f"  {each}" for each in told or ["nothing can be told of it yet"])]


def _pair(pair: CycleComparison) -> list[str]:
    effect, lasting = pair.effect_difference, pair.half_loss_difference
    told = []
    if effect.value is not None:
        told.append(f"height {value(effect, signed=True, decimals=0)} points of %")
    if lasting.value is not None:
        told.append(f"half-loss {value(lasting, signed=True, decimals=1)} weeks")
    if not told:
        return []
    open_ = all(m.low is not None and m.high is not None and m.low <= 0 <= m.high
                for m in (effect, lasting) if m.value is not None)  # fmt: skip
    tail = ": no difference can be told" if open_ else ""
    return wrapped(f"  against the cycle before: {', '.join(told)}{tail}")
