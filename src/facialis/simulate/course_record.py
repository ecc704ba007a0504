"""A simulated course becomes a record: its recordings are measured like anybody's, no truth is copied."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facialis.errors import OutputError, RecordError, SourceError
from facialis.report.files import write_folder
from facialis.simulate.course import Course
from facialis.simulate.course_files import DIARY, TRUTH, ZONE, course_minutes, simulate_course, workers
from facialis.simulate.course_last import NOTE
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.treatments import Treatment
from facialis.types import Result

if TYPE_CHECKING:
    from facialis.record import Record
    from facialis.record.times import Moment

Progress = Callable[[float], None]
RECORD, SIMULATED = "record", "simulated"
CYCLE_DAYS, FIRST_DAY = 92, 45
_MEASURING = 1.5
"""Measuring a minute takes about so many times as long as simulating it."""


def demo_course(days: int = 365, seed: int = 1) -> Course:
    """Return the year of the demo: toxin every three months, a trigger that is real, three that are not.

    Recordings lie ten days apart, with two more just after each injection.
    """
    given = range(FIRST_DAY, days, CYCLE_DAYS)
    recorded = {*range(3, days, 10), *(day + after for day in given for after in (3, 9))}
    course = Course()
    return Course(
        replace(course.patient, minutes=1.25, seed=seed),
        days=days,
        every_days=min(10.0, days),
        recording_days=tuple(sorted(day for day in recorded if day < days)),
        treatments=tuple(Treatment("toxin", float(day), muscles=NERVE_MUSCLES) for day in given),
    )


def make_demo(
    out: str | Path, course: Course | None = None, *, jobs: int = 1, progress: Progress | None = None
) -> Path:
    """Simulate a course and make a record of it, in the new folder `out`: all or nothing. Return `out`.

    `out`/record is the record, `out`/simulated the course with its truth. `progress` is called with what is
    done, of `demo_minutes`. OutputError where `out` is there already or cannot be written.
    """
    out, course, tell = Path(out), course or demo_course(), progress or (lambda _: None)
    if out.exists():
        raise OutputError(f"{out} is there already; delete it, or choose another folder with --out.")
    with write_folder(out) as folder:
        simulate_course(course, folder / SIMULATED, jobs=jobs, progress=tell)
        before = course_minutes(course)
        add_course(
            folder / SIMULATED,
            folder / RECORD,
            jobs=jobs,
            progress=lambda done: tell(before + _MEASURING * done),
        )
    return out


def demo_minutes(course: Course) -> float:
    """Return how much `make_demo` has to do, in minutes of recordings to simulate."""
    recordings = len(course.recording_days) or round(course.days / course.every_days)
    return course_minutes(course) + _MEASURING * recordings * course.patient.minutes


def add_course(
    folder: str | Path, where: str | Path, *, jobs: int = 1, progress: Progress | None = None
) -> None:
    """Make a record at `where`, a new folder, of a simulated course; every recording in it is measured.

    `progress` is called with the minutes measured. SourceError where `folder` holds no whole course,
    RecordError where `where` is there already: simulated data never go into a record that is in use.
    """
    from facialis.record import open_record

    folder, where, tell = Path(folder), Path(where), progress or (lambda _: None)
    truth = _truth(folder)
    if where.exists():
        raise RecordError(f"{where} is there already; a simulated course needs a record of its own.")
    ready = _Ready()
    with open_record(where, measure=ready) as record:
        record.import_diary(folder / DIARY, ZONE)
        _add_told(record, truth)
        done, recordings = 0.0, truth["recordings"]
        with _results([folder / each["file"] for each in recordings], jobs) as results:
            for each, result in zip(recordings, results, strict=True):
                ready.result = result
                record.add(
                    folder / each["file"], at=_moment(each["when"]), zone=ZONE, task="rest", device=NOTE
                )
                done += each["minutes"]
                tell(done)


def _truth(folder: Path) -> dict[str, Any]:
    try:
        truth: dict[str, Any] = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
        if truth["schema"] == "facialis-course-truth" and truth["version"] == 1:
            return truth
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise SourceError(f"{folder} holds no whole simulated course; `facialis simulate course` makes one.")


def _add_told(record: "Record", truth: dict[str, Any]) -> None:
    from facialis.record import Questionnaire, Site
    from facialis.record import Treatment as Told

    for each in truth["given"]:
        sites = tuple(Site(muscle.replace("_", " "), truth["side"]) for muscle in each["muscles"])
        side = truth["side"] if each["kind"] in ("toxin", "surgery") else None
        until = _moment(each["until"]) if each["until"] else None
        told = Told(each["kind"], each["name"], _moment(each["when"]), sites=sites, side=side, until=until)
        record.add_treatment(replace(told, note=NOTE))
    for each in truth["questionnaires"]:
        record.add_questionnaire(Questionnaire(each["name"], _moment(each["when"]), each["total"], note=NOTE))


def _moment(when: str) -> "Moment":
    from facialis.record import moment

    return moment(datetime.fromisoformat(when).isoformat(sep=" ", timespec="minutes"), ZONE)


class _Ready:
    """Gives the record what another process has measured."""

    result: Result | None = None

    def __call__(self, path: Path, **_: Any) -> Result:
        """Return the result that is ready."""
        if self.result is None:
            raise SourceError(f"{path} was not measured.")
        return self.result


@contextmanager
def _results(paths: Sequence[Path], jobs: int) -> Iterator[Iterator[Result]]:
    """Yield the results of the recordings, in their order."""
    if jobs <= 1:
        yield map(_measured, paths)
        return
    with workers(jobs) as pool:
        yield pool.imap(_measured, paths)


def _measured(path: Path) -> Result:
    from facialis.measure import measure

    return measure(path)
