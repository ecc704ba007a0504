"""Axons and their spikes: one value of each kind for every axon, for every spike."""

import numpy as np
import pytest

from facialis.errors import SettingsError
from facialis.simulate.axons import INVOLUNTARY, MUSCLE_SHARE, ORIGINS, Axons, LesionSpikes


def test_the_shares_of_the_muscles_are_the_whole_nerve() -> None:
    assert sum(MUSCLE_SHARE.values()) == pytest.approx(1.0)


def test_only_what_was_meant_is_voluntary() -> None:
    assert set(ORIGINS) - set(INVOLUNTARY) == {"volley"}


def test_every_axon_needs_a_latency() -> None:
    index, values = np.zeros(2, dtype=int), np.ones(2)
    with pytest.raises(SettingsError, match="as many"):
        Axons("left", index, index, values, np.ones(3), values)


def test_every_spike_needs_a_time() -> None:
    index = np.zeros(2, dtype=int)
    with pytest.raises(SettingsError, match="as many"):
        LesionSpikes(index, np.ones(1), index, 1.0)
