"""How clearly each moment speaks for a contraction of one side: all regions, the mesh and the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from facialis.events.excess import Excess, Scale
from facialis.events.filters import noise_of, samples
from facialis.events.grid import SECOND, Channel, EvenSignals
from facialis.settings import Settings
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
    """All regions' excess in noise SD (n,): the eye's, with the others' in quadrature; 0 without the eye.

    Each region speaks through the clearer of its two witnesses, the mesh and the picture; the eye, which is
    always meant, through the sum of both.
    """
    rules = settings.events
    in_noise = {c: SIGN[side] * e.scales[scale] / e.expected[scale] for c, e in excesses.items()}
    eye = in_noise["eye"]
    # The picture shows change against the last second only, so it has no say in what lasts longer.
    brief = scale == "brief"
    if brief:
        both = eye + in_noise["lids"]
        eye = np.maximum(eye, both / max(noise_of(both[signals.observed]), 1.0))
    squares = np.maximum(eye, 0) ** 2
    for region, second in SECOND.items():
        if region != "eye":
            clearer = np.maximum(in_noise[region], in_noise[second]) if brief else in_noise[region]
            part = np.clip(clearer - rules.region_least, 0, rules.region_cap)
            squares = squares + (rules.region_weight * part) ** 2
    return np.where(eye > rules.eye_takes_part, np.sqrt(squares), 0.0)
