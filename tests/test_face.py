import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.settings import CalibrationSettings
from facialis.signals.face import EXCURSIONS, IRIS_MM, PERCENT, curves, lid_levels, mm_per_percent
from facialis.signals.stream import NAMES
from facialis.types import SIDES, BoolArray, FloatArray, Side, Signals
from tests.curves import pulse

TIME_S = np.arange(600) / 30
RULES = CalibrationSettings()
ALL: dict[Side, BoolArray] = {side: np.ones(600, dtype=bool) for side in SIDES}


def geometry(
    closure: dict[Side, FloatArray] | None = None, opened: float = 0.1, shut: float = 0.003, seed: int = 0
) -> dict[str, FloatArray]:
    """Columns of stream.NAMES of a face whose eyes close by `closure` (n,) between the two levels."""
    rng = np.random.default_rng(seed)
    raw = {name: rng.normal(0.3, 0.001, 600) for name in NAMES}
    for side in SIDES:
        closed = (closure or {}).get(side, np.zeros(600))
        raw[f"{side}_aperture"] = opened - (opened - shut) * closed
    raw["interocular_px"], raw["iris_px"] = np.full(600, 180.0), np.full(600, 23.4)
    return raw


def blinking(*onsets_s: float) -> FloatArray:
    return np.max([pulse(TIME_S, onset, 0.1, 0.05, 0.15) for onset in onsets_s], axis=0)


def both(curve: FloatArray) -> dict[Side, FloatArray]:
    return {"left": curve, "right": curve}


# Closure


@given(st.floats(0.03, 0.3), st.floats(0, 0.04))
def test_closure_runs_from_this_eyes_open_to_its_shut(opened: float, shut_share: float) -> None:
    closed = both(blinking(2, 6, 11, 15))
    signals = curves(TIME_S, geometry(closed, opened, shut_share * opened), ALL, RULES)
    for side in SIDES:
        np.testing.assert_allclose(signals.side(side, "closure"), closed[side], atol=0.03)


def test_each_eye_is_measured_by_its_own_levels() -> None:
    raw = geometry(both(blinking(2, 6, 11, 15)))
    raw["left_aperture"] = 0.6 * raw["left_aperture"]
    signals = curves(TIME_S, raw, ALL, RULES)
    np.testing.assert_allclose(signals.side("left", "closure"), signals.side("right", "closure"), atol=1e-9)


def test_a_spasm_that_holds_one_eye_half_shut_does_not_move_its_open_level() -> None:
    blinks = blinking(2, 6, 11, 15)
    spasm = np.maximum(blinks, 0.5 * pulse(TIME_S, 7, 0.2, 8, 0.2))
    signals = curves(TIME_S, geometry({"left": spasm, "right": blinks}), ALL, RULES)
    np.testing.assert_allclose(signals.side("left", "closure"), spasm, atol=0.03)


def test_one_eye_shut_alone_does_not_set_what_shut_is() -> None:
    blinks = blinking(2, 6, 11, 15)
    wink = pulse(TIME_S, 8, 0.1, 0.5, 0.1)
    raw = geometry({"left": np.maximum(blinks, wink), "right": blinks})
    raw["left_aperture"] = raw["left_aperture"] - 0.01 * wink
    levels = lid_levels(TIME_S, {s: raw[f"{s}_aperture"] for s in SIDES}, ALL["left"], RULES)
    assert levels["left"] == pytest.approx(levels["right"], abs=2e-3)


def test_without_a_blink_shut_is_the_nominal_share_of_open() -> None:
    levels = lid_levels(TIME_S, {s: np.full(600, 0.1) for s in SIDES}, ALL["left"], RULES)
    for side in SIDES:
        assert levels[side] == pytest.approx((RULES.nominal_shut * 0.1, 0.1))


def test_frames_that_cannot_be_used_set_no_level() -> None:
    usable: dict[Side, BoolArray] = dict.fromkeys(SIDES, TIME_S < 10)
    raw = geometry(both(blinking(2, 6)))
    spoilt = {k: np.where((TIME_S >= 10) & (k.endswith("aperture")), 5.0, v) for k, v in raw.items()}
    known, found = (curves(TIME_S, r, usable, RULES) for r in (raw, spoilt))
    for side in SIDES:
        np.testing.assert_allclose(found.side(side, "closure")[:300], known.side(side, "closure")[:300])


