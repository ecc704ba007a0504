"""A record begins where something is added, and says so; what only reads makes none."""

import sys
from io import StringIO
from pathlib import Path

import pytest
from records import open_fake, video

from facialis.cli import cli
from facialis.console import run
from facialis.errors import RecordError
from facialis.record import open_record
from facialis.record.opening import unmake_record

Capture = pytest.CaptureFixture[str]
Where = str | Path
READING = (
    "record list",
    "record show 1",
    "record measure --all",
    "record correct 1 --event 1 --reject",
    "record edit 1 --task rest",
    "record delete 1 --yes",
    "record check",
    "record finish",
    "record audit",
    "record backup all.zip",
    "record export out",
    "record encrypt",
    "diary list",
    "diary edit 1 --spasms 3",
    "diary delete 1 --yes",
    "diary day-ends 5",
    "treatment list",
    "treatment delete 1 --yes",
    "questionnaire list",
    "course",
    "compare 1 2",
    "triggers",
    "trial next",
    "trial list",
    "trial result",
    "questionnaire delete 1 --yes",
    "trial delete 1 --yes",
    "people list",
    "people delete A17 --yes",
    "report --out out",
)
ADDING = (
    "record add monday.mp4 --no-measure",
    "diary add --spasms 4",
    "diary import diary.csv",
    "treatment add toxin Botox",
    "treatment add surgery MVD",
    "treatment add drug carbamazepine",
    "questionnaire add hfs-7 --total 12",
    "people add A17",
    "trial plan coffee",
)
FAILING = (
    "record add missing.mp4",
    "record add missing.mp4 gone.mp4",
    "diary add --spasms 4 --when 2131-01-01",
    "diary add --trigger stress",
    "diary import missing.csv",
    "treatment add drug x --dose -1",
    "questionnaire add hfs-7 --total 99",
    "people add ' '",
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path without a record, and beside it what could go into one."""
    for name in ("FACIALIS_RECORD", "FACIALIS_DATABASE", "FACIALIS_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("facialis.record.when._of_video", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    video(tmp_path)
    (tmp_path / "diary.csv").write_text("when,spasms\n2026-03-04,4\n")
    word = tmp_path / "word"
    word.write_text("several words that are long\n")
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(word))
    return tmp_path / "recrod"


def words(line: str) -> list[str]:
    import shlex

    return shlex.split(line)


@pytest.mark.parametrize("line", READING)
def test_what_only_reads_makes_no_record(place: Path, capsys: Capture, line: str) -> None:
    before = sorted(place.parent.iterdir())
    assert run(cli, [*words(line), "--record", str(place)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"facialis: There is no record at {place}")
    assert told.err.count("\n") == 1
    assert sorted(place.parent.iterdir()) == before


def test_all_commands_of_the_record_are_among_these() -> None:
    """A new command has to say whether it may make a record."""

    def paths(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        children = getattr(command, "commands", {})
        if children:
            return [found for name, each in children.items() for found in paths(each, (*path, name))]
        return [path] if any("--record" in p.opts for p in getattr(command, "params", [])) else []

    known = [*READING, *ADDING, "record import", "record restore"]
    unknown = [p for p in paths(cli) if not any(line.startswith(" ".join(p)) for line in known)]
    assert unknown == []


@pytest.mark.parametrize("line", ADDING)
def test_what_adds_begins_one_and_says_where(place: Path, capsys: Capture, line: str) -> None:
    assert run(cli, [*words(line), "--record", str(place)]) == 0
    assert capsys.readouterr().err == f"A new record was made: {place}\n"
    run(cli, ["people", "add", "B2", "--record", str(place)])
    assert "new record" not in capsys.readouterr().err


@pytest.mark.parametrize("line", FAILING)
def test_what_cannot_be_added_begins_none(place: Path, capsys: Capture, line: str) -> None:
    assert run(cli, [*words(line), "--record", str(place)]) == 1
    assert "new record" not in capsys.readouterr().err
    assert not place.exists()


@pytest.mark.parametrize(("line", "code"), [("diary add", 1), ("record import diary.csv", 1)])
@pytest.mark.parametrize("there", [False, True])
def test_what_fails_on_the_way_takes_the_new_record_back(
    place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, line: str, code: int, there: bool
) -> None:
    if there:
        place.mkdir()
        (place / "holiday.txt").write_text("of somebody")
    monkeypatch.setattr(sys, "stdin", StringIO("4\n"))
    assert run(cli, [*words(line), "--record", str(place)]) == code
    assert "new record" not in capsys.readouterr().err
    assert [path.name for path in place.glob("*")] == ["holiday.txt"] * there
    assert place.exists() is there


def test_a_record_with_anything_in_it_is_not_taken_back(place: Path) -> None:
    with open_fake(place) as record:
        record.add_person("A17")
        assert not unmake_record(record)
    with open_fake(place) as record:
        assert [each.name for each in record.people()] == ["A17"]
        assert not unmake_record(record)


def test_a_record_that_another_program_is_at_is_not_taken_back(place: Path) -> None:
    with open_fake(place) as record, open_fake(place) as other:
        assert not unmake_record(record)
        other.add_person("A17")
    with open_fake(place) as record:
        assert [each.name for each in record.people()] == ["A17"]


def test_an_archive_may_begin_one(place: Path, tmp_path: Path, capsys: Capture) -> None:
    run(cli, ["diary", "add", "--spasms", "4", "--record", str(tmp_path / "first")])
    run(cli, ["record", "export", "first.zip", "--record", str(tmp_path / "first")])
    capsys.readouterr()
    assert run(cli, ["record", "import", "first.zip", "--record", str(place)]) == 0
    assert f"A new record was made: {place}" in capsys.readouterr().err


def test_the_first_words_at_home_say_how_to_begin(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert place
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "home"))
    assert run(cli, ["course"]) == 1
    said = capsys.readouterr().err
    assert "facialis record add" in said
    assert "facialis diary add" in said
    assert not (tmp_path / "home").exists()


def test_a_folder_of_other_things_is_no_record(place: Path, capsys: Capture) -> None:
    assert run(cli, ["record", "list", "--record", str(place.parent)]) == 1
    assert "There is no record at" in capsys.readouterr().err
    assert not list(place.parent.glob("record*"))


# In Python, on both databases


def test_a_record_says_whether_it_is_new(where: Where) -> None:
    with open_fake(where) as record:
        assert record.is_new
    with open_fake(where) as record:
        assert not record.is_new
    with open_fake(where, make=False) as record:
        assert not record.is_new


def test_one_that_is_not_there_is_not_made(where: Where, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(RecordError, match=r"There is no record (at|in the database) [^/]?") as refused:
            open_fake(where, make=False)
        assert ("people add" in str(refused.value)) is isinstance(where, str)
    assert not (tmp_path / "record").exists()
    with open_fake(where) as record:
        assert record.is_new


def test_a_server_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed; pip install '.[test]' brings it")
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    with pytest.raises(RecordError) as caught:
        open_record(f"postgresql:///nobody?host={tmp_path}&user=x", make=False)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "record").exists()


def test_every_reading_command_is_ready_for_an_empty_record(
    place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that was just made has nothing to show, which is no fault."""
    monkeypatch.setattr(sys, "argv", ["facialis"])
    open_record(place).close()
    for line in ("record list", "diary list", "treatment list", "questionnaire list", "course", "triggers"):
        assert run(cli, [*words(line), "--record", str(place)]) == 0
        assert capsys.readouterr().err == ""


FOREIGN = ("work/project/thesis.txt", "recordings/holiday.txt", "signals/any.txt")


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("line", ["diary add --spasms 3", "diary import {bad}"], ids=["works", "fails"])
def test_what_lies_in_a_folder_already_is_neither_swept_up_nor_changed(
    tmp_path: Path, name: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    own = home / name
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    own.chmod(0o755)
    bad = tmp_path / "bad.csv"
    bad.write_text("nonsense\n1\n")
    arguments = [word.format(bad=bad) for word in line.split()]
    assert run(cli, [*arguments, "--record", str(home)]) != 0
    said = capsys.readouterr().err
    assert "record.db" in said
    assert said.count("\n") == 1
    assert own.read_text() == "mine"
    assert own.stat().st_mode & 0o777 == 0o755
    assert [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()] == [name]


def test_a_record_whose_database_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "recordings").mkdir(parents=True)
    (home / "recordings" / "0a1b.mp4").write_bytes(b"film")
    with pytest.raises(RecordError, match="restore a backup"):
        open_record(home)
    assert (home / "recordings" / "0a1b.mp4").read_bytes() == b"film"


def test_other_peoples_folders_among_the_working_ones_stay(tmp_path: Path) -> None:
    with open_record(tmp_path):
        pass
    (tmp_path / "work" / "project").mkdir(parents=True)
    (tmp_path / "work" / "project" / "thesis.txt").write_text("mine")
    (tmp_path / "work" / ("0" * 16)).mkdir()
    with open_record(tmp_path):
        pass
    assert (tmp_path / "work" / "project" / "thesis.txt").read_text() == "mine"
    assert not (tmp_path / "work" / ("0" * 16)).exists()


def test_a_folder_without_a_name_is_none() -> None:
    with pytest.raises(RecordError, match="no name"):
        open_record("")
