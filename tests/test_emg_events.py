"""Blinks, twitches and tonic spasms in EMG: the right side, the right instant, and nothing where nothing
is."""

from dataclasses import replace

import numpy as np
import pytest
from emgs import Burst, blink, detected, recording_of, spastic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.emg_patients import Patient, simulate
from facialis.events.blink_spasms import OTHER
from facialis.settings import BurstSettings, Settings
from facialis.source.channels import parts
from facialis.source.emg import EmgRecording
from facialis.types import SIDES, Event, Side

EYE = "left_orbicularis_oculi"


def kinds(events: tuple[Event, ...], *wanted: str) -> list[Event]:
    return [event for event in events if event.kind in wanted]


def mirrored(recording: EmgRecording) -> EmgRecording:
    channels = {
        f"{OTHER[parts(name)[0]]}_{parts(name)[1]}": values for name, values in recording.channels.items()
    }
    return replace(recording, channels=channels)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("rate", [1000.0, 2000.0, 4096.0])
def test_what_was_made_is_found_on_its_side(side: Side, rate: float) -> None:
    found = detected(spastic(side, rate=rate))
    assert found.verdict.side == side
    contractions = kinds(found.events, "twitch", "tonic")
    assert {event.side for event in contractions} == {side}
    assert [event.kind for event in contractions] == ["twitch"] * 4 + ["tonic"]
    onsets = np.array([event.onset_s for event in contractions])
    assert np.abs(onsets - [2.5, 5.5, 8.5, 11.5, 15.0]).max() < 0.006
    lengths = np.array([event.duration_s for event in contractions])
    assert np.abs(lengths - [0.15, 0.2, 0.1, 0.2, 1.5]).max() < 0.012
    assert all({"eye", "cheek", "mouth"} <= set(event.regions) for event in contractions)
    assert len(kinds(found.events, "blink")) == 5


def test_in_a_mirror_the_sides_change_and_nothing_else() -> None:
    one, two = detected(spastic("left")), detected(mirrored(spastic("left")))
    assert (one.verdict.side, two.verdict.side) == ("left", "right")
    assert [(e.kind, e.onset_s, e.offset_s, e.regions) for e in one.events] == [
        (e.kind, e.onset_s, e.offset_s, e.regions) for e in two.events
    ]


@pytest.mark.parametrize("seed", range(4))
def test_blinks_are_never_spasms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bursts: list[Burst] = []
    for t in np.arange(1, 38, 2.0):
        size = float(rng.uniform(30, 200))
        bursts += [
            ("left_orbicularis_oculi", float(t), float(rng.uniform(0.07, 0.18)), size),
            (
                "right_orbicularis_oculi",
                float(t + rng.normal(0, 0.004)),
                0.12,
                size * float(rng.uniform(0.5, 1.5)),
            ),
        ]
    found = detected(recording_of(bursts, 40.0, seed=seed))
    assert kinds(found.events, "twitch", "tonic", "episode") == []
    assert found.verdict.side == "none"
    assert len(kinds(found.events, "blink")) == 19


@pytest.mark.parametrize(
    "disturbed",
    [
        {},
        {"hum": 10.0},
        {"hum": 10.0, "hum_hz": 60.0},
        {"pops_per_min": 20.0},
        {"pops_per_min": 10.0, "hum": 5.0, "crosstalk": 0.2, "smiles_per_min": 6.0},
    ],
    ids=str,
)
def test_nothing_is_found_where_no_spasm_is(disturbed: dict[str, float]) -> None:
    for seed in (51, 52):
        made = simulate(Patient(side=None, seconds=30, seed=seed, **disturbed))  # type: ignore[arg-type]
        found = detected(made.recording)
        assert found.verdict.side == "none", found.verdict
        assert kinds(found.events, "episode") == []


@given(seed=st.integers(0, 10_000), noise_uv=st.floats(0.1, 100))
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_noise_of_any_size_is_no_event(seed: int, noise_uv: float) -> None:
    found = detected(recording_of(seconds=15.0, noise_uv=noise_uv, seed=seed))
    assert found.events == ()
    assert found.verdict.side == "none"


def test_the_scale_of_the_microvolts_does_not_matter() -> None:
    made = spastic("right")
    tenth = replace(made, channels={name: values / 10 for name, values in made.channels.items()})
    one, two = detected(made), detected(tenth)
    assert [(e.kind, e.side, round(e.onset_s, 6)) for e in one.events] == [
        (e.kind, e.side, round(e.onset_s, 6)) for e in two.events
    ]
    assert [e.intensity for e in two.events] == pytest.approx([e.intensity for e in one.events])
    eyes = [e.excess["eye"] for e in one.events]
    assert [e.excess["eye"] * 10 for e in two.events] == pytest.approx(eyes)


