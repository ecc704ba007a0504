"""What every muscle of a simulated face does, and when: activations over time with their truth.

A performance is drawn from a seed and holds nothing but numbers, so a rendered head, a graft on a real face
and an EMG share the same spasms. `left` and `right` are the patient's.

Ranges come from the literature where it gives them (Osaki 2020, 10.1007/s00417-019-04567-w; Pawlowski 2013,
10.1002/mds.25472; Au 2004; Wang & Jankovic 1998); no distribution of twitch or tonic durations in hemifacial
spasm has been published, so those are working ranges (twitch 80 to 400 ms, tonic 1 to 6 s).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from facialis.simulate.performance import (
    EPISODE_GAP_S,
    MAX_LAG_S,
    MUSCLES,
    ONSET_SHARE,
    REGIONS_OF,
    SAMPLES_PER_S,
    TONIC_S,
    Contraction,
    Envelope,
    Gains,
    Muscle,
    Performance,
    TrueEvent,
    TrueKind,
    Truth,
    combine,
    perform,
    positive,
    read_truth,
    require,
    sample,
    write_truth,
)
from facialis.types import SIDES, BoolArray, FloatArray, Side

__all__ = [
    "EPISODE_GAP_S",
    "MAX_LAG_S",
    "MUSCLES",
    "ONSET_SHARE",
    "REGIONS_OF",
    "SAMPLES_PER_S",
    "TONIC_S",
    "Muscle",
    "Performance",
    "TrueEvent",
    "TrueKind",
    "Truth",
    "blinks",
    "combine",
    "hemifacial_spasm",
    "read_truth",
    "rest",
    "sample",
    "smiles",
    "smirks",
    "talking",
    "winks",
    "write_truth",
]

# Share of a smoothstep that lies below ONSET_SHARE: the smaller root of 3u^2 - 2u^3 = 0.05.
_SMOOTHSTEP_TRIM = 0.1353
# How often a muscle joins a contraction of the eye, at full spread: frontalis 0.68 to 0.86 (other Babinski
# sign), zygomaticus and orbicularis oris among the most affected (Wang L 2014), the others working values.
_JOINS: Mapping[Muscle, float] = {
    "frontalis": 0.8,
    "zygomaticus": 0.9,
    "orbicularis_oris": 0.7,
    "levator": 0.5,
    "mentalis": 0.5,
}


def rest(duration_s: float) -> Performance:
    """Return a face that does nothing. SettingsError where `duration_s` is not positive."""
    return perform([], duration_s, "none")


def hemifacial_spasm(
    side: Side,
    *,
    episodes_per_min: float,
    duration_s: float,
    seed: int,
    twitch_size: tuple[float, float] = (0.1, 0.9),
    tonic_share: float = 0.2,
    spread: float = 1.0,
    other_babinski: bool = True,
) -> Performance:
    """Return spasms of one side: runs of twitches, and tonic contractions with ripple and twitches on them.

    `episodes_per_min` (0 to 60) is met up to rounding; episodes lie at least 0.5 s apart and otherwise as
    in a Poisson process. `twitch_size` is the range of the eye's peak; `tonic_share` the share of episodes
    that are tonic; `spread` (0 to 1) scales how often brow, cheek, nose, mouth and chin join the eye.
    Twitches that ride on a tonic contraction belong to it: the activation does not return to zero between.
    SettingsError where a value is out of range or the episodes do not fit into the duration.
    """
    require(side in SIDES, f"side is {side!r}; use left or right.")
    require(0 <= episodes_per_min <= 60, f"episodes_per_min is {episodes_per_min}; use 0 to 60.")
    require(
        0 < twitch_size[0] <= twitch_size[1] <= 1, f"twitch_size is {twitch_size}; use 0 < low <= high <= 1."
    )
    require(0 <= tonic_share <= 1, f"tonic_share is {tonic_share}; use 0 to 1.")
    require(0 <= spread <= 1, f"spread is {spread}; use 0 to 1.")
    rng = np.random.default_rng([seed, 1])
    n = round(episodes_per_min * positive(duration_s) / 60)
    tonic = rng.permutation(np.arange(n) < round(tonic_share * n))
    lengths = _episode_lengths(tonic, duration_s, rng)
    person = _spread_of_person(spread, other_babinski, rng)
    contractions: list[Contraction] = []
    for start, length, is_tonic in zip(_place(lengths, duration_s, rng), lengths, tonic, strict=True):
        contractions += _episode(side, start, length, bool(is_tonic), twitch_size, person, rng)
    return perform(contractions, duration_s, side if contractions else "none")


def blinks(*, duration_s: float, seed: int, blinks_per_min: float = 17.0) -> Performance:
    """Return conjugate blinks, 0 to 60 a minute (rest 17, Bentivoglio 1997), half of them partial.

    One lid of this person goes up to 15 % less far and up to one frame of 30/s later, always the same one.
    """
    rng = np.random.default_rng([seed, 2])
    deeper: Side = "left" if rng.random() < 0.5 else "right"
    weaker, lag = 1 - rng.uniform(0, 0.15), rng.uniform(0, 1 / 30)
    contractions = []
    for onset in _onsets(blinks_per_min, 0.35, duration_s, rng):
        depth = rng.uniform(0.9, 1.0) if rng.random() < 0.5 else rng.uniform(0.55, 0.9)
        closing, opening = rng.uniform(0.066, 0.08), rng.uniform(0.12, 0.2)
        gains: Gains = {
            (s, "orbicularis_oculi"): (depth, 0.0) if s == deeper else (depth * weaker, lag) for s in SIDES
        }
        envelope = _smooth(closing, 0.01, opening)
        contractions.append(Contraction("blink", "both", onset, closing + 0.01 + opening, envelope, gains))
    return perform(contractions, duration_s, "none")


def smiles(*, duration_s: float, seed: int, smiles_per_min: float = 4.0) -> Performance:
    """Return smiles of both sides that narrow both eyes, one side always up to 20 % stronger."""
    rng = np.random.default_rng([seed, 3])
    share: Mapping[Muscle, float] = {"zygomaticus": 1.0, "levator": 0.3, "orbicularis_oculi": 0.3}
    weaker = rng.choice(np.array([0, 1]))
    gain = [1.0, 1.0]
    gain[int(weaker)] = 1 - rng.uniform(0, 0.2)
    contractions = []
    for onset in _onsets(smiles_per_min, 4.0, duration_s, rng):
        size, rise, hold, fall = rng.uniform((0.3, 0.3, 0.5, 0.5), (1.0, 0.6, 2.2, 1.2))
        gains: Gains = {
            (s, m): (float(size * g * k), 0.0)
            for s, g in zip(SIDES, gain, strict=True)
            for m, k in share.items()
        }
        envelope = _smooth(rise, hold, fall)
        contractions.append(Contraction("smile", "both", onset, rise + hold + fall, envelope, gains))
    return perform(contractions, duration_s, "none")


def talking(*, duration_s: float, seed: int, phrases_per_min: float = 12.0) -> Performance:
    """Return phrases of 1 to 3 s: jaw and lips at 3 to 6 syllables a second, the mouth slightly uneven."""
    rng = np.random.default_rng([seed, 4])
    uneven = {s: float(g) for s, g in zip(SIDES, rng.uniform(0.8, 1.0, 2), strict=True)}
    contractions = []
    for onset in _onsets(phrases_per_min, 3.0, duration_s, rng):
        length, size = rng.uniform(1.0, 3.0), rng.uniform(0.3, 0.8)
        gains: dict[tuple[Side, Muscle], tuple[float, float]] = {(s, "jaw"): (size, 0.0) for s in SIDES}
        gains |= {(s, "orbicularis_oris"): (0.5 * size * uneven[s], 0.05) for s in SIDES}
        gains |= {(s, "zygomaticus"): (0.2 * size * uneven[s], 0.0) for s in SIDES}
        envelope = _rippled(length, 0.1, 0.15, rng.uniform(3, 6), 0.9, ())
        contractions.append(Contraction("talk", "both", onset, length, envelope, gains))
    return perform(contractions, duration_s, "none")


def winks(side: Side, *, duration_s: float, seed: int, winks_per_min: float = 3.0) -> Performance:
    """Return voluntary winks of one side: slower than a twitch, the brow goes down and the cheek up."""
    share: Mapping[Muscle, tuple[float, float]] = {
        "orbicularis_oculi": (0.8, 1.0),
        "corrugator": (0.3, 0.7),
        "zygomaticus": (0.2, 0.5),
    }
    return _mimic("wink", side, winks_per_min, share, (0.15, 0.1, 0.2), (0.25, 0.5, 0.35), duration_s, seed)


def smirks(side: Side, *, duration_s: float, seed: int, smirks_per_min: float = 3.0) -> Performance:
    """Return voluntary smiles of one side only, without the eye."""
    share: Mapping[Muscle, tuple[float, float]] = {"zygomaticus": (0.3, 0.8)}
    return _mimic("smirk", side, smirks_per_min, share, (0.25, 0.3, 0.3), (0.5, 1.5, 0.7), duration_s, seed)


def _smoothstep(u: FloatArray) -> FloatArray:
    v = np.clip(u, 0.0, 1.0)
    smooth: FloatArray = v * v * (3 - 2 * v)
    return smooth


def _smooth(rise_s: float, hold_s: float, fall_s: float) -> Envelope:
    """Return 0 to 1 in `rise_s`, 1 for `hold_s`, back in `fall_s`, without corners."""
    end = rise_s + hold_s + fall_s
    return lambda t: _smoothstep(t / rise_s) * _smoothstep((end - t) / fall_s)


def _rippled(
    length_s: float,
    rise_s: float,
    fall_s: float,
    ripple_hz: float,
    depth: float,
    riding: Sequence[tuple[float, float, Envelope]],
) -> Envelope:
    """Return a held contraction with a ripple and (onset, size, envelope) twitches riding on it, peak 1."""
    base = _smooth(rise_s, length_s - rise_s - fall_s, fall_s)

    def raw(t: FloatArray) -> FloatArray:
        held = 1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * ripple_hz * t))
        left = np.prod([1 - size * shape(t - onset) for onset, size, shape in riding], axis=0)
        curve: FloatArray = base(t) * (1 - (1 - (0.8 if riding else 1.0) * held) * left)
        return curve

    peak = float(raw(np.arange(0, length_s, 1 / SAMPLES_PER_S)).max())
    return lambda t: raw(t) / peak


def _twitch(rng: np.random.Generator, longest_s: float) -> tuple[float, Envelope]:
    """Return length and envelope of one twitch that shows for 80 to 400 ms (less where room is short)."""
    shown = min(float(rng.uniform(0.08, 0.4)), longest_s)
    length = shown / (1 - _SMOOTHSTEP_TRIM)
    rise = min(float(rng.uniform(0.05, 0.08)), 0.4 * shown) / (1 - _SMOOTHSTEP_TRIM)
    return length, _smooth(rise, 0.0, length - rise)


def _episode_lengths(tonic: BoolArray, duration_s: float, rng: np.random.Generator) -> FloatArray:
    """Return one length in seconds for each episode, shortened alike where they would not fit."""
    shortest = np.where(tonic, TONIC_S + 0.25, 0.12)
    runs = rng.uniform(0.12, 0.5, len(tonic)) + rng.exponential(0.5, len(tonic))
    held = np.exp(rng.uniform(np.log(TONIC_S + 0.25), np.log(6.0), len(tonic)))
    wanted = np.where(tonic, held, np.minimum(runs, 4.0))
    room = 0.95 * duration_s - 1.1 * EPISODE_GAP_S * len(tonic) - shortest.sum()
    require(
        room >= 0, "The episodes do not fit; lower episodes_per_min or tonic_share, or lengthen duration_s."
    )
    extra = wanted - shortest
    lengths: FloatArray = shortest + extra * min(1.0, room / max(float(extra.sum()), 1e-9))
    return lengths


def _place(lengths: FloatArray, duration_s: float, rng: np.random.Generator) -> FloatArray:
    """Return starts that leave 0.55 s between stretches; the rest of the time is shared out at random."""
    gap = 1.1 * EPISODE_GAP_S
    slack = duration_s - lengths.sum() - gap * len(lengths)
    before = np.sort(rng.uniform(0, slack, len(lengths)))
    starts: FloatArray = before + np.concatenate([[0.0], np.cumsum(lengths + gap)[:-1]])[: len(lengths)]
    return starts


def _onsets(per_min: float, longest_s: float, duration_s: float, rng: np.random.Generator) -> list[float]:
    """Return onsets of movements of at most `longest_s` that do not overlap; SettingsError without room."""
    require(0 <= per_min <= 60, f"The rate is {per_min} a minute; use 0 to 60.")
    n = round(per_min * positive(duration_s) / 60)
    require(
        n * (longest_s + 0.6) <= duration_s, f"{n} movements of {longest_s} s do not fit; lower the rate."
    )
    return [float(t) for t in _place(np.full(n, longest_s), duration_s, rng)]


def _spread_of_person(
    spread: float, other_babinski: bool, rng: np.random.Generator
) -> dict[Muscle, tuple[float, float]]:
    """Return for each muscle how often it joins the eye, and its strength as a share of the eye's."""
    person: dict[Muscle, tuple[float, float]] = {
        muscle: (spread * joins, float(rng.uniform(0.4, 0.95))) for muscle, joins in _JOINS.items()
    }
    if not other_babinski:
        del person["frontalis"]
    return person


