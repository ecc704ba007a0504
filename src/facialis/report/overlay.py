"""The recording with both sides' points on it and the curves running beneath, as H.264 with its own times."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from facialis.errors import OutputError
from facialis.report.figures import EXCLUDED_COLOUR, SIDE_COLOURS
from facialis.report.files import write_beside
from facialis.report.words import clock
from facialis.types import SIDES, FloatArray, ImageArray, Result, Side

# Enough to see a tonic spasm whole, short enough to see how a twitch of 0.1 s rises.
WINDOW_S = 8.0
CURVES = (("closure", "eye"), ("mouth_vertical", "mouth %"))

_Pair = tuple[tuple[float, ImageArray], Mapping[Side, FloatArray] | None]

_TIME_BASE = Fraction(1, 90_000)  # The usual clock of video; 11 microseconds.
_ROW_PX = 64
_LABEL_PX = 84
_PAPER, _INK, _SOFT, _GRID = (20, 23, 27), (200, 205, 212), (150, 156, 165), (70, 76, 84)


def write_overlay(
    path: Path,
    result: Result,
    frames: Iterable[tuple[float, ImageArray]],
    points: Iterable[Mapping[Side, FloatArray] | None],
) -> None:
    """Write the overlay video to `path`, as MP4.

    `frames` gives each frame's time in seconds, increasing, and its upright RGB image of one size, shape
    (height, width, 3). `points` gives for each frame the landmarks of each side in pixels of that image,
    shape (k, 2), or None where no face was found. Both are read one at a time, so memory does not grow with
    the video. Raises OutputError when it cannot be written or `frames` is empty.
    """
    with write_beside(Path(path)) as temporary:
        try:
            n_written = _encode(temporary, result, zip(frames, points, strict=False))
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise OutputError(f"Cannot write the overlay video {str(path)!r}: {error.strerror}.") from error
        if n_written == 0:
            raise OutputError("The overlay video needs at least one frame, and the recording gave none.")


def _encode(path: Path, result: Result, pairs: Iterable[_Pair]) -> int:
    """Encode frame by frame into `path`; return how many frames there were."""
    n_written = 0
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=90_000)
        # One frame in, one frame out: without B-frames every time stamp is written as it is.
        stream.options = {"crf": "23", "preset": "veryfast", "bf": "0"}
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TIME_BASE
        strip: CurveStrip | None = None
        for (time_s, image), points in pairs:
            if strip is None:
                height, width = image.shape[:2]
                strip = CurveStrip(result, width)
                stream.width, stream.height = _even(width), _even(height + strip.height_px)
            frame = av.VideoFrame.from_ndarray(compose(image, points, strip, time_s), format="rgb24")
            frame.pts, frame.time_base = round(time_s / _TIME_BASE), _TIME_BASE
            container.mux(stream.encode(frame))
            n_written += 1
        if n_written:
            container.mux(stream.encode(None))
    return n_written


def compose(
    image: ImageArray, points: Mapping[Side, FloatArray] | None, strip: "CurveStrip", time_s: float
) -> ImageArray:
    """Return one picture of the overlay: the image with the points, the strip beneath, even sides.

    `image` has shape (height, width, 3); the result (height + strip, width, 3), each side rounded up to even
    as H.264 wants it.
    """
    height, width = image.shape[:2]
    picture = np.empty((_even(height + strip.height_px), _even(width), 3), dtype=np.uint8)
    picture[:] = _PAPER
    picture[:height, :width] = image
    for side, each in (points or {}).items():
        _stamp(picture[:height, :width], each, side)
    strip.draw(picture[height : height + strip.height_px, :width], time_s)
    return picture


class CurveStrip:
    """Draws the last `WINDOW_S` seconds of both sides' curves up to a moment, newest at the right."""

    def __init__(self, result: Result, width_px: int) -> None:
        self._time_s = np.asarray(result.signals.time_s, dtype=float)
        columns = result.signals.columns
        self._rows = [
            (label, {side: np.asarray(columns[f"{side}_{name}"], dtype=float) for side in SIDES})
            for name, label in CURVES
            if all(f"{side}_{name}" in columns for side in SIDES)
        ]
        self._ranges = [_range(curves) for _, curves in self._rows]
        self._episodes = [event for event in result.events if event.kind == "episode"]
        self._exclusions = result.quality.exclusions
        self._width_px = width_px
        self.height_px = _ROW_PX * max(len(self._rows), 1) + 18

    def draw(self, picture: ImageArray, time_s: float) -> None:
        """Draw the strip into `picture`, shape (height_px, width, 3), for the moment `time_s`."""
        first, last = np.searchsorted(self._time_s, (time_s - WINDOW_S, time_s + 1e-6))
        x = self._x(self._time_s[first:last], time_s)
        self._shade(picture, time_s)
        for row, (label, curves) in enumerate(self._rows):
            low, high = self._ranges[row]
            top = row * _ROW_PX + 4
            for tick in ticks(low, high):
                level = round(top + (_ROW_PX - 8) * (high - tick) / (high - low))
                picture[level, _LABEL_PX:] = picture[level, _LABEL_PX:] // 2 + np.array(_GRID, np.uint8) // 2
                _write(picture, f"{tick:g}", (_LABEL_PX - 6 - 7 * len(f"{tick:g}"), level + 4), _SOFT, 0.34)
            for side in SIDES:
                y = top + (_ROW_PX - 8) * (high - curves[side][first:last]) / (high - low)
                _polyline(picture, x, y, _rgb(SIDE_COLOURS[side]))
            _write(picture, label, (4, top + _ROW_PX // 2), _INK)
        bottom = picture.shape[0] - 5
        _write(picture, clock(time_s), (6, bottom), _INK)
        _write(picture, "left", (_LABEL_PX + 4, bottom), _rgb(SIDE_COLOURS["left"]))
        _write(picture, "right", (_LABEL_PX + 40, bottom), _rgb(SIDE_COLOURS["right"]))

    def _x(self, moment_s: FloatArray, now_s: float) -> FloatArray:
        scale = max(self._width_px - _LABEL_PX - 1, 1) / WINDOW_S
        return self._width_px - 1 - (now_s - np.asarray(moment_s, dtype=float)) * scale

    def _shade(self, picture: ImageArray, now_s: float) -> None:
        colours = [(each.onset_s, each.offset_s, _rgb(EXCLUDED_COLOUR)) for each in self._exclusions]
        for event in self._episodes:
            colour = _INK if event.side == "both" else _rgb(SIDE_COLOURS[event.side])
            colours.append((event.onset_s, event.offset_s, colour))
        for onset_s, offset_s, colour in colours:
            if onset_s < now_s and offset_s > now_s - WINDOW_S:
                x0, x1 = self._x(np.array([onset_s, min(offset_s, now_s)]), now_s)
                part = picture[: _ROW_PX * len(self._rows), max(round(x0), _LABEL_PX) : round(x1) + 1]
                part[:] = (part * 0.7 + np.array(colour) * 0.3).astype(np.uint8)


def ticks(low: float, high: float) -> tuple[float, ...]:
    """Return 0 and the largest of 1, 2, 5, 10, ... below `high`, as far as they lie in the range."""
    step = max((m * 10.0**p for p in range(-2, 3) for m in (1, 2, 5) if m * 10.0**p <= high), default=0.0)
    return tuple(tick for tick in dict.fromkeys((0.0, step)) if low <= tick <= high)


def _range(curves: Mapping[Side, FloatArray]) -> tuple[float, float]:
    """Return limits for one row that hold all but single wild frames, and are never empty."""
    values = np.concatenate(list(curves.values()))
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, (0.1, 99.9)) if finite.size else (0.0, 1.0)
    room = max(high - low, 1e-3) * 0.1
    return float(low - room), float(high + room)


def _polyline(picture: ImageArray, x: FloatArray, y: FloatArray, colour: tuple[int, int, int]) -> None:
    read = np.isfinite(y)
    edges = np.flatnonzero(np.diff(read)) + 1
    limit = picture.shape[0] * 2
    for part in np.split(np.arange(len(y)), edges):
        if len(part) > 1 and read[part[0]]:
            line = np.stack([x[part], np.clip(y[part], -limit, limit)], axis=1)
            cv2.polylines(picture, [np.round(line * 8).astype(np.int32)], False, colour, 1, cv2.LINE_AA, 3)


def _stamp(picture: ImageArray, points: FloatArray, side: Side) -> None:
    """Set a small square of the side's colour at each point inside the picture."""
    height, width = picture.shape[:2]
    size = max(3, round(max(width, height) / 400))
    centre = np.round(points[np.isfinite(points).all(axis=1)]).astype(int)
    offsets = np.stack(np.meshgrid(*[np.arange(size) - size // 2] * 2), axis=-1).reshape(-1, 2)
    x, y = (centre[:, None] + offsets).reshape(-1, 2).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    picture[y[inside], x[inside]] = _rgb(SIDE_COLOURS[side])


def _write(
    picture: ImageArray,
    words: str,
    corner: tuple[int, int],
    colour: tuple[int, int, int],
    size: float = 0.42,
) -> None:
    cv2.putText(picture, words, corner, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _even(length: int) -> int:
    return length + length % 2
