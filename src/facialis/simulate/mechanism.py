"""What the mechanism's picture shows at a moment, all of it from the simulated spikes and the pulse.

Impulses run at some 40 m/s: from the lesion to the face in 4 ms, faster than any film. Each lights the lesion
when it is there, and is then shown running SLOWER times slower; the thick axons' ones run faster, as they do.
"""

from dataclasses import dataclass

import numpy as np

from facialis.simulate.artery import HEALTHY_PACKING, Cause, pulse_wave
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes
from facialis.simulate.nerve import IntArray
from facialis.simulate.pathway import JUNCTION_MS
from facialis.types import BoolArray, FloatArray

SLOWER = 50.0
"""By how much the impulses are slowed: 4 ms become 0.2 s, six pictures of thirty a second."""
TO_NUCLEUS_MS = 1.5
"""Nucleus to lesion: half of the 3 ms that an impulse takes there and back (`SpikeSettings.f_ms`)."""
SHOWN_AXONS = 12
JUMP_MS = 1.0
"""A neighbour that fired within this before an ephaptic spike is taken for the one that excited it."""
_BEAT_STEPS = 400
_FIRMEST = 0.32
"""Packing above a healthy nerve's that is drawn as full contact: that of an AICA loop."""


@dataclass(frozen=True)
class Shown:
    """The axons that are drawn, whole patches side by side, and their spikes in the order of time.

    (lanes,): `axon` of the nerve, its `muscle`, `patch` and `to_muscle_s`, conduction alone. (spikes,):
    `time_s` at which each leaves the lesion, its `lane` and `origin`, and `source`, the lane it jumped from
    (-1 where it did not jump, or from none that fired just before). `axons` is how many the model holds.
    """

    axon: IntArray
    muscle: IntArray
    patch: IntArray
    to_muscle_s: FloatArray
    time_s: FloatArray
    lane: IntArray
    origin: IntArray
    source: IntArray
    axons: int


@dataclass(frozen=True)
class Lit:
    """The dots at one moment, (dots,): `lane`, `origin`, where they are and whether the spike is `fresh`.

    `along` is 0 at the lesion, 1 at the muscle and -1 at the nucleus. `fresh` marks the dots, on
    their way to the muscle, of spikes that left the lesion since the picture before. `source` as in Shown.
    """

    lane: IntArray
    origin: IntArray
    along: FloatArray
    fresh: BoolArray
    source: IntArray


def shown(axons: Axons, spikes: LesionSpikes, most: int = SHOWN_AXONS) -> Shown:
    """Return at most `most` axons: whole patches that reach as many muscles as can be, not the busiest."""
    chosen = _chosen(axons, most)
    lanes = np.full(len(axons.muscle), -1)
    lanes[chosen] = np.arange(len(chosen))
    mine = np.flatnonzero(lanes[spikes.axon] >= 0)
    time_s, lane, origin = spikes.time_s[mine], lanes[spikes.axon[mine]], spikes.origin[mine]
    to_muscle_s = (axons.to_muscle_ms[chosen] - JUNCTION_MS) / 1000
    patch = axons.patch[chosen]
    source = _sources(time_s, lane, origin, patch)
    muscle = axons.muscle[chosen]
    return Shown(chosen, muscle, patch, to_muscle_s, time_s, lane, origin, source, len(axons.muscle))


def _chosen(axons: Axons, most: int) -> IntArray:
    patches = [np.flatnonzero(axons.patch == number) for number in np.unique(axons.patch)]
    chosen: list[IntArray] = []
    seen: set[int] = set()
    room = most
    while True:
        fitting = [p for p in patches if p.size <= room]
        if not fitting:
            break
        # The first of those that add most; once all muscles are there, the first that fits.
        best = max(fitting, key=lambda p: len({*axons.muscle[p].tolist()} - seen))
        patches = [p for p in patches if p is not best]
        chosen.append(best)
        seen |= {*axons.muscle[best].tolist()}
        room -= best.size
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=int)


def _sources(time_s: FloatArray, lane: IntArray, origin: IntArray, patch: IntArray) -> IntArray:
    """Return for each ephaptic spike the lane of its patch that fired last before it, else -1."""
    source = np.full(time_s.size, -1)
    for i in np.flatnonzero(origin == ORIGINS.index("ephaptic")):
        first = np.searchsorted(time_s, time_s[i] - JUMP_MS / 1000)
        beside = np.flatnonzero((patch[lane[first:i]] == patch[lane[i]]) & (lane[first:i] != lane[i]))
        if beside.size:
            source[i] = lane[first + beside[-1]]
    return source


def lit(sample: Shown, time_s: float, since_s: float) -> Lit:
    """Return the dots at `time_s`, the picture before having been at `since_s`.

    A spike runs to its muscle once it has left the lesion. One that the nucleus sent (a volley, a reflex) is
    also seen on its way there, before; one that began in the lesion runs back to the nucleus too.
    """
    back_s = SLOWER * TO_NUCLEUS_MS / 1000
    longest = SLOWER * float(sample.to_muscle_s.max(initial=0.0))
    earliest_s = min(time_s - max(longest, back_s) - 1e-6, since_s)
    first, last = np.searchsorted(sample.time_s, [earliest_s, time_s + back_s], "right")
    near = np.arange(first, last)
    age = time_s - sample.time_s[near]
    new = (sample.time_s[near] > since_s) & (age >= 0)
    sent = np.isin(sample.origin[near], [ORIGINS.index("volley"), ORIGINS.index("reflex")])
    ahead = age / (SLOWER * sample.to_muscle_s[sample.lane[near]])
    central = np.where(sent, age, -age) / back_s
    which = (
        # No spike is left out where pictures are further apart than a dot takes.
        (np.minimum(ahead, 1.0), (age >= 0) & ((ahead <= 1) | new)),
        (central, (central < 0) & (central >= -1)),
    )
    index = np.concatenate([near[keep] for _, keep in which])
    along = np.concatenate([where[keep] for where, keep in which])
    fresh = np.concatenate([new[keep] for _, keep in which]) & (along >= 0)
    return Lit(sample.lane[index], sample.origin[index], along, fresh, sample.source[index])


def pulse_at(time_s: float, beat_s: float) -> float:
    """Return the arterial pulse at a moment, 0 to 1: the wave that the lesion is simulated with."""
    wave = pulse_wave(_BEAT_STEPS)
    return float(
        np.interp(time_s % beat_s / beat_s * _BEAT_STEPS, np.arange(_BEAT_STEPS), wave, period=_BEAT_STEPS)
    )


def contact(cause: Cause) -> float:
    """Return how firmly something presses on the nerve, 0 (nothing) to 1 (an AICA loop or more)."""
    return float(np.clip((cause.packing - HEALTHY_PACKING) / _FIRMEST, 0.0, 1.0))


def muscle_names() -> tuple[str, ...]:
    """Return the muscles in the order of `Shown.muscle`, as the picture names them."""
    words = {"orbicularis_oculi": "eye", "frontalis": "forehead", "corrugator": "brow", "levator": "nose",
             "zygomaticus": "cheek", "orbicularis_oris": "mouth", "mentalis": "chin"}  # fmt: skip
    return tuple(words[name] for name in MUSCLE_SHARE)
