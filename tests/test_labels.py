"""Labels: the rule of onset and offset, words by length, and columns in the order in which things happen."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.simulate.force import FORCE_PER_S
from facialis.simulate.labels import (
    MUSCLES_OF,
    OFF_S,
    ON_S,
    SideActivity,
    intervals,
    movement_events,
    nerve_events,
    region_drive,
    shown_by_region,
    visible_events,
)
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.movements import blink, smile
from facialis.simulate.performance import SAMPLES_PER_S, Muscle
from facialis.types import REGIONS, SIDES, FloatArray, Side

RATE = 1000.0


def steps(*levels: tuple[float, float]) -> FloatArray:
    """A curve of (length in s, level)."""
    return np.concatenate([np.full(round(length * RATE), level) for length, level in levels])


# The rule


def test_a_contraction_is_from_over_three_to_under_two_percent() -> None:
    curve = steps((1.0, 0.0), (0.5, 0.2), (1.0, 0.0))
    assert intervals(curve, RATE) == [(1.0, 1.5)]


@pytest.mark.parametrize(("length", "found"), [(0.015, 0), (0.025, 1)])
def test_it_must_be_held_for_20_ms(length: float, found: int) -> None:
    assert len(intervals(steps((1.0, 0.0), (length, 0.2), (1.0, 0.0)), RATE)) == found


@pytest.mark.parametrize(("gap", "found"), [(0.14, 1), (0.16, 2)])
def test_it_ends_with_150_ms_of_quiet(gap: float, found: int) -> None:
    curve = steps((0.5, 0.0), (0.2, 0.1), (gap, 0.0), (0.2, 0.1), (0.5, 0.0))
    assert len(intervals(curve, RATE)) == found


@pytest.mark.parametrize(("level", "found"), [(0.029, 0), (0.031, 1)])
def test_it_begins_above_three_percent(level: float, found: int) -> None:
    assert len(intervals(steps((0.5, 0.0), (0.5, level), (0.5, 0.0)), RATE)) == found


def test_between_two_and_three_percent_it_goes_on_but_does_not_begin() -> None:
    curve = steps((0.5, 0.0), (0.5, 0.025), (0.2, 0.1), (0.5, 0.025), (0.5, 0.0))
    assert intervals(curve, RATE) == [(1.0, 1.7)]


def test_one_that_has_not_ended_lasts_to_the_end() -> None:
    assert intervals(steps((0.5, 0.0), (0.5, 0.1)), RATE) == [(0.5, 0.999)]
    assert intervals(steps((0.5, 0.1), (0.5, 0.0)), RATE) == [(0.0, 0.5)]
    assert intervals(steps((0.5, 0.1), (0.1, 0.0)), RATE) == [(0.0, 0.599)]


@given(st.lists(st.tuples(st.floats(0.005, 0.5), st.floats(0, 0.1)), min_size=1, max_size=30))
@settings(max_examples=150)
def test_contractions_are_in_order_apart_and_hold_what_the_rule_says(
    levels: list[tuple[float, float]],
) -> None:
    curve = steps(*levels)
    found = intervals(curve, RATE)
    for onset, offset in found:
        first = round(onset * RATE)
        assert np.all(curve[first : first + round(ON_S * RATE)] > 0.03)
        assert offset > onset
        last = round(offset * RATE)
        assert last == len(curve) - 1 or np.all(curve[last : last + round(OFF_S * RATE)] < 0.02)
    assert all(b[0] - a[1] >= OFF_S - 1e-9 for a, b in pairwise(found))


# Regions


def test_every_muscle_of_the_nerve_belongs_to_a_region() -> None:
    assert {m for muscles in MUSCLES_OF.values() for m in muscles} == set(NERVE_MUSCLES)
    assert set(MUSCLES_OF) == set(REGIONS)


def test_a_region_of_two_muscles_is_driven_wholly_by_both_only() -> None:
    flat = dict.fromkeys(NERVE_MUSCLES, np.zeros(5))
    assert region_drive({m: np.ones(5) for m in NERVE_MUSCLES}, "brow") == pytest.approx(1.0)
    assert region_drive({**flat, "frontalis": np.ones(5)}, "brow") == pytest.approx(0.1 / 0.16)
    assert not region_drive({**flat, "frontalis": np.ones(5)}, "eye").any()


def test_a_region_shows_its_strongest_muscle() -> None:
    flat = dict.fromkeys(NERVE_MUSCLES, np.zeros(3))
    shown = shown_by_region({**flat, "corrugator": np.full(3, 0.2), "frontalis": np.full(3, 0.5)})
    assert shown["brow"] == pytest.approx(0.5)
    assert not shown["eye"].any()


# Events


def activity(
    spans: dict[Muscle, list[tuple[float, float]]],
    duration: float = 8.0,
    height: float = 0.4,
    late: float = 0.02,
    passes: bool = True,
    side: Side = "left",
) -> SideActivity:
    """Rectangles of force with spikes just before; the face follows `late` seconds later."""
    drive, shown, passed = {}, {}, {}
    grid = np.arange(round(duration * FORCE_PER_S) + 1) / FORCE_PER_S
    for muscle in NERVE_MUSCLES:
        mine = spans.get(muscle, [])
        force = sum((height * ((grid >= a) & (grid < b)) for a, b in mine), np.zeros(len(grid)))
        drive[muscle] = force
        seen = np.interp(grid - late, grid, force) if passes else 0 * force
        shown[muscle] = seen[::2]
        trains = [np.arange(a - 0.001, b, 0.005) for a, b in mine if passes]
        passed[muscle] = np.sort(np.concatenate([*trains, np.zeros(0)]))
    return SideActivity(side, drive, shown, passed)


def test_a_second_divides_twitch_and_tonic() -> None:
    found = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.9), (3.0, 4.1)]}))
    assert [e.kind for e in found] == ["episode", "twitch", "episode", "tonic"] or [
        e.kind for e in found
    ] == ["twitch", "episode", "tonic", "episode"]
    assert {e.side for e in found} == {"left"}


def test_contractions_less_than_half_a_second_apart_are_one_episode() -> None:
    found = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.2), (1.6, 1.8), (2.4, 2.6)]}))
    episodes = [e for e in found if e.kind == "episode"]
    assert len(episodes) == 2
    first = episodes[0]
    inside = [e for e in found if e.kind == "twitch" and e.onset_s < 2]
    assert first.integral_s == pytest.approx(sum(e.integral_s for e in inside))
    assert (first.onset_s, first.offset_s) == (inside[0].onset_s, inside[-1].offset_s)


def test_regions_have_their_own_onsets_within_one_contraction() -> None:
    found = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.5)], "frontalis": [(1.1, 1.7)]}))
    twitch = next(e for e in found if e.kind == "twitch")
    assert twitch.regions == ("eye", "brow")
    assert twitch.onset_by_region_s["eye"] == pytest.approx(1.0, abs=0.003)
    assert twitch.onset_by_region_s["brow"] == pytest.approx(1.1, abs=0.003)
    assert (twitch.onset_s, twitch.offset_s) == pytest.approx((1.0, 1.7), abs=0.005)


def test_intensity_is_the_peak_and_the_integral_of_the_drive() -> None:
    twitch = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.5)]}, height=0.6))[0]
    assert twitch.peak == pytest.approx(0.6)
    assert twitch.integral_s == pytest.approx(0.3, abs=0.005)


def test_emg_comes_first_then_the_drive_then_the_face() -> None:
    twitch = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.5)]}))[0]
    assert twitch.emg_onset_s == pytest.approx(0.999)
    assert twitch.visible_onset_s == pytest.approx(1.02, abs=0.005)
    assert twitch.visible_offset_s == pytest.approx(1.52, abs=0.01)


def test_where_nothing_passes_there_is_neither_emg_nor_movement() -> None:
    free = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.5)]}))
    blocked = nerve_events(activity({"orbicularis_oculi": [(1.0, 1.5)]}, passes=False))
    assert [(e.kind, e.onset_s, e.offset_s, e.peak) for e in blocked] == [
        (e.kind, e.onset_s, e.offset_s, e.peak) for e in free
    ]
    assert all(e.emg_onset_s is e.visible_onset_s is e.visible_offset_s is None for e in blocked)


def test_a_face_that_still_moves_shows_the_next_contraction_from_where_it_grows_again() -> None:
    made = activity({"orbicularis_oculi": [(1.0, 1.2), (1.4, 1.6)]})
    slow = np.maximum(made.shown["orbicularis_oculi"], 0.05)
    slow[: round(1.0 * SAMPLES_PER_S)] = 0
    slow[round(1.9 * SAMPLES_PER_S) :] = 0
    made = SideActivity("left", made.drive, {**made.shown, "orbicularis_oculi": slow}, made.passed_s)
    one, other = (e for e in nerve_events(made) if e.kind == "twitch")
    assert one.visible_onset_s is not None
    assert other.visible_onset_s is not None
    assert other.emg_onset_s is not None
    assert one.visible_onset_s < other.emg_onset_s <= other.visible_onset_s < other.emg_onset_s + 0.1
    assert one.visible_offset_s is not None
    assert one.visible_offset_s <= other.emg_onset_s + 0.1


@given(
    st.lists(st.tuples(st.floats(0.1, 7), st.floats(0.03, 1.5)), min_size=1, max_size=12),
    st.lists(st.tuples(st.floats(0.1, 7), st.floats(0.03, 1.5)), max_size=6),
)
@settings(max_examples=60)
def test_labels_are_in_order_and_never_overlap(
    eye: list[tuple[float, float]], brow: list[tuple[float, float]]
) -> None:
    spans: dict[Muscle, list[tuple[float, float]]] = {
        "orbicularis_oculi": [(a, min(a + n, 7.9)) for a, n in eye],
        "frontalis": [(a, min(a + n, 7.9)) for a, n in brow],
    }
    made = activity(spans)
    for events in (nerve_events(made), visible_events("left", made.shown)):
        for kinds in (("twitch", "tonic"), ("episode",)):
            mine = [e for e in events if e.kind in kinds]
            assert all(a.offset_s < b.onset_s for a, b in pairwise(mine))
            assert all(e.onset_s <= e.peak_s <= e.offset_s for e in mine)
            assert all((e.duration_s >= 1) == (e.kind == "tonic") for e in mine if e.kind != "episode")
    for event in nerve_events(made):
        assert event.emg_onset_s is not None
        assert event.emg_onset_s <= event.onset_s + 1 / FORCE_PER_S
        if event.visible_onset_s is not None:
            assert event.visible_offset_s is not None
            assert event.emg_onset_s <= event.visible_onset_s <= event.visible_offset_s


def test_no_force_is_no_event() -> None:
    assert nerve_events(activity({})) == []
    assert visible_events("right", activity({}).shown) == []


def test_what_is_visible_is_labelled_from_what_the_face_shows() -> None:
    made = activity({"zygomaticus": [(1.0, 1.3)]}, late=0.1)
    event = visible_events("right", made.shown)[0]
    assert (event.kind, event.side, event.regions) == ("twitch", "right", ("cheek", "mouth"))
    assert (event.onset_s, event.offset_s) == pytest.approx((1.1, 1.4), abs=0.01)
    assert event.peak == pytest.approx(0.4)


@pytest.mark.parametrize(("height", "found"), [(0.09, 0), (0.11, 1)])
def test_a_movement_below_ten_percent_of_its_range_is_not_seen(height: float, found: int) -> None:
    made = activity({"frontalis": [(1.0, 1.4)]}, height=height)
    assert len(visible_events("left", made.shown)) == found
    (event,) = (e for e in nerve_events(made) if e.kind == "twitch")  # it was ordered all the same
    assert (event.visible_onset_s is not None) == bool(found)


def test_a_region_that_hardly_moves_took_no_visible_part() -> None:
    made = activity({"orbicularis_oculi": [(1.0, 1.4)], "frontalis": [(1.0, 1.4)]})
    shown = {**made.shown, "frontalis": 0.2 * made.shown["frontalis"]}
    assert visible_events("left", shown)[0].regions == ("eye",)


def test_no_face_moves_sooner_than_its_delay() -> None:
    made = activity({"orbicularis_oculi": [(1.0, 1.4)]}, late=0.002)
    hasty = SideActivity(made.side, made.drive, made.shown, made.passed_s, moves_after_s=0.01)
    event = nerve_events(hasty)[0]
    assert event.emg_onset_s is not None
    assert event.visible_onset_s is not None
    assert event.visible_onset_s >= event.emg_onset_s + 0.01


# Meant movements


def shown_blink(at: float, height: float = 0.8, base: float = 0.0) -> dict[tuple[Side, Muscle], FloatArray]:
    time = np.arange(round(6 * SAMPLES_PER_S)) / SAMPLES_PER_S
    lid = base + height * np.clip(1 - np.abs(time - at - 0.12) / 0.1, 0, 1)
    return {(side, "orbicularis_oculi"): lid for side in SIDES}


@pytest.mark.parametrize("base", [0.0, 0.1])
def test_a_blink_is_from_where_the_lid_goes_down_to_where_it_is_up(base: float) -> None:
    event = movement_events([blink(2.0)], shown_blink(2.0, base=base))[0]
    assert (event.kind, event.side, event.regions) == ("blink", "both", ("eye",))
    assert event.onset_s == pytest.approx(2.02, abs=0.012)
    assert event.offset_s == pytest.approx(2.22, abs=0.012)
    assert event.peak_s == pytest.approx(2.12, abs=0.005)


def test_a_movement_that_the_face_does_not_show_is_no_event() -> None:
    assert movement_events([blink(2.0)], shown_blink(2.0, height=0.01)) == []
    assert movement_events([blink(4.0)], shown_blink(2.0)) == []
    assert movement_events([smile(2.0)], shown_blink(2.0, height=0.0)) == []
    assert movement_events([blink(9.0)], shown_blink(2.0)) == []


# What only goes along with a meant movement


def along(
    spans: list[tuple[float, float]], height: float, meant: list[tuple[float, float]]
) -> list[tuple[str, float]]:
    made = replace(activity({"levator": spans}, height=height), meant=meant)
    return [(event.kind, event.onset_s) for event in nerve_events(made)]


def test_a_small_contraction_that_ends_with_a_blink_is_synkinesis_and_no_episode() -> None:
    found = along([(1.02, 1.15), (4.0, 4.13)], 0.04, [(1.0, 1.05)])
    assert [kind for kind, _ in found] == ["synkinesis", "twitch", "episode"]


@pytest.mark.parametrize(
    ("span", "height"),
    [((1.02, 1.15), 0.06), ((1.02, 1.4), 0.04), ((0.9, 1.1), 0.04), ((1.2, 1.24), 0.04)],
    ids=["large", "outlasts it", "begins before", "begins after"],
)
def test_what_is_large_or_has_its_own_time_is_a_spasm(span: tuple[float, float], height: float) -> None:
    assert {kind for kind, _ in along([span], height, [(1.0, 1.05)])} == {"episode", "twitch"}


def test_with_a_long_movement_synkinesis_lasts_as_long() -> None:
    assert [kind for kind, _ in along([(1.1, 2.9)], 0.04, [(1.0, 3.0)])] == ["synkinesis"]


@given(st.floats(0.031, 0.049), st.floats(0.0, 0.04), st.floats(0.03, 0.15))
def test_synkinesis_is_in_no_episode(height: float, late: float, length: float) -> None:
    found = along([(2 + late, 2 + late + length)], height, [(2.0 - 1 / FORCE_PER_S, 2.05)])
    assert {kind for kind, _ in found} == {"synkinesis"}
