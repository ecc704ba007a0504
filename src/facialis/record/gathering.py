"""The record as the statistics take it: recordings as counts, entries as days, treatments. Pure.

What counts of a recording: its newest measurement, as people corrected it, of the affected side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean, median

from facialis.measures import history as plain
from facialis.measures.history import DiaryDay, History, RecordedRate
from facialis.record import sides
from facialis.record.acting import acting
from facialis.record.counting import Read, rate_of
from facialis.record.tasks import CLOSURE_TASK, is_task
from facialis.record.times import DAY_ENDS_H, diary_day, possible_day
from facialis.record.types import DiaryEntry, StoredRecording, Treatment
from facialis.settings import Settings
from facialis.types import SIDES, EventSide

CLOSURE_DAYS = 3.0
"""A closure tells of the spasms recorded at most so many days apart from it."""
LOST_SLEEP = "hours of lost sleep"
"""The factor made of the hours slept: how many fewer than that person's median."""
_KINDS: Mapping[str, plain.TreatmentKind] = {"toxin": "toxin", "surgery": "surgery", "drug": "medication"}


@dataclass(frozen=True)
class Gathered:
    """A history, the side it counts, and from what that is known; `rates` by the number of the recording.

    `notes` are sentences about what was left out, or may not go together. `doubt` is the first of them where
    it is in doubt which side is affected.
    """

    history: History
    side: EventSide | None
    side_from: str
    rates: Mapping[int, RecordedRate]
    notes: tuple[str, ...] = ()
    doubt: str = ""


def gather(
    reads: Sequence[Read],
    entries: Sequence[DiaryEntry] = (),
    treatments: Sequence[Treatment] = (),
    *,
    side: EventSide | None = None,
    task: str | None = None,
    day_ends_h: int = DAY_ENDS_H,
    settings: Settings | None = None,
    today: date | None = None,
) -> Gathered:
    """Return the history of one person.

    `side` and `task` are those told; without, the affected side is found (`side_of`) and every task counts
    but that of closure. Recordings that show the other side are left out, for they are mirrored most often
    and would look like a cure; so are those in which too little could be seen. As of `today`, what is of a
    day that cannot be is left out too: one entry of another century would move the latest weeks there.
    """
    settings = settings or Settings()
    reads, entries, treatments, odd = _of_possible_days(reads, entries, treatments, today)
    known, known_from = (side, "as told") if side else side_of(reads, treatments)
    asked = [read for read in reads if task is None or is_task(read.recording, task)]
    counted, notes = _counted(asked, known, settings, by_task=task is not None)
    rates = {
        read.recording.id: rate_of(read, known, day_ends_h, settings) for read in counted if known is not None
    }
    rates = _with_closures(rates, reads, known)
    if reads and known is None:
        notes = ("No recording shows clearly which side is affected; say it with --side.",)
    counting, unused = acting(treatments, known)
    history = History(
        tuple(sorted(rates.values(), key=lambda rate: rate.when)),
        days_of(entries),
        tuple(_treatment(each) for each in counting),
    )
    doubt = "" if side else _doubt_of(reads)
    notes = (*((doubt,) if doubt else ()), *notes, *unused, *odd)
    return Gathered(history, known, known_from, rates, notes, doubt)


def _of_possible_days(
    reads: Sequence[Read], entries: Sequence[DiaryEntry], treatments: Sequence[Treatment], today: date | None
) -> tuple[Sequence[Read], Sequence[DiaryEntry], Sequence[Treatment], tuple[str, ...]]:
    """Leave out what was stored with a day that cannot be, and say so."""
    if today is None:
        return reads, entries, treatments, ()
    dated = (
        [("recording", read.recording.id, read.recording.at.utc.date(), read) for read in reads],
        [("diary entry", each.id, each.day or each.at.utc.date(), each) for each in entries],
        [("treatment", each.id, each.at.utc.date(), each) for each in treatments],
    )
    kept = [[row[3] for row in rows if possible_day(row[2], today)] for rows in dated]
    odd = tuple(
        f"{what.capitalize()} {number} left out: its day, {day}, cannot be; delete it and add it again with "
        f"the right one."
        for rows in dated
        for what, number, day, _ in rows
        if not possible_day(day, today)
    )
    return kept[0], kept[1], kept[2], odd  # type: ignore[return-value]


# The affected side


def side_of(reads: Sequence[Read], treatments: Sequence[Treatment]) -> tuple[EventSide | None, str]:
    """Return the affected side and from what it is known; None where nothing tells.

    The first clear recording tells, unless most clear ones contradict it (`sides.anchor_of`), else the side
    that all treatments name, else what the recordings show without being clear.
    """
    told = _sided(reads)
    anchor = sides.anchor_of(told)
    if anchor is not None and anchor.doubt:
        return anchor.side, f"most clear recordings, {anchor.recording_id} the first of them"
    if anchor is not None:
        return anchor.side, f"recording {anchor.recording_id}, the first clear one"
    treated = {each.side for each in treatments} - {None}
    if len(treated) == 1:
        return treated.pop(), "the treatments"
    shown = {each.verdict.side for each in told} & {*SIDES, "both"}
    if len(shown) == 1:
        only: EventSide = "left" if "left" in shown else "right" if "right" in shown else "both"
        return only, "the recordings, none of which is clear"
    return None, ""


def _sided(reads: Sequence[Read]) -> list[sides.Sided]:
    return [
        sides.Sided(r.recording.id, r.recording.at, r.measurement.verdict, r.recording.kind) for r in reads
    ]


