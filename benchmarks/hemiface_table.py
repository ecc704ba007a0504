"""Where half-faces read right and where they fail, next to the whole-face mesh, on rendered heads.

    python -m benchmarks.hemiface_table [--identities 12] [--out FILE]

One side of the face (the patient's left) shuts its eye, half shuts it, or pulls its mouth corner; the other
side rests. What is read is given as a share of what the same reading gives where both sides do it alike, so 1
(or 0.5) is right for the affected side and 0 for the healthy one. Beside it stands the share of pictures in
which quality accepts both sides: where half-faces fail, it should refuse.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import click
import numpy as np

from benchmarks.tables import NOTHING, markdown, number, provenance, publish
from facialis.settings import QualitySettings
from facialis.signals.geometry import (
    INNER,
    LOWER_LID,
    MOUTH_CORNER,
    NAMES,
    OUTER,
    UPPER_LID,
    frame_geometry,
    missing_geometry,
)
from facialis.signals.hemiface import MIRROR, HalfFaces, read_halves
from facialis.signals.landmarks import FaceMesh, FaceTracker
from facialis.signals.model import FaceModel
from facialis.signals.quality import frame_reasons
from facialis.simulate.head import Identity
from facialis.simulate.performance import Muscle
from facialis.simulate.render import FaceRenderer
from facialis.simulate.scene import Scene, motion
from facialis.types import SIDES, FloatArray, ImageArray, Side

AFFECTED: Side = "left"
Activation = Mapping[tuple[Side, Muscle], float]
STATES: Mapping[str, Activation] = {
    "rest": {},
    "both shut": {(side, "orbicularis_oculi"): 1.0 for side in SIDES},
    "both pull": {(side, "zygomaticus"): 1.0 for side in SIDES},
    "shut": {(AFFECTED, "orbicularis_oculi"): 1.0},
    "half shut": {(AFFECTED, "orbicularis_oculi"): 0.5},
    "pull": {(AFFECTED, "zygomaticus"): 1.0},
}
READINGS = ("half-faces", "whole face")
EYE = ("shut", "leak of shut", "half shut")
MOUTH = ("pull", "leak of pull")
SETTLING_S = 0.01


@dataclass(frozen=True)
class Condition:
    """How the head is filmed, and by how much the midline is misplaced, as a share of the eyes' distance."""

    name: str
    scene: Mapping[str, Any] = field(default_factory=dict)
    midline_off: float = 0.0


CONDITIONS = (
    Condition("frontal"),
    *(Condition(f"yaw {yaw:+d} deg", {"yaw_deg": yaw}) for yaw in (-30, -25, -20, -15, -10, -5)),
    *(Condition(f"yaw {yaw:+d} deg", {"yaw_deg": yaw}) for yaw in (5, 10, 15, 20, 25, 30)),
    *(Condition(f"roll {roll:+d} deg", {"roll_deg": roll}) for roll in (-20, -10, 10, 20)),
    *(Condition(f"pitch {pitch:+d} deg", {"pitch_deg": pitch}) for pitch in (-15, -8, 8, 15)),
    *(Condition(f"midline off by {100 * off:+.0f} %", {}, off) for off in (-0.06, -0.03, 0.03, 0.06)),
    *(
        Condition(f"light from {side}", {"light_azimuth_deg": azimuth, "light_strength": 0.9})
        for side, azimuth in (("the affected side", 80), ("the healthy side", -80))
    ),
    *(
        Condition(f"{px} px between the eyes", {"interocular_px": px, "width_px": size, "height_px": size})
        for px, size in ((40, 480), (60, 480), (80, 480), (150, 720), (200, 960))
    ),
)

Distances = Mapping[str, float]
Read = Callable[[ImageArray], tuple[FaceMesh, HalfFaces] | None]


def shares(states: Mapping[str, Distances]) -> dict[str, float]:
    """Return EYE and MOUTH from the distances read in each of STATES, NaN where nothing changes.

    Distances are named as in geometry.NAMES.
    """
    healthy: Side = "right"
    lid = {side: _change(states, "both shut", f"{side}_aperture") for side in SIDES}
    corner = {side: _corner(states, "both pull", side) for side in SIDES}
    eye = (
        _part(_change(states, "shut", f"{AFFECTED}_aperture"), lid[AFFECTED]),
        _part(_change(states, "shut", f"{healthy}_aperture"), lid[healthy]),
        _part(_change(states, "half shut", f"{AFFECTED}_aperture"), lid[AFFECTED]),
    )
    mouth = (
        _part(_corner(states, "pull", AFFECTED), corner[AFFECTED]),
        _part(_corner(states, "pull", healthy), corner[healthy]),
    )
    return dict(zip(EYE + MOUTH, eye + mouth, strict=True))


