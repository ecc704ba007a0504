"""`facialis course` and `facialis compare`: what they print of records as people fill them, how they fail."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from filled import Counting, add, at, fill_cycles, fill_diary
from histories import recorded
from records import open_fake
from test_overview import given_at

from facialis.cli import cli
from facialis.console import run
from facialis.measures.history import History
from facialis.measures.overview import course_of
from facialis.record import DiaryEntry, Treatment
from facialis.report.course_words import course_lines

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
Where = str | Path
pytestmark = pytest.mark.usefixtures("plain_files")
VERDICTS = ("fail", "success", "normal", "cure", "should", "recommend", "dose", "increase")


@pytest.fixture(scope="module")
def cycles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of two toxin cycles, made once."""
    from facialis.record import when

    folder = tmp_path_factory.mktemp("cycles")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(when, "_of_video", lambda *_: None)
        with open_fake(folder / "record", measure=Counting()) as record:
            fill_cycles(record, folder)
    return folder / "record"


def printed(*words: str | Path) -> str:
    ran = CliRunner().invoke(cli, [str(word) for word in words])
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.fixture(scope="module")
def two(cycles: Path) -> str:
    """What the course of two cycles says, calculated once."""
    return printed("course", "--record", cycles)


@pytest.fixture(scope="module")
def every(cycles: Path) -> str:
    """And with all of them."""
    return printed("course", "--all", "--record", cycles)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed."""
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)

    def command(*words: str | Path) -> str:
        code = run(cli, [str(word) for word in words])
        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        return told.out

    return command


def flat(said: str) -> str:
    """What was printed, its broken lines made whole."""
    return re.sub(r"\n +", " ", said)


def fails(capsys: Capture, *words: str | Path) -> str:
    """Run a command that fails and return its one sentence."""
    assert run(cli, [str(word) for word in words]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("facialis: ")
    assert told.err.count("\n") == 1
    assert told.out == ""
    return told.err


# Course


def test_an_empty_record_says_how_to_begin(where: Where, ran: Ran) -> None:
    open_fake(where).close()
    said = ran("course", "--record", where)
    assert "nothing yet" in said
    assert "facialis record add" in said
    assert "facialis diary add" in said


def test_one_recording_says_what_is_missing(where: Where, ran: Ran, tmp_path: Path) -> None:
    with open_fake(where, measure=Counting()) as record:
        add(record, tmp_path, 0, 12)
    said = flat(ran("course", "--record", where))
    assert (
        "Left side (told by recording 1, the first clear one): 1 recording, 0 diary days, 2026-03-01." in said
    )
    assert "Counted: 4 spasms a minute (one recording does not tell how much they vary" in said
    assert "not enough data: needs about 5 more diary days" in said
    assert "There is no treatment in the record" in said


def test_two_cycles_are_told(two: str) -> None:
    said = two
    lines = said.splitlines()
    assert "34 recordings, 100 diary days" in said
    assert sum(line.startswith(("2026-04-10 toxin Botox", "2026-07-19 toxin Botox")) for line in lines) == 2
    assert "Toxin cycle 2, 2026-07-19 Botox:" in said
    assert "Toxin cycle 1" not in said
    assert "fewer spasms than without toxin" in said
    assert "against the cycle before" in said
    assert "closure of the eye: not enough data" in said
    assert len(lines) <= 26
    assert all(len(line) <= 110 for line in lines)


def test_all_cycles_are_told_when_asked(every: str) -> None:
    assert "Toxin cycle 1" in every
    assert "Toxin cycle 2" in every


def test_counted_and_felt_stand_beside_each_other(two: str) -> None:
    first = next(line for line in two.splitlines() if line.startswith("2026-04-10"))
    _, ratio, _, felt, closure = re.split(r"  +", first)
    assert 0.1 < float(ratio.split()[0]) < 0.4
    assert -5 < float(felt.split()[0]) < -2
    assert closure == "-"


def test_nothing_judges(two: str, every: str) -> None:
    assert not [word for word in VERDICTS if word in (two + every).lower()]


def test_nothing_is_called_a_failure_after_surgery(tmp_path: Path, ran: Ran) -> None:
    """Forty days after surgery spasms are what they were: it is early, and that is all that is said."""
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        for day in range(0, 70, 6):
            add(record, tmp_path, day, 24)
        record.add_treatment(Treatment("surgery", "microvascular decompression", at(30), side="left"))
    said = ran("course", "--record", tmp_path / "record")
    assert "It is early" in said
    assert "Nothing is" in said
    assert "unchanged" not in said
    assert not [word for word in VERDICTS if word in said.lower()]


def test_late_after_surgery_the_chances_are_told(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        for day in (0, 6, 12, 18):
            add(record, tmp_path, day, 24)
        record.add_treatment(Treatment("surgery", "microvascular decompression", at(20), side="left"))
        for day in (30, 90, 150, 210, 230):
            add(record, tmp_path, day, 0, "none")
    said = ran("course", "--record", tmp_path / "record")
    assert "Chances of what kind of course" in said
    assert "weak face cannot be told from a quiet one" in flat(said)
    assert "early" not in said


def test_a_weak_face_is_told_from_a_quiet_one() -> None:
    """The eye shuts to three fifths after surgery, and spasms are gone: that need not be a cure."""
    closures = {-10: 0.95, -7: 0.97, -4: 0.93, 30: 0.6, 33: 0.62, 36: 0.58}
    days = [-10, -7, -4, 30, 33, 36]
    rates = [
        replace(r, closure=closures[d])
        for r, d in zip(recorded(days, [24, 22, 27, 0, 1, 0]), days, strict=True)
    ]
    history = History(rates, (), [given_at(0, "surgery")])
    said = "\n".join(course_lines(history, course_of(history), "Left side"))
    assert "few spasms may come from a weak face and not from a cure" in flat(said)
    row = next(line for line in said.splitlines() if "surgery x" in line)
    assert re.search(r"-3\d \(-\d+ to -\d+\)$", row)


def test_a_long_name_does_not_break_the_table(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 12)
        record.add_treatment(Treatment("surgery", "decompression of the nerve, " * 5, at(5)))
        record.add_treatment(Treatment("toxin", "Botox", at(50)))
    said = ran("course", "--record", tmp_path / "record")
    assert all(len(line) <= 110 for line in said.splitlines() if line.startswith("2026-0"))
    assert "2026-03-06 surgery decompress..." in said


def test_without_a_side_it_is_asked_for(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 0, "none")
    said = ran("course", "--record", tmp_path / "record")
    assert "--side" in said
    assert "Left side: 1 recording" in ran("course", "--side", "left", "--record", tmp_path / "record")


def test_a_mirrored_video_is_told_and_not_counted(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 12)
        add(record, tmp_path, 5, 20, "right")
    said = ran("course", "--record", tmp_path / "record")
    assert "1 recording, " in said
    assert "Recording 2 left out: the right side is shown" in said
    other = ran("course", "--side", "right", "--record", tmp_path / "record")
    assert "Right side: 1 recording" in other


def test_a_diary_alone_has_a_course(where: Where, ran: Ran) -> None:
    with open_fake(where) as record:
        fill_diary(record, 80, (40,))
        record.add_treatment(Treatment("toxin", "Botox", at(40, 9)))
    said = ran("course", "--record", where)
    assert "0 recordings, 40 diary days" in said
    assert "2026-04-10 toxin Botox  -  " in said
    assert "there is no recording before, which cannot be made up for later" in flat(said)
    row = next(line for line in said.splitlines() if line.startswith("2026-04-10"))
    assert "-3." in row or "-2." in row or "-4." in row


def test_the_course_of_one_person_is_not_that_of_another(where: Where, ran: Ran, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_person("A")
        record.add_person("B")
    with open_fake(where, person="A", measure=Counting()) as record:
        add(record, tmp_path, 0, 12)
    assert "1 recording" in ran("course", "--record", where, "--person", "A")
    assert "nothing yet" in ran("course", "--record", where, "--person", "B")


def test_of_several_people_one_must_be_named(tmp_path: Path, capsys: Capture) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_person("A")
        record.add_person("B")
    for command in (["course"], ["compare", "1", "2"]):
        assert "--person" in fails(capsys, *command, "--record", tmp_path / "record")


def test_drugs_and_what_acts_beside_them(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        for day in range(0, 90, 6):
            add(record, tmp_path, day, 12)
        record.add_treatment(Treatment("drug", "carbamazepine", at(40), dose=400, dose_unit="mg"))
        record.add_treatment(Treatment("toxin", "Dysport", at(10)))
    said = ran("course", "--record", tmp_path / "record")
    assert "2026-04-10 drug carbamazepine" in said
    assert "2026-04-10: In the same time there was Dysport of 2026-03-11." in said


# Compare


def test_two_recordings(cycles: Path, ran: Ran) -> None:
    said = ran("compare", "1", "9", "--record", cycles)
    assert "Recording 1 (2026-03-01 12:00): " in said
    assert "spasms in 3 min 0 s" in said
    assert "Counted: 0." in said
    assert "times as often" in said
    assert "The least that these recordings could have shown" in said


def test_two_recordings_alone_tell_of_their_minutes_only(where: Where, ran: Ran, tmp_path: Path) -> None:
    with open_fake(where, measure=Counting()) as record:
        add(record, tmp_path, 0, 30)
        add(record, tmp_path, 10, 10)
    said = ran("compare", "1", "2", "--record", where)
    assert "Counted: not enough data: there are too few recordings before" in said
    assert "In these minutes themselves: 0.33 times as often" in said
    assert "tells of these minutes only" in flat(said)


def test_two_months(cycles: Path, ran: Ran) -> None:
    said = ran("compare", "2026-03", "2026-05", "--record", cycles)
    assert said.startswith("2026-03-01 to 2026-03-31: ")
    assert "Felt, second minus first: -" in said
    assert "The least that these days could have shown" in flat(said)


def test_open_ends(cycles: Path, ran: Ran) -> None:
    said = ran("compare", "..2026-03-31", "2026-08-15..", "--record", cycles)
    assert said.startswith("2026-03-01 to 2026-03-31: ")
    assert "2026-08-15 to 2026-09-15: " in said


def test_a_rise_after_nothing_has_no_ratio_and_says_the_least(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 0, "left")
        add(record, tmp_path, 3, 0, "left")
        for day in (40, 43, 46):
            add(record, tmp_path, day, 20)
    said = ran("compare", "2026-03", "2026-04", "--record", tmp_path / "record")
    assert "no spasm was counted before" in said
    assert "at least" in said


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("1", "1", "overlap"),
        ("2026-03", "2026-03-15..2026-04-20", "overlap"),
        ("1", "2026-03", "overlap"),
        ("99", "1", "no recording 99"),
        ("0", "1", "no recording 0"),
        ("2031-01", "1", "neither a recording nor a day"),
        ("2026-13", "1", "is no month"),
        ("0000-01", "1", "is no month"),
        ("2026-02-30", "1", "is no day"),
        ("march", "1", "is no day"),
        ("..", "1", "names no time"),
        ("", "1", "is no day"),
        ("2026-04..2026-03", "1", "ends before it begins"),
        ("2026-03..x", "1", "is no day"),
        ("-3", "1", "is no day"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(
    first: str, second: str, says: str, cycles: Path, capsys: Capture
) -> None:
    assert says in fails(capsys, "compare", "--record", cycles, "--", first, second)


def test_a_recording_that_was_left_out_cannot_be_compared(tmp_path: Path, capsys: Capture) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 0, 12)
        add(record, tmp_path, 5, 20, "right")
        add(record, tmp_path, 6, 20, measure=False)
    for number in ("2", "3"):
        assert f"Recording {number} has no count" in fails(
            capsys, "compare", "1", number, "--record", tmp_path / "record"
        )


def test_days_of_a_diary_alone_can_be_compared(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record") as record:
        for day in range(12):
            record.add_entry(DiaryEntry(at(day, 22), 2 + day % 2))
        for day in range(31, 43):
            record.add_entry(DiaryEntry(at(day, 22), 6 + day % 2))
    said = ran("compare", "2026-03", "2026-04", "--record", tmp_path / "record")
    assert "no recording; felt 2.5 of 10 on 12 days" in said
    assert "Felt, second minus first: +4.0" in said


def test_an_evening_after_midnight_is_compared_with_its_day(tmp_path: Path, ran: Ran) -> None:
    """Written at one in the night of the change of clocks, it belongs to the day before."""
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        add(record, tmp_path, 238, 12, hour=1)  # 2026-10-25 01:00, the clocks go back at three.
        record.add_entry(DiaryEntry(at(238, 1, 10), 7))
        add(record, tmp_path, 240, 12)
    said = ran("compare", "2026-10-24", "2026-10-27", "--record", tmp_path / "record")
    assert said.startswith("2026-10-24: 12 spasms in 3 min 0 s")
    assert "felt 7.0 of 10 on 1 day" in said


# For other programs


def test_json_holds_every_number_and_what_it_rests_on(cycles: Path, ran: Ran) -> None:
    body = json.loads(ran("course", "--json", "--record", cycles))
    assert (body["format"], body["format_version"], body["side"]) == ("facialis.course", 1, "left")
    assert len(body["recordings"]) == 34
    assert body["recordings"]["1"]["seconds_observed"] == 180
    assert [t["day"] for t in body["treatments"]] == ["2026-04-10", "2026-07-19"]
    ratio = body["course"]["treatments"][0]["change"]["rate_ratio"]
    assert ratio["low"] < ratio["value"] < ratio["high"] < 1
    closure = body["course"]["treatments"][0]["change"]["closure_difference"]
    assert closure["value"] is None
    assert closure["reason"]


def test_json_of_a_comparison(cycles: Path, ran: Ran) -> None:
    body = json.loads(ran("compare", "1", "9", "--json", "--record", cycles))
    assert body["format"] == "facialis.comparison"
    assert body["comparison"]["here"]["name"] == "rate_ratio_here"
    assert body["comparison"]["first"]["recordings"][0]["count"] > 0


def test_json_of_an_empty_record(tmp_path: Path, ran: Ran) -> None:
    open_fake(tmp_path / "record").close()
    body = json.loads(ran("course", "--json", "--record", tmp_path / "record"))
    assert body["course"]["now"] is None
    assert body["recordings"] == {}
    assert body["side"] is None


def test_an_open_end_is_null_and_no_word_that_json_has_not(tmp_path: Path, ran: Ran) -> None:
    with open_fake(tmp_path / "record", measure=Counting()) as record:
        for day, count in ((0, 9), (3, 12), (40, 0), (43, 0)):
            add(record, tmp_path, day, count)
    said = ran("compare", "2026-03", "2026-04", "--json", "--record", tmp_path / "record")
    body = json.loads(said, parse_constant=lambda name: pytest.fail(name))
    assert body["comparison"]["change"]["rate_ratio"]["value"] == 0


def test_asking_changes_nothing(cycles: Path, ran: Ran, tmp_path: Path) -> None:
    copy = shutil.copytree(cycles, tmp_path / "copy")
    with open_fake(copy) as record:
        before = record.audit()
    ran("compare", "1", "2", "--record", copy)
    with open_fake(copy) as record:
        assert record.audit() == before
        assert record.check() == ()
