"""Regression of days that depend on each other: exact where they do not, honest where they do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.diaries import lingering
from facialis.measures.serial import Coefficient, regress
from facialis.types import FloatArray


def columns(n: int, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), (rng.random(n) < 0.5).astype(float), rng.normal(size=n)])


def test_days_far_apart_give_the_ordinary_regression() -> None:
    rng, x = np.random.default_rng(1), columns(40)
    y = x @ [2.0, 1.0, -0.5] + rng.normal(size=40)
    fitted = regress(y, x, 1000.0 * np.arange(40))
    centre, left = np.linalg.lstsq(x, y, rcond=None)[:2]
    errors = np.sqrt(left[0] / 37 * np.diag(np.linalg.inv(x.T @ x)))
    for coefficient, value, error in zip(fitted.coefficients, centre, errors, strict=True):
        assert coefficient.value == pytest.approx(value)
        half = stats.t.ppf(0.975, 36) * error  # One degree less, for the dependence.
        assert coefficient.interval() == pytest.approx((value - half, value + half), abs=1e-6)
        assert coefficient.p == pytest.approx(2 * stats.t.sf(abs(value / error), 36), rel=1e-6)


@given(st.floats(0.01, 100), st.floats(-50, 50))
@settings(deadline=None, max_examples=15)
def test_the_unit_and_the_zero_of_the_outcome_do_not_matter(scale: float, shift: float) -> None:
    x = columns(25)
    y = lingering(25, 0.6, np.random.default_rng(2)) + x[:, 1]
    plain, other = regress(y, x, np.arange(25.0)), regress(scale * y + shift, x, np.arange(25.0))
    assert other.coefficients[1].value == pytest.approx(scale * plain.coefficients[1].value, rel=1e-6)
    assert other.coefficients[1].p == pytest.approx(plain.coefficients[1].p, rel=1e-6)
    assert other.correlation == pytest.approx(plain.correlation, abs=1e-6)


def test_the_order_of_days_and_of_columns_does_not_matter() -> None:
    x, rng = columns(25), np.random.default_rng(3)
    y, day = lingering(25, 0.6, rng), np.arange(25.0)
    order = rng.permutation(25)
    plain, mixed = regress(y, x, day), regress(y[order], x[order][:, ::-1], day[order])
    for j in range(3):
        assert mixed.coefficients[2 - j].interval() == pytest.approx(plain.coefficients[j].interval())


def test_dependence_of_days_is_seen_and_widens_what_hangs_together_too() -> None:
    rng, widths = np.random.default_rng(4), {}
    slow = (lingering(100, 0.9, rng) > 0).astype(float)
    x = np.column_stack([np.ones(100), slow])
    for c in (0.0, 0.8):
        fits = [regress(lingering(100, c, rng), x, np.arange(100.0), plain=True) for _ in range(8)]
        widths[c] = float(np.mean([np.ptp(fit.coefficients[1].interval()) for fit in fits]))
        assert np.mean([fit.correlation for fit in fits]) == pytest.approx(c, abs=0.2)
    assert widths[0.8] > 1.5 * widths[0.0]


def test_a_difference_of_means_is_one_whatever_the_dependence() -> None:
    y = lingering(30, 0.8, np.random.default_rng(5))
    x = np.column_stack([np.ones(30), np.repeat([0.0, 1.0], 15)])
    step = regress(y, x, np.arange(30.0), plain=True).coefficients[1]
    assert step.value == pytest.approx(y[15:].mean() - y[:15].mean())


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_intervals_cover_what_they_say(correlation: float) -> None:
    rng, covered, n = np.random.default_rng(6), 0, 150
    for _ in range(n):
        days = np.sort(rng.choice(140, 30, replace=False))
        factor = lingering(140, 0.7, rng)[days] > 0.3
        y = lingering(140, correlation, rng)[days] + 0.7 * factor
        x = np.column_stack([np.ones(30), factor])
        if 0 < factor.sum() < 30:
            low, high = regress(y, x, days.astype(float)).coefficients[1].interval()
            covered += low <= 0.7 <= high
        else:
            covered += 1
    assert covered >= 133  # 95 % of 150 is 142; 133 or fewer has a chance of 1 in 400.


def test_days_that_are_noisier_by_counting_weigh_less() -> None:
    rng = np.random.default_rng(7)
    noise = np.where(np.arange(60) % 2 == 0, 0.2, 1.8)
    x = np.column_stack([np.ones(60), np.arange(60) % 4 < 2])
    y = x[:, 1] + 2 * np.sqrt(noise) * rng.normal(size=60)
    day = 100.0 * np.arange(60)
    known, unknown = (regress(y, x, day, each).coefficients[1] for each in (noise, None))
    assert np.ptp(known.interval()) < 0.8 * np.ptp(unknown.interval())


def test_too_few_days_or_twins_among_the_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="do not determine"):
        regress(np.zeros(3), columns(3), np.arange(3.0))
    twin = columns(20)
    twin[:, 2] = twin[:, 1]
    with pytest.raises(ValueError, match="do not determine"):
        regress(np.zeros(20), twin, np.arange(20.0))


def test_a_mixture_has_the_tails_of_its_parts() -> None:
    mixed = Coefficient(np.array([0.0, 4.0]), np.array([1.0, 1.0]), np.array([0.5, 0.5]), 10)
    assert mixed.value == 2.0
    assert mixed.below(2.0) == pytest.approx(0.5)
    low, high = mixed.interval()
    assert mixed.below(low) == pytest.approx(0.025)
    assert mixed.below(high) == pytest.approx(0.975)
