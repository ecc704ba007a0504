"""Patients drawn at random: the same again, as unlike as series say, and how they heal."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate.artery import CAUSES, HEALTHY_PACKING
from facialis.simulate.patient import Patient
from facialis.simulate.patient_config import read_config, write_config
from facialis.simulate.population import (
    ATYPICAL,
    FREED_AT_ONCE,
    LEAST_SEVERITY,
    LEFT,
    SLOWER_SD,
    VESSELS,
    drawn,
)
from facialis.simulate.treatments import Healing, OnDay, Treatment, on_day

LOOP = CAUSES["anterior inferior cerebellar artery"]
LIFTED = (Treatment("decompression", 10),)


@given(st.integers(0, 2**31))
def test_the_same_seed_draws_the_same_patient(seed: int) -> None:
    one = drawn(seed)
    assert one == drawn(seed)
    assert one.cause in VESSELS
    assert LEAST_SEVERITY <= one.severity <= 1
    assert one.seed == seed


def test_patients_differ_as_series_say() -> None:
    many = [drawn(seed) for seed in range(1500)]
    assert np.mean([each.side == "left" for each in many]) == pytest.approx(LEFT, abs=0.04)
    for cause, share in VESSELS.items():
        assert np.mean([each.cause == cause for each in many]) == pytest.approx(share, abs=0.04)
    assert np.mean([each.upper_at_vessel < 0 for each in many]) == pytest.approx(ATYPICAL, abs=0.01)
    slower = np.log([each.healing.myelin_days for each in many])
    assert slower.std() == pytest.approx(SLOWER_SD, rel=0.05)
    assert np.mean([each.healing.at_once == 1 for each in many]) == pytest.approx(FREED_AT_ONCE, abs=0.04)
    assert sum(VESSELS.values()) == pytest.approx(1)


def test_what_is_given_is_not_drawn() -> None:
    given_ = drawn(4, severity=1.0, side="right", minutes=0.5, treatments=LIFTED)
    assert (given_.severity, given_.side, given_.minutes, given_.treatments) == (1.0, "right", 0.5, LIFTED)
    assert given_.healing == drawn(4).healing
    with pytest.raises(SettingsError, match="severity"):
        drawn(4, severity=2.0)


def test_the_draw_is_in_the_configuration(tmp_path: Path) -> None:
    patient = drawn(7, treatments=LIFTED)
    write_config(patient, tmp_path / "one.json")
    assert read_config(tmp_path / "one.json") == patient
    assert '"at_once"' in (tmp_path / "one.json").read_text()


def test_a_configuration_without_healing_is_read_as_the_usual(tmp_path: Path) -> None:
    import json

    write_config(Patient(), tmp_path / "one.json")
    content = json.loads((tmp_path / "one.json").read_text())
    for name in ("healing", "upper_at_vessel"):
        del content["patient"][name]
    (tmp_path / "old.json").write_text(json.dumps(content))
    assert read_config(tmp_path / "old.json") == Patient()


# How they heal


def after(days: float, healing: Healing | None = None, treatment: Treatment = LIFTED[0]) -> OnDay:
    return on_day(LOOP, 0.5, (treatment,), 10 + days, "left", healing)


def test_as_a_rule_the_packing_goes_with_the_vessel() -> None:
    assert after(0).cause.packing == HEALTHY_PACKING
    assert after(-1).cause == LOOP


def test_where_it_does_not_it_goes_slowly_and_the_pulse_at_once() -> None:
    slow = Healing(at_once=0.0, packing_days=20.0)
    days = [0.0, 5.0, 20.0, 60.0, 400.0]
    packing = [after(day, slow).cause.packing for day in days]
    assert packing[0] == LOOP.packing
    assert packing == sorted(packing, reverse=True)
    assert packing[2] - HEALTHY_PACKING == pytest.approx((LOOP.packing - HEALTHY_PACKING) / np.e)
    assert packing[-1] == pytest.approx(HEALTHY_PACKING, abs=1e-6)
    assert all(after(day, slow).cause.pulse == 0 for day in days)


@given(st.floats(0.1, 30), st.floats(0, 500))
def test_who_heals_slower_is_as_far_so_many_times_later(times: float, days: float) -> None:
    usual = Healing(at_once=0.3)
    one, other = after(days, usual), after(times * days, usual.slower(times))
    assert other.cause.lamellae == pytest.approx(one.cause.lamellae, rel=1e-6)
    assert other.cause.packing == pytest.approx(one.cause.packing, rel=1e-6)
    assert other.membrane == pytest.approx(one.membrane, abs=1e-9)
    assert other.nucleus_gain == pytest.approx(one.nucleus_gain, rel=1e-6)


def test_a_pad_that_slips_brings_the_packing_back() -> None:
    slips = replace(LIFTED[0], shifted_on_day=40)
    slow = Healing(at_once=0.0, packing_days=20.0)
    before, later, last = (after(day, slow, slips).cause.packing for day in (29.0, 60.0, 2000.0))
    assert before < later < last == pytest.approx(LOOP.packing)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"at_once": 1.5}, "at_once is 1.5"),
        ({"at_once": float("nan")}, "at_once is nan"),
        ({"packing_days": 0.0}, "packing_days is 0.0"),
        ({"myelin_days": -1.0}, "myelin_days is -1.0"),
        ({"membrane_days": float("inf")}, "membrane_days is inf"),
    ],
)
def test_what_cannot_heal_is_refused(values: dict[str, float], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Healing(**values)
    with pytest.raises(SettingsError):
        Healing().slower(0.0)
