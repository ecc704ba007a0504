"""What a moment's evidence is made of: a few clear witnesses, or many weak ones that agree."""

from dataclasses import replace

import numpy as np
import pytest

from facialis.events.evidence import SIGN, evidence_of
from facialis.events.excess import SCALES, Excess
from facialis.events.grid import CHANNELS, Channel, EvenSignals
from facialis.settings import Settings
from facialis.types import SIDES, FloatArray, Side

N, AT = 600, 300
STEP_S = 1 / 30


def excesses(pushed: dict[Channel, float], side: Side) -> dict[Channel, Excess]:
    """Every channel's noise of SD 1, and at sample AT what is pushed to a side."""
    made: dict[Channel, Excess] = {}
    for number, channel in enumerate(CHANNELS):
        curve: FloatArray = np.random.default_rng(number).standard_normal(N)
        curve[AT] = SIGN[side] * pushed.get(channel, 0.0)
        one = np.ones(N)
        made[channel] = Excess(
            curve, dict.fromkeys(SCALES, curve), dict.fromkeys(SCALES, one), dict.fromkeys(SCALES, 1.0), 1.0
        )
    return made


def strength(pushed: dict[Channel, float], side: Side = "left", settings: Settings | None = None) -> float:
    signals = EvenSignals(np.arange(N) * STEP_S, STEP_S, {}, np.ones(N, dtype=bool))
    found = evidence_of(side, "brief", signals, excesses(pushed, side), settings or Settings())
    return float(found.strength[AT])


@pytest.mark.parametrize("side", SIDES)
def test_many_weak_witnesses_that_agree_are_clear(side: Side) -> None:
    weak = dict.fromkeys(CHANNELS, 1.4)
    assert strength(weak, side) > Settings().events.enter_noise
    assert strength({"eye": 1.4, "lids": 1.4}, side) < Settings().events.enter_noise


def test_the_weak_witnesses_count_together_only() -> None:
    weak = dict.fromkeys(CHANNELS, 1.4)
    silent = replace(Settings(), events=replace(Settings().events, region_share=0.0))
    assert strength(weak, settings=silent) < strength(weak)


def test_without_the_eye_there_is_none() -> None:
    others = {channel: 3.0 for channel in CHANNELS if channel not in ("eye", "lids")}
    assert strength(others) == 0.0


def test_no_single_region_makes_the_sum_alone() -> None:
    """However far a mouth corner is drawn, with the eye's ordinary noise it stays a smirk."""
    alone = replace(Settings(), events=replace(Settings().events, region_weight=0.0))
    far = strength({"eye": 1.2, "mouth": 50.0, "mouth_shift": 50.0}, settings=alone)
    near = strength({"eye": 1.2, "mouth": 4.0, "mouth_shift": 4.0}, settings=alone)
    assert far == pytest.approx(near)
    assert far < alone.events.enter_noise


def test_a_region_pulled_the_other_way_does_not_silence_the_others() -> None:
    weak = dict.fromkeys(CHANNELS, 2.0)
    assert strength({**weak, "brow": -50.0}) == pytest.approx(strength({**weak, "brow": -1.0}))
    assert strength({**weak, "brow": -50.0}) > Settings().events.enter_noise
