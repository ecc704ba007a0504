"""Meant movements of a face: how hard the facial nucleus drives each muscle, and when.

A movement is a `Contraction` whose envelope and gains are the excitation of motor neurons (0 to 1), not yet
what the face shows. Both sides get it; the nerve under an artery carries it through its lesion.
"""

from collections.abc import Sequence

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.performance import Contraction, Envelope, Gains, Muscle, TrueKind
from facialis.types import SIDES, FloatArray, Side

BLINK_BURST_S = 0.05
"""How long the nucleus drives the eyelid in a blink; the lid is shut and open again after 0.2 to 0.3 s."""
_MOST_PER_MIN = 40.0


def blink(onset_s: float, size: float = 0.6, weaker: Side = "left", weaker_by: float = 0.0) -> Contraction:
    """Return a blink of both eyes that begins at `onset_s`, one eye being driven less."""
    gains: Gains = {
        (side, "orbicularis_oculi"): (size * (1 - weaker_by * (side == weaker)), 0.0) for side in SIDES
    }
    return Contraction("blink", "both", onset_s, BLINK_BURST_S, _raised(0.008, BLINK_BURST_S, 0.012), gains)


def smile(
    onset_s: float, length_s: float = 2.0, size: float = 0.4, sides: Sequence[Side] = SIDES
) -> Contraction:
    """Return a smile that narrows the eyes a little; with one side only it is a smirk, without the eye."""
    both = len(sides) == 2
    shares: dict[Muscle, float] = {"zygomaticus": 1.0, "levator": 0.3}
    if both:
        shares["orbicularis_oculi"] = 0.15
    gains: Gains = {(side, muscle): (size * share, 0.0) for side in sides for muscle, share in shares.items()}
    envelope = _raised(0.3 * length_s, length_s, 0.3 * length_s)
    return Contraction(
        "smile" if both else "smirk", "both" if both else sides[0], onset_s, length_s, envelope, gains
    )


def wink(onset_s: float, side: Side, length_s: float = 0.5, size: float = 0.5) -> Contraction:
    """Return a meant closure of one eye, the brow drawn down with it."""
    gains: Gains = {(side, "orbicularis_oculi"): (size, 0.0), (side, "corrugator"): (0.5 * size, 0.0)}
    envelope = _raised(0.25 * length_s, length_s, 0.3 * length_s)
    return Contraction("wink", side, onset_s, length_s, envelope, gains)


def talking(onset_s: float, length_s: float, size: float, syllables_hz: float = 4.5) -> Contraction:
    """Return a phrase: jaw, lips and a little of the cheeks at 3 to 6 syllables a second."""
    shares: dict[Muscle, float] = {"jaw": 1.0, "orbicularis_oris": 0.5, "zygomaticus": 0.2}
    return _mouth("talk", onset_s, length_s, size, syllables_hz, shares)


def chewing(onset_s: float, length_s: float, size: float, bites_hz: float = 1.5) -> Contraction:
    """Return some bites: the jaw, with the lips held together and the cheeks against the teeth (assumed)."""
    shares: dict[Muscle, float] = {"jaw": 0.6, "orbicularis_oris": 0.3, "zygomaticus": 0.15}
    return _mouth("chew", onset_s, length_s, size, bites_hz, shares)


def _mouth(
    kind: TrueKind, onset_s: float, length_s: float, size: float, rate_hz: float, shares: dict[Muscle, float]
) -> Contraction:
    gains: Gains = {(side, muscle): (size * share, 0.0) for side in SIDES for muscle, share in shares.items()}
    whole = _raised(0.1, length_s, 0.15)

    def envelope(t: FloatArray) -> FloatArray:
        moved: FloatArray = whole(t) * (0.55 - 0.45 * np.cos(2 * np.pi * rate_hz * t))
        return moved

    return Contraction(kind, "both", onset_s, length_s, envelope, gains)


def draw_movements(
    duration_s: float, seed: int, blinks_per_min: float = 17.0, smiles_per_min: float = 1.0
) -> tuple[Contraction, ...]:
    """Return blinks (17 a minute at rest, Bentivoglio 1997) and smiles, in the order of time.

    Movements of one kind do not overlap; a blink may fall into a smile. One side is driven up to 15 % less
    in blinks, always the same. SettingsError where a rate lies outside 0 to 40 a minute.
    """
    rng = np.random.default_rng([seed, 21])
    weaker: Side = SIDES[int(rng.integers(2))]
    weaker_by = float(rng.uniform(0, 0.15))
    made: list[Contraction] = [
        blink(onset, float(rng.uniform(0.35, 0.8)), weaker, weaker_by)
        for onset in _onsets(blinks_per_min, 0.5, duration_s, rng)
    ]
    for onset in _onsets(smiles_per_min, 4.5, duration_s, rng):
        made.append(smile(onset, float(rng.uniform(1.0, 3.5)), float(rng.uniform(0.2, 0.6))))
    return tuple(sorted(made, key=lambda movement: movement.onset_s))


def excitation(
    movements: Sequence[Contraction], side: Side, muscle: Muscle, time_s: FloatArray
) -> FloatArray:
    """Return how hard the nucleus drives a muscle at these times (n,), 0 to 1; several add like chances."""
    rest = np.ones(len(time_s))
    for movement in movements:
        if (side, muscle) in movement.gains:
            size, delay = movement.gains[side, muscle]
            start = movement.onset_s + delay
            first, last = np.searchsorted(time_s, [start, start + movement.length_s])
            rest[first:last] *= 1 - size * movement.envelope(time_s[first:last] - start)
    return 1 - rest


def _raised(rise_s: float, length_s: float, fall_s: float) -> Envelope:
    """Return 0 to 1 in `rise_s` and back in the last `fall_s`, along straight lines."""
    return lambda t: np.clip(np.minimum(t / rise_s, (length_s - t) / fall_s), 0.0, 1.0)


def _onsets(per_min: float, longest_s: float, duration_s: float, rng: np.random.Generator) -> list[float]:
    """Return random onsets at least `longest_s` apart, fewer than asked for where there is no room."""
    if not 0 <= per_min <= _MOST_PER_MIN:
        raise SettingsError(f"The rate is {per_min} a minute; use 0 to {_MOST_PER_MIN:g}.")
    n = min(rng.poisson(per_min * duration_s / 60), int(duration_s / (longest_s + 0.1)))
    free = np.sort(rng.uniform(0, duration_s - n * longest_s, n))
    return [float(t) for t in free + longest_s * np.arange(n)]
