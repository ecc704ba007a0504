"""Spasms of known time, side and size grafted on videos of real faces.

    python -m benchmarks.graft CLIP --seconds 60 --side left --rate 12 --seed 1 --out DIR

A stretch of the clip that shows a face is played forward and backward until the length is reached; then one
side of the face is warped after a schedule. Frames without a contraction stay the source's, bit by bit, up to
the encoder, and so does the other side of the face in every frame. The truth lies beside the video. What the
person does of their own (blinks, smiles, talking) stays in and is not in the truth. `--rate 0` gives the same
loop without a graft: a healthy face, for false alarms.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import click
import numpy as np
from scipy.signal import savgol_filter

from benchmarks.warp import contract, face_frame
from facialis.errors import SettingsError, SourceError
from facialis.signals.landmarks import FaceTracker
from facialis.signals.model import FaceModel
from facialis.simulate.schedule import (
    Muscle,
    Performance,
    hemifacial_spasm,
    sample,
    write_truth,
)
from facialis.types import SIDES, BoolArray, FloatArray, ImageArray, Side

TUNE = ("interview_a.mp4", "face_noface.mov", "noface_face.mov", "single_face.mp4", "hand_over_face.mp4")
"""Clips whose people may be looked at while tuning: one man, another in three clips, and one woman."""
REPORT = ("interview_b.mp4", "expressive.mp4", "disfa.avi")
"""Clips of three other people, for the reported numbers only. No person is in both lists, for a detector
tuned and tested on the same faces looks better than it is (tics: AUC 0.89 against 0.74,
10.1002/mds.29593)."""

SPANS: Mapping[str, tuple[float, float]] = {"hand_over_face.mp4": (10.0, 19.6)}
"""Seconds of a clip to use, where the rest cannot carry a graft: there a hand lies over the warped skin."""
LEAST_STRETCH_S = 0.8
SLOWEST_FRAMES_PER_S = 20.0
"""A clip with fewer frames is played at PLAYED_FRAMES_PER_S, its movements faster than they were: made-up
frames between the real ones would blur the lids."""
PLAYED_FRAMES_PER_S = Fraction(24)
CUT_IOD = 0.5
"""A jump of the face by this share of the inter-ocular distance between two frames is a cut."""
DARK_SHARE = 0.7
"""A frame whose face is darker than this share of the clip's median is a fade."""
SMOOTHED_FRAMES = 5


@dataclass(frozen=True)
class Stretch:
    """Consecutive frames (h, w, 3) of one face, its mesh points (n, 478, 2) in px, and their rate."""

    frames: tuple[ImageArray, ...]
    points_px: FloatArray
    frames_per_s: Fraction


def read_stretch(path: Path, model: FaceModel, span: tuple[float, float] | None = None) -> Stretch:
    """Return the longest stretch of a clip that shows one face without a cut, inside `span` (seconds).

    SourceError where no stretch is at least LEAST_STRETCH_S long.
    """
    start, end = span or SPANS.get(path.name, (0.0, np.inf))
    tracker = FaceTracker(model)
    times: list[float] = []
    frames: list[ImageArray] = []
    points: list[FloatArray] = []
    for time_s, image in _decode(path):
        if not start <= time_s <= end:
            continue
        mesh = tracker.update(image, time_s)
        times.append(time_s)
        frames.append(image)
        points.append(np.full((478, 2), np.nan) if mesh is None else mesh.points_px[:, :2])
    first, last = _longest(frames, np.array(points).reshape(-1, 478, 2))
    if last - first < 2 or times[last - 1] - times[first] < LEAST_STRETCH_S:
        raise SourceError(f"{path.name} shows no face for {LEAST_STRETCH_S} s; take another clip.")
    rate = (last - 1 - first) / (times[last - 1] - times[first])
    if rate < SLOWEST_FRAMES_PER_S:
        # So few frames hold jumps of the head that smoothing would flatten.
        return Stretch(tuple(frames[first:last]), np.array(points[first:last]), PLAYED_FRAMES_PER_S)
    smooth = savgol_filter(np.array(points[first:last]), SMOOTHED_FRAMES, 2, axis=0)
    return Stretch(tuple(frames[first:last]), smooth, Fraction(rate).limit_denominator(1001))


