"""Measures of made-up recordings whose true numbers are known."""

import dataclasses
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_fixture import (
    MM_PER_PERCENT,
    Measured,
    event,
    quality_of,
    signals_of,
    spasm,
    spasms,
    time_of,
)

from facialis.measures.severity import severity
from facialis.settings import MeasureSettings
from facialis.types import (
    SIDES,
    Event,
    FloatArray,
    Measure,
    Quality,
    RecordingSide,
    Side,
    SideVerdict,
    Signals,
)

TWELVE = tuple(np.arange(12) * 5.0 + 1)


def all_masked(n: int, *spans: slice) -> np.ndarray:
    mask = np.zeros(n, dtype=bool)
    for span in spans:
        mask[span] = True
    return mask


# How often


def test_rate_is_per_minute_observed_with_garwoods_interval() -> None:
    rate = Measured(spasms(TWELVE, 0.3))("episode_rate")
    assert (rate.value, rate.n, rate.unit, rate.side) == (12.0, 12, "1/min", "left")
    assert (rate.low, rate.high) == pytest.approx((6.20, 20.96), abs=0.01)


def test_rate_of_bursts_has_a_wider_interval_and_says_why() -> None:
    even, burst = Measured(spasms(TWELVE, 0.3)), Measured(spasms(np.arange(12) * 0.8 + 20, 0.3))
    a, b = even("episode_rate"), burst("episode_rate")
    assert a.value == b.value
    assert None not in (a.low, a.high, b.low, b.high)
    assert (b.low, b.high) != (a.low, a.high)
    assert b.low < a.low < a.high < b.high  # type: ignore[operator]
    assert "bursts" in b.how
    assert "exact" in a.how


def test_rate_counts_observed_seconds_only() -> None:
    usable = all_masked(1800, slice(0, 900))
    events = spasms(TWELVE[:6], 0.3)
    found = Measured(events, usable=usable)
    assert found.value("episode_rate") == pytest.approx(12.0)
    assert found("episode_rate").seconds_observed == pytest.approx(30.0)


def test_kinds_are_counted_apart() -> None:
    found = Measured(spasms((1, 11, 21), 0.3) + spasms((31, 41), 2.0))
    rates = [found.value(f"{kind}_rate") for kind in ("episode", "twitch", "tonic")]
    assert rates == pytest.approx([5, 3, 2])


def test_rest_and_activated_rates_use_the_seconds_of_their_own_context() -> None:
    activated = all_masked(1800, slice(0, 600))
    events = spasms((1, 6, 11, 16), 0.3, context="activated") + spasms((25, 45), 0.3)
    found = Measured(events, activated=activated)
    assert found.value("seconds_activated") == pytest.approx(20)
    assert found.value("seconds_rest") == pytest.approx(40)
    assert found.value("episode_rate_activated") == pytest.approx(12)
    assert found.value("episode_rate_rest") == pytest.approx(3)
    assert found.value("episode_rate") == pytest.approx(6)


def test_a_context_too_short_to_observe_is_a_reason_and_not_a_zero() -> None:
    rate = Measured(spasms(TWELVE, 0.3))("episode_rate_activated")
    assert rate.value is None
    assert rate.low is None
    assert rate.reason == "only 0.0 s during or just after a movement could be observed, 5 s are needed"


def test_no_spasm_gives_rate_zero_with_an_upper_bound_for_both_sides() -> None:
    found = Measured(side="none")
    for side in SIDES:
        rate = found("episode_rate", side)
        assert (rate.value, rate.low) == (0.0, 0.0)
        assert rate.high == pytest.approx(3.689, abs=1e-3)
        share = found("spasm_share", side)
        assert (share.value, share.low) == (0.0, None)
        assert share.how == "no interval: none or all of the time; the rates have one"


@pytest.mark.parametrize(
    ("verdict", "sides"),
    [
        ("left", {"left"}),
        ("right", {"right"}),
        ("both", {"left", "right"}),
        ("none", {"left", "right"}),
        ("undetermined", {"left", "right"}),
    ],
)
def test_spasm_measures_are_those_of_the_verdicts_sides(verdict: RecordingSide, sides: set[Side]) -> None:
    events = spasms(TWELVE, 0.3, "left") + spasms((3.5, 8.5), 0.3, "right")
    found = Measured(events, side=verdict)
    assert {m.side for m in found.measures if m.name == "episode_rate"} == sides
    counts: dict[Side, float] = {"left": 12.0, "right": 2.0}
    for side in sides:
        assert found.value("episode_rate", side) == pytest.approx(counts[side])


# How long


