"""Pictures of a rendered face for the tests of the signals; they need OpenGL, and no real person."""

import os
from functools import cache

import cv2
import numpy as np
import pytest

from facialis.errors import RenderError
from facialis.simulate import render
from facialis.simulate.face import render_still
from facialis.simulate.scene import Scene
from facialis.types import ImageArray, Side

GREY = 120


def _reason() -> str:
    try:
        render.open_context().release()
    except RenderError as error:
        return str(error)
    return ""


REASON = _reason()
# In CI a missing driver must fail, not hide the tests.
needs_gl = pytest.mark.skipif(bool(REASON) and os.environ.get("CI") != "true", reason=REASON or "has OpenGL")


@cache
def face(
    left_shut: float = 0.0,
    right_shut: float = 0.0,
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
    smile_left: float = 0.0,
) -> ImageArray:
    """A face of 110 px between the eyes, (512, 512, 3), lit from the front; the caller must not change it."""
    scene = Scene(
        width_px=512,
        height_px=512,
        noise_sd=0,
        light_azimuth_deg=0,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        roll_deg=roll_deg,
    )
    activation = {
        ("left", "orbicularis_oculi"): left_shut,
        ("right", "orbicularis_oculi"): right_shut,
        ("left", "zygomaticus"): smile_left,
    }
    picture = render_still(activation, scene)  # type: ignore[arg-type]
    picture.flags.writeable = False
    return picture


def blank(width: int = 320, height: int = 240) -> ImageArray:
    return np.full((height, width, 3), GREY, dtype=np.uint8)


def placed(picture: ImageArray, scale: float, x: int, y: int, canvas: ImageArray) -> ImageArray:
    """The canvas with the picture, resized by `scale`, its upper left corner at (x, y)."""
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    out = canvas.copy()
    height, width = (min(small.shape[0], out.shape[0] - y), min(small.shape[1], out.shape[1] - x))
    out[y : y + height, x : x + width] = small[:height, :width]
    return out


def covered(picture: ImageArray, side: Side, share: float = 0.5) -> ImageArray:
    """The picture with a grey block over the patient's `side`; the patient's left is on the right."""
    out = picture.copy()
    middle = round(picture.shape[1] * share)
    if side == "left":
        out[:, middle:] = GREY
    else:
        out[:, :middle] = GREY
    return out
