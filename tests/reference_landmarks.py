"""Runs where the mediapipe package is installed: the reference's face points, for the parity test.

Usage: python reference_landmarks.py MODEL WIDTH HEIGHT OUT.npz < FRAMES

Standard input holds the RGB bytes of one frame after the other. The output holds `points`, shape (n, 478, 3),
in px of the picture, NaN where no face was seen.

The tracker (video mode, one face) smooths its points over time, and no option stops it; the smoothing fades
with the time between two frames, so each frame is said to come a day after the last. (With two faces there is
no smoothing, but also no tracking: the detector frames the face anew in every picture.)
The package reports to its maker: start this without a network.
"""

import sys

import numpy as np
from mediapipe import Image, ImageFormat
from mediapipe.tasks.python import BaseOptions, vision

DAY_MS = 86_400_000


def main(model: str, width: int, height: int, out: str) -> None:
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=model),
        running_mode=vision.RunningMode.VIDEO,
        num_faces=1,
    )
    rows = []
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        while content := sys.stdin.buffer.read(height * width * 3):
            picture = np.frombuffer(content, dtype=np.uint8).reshape(height, width, 3)
            image = Image(image_format=ImageFormat.SRGB, data=picture)
            found = landmarker.detect_for_video(image, len(rows) * DAY_MS).face_landmarks
            points = np.full((478, 3), np.nan)
            if found:
                points = np.array([[p.x, p.y, p.z] for p in found[0]]) * (width, height, width)
            rows.append(points)
    np.savez(out, points=np.array(rows))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
