"""Videos of the scenarios are made and read once; what was read is kept in a folder.

Video and reading are each named after all they come from (the scenario, the clip, the code that makes or
reads them), so a change in the detection of events reuses both, and a change in reading makes only it anew.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import facialis
from benchmarks.graft import Stretch, grafted, read_stretch, write_video
from benchmarks.peer import EYE_POINTS, MOUTH_HEIGHT, MOUTH_WIDTH
from benchmarks.scenarios import CLIPS, Scenario, performance, scene
from facialis.signals.model import FaceModel
from facialis.signals.stream import Tracked, geometry_of, track
from facialis.simulate.face import render_video
from facialis.source.video import read_frames
from facialis.types import FloatArray

PACKAGE, BENCHMARKS = Path(facialis.__file__).parent, Path(__file__).parent
LATER_CODE = ("face.py", "quality.py", "runs.py")
"""What works on readings, and so does not make them anew."""
READING_CODE = (
    *(file for file in sorted((PACKAGE / "signals").glob("*.py")) if file.name not in LATER_CODE),
    *sorted((PACKAGE / "source").glob("*.py")),
)
GRAFTING_CODE = (
    *(BENCHMARKS / f"{m}.py" for m in ("graft", "warp", "scenarios")),
    *(PACKAGE / "simulate" / f"{m}.py" for m in ("performance", "schedule")),
)
RENDERED_BY = ("face", "head", "lids", "performance", "render", "scene", "schedule", "shaders", "skin")
RENDERING_CODE = (
    BENCHMARKS / "scenarios.py",
    *(PACKAGE / "simulate" / f"{m}.py" for m in RENDERED_BY),
    PACKAGE / "data" / "head.npz",
)
PEER_POINTS = (*EYE_POINTS["right"], *EYE_POINTS["left"], *MOUTH_WIDTH, *MOUTH_HEIGHT)


@dataclass(frozen=True)
class Reading:
    """What one pass over a video gave.

    Times (n,) in seconds, the columns that stream.NAMES lists, each (n,), and the whole face's mesh
    (n, 478, 2) in px, which holds only the points the peer takes, NaN elsewhere.
    """

    time_s: FloatArray
    raw: dict[str, FloatArray]
    mesh_px: FloatArray

    @property
    def frames_per_s(self) -> float:
        """The median rate."""
        return float(1 / np.median(np.diff(self.time_s)))


def reading(scenario: Scenario, cache: Path) -> Reading:
    """Return what is read from the scenario's video; both are taken from `cache` where they lie there."""
    return kept_reading(_video_name(scenario), lambda: video(scenario, cache), cache)


def kept_reading(name: str, made: Callable[[], Path], cache: Path) -> Reading:
    """Return what is read from the video of this name, which `made` gives where its reading is not kept."""
    kept = reading_path(name, cache)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}.part")
        with partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **_read(made()))
        os.replace(partial, kept)
    with np.load(kept) as stored:
        mesh = np.full((stored["time_s"].size, 478, 2), np.nan)
        mesh[:, PEER_POINTS] = stored["points_px"]
        raw = {str(name): stored["table"][:, i] for i, name in enumerate(stored["names"])}
        return Reading(stored["time_s"], raw, mesh)


def reading_path(name: str, cache: Path) -> Path:
    """Return where the reading of the video of this name is kept, whether or not it is there."""
    return cache / "readings" / f"{digest_of(READING_CODE, name)}.npz"


def video(scenario: Scenario, cache: Path) -> Path:
    """Return the scenario's video, made where it does not lie in `cache` yet."""
    if scenario.material == "filmed":
        return CLIPS / scenario.person
    path = cache / "videos" / f"{_video_name(scenario)}.mp4"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.stem}.{os.getpid()}.mp4")
    if scenario.material == "grafted":
        stretch = _stretch(CLIPS / scenario.person)
        write_video(grafted(stretch, performance(scenario)), stretch.frames_per_s, partial)
    else:
        render_video(performance(scenario), scene(scenario), partial)
        partial.with_suffix(".truth.json").unlink()
    return partial.replace(path)


@lru_cache(maxsize=1)
def _stretch(clip: Path) -> Stretch:
    return read_stretch(clip, FaceModel())


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    points: list[FloatArray] = []

    def kept(tracked_frames: Iterable[Tracked]) -> Iterator[Tracked]:
        for tracked in tracked_frames:
            seen = tracked.mesh
            unseen = np.full((len(PEER_POINTS), 2), np.nan)
            points.append(unseen if seen is None else seen.points_px[list(PEER_POINTS), :2])
            yield tracked

    with read_frames(path) as frames:
        time_s, raw = geometry_of(kept(track(frames)))
    names, table = np.array(list(raw)), np.stack(list(raw.values()), axis=1)
    return {"time_s": time_s, "names": names, "table": table, "points_px": np.array(points)}


def _video_name(scenario: Scenario) -> str:
    text = json.dumps(asdict(scenario), sort_keys=True)
    if scenario.material == "rendered":
        return digest_of(RENDERING_CODE, text)
    clip = (CLIPS / scenario.person,)
    return digest_of(clip if scenario.material == "filmed" else (*GRAFTING_CODE, *clip), text)


def digest_of(files: tuple[Path, ...], text: str) -> str:
    """Return a short name made of a text and the content of files."""
    digest = hashlib.sha256(text.encode())
    for file in files:
        digest.update(_file_digest(file))
    return digest.hexdigest()[:20]


@lru_cache(maxsize=200)
def _file_digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()
