"""When one side lets go, the other has not contracted."""

import numpy as np
import pytest

from facialis.simulate.performance import Performance
from facialis.simulate.schedule import combine, hemifacial_spasm, rest
from facialis.types import SIDES, FloatArray, Side, Signals
from tests.curves import OTHER, Camera, detected, of_kind, pulse, shifted, signals_of

SECONDS = 40.0


def held(side: Side, seed: int, dips: FloatArray, depth: float) -> Signals:
    """A spasm of one side held for eight seconds, which lets go by `depth` for 0.2 s at each of `dips`."""
    signals = signals_of(rest(SECONDS), Camera(seed=seed))
    time_s = signals.time_s
    curve = 0.6 * pulse(time_s, 12.0, 0.1, 8.0, 0.15)
    for at_s in dips:
        curve = curve * (1 - depth * pulse(time_s, at_s, 0.06, 0.08, 0.06))
    return shifted(signals, side, "closure", curve)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("depth", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("seed", range(3))
def test_a_held_spasm_that_lets_go_is_no_spasm_of_the_other_side(side: Side, depth: float, seed: int) -> None:
    signals = held(side, seed, np.array([14.0, 16.1, 17.5]), depth)
    events, verdict = detected(signals)
    assert verdict.side in (side, "undetermined")
    assert [e for e in of_kind(events, "twitch", "tonic") if e.side == OTHER[side]] == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", range(4))
def test_runs_of_twitches_leave_the_other_side_without_any(side: Side, seed: int) -> None:
    dense = hemifacial_spasm(side, episodes_per_min=40, duration_s=SECONDS, seed=seed)
    events, verdict = detected(signals_of(dense, Camera(seed=seed)))
    assert verdict.side == side
    assert [e for e in of_kind(events, "episode") if e.side == OTHER[side]] == []


def twitches_that_overshoot(side: Side, seed: int, by: float) -> Signals:
    """Six twitches of one side, after each of which that eye opens wider than at rest for a moment."""
    signals = signals_of(rest(SECONDS), Camera(seed=seed))
    curve = np.zeros(signals.time_s.shape)
    for onset_s in (4.0, 10.0, 15.0, 21.0, 28.0, 34.0):
        curve = curve + 0.3 * pulse(signals.time_s, onset_s, 0.06, 0.03, 0.1)
        curve = curve - by * pulse(signals.time_s, onset_s + 0.25, 0.06, 0.1, 0.1)
    return shifted(signals, side, "closure", curve)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("by", [0.1, 0.18, 0.25])
def test_an_eye_that_opens_wide_after_its_spasm_makes_none_of_the_other(side: Side, by: float) -> None:
    events, verdict = detected(twitches_that_overshoot(side, 1, by))
    assert [e for e in of_kind(events, "twitch", "tonic") if e.side == OTHER[side]] == []
    assert verdict.side == side


def test_both_sides_may_twitch_at_their_own_times() -> None:
    both: Performance = combine(
        hemifacial_spasm("left", episodes_per_min=12, duration_s=SECONDS, seed=3),
        hemifacial_spasm("right", episodes_per_min=12, duration_s=SECONDS, seed=4),
    )
    events, _ = detected(signals_of(both))
    for side in SIDES:
        true = [e for e in both.truth if e.kind == "episode" and e.side == side]
        found = [e for e in of_kind(events, "episode") if e.side == side]
        assert len(found) >= 0.6 * len(true)
