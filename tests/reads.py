"""Recordings as the record reads them, made for tests: known events in known seconds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from result_fixture import make_result

from facialis.record import Moment, moment
from facialis.record.counting import Read
from facialis.record.types import Correction, Measurement, StoredEvent, StoredRecording
from facialis.types import Event, EventKind, Exclusion, Model, Quality, RecordingSide, Side, SideVerdict

ZONE = "Europe/Berlin"
MADE = make_result(30.0)


def event(kind: EventKind, onset_s: float, offset_s: float, side: Side = "left") -> Event:
    return Event(kind, side, onset_s, offset_s, (onset_s + offset_s) / 2, 0.5, 0.9, "made up")


def spasms(onsets: Sequence[float], side: Side = "left", length_s: float = 0.3) -> list[Event]:
    """Twitches, each with the episode that it is."""
    return [event(k, t, t + length_s, side) for t in onsets for k in ("episode", "twitch")]  # type: ignore[arg-type]


def stored(events: Sequence[Event], first: int = 1) -> tuple[StoredEvent, ...]:
    return tuple(StoredEvent(first + k, each) for k, each in enumerate(events))


def recording(number: int, at: Moment | str, **more: object) -> StoredRecording:
    when = moment(at, ZONE) if isinstance(at, str) else at
    made = StoredRecording(
        number,
        1,
        "video",
        f"{number:064x}",
        ".mp4",
        1,
        f"{number}.mp4",
        when,
        "video",
        "phone",
        "rest",
        False,
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def measurement(
    number: int,
    side: RecordingSide = "left",
    seconds: float = 120.0,
    probability: float = 0.97,
    exclusions: tuple[Exclusion, ...] = (),
    **more: object,
) -> Measurement:
    quality = Quality(seconds, {"left": seconds, "right": seconds, "both": seconds}, exclusions, 30.0, 120.0)
    made = Measurement(
        number,
        number,
        datetime(2026, 1, 1, tzinfo=UTC),
        "0.1.0",
        "0123456789abcdef",
        Model("cd" * 32, packaged=True),
        False,
        SideVerdict(side, probability, "made up"),
        MADE.recording,
        quality,
        "ef" * 32,
        1,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def read(
    number: int,
    at: Moment | str,
    onsets: Sequence[float] = (),
    side: RecordingSide = "left",
    *,
    seconds: float = 120.0,
    task: str = "rest",
    corrections: tuple[Correction, ...] = (),
    closure: dict[Side, float] | None = None,
    **more: object,
) -> Read:
    """A recording with twitches at these onsets, of the left side unless it shows the right."""
    shown: Side = "right" if side == "right" else "left"
    return Read(
        recording(number, at, task=task, **more),
        measurement(number, side, seconds),
        stored(spasms(onsets, shown)),
        corrections,
        closure or {},
    )