def _episode(
    side: Side,
    start: float,
    length: float,
    tonic: bool,
    size_range: tuple[float, float],
    person: Mapping[Muscle, tuple[float, float]],
    rng: np.random.Generator,
) -> list[Contraction]:
    if tonic:
        gains = _gains(side, float(rng.uniform(*size_range)), person, rng)
        return [Contraction("tonic", side, start, length - MAX_LAG_S, _tonic(length - MAX_LAG_S, rng), gains)]
    run: list[Contraction] = []
    onset, end = start, start + length
    while not run or end - onset > 0.12:
        longest = (end - onset - MAX_LAG_S) * (1 - _SMOOTHSTEP_TRIM)
        width, envelope = _twitch(rng, longest)
        gains = _gains(side, float(rng.uniform(*size_range)), person, rng)
        run.append(Contraction("twitch", side, onset, width, envelope, gains))
        onset += width + rng.uniform(0.04, 0.35)
    return run


def _tonic(length: float, rng: np.random.Generator) -> Envelope:
    riding = []
    for onset in rng.uniform(0.2, length - 0.4, rng.poisson(0.6 * length)):
        _, envelope = _twitch(rng, 0.25)
        riding.append((float(onset), float(rng.uniform(0.3, 0.7)), envelope))
    rise, fall = rng.uniform((0.1, 0.2), (0.25, 0.4))
    return _rippled(length, rise, fall, rng.uniform(5, 9), rng.uniform(0.1, 0.3), riding)


