import dataclasses
from typing import get_args

import numpy as np
import pytest

from facialis import types
from facialis.simulate.schedule import rest
from facialis.types import (
    REGIONS,
    SIDES,
    Event,
    Measure,
    Model,
    Quality,
    Recording,
    Region,
    Result,
    Side,
    SideVerdict,
)
from tests.curves import mirrored, signals_of


def measure(name: str, side: types.EventSide | None, value: float | None) -> Measure:
    return Measure(name, name, side, value, None, None, "1/min", 0, 60.0)


@pytest.fixture
def result() -> Result:
    signals = signals_of(rest(1))
    return Result(
        version="0",
        settings_digest="0",
        model=Model("0", packaged=True),
        recording=Recording("clip.mp4", "0", 1.0, 30, 64, 48, 30.0),
        signals=signals,
        quality=Quality(1.0, {"left": 1.0, "right": 1.0, "both": 1.0}, (), 30.0, 200.0),
        events=(),
        verdict=SideVerdict("none", 1.0, ""),
        measures=(measure("rate", "left", 3.0), measure("rate", "right", 0.0), measure("blinks", None, 17.0)),
    )


@pytest.mark.parametrize(
    "kind", [k for k in vars(types).values() if dataclasses.is_dataclass(k) and isinstance(k, type)]
)
def test_the_contract_is_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_the_sides_and_regions_are_named_once() -> None:
    assert get_args(Side) == SIDES == ("left", "right")
    assert get_args(Region) == REGIONS


def test_a_side_of_the_signals_is_its_named_column() -> None:
    signals = signals_of(rest(1))
    for side in SIDES:
        assert signals.side(side, "brow") is signals.columns[f"{side}_brow"]
    np.testing.assert_array_equal(mirrored(signals).side("left", "brow"), signals.side("right", "brow"))
    with pytest.raises(KeyError):
        signals.side("left", "ear")


def test_an_event_lasts_from_onset_to_offset() -> None:
    event = Event("twitch", "left", 1.25, 1.5, 1.3, 0.4, 0.9, "")
    assert event.duration_s == 0.25


def test_a_measure_is_found_by_name_and_side(result: Result) -> None:
    assert result.measure("rate", "left").value == 3
    assert result.measure("rate", "right").value == 0
    assert result.measure("rate").value == 3
    assert result.measure("blinks").value == 17


@pytest.mark.parametrize(("name", "side"), [("speed", None), ("blinks", "left"), ("rate", "both")])
def test_a_measure_that_is_not_there_is_a_key_error(
    result: Result, name: str, side: types.EventSide | None
) -> None:
    with pytest.raises(KeyError, match=name):
        result.measure(name, side)
