import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.settings import QualitySettings
from facialis.signals.geometry import NAMES
from facialis.signals.quality import assess
from facialis.types import SIDES, FloatArray, Quality, Side

RULES = QualitySettings()
TIME_S = np.arange(600) / 30
SPOILT = (TIME_S >= 8) & (TIME_S < 11)

Columns = dict[str, FloatArray]


def good(n: int = 600) -> Columns:
    rng = np.random.default_rng(1)
    raw = {name: rng.normal(0.3, 0.01, n) for name in NAMES}
    raw |= {f"{side}_presence": rng.normal(20, 1, n) for side in SIDES}
    raw |= {f"{side}_sharpness": rng.normal(0.5, 0.02, n) for side in SIDES}
    raw |= {"yaw_deg": rng.normal(0, 2, n), "interocular_px": np.full(n, 150.0), "n_faces": np.ones(n)}
    raw |= {"brightness": np.full(n, 110.0), "contrast": np.full(n, 40.0), "change": np.full(n, 1.5)}
    return raw


def spoilt(**values: float) -> Columns:
    """A good recording but for 3 s in its middle."""
    raw = good()
    return raw | {name: np.where(SPOILT, value, raw[name]) for name, value in values.items()}


def reasons_of(quality: Quality) -> set[tuple[Side | None, str]]:
    return {(exclusion.side, exclusion.reason) for exclusion in quality.exclusions}


def test_a_good_recording_is_observed_whole() -> None:
    quality, usable = assess(TIME_S, good(), RULES)
    assert quality.exclusions == ()
    assert quality.notes == ()
    assert quality.seconds_recorded == pytest.approx(20)
    assert dict(quality.seconds_observed) == pytest.approx({"left": 20, "right": 20, "both": 20})
    assert quality.frames_per_s == pytest.approx(30)
    assert quality.interocular_px == pytest.approx(150)
    assert all(usable[side].all() for side in SIDES)


@pytest.mark.parametrize(
    ("values", "side", "words"),
    [
        (dict.fromkeys(NAMES, np.nan) | {"n_faces": 0}, None, "no face"),
        ({"yaw_deg": 40}, None, "turned away"),
        ({"yaw_deg": -40}, None, "turned away"),
        ({"interocular_px": 30}, None, "too small"),
        ({"brightness": 8}, None, "too dark"),
        ({"contrast": 2}, None, "too dark"),
        ({"change": 0}, None, "stands still"),
        ({"left_presence": -5}, "left", "covers"),
        ({"right_presence": 5}, "right", "covers"),
        ({"left_sharpness": 0.1}, "left", "blurred"),
        ({"right_sharpness": 0.1}, "right", "blurred"),
        ({"left_presence": 5, "yaw_deg": 20}, "left", "turned away"),
    ],
)
def test_each_reason_is_named_and_its_seconds_are_not_observed(
    values: dict[str, float], side: Side | None, words: str
) -> None:
    quality, usable = assess(TIME_S, spoilt(**values), RULES)
    ((found, reason),) = reasons_of(quality)
    assert found == side
    assert words in reason
    # A hand shades and drags the skin before and after it covers it.
    beside_s = RULES.cover_guard_s if words == "covers" else 0.0
    assert min(e.onset_s for e in quality.exclusions) == pytest.approx(8 - beside_s, abs=0.05)
    assert max(e.offset_s for e in quality.exclusions) == pytest.approx(11 + beside_s, abs=0.05)
    left_s = 17 - 2 * (RULES.guard_s + beside_s)
    for other in SIDES:
        hit = side in (None, other)
        assert quality.seconds_observed[other] == pytest.approx(left_s if hit else 20, abs=0.1)
        assert usable[other][SPOILT].any() != hit
    assert quality.seconds_observed["both"] == pytest.approx(left_s, abs=0.1)
    assert quality.seconds_recorded == pytest.approx(20)


def test_one_side_covered_leaves_the_other_measured() -> None:
    quality, _ = assess(TIME_S, good() | {"left_presence": np.full(600, -5.0)}, RULES)
    assert dict(quality.seconds_observed) == pytest.approx({"left": 0, "right": 20, "both": 0})


def test_sharpness_is_judged_against_the_recordings_own() -> None:
    soft = {f"{side}_sharpness": 0.2 * good()[f"{side}_sharpness"] for side in SIDES}
    assert assess(TIME_S, good() | soft, RULES)[0].exclusions == ()


def test_a_frame_or_two_that_repeat_do_no_harm() -> None:
    raw = good()
    raw["change"][100:103] = 0
    assert assess(TIME_S, raw, RULES)[0].exclusions == ()


