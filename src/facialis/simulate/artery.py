"""Why a facial nerve misfires: the cause as physical fields along the nerve, and the nerve that has them.

What presses enters as packing (how much of the bundle is axon rather than fluid), with its pulse; what it has
done to the nerve as myelin lost, membrane injured and axons lost. No infection is among the causes, and none
of them passes to another person. Where a number has no source, its reason says that it is assumed.
"""

from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.fibre import LARGEST_UM, NODE_LEAK_S_CM2, SMALLEST_UM, Geometry, geometry
from facialis.simulate.nerve import IntArray, Nerve
from facialis.types import FloatArray

CauseName = Literal[
    "anterior inferior cerebellar artery",
    "posterior inferior cerebellar artery",
    "vertebral artery",
    "ectatic artery",
    "tumour",
    "multiple sclerosis plaque",
    "nerve injury with misrouting",
    "early disease",
    "none",
]
HEALTHY_PACKING = 0.5
INJURED_LEAK_S_CM2 = 0.013
"""Chosen, with the left shift, so that injured nodes fire bursts of 250 to 350 Hz (10.1212/WNL.34.4.418)."""
_LIMITS = {
    "length_mm": (0, 20),
    "packing": (0.3, 0.95),
    "pulse": (0, 0.05),
    "lamellae": (1, 130),
    "left_shift_mv": (0, 10),
    "left_shift_sd_mv": (0, 5),
    "axons_lost": (0, 0.95),
    "misrouted": (0, 1),
}


@dataclass(frozen=True)
class Cause:
    """What presses or has injured the nerve, and how. Raises SettingsError where a value is out of range.

    `length_mm` of the lesion along the nerve; `packing` (rho) in it, the share of the bundle's
    cross-section that is fibre, and by how much it rises with each beat (`pulse`); `lamellae` of myelin left
    in it, at most as many as a fibre has; `left_shift_mv` and its standard deviation over the nodes in and
    around the lesion; `axons_lost`, a share; `misrouted`, the share of the others that
    have grown to another muscle.
    """

    length_mm: float = 0.0
    packing: float = HEALTHY_PACKING
    pulse: float = 0.0
    lamellae: float = 130.0
    left_shift_mv: float = 0.0
    left_shift_sd_mv: float = 0.0
    axons_lost: float = 0.0
    misrouted: float = 0.0

    def __post_init__(self) -> None:
        for spec in fields(self):
            (low, high), value = _LIMITS[spec.name], getattr(self, spec.name)
            if not low <= value <= high:
                raise SettingsError(f"{spec.name} is {value}; use a value from {low} to {high}.")
        if self.packing + self.pulse > 0.97:
            raise SettingsError(
                "Packing and pulse together leave no fluid between the axons; use less of either."
            )
        if self.length_mm == 0 and (self.packing, self.pulse, self.lamellae) != (HEALTHY_PACKING, 0.0, 130.0):
            raise SettingsError("A lesion of length 0 cannot press or thin the myelin; give it a length.")


CAUSES: dict[CauseName, Cause] = {
    "anterior inferior cerebellar artery": Cause(2.6, 0.82, 0.02, 5, 3.5, 0.7, axons_lost=0.03),
    "posterior inferior cerebellar artery": Cause(3.0, 0.82, 0.02, 5, 3.5, 0.7, axons_lost=0.03),
    "vertebral artery": Cause(4.0, 0.73, 0.03, 4, 3.5, 0.7, axons_lost=0.08),
    "ectatic artery": Cause(5.0, 0.69, 0.03, 4, 3.5, 0.7, axons_lost=0.12),
    "tumour": Cause(6.0, 0.66, 0.0, 5, 3.5, 0.7, axons_lost=0.15),
    "multiple sclerosis plaque": Cause(3.0, HEALTHY_PACKING, 0.0, 2, 3.5, 0.7),
    "nerve injury with misrouting": Cause(3.0, 0.65, 0.0, 30, 3.5, 1.0, axons_lost=0.4, misrouted=0.3),
    "early disease": Cause(2.0, 0.7, 0.02, 60, 3.5, 0.7),
    "none": Cause(),
}
"""Lengths: 2 to 3 mm is the central-myelin root exit zone (10.3340/jkns.2014.55.5.244). An AICA or a PICA in
more than 7 of 10. Packing, pulse, shift and loss are assumed, so that coupling lies near its threshold: the
longer a lesion, the less packing that takes. Lamellae 2 to 8 are those at which axons still conduct but
excite each other (`docs/model.md`)."""
DEFAULT_CAUSE: CauseName = "anterior inferior cerebellar artery"
PENUMBRA_NODES = 3
"""Nodes beyond the lesion's borders whose membrane is injured too (assumed)."""


@dataclass(frozen=True)
class NerveFields:
    """A cause spread along the nerve: positions (places,) in mm from the lesion's middle.

    `x_mm` is negative towards the brainstem. `packing`, `pulse` and `lamellae_left` (a number; infinite where
    the myelin is whole) at each position, and whether it is `injured` (1 or 0), with the penumbra.
    """

    x_mm: FloatArray
    packing: FloatArray
    pulse: FloatArray
    lamellae_left: FloatArray
    injured: FloatArray


def spread(cause: Cause, x_mm: FloatArray, penumbra_mm: float) -> NerveFields:
    """Return the fields of a cause at positions (places,) in mm, its membrane injury reaching further out."""
    inside = np.abs(x_mm) <= cause.length_mm / 2
    near = (np.abs(x_mm) <= cause.length_mm / 2 + penumbra_mm) & (cause.length_mm > 0)
    return NerveFields(
        x_mm,
        np.where(inside, cause.packing, HEALTHY_PACKING),
        np.where(inside, cause.pulse, 0.0),
        np.where(inside & (cause.lamellae < _LIMITS["lamellae"][1]), cause.lamellae, np.inf),
        near.astype(float),
    )


