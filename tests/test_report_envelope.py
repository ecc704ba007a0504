import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.report.envelope import thin


def test_a_short_recording_is_shown_as_it_is() -> None:
    time = np.arange(100) / 30
    thinned = thin(time, {"a": time**2}, 200)
    np.testing.assert_array_equal(thinned.columns["a"], time**2)
    assert thinned.step_s == 0


@settings(max_examples=80, deadline=None)
@given(st.integers(50, 5000), st.integers(8, 400), st.integers(0, 2**32 - 1))
def test_no_peak_is_lost_time_increases_and_the_size_holds(n: int, n_points: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.uniform(0.01, 0.05, n))
    values = rng.normal(size=n)
    values[rng.random(n) < 0.1] = np.nan
    end = time[-1]
    keep = [(0.3 * end, 0.32 * end), (0.8 * end, 0.81 * end)]
    thinned = thin(time, {"a": values}, n_points, keep)
    assert len(thinned.time_s) == len(thinned.columns["a"]) <= n_points + 8
    assert (np.diff(thinned.time_s) > 0).all()
    assert np.nanmax(thinned.columns["a"]) == np.nanmax(values)
    assert np.nanmin(thinned.columns["a"]) == np.nanmin(values)


def test_one_frame_among_many_is_still_seen() -> None:
    time = np.arange(100_000) / 60
    values = np.zeros(100_000)
    values[77_777] = 1.0
    thinned = thin(time, {"a": values}, 1000)
    at = thinned.time_s[np.argmax(thinned.columns["a"])]
    assert at == pytest.approx(time[77_777], abs=thinned.step_s)


def test_every_frame_around_an_event_is_kept() -> None:
    time = np.arange(36_000) / 60
    values = np.random.default_rng(1).normal(size=36_000)
    thinned = thin(time, {"a": values}, 4000, [(100.0, 103.0)])
    inside = (time >= 100) & (time < 103)
    shown = (thinned.time_s >= 100) & (thinned.time_s < 103)
    np.testing.assert_array_equal(thinned.columns["a"][shown], values[inside])


def test_what_was_never_read_stays_empty() -> None:
    time = np.arange(10_000) / 30
    values = np.where((time > 100) & (time < 200), np.nan, 1.0)
    thinned = thin(time, {"a": values}, 500)
    middle = (thinned.time_s > 102) & (thinned.time_s < 198)
    assert np.isnan(thinned.columns["a"][middle]).all()
    assert np.isfinite(thinned.columns["a"][thinned.time_s < 98]).all()
