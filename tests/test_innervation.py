"""A nerve drawn at random: who goes where, how far, and for how many each axon stands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.simulate.artery import CAUSES, CauseName
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.innervation import MOTOR_AXONS, facial_axons
from facialis.simulate.pathway import SEEN_MS

INJURY: CauseName = "nerve injury with misrouting"


@settings(max_examples=30, deadline=None)
@given(cause=st.sampled_from(sorted(CAUSES)), count=st.integers(3, 2000), seed=st.integers(0, 1000))
def test_axons_stand_for_all_that_are_left(cause: CauseName, count: int, seed: int) -> None:
    axons = facial_axons(cause, count, seed=seed)
    assert axons.muscle.size == count
    assert axons.weight.sum() == pytest.approx(MOTOR_AXONS * (1 - CAUSES[cause].axons_lost))
    assert set(axons.muscle) <= set(range(len(MUSCLE_SHARE)))


@settings(max_examples=20, deadline=None)
@given(count=st.integers(50, 2000), seed=st.integers(0, 1000))
def test_every_muscle_gets_its_share(count: int, seed: int) -> None:
    axons = facial_axons("none", count, seed=seed)
    got = np.bincount(axons.muscle, minlength=len(MUSCLE_SHARE)) / count
    assert got == pytest.approx(list(MUSCLE_SHARE.values()), abs=1.01 / count)


def test_a_patch_holds_axons_of_several_muscles() -> None:
    axons = facial_axons("none", 3000)
    held = [np.unique(axons.muscle[axons.patch == patch]).size for patch in np.unique(axons.patch)]
    assert np.mean(held) > 2.5
    assert np.bincount(axons.patch).max() <= 5


def test_an_injury_sends_axons_astray() -> None:
    straight, injured = facial_axons("none", 2000, seed=4), facial_axons(INJURY, 2000, seed=4)
    moved = float(np.mean(straight.muscle != injured.muscle))
    assert 0.15 < moved < CAUSES[INJURY].misrouted


def test_impulses_reach_the_muscle_as_late_as_measured() -> None:
    """T5: 4.5 to 5.5 ms from the root. Measured is when a muscle begins to answer: its first axons."""
    axons = facial_axons("none", 5000)
    first = [np.percentile(axons.to_muscle_ms[axons.muscle == muscle], 5) for muscle in range(7)]
    assert 4.5 <= min(first) + SEEN_MS <= max(first) + SEEN_MS <= 5.5


def test_thicker_axons_and_nearer_muscles_are_sooner() -> None:
    axons = facial_axons("none", 3000)
    eye, chin = (list(MUSCLE_SHARE).index(name) for name in ("orbicularis_oculi", "mentalis"))
    assert np.median(axons.to_muscle_ms[axons.muscle == eye]) < np.median(
        axons.to_muscle_ms[axons.muscle == chin]
    )
    inside = axons.muscle == eye
    assert np.all(np.diff(axons.to_muscle_ms[inside][np.argsort(axons.diameter_um[inside])]) <= 1e-9)


def test_a_seed_gives_the_same_nerve() -> None:
    one, other = facial_axons(INJURY, 300, "right", 7), facial_axons(INJURY, 300, "right", 7)
    for name in ("muscle", "patch", "diameter_um", "to_muscle_ms", "weight"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert one.side == "right"
    assert not np.array_equal(one.muscle, facial_axons(INJURY, 300, "right", 8).muscle)
