"""The folder of a simulated year: whole, labelled, stopped anywhere and gone on with to the same last bit."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import edfio
import pytest
from courses import TINY, hashes, quick_references, small, toxin

import facialis
from facialis.cli import cli
from facialis.console import run
from facialis.errors import OutputError, SettingsError
from facialis.record.locks import lock
from facialis.simulate import course_files
from facialis.simulate.artery import Cause
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.course import Course
from facialis.simulate.course_figures import factors_svg
from facialis.simulate.course_files import CONFIG, course_config, course_minutes, simulate_course
from facialis.simulate.page import cause_title, treatment_words
from facialis.simulate.performance import read_truth
from facialis.simulate.treatments import Treatment

COURSE = small(treatments=(toxin(8),))
LAST = {"course.config.json", "course.truth.json", "diary.csv", "commands.txt", "page.html"}


class StoppedError(Exception):
    """Stands for a program that is cut off."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_references(monkeypatch)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The course, simulated at a stretch."""
    with pytest.MonkeyPatch.context() as patched:
        quick_references(patched)
        yield simulate_course(COURSE, tmp_path_factory.mktemp("whole") / "year")


def stopped_after(recordings: int, folder: Path) -> None:
    """Simulate, and be cut off once so many recordings are there."""

    def stop(done: float) -> None:
        if done >= recordings * TINY.minutes - 1e-9:
            raise StoppedError

    with pytest.raises(StoppedError):
        simulate_course(COURSE, folder, progress=stop)


# The whole folder


def test_all_files_are_there_and_nothing_else(whole: Path) -> None:
    names = set(hashes(whole))
    recordings = {name for name in names if name.startswith("recordings")}
    assert len(recordings) == 4
    assert {Path(name).name for name in names if name.startswith("truth")} == {
        f"{Path(name).stem}.truth.json" for name in recordings
    }
    assert names - recordings - {name for name in names if name.startswith("truth")} == LAST


def test_every_file_says_that_it_is_simulated(whole: Path) -> None:
    for path in whole.rglob("*"):
        if path.suffix == ".edf":
            edf = edfio.read_edf(path)
            assert "simulated" in edf.recording.additional
            assert edf.patient.name == "X"
            assert any("no person was recorded" in note.text for note in edf.annotations)
        elif path.suffix == ".json":
            assert json.loads(path.read_text(encoding="utf-8"))["simulated"] is True
        elif path.name == "diary.csv":
            lines = path.read_text(encoding="utf-8").splitlines()[1:]
            assert lines
            assert all(line.endswith(",simulated") for line in lines)
        elif path.is_file():
            assert "imulated" in path.read_text(encoding="utf-8")


def test_the_recordings_carry_their_simulated_time(whole: Path) -> None:
    truth = json.loads((whole / "course.truth.json").read_text(encoding="utf-8"))
    for each in truth["recordings"]:
        edf = edfio.read_edf(whole / each["file"])
        assert f"{edf.startdate}T{edf.starttime}" == each["when"]


def test_the_truth_of_the_course_is_that_of_its_recordings(whole: Path) -> None:
    truth = json.loads((whole / "course.truth.json").read_text(encoding="utf-8"))
    assert [day["day"] for day in truth["days"]] == list(range(COURSE.days))
    assert [factor["real"] for factor in truth["factors"]] == [True, False, False, False]
    assert all(factor["shown_times"] == 1 and factor["felt_points"] == 0 for factor in truth["factors"][1:])
    for each in truth["recordings"]:
        told = read_truth(whole / "truth" / f"{Path(each['file']).stem}.truth.json")
        episodes = sum(event.kind == "episode" for event in told.nerve)
        assert each["ordered_per_min"] == pytest.approx(episodes / each["minutes"], abs=1e-5)
    blocked = [day["block"].get("orbicularis_oculi", 0.0) for day in truth["days"]]
    assert blocked[7] == 0 < blocked[8] < blocked[14]


