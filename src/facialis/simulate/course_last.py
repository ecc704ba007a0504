"""What follows from a whole simulated course: truth, diary, commands that make a record of it, the page."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from facialis.simulate.course import Course
from facialis.simulate.course_days import EVENING, Day, PlannedRecording
from facialis.simulate.course_diary import Entry, Total, diary_of, felt_of, felt_points, totals_of
from facialis.simulate.course_files import (
    COMMANDS,
    DIARY,
    PAGE,
    RECORDINGS,
    TRUTH,
    TRUTHS,
    ZONE,
    write_text,
)
from facialis.simulate.course_rates import Rates, TrueYear, factor_times, rates_in
from facialis.simulate.patient import Patient
from facialis.simulate.performance import read_truth
from facialis.simulate.treatments import DRUGS, Treatment
from facialis.version import __version__

NOTE = "simulated"
OPERATION = "microvascular decompression"
TOXIN = "botulinum toxin"
_DIGITS, _MORNING_H = 6, 10.0


@dataclass(frozen=True)
class Given:
    """A treatment as a record takes it: toxin of one day together, with its muscles."""

    kind: str
    name: str
    when: datetime
    muscles: tuple[str, ...] = ()
    until: datetime | None = None


def write_last(
    course: Course,
    folder: Path,
    days: Sequence[Day],
    planned: Sequence[PlannedRecording],
    year: TrueYear,
) -> None:
    """Write all that follows from the recordings and the true rates. Raises OutputError."""
    from facialis.simulate.course_page import course_page

    entries, totals = diary_of(course, days, year), totals_of(course, days, year)
    truth = truth_body(course, folder, days, planned, year, entries)
    truth["given"] = [_plain(each) for each in given(course)]
    truth["questionnaires"] = [_plain(each) for each in totals]
    write_text(folder / TRUTH, json.dumps(truth, indent=1) + "\n")
    write_text(folder / DIARY, diary_csv(entries))
    write_text(folder / COMMANDS, "\n".join(commands(course, planned, totals)) + "\n")
    write_text(folder / PAGE, course_page(course, truth, entries))


def truth_body(
    course: Course,
    folder: Path,
    days: Sequence[Day],
    planned: Sequence[PlannedRecording],
    year: TrueYear,
    entries: Sequence[Entry],
) -> dict[str, Any]:
    """Return the truth: what each factor does, every day's rates, what each recording holds."""
    usual = year.response.usual
    felt = felt_of(course, days, year.days, usual.shown_share)
    written = {entry.day for entry in entries}
    return {
        "schema": "facialis-course-truth",
        "version": 1,
        "simulated": True,
        "person": None,
        "facialis": __version__,
        "side": course.patient.side,
        "usual": _rates(usual),
        "factors": [_factor(course, year, number) for number in range(len(course.factors))],
        "treatments": [asdict(treatment) for treatment in course.treatments],
        "days": [
            {
                "day": day.day,
                "date": day.date.isoformat(),
                **_rates(rate),
                "readiness": round(day.readiness, _DIGITS),
                "block": _block(course, day.day),
                "felt": round(float(felt[day.day]), _DIGITS),
                "mood": round(day.mood, _DIGITS),
                "factors": dict(day.strengths),
                "entry": day.day in written,
            }
            for day, rate in zip(days, year.days, strict=True)
        ],
        "recordings": [_recording(folder, each) for each in planned],
    }


