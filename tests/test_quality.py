import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.settings import QualitySettings
from facialis.signals.geometry import NAMES
from facialis.signals.quality import BESIDE, BETWEEN, assess
from facialis.types import SIDES, Exclusion, FloatArray, Quality, Side

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


def own(quality: Quality) -> list[Exclusion]:
    """The exclusions for what the pictures themselves show, without those for their neighbours."""
    return [exclusion for exclusion in quality.exclusions if exclusion.reason not in (BESIDE, BETWEEN)]


def reasons_of(quality: Quality) -> set[tuple[Side | None, str]]:
    return {(exclusion.side, exclusion.reason) for exclusion in own(quality)}


def seconds_listed(quality: Quality, side: Side) -> float:
    """Seconds that the exclusions of a side cover together, each second once."""
    covered_s, until_s = 0.0, 0.0
    for each in sorted(quality.exclusions, key=lambda exclusion: exclusion.onset_s):
        if each.side in (None, side):
            covered_s += max(each.offset_s - max(each.onset_s, until_s), 0.0)
            until_s = max(until_s, each.offset_s)
    return covered_s


def seconds_for(quality: Quality, side: Side | None, reason: str) -> list[float]:
    return [e.offset_s - e.onset_s for e in quality.exclusions if (e.side, e.reason) == (side, reason)]


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
    assert min(e.onset_s for e in own(quality)) == pytest.approx(8 - beside_s, abs=0.05)
    assert max(e.offset_s for e in own(quality)) == pytest.approx(11 + beside_s, abs=0.05)
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


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
@pytest.mark.parametrize(("turn_deg", "presence"), [(12, 11.0), (16, 10.0), (20, 9.0), (24, 7.5)])
def test_the_half_that_turns_away_may_be_less_certain(
    side: Side, sign: int, turn_deg: float, presence: float
) -> None:
    turned = good() | {"yaw_deg": np.full(600, float(sign * turn_deg))}
    quality, usable = assess(TIME_S, turned | {f"{side}_presence": np.full(600, presence)}, RULES)
    assert usable[side].all()
    assert quality.exclusions == ()


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_the_half_that_turns_to_the_camera_may_not(side: Side, sign: int) -> None:
    turned = good() | {"yaw_deg": np.full(600, sign * 20.0)}
    _, usable = assess(TIME_S, turned | {f"{side}_presence": np.full(600, 6.0)}, RULES)
    assert not usable[side].any()


@given(st.floats(-25, 25), st.floats(-10, 12))
def test_a_turn_never_lets_less_be_seen(turn_deg: float, presence: float) -> None:
    def used(yaw_deg: float) -> bool:
        columns = {"yaw_deg": np.full(600, yaw_deg), "left_presence": np.full(600, presence)}
        return bool(assess(TIME_S, good() | columns, RULES)[1]["left"].all())

    if used(turn_deg):
        assert used(max(turn_deg, 0.0) / 2 + 12.5), "turned further away, as far as halves are read at all"
    if presence < RULES.min_presence - RULES.turn_presence * RULES.max_yaw_deg:
        assert not used(turn_deg), "what is covered stays covered however the head turns"


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
    assert any("frames a second" in e.reason for e in own(quality)) != observed
    assert quality.frames_per_s == pytest.approx(rate)
    assert len(quality.notes) == (not observed)


def test_a_recording_with_too_few_frames_says_what_to_do() -> None:
    (note,) = assess(np.arange(150) / 15, good(150), RULES)[0].notes
    assert "has 15 frames a second" in note
    assert "20 are needed" in note
    assert "Film again with 30" in note
    assert "bright light" in note


@pytest.mark.parametrize("rate", [19.98, 20.0, 29.97])
def test_a_rate_that_passes_needs_no_advice(rate: float) -> None:
    assert assess(np.arange(200) / rate, good(200), RULES)[0].notes == ()


def test_a_pause_is_no_reason_to_buy_another_camera() -> None:
    time_s = np.concatenate([np.arange(0, 5, 1 / 30), np.arange(9, 14, 1 / 30)])
    assert assess(time_s, good(time_s.size), RULES)[0].notes == ()


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


