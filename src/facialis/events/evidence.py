"""How clearly each moment speaks for a contraction of one side: all regions, the mesh and the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from facialis.events.excess import Excess, Scale
from facialis.events.filters import noise_of, samples
from facialis.events.grid import SECOND, Channel, EvenSignals
from facialis.settings import EventSettings, Settings
from facialis.signals.runs import runs_of
from facialis.types import BoolArray, FloatArray, Side

SIGN: Mapping[Side, int] = {"left": 1, "right": -1}

Excesses = Mapping[Channel, Excess]


@dataclass(frozen=True)
class Evidence:
    """Curves (n,) of one side: the eye's excess in closure and in expected SD, all regions' strength in SD.

    `noise_rise` is the SD of the eye's change within 0.2 s, in SD of its excess at rest; `edge` is half of
    that time in samples. `cut` (n,) tells where the face began or ceased to be seen close by, so that a flank
    may be missing.
    """

    eye: FloatArray
    eye_sd: FloatArray
    strength: FloatArray
    noise_rise: float
    edge: int
    cut: BoolArray


def evidence_of(
    side: Side, scale: Scale, signals: EvenSignals, excesses: Excesses, settings: Settings
) -> Evidence:
    """Return the evidence for contractions of a side, on one scale.

    Where the face moves so much that its sides could differ by more than a contraction (most of all in a
    blink), and nothing speaks clearly, the curves are drawn through for a moment: what goes on before and
    after went on meanwhile.
    """
    excess = excesses["eye"]
    moving = excess.expected[scale] > settings.events.blind_noise * excess.noise[scale]
    unclear = np.abs(excess.scales[scale]) < settings.events.enter_noise * excess.expected[scale]
    blind = moving & unclear & signals.observed
    near = max(1, round(settings.excess.edge_s / signals.step_s))
    bridges = _bridges(blind, signals.observed, samples(settings.events.blind_s, signals.step_s))
    strength = _bridged(_strength(side, scale, signals, excesses, settings), bridges)
    return Evidence(
        eye=_bridged(SIGN[side] * excess.scales[scale], bridges),
        eye_sd=_bridged(SIGN[side] * excess.scales[scale] / excess.expected[scale], bridges),
        strength=strength,
        noise_rise=excess.noise_edge / excess.noise[scale] if scale != "brief" else 0.0,
        edge=near,
        cut=np.asarray(ndimage.binary_dilation(~np.pad(signals.observed, 1), iterations=near))[1:-1],
    )


def _bridges(blind: BoolArray, observed: BoolArray, longest: int) -> BoolArray:
    """The blind stretches (n,) that are short and lie between samples in which something was seen."""
    bridges = np.zeros(blind.shape, dtype=bool)
    for first, stop in runs_of(blind):
        between = first > 0 and stop < blind.size and observed[first - 1] and observed[stop]
        bridges[first:stop] = between and stop - first <= longest
    return bridges


def _bridged(curve: FloatArray, bridges: BoolArray) -> FloatArray:
    """Return the curve (n,) drawn straight through the stretches of `bridges` (n,)."""
    if not bridges.any():
        return curve
    known = np.flatnonzero(~bridges)
    return np.asarray(np.interp(np.arange(curve.size), known, curve[known]))


def _strength(
    side: Side, scale: Scale, signals: EvenSignals, excesses: Excesses, settings: Settings
) -> FloatArray:
    """All regions' excess in noise SD (n,): what some show clearly or all a little; 0 without the eye.

    The picture shows change against the last second only, so it has no say in what lasts longer.
    """
    rules, brief = settings.events, scale == "brief"
    in_noise = {
        c: SIGN[side] * e.scales[scale] / e.expected[scale]
        for c, e in excesses.items()
        if brief or c not in SECOND.values()
    }
    eye = in_noise["eye"]
    if brief:
        both = eye + in_noise["lids"]
        eye = np.maximum(eye, both / max(noise_of(both[signals.observed]), 1.0))
    strength = _clear(eye, in_noise, rules)
    if brief:  # What lasts longer, a turn of the head does to all regions alike.
        strength = np.maximum(strength, _together(in_noise, signals.observed, rules))
    return np.where(eye > rules.eye_takes_part, strength, 0.0)


def _clear(eye: FloatArray, in_noise: Mapping[Channel, FloatArray], rules: EventSettings) -> FloatArray:
    """The eye's excess (n,) in noise SD, with what other regions show beyond ordinary noise in quadrature.

    Each region speaks through the clearer of its two witnesses, the mesh and the picture.
    """
    squares = np.maximum(eye, 0) ** 2
    for region, second in SECOND.items():
        if region != "eye":
            clearer = np.maximum(in_noise[region], in_noise.get(second, in_noise[region]))
            part = np.clip(clearer - rules.region_least, 0, rules.region_cap)
            squares = squares + (rules.region_weight * part) ** 2
    return np.asarray(np.sqrt(squares))


def _together(
    in_noise: Mapping[Channel, FloatArray], observed: BoolArray, rules: EventSettings
) -> FloatArray:
    """The sum of all channels' excess in SD of its own noise (n,): many weak witnesses that agree.

    Channels of one face are not independent, so the noise of their sum is the recording's own.
    """
    weight = {c: 1.0 if c in ("eye", "lids") else rules.region_share for c in in_noise}
    parts = [weight[c] * np.clip(z, -rules.least_say, rules.most_say) for c, z in in_noise.items()]
    total: FloatArray = np.sum(parts, axis=0)
    independent = float(np.sqrt(sum(w**2 for w in weight.values())))
    return total / max(noise_of(total[observed]), independent)
