"""The published pipeline: each step as described, and the behaviour it is known for."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peer import (
    EYE_POINTS,
    affected_side,
    analyse,
    analyse_curves,
    blinks,
    eye_aperture,
    fill_gaps,
    mouth_aspect_ratio,
    pursing,
    relative_difference,
    spasm_frames,
    tonic_clonic,
    transitions,
)
from facialis.simulate import schedule
from facialis.types import SIDES, FloatArray

RATE = 60.0
OPEN_PX = 30.0


def jitter(rng: np.random.Generator, n: int, memory: float = 0.8, sd: float = 0.4) -> FloatArray:
    """Autocorrelated landmark noise of a given SD in px."""
    noise = rng.normal(0, sd * np.sqrt(1 - memory**2), n)
    for i in range(1, n):
        noise[i] += memory * noise[i - 1]
    return noise


def face(episodes_per_min: float, seed: int, seconds: float = 60.0) -> FloatArray:
    """Mesh points (n, 478, 2) of a face with blinks, jitter, purses of 5 s and spasms on the left."""
    n = int(seconds * RATE)
    time_s, rng = np.arange(n) / RATE, np.random.default_rng(seed)
    spasms = schedule.hemifacial_spasm(
        "left", episodes_per_min=episodes_per_min, duration_s=seconds, seed=seed, tonic_share=0.0
    )
    both = schedule.combine(spasms, schedule.blinks(duration_s=seconds, seed=seed))
    activation = schedule.sample(both, time_s)
    points = np.zeros((n, 478, 2))
    for side in SIDES:
        closure = activation[side, "orbicularis_oculi"]
        p1, p2, p3, p4, p5, p6 = EYE_POINTS[side]
        for column, (up, low) in enumerate(((p2, p6), (p3, p5))):
            points[:, [up, low], 0] = 200.0 + 20 * column
            points[:, low, 1] = 300 + jitter(rng, n)
            points[:, up, 1] = 300 - OPEN_PX * (1 - closure) + jitter(rng, n)
        points[:, [p1, p4]] = 300.0
    pursed = (time_s % 15) > 10
    points[:, 61, 0], points[:, 291, 0] = 100 + 15 * pursed, 200 - 15 * pursed
    points[:, 17, 1] = 50.0
    return points


def episodes_found(rate: float, seeds: range = range(5)) -> float:
    return float(np.mean([len(analyse(face(rate, s), RATE).episodes) for s in seeds]))


def test_a_face_without_a_spasm_scores_dozens_because_the_threshold_is_relative() -> None:
    assert episodes_found(0) > 20


def test_the_count_is_not_monotonic_in_the_true_rate() -> None:
    assert episodes_found(0) > episodes_found(9)


def test_a_strong_spasm_is_seen_on_its_side_with_an_echo_before_and_after_it() -> None:
    left, right = np.full(1200, 30.0), np.full(1200, 30.0)
    left[600:612] = 10.0
    result = analyse_curves(left, right, np.full(1200, 1.5), RATE)
    assert result.side == "left"
    # The smoothing over 3 s undershoots on both sides of the spasm, and the threshold has no floor.
    before, spasm, after = result.episodes
    assert (spasm.onset_s, spasm.offset_s) == pytest.approx((10.0, 10.2))
    assert 0.5 < spasm.amplitude < 2 / 3
    assert max(before.amplitude, after.amplitude) < 0.1 * spasm.amplitude
    assert math.isnan(result.metrics.clonic_rate_per_s)
    assert math.isnan(result.cv_ratio)


def test_clonic_metrics_exist_only_inside_pursing() -> None:
    n = 3600
    left, right, mar = np.full(n, 30.0), np.full(n, 30.0), np.full(n, 1.5)
    mar[1200:1500] = 1.2
    for at in (600, 1300, 1400):
        left[at : at + 12] = 15.0
    result = analyse_curves(left, right, mar, RATE)
    assert len([e for e in result.episodes if e.amplitude > 0.1]) == 3
    assert result.metrics.clonic_rate_per_s == pytest.approx(2 / 3, rel=0.05)
    assert result.metrics.clonic_duration_s == pytest.approx(0.2)
    assert 0 < result.metrics.clonic_coverage_percent < 100


def test_aperture_is_in_pixels_and_not_scaled_by_the_eye() -> None:
    points = np.zeros((1, 478, 2))
    for side in SIDES:
        _, p2, p3, _, p5, p6 = EYE_POINTS[side]
        points[0, [p2, p3], 1] = 0.0
        points[0, p6, 1], points[0, p5, 1] = 10.0, 14.0
        assert eye_aperture(points, side) == pytest.approx([12.0])
        assert eye_aperture(2 * points, side) == pytest.approx([24.0])


def test_mouth_ratio_falls_when_the_lips_are_pursed_and_is_zero_without_height() -> None:
    points = np.zeros((2, 478, 2))
    points[0, 61], points[0, 291], points[0, 17] = (0, 5), (30, 5), (0, 20)
    assert mouth_aspect_ratio(points).tolist() == [1.5, 0.0]


def test_missing_frames_are_filled() -> None:
    assert fill_gaps(np.array([np.nan, 1, np.nan, 3, np.nan])).tolist() == [1, 1, 2, 3, 3]
    assert fill_gaps(np.full(3, np.nan)).tolist() == [0, 0, 0]


def test_a_frame_without_a_face_does_not_break_the_rest() -> None:
    points = face(9, 0)
    points[100:103] = np.nan
    whole, gap = analyse(face(9, 0), RATE), analyse(points, RATE)
    assert abs(len(whole.episodes) - len(gap.episodes)) <= 3


def test_pursing_bridges_two_seconds_and_drops_shorter_runs() -> None:
    mar = np.full(6000, 1.5)
    mar[1000:1150], mar[1250:1400] = 1.2, 1.2
    mar[3000:3100] = 1.2
    pursed = pursing(mar, RATE)
    assert pursed[1000:1400].all()
    assert pursed.sum() == 400


@pytest.mark.parametrize(("length", "masked"), [(1, 0), (2, 8), (10, 16), (11, 0)])
def test_only_closures_of_two_to_ten_frames_of_the_healthy_eye_are_blinks(length: int, masked: int) -> None:
    healthy = np.full(200, 30.0)
    healthy[100 : 100 + length] = 5.0
    assert blinks(healthy).sum() == masked


def test_transitions_are_a_second_on_either_side() -> None:
    purse = np.zeros(1000, bool)
    purse[400:700] = True
    near = transitions(purse, RATE)
    assert np.flatnonzero(near).tolist() == [*range(340, 460), *range(640, 760)]


@given(seed=st.integers(0, 1000), scale=st.floats(0.001, 1000), offset=st.floats(-5, 5))
@settings(max_examples=25, deadline=None)
def test_the_threshold_has_no_floor(seed: int, scale: float, offset: float) -> None:
    clonic = jitter(np.random.default_rng(seed), 600)
    none = np.zeros(600, bool)
    np.testing.assert_array_equal(
        spasm_frames(clonic, none), spasm_frames(np.round(scale * clonic, 12) + offset, none)
    )


def test_a_constant_curve_has_no_spasm_and_neither_has_one_fully_excluded() -> None:
    assert not spasm_frames(np.zeros(100), np.zeros(100, bool)).any()
    assert not spasm_frames(np.arange(100.0), np.ones(100, bool)).any()


def test_the_side_that_varies_more_is_called_affected_and_a_tie_is_right() -> None:
    wave, flat = 30 + np.sin(np.arange(100)), np.full(100, 30.0)
    assert affected_side(wave, flat)[0] == "left"
    assert affected_side(flat, wave)[0] == "right"
    assert affected_side(wave, wave) == ("right", 1.0)


def test_relative_difference_runs_from_alike_to_shut() -> None:
    difference = relative_difference(np.full(3, 30.0), np.array([30.0, 0.0, 36.0]))
    assert difference == pytest.approx([0.0, 1.0, -0.2])


def test_tonic_and_clonic_add_up_and_a_short_curve_is_all_tonic() -> None:
    curve = np.random.default_rng(0).normal(size=600)
    tonic, clonic = tonic_clonic(curve, RATE)
    assert tonic + clonic == pytest.approx(curve)
    assert tonic.std() < 0.3 * clonic.std()
    assert not tonic_clonic(curve[:100], RATE)[1].any()


def test_mirroring_the_face_swaps_the_side() -> None:
    left = np.full(1200, 30.0)
    left[600:612] = 10.0
    right = 30 + 0.1 * np.sin(np.arange(1200))
    mar = np.full(1200, 1.5)
    one, two = analyse_curves(left, right, mar, RATE), analyse_curves(right, left, mar, RATE)
    assert (one.side, two.side) == ("left", "right")
    assert one.episodes == two.episodes
