"""Intervals: exact where they claim to be, and over the truth in about 95 % of simulated recordings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from facialis.measures.intervals import (
    MIN_BLOCKS,
    NO_INTERVAL,
    Blocks,
    block_interval,
    dispersion_of,
    draw_blocks,
    poisson_interval,
    quantile_interval,
    wilson_interval,
)
from facialis.types import FloatArray


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39), (50, 37.11, 65.92)]
)
def test_poisson_interval_is_garwoods(n: int, low: float, high: float) -> None:
    # Values of the published table of exact Poisson limits.
    assert poisson_interval(n) == pytest.approx((low, high), rel=1e-3)


@given(st.integers(0, 2000))
def test_poisson_interval_leaves_a_fortieth_outside_each_end(n: int) -> None:
    low, high = poisson_interval(n)
    assert low <= n <= high
    assert stats.poisson.cdf(n, high) == pytest.approx(0.025, rel=1e-6)
    if n:
        assert stats.poisson.sf(n - 1, low) == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize("expected", [2.0, 10.0, 60.0])
def test_poisson_interval_covers_the_true_rate(expected: float) -> None:
    counts = np.random.default_rng(3).poisson(expected, 3000)
    unique, times = np.unique(counts, return_counts=True)
    covers = [low <= expected <= high for low, high in map(poisson_interval, unique.tolist())]
    share = float((times * covers).sum() / times.sum())
    assert 0.945 <= share <= 0.995  # exact: at least 95 %, more for small counts


def test_dispersion_is_one_for_even_events_and_the_burst_size_for_bursts() -> None:
    even_events = np.arange(120) * 5.0
    assert dispersion_of(even_events, 600, 10) == 1
    rng = np.random.default_rng(2)
    starts = np.sort(rng.uniform(0, 6000, 400))
    assert dispersion_of(np.repeat(starts, 4), 6000, 10) == pytest.approx(4, rel=0.15)
    assert dispersion_of(starts, 6000, 10) == pytest.approx(1, abs=0.15)


def test_dispersion_of_nothing_is_one() -> None:
    assert dispersion_of(np.array([]), 60, 10) == 1
    assert dispersion_of(np.array([1.0]), 0, 10) == 1
    assert dispersion_of(np.array([60.0]), 60, 10) >= 1


@given(st.integers(0, 500), st.floats(1, 20))
def test_dispersion_widens_the_interval_on_both_sides(n: int, dispersion: float) -> None:
    (low, high), (wide_low, wide_high) = poisson_interval(n), poisson_interval(n, dispersion)
    assert wide_low <= low + 1e-9
    assert wide_high >= high - 1e-9


@pytest.mark.parametrize(("seconds", "burst", "least"), [(180, 1, 0.94), (180, 2, 0.90), (600, 4, 0.90)])
def test_widened_interval_covers_the_true_rate_of_bursts(seconds: float, burst: float, least: float) -> None:
    rng, hits, n = np.random.default_rng(9), 0, 600
    expected = 12 * seconds / 60
    for _ in range(n):
        starts = rng.uniform(0, seconds, rng.poisson(expected / burst))
        sizes = 1 + rng.poisson(burst - 1, starts.size)
        at = np.repeat(starts, sizes)
        low, high = poisson_interval(at.size, dispersion_of(at, seconds, 10))
        hits += low <= expected <= high
    assert least <= hits / n <= 0.99


def test_wilson_interval_of_known_values() -> None:
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson_interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.85])
def test_wilson_interval_covers_the_true_share(share: float) -> None:
    counts = np.random.default_rng(5).binomial(30, share, 3000)
    unique, times = np.unique(counts, return_counts=True)
    covers = [low <= share <= high for low, high in (wilson_interval(k, 30) for k in unique.tolist())]
    assert 0.92 <= (times * covers).sum() / times.sum() <= 0.99


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("n", [36, 100, 601])
def test_quantile_interval_is_that_of_scipys_quantile_test(n: int, share: float) -> None:
    values = np.random.default_rng(n).exponential(size=n)
    theirs = stats.quantile_test(values, p=share).confidence_interval(0.95)
    assert quantile_interval(values, share) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize(("share", "needed"), [(0.5, 6), (0.1, 36), (0.9, 36), (0.25, 13)])
def test_quantile_interval_needs_enough_values_on_both_sides(share: float, needed: int) -> None:
    values = np.arange(needed, dtype=float)
    assert quantile_interval(values[:-1], share) == NO_INTERVAL
    assert None not in quantile_interval(values, share)
    assert quantile_interval(np.array([]), share) == NO_INTERVAL


@pytest.mark.parametrize("n", [6, 15, 80])
def test_median_interval_covers_the_true_median_of_skewed_durations(n: int) -> None:
    rng, true = np.random.default_rng(n), np.log(2)
    intervals = [quantile_interval(rng.exponential(size=n), 0.5) for _ in range(800)]
    covered = np.mean([low <= true <= high for low, high in intervals if low is not None])
    assert 0.935 <= covered <= 0.995


@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=60))
def test_median_interval_holds_the_median(values: list[float]) -> None:
    low, high = quantile_interval(np.array(values), 0.5)
    assert low is not None
    assert high is not None
    assert low <= np.median(values) <= high


def even(seconds: float, rate: float = 30.0) -> FloatArray:
    return np.full(round(seconds * rate), 1 / rate)


def blocks_of(frame_s: FloatArray, block_s: float = 10.0, n: int = 500) -> Blocks:
    blocks = draw_blocks(frame_s, block_s, n, 1)
    assert blocks is not None
    return blocks


@given(st.floats(4, 400), st.floats(1, 30), st.integers(0, 2**31))
@settings(max_examples=50)
def test_blocks_have_the_length_asked_for_also_at_a_variable_rate(
    seconds: float, block_s: float, seed: int
) -> None:
    frame_s = np.random.default_rng(seed).uniform(0.01, 0.05, round(seconds / 0.03))
    total = float(frame_s.sum())
    blocks = blocks_of(frame_s, block_s, 100)
    length = min(block_s, total / MIN_BLOCKS)
    lengths = Blocks(blocks.first[:, :1], blocks.stop[:, :1], frame_s.size).sums(frame_s)
    assert np.all((lengths >= length - 1e-9) & (lengths <= length + 0.05 + 1e-9))
    assert blocks.n_blocks == max(MIN_BLOCKS, round(total / length))
    # A circle: the resampled time is that of the recording, to within a block's rounding.
    assert blocks.sums(frame_s).mean() == pytest.approx(total, rel=0.25)


def test_every_frame_is_drawn_as_often_as_every_other() -> None:
    frame_s = even(40)
    blocks = blocks_of(frame_s, n=4000)
    parts = [slice(0, 120), slice(540, 660), slice(1080, 1200)]
    masks = [np.bincount(np.arange(1200)[part], minlength=1200).astype(float) for part in parts]
    means = [blocks.sums(mask).mean() for mask in masks]
    assert means == pytest.approx([120.0] * 3, rel=0.05)


def test_no_frames_give_no_blocks_and_no_interval() -> None:
    assert draw_blocks(np.array([]), 10, 100, 1) is None
    assert block_interval(None, np.ones(3), np.ones(3), share=True) == NO_INTERVAL
    blocks = blocks_of(even(60))
    zeros, ones = np.zeros(1800), np.ones(1800)
    assert block_interval(blocks, zeros, ones, share=True) == NO_INTERVAL
    assert block_interval(blocks, ones, ones, share=True) == NO_INTERVAL
    assert block_interval(blocks, ones, zeros, share=True) == NO_INTERVAL


@given(st.floats(0.001, 0.999), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_a_shares_interval_holds_the_share_and_stays_between_0_and_1(share: float, seed: int) -> None:
    mask = (np.random.default_rng(seed).random(1800) < share).astype(float)
    low, high = block_interval(blocks_of(even(60)), mask, np.ones(1800), share=True)
    if 0 < mask.mean() < 1:
        assert low is not None
        assert high is not None
        assert 0 <= low <= mask.mean() <= high <= 1


def burst_recording(rng: np.random.Generator, seconds: float, per_minute: float, burst: float) -> FloatArray:
    """A made-up course at 20 frames/s: 1 in spasm, 0 not; spasms of 0.5 s on average, in bursts."""
    time = np.arange(round((seconds + 20) * 20)) / 20
    mask = np.zeros(time.size)
    for start in rng.uniform(0, seconds + 20, rng.poisson(per_minute / 60 / burst * (seconds + 20))):
        at = start
        for _ in range(1 + rng.poisson(burst - 1)):
            length = rng.exponential(0.5)
            mask[np.searchsorted(time, at) : np.searchsorted(time, at + length)] = 1
            at += length + rng.exponential(0.6)
    return mask[400:]  # the first 20 s fill up with bursts that began before


@pytest.mark.parametrize(
    ("seconds", "per_minute", "burst", "least"), [(60, 25, 1, 0.92), (180, 12, 4, 0.87), (600, 12, 1, 0.90)]
)
def test_block_interval_covers_the_true_share_of_time(
    seconds: float, per_minute: float, burst: float, least: float
) -> None:
    rng = np.random.default_rng(11)
    true = np.mean([burst_recording(rng, 600, per_minute, burst).mean() for _ in range(150)])
    frame_s, hits, n = even(seconds, 20), 0, 250
    blocks = blocks_of(frame_s, n=300)
    for _ in range(n):
        mask = burst_recording(rng, seconds, per_minute, burst)
        low, high = block_interval(blocks, mask, np.ones(mask.size), share=True)
        hits += low is not None and high is not None and low <= true <= high
    assert least <= hits / n <= 0.995


@pytest.mark.parametrize(("seconds", "n_events"), [(60, 12), (300, 60)])
def test_block_interval_covers_the_true_mean_of_events(seconds: float, n_events: int) -> None:
    rng, hits, n = np.random.default_rng(7), 0, 400
    frame_s = even(seconds, 20)
    blocks = blocks_of(frame_s, n=300)
    for _ in range(n):
        count = np.zeros(frame_s.size)
        count[rng.choice(frame_s.size, n_events, replace=False)] = 1
        low, high = block_interval(blocks, count * rng.beta(2, 3, count.size), count, share=False)
        hits += low is not None and high is not None and low <= 0.4 <= high
    assert 0.90 <= hits / n <= 0.99
