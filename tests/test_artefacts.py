"""Artefacts: only what was asked for, of the size that was asked for, and the same for the same seed."""

import numpy as np
import pytest

from facialis.errors import SettingsError
from facialis.simulate.artefacts import Artefacts, spoil
from facialis.simulate.emg import EMG_MUSCLES, Emg
from facialis.types import SIDES

RATE = 2000.0
KEY = ("left", "orbicularis_oculi")


def flat(seconds: float = 20.0) -> Emg:
    n = round(seconds * RATE)
    return Emg({(side, muscle): np.zeros(n) for side in SIDES for muscle in EMG_MUSCLES}, RATE)


def test_nothing_is_added_unless_asked_for() -> None:
    spoiled = spoil(flat(), Artefacts())
    assert not any(values.any() for values in spoiled.channels.values())


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_hum_is_at_the_mains_and_three_times_it(mains: float) -> None:
    values = spoil(flat(), Artefacts(mains_uv=30.0, mains_hz=mains)).channels[KEY]
    spectrum = 2 * np.abs(np.fft.rfft(values)) / len(values)
    rate = np.fft.rfftfreq(len(values), 1 / RATE)
    assert spectrum[rate == mains][0] == pytest.approx(30.0, rel=0.01)
    assert spectrum[rate == 3 * mains][0] == pytest.approx(6.0, rel=0.01)
    spectrum[np.isin(rate, [mains, 3 * mains])] = 0
    assert spectrum.max() < 0.1


def test_pops_jump_either_way_and_fall_back() -> None:
    emg = spoil(flat(60.0), Artefacts(pops_per_min=10.0, pop_uv=400.0))
    jumps = np.concatenate([np.diff(values) for values in emg.channels.values()])
    found = jumps[np.abs(jumps) > 200]
    assert 60 < len(found) < 140  # 10 channels, 10 a minute
    np.testing.assert_allclose(np.abs(found), 400, rtol=0.05)
    assert (found > 0).any()
    assert (found < 0).any()
    assert np.median(np.abs(emg.channels[KEY])) < 1


def test_wander_is_slow_and_has_its_size() -> None:
    values = spoil(flat(120.0), Artefacts(wander_uv=50.0)).channels[KEY]
    assert 30 < values.std() < 75
    spectrum = np.abs(np.fft.rfft(values)) ** 2
    rate = np.fft.rfftfreq(len(values), 1 / RATE)
    assert spectrum[rate < 1].sum() > 0.99 * spectrum.sum()


def test_clipping_comes_last() -> None:
    emg = spoil(flat(), Artefacts(mains_uv=300.0, wander_uv=100.0, clip_uv=80.0))
    assert all(np.abs(values).max() == 80.0 for values in emg.channels.values())


def test_a_seed_gives_the_same_artefacts_and_electrodes_differ() -> None:
    wanted = Artefacts(mains_uv=10.0, pops_per_min=10.0, wander_uv=20.0, seed=3)
    one, same, other = (spoil(flat(), a) for a in (wanted, wanted, Artefacts(wander_uv=20.0, seed=4)))
    np.testing.assert_array_equal(one.channels[KEY], same.channels[KEY])
    assert not np.array_equal(one.channels[KEY], other.channels[KEY])
    assert not np.array_equal(one.channels[KEY], one.channels["right", "orbicularis_oculi"])


def test_the_signal_stays_under_the_artefacts() -> None:
    emg = flat()
    signal = np.random.default_rng(0).normal(0, 20, len(emg.time_s))
    wanted = Artefacts(mains_uv=10.0, wander_uv=5.0)
    added = spoil(emg, wanted).channels[KEY]
    both = spoil(Emg({**emg.channels, KEY: signal}, RATE), wanted).channels[KEY]
    np.testing.assert_allclose(both - signal, added, atol=1e-9)


@pytest.mark.parametrize(
    "change", [{"mains_uv": -1.0}, {"mains_hz": 0.0}, {"pops_per_min": -1.0}, {"clip_uv": 0.0}]
)
def test_artefacts_without_a_meaning_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="0"):
        Artefacts(**change)  # type: ignore[arg-type]
