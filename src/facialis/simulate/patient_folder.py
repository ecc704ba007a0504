"""Everything a simulated recording gives, in one folder: all files or none. Each says it is simulated."""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from facialis.errors import OutputError, RenderError
from facialis.report.files import write_folder
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.edf import write_edf
from facialis.simulate.patient import PatientActivity
from facialis.simulate.patient_config import write_config
from facialis.simulate.patient_page import write_page
from facialis.simulate.performance import sample, write_truth
from facialis.simulate.scene import Scene
from facialis.types import SIDES
from facialis.version import __version__

Progress = Callable[[float], None]
FILMS = ("patient.mp4", "mechanism.mp4")
"""The face alone, which can be measured, and with the mechanism beside it, to be looked at."""
OUTPUTS = (
    "page.html",
    "patient.truth.json",
    "patient.config.json",
    "patient.spikes.parquet",
    "patient.edf",
    *FILMS,
)


def check_folder(folder: Path) -> None:
    """Raise OutputError where a recording written to `folder` would replace files of something else."""
    refuse_others(folder, OUTPUTS, "patient.truth.json")


def refuse_others(folder: Path, names: Collection[str], told: str) -> None:
    """Raise OutputError where `folder` holds one of these files, but none `told` that says simulated.

    A `patient.mp4` or `patient.edf` may be of a person; only a simulation's own files are replaced.
    """
    held = sorted(name for name in names if (folder / name).exists())
    if held and not _says_simulated(folder / told):
        raise OutputError(
            f"{folder} holds {held[0]}, which is not of such a simulation; name another folder with --out."
        )


def _says_simulated(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("simulated") is True


def write_recording(
    activity: PatientActivity,
    folder: Path,
    *,
    emg: bool = True,
    scene: Scene | None = None,
    picture: bool = True,
    progress: Progress | None = None,
) -> None:
    """Write page.html, patient.truth.json, patient.config.json, patient.spikes.parquet and patient.edf.

    `emg` False leaves out the EDF+ file; a `scene` adds the film patient.mp4 and mechanism.mp4, the same film
    with the mechanism beside it, and `progress` is called with their seconds done; `picture` puts the face
    at the strongest peak on the page where the machine has OpenGL. All share one clock. What an earlier
    recording left in the folder goes. OutputError where the folder cannot be written or holds files of
    something else, RenderError where a film is asked for and the machine has no OpenGL.
    """
    check_folder(folder)
    with write_folder(folder, earlier=OUTPUTS) as temporary:
        if scene is not None:
            _film(activity, scene, temporary, progress)
        write_truth(activity.muscles.performance, temporary / "patient.truth.json")
        write_config(activity.patient, temporary / "patient.config.json")
        write_spikes(activity, temporary / "patient.spikes.parquet")
        if emg:
            edf = temporary / "patient.edf"
            write_edf(activity.muscles.emg, activity.muscles.performance, edf, activity.patient.emg)
        write_page(activity, temporary / "page.html", peak_picture(activity, scene) if picture else None)


def _film(activity: PatientActivity, scene: Scene, folder: Path, progress: Progress | None) -> None:
    from facialis.simulate.face import render_video  # OpenGL, which nothing else needs
    from facialis.simulate.mechanism_film import mechanism_film

    plain, beside = (folder / name for name in FILMS)
    with mechanism_film(activity, beside) as watch:
        render_video(activity.muscles.performance, scene, plain, progress=progress, watch=watch)


def write_spikes(activity: PatientActivity, path: Path) -> None:
    """Write every spike that leaves the lesions: `time_s`, `side`, `axon`, `muscle`, `origin`."""
    sides = [side for side in SIDES if side in activity.spikes]
    spikes = [activity.spikes[side] for side in sides]
    muscle = [activity.axons[side].muscle[activity.spikes[side].axon] for side in sides]
    columns = {
        "time_s": pa.array(np.concatenate([each.time_s for each in spikes])),
        "side": named(np.repeat(range(len(sides)), [len(each.axon) for each in spikes]), sides),
        "axon": pa.array(np.concatenate([each.axon for each in spikes]).astype(np.int32)),
        "muscle": named(np.concatenate(muscle), list(MUSCLE_SHARE)),
        "origin": named(np.concatenate([each.origin for each in spikes]), list(ORIGINS)),
    }
    told = {"simulated": "true", "person": "none", "facialis_version": __version__}
    pq.write_table(pa.table(columns).replace_schema_metadata(told), path, compression="zstd")


def named(codes: np.ndarray, names: Sequence[str]) -> pa.DictionaryArray:
    """Return a column of words for numbers (n,) that count in the order of `names`."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(names))


def peak_picture(activity: PatientActivity, scene: Scene | None = None) -> bytes | None:
    """Return a JPEG of the face at the strongest spasm, or None without a spasm or without OpenGL."""
    performance = activity.muscles.performance
    spasms = [event for event in performance.truth if event.kind in ("twitch", "tonic")]
    if not spasms:
        return None
    import cv2

    from facialis.simulate.face import render_still

    peak_s = max(spasms, key=lambda event: event.peak).peak_s
    curves = sample(performance, np.array([peak_s]))
    try:
        picture = render_still(
            {key: float(curve[0]) for key, curve in curves.items()},
            scene or Scene(width_px=480, height_px=480),
        )
    except RenderError:
        return None
    return bytes(cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1])