def whole_face_distances(mesh: FaceMesh, halves: HalfFaces) -> dict[str, float]:
    """Return what the whole-face mesh shows of the same distances, in the same upright crop and unit."""
    scale = float(np.hypot(halves.matrix[0, 0], halves.matrix[1, 0]))
    turn = halves.matrix[:, :2]
    points = np.linalg.solve(turn, (mesh.points_px[:, :2] - halves.matrix[:, 2]).T).T
    unit = float(np.linalg.norm(mesh.points_px[OUTER[1]] - mesh.points_px[OUTER[0]])) / scale
    distances: dict[str, float] = {}
    for side in SIDES:
        own = SIDES.index(side) ^ 1  # the pairs name the right landmark first
        upper, lower = ([pair[own] for pair in lids] for lids in (UPPER_LID, LOWER_LID))
        canthi = points[[OUTER[own], INNER[own]], 1].mean()
        corner = points[MOUTH_CORNER[own]]
        distances[f"{side}_aperture"] = float(points[lower, 1].mean() - points[upper, 1].mean()) / unit
        distances[f"{side}_mouth_lateral"] = float(abs(corner[0] - MIRROR)) / unit
        distances[f"{side}_mouth_vertical"] = float(canthi - corner[1]) / unit
    return distances


def measured(condition: Condition, identity: Identity, model: FaceModel) -> tuple[list[bool], dict[str, Any]]:
    """Return in which states quality accepts both sides, and for each of READINGS its shares."""
    scene = Scene(identity=identity, **condition.scene)
    where = motion(scene, np.zeros(1))
    rows: list[dict[str, float]] = []
    whole: dict[str, Distances] = {}
    with FaceRenderer(scene) as renderer:
        for state, activation in STATES.items():
            image = renderer.draw(activation, where.head_rad[0], where.gaze_rad[0])
            seen = read_settled(model, image, condition.midline_off)
            rows.append(missing_geometry() if seen is None else frame_geometry(*seen, None))
            if seen is not None:
                whole[state] = whole_face_distances(*seen)
    halves = dict(zip(STATES, rows, strict=True))
    complete = len(whole) == len(STATES)
    found = {"half-faces": shares(halves), "whole face": shares(whole)} if complete else {}
    return accepted(rows), found


def read_settled(
    model: FaceModel, image: ImageArray, midline_off: float
) -> tuple[FaceMesh, HalfFaces] | None:
    """Return mesh and half-faces of a picture as in a video that has shown it for a while."""
    tracker = FaceTracker(model)
    for i in range(3):
        mesh = tracker.update(image, i * SETTLING_S)
    if mesh is None:
        return None
    shifted = mesh.points_px.copy()
    shifted[:, :2] += midline_off * (shifted[OUTER[1], :2] - shifted[OUTER[0], :2])
    return mesh, read_halves(model, image, FaceMesh(shifted, mesh.presence, mesh.n_faces))


def accepted(rows: Sequence[Mapping[str, float]]) -> list[bool]:
    """Return for each picture whether quality finds nothing against either side."""
    raw: dict[str, FloatArray] = {name: np.array([row[name] for row in rows]) for name in NAMES}
    reasons = frame_reasons(np.arange(len(rows)) / 30, raw, QualitySettings())
    against = np.zeros(len(rows), bool)
    for masks in reasons.values():
        for mask in masks.values():
            against |= mask
    return [not bad for bad in against]


def tables(identities: Sequence[Identity], model: FaceModel) -> str:
    """Return a table for the eye and one for the mouth, a row a condition.

    Cells are medians over identities, with the span of the middle 80 %.
    """
    eye: list[list[str]] = []
    mouth: list[list[str]] = []
    for condition in CONDITIONS:
        verdicts: list[bool] = []
        found: dict[str, list[dict[str, float]]] = {reading: [] for reading in READINGS}
        for identity in identities:
            accepts, values = measured(condition, identity, model)
            verdicts += accepts
            for reading, value in values.items():
                found[reading].append(value)
        start = [condition.name, f"{np.mean(verdicts):.0%}"]
        for rows, columns in ((eye, EYE), (mouth, MOUTH)):
            cells = [_spread([v[c] for v in found[reading]]) for reading in READINGS for c in columns]
            rows.append([*start, *cells, str(len(found["half-faces"]))])
        click.echo(f"{len(eye)}/{len(CONDITIONS)} {condition.name}", err=True)
    parts = []
    for title, rows, columns in (("Eye", eye, EYE), ("Mouth corner", mouth, MOUTH)):
        header = [title, "quality accepts", *(f"{reading}: {c}" for reading in READINGS for c in columns)]
        parts.append(markdown([*header, "people"], rows))
    return "\n".join(parts)


def _change(states: Mapping[str, Distances], state: str, name: str) -> float:
    return states["rest"][name] - states[state][name]


def _corner(states: Mapping[str, Distances], state: str, side: Side) -> float:
    """Excursion of the mouth corner outwards and up, along the diagonal."""
    moved = (_change(states, state, f"{side}_mouth_{way}") for way in ("lateral", "vertical"))
    return -sum(moved) / float(np.sqrt(2))


def _part(change: float, whole: float) -> float:
    return change / whole if whole != 0 else float("nan")


def _spread(values: Sequence[float]) -> str:
    if not values:
        return NOTHING
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return f"{number(float(middle))} ({number(float(low))} to {number(float(high))})"


@click.command()
@click.option("--identities", type=click.IntRange(1, 12), default=12, show_default=True, help="How many.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the Markdown here, too: into its section where the file has one.",
)
def main(identities: int, out: Path | None) -> None:
    """Print the tables."""
    people: tuple[Identity, ...] = get_args(Identity)[:: 12 // identities][:identities]
    command = f"python -m benchmarks.hemiface_table --identities {identities}"
    text = f"{provenance(command)}\n{tables(people, FaceModel())}"
    click.echo(text)
    if out is not None:
        publish(out, "half-faces", text)


if __name__ == "__main__":
    main()