def ping_pong(n_frames: int, n_wanted: int) -> FloatArray:
    """Return `n_wanted` frame numbers that run to the end and back again, without resting at the ends."""
    there_and_back = np.concatenate([np.arange(n_frames), np.arange(n_frames - 2, 0, -1)])
    return np.resize(there_and_back, n_wanted)


def grafted(stretch: Stretch, performance: Performance) -> Iterator[ImageArray]:
    """Yield the frames (h, w, 3) of the loop with the performance on it, for its whole duration."""
    n_wanted = round(performance.duration_s * stretch.frames_per_s)
    time_s = np.arange(n_wanted) / float(stretch.frames_per_s)
    curves = sample(performance, time_s)
    for i, number in enumerate(ping_pong(len(stretch.frames), n_wanted)):
        image = stretch.frames[number]
        for side in SIDES:
            now: dict[Muscle, float] = {m: float(c[i]) for (s, m), c in curves.items() if s == side}
            image = contract(image, stretch.points_px[number], side, now)
        yield image


def write_video(frames: Iterable[ImageArray], frames_per_s: Fraction, path: Path) -> None:
    """Encode RGB frames (h, w, 3) with libx264 at CRF 16; an odd last row or column is cut off."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=frames_per_s, options={"crf": "16", "preset": "veryfast"}
        )
        stream.pix_fmt = "yuv420p"
        for i, image in enumerate(frames):
            even = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
            if i == 0:
                stream.height, stream.width = even.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        container.mux(stream.encode())


def graft(stretch: Stretch, performance: Performance, path: Path) -> Path:
    """Write the grafted loop to `path` (.mp4) and its truth to the same name with .json; return that path."""
    write_video(grafted(stretch, performance), stretch.frames_per_s, path)
    truth = path.with_suffix(".json")
    write_truth(performance, truth, "grafted")
    return truth


def _decode(path: Path) -> Iterator[tuple[float, ImageArray]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            yield float(frame.time or 0.0), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _longest(frames: list[ImageArray], points: FloatArray) -> tuple[int, int]:
    """Return the longest run [first, last) of frames with one lit face, inside the picture, without cuts."""
    seen: BoolArray = np.asarray(np.isfinite(points).all(axis=(1, 2)))
    light = np.array([_light(f, p) if ok else np.nan for f, p, ok in zip(frames, points, seen, strict=True)])
    usable = seen & (light > DARK_SHARE * np.nanmedian(light)) if seen.any() else seen
    best, first = (0, 0), 0
    for i in range(len(frames) + 1):
        goes_on = i < len(frames) and usable[i] and (i == first or not _cut(points[i - 1], points[i]))
        if goes_on:
            continue
        if i - first > best[1] - best[0]:
            best = (first, i)
        first = i if i < len(frames) and usable[i] else i + 1
    return best


def _light(image: ImageArray, points: FloatArray) -> float:
    """Return the mean brightness of the face; NaN where it leaves the picture."""
    low, high = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    if (low < 0).any() or high[0] >= image.shape[1] or high[1] >= image.shape[0]:
        return float("nan")
    return float(image[low[1] : high[1], low[0] : high[0]].mean())


def _cut(before: FloatArray, after: FloatArray) -> bool:
    moved = np.abs(after - before).mean()
    return bool(moved > CUT_IOD * face_frame(before).iod)


@click.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", default=60.0, show_default=True, help="Length of the video.")
@click.option(
    "--side", type=click.Choice(SIDES), default="left", show_default=True, help="The patient's side."
)
@click.option("--rate", default=12.0, show_default=True, help="Episodes a minute; 0 gives a healthy face.")
@click.option("--seed", default=1, show_default=True)
@click.option("--span", type=(float, float), help="Seconds of the clip to use, such as --span 0 10.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
def main(
    clip: Path,
    seconds: float,
    side: Side,
    rate: float,
    seed: int,
    span: tuple[float, float] | None,
    out: Path,
) -> None:
    """Graft spasms on CLIP; write the video and its truth (.json) into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        spasms = hemifacial_spasm(side, episodes_per_min=rate, duration_s=seconds, seed=seed)
        stretch = read_stretch(clip, FaceModel(), span)
    except (SettingsError, SourceError) as error:
        raise click.ClickException(str(error)) from error
    name = f"{clip.stem}_{spasms.side}_{rate:g}_{seed}"
    graft(stretch, spasms, out / f"{name}.mp4")
    click.echo(out / f"{name}.mp4")


if __name__ == "__main__":
    main()
