"""Video frames, upright and in RGB, with the time each was taken.

Times are the file's own presentation times, never index over rate: phones record at a variable rate.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from facialis.errors import SourceError
from facialis.source.clock import Clock, Ledger, fraction_of
from facialis.source.container import StrPath, is_simulated, no_frame, open_video, sha256_of
from facialis.source.decode import timed_frames
from facialis.source.picture import Painter, Picture, orientation_of, square_size
from facialis.source.seek import Tape
from facialis.types import ImageArray

__all__ = ["Frame", "FrameReader", "VideoHeader", "frames_at", "probe", "read_frames", "sha256_of"]


@dataclass(frozen=True)
class Frame:
    """An upright picture and its time in seconds from the first frame."""

    time_s: float
    shown: ImageArray | Picture
    """The picture, (h, w, 3) in RGB, or one that is converted only where it is looked at."""

    @property
    def image(self) -> ImageArray:
        """The whole picture, shape (h, w, 3), in RGB."""
        return self.shown.whole() if isinstance(self.shown, Picture) else self.shown


@dataclass(frozen=True)
class VideoHeader:
    """What the file says of itself; `duration_s`, `n_frames` and `frames_per_s` are estimates or 0.

    Width and height hold for the upright picture. `rotation_deg` is the clockwise turn that was applied.
    """

    name: str
    width_px: int
    height_px: int
    codec: str
    rotation_deg: int
    mirrored: bool
    frames_per_s: float
    duration_s: float
    n_frames: int
    simulated: bool


def probe(path: StrPath, *, mirrored: bool = False) -> VideoHeader:
    """Read the header and the first frame; SourceError where there is no frame."""
    with open_video(path) as (container, stream):
        first = next(timed_frames(container, stream, Clock(stream, Ledger())), None)
        if first is None:
            raise SourceError(no_frame(path))
        orientation = orientation_of(first[1], mirrored=False)
        width, height = square_size(first[1], fraction_of(stream.sample_aspect_ratio))
        if orientation.transpose:
            width, height = height, width
        duration_s = _duration_s(container, stream)
        rate = float(fraction_of(stream.average_rate) or fraction_of(stream.guessed_rate) or 0)
        return VideoHeader(
            name=Path(path).name,
            width_px=width,
            height_px=height,
            codec=stream.codec.canonical_name,
            rotation_deg=orientation.rotation_deg,
            mirrored=mirrored,
            frames_per_s=rate,
            duration_s=duration_s,
            n_frames=stream.frames or round(duration_s * rate),
            simulated=is_simulated(container),
        )


def read_frames(path: StrPath, *, mirrored: bool = False, in_parts: bool = False) -> "FrameReader":
    """Return an iterator over the frames of a video, in order of strictly increasing time.

    `mirrored` flips each picture left to right, for selfie recordings that were stored as in a mirror.
    `in_parts` leaves the conversion to RGB to whoever looks at a frame, and to where they look; frames kept
    for long then hold what the decoder gave. Raises SourceError where the file cannot be read or holds no
    frame.
    """
    return FrameReader(path, mirrored=mirrored, in_parts=in_parts)


class FrameReader(Iterator[Frame]):
    """Iterator over frames; one frame at a time is held. `notes` is complete once it is exhausted."""

    def __init__(self, path: StrPath, *, mirrored: bool, in_parts: bool) -> None:
        self._ledger = Ledger()
        self._frames = _frames(path, mirrored, in_parts, self._ledger)

    def __next__(self) -> Frame:
        return next(self._frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; further frames are not given."""
        self._frames.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was wrong with the file and what was done about it."""
        return self._ledger.notes()


def frames_at(path: StrPath, times_s: Sequence[float], *, mirrored: bool = False) -> Iterator[Frame]:
    """Return for each time, in seconds from the first frame, the frame shown then; ascending is fastest.

    The pictures and times are those of `read_frames`, except in files whose clock starts anew midway. A
    time before the first or past the last frame gives that frame. Raises SourceError as `read_frames`.
    """
    with Tape(path) as tape:
        painter = Painter(fraction_of(tape.stream.sample_aspect_ratio), mirrored=mirrored)
        for time_s in times_s:
            shown_s, decoded = tape.at(time_s)
            yield Frame(shown_s, painter.image(decoded))


def _frames(path: StrPath, mirrored: bool, in_parts: bool, ledger: Ledger) -> Generator[Frame, None, None]:
    with open_video(path) as (container, stream):
        painter = Painter(fraction_of(stream.sample_aspect_ratio), mirrored=mirrored)
        time_s = -1.0
        for time_s, decoded in timed_frames(container, stream, Clock(stream, ledger)):
            ledger.sizes.add((decoded.width, decoded.height))
            yield Frame(time_s, Picture(painter, decoded) if in_parts else painter.image(decoded))
        if time_s < 0:
            raise SourceError(no_frame(path))
        if stream.duration or len(container.streams) == 1:  # else the length may be that of the sound
            ledger.missing_at_end_s = _duration_s(container, stream) - time_s


def _duration_s(container: InputContainer, stream: VideoStream) -> float:
    tick_s = fraction_of(stream.time_base)
    if stream.duration and tick_s:
        return float(stream.duration * tick_s)
    if not container.duration:
        return 0.0
    # Matroska and WebM state the time of the end instead of a length.
    start = (container.start_time or 0) if "matroska" in container.format.name else 0
    return (container.duration - start) / av.time_base
