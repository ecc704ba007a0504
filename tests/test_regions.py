"""When each region began: before the eye, with it or after it."""

from dataclasses import replace

import numpy as np
import pytest

from facialis.types import SIDES, Side, Signals
from tests.curves import Camera, acting, contraction, detected, signals_of

CALM = Camera(drift=0, yaw_deg=0, closure_noise=0.008)
AT = (4.0, 8.0, 12.0, 16.0, 20.0, 24.0)
LOWER = ("mouth", "cheek", "nose")


def twitches(side: Side, muscle: str, shift_s: float = 0.0) -> Signals:
    made = [
        contraction("twitch", at + shift_s, {muscle: 0.8}, side=side, rise_s=0.1, hold_s=0.2, fall_s=0.15)  # type: ignore[dict-item]
        for at in AT
    ]
    return signals_of(acting(30, *made), CALM)


def ahead(side: Side, delay_s: float) -> Signals:
    """The lower face of one side contracts `delay_s` after the eye."""
    eye, mouth = twitches(side, "orbicularis_oculi"), twitches(side, "zygomaticus", delay_s)
    lower = {k: v for k, v in mouth.columns.items() if any(name in k for name in LOWER)}
    return replace(eye, columns={**eye.columns, **lower})


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("delay_ms", [-200, -100, -66, 0, 66, 100, 200])
def test_the_delay_from_eye_to_mouth_has_its_sign_and_size(side: Side, delay_ms: int) -> None:
    events, _ = detected(ahead(side, delay_ms / 1000))
    onsets = [e.onset_by_region_s for e in events if e.kind == "twitch" and "mouth" in e.regions]
    assert len(onsets) == len(AT)
    found = [1000 * (each["mouth"] - each["eye"]) for each in onsets]
    # 200 ms ahead, the mouth is at its height before the eye begins, and its floor lies beyond the search.
    assert np.median(found) == pytest.approx(delay_ms, abs=10 if delay_ms > -200 else 50)


def test_a_region_does_not_begin_before_the_contraction_before_ended() -> None:
    """Two twitches 0.2 s apart: the second one's mouth is its own."""
    pairs = [
        contraction(
            "twitch", at, {"orbicularis_oculi": 0.8, "zygomaticus": 0.8}, side="left", rise_s=0.08, fall_s=0.1
        )
        for at in (5.0, 5.4, 10.0, 10.4, 15.0, 15.4)
    ]
    events, _ = detected(signals_of(acting(20, *pairs), CALM))
    twitching = [e for e in events if e.kind == "twitch"]
    assert len(twitching) == 6
    for event in twitching:
        assert event.onset_by_region_s["mouth"] == pytest.approx(event.onset_s, abs=0.05)


def test_an_episode_begins_in_each_region_with_its_first_contraction_there() -> None:
    events, _ = detected(ahead("left", 0.1))
    for episode in (e for e in events if e.kind == "episode"):
        parts = [e for e in events if e.kind == "twitch" and episode.onset_s <= e.onset_s < episode.offset_s]
        for region in episode.regions:
            first = min(e.onset_by_region_s[region] for e in parts if region in e.onset_by_region_s)
            assert episode.onset_by_region_s[region] == first
