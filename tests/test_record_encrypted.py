"""An encrypted record shows nothing without its passphrase, and is a record like any other with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from record_dumps import fill
from records import PASSPHRASE, FakeMeasure, open_fake, video

from facialis.errors import OutputError, RecordError
from facialis.record import DiaryEntry, Record, encrypt_record, moment, open_record, restore_record
from facialis.record.database import is_encrypted
from facialis.settings import Settings

WHY = "SQLCipher and age are not installed; pip install '.[encrypt]' brings them"
sqlcipher3 = pytest.importorskip("sqlcipher3", reason=WHY)
pyrage = pytest.importorskip("pyrage", reason=WHY)

pytestmark = pytest.mark.usefixtures("plain_files")
SECRET = "a-thing-nobody-else-should-ever-read"
AT = moment("2026-11-20 12:00", "Europe/Berlin")


@pytest.fixture(autouse=True, scope="module")
def quick_keys() -> Iterator[None]:
    """Keys that are derived in a moment, since how long that takes is not what is looked at."""
    connection = sqlcipher3.connect(":memory:")
    connection.execute("PRAGMA cipher_default_kdf_iter = 1000").close()
    yield
    connection.execute("PRAGMA cipher_default_kdf_iter = 256000").close()
    connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An encrypted record with everything in it."""
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        record.add(video(tmp_path, "second.mp4", more=SECRET), device=SECRET)
        record.add_entry(DiaryEntry(AT, note=SECRET))
    encrypt_record(tmp_path / "record", PASSPHRASE)
    return tmp_path / "record"


def unlocked(place: Path) -> Record:
    return open_fake(place, passphrase=PASSPHRASE)


def readable(folder: Path) -> list[str]:
    words = [SECRET.encode(), b"SQLite format 3", b"PAR1", b"AGE-SECRET-KEY", PASSPHRASE.encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(word in path.read_bytes() for word in words)]


def test_nothing_of_it_can_be_read_without(place: Path) -> None:
    assert is_encrypted(place / "record.db")
    assert readable(place) == []
    assert {path.suffix for path in place.glob("*/*/*")} == {".age"}


def test_with_the_passphrase_it_is_the_same_record(place: Path) -> None:
    truth = FakeMeasure()(place.parent / "monday.mp4", settings=Settings(), mirrored=False)
    with unlocked(place) as record:
        assert record.encrypted
        assert record.check() == ()
        assert record.unfinished() == ()
        assert [r.name for r in record.recordings()] == ["monday.mp4", "second.mp4"]
        assert record.result(1).events == truth.events
        assert record.result(1).signals.time_s.tolist() == truth.signals.time_s.tolist()
        assert record.entries()[-1].note == SECRET
    assert readable(place) == []


def test_what_comes_later_is_encrypted_too(place: Path, tmp_path: Path) -> None:
    with unlocked(place) as record:
        added = record.add(video(tmp_path, "third.mp4", more=SECRET + "3"))
        assert record.measure(added.recording.id, mirrored=True).measured
        assert record.check() == ()
        assert readable(place) == []
        record.delete(added.recording.id, keep_signals=True)
        record.delete(2)
        assert record.check() == ()
    assert len(list(place.glob("recordings/*/*"))) == 1
    assert readable(place) == []


@pytest.mark.parametrize(
    "word", ["wrong", "", PASSPHRASE + " ", PASSPHRASE.upper(), "'; DROP TABLE people; --"]
)
def test_another_passphrase_opens_nothing(place: Path, word: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RecordError, match="passphrase is wrong"):
        open_fake(place, passphrase=word)
    assert capfd.readouterr() == ("", "")


def test_without_one_it_is_said_that_one_is_needed(place: Path) -> None:
    with pytest.raises(RecordError, match="passphrase is needed"):
        open_record(place)


def test_it_is_asked_for_only_where_it_is_needed(tmp_path: Path, place: Path) -> None:
    asked = []

    def ask() -> str:
        asked.append(1)
        return PASSPHRASE

    open_fake(tmp_path / "plain", passphrase=ask).close()
    assert not asked
    open_fake(place, passphrase=ask).close()
    assert asked == [1]


@pytest.mark.parametrize("word", ['it\'s "quoted"', "пароль и ещё слово", "%20:@/?#&=+ ;"])
def test_any_character_may_be_in_it(tmp_path: Path, word: str) -> None:
    open_fake(tmp_path / "record").close()
    encrypt_record(tmp_path / "record", word)
    with open_fake(tmp_path / "record", passphrase=word) as record:
        assert record.check() == ()


