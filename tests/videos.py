"""Small synthetic videos: every frame tells which way is up, its own number and three known colours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from facialis.types import ImageArray

RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 180, 60), (50, 60, 190), (128, 128, 128)


@dataclass(frozen=True)
class Spec:
    """How to write a video; `times_ms` are presentation times, default at `fps`."""

    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    width: int = 96
    height: int = 64
    n: int = 8
    fps: int = 30
    times_ms: Sequence[int] | None = None
    rotation_ccw: int = 0
    hflip: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    container: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    colorspace: int | None = None
    color_range: int | None = None
    aspect: Fraction | None = None
    picture: Callable[[int, int, int], ImageArray] | None = None


def quadrants(index: int, width: int, height: int) -> ImageArray:
    """Red top left, green top right, blue bottom left, grey bottom right; a bar in the grey shows `index`."""
    image = np.empty((height, width, 3), np.uint8)
    top, left = height // 2, width // 2
    image[:top, :left], image[:top, left:] = RED, GREEN
    image[top:, :left], image[top:, left:] = BLUE, GREY
    image[top + top // 2 :, left : left + (index % 16 + 1) * (width - left) // 16] = 20
    return image


def corner_colours(image: ImageArray) -> list[tuple[int, ...]]:
    """Return the mean colours of patches near top left, top right and bottom left, in this order."""
    h, w = image.shape[:2]
    rows, columns = (
        (slice(h // 8, h // 3), slice(2 * h // 3, h - h // 8)),
        (slice(w // 8, w // 3), slice(2 * w // 3, w - w // 8)),
    )
    spots = [(rows[0], columns[0]), (rows[0], columns[1]), (rows[1], columns[0])]
    return [tuple(int(v) for v in image[r, c].mean(axis=(0, 1)).round()) for r, c in spots]


def write(path: Path, spec: Spec) -> Path:
    """Write the video and return its path; the container follows from the name."""
    with av.open(str(path), "w", options=dict(spec.container)) as container:
        container.metadata.update(spec.metadata)
        stream = container.add_stream(spec.codec, rate=spec.fps, options=dict(spec.options))
        stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, spec.pix_fmt
        if spec.aspect is not None:
            stream.codec_context.sample_aspect_ratio = spec.aspect
        if spec.colorspace is not None:
            stream.codec_context.colorspace = spec.colorspace
        if spec.color_range is not None:
            stream.codec_context.color_range = spec.color_range
        if spec.times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if spec.rotation_ccw or spec.hflip:
            stream.set_display_rotation(spec.rotation_ccw, hflip=spec.hflip)
        for index in range(spec.n):
            container.mux(stream.encode(_frame(spec, index)))
        container.mux(stream.encode(None))
    return path


def _frame(spec: Spec, index: int) -> av.VideoFrame:
    draw = spec.picture or quadrants
    frame = av.VideoFrame.from_ndarray(draw(index, spec.width, spec.height), format="rgb24")
    frame = frame.reformat(
        format=spec.pix_fmt, dst_colorspace=spec.colorspace, dst_color_range=spec.color_range
    )
    if spec.times_ms is not None:
        frame.pts, frame.time_base = spec.times_ms[index], Fraction(1, 1000)
    else:
        frame.pts, frame.time_base = index, Fraction(1, spec.fps)
    return frame
