"""A simulated year as a folder: begun, stopped anywhere, gone on with, and then the same to the last bit.

The configuration comes first and says whose folder it is; each recording is written beside and renamed;
what follows from all of them (truth, diary, commands, page) comes last.
"""

import json
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import repeat
from pathlib import Path
from typing import Any

from facialis.errors import OutputError, SettingsError
from facialis.report.files import write_beside
from facialis.simulate.course import Course
from facialis.simulate.course_days import PlannedRecording, days_of, recordings_of
from facialis.simulate.course_rates import true_year
from facialis.simulate.edf import write_edf
from facialis.simulate.patient import simulate_patient
from facialis.simulate.performance import write_truth
from facialis.simulate.scene import Scene
from facialis.simulate.tables import nerve_tables
from facialis.version import __version__

CONFIG, TRUTH, PAGE = "course.config.json", "course.truth.json", "page.html"
DIARY, COMMANDS = "diary.csv", "commands.txt"
RECORDINGS, TRUTHS = "recordings", "truth"
ZONE = "UTC"
_LOCK = ".facialis-lock"
_RATES_MIN = 30.0
"""What the true rates take, in minutes of recording that take as long."""
Progress = Callable[[float], None]


def simulate_course(
    course: Course, folder: str | Path, *, jobs: int = 1, progress: Progress | None = None
) -> Path:
    """Simulate a course into a folder and return it; a folder that was begun by the same course is finished.

    Writes recordings/day-NNNN.edf (and .mp4 with film), truth/day-NNNN.truth.json, course.config.json,
    course.truth.json, diary.csv, commands.txt, page.html. `progress` is called with the minutes simulated, of
    `course_minutes`. With more than one job, processes are started: a script needs its main guard then.
    SettingsError where the folder holds another course or other files, OutputError where it cannot be
    written.
    """
    folder, tell = Path(folder), progress or (lambda _: None)
    days = days_of(course)
    planned = recordings_of(course, days)
    with _begun(course, folder):
        missing = [each for each in planned if not _is_whole(course, folder, each)]
        done = sum(each.patient.minutes for each in planned if each not in missing)
        tell(done)
        for minutes in _made(course, folder, missing, jobs):
            done += minutes
            tell(done)
        year = true_year(course, days, lambda share: tell(done + share * _RATES_MIN))
        from facialis.simulate.course_last import write_last

        write_last(course, folder, days, planned, year)
        tell(course_minutes(course))
    return folder


def course_minutes(course: Course) -> float:
    """Return how much there is to do, in minutes of recordings."""
    return len(recordings_of(course, days_of(course))) * course.patient.minutes + _RATES_MIN


def course_config(course: Course) -> dict[str, Any]:
    """Return everything the course follows from, as JSON can hold it."""
    body = {
        "schema": "facialis-course",
        "version": 1,
        "simulated": True,
        "person": None,
        "facialis": __version__,
        "nerve_tables": nerve_tables().digest,
        "course": {**asdict(course), "start": course.start.isoformat()},
    }
    told: dict[str, Any] = json.loads(json.dumps(body))
    return told


# The folder


@contextmanager
def _begun(course: Course, folder: Path) -> Iterator[None]:
    """Make the folder or take it up again, alone, without what a killed program left behind."""
    from facialis.record.locks import LockedError, lock

    _check_folder(course, folder)
    try:
        for each in (folder, folder / RECORDINGS, folder / TRUTHS):
            each.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error.strerror}); choose another folder.") from error
    try:
        with lock(folder / _LOCK):
            for each in (folder, folder / RECORDINGS, folder / TRUTHS):
                _remove_leftovers(each)
            if not (folder / CONFIG).exists():
                write_text(folder / CONFIG, json.dumps(course_config(course), indent=1) + "\n")
            yield
            (folder / _LOCK).unlink(missing_ok=True)
    except LockedError:
        raise SettingsError(f"Another program simulates into {folder}; wait until it is done.") from None


def _check_folder(course: Course, folder: Path) -> None:
    config = folder / CONFIG
    if config.exists():
        try:
            told = json.loads(config.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = None
        if told != course_config(course):
            raise SettingsError(
                f"{folder} holds another course, or that of another version; give its options or another "
                f"folder."
            )
    elif folder.exists() and any(each.name != _LOCK for each in _inside(folder)):
        raise SettingsError(f"{folder} holds other files; choose a new folder.")


def _inside(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise SettingsError(f"{folder} is a file; choose a new folder.")
    return (
        each
        for each in folder.iterdir()
        if not (each.name in (RECORDINGS, TRUTHS) and each.is_dir() and not any(each.iterdir()))
    )


def _remove_leftovers(folder: Path) -> None:
    for each in folder.glob(".*"):
        if each.name != _LOCK and (each.name.startswith(".facialis-") or each.suffix == ".part"):
            with suppress(OSError):
                each.unlink()


# Recordings


def _is_whole(course: Course, folder: Path, planned: PlannedRecording) -> bool:
    return all(path.exists() for path in _paths(course, folder, planned))


def _paths(course: Course, folder: Path, planned: PlannedRecording) -> tuple[Path, ...]:
    """Return the files of a recording; the last one is written last."""
    recording = folder / RECORDINGS / planned.name
    film = (recording.with_suffix(".mp4"),) if course.film else ()
    return (folder / TRUTHS / f"{planned.name}.truth.json", *film, recording.with_suffix(".edf"))


def _made(course: Course, folder: Path, planned: Sequence[PlannedRecording], jobs: int) -> Iterator[float]:
    """Make the recordings, and yield the minutes of each once it is there."""
    if jobs <= 1 or len(planned) < 2:
        for each in planned:
            yield _make(course, folder, each)
        return
    with workers(min(jobs, len(planned))) as pool:
        yield from pool.imap_unordered(_make_told, zip(repeat(course), repeat(folder), planned))


@contextmanager
def workers(jobs: int) -> Iterator[Any]:
    """Yield a pool of new processes, which end with it; an interruption is the first process' matter."""
    # Not forked: threads of compiled code do not survive that.
    with multiprocessing.get_context("spawn").Pool(jobs, _not_interrupted) as pool:
        yield pool


def _not_interrupted() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make_told(told: tuple[Course, Path, PlannedRecording]) -> float:
    return _make(*told)


def _make(course: Course, folder: Path, planned: PlannedRecording) -> float:
    activity = simulate_patient(planned.patient)
    truth, *film, emg = _paths(course, folder, planned)
    with write_beside(truth) as temporary:
        write_truth(activity.muscles.performance, temporary)
    for path in film:
        from facialis.simulate.face import render_video

        scene = Scene(seed=planned.patient.seed, gaze_motion_deg=2.0, head_motion_deg=1.5)
        render_video(activity.muscles.performance, scene, path)
    write_edf(
        activity.muscles.emg, activity.muscles.performance, emg, planned.patient.emg, start=planned.when
    )
    return planned.patient.minutes


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all, with the same line ends on every system. Raises OutputError."""
    with write_beside(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
