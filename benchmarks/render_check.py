"""How well the face model reads eye closure on the rendered head: `python -m benchmarks.render_check`.

For each identity the lid aperture that the model reads on the whole face, both eyes shut alike, relative to
open; and the speed of rendering.
"""

import sys
import time
from typing import get_args

import numpy as np

from facialis.signals.detector import find_faces
from facialis.signals.landmarks import crop_of_box, crop_of_points, to_picture
from facialis.signals.model import CROP_PX, FaceModel
from facialis.signals.window import cut_affine
from facialis.simulate.face import render_frames, render_still
from facialis.simulate.head import Identity
from facialis.simulate.scene import Scene
from facialis.simulate.schedule import blinks
from facialis.types import SIDES, FloatArray, Side

LIDS = {"right": ((159, 145), (158, 153), (160, 144)), "left": ((386, 374), (385, 380), (387, 373))}
CORNERS = {"right": (33, 133), "left": (362, 263)}
CLOSURES = (0.0, 0.25, 0.5, 0.75, 1.0)


def aperture(points_px: FloatArray, side: Side) -> float:
    """Return the lids' opening across the line of the corners, over the eye's width, from points (478, 3)."""
    inner, outer = (points_px[i, :2] for i in CORNERS[side])
    along = (outer - inner) / np.linalg.norm(outer - inner)
    across = np.array([-along[1], along[0]]) * np.sign(along[0])
    height = np.mean([(points_px[lower, :2] - points_px[upper, :2]) @ across for upper, lower in LIDS[side]])
    return float(height / np.linalg.norm(outer - inner))


def read(model: FaceModel, image: np.ndarray) -> FloatArray:
    """Return the points (478, 3) of the largest face, settled by three passes as when tracked."""
    crop = crop_of_box(find_faces(model, image)[0])
    for _ in range(3):
        matrix = crop.matrix()
        points, _ = model.landmarks(cut_affine(image, matrix, CROP_PX))
        points_px = to_picture(points, matrix)
        crop = crop_of_points(points_px)
    return points_px


def closure_row(model: FaceModel, identity: Identity) -> FloatArray:
    """Return the aperture relative to open, shape (2 sides, closures)."""
    scene = Scene(identity=identity)
    rows = []
    for closure in CLOSURES:
        image = render_still({(side, "orbicularis_oculi"): closure for side in SIDES}, scene)
        points = read(model, image)
        rows.append([aperture(points, side) for side in SIDES])
    table = np.array(rows).T
    relative: FloatArray = table / table[:, :1]
    return relative


def frames_per_s(n: int = 60) -> float:
    """Return how many pictures a second are rendered at 640 x 640."""
    frames = render_frames(blinks(duration_s=n / 30 + 1, seed=1), Scene())
    next(frames)
    start = time.perf_counter()
    for _ in range(n):
        next(frames)
    return n / (time.perf_counter() - start)


def main() -> None:
    """Print both tables."""
    model = FaceModel()
    out = sys.stdout.write
    out("aperture read, % of open      left " + " ".join(f"{c:5.2f}" for c in CLOSURES) + "   right\n")
    for identity in get_args(Identity):
        rows = closure_row(model, identity) * 100
        out(f"{identity:28s}" + "   ".join(" ".join(f"{v:5.0f}" for v in row) for row in rows) + "\n")
    out(f"{frames_per_s():.0f} frames/s at 640 x 640\n")


if __name__ == "__main__":
    main()
