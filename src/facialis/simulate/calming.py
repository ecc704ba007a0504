"""A nerve between two spasms, for the cable tier: under a drug, with noise, held silent by its pump."""

from dataclasses import replace

import numpy as np

from facialis.simulate.fibre import NODE_LEAK_S_CM2
from facialis.simulate.nerve import Nerve, NerveSettings, Pulses, membrane_noise, no_pulses
from facialis.simulate.shocks import RestingNerve
from facialis.simulate.spikes import SpikeSettings

CABLE = NerveSettings(dt_ms=0.01, threads=2)
NOISE_HZ, NOISE_NA = 20_000.0, 0.005
"""Channel noise at the lesion's nodes (assumed): so weak that it fires no axon of itself within a sweep."""
CALM_MS, CALM_STEP_MV = 120.0, 0.5


def with_drug(nerve: Nerve, sodium_block: float) -> Nerve:
    """Return the nerve under carbamazepine, as in the tables: at 1 half of the persistent sodium is left."""
    whole = nerve.membrane
    return replace(
        nerve,
        membrane=replace(
            whole,
            fast_sodium_s_cm2=whole.fast_sodium_s_cm2 * (1 - 0.15 * sodium_block),
            persistent_sodium_s_cm2=whole.persistent_sodium_s_cm2 * (1 - 0.5 * sodium_block),
        ),
    )


def healing_leak(nerve: Nerve, membrane: float) -> Nerve:
    """Return the nerve after this share of its membrane, 0 to 1, has recovered: its leak goes back too."""
    leak = NODE_LEAK_S_CM2 + (1 - membrane) * (nerve.node_leak_s_cm2 - NODE_LEAK_S_CM2)
    return replace(nerve, node_leak_s_cm2=leak)


def calmed(nerve: Nerve, seed: int) -> Nerve:
    """Return the nerve between two spasms: what would fire of itself is held back by its sodium pump.

    The cable tier has no slow variables. In the spike tier the pump holds an axon back, by up to `pump_mv`,
    the longer it has fired; so here the left shift of axons that fire without any shock is lowered, step by
    step and by no more than that, until they are silent at twice the noise.
    """
    most_mv, shift = SpikeSettings().pump_mv, nerve.left_shift_mv.copy()
    order = nerve.coupling.sum(axis=1).argsort()
    for phase in {int(order[0]), int(order[-1])}:  # while the pulse couples neighbours least, and most
        held = replace(nerve, coupling=nerve.coupling[phase : phase + 1])
        noise, active = channel_noise(nerve, CALM_MS, seed, 2 * NOISE_NA), np.arange(nerve.axons)
        for _ in range(round(most_mv / CALM_STEP_MV)):
            resting = RestingNerve(replace(held, left_shift_mv=shift), CABLE, active)
            spikes = resting.fire(noise, CALM_MS, active)
            active = np.unique(np.concatenate([each.axon for each in spikes.values()]).astype(np.intp))
            if active.size == 0:
                break
            low = np.minimum(
                nerve.left_shift_mv[active], np.maximum(nerve.left_shift_mv[active] - most_mv, 0.0)
            )
            shift[active] = np.maximum(shift[active] - CALM_STEP_MV, low)
    return replace(nerve, left_shift_mv=shift)


def channel_noise(nerve: Nerve, duration_ms: float, seed: int, current_na: float = NOISE_NA) -> Pulses:
    """Return the noise of the channels of all injured and bare nodes."""
    hurt = np.flatnonzero((nerve.left_shift_mv > 0).any(axis=0) | np.append(nerve.coupled(), False))
    if hurt.size == 0:
        return no_pulses()
    return membrane_noise(
        nerve.axons, range(int(hurt[0]), int(hurt[-1]) + 1), NOISE_HZ, current_na, duration_ms, seed
    )
