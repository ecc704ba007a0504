"""Draw the picture of the mechanism in docs/model.md: `python docs/make_mechanism_figure.py`.

One frame of what `facialis simulate patient --minutes 0.7 --seed 3 --video` films: in the middle of a spasm.
"""

from pathlib import Path

import cv2
import numpy as np

from facialis.simulate.face import render_still
from facialis.simulate.mechanism_picture import MechanismPicture
from facialis.simulate.patient import Patient, simulate_patient
from facialis.simulate.performance import sample
from facialis.simulate.scene import Scene

PICTURE = Path(__file__).parent / "images" / "mechanism.jpg"
AT_S, FRAME_S, WIDTH_PX = 38.97, 1 / 30, 960


def main() -> None:
    """Simulate, film one moment, and write it."""
    activity = simulate_patient(Patient(minutes=0.7, seed=3))
    curves = sample(activity.muscles.performance, np.array([AT_S]))
    face = render_still({key: float(curve[0]) for key, curve in curves.items()}, Scene(seed=3))
    drawn = MechanismPicture(activity).draw(AT_S, AT_S - FRAME_S, face)
    height = round(drawn.shape[0] * WIDTH_PX / drawn.shape[1])
    smaller = cv2.resize(drawn, (WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(PICTURE), smaller[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main()
