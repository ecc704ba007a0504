import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from facialis.events.blinks import find_blinks
from facialis.events.grid import even
from facialis.settings import BlinkSettings
from facialis.simulate.schedule import blinks, hemifacial_spasm, rest, smiles, talking, winks
from facialis.types import SIDES, Event, Signals
from tests.curves import Camera, acting, blink, contraction, mirrored, signals_of, with_unusable


def blinks_in(signals: Signals) -> tuple[Event, ...]:
    return find_blinks(even(signals), BlinkSettings())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("frames_per_s", [25.0, 30.0, 60.0])
def test_every_blink_is_found_once_and_at_its_time(seed: int, frames_per_s: float) -> None:
    performance = blinks(duration_s=60, seed=seed)
    found = blinks_in(signals_of(performance, Camera(frames_per_s=frames_per_s, seed=seed)))
    true = [event.peak_s for event in performance.truth]
    assert len(found) == len(true) == 17
    np.testing.assert_allclose([b.peak_s for b in found], true, atol=0.07)
    for event, truth in zip(found, performance.truth, strict=True):
        assert event.onset_s == pytest.approx(truth.onset_s, abs=0.08)
        assert event.offset_s == pytest.approx(truth.offset_s, abs=0.1)


@hypothesis_settings(max_examples=15)
@given(st.floats(0.5, 1), st.floats(0, 0.3), st.floats(0, 1 / 30))
def test_a_blink_stays_one_blink_when_a_lid_follows_less_far_or_later(
    depth: float, uneven: float, lag_s: float
) -> None:
    (one,) = blinks_in(signals_of(acting(15, blink(7, depth, uneven=uneven, lag_s=lag_s))))
    assert (one.kind, one.side, one.regions) == ("blink", "both", ("eye",))
    assert one.onset_s <= one.peak_s < one.offset_s
    assert one.intensity == pytest.approx(depth * (1 - uneven / 2), abs=0.2)
    assert 0.5 < one.probability <= 1


def test_a_deeper_blink_is_a_surer_one() -> None:
    shallow, deep = blinks_in(signals_of(acting(20, blink(6, 0.4), blink(12, 1.0))))
    assert shallow.probability < deep.probability
    assert shallow.intensity < deep.intensity


@pytest.mark.parametrize("side", SIDES)
def test_one_eye_alone_does_not_blink(side: str) -> None:
    for performance in (
        winks(side, duration_s=40, seed=1),  # type: ignore[arg-type]
        hemifacial_spasm(side, episodes_per_min=20, duration_s=40, seed=1),  # type: ignore[arg-type]
    ):
        assert blinks_in(signals_of(performance)) == ()


@pytest.mark.parametrize(
    "performance", [rest(60), smiles(duration_s=60, seed=2), talking(duration_s=60, seed=2)]
)
def test_rest_smiles_and_talk_are_no_blinks(performance: object) -> None:
    assert blinks_in(signals_of(performance)) == ()  # type: ignore[arg-type]


def test_noise_is_no_blink_however_loud() -> None:
    for noise in (0.004, 0.05, 0.3):
        assert blinks_in(signals_of(rest(60), Camera(closure_noise=noise))) == ()


def test_closing_the_eyes_for_a_second_is_no_blink() -> None:
    closed = contraction("blink", 8, {"orbicularis_oculi": 1.0}, side="both", hold_s=1.5)
    (only,) = blinks_in(signals_of(acting(20, closed, blink(15))))
    assert only.peak_s == pytest.approx(15.1, abs=0.1)


def test_a_blink_on_half_closed_eyes_is_a_blink() -> None:
    tired = contraction("blink", 3, {"orbicularis_oculi": 0.4}, side="both", rise_s=1, hold_s=12, fall_s=1)
    (one,) = blinks_in(signals_of(acting(20, tired, blink(9))))
    assert one.peak_s == pytest.approx(9.1, abs=0.1)


def test_two_blinks_in_quick_succession_are_two() -> None:
    assert len(blinks_in(signals_of(acting(15, blink(7), blink(7.4))))) == 2


@pytest.mark.parametrize("side", SIDES)
def test_there_is_no_blink_where_one_eye_cannot_be_seen(side: str) -> None:
    signals = signals_of(acting(20, blink(5), blink(10), blink(15)))
    hidden = with_unusable(signals, (signals.time_s > 9) & (signals.time_s < 11), side)  # type: ignore[arg-type]
    assert [round(b.peak_s) for b in blinks_in(hidden)] == [5, 15]
    assert blinks_in(with_unusable(signals, np.ones(600, dtype=bool), side)) == ()  # type: ignore[arg-type]


def test_blinks_are_the_same_in_a_mirror() -> None:
    signals = signals_of(blinks(duration_s=60, seed=5))
    assert blinks_in(mirrored(signals)) == blinks_in(signals)
