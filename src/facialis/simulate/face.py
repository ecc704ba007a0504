"""Films a simulated face: a performance and a scene become pictures, or a video with its truth beside it."""

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from facialis.errors import OutputError, RenderError
from facialis.simulate.performance import Muscle, Performance, sample, write_truth
from facialis.simulate.render import FaceRenderer
from facialis.simulate.scene import Scene, frame_times, motion
from facialis.types import FloatArray, ImageArray, Side

COMMENT = "simulated by facialis"
"""Stands in the video's metadata, so that nobody takes the file for a patient's."""
TIME_BASE = Fraction(1, 90000)
Watch = Callable[[float, ImageArray], None]
"""Called with the time (s) and picture (height, width, 3) RGB of every frame that is filmed."""


def render_still(activation: Mapping[tuple[Side, Muscle], float], scene: Scene) -> ImageArray:
    """Return one picture (height, width, 3) RGB for activations from 0 to 1; muscles not named rest.

    Raises RenderError where an activation is out of range or the machine has no OpenGL.
    """
    _check_curves({key: np.array([value], dtype=float) for key, value in activation.items()}, 1)
    where = motion(scene, np.zeros(1))
    with FaceRenderer(scene) as renderer:
        return renderer.draw(activation, where.head_rad[0], where.gaze_rad[0])


def render_frames(performance: Performance, scene: Scene) -> Generator[tuple[float, ImageArray], None, None]:
    """Yield time (s) and picture (height, width, 3) RGB of every frame, at the scene's frame times.

    Raises RenderError, at the first frame, where the curves are unusable or the machine has no OpenGL.
    """
    check_performance(performance)
    times = frame_times(scene, performance.duration_s)
    curves = sample(performance, times)
    where = motion(scene, times)
    with FaceRenderer(scene) as renderer:
        for i, time_s in enumerate(times):
            activation = {key: float(curve[i]) for key, curve in curves.items()}
            yield float(time_s), renderer.draw(activation, where.head_rad[i], where.gaze_rad[i])


def render_video(
    performance: Performance,
    scene: Scene,
    path: Path,
    quality: int = 18,
    progress: Callable[[float], None] | None = None,
    watch: Watch | None = None,
) -> Path:
    """Write an H.264 MP4 and, beside it, NAME.truth.json; return the video's path.

    `quality` is x264's constant rate factor (0 best to 51); `progress` is called with the seconds of video
    done, `watch` with every frame. Both files are written beside and then renamed.
    Raises RenderError where the curves are unusable or the machine has no OpenGL, OutputError where the files
    cannot be written.
    """
    if scene.width_px % 2 or scene.height_px % 2:
        raise RenderError(
            f"{scene.width_px} x {scene.height_px} px cannot be written as H.264; use even sizes."
        )
    check_performance(performance)
    truth = path.with_suffix(".truth.json")
    partial, partial_truth = (p.with_name(f".{p.name}.part") for p in (path, truth))
    try:
        _encode(performance, scene, partial, quality, progress, watch)
        write_truth(performance, partial_truth)
        os.replace(partial_truth, truth)
        os.replace(partial, path)
    except (OSError, av.FFmpegError) as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        partial.unlink(missing_ok=True)
        partial_truth.unlink(missing_ok=True)
    return path


def check_performance(performance: Performance) -> None:
    """Raise RenderError unless times rise and every activation is a number from 0 to 1 at each time."""
    time_s = np.asarray(performance.time_s, dtype=float)
    if time_s.ndim != 1 or len(time_s) < 2:
        raise RenderError("The performance has fewer than two samples; give one that lasts.")
    if not np.isfinite(time_s).all() or np.any(np.diff(time_s) <= 0):
        raise RenderError("The performance's times do not rise; sort them and drop repeated ones.")
    _check_curves(performance.activation, len(time_s))


def _check_curves(curves: Mapping[tuple[Side, Muscle], FloatArray], n: int) -> None:
    for (side, muscle), curve in curves.items():
        if np.shape(curve) != (n,):
            raise RenderError(f"{side} {muscle} has {np.size(curve)} samples for {n} times; give one each.")
        if not np.all((curve >= 0) & (curve <= 1)):
            raise RenderError(f"{side} {muscle} is activated outside 0 to 1; scale the curve into it.")


def _encode(
    performance: Performance,
    scene: Scene,
    path: Path,
    quality: int,
    progress: Callable[[float], None] | None,
    watch: Watch | None,
) -> None:
    with (
        av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container,
        closing(render_frames(performance, scene)) as frames,
    ):
        container.metadata["comment"] = COMMENT
        container.metadata["title"] = f"simulated face, {performance.side}"
        rate = Fraction(scene.frames_per_s).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = scene.width_px, scene.height_px, "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        stream.options = {"crf": str(quality), "preset": "veryfast"}
        for time_s, picture in frames:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time_s / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
            if watch is not None:
                watch(time_s, picture)
            if progress is not None:
                progress(time_s)
        container.mux(stream.encode())
