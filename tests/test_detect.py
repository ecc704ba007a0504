"""From curves to events, on whole recordings: what the face did against what was found."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from facialis.settings import QualitySettings, Settings
from facialis.simulate.schedule import (
    Performance,
    TrueEvent,
    combine,
    hemifacial_spasm,
    rest,
    smiles,
    smirks,
    talking,
)
from facialis.types import SIDES, Event, Side, Signals
from tests.curves import (
    OTHER,
    Camera,
    acting,
    blink,
    detected,
    ill,
    mirrored,
    of_kind,
    pulse,
    quality_of,
    shifted,
    signals_of,
    twitch,
    with_unusable,
)

CALM = Camera(drift=0, yaw_deg=0)


def episodes_of(performance: Performance) -> list[TrueEvent]:
    return [event for event in performance.truth if event.kind == "episode"]


def overlapping(event: TrueEvent | Event, others: list[Event]) -> list[Event]:
    return [o for o in others if o.onset_s < event.offset_s and o.offset_s > event.onset_s]


def summary(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(event.kind, event.side) for event in events]


# Spasms


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", range(3))
def test_spasms_are_found_with_their_side_time_and_size(side: Side, seed: int) -> None:
    performance = ill(side, seed)
    events, verdict = detected(signals_of(performance, Camera(seed=seed)))
    assert verdict.side == side
    true, found = episodes_of(performance), of_kind(events, "episode")
    pairs = [(event, overlapping(event, found)) for event in true]
    assert sum(bool(hits) for _, hits in pairs) >= 0.9 * len(true)
    onsets = [abs(hits[0].onset_s - event.onset_s) for event, hits in pairs if hits]
    assert np.median(onsets) < 0.04
    sizes = [(event.peak, max(h.intensity for h in hits)) for event, hits in pairs if hits]
    assert np.corrcoef(np.array(sizes).T)[0, 1] > 0.8


def test_both_sides_out_of_step_are_both() -> None:
    performance = combine(
        ill("left", 1), hemifacial_spasm("right", episodes_per_min=12, duration_s=60, seed=9)
    )
    events, verdict = detected(signals_of(performance))
    assert verdict.side == "both"
    assert {e.side for e in of_kind(events, "episode")} == {"left", "right"}


def test_found_share_grows_with_size() -> None:
    shares = []
    for size in (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8):
        performance = acting(60, *(twitch(2 + 2.9 * i, size, spread=False) for i in range(20)))
        found = of_kind(detected(signals_of(performance))[0], "twitch", "tonic")
        true = [event for event in performance.truth if event.kind == "twitch"]
        shares.append(np.mean([bool(overlapping(event, found)) for event in true]))
    assert all(after >= before - 0.1 for before, after in itertools.pairwise(shares))
    assert shares[0] <= 0.2
    assert min(shares[4:]) >= 0.8


def test_the_found_rate_grows_with_the_true_one() -> None:
    rates = []
    for true in (0, 3, 8, 16, 30, 45):
        performance = hemifacial_spasm("left", episodes_per_min=true, duration_s=60, seed=2, tonic_share=0.05)
        rates.append(len(of_kind(detected(signals_of(combine(performance, rest(60))))[0], "episode")))
    assert rates == sorted(rates)
    slope = np.polyfit((0, 3, 8, 16, 30, 45), rates, 1)[0]
    assert 0.75 < slope < 1.2


@pytest.mark.parametrize("side", SIDES)
def test_every_event_is_whole_and_speaks(side: Side) -> None:
    signals = signals_of(ill(side, 4))
    events, verdict = detected(signals)
    assert list(events) == sorted(events, key=lambda e: e.onset_s)
    for event in events:
        assert 0 <= event.onset_s <= event.peak_s <= event.offset_s <= signals.time_s[-1] + 0.05
        assert event.onset_s < event.offset_s
        assert 0 <= event.intensity <= 1
        assert 0 <= event.probability <= 1
        assert event.reason
        assert event.regions
        if event.kind != "blink":
            assert event.side in SIDES
            assert event.regions[0] == "eye"
            assert set(event.regions) == set(event.excess) == set(event.onset_by_region_s)
    assert verdict.evidence


def test_episodes_are_made_of_the_contractions_within_them() -> None:
    events, _ = detected(signals_of(ill("left", 5)))
    parts = of_kind(events, "twitch", "tonic")
    for episode in of_kind(events, "episode"):
        own = [p for p in parts if episode.onset_s <= p.onset_s and p.offset_s <= episode.offset_s + 1e-9]
        assert episode.onset_s == min(p.onset_s for p in own)
        assert episode.offset_s == max(p.offset_s for p in own)
        assert episode.intensity == max(p.intensity for p in own)
        assert episode.probability >= max(p.probability for p in own) - 1e-9
        assert set(episode.regions) == {region for p in own for region in p.regions}


# What is no spasm


@pytest.mark.parametrize("offset", [-0.15, 0.1, 0.3])
def test_eyes_that_differ_at_rest_change_nothing(offset: float) -> None:
    signals = signals_of(ill("left", 6))
    events, verdict = detected(signals)
    other_events, other = detected(shifted(signals, "right", "closure", offset))
    assert other.side == verdict.side == "left"
    known, found = of_kind(events, "episode"), of_kind(other_events, "episode")
    matched = sum(bool(overlapping(event, found)) for event in known)
    assert matched >= 0.9 * len(known)
    assert abs(len(found) - len(known)) <= 2


@pytest.mark.parametrize("region", ["brow", "cheek", "mouth_lateral", "mouth_vertical", "nose", "chin"])
def test_a_lower_face_that_differs_at_rest_changes_nothing(region: str) -> None:
    signals = signals_of(ill("left", 6))
    known, _ = detected(signals)
    found, verdict = detected(shifted(signals, "left", region, 4.0))
    assert verdict.side == "left"
    assert abs(len(of_kind(found, "episode")) - len(of_kind(known, "episode"))) <= 2


def test_a_slow_change_of_the_resting_difference_is_no_spasm() -> None:
    signals = signals_of(rest(60), CALM)
    slow = 0.08 * np.sin(2 * np.pi * signals.time_s / 30)
    assert of_kind(detected(shifted(signals, "left", "closure", slow))[0], "episode") == []


def test_turning_the_head_is_no_spasm() -> None:
    signals = signals_of(rest(60), CALM)
    yaw = 15 * (pulse(signals.time_s, 10, 0.5, 8, 0.5) - pulse(signals.time_s, 35, 0.5, 8, 0.5))
    turning = replace(signals, columns={**signals.columns, "yaw_deg": yaw})
    for name, per_deg in (("closure", 0.003), ("mouth_lateral", 0.1), ("cheek", 0.05)):
        turning = shifted(turning, "left", name, per_deg * yaw)
    events, verdict = detected(turning)
    assert verdict.side == "none"
    assert of_kind(events, "episode") == []


def test_an_even_blink_is_a_blink_and_nothing_else() -> None:
    events, verdict = detected(signals_of(acting(30, *(blink(t) for t in range(3, 28, 4))), CALM))
    assert verdict.side == "none"
    assert summary(events) == [("blink", "both")] * 7


@pytest.mark.parametrize("seed", range(3))
def test_a_smirk_without_the_eye_is_no_spasm(seed: int) -> None:
    signals = signals_of(smirks("left", duration_s=60, seed=seed), replace(CALM, seed=seed + 20))
    assert of_kind(detected(signals)[0], "episode") == []


# The mirror, the clock, what was not seen


@pytest.mark.parametrize("seed", range(3))
def test_in_a_mirror_left_is_right_and_nothing_else_changes(seed: int) -> None:
    signals = signals_of(ill("left", seed), Camera(seed=seed))
    (events, verdict), (reflected, other) = detected(signals), detected(mirrored(signals))
    assert other.side == OTHER["left"] == "right"
    assert verdict.side == "left"
    assert other.probability == pytest.approx(verdict.probability, abs=0.02)
    known, found = of_kind(events, "episode"), of_kind(reflected, "episode")
    matched = [(k, overlapping(k, found)) for k in known if k.probability > 0.9]
    assert all(any(hit.side != k.side for hit in hits) for k, hits in matched)
    assert [b.peak_s for b in of_kind(reflected, "blink")] == [b.peak_s for b in of_kind(events, "blink")]


def strong_spasms(seed: int) -> Performance:
    return hemifacial_spasm(
        "left", episodes_per_min=10, duration_s=60, seed=seed, twitch_size=(0.4, 0.9), tonic_share=0.3
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "camera",
    [Camera(frames_per_s=60.0), Camera(frames_per_s=25.0), Camera(jitter=0.2), Camera(frames_per_s=120.0)],
)
def test_the_frame_rate_changes_no_event_by_more_than_a_frame_or_two(seed: int, camera: Camera) -> None:
    performance = strong_spasms(seed)
    quiet = {"closure_noise": 0.006, "drift": 0.0, "yaw_deg": 0.0, "seed": seed}
    known = of_kind(detected(signals_of(performance, Camera(**quiet)))[0], "episode")
    found = of_kind(detected(signals_of(performance, replace(camera, **quiet)))[0], "episode")
    strong = [event for event in known if event.intensity > 0.3]
    pairs = [(event, overlapping(event, found)) for event in strong]
    assert all(hits for _, hits in pairs)
    assert np.median([abs(hits[0].onset_s - event.onset_s) for event, hits in pairs]) < 1 / 30
    assert np.median([abs(hits[-1].offset_s - event.offset_s) for event, hits in pairs]) < 2 / 30
    assert len([e for e in found if e.intensity > 0.3]) == pytest.approx(len(strong), abs=1)


@pytest.mark.parametrize("side", SIDES)
def test_where_nothing_was_seen_nothing_happened_and_no_second_counts(side: Side) -> None:
    signals = signals_of(ill("left", 7))
    hidden = (signals.time_s > 20) & (signals.time_s < 35)
    partly = with_unusable(signals, hidden, side)
    events, verdict = detected(partly)
    assert quality_of(partly).seconds_observed["both"] == pytest.approx(45, abs=0.2)
    assert verdict.side == "left"
    assert "45 s" in verdict.evidence
    for event in events:
        assert event.offset_s <= 20.1 or event.onset_s >= 34.9
    assert of_kind(events, "episode")


def test_a_recording_of_nothing_is_undetermined() -> None:
    signals = signals_of(ill("left", 1))
    for sides in (("left",), ("left", "right")):
        nothing = with_unusable(signals, np.ones(signals.time_s.shape, dtype=bool), *sides)  # type: ignore[arg-type]
        events, verdict = detected(nothing)
        assert events == ()
        assert verdict.side == "undetermined"
        assert verdict.evidence


@pytest.mark.parametrize("frames", [1, 2, 5, 60, 120])
def test_a_very_short_recording_is_undetermined_not_an_error(frames: int) -> None:
    long = signals_of(ill("left", 1))
    columns = {name: values[:frames] for name, values in long.columns.items()}
    short = Signals(long.time_s[:frames], columns, long.units, {s: long.usable[s][:frames] for s in SIDES})
    assert detected(short)[1].side == "undetermined" if frames > 1 else True


def test_a_face_with_next_to_no_noise_is_measured() -> None:
    silent = Camera(closure_noise=1e-5, excursion_noise=1e-4, shift_noise=1e-5, drift=0, yaw_deg=0)
    performance = acting(30, twitch(8, 0.6), twitch(15, 0.6), twitch(22, 0.6))
    events, verdict = detected(signals_of(performance, silent))
    assert verdict.side == "left"
    assert len(of_kind(events, "twitch")) == 3
    assert detected(signals_of(rest(30), silent))[1].side == "none"


def test_the_least_seconds_are_a_setting() -> None:
    signals = signals_of(acting(20, twitch(5), twitch(12)))
    strict = Settings(quality=QualitySettings(min_observed_s=30))
    assert detected(signals, strict)[1].side == "undetermined"


def test_spasms_between_smiles_and_talk_are_still_found() -> None:
    busy = combine(smiles(duration_s=60, seed=3), talking(duration_s=60, seed=3, phrases_per_min=6))
    spasms = hemifacial_spasm("left", episodes_per_min=12, duration_s=60, seed=3)
    performance = combine(spasms, busy)
    events, verdict = detected(signals_of(performance, CALM))
    assert verdict.side == "left"
    true, found = episodes_of(performance), of_kind(events, "episode")
    assert sum(bool(overlapping(event, found)) for event in true) >= 0.8 * len(true)
    assert {event.context for event in of_kind(events, "twitch", "tonic")} == {"rest", "activated"}
