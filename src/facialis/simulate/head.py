"""The head: a CC0 mesh, twelve identities, and what each muscle of each side does to it.

Lengths in decimetres (the mesh's own unit), x to the patient's left, y up, z to the front, the origin midway
between the eyes. The mesh's face units name sides as the patient's, shown by a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix

from facialis.simulate.lids import IntArray, Lids, build_lids
from facialis.simulate.performance import MUSCLES, Muscle
from facialis.types import SIDES, BoolArray, FloatArray, Side

Identity = Literal[
    "african-female-old",
    "african-female-young",
    "african-male-old",
    "african-male-young",
    "asian-female-old",
    "asian-female-young",
    "asian-male-old",
    "asian-male-young",
    "caucasian-female-old",
    "caucasian-female-young",
    "caucasian-male-old",
    "caucasian-male-young",
]

UNITS_OF: Mapping[Muscle, Mapping[str, float]] = {
    # The lid itself is moved by `lids`, so that closure is exact; these are its neighbours.
    "orbicularis_oculi": {"eyeSquint": 0.4, "cheekSquint": 0.45, "browDown": 0.2},
    # Raises the brow above the pupil by 8 to 9 mm on average; measured: 7.6 to 9.0 mm in 81 people
    # (Cruz & Cruz 2004, Arq Bras Oftalmol 67:237). The plain units give 3 to 4 mm, and all muscles of a side
    # together would then lower it.
    "frontalis": {"browOuterUp": 1.4, "browInnerUp": 2.9},
    "corrugator": {"browDown": 1.0},
    "zygomaticus": {"mouthSmile": 0.85, "mouthDimple": 0.15, "cheekSquint": 0.5},
    "levator": {"noseSneer": 0.9, "mouthUpperUp": 0.3},
    "orbicularis_oris": {"mouthPress": 0.6, "mouthPucker": 0.4},
    "mentalis": {"mouthShrugLower": 0.9, "mouthRollLower": 0.15},
    "jaw": {"jawOpen": 0.5},
}
"""Face units per muscle of one side, at full activation. The jaw is one bone: each side gives half of it."""

LID_SHELTER_DM = 0.12
"""Within this distance of a lid's rim other muscles fade out: closure then means what the truth says."""
LEVATOR_END_DM = (0.0, 0.12)
"""Above the eyes the lip's levator, which ends at the nose, moves no skin: its unit also lowers the brow."""
MIDLINE_DM = 0.06
"""Width over which a unit of both sides is shared between them."""
HAIR_DM = 0.07


@dataclass(frozen=True)
class HeadMesh:
    """The mesh as cut: positions (n, 3), triangles (m, 3), part and texture coordinates of each vertex.

    `units` maps each face unit to its displacement (n, 3), `identities` each identity likewise; `rims` holds
    the vertices around each eye's opening, (28,) a side.
    """

    positions: FloatArray
    triangles: IntArray
    part: IntArray
    part_names: tuple[str, ...]
    uv: FloatArray
    units: Mapping[str, FloatArray]
    identities: Mapping[str, FloatArray]
    rims: Mapping[Side, IntArray]

    def of_part(self, name: str) -> BoolArray:
        """Return which vertices belong to a part, shape (n,)."""
        mask: BoolArray = self.part == self.part_names.index(name)
        return mask


@dataclass(frozen=True)
class Head:
    """One identity: its resting shape (n, 3), displacement per muscle and side, lids and surface."""

    mesh: HeadMesh
    resting: FloatArray
    muscles: Mapping[tuple[Side, Muscle], FloatArray]
    lids: Mapping[Side, Lids]
    corners_to_vertices: csr_matrix

    @property
    def interocular_dm(self) -> float:
        """Distance between the centres of the eyes."""
        return float(np.linalg.norm(self.lids["left"].center - self.lids["right"].center))

    def shape(self, activation: Mapping[tuple[Side, Muscle], float], gaze_up_rad: float = 0.0) -> FloatArray:
        """Return the vertices (n, 3) for activations from 0 to 1; muscles not named rest."""
        positions = self.resting.copy()
        for key, value in activation.items():
            if value > 0:
                positions += value * self.muscles[key]
        for side, lids in self.lids.items():
            closure = activation.get((side, "orbicularis_oculi"), 0.0)
            lids.close(positions, closure, gaze_up_rad)
        return positions

    def normals(self, positions: FloatArray) -> FloatArray:
        """Return unit normals (n, 3), the mean of the adjoining triangles weighted by area."""
        a, b, c = (positions[self.mesh.triangles[:, k]] for k in range(3))
        summed = self.corners_to_vertices @ np.cross(b - a, c - a)
        length = np.sqrt(np.einsum("ij,ij->i", summed, summed))[:, None]
        normals: FloatArray = summed / np.maximum(length, 1e-9)
        return normals