def test_the_page_shows_the_year_and_loads_nothing(whole: Path) -> None:
    page = (whole / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert page.count("the nerve orders (line") == page.count("the face shows (line") == 1
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    for factor in COURSE.factors:
        assert factor.name in page


@pytest.mark.parametrize(
    ("days", "first", "least", "most"), [(2, "6 Jan", 2, 2), (30, "6 Jan", 7, 10), (100, "Feb", 3, 4),
    (365, "Feb", 11, 12), (3660, "Feb 2025", 8, 12)],
)  # fmt: skip
def test_every_length_of_course_has_its_days_or_months_below(
    days: int, first: str, least: int, most: int
) -> None:
    course = replace(COURSE, days=days, every_days=1.0, recording_days=(1,), treatments=())
    none = dict.fromkeys((each.name for each in course.factors), 0.0)
    truth = {"days": [{"day": d, "factors": none} for d in range(days)]}
    marks = re.findall(r'text-anchor="middle"[^>]*>([^<]+)<', factors_svg(course, truth))
    assert marks[0] == first
    assert least <= len(marks) <= most
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("treatment", "words"),
    [
        (Treatment("toxin", 3, 0.8, ("mentalis",)), "toxin into the mentalis on day 3, 80 % of its largest"),
        (Treatment("toxin", 3, muscles=tuple(MUSCLE_SHARE)), "toxin into all muscles on day 3, 100 %"),
        (Treatment("carbamazepine", 0, until_day=60), "100 % of its largest effect, until day 60"),
        (Treatment("decompression", 1, shifted_on_day=9), "effect; the pad slips on day 9"),
    ],
)
def test_a_treatment_is_told_with_all_that_was_asked_for(treatment: Treatment, words: str) -> None:
    assert words in treatment_words(treatment)
    assert "toxin" in treatment_words(treatment) or "muscle" not in treatment_words(treatment)


@pytest.mark.parametrize(
    ("cause", "title"),
    [("none", "Healthy nerve"), ("vertebral artery", "Vertebral artery"), (Cause(), "A cause of its own")],
)
def test_a_title_never_reads_as_if_nothing_was_found(cause: object, title: str) -> None:
    assert cause_title(cause) == title


def test_the_configuration_holds_all_and_seed_and_version(whole: Path) -> None:
    told = json.loads((whole / CONFIG).read_text(encoding="utf-8"))
    assert told == course_config(COURSE)
    assert told["facialis"] == facialis.__version__
    assert told["course"]["patient"]["seed"] == COURSE.patient.seed
    assert told["course"]["treatments"][0]["kind"] == "toxin"


# Stopped and gone on with


