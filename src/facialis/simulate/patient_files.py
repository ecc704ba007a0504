"""Writes what was simulated into a folder: the EMG, the truth and, where asked for, the film."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from facialis.errors import OutputError
from facialis.simulate.edf import write_edf
from facialis.simulate.emg import EmgSettings
from facialis.simulate.muscle import MuscleActivity
from facialis.simulate.performance import write_truth
from facialis.simulate.scene import Scene


def write_patient(
    activity: MuscleActivity,
    folder: Path,
    name: str = "patient",
    scene: Scene | None = None,
    settings: EmgSettings | None = None,
    stimuli: Sequence[tuple[float, str]] = (),
    progress: Callable[[float], None] | None = None,
) -> tuple[Path, ...]:
    """Write NAME.edf and NAME.truth.json and, with a scene, NAME.mp4; return the paths.

    All three share one clock: second 0 is the same moment in each. `settings` are those the EMG was simulated
    with, `stimuli` (s, name) become annotations, `progress` is called with the seconds of film done.
    Each file is written beside and then renamed. OutputError where the folder or a file cannot be written,
    RenderError where a film is asked for and the machine has no OpenGL.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error.strerror}); choose another folder.") from error
    emg, truth = folder / f"{name}.edf", folder / f"{name}.truth.json"
    film: tuple[Path, ...] = ()
    if scene is not None:
        from facialis.simulate.face import render_video  # OpenGL, which EMG alone does not need

        film = (render_video(activity.performance, scene, folder / f"{name}.mp4", progress=progress),)
    partial = truth.with_name(f".{truth.name}.part")
    try:
        write_truth(activity.performance, partial)
        os.replace(partial, truth)
    finally:
        partial.unlink(missing_ok=True)
    write_edf(activity.emg, activity.performance, emg, settings, stimuli)
    return (emg, truth, *film)