@cache
def read_mesh() -> HeadMesh:
    """Return the packaged mesh."""
    with (files("facialis") / "data" / "head.npz").open("rb") as file, np.load(file) as data:
        positions = data["positions"].astype(float)
        starts = data["unit_start"]
        units = {}
        for i, name in enumerate(data["unit_names"]):
            delta = np.zeros_like(positions)
            rows = slice(starts[i], starts[i + 1])
            delta[data["unit_vertex"][rows]] = data["unit_delta"][rows] / 1000
            units[str(name)] = delta
        names = data["identity_names"]
        return HeadMesh(
            positions,
            data["triangles"].astype(np.int64),
            data["part"],
            tuple(str(name) for name in data["part_names"]),
            data["uv"].astype(float),
            units,
            {str(name): data["identity_delta"][i] / 1000 for i, name in enumerate(names)},
            {side: data["lid_rim"][i].astype(np.int64) for i, side in enumerate(SIDES)},
        )


@cache
def build_head(identity: Identity) -> Head:
    """Return the head of one of the twelve identities."""
    mesh = read_mesh()
    resting = mesh.positions + mesh.identities[identity]
    resting -= np.mean([_eye_center(mesh, resting, side) for side in SIDES], axis=0)
    lids = {side: build_lids(mesh, resting, side) for side in SIDES}
    sheltered = np.minimum.reduce([eye.rim_distance for eye in lids.values()]) / LID_SHELTER_DM
    free = _smoothstep(np.clip(sheltered, 0, 1))
    free[mesh.of_part("eye")] = 0
    muscles = {
        (side, muscle): _displacement(mesh, side, muscle) * free[:, None]
        for side in SIDES
        for muscle in MUSCLES
    }
    corners = mesh.triangles.T.ravel()
    columns = np.tile(np.arange(len(mesh.triangles)), 3)
    ones = np.ones(len(corners))
    to_vertices = csr_matrix((ones, (corners, columns)), shape=(len(resting), len(mesh.triangles)))
    return Head(mesh, _with_hair(mesh, resting, to_vertices), muscles, lids, to_vertices)


def hair_share(positions: FloatArray) -> FloatArray:
    """Return how much hair covers each vertex of the mesh as cut, positions (n, 3), from 0 to 1."""
    x, y, z = positions.T
    hairline = 7.98 - 0.5 * np.clip(np.abs(x) - 0.42, 0, None)
    top = np.clip((y - hairline) / 0.15, 0, 1)
    back = np.clip((0.72 - z) / 0.15, 0, 1) * np.clip((y - 7.4) / 0.12, 0, 1)
    share: FloatArray = _smoothstep(np.maximum(top, back))
    return share


def _with_hair(mesh: HeadMesh, resting: FloatArray, to_vertices: csr_matrix) -> FloatArray:
    """Return the resting shape with the scalp raised by the hair's thickness."""
    a, b, c = (resting[mesh.triangles[:, k]] for k in range(3))
    normals = to_vertices @ np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    thickness = HAIR_DM * hair_share(mesh.positions) * mesh.of_part("skin")
    raised: FloatArray = resting + thickness[:, None] * normals
    return raised


def _eye_center(mesh: HeadMesh, positions: FloatArray, side: Side) -> FloatArray:
    sign = 1 if side == "left" else -1
    eye = positions[mesh.of_part("eye") & (sign * mesh.positions[:, 0] > 0)]
    center: FloatArray = (eye.min(axis=0) + eye.max(axis=0)) / 2
    return center


def _displacement(mesh: HeadMesh, side: Side, muscle: Muscle) -> FloatArray:
    """Return the displacement (n, 3) at full activation: a unit of both sides is split at the midline."""
    total = np.zeros_like(mesh.positions)
    sign = 1 if side == "left" else -1
    this_side = _smoothstep(np.clip(sign * mesh.positions[:, 0] / MIDLINE_DM / 2 + 0.5, 0, 1))
    for unit, weight in UNITS_OF[muscle].items():
        sided = unit + side.capitalize()
        if sided in mesh.units:
            total += weight * mesh.units[sided]
        elif muscle == "jaw":
            total += weight * mesh.units[unit]
        else:
            total += weight * mesh.units[unit] * this_side[:, None]
    if muscle == "levator":
        low, high = LEVATOR_END_DM
        above = (mesh.positions[:, 1] - _eye_center(mesh, mesh.positions, side)[1] - low) / (high - low)
        total *= 1 - _smoothstep(np.clip(above, 0, 1))[:, None]
    return total


def _smoothstep(share: FloatArray) -> FloatArray:
    return share * share * (3 - 2 * share)