def test_the_first_frame_has_no_change_and_is_still_used() -> None:
    raw = good()
    raw["change"][0] = np.nan
    assert assess(TIME_S, raw, RULES)[1]["left"][0]


# Frame rate


@pytest.mark.parametrize(
    ("rate", "observed"), [(5.0, False), (15.0, False), (24.0, True), (30.0, True), (60.0, True)]
)
def test_fewer_than_twenty_frames_a_second_cannot_be_measured(rate: float, observed: bool) -> None:
    time_s = np.arange(int(10 * rate)) / rate
    quality, usable = assess(time_s, good(time_s.size), RULES)
    assert usable["left"].all() == usable["left"].any() == observed
    assert quality.seconds_observed["both"] == pytest.approx(10 if observed else 0)
    assert any("frames a second" in e.reason for e in quality.exclusions) != observed
    assert quality.frames_per_s == pytest.approx(rate)


def test_a_stretch_with_too_few_frames_is_left_out() -> None:
    time_s = np.concatenate([np.arange(0, 5, 1 / 30), np.arange(5, 8, 1 / 8), np.arange(8, 13, 1 / 30)])
    quality, usable = assess(time_s, good(time_s.size), RULES)
    assert not usable["left"][(time_s > 5.2) & (time_s < 7.8)].any()
    assert usable["left"][(time_s < 4.5) | (time_s > 8.5)].all()
    assert quality.seconds_observed["both"] == pytest.approx(10, abs=0.6)


def test_a_gap_between_frames_is_not_observed() -> None:
    time_s = np.concatenate([np.arange(0, 5, 1 / 30), np.arange(9, 14, 1 / 30)])
    quality, _ = assess(time_s, good(time_s.size), RULES)
    assert quality.seconds_recorded == pytest.approx(14, abs=0.05)
    assert quality.seconds_observed["both"] == pytest.approx(10, abs=0.4)


@given(st.integers(0, 10_000))
def test_a_phones_uneven_rate_is_no_reason(seed: int) -> None:
    shares = np.clip(1 + 0.15 * np.random.default_rng(seed).standard_normal(300), 0.6, 1.4)
    time_s = np.cumsum(shares) / 30
    quality, usable = assess(time_s, good(300), RULES)
    assert usable["left"].all()
    assert quality.seconds_observed["both"] == pytest.approx(quality.seconds_recorded, rel=0.01)


# Bookkeeping


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 5), st.sampled_from(SIDES)), max_size=5))
def test_observed_seconds_are_those_of_the_usable_frames(holes: list[tuple[float, float, Side]]) -> None:
    raw = good()
    for onset, length, side in holes:
        first, stop = np.searchsorted(TIME_S, [onset, onset + length])
        raw[f"{side}_presence"][first:stop] = 0
    quality, usable = assess(TIME_S, raw, RULES)
    for side in SIDES:
        assert quality.seconds_observed[side] == pytest.approx(usable[side].sum() / 30)
        assert quality.seconds_observed["both"] <= quality.seconds_observed[side] + 1e-9
        for exclusion in quality.exclusions:
            if exclusion.side in (None, side):
                first, stop = np.searchsorted(TIME_S, [exclusion.onset_s, exclusion.offset_s - 1e-9])
                assert not usable[side][first:stop].any()
    assert list(quality.exclusions) == sorted(quality.exclusions, key=lambda e: (e.onset_s, e.offset_s))


def test_stretches_too_short_for_a_baseline_are_not_used() -> None:
    raw = good()
    raw["left_presence"][:] = np.where(np.arange(600) % 20 < 10, 0.0, 20.0)
    assert not assess(TIME_S, raw, RULES)[1]["left"].any()


def test_several_faces_are_told() -> None:
    (note,) = assess(TIME_S, spoilt(n_faces=3), RULES)[0].notes
    assert "3 faces" in note
    assert "largest" in note


def test_no_face_at_all_is_a_quality_not_an_error() -> None:
    raw = {name: np.full(600, np.nan) for name in NAMES} | {"n_faces": np.zeros(600)}
    quality, usable = assess(TIME_S, raw, RULES)
    assert dict(quality.seconds_observed) == {"left": 0, "right": 0, "both": 0}
    assert np.isnan(quality.interocular_px)
    assert reasons_of(quality) == {(None, "no face was seen")}
    assert not usable["left"].any()


def test_a_single_frame_is_a_quality_not_an_error() -> None:
    quality, usable = assess(np.zeros(1), {name: values[:1] for name, values in good().items()}, RULES)
    assert dict(quality.seconds_observed) == {"left": 0, "right": 0, "both": 0}
    assert not usable["left"].any()
