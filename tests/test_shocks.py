"""Shocks to axons: what meets ends, a shock on the heels of an impulse fires nothing, the rest gets out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nerves import patch_of, sick

from facialis.simulate.nerve import NerveSettings, Pulses, no_pulses, volley
from facialis.simulate.shocks import REFRACTORY_MS, Outgoing, RestingNerve, collide, sweep
from facialis.types import FloatArray

AWAY_MS = 2.5
SETTINGS = NerveSettings(dt_ms=0.01)


def times(*values: float) -> FloatArray:
    return np.array(values, dtype=float)


# What meets on the way


def test_nothing_on_the_way_lets_everything_pass() -> None:
    arrives, started, out = collide(times(0.0, 3.0), AWAY_MS, times())
    assert arrives.all()
    assert started.all()
    assert out.size == 0


@pytest.mark.parametrize("leaving", [-2.4, -1.0, 0.0, 2.4])
def test_two_that_run_towards_each_other_both_end(leaving: float) -> None:
    """One leaves before the other has arrived, and has not passed the shock's place by then."""
    arrives, started, out = collide(times(0.0), AWAY_MS, times(leaving))
    assert not arrives[0]
    assert started[0]
    assert not out[0]


@pytest.mark.parametrize("leaving", [2.6, 10.0, -4.0])
def test_what_leaves_after_the_arrival_or_has_long_passed_meets_nothing(leaving: float) -> None:
    arrives, started, out = collide(times(0.0), AWAY_MS, times(leaving))
    assert (arrives[0], started[0], out[0]) == (True, True, True)


def test_a_shock_just_behind_an_impulse_fires_nothing() -> None:
    leaving = times(-AWAY_MS - 0.5 * REFRACTORY_MS)
    arrives, started, out = collide(times(0.0), AWAY_MS, leaving)
    assert not arrives[0]
    assert not started[0]
    assert out[0]


def test_one_impulse_ends_one_shock_only() -> None:
    arrives, _, out = collide(times(0.0, 1.0), AWAY_MS, times(0.5))
    assert list(arrives) == [False, True]
    assert not out[0]


@given(
    st.lists(st.floats(0, 30), min_size=1, max_size=6).map(sorted),
    st.lists(st.floats(-10, 40), max_size=8).map(sorted),
    st.floats(0.5, 5),
)
def test_as_many_impulses_end_as_shocks_that_start_and_do_not_arrive(
    shocks: list[float], leaving: list[float], away: float
) -> None:
    arrives, started, out = collide(times(*shocks), away, times(*leaving))
    assert np.all(started | ~arrives)
    assert int(np.sum(started & ~arrives)) == int(np.sum(~out))


@given(st.lists(st.floats(-10, 40), max_size=8).map(sorted), st.floats(-20, 20))
def test_only_differences_in_time_count(leaving: list[float], later: float) -> None:
    one = collide(times(0.0, 4.0), AWAY_MS, times(*leaving))
    two = collide(times(0.0, 4.0) + later, AWAY_MS, times(*leaving) + later)
    # At the edges of the windows rounding decides.
    near = [abs(abs(at - shock) - AWAY_MS) < 1e-6 for at in leaving for shock in (0.0, 4.0)]
    edge = [abs(shock - at - AWAY_MS - REFRACTORY_MS) < 1e-6 for at in leaving for shock in (0.0, 4.0)]
    if not any(near + edge):
        assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


# One sweep of the cable


def fired(
    nerve: RestingNerve, driven: list[int], *shocks_ms: float, others: Pulses | None = None
) -> Outgoing:
    away = np.full(nerve.nerve.axons, 3.0)
    return sweep(nerve, np.array(driven), away, shocks_ms, 8.0, others or no_pulses(), lead_ms=1.0)


@pytest.fixture(scope="module")
def healthy() -> RestingNerve:
    return RestingNerve(patch_of(4), SETTINGS)


@pytest.fixture(scope="module")
def pressed() -> RestingNerve:
    return RestingNerve(sick(4, coupling=0.85), SETTINGS)


def test_in_health_an_impulse_runs_on_to_the_brainstem_and_nothing_comes_back(healthy: RestingNerve) -> None:
    out = fired(healthy, [0, 1], 0.0)
    assert out.axon.size == 0
    assert list(out.central_axon) == [0, 1]
    assert out.central_ms == pytest.approx([3.0, 3.0], abs=0.1)
    assert out.arrived.all()
    assert list(out.shock_axon) == [0, 1]


def test_under_pressure_the_neighbours_answer(pressed: RestingNerve) -> None:
    out = fired(pressed, [0, 1], 0.0)
    assert {2, 3} <= set(out.axon)
    first = {int(axon): out.time_ms[out.axon == axon][0] for axon in (2, 3)}
    assert all(2.7 < at < 4.5 for at in first.values())
    assert set(out.central_axon) == {0, 1, 2, 3}


def test_the_calculation_begins_where_it_may(pressed: RestingNerve) -> None:
    """How long before the first shock it begins changes nothing, for the nerve rests."""
    away = np.full(4, 3.0)
    one, two = (
        sweep(pressed, np.array([0, 1]), away, (0.0,), 8.0, no_pulses(), lead_ms=lead) for lead in (1.0, 4.0)
    )
    assert np.array_equal(one.axon, two.axon)
    assert one.time_ms == pytest.approx(two.time_ms, abs=1e-6)


def test_an_order_of_the_brainstem_meets_the_antidromic_impulse(healthy: RestingNerve) -> None:
    """It leaves at 1.3 ms, before the other has come at 3: both end, and the neighbour's is not touched."""
    order = volley([0], 0, 2.0)
    out = fired(healthy, [0, 1], 0.0, others=order)
    assert list(out.arrived) == [False, True]
    assert 0 not in out.axon
    assert set(out.central_axon) == {1}


def test_an_order_that_comes_later_gets_out(healthy: RestingNerve) -> None:
    out = fired(healthy, [1], 0.0, others=volley([0], 0, 5.0))
    assert list(out.axon) == [0]
    assert out.time_ms[0] == pytest.approx(5.0 - 1.0 + 2 * 0.15, abs=0.2)


@pytest.mark.parametrize(("interval_ms", "impulses"), [(0.3, 1), (0.6, 1), (4.0, 2)])
def test_a_second_shock_too_soon_fires_nothing(
    healthy: RestingNerve, interval_ms: float, impulses: int
) -> None:
    out = fired(healthy, [0], 0.0, interval_ms)
    assert out.central_axon.size == out.shock_ms.size == impulses


def test_threads_change_nothing() -> None:
    nerve = patch_of(16)
    one, two = (
        fired(RestingNerve(nerve, NerveSettings(dt_ms=0.01, threads=threads)), [0, 5], 0.0)
        for threads in (1, 2)
    )
    assert np.array_equal(one.central_ms, two.central_ms)


def test_only_the_patches_asked_for_are_calculated() -> None:
    nerve = RestingNerve(patch_of(4), SETTINGS)
    assert nerve.fire(volley([0], 17, 0.5), 3.0, np.zeros(0, dtype=int)) == {}
    assert list(nerve.fire(volley([0], 17, 0.5), 3.0, np.array([2]))) == [0]
