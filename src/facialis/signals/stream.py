"""Frames in, one row of distances a frame out, with the stages running side by side.

Decoding, the whole-face pass and each half-face pass have a thread, so that no stage takes longer than its
share of two cores: the face pass needs the frame before it (the crop follows the face), the halves need only
their own frame. All looking at pictures is done beside the face pass, so that it finds in place what was
converted for it. Queues are short, so memory does not grow with the length of the video.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, Full, Queue
from typing import TypeVar

import numpy as np

from facialis.signals import geometry
from facialis.signals.geometry import frame_geometry, interocular_in_crop, missing_geometry
from facialis.signals.hemiface import HalfFaces, read_half, thinned, unread_halves
from facialis.signals.landmarks import FaceMesh, FaceTracker
from facialis.signals.lids import LidMotion
from facialis.signals.model import FaceModel
from facialis.signals.shifts import NAMES as SKIN_NAMES
from facialis.signals.shifts import SkinMotion
from facialis.signals.window import Sight, Windows
from facialis.source.video import Frame
from facialis.types import SIDES, FloatArray, ImageArray, Side

T = TypeVar("T")
NO_SHIFT = dict.fromkeys((*(f"{side}_lid_shift" for side in SIDES), *SKIN_NAMES), float("nan"))
NAMES = (*geometry.NAMES, *NO_SHIFT)
"""Columns of one frame: geometry.NAMES, and how far each side's lids and skin have shifted."""
QUEUE_FRAMES = 4
POLL_S = 0.1

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Tracked:
    """A frame with what was read in it; `mesh` and `halves` are None where no face was seen.

    `before` is what the halves' crop shows of the frame before, thinned to (64, 64, 3); None where no face
    was seen in that.
    """

    frame: Frame
    mesh: FaceMesh | None
    halves: HalfFaces | None
    before: ImageArray | None


def track(frames: Iterable[Frame], model_path: Path | None = None) -> Iterator[Tracked]:
    """Yield every frame with its mesh and both half-faces. Raises what the source or the model raises."""

    def with_mesh() -> Iterator[Tracked]:
        # Each network is loaded by the thread that runs it, while those before it are at work already.
        tracker: FaceTracker | None = None
        windows = Windows()
        previous: Sight | None = None
        for frame in ahead(frames):
            tracker = tracker or FaceTracker(FaceModel(model_path))
            sight = windows.on(frame.shown)
            mesh = tracker.update(sight, frame.time_s)
            if mesh is None:
                previous = None
                yield Tracked(frame, None, None, None)
                continue
            halves = unread_halves(sight, mesh)
            # The crop wanders by itself, so what changed is told by one and the same crop of both frames.
            before = None if previous is None else thinned(previous, halves)
            previous = sight
            yield Tracked(frame, mesh, halves, before)

    def with_half(tracked: Iterable[Tracked], side: Side) -> Iterator[Tracked]:
        model: FaceModel | None = None
        for seen in tracked:
            model = model or FaceModel(model_path)
            yield seen if seen.halves is None else replace(seen, halves=read_half(model, seen.halves, side))

    return with_half(ahead(with_half(ahead(with_mesh()), "left")), "right")


def read_geometry(
    frames: Iterable[Frame], model_path: Path | None = None, progress: Progress | None = None
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return the times (n,) in seconds and the columns named in NAMES, each (n,).

    `progress` is called with the time of each frame done, in seconds.
    """
    return geometry_of(track(frames, model_path), progress)


def geometry_of(
    tracked_frames: Iterable[Tracked], progress: Progress | None = None
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return what `read_geometry` does, from frames whose faces were read already."""
    times: list[float] = []
    rows: list[FloatArray] = []
    lids, skin = LidMotion(), SkinMotion()
    for tracked in tracked_frames:
        mesh, halves = tracked.mesh, tracked.halves
        if mesh is None or halves is None:
            values = missing_geometry() | NO_SHIFT
            lids.reset()
            skin.reset()
        else:
            if mesh.is_new:
                lids.reset()
                skin.reset()
            values = frame_geometry(mesh, halves, tracked.before)
            unit = interocular_in_crop(mesh, halves)
            values |= lids.update(halves, tracked.frame.time_s, unit)
            values |= skin.update(halves, tracked.frame.time_s, unit)
        times.append(tracked.frame.time_s)
        rows.append(np.array([values[name] for name in NAMES], dtype=np.float32))
        if progress is not None:
            progress(tracked.frame.time_s)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))
    return np.array(times), {name: table[:, column] for column, name in enumerate(NAMES)}


class _Failure:
    """An exception that crosses from the working thread to the reading one."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


_END = object()


def ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield `items` in order while a thread prepares the next few; errors are raised in their place."""
    queue: Queue[object] = Queue(maxsize=QUEUE_FRAMES)
    stopped = threading.Event()
    worker = threading.Thread(target=_fill, args=(items, queue, stopped), daemon=True)
    worker.start()
    try:
        while (item := _take(queue)) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        worker.join()


def _fill(items: Iterable[T], queue: "Queue[object]", stopped: threading.Event) -> None:
    iterator = iter(items)
    try:
        for item in iterator:
            if not _put(queue, item, stopped):
                break
        _put(queue, _END, stopped)
    except BaseException as error:  # the reader raises it again, in its own thread
        _put(queue, _Failure(error), stopped)
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()


def _put(queue: "Queue[object]", item: object, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=POLL_S)
            return True
        except Full:
            continue
    return False


def _take(queue: "Queue[object]") -> object:
    # A timeout lets Ctrl-C through on every platform.
    while True:
        try:
            return queue.get(timeout=POLL_S)
        except Empty:
            continue
