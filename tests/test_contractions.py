import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from facialis.events.closing import much_shut
from facialis.events.contractions import Contraction, find_contractions
from facialis.events.grid import even
from facialis.settings import Settings
from facialis.simulate.schedule import hemifacial_spasm, rest
from facialis.types import SIDES, Side, Signals
from tests.curves import (
    OTHER,
    Camera,
    acting,
    contraction,
    healthy,
    mirrored,
    pulse,
    shifted,
    signals_of,
    twitch,
    with_unusable,
)

FRAME_S = 1 / 30


def found_in(signals: Signals) -> list[Contraction]:
    return find_contractions(even(signals), Settings())[0]


def strong(signals: Signals, at_least: float = 0.15) -> list[Contraction]:
    """The contractions that noise cannot make."""
    return [c for c in found_in(signals) if c.height > at_least]


@hypothesis_settings(max_examples=12)
@given(st.sampled_from(SIDES), st.floats(4, 14), st.floats(0.35, 0.9), st.floats(0.2, 0.6))
def test_a_twitch_is_found_with_its_side_time_and_size(
    side: Side, onset_s: float, size: float, length_s: float
) -> None:
    (one,) = strong(signals_of(acting(20, twitch(onset_s, size, side=side, length_s=length_s))))
    assert one.side == side
    assert one.onset * FRAME_S == pytest.approx(onset_s, abs=2 * FRAME_S)
    assert one.offset * FRAME_S == pytest.approx(onset_s + length_s, abs=3 * FRAME_S)
    assert onset_s <= one.peak * FRAME_S <= onset_s + length_s
    assert one.height == pytest.approx(size, rel=0.35)


def test_a_contractions_samples_hold_its_peak() -> None:
    for one in found_in(signals_of(hemifacial_spasm("left", episodes_per_min=20, duration_s=40, seed=3))):
        assert 0 <= one.first <= one.peak < one.stop <= 40 * 30
        assert one.onset < one.offset


def test_contractions_come_in_order_and_do_not_overlap_on_a_side() -> None:
    for seed in (1, 2, 3):
        spasms = hemifacial_spasm("right", episodes_per_min=20, duration_s=40, seed=seed)
        found = found_in(signals_of(spasms, Camera(seed=seed)))
        onsets = [c.onset for c in found]
        assert onsets == sorted(onsets)
        for side in SIDES:
            own = [c for c in found if c.side == side]
            for before, after in itertools.pairwise(own):
                assert before.offset <= after.onset + 1


def test_two_twitches_are_two_and_the_ripple_of_a_tonic_spasm_is_one() -> None:
    two = acting(20, twitch(8, 0.6), twitch(8.35, 0.5))
    assert len(strong(signals_of(two))) == 2
    held = contraction("tonic", 8, {"orbicularis_oculi": 0.6}, hold_s=2.5, fall_s=0.3, rise_s=0.1)
    signals = signals_of(acting(20, held))
    ripple = 0.06 * np.sin(2 * np.pi * 6 * signals.time_s) * pulse(signals.time_s, 8.2, 0.1, 2.2, 0.1)
    columns = {**signals.columns, "left_closure": signals.columns["left_closure"] + ripple}
    (one,) = strong(Signals(signals.time_s, columns, signals.units, signals.usable))
    assert one.offset - one.onset == pytest.approx(2.9 * 30, abs=9)


def test_the_lower_face_alone_is_no_contraction() -> None:
    smirk = contraction("smirk", 8, {"zygomaticus": 0.8}, rise_s=0.3, hold_s=1, fall_s=0.4)
    assert strong(signals_of(acting(20, smirk)), 0.05) == []


def test_what_comes_and_goes_slowly_is_gaze_or_posture() -> None:
    signals = signals_of(rest(40))
    slow = 0.12 * pulse(signals.time_s, 12, 4, 2, 4)
    columns = {**signals.columns, "left_closure": signals.columns["left_closure"] + slow}
    assert strong(Signals(signals.time_s, columns, signals.units, signals.usable), 0.08) == []


def test_the_threshold_follows_the_recordings_noise() -> None:
    performance = acting(30, *(twitch(t, 0.12, spread=False) for t in (5, 12, 19, 25)))
    quiet, loud = (
        signals_of(performance, Camera(closure_noise=sd, shift_noise=5 * sd)) for sd in (0.004, 0.25)
    )
    times = [c.peak * FRAME_S for c in found_in(quiet)]
    assert len(times) == 4
    np.testing.assert_allclose(times, [5.1, 12.1, 19.1, 25.1], atol=0.08)
    assert not [c for c in found_in(loud) if c.height < 0.15]


