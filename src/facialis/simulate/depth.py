"""How deep a lesion goes: all of the cause in the axons at the vessel, less of it and then none farther away.

With severity the lesion's border moves through the nerve; so a mild patient has a few badly injured axons and
not all of them a little injured ones. How deep lesions are in patients is not known: all of this is assumed.
"""

from dataclasses import replace

import numpy as np

from facialis.simulate.artery import HEALTHY_PACKING, Cause, coupling, g_ratio
from facialis.simulate.fibre import NODE_LEAK_S_CM2, geometry
from facialis.simulate.nerve import Nerve
from facialis.simulate.treatments import WHOLE_LAMELLAE
from facialis.types import FloatArray

BORDER = 0.4
"""How much of the nerve's depth lies between axons wholly in the lesion and healthy ones (assumed)."""
LAYERS = 8
DEPTHS = tuple((layer + 0.5) / LAYERS for layer in range(LAYERS))
"""Where the layers lie with which the spike tier calculates, 0 being the vessel and 1 the far side."""


def at_severity(cause: Cause, severity: float) -> Cause:
    """Return the cause on its way: 0 is healthy, 1 the cause. Myelin goes in equal ratios (assumed)."""
    if severity == 0 or cause.length_mm == 0:
        return Cause()
    return replace(
        cause,
        packing=HEALTHY_PACKING + severity * (cause.packing - HEALTHY_PACKING),
        pulse=severity * cause.pulse,
        lamellae=float(WHOLE_LAMELLAE * (cause.lamellae / WHOLE_LAMELLAE) ** severity),
        left_shift_mv=severity * cause.left_shift_mv,
        axons_lost=severity * cause.axons_lost,
        misrouted=severity * cause.misrouted,
    )


def involved(severity: float, depth: float) -> float:
    """Return how far the cause has come in axons this deep in the nerve, 0 (healthy) to 1 (as it says).

    `depth` is 0 at the vessel and 1 on the far side. The border moves inwards with severity (assumed).
    """
    reach = severity * (1 + BORDER / 2)
    return float(np.clip((reach - depth) / BORDER, 0.0, 1.0))


def of_vessel(severity: float, depth: float) -> float:
    """Return how far the cause has come at this depth, as a share of how far it has at the vessel."""
    nearest = involved(severity, DEPTHS[0])
    return min(involved(severity, depth) / nearest, 1.0) if nearest > 0 else 0.0


def at_vessel(cause: Cause, severity: float) -> Cause:
    """Return the cause in the axons next to the vessel; of all of them as many are lost or astray."""
    nearest = at_severity(cause, involved(severity, DEPTHS[0]))
    if nearest.length_mm == 0:
        return nearest
    return replace(nearest, axons_lost=severity * cause.axons_lost, misrouted=severity * cause.misrouted)


def deepened(nerve: Nerve, cause: Cause, severity: float, depth: FloatArray) -> Nerve:
    """Return a cable nerve that has the `cause` of the vessel's side everywhere with as much of it as each
    patch has at its axons' mean `depth`, (axons,).

    Packing of a patch is fluid in relation to what the nerve's coupling says (`Nerve.fluid`).
    """
    if cause.length_mm == 0:
        return nerve
    lamellae, shift = nerve.lamellae.copy(), nerve.left_shift_mv.copy()
    leak, fluid = nerve.node_leak_s_cm2.copy(), np.ones(nerve.axons)
    fibre, inside = geometry(nerve.diameter_um), nerve.coupled()
    for members in nerve.patches():
        share = of_vessel(severity, float(depth[members].mean()))
        here = at_severity(cause, share)
        thinned = np.minimum(fibre.lamellae[members, None], here.lamellae)
        lamellae[np.ix_(members, inside)] = thinned
        shift[members] *= share
        if share == 0:
            leak[members] = NODE_LEAK_S_CM2
        ratio = g_ratio(fibre, np.minimum(fibre.lamellae[:, None], cause.lamellae)).mean()
        local = g_ratio(fibre, np.minimum(fibre.lamellae[:, None], here.lamellae)).mean()
        outside = [
            1 / float(coupling(np.array(packing), np.array(g))) - 1
            for packing, g in ((cause.packing, ratio), (here.packing, local))
        ]
        fluid[members] = outside[1] / outside[0]
    return replace(
        nerve, lamellae=lamellae, left_shift_mv=shift, node_leak_s_cm2=leak, fluid=np.maximum(fluid, 1.0)
    )