def _gains(
    side: Side, size: float, person: Mapping[Muscle, tuple[float, float]], rng: np.random.Generator
) -> Gains:
    gains: dict[tuple[Side, Muscle], tuple[float, float]] = {(side, "orbicularis_oculi"): (size, 0.0)}
    for muscle, (joins, share) in person.items():
        takes_part, jitter, delay = rng.uniform((0, 0.8, 0), (1, 1.05, MAX_LAG_S))
        if takes_part < joins:
            gains[side, muscle] = (size * share * jitter, delay)
    return gains


def _mimic(
    kind: TrueKind,
    side: Side,
    per_min: float,
    share: Mapping[Muscle, tuple[float, float]],
    fastest: tuple[float, float, float],
    slowest: tuple[float, float, float],
    duration_s: float,
    seed: int,
) -> Performance:
    require(side in SIDES, f"side is {side!r}; use left or right.")
    rng = np.random.default_rng([seed, 5, len(kind)])
    contractions = []
    for onset in _onsets(per_min, sum(slowest), duration_s, rng):
        rise, hold, fall = rng.uniform(fastest, slowest)
        gains: Gains = {
            (side, muscle): (float(rng.uniform(*low_high)), 0.0) for muscle, low_high in share.items()
        }
        envelope = _smooth(rise, hold, fall)
        contractions.append(Contraction(kind, side, onset, rise + hold + fall, envelope, gains))
    return perform(contractions, duration_s, "none")