def test_strength_is_in_the_persons_own_blinks() -> None:
    bursts = [b for t in (1.0, 4.0, 7.0, 10.0) for b in blink(t, 100.0, 0.15)]
    bursts += [(EYE, t, 0.15, 300.0) for t in (2.5, 5.5, 8.5)]
    found = detected(recording_of(bursts, 12.0))
    sizes = [event.intensity for event in kinds(found.events, "twitch")]
    assert np.median(sizes) == pytest.approx(3.0, rel=0.2)
    assert np.median([e.intensity for e in kinds(found.events, "blink")]) == pytest.approx(1.0, rel=0.1)


def test_without_blinks_there_is_no_unit_of_strength() -> None:
    found = detected(recording_of([(EYE, t, 0.15, 100.0) for t in (2.0, 4.0, 6.0, 8.0)], 10.0))
    assert found.verdict.side == "left"
    assert found.blink_uv == {}
    assert all(np.isnan(event.intensity) for event in found.events)


def test_a_twitch_that_follows_a_blink_is_found() -> None:
    bursts = [b for t in (1.0, 4.0, 7.0, 10.0) for b in blink(t)]
    bursts += [(EYE, t + 0.1, 0.4, 100.0) for t in (1.0, 4.0, 7.0)]
    found = detected(recording_of(bursts, 12.0))
    assert [round(e.offset_s, 1) for e in kinds(found.events, "twitch")] == [1.5, 4.5, 7.5]
    assert len(kinds(found.events, "blink")) == 4


def test_a_blink_within_a_tonic_spasm_is_a_blink() -> None:
    bursts = [b for t in (1.0, 2.0, 6.0, 9.0) for b in blink(t)] + [(EYE, 5.0, 3.0, 60.0)]
    found = detected(recording_of(bursts, 12.0))
    (tonic,) = kinds(found.events, "tonic")
    assert (tonic.onset_s, tonic.offset_s) == pytest.approx((5.0, 8.0), abs=0.02)
    assert [round(e.onset_s, 1) for e in kinds(found.events, "blink")] == [1.0, 2.0, 6.0, 9.0]


def test_a_leak_across_the_midline_is_no_partner() -> None:
    made = spastic("left")
    channels = dict(made.channels)
    channels["right_orbicularis_oculi"] = channels["right_orbicularis_oculi"] + 0.2 * channels[EYE]
    channels["right_zygomaticus"] = channels["right_zygomaticus"] + 0.2 * channels["left_zygomaticus"]
    found = detected(replace(made, channels=channels))
    assert found.verdict.side == "left"
    assert len(kinds(found.events, "twitch", "tonic")) == 5
    assert len(kinds(found.events, "blink")) == 5


def test_a_neighbour_that_only_leaks_took_no_part() -> None:
    made = recording_of([(EYE, float(t), 0.2, 200.0) for t in range(1, 19, 2)])
    channels = dict(made.channels)
    channels["left_zygomaticus"] = channels["left_zygomaticus"] + 0.15 * channels[EYE]
    found = detected(replace(made, channels=channels))
    assert all(event.regions == ("eye",) for event in kinds(found.events, "twitch"))


def test_episodes_hold_what_is_close_together() -> None:
    bursts = [(EYE, t, 0.15, 100.0) for t in (2.0, 2.4, 2.9, 6.0, 8.0, 8.4)]
    found = detected(recording_of(bursts, 12.0))
    assert [round(e.onset_s, 1) for e in kinds(found.events, "episode")] == [2.0, 6.0, 8.0]
    assert len(kinds(found.events, "twitch")) == 6


def test_bursts_closer_than_a_twitch_lasts_are_one_contraction() -> None:
    bursts = [(EYE, 2.0 + 0.1 * i, 0.03, 100.0) for i in range(15)] + [(EYE, 6.0, 0.2, 100.0)]
    found = detected(recording_of(bursts, 10.0))
    assert [e.kind for e in kinds(found.events, "twitch", "tonic")] == ["tonic", "twitch"]
    apart = [(EYE, 2.0 + 0.3 * i, 0.05, 100.0) for i in range(5)]
    assert len(kinds(detected(recording_of(apart, 10.0)).events, "twitch")) == 5
    held = replace(Settings(), bursts=BurstSettings(join_s=0.4))
    assert [e.kind for e in kinds(detected(recording_of(apart, 10.0), held).events, "twitch", "tonic")] == [
        "tonic"
    ]


def test_a_smile_of_both_sides_is_a_movement_and_no_spasm() -> None:
    bursts = [
        (f"{side}_{muscle}", 5.0, 2.0, 60.0)
        for side in SIDES
        for muscle in ("zygomaticus", "orbicularis_oculi")
    ]
    found = detected(recording_of(bursts, 12.0))
    assert kinds(found.events, "twitch", "tonic") == []
    assert found.activated[(6 * 500)]
    assert not found.activated[(3 * 500)]


def test_too_little_gives_no_verdict() -> None:
    assert detected(recording_of([(EYE, 1.0, 0.2, 100.0)], 3.0)).verdict.side == "undetermined"


def test_a_drawn_signal_breaks_nothing() -> None:
    made = recording_of([(EYE, 2.0, 0.2, 100.0)], 10.0, noise_uv=0.0)
    assert detected(made).verdict.side in ("none", "left", "undetermined")
