"""facialis report: from a record to two files, all or nothing, and what it says when it cannot."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from records import FakeMeasure, video

from facialis.cli import cli
from facialis.console import run
from facialis.record import moment, now, open_record
from facialis.report.doctor.kept import Kept, Wishes
from facialis.report.doctor.making import Made, make, save
from facialis.report.doctor.reading import kept_of

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands keep the record; they measure without a face model."""
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    monkeypatch.setattr("facialis.record.when._of_video", lambda *_: None)
    monkeypatch.setattr("facialis.commands.record._seconds", lambda _: 0.0)
    monkeypatch.setattr(sys.modules["facialis.measure"], "measure", FakeMeasure())
    monkeypatch.chdir(tmp_path)
    open_record(tmp_path / "record").close()
    return tmp_path / "record"


@pytest.fixture
def ran(place: Path, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed."""
    _ = place

    def command(*words: str) -> str:
        code = run(cli, words)
        told = capsys.readouterr()
        assert code == 0, told.err
        return told.out

    return command


@pytest.fixture
def filled(ran: Ran, tmp_path: Path) -> None:
    """Three recordings, a diary, a treatment and a questionnaire."""
    for day, says in (("2026-03-01", "left"), ("2026-03-20", "left"), ("2026-04-12", "right")):
        file = video(tmp_path, f"{day}.mp4", says)
        ran("record", "add", str(file), "--when", f"{day} 10:00", "--zone", "Europe/Berlin", "--task", "rest")
    for day in range(1, 9):
        words = ("--spasms", str(day % 5), "--trigger", f"stress={day % 2}", "--note", f"note {day}")
        ran("diary", "add", *words, "--when", f"2026-03-0{day} 21:00", "--zone", "Europe/Berlin")
    ran("treatment", "add", "toxin", "Botox", "--units", "20", "--when", "2026-03-10 09:00")
    ran("questionnaire", "add", "hfs-7", "--total", "12", "--when", "2026-03-11 09:00")


def fails(capsys: Capture, *words: str, code: int = 1) -> str:
    """Run a command that fails and return its one sentence."""
    capsys.readouterr()
    assert run(cli, words) == code
    told = capsys.readouterr()
    if code == 1:
        assert told.err.startswith("facialis: ")
        assert told.err.count("\n") == 1
    return told.err


def text(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


@pytest.mark.usefixtures("filled")
def test_the_record_becomes_two_files(ran: Ran, tmp_path: Path) -> None:
    said = ran("report", "--name", "A. B.", "--since", "spring 2019", "--out", "for-my-doctor")
    assert said == "Written to for-my-doctor: report.pdf and report.html.\n"
    folder = tmp_path / "for-my-doctor"
    assert sorted(each.name for each in folder.iterdir()) == ["report.html", "report.pdf"]
    for written in (text(folder / "report.pdf"), (folder / "report.html").read_text(encoding="utf-8")):
        assert "A. B." in written
        assert "Spring 2019." in written
        assert "The person" in written
        assert "Botox" in written
        assert "note 8" in written
        assert "HFS-7, total of 28: 12" in written
        assert "Another side than before is shown on 12 Apr 2026" in written
    assert len(PdfReader(folder / "report.pdf").pages) <= 2


def test_an_empty_record_has_a_report_too(ran: Ran, tmp_path: Path) -> None:
    ran("report")
    assert "This record is still empty." in text(tmp_path / "facialis-report" / "report.pdf")


@pytest.mark.usefixtures("filled")
def test_the_page_alone(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert ran("report", "--html") == "Written to facialis-report: report.html.\n"
    assert [each.name for each in (tmp_path / "facialis-report").iterdir()] == ["report.html"]


@pytest.mark.usefixtures("filled")
def test_notes_can_be_left_out_and_words_given(ran: Ran, tmp_path: Path) -> None:
    page = tmp_path / "facialis-report" / "report.html"
    ran("report", "--html", "--no-notes")
    assert "note 8" not in page.read_text(encoding="utf-8")
    ran("report", "--html", "--words", "It is worst when I read.")
    assert "It is worst when I read." in page.read_text(encoding="utf-8")
    (tmp_path / "words.txt").write_text("﻿Ω Ж\nsecond line", encoding="utf-8")
    ran("report", "--html", "--words-file", "words.txt")
    assert "“Ω Ж second line”" in page.read_text(encoding="utf-8")
    assert "note 8" not in page.read_text(encoding="utf-8")


def test_no_name_of_a_file_or_a_person_of_the_record_gets_in(ran: Ran, tmp_path: Path) -> None:
    ran("people", "add", "Secret Name")
    file = video(tmp_path, "secret-file.mp4")
    ran("record", "add", str(file), "--when", "2026-03-01 10:00", "--person", "Secret Name")
    ran("report", "--person", "Secret Name")
    folder = tmp_path / "facialis-report"
    both = text(folder / "report.pdf") + (folder / "report.html").read_text(encoding="utf-8")
    assert "ecret" not in both
    assert "Name not given" in both


def test_one_persons_report_holds_nothing_of_another(ran: Ran, tmp_path: Path) -> None:
    for name in ("A17", "B2"):
        ran("people", "add", name)
        ran("diary", "add", "--spasms", "3", "--note", f"note of {name}", "--person", name)
    ran("report", "--person", "A17", "--html")
    page = (tmp_path / "facialis-report" / "report.html").read_text(encoding="utf-8")
    assert "note of A17" in page
    assert "note of B2" not in page


def test_with_several_people_it_asks_whose(ran: Ran, capsys: Capture, tmp_path: Path) -> None:
    for name in ("A17", "B2"):
        ran("people", "add", name)
    assert "--person" in fails(capsys, "report")
    assert not (tmp_path / "facialis-report").exists()


@pytest.mark.usefixtures("filled")
def test_a_report_of_before_is_replaced_and_other_files_stay(ran: Ran, tmp_path: Path) -> None:
    folder = tmp_path / "facialis-report"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    (folder / "report.html").write_text("old")
    ran("report")
    assert (folder / "mine.txt").read_text() == "mine"
    assert (folder / "report.html").read_text(encoding="utf-8") != "old"


@pytest.mark.usefixtures("filled")
def test_another_side_and_one_task_can_be_counted(ran: Ran, tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "facialis-report" / "report.html"
    ran("report", "--html", "--side", "right", "--task", "rest")
    written = page.read_text(encoding="utf-8")
    assert "The person&#39;s right, as told. 1 of 3 measured recordings show it, 2 the other side" in written
    assert "Only those of the task rest are counted." in written
    assert "1 counted in the course" in written
    assert "this record has" in fails(capsys, "report", "--html", "--task", "talking")


# What can go wrong


@pytest.mark.usefixtures("filled")
def test_a_file_in_the_way_is_told_before_the_work(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert "a file stands where a folder is needed" in fails(capsys, "report", "--out", "taken")
    assert (tmp_path / "taken").read_text() == "a file"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.usefixtures("filled")
def test_a_place_that_may_not_be_written_is_told(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "you may not write there" in fails(capsys, "report", "--out", "locked/report")


@pytest.mark.usefixtures("filled")
def test_when_writing_fails_nothing_is_left(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_made: Made, folder: Path) -> None:
        (folder / "report.html").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facialis.report.doctor.making.save", full)
    assert "no space left" in fails(capsys, "report")
    assert not (tmp_path / "facialis-report").exists()
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".facialis-")]


@pytest.mark.usefixtures("place")
def test_words_twice_are_refused(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "w.txt").write_text("w")
    assert "not both" in fails(capsys, "report", "--words", "a", "--words-file", "w.txt", code=2)


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "There is no file"), (b"", "is empty"), (b"\xff\xfe\x00bad", "is not text in UTF-8")],
)
def test_a_bad_file_of_words_is_told(
    capsys: Capture, tmp_path: Path, content: bytes | None, expected: str
) -> None:
    if content is not None:
        (tmp_path / "w.txt").write_bytes(content)
    assert expected in fails(capsys, "report", "--words-file", "w.txt")
    assert not (tmp_path / "facialis-report").exists()


@pytest.mark.usefixtures("filled")
def test_without_typst_the_way_out_is_told(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert "--html" in fails(capsys, "report")
    assert not (tmp_path / "facialis-report").exists()


def test_letters_without_a_font_are_told(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    from facialis.report.doctor import pdf as typeset

    original = typeset._compiled
    monkeypatch.setattr(typeset, "_compiled", lambda data, when, _own: original(data, when, False))
    said = ran("report", "--name", "山田")
    assert "The PDF shows a square for letters that no font of this computer has: 山 田." in said


# The same in Python


@pytest.mark.usefixtures("filled")
def test_reading_a_record_gives_values(place: Path) -> None:
    made = now("Europe/Berlin")
    with open_record(place) as record:
        kept = kept_of(record, made)
    assert isinstance(kept, Kept)
    assert kept.side == "left"
    assert set(kept.rates) == {1, 2}  # The third shows the other side.
    assert kept.last is not None
    assert kept.last.id == 2
    assert {m.name for m in kept.last_measures} >= {"episode_rate", "spasm_share"}
    assert len(kept.entries) == 8
    assert kept.made == made
    assert kept.last_corrected == 0


@pytest.mark.usefixtures("filled")
def test_corrections_of_the_last_recording_are_counted(ran: Ran, place: Path) -> None:
    ran("record", "correct", "2", "--event", str(_first_event(place)), "--reject")
    with open_record(place) as record:
        assert kept_of(record, now()).last_corrected == 1


def _first_event(place: Path) -> int:
    with open_record(place) as record:
        measured = record.measurements(2)[-1]
        return record.events(measured.id)[0].id


@pytest.mark.usefixtures("filled")
def test_a_record_read_twice_gives_the_same_files(place: Path, tmp_path: Path) -> None:
    when = moment("2026-05-01 12:00", "Europe/Berlin")
    with open_record(place) as record:
        first, second = (make(kept_of(record, when), Wishes("A. B.")) for _ in range(2))
    assert first == second
    save(first, tmp_path)
    assert (tmp_path / "report.pdf").read_bytes() == (second.pdf.body if second.pdf else b"")


@pytest.mark.usefixtures("filled")
def test_nothing_reaches_for_the_network(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    ran("report", "--out", "offline")
