"""Force moves the face: after a delay, through soft tissue, against the muscle that holds the eye open.

What comes out is the activation (0 to 1) that `simulate.face` renders. The levator of the upper lid belongs
to another nerve: in a blink it lets go, in a spasm it goes on pulling, so that a spasm needs more force to
shut the eye than a blink does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.signal import lfilter

from facialis.errors import SettingsError
from facialis.simulate.force import FORCE_PER_S
from facialis.simulate.performance import Contraction, Muscle
from facialis.types import FloatArray

_DELAY_MS: Mapping[Muscle, float] = {"orbicularis_oculi": 10.0}
_OTHER_DELAY_MS = 12.0
_FULL: Mapping[Muscle, float] = {"orbicularis_oculi": 0.3}
_OTHER_FULL = 0.5
_CORNER = 4.0


@dataclass(frozen=True)
class MotionSettings:
    """How force becomes movement; every value is assumed. SettingsError where one has no meaning.

    `delay_ms` is from a muscle's membrane to its first pull on the skin (muscles not named: 12 ms);
    `tissue_ms` the time constant, twice, of what lies between. `full` is the share of the greatest force at
    which a face unit is about at its end (not named: 0.5); for the eye, against the resting levator.
    `relaxed` is the share of it that is enough while the levator lets go. The lid follows with `closing_ms`
    down and `opening_ms` up.
    """

    delay_ms: Mapping[Muscle, float] = field(default_factory=lambda: _DELAY_MS)
    tissue_ms: float = 4.0
    full: Mapping[Muscle, float] = field(default_factory=lambda: _FULL)
    relaxed: float = 0.5
    closing_ms: float = 20.0
    opening_ms: float = 45.0

    def __post_init__(self) -> None:
        times = (self.tissue_ms, self.closing_ms, self.opening_ms)
        if not (min(times) > 0 and all(0 <= delay <= 100 for delay in self.delay_ms.values())):
            raise SettingsError("Movement needs time constants above 0 and delays from 0 to 100 ms.")
        if not (0 < self.relaxed <= 1 and all(0 < full <= 1 for full in self.full.values())):
            raise SettingsError("Movement needs `relaxed` and every `full` above 0 and up to 1.")


def activation(
    force: FloatArray, muscle: Muscle, settings: MotionSettings, levator: FloatArray | None = None
) -> FloatArray:
    """Return what a muscle's force (n,), 0 to 1, shows on the face, every second sample, 0 to below 1.

    `levator` (n,) is the tone of the muscle that holds the lid open, 1 at rest, which is the default.
    """
    reached = _through_tissue(force, settings.delay_ms.get(muscle, _OTHER_DELAY_MS) / 1000, settings)
    full = settings.full.get(muscle, _OTHER_FULL)
    if muscle != "orbicularis_oculi":
        return _saturated(reached / full)[::2]
    tone = np.ones(len(force)) if levator is None else levator
    needed = full * (settings.relaxed + (1 - settings.relaxed) * tone)
    return _lid(_saturated(reached / needed), settings)[::2]


def levator_tone(movements: Sequence[Contraction], time_s: FloatArray) -> FloatArray:
    """Return the tone of the lid's levator at these times (n,): 1, and 0 in blinks and just after."""
    tone = np.ones(len(time_s))
    for movement in movements:
        if movement.kind == "blink":
            since, left = time_s - movement.onset_s, movement.onset_s + movement.length_s + 0.1 - time_s
            tone *= 1 - np.clip(np.minimum(since / 0.01, left / 0.08), 0.0, 1.0)
    return tone


def _through_tissue(force: FloatArray, delay_s: float, settings: MotionSettings) -> FloatArray:
    fall = np.exp(-1000 / FORCE_PER_S / settings.tissue_ms)
    smooth = lfilter([(1 - fall) ** 2], [1.0, -2 * fall, fall**2], force)
    at = np.arange(len(force)) - delay_s * FORCE_PER_S
    reached: FloatArray = np.maximum(np.interp(at, np.arange(len(force)), smooth, left=0.0), 0.0)
    return reached


def _saturated(share: FloatArray) -> FloatArray:
    """Return the share where it is small, and ever less than 1 where it is large."""
    ending: FloatArray = share / (1 + share**_CORNER) ** (1 / _CORNER)
    return ending


def _lid(goal: FloatArray, settings: MotionSettings) -> FloatArray:
    """Return how far the lid is shut when it follows its goal (n,): fast down, slowly up."""
    down = 1 - np.exp(-1000 / FORCE_PER_S / settings.closing_ms)
    up = 1 - np.exp(-1000 / FORCE_PER_S / settings.opening_ms)
    at, shut = 0.0, []
    for aim in goal.tolist():
        at += (down if aim > at else up) * (aim - at)
        shut.append(at)
    return np.array(shut)
