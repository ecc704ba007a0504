"""What is filmed and how: who, from where, in which light, with which camera."""

from dataclasses import dataclass, fields
from typing import get_args

import numpy as np

from facialis.errors import RenderError
from facialis.simulate.head import Identity
from facialis.types import FloatArray

VIEW_DISTANCE_DM = 7.0
"""Camera to eyes: 70 cm, a phone or laptop on a table."""
_DRIFT_HZ = (0.07, 0.7)
_GAZE_HOLD_S = (0.4, 2.5)
_LIMITS = {
    "width_px": (64, 3840),
    "height_px": (64, 3840),
    "frames_per_s": (1, 240),
    "yaw_deg": (-60, 60),
    "pitch_deg": (-45, 45),
    "roll_deg": (-180, 180),
    "head_motion_deg": (0, 15),
    "interocular_px": (10, 800),
    "right_offset": (-0.5, 0.5),
    "down_offset": (-0.5, 0.5),
    "light_azimuth_deg": (-180, 180),
    "light_elevation_deg": (-90, 90),
    "light_strength": (0, 1),
    "exposure": (0.1, 3),
    "noise_sd": (0, 40),
    "rate_jitter": (0, 0.9),
    "seed": (0, 2**31),
    "resting_asymmetry": (-0.5, 0.5),
    "gaze_motion_deg": (0, 20),
}


@dataclass(frozen=True)
class Scene:
    """A simulated recording's circumstances. Raises RenderError where a value is out of range.

    Angles in degrees: `yaw_deg` above 0 turns the head to the patient's left, `pitch_deg` above 0 raises the
    chin, `roll_deg` above 0 tilts the head to the patient's left shoulder. `head_motion_deg` is the standard
    deviation of a slow drift of all three. `interocular_px` sets the camera's distance as seen at yaw 0: it
    lies between the centres of the eyes here, and between their outer corners in what is measured.
    `right_offset` and `down_offset` move the eyes' midpoint, in the viewer's direction, as a share of the
    picture. `light_azimuth_deg` above 0 lights the patient's left; `light_strength` is the key light's share
    of all light. `noise_sd` is in grey levels. `rate_jitter` is the standard deviation of the frame interval
    as a share of it. `resting_asymmetry` narrows the patient's left eye by this share at rest (below 0: the
    right) and lowers that mouth corner. `gaze_motion_deg` is the standard deviation of where the eyes look.
    """

    identity: Identity = "caucasian-female-old"
    width_px: int = 640
    height_px: int = 640
    frames_per_s: float = 30.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    head_motion_deg: float = 0.0
    interocular_px: float = 110.0
    right_offset: float = 0.0
    down_offset: float = -0.07
    light_azimuth_deg: float = 25.0
    light_elevation_deg: float = 35.0
    light_strength: float = 0.5
    exposure: float = 1.0
    noise_sd: float = 2.0
    rate_jitter: float = 0.0
    seed: int = 0
    resting_asymmetry: float = 0.0
    gaze_motion_deg: float = 0.0

    def __post_init__(self) -> None:
        if self.identity not in get_args(Identity):
            raise RenderError(
                f"{self.identity!r} is no identity; use one of {', '.join(get_args(Identity))}."
            )
        for field in fields(self):
            low, high = _LIMITS.get(field.name, (-np.inf, np.inf))
            value = getattr(self, field.name)
            if field.name in _LIMITS and not low <= value <= high:
                raise RenderError(f"{field.name} is {value}; use a value from {low} to {high}.")


@dataclass(frozen=True)
class Motion:
    """Where head and eyes are at each frame, in radians: yaw, pitch, roll (n, 3); gaze yaw, pitch (n, 2)."""

    head_rad: FloatArray
    gaze_rad: FloatArray


def frame_times(scene: Scene, duration_s: float) -> FloatArray:
    """Return the time of every frame, (n,) seconds from 0, strictly increasing and below `duration_s`."""
    n = max(1, round(duration_s * scene.frames_per_s))
    rng = np.random.default_rng([scene.seed, 11])
    interval = 1 / scene.frames_per_s
    shares = np.clip(1 + scene.rate_jitter * rng.standard_normal(n - 1), 0.1, 4.0)
    times = np.concatenate([[0.0], np.cumsum(shares * interval)])
    kept: FloatArray = times[times < max(duration_s, interval)]
    return kept


def motion(scene: Scene, time_s: FloatArray) -> Motion:
    """Return the head's slow drift around its pose and the eyes' steps, for times (n,) in seconds."""
    rng = np.random.default_rng([scene.seed, 12])
    pose = np.radians([scene.yaw_deg, scene.pitch_deg, scene.roll_deg])
    drift = np.stack([_drift(rng, time_s) for _ in range(3)], axis=1)
    gaze = np.stack([_steps(rng, time_s) for _ in range(2)], axis=1) * [1.0, 0.5]
    return Motion(pose + np.radians(scene.head_motion_deg) * drift, np.radians(scene.gaze_motion_deg) * gaze)


def _drift(rng: np.random.Generator, time_s: FloatArray) -> FloatArray:
    """Return a slow wander of standard deviation about 1: sinusoids of random rate, slower ones larger."""
    rate = np.exp(rng.uniform(np.log(_DRIFT_HZ[0]), np.log(_DRIFT_HZ[1]), 8))
    phase, size = rng.uniform(0, 2 * np.pi, 8), rate**-0.5
    waves = np.sin(2 * np.pi * rate * time_s[:, None] + phase)
    wander: FloatArray = waves @ size / np.sqrt(np.sum(size**2) / 2)
    return wander


def _steps(rng: np.random.Generator, time_s: FloatArray) -> FloatArray:
    """Return gaze steps (saccades of about 30 ms between fixations), standard deviation 1."""
    n = int(time_s[-1] / _GAZE_HOLD_S[0]) + 2
    starts = np.cumsum(rng.uniform(*_GAZE_HOLD_S, n))
    places = np.concatenate([[0.0], rng.standard_normal(n)])
    knots = np.concatenate([[0.0], np.repeat(starts, 2) + np.tile([0.0, 0.03], n)])
    gaze: FloatArray = np.interp(time_s, knots, np.repeat(places, 2)[: len(knots)])
    return gaze
