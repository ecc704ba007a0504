"""A decoded frame becomes an upright RGB picture with square pixels, whole or only where it is looked at."""

import threading
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import Interpolation, VideoReformatter

from facialis.types import ImageArray

_PIECEWISE = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p"}
"""Formats of which a piece gives the same colours alone as within the whole (a test holds this)."""
_GRID_PX = 16
"""Pieces begin and end on this grid of the stored picture: the scaler works in groups of 8 or 16 pixels."""


@dataclass(frozen=True)
class Orientation:
    """How the stored picture becomes upright: exchange rows and columns first, then flip."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def rotation_deg(self) -> int:
        """Clockwise turn in degrees, 0, 90, 180 or 270, as phones state it (a flip left aside)."""
        if self.transpose:
            return 270 if self.flip_y else 90
        return 180 if self.flip_y else 0


@dataclass(frozen=True)
class Box:
    """A part of a picture in px; `right` and `bottom` lie just outside."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, other: "Box") -> bool:
        """Whether `other` lies within this box."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def joined(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def within(self, image: ImageArray) -> ImageArray:
        """The view of a picture or plane (h, w, ...) inside the box."""
        return image[self.top : self.bottom, self.left : self.right]


def orientation_of(frame: VideoFrame, *, mirrored: bool) -> Orientation:
    """Read the display matrix of a frame; `mirrored` adds a left-right flip of the upright picture.

    The matrix is row-major (a b u, c d v, x y w) in 16.16 fixed point and maps a stored point (x, y), y
    down, to (a x + c y, b x + d y), as in ISO/IEC 14496-12. It is read whole because PyAV's
    `frame.rotation` (counterclockwise degrees) does not tell a flip. Turns are taken to the nearest 90.
    """
    stored = cast(SideData | None, frame.side_data.get("DISPLAYMATRIX"))
    if stored is None:
        return Orientation(flip_x=mirrored)
    a, b, _, c, d = np.frombuffer(bytes(stored), np.int32, count=5).tolist()
    transpose = abs(b) + abs(c) > abs(a) + abs(d)
    x, y = (c, b) if transpose else (a, d)
    return Orientation(transpose, (x < 0) != mirrored, y < 0)


class Painter:
    """Converts the frames of one video; the scaler is set up once and kept. Threads may share it."""

    def __init__(self, pixel_aspect: Fraction | None, *, mirrored: bool) -> None:
        self._aspect = pixel_aspect or Fraction(1)
        self._mirrored = mirrored
        # One for wholes and one for pieces: a scaler is set up anew when the size changes.
        self._wholes, self._pieces = VideoReformatter(), VideoReformatter()
        self._first: tuple[tuple[int, int], Orientation] | None = None
        self._lock = threading.Lock()

    def image(self, frame: VideoFrame) -> ImageArray:
        """Return the upright picture, RGB, (h, w, 3), contiguous, in size and turn as the first frame."""
        with self._lock:
            size, room, orientation = self._layout(frame)
            return _turned(_padded(_rgb(self._wholes, frame, _fitting(size, room)), room), orientation)

    def size(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height of what `image` returns."""
        with self._lock:
            _, room, orientation = self._layout(frame)
        return room[::-1] if orientation.transpose else room

    def part(self, frame: VideoFrame, box: Box) -> tuple[ImageArray, Box]:
        """Return what `image` shows inside a box, RGB, contiguous, and the box it fills, which may be larger.

        To convert all of a 1080p picture takes a third of the time of decoding it, and a face fills a part.
        """
        with self._lock:
            size, room, orientation = self._layout(frame)
            if _falls_into_pieces(frame) and (frame.width, frame.height) == size == room:
                inside = _on_grid(_stored(box, size, orientation), size)
                piece = _piece(frame, inside)
                rgb = _rgb(self._pieces, piece, (piece.width, piece.height))
                return _turned(rgb, orientation), _upright(inside, size, orientation)
        image = self.image(frame)
        return image, Box(0, 0, image.shape[1], image.shape[0])

    def _layout(self, frame: VideoFrame) -> tuple[tuple[int, int], tuple[int, int], Orientation]:
        """Size of the frame in square pixels, and size before turning and turn of all pictures.

        The display matrix is read once: asking a PyAV frame for side data makes a reference cycle, and
        frames that wait for the garbage collector held 600 MB at 1080p and halved the speed.
        """
        size = square_size(frame, self._aspect)
        if self._first is None:
            self._first = size, orientation_of(frame, mirrored=self._mirrored)
        return size, *self._first


