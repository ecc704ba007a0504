import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.events.grid import contraction, even
from facialis.simulate.schedule import blinks, rest
from facialis.types import SIDES, Signals
from tests.curves import Camera, signals_of, with_unusable


def uneven(seed: int, n: int = 200) -> Signals:
    """A linear curve at uneven times."""
    steps = np.clip(1 + 0.2 * np.random.default_rng(seed).standard_normal(n - 1), 0.5, 1.5) / 30
    time_s = np.concatenate([[0.0], np.cumsum(steps)])
    usable = {side: np.ones(n, dtype=bool) for side in SIDES}
    return Signals(time_s, {"left_closure": 2 * time_s + 1}, {"left_closure": "1"}, usable)


@given(st.sampled_from([24.0, 25.0, 30.0, 50.0, 60.0, 120.0]))
def test_at_a_constant_rate_nothing_changes(rate: float) -> None:
    signals = signals_of(rest(5), Camera(frames_per_s=rate))
    grid = even(signals)
    np.testing.assert_allclose(grid.time_s, signals.time_s, atol=1e-9)
    assert grid.step_s == pytest.approx(1 / rate)
    assert grid.observed.all()
    for side in SIDES:
        np.testing.assert_allclose(grid.side(side, "closure"), signals.side(side, "closure"), atol=1e-6)


@given(st.integers(0, 10_000))
def test_at_a_variable_rate_values_stay_at_their_times(seed: int) -> None:
    signals = uneven(seed)
    grid = even(signals)
    np.testing.assert_allclose(np.diff(grid.time_s), grid.step_s)
    inside = grid.time_s <= signals.time_s[-1]
    seen = inside & grid.observed
    np.testing.assert_allclose(grid.side("left", "closure")[seen], 2 * grid.time_s[seen] + 1, atol=1e-9)
    assert seen[inside].mean() > 0.97
    assert grid.time_s[-1] == pytest.approx(signals.time_s[-1], abs=grid.step_s)


def test_nothing_is_observed_in_a_gap() -> None:
    time_s = np.concatenate([np.arange(90), np.arange(150, 240)]) / 30
    usable = {side: np.ones(180, dtype=bool) for side in SIDES}
    grid = even(Signals(time_s, {"left_closure": np.ones(180)}, {}, usable))
    gap = (grid.time_s > 90 / 30) & (grid.time_s < 149 / 30)
    assert not grid.observed[gap].any()
    assert grid.observed[(grid.time_s < 2.9) | (grid.time_s > 5.1)].all()
    # Nothing moves in it, so that no filter sees the face jump.
    assert (grid.side("left", "closure")[gap] == 1).all()


@pytest.mark.parametrize("sides", [("left",), ("right",), ("left", "right")])
def test_what_cannot_be_read_on_one_side_cannot_be_compared(sides: tuple[str, ...]) -> None:
    signals = signals_of(rest(10))
    hidden = (signals.time_s > 4) & (signals.time_s < 6)
    grid = even(with_unusable(signals, hidden, *sides))  # type: ignore[arg-type]
    np.testing.assert_array_equal(grid.observed, ~hidden)
    for side in SIDES:
        assert np.isfinite(grid.side(side, "closure")).all()


def test_a_recording_without_a_usable_frame_has_a_grid_and_nothing_observed() -> None:
    signals = signals_of(rest(10))
    grid = even(with_unusable(signals, np.ones(signals.time_s.shape, dtype=bool), "left"))
    assert not grid.observed.any()
    assert np.isfinite(grid.side("left", "closure")).all()


def test_contraction_grows_in_every_region_with_its_muscle() -> None:
    signals = signals_of(blinks(duration_s=10, seed=1))
    for name in ("brow", "cheek", "mouth_lateral", "mouth_vertical", "nose", "chin"):
        moved = {**signals.columns, f"left_{name}": signals.columns[f"left_{name}"] + 5}
        pushed = even(Signals(signals.time_s, moved, signals.units, signals.usable))
        region = name.split("_")[0]
        gain = contraction(pushed, region)["left"] - contraction(even(signals), region)["left"]  # type: ignore[arg-type]
        assert gain.min() > 3
        np.testing.assert_allclose(
            contraction(pushed, region)["right"],  # type: ignore[arg-type]
            contraction(even(signals), region)["right"],  # type: ignore[arg-type]
        )


def test_a_mouth_corner_drawn_along_its_diagonal_counts_whole() -> None:
    signals = signals_of(rest(5), Camera(excursion_noise=0, drift=0, asymmetry=0, yaw_deg=0))
    columns = {
        **signals.columns,
        "left_mouth_lateral": np.full(150, 6.0),
        "left_mouth_vertical": np.full(150, 8.0),
    }
    curve = contraction(even(Signals(signals.time_s, columns, {}, signals.usable)), "mouth")["left"]
    np.testing.assert_allclose(curve, 14 / np.sqrt(2))
