import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from facialis.signals.runs import frame_seconds, long_runs, runs_of, span_s, widened
from facialis.types import BoolArray, FloatArray

masks = st.integers(1, 60).flatmap(lambda n: arrays(np.bool_, n))
steps = st.lists(st.floats(0.005, 0.2), min_size=1, max_size=60)


def times(n: int) -> FloatArray:
    """Uneven frame times, (n,) seconds."""
    return np.cumsum(np.random.default_rng(n).uniform(0.01, 0.06, n))


@given(masks)
def test_runs_rebuild_the_mask(mask: BoolArray) -> None:
    rebuilt = np.zeros(mask.shape, dtype=bool)
    runs = runs_of(mask)
    for first, stop in runs:
        assert first < stop
        rebuilt[first:stop] = True
    np.testing.assert_array_equal(rebuilt, mask)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(runs))


def test_an_empty_mask_has_no_run() -> None:
    assert runs_of(np.zeros(0, dtype=bool)) == []


@given(masks, st.floats(0, 0.5))
def test_widening_reaches_as_far_as_told_and_no_further(mask: BoolArray, by_s: float) -> None:
    time_s = times(mask.size)
    wide = widened(mask, time_s, by_s)
    distance = (
        np.abs(time_s[:, None] - time_s[mask]).min(axis=1) if mask.any() else np.full(mask.shape, np.inf)
    )
    np.testing.assert_array_equal(
        wide[np.abs(distance - by_s) > 1e-9], (distance <= by_s)[np.abs(distance - by_s) > 1e-9]
    )


@given(masks, st.floats(0, 1))
def test_what_stays_is_long_enough_and_whole(mask: BoolArray, at_least_s: float) -> None:
    time_s = times(mask.size)
    kept = runs_of(long_runs(mask, time_s, at_least_s))
    assert set(kept) <= set(runs_of(mask))
    for run in runs_of(mask):
        assert (run in kept) == (span_s(time_s, *run) >= at_least_s)


@given(steps)
def test_frames_stand_until_the_next_one(gaps: list[float]) -> None:
    time_s = np.concatenate([[0.0], np.cumsum(gaps)])
    seconds = frame_seconds(time_s, 10.0)
    assert seconds.sum() == pytest.approx(time_s[-1] + np.median(gaps))
    assert seconds.sum() == pytest.approx(span_s(time_s, 0, time_s.size))


@given(steps, st.floats(0.01, 0.1))
def test_a_gap_is_not_observed(gaps: list[float], longest_s: float) -> None:
    seconds = frame_seconds(np.concatenate([[0.0], np.cumsum(gaps)]), longest_s)
    assert (seconds <= longest_s).all()
    assert (seconds > 0).all()


def test_one_frame_lasts_no_known_time() -> None:
    assert frame_seconds(np.array([3.0]), 1.0).tolist() == [0.0]
    assert span_s(np.array([3.0]), 0, 1) == 0