def test_share_of_time_in_spasm_counts_contractions_and_not_the_pauses_within_an_episode() -> None:
    burst = (event("episode", 10, 2), event("twitch", 10, 0.5), event("twitch", 11.5, 0.5))
    found = Measured((*burst, *spasms((30,), 2.0)))
    assert found.value("spasm_share") == pytest.approx(100 * 3 / 60, rel=1e-6)
    assert found.value("tonic_time_share") == pytest.approx(100 * 2 / 60, rel=1e-6)
    assert found.value("tonic_share") == pytest.approx(100 * 2 / 3, rel=1e-6)
    share = found("spasm_share")
    assert share.low is not None
    assert share.high is not None
    assert 0 <= share.low < 5 < share.high <= 100


def test_overlapping_contractions_do_not_count_twice() -> None:
    events = (event("twitch", 10, 0.8), event("twitch", 10.2, 0.4))
    assert Measured(events).value("spasm_share") == pytest.approx(100 * 0.8 / 60, rel=1e-6)


def test_unobserved_time_counts_neither_above_nor_below() -> None:
    usable = all_masked(1800, slice(0, 600), slice(900, 1800))
    found = Measured(spasms((5, 22, 40), 2.0), usable=usable)
    assert found.value("spasm_share") == pytest.approx(100 * 4 / 50, rel=1e-6)


def test_variable_frame_rate_weighs_frames_by_their_time() -> None:
    rng = np.random.default_rng(2)
    time = np.cumsum(rng.uniform(0.012, 0.05, 2000))
    events = spasms((10, 30), 2.0)
    signals = signals_of(time, events)
    total = float(time[-1] - time[0])
    quality = Quality(total, {"left": total, "right": total, "both": total}, (), 32.0, 117.0)
    none = np.zeros(time.size, dtype=bool)
    verdict = SideVerdict("left", 0.9, "")
    found = {m.name: m for m in severity(signals, quality, events, verdict, MeasureSettings(), none)}
    assert found["spasm_share"].value == pytest.approx(100 * 4 / total, rel=0.03)
    assert found["seconds_rest"].value == pytest.approx(total)


def test_durations_give_quantiles_and_the_longest() -> None:
    lengths = np.linspace(0.1, 0.9, 41)
    events = tuple(e for k, d in enumerate(lengths) for e in spasm(2.0 + 2 * k, float(d)))
    found = Measured(events, seconds=120)
    assert found.value("twitch_duration_median") == pytest.approx(0.5)
    assert found.value("twitch_duration_p10") == pytest.approx(0.18)
    assert found.value("twitch_duration_p90") == pytest.approx(0.82)
    assert found.value("twitch_duration_longest") == pytest.approx(0.9)
    median = found("twitch_duration_median")
    assert median.low is not None
    assert median.high is not None
    assert 0.3 < median.low < 0.5 < median.high < 0.7
    assert found("tonic_duration_median").reason == "no tonic spasms were found"
    assert found("tonic_duration_longest").value is None


def test_pauses_across_unobserved_time_do_not_count() -> None:
    usable = ~all_masked(1800, slice(20 * 30, 22 * 30))
    events = spasms((5, 10, 15, 25, 30, 35), 0.5)
    pause = Measured(events, usable=usable)("pause_median")
    assert pause.n == 4
    assert pause.value == pytest.approx(4.5)


# How strong


def test_intensities_are_of_episodes_in_their_units() -> None:
    sizes = (0.2, 0.4, 0.6, 0.8)
    events = tuple(
        e
        for k, size in enumerate(sizes)
        for e in spasm(5 + 10.0 * k, 0.4, size=size, excess={"eye": size, "mouth": 10 * size})
    )
    found = Measured(events)
    assert found.value("intensity_mean") == pytest.approx(50)
    assert found.value("intensity_peak") == pytest.approx(80)
    assert found.value("eye_intensity_mean") == pytest.approx(50)
    assert found.value("mouth_intensity_mean") == pytest.approx(5)
    assert found("mouth_intensity_mean").unit == "% of inter-ocular distance"
    assert found.value("mouth_intensity_mean_mm") == pytest.approx(5 * MM_PER_PERCENT)
    assert found.value("mouth_intensity_peak_mm") == pytest.approx(8 * MM_PER_PERCENT)
    mean = found("intensity_mean")
    assert mean.low is not None
    assert mean.high is not None
    assert mean.low < 50 < mean.high
    peak = found("intensity_peak")
    assert (peak.low, peak.high) == (None, None)


def test_a_region_that_never_took_part_has_no_intensity() -> None:
    brow = Measured(spasms(TWELVE, 0.3))("brow_intensity_mean")
    assert brow.value is None
    assert brow.reason == "no episodes in which the brow moves were found"


