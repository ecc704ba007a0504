"""Geometry, membrane and gates of one fibre."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.compiled import KERNELS, forget_stale
from facialis.simulate.fibre import compartments, geometry
from facialis.simulate.nerve import healthy_nerve
from facialis.simulate.rates import HIGHEST_MV, LOWEST_MV, gate_rates, gate_targets, target_table
from facialis.types import FloatArray

potentials = st.floats(-120, 60)


def rows(diameter_um: float, divisions: int = 1) -> object:
    nerve = healthy_nerve(np.array([diameter_um]), 5)
    parts = np.full(4, divisions)
    return compartments(geometry(nerve.diameter_um), nerve.lamellae, nerve.node_leak_s_cm2, parts)


def at(u: float, v: float) -> FloatArray:
    out = np.empty(8)
    gate_rates(u, v, out)
    return out


# Geometry


def test_the_published_geometry_comes_back() -> None:
    fibre = geometry(np.array([5.7, 10.0]))
    assert fibre.axon_um == pytest.approx([3.4, 6.9])
    assert fibre.internode_um == pytest.approx([500, 1150])
    assert fibre.lamellae == pytest.approx([80, 120])


@given(st.floats(5.7, 11.4))
def test_thicker_fibres_are_larger_in_everything(diameter_um: float) -> None:
    thin, thick = geometry(np.array([diameter_um])), geometry(np.array([diameter_um + 0.1]))
    for name in ("axon_um", "node_um", "internode_um", "lamellae"):
        assert getattr(thick, name)[0] > getattr(thin, name)[0]


@pytest.mark.parametrize("diameter_um", [0.0, 5.6, 11.6, float("nan")])
def test_unknown_fibres_are_refused(diameter_um: float) -> None:
    with pytest.raises(SettingsError, match=r"5\.7 and 11\.5"):
        geometry(np.array([diameter_um]))


@pytest.mark.parametrize("divisions", [2, 5])
def test_dividing_an_internode_changes_none_of_its_sums(divisions: int) -> None:
    whole, parts = rows(7.3), rows(7.3, divisions)
    for name in ("capacity_nf", "leak_us", "resistance_mohm", "area_cm2"):
        assert getattr(parts, name).sum() == pytest.approx(getattr(whole, name).sum())


def test_both_ends_are_sealed() -> None:
    axial = rows(7.3).axial_us()  # type: ignore[attr-defined]
    assert axial[0] == axial[-1] == 0
    assert np.all(axial[1:-1] > 0)


def test_lost_myelin_leaks_and_holds_charge() -> None:
    nerve = healthy_nerve(np.array([7.3]), 3)
    fibre, ones = geometry(nerve.diameter_um), np.ones(2)
    whole = compartments(fibre, nerve.lamellae, nerve.node_leak_s_cm2, ones)
    bare = compartments(fibre, 0 * nerve.lamellae + 5, nerve.node_leak_s_cm2, ones)
    inside = ~whole.is_node
    assert np.all(bare.capacity_nf[inside] > 5 * whole.capacity_nf[inside])
    assert np.all(bare.leak_us[inside] > 5 * whole.leak_us[inside])
    assert np.array_equal(bare.leak_us[~inside], whole.leak_us[~inside])


# Gates


@given(potentials)
def test_rates_are_positive_and_gates_between_shut_and_open(v: float) -> None:
    goal = np.empty(8)
    gate_targets(v, v, 0.005, goal)
    assert np.all(at(v, v) >= 0)
    assert np.all((goal >= 0) & (goal <= 1))


@given(st.floats(-80, 60), st.floats(0.1, 5))
def test_depolarisation_opens_m_p_s_and_shuts_h(v: float, step: float) -> None:
    before, after = np.empty(8), np.empty(8)
    gate_targets(v, v, 1.0, before)
    gate_targets(v + step, v + step, 1.0, after)
    assert np.all(after[[0, 2, 3]] >= before[[0, 2, 3]] - 1e-12)
    assert after[1] <= before[1] + 1e-12


@pytest.mark.parametrize("special", [-21.4, -25.7, -114.0, -27.0, -34.0])
def test_rates_pass_smoothly_where_the_formula_divides_by_nothing(special: float) -> None:
    here, beside = at(special, special), at(special + 1e-4, special + 1e-4)
    assert np.all(np.isfinite(here))
    assert here == pytest.approx(beside, rel=1e-4)


@given(potentials)
def test_only_the_sodium_gates_feel_a_left_shift(v: float) -> None:
    shifted, plain = at(v + 3.0, v), at(v, v)
    assert shifted[[3, 7]] == pytest.approx(plain[[3, 7]])
    assert shifted[:3] == pytest.approx(at(v + 3.0, v + 3.0)[:3])


@given(st.floats(LOWEST_MV + 1, HIGHEST_MV - 1))
def test_the_table_is_the_formula(v: float) -> None:
    table, exact = _table(), np.empty(8)
    gate_targets(v, v, 0.005, exact)
    place = (v - LOWEST_MV) / 0.05
    powers = (place - int(place)) ** np.arange(3)
    row = table[int(place)].reshape(4, 2, 3) @ powers
    assert row[:, 0] == pytest.approx(exact[:4], abs=3e-7)
    assert row[:, 1] == pytest.approx(exact[4:], abs=3e-7)


def _table(kept: dict[str, FloatArray] = {}) -> FloatArray:  # noqa: B006
    return kept.setdefault("table", target_table(0.05, 0.005))


# Machine code


def test_code_older_than_a_kernel_is_forgotten(tmp_path: Path) -> None:
    for name in KERNELS:
        (tmp_path / f"{name}.py").write_text("")
    kept = tmp_path / "__pycache__"
    kept.mkdir()
    old, new = kept / "old.nbi", kept / "new.nbi"
    old.write_text("")
    new.write_text("")
    now = (tmp_path / "cable.py").stat().st_mtime
    os.utime(old, (now - 10, now - 10))
    os.utime(new, (now + 10, now + 10))
    forget_stale(tmp_path)
    assert not old.exists()
    assert new.exists()
