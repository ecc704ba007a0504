"""A decoded frame becomes an upright RGB picture with square pixels."""

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from facialis.types import ImageArray


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
    """Converts the frames of one video; the scaler is set up once and kept."""

    def __init__(self, pixel_aspect: Fraction | None, *, mirrored: bool) -> None:
        self._aspect = pixel_aspect or Fraction(1)
        self._mirrored = mirrored
        self._reformatter = VideoReformatter()
        self._first: tuple[tuple[int, int], Orientation] | None = None

    def image(self, frame: VideoFrame) -> ImageArray:
        """Return the upright picture, RGB, shape (h, w, 3), contiguous, in size and turn as the first frame.

        The display matrix is read once: asking a PyAV frame for side data makes a reference cycle, and
        frames that wait for the garbage collector held 600 MB at 1080p and halved the speed.
        """
        size = square_size(frame, self._aspect)
        if self._first is None:
            self._first = size, orientation_of(frame, mirrored=self._mirrored)
        room, orientation = self._first
        return _turned(_padded(self._rgb(frame, _fitting(size, room)), room), orientation)

    def _rgb(self, frame: VideoFrame, size: tuple[int, int]) -> ImageArray:
        """Convert and scale in one pass, by the frame's own colour matrix and range (untagged: BT.601)."""
        width, height = size
        converted = self._reformatter.reformat(
            frame, width=width, height=height, format="rgb24", interpolation=Interpolation.BILINEAR
        )
        plane = converted.planes[0]
        pixels: ImageArray = np.frombuffer(memoryview(plane), np.uint8)
        return pixels.reshape(-1, plane.line_size)[:height, : width * 3].reshape(height, width, 3)


def square_size(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Return width and height in square pixels before turning, by stretching the short side of a pixel."""
    aspect = pixel_aspect or Fraction(1)
    if aspect >= 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)


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
