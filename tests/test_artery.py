"""Causes as fields along the nerve, and the nerves that have them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.artery import (
    CAUSES,
    DEFAULT_CAUSE,
    HEALTHY_PACKING,
    Cause,
    coupling,
    facial_nerve,
    fibre_diameters,
    patch_numbers,
    pulse_wave,
    spread,
)
from facialis.simulate.fibre import NODE_LEAK_S_CM2

shares = st.floats(0.3, 0.95)


def test_an_artery_is_the_usual_cause_and_nothing_that_can_be_caught_is_one() -> None:
    assert DEFAULT_CAUSE == "anterior inferior cerebellar artery"
    words = " ".join(CAUSES)
    assert not any(word in words for word in ("virus", "infect", "herpes", "bacteri", "zoster", "lyme"))


# Coupling from packing


@pytest.mark.parametrize(
    ("packing", "ratio", "alpha"), [(0.5, 0.65, 0.30), (0.75, 0.9, 0.71), (0.85, 0.95, 0.84)]
)
def test_coupling_is_what_the_formula_gives(packing: float, ratio: float, alpha: float) -> None:
    assert coupling(np.array(packing), np.array(ratio)) == pytest.approx(alpha, abs=0.006)


@given(shares, shares, st.floats(0.5, 0.99))
def test_tighter_packing_couples_more(one: float, other: float, ratio: float) -> None:
    low, high = sorted((one, other))
    assert 0 < coupling(np.array(low), np.array(ratio)) <= coupling(np.array(high), np.array(ratio)) < 1


@given(shares, st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_thinner_myelin_couples_more(packing: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    thick, thin = coupling(np.array(packing), np.array(low)), coupling(np.array(packing), np.array(high))
    assert thick <= thin


# Fields


@given(st.floats(0.5, 10), st.floats(0, 3))
def test_fields_are_symmetric_and_healthy_far_away(length_mm: float, penumbra_mm: float) -> None:
    x_mm = np.arange(-150, 151) / 10
    field = spread(Cause(length_mm, 0.8, 0.02, 5, 2.5), x_mm, penumbra_mm)
    assert np.array_equal(field.packing, field.packing[::-1])
    assert field.packing[0] == HEALTHY_PACKING
    assert np.isinf(field.lamellae_left[0])
    assert field.injured[0] == 0
    assert np.all(field.injured[np.isfinite(field.lamellae_left)] == 1)
    assert field.injured.sum() >= np.isfinite(field.lamellae_left).sum()


def test_a_pulse_rises_fast_and_falls_slowly() -> None:
    wave = pulse_wave(100)
    assert (wave.min(), wave.max()) == (0, 1)
    assert wave.argmax() < 30
    assert np.all(np.diff(wave[wave.argmax() :]) <= 0)
    assert np.array_equal(pulse_wave(1), [0])


# Nerves


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_makes_a_nerve(name: str) -> None:
    nerve = facial_nerve(name, axons=30, seed=3)  # type: ignore[arg-type]
    assert 1 <= nerve.axons <= 30
    assert nerve.lamellae.shape == (nerve.axons, 17)


def test_no_cause_leaves_a_healthy_nerve() -> None:
    nerve = facial_nerve("none", axons=12)
    assert nerve.axons == 12
    assert not nerve.coupled().any()
    assert not nerve.left_shift_mv.any()
    assert np.all(nerve.node_leak_s_cm2 == NODE_LEAK_S_CM2)
    assert nerve.lamellae.min() >= 80


def test_the_pulse_is_in_the_coupling_and_nowhere_else() -> None:
    beating, still = (
        facial_nerve(axons=10, seed=1),
        facial_nerve(replace(CAUSES[DEFAULT_CAUSE], pulse=0.0), 10, seed=1),
    )
    assert beating.coupling.shape[0] == 8
    assert still.coupling.shape[0] == 1
    assert beating.coupling.min(axis=0) == pytest.approx(still.coupling[0])
    assert beating.coupling.max() > still.coupling.max()
    assert np.array_equal(beating.lamellae, still.lamellae)


def test_a_tumour_does_not_beat_and_is_longer_than_an_artery() -> None:
    tumour, artery = facial_nerve("tumour", 10), facial_nerve(axons=10)
    assert tumour.coupling.shape[0] == 1
    assert tumour.coupled().sum() > artery.coupled().sum()


def test_a_plaque_presses_nothing() -> None:
    plaque = CAUSES["multiple sclerosis plaque"]
    assert (plaque.packing, plaque.pulse) == (HEALTHY_PACKING, 0)
    assert facial_nerve("multiple sclerosis plaque", 10).coupling.max() < 0.5


def test_early_disease_has_most_of_its_myelin() -> None:
    assert facial_nerve("early disease", 10).lamellae.min() > 50


def test_injury_loses_axons_and_misroutes() -> None:
    assert facial_nerve("nerve injury with misrouting", 400).axons == pytest.approx(240, abs=40)
    assert CAUSES["nerve injury with misrouting"].misrouted > 0


def test_the_injury_reaches_beyond_the_lesion() -> None:
    nerve = facial_nerve(axons=40, seed=2)
    bare = np.flatnonzero(nerve.lamellae.min(axis=0) < 10)
    hurt = np.flatnonzero(nerve.left_shift_mv.max(axis=0) > 0)
    assert hurt[0] == bare[0] - 3
    assert hurt[-1] == bare[-1] + 1 + 3


def test_the_same_seed_gives_the_same_nerve() -> None:
    one, other = facial_nerve(seed=5), facial_nerve(seed=5)
    assert np.array_equal(one.diameter_um, other.diameter_um)
    assert np.array_equal(one.left_shift_mv, other.left_shift_mv)
    assert not np.array_equal(one.diameter_um, facial_nerve(seed=6).diameter_um)


@given(st.integers(1, 200), st.integers(0, 100))
def test_patches_are_small_and_complete(axons: int, seed: int) -> None:
    numbers = patch_numbers(axons, (3, 5), np.random.default_rng(seed))
    sizes = np.bincount(numbers)
    assert numbers.size == axons
    assert np.all(sizes[:-1] >= 3)
    assert np.all(sizes <= 5)


def test_fibres_are_those_of_a_facial_nerve() -> None:
    drawn = fibre_diameters(2000, np.random.default_rng(0))
    assert np.mean(drawn) == pytest.approx(7.3, abs=0.15)
    assert (drawn.min(), drawn.max()) == (5.7, 10.0)


# What is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Cause(2.6, 0.99), "packing is 0.99"),
        (lambda: Cause(2.6, 0.94, 0.05), "no fluid between the axons"),
        (lambda: Cause(0.0, 0.8), "length 0 cannot press"),
        (lambda: Cause(2.6, lamellae=0), "lamellae is 0"),
        (lambda: Cause(axons_lost=1.0), "axons_lost is 1.0"),
        (lambda: facial_nerve("virus"), "is no cause; use one of"),  # type: ignore[arg-type]
        (lambda: facial_nerve("tumour", 5, nodes=6), "free at both ends"),
    ],
)
def test_what_cannot_be_is_refused(make: object, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        make()  # type: ignore[operator]
