"""The commands that bring a record out and in again: what they print, what they write, how they fail."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from exchanges import AT, Tampered, dump, exported, fill
from records import PASSPHRASE, open_fake

from facialis.cli import cli
from facialis.console import run
from facialis.record import DiaryEntry, encrypt_record

Capture = pytest.CaptureFixture[str]
Ran = Callable[..., str]
pytestmark = pytest.mark.usefixtures("plain_files")


@pytest.fixture
def place(plain_files: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record with something in every table, where the commands look for it."""
    _ = plain_files
    monkeypatch.setenv("FACIALIS_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("FACIALIS_DATABASE", raising=False)
    monkeypatch.delenv("FACIALIS_PASSPHRASE_FILE", raising=False)
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
    return tmp_path / "record"


@pytest.fixture
def ran(place: Path, capsys: Capture) -> Ran:
    """Run a command that succeeds and return what it printed."""
    _ = place

    def command(*words: str) -> str:
        code = run(cli, words)
        told = capsys.readouterr()
        assert (code, re.sub("^A new record was made: .*\n", "", told.err)) == (0, "")
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


def test_an_archive_is_written_and_imported(ran: Ran, tmp_path: Path) -> None:
    said = ran("record", "export", str(tmp_path / "out.zip"))
    assert said.startswith(f"Written to {tmp_path / 'out.zip'}.\nIt is not encrypted: ")
    new = str(tmp_path / "new")
    said = ran("record", "import", str(tmp_path / "out.zip"), "--record", new)
    assert said.startswith("Added: 4 recording(s), 3 measurement(s), 3 correction(s), 3 diary entries")
    again = ran("record", "import", str(tmp_path / "out.zip"), "--record", new)
    assert again.startswith("Added: nothing.\nHere already: 4 recording(s)")
    assert "The record is whole" in ran("record", "check", "--record", new)


def test_whose_it_is(ran: Ran, tmp_path: Path, capsys: Capture) -> None:
    ran("record", "export", str(tmp_path / "home.zip"))
    clinic = str(tmp_path / "clinic")
    ran("people", "add", "B2", "--record", clinic)
    said = fails(capsys, "record", "import", str(tmp_path / "home.zip"), "--record", clinic)
    assert "--as" in said
    ran("record", "import", str(tmp_path / "home.zip"), "--record", clinic, "--as", "A17")
    assert ran("people", "list", "--record", clinic) == "B2\nA17\n"
    ran("record", "export", str(tmp_path / "back.zip"), "--record", clinic, "--person", "A17")
    ran("record", "import", str(tmp_path / "back.zip"), "--as", "")
    assert ran("people", "list") == "(without a name)\n"


def test_what_was_left_out_is_told(ran: Ran, tmp_path: Path) -> None:
    tampered = Tampered(exported(tmp_path, "one.zip"))
    for number in range(len(tampered.rows("events"))):
        tampered.change("events", number, reason="another")
    said = ran("record", "import", str(tampered.write(tmp_path / "other.zip")))
    assert "correction(s) were left out" in said


def test_tables(ran: Ran, tmp_path: Path) -> None:
    assert "Written to" in ran("record", "export", str(tmp_path / "tables"), "--to", "csv")
    assert (tmp_path / "tables" / "diary_entries.csv").is_file()


def test_a_bundle(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 made up")
    words = ("--to", "fhir", "--diagnosed", "left", "--pdf", str(tmp_path / "report.pdf"))
    ran("record", "export", str(tmp_path / "bundle.json"), *words)
    kinds = {
        e["resource"]["resourceType"] for e in json.loads((tmp_path / "bundle.json").read_text())["entry"]
    }
    assert {"Condition", "DiagnosticReport"} <= kinds
    ran("record", "export", str(tmp_path / "plain.json"), "--to", "fhir")
    assert "Condition" not in (tmp_path / "plain.json").read_text()


def test_a_dataset(ran: Ran, tmp_path: Path) -> None:
    said = ran("record", "export", str(tmp_path / "dataset"), "--to", "bids")
    assert "It holds 3 recording(s); 1 without a measurement are left out." in said
    assert (tmp_path / "dataset" / "dataset_description.json").is_file()


@pytest.fixture
def word(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = place  # Which comes first, as it forgets the passphrase.
    pytest.importorskip("pyrage", reason="pip install '.[encrypt]' brings age")
    (tmp_path / "word").write_text(PASSPHRASE)
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(tmp_path / "word"))


@pytest.mark.usefixtures("word")
def test_an_encrypted_archive(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    said = ran("record", "export", str(tmp_path / "sealed.zip"), "--encrypt")
    assert "not encrypted" not in said
    monkeypatch.delenv("FACIALIS_PASSPHRASE_FILE")
    new = str(tmp_path / "new")
    said = fails(capsys, "record", "import", str(tmp_path / "sealed.zip"), "--record", new)
    assert "passphrase" in said
    (tmp_path / "wrong").write_text("not those words")
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(tmp_path / "wrong"))
    said = fails(capsys, "record", "import", str(tmp_path / "sealed.zip"), "--record", new)
    assert "not the one of sealed.zip" in said
    monkeypatch.setenv("FACIALIS_PASSPHRASE_FILE", str(tmp_path / "word"))
    assert "Added: 4 recording(s)" in ran("record", "import", str(tmp_path / "sealed.zip"), "--record", new)


@pytest.mark.usefixtures("word")
def test_it_is_said_that_what_leaves_an_encrypted_record_is_open(
    ran: Ran, place: Path, tmp_path: Path
) -> None:
    pytest.importorskip("sqlcipher3", reason="pip install '.[encrypt]' brings SQLCipher")
    encrypt_record(place, PASSPHRASE)
    for kind in ("archive", "csv", "fhir", "bids"):
        said = ran("record", "export", str(tmp_path / f"as {kind}"), "--to", kind)
        assert "Your record is encrypted, but this is not" in said
    assert "encrypted" not in ran("record", "export", str(tmp_path / "sealed"), "--encrypt")


def test_a_hostile_archive_is_one_sentence_and_changes_nothing(
    place: Path, tmp_path: Path, capsys: Capture
) -> None:
    tampered = Tampered(exported(tmp_path, "one.zip"))
    tampered.parts["../evil.txt"] = b"harm"
    with open_fake(place) as record:
        before = dump(record)
    said = fails(capsys, "record", "import", str(tampered.write(tmp_path / "evil.zip")))
    assert "evil.zip is not imported" in said
    with open_fake(place) as record:
        assert dump(record) == before
    assert not list(tmp_path.rglob("evil.txt"))


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("export", "out", "--to", "pdf"),
        ("export", "out", "--to", "csv", "--encrypt"),
        ("export", "out", "--diagnosed", "left"),
        ("export", "out", "--to", "bids", "--pdf", "report.pdf"),
        ("export", "out", "--to", "fhir", "--diagnosed", "up"),
        ("import",),
    ],
)
def test_options_that_do_not_go_together(place: Path, capsys: Capture, words: tuple[str, ...]) -> None:
    assert place.is_dir()
    assert "Usage: " in fails(capsys, "record", *words, code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("import", "missing.zip"),
        ("import", "record"),
        ("export", "no/such/folder/out.zip"),
        ("export", "out.json", "--to", "fhir", "--pdf", "missing.pdf"),
        ("export", "out.json", "--to", "fhir", "--pdf", "monday.mp4"),
        ("export", "record", "--to", "bids"),
        ("export", "monday.mp4", "--to", "csv"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (place / "work").mkdir(exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    fails(capsys, "record", *words)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_import_that_was_cut_off_is_told_and_finished(
    ran: Ran, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def other(record: object, _: Path) -> None:
        record.add_entry(DiaryEntry(AT, 9, note="from elsewhere"))  # type: ignore[attr-defined]

    archive = exported(tmp_path, "late.zip", other)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("facialis.record.journal.Operation.done", stop)
        assert run(cli, ("record", "import", str(archive))) == 130
    capsys.readouterr()
    assert run(cli, ("record", "list")) == 0
    assert "Importing late.zip was cut off" in capsys.readouterr().err
    assert run(cli, ("record", "finish")) == 0
    assert "late.zip is imported." in capsys.readouterr().out
    with open_fake(place) as record:
        assert "from elsewhere" in [entry.note for entry in record.entries()]
    assert "The record is whole" in ran("record", "check")
