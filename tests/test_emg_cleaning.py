"""Hum, pops, clipping, lost electrodes and crosstalk: taken off or left out, and the muscle is left as it
was."""

from dataclasses import replace

import numpy as np
import pytest
from emgs import blink, noise, recording_of

from facialis.errors import SourceError
from facialis.settings import MuscleSettings, Settings
from facialis.signals.artefacts import clipped, flat, pops
from facialis.signals.crosstalk import leaks_of, without_leaks
from facialis.signals.hum import lines_of, without_hum
from facialis.signals.muscle import muscles_of
from facialis.source.emg import Mark
from facialis.types import FloatArray

RULES = MuscleSettings()
RATE = 2000.0


def background(seconds: float = 20.0, seed: int = 1) -> FloatArray:
    return 5 * noise(round(seconds * RATE), RATE, np.random.default_rng(seed))


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_hum_is_found_and_taken_off(mains: float) -> None:
    clean = background()
    t = np.arange(clean.size) / RATE
    hum = sum(a * np.sin(2 * np.pi * k * (mains + 0.03) * t + k) for k, a in ((1, 40.0), (3, 15.0), (5, 8.0)))
    lines = lines_of(clean + hum, RATE, RULES)
    assert lines == [mains, 3 * mains, 5 * mains]
    left = without_hum(clean + hum, RATE, lines, RULES) - clean
    assert np.std(left[2000:-2000]) < 0.2 * clean.std()


def test_hum_beside_bursts_leaves_the_bursts() -> None:
    made = recording_of([("left_orbicularis_oculi", t, 0.2, 150.0) for t in range(1, 19, 2)])
    x = made.channels["left_orbicularis_oculi"]
    t = np.arange(x.size) / RATE
    hummed = x + 30 * np.sin(2 * np.pi * 50 * t)
    left = without_hum(hummed, RATE, [50.0], RULES) - x
    assert np.std(left[4000:-4000]) < 0.15 * 30 / np.sqrt(2)


def test_no_hum_is_found_where_there_is_none() -> None:
    for seed in range(5):
        assert lines_of(background(seed=seed), RATE, RULES) == []


def test_a_pop_is_a_lone_jump() -> None:
    x = background()
    x[8000:] += 150 * np.exp(-np.arange(x.size - 8000) / 40)
    x[20000] += 300
    found = np.flatnonzero(pops(x, RATE, RULES))
    assert found.size
    assert all(min(abs(i - 8000), abs(i - 20000)) <= 3 for i in found)
    assert {bool(abs(i - 8000) <= 3) for i in found} == {True, False}


def test_bursts_are_no_pops() -> None:
    made = recording_of([b for t in range(1, 19) for b in blink(float(t))])
    assert not pops(made.channels["left_orbicularis_oculi"], RATE, RULES).any()


def test_what_stays_the_same_is_no_signal() -> None:
    x = background(2.0)
    x[1000:1200] = 7.0
    mask = flat(x, RATE, RULES)
    assert mask[1000:1200].all()
    assert not mask[:999].any()
    assert not mask[1201:].any()
    x[1000:1200] = 7 + np.arange(200) % 2
    assert not flat(x, RATE, RULES).any()


def test_clipping_is_seen_with_and_without_known_limits() -> None:
    x = background(2.0)
    top = float(np.quantile(x, 0.9))
    cut = np.clip(x, -top, top)
    assert clipped(cut, (-top, top)).mean() == pytest.approx(0.2, abs=0.02)
    assert clipped(cut, None).any()
    assert not clipped(x, None).any()
    assert not clipped(x, (-1000.0, 1000.0)).any()


def test_crosstalk_is_taken_off_and_own_activity_stays() -> None:
    rng = np.random.default_rng(3)
    n = 40_000
    source, own = noise(n, RATE, rng), noise(n, RATE, rng)
    loud = np.where((np.arange(n) // 4000) % 2 == 0, 100.0, 3.0)
    weak = np.where((np.arange(n) // 2000) % 4 == 3, 60.0, 3.0)
    leak = 0.15 * np.convolve(loud * source, [0.25, 0.5, 0.25], "same")
    channels = {"a": loud * source, "b": weak * own + leak}
    valid = dict.fromkeys(channels, np.ones(n, dtype=bool))
    leaks = leaks_of(channels, valid, RATE, RULES)
    assert set(leaks) == {"b"}
    left = without_leaks(channels, valid, leaks)["b"] - weak * own
    assert np.std(left) < 0.2 * np.std(leak)


def test_muscles_that_fire_together_are_no_crosstalk() -> None:
    rng = np.random.default_rng(4)
    n = 40_000
    beat = np.where((np.arange(n) // 200) % 10 == 0, 100.0, 3.0)
    channels = {"a": beat * noise(n, RATE, rng), "b": 0.3 * beat * noise(n, RATE, rng)}
    valid = dict.fromkeys(channels, np.ones(n, dtype=bool))
    assert leaks_of(channels, valid, RATE, RULES) == {}


def test_envelopes_have_the_size_of_what_they_enclose() -> None:
    made = recording_of([("left_orbicularis_oculi", 5.0, 4.0, 100.0)])
    _, signals, quality = muscles_of(made, Settings())
    inside = (signals.time_s > 5.2) & (signals.time_s < 8.8)
    envelope = signals.columns["left_orbicularis_oculi"]
    assert np.sqrt(np.mean(envelope[inside] ** 2)) == pytest.approx(
        100, rel=0.12
    )  # the band's edges take a tenth
    assert np.nanmedian(envelope[~inside]) == pytest.approx(5, rel=0.15)
    assert set(signals.units.values()) == {"uV"}
    assert np.diff(signals.time_s) == pytest.approx(1 / 500)
    assert quality.frames_per_s == 2000


def test_exclusions_are_all_that_was_not_observed() -> None:
    made = recording_of(seconds=20.0)
    channels = dict(made.channels)
    x = channels["left_orbicularis_oculi"].copy()
    x[10_000:12_000] = np.nan
    channels["left_orbicularis_oculi"] = x
    _, signals, quality = muscles_of(replace(made, channels=channels), Settings())
    lost = [e for e in quality.exclusions if e.side == "left"]
    assert any("pause" in e.reason and e.onset_s < 5.0 and e.offset_s > 6.0 for e in lost)
    assert quality.seconds_observed["left"] == pytest.approx(
        20 - sum(e.offset_s - e.onset_s for e in lost), abs=0.02
    )
    assert quality.seconds_observed["right"] == pytest.approx(19.9, abs=0.02)
    assert quality.seconds_observed["both"] <= quality.seconds_observed["left"]
    assert not np.isfinite(signals.columns["left_orbicularis_oculi"][2600])


def test_stimuli_are_marked_and_their_answers_left_out() -> None:
    made = recording_of(marks=[Mark(5.0, "stimulus left zygomatic"), Mark(7.0, "lunch")])
    muscles, _, quality = muscles_of(made, Settings())
    assert [mark.onset_s for mark in muscles.stimuli] == [5.0]
    assert [e.reason for e in quality.exclusions if e.onset_s > 1 and e.offset_s < 19] == [
        "stimulus",
        "stimulus",
    ]


def test_a_slow_recording_is_refused() -> None:
    with pytest.raises(SourceError, match="sampled at 200/s; EMG needs at least 500/s"):
        muscles_of(recording_of(rate=200.0), Settings())
