"""Packets become sound, progressive frames with strictly increasing times."""

from collections import deque
from collections.abc import Iterator

import av
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facialis.source.clock import Clock

TimedFrame = tuple[float, VideoFrame]

# Pictures after a damaged one are built on it until the next key frame, but some streams (calls, webcams)
# send none for minutes: by then moving parts of the picture have been sent anew.
_DISTRUST_S = 2.0
# A step this long, and this many times the one before, is no slow camera: the recording was paused, or a
# stretch was lost without a decoding error.
_GAP_S, _GAP_STEPS = 0.25, 5


def timed_frames(container: InputContainer, stream: VideoStream, clock: Clock) -> Iterator[TimedFrame]:
    """Decode from the container's position to its end, leaving out damaged pictures."""
    yield from _progressive(_sound(container, stream, clock), stream)


def _sound(container: InputContainer, stream: VideoStream, clock: Clock) -> Iterator[TimedFrame]:
    """Give the frames that can be trusted; a step over damaged ones counts as seconds lost."""
    distrusted_s: float | None = None  # time of the last good frame before the damage
    last_s, step_s = 0.0, 0.0
    for frame in _decoded(container, stream):
        if frame is None or frame.is_corrupt:
            distrusted_s = last_s if distrusted_s is None else distrusted_s
        if frame is None:
            continue
        time_s = clock.time_s(frame)
        if time_s is None:
            continue
        if distrusted_s is not None:
            healed = frame.key_frame or time_s > distrusted_s + _DISTRUST_S
            if frame.is_corrupt or not healed:
                continue
            clock.ledger.lost_s += time_s - distrusted_s
            distrusted_s = None
        elif time_s - last_s > max(_GAP_S, _GAP_STEPS * step_s) and step_s > 0:
            clock.ledger.gap_s += time_s - last_s
        last_s, step_s = time_s, time_s - last_s
        yield time_s, frame
    if distrusted_s is not None:
        clock.ledger.lost_s += max(clock.last_s - distrusted_s, 0.0)


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame | None]:
    """Decode packet by packet; None stands for a packet that could not be decoded."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            yield None
            continue
        yield from frames


def _progressive(frames: Iterator[TimedFrame], stream: VideoStream) -> Iterator[TimedFrame]:
    """Deinterlace from the first interlaced frame on; other videos pass unchanged.

    An interlaced frame shows two instants in alternate rows. The bwdif filter keeps the first and fills the
    other rows in; it gives one frame for each, one frame late, so times wait in a queue.
    """
    for time_s, frame in frames:
        if frame.interlaced_frame:
            yield from _deinterlaced(_chained((time_s, frame), frames), stream)
            return
        yield time_s, frame


def _chained(first: TimedFrame, rest: Iterator[TimedFrame]) -> Iterator[TimedFrame]:
    yield first
    yield from rest


def _deinterlaced(frames: Iterator[TimedFrame], stream: VideoStream) -> Iterator[TimedFrame]:
    waiting: deque[float] = deque()
    graph, shape = Graph(), None
    for time_s, frame in frames:
        if shape != (frame.width, frame.height, frame.format.name):
            if shape is not None:
                graph.vpush(None)
                yield from _pulled(graph, waiting)
            shape = (frame.width, frame.height, frame.format.name)
            graph = _deinterlacer(frame, stream)
        waiting.append(time_s)
        graph.vpush(frame)
        yield from _pulled(graph, waiting)
    graph.vpush(None)
    yield from _pulled(graph, waiting)


def _deinterlacer(frame: VideoFrame, stream: VideoStream) -> Graph:
    graph = Graph()
    entry = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=stream.time_base
    )
    graph.link_nodes(entry, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink"))
    graph.configure()
    return graph


def _pulled(graph: Graph, waiting: deque[float]) -> Iterator[TimedFrame]:
    while waiting:
        try:
            frame = graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield waiting.popleft(), frame