holes = st.tuples(
    st.floats(0, 20), st.floats(0, 5), st.sampled_from(["left", "right", "both", "yaw", "blur"])
)


@given(st.lists(holes, max_size=6), st.integers(0, 1000), st.floats(0, 0.7), st.sampled_from([20.0, 30, 60]))
def test_the_exclusions_are_all_that_was_recorded_and_not_observed(
    spoiled: list[tuple[float, float, str]], seed: int, jitter: float, rate: float
) -> None:
    steps = np.random.default_rng(seed).uniform(1 - jitter, 1 + jitter, 600) / rate
    time_s, raw = np.cumsum(steps) - steps[0], good()
    columns = {"yaw": ["yaw_deg"], "blur": ["left_sharpness"], "both": ["left_presence", "right_presence"]}
    values = {"yaw": 40.0, "blur": 0.1}
    for onset, length, what in spoiled:
        first, stop = np.searchsorted(time_s, [onset, onset + length])
        for name in columns.get(what, [f"{what}_presence"]):
            raw[name][first:stop] = values.get(what, 0.0)
    quality, usable = assess(time_s, raw, RULES)
    for side in SIDES:
        lost_s = quality.seconds_recorded - quality.seconds_observed[side]
        assert seconds_listed(quality, side) == pytest.approx(lost_s, abs=1e-6)
        listed = np.zeros(600, dtype=bool)
        for each in quality.exclusions:
            if each.side in (None, side):
                listed |= (time_s > each.onset_s - 1e-9) & (time_s < each.offset_s - 1e-9)
        np.testing.assert_array_equal(listed, ~usable[side])


def test_the_frames_beside_an_excluded_stretch_are_listed_as_such() -> None:
    quality, _ = assess(TIME_S, spoilt(yaw_deg=40), RULES)
    assert seconds_for(quality, None, BESIDE) == pytest.approx([RULES.guard_s] * 2, abs=0.04)
    assert len(quality.exclusions) == 3


def test_the_frames_beside_a_stretch_of_one_side_are_lost_for_that_side_alone() -> None:
    quality, _ = assess(TIME_S, spoilt(left_sharpness=0.1), RULES)
    assert seconds_for(quality, "left", BESIDE) == pytest.approx([RULES.guard_s] * 2, abs=0.04)
    assert {exclusion.side for exclusion in quality.exclusions} == {"left"}


def test_what_is_left_between_two_excluded_stretches_is_listed_as_too_short() -> None:
    raw = good()
    raw["yaw_deg"][(TIME_S > 8) & (TIME_S < 9)] = raw["yaw_deg"][(TIME_S > 9.5) & (TIME_S < 10)] = 40
    quality, _ = assess(TIME_S, raw, RULES)
    assert seconds_for(quality, None, BETWEEN) == pytest.approx([0.5 - 2 * RULES.guard_s], abs=0.07)


def test_a_recording_shorter_than_a_baseline_is_listed_whole() -> None:
    quality, _ = assess(TIME_S[:10], good(10), RULES)
    assert [(e.side, e.reason) for e in quality.exclusions] == [(None, BETWEEN)]
    assert seconds_listed(quality, "left") == pytest.approx(quality.seconds_recorded)


def test_no_excluded_frame_stands_under_two_reasons_for_its_neighbours() -> None:
    raw = spoilt(left_presence=-5)
    raw["yaw_deg"][300:360] = 40
    quality, _ = assess(TIME_S, raw, RULES)
    for side in SIDES:
        marked = np.zeros(600)
        for each in quality.exclusions:
            if each.reason in (BESIDE, BETWEEN) and each.side in (None, side):
                first, stop = np.searchsorted(TIME_S, [each.onset_s - 1e-9, each.offset_s - 1e-9])
                marked[first:stop] += 1
        assert marked.max() <= 1


def test_a_single_late_frame_is_observed_whole() -> None:
    # One frame of a camera at 30/s is missing; what moves the lids in that time is seen before and after.
    time_s = np.delete(TIME_S, 300)
    quality, usable = assess(time_s, good(599), RULES)
    assert usable["left"].all()
    assert quality.seconds_observed["left"] == pytest.approx(quality.seconds_recorded)


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
