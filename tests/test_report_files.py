import errno
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facialis.errors import OutputError
from facialis.report.files import write_beside, write_folder


def listing(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_a_file_appears_whole_and_alone(tmp_path: Path) -> None:
    with write_beside(tmp_path / "a.json") as temporary:
        temporary.write_text("1")
        assert not (tmp_path / "a.json").exists()
        assert temporary.suffix == ".json"
    assert listing(tmp_path) == ["a.json"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_keeps_the_old_file_and_leaves_nothing_new(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    (tmp_path / "a.json").write_text("old")

    def fail() -> None:
        with write_beside(tmp_path / "a.json") as temporary:
            temporary.write_text("half")
            raise failure

    with pytest.raises(failure):
        fail()
    assert (tmp_path / "a.json").read_text() == "old"
    assert listing(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_an_operating_system_error_becomes_one_sentence(tmp_path: Path, code: int, words: str) -> None:
    def fail() -> None:
        with write_beside(tmp_path / "a.json") as temporary:
            temporary.write_text("half")
            raise OSError(code, os.strerror(code))

    with pytest.raises(OutputError, match=words) as caught:
        fail()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.count("\n") == 0
    assert "a.json" in sentence
    assert listing(tmp_path) == []


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")

    def fail() -> None:
        with write_beside(tmp_path / "a.txt"), Path("/dev/full").open("w") as full:
            full.write("x" * 100_000)

    with pytest.raises(OutputError, match="no space left"):
        fail()


def test_a_folder_where_a_file_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"), write_beside(tmp_path):
        pytest.fail("the body must not run when the name cannot be written")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"), write_beside(tmp_path / "no" / "a") as temporary:
        temporary.write_text("1")


def test_no_permission(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(OutputError, match="may not write"), write_beside(tmp_path / "a") as temporary:
            temporary.write_text("1")
    finally:
        tmp_path.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("name", ["x" * 250 + ".json", "Ü <b>.json", "a b.json", ".json", "no-suffix"])
def test_every_allowed_name_can_be_written(tmp_path: Path, name: str) -> None:
    with write_beside(tmp_path / name) as temporary:
        temporary.write_text("1")
    assert listing(tmp_path) == [name]


def test_the_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    with write_beside(tmp_path / "a") as temporary:
        temporary.write_text("1")
    (tmp_path / "b").write_text("1")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_new_folder_appears_whole_with_its_parents(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    with write_folder(folder) as temporary:
        (temporary / "a").write_text("1")
        (temporary / "b").write_text("2")
        assert not folder.exists()
    assert listing(tmp_path) == ["deep", "deep/out", "deep/out/a", "deep/out/b"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failed_folder_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    def fail() -> None:
        with write_folder(tmp_path / "deep" / "out") as temporary:
            (temporary / "a").write_text("half")
            raise failure

    with pytest.raises(failure):
        fail()
    assert listing(tmp_path) == []


def test_an_existing_folder_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "a").write_text("old")
    with write_folder(tmp_path) as temporary:
        (temporary / "a").write_text("new")
    assert listing(tmp_path) == ["a", "mine.txt"]
    assert (tmp_path / "a").read_text() == "new"


def test_a_failure_leaves_an_existing_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    def fail() -> None:
        with write_folder(tmp_path) as temporary:
            (temporary / "a").write_text("new")
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OutputError, match="no space left"):
        fail()
    assert listing(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_refused_move_changes_none_of_the_old_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()

    def fail() -> None:
        with write_folder(tmp_path) as temporary:
            (temporary / "a").write_text("new")
            (temporary / "b").write_text("new")

    with pytest.raises(OutputError, match="it is a folder"):
        fail()
    assert (tmp_path / "a").read_text() == "old"
    assert listing(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("inside", ["file", "file/deeper", "file/deeper/still"])
def test_a_file_where_a_folder_is_wanted(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("1")
    with (
        pytest.raises(OutputError, match="a file stands where a folder is needed"),
        write_folder(tmp_path / inside),
    ):
        pytest.fail("the body must not run when the folder cannot be made")
    assert listing(tmp_path) == ["file"]


def test_an_error_of_our_own_passes_unchanged(tmp_path: Path) -> None:
    def fail() -> None:
        with write_folder(tmp_path / "out"):
            raise OutputError("said already.")

    with pytest.raises(OutputError, match=r"^said already\.$"):
        fail()


# What a run that was killed left behind


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be locked there")
@pytest.mark.parametrize("exists", [False, True])
def test_the_next_run_sweeps_what_a_killed_one_left_and_not_what_a_living_one_needs(
    tmp_path: Path, exists: bool
) -> None:
    folder = tmp_path / "out"
    home = folder if exists else tmp_path
    home.mkdir(exist_ok=True)
    code = (
        "import sys, time; from pathlib import Path; from facialis.report.files import write_folder\n"
        f"with write_folder(Path({str(folder)!r})) as t:\n"
        "    (t / 'report.html').write_text('half'); print(t, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        temporary = Path(other.stdout.readline().strip())
        with write_folder(folder) as mine:
            (mine / "a").write_text("1")
            assert (temporary / "report.html").exists()
        other.kill()
    assert temporary.exists()
    with write_folder(tmp_path / "other") if not exists else write_folder(folder):
        assert not temporary.exists()
    assert not list(tmp_path.rglob(".facialis-*"))


def test_where_folders_cannot_be_locked_a_day_must_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facialis.report.files._locked", lambda _: None)
    for name, age_s in (("old", 100_000), ("new", 1000)):
        (tmp_path / f".facialis-{name}").mkdir()
        os.utime(tmp_path / f".facialis-{name}", (time.time() - age_s,) * 2)
    with write_folder(tmp_path):
        pass
    assert listing(tmp_path) == [".facialis-new"]


# Which file is to blame


@pytest.mark.parametrize("nested", [False, True])
def test_the_sentence_names_the_users_path_and_not_a_temporary_one(tmp_path: Path, nested: bool) -> None:
    def fail(folder: Path) -> None:
        with write_folder(folder) as temporary:
            if nested:
                fail_in(temporary)
            with write_beside(temporary / "report.html"):
                raise OSError(errno.ENOSPC, "full")

    def fail_in(folder: Path) -> None:
        with write_folder(folder / "video") as temporary, write_beside(temporary / "report.html"):
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OutputError) as caught:
        fail(tmp_path / "out")
    inside = "video/report.html" if nested else "report.html"
    assert str(caught.value).startswith(f"Cannot write {str(tmp_path / 'out' / inside)!r}: there is no space")
    assert ".facialis-" not in str(caught.value)
    assert listing(tmp_path) == []


def test_a_file_of_the_temporary_folder_is_named_by_its_final_place(tmp_path: Path) -> None:
    def fail() -> None:
        with write_folder(tmp_path / "out") as temporary:
            (temporary / "missing" / "a").write_text("1")

    with pytest.raises(OutputError, match=re.escape(f"{tmp_path / 'out' / 'missing' / 'a'}")):
        fail()


def test_a_file_that_cannot_be_read_is_not_one_that_cannot_be_written(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"

    def fail() -> None:
        with write_folder(tmp_path / "out") as temporary, write_beside(temporary / "overlay.mp4"):
            raise PermissionError(errno.EACCES, "Permission denied", str(video))

    with pytest.raises(PermissionError) as caught:
        fail()
    assert caught.value.filename == str(video)
    assert listing(tmp_path) == []