def test_a_peak_is_given_where_a_mean_is_not() -> None:
    found = Measured(spasms((5, 15), 0.3, size=0.4))
    assert found.value("intensity_peak") == pytest.approx(40)
    assert found("intensity_mean").reason == "only 2 of the 3 episodes needed were found"


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_spasms_give_a_share_of_time_without_an_interval(n: int) -> None:
    found = Measured(spasms(TWELVE[:n], 2.0))
    for name in ("spasm_share", "tonic_time_share", "tonic_share"):
        share = found(name)
        assert share.value == pytest.approx(100 if name == "tonic_share" else 100 * 2 * n / 60)
        assert (share.low, share.high) == (None, None)
        assert "too few" in share.how
        assert "3 are needed" in share.how
    assert found("episode_rate").high is not None  # Counts have an interval from the first on.


def test_from_three_on_the_share_has_an_interval() -> None:
    found = Measured((*spasms(TWELVE[:2], 2.0), *spasms(TWELVE[5:7], 0.4)))
    assert found("spasm_share").high is not None
    assert found("tonic_share").high is not None
    assert "too few" in found("tonic_time_share").how


@given(st.lists(st.sampled_from([0.02, 0.3, 0.97, 1.0]), min_size=3, max_size=8))
@settings(max_examples=25)
def test_a_mean_strength_and_its_interval_stay_within_nothing_and_full(sizes: list[float]) -> None:
    events = [e for k, size in enumerate(sizes) for e in spasm(3.0 + 7 * k, 0.5, size=size)]
    found = Measured(events, settings=MeasureSettings(n_resamples=100))
    for name in ("intensity_mean", "eye_intensity_mean"):
        mean = found(name)
        assert mean.value == pytest.approx(100 * np.mean(sizes))
        if mean.low is not None and mean.high is not None:
            assert 0 <= mean.low <= mean.value <= mean.high <= 100


def test_a_mean_excursion_is_not_less_than_none() -> None:
    sizes = (0.1, 0.1, 30.0)
    events = [
        e for k, size in enumerate(sizes) for e in spasm(3.0 + 7 * k, 0.5, excess={"eye": 0.5, "mouth": size})
    ]
    mean = Measured(events)("mouth_intensity_mean")
    assert mean.low == 0
    assert mean.high is not None


def test_without_an_iris_there_are_no_millimetres() -> None:
    def blind(columns: dict[str, FloatArray], _time: FloatArray) -> None:
        columns["iris_px"] = np.full_like(columns["iris_px"], np.nan)

    found = Measured(spasms(TWELVE, 0.3, excess={"eye": 0.5, "mouth": 4}), alter=blind)
    assert found.value("mouth_intensity_mean") == pytest.approx(4)
    assert found("mouth_intensity_mean_mm").reason == "no iris was seen to take the scale from"


# For every recording


def check(measures: tuple[Measure, ...]) -> None:
    keys = [(m.name, m.side) for m in measures]
    assert len(set(keys)) == len(keys)
    for m in measures:
        assert m.label
        assert m.unit
        assert m.name.replace("_", "a").isalnum()
        assert m.name.islower()
        assert (m.value is None) <= bool(m.reason), m.name
        assert (m.value is None) <= (m.low is None and m.high is None), m.name
        assert (m.low is None) == (m.high is None), m.name
        if m.value is not None:
            assert math.isfinite(m.value), m.name
            assert m.how, m.name
        if m.low is not None and m.high is not None and m.value is not None:
            assert m.low <= m.value + 1e-9, m.name
            assert m.value <= m.high + 1e-9, m.name


