"""Meant movements: what is drawn fits into the time, and small units come first and go faster with drive."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import axons_of, of_muscles, spikes_at

from facialis.errors import SettingsError
from facialis.simulate.axons import ORIGINS
from facialis.simulate.motor_units import NERVE_MUSCLES, UNIT_RANGES, motor_units
from facialis.simulate.movements import blink, draw_movements, excitation, smile, wink
from facialis.simulate.recruitment import firing_rate_hz, merged, ordered_spikes
from facialis.types import SIDES

TIME = np.arange(0, 10, 0.001)


# Movements


@given(st.floats(2, 200), st.integers(0, 1000), st.floats(0, 40), st.floats(0, 10))
@settings(max_examples=50)
def test_drawn_movements_lie_within_the_time_and_those_of_one_kind_apart(
    duration: float, seed: int, blinks: float, smiles: float
) -> None:
    movements = draw_movements(duration, seed, blinks, smiles)
    assert list(movements) == sorted(movements, key=lambda m: m.onset_s)
    for kind in ("blink", "smile"):
        mine = [m for m in movements if m.kind == kind]
        assert all(m.onset_s >= 0 and m.onset_s + m.length_s <= duration for m in mine)
        assert all(b.onset_s >= a.onset_s + a.length_s for a, b in pairwise(mine))


def test_blinks_come_as_often_as_asked_for() -> None:
    counts = [sum(m.kind == "blink" for m in draw_movements(60.0, seed)) for seed in range(200)]
    assert np.mean(counts) == pytest.approx(17, abs=1)
    assert np.std(counts) > 2  # not the same number every minute
    assert not draw_movements(60.0, 1, 0.0, 0.0)


def test_a_seed_draws_the_same_movements() -> None:
    assert [m.onset_s for m in draw_movements(60.0, 5)] == [m.onset_s for m in draw_movements(60.0, 5)]
    assert [m.onset_s for m in draw_movements(60.0, 5)] != [m.onset_s for m in draw_movements(60.0, 6)]


@pytest.mark.parametrize("rate", [-1.0, 41.0])
def test_impossible_rates_are_refused(rate: float) -> None:
    with pytest.raises(SettingsError, match="a minute"):
        draw_movements(60.0, 1, blinks_per_min=rate)


def test_excitation_is_what_the_movements_ask_of_a_muscle() -> None:
    movements = (blink(1.0, 0.5), blink(3.0, 0.8, weaker="left", weaker_by=0.5), smile(5.0, 2.0, 0.4))
    left, right = (excitation(movements, side, "orbicularis_oculi", TIME) for side in SIDES)
    assert left[1020] == pytest.approx(0.5)
    assert left[3020] == pytest.approx(0.4)
    assert right[3020] == pytest.approx(0.8)
    assert 0 < left[6000] < 0.1  # the eye narrows in a smile
    assert excitation(movements, "left", "zygomaticus", TIME).max() == pytest.approx(0.4)
    assert not excitation(movements, "left", "frontalis", TIME).any()
    assert not left[TIME < 1].any()


def test_movements_at_once_do_not_ask_for_more_than_everything() -> None:
    drive = excitation([blink(1.0, 0.9)] * 5, "left", "orbicularis_oculi", TIME)
    assert 0.99 < drive.max() <= 1


def test_a_wink_and_a_smirk_are_of_one_side() -> None:
    for movement in (wink(1.0, "right"), smile(1.0, sides=("right",))):
        assert movement.side == "right"
        assert {side for side, _ in movement.gains} == {"right"}
    assert smile(1.0).side == "both"


# Recruitment


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_unit_comes_later_and_a_harder_drive_never_slows_one_down(one: float, other: float) -> None:
    drive = np.linspace(0, 1, 501)
    small, large = (firing_rate_hz(drive, rank, UNIT_RANGES["frontalis"]) for rank in sorted((one, other)))
    assert np.all(large[small == 0] == 0)
    assert np.all(np.diff(small) >= 0)


def test_units_start_at_8_hz_and_end_at_76() -> None:
    rate = firing_rate_hz(np.linspace(0, 1, 100_001), 0.5, UNIT_RANGES["frontalis"])
    assert rate[rate > 0].min() == pytest.approx(8.0, abs=0.01)
    assert rate.max() == pytest.approx(76.0)


def test_a_held_drive_fires_every_recruited_unit_at_its_rate() -> None:
    axons = of_muscles(["zygomaticus"], 30)
    spikes = ordered_spikes(axons, [smile(0.0, 60.0, 0.5)], 60.0, 1)
    rank = motor_units(axons).rank
    held = (spikes.time_s > 20) & (spikes.time_s < 40)
    for axon in range(30):
        wanted = firing_rate_hz(np.array([0.5]), float(rank[axon]), UNIT_RANGES["zygomaticus"])[0]
        times = spikes.time_s[held & (spikes.axon == axon)]
        assert len(times) == pytest.approx(20 * wanted, abs=0.06 * 20 * wanted + 2)
    intervals = np.diff(spikes.time_s[held & (spikes.axon == 0)])
    assert 0.14 < intervals.std() / intervals.mean() < 0.26


def test_spikes_are_volleys_in_the_order_of_time_within_the_movement() -> None:
    axons = axons_of("right")
    spikes = ordered_spikes(axons, [blink(1.0), blink(2.0)], 3.0, 1)
    assert np.all(spikes.origin == ORIGINS.index("volley"))
    assert np.all(np.diff(spikes.time_s) >= 0)
    assert spikes.duration_s == 3.0
    near = (spikes.time_s % 1.0) < 0.06
    assert near.all()
    assert {int(m) for m in axons.muscle[spikes.axon]} == {NERVE_MUSCLES.index("orbicularis_oculi")}


def test_a_stronger_blink_fires_more_units_more_often() -> None:
    axons = axons_of()
    weak, strong = (ordered_spikes(axons, [blink(1.0, size)], 2.0, 1) for size in (0.3, 0.8))
    assert len(np.unique(weak.axon)) < len(np.unique(strong.axon))
    assert len(weak.axon) < len(strong.axon)


def test_no_movement_is_no_spike() -> None:
    assert ordered_spikes(axons_of(), [], 5.0, 1).axon.size == 0


def test_merging_keeps_every_spike_in_the_order_of_time() -> None:
    one, other = spikes_at([0, 1], [0.1, 0.5], 1.0), spikes_at([2], [0.3], 2.0, "volley")
    both = merged(one, other)
    assert list(both.axon) == [0, 2, 1]
    assert list(both.time_s) == [0.1, 0.3, 0.5]
    assert [ORIGINS[o] for o in both.origin] == ["ectopic", "volley", "ectopic"]
    assert both.duration_s == 2.0
