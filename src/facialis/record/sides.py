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
    """The affected side and the recording that says so.

    `doubt` is a sentence where the first clear recording and most of the clear ones are at odds, else empty.
    """

    side: Side
    recording_id: int
    at: Moment
    kind: RecordingKind = "video"
    doubt: str = ""


_LOOK = {
    "video": "whether one of them was stored as in a mirror, and measure it again with --mirrored or "
    "--not-mirrored",
    "emg": "whether the channels of one of them were named for the wrong side, and measure it again with "
    "--channel",
    "one each": "whether the video was stored as in a mirror (--mirrored) or the channels of the EMG were "
    "named for the wrong side (--channel), and measure it again",
}


def anchor_of(recordings: Iterable[Sided], clear: float = CLEAR) -> Anchor | None:
    """Return the side of the first clear recording, by when it was recorded; None where none is clear.

    Where most of the clear ones show the other side, the first of those is the anchor, and in doubt: one
    recording, mirrored perhaps, does not turn a whole record round.
    """
    ordered = sorted(recordings, key=lambda r: (r.at.utc, r.recording_id))
    by_side = {
        side: [r for r in ordered if r.verdict.side == side and r.verdict.probability >= clear]
        for side in SIDES
    }
    both = [each for told in by_side.values() for each in told]
    if not both:
        return None
    first = min(both, key=lambda r: (r.at.utc, r.recording_id))
    agreeing = next(told for told in by_side.values() if first in told)
    side, most = max(by_side.items(), key=lambda told: len(told[1]))
    if 2 * len(agreeing) >= len(both):
        side, most = first.verdict.side, agreeing  # type: ignore[assignment]
    anchor = most[0]
    doubt = "" if anchor is first else _doubt(first, len(agreeing), side, len(most))
    return Anchor(side, anchor.recording_id, anchor.at, anchor.kind, doubt)


def change_sentence(before: Anchor | None, after: Anchor | None) -> str:
    """Say that the affected side is another than before, or now in doubt; nothing where it is neither."""
    if before is None or after is None:
        return ""
    if before.side != after.side:
        return (
            f"With it the affected side of the record is the {after.side}, not the {before.side} as before; "
            f"look whether a recording was stored as in a mirror (`facialis record list`)."
        )
    return after.doubt if not before.doubt else ""


def _doubt(first: Sided, agreeing: int, side: Side, most: int) -> str:
    return (
        f"Which side is affected is in doubt: the first clear recording, {first.recording_id} "
        f"({first.at.local:%Y-%m-%d}), shows the {first.verdict.side} side, but {most} of "
        f"{most + agreeing} clear ones show the {side}, which is taken; look {_LOOK[first.kind]}."
    )


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
    first = "in doubt; the first clear recording of that side" if anchor.doubt else "first clear recording"
    shows = "both sides" if flip.verdict.side == "both" else f"the {flip.verdict.side} side"
    return (
        f"Recording {flip.recording_id} shows spasms of {shows}, while the affected side is the "
        f"{anchor.side} ({first}: {anchor.recording_id}, {anchor.at.local:%Y-%m-%d}); look "
        f"{look}."
    )