@st.composite
def recordings(draw: st.DrawFn) -> Measured:
    """Any spasms on any side, of any length, with excluded stretches and movement, at any rate."""
    seconds, rate = draw(st.floats(0.5, 60)), draw(st.sampled_from([25.0, 30.0, 60.0]))
    n = round(seconds * rate)
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    events: list[Event] = []
    for _ in range(draw(st.integers(0, 25))):
        side: Side = SIDES[rng.integers(2)]
        onset, length = rng.uniform(0, seconds), rng.choice([0.01, 0.3, 2.0])
        events += spasm(
            onset,
            length,
            side,
            size=float(rng.uniform(0.05, 1)),
            excess={"eye": 0.5, "mouth": 4.0} if rng.random() < 0.5 else {"brow": -1.0},
            context="rest" if rng.random() < 0.5 else "activated",
        )
        if rng.random() < 0.5:
            events.append(event("blink", rng.uniform(0, seconds), 0.2, "both"))
    usable = np.repeat(rng.random(n // 10 + 1) < draw(st.sampled_from([0.0, 0.5, 1.0])), 10)[:n]
    moving = np.repeat(rng.random(n // 30 + 1) < 0.3, 30)[:n]
    side_seen: RecordingSide = draw(st.sampled_from(["left", "right", "both", "none", "undetermined"]))
    return Measured(
        sorted(events, key=lambda e: e.onset_s),
        side=side_seen,
        seconds=seconds,
        rate=rate,
        usable=usable,
        activated=moving,
    )


@given(recordings())
@settings(max_examples=60, deadline=None)
def test_every_measure_has_a_value_in_its_interval_or_a_reason(found: Measured) -> None:
    check(found.measures)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_recording_of_almost_no_frames_gives_reasons_and_no_error(n: int) -> None:
    time = time_of(n / 30, 30)
    signals = signals_of(time, (), np.zeros(n, dtype=bool))
    verdict, moving = SideVerdict("undetermined", 0.0, "too short"), np.zeros(n, dtype=bool)
    nan_px = Quality(n / 30, {"left": 0.0, "right": 0.0, "both": 0.0}, (), 0.0, float("nan"))
    found = severity(signals, nan_px, (), verdict, MeasureSettings(), moving)
    check(found)
    assert all(m.value is None for m in found if not m.name.startswith("seconds_"))


def test_curves_that_are_nan_where_unobserved_do_no_harm() -> None:
    usable = ~all_masked(1800, slice(300, 600))

    def lost(columns: dict[str, FloatArray], _time: FloatArray) -> None:
        for name in columns:
            columns[name] = np.where(usable, columns[name], np.nan)

    events = spasms((2, 25, 35, 45), 0.5, excess={"eye": 0.6, "brow": 2.0})
    events += tuple(event("blink", 4.0 + 12 * k, 0.2, "both") for k in range(5))
    check(Measured(events, usable=usable, alter=lost).measures)


def mirrored(found: Signals) -> Signals:
    swap = {"left": "right", "right": "left"}
    columns = {
        "_".join([swap.get(name.split("_")[0], name.split("_")[0]), *name.split("_")[1:]]): values
        for name, values in found.columns.items()
    }
    return replace(
        found, columns=columns, usable={"left": found.usable["right"], "right": found.usable["left"]}
    )


def test_swapping_the_sides_swaps_the_measures() -> None:
    left = spasms(TWELVE, 0.4, "left", excess={"eye": 0.5, "brow": 2.0})
    right = tuple(replace(e, side="right") for e in left)
    signals = signals_of(time_of(60, 30), left)
    quality, moving = quality_of(signals, 30), np.zeros(1800, dtype=bool)
    make = MeasureSettings()
    ours = severity(signals, quality, left, SideVerdict("left", 1, ""), make, moving)
    theirs = severity(mirrored(signals), quality, right, SideVerdict("right", 1, ""), make, moving)
    for a, b in zip(ours, theirs, strict=True):
        if a.name == "resting_asymmetry":
            assert a.value == pytest.approx(-(b.value or 0.0))
        elif a.name not in ("seconds_observed", "blink_depth"):
            assert (a.name, a.value, a.low, a.high) == (b.name, b.value, b.low, b.high)
            assert (a.side, b.side) in (("left", "right"), ("both", "both"))


def test_the_same_recording_gives_the_same_intervals() -> None:
    assert Measured(spasms(TWELVE, 0.4)).measures == Measured(spasms(TWELVE, 0.4)).measures


def test_no_measure_calls_a_face_normal() -> None:
    words = " ".join(f"{m.label} {m.how} {m.reason}".lower() for m in Measured(side="none").measures)
    assert "normal" not in words
    assert "healthy" not in words


# The page that explains them

PAGE = Path(__file__).parents[1] / "docs" / "measures.md"


def test_every_measure_and_no_other_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    # What an EMG alone gives is held by tests/test_emg_measure.py.
    page = re.sub(r"^## From EMG alone.*?(?=^## )", "", page, flags=re.MULTILINE | re.DOTALL)
    tables = [line for line in page.splitlines() if line.startswith("| `")]
    named = {name for line in tables for name in re.findall(r"`([a-z_0-9]+)`", line.split(" | ")[0])}
    assert named == {m.name for m in Measured(side="none").measures}


def test_every_setting_is_explained_with_its_value_and_reason() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for spec in dataclasses.fields(MeasureSettings):
        row = f"| `measures.{spec.name}` | {spec.default:.4g} | {spec.metadata['unit']} |"
        assert f"{row} {spec.metadata['reason']} |" in page
