"""Spread, other Babinski sign, rest between spasms and proxies, on made-up recordings."""

from collections.abc import Callable

import numpy as np
import pytest
from measure_fixture import MM_PER_PERCENT, Measured, event, spasm, spasms

from facialis.types import SIDES, Event, FloatArray, Region, Side

TWELVE = tuple(np.arange(12) * 5.0 + 1)


# Where it goes


def spreading(lag_s: float, onset_s: float) -> tuple[Event, Event]:
    onsets: dict[Region, float] = {"eye": onset_s, "mouth": onset_s + lag_s}
    return spasm(onset_s, 0.5, excess={"eye": 0.5, "mouth": 5}, onsets=onsets)


def test_spread_is_the_share_of_episodes_with_the_eye_and_another_region() -> None:
    alone = spasms(TWELVE[:6], 0.4)
    mouth_alone = spasms((31,), 0.4, excess={"mouth": 5})
    both = tuple(e for k in range(5) for e in spreading(0.01, 36.0 + 4 * k))
    found = Measured((*alone, *mouth_alone, *both))
    share = found("spread_share")
    assert share.value == pytest.approx(100 * 5 / 12)
    assert (share.low, share.high) == pytest.approx((19.33, 68.05), abs=0.01)


def test_regions_start_together_within_a_frame() -> None:
    lags = (0.0, 1 / 30, -1 / 30, 2 / 30, 0.2)
    events = tuple(e for k, lag in enumerate(lags) for e in spreading(lag, 5.0 + 10 * k))
    found = Measured(events)
    assert found.value("together_share") == pytest.approx(60)
    assert found.value("eye_mouth_delay") == pytest.approx(1000 / 30)
    assert "one frame is 33 ms" in found("eye_mouth_delay").how


def test_delay_has_an_exact_interval_from_six_episodes_on() -> None:
    lags = np.linspace(-0.02, 0.04, 7)
    events = tuple(e for k, lag in enumerate(lags) for e in spreading(float(lag), 4.0 + 8 * k))
    delay = Measured(events)("eye_mouth_delay")
    assert delay.value == pytest.approx(10)
    assert (delay.low, delay.high) == pytest.approx((-20, 40))
    assert Measured(events[:10])("eye_mouth_delay").low is None


def shaken_brows(rise: float, side: Side = "left") -> Measured:
    """Six eye spasms of the left; the brow of `side` moves with every second; both brows tremble and nod."""
    events = spasms(TWELVE[:6], 0.5)

    def alter(columns: dict[str, FloatArray], time: FloatArray) -> None:
        rng = np.random.default_rng(4)
        nod = 3 * np.sin(time / 2)
        for each in SIDES:
            columns[f"{each}_brow"] = nod + rng.normal(0, 0.3, time.size)
        for twitch in events[1::4]:
            inside = (time >= twitch.onset_s) & (time < twitch.offset_s)
            columns[f"{side}_brow"][inside] += rise

    return Measured(events, alter=alter)


def test_other_babinski_sign_is_a_brow_that_rises_with_its_own_eye() -> None:
    found = shaken_brows(4.0)("other_babinski_share")
    assert found.value == pytest.approx(50)
    assert found.n == 6
    assert found.low is not None


@pytest.mark.parametrize(("rise", "side"), [(-4.0, "left"), (4.0, "right"), (0.0, "left")])
def test_a_brow_that_sinks_or_belongs_to_the_other_side_or_nods_is_no_sign(rise: float, side: Side) -> None:
    assert shaken_brows(rise, side).value("other_babinski_share") == 0


def test_no_rest_between_events_leaves_the_sign_unknown() -> None:
    found = Measured(spasms(TWELVE, 0.5), activated=np.ones(1800, dtype=bool))("other_babinski_share")
    assert found.value is None
    assert "too little time between events" in found.reason


# What lies between


def test_blinks_have_a_rate_and_a_depth_on_each_side() -> None:
    blinks = tuple(event("blink", 3.0 + 6 * k, 0.2, "both", size=0.9) for k in range(9))

    def weaker_left(columns: dict[str, FloatArray], _time: FloatArray) -> None:
        columns["left_closure"] = columns["left_closure"] * 0.8

    found = Measured(blinks, side="none", alter=weaker_left)
    assert found.value("blink_rate") == pytest.approx(9)
    assert found("blink_rate").side == "both"
    assert found.value("blink_depth", "left") == pytest.approx(72)
    assert found.value("blink_depth", "right") == pytest.approx(90)