@pytest.mark.parametrize("word", ["", "short", "has a \0 zero"])
def test_a_passphrase_that_guards_nothing_is_refused(tmp_path: Path, word: str) -> None:
    open_fake(tmp_path / "record").close()
    with pytest.raises(RecordError):
        encrypt_record(tmp_path / "record", word)
    open_fake(tmp_path / "record").close()


def test_it_is_encrypted_once(place: Path) -> None:
    with pytest.raises(RecordError, match="already"):
        encrypt_record(place, PASSPHRASE)


def test_where_there_is_no_record_there_is_nothing_to_encrypt(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no record"):
        encrypt_record(tmp_path / "record", PASSPHRASE)
    assert not (tmp_path / "record").exists()


def test_a_record_that_is_open_elsewhere_is_not_encrypted(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(AT, 1))
        with pytest.raises(RecordError, match="open"):
            encrypt_record(tmp_path / "record", PASSPHRASE)
        record.add_entry(DiaryEntry(AT, 2))
    with open_fake(tmp_path / "record") as record:
        assert [entry.spasms for entry in record.entries()] == [1, 2]
        assert not record.encrypted


def test_a_full_disk_leaves_the_plain_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("facialis.record.encrypting.os.replace", full)
        with pytest.raises(OutputError, match="no space left"):
            encrypt_record(tmp_path / "record", PASSPHRASE)
    with open_fake(tmp_path / "record") as record:
        assert not record.encrypted
        assert record.check() == ()
    assert not list((tmp_path / "record").glob(".encrypting*"))


def test_a_disk_that_is_full_while_sealing_is_one_sentence(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None:
            pass

    def encrypt_io(reads: object, _: object, keys: list[object]) -> None:
        before(reads, Full(), keys)

    before = pyrage.encrypt_io
    with unlocked(place) as record:
        monkeypatch.setattr(pyrage, "encrypt_io", encrypt_io)
        with pytest.raises(OutputError, match="no space left"):
            record.add(video(tmp_path, "third.mp4"))
        assert len(record.recordings()) == 2
        assert record.check() == ()


@pytest.mark.parametrize("kind", ["recordings", "signals"])
@pytest.mark.parametrize("fault", ["changed", "cut off", "emptied", "another's"])
def test_a_changed_file_is_told(place: Path, kind: str, fault: str) -> None:
    path = next(place.glob(f"{kind}/*/*"))
    content = path.read_bytes()
    if fault == "another's":
        stranger = pyrage.x25519.Identity.generate().to_public()
        path.write_bytes(pyrage.encrypt(b"else", [stranger]))
    else:
        changed = content[:-1] + bytes([content[-1] ^ 1])
        path.write_bytes({"changed": changed, "cut off": content[:-7], "emptied": b""}[fault])
    with unlocked(place) as record:
        problems = record.check()
    assert [problem.path for problem in problems] == [path]
    assert "backup" in problems[0].sentence


def test_a_file_that_stayed_plain_is_told_and_sealed(place: Path) -> None:
    sealed = next(place.glob("recordings/*/*"))
    plain = sealed.with_suffix("")
    plain.write_bytes((place.parent / "monday.mp4").read_bytes())
    sha = plain.name.partition(".")[0]
    with unlocked(place) as record:
        source = next(r for r in record.recordings() if r.sha256 == sha)
        plain.write_bytes((place.parent / source.name).read_bytes())
        sealed.unlink()
        assert ["not encrypted" in p.sentence for p in record.check()] == [True]
        assert record.finish() == (["Encrypted 1 file(s)."], [])
        assert record.check() == ()
    assert not plain.exists()


def test_a_backup_of_it_is_encrypted_and_restores_encrypted(place: Path, tmp_path: Path) -> None:
    with unlocked(place) as record:
        record.backup(tmp_path / "backup.zip")
    (tmp_path / "apart").mkdir()
    os.replace(tmp_path / "backup.zip", tmp_path / "apart" / "backup.zip")
    assert readable(tmp_path / "apart") == []
    archive = tmp_path / "apart" / "backup.zip"
    for word in (None, "another passphrase"):
        with pytest.raises(RecordError, match="passphrase"):
            restore_record(archive, tmp_path / "restored", word)
        assert not (tmp_path / "restored").exists()
    restore_record(archive, tmp_path / "restored", lambda: PASSPHRASE)
    assert readable(tmp_path / "restored") == []
    with unlocked(tmp_path / "restored") as record:
        assert record.check() == ()
        assert record.entries()[-1].note == SECRET


def test_the_key_is_in_no_picture_of_the_record(place: Path) -> None:
    with unlocked(place) as record:
        assert "AGE-SECRET" not in repr(record.store)
        assert PASSPHRASE not in repr(record.store)
