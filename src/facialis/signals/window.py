"""Squares cut out of a picture, of which only what they need is converted to RGB.

A face fills a part of the picture, and decoders do not give RGB. To convert all of a 1080p picture takes a
third of the time of decoding it.
"""

from math import ceil, floor

import cv2
import numpy as np

from facialis.source.picture import Box, Picture
from facialis.types import FloatArray, ImageArray


class Window:
    """One picture, looked at through squares.

    `sheet` (h, w, 4) has the size of the picture and may be painted over. Parts are painted in their own
    place, so that squares come out as from the whole picture to the last bit. The fourth channel is unused:
    OpenCV warps four channels in less than half the time of three.
    """

    def __init__(self, picture: Picture, sheet: ImageArray) -> None:
        self._picture = picture
        self._sheet = sheet
        self._painted: Box | None = None

    def whole(self) -> ImageArray:
        """All of the picture, RGB, shape (h, w, 3)."""
        return self._picture.whole()

    def cut(self, matrix: FloatArray, side_px: int) -> ImageArray:
        """As `cut_affine` from the whole picture."""
        needed = _needed(matrix, side_px, self._picture.size)
        if self._painted is None:
            self._paint(needed)
        elif not self._painted.holds(needed):
            self._paint(needed.joined(self._painted))
        square = cv2.cvtColor(_warped(self._sheet, matrix, side_px), cv2.COLOR_RGBA2RGB)
        return np.asarray(square, dtype=np.uint8)

    def _paint(self, box: Box) -> None:
        part, self._painted = self._picture.part(box)
        cv2.cvtColor(part, cv2.COLOR_RGB2RGBA, dst=self._painted.within(self._sheet))


Sight = ImageArray | Window
"""A picture to be looked at: all of it, RGB, shape (h, w, 3), or a window on it."""


class Windows:
    """Opens windows on the pictures of one video; each may be used until the next but one is opened.

    Two sheets are kept: a fresh one for each picture would cost as much as converting it.
    """

    def __init__(self) -> None:
        self._sheets = (np.empty((0, 0, 4), np.uint8), np.empty((0, 0, 4), np.uint8))

    def on(self, shown: ImageArray | Picture) -> Sight:
        """Return a window on a picture; one that is in RGB already needs none."""
        if not isinstance(shown, Picture):
            return shown
        width, height = shown.size
        last, next_ = self._sheets
        if next_.shape[:2] != (height, width):
            next_ = np.empty((height, width, 4), np.uint8)
        self._sheets = next_, last
        return Window(shown, next_)


def whole(sight: Sight) -> ImageArray:
    """All of the picture, RGB, shape (h, w, 3)."""
    return sight.whole() if isinstance(sight, Window) else sight


def cut_affine(sight: Sight, matrix: FloatArray, side_px: int) -> ImageArray:
    """Cut the square of `side_px` that `matrix` (2, 3) maps into the picture; outside it the edge repeats."""
    return sight.cut(matrix, side_px) if isinstance(sight, Window) else _warped(sight, matrix, side_px)


def _warped(image: ImageArray, matrix: FloatArray, side_px: int) -> ImageArray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    square = cv2.warpAffine(image, matrix, (side_px, side_px), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(square, dtype=np.uint8)


def _needed(matrix: FloatArray, side_px: int, size: tuple[int, int]) -> Box:
    """The box of a picture of `size` (width, height) of which a square takes pixels, at least one of them."""
    spans = []
    for (across, down, start), size_px in zip(matrix.tolist(), size, strict=True):
        low, high = (limit(across, 0.0) + limit(down, 0.0) for limit in (min, max))
        # A pixel more on either side: bilinear interpolation takes the next one, too.
        first = floor(start + side_px * low) - 1
        stop = ceil(start + side_px * high) + 2
        spans.append((min(max(first, 0), size_px - 1), min(max(stop, 1), size_px)))
    (left, right), (top, bottom) = spans
    return Box(left, top, right, bottom)
