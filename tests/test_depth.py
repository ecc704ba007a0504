"""How deep a lesion goes: at the vessel, across the nerve, and the same in both tiers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.artery import CAUSES, CauseName, facial_nerve
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.depth import DEPTHS, at_severity, at_vessel, deepened, involved, of_vessel
from facialis.simulate.innervation import UPPER, facial_axons
from facialis.simulate.lesion import lesion, readiness_mv
from facialis.simulate.patient import Patient, layers, simulate_patient
from facialis.simulate.spikes import fire, layer_of_patch

LOOP = CAUSES["anterior inferior cerebellar artery"]
shares = st.floats(0, 1)


@given(shares, shares, shares)
def test_a_worse_cause_reaches_deeper_and_a_deeper_axon_has_less_of_it(
    severity: float, more: float, depth: float
) -> None:
    worse = min(1.0, severity + more)
    assert 0 <= involved(severity, depth) <= involved(worse, depth) <= 1
    assert involved(severity, depth) <= involved(severity, depth / 2)
    assert 0 <= of_vessel(severity, depth) <= 1


def test_health_is_whole_and_the_worst_spares_only_the_far_side() -> None:
    assert involved(0.0, 0.0) == 0
    assert at_vessel(LOOP, 0.0) == CAUSES["none"]
    whole = [involved(1.0, depth) for depth in DEPTHS]
    assert whole[: len(DEPTHS) // 2] == [1.0] * (len(DEPTHS) // 2)
    assert 0 < whole[-1] < 1


def test_at_the_vessel_a_mild_patient_has_nearly_all_of_the_cause() -> None:
    mild = at_vessel(LOOP, 0.5)
    assert mild.lamellae == LOOP.lamellae
    assert mild.axons_lost == pytest.approx(0.5 * LOOP.axons_lost)
    assert at_severity(LOOP, 0.5).lamellae > 2 * LOOP.lamellae


@pytest.mark.parametrize("name", sorted(set(CAUSES) - {"none"}))
def test_layers_go_from_the_lesion_to_health(name: CauseName) -> None:
    patient = Patient(cause=name, severity=0.5)
    found = layers(patient.today(), 0.5)
    shifts = [each.shift_mv for each in found]
    assert len(found) == len(DEPTHS)
    assert shifts == sorted(shifts, reverse=True)
    assert shifts[0] > 0 == shifts[-1]
    assert not found[-1].train.any()
    assert not found[-1].kick.any()


@settings(max_examples=20)
@given(st.integers(3, 400), st.integers(0, 500), st.floats(-1, 1))
def test_axons_of_a_patch_lie_equally_deep_and_patches_fill_the_nerve(
    count: int, seed: int, upper: float
) -> None:
    axons = facial_axons("none", count, seed=seed, upper_at_vessel=upper)
    assert axons.depth is not None
    for number in np.unique(axons.patch):
        assert np.ptp(axons.depth[axons.patch == number]) == 0
    each = np.unique(axons.depth)
    assert each.size == np.unique(axons.patch).size
    assert np.allclose(each, (np.arange(each.size) + 0.5) / each.size)


def upper_first(upper_at_vessel: float) -> float:
    """By how much nearer to the vessel the axons of the upper face lie, on average over nerves."""
    numbers = [list(MUSCLE_SHARE).index(name) for name in UPPER]
    nearer = []
    for seed in range(30):
        axons = facial_axons("none", 300, seed=seed, upper_at_vessel=upper_at_vessel)
        assert axons.depth is not None
        mine = np.isin(axons.muscle, numbers)
        nearer.append(axons.depth[~mine].mean() - axons.depth[mine].mean())
    return float(np.mean(nearer))


def test_the_upper_face_lies_at_the_vessel_or_the_other_way_round() -> None:
    typical, none, atypical = (upper_first(value) for value in (1.0, 0.0, -1.0))
    assert typical > 0.08
    assert abs(none) < 0.03
    assert atypical < -0.08


def test_the_layer_of_a_patch_follows_its_depth() -> None:
    depth, patch = np.array([0.1, 0.3, 0.9, 0.9, 1.0]), np.array([0, 0, 1, 1, 2])
    assert layer_of_patch(depth, patch, 3, 4).tolist() == [0, 3, 3]
    assert layer_of_patch(depth, patch, 3, 1).tolist() == [0, 0, 0]
    assert layer_of_patch(None, patch, 3, 4).tolist() == [0, 0, 0]


def test_a_nerve_of_like_layers_is_a_nerve_of_one() -> None:
    axons, one = facial_axons(LOOP, 60, seed=2), lesion(LOOP)
    alone, layered = (fire(axons, found, 8.0, seed=2) for found in (one, (one,) * 5))
    assert np.array_equal(alone.time_s, layered.time_s)
    assert np.array_equal(alone.axon, layered.axon)


def test_only_axons_in_the_lesion_fire_of_themselves() -> None:
    activity = simulate_patient(Patient(minutes=0.5, severity=0.4, seed=3))
    axons, spikes = activity.axons["left"], activity.spikes["left"]
    assert axons.depth is not None
    unmeant = spikes.axon[spikes.origin != 3]
    assert unmeant.size > 20
    assert axons.depth[unmeant].max() < 0.6


def test_the_cable_nerve_is_thinned_as_deep_as_the_lesion_goes() -> None:
    nerve = facial_nerve(LOOP, 40, seed=1)
    depth = (nerve.patch + 0.5) / (nerve.patch.max() + 1.0)
    found = deepened(nerve, LOOP, 0.5, depth)
    inside = found.coupled()
    near, far = depth < 0.18, depth > 0.8
    assert np.array_equal(found.lamellae[near], nerve.lamellae[near])
    assert np.all(found.lamellae[np.ix_(far, inside)] > 50)
    assert not found.left_shift_mv[far].any()
    assert found.fluid is not None
    assert np.allclose(found.fluid[near], 1.0)
    assert np.all(found.fluid[far] > 3)
    assert deepened(nerve, CAUSES["none"], 0.0, depth) is nerve


def test_a_membrane_that_is_held_back_answers_less() -> None:
    axis, answer = readiness_mv(), lesion(LOOP).answer
    at = [int(np.argmin(np.abs(axis - mv))) for mv in (-4.0, -2.0, -1.0, 0.0, 2.0)]
    means = [float(answer[..., place].mean()) for place in at]
    assert means == sorted(means)
    assert means[0] < 0.5 * means[3]
    assert np.all((answer >= 0) & (answer <= 1))


@pytest.mark.parametrize("value", [-1.1, 1.1, float("nan")])
def test_an_impossible_place_is_refused(value: float) -> None:
    for make in (lambda: facial_axons(upper_at_vessel=value), lambda: Patient(upper_at_vessel=value)):
        with pytest.raises(SettingsError, match="upper_at_vessel is"):
            make()


def test_depths_of_other_axons_are_refused() -> None:
    axons = facial_axons("none", 10)
    with pytest.raises(SettingsError, match="depths"):
        replace(axons, depth=np.ones(3))
