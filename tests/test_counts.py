"""Rates of several recordings: the ratio and its interval, the variation between recordings, power."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.counts import (
    Group,
    Variation,
    contrast,
    power_of,
    rate_interval,
    ratio_interval,
    variation_of,
)
from facialis.measures.intervals import poisson_interval
from facialis.measures.lasting import levels_of, linked


def group(
    counts: list[int], seconds: float = 180.0, phi: float = 1.0, first: float = 0.0, step: float = 7.0
) -> Group:
    n = len(counts)
    days = first + step * np.arange(n)
    return Group(np.array(counts, dtype=float), np.full(n, seconds), np.full(n, phi), days)


def drawn(
    rng: np.random.Generator, n: int, per_min: float, cv: float, first: float = 0.0, step: float = 7.0
) -> Group:
    shares = rng.gamma(1 / cv**2, cv**2, n)
    return group([int(c) for c in rng.poisson(3 * per_min * shares)], first=first, step=step)


def width(before: Group, after: Group) -> float:
    _, low, high = ratio_interval(before, after, variation_of([before, after]))
    return high / low


several = st.lists(st.integers(0, 60), min_size=2, max_size=8)
plenty = st.lists(st.integers(5, 60), min_size=3, max_size=6)


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


@given(st.permutations(range(5)))
@settings(deadline=None, max_examples=20)
def test_the_order_in_which_recordings_are_given_does_not_matter(order: list[int]) -> None:
    one, other = group([3, 9, 14, 20, 2]), group([4, 5, 9], first=60)
    mixed = Group(*(getattr(one, name)[order] for name in ("counts", "seconds", "phi", "days")))
    assert ratio_interval(mixed, other, variation_of([mixed, other])) == pytest.approx(
        ratio_interval(one, other, variation_of([one, other])), rel=1e-6
    )


@given(st.floats(-3000, 3000))
@settings(deadline=None, max_examples=10)
def test_only_the_days_between_recordings_matter_not_the_date(later: float) -> None:
    one, other = group([3, 9, 14, 20, 2]), group([4, 5, 9], first=60)
    moved = [group([3, 9, 14, 20, 2], first=later), group([4, 5, 9], first=60 + later)]
    assert ratio_interval(moved[0], moved[1], variation_of(moved)) == pytest.approx(
        ratio_interval(one, other, variation_of([one, other])), rel=1e-6
    )


@given(
    st.lists(st.integers(5, 60), min_size=3, max_size=6), st.lists(st.integers(5, 60), min_size=3, max_size=6)
)
@settings(deadline=None, max_examples=25)
def test_the_same_counts_tell_less_where_the_recordings_lie_close_together(
    first: list[int], second: list[int]
) -> None:
    near = width(group(first, step=1), group(second, first=10, step=1))
    far = width(group(first, step=400), group(second, first=4000, step=400))
    assert near > far


def test_where_a_level_lasts_is_told_by_the_rest_of_the_record() -> None:
    before, after = group([24, 30, 19, 28], step=3), group([12, 9, 15, 11], first=20, step=3)
    steady = group([20, 40, 18, 36, 22, 45, 17, 39, 25, 41] * 2, first=400, step=3)
    lasting = group(
        [17, 18, 18, 20, 22, 25, 36, 39, 40, 41, 45, 41, 40, 39, 36, 25, 22, 20, 18, 17], first=400, step=3
    )
    known = [ratio_interval(before, after, variation_of([before, after, g])) for g in (steady, lasting)]
    assert known[0][0] == pytest.approx(known[1][0], rel=0.05)
    assert known[1][2] / known[1][1] > 1.5 * known[0][2] / known[0][1]


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
        before, after = drawn(rng, 5, 8.0, 0.5), drawn(rng, 5, 2.4, 0.5, first=60)
        _, low, high = ratio_interval(before, after, variation_of([before, after]))
        covered += low <= 0.3 <= high
    assert covered >= 135  # Below that with a chance of 1 in 2000 if it covers 95 %.


@pytest.mark.parametrize("lasting_d", [5.0, 14.0])
def test_the_interval_covers_where_good_and_bad_weeks_follow_each_other(lasting_d: float) -> None:
    # Taken as independent, 5 + 5 recordings every three days cover in 75 and in 60 of 100.
    rng, covered = np.random.default_rng(5), 0
    days = np.concatenate([3.0 * np.arange(5), 40 + 3.0 * np.arange(5)])
    factor = np.linalg.cholesky(linked(days, lasting_d) + 1e-9 * np.eye(10))
    for _ in range(120):
        level = np.exp(0.47 * factor @ rng.normal(size=10))
        counts = rng.poisson(24 * level * np.repeat([1.0, 0.3], 5))
        before = group([int(c) for c in counts[:5]], step=3)
        after = group([int(c) for c in counts[5:]], first=40, step=3)
        _, low, high = ratio_interval(before, after, variation_of([before, after]))
        covered += low <= 0.3 <= high
    assert covered >= 101  # Fewer with a chance of 1 in 1000 if it covers 93 %; never if 75 %.


def test_recordings_of_which_one_follows_from_the_other_are_planned_with_care() -> None:
    near, far = (
        power_of(group([0] * 6, step=step), group([0] * 6, first=2000, step=step), 0.1, 0.4, careful)
        for step, careful in (
            (2, Variation(0.25, 10, levels_of([]))),
            (200, Variation(0.25, 10, levels_of([]))),
        )
    )
    alone = power_of(group([0] * 6), group([0] * 6, first=2000), 0.1, 0.4, Variation(0.25, 10))
    assert near < far
    assert far == pytest.approx(alone, abs=0.02)


def test_power_grows_with_recordings_and_with_the_change_and_is_the_level_without_one() -> None:
    few, many = group([0] * 3), group([0] * 12)
    small = power_of(few, few, 0.1, 0.5, Variation(0.2, 4))
    assert small < power_of(many, many, 0.1, 0.5, Variation(0.2, 22))
    assert small < power_of(few, few, 0.1, 0.1, Variation(0.2, 4))
    assert power_of(many, many, 0.1, 1.0, Variation(0.2, 22)) == pytest.approx(0.025, abs=1e-3)


def test_the_interval_of_one_rate_holds_it_and_is_wider_where_recordings_lie_close() -> None:
    counts = [20, 31, 18, 40, 26]
    ends = []
    for step in (1, 300):
        one = group(counts, step=step)
        spread = variation_of([one])
        rate = one.rate(spread.alpha)
        low, high = rate_interval(one, rate, spread)
        assert low < rate < high
        ends.append((low, high))
    assert ends[0][0] < ends[1][0]
    assert ends[0][1] > ends[1][1]


@given(st.lists(st.integers(1, 60), min_size=2, max_size=8), st.sampled_from([0.01, 60.0, 1000.0]))
@settings(deadline=None, max_examples=30)
def test_the_interval_of_a_rate_is_even_on_its_logarithm(counts: list[int], seconds: float) -> None:
    one = group(counts, seconds=seconds)
    spread = variation_of([one])
    rate = one.rate(spread.alpha)
    low, high = rate_interval(one, rate, spread)
    assert low * high == pytest.approx(rate**2, rel=1e-2)


def test_the_interval_of_a_rate_covers_what_it_says() -> None:
    rng, covered = np.random.default_rng(7), 0
    for _ in range(150):
        one = drawn(rng, 4, 8.0, 0.5)
        spread = variation_of([one])
        low, high = rate_interval(one, one.rate(spread.alpha), spread)
        covered += low <= 8 / 60 <= high
    assert covered >= 135


def test_a_group_without_spasms_has_no_lower_end_and_an_upper_one_only_where_it_is_told() -> None:
    none = group([0] * 6)
    low, high = rate_interval(none, 0.0, Variation(0.25, 5))
    assert low == 0
    assert 0 < high < 0.02
    assert rate_interval(group([0, 0]), 0.0, Variation(0.25, 1))[1] == float("inf")


def test_the_score_is_0_at_the_ratio_itself() -> None:
    before, after = group([10, 20]), group([5, 5])
    found = contrast(before, after, float(np.log(1 / 3)), 0.0)
    assert found.score / np.sqrt(found.chance) == pytest.approx(0, abs=1e-9)