def test_more_regions_make_the_same_twitch_clearer() -> None:
    eye, face = (acting(20, twitch(8, 0.3, spread=spread)) for spread in (False, True))
    (alone,), (spread_out,) = strong(signals_of(eye)), strong(signals_of(face))
    assert spread_out.strength > alone.strength


@pytest.mark.parametrize("side", SIDES)
def test_nothing_is_found_where_a_side_cannot_be_read(side: Side) -> None:
    signals = signals_of(acting(20, twitch(5), twitch(10), twitch(15)))
    hidden = with_unusable(signals, (signals.time_s > 9) & (signals.time_s < 11.5), side)
    times = [c.peak * FRAME_S for c in strong(hidden)]
    np.testing.assert_allclose(times, [5.1, 15.1], atol=0.1)
    for one in found_in(hidden):
        assert one.stop * FRAME_S <= 9.1 or one.first * FRAME_S >= 11.4


def test_in_a_mirror_the_sides_swap() -> None:
    for seed in range(3):
        spasms = hemifacial_spasm("left", episodes_per_min=15, duration_s=45, seed=seed)
        signals = signals_of(spasms, Camera(seed=seed))
        seen, reflected = strong(signals), strong(mirrored(signals))
        as_if = sorted((OTHER[c.side], c.peak, c.height) for c in seen)
        back = sorted((c.side, c.peak, c.height) for c in reflected)
        assert [a[:2] for a in as_if] == [b[:2] for b in back]
        np.testing.assert_allclose([a[2] for a in as_if], [b[2] for b in back], atol=0.02)


CLOSED = {"orbicularis_oculi": 0.7, "zygomaticus": 0.5}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
def test_a_side_in_spasm_most_of_the_time_is_the_side(side: Side, share: float) -> None:
    """Its pauses look like contractions of the healthy side, and are lids that open."""
    tonic = [contraction("tonic", 1.5 + 5 * i, CLOSED, side=side, hold_s=5 * share - 0.18) for i in range(11)]
    found = strong(signals_of(acting(60.0, *tonic)))
    assert {c.side for c in found} == {side}
    assert sum(c.offset - c.onset for c in found) * FRAME_S == pytest.approx(55 * share, rel=0.1)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("hold_s", [10.0, 20.0, 45.0])
def test_a_tonic_spasm_longer_than_any_baseline_is_whole(side: Side, hold_s: float) -> None:
    (found,) = strong(signals_of(acting(60.0, contraction("tonic", 5.0, CLOSED, side=side, hold_s=hold_s))))
    assert found.side == side
    assert (found.offset - found.onset) * FRAME_S == pytest.approx(hold_s, abs=0.5)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_side_that_looks_shut_while_the_head_is_turned_is_at_rest(seed: int) -> None:
    signals = signals_of(healthy(seed))
    turned = (signals.time_s % 12 > 5).astype(float)
    there = shifted(signals, "left", "closure", 0.2 * turned)
    there = replace(there, columns={**there.columns, "yaw_deg": there.columns["yaw_deg"] + 15 * turned})
    assert much_shut("left", even(signals), Settings().events) is None
    assert much_shut("left", even(there), Settings().events) is None


@pytest.mark.parametrize("side", SIDES)
def test_open_and_shut_are_told_apart_by_time(side: Side) -> None:
    signals = even(signals_of(acting(60.0, contraction("tonic", 10.0, CLOSED, side=side, hold_s=30.0))))
    shut = much_shut(side, signals, Settings().events)
    assert shut is not None
    inside = (signals.time_s > 11) & (signals.time_s < 39)
    assert shut[inside].mean() > 0.95
    assert shut[~inside].mean() < 0.1
    other = much_shut(OTHER[side], signals, Settings().events)
    assert other is None or not np.any(other & shut)


def test_a_recording_of_which_nothing_was_seen_has_no_side_that_is_shut() -> None:
    signals = even(signals_of(healthy(1, 10.0)))
    blind = replace(signals, observed=np.zeros_like(signals.observed))
    assert much_shut("left", blind, Settings().events) is None
