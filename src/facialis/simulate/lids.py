"""Lids that close over the eyeball exactly as told.

The mesh's own blink moves every vertex on a straight line, which cuts through the eyeball at half closure and
misses full closure on most identities. Here each rim vertex turns about the eyeball so that the height of the
opening shrinks in proportion to closure, and the skin around the rim follows with distance.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from facialis.types import BoolArray, FloatArray, Side

if TYPE_CHECKING:
    from facialis.simulate.head import HeadMesh

IntArray = NDArray[np.integer]

REACH_DM = 0.1
"""How far from the rim the skin follows the lid: 10 mm, about up to the crease."""
MEETING = 0.1
"""Where the rims meet, as a share of the opening above the lower rim: the upper lid does most of the way."""
OVERLAP = 0.04
"""By how much of the opening the upper rim passes the meeting line, so that no gap stays."""
PUPIL_HEIGHT = 0.57
"""Where the pupil rests in the opening, from the lower rim: the upper lid covers more of the iris."""
LID_FOLLOWS_GAZE = 0.6
"""Share of a vertical gaze that the upper lid follows."""


@dataclass(frozen=True)
class Lids:
    """The lids of one eye. `rim_distance` (n,) is each vertex's way along the skin to the rim, in decimetres.

    `moved` lists the vertices that follow (k,), `follow` (k, 28) what they take of each rim vertex's turn.
    `radii` (3,) are the eyeball's half-axes; `open_sine` and `shut_sine` (28,) the sines of the rim's
    elevation over the eyeball's centre; `upper` (28,) tells which rim vertices are on the upper lid.
    """

    center: FloatArray
    radii: FloatArray
    rim_distance: FloatArray
    moved: IntArray
    follow: FloatArray
    open_sine: FloatArray
    shut_sine: FloatArray
    upper: BoolArray

    @property
    def resting_gaze_rad(self) -> float:
        """How far up the eye looks at rest, in radians: the identities' eyeballs sit at various heights."""
        low, high = self.open_sine.min(), self.open_sine.max()
        return float(np.arcsin(low + PUPIL_HEIGHT * (high - low)))

    def close(self, positions: FloatArray, closure: float, gaze_up_rad: float = 0.0) -> None:
        """Turn the lids in `positions` (n, 3) in place; `closure` from 0 (open) to 1 (shut)."""
        follows = LID_FOLLOWS_GAZE * np.sin(gaze_up_rad) * np.where(self.upper, 1.0, 0.3)
        start = np.clip(self.open_sine + follows * np.sqrt(1 - self.open_sine**2), -1, 1)
        turned = np.arcsin(start + closure * (self.shut_sine - start))
        turn = self.follow @ (turned - np.arcsin(self.open_sine))
        local = (positions[self.moved] - self.center) / self.radii
        cos, sin = np.cos(turn), np.sin(turn)
        y = local[:, 1] * cos + local[:, 2] * sin
        z = local[:, 2] * cos - local[:, 1] * sin
        local[:, 1], local[:, 2] = y, z
        positions[self.moved] = local * self.radii + self.center


def build_lids(mesh: "HeadMesh", resting: FloatArray, side: Side) -> Lids:
    """Return the lids of one eye of a head whose resting vertices are `resting` (n, 3)."""
    sign = 1 if side == "left" else -1
    eye = resting[mesh.of_part("eye") & (sign * mesh.positions[:, 0] > 0)]
    center, radii = (eye.max(axis=0) + eye.min(axis=0)) / 2, np.ptp(eye, axis=0) / 2
    rim = mesh.rims[side]
    distance = _along_skin(mesh, resting, rim)
    nearest = distance.min(axis=0)
    moved = np.flatnonzero((nearest < REACH_DM) & ~mesh.of_part("eye"))
    blur = 0.012 + 0.3 * nearest[moved]  # a vertex far from the rim follows a wider stretch of it
    nearness = np.exp(-(((distance[:, moved] - nearest[moved]) / blur) ** 2)).T
    nearness[np.searchsorted(moved, rim)] = np.eye(len(rim))
    fades = (1 - nearest[moved] / REACH_DM) ** 2 * (1 + 2 * nearest[moved] / REACH_DM)
    follow = nearness / nearness.sum(axis=1, keepdims=True) * fades[:, None]
    open_sine, shut_sine, upper = _rim_sines((resting[rim] - center) / radii)
    return Lids(center, radii, nearest, moved, follow, open_sine, shut_sine, upper)


def _along_skin(mesh: "HeadMesh", resting: FloatArray, rim: IntArray) -> FloatArray:
    """Return the way along edges from each rim vertex to every vertex, (28, n); lashes start at the rim."""
    pairs = np.concatenate([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], mesh.triangles[:, [2, 0]]])
    pairs = pairs[(mesh.part[pairs] == mesh.part_names.index("skin")).all(axis=1)]
    lengths = np.linalg.norm(resting[pairs[:, 0]] - resting[pairs[:, 1]], axis=1)
    graph = csr_matrix((lengths, pairs.T), shape=(len(resting), len(resting)))
    distance = dijkstra(graph.maximum(graph.T), directed=False, indices=rim, limit=0.6)
    lashes = np.flatnonzero(mesh.of_part("lash"))
    apart = np.linalg.norm(resting[rim][:, None] - resting[lashes][None], axis=2)
    near = apart.min(axis=0) < 0.12
    distance[:, lashes[near]] = apart[:, near] - apart[:, near].min(axis=0)
    return np.asarray(distance)


def _rim_sines(local: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return each rim vertex's elevation (sine) open and shut, and whether it is on the upper lid.

    `local` (28, 3) is in half-axes of the eyeball. Upper and lower vertices at one place across the eye meet.
    """
    reach = np.hypot(local[:, 1], local[:, 2])
    first, last = int(np.argmin(local[:, 0])), int(np.argmax(local[:, 0]))
    line = np.interp(local[:, 0], local[[first, last], 0], local[[first, last], 1])
    upper = local[:, 1] > line
    rims = {}
    for is_upper in (True, False):
        chosen = np.flatnonzero((upper == is_upper) | np.isin(np.arange(len(local)), [first, last]))
        order = chosen[np.argsort(local[chosen, 0])]
        rims[is_upper] = np.interp(local[:, 0], local[order, 0], local[order, 1])
    opening = rims[True] - rims[False]
    shut = rims[False] + opening * (MEETING - OVERLAP * upper)
    return local[:, 1] / reach, np.clip(shut / reach, -1, 1), upper