def _doubt_of(reads: Sequence[Read]) -> str:
    anchor = sides.anchor_of(_sided(reads))
    return anchor.doubt if anchor is not None else ""


# Recordings


def _counted(
    reads: Sequence[Read], side: EventSide | None, settings: Settings, *, by_task: bool
) -> tuple[list[Read], tuple[str, ...]]:
    """Return the recordings whose spasms are counted, and sentences about the others."""
    kept, notes = [], []
    least = settings.measures.min_observed_s
    other = {"left": "right", "right": "left"}.get(side or "")
    swapped, short = [], []
    for read in reads:
        if not by_task and is_closure(read.recording):
            continue
        if read.measurement.verdict.side == other:
            swapped.append(read)
        elif read.measurement.quality.seconds_observed.get("both", 0.0) < least:
            short.append(read)
        else:
            kept.append(read)
    kept, left_out = _of_one_kind(kept)
    if swapped:
        notes.append(
            f"{_named(swapped)} left out: the {other} side is shown, not the {side}. Most often such a video "
            f"was stored as in a mirror (`facialis record measure NUMBER --mirrored`), or the channels of an "
            f"EMG were named for the wrong side (--channel)."
        )
    if short:
        notes.append(f"{_named(short)} left out: less than {least:g} s could be observed.")
    if left_out:
        notes.append(f"{_named(left_out)} left out: EMG and video do not see the same spasms.")
    return kept, (*notes, *_mixed(kept))


def _of_one_kind(reads: Sequence[Read]) -> tuple[list[Read], list[Read]]:
    videos = [read for read in reads if read.recording.kind == "video"]
    return (videos, [r for r in reads if r.recording.kind != "video"]) if videos else (list(reads), [])


def _mixed(reads: Sequence[Read]) -> list[str]:
    """Return what about the recordings may make a difference that is none of the person's."""
    notes = []
    tasks = sorted({read.recording.task for read in reads})
    if len(tasks) > 1:
        named = ", ".join(task or "none named" for task in tasks)
        notes.append(f"The recordings are of different tasks ({named}); --task takes those of one.")
    made = {(r.measurement.version, r.measurement.settings_digest, r.measurement.model) for r in reads}
    if len(made) > 1:
        notes.append(
            "The recordings were measured by different versions or settings; `facialis record measure --all` "
            "measures them alike."
        )
    undated = [read for read in reads if read.recording.time_source == "file"]
    if undated:
        notes.append(f"When: of {_named(undated)} only the date of the file is known, maybe that of a copy.")
    return notes


def _named(reads: Sequence[Read]) -> str:
    numbers = [str(read.recording.id) for read in reads]
    shown = ", ".join(numbers[:8]) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")
    return f"Recording{'s' if len(numbers) > 1 else ''} {shown}"


# Closure when asked


def is_closure(recording: StoredRecording) -> bool:
    """Tell whether the recording shows the eyes shut when asked to."""
    return is_task(recording, CLOSURE_TASK)


def _with_closures(
    rates: Mapping[int, RecordedRate], reads: Sequence[Read], side: EventSide | None
) -> dict[int, RecordedRate]:
    """Give each closure to the recording next to it in time, if that is near enough."""
    if side is None or side == "both":
        return dict(rates)
    given: dict[int, list[float]] = {}
    for read in reads:
        share = read.closure.get(side)
        distance = {
            n: abs((rate.when - read.recording.at.local).total_seconds()) for n, rate in rates.items()
        }
        if share is None or not distance:
            continue
        nearest = min(distance, key=lambda n: (distance[n], n))
        if distance[nearest] <= CLOSURE_DAYS * 86_400:
            given.setdefault(nearest, []).append(share)
    return {n: replace(r, closure=fmean(given[n])) if n in given else r for n, r in rates.items()}


# Diary and treatments


def days_of(entries: Sequence[DiaryEntry]) -> tuple[DiaryDay, ...]:
    """Return the diary by day.

    Of several entries of a day the felt strengths are averaged, and each factor counts at its strongest. A
    factor that none of them names is left out: it was not noted, which is not 0. Hours slept become the
    factor `LOST_SLEEP`.
    """
    usual = [entry.sleep_h for entry in entries if entry.sleep_h is not None]
    middle = median(usual) if usual else 0.0
    days: dict[date, list[DiaryEntry]] = {}
    for entry in entries:
        days.setdefault(entry.day or diary_day(entry.at), []).append(entry)
    return tuple(_day(day, part, middle) for day, part in sorted(days.items()))


def _day(day: date, part: Sequence[DiaryEntry], usual_sleep_h: float) -> DiaryDay:
    factors: dict[str, float] = {}
    for entry in part:
        for name, strength in entry.triggers.items():
            known = name.strip().casefold()
            factors[known] = max(strength, factors.get(known, 0.0))
    slept = [entry.sleep_h for entry in part if entry.sleep_h is not None]
    if slept:
        factors[LOST_SLEEP] = usual_sleep_h - fmean(slept)
    return DiaryDay(day, _mean(e.spasms for e in part), _mean(e.bother for e in part), factors)


def _mean(values: Iterable[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return fmean(told) if told else None


def _treatment(each: Treatment) -> plain.Treatment:
    until = each.until.local.date() if each.until else None
    given = each.at.local
    return plain.Treatment(given.date(), _KINDS[each.kind], each.name, until, None if each.by_day else given)