@pytest.mark.parametrize("recordings", [0, 1, 3, 4])
def test_stopped_anywhere_the_same_course_goes_on_to_the_same_folder(
    recordings: int, whole: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "year"
    stopped_after(recordings, folder)
    there = [path for path in folder.rglob("*.edf") if not path.name.startswith(".")]
    assert len(there) == recordings
    assert not (folder / "diary.csv").exists()
    before = {path: path.stat().st_mtime_ns for path in there}
    simulate_course(COURSE, folder)
    assert hashes(folder) == hashes(whole)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("place", ["write_truth", "write_edf"])
def test_cut_off_within_a_file_nothing_half_is_taken_for_whole(
    place: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, good = tmp_path / "year", getattr(course_files, place)
    left = iter(range(3))

    def cut(*arguments: Any, **named: Any) -> Any:
        if next(left) == 2:
            (folder / "recordings" / ".day-0001.edf.part").write_bytes(b"half")
            (folder / "truth" / ".facialis-0123456789ab.json").write_bytes(b"half")
            raise StoppedError
        return good(*arguments, **named)

    monkeypatch.setattr(course_files, place, cut)
    with pytest.raises(StoppedError):
        simulate_course(COURSE, folder)
    monkeypatch.setattr(course_files, place, good)
    simulate_course(COURSE, folder)
    assert hashes(folder) == hashes(whole)


def test_killed_with_its_workers_the_same_command_goes_on(tmp_path: Path) -> None:
    """The command itself, in processes of its own: killed once, then finished, and once at a stretch."""
    options = ["--days", "12", "--every", "3", "--minutes", "0.05", "--axons", "40", "--jobs", "2"]
    line = [sys.executable, "-c", _PROGRAM, "simulate", "course", *options, "--out"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    folder = tmp_path / "killed"
    process = subprocess.Popen([*line, str(folder)], start_new_session=True, **quiet)
    until = time.monotonic() + 300
    while not any(folder.glob("recordings/day-*.edf")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (folder / "page.html").exists()
    for each in (folder, tmp_path / "whole"):
        done = subprocess.run([*line, str(each)], check=False, **quiet)
        assert done.returncode == 0, done.stderr
    assert hashes(folder) == hashes(tmp_path / "whole")


_PROGRAM = """
import sys
from facialis.simulate import course_rates
if __name__ == "__main__":
    course_rates.REFERENCE_MIN, course_rates.REFERENCES = 0.05, 1
    from facialis.cli import main
    main()
"""


def test_a_finished_folder_stays_as_it_is(whole: Path) -> None:
    before = hashes(whole)
    simulate_course(COURSE, whole)
    assert hashes(whole) == before


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[float] = []
    simulate_course(small(recording_days=(3,)), tmp_path / "year", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == course_minutes(small(recording_days=(3,)))


# What is refused


@pytest.mark.parametrize(
    "other",
    [
        replace(COURSE, patient=replace(TINY, seed=2)),
        replace(COURSE, treatments=()),
        replace(COURSE, factors=COURSE.factors[:2]),
        replace(COURSE, film=True),
        replace(COURSE, diary=replace(COURSE.diary, noted=0.5)),
    ],
)
def test_another_course_does_not_go_on_in_the_folder(other: Course, whole: Path) -> None:
    before = hashes(whole)
    with pytest.raises(SettingsError, match="holds another course"):
        simulate_course(other, whole)
    assert hashes(whole) == before


def test_another_version_does_not_go_on_in_the_folder(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_files, "__version__", "99")
    with pytest.raises(SettingsError, match="another version"):
        simulate_course(COURSE, whole)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(SettingsError, match="other files"):
        simulate_course(COURSE, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_broken_configuration_is_no_course(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("{")
    with pytest.raises(SettingsError, match="another course"):
        simulate_course(COURSE, tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "year"
    path.write_text("mine")
    with pytest.raises((SettingsError, OutputError), match="file"):
        simulate_course(COURSE, path)
    assert path.read_text() == "mine"


def test_two_programs_at_once_are_told(tmp_path: Path) -> None:
    stopped_after(0, tmp_path / "year")
    with lock(tmp_path / "year" / ".facialis-lock"), pytest.raises(SettingsError, match="Another program"):
        simulate_course(COURSE, tmp_path / "year")


@pytest.mark.parametrize(
    "options",
    [
        ["--treatment", "toxin:-5"],
        ["--treatment", "toxin:400"],
        ["--treatment", "carbamazepine:90,until=30"],
        ["--treatment", "decompression:30", "--treatment", "decompression:60"],
        ["--treatment", "toxin:30", "--treatment", "toxin:30"],
        ["--treatment", "decompression:30", "--cause", "none"],
        ["--trigger", "stress=chewing"],
        ["--trigger", "coffee", "--trigger", "coffee"],
        ["--days", "30", "--every", "60"],
    ],
)
def test_a_schedule_that_cannot_be_gets_one_sentence(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(cli, ["simulate", "course", "--out", str(tmp_path / "year"), *options])
    told = capsys.readouterr().err.strip()
    assert code == 1
    assert told.startswith("facialis: ")
    assert told.count("\n") == 0
    assert told.endswith(".")
    assert not (tmp_path / "year").exists()


def test_ctrl_c_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(course_files, "simulate_patient", interrupted)
    line = ["simulate", "course", "--out", str(tmp_path / "year"), "--days", "9", "--jobs", "1"]
    assert run(cli, line) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_the_names_a_user_needs_are_at_the_top() -> None:
    assert facialis.Course is Course
    assert facialis.simulate_course is simulate_course
