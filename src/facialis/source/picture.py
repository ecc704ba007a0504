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
    """Converts frames to RGB in one pass of the scaler, which is set up once and kept."""

    def __init__(self, pixel_aspect: Fraction | None) -> None:
        self._aspect = pixel_aspect if pixel_aspect else Fraction(1)
        self._reformatter = VideoReformatter()

    def size_of(self, frame: VideoFrame) -> tuple[int, int]:
        """Return width and height in square pixels, before turning; the longer side is stretched."""
        if self._aspect >= 1:
            return round(frame.width * self._aspect), frame.height
        return frame.width, round(frame.height / self._aspect)

    def rgb(self, frame: VideoFrame) -> ImageArray:
        """Return the stored picture as RGB, shape (h, w, 3), in the frame's own colour matrix and range."""
        width, height = self.size_of(frame)
        converted = self._reformatter.reformat(
            frame, width=width, height=height, format="rgb24", interpolation=Interpolation.BILINEAR
        )
        plane = converted.planes[0]
        pixels: ImageArray = np.frombuffer(memoryview(plane), np.uint8)
        return pixels.reshape(-1, plane.line_size)[:height, : width * 3].reshape(height, width, 3)


def turned(image: ImageArray, orientation: Orientation) -> ImageArray:
    """Return the picture upright, contiguous, shape (h, w, 3)."""
    if orientation.transpose:
        image = cv2.transpose(image)  # type: ignore[assignment]
    if orientation.flip_x or orientation.flip_y:
        code = -1 if orientation.flip_x and orientation.flip_y else int(orientation.flip_x)
        image = cv2.flip(image, code)  # type: ignore[assignment]
    return np.ascontiguousarray(image)
