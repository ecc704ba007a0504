"""The affected side is anchored by the first clear recording, and a flip is never silent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import open_fake, video

from facialis.record import moment
from facialis.record.sides import CLEAR, Sided, anchor_of, change_sentence, flip_sentence, flips
from facialis.record.times import Moment
from facialis.types import RecordingSide, SideVerdict

START = datetime(2026, 1, 1, tzinfo=UTC)


def showed(number: int, side: RecordingSide, probability: float = 0.97, day: int | None = None) -> Sided:
    at = Moment(START + timedelta(days=number if day is None else day), "UTC")
    return Sided(number, at, SideVerdict(side, probability, ""))


def test_the_first_clear_recording_says_the_side() -> None:
    told = [showed(1, "none"), showed(2, "right", CLEAR - 0.01), showed(3, "left"), showed(4, "right")]
    anchor = anchor_of(told)
    assert anchor is not None
    assert (anchor.side, anchor.recording_id) == ("left", 3)


def test_first_is_by_when_it_was_recorded() -> None:
    anchor = anchor_of([showed(1, "left", day=9), showed(2, "right", day=3)])
    assert anchor is not None
    assert anchor.recording_id == 2


def test_without_a_clear_one_there_is_no_anchor_and_no_flip() -> None:
    told = [showed(1, "none"), showed(2, "left", 0.5), showed(3, "both"), showed(4, "undetermined", 0.1)]
    assert anchor_of(told) is None
    assert flips(told) == ()


def test_flips_are_the_other_side_and_both_also_unclear_ones() -> None:
    told = [
        showed(1, "left"),
        showed(2, "right"),
        showed(3, "both"),
        showed(4, "none"),
        showed(5, "right", 0.6),
    ]
    assert [flip.recording_id for flip in flips(told)] == [2, 3, 5]


def test_the_sentence_says_what_to_do() -> None:
    told = [showed(1, "left"), showed(2, "right")]
    anchor = anchor_of(told)
    assert anchor is not None
    sentence = flip_sentence(told[1], anchor)
    assert "--mirrored" in sentence
    assert "recording: 1, 2026-01-02" in sentence


sides = st.sampled_from(["left", "right", "both", "none", "undetermined"])
histories = st.lists(st.tuples(sides, st.floats(0, 1)), max_size=8)


@given(histories, st.randoms())
def test_the_order_in_which_they_are_told_does_not_matter(
    history: list[tuple[RecordingSide, float]], chance
) -> None:  # type: ignore[no-untyped-def]
    told = [showed(n, side, p) for n, (side, p) in enumerate(history)]
    mixed = list(told)
    chance.shuffle(mixed)
    assert anchor_of(mixed) == anchor_of(told)
    assert {f.recording_id for f in flips(mixed)} == {f.recording_id for f in flips(told)}


@given(histories)
def test_the_anchor_itself_is_never_a_flip(history: list[tuple[RecordingSide, float]]) -> None:
    told = [showed(n, side, p) for n, (side, p) in enumerate(history)]
    anchor = anchor_of(told)
    assert anchor is None or anchor.recording_id not in [f.recording_id for f in flips(told)]


@pytest.mark.usefixtures("plain_files")
def test_a_mirrored_selfie_is_flagged_and_put_right(where: str | Path, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add(video(tmp_path, "a.mp4", "left"), at=moment("2026-03-01 10:00", "UTC"))
        flipped = record.add(video(tmp_path, "b.mp4", "right"), at=moment("2026-03-08 10:00", "UTC"))
        assert list(record.flips()) == [flipped.recording.id]
        record.measure(flipped.recording.id, mirrored=True)
        assert record.flips() == {}


@pytest.mark.usefixtures("plain_files")
def test_an_earlier_recording_that_moves_the_anchor_flags_the_later_ones(
    where: str | Path, tmp_path: Path
) -> None:
    with open_fake(where) as record:
        later = record.add(video(tmp_path, "a.mp4", "left"), at=moment("2026-03-01 10:00", "UTC"))
        record.add(video(tmp_path, "b.mp4", "right"), at=moment("2025-03-01 10:00", "UTC"))
        anchor = record.anchor()
        assert anchor is not None
        assert anchor.side == "right"
        assert list(record.flips()) == [later.recording.id]


def test_one_earlier_recording_does_not_outvote_five() -> None:
    told = [*(showed(n, "left") for n in range(1, 6)), showed(6, "right", day=0)]
    anchor = anchor_of(told)
    assert anchor is not None
    assert (anchor.side, anchor.recording_id) == ("left", 1)
    assert "in doubt: the first clear recording, 6 (2026-01-01), shows the right side" in anchor.doubt
    assert "5 of 6" in anchor.doubt
    assert [flip.recording_id for flip in flips(told)] == [6]
    assert "in doubt" in flip_sentence(told[5], anchor)


@given(st.integers(1, 6), st.integers(0, 6))
def test_the_first_stands_until_most_contradict_it(same: int, other: int) -> None:
    told = [*(showed(n, "left") for n in range(same)), *(showed(20 + n, "right") for n in range(other))]
    anchor = anchor_of(told)
    assert anchor is not None
    assert anchor.side == ("left" if same >= other else "right")
    assert bool(anchor.doubt) == (other > same)


def test_a_change_is_only_told_where_there_is_one() -> None:
    left, right = anchor_of([showed(1, "left")]), anchor_of([showed(1, "right")])
    assert change_sentence(None, left) == change_sentence(left, left) == change_sentence(left, None) == ""
    assert "is the right, not the left" in change_sentence(left, right)


@pytest.mark.usefixtures("plain_files")
def test_adding_says_that_the_side_changed_or_is_in_doubt(where: str | Path, tmp_path: Path) -> None:
    with open_fake(where) as record:
        first = record.add(video(tmp_path, "a.mp4", "left"), at=moment("2026-03-01 10:00", "UTC"))
        turned = record.add(video(tmp_path, "b.mp4", "right"), at=moment("2025-03-01 10:00", "UTC"))
        assert first.notes == ()
        assert "is the right, not the left as before" in turned.notes[-1]
        back = record.add(video(tmp_path, "c.mp4", "left"), at=moment("2026-03-03 10:00", "UTC"))
        assert "is the left, not the right as before" in back.notes[-1]
        gathered = record.gathered()
        assert gathered.side == "left"
        assert gathered.notes[0] == gathered.doubt
        assert "in doubt" in gathered.doubt
        assert record.gathered(side="right").doubt == ""
        assert record.measure(turned.recording.id, mirrored=True).notes == ()
        assert record.gathered().doubt == ""