def coupling(packing: FloatArray, g_ratio: FloatArray) -> FloatArray:
    """Return alpha: the share of the resistance along a bundle that lies outside its axons, 0 to 1.

    `packing` is the share of the cross-section that is fibre, `g_ratio` a fibre's inner over its outer
    diameter, both of one shape. Inside and outside conduct alike (10.1007/s00422-022-00934-9).
    """
    alpha: FloatArray = 1.0 / (1.0 + (1.0 - packing) / (packing * g_ratio**2))
    return alpha


def g_ratio(fibre: Geometry, lamellae: FloatArray) -> FloatArray:
    """Return inner over outer diameter of each axon with so many lamellae left, (axons, internodes)."""
    sheath = (fibre.fibre_um - fibre.axon_um)[:, None] * lamellae / fibre.lamellae[:, None]
    ratio: FloatArray = fibre.axon_um[:, None] / (fibre.axon_um[:, None] + sheath)
    return ratio


def pulse_wave(phases: int) -> FloatArray:
    """Return the arterial pulse over one beat, (phases,), from 0 to 1: a fast rise and a slow fall."""
    phase = np.arange(phases) / max(phases, 1)
    wave = np.where(phase < 0.2, np.sin(np.pi * phase / 0.4), np.exp(-(phase - 0.2) / 0.25))
    wave = wave - wave.min()
    pressure: FloatArray = wave / wave.max() if wave.max() > 0 else wave
    return pressure


def fibre_diameters(axons: int, rng: np.random.Generator) -> FloatArray:
    """Return diameters in um of human facial motor fibres, (axons,): 7.3 +- 1.0, cut at the geometry's ends.

    No histogram of the human facial nerve could be opened; the largest follow from the fastest conduction,
    59.6 m/s. Assumed.
    """
    drawn: FloatArray = np.clip(rng.normal(7.3, 1.0, axons), SMALLEST_UM, min(10.0, LARGEST_UM))
    return drawn


def patch_numbers(axons: int, size: tuple[int, int], rng: np.random.Generator) -> IntArray:
    """Return for each axon, (axons,), the number of its patch; patches hold `size` axons, from and up to."""
    numbers: list[int] = []
    while len(numbers) < axons:
        numbers += [len(set(numbers))] * int(rng.integers(size[0], size[1] + 1))
    return np.array(numbers[:axons])


def facial_nerve(
    cause: CauseName | Cause = DEFAULT_CAUSE,
    axons: int = 60,
    nodes: int = 18,
    seed: int = 0,
    patch_size: tuple[int, int] = (3, 5),
    phases: int = 8,
) -> Nerve:
    """Return the stretch of a facial nerve around a lesion; the axons that are lost are not in it.

    All axons have as many nodes, and the lesion takes the same internodes in all of them: as many as its
    length holds of the median fibre's. Raises SettingsError for an unknown cause, and where the lesion leaves
    no free internode at the ends.
    """
    if isinstance(cause, str):
        if cause not in get_args(CauseName):
            raise SettingsError(f"{cause!r} is no cause; use one of {', '.join(get_args(CauseName))}.")
        cause = CAUSES[cause]
    rng = np.random.default_rng(seed)
    diameter = fibre_diameters(axons, rng)
    patch = patch_numbers(axons, patch_size, rng)
    kept = rng.random(axons) >= cause.axons_lost
    kept[0] = True
    fibre = geometry(diameter[kept])
    step_mm = float(np.median(fibre.internode_um)) / 1000
    middles = (np.arange(nodes - 1) - (nodes - 2) / 2) * step_mm
    field = spread(_whole_internodes(cause, step_mm), middles, PENUMBRA_NODES * step_mm)
    lamellae = np.minimum(fibre.lamellae[:, None], field.lamellae_left)
    shift, leak = _injury(cause, field, int(kept.sum()), rng)
    return Nerve(
        fibre.fibre_um, patch[kept], lamellae, shift, leak, _alpha(field, g_ratio(fibre, lamellae), phases)
    )


def _whole_internodes(cause: Cause, step_mm: float) -> Cause:
    """Return the cause with at least one internode in it, where it has a length."""
    shortest = 0.0 if cause.length_mm == 0 else max(cause.length_mm, 1.01 * step_mm)
    return Cause(**{**vars(cause), "length_mm": shortest})


def _injury(
    cause: Cause, field: NerveFields, axons: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return left shift in mV and leak in S/cm2 of every node, (axons, nodes)."""
    beside = np.pad(field.injured, 1)
    hurt = np.maximum(beside[:-1], beside[1:]) > 0
    drawn = rng.normal(cause.left_shift_mv, cause.left_shift_sd_mv, (axons, hurt.size))
    shift = np.where(hurt, np.maximum(drawn, 0.0), 0.0)
    injured = hurt & (cause.left_shift_mv > 0)
    leak = np.where(injured, INJURED_LEAK_S_CM2, NODE_LEAK_S_CM2)
    return shift, np.repeat(leak[None], axons, axis=0)


def _alpha(field: NerveFields, ratio: FloatArray, phases: int) -> FloatArray:
    """Return the coupling of each phase and internode, (phases, internodes); one phase without a pulse."""
    touched = (field.packing != HEALTHY_PACKING) | np.isfinite(field.lamellae_left)
    count = phases if np.any(field.pulse > 0) else 1
    packing = field.packing + np.outer(pulse_wave(count), field.pulse)
    mean_ratio = ratio.mean(axis=0)
    return np.where(touched, coupling(packing, np.broadcast_to(mean_ratio, packing.shape)), 0.0)
