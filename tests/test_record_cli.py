"""The commands of the record: what they print, what they change, how they fail."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from clips import Clip, write_clip
from records import PASSPHRASE, FakeMeasure, open_fake, video

from facialis.cli import cli
from facialis.console import run
from facialis.record import DiaryEntry, now, open_record
from facialis.record.when import recorded_at

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
BERLIN = ("--zone", "Europe/Berlin")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands keep the record; they measure without a face model."""
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    monkeypatch.delenv("FACIALIS_PASSPHRASE_FILE", raising=False)
    monkeypatch.setattr("facialis.record.when._of_video", lambda *_: None)
    monkeypatch.setattr("facialis.commands.record._seconds", lambda _: 0.0)
    monkeypatch.setattr(sys.modules["facialis.measure"], "measure", FakeMeasure())
    open_record(tmp_path / "record").close()
    return tmp_path / "record"


@pytest.fixture
def ran(place: Path, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed."""
    _ = place

    def command(*words: str, errors: str = "") -> str:
        code = run(cli, words)
        told = capsys.readouterr()
        assert code == 0, told.err
        assert told.err == errors
        return told.out

    return command


def fails(capsys: Capture, *words: str, code: int = 1) -> str:
    """Run a command that fails and return its one sentence."""
    assert run(cli, words) == code
    told = capsys.readouterr()
    if code == 1:
        assert told.err.startswith("facialis: ")
        assert told.err.count("\n") == 1
    return told.err


# Recordings


def test_from_adding_to_deleting(ran: Ran, tmp_path: Path) -> None:
    first = video(tmp_path, "first.mp4")
    assert "There is no recording" in ran("record", "list")
    said = ran(
        "record", "add", str(first), "--when", "2026-10-25 18:00", "--zone", "Europe/Berlin", "--task", "rest"
    )
    assert said.startswith("Recording 1, first.mp4, 2026-10-25 18:00 (Europe/Berlin): measured.")
    assert "Side: left. Episodes a minute:" in said
    assert "was there already, not measured again" in ran("record", "add", str(first))
    listed = ran("record", "list")
    assert re.search(
        r"^1 +2026-10-25 18:00 \(Europe/Berlin\) +rest +left +[\d.]+ +first.mp4$", listed, re.MULTILINE
    )
    shown = ran("record", "show", "1", "--events")
    assert "Task: rest." in shown
    assert "as told" in shown
    assert re.search(r"^\d+ +(twitch|tonic|episode|blink) ", shown, re.MULTILINE)
    assert "The record is whole" in ran("record", "check")
    assert ran("record", "delete", "1", "--keep-signals", "--yes") == "Deleted.\n"
    assert "its signals are kept" in ran("record", "show", "1")
    assert ran("record", "delete", "1", "--yes") == "Deleted.\n"
    assert "There is no recording" in ran("record", "list")
    trail = ran("record", "audit")
    assert trail.count("delete") == 2
    assert "first.mp4" not in trail


def test_several_files_at_once(ran: Ran, tmp_path: Path) -> None:
    names = [str(video(tmp_path, f"{n}.mp4")) for n in range(3)]
    assert ran("record", "add", *names, "--no-measure").count("not measured") == 3
    assert ran("record", "measure", "--all").count(": measured.") == 3
    assert ran("record", "measure", "--all").count("not measured again") == 3


@pytest.mark.parametrize("bad", ["missing.mp4", "empty.mp4"])
def test_a_file_that_fails_does_not_stop_the_others(
    ran: Ran, tmp_path: Path, capsys: Capture, bad: str
) -> None:
    (tmp_path / "empty.mp4").touch()
    good = [str(video(tmp_path, f"{n}.mp4")) for n in range(2)]
    assert run(cli, ["record", "add", str(tmp_path / bad), *good, "--no-measure"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"facialis: {tmp_path / bad} (1 of 3): ")
    assert told.err.count("\n") == 1
    assert told.out.splitlines()[-2:] == ["2 of 3 recordings were added.", f"Not added: {tmp_path / bad}"]
    assert len(ran("record", "list").splitlines()) == 3
    assert "nothing" in ran("record", "finish").lower()


def test_one_that_cannot_be_measured_again_does_not_stop_the_others(
    ran: Ran, tmp_path: Path, capsys: Capture
) -> None:
    names = [str(video(tmp_path, f"{n}.mp4", said)) for n, said in enumerate(("left", "fails", "right"))]
    ran("record", "add", *names, "--no-measure")
    assert run(cli, ["record", "measure", "--all"]) == 1
    told = capsys.readouterr()
    assert told.err == "facialis: recording 2 (2 of 3): No face was seen.\n"
    assert told.out.splitlines()[-2:] == ["2 of 3 recordings were measured.", "Not measured: recording 2"]


def test_a_flip_is_told_wherever_recordings_are(ran: Ran, tmp_path: Path) -> None:
    one, other = video(tmp_path, "a.mp4"), video(tmp_path, "b.mp4", "right")
    ran("record", "add", str(one), "--when", "2026-03-01 10:00")
    said = ran("record", "add", str(other), "--when", "2026-03-02 10:00")
    for told in (said, ran("record", "list"), ran("record", "show", "2")):
        assert "Recording 2 shows spasms of the right side" in told
    assert "Recording 2 shows" not in ran("record", "measure", "2", "--mirrored")
    assert "shows spasms" not in ran("record", "list")


def test_an_older_recording_of_the_other_side_turns_nothing_round_in_silence(
    ran: Ran, tmp_path: Path
) -> None:
    for day in range(1, 6):
        one = video(tmp_path, f"{day}.mp4", more=str(day))
        ran("record", "add", str(one), "--when", f"2026-03-0{day} 10:00")
    said = ran("record", "add", str(video(tmp_path, "old.mp4", "right")), "--when", "2026-01-01 10:00")
    assert "Which side is affected is in doubt" in said
    course = ran("course")
    assert course.startswith("Which side is affected is in doubt")
    assert course.count("in doubt") == 1
    assert "Left side" in course


def test_corrections(ran: Ran, tmp_path: Path) -> None:
    ran("record", "add", str(video(tmp_path)))
    ran("record", "correct", "1", "--event", "1", "--reject", "--note", "a wink")
    ran("record", "correct", "1", "--event", "2", "--kind", "tonic")
    ran("record", "correct", "1", "--kind", "twitch", "--side", "left", "--onset", "0.5", "--offset", "0.8")
    shown = ran("record", "show", "1", "--events")
    assert re.search(r"^1 .* reject$", shown, re.MULTILINE)
    assert re.search(r"^2 .* change$", shown, re.MULTILINE)
    assert "Missed by the machine: twitch, left, 0.5 to 0.8 s" in shown


@pytest.mark.parametrize(
    "words",
    [
        ["correct", "1"],
        ["correct", "1", "--reject"],
        ["correct", "1", "--event", "1", "--reject", "--confirm"],
        ["measure"],
        ["measure", "1", "--all"],
        ["add"],
    ],
)
@pytest.mark.usefixtures("place")
def test_options_that_do_not_go_together_show_the_way(capsys: Capture, words: list[str]) -> None:
    assert "--help" in fails(capsys, "record", *words, code=2)


@pytest.mark.parametrize(
    "words",
    [
        ["record", "show", "7"],
        ["record", "delete", "7", "--yes"],
        ["record", "measure", "7"],
        ["record", "add", "missing.mp4"],
        ["record", "restore", "missing.zip"],
        ["record", "list", "--person", "nobody"],
        ["record", "list", "--record", "mysql://x"],
        ["diary", "delete", "7", "--yes"],
        ["diary", "import", "missing.csv"],
        ["diary", "add", "--spasms", "1", "--when", "soon"],
        ["diary", "add", "--spasms", "1", "--zone", "Mars"],
        ["diary", "add", "--trigger", "stress"],
        ["diary", "list", "--from", "soon"],
        ["treatment", "add", "toxin", "Botox", "--site", "eye"],
        ["treatment", "add", "toxin", "Botox", "--site", "eye:left:much"],
        ["treatment", "add", "drug", "x", "--dose", "-1"],
        ["questionnaire", "add", "hfs-7", "--total", "99"],
        ["questionnaire", "add", "hfs-7", "--items", "a,b"],
        ["people", "add", " "],
        ["people", "delete", "nobody", "--yes"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("place")
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    capsys: Capture, words: list[str], place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    fails(capsys, *words)
    with open_record(place) as record:
        told = (record.recordings(), record.entries(), record.treatments(), record.questionnaires())
    assert told == ((), (), (), ())


@pytest.mark.usefixtures("place")
def test_deleting_asks_first(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["record", "add", str(video(tmp_path))]).exit_code == 0
    asked = runner.invoke(cli, ["record", "delete", "1"], input="n\n")
    assert "Delete everything of recording 1, monday.mp4, for good?" in asked.output
    assert asked.exit_code == 1
    assert "monday.mp4" in runner.invoke(cli, ["record", "list"]).output
    assert runner.invoke(cli, ["record", "delete", "1"], input="y\n").exit_code == 0
    assert "no recording" in runner.invoke(cli, ["record", "list"]).output


def test_a_changed_file_makes_check_fail(ran: Ran, tmp_path: Path, place: Path, capsys: Capture) -> None:
    ran("record", "add", str(video(tmp_path)))
    next(place.glob("recordings/*/*")).write_text("else")
    assert run(cli, ["record", "check"]) == 1
    told = capsys.readouterr()
    assert "was changed since it was stored" in told.out
    assert told.err == "facialis: 1 thing(s) are wrong in the record.\n"


def test_what_was_cut_off_is_told_by_every_command(
    ran: Ran, place: Path, tmp_path: Path, capsys: Capture
) -> None:
    from facialis.record import journal

    detail = {"name": "x.mp4", "source": str(tmp_path / "x.mp4")}
    with (
        open_fake(place) as record,
        journal.working(record.store) as begun,
        record.store.database.writing() as connection,
    ):
        begun.begin(connection, "add", detail)
    said = (
        "Adding x.mp4 was cut off; its file is not in the record yet. `facialis record finish` finishes it.\n"
    )
    ran("record", "list", errors=said)
    ran("diary", "list", errors=said)
    assert run(cli, ["record", "finish"]) == 1
    assert "no longer there" in capsys.readouterr().out
    assert "Forgotten" in ran("record", "finish", "--forget", errors=said)
    assert ran("record", "finish") == "Nothing was cut off.\n"


def test_backup_and_restore(ran: Ran, tmp_path: Path) -> None:
    ran("record", "add", str(video(tmp_path)))
    ran("diary", "add", "--note", "kept")
    assert "MB" in ran("record", "backup", str(tmp_path / "all.zip"))
    elsewhere = str(tmp_path / "elsewhere")
    assert ran("record", "restore", str(tmp_path / "all.zip"), "--record", elsewhere) == "Restored.\n"
    assert "monday.mp4" in ran("record", "list", "--record", elsewhere)
    assert "kept" in ran("diary", "list", "--record", elsewhere)


def test_a_clinic(ran: Ran, tmp_path: Path, capsys: Capture) -> None:
    ran("people", "add", "A1")
    ran("people", "add", "B2")
    assert ran("people", "list") == "A1\nB2\n"
    assert "--person" in fails(capsys, "record", "list")
    ran("record", "add", str(video(tmp_path)), "--person", "A1")
    assert "monday.mp4" in ran("record", "list", "--person", "A1")
    assert "monday.mp4" not in ran("record", "list", "--person", "B2")
    ran("people", "delete", "A1", "--yes")
    assert ran("people", "list") == "B2\n"


def test_a_home_record_that_gets_people_loses_nobody(ran: Ran, capsys: Capture) -> None:
    ran("diary", "add", "--note", "from home")
    said = ran("people", "add", " A1 ")
    assert said == (
        "Added; --person A1 names them from now on.\n"
        "Somebody without a name is in the record too: --person '' names them.\n"
    )
    assert "--person '' is the one without a name" in fails(capsys, "diary", "list")
    assert "from home" in ran("diary", "list", "--person", "")
    assert "There is no entry" in ran("diary", "list", "--person", "A1")
    ran("diary", "add", "--note", "more", "--person", "")
    assert len(ran("diary", "list", "--person", "").splitlines()) == 3
    ran("people", "delete", "", "--yes")
    assert ran("people", "list") == "A1\n"
    assert "nobody without a name" in fails(capsys, "diary", "list", "--person", "")


def test_a_name_of_several_words_can_be_copied(ran: Ran) -> None:
    assert "--person 'Anna B' names" in ran("people", "add", "Anna B")


def test_at_home_nobody_has_a_name_and_may_say_so(place: Path) -> None:
    with open_record(place, person="") as record:
        record.add_entry(DiaryEntry(now(), 4))
        assert len(record.entries()) == 1


def test_many_sites_are_counted_in_the_list(ran: Ran) -> None:
    sites = [word for n in range(5) for word in ("--site", f"muscle {n}:{('left', 'right')[n % 2]}:2")]
    said = ran("treatment", "add", "toxin", "Botox", *sites)
    assert "muscle 4 left 2" in said
    assert re.search(r"10 U, 5 sites, left and right$", ran("treatment", "list"), re.MULTILINE)


def test_at_home_nobody_reads_of_people(ran: Ran) -> None:
    for words in ([], ["record"], ["record", "add"], ["diary", "add"], ["record", "list"]):
        assert "people" not in ran(*words, "--help")
        assert "--person" not in ran(*words, "--help")


# Diary


def test_the_diary_is_asked_for_and_offers_the_answers_of_last_time(place: Path) -> None:
    runner = CliRunner()
    first = runner.invoke(cli, ["diary", "add"], input="4\n2\n7.5\n6\nstress=3;screen=5\nwindy\n")
    assert first.exit_code == 0, first.output
    second = runner.invoke(cli, ["diary", "add"], input="\n-\n\n7\n\n\n\n\n")
    assert second.exit_code == 0, second.output
    assert "[4]" in second.output
    with open_record(place) as record:
        before, after = record.entries()
    assert (before.spasms, before.bother, before.sleep_h, before.mood) == (4, 2, 7.5, 6)
    assert before.note == "windy"
    assert (after.spasms, after.bother, after.sleep_h, after.mood) == (4, None, 7.5, 7)
    assert after.triggers == before.triggers == {"stress": 3, "screen": 5}
    assert after.note == ""


def test_a_slip_is_asked_again(place: Path) -> None:
    told = CliRunner().invoke(cli, ["diary", "add"], input="many\n11\n4\n-\n-\n-\n-\n-\n")
    assert told.exit_code == 0, told.output
    assert "no number" in told.output
    assert "between 0 and 10" in told.output
    with open_record(place) as record:
        assert [entry.spasms for entry in record.entries()] == [4]


def test_an_entry_that_is_broken_off_is_not_kept(place: Path) -> None:
    assert CliRunner().invoke(cli, ["diary", "add"], input="4\n2\n").exit_code == 1
    with open_record(place) as record:
        assert record.entries() == ()


def test_the_diary_on_one_line(ran: Ran) -> None:
    said = ran(
        "diary",
        "add",
        "--spasms",
        "4",
        "--trigger",
        "stress=3",
        "--when",
        "2026-10-25 01:00",
        "--zone",
        "Europe/Berlin",
    )
    assert said == "Entry 1 for Saturday, 2026-10-24.\n"
    ran("diary", "day-ends", "0")
    assert "2026-10-25" in ran(
        "diary", "add", "--mood", "5", "--when", "2026-10-25 01:00", "--zone", "Europe/Berlin"
    )
    assert "stress=3" in ran("diary", "list", "--from", "2026-10-24", "--to", "2026-10-24")
    assert "There is no entry" in ran("diary", "list", "--to", "2026-10-01")
    ran("diary", "delete", "1", "--yes")
    assert "stress" not in ran("diary", "list")


def test_the_diary_from_a_file(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_text("when,spasms\n2026-10-24,4\n")
    command = ("diary", "import", str(tmp_path / "diary.csv"), "--zone", "Europe/Berlin")
    assert ran(*command) == "1 entry added, 0 corrected, 0 there already.\n"
    assert ran(*command) == "Nothing new: the file's 1 entry is there already.\n"


def test_a_file_that_says_something_else_is_refused_until_it_is_to_correct(
    ran: Ran, capsys: Capture, tmp_path: Path
) -> None:
    path = tmp_path / "diary.csv"
    path.write_text("when,spasms\n2026-10-24,4\n")
    ran("diary", "import", str(path), "--zone", "Europe/Berlin")
    path.write_text("when,spasms\n2026-10-24,5\n2026-10-25,2\n")
    said = fails(capsys, "diary", "import", str(path), "--zone", "Asia/Tokyo")
    assert "2026-10-24: spasms 5 instead of 4; nothing was imported. With --correct" in said
    assert "2026-10-25" not in ran("diary", "list")
    assert ran("diary", "import", str(path), "--correct", "--zone", "Asia/Tokyo") == (
        "Corrected, 2026-10-24: spasms 5 instead of 4.\n1 entry added, 1 corrected, 0 there already.\n"
    )
    assert len(ran("diary", "list").splitlines()) == 3
    assert "change diary entry 1" in ran("record", "audit")


def test_treatments(ran: Ran) -> None:
    assert "There is no treatment" in ran("treatment", "list")
    sites = ("--site", "orbicularis oculi:left:10", "--site", "zygomaticus:left:2.5")
    when = ("--when", "2024-03-02 09:00")
    said = ran("treatment", "add", "toxin", "Botox", "--dilution", "2", *sites, *when)
    assert "12.5 U, 2 ml per 100 U, orbicularis oculi left 10, zygomaticus left 2.5" in said
    ran("treatment", "add", "surgery", "decompression", "--side", "left", *when)
    ran("treatment", "add", "drug", "carbamazepine", "--dose", "400", *when, "--until", "2026-06-01 08:00")
    listed = ran("treatment", "list")
    assert "400 mg a day, until 2026-06-01" in listed
    assert len(listed.splitlines()) == 4
    ran("treatment", "delete", "2", "--yes")
    assert "decompression" not in ran("treatment", "list")


@pytest.mark.parametrize("kind", ["surgery", "toxin"])
@pytest.mark.parametrize("told", ["%Y-%m-%d %H:%M", "%Y-%m-%d"])
def test_a_treatment_of_tomorrow_is_refused(ran: Ran, capsys: Capture, kind: str, told: str) -> None:
    tomorrow = (datetime.now() + timedelta(days=1)).strftime(told)
    said = fails(capsys, "treatment", "add", kind, "something", "--when", tomorrow)
    assert "lies in the future" in said
    assert "There is no treatment" in ran("treatment", "list")
    ran("treatment", "add", kind, "something")


def test_a_day_is_enough_for_a_treatment(ran: Ran) -> None:
    said = ran("treatment", "add", "toxin", "Botox", "--when", "2026-03-04", *BERLIN)
    assert said == "Treatment 1: Botox, 2026-03-04, -.\n"
    ran("treatment", "add", "toxin", "Dysport", "--when", "2026-06-04 09:30", *BERLIN)
    ran("treatment", "add", "drug", "x", "--when", "2026-03-04", "--until", "2026-03-04", *BERLIN)
    listed = ran("treatment", "list")
    assert re.search(r"^1 +2026-03-04 +toxin +Botox", listed, re.MULTILINE)
    assert re.search(r"^2 +2026-06-04 09:30 \(Europe/Berlin\) +toxin", listed, re.MULTILINE)
    assert "until 2026-03-04" in listed


def test_a_treatment_of_today_needs_no_when(ran: Ran, place: Path) -> None:
    ran("treatment", "add", "surgery", "decompression")
    with open_record(place) as record:
        (kept,) = record.treatments()
    assert kept.by_day
    assert abs(kept.at.local.date() - datetime.now(kept.at.local.tzinfo).date()) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("toxin Botox --when 2026-03-04", "toxin botox --when '2026-03-04 09:30'"),
        ("toxin Botox --when '2026-03-04 08:00'", "toxin Botox --when '2026-03-04 09:30' --units 5"),
        ("surgery MVD --when 2026-03-04", "surgery MVD --when 2026-03-04 --side left"),
        ("drug carbamazepine --when 2026-03-04", "drug ' Carbamazepine' --when 2026-03-04 --dose 200"),
    ],
)
def test_a_treatment_entered_twice_is_noticed(ran: Ran, capsys: Capture, first: str, second: str) -> None:
    ran("treatment", "add", *shlex.split(first))
    said = fails(capsys, "treatment", "add", *shlex.split(second))
    assert "of 2026-03-04 is in the record already, treatment 1; nothing was added" in said
    assert "--again" in said
    assert len(ran("treatment", "list").splitlines()) == 2
    ran("treatment", "add", *shlex.split(second), "--again")
    assert len(ran("treatment", "list").splitlines()) == 3


@pytest.mark.parametrize(
    "other",
    ["toxin Botox --when 2026-03-05", "toxin Dysport --when 2026-03-04", "drug Botox --when 2026-03-04"],
)
def test_another_day_product_or_kind_is_another_treatment(ran: Ran, other: str) -> None:
    ran("treatment", "add", "toxin", "Botox", "--when", "2026-03-04")
    ran("treatment", "add", *shlex.split(other))


def test_a_day_is_enough_for_the_diary_and_a_questionnaire(ran: Ran) -> None:
    said = ran("diary", "add", "--spasms", "4", "--when", "2026-03-04", *BERLIN)
    assert said == "Entry 1 for Wednesday, 2026-03-04.\n"
    ran("questionnaire", "add", "hfs-7", "--total", "12", "--when", "2026-03-04", *BERLIN)
    assert re.search(r"^1 +2026-03-04 +hfs-7", ran("questionnaire", "list"), re.MULTILINE)
    assert re.search(r"^1 +2026-03-04 +2026-03-04 +4", ran("diary", "list"), re.MULTILINE)


def test_a_recording_has_a_time(ran: Ran, capsys: Capture, tmp_path: Path) -> None:
    said = fails(capsys, "record", "add", str(video(tmp_path)), "--when", "2026-03-04")
    assert "no time of day" in said
    assert "no recording" in ran("record", "list")


@pytest.mark.parametrize("day", ["2131-01-01 12:00", "1026-01-01 12:00"])
def test_a_time_that_cannot_be_is_refused_everywhere(
    ran: Ran, capsys: Capture, tmp_path: Path, day: str
) -> None:
    for words in (
        ("diary", "add", "--spasms", "4"),
        ("record", "add", str(video(tmp_path))),
        ("treatment", "add", "drug", "carbamazepine"),
        ("questionnaire", "add", "hfs-7", "--total", "4"),
    ):
        assert day[:10] in fails(capsys, *words, "--when", day, *BERLIN)
    assert "no entry" in ran("diary", "list")
    assert "no recording" in ran("record", "list")


def test_a_file_whose_clock_was_never_set_asks_for_the_time(
    ran: Ran, capsys: Capture, tmp_path: Path
) -> None:
    path = video(tmp_path)
    os.utime(path, (0, 0))
    assert "--when" in fails(capsys, "record", "add", str(path))
    ran("record", "add", str(path), "--when", "2026-03-01 10:00")


def test_an_emg_whose_day_was_taken_out_has_the_files_date(tmp_path: Path) -> None:
    path = tmp_path / "clinic.edf"
    path.write_bytes(b"0       " + b"left:day".ljust(160) + b"01.01.8500.00.00".ljust(88))
    found, source = recorded_at(path, "UTC")
    assert source == "file"
    assert abs(found.utc.timestamp() - path.stat().st_mtime) < 2


def test_an_input_that_ends_is_said_and_nothing_is_kept(
    ran: Ran, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("4\n"))
    assert run(cli, ["diary", "add"]) == 1
    assert "facialis: The input ended before all was told; nothing was kept." in capsys.readouterr().err
    assert "There is no entry" in ran("diary", "list")


def test_a_question_that_is_answered_with_no_changes_nothing(
    ran: Ran, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran("record", "add", str(video(tmp_path)), "--no-measure")
    monkeypatch.setattr(sys, "stdin", StringIO("n\n"))
    assert run(cli, ["record", "delete", "1"]) == 1
    assert "facialis: Nothing was changed." in capsys.readouterr().err
    assert ".mp4" in ran("record", "list")


def test_questionnaires(ran: Ran, capsys: Capture) -> None:
    assert "There is no questionnaire" in ran("questionnaire", "list")
    ran("questionnaire", "add", "hfs-7", "--items", "2,1,3,2,2,1,1")
    assert "12" in ran("questionnaire", "list")
    ran("questionnaire", "delete", "1", "--yes")
    fails(capsys, "questionnaire", "add", "hfs-7", code=2)


# Encryption


@pytest.mark.skipif(
    not (find_spec("sqlcipher3") and find_spec("pyrage")),
    reason="SQLCipher and age are not installed; pip install '.[encrypt]' brings them",
)
def test_encryption_asks_and_never_takes_the_passphrase_on_the_line(
    ran: Ran, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran("record", "add", str(video(tmp_path)))
    assert "terminal" in fails(capsys, "record", "encrypt")
    word = tmp_path / "word"
    word.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(word))
    assert "Encrypted." in ran("record", "encrypt")
    assert "monday.mp4" in ran("record", "list")
    word.write_text("another one altogether\n")
    assert "passphrase is wrong" in fails(capsys, "record", "list")
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(tmp_path / "missing"))
    assert "cannot be read" in fails(capsys, "record", "list")
    monkeypatch.delenv("FACIALIS_PASSPHRASE_FILE")
    assert "terminal" in fails(capsys, "record", "list")
    assert "passphrase" not in " ".join(option for c in cli.commands.values() for option in _options(c))


def _options(command: object) -> list[str]:
    found = [o for p in getattr(command, "params", []) for o in p.opts]
    for each in getattr(command, "commands", {}).values():
        found += _options(each)
    return found


# A real video


def test_a_real_video_is_measured_and_kept(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", Clip(90))
    environment = {**os.environ, "FACIALIS_RECORD": str(tmp_path / "record")}
    command = [sys.executable, "-m", "facialis", "record", "add", "clip.mp4", "--task", "rest"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, f"A new record was made: {tmp_path / 'record'}\n")
    with open_record(tmp_path / "record") as record:
        (measured,) = record.measurements()
        kept = record.result(measured.id)
        assert kept.recording.name == "clip.mp4"
        assert kept.recording.simulated
        assert kept.signals.time_s.size == 90
        assert record.check() == ()
