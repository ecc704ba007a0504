"""Render the recording that facialis carries, with its truth: `python -m benchmarks.make_demo`.

Spasms of the left side (twitches, one tonic contraction of two seconds, the brow rising as the eye closes),
six blinks of both eyes and one smile. The seeds were chosen so that blinks and smile fall between the spasms.
"""

import sys
from pathlib import Path

from facialis.simulate.face import render_video
from facialis.simulate.scene import Scene
from facialis.simulate.schedule import Performance, blinks, combine, hemifacial_spasm, smiles

DURATION_S = 20.0
TARGET = Path(__file__).resolve().parents[1] / "src" / "facialis" / "data" / "demo.mp4"
SCENE = Scene(
    identity="asian-female-old",
    width_px=640,
    height_px=480,
    interocular_px=115,
    down_offset=-0.02,
    head_motion_deg=1.5,
    gaze_motion_deg=2.0,
    noise_sd=1.5,
    seed=7,
)


def demo_performance() -> Performance:
    """Return what the face of the demo recording does."""
    return combine(
        hemifacial_spasm(
            "left",
            episodes_per_min=24,
            duration_s=DURATION_S,
            seed=51,
            tonic_share=0.13,
            twitch_size=(0.35, 0.95),
        ),
        blinks(duration_s=DURATION_S, seed=2725, blinks_per_min=18),
        smiles(duration_s=DURATION_S, seed=58, smiles_per_min=3),
    )


def main() -> None:
    """Write the recording and its truth into the package's data."""
    path = render_video(demo_performance(), SCENE, TARGET, quality=18)
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
