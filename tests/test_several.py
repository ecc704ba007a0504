"""Names for the results of several recordings."""

from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.commands.several import apart


def names(*files: str) -> list[str]:
    return list(apart([Path(file) for file in files]).values())


def test_a_name_of_its_own_is_kept() -> None:
    assert names("x/monday.mp4", "y/tuesday.mov", "z/no ending") == ["monday", "tuesday", "no ending"]


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    assert names("a/visit.mp4", "b/visit.mp4", "c.mp4") == ["a-visit", "b-visit", "c"]
    assert names("a/1/visit.mp4", "b/1/visit.mp4") == ["a-1-visit", "b-1-visit"]


def test_or_by_their_endings() -> None:
    assert names("day/visit.mp4", "day/visit.edf") == ["day-visit.mp4", "day-visit.edf"]


def test_the_same_names_in_two_peoples_folders_keep_whose_they_are() -> None:
    files = [f"{who}/visit/rec.{ending}" for who in ("ID1", "ID2") for ending in ("mp4", "edf")]
    assert names(*files) == [
        f"{who}-visit-rec.{ending}" for who in ("ID1", "ID2") for ending in ("mp4", "edf")
    ]


def test_what_is_no_file_has_a_name_too() -> None:
    assert len(set(names(".", "/", "a"))) == 3


def test_a_large_letter_alone_is_no_difference() -> None:
    assert names("a/visit.mp4", "b/Visit.mp4") == ["a-visit", "b-Visit"]


def test_a_file_that_is_called_as_another_would_be() -> None:
    found = names("a/visit.mp4", "b/visit.mp4", "c/a-visit.mp4")
    assert len(set(found)) == 3


@pytest.mark.parametrize("second", ["a/visit.mp4", "./a/visit.mp4", "b/../a/visit.mp4"])
def test_the_same_file_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in "ab":
        (tmp_path / folder).mkdir()
    with pytest.raises(click.UsageError, match="give it once"):
        apart([Path("a/visit.mp4"), Path(second)])


parts = st.sampled_from(["a", "b", "A", "a-b"])
paths = st.builds(
    lambda folders, name, ending: Path("/", *folders, name + ending),
    st.lists(parts, max_size=3),
    parts,
    st.sampled_from(["", ".mp4", ".edf"]),
)


@given(st.lists(paths, min_size=1, max_size=8, unique_by=lambda path: str(path).casefold()))
def test_each_has_a_name_and_no_two_the_same(files: list[Path]) -> None:
    found = apart(files)
    assert set(found) == set(files)
    assert len({name.casefold() for name in found.values()}) == len(files)
    assert all("/" not in name for name in found.values())
