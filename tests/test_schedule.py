"""Schedules: what is drawn obeys the design's words, and the truth is what the activations show."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.errors import OutputError, SettingsError, SourceError
from facialis.simulate.schedule import (
    EPISODE_GAP_S,
    MAX_LAG_S,
    MUSCLES,
    ONSET_SHARE,
    SAMPLES_PER_S,
    TONIC_S,
    Performance,
    TrueEvent,
    blinks,
    combine,
    hemifacial_spasm,
    read_truth,
    rest,
    sample,
    smiles,
    smirks,
    talking,
    winks,
    write_truth,
)
from facialis.types import SIDES, Side

SEEDS = st.integers(0, 10_000)
SIDE = st.sampled_from(SIDES)
STEP = 1 / SAMPLES_PER_S


def other(side: Side) -> Side:
    return "right" if side == "left" else "left"


def of(performance: Performance, kind: str) -> list[TrueEvent]:
    return [e for e in performance.truth if e.kind == kind]


def spasms(side: Side = "left", rate: float = 12, seed: int = 0, **more: object) -> Performance:
    return hemifacial_spasm(side, episodes_per_min=rate, duration_s=60, seed=seed, **more)  # type: ignore[arg-type]


@given(side=SIDE, seed=SEEDS, rate=st.floats(0, 60), tonic=st.floats(0, 0.3))
@settings(max_examples=40, deadline=None)
def test_spasms_stay_on_their_side_and_within_zero_and_one(
    side: Side, seed: int, rate: float, tonic: float
) -> None:
    performance = spasms(side, rate, seed, tonic_share=tonic)
    for (s, _), curve in performance.activation.items():
        assert curve.shape == performance.time_s.shape
        assert curve.min() >= 0
        assert curve.max() <= 1
        if s != side:
            assert not curve.any()
    assert performance.side == (side if round(rate) else "none")


@given(seed=SEEDS, rate=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_the_rate_asked_for_is_the_rate_of_true_episodes(seed: int, rate: int) -> None:
    assert len(of(spasms(rate=rate, seed=seed), "episode")) == rate


@given(seed=SEEDS, rate=st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_words_twitch_tonic_episode(seed: int, rate: int) -> None:
    performance = spasms(rate=rate, seed=seed)
    episodes = of(performance, "episode")
    assert all(e.duration_s < TONIC_S for e in of(performance, "twitch"))
    assert all(e.duration_s >= TONIC_S for e in of(performance, "tonic"))
    assert all(b.onset_s - a.offset_s >= EPISODE_GAP_S for a, b in pairwise(episodes))
    contractions = of(performance, "twitch") + of(performance, "tonic")
    for episode in episodes:
        inside = sorted(
            (c for c in contractions if episode.onset_s <= c.onset_s <= episode.offset_s),
            key=lambda c: c.onset_s,
        )
        assert inside[0].onset_s == episode.onset_s
        assert max(c.offset_s for c in inside) == episode.offset_s
        assert max(c.peak for c in inside) == episode.peak
        assert all(b.onset_s - a.offset_s < EPISODE_GAP_S for a, b in pairwise(inside))


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_twitches_last_80_to_400_ms_and_rise_faster_than_they_fall(seed: int) -> None:
    for event in of(spasms(rate=20, seed=seed, tonic_share=0.0), "twitch"):
        assert 0.07 <= event.duration_s <= 0.42
        assert event.peak_s - event.onset_s <= event.offset_s - event.peak_s + 2 * STEP
        assert event.peak_s - event.onset_s <= 0.08 + 2 * STEP + MAX_LAG_S


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_truth_is_what_the_activations_show(seed: int) -> None:
    performance = spasms(rate=12, seed=seed)
    strongest = np.max([c for (s, _), c in performance.activation.items() if s == "left"], axis=0)
    for event in of(performance, "twitch") + of(performance, "tonic"):
        first, last = round(event.onset_s / STEP), round(event.offset_s / STEP)
        assert strongest[first : last + 1].max() == pytest.approx(event.peak)
        assert strongest[first : last + 1].min() > ONSET_SHARE * event.peak
        assert strongest[first - 1] <= ONSET_SHARE * event.peak
        assert strongest[last + 1] <= ONSET_SHARE * event.peak


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_muscles_of_one_contraction_start_together(seed: int) -> None:
    performance = spasms(rate=6, seed=seed, tonic_share=0.0)
    for event in of(performance, "twitch"):
        window = (performance.time_s >= event.onset_s - 0.02) & (performance.time_s <= event.offset_s + 0.01)
        times = performance.time_s[window]
        onsets = [
            times[np.argmax(curve[window] > ONSET_SHARE * curve[window].max())]
            for curve in performance.activation.values()
            if curve[window].any()
        ]
        assert max(onsets) - min(onsets) <= MAX_LAG_S + STEP


def test_the_eye_takes_part_in_every_spasm_and_leads_in_size() -> None:
    performance = spasms(rate=30, seed=4)
    eye = performance.activation["left", "orbicularis_oculi"]
    for event in of(performance, "twitch"):
        assert "eye" in event.regions
        within = (performance.time_s >= event.onset_s) & (performance.time_s <= event.offset_s)
        assert eye[within].max() == pytest.approx(event.peak, rel=0.06)


def test_without_spread_only_the_eye_moves() -> None:
    performance = spasms(spread=0.0)
    assert {e.regions for e in performance.truth} == {("eye",)}
    moving = {key for key, curve in performance.activation.items() if curve.any()}
    assert moving == {("left", "orbicularis_oculi")}


def test_other_babinski_sign_raises_the_brow_while_the_eye_closes() -> None:
    performance = spasms(rate=20, seed=1)
    brow = performance.activation["left", "frontalis"]
    assert (performance.activation["left", "orbicularis_oculi"][brow > 0.2] > 0.1).all()
    assert brow.max() > 0.2
    assert not performance.activation["left", "corrugator"].any()
    assert not spasms(rate=20, seed=1, other_babinski=False).activation["left", "frontalis"].any()


def test_a_tonic_spasm_ripples_at_5_to_9_per_second() -> None:
    performance = spasms(rate=4, seed=2, tonic_share=1.0)
    eye = performance.activation["left", "orbicularis_oculi"]
    event = max(of(performance, "tonic"), key=lambda e: e.duration_s)
    inside = (performance.time_s > event.onset_s + 0.3) & (performance.time_s < event.offset_s - 0.5)
    curve = eye[inside] - eye[inside].mean()
    power = np.abs(np.fft.rfft(curve * np.hanning(len(curve)))) ** 2
    hz = np.fft.rfftfreq(len(curve), STEP)
    assert power[(hz > 4) & (hz < 10)].sum() > 5 * power[hz > 12].sum()


def test_twitch_size_is_the_range_of_peaks() -> None:
    peaks = [e.peak for e in of(spasms(rate=30, twitch_size=(0.2, 0.2), spread=0.0), "twitch")]
    assert peaks == pytest.approx([0.2] * len(peaks), rel=0.03)


@given(seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_blinks_are_conjugate(seed: int) -> None:
    performance = blinks(duration_s=60, seed=seed)
    left, right = (performance.activation[s, "orbicularis_oculi"] for s in SIDES)
    assert len(of(performance, "blink")) == 17
    assert {e.side for e in performance.truth} == {"both"}
    assert performance.side == "none"
    for event in performance.truth:
        window = (performance.time_s >= event.onset_s - 0.05) & (performance.time_s <= event.offset_s + 0.05)
        one, two = left[window], right[window]
        assert min(one.max(), two.max()) >= 0.849 * max(one.max(), two.max())
        assert abs(int(one.argmax()) - int(two.argmax())) * STEP <= 1 / 30 + 3 * STEP


def test_winks_lower_the_brow_and_smirks_leave_the_eye_alone() -> None:
    wink = winks("right", duration_s=60, seed=1)
    assert wink.activation["right", "corrugator"].max() > 0.2
    assert not wink.activation["right", "frontalis"].any()
    smirk = smirks("left", duration_s=60, seed=1)
    assert {key for key, curve in smirk.activation.items() if curve.any()} == {("left", "zygomaticus")}
    assert {wink.side, smirk.side} == {"none"}
    assert not [e for e in wink.truth + smirk.truth if e.kind in ("episode", "twitch", "tonic")]


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_smiles_move_both_sides_up_to_a_fifth_apart(seed: int) -> None:
    performance = smiles(duration_s=60, seed=seed)
    left, right = (performance.activation[s, "zygomaticus"].max() for s in SIDES)
    assert 0.8 - 1e-9 <= min(left, right) / max(left, right) <= 1


def test_talking_opens_the_jaw_alike_on_both_sides() -> None:
    performance = talking(duration_s=60, seed=3)
    assert performance.activation["left", "jaw"].max() > 0.2
    np.testing.assert_array_equal(
        performance.activation["left", "jaw"], performance.activation["right", "jaw"]
    )


def test_the_same_seed_gives_the_same_performance_and_another_seed_another() -> None:
    assert spasms(seed=5).truth == spasms(seed=5).truth
    assert spasms(seed=5).truth != spasms(seed=6).truth


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_combining_keeps_every_event_and_never_lessens_an_activation(seed: int) -> None:
    parts = (spasms("right", seed=seed), blinks(duration_s=60, seed=seed), talking(duration_s=60, seed=seed))
    together = combine(*parts)
    assert together.side == "right"
    assert sorted(together.truth, key=repr) == sorted((e for p in parts for e in p.truth), key=repr)
    for key, curve in together.activation.items():
        assert (curve >= np.max([p.activation[key] for p in parts], axis=0) - 1e-12).all()
        assert (curve <= 1).all()


def test_both_sides_are_both() -> None:
    assert combine(spasms("left"), spasms("right", seed=1)).side == "both"
    assert combine(rest(60), rest(60)).side == "none"


def test_sampling_reads_the_curve_at_uneven_frame_times() -> None:
    performance = spasms(rate=30)
    times = np.sort(np.random.default_rng(0).uniform(0, 60, 500))
    read = sample(performance, times)
    assert set(read) == {(s, m) for s in SIDES for m in MUSCLES}
    key = ("left", "orbicularis_oculi")
    nearest = performance.activation[key][np.round(times * SAMPLES_PER_S).astype(int)]
    assert np.abs(read[key] - nearest).max() < 0.1
    assert sample(performance, np.array([-1.0, 61.0]))[key].tolist() == [0.0, 0.0]


def test_truth_survives_the_file(tmp_path: Path) -> None:
    performance = combine(spasms(), blinks(duration_s=60, seed=1))
    write_truth(performance, tmp_path / "t.json", "grafted")
    truth = read_truth(tmp_path / "t.json")
    assert truth.events == performance.truth
    assert (truth.side, truth.duration_s, truth.simulated) == ("left", 60.0, "grafted")
    assert truth.of_kind("episode") == tuple(of(performance, "episode"))


def test_unreadable_truth_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    with pytest.raises(SourceError, match="no readable truth"):
        read_truth(path)
    path.write_text("{}")
    with pytest.raises(SourceError, match="no readable truth"):
        read_truth(path)
    write_truth(rest(1), path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99}))
    with pytest.raises(SourceError, match="another schema"):
        read_truth(path)
    with pytest.raises(OutputError, match="cannot be written"):
        write_truth(rest(1), tmp_path / "missing" / "t.json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": -1},
        {"rate": 61},
        {"rate": float("nan")},
        {"side": "both"},
        {"twitch_size": (0.0, 0.5)},
        {"twitch_size": (0.6, 0.5)},
        {"twitch_size": (0.5, 1.1)},
        {"tonic_share": 1.5},
        {"spread": -0.1},
        {"rate": 60, "tonic_share": 1.0},
    ],
)
def test_settings_without_a_meaning_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        spasms(**wrong)  # type: ignore[arg-type]


def test_other_wrong_calls_are_refused() -> None:
    with pytest.raises(SettingsError, match="more than 0"):
        rest(0)
    with pytest.raises(SettingsError, match="do not fit"):
        smiles(duration_s=60, seed=0, smiles_per_min=30)
    with pytest.raises(SettingsError, match="left or right"):
        winks("both", duration_s=60, seed=0)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="at least one"):
        combine()
    with pytest.raises(SettingsError, match="duration"):
        combine(rest(1), rest(2))
    with pytest.raises(SettingsError, match="finite"):
        sample(rest(1), np.array([np.nan]))
