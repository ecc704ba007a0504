"""Surface EMG: scale, band, sides, crosstalk, and action potentials where the spikes are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import LATENCY_MS, axons_of, bursts, of_muscles, spikes_at
from scipy.signal import welch

from facialis.errors import SettingsError
from facialis.simulate.axons import Axons, LesionSpikes
from facialis.simulate.emg import (
    CROSSTALK,
    EMG_MUSCLES,
    Emg,
    EmgSettings,
    action_potentials,
    record,
    sources,
)
from facialis.simulate.junction import transmit
from facialis.simulate.motor_units import NERVE_MUSCLES, motor_units
from facialis.simulate.movements import smile
from facialis.simulate.performance import Muscle
from facialis.simulate.recruitment import ordered_spikes
from facialis.types import SIDES, FloatArray, Side

SILENT = EmgSettings(noise_uv=0.0)
FINE = EmgSettings(noise_uv=0.0, rate_hz=16_000.0)
"""Samples so close that no peak falls between two of them."""


def seen_by(
    axons: Axons, spikes: LesionSpikes, chosen: EmgSettings = SILENT, jitter: float = 0.0
) -> dict[Muscle, FloatArray]:
    arrivals = transmit(axons, spikes, {}, np.random.default_rng(0), (jitter, jitter))
    return sources(axons, motor_units(axons), arrivals, spikes.duration_s, chosen, np.random.default_rng(3))


def emg_of(axons: Axons, spikes: LesionSpikes, chosen: EmgSettings = SILENT) -> Emg:
    seen = {axons.side: seen_by(axons, spikes, chosen)}
    return record(seen, spikes.duration_s, chosen, np.random.default_rng(4))


def shock(axons: Axons, at: float = 0.1, duration: float = 0.3) -> LesionSpikes:
    n = len(axons.muscle)
    return spikes_at(list(range(n)), [at] * n, duration)


# Action potentials


def test_all_axons_at_once_reach_the_response_that_was_set() -> None:
    axons = of_muscles(NERVE_MUSCLES, 20, weight=50.0)
    for height in (2400.0, 1000.0):
        seen = seen_by(axons, shock(axons), replace(FINE, response_uv=height))
        for muscle in NERVE_MUSCLES:
            assert np.abs(seen[muscle]).max() == pytest.approx(height, rel=0.002), muscle


@pytest.mark.parametrize("count", [70, 350])
def test_the_response_does_not_depend_on_how_many_axons_stand_for_the_nerve(count: int) -> None:
    axons = axons_of(count=count, spread_ms=0)
    seen = seen_by(axons, shock(axons), FINE)
    assert np.abs(seen["orbicularis_oculi"]).max() == pytest.approx(2400, rel=0.002)


def test_meant_emg_does_not_depend_on_how_many_axons_stand_for_the_nerve() -> None:
    power = {}
    for count in (140, 1400):
        rms = []
        for seed in range(3):
            axons = axons_of(count=count, seed=seed)
            spikes = ordered_spikes(axons, [smile(0.0, 6.0, 0.6)], 6.0, seed)
            rms.append(seen_by(axons, spikes)["zygomaticus"][4000:8000].std())
        power[count] = np.mean(rms)
    assert power[140] == pytest.approx(power[1400], rel=0.3)
    assert 10 < power[1400] < 300  # uV, as skin electrodes give


def test_a_potential_lasts_5_to_10_ms_and_goes_both_ways() -> None:
    axons = of_muscles(["frontalis"], 60)
    potentials = action_potentials(axons, motor_units(axons), SILENT, np.random.default_rng(0))
    step_ms = 0.5 / 32
    for shape in potentials.apart:
        shown = np.flatnonzero(np.abs(shape) > 1e-9 * np.abs(shape).max())
        assert 4.9 < np.ptp(shown) * step_ms < 10.1
        assert shape.max() > 0.2 * np.abs(shape).max()
        assert shape.min() < -0.2 * np.abs(shape).max()
        assert abs(shape.sum()) < 0.03 * np.abs(shape).sum()  # no direct current


def test_stronger_units_are_larger_on_average() -> None:
    axons = of_muscles(["frontalis"], 600)
    units = motor_units(axons)
    potentials = action_potentials(axons, units, SILENT, np.random.default_rng(0))
    height = np.abs(potentials.apart).max(axis=1)
    slope = np.polyfit(np.log(units.force), np.log(height), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.1)


def test_units_that_an_axon_stands_for_add_up_together_and_by_their_power_apart() -> None:
    light, heavy = (of_muscles(["levator"], 5, weight=w) for w in (1.0, 400.0))
    quick = replace(SILENT, dispersal_ms=0.0)
    drawn = [action_potentials(a, motor_units(a), quick, np.random.default_rng(2)) for a in (light, heavy)]
    ratio = [np.abs(p.together).max() / np.abs(p.apart).max() for p in drawn]
    assert ratio[0] == pytest.approx(1.0)
    assert ratio[1] == pytest.approx(20.0)


def test_the_potential_begins_where_its_spike_arrives() -> None:
    axons = of_muscles(["mentalis"], 1)
    at = 0.1 + 0.00013
    seen = seen_by(axons, spikes_at([0], [at], 0.3))["mentalis"]
    arrives = at + LATENCY_MS / 1000
    first = np.flatnonzero(np.abs(seen) > 0)[0] / 2000
    assert arrives <= first < arrives + 0.0006


@given(st.floats(0, 0.0005))
@settings(max_examples=20)
def test_a_shift_within_a_sample_is_kept(shift: float) -> None:
    axons = of_muscles(["mentalis"], 1)
    base, moved = (seen_by(axons, spikes_at([0], [at], 0.3))["mentalis"] for at in (0.1, 0.1 + shift))
    found = (np.arange(600) @ moved**2 / (moved @ moved) - np.arange(600) @ base**2 / (base @ base)) / 2000
    assert found == pytest.approx(shift, abs=4e-5)


def test_one_train_is_the_sum_of_its_spikes() -> None:
    axons = axons_of(count=70)
    spikes = bursts(axons, [0.1, 0.15], 0.4, share=0.5)
    half = np.arange(len(spikes.axon)) % 2 == 0
    parts = [
        seen_by(axons, LesionSpikes(spikes.axon[m], spikes.time_s[m], spikes.origin[m], 0.4))
        for m in (half, ~half)
    ]
    whole = seen_by(axons, spikes)
    for muscle in NERVE_MUSCLES:
        np.testing.assert_allclose(parts[0][muscle] + parts[1][muscle], whole[muscle], atol=1e-6)


# The recording


def test_ten_channels_of_the_right_length_and_rate() -> None:
    axons = axons_of()
    emg = emg_of(axons, bursts(axons, [0.2], 1.0), replace(SILENT, rate_hz=4000.0))
    assert set(emg.channels) == {(side, muscle) for side in SIDES for muscle in EMG_MUSCLES}
    assert all(values.shape == (4000,) for values in emg.channels.values())
    assert emg.duration_s == 1.0
    np.testing.assert_allclose(np.diff(emg.time_s), 1 / 4000)


@pytest.mark.parametrize("side", SIDES)
def test_nothing_crosses_the_midline(side: Side) -> None:
    axons = axons_of(side)
    emg = emg_of(axons, bursts(axons, [0.2], 0.6))
    for (where, _), values in emg.channels.items():
        assert values.any() == (where == side)


def test_the_power_lies_within_the_band() -> None:
    axons = axons_of(count=280)
    emg = emg_of(axons, ordered_spikes(axons, [smile(0.0, 20.0, 0.6)], 20.0, 1))
    rate, power = welch(emg.channels["left", "zygomaticus"], 2000, nperseg=2000)
    inside = (rate >= 20) & (rate <= 450)
    assert power[inside].sum() > 0.97 * power.sum()
    assert 60 < (rate @ power) / power.sum() < 250
    assert power[rate < 8].mean() < 0.1 * power[inside].mean()


def test_noise_has_the_size_that_was_set_and_differs_between_channels() -> None:
    axons = axons_of()
    emg = emg_of(axons, spikes_at([], [], 20.0), replace(SILENT, noise_uv=5.0))
    for values in emg.channels.values():
        assert values.std() == pytest.approx(5.0, rel=0.1)
    left, right = (emg.channels[side, "frontalis"] for side in SIDES)
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.05


@pytest.mark.parametrize("muscle", NERVE_MUSCLES)
def test_other_electrodes_see_a_muscle_by_their_share_of_crosstalk(muscle: Muscle) -> None:
    axons = axons_of()
    spikes = bursts(axons, [0.1], 0.4, muscles=[muscle])
    alone = seen_by(axons, spikes)
    own = record({"left": dict.fromkeys(NERVE_MUSCLES, alone[muscle])}, 0.4, SILENT, np.random.default_rng(0))
    emg = emg_of(axons, spikes)
    for channel in EMG_MUSCLES:
        share = 1.0 if channel == muscle else CROSSTALK[channel].get(muscle, 0.0)
        whole = 1 + sum(CROSSTALK[channel].values())
        np.testing.assert_allclose(
            emg.channels["left", channel], share / whole * own.channels["left", channel], atol=1e-6
        )


def test_every_electrode_sees_its_own_muscle_best() -> None:
    assert set(CROSSTALK) == set(EMG_MUSCLES)
    assert all(0 < share < 0.5 for shares in CROSSTALK.values() for share in shares.values())
    assert all(channel not in shares for channel, shares in CROSSTALK.items())


def test_the_amplifier_saturates() -> None:
    axons = axons_of()
    emg = emg_of(axons, shock(axons), replace(SILENT, range_uv=500.0))
    assert np.abs(emg.channels["left", "orbicularis_oculi"]).max() == 500.0


def test_a_burst_is_larger_with_more_axons() -> None:
    axons = axons_of(count=280)
    heights = [
        np.abs(emg_of(axons, bursts(axons, [0.1], 0.4, share)).channels["left", "frontalis"]).max()
        for share in (0.1, 0.4, 1.0)
    ]
    assert heights[0] < heights[1] < heights[2]


@pytest.mark.parametrize(
    "change",
    [
        {"rate_hz": 500.0},
        {"rate_hz": 2001.0},
        {"band_hz": (450.0, 20.0)},
        {"band_hz": (20.0, 1000.0)},
        {"noise_uv": -1.0},
        {"response_uv": 0.0},
        {"dispersal_ms": 3.0},
        {"range_uv": 10_000.0},
    ],
)
def test_settings_without_a_meaning_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"use|needs"):
        EmgSettings(**change)  # type: ignore[arg-type]
