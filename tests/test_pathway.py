"""The way between lesion and muscle: as long as measured, longer for thin axons, and where branches are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.pathway import (
    BEYOND_MM,
    BRANCHES,
    FIRST_M_S,
    FIRST_UM,
    FORAMEN_TO_NASALIS_MS,
    JUNCTION_MS,
    ROOT_TO_NASALIS_MS,
    SEEN_MS,
    SITE_MM,
    TERMINAL_MS,
    Branch,
    RootSite,
    canal_ms,
    of_branch,
    stimulus_mm,
    to_muscle_ms,
    to_stimulus_ms,
    velocity_m_s,
)

FIRST = np.array([FIRST_UM])
NASALIS = np.array([list(MUSCLE_SHARE).index("levator")])
SITES = st.sampled_from(sorted(SITE_MM))
NAMES = st.sampled_from(sorted(BRANCHES))


@pytest.mark.parametrize("site", SITE_MM)
def test_the_magnet_makes_the_muscle_answer_when_it_was_measured_to(site: RootSite) -> None:
    """The first axons' EMG begins 4.5 ms after the magnet, wherever it is taken to fire the nerve."""
    way_to_magnet_ms = SITE_MM[site] / FIRST_M_S
    whole = to_muscle_ms(FIRST, NASALIS, site)[0] + SEEN_MS
    assert whole - way_to_magnet_ms == pytest.approx(ROOT_TO_NASALIS_MS, abs=0.01)


def test_from_the_foramen_too() -> None:
    beyond = BEYOND_MM["levator"] / FIRST_M_S + TERMINAL_MS + JUNCTION_MS
    assert beyond == pytest.approx(FORAMEN_TO_NASALIS_MS)
    assert to_muscle_ms(FIRST, NASALIS)[0] - canal_ms() == pytest.approx(beyond - SEEN_MS, abs=0.01)


def test_the_velocity_of_the_first_axons_is_theirs() -> None:
    assert velocity_m_s(FIRST)[0] == pytest.approx(FIRST_M_S, rel=0.005)


def test_the_canal_is_longer_where_the_magnet_acts_further_out() -> None:
    assert canal_ms("labyrinthine") - canal_ms("root exit") == pytest.approx(25 / FIRST_M_S)


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_stimulated_branch_answers_directly_in_two_milliseconds(branch: Branch) -> None:
    """2.0 to 2.3 ms, from its EMG, in the muscle that is nearest."""
    names = list(MUSCLE_SHARE)
    direct = [
        float((to_muscle_ms(FIRST, np.array([names.index(muscle)])) - to_stimulus_ms(FIRST, branch))[0])
        for muscle in BRANCHES[branch]
    ]
    assert 1.9 <= min(direct) + SEEN_MS <= 2.3


@given(st.floats(5.7, 10), st.floats(5.7, 10), NAMES, SITES)
def test_thinner_axons_take_longer(one: float, other: float, branch: Branch, site: RootSite) -> None:
    thin, thick = sorted((one, other))
    times = to_stimulus_ms(np.array([thin, thick]), branch, site)
    assert times[0] >= times[1] > 0
    arrivals = to_muscle_ms(np.array([thin, thick]), np.array([0, 0]), site)
    assert arrivals[0] >= arrivals[1]


@given(st.floats(5.7, 10), NAMES, SITES)
def test_the_shock_lies_between_lesion_and_muscle(size: float, branch: Branch, site: RootSite) -> None:
    diameter, names = np.array([size]), list(MUSCLE_SHARE)
    for muscle in BRANCHES[branch]:
        whole = to_muscle_ms(diameter, np.array([names.index(muscle)]), site)
        assert to_stimulus_ms(diameter, branch, site)[0] < whole[0]
    assert 0 < stimulus_mm(branch) < min(BEYOND_MM[muscle] for muscle in BRANCHES[branch])


def test_every_muscle_belongs_to_one_branch() -> None:
    driven = [muscle for muscles in BRANCHES.values() for muscle in muscles]
    assert sorted(driven) == sorted(MUSCLE_SHARE)


def test_the_branches_share_out_all_axons() -> None:
    muscle = np.random.default_rng(1).integers(0, len(MUSCLE_SHARE), 200)
    found = np.concatenate([of_branch(muscle, branch) for branch in BRANCHES])
    assert sorted(found) == list(range(200))


@pytest.mark.parametrize("call", [stimulus_mm, lambda name: of_branch(np.zeros(3, dtype=int), name)])
def test_an_unknown_branch_is_refused(call: object) -> None:
    with pytest.raises(SettingsError, match=r"'cervical' is no branch; use one of temporal, zygomatic"):
        call("cervical")  # type: ignore[operator]


def test_an_unknown_place_of_the_magnet_is_refused() -> None:
    with pytest.raises(SettingsError, match="no place of root stimulation"):
        canal_ms("cortex")  # type: ignore[arg-type]
