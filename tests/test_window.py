"""Pieces of a picture are, to the last bit, what the whole picture shows there."""

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame

from facialis.signals.landmarks import Crop
from facialis.signals.model import CROP_PX
from facialis.signals.window import Window, Windows, cut_affine, whole
from facialis.source.picture import Box, Orientation, Painter, Picture
from facialis.types import ImageArray

TURNS = [Orientation(t, x, y) for t in (False, True) for x in (False, True) for y in (False, True)]
SIZES = [(640, 360), (854, 480), (1080, 606), (638, 358), (641, 360), (640, 359)]


def noise(width: int, height: int, pixel_format: str, seed: int = 0) -> VideoFrame:
    """A frame in which every sample differs from its neighbours."""
    frame = VideoFrame(width, height, pixel_format)
    for plane in frame.planes:
        values = np.random.default_rng(seed).integers(0, 256, plane.buffer_size, np.uint8)
        np.frombuffer(memoryview(plane), np.uint8)[:] = values
    return frame


def painter(orientation: Orientation, size: tuple[int, int], aspect: Fraction | None = None) -> Painter:
    made = Painter(aspect, mirrored=False)
    made._first = size, orientation
    return made


def boxes(width: int, height: int, n: int = 12) -> list[Box]:
    rng = np.random.default_rng(1)
    edges = [(np.sort(rng.integers(0, width, 2)), np.sort(rng.integers(0, height, 2))) for _ in range(n)]
    found = [Box(int(x[0]), int(y[0]), int(x[1]) + 1, int(y[1]) + 1) for x, y in edges]
    return [*found, Box(0, 0, 1, 1), Box(width - 1, height - 1, width, height), Box(0, 0, width, height)]


def assert_parts_of_whole(picture: Picture) -> None:
    image = picture.whole()
    assert picture.size == (image.shape[1], image.shape[0])
    for box in boxes(*picture.size):
        part, filled = picture.part(box)
        assert filled.holds(box)
        np.testing.assert_array_equal(part, filled.within(image))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "pixel_format", ["yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuv420p10le"]
)
def test_a_part_is_what_the_whole_shows_there(size: tuple[int, int], pixel_format: str) -> None:
    assert_parts_of_whole(Picture(painter(Orientation(), size), noise(*size, pixel_format)))


@pytest.mark.parametrize("orientation", TURNS)
def test_parts_of_turned_pictures_lie_where_they_belong(orientation: Orientation) -> None:
    assert_parts_of_whole(Picture(painter(orientation, (640, 360)), noise(640, 360, "yuv420p")))


@pytest.mark.parametrize("colorspace", [1, 5, 9])
@pytest.mark.parametrize("color_range", [1, 2])
def test_parts_keep_the_colours_of_the_file(colorspace: int, color_range: int) -> None:
    frame = noise(640, 360, "yuv420p")
    frame.colorspace, frame.color_range = colorspace, color_range
    assert_parts_of_whole(Picture(painter(Orientation(), (640, 360)), frame))


def test_parts_of_stretched_and_of_padded_pictures() -> None:
    wide = painter(Orientation(), (960, 360), Fraction(3, 2))
    assert_parts_of_whole(Picture(wide, noise(640, 360, "yuv420p")))
    assert_parts_of_whole(Picture(painter(Orientation(), (640, 640)), noise(640, 360, "yuv420p")))


CROPS = [
    Crop((300.0, 180.0), 200.0, 0.1),
    Crop((305.3, 182.1), 230.0, -0.4),
    Crop((10.0, 350.0), 150.0, 0.0),
    Crop((-500.0, 900.0), 90.0, 1.0),
    Crop((320.0, 180.0), 2000.0, 0.3),
]


def test_squares_from_a_window_are_those_from_the_whole_picture() -> None:
    windows, paint = Windows(), painter(Orientation(), (640, 360))
    before: tuple[Window, ImageArray] | None = None
    for index in range(5):
        picture = Picture(paint, noise(640, 360, "yuv420p", index))
        sight, image = windows.on(picture), picture.whole()
        assert isinstance(sight, Window)
        for crop in CROPS[index:] + CROPS[:index]:
            for side_px in (CROP_PX, 64):
                matrix = crop.matrix()
                seen = cut_affine(sight, matrix, side_px)
                np.testing.assert_array_equal(seen, cut_affine(image, matrix, side_px))
                if before is not None:  # the frame before can still be looked at
                    expected = cut_affine(before[1], matrix, side_px)
                    np.testing.assert_array_equal(cut_affine(before[0], matrix, side_px), expected)
        np.testing.assert_array_equal(whole(sight), image)
        before = sight, image


def test_a_picture_in_rgb_needs_no_window() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    assert Windows().on(image) is image
    assert whole(image) is image
