"""How far two healthy sides may differ at a moment, given what the face is doing.

At rest the sides differ by the recording's noise. In a blink, a smile, a word or a turn of the head they
differ by more, and by how much differs between people. So the variance is a sum: the noise's, and for each
movement its amount squared times a coefficient, taken from this recording where it shows enough of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from facialis.events.filters import local_range, noise_of, running_median, samples
from facialis.events.grid import Channel, EvenSignals, contraction, shared_part
from facialis.settings import ExcessSettings
from facialis.types import SIDES, BoolArray, FloatArray, Side

HIGH = 0.8
"""Quantile from which the spread is taken: healthy movements have longer tails than a normal law."""
HIGH_SD = 1.2816
"""That quantile of the absolute value of a normal law, in SD."""
MOST = 1.5
"""Times the usual SD that a recording may show: beyond, undetected spasms are what makes the sides differ."""
FEWEST = 10
"""Samples of one sign below which a quantile says nothing."""


class Movement(NamedTuple):
    """How much of a movement there is at each moment (n,), and the SD that a unit of it usually makes."""

    amount: FloatArray
    usual_sd: float


@dataclass(frozen=True)
class FaceMovements:
    """What the whole face does at each moment, each (n,): lets every region's two sides differ.

    `talk` in %, `blink` in closure, `turn` of the head in degrees, `gaze` in % of the eye's width.
    """

    talk: FloatArray
    blink: FloatArray
    turn: FloatArray
    gaze: FloatArray


def face_movements(signals: EvenSignals, settings: ExcessSettings) -> FaceMovements:
    """Return how much of each movement there is within the time it takes."""

    def known(amount: FloatArray, window_s: float) -> FloatArray:
        return _beside_gaps(amount, signals, window_s)

    return FaceMovements(
        talk=known(_talk(signals, settings), settings.talk_window_s),
        blink=known(_blink(signals, settings), settings.blink_window_s),
        turn=known(_turn(signals, settings), settings.yaw_window_s),
        gaze=known(_gaze(signals, settings), settings.yaw_window_s),
    )


def region_movements(
    signals: EvenSignals, region: Channel, face: FaceMovements, settings: ExcessSettings
) -> tuple[Movement, ...]:
    """Return what lets two healthy sides of a region differ, but for how far both have moved.

    How far both move within the lag by which one may be behind, talk, blinks (which pull at all skin), and a
    turn of the head or of the eyes.
    """
    eye = region == "eye"
    return (
        Movement(_haste(contraction(signals, region), signals, settings), settings.lag_scatter),
        Movement(face.talk, settings.eye_talk if eye else settings.lower_talk),
        Movement(face.blink, 0.0 if eye else settings.blink_pull),
        Movement(face.turn, settings.eye_turn if eye else settings.lower_turn),
        Movement(face.gaze, settings.eye_gaze if eye else settings.lower_gaze),
    )


def shared_movement(
    shared: FloatArray, signals: EvenSignals, region: Channel, settings: ExcessSettings
) -> Movement:
    """Return how far both sides have moved: `shared` (n,), in the region's unit."""
    scatter = settings.eye_scatter if region in ("eye", "lids") else settings.lower_scatter
    return Movement(_smeared(np.abs(shared), signals, settings), scatter)


def expected_sd(
    excess: FloatArray,
    noise: float,
    moves: Sequence[Movement],
    free: BoolArray,
    step_s: float,
    settings: ExcessSettings,
) -> FloatArray:
    """Return the standard deviation (n,) that an excess (n,) has without spasms.

    `noise` is its SD at rest; `free` (n,) tells where no spasm is known. What the recording itself shows of a
    movement counts as its seconds, what is usual as `scatter_prior_s`.
    """
    variance = np.full(excess.shape, noise**2)
    for amount, usual in moves:
        counts = free & (usual * amount > noise)
        own = _own_sd(excess, noise, amount, counts)
        seconds = step_s * float(np.count_nonzero(counts)) if own is not None else 0.0
        own_part = seconds * min(own or 0.0, MOST * usual) ** 2
        share = (own_part + settings.scatter_prior_s * usual**2) / (seconds + settings.scatter_prior_s)
        variance = variance + share * amount**2
    return np.asarray(np.sqrt(variance))


def _own_sd(excess: FloatArray, noise: float, amount: FloatArray, counts: BoolArray) -> float | None:
    """The SD a unit of a movement makes in this recording, on the sign that spasms do not push to."""
    beyond = np.sqrt(np.maximum(excess[counts] ** 2 - noise**2, 0)) / amount[counts]
    signs = [beyond[excess[counts] > 0], beyond[excess[counts] < 0]]
    spreads = [float(np.quantile(part, HIGH)) / HIGH_SD for part in signs if part.size >= FEWEST]
    return min(spreads, default=None)


def _smeared(amount: FloatArray, signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """The largest amount (n,) close by: an excess is smoothed, so it feels a movement before and after it."""
    return np.asarray(ndimage.maximum_filter1d(amount, samples(2 * settings.smooth_s, signals.step_s)))


def _beside_gaps(amount: FloatArray, signals: EvenSignals, window_s: float) -> FloatArray:
    """The amount (n,); beside a gap, in which the face may have done anything, the most that it does."""
    gap = ~signals.observed
    if not gap.any() or gap.all():
        return amount
    beside = ndimage.maximum_filter1d(gap, samples(window_s, signals.step_s))
    return np.where(beside, amount[signals.observed].max(), amount)


def _haste(curves: Mapping[Side, FloatArray], signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """How far the slower of both sides moves within the lag, (n,), beyond the curves' own jitter."""
    window = samples(2 * (settings.lag_s + settings.smooth_s), signals.step_s)
    hastes = []
    for side in SIDES:
        jitter = noise_of((curves[side] - running_median(curves[side], 5))[signals.observed])
        hastes.append(np.maximum(local_range(running_median(curves[side], 3), window) - 3 * jitter, 0))
    return np.asarray(np.minimum(*hastes))


def _talk(signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """How far mouth or chin move on both sides within a syllable, (n,), in %."""
    window = samples(settings.talk_window_s, signals.step_s)
    curves = [contraction(signals, region) for region in ("mouth", "chin")]
    shared = [running_median(shared_part(c["left"], c["right"]), 3) for c in curves]
    return np.asarray(np.maximum(*(local_range(curve, window) for curve in shared)))


def _blink(signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """How far both lids move within a blink, (n,), in closure."""
    window = samples(settings.blink_window_s, signals.step_s)
    lids = contraction(signals, "eye")
    return np.asarray(np.minimum(*(local_range(running_median(lids[s], 3), window) for s in SIDES)))


def _gaze(signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """How far the eyes turn meanwhile, (n,), in % of the eye's width."""
    window = samples(settings.yaw_window_s, signals.step_s)
    ways = [running_median(signals.columns[name], 5) for name in ("gaze_left", "gaze_up")]
    return np.asarray(np.hypot(*(local_range(way, window) for way in ways)))


def _turn(signals: EvenSignals, settings: ExcessSettings) -> FloatArray:
    """How far the head turns meanwhile, (n,), in degrees."""
    window = samples(settings.yaw_window_s, signals.step_s)
    return local_range(running_median(signals.columns["yaw_deg"], 5), window)
