"""A nerve that fires: rest, steps left out, threads, pulses, and what is refused."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from nerves import LESION, patch_of, sick

from facialis.errors import SettingsError
from facialis.simulate.discharge import discharge, find_rest, make_plan
from facialis.simulate.fibre import Membrane
from facialis.simulate.nerve import (
    Nerve,
    NerveSettings,
    Pulses,
    Spikes,
    healthy_nerve,
    membrane_noise,
    no_pulses,
    together,
    volley,
    with_lesion,
)
from facialis.simulate.patch import assemble


def same(one: Spikes, other: Spikes) -> bool:
    """To the last bit."""
    pairs = ((one.axon, other.axon), (one.node, other.node), (one.time_ms, other.time_ms))
    return all(np.array_equal(a, b) for a, b in pairs)


def two_patches() -> Nerve:
    nerve = healthy_nerve(np.full(6, 7.3), 18, np.array([0, 0, 0, 1, 1, 1]))
    return with_lesion(nerve, LESION, 0.8, 5, 2.0)


# Nothing is calculated where nothing happens, and nothing is lost by it


@pytest.mark.parametrize("rates", ["table", "exact"])
@pytest.mark.parametrize("seed", range(3))
def test_leaving_out_steps_changes_no_bit_of_any_spike(seed: int, rates: str) -> None:
    pulses = together(
        membrane_noise(6, range(4, 14), 20, 0.4, 40, seed), volley([0, 1], 17, 5.0), volley([4], 0, 290.0)
    )
    options = NerveSettings(dt_ms=0.02, rates=rates, rest_tolerance=1e-4)  # type: ignore[arg-type]
    short = discharge(two_patches(), pulses, 294.0, options)
    full = discharge(two_patches(), pulses, 294.0, replace(options, skip_rest=False))
    assert short.time_ms.size > 10
    assert same(short, full)
    assert full.skipped == 0
    assert short.skipped > 0.1 * short.steps


def test_calling_a_patch_at_rest_changes_no_spike() -> None:
    pulses = together(volley([0], 0, 1.0), volley([1], 0, 700.0))
    snapped = discharge(two_patches(), pulses, 294.0, NerveSettings(dt_ms=0.02))
    free = discharge(two_patches(), pulses, 294.0, NerveSettings(dt_ms=0.02, rest_tolerance=0.0))
    assert np.array_equal(snapped.axon, free.axon)
    assert snapped.time_ms == pytest.approx(free.time_ms, abs=1e-6)


def test_a_quiet_nerve_costs_nothing_and_does_not_fire() -> None:
    """T5: no spike in 60 s."""
    spikes = discharge(healthy_nerve(np.full(20, 7.3), 18), no_pulses(), 60_000.0)
    assert spikes.time_ms.size == 0
    assert spikes.skipped == spikes.steps


@pytest.mark.parametrize("nerve", [patch_of(1), patch_of(3), sick(4), sick(2, shift=2.0)], ids=range(4))
@pytest.mark.parametrize("rates", ["table", "exact"])
def test_rest_is_rest_to_the_last_bit(nerve: Nerve, rates: str) -> None:
    options = NerveSettings(rates=rates)  # type: ignore[arg-type]
    patch = assemble(nerve, np.arange(nerve.axons), options)
    rest = find_rest(patch, make_plan(nerve, 1.0, options))
    assert rest.steady
    assert np.all((rest.state.v > -90) & (rest.state.v < -75))


def test_a_pulse_in_the_coupling_has_no_state_of_rest() -> None:
    nerve = sick(3)
    beating = replace(nerve, coupling=np.vstack([nerve.coupling, 1.02 * nerve.coupling]), beat_ms=1.0)
    spikes = discharge(beating, volley([0], 0, 1.0), 10.0)
    assert spikes.skipped == 0
    assert {0} <= set(spikes.axon)


def test_a_nerve_that_fires_of_itself_has_no_rest_and_is_never_left_out() -> None:
    nerve = with_lesion(patch_of(1), range(4, 13), 0.0, None, left_shift_mv=6.0)
    leaky = replace(nerve, node_leak_s_cm2=np.full((1, 18), 0.007))
    spikes = discharge(leaky, volley([0], 0, 1.0), 40.0)
    assert spikes.at(0, 9).size > 5
    quiet = discharge(leaky, no_pulses(), 5.0)
    assert quiet.skipped in (0, quiet.steps)


def test_equal_phases_are_no_pulse() -> None:
    nerve = sick(3)
    beating = replace(nerve, coupling=np.repeat(nerve.coupling, 4, axis=0), beat_ms=2.0)
    still = discharge(nerve, volley([0], 0, 1.0), 8.0)
    assert discharge(beating, volley([0], 0, 1.0), 8.0).time_ms == pytest.approx(still.time_ms, abs=1e-6)


# Patches


def test_threads_change_no_bit() -> None:
    pulses = volley([0, 3], 0, 1.0)
    one = discharge(two_patches(), pulses, 8.0, NerveSettings(threads=1))
    assert same(one, discharge(two_patches(), pulses, 8.0, NerveSettings(threads=2)))


def test_patches_do_not_touch_each_other() -> None:
    spikes = discharge(two_patches(), volley([0, 1], 0, 1.0), 8.0)
    assert set(spikes.axon) <= {0, 1, 2}


def test_spikes_come_in_the_order_of_time() -> None:
    spikes = discharge(two_patches(), volley([0, 3], 0, 1.0), 8.0)
    assert np.all(np.diff(spikes.time_ms) >= 0)


def test_only_what_is_recorded_is_returned() -> None:
    everything = discharge(sick(2), volley([0], 0, 1.0), 8.0)
    some = discharge(sick(2), volley([0], 0, 1.0), 8.0, record=np.array([3, 12]))
    assert set(some.node) == {3, 12}
    assert some.at(0, 12) == pytest.approx(everything.at(0, 12))


@pytest.mark.parametrize("alpha", [0.6, 0.9])
def test_more_or_less_fluid_is_another_coupling(alpha: float) -> None:
    other = replace(sick(3, coupling=0.8), fluid=np.full(3, (1 / alpha - 1) / (1 / 0.8 - 1)))
    given = discharge(other, volley([0, 1], 17, 0.5), 6.0)
    meant = discharge(sick(3, coupling=alpha), volley([0, 1], 17, 0.5), 6.0)
    assert np.array_equal(given.axon, meant.axon)
    assert given.time_ms == pytest.approx(meant.time_ms, abs=1e-9)


# Pulses


def test_a_pulse_begins_when_it_says() -> None:
    early = discharge(patch_of(1), volley([0], 0, 1.0), 6.0).at(0, 10)
    late = discharge(patch_of(1), volley([0], 0, 3.5), 6.0).at(0, 10)
    assert late - early == pytest.approx([2.5], abs=1e-6)


def test_pulses_at_one_place_add_up() -> None:
    half = replace(volley([0], 0, 1.0), current_na=np.array([1.0]))
    twice = discharge(patch_of(1), together(half, half), 6.0)
    assert same(twice, discharge(patch_of(1), volley([0], 0, 1.0), 6.0))


def test_noise_has_its_rate_and_its_size() -> None:
    noise = membrane_noise(10, range(4, 8), 100, 0.2, 10_000, seed=1)
    assert noise.axon.size == pytest.approx(10_000, rel=0.05)
    assert np.std(noise.current_na) == pytest.approx(0.2, rel=0.05)
    assert set(noise.node) == {4, 5, 6, 7}


# What is refused, in one sentence


def pulses_at(axon: int, node: int) -> Pulses:
    return volley([axon], node, 0.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: patch_of(2, diameter_um=3.0), "5.7 and 11.5"),
        (lambda: patch_of(2, nodes=2), "three nodes"),
        (lambda: sick(2, coupling=1.0), "coupling must lie"),
        (lambda: sick(2, lamellae=0.0), "lamellae must lie"),
        (lambda: sick(2, shift=60.0), "left_shift_mv must lie"),
        (lambda: sick(2, lamellae=float("nan")), "lamellae must lie"),
        (lambda: with_lesion(patch_of(2), range(0, 3), 0.8, 5), "free at both ends"),
        (
            lambda: with_lesion(with_lesion(patch_of(2), range(3, 5), 0.8), range(8, 9), 0.8),
            "follow one another",
        ),
        (lambda: replace(patch_of(2), lamellae=np.ones((3, 17))), "2 axons of 17 internodes need"),
        (
            lambda: replace(sick(2), coupling=np.vstack([sick(2).coupling, 0 * sick(2).coupling])),
            "every phase",
        ),
        (lambda: replace(sick(2), beat_ms=0.0), "beat_ms is 0.0"),
        (lambda: replace(sick(2), fluid=np.ones(3)), "fluid is of shape"),
        (lambda: replace(sick(2), fluid=np.zeros(2)), "fluid must lie"),
        (lambda: Membrane(fast_sodium_s_cm2=-1), "at least 0"),
        (lambda: NerveSettings(dt_ms=0.5), "dt_ms is 0.5"),
        (lambda: NerveSettings(scheme="euler"), "is no scheme"),  # type: ignore[arg-type]
        (lambda: NerveSettings(rates="guess"), "no way to get rates"),  # type: ignore[arg-type]
        (lambda: replace(pulses_at(0, 0), duration_ms=np.zeros(1)), "lasts longer than 0"),
        (lambda: replace(pulses_at(0, 0), node=np.zeros(2, dtype=int)), "as many axons"),
        (lambda: discharge(patch_of(2), pulses_at(2, 0), 1.0), "no axon 2: this nerve has 2"),
        (lambda: discharge(patch_of(2), pulses_at(0, 18), 1.0), "no node 18: this nerve has 18"),
        (lambda: discharge(patch_of(2), no_pulses(), 0.0), "above 0"),
    ],
)
def test_what_cannot_be_is_refused(make: object, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value).count(". ") == 0


# Who measures a recording never meets the simulator


@pytest.mark.parametrize("module", ["facialis", "facialis.cli", "facialis.simulate.artery"])
def test_importing_does_not_import_numba(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
