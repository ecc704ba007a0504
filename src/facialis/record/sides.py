"""The affected side of a person, anchored by the first clear recording; later flips are told."""

from collections.abc import Iterable
from dataclasses import dataclass

from facialis.record.times import Moment
from facialis.record.types import RecordingKind
from facialis.types import SIDES, Side, SideVerdict

CLEAR = 0.9
"""A verdict this probable is clear. The affected side does not change: most flips are mirrored videos."""


@dataclass(frozen=True)
class Sided:
    """What one recording showed."""

    recording_id: int
    at: Moment
    verdict: SideVerdict
    kind: RecordingKind = "video"


@dataclass(frozen=True)
class Anchor:
    """The affected side and the recording that says so."""

    side: Side
    recording_id: int
    at: Moment
    kind: RecordingKind = "video"


_LOOK = {
    "video": "whether one of them was stored as in a mirror, and measure it again with --mirrored or "
    "--not-mirrored",
    "emg": "whether the channels of one of them were named for the wrong side, and measure it again with "
    "--channel",
    "one each": "whether the video was stored as in a mirror (--mirrored) or the channels of the EMG were "
    "named for the wrong side (--channel), and measure it again",
}


def anchor_of(recordings: Iterable[Sided], clear: float = CLEAR) -> Anchor | None:
    """Return the side of the first clear recording, by when it was recorded; None where none is clear."""
    for each in sorted(recordings, key=lambda r: (r.at.utc, r.recording_id)):
        for side in SIDES:
            if each.verdict.side == side and each.verdict.probability >= clear:
                return Anchor(side, each.recording_id, each.at, each.kind)
    return None


def flips(recordings: Iterable[Sided], clear: float = CLEAR) -> tuple[Sided, ...]:
    """Return the recordings that show another side than the anchor, or both, clear or not."""
    told = tuple(recordings)
    anchor = anchor_of(told, clear)
    if anchor is None:
        return ()
    return tuple(each for each in told if each.verdict.side in {*SIDES, "both"} - {anchor.side})


def flip_sentence(flip: Sided, anchor: Anchor) -> str:
    """Say what is odd and what to do."""
    look = _LOOK["one each" if flip.kind != anchor.kind else flip.kind]
    shows = "both sides" if flip.verdict.side == "both" else f"the {flip.verdict.side} side"
    return (
        f"Recording {flip.recording_id} shows spasms of {shows}, while the affected side is the "
        f"{anchor.side} (first clear recording: {anchor.recording_id}, {anchor.at.local:%Y-%m-%d}); look "
        f"{look}."
    )
