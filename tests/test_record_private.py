"""A record is its owner's alone, also one that was open to others; a clinic's has its keeper's rights."""

import os
import stat
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from records import PASSPHRASE, FakeMeasure, open_fake, video

from facialis.record import DiaryEntry, encrypt_record, moment, open_record, restore_record

AT = moment("2026-03-01 12:30", "Europe/Berlin")
pytestmark = [
    pytest.mark.usefixtures("plain_files"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has rights of its own"),
]


@pytest.fixture(autouse=True, params=[0o022, 0o000], ids=["umask 022", "umask 000"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the user's own habits are."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return what is open to others below a folder, and the folder itself, with its rights."""
    found = [folder, *folder.rglob("*")]
    return {
        path.relative_to(folder.parent).as_posix(): oct(stat.S_IMODE(path.stat().st_mode))
        for path in found
        if path.stat().st_mode & 0o077
    }


def fill(place: Path, tmp_path: Path) -> None:
    with open_fake(place) as record:
        record.add(video(tmp_path), at=AT)
        record.add_entry(DiaryEntry(AT, 4))
        record.delete(record.add(video(tmp_path, "gone.mp4"), at=AT).recording.id)


def widen(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)


def test_a_new_record_is_closed_to_others_from_its_first_moment(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "record"
    with open_fake(place) as record:
        record.add(video(tmp_path), at=AT)
        assert modes(place) == {}  # Also while it is open, with the log of changes beside the database.
        assert {path.name for path in place.iterdir()} >= {"record.db-wal", "record.db-shm", "work"}
    assert modes(place) == {}


def test_what_is_under_way_is_closed_too(tmp_path: Path) -> None:
    seen: dict[str, str] = {}

    class Looking(FakeMeasure):
        def __call__(self, path: Path, **more: object) -> object:  # type: ignore[override]
            seen.update(modes(path.parents[2]))
            assert path.parent.parent.name == "work"
            return super().__call__(path, **more)  # type: ignore[arg-type]

    place = tmp_path / "record"
    with open_record(place, measure=Looking()) as record:  # type: ignore[arg-type]
        record.add(video(tmp_path), at=AT)
    # The copy lies open in a folder that is closed.
    assert {name for name in seen if not name.startswith("record/work/")} == set()


def test_a_record_that_was_open_is_closed_by_opening_it(tmp_path: Path) -> None:
    place = tmp_path / "record"
    fill(place, tmp_path)
    widen(place)
    assert len(modes(place)) > 5
    with open_fake(place, make=False) as record:
        assert modes(place) == {}
        assert record.check() == ()
        assert len(record.entries()) == 1


def test_a_folder_that_was_there_before_is_closed(tmp_path: Path) -> None:
    place = tmp_path / "record"
    place.mkdir()
    place.chmod(0o755)
    fill(place, tmp_path)
    assert modes(place) == {}


def test_a_folder_of_other_things_keeps_its_rights_and_theirs(tmp_path: Path) -> None:
    place = tmp_path / "shared"
    place.mkdir()
    place.chmod(0o755)
    (place / "workshop").mkdir()
    (place / "workshop").chmod(0o755)
    (place / "workshop" / "notes.txt").write_text("of others")
    (place / "workshop" / "notes.txt").chmod(0o644)
    fill(place, tmp_path)
    assert modes(place) == {
        "shared": "0o755",
        "shared/workshop": "0o755",
        "shared/workshop/notes.txt": "0o644",
    }


def test_links_are_not_followed_out_of_the_record(tmp_path: Path) -> None:
    place, outside = tmp_path / "record", tmp_path / "outside"
    fill(place, tmp_path)
    outside.mkdir()
    outside.chmod(0o755)
    (outside / "file").write_text("of others")
    (outside / "file").chmod(0o644)
    widen(place)
    (place / "recordings" / "link").symlink_to(outside)
    (place / "signals" / "file").symlink_to(outside / "file")
    open_fake(place).close()
    assert stat.S_IMODE(outside.stat().st_mode) == 0o755
    assert stat.S_IMODE((outside / "file").stat().st_mode) == 0o644


def test_a_restored_record_is_closed(tmp_path: Path) -> None:
    fill(tmp_path / "record", tmp_path)
    with open_fake(tmp_path / "record") as record:
        record.backup(tmp_path / "all.zip")
    restore_record(tmp_path / "all.zip", tmp_path / "restored")
    assert not any(name.count("/") == 1 for name in modes(tmp_path / "restored") if name.endswith(".db"))
    with open_fake(tmp_path / "restored") as record:
        assert modes(tmp_path / "restored") == {}
        assert record.check() == ()


@pytest.mark.skipif(
    not (find_spec("sqlcipher3") and find_spec("pyrage")),
    reason="SQLCipher and age are not installed; pip install '.[encrypt]' brings them",
)
def test_an_encrypted_record_is_closed(tmp_path: Path) -> None:
    place = tmp_path / "record"
    fill(place, tmp_path)
    encrypt_record(place, PASSPHRASE, measure=FakeMeasure())
    assert modes(place) == {}
    with open_fake(place, passphrase=PASSPHRASE) as record:
        record.add(video(tmp_path, "more.mp4"), at=AT)
        assert modes(place) == {}
        assert record.check() == ()


def test_a_clinics_folder_has_its_keepers_rights(
    databases: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others of the staff read what one of them added."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    folder.chmod(0o770)
    monkeypatch.setenv("FACIALIS_RECORD", str(folder))
    before = os.umask(0o007)
    with open_fake(databases.new()) as record:  # type: ignore[attr-defined]
        record.add(video(tmp_path), at=AT)
    os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o770
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "record.lock"]
    assert files
    assert all(path.stat().st_mode & 0o060 == 0o060 for path in files)
    assert all(path.stat().st_mode & 0o070 == 0o070 for path in folder.rglob("*") if path.is_dir())


def test_a_file_whose_making_was_cut_off_is_no_record_yet(tmp_path: Path) -> None:
    place = tmp_path / "record"
    place.mkdir()
    (place / "record.db").touch()
    with open_fake(place) as record:
        assert record.is_new
        assert record.check() == ()
