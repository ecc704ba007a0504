"""The published pipeline's numbers on our curves: what they respond to, and that they stay theirs."""

import numpy as np
import pytest
from measure_fixture import Measured, event, spasms

from facialis.measures.nomura import analyse_windows, transitions
from facialis.types import FloatArray

RATE = 60.0
BLINKS = tuple(event("blink", 3.7 + 5 * k, 0.15, "both", size=0.95) for k in range(10))


def trembling(columns: dict[str, FloatArray], _time: FloatArray) -> None:
    """Noise of 1 % of closure on each lid, so that the relative threshold has something to stand on."""
    rng = np.random.default_rng(8)
    for side in ("left", "right"):
        name = f"{side}_closure"
        columns[name] = columns[name] + rng.normal(0, 0.01, columns[name].size)


def test_names_are_prefixed_and_side_is_the_eye_that_varies_more() -> None:
    events = spasms(np.arange(6) * 9.0 + 1, 0.4, "right", size=0.8)
    found = Measured((*events, *BLINKS), side="left", rate=RATE, alter=trembling)
    theirs = [m for m in found.measures if m.name.startswith("nomura_")]
    assert len(theirs) == 8
    assert {m.side for m in theirs} == {"right"}
    assert all("Nomura" in m.label and m.how.startswith("Nomura and Sakai") for m in theirs)
    assert all(m.low is None for m in theirs)


def test_clonic_numbers_follow_six_deep_twitches() -> None:
    events = spasms(np.arange(6) * 9.0 + 1, 0.4, size=0.8)
    found = Measured((*events, *BLINKS), rate=RATE, alter=trembling)
    assert found.value("nomura_episode_rate") >= 6
    assert found.value("nomura_cv_ratio") > 1
    # The slow part takes up to a quarter of a 0.4 s pulse: the amplitude is less than the closure of 0.8.
    assert 0.3 < found.value("nomura_clonic_amplitude") < 0.8
    assert 0.1 < found.value("nomura_clonic_duration") < 0.5
    assert 0 < found.value("nomura_clonic_coverage") < 10


def test_a_held_spasm_raises_the_tonic_level() -> None:
    still = Measured(BLINKS, rate=RATE, alter=trembling)
    held = Measured((*BLINKS, *spasms((20,), 15.0, size=0.6)), rate=RATE, alter=trembling)
    assert held.value("nomura_tonic_mean") > abs(still.value("nomura_tonic_mean")) + 0.1
    assert held.value("nomura_tonic_ratio") > still.value("nomura_tonic_ratio")


def test_unobserved_time_is_left_out_of_their_numbers() -> None:
    events = spasms((5, 15), 0.4, size=0.8)
    usable = np.ones(3600, dtype=bool)
    usable[1800:] = False

    def wild(columns: dict[str, FloatArray], time: FloatArray) -> None:
        trembling(columns, time)
        columns["left_closure"][1800:] = 0.9 * (np.arange(1800) // 30 % 2)

    found = Measured(events, rate=RATE, usable=usable, alter=wild)
    calm = Measured(events, rate=RATE, usable=usable, alter=trembling)
    for name in ("nomura_episode_rate", "nomura_clonic_rate", "nomura_tonic_mean"):
        assert found.value(name) == pytest.approx(calm.value(name))


def test_a_still_face_has_no_clonic_amplitude_and_says_so() -> None:
    amplitude = Measured(side="none")("nomura_clonic_amplitude")
    assert amplitude.value is None
    assert amplitude.reason == "the method gives no number for this recording"


def test_too_short_a_recording_has_a_reason() -> None:
    found = Measured(side="none", seconds=3)("nomura_tonic_mean")
    assert found.value is None
    assert "5 s are needed" in found.reason


def test_whole_recording_as_one_window_is_their_metrics_without_transitions() -> None:
    rng = np.random.default_rng(1)
    left, right = 30 + rng.normal(0, 0.4, (2, 3600))
    left[600:630] -= 20
    purse = np.ones(3600, dtype=bool)
    result = analyse_windows(left, right, purse, transitions(purse, RATE), RATE)
    assert result.side == "left"
    assert result.metrics.clonic_rate_per_s == pytest.approx(len(result.episodes) / 60)


def test_the_scale_of_the_apertures_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    left, right = 30 + rng.normal(0, 0.4, (2, 3600))
    none, whole = np.zeros(3600, dtype=bool), np.ones(3600, dtype=bool)
    in_px = analyse_windows(left, right, whole, none, RATE)
    in_shares = analyse_windows(left / 30, right / 30, whole, none, RATE)
    assert in_px.metrics.tonic_mean == pytest.approx(in_shares.metrics.tonic_mean, abs=1e-6)
    assert [e.onset_s for e in in_px.episodes] == [e.onset_s for e in in_shares.episodes]