class Picture:
    """One upright picture of a video that is converted to RGB only where it is looked at."""

    def __init__(self, painter: Painter, frame: VideoFrame) -> None:
        self._painter = painter
        self._frame = frame

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self._painter.size(self._frame)

    def whole(self) -> ImageArray:
        """Return all of it, RGB, shape (h, w, 3)."""
        return self._painter.image(self._frame)

    def part(self, box: Box) -> tuple[ImageArray, Box]:
        """Return the inside of a box as in `whole`, and the box it fills, which may be larger."""
        return self._painter.part(self._frame, box)


def square_size(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Return width and height in square pixels before turning, by stretching the short side of a pixel."""
    aspect = pixel_aspect or Fraction(1)
    if aspect >= 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)


def _rgb(reformatter: VideoReformatter, frame: VideoFrame, size: tuple[int, int]) -> ImageArray:
    """Convert and scale in one pass, by the frame's own colour matrix and range (untagged: BT.601)."""
    width, height = size
    converted = reformatter.reformat(
        frame, width=width, height=height, format="rgb24", interpolation=Interpolation.BILINEAR
    )
    return _rows(converted.planes[0])[:height, : width * 3].reshape(height, width, 3)


def _fitting(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same shape that fits into `room`."""
    scale = min(room[0] / size[0], room[1] / size[1])
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _padded(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    """Centre the picture on black in a picture of `size` (width, height)."""
    right, bottom = size[0] - image.shape[1], size[1] - image.shape[0]
    if right == 0 and bottom == 0:
        return image
    borders = (bottom // 2, bottom - bottom // 2, right // 2, right - right // 2)
    return cv2.copyMakeBorder(image, *borders, cv2.BORDER_CONSTANT)  # type: ignore[return-value]


def _turned(image: ImageArray, orientation: Orientation) -> ImageArray:
    if orientation.transpose:
        image = cv2.transpose(image)  # type: ignore[assignment]
    if orientation.flip_x or orientation.flip_y:
        code = -1 if orientation.flip_x and orientation.flip_y else int(orientation.flip_x)
        image = cv2.flip(image, code)  # type: ignore[assignment]
    return np.ascontiguousarray(image)


def _upright(box: Box, size: tuple[int, int], orientation: Orientation) -> Box:
    """Where a box of the stored picture of `size` (width, height) lies in the upright one."""
    if orientation.transpose:
        box, size = Box(box.top, box.left, box.bottom, box.right), size[::-1]
    return _flipped(box, size, orientation)


def _stored(box: Box, size: tuple[int, int], orientation: Orientation) -> Box:
    """Where a box of the upright picture lies in the stored one of `size` (width, height)."""
    if not orientation.transpose:
        return _flipped(box, size, orientation)
    box = _flipped(box, size[::-1], orientation)
    return Box(box.top, box.left, box.bottom, box.right)


def _flipped(box: Box, size: tuple[int, int], orientation: Orientation) -> Box:
    left, right = (size[0] - box.right, size[0] - box.left) if orientation.flip_x else (box.left, box.right)
    top, bottom = (size[1] - box.bottom, size[1] - box.top) if orientation.flip_y else (box.top, box.bottom)
    return Box(left, top, right, bottom)


def _falls_into_pieces(frame: VideoFrame) -> bool:
    """Whether the scaler takes each pixel by itself; odd heights and interlaced frames go another way."""
    return frame.format.name in _PIECEWISE and frame.height % 2 == 0 and not frame.interlaced_frame


def _on_grid(box: Box, size: tuple[int, int]) -> Box:
    """The box widened to the grid, within a picture of `size` (width, height)."""
    left, top = (max(edge, 0) // _GRID_PX * _GRID_PX for edge in (box.left, box.top))
    right, bottom = (-(-edge // _GRID_PX) * _GRID_PX for edge in (box.right, box.bottom))
    return Box(left, top, min(right, size[0]), min(bottom, size[1]))


def _piece(frame: VideoFrame, box: Box) -> VideoFrame:
    """Copy a box that lies on the grid out of a planar frame; its colours may be stored at half the size."""
    piece = VideoFrame(box.right - box.left, box.bottom - box.top, frame.format.name)
    piece.colorspace, piece.color_range = frame.colorspace, frame.color_range
    for source, target in zip(frame.planes, piece.planes, strict=True):
        across = -(-frame.width // source.width)
        down = -(-frame.height // source.height)
        top, left = box.top // down, box.left // across
        rows = _rows(source)[top : top + target.height, left : left + target.width]
        _rows(target)[: target.height, : target.width] = rows
    return piece


def _rows(plane: VideoPlane) -> ImageArray:
    """The bytes of a plane, shape (rows, line size), to be read or written."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
