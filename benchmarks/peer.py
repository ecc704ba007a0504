"""The published pipeline for hemifacial spasm on the whole-face mesh, to be measured beside ours.

Nomura & Sakai: HFS_analysis_app and hfs-analyzer-web (10.5281/zenodo.18845312), described step by step; no
code of theirs is used. Here are its steps 1 and 2, from the mesh to the curves; the steps on curves are in
facialis.measures.nomura. Side is the patient's, of an unmirrored picture.
"""

import numpy as np

from facialis.measures.nomura import (
    PeerEpisode,
    PeerMetrics,
    PeerResult,
    affected_side,
    analyse_curves,
    blinks,
    fill_gaps,
    pursing,
    relative_difference,
    spasm_frames,
    tonic_clonic,
    transitions,
)
from facialis.types import SIDES, FloatArray, Side

__all__ = [
    "EYE_POINTS",
    "PeerEpisode",
    "PeerMetrics",
    "PeerResult",
    "affected_side",
    "analyse",
    "analyse_curves",
    "blinks",
    "eye_aperture",
    "fill_gaps",
    "mouth_aspect_ratio",
    "pursing",
    "relative_difference",
    "spasm_frames",
    "tonic_clonic",
    "transitions",
]

# Outer canthus, upper outer, upper inner, inner canthus, lower inner, lower outer (left: from the inner one).
EYE_POINTS: dict[Side, tuple[int, ...]] = {
    "right": (33, 160, 158, 133, 153, 144),
    "left": (362, 385, 387, 263, 373, 380),
}
MOUTH_WIDTH, MOUTH_HEIGHT = (61, 291), (0, 17)


def analyse(points_px: FloatArray, frames_per_s: float) -> PeerResult:
    """Run the whole pipeline on mesh points (n, 478, 2) in px of the whole face, NaN where none was seen."""
    whole = np.rint(points_px)
    aperture = {side: fill_gaps(eye_aperture(whole, side)) for side in SIDES}
    return analyse_curves(
        aperture["left"], aperture["right"], fill_gaps(mouth_aspect_ratio(whole)), frames_per_s
    )


def eye_aperture(points_px: FloatArray, side: Side) -> FloatArray:
    """Step 1: mean of the two lid distances in px (n,), which is not divided by the eye's width."""
    _, p2, p3, _, p5, p6 = (points_px[:, i] for i in EYE_POINTS[side])
    aperture: FloatArray = (np.linalg.norm(p2 - p6, axis=-1) + np.linalg.norm(p3 - p5, axis=-1)) / 2
    return aperture


def mouth_aspect_ratio(points_px: FloatArray) -> FloatArray:
    """Step 2: width by height of the mouth (n,), 0 where the height is 0."""
    width, height = (
        np.linalg.norm(points_px[:, a] - points_px[:, b], axis=-1) for a, b in (MOUTH_WIDTH, MOUTH_HEIGHT)
    )
    flat = height < 1e-6
    ratio: FloatArray = np.where(flat, 0.0, width / np.where(flat, 1.0, height))
    return ratio