def test_resting_asymmetry_looks_between_the_events_only() -> None:
    def drooping(columns: dict[str, FloatArray], time: FloatArray) -> None:
        columns["left_closure"] = columns["left_closure"] + 0.1 + 0.02 * np.sin(time * 3)

    found = Measured(spasms(TWELVE, 2.0, size=0.8), alter=drooping)("resting_asymmetry")
    assert found.value == pytest.approx(10, abs=1)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 10.5
    assert found.high >= 9.5
    assert found.unit == "% of full closure"


@pytest.mark.parametrize(("seconds", "rate"), [(30.0, 30.0), (30.0, 29.97), (60.0, 30.0), (65.0, 25.0)])
def test_no_block_of_the_rest_is_a_single_frame(seconds: float, rate: float) -> None:
    def last_frame_off(columns: dict[str, FloatArray], _: FloatArray) -> None:
        columns["left_closure"][-1] = 0.9

    found = Measured(seconds=seconds, rate=rate, alter=last_frame_off)("resting_asymmetry")
    assert (found.low, found.value, found.high) == (0, 0, 0)


def own_heights(aperture_mm: float, mouth_mm: float) -> Callable[[dict[str, FloatArray], FloatArray], None]:
    """Columns of each side's own aperture and mouth height; left is larger by the numbers given."""

    def alter(columns: dict[str, FloatArray], time: FloatArray) -> None:
        for name, base, more in (("aperture", 11.0, aperture_mm), ("mouth_height", -70.0, mouth_mm)):
            columns[f"right_{name}"] = np.full(time.size, base)
            columns[f"left_{name}"] = np.full(time.size, base + more / MM_PER_PERCENT)

    return alter


def test_lids_and_mouth_at_rest_differ_in_millimetres_where_the_curves_hold_them() -> None:
    found = Measured(spasms(TWELVE, 0.4), alter=own_heights(-2.5, 1.5))
    assert found.value("resting_aperture_asymmetry") == pytest.approx(-2.5)
    assert found.value("resting_mouth_asymmetry") == pytest.approx(1.5)
    without = Measured(spasms(TWELVE, 0.4))("resting_mouth_asymmetry")
    assert without.reason == "the curves hold each side against its own rest only"


# Proxies


def test_proxies_say_that_they_are_no_clinical_rating() -> None:
    found = Measured(spasms(TWELVE, 0.4))
    for name in ("smc_grade_proxy", "jrs_frequency_proxy"):
        assert "proxy" in found(name).label
        assert "not a clinical rating" in found(name).label
        assert found(name).low is None


def test_smc_proxy_climbs_with_spread_tonic_time_and_resting_asymmetry() -> None:
    eye = spasms(TWELVE, 0.4)
    spread = tuple(e for at in TWELVE for e in spreading(0.0, at))
    tonic = spasms(TWELVE, 1.5)
    grades = [
        Measured(eye, alter=own_heights(0, 0)).value("smc_grade_proxy"),
        Measured(spread, alter=own_heights(0, 0)).value("smc_grade_proxy"),
        Measured(tonic, alter=own_heights(0, 0)).value("smc_grade_proxy"),
        Measured(eye, alter=own_heights(-2.5, 0)).value("smc_grade_proxy"),
        Measured(eye, alter=own_heights(0, 3.5)).value("smc_grade_proxy"),
    ]
    assert grades == [1, 2, 3, 4, 4]


def test_smc_proxy_counts_only_the_narrower_eye_of_the_affected_side() -> None:
    wider = Measured(spasms(TWELVE, 0.4), alter=own_heights(2.5, 0))
    right = Measured(spasms(TWELVE, 0.4, "right"), side="right", alter=own_heights(2.5, 0))
    assert (wider.value("smc_grade_proxy"), right.value("smc_grade_proxy")) == (1, 4)


def test_smc_proxy_says_what_it_could_not_see_and_grades_no_spasm_not_at_all() -> None:
    assert "the lids at rest" in Measured(spasms(TWELVE, 0.4))("smc_grade_proxy").reason
    assert Measured(side="none")("smc_grade_proxy", "left").reason == "no spasms to grade were found"


@pytest.mark.parametrize(
    ("events", "item"),
    [
        ((), 0),
        (spasms(TWELVE, 0.4), 2),
        (spasms((5, 20), 2.0), 3),
        (spasms((2, 22, 42), 15.0), 4),
    ],
)
def test_jankovic_frequency_proxy(events: tuple[Event, ...], item: int) -> None:
    assert Measured(events).value("jrs_frequency_proxy") == item
