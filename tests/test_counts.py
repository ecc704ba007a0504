"""Rates of several recordings: the ratio and its interval, the variation between recordings, power."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.counts import Group, Variation, power_of, ratio_interval, score_test, variation_of
from facialis.measures.intervals import poisson_interval


def group(counts: list[int], seconds: float = 180.0, phi: float = 1.0) -> Group:
    n = len(counts)
    return Group(np.array(counts, dtype=float), np.full(n, seconds), np.full(n, phi))


def drawn(rng: np.random.Generator, n: int, per_min: float, cv: float) -> Group:
    shares = rng.gamma(1 / cv**2, cv**2, n)
    return group([int(c) for c in rng.poisson(3 * per_min * shares)])


several = st.lists(st.integers(0, 60), min_size=2, max_size=8)


@given(several, several, st.sampled_from([0.5, 60.0, 1000.0]))
@settings(deadline=None, max_examples=40)
def test_a_ratio_does_not_depend_on_the_unit_of_time(
    first: list[int], second: list[int], unit: float
) -> None:
    if sum(first) == 0 or sum(second) == 0:
        return
    here, there = (
        ratio_interval(a, b, variation_of([a, b]))
        for a, b in (
            (group(first), group(second)),
            (group(first, 180.0 * unit), group(second, 180.0 * unit)),
        )
    )
    assert here == pytest.approx(there, rel=1e-3)


@given(several, several)
@settings(deadline=None, max_examples=40)
def test_changing_before_and_after_turns_the_ratio_round(first: list[int], second: list[int]) -> None:
    if sum(first) == 0 or sum(second) == 0:
        return
    a, b = group(first), group(second)
    spread = variation_of([a, b])
    ratio, low, high = ratio_interval(a, b, spread)
    back, back_low, back_high = ratio_interval(b, a, spread)
    assert low <= ratio <= high
    assert ratio == pytest.approx(1 / back, rel=1e-6)
    assert low == pytest.approx(1 / back_high if np.isfinite(back_high) else 0.0, rel=1e-3)
    assert high == pytest.approx(1 / back_low if back_low else float("inf"), rel=1e-3)


@given(st.permutations([3, 9, 14, 20, 2]))
@settings(deadline=None, max_examples=20)
def test_the_order_of_recordings_does_not_matter(counts: list[int]) -> None:
    other = group([4, 5, 9])
    given_, sorted_ = group(counts), group(sorted(counts))
    assert ratio_interval(given_, other, variation_of([given_, other])) == pytest.approx(
        ratio_interval(sorted_, other, variation_of([sorted_, other])), rel=1e-6
    )


def test_independent_spasms_vary_no_more_than_chance_and_bursts_do() -> None:
    rng = np.random.default_rng(1)
    calm = [variation_of([group([int(c) for c in rng.poisson(30, 10)])]).alpha for _ in range(60)]
    varied = [variation_of([drawn(rng, 10, 10.0, 0.6)]).alpha for _ in range(60)]
    assert np.median(calm) < 0.02
    assert np.median(varied) == pytest.approx(0.36, abs=0.12)


def test_bursts_within_a_recording_are_not_taken_for_variation_between() -> None:
    counts = [12, 30, 18, 40, 22, 9]
    assert variation_of([group(counts, phi=6.0)]).alpha < 0.5 * variation_of([group(counts)]).alpha


def test_a_group_without_spasms_bounds_the_ratio_from_above_only() -> None:
    before, after = group([20, 25, 31]), group([0, 0, 0])
    ratio, low, high = ratio_interval(before, after, variation_of([before, after]))
    assert (ratio, low) == (0.0, 0.0)
    assert 0 < high < 0.5
    ratio, low, high = ratio_interval(after, before, variation_of([before, after]))
    assert ratio == high == float("inf")
    assert low > 2


def test_no_spasms_at_all_or_one_recording_each_give_no_ratio() -> None:
    with pytest.raises(ValueError, match="no spasms"):
        ratio_interval(group([0, 0]), group([0, 0]), Variation(0.0, 2))
    with pytest.raises(ValueError, match="no spasms"):
        ratio_interval(group([5]), group([2]), variation_of([group([5]), group([2])]))


def test_other_stretches_of_the_same_person_narrow_the_interval_of_few_recordings() -> None:
    before, after, other = group([30, 40]), group([10, 15]), group([28, 35, 41, 30, 33, 38, 26])
    _, low, high = ratio_interval(before, after, variation_of([before, after]))
    _, low_known, high_known = ratio_interval(before, after, variation_of([before, after, other]))
    assert low < low_known < high_known < high


def test_a_single_long_group_agrees_with_the_exact_poisson_interval() -> None:
    # Against a group known to the last spasm, the ratio's interval is that of one Poisson count.
    sure, few = group([10_000] * 400), group([9, 11, 8, 12])
    spread = Variation(0.0, 10_000)
    ratio, low, high = ratio_interval(sure, few, spread)
    exact = poisson_interval(40)
    assert (low * 40_000, high * 40_000) == pytest.approx(exact, rel=0.06)
    assert ratio == pytest.approx(0.001)


def test_the_interval_covers_what_it_says() -> None:
    rng, covered = np.random.default_rng(3), 0
    for _ in range(150):
        before, after = drawn(rng, 5, 8.0, 0.5), drawn(rng, 5, 2.4, 0.5)
        _, low, high = ratio_interval(before, after, variation_of([before, after]))
        covered += low <= 0.3 <= high
    assert covered >= 135  # Below that with a chance of 1 in 2000 if it covers 95 %.


def test_power_grows_with_recordings_and_with_the_change_and_is_the_level_without_one() -> None:
    few, many = group([0] * 3), group([0] * 12)
    small = power_of(few, few, 0.1, 0.5, Variation(0.2, 4))
    assert small < power_of(many, many, 0.1, 0.5, Variation(0.2, 22))
    assert small < power_of(few, few, 0.1, 0.1, Variation(0.2, 4))
    assert power_of(many, many, 0.1, 1.0, Variation(0.2, 22)) == pytest.approx(0.025, abs=1e-3)


def test_the_score_test_is_0_at_the_ratio_itself() -> None:
    before, after = group([10, 20]), group([5, 5])
    assert score_test(before, after, float(np.log(1 / 3)), 0.0) == pytest.approx(0, abs=1e-9)
