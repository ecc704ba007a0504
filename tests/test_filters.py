import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from facialis.events.filters import (
    baseline,
    local_range,
    noise_of,
    quiet_level,
    running_median,
    samples,
    smoothed,
)
from facialis.types import FloatArray

numbers = st.floats(-100, 100)
curves = st.integers(1, 80).flatmap(lambda n: arrays(np.float64, n, elements=numbers))
STEP_S = 1 / 30


def noise(n: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(n)


@given(st.floats(0, 100), st.floats(0.001, 1))
def test_a_window_is_odd_and_as_long_as_asked(seconds: float, step_s: float) -> None:
    n = samples(seconds, step_s)
    assert n % 2 == 1
    assert n >= 1
    assert abs(n - seconds / step_s) <= 1.5 or n == 1


@given(curves, st.floats(0, 0.5))
def test_smoothing_keeps_length_level_and_range(x: FloatArray, width_s: float) -> None:
    y = smoothed(x, STEP_S, width_s)
    assert y.shape == x.shape
    assert y.min() >= x.min() - 1e-9
    assert y.max() <= x.max() + 1e-9
    np.testing.assert_allclose(smoothed(np.full(x.shape, 3.0), STEP_S, width_s), 3.0)


@given(curves, st.floats(0, 0.5))
def test_smoothing_has_no_lag_and_no_side(x: FloatArray, width_s: float) -> None:
    np.testing.assert_allclose(
        smoothed(x[::-1], STEP_S, width_s)[::-1], smoothed(x, STEP_S, width_s), atol=1e-9
    )
    np.testing.assert_allclose(smoothed(-x, STEP_S, width_s), -smoothed(x, STEP_S, width_s), atol=1e-9)


def test_smoothing_quiets_noise() -> None:
    x = noise(3000)
    assert smoothed(x, STEP_S, 0.066).std() < 0.75 * x.std()


@given(curves, st.integers(0, 10))
def test_the_local_range_covers_what_lies_in_the_window(x: FloatArray, half: int) -> None:
    n = 2 * half + 1
    found = local_range(x, n)
    for i in range(x.size):
        part = x[max(0, i - half) : i + half + 1]
        assert found[i] == pytest.approx(part.max() - part.min())


@given(curves)
def test_a_median_of_three_drops_single_outliers(x: FloatArray) -> None:
    flat = np.zeros(x.size + 2)
    flat[1] = 7
    assert running_median(flat, 3)[1:].max() == 0
    assert set(running_median(x, 3)) <= set(x)


# Baseline


@given(st.floats(-50, 50), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]))
def test_a_baseline_moves_with_the_curve(offset: float, quantile: float) -> None:
    x, free = noise(900), np.ones(900, dtype=bool)
    here, there = baseline(x, free, 91, quantile), baseline(x + offset, free, 91, quantile)
    np.testing.assert_allclose(there - here, offset, atol=1e-9)


def test_what_is_not_free_does_not_move_the_baseline() -> None:
    x, free = noise(900), np.ones(900, dtype=bool)
    free[300:360] = False
    pushed = x.copy()
    pushed[300:360] += 100
    np.testing.assert_array_equal(baseline(x, free, 301, 0.5), baseline(pushed, free, 301, 0.5))


def test_a_baseline_follows_drift_and_ignores_what_is_brief() -> None:
    drift = np.linspace(0, 3, 1800)
    spikes = np.zeros(1800)
    spikes[100::150] = 20
    level = baseline(drift + spikes, np.ones(1800, dtype=bool), 601, 0.5)
    np.testing.assert_allclose(level[300:-300], drift[300:-300], atol=0.1)


def test_a_higher_quantile_lies_higher() -> None:
    levels = [
        baseline(noise(900), np.ones(900, dtype=bool), 301, q).mean() for q in (0.1, 0.3, 0.5, 0.7, 0.9)
    ]
    assert levels == sorted(levels)


def test_without_a_free_sample_the_baseline_is_zero() -> None:
    np.testing.assert_array_equal(baseline(noise(9), np.zeros(9, dtype=bool), 3, 0.5), np.zeros(9))


# Levels and noise


def test_the_quiet_level_is_where_a_curve_stays() -> None:
    x = 2 + 0.01 * noise(900)
    x[:400] += np.random.default_rng(1).uniform(0, 5, 400)
    assert quiet_level(x) == pytest.approx(2, abs=0.02)
    assert quiet_level(np.array([])) == 0


@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_noise_is_a_standard_deviation(seed: int, scale: float) -> None:
    assert noise_of(scale * noise(3000, seed)) == pytest.approx(scale, rel=0.12)


@given(st.integers(0, 1000), st.sampled_from([-1, 1]))
def test_excursions_to_one_side_are_no_noise(seed: int, sign: int) -> None:
    x = noise(3000, seed)
    x[1000:1900] += 50 * sign
    assert noise_of(x) == pytest.approx(1, rel=0.15)


@given(st.integers(0, 1000))
def test_noise_has_no_side(seed: int) -> None:
    x = np.abs(noise(500, seed)) * np.where(noise(500, seed + 1) > 0.5, 3, -1)
    assert noise_of(-x) == noise_of(x)


def test_too_few_samples_still_give_a_noise() -> None:
    assert noise_of(np.array([])) == 0
    assert noise_of(np.array([1.0, -2.0, 3.0])) > 0
