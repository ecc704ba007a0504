"""Video frames, upright and in RGB, with the time each was taken.

Times are the file's own presentation times, never index over rate: phones record at a variable rate.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facialis.errors import SourceError
from facialis.source.clock import Clock, Ledger
from facialis.source.container import StrPath, open_video, sha256_of
from facialis.source.picture import Painter, orientation_of, turned
from facialis.types import ImageArray

__all__ = ["Frame", "FrameReader", "VideoHeader", "probe", "read_frames", "sha256_of"]

SIMULATED_COMMENT = "simulated by facialis"


@dataclass(frozen=True)
class Frame:
    """An upright picture, `image` of shape (h, w, 3) in RGB, and its time in seconds from the first frame."""

    time_s: float
    image: ImageArray


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
        frame = next(_decoded(container, stream, Ledger()), None)
        if frame is None:
            raise SourceError(_no_frame(path))
        orientation = orientation_of(frame, mirrored=False)
        width, height = Painter(stream.sample_aspect_ratio).size_of(frame)
        if orientation.transpose:
            width, height = height, width
        duration_s = _duration_s(container, stream)
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        return VideoHeader(
            name=Path(path).name,
            width_px=width,
            height_px=height,
            codec=stream.codec_context.name,
            rotation_deg=orientation.rotation_deg,
            mirrored=mirrored,
            frames_per_s=rate,
            duration_s=duration_s,
            n_frames=stream.frames or round(duration_s * rate),
            simulated=container.metadata.get("comment", "").startswith(SIMULATED_COMMENT),
        )


def read_frames(path: StrPath, *, mirrored: bool = False) -> "FrameReader":
    """Return an iterator over the frames of a video, in order of strictly increasing time.

    `mirrored` flips each picture left to right, for selfie recordings that were stored as in a mirror.
    Raises SourceError where the file cannot be read or holds no frame.
    """
    return FrameReader(path, mirrored=mirrored)


class FrameReader(Iterator[Frame]):
    """Iterator over frames; one frame at a time is held. `notes` is complete once it is exhausted."""

    def __init__(self, path: StrPath, *, mirrored: bool) -> None:
        self._ledger = Ledger()
        self._frames = _frames(path, mirrored, self._ledger)

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


def _frames(path: StrPath, mirrored: bool, ledger: Ledger) -> Generator[Frame, None, None]:
    with open_video(path) as (container, stream):
        clock = Clock(stream, ledger)
        painter = Painter(stream.sample_aspect_ratio)
        empty = True
        for decoded in _decoded(container, stream, ledger):
            time_s = clock.time_s(decoded)
            if time_s is not None:
                empty = False
                orientation = orientation_of(decoded, mirrored=mirrored)
                yield Frame(time_s, turned(painter.rgb(decoded), orientation))
        if empty:
            raise SourceError(_no_frame(path))


def _decoded(container: InputContainer, stream: VideoStream, ledger: Ledger) -> Iterator[VideoFrame]:
    """Decode packet by packet, stepping over damaged ones."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            if packet.duration and packet.time_base:
                ledger.lost_s += float(packet.duration * packet.time_base)


def _duration_s(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _no_frame(path: StrPath) -> str:
    return f"{path} holds no picture that can be decoded; copy it again or convert it to MP4 (H.264)."