# Excursions


@given(st.sampled_from(EXCURSIONS), st.sampled_from(SIDES), st.floats(-2, 2))
def test_an_excursion_is_counted_from_the_persons_own_rest(name: str, side: Side, offset: float) -> None:
    raw = geometry()
    moved = {**raw, f"{side}_{name}": raw[f"{side}_{name}"] + offset}
    there, here = (curves(TIME_S, r, ALL, RULES).side(side, name) for r in (moved, raw))
    np.testing.assert_allclose(there, here, atol=1e-9)
    assert np.median(here) == pytest.approx(0, abs=1e-9)


def test_an_excursion_is_in_percent_of_the_inter_ocular_distance() -> None:
    raw = geometry()
    raw["left_brow"] = 0.25 + 0.08 * pulse(TIME_S, 5, 0.2, 1, 0.2)
    signals = curves(TIME_S, raw, ALL, RULES)
    assert signals.side("left", "brow").max() == pytest.approx(8)
    assert signals.units["left_brow"] == PERCENT


def test_a_lasting_asymmetry_stays_in_the_columns_made_for_it() -> None:
    raw = geometry()
    raw["left_mouth_vertical"] = raw["left_mouth_vertical"] - 0.05
    raw["left_aperture"] = 0.7 * raw["left_aperture"]
    signals = curves(TIME_S, raw, ALL, RULES)
    lower = np.median(signals.side("right", "mouth_height")) - np.median(signals.side("left", "mouth_height"))
    assert lower == pytest.approx(5, abs=0.1)
    assert np.median(signals.side("left", "aperture")) == pytest.approx(7)
    assert np.median(signals.side("right", "aperture")) == pytest.approx(10)


# Raw, named, with units


def test_every_column_has_a_unit_and_the_length_of_the_recording() -> None:
    signals = curves(TIME_S, geometry(), ALL, RULES)
    assert set(signals.columns) == set(signals.units)
    assert all(values.shape == TIME_S.shape for values in signals.columns.values())
    assert signals.units["left_closure"] == "1"
    assert signals.units["yaw_deg"] == "degree"


def test_curves_are_raw() -> None:
    raw = geometry(seed=3)
    signals = curves(TIME_S, raw, ALL, RULES)
    for name in EXCURSIONS:
        np.testing.assert_allclose(np.diff(signals.side("left", name)), 100 * np.diff(raw[f"left_{name}"]))


def test_where_no_face_was_seen_nothing_is_filled_in() -> None:
    away = (TIME_S > 4) & (TIME_S < 5)
    raw = {name: np.where(away, np.nan, values) for name, values in geometry().items()}
    signals = curves(TIME_S, raw, dict.fromkeys(SIDES, ~away), RULES)
    for name, values in signals.columns.items():
        np.testing.assert_array_equal(np.isnan(values), away, err_msg=name)


def test_without_a_usable_frame_there_is_no_closure() -> None:
    nothing = {side: np.zeros(600, dtype=bool) for side in SIDES}
    signals = curves(TIME_S, geometry(), nothing, RULES)
    for side in SIDES:
        assert np.isnan(signals.side(side, "closure")).all()
        assert np.isnan(signals.side(side, "brow")).all()


# Millimetres


@given(st.floats(5, 100), st.floats(3, 10))
def test_the_iris_gives_the_scale(iris_px: float, ratio: float) -> None:
    columns = {"interocular_px": np.full(5, ratio * iris_px), "iris_px": np.full(5, iris_px)}
    assert mm_per_percent(Signals(np.arange(5), columns, {}, {})) == pytest.approx(ratio * IRIS_MM / 100)


def test_without_a_face_there_are_no_millimetres() -> None:
    nothing = {"interocular_px": np.full(5, np.nan), "iris_px": np.full(5, np.nan)}
    assert np.isnan(mm_per_percent(Signals(np.arange(5), nothing, {}, {})))
