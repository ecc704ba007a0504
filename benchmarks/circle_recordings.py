"""Each recording of the circle, simulated, filmed and measured once; what was read from the film is kept."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.circle_design import Shot
from benchmarks.circle_scores import Answer
from benchmarks.circle_truth import blinking, excess, reached, visible
from benchmarks.readings import RENDERED_BY, RENDERING_CODE, digest_of, kept_reading, reading_path
from benchmarks.scores import Outcome
from facialis.measure import Analysis, analyse
from facialis.measures.matching import Span
from facialis.settings import Settings
from facialis.simulate.face import render_video
from facialis.simulate.patient import PatientActivity, simulate_patient
from facialis.simulate.performance import Performance
from facialis.types import Event

FILMING_CODE = tuple(f for f in RENDERING_CODE if f.stem in {*RENDERED_BY, "head"} - {"schedule"})


def answer(shot: Shot, cache: Path, *, kept_only: bool = False) -> Answer | None:
    """Return what is measured of one recording, filmed and read where `cache` does not hold it.

    None where it would have to be filmed but only kept readings are wanted.
    """
    activity = simulate_patient(shot.patient)
    name = film_name(activity.muscles.performance, shot)
    if kept_only and not reading_path(name, cache).exists():
        return None
    read = kept_reading(name, lambda: film(activity, shot, cache / "videos" / f"{name}.mp4"), cache)
    return compared(shot, activity, analyse(read.time_s, read.raw, Settings()))


def compared(shot: Shot, activity: PatientActivity, found: Analysis) -> Answer:
    """Return what was found beside both truths."""
    side, performance = shot.patient.side, activity.muscles.performance
    differs, hidden = excess(activity, side), blinking(performance.truth, len(performance.time_s))
    told = visible(differs, side, hidden)
    episodes = [e for e in found.events if e.kind == "episode"]
    outcome = Outcome(
        shot.scenario,
        told,
        found.verdict.side,
        _spans(episodes),
        _spans([e for e in found.events if e.kind in ("twitch", "tonic")]),
        tuple(e.probability for e in episodes),
        found.quality.seconds_recorded,
        found.quality.seconds_observed["both"],
    )
    return Answer(shot, performance.truth, told, reached(differs, hidden, told), found.events, outcome)


def film_name(performance: Performance, shot: Shot) -> str:
    """Return a name made of all that the film follows from: movements, scene and the code that draws."""
    digest = hashlib.sha256(repr(shot.scene).encode())
    for (side, muscle), curve in sorted(performance.activation.items()):
        digest.update(f"{side} {muscle}".encode() + np.ascontiguousarray(curve).tobytes())
    return digest_of(FILMING_CODE, digest.hexdigest())


def film(activity: PatientActivity, shot: Shot, path: Path) -> Path:
    """Film one recording where it is not there yet, and return its path."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        render_video(activity.muscles.performance, shot.scene, path)
    return path


def _spans(events: Sequence[Event]) -> tuple[Span, ...]:
    return tuple(Span(e.onset_s, e.offset_s, e.side, e.intensity) for e in events)
