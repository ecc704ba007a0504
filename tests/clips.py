"""Short videos cut from the recording facialis carries: left spasms, without OpenGL or a real person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import av
import cv2
import numpy as np

from facialis.types import ImageArray

FPS = 30
TRUE_TWITCH_S, TRUE_BLINK_S, TRUE_TONIC_S = (1.0, 1.33), (1.63, 1.85), (2.78, 4.88)
"""What the first six seconds hold, by the recording's truth."""
TICKS_PER_S = 90_000

Change = Callable[[ImageArray], ImageArray]


@dataclass(frozen=True)
class Clip:
    """How to write the clip; `times_s` replaces the frames' times, `rotation_ccw` is stated in the file."""

    n: int = 180
    step: int = 1
    width: int = 480
    height: int = 360
    rotation_ccw: int = 0
    change: Change | None = None
    times_s: Sequence[float] | None = None
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"


@cache
def demo_frames(n: int) -> tuple[ImageArray, ...]:
    """The first `n` pictures of the recording facialis carries, each (480, 640, 3)."""
    with as_file(files("facialis") / "data" / "demo.mp4") as path, av.open(str(path)) as container:
        frames = container.decode(video=0)
        return tuple(next(frames).to_ndarray(format="rgb24") for _ in range(n))


def write_clip(path: Path, clip: Clip | None = None) -> Path:
    """Write the clip and return its path; the container follows from the name."""
    clip = clip or Clip()
    pictures = [_picture(image, clip) for image in demo_frames(clip.n)[:: clip.step]]
    with av.open(str(path), "w") as container:
        container.metadata["comment"] = "simulated by facialis"
        stream = container.add_stream(clip.codec, rate=FPS, options={"crf": "18", "preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = clip.pix_fmt
        stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        if clip.rotation_ccw:
            stream.set_display_rotation(clip.rotation_ccw)
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=clip.pix_fmt)
            time_s = clip.times_s[index] if clip.times_s else index * clip.step / FPS
            frame.pts, frame.time_base = round(time_s * TICKS_PER_S), Fraction(1, TICKS_PER_S)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _picture(image: ImageArray, clip: Clip) -> ImageArray:
    picture = np.asarray(cv2.resize(image, (clip.width, clip.height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(clip.change(picture) if clip.change else picture)


def blank(image: ImageArray) -> ImageArray:
    """A grey wall instead of the face, with a little noise."""
    return np.random.default_rng(0).integers(118, 138, image.shape, dtype=np.uint8)
