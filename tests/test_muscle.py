"""The whole way from spikes to force, EMG, face and truth: sides, toxin, order in time, signs of disease."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from muscles import axons_of, bursts, nothing, spikes_at

from facialis.errors import SettingsError
from facialis.simulate.axons import INVOLUNTARY, LesionSpikes
from facialis.simulate.emg import EMG_MUSCLES, EmgSettings
from facialis.simulate.face import check_performance
from facialis.simulate.motor_units import NERVE_MUSCLES
from facialis.simulate.movements import blink, draw_movements, smile
from facialis.simulate.muscle import MuscleActivity, MuscleSettings, simulate_muscles
from facialis.simulate.performance import (
    EPISODE_GAP_S,
    MUSCLES,
    SAMPLES_PER_S,
    TONIC_S,
    Contraction,
    Muscle,
    NerveEvent,
    combine,
)
from facialis.simulate.recruitment import merged, ordered_spikes
from facialis.types import SIDES, Side

SILENT = MuscleSettings(emg=EmgSettings(noise_uv=0.0))
EYE: tuple[Muscle, ...] = ("orbicularis_oculi",)


def other(side: Side) -> Side:
    return "right" if side == "left" else "left"


def spasm(
    side: Side = "left",
    onsets: tuple[float, ...] = (1.0,),
    duration: float = 3.0,
    share: float = 1.0,
    muscles: tuple[Muscle, ...] = NERVE_MUSCLES,
    chosen: MuscleSettings = SILENT,
    seed: int = 0,
) -> MuscleActivity:
    axons = axons_of(side, seed=seed)
    return simulate_muscles(
        [(axons, bursts(axons, onsets, duration, share, muscles, seed))], settings=chosen, seed=seed
    )


def face(
    movements: tuple[Contraction, ...], spastic: LesionSpikes | None = None, duration: float = 6.0
) -> MuscleActivity:
    """Both nerves carry the movements, the left one spasms too."""
    nerves = []
    for side in SIDES:
        axons = axons_of(side)
        meant = ordered_spikes(axons, movements, duration, 1)
        nerves.append((axons, merged(meant, spastic) if spastic is not None and side == "left" else meant))
    return simulate_muscles(nerves, movements, SILENT)


def ordered_by_nerve(activity: MuscleActivity) -> list[NerveEvent]:
    return [e for e in activity.performance.nerve if e.kind != "episode"]


def block_of(share: float, side: Side = "left") -> MuscleSettings:
    return replace(SILENT, block={(side, muscle): share for muscle in NERVE_MUSCLES})


# Sides


@pytest.mark.parametrize("side", SIDES)
def test_a_spike_of_one_side_never_shows_on_the_other(side: Side) -> None:
    activity = spasm(side, onsets=(0.5, 1.0), share=0.6)
    for muscle in NERVE_MUSCLES:
        assert activity.force[side, muscle].max() > 0.05
        assert activity.performance.activation[side, muscle].max() > 0.05
        for curves in (activity.force, activity.ordered, activity.involuntary):
            assert not curves[other(side), muscle].any()
        assert not activity.performance.activation[other(side), muscle].any()
    for muscle in EMG_MUSCLES:
        assert activity.emg.channels[side, muscle].any()
        assert not activity.emg.channels[other(side), muscle].any()
    assert activity.performance.side == side
    assert {e.side for e in (*activity.performance.truth, *activity.performance.nerve)} == {side}


def test_both_nerves_may_be_sick_each_on_its_own() -> None:
    left, right = axons_of("left"), axons_of("right")
    both = simulate_muscles(
        [(right, bursts(right, [2.0], 4.0)), (left, bursts(left, [1.0], 4.0))], settings=SILENT
    )
    assert both.performance.side == "both"
    found = [(e.side, round(e.onset_s)) for e in both.performance.truth if e.kind == "twitch"]
    assert found == [("left", 1), ("right", 2)]


def test_the_order_in_which_the_nerves_are_given_does_not_matter() -> None:
    left, right = axons_of("left"), axons_of("right")
    nerves = [(left, bursts(left, [1.0], 2.0)), (right, bursts(right, [1.5], 2.0))]
    one, two = simulate_muscles(nerves), simulate_muscles(nerves[::-1])
    for key, values in one.emg.channels.items():
        np.testing.assert_array_equal(values, two.emg.channels[key])
    assert one.performance.truth == two.performance.truth


# What comes out


def test_the_face_can_be_rendered_and_all_curves_have_one_clock() -> None:
    activity = spasm(duration=2.0)
    check_performance(activity.performance)
    assert set(activity.performance.activation) == {(s, m) for s in SIDES for m in MUSCLES}
    np.testing.assert_allclose(np.diff(activity.performance.time_s), 1 / SAMPLES_PER_S)
    assert activity.performance.duration_s == activity.time_s[-1] == activity.emg.duration_s == 2.0
    assert all(len(force) == len(activity.time_s) for force in activity.force.values())


@given(
    st.lists(st.tuples(st.integers(0, 139), st.floats(0, 2)), max_size=300),
    st.sampled_from(INVOLUNTARY),
    st.sampled_from(SIDES),
)
@settings(max_examples=20)
def test_any_spikes_give_a_face_within_its_limits(
    train: list[tuple[int, float]], origin: str, side: Side
) -> None:
    axon, time = [a for a, _ in train], [t for _, t in train]
    activity = simulate_muscles([(axons_of(side), spikes_at(axon, time, 2.0, origin))])  # type: ignore[arg-type]
    check_performance(activity.performance)
    for force in activity.force.values():
        assert np.all((force >= -1e-12) & (force < 1.5))
    assert all(np.isfinite(values).all() for values in activity.emg.channels.values())


def test_the_same_seed_gives_the_same_and_another_one_another_emg() -> None:
    noisy = MuscleSettings()
    one, same, another = (spasm(chosen=noisy, share=0.5), spasm(chosen=noisy, share=0.5), None)
    axons = axons_of()
    another = simulate_muscles([(axons, bursts(axons, [1.0], 3.0, 0.5))], settings=noisy, seed=9)
    key = ("left", "orbicularis_oculi")
    np.testing.assert_array_equal(one.emg.channels[key], same.emg.channels[key])
    assert one.performance.nerve == same.performance.nerve
    assert not np.array_equal(one.emg.channels[key], another.emg.channels[key])


def test_a_silent_nerve_is_a_face_at_rest() -> None:
    activity = simulate_muscles([(axons_of(), nothing(2.0))])
    assert activity.performance.side == "none"
    assert activity.performance.truth == activity.performance.nerve == ()
    assert not any(values.any() for values in activity.performance.activation.values())
    assert activity.emg.channels["left", "frontalis"].std() == pytest.approx(2.0, rel=0.1)


# Words and times


def test_one_burst_is_one_twitch_of_every_region() -> None:
    activity = spasm(muscles=NERVE_MUSCLES)
    assert [e.kind for e in activity.performance.truth] in (["episode", "twitch"], ["twitch", "episode"])
    assert activity.performance.truth[0].regions == ("eye", "brow", "cheek", "mouth", "nose", "chin")


def test_a_train_of_bursts_is_tonic_and_one_event() -> None:
    activity = spasm(onsets=tuple(np.arange(1.0, 3.0, 0.1)), duration=4.5, muscles=EYE)
    (tonic,) = (e for e in activity.performance.truth if e.kind != "episode")
    assert tonic.kind == "tonic"
    assert 1.9 < tonic.duration_s < 2.5
    assert ordered_by_nerve(activity)[0].kind == "tonic"


@given(st.lists(st.floats(0.2, 7.0), min_size=1, max_size=25), st.floats(0.15, 1.0), st.integers(0, 99))
@settings(max_examples=25)
def test_labels_are_ordered_apart_and_their_columns_in_the_order_of_events(
    onsets: list[float], share: float, seed: int
) -> None:
    activity = spasm(onsets=tuple(onsets), duration=8.0, share=share, muscles=EYE, seed=seed)
    visible = [e for e in activity.performance.truth if e.kind != "episode"]
    for events in (ordered_by_nerve(activity), visible):
        assert all(a.offset_s < b.onset_s for a, b in pairwise(events))
        assert all((e.duration_s >= TONIC_S) == (e.kind == "tonic") for e in events)
    for events in (activity.performance.nerve, activity.performance.truth):
        episodes = [e for e in events if e.kind == "episode"]
        assert all(b.onset_s - a.offset_s >= EPISODE_GAP_S for a, b in pairwise(episodes))
    for event in ordered_by_nerve(activity):
        assert event.emg_onset_s is not None
        assert event.visible_onset_s is not None
        assert event.visible_offset_s is not None
        assert event.emg_onset_s <= event.onset_s + 0.003
        assert event.emg_onset_s <= event.visible_onset_s < event.visible_offset_s


@pytest.mark.parametrize("muscle", NERVE_MUSCLES)
def test_the_face_follows_the_emg_by_10_to_30_ms(muscle: Muscle) -> None:
    onsets = tuple(np.arange(1.0, 20.0, 1.5))
    activity = spasm(onsets=onsets, duration=21.0, share=0.7, muscles=(muscle,))
    events = ordered_by_nerve(activity)
    assert len(events) == len(onsets)
    for event, onset in zip(events, onsets, strict=True):
        assert event.emg_onset_s == pytest.approx(onset + 0.0055, abs=0.0015)
        assert event.visible_onset_s is not None
        assert 0.010 <= event.visible_onset_s - event.emg_onset_s <= 0.030


def test_the_emg_onset_is_where_the_emg_begins() -> None:
    activity = spasm(onsets=(1.0, 2.0), muscles=("frontalis",), share=0.5)
    signal = np.abs(activity.emg.channels["left", "frontalis"])
    for event in ordered_by_nerve(activity):
        assert event.emg_onset_s is not None
        first = round(event.emg_onset_s * 2000)
        assert not (signal[first - 400 : first - 2] > 1).any()
        assert signal[first : first + 20].max() > 20


def test_a_visible_event_is_where_the_face_moves() -> None:
    activity = spasm(onsets=(1.0,), muscles=("zygomaticus",))
    event = activity.performance.truth[0]
    curve = activity.performance.activation["left", "zygomaticus"]
    time = activity.performance.time_s
    assert curve[time < event.onset_s].max() < 0.031
    assert curve.max() == pytest.approx(event.peak)
    assert time[curve.argmax()] == pytest.approx(event.peak_s)


def test_more_axons_make_a_larger_event() -> None:
    peaks = [ordered_by_nerve(spasm(share=share))[0].peak for share in (0.2, 0.5, 1.0)]
    integrals = [ordered_by_nerve(spasm(share=share))[0].integral_s for share in (0.2, 0.5, 1.0)]
    assert peaks[0] < peaks[1] < peaks[2] < 0.6
    assert integrals[0] < integrals[1] < integrals[2]


# Signs


def test_the_other_babinski_sign_comes_from_the_brows_axons() -> None:
    with_brow = spasm(muscles=("orbicularis_oculi", "frontalis")).performance
    assert with_brow.activation["left", "frontalis"].max() > 0.3
    assert with_brow.activation["left", "orbicularis_oculi"].max() > 0.3
    assert with_brow.truth[0].regions == ("eye", "brow")
    without = spasm(muscles=EYE).performance
    assert not without.activation["left", "frontalis"].any()


def test_a_spasm_meets_the_levator_and_a_blink_does_not() -> None:
    # The same twitch, once ordered in a blink and once by the lesion.
    axons = axons_of()
    lone = bursts(axons, [1.0], 2.0, 0.5, EYE)
    meant = bursts(axons, [1.0], 2.0, 0.5, EYE, origin="volley")
    spastic = simulate_muscles([(axons, lone)], settings=SILENT)
    blinked = simulate_muscles([(axons, meant)], [blink(0.99)], SILENT)
    key = ("left", "orbicularis_oculi")
    np.testing.assert_allclose(spastic.force[key], blinked.force[key], atol=1e-12)
    assert blinked.performance.activation[key].max() > 1.1 * spastic.performance.activation[key].max()


# Meant movements


def test_blinks_are_of_both_sides_fast_and_never_spasms() -> None:
    movements = tuple(blink(float(at), 0.6) for at in np.arange(0.5, 5.5, 1.0))
    activity = face(movements)
    events = activity.performance.truth
    assert [e.kind for e in events] == ["blink"] * 5
    assert activity.performance.nerve == ()
    assert activity.performance.side == "none"
    for event, movement in zip(events, movements, strict=True):
        assert event.side == "both"
        assert 0.015 < event.onset_s - movement.onset_s < 0.05
        assert 0.15 < event.duration_s < 0.35
        assert 0.04 < event.peak_s - event.onset_s < 0.09
        assert event.peak > 0.7
    left, right = (activity.performance.activation[side, "orbicularis_oculi"] for side in SIDES)
    assert np.abs(left - right).max() < 0.2


def test_a_smile_is_labelled_a_smile_and_pulls_both_corners() -> None:
    activity = face((smile(1.0, 2.0, 0.5),))
    (event,) = activity.performance.truth
    assert (event.kind, event.side) == ("smile", "both")
    assert event.onset_s == pytest.approx(1.0, abs=0.25)
    assert event.offset_s == pytest.approx(3.0, abs=0.35)
    for side in SIDES:
        assert activity.performance.activation[side, "zygomaticus"].max() > 0.2
        assert activity.emg.channels[side, "zygomaticus"].std() > 3
    assert not activity.involuntary["left", "zygomaticus"].any()


def test_a_spasm_during_a_smile_is_the_spasms_only() -> None:
    lone = bursts(axons_of(), [2.0], 6.0, 0.8)
    with_smile, alone = face((smile(1.0, 3.0, 0.5),), lone), face((), lone)
    kinds = [e.kind for e in with_smile.performance.truth]
    assert sorted(kinds) == ["episode", "smile", "twitch"]
    smiled, still = (next(e for e in a.performance.truth if e.kind == "twitch") for a in (with_smile, alone))
    assert smiled.onset_s == pytest.approx(still.onset_s, abs=0.01)
    assert smiled.side == "left"
    assert smiled.offset_s == pytest.approx(still.offset_s, abs=0.1)


def test_under_a_blink_a_spasm_shows_what_it_adds() -> None:
    lone = bursts(axons_of(), [1.03], 6.0, 1.0, EYE)
    blinked, still = face((blink(1.0, 0.8),), lone).performance, face((), lone).performance
    under, alone = (
        max((e.peak for e in made.truth if e.kind == "twitch"), default=0.0) for made in (blinked, still)
    )
    assert 0.1 < under < 0.8 * alone
    # Meant twitches that follow a spasm's closely add less, so this is a lower bound.
    meant = face((blink(1.0, 0.8),)).performance.activation["left", "orbicularis_oculi"]
    added = blinked.activation["left", "orbicularis_oculi"] - meant
    assert under > added.max() - 0.01


def test_a_spasm_in_a_lid_that_is_shut_already_is_not_seen_but_ordered() -> None:
    closed = Contraction(
        "wink", "left", 0.5, 3.0, lambda t: np.clip(t / 0.3, 0, 1), {("left", EYE[0]): (0.9, 0)}
    )
    activity = face((closed,), bursts(axons_of(), [2.0], 6.0, 0.2, EYE))
    assert [e.kind for e in activity.performance.truth] == ["wink"]
    assert activity.performance.nerve


def test_the_rest_of_the_face_shows_the_same_with_and_without_a_blink() -> None:
    lone = bursts(axons_of(), [1.03], 6.0, 0.8, ("zygomaticus", "mentalis"))
    blinked, still = face((blink(1.0, 0.6),), lone).performance, face((), lone).performance
    first, second = (next(e for e in made.truth if e.kind == "twitch") for made in (blinked, still))
    assert first.regions == second.regions
    assert first.onset_s == second.onset_s
    assert first.offset_s == pytest.approx(second.offset_s, abs=0.01)
    assert first.peak == pytest.approx(second.peak, abs=0.01)


def test_an_order_that_no_spike_carried_is_no_blink() -> None:
    axons = axons_of()
    activity = simulate_muscles([(axons, nothing(3.0))], [blink(1.0)], SILENT)
    assert activity.performance.truth == ()


def test_a_minute_of_a_healthy_face_has_its_blinks_and_nothing_else() -> None:
    movements = draw_movements(60.0, 3)
    activity = face(movements, duration=60.0)
    counts = {kind: sum(e.kind == kind for e in activity.performance.truth) for kind in ("blink", "smile")}
    assert counts["blink"] == sum(m.kind == "blink" for m in movements) > 8
    assert {e.kind for e in activity.performance.truth} <= {"blink", "smile"}


# Toxin


def labels_of(activity: MuscleActivity) -> list[tuple[object, ...]]:
    return [
        (e.kind, e.onset_s, e.offset_s, e.peak, e.integral_s, e.regions) for e in activity.performance.nerve
    ]


@pytest.mark.parametrize("share", [0.3, 0.8, 1.0])
def test_toxin_leaves_what_the_nerve_orders_and_takes_force_and_emg(share: float) -> None:
    onsets = (0.5, 1.5, 1.6, 1.7)
    free, treated = spasm(onsets=onsets), spasm(onsets=onsets, chosen=block_of(share))
    assert labels_of(treated) == labels_of(free)
    for muscle in EMG_MUSCLES:
        key = ("left", muscle)
        left = treated.force[key].max() / free.force[key].max()
        assert left == pytest.approx(1 - share, abs=0.02)
        left = treated.emg.channels[key].std() / free.emg.channels[key].std()
        assert left == pytest.approx(1 - share, abs=0.03)
        np.testing.assert_array_equal(treated.ordered[key], free.ordered[key])


def test_a_full_block_leaves_a_still_face_a_silent_emg_and_unchanged_labels_of_the_nerve() -> None:
    treated = spasm(chosen=block_of(1.0))
    assert not any(values.any() for values in treated.force.values())
    assert not any(values.any() for values in treated.emg.channels.values())
    assert treated.performance.truth == ()
    assert treated.performance.side == "none"
    assert treated.performance.nerve
    assert all(
        e.emg_onset_s is e.visible_onset_s is e.visible_offset_s is None for e in treated.performance.nerve
    )


def test_toxin_in_one_muscle_leaves_the_others() -> None:
    chosen = replace(SILENT, block={("left", "frontalis"): 1.0})
    treated, free = spasm(chosen=chosen), spasm()
    assert not treated.force["left", "frontalis"].any()
    np.testing.assert_array_equal(treated.force["left", "mentalis"], free.force["left", "mentalis"])
    twitch = next(e for e in treated.performance.truth if e.kind == "twitch")
    assert "brow" in twitch.regions  # the corrugator is not treated
    assert twitch.regions == ordered_by_nerve(treated)[0].regions


def test_emg_spasms_outlast_visible_ones_under_toxin() -> None:
    treated = spasm(share=0.2, chosen=block_of(0.9), muscles=EYE)
    assert treated.performance.truth == ()
    (event,) = ordered_by_nerve(treated)
    assert event.emg_onset_s is not None
    assert event.visible_onset_s is None


# Refusals


def test_nerves_that_do_not_fit_together_are_refused() -> None:
    axons = axons_of()
    with pytest.raises(SettingsError, match="one nerve"):
        simulate_muscles([])
    with pytest.raises(SettingsError, match="one nerve"):
        simulate_muscles([(axons, nothing(1.0)), (axons, nothing(1.0))])
    with pytest.raises(SettingsError, match="duration"):
        simulate_muscles([(axons, nothing(1.0)), (axons_of("right"), nothing(2.0))])
    with pytest.raises(SettingsError, match="duration_s"):
        simulate_muscles([(axons, nothing(0.0))])


def test_performances_of_nerves_can_be_combined() -> None:
    one, two = spasm("left", onsets=(1.0,)).performance, spasm("left", onsets=(2.2,)).performance
    both = combine(one, two)
    assert [round(e.onset_s) for e in both.nerve if e.kind == "twitch"] == [1, 2]
    assert len([e for e in both.truth if e.kind == "twitch"]) == 2


def test_movement_curves_stay_where_they_belong() -> None:
    talk = Contraction(
        "talk", "both", 1.0, 1.0, lambda t: np.ones(len(t)), {(s, "jaw"): (0.5, 0.0) for s in SIDES}
    )
    performance = face((talk,)).performance
    jaw = performance.activation["left", "jaw"]
    assert jaw.max() == 0.5
    moved: Mapping[tuple[Side, Muscle], bool] = {k: bool(v.any()) for k, v in performance.activation.items()}
    assert [key for key, value in moved.items() if value] == [(side, "jaw") for side in SIDES]
    assert [e.kind for e in performance.truth] == ["talk"]
