"""One uniform patch cannot have both: a slow turn-around in the lesion and a second response after 3 ms.

Many patches of four axons are calculated side by side, over coupling, lamellae, left shift, leak and length.
"""

import itertools
from dataclasses import replace

import numpy as np

from facialis.simulate.discharge import discharge
from facialis.simulate.nerve import Nerve, NerveSettings, Spikes, healthy_nerve, together, volley, with_lesion
from facialis.types import FloatArray

ALPHA = (0.60, 0.64, 0.66, 0.68, 0.70, 0.72, 0.74, 0.76, 0.78, 0.80, 0.83, 0.86)
LAMELLAE, SHIFT_MV, LEAK_S_CM2 = (3.0, 5.0, 8.0), (0.0, 1.0, 2.0, 3.0), (0.010, 0.012, 0.015)
INTERNODES = (2, 3, 4)
_MEAN = 0.8


def grid_nerve(internodes: int) -> tuple[Nerve, int]:
    """Return a patch of four for every point of the grid, and the first node beyond the lesion."""
    points = np.array(list(itertools.product(ALPHA, LAMELLAE, SHIFT_MV, LEAK_S_CM2)))
    alpha, lamellae, shift, leak = np.repeat(points, 4, axis=0).T
    first = 9 - internodes // 2
    last = first + internodes
    patch = np.repeat(np.arange(len(points)), 4)
    nerve = with_lesion(healthy_nerve(np.full(patch.size, 7.3), 18, patch), range(first, last), _MEAN, 5)
    myelin, left, conductance = (
        nerve.lamellae.copy(),
        nerve.left_shift_mv.copy(),
        nerve.node_leak_s_cm2.copy(),
    )
    myelin[:, first:last] = lamellae[:, None]
    left[:, first - 3 : last + 4], conductance[:, first - 3 : last + 4] = shift[:, None], leak[:, None]
    fluid = (1 / alpha - 1) / (1 / _MEAN - 1)
    beating = np.repeat(nerve.coupling, 2, axis=0)  # no search for rest: some of these fire of themselves
    injured = replace(nerve, lamellae=myelin, left_shift_mv=left, node_leak_s_cm2=conductance)
    return replace(injured, fluid=fluid, coupling=beating), last + 2


def answers(spikes: Spikes, axon: int, node: int, count: int) -> FloatArray:
    """Return the first `count` spikes of every fourth axon, (patches, count), NaN where there are fewer."""
    rows = np.full((spikes.axon.max(initial=0) // 4 + 1, count), np.nan)
    for patch in range(rows.shape[0]):
        times = spikes.at(4 * patch + axon, node)[:count]
        rows[patch, : times.size] = times
    return rows


def slow_and_quick_again() -> tuple[int, int, int, int]:
    """Return how many patches there are, have T6's turn-around, T7's second response, and both.

    T6: 1.0 +- 0.3 ms. T7: one response to two shocks 1.5 ms apart, one more at 3 ms, less than 0.3 ms late.
    """
    total = slow = again = both = 0
    for internodes in INTERNODES:
        nerve, node = grid_nerve(internodes)
        driven = np.flatnonzero(np.arange(nerve.axons) % 4 < 2)
        found = {}
        for isi_ms in (0.0, 1.5, 3.0):
            second = volley(driven, 17, 0.5 + isi_ms) if isi_ms else volley(driven[:0], 17, 0.5)
            pulses = together(volley(driven, 17, 0.5), second)
            fired = discharge(nerve, pulses, isi_ms + 6.0, NerveSettings(dt_ms=0.01), np.array([node]))
            found[isi_ms] = answers(fired, 2, node, 4)
            if not isi_ms:
                turn = found[0.0][:, 0] - answers(fired, 0, node, 1)[:, 0]
        count = {isi_ms: np.isfinite(times).sum(axis=1) for isi_ms, times in found.items()}
        t6 = np.abs(turn - 1.0) <= 0.3
        late = found[3.0][:, 1] - found[3.0][:, 0] - 3.0
        t7 = (count[1.5] <= count[0.0]) & (count[3.0] > count[0.0]) & (count[0.0] == 1) & (np.abs(late) < 0.3)
        total, slow = total + t6.size, slow + int(t6.sum())
        again, both = again + int(t7.sum()), both + int((t6 & t7).sum())
    return total, slow, again, both