def _plain(told: Given | Total) -> dict[str, Any]:
    """Return it as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(told).items()
    }


def _rates(rates: Rates) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in asdict(rates).items()}


def _factor(course: Course, year: TrueYear, number: int) -> dict[str, Any]:
    """Return a factor with what it does when it is noted as 10, on a usual day without treatment."""
    factor, usual = course.factors[number], year.response.usual.shown_share
    ordered, shown, share = (float(times) for times in factor_times(year.response, factor, 10))
    felt = felt_points(course, share * usual, usual) - felt_points(course, usual, usual)
    return {
        **asdict(factor),
        "real": factor.acts_as is not None,
        "ordered_times": round(ordered, _DIGITS),
        "shown_times": round(shown, _DIGITS),
        "felt_points": round(felt, _DIGITS),
    }


def _block(course: Course, day: int) -> dict[str, float]:
    patient = Patient(**{**vars(course.patient), "treatments": course.treatments, "day": day + EVENING})
    return {muscle: round(share, _DIGITS) for (_, muscle), share in patient.today().block.items()}


def _recording(folder: Path, planned: PlannedRecording) -> dict[str, Any]:
    truth = read_truth(folder / TRUTHS / f"{planned.name}.truth.json")
    return {
        "file": f"{RECORDINGS}/{planned.name}.edf",
        "day": planned.day,
        "when": planned.when.isoformat(),
        "minutes": planned.patient.minutes,
        **_rates(rates_in(truth.nerve, truth.events, planned.patient.minutes)),
    }


# What a record takes


def diary_csv(entries: Sequence[Entry]) -> str:
    """Return the diary as `facialis diary import` reads it; every entry says that it is simulated."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["when", "zone", "spasms", "bother", "sleep_h", "mood", "triggers", "note"])
    for entry in entries:
        numbers = [
            "" if value is None else f"{value:g}"
            for value in (entry.spasms, entry.bother, entry.sleep_h, entry.mood)
        ]
        triggers = ";".join(f"{name}={strength:g}" for name, strength in entry.triggers.items())
        out.writerow([f"{entry.when:%Y-%m-%d %H:%M}", ZONE, *numbers, triggers, NOTE])
    return text.getvalue()


def given(course: Course) -> tuple[Given, ...]:
    """Return the treatments as a record takes them, in the order of time."""
    toxin: dict[int, list[Treatment]] = {}
    made: list[Given] = []
    for treatment in sorted(course.treatments, key=lambda each: each.day):
        if treatment.kind == "toxin":
            toxin.setdefault(int(treatment.day), []).append(treatment)
        elif treatment.kind in DRUGS:
            end = None if treatment.until_day is None else _at(course, treatment.until_day)
            made.append(Given("drug", treatment.kind, _at(course, treatment.day), until=end))
        else:
            made.append(Given("surgery", OPERATION, _at(course, treatment.day)))
    for same in toxin.values():
        muscles = dict.fromkeys(muscle for treatment in same for muscle in treatment.muscles)
        made.append(Given("toxin", TOXIN, _at(course, same[0].day), tuple(muscles)))
    return tuple(sorted(made, key=lambda each: each.when))


def _at(course: Course, day: float) -> datetime:
    """Return when a treatment was given; one of a whole day in the morning."""
    hours = 24 * day if day % 1 else 24 * day + _MORNING_H
    return datetime.combine(course.start, time(0)) + timedelta(minutes=round(60 * hours))


def commands(course: Course, planned: Sequence[PlannedRecording], totals: Sequence[Total]) -> Iterator[str]:
    """Yield commands that, run inside the folder, make a record of it in the folder `record`."""
    record = f"--record record --zone {ZONE}"
    side = course.patient.side
    yield f"facialis diary import {DIARY} {record}"
    for each in given(course):
        sites = "".join(f' --site "{muscle.replace("_", " ")}:{side}"' for muscle in each.muscles)
        more = f" --side {side}" if each.kind == "surgery" else sites
        more += f' --until "{each.until:%Y-%m-%d %H:%M}"' if each.until else ""
        yield (
            f'facialis treatment add {each.kind} "{each.name}"{more} '
            f'--when "{each.when:%Y-%m-%d %H:%M}" --note {NOTE} {record}'
        )
    for total in totals:
        yield (
            f"facialis questionnaire add {total.name} --total {total.total} "
            f'--when "{total.when:%Y-%m-%d %H:%M}" --note {NOTE} {record}'
        )
    for planned_one in planned:
        yield (
            f"facialis record add {RECORDINGS}/{planned_one.name}.edf --task rest --device {NOTE} "
            f'--when "{planned_one.when:%Y-%m-%d %H:%M}" {record}'
        )
