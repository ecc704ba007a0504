"""Records that nobody designs for and everybody has: empty, endless, without spaces, with long names."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import keeps
from keeps import at, made, nothing, small, small_found, toxin

from facialis.measures.history import History
from facialis.record.types import DiaryEntry, Treatment
from facialis.report.doctor.kept import Found, Kept, Wishes, look

Wild = tuple[Kept, Found, Wishes]
EMPTY = look(History())
WISHES = Wishes("A. B.", "spring 2019")
LONG = "a word and another " * 400
EVERY_DAY = list(range(320))


def _hundreds() -> Wild:
    kept = made(keeps.reads_on(EVERY_DAY), keeps.entries_on(EVERY_DAY), [toxin(30)])
    return kept, small_found(), WISHES


def _long_notes() -> Wild:
    notes = [DiaryEntry(at(d), spasms=3.0, note=LONG, day=at(d).local.date()) for d in range(30)]
    return made([], notes, []), EMPTY, WISHES


def _many_treatments() -> Wild:
    many = [toxin(day, "A very long name of a product " * 9) for day in range(0, 300, 3)]
    return replace(keeps.year(), treatments=tuple(many)), small_found(), WISHES


def _many_factors() -> Wild:
    found = small_found()
    one = found.triggers.answers[0]
    answers = tuple(replace(one, factor=f"{k} factor with a name " * 20) for k in range(90))
    return small(), replace(found, triggers=replace(found.triggers, answers=answers)), WISHES


def _long_reasons() -> Wild:
    found = small_found()
    assert found.last is not None
    change = found.last.change

    def lacking(measure: keeps.Measure) -> keeps.Measure:
        return replace(measure, value=None, reason=LONG[:300])

    change = replace(
        change,
        rate_before=lacking(change.rate_before),
        rate_after=lacking(change.rate_after),
        rate_ratio=lacking(change.rate_ratio),
        smallest_fall=lacking(change.smallest_fall),
        felt_difference=lacking(change.felt_difference),
        smallest_felt=lacking(change.smallest_felt),
    )
    return (
        small(),
        replace(found, course=replace(found.course, treatments=(replace(found.last, change=change),))),
        WISHES,
    )


def _everything() -> Wild:
    entries = [replace(e, note="n" * 3000, triggers={"t" * 500: 1.0}) for e in keeps.entries_on(EVERY_DAY)]
    many = [toxin(day, "Щ" * 400) for day in range(0, 300, 2)]
    drugs = [
        Treatment("drug", "D" * 300, at(d), dose=1.5, dose_unit="mg" * 60, until=at(d + 9))
        for d in range(0, 300, 5)
    ]
    kept = made(keeps.reads_on(EVERY_DAY), entries, [*many, *drugs])
    kept = replace(
        kept,
        recordings=tuple(replace(r, task="task " * 90, device="d" * 400) for r in kept.recordings),
        last_measures=tuple(replace(m, label=m.label + " and more of it" * 9) for m in kept.last_measures),
        notes=("note " * 300,) * 20,
        questionnaires=keeps.year().questionnaires,
    )
    return kept, small_found(), Wishes(LONG, LONG, LONG)


WILD: Mapping[str, Callable[[], Wild]] = {
    "nothing": lambda: (nothing(), EMPTY, Wishes()),
    "one recording": lambda: (made(keeps.reads_on([5]), [], []), EMPTY, WISHES),
    "hundreds of recordings": _hundreds,
    "long notes": _long_notes,
    "long words of ones own": lambda: (small(), small_found(), Wishes(LONG, LONG, LONG)),
    "words without a space": lambda: (small(), small_found(), Wishes("w" * 4000, "s" * 4000, "o" * 4000)),
    "wide letters": lambda: (small(), small_found(), Wishes("Щ" * 500, "Ω" * 500, "W Щ Ж " * 900)),
    "many treatments with long names": _many_treatments,
    "many factors with long names": _many_factors,
    "many notes about quality": lambda: (
        replace(small(), notes=tuple(f"{k}. {LONG}" for k in range(40))),
        small_found(),
        WISHES,
    ),
    "long reasons": _long_reasons,
    "everything at once": _everything,
}
"""What the record holds, what statistics say of it (made up), and what the person wishes."""
