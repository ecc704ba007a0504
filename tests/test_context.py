from dataclasses import replace

import numpy as np
import pytest

from facialis.events.context import activated_frames
from facialis.settings import ContextSettings
from facialis.simulate.schedule import blinks, combine, hemifacial_spasm, rest, smiles, talking
from facialis.types import SIDES, BoolArray, Side, Signals
from tests.curves import Camera, acting, contraction, mirrored, signals_of, with_unusable

RULES = ContextSettings()


def active(signals: Signals) -> BoolArray:
    return activated_frames(signals, RULES)


def dragged(signals: Signals, share: float, regions: tuple[str, ...], source: str) -> Signals:
    """What the larger of both sides does in `source` pulls at both sides of the regions."""
    pull = share * np.maximum(*(signals.columns[f"{side}_{source}"] for side in SIDES))
    added = {f"{side}_{r}": signals.columns[f"{side}_{r}"] + pull for side in SIDES for r in regions}
    return replace(signals, columns={**signals.columns, **added})


def brows_up(onset_s: float) -> Signals:
    raised = contraction("talk", onset_s, {"frontalis": 0.9}, side="both", rise_s=0.3, hold_s=0.5, fall_s=0.3)
    return signals_of(acting(20, raised))


@pytest.mark.parametrize("seed", range(3))
def test_a_face_at_rest_is_at_rest_also_when_it_blinks(seed: int) -> None:
    assert not active(signals_of(rest(40), Camera(seed=seed))).any()
    assert active(signals_of(blinks(duration_s=40, seed=seed), Camera(seed=seed))).mean() < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_lids_that_pull_at_chin_and_mouth_are_no_intention(seed: int) -> None:
    """On the rendered head a whole blink moves the chin's points by 5 % of the inter-ocular distance."""
    signals = signals_of(blinks(duration_s=40, seed=seed, blinks_per_min=24), Camera(seed=seed))
    pulled = dragged(signals, 5.0, ("chin", "mouth_lateral"), "closure")
    assert active(pulled).mean() < 0.02


@pytest.mark.parametrize("side", SIDES)
def test_a_mouth_corner_that_pulls_at_the_other_is_no_intention(side: Side) -> None:
    """In a strong spasm the rendered head's other corner goes half as far."""
    spasms = hemifacial_spasm(side, episodes_per_min=12, duration_s=60, seed=4)
    pulled = dragged(signals_of(spasms), 0.5, ("mouth_lateral", "chin"), "mouth_lateral")
    assert active(pulled).mean() < 0.03


def test_a_blink_does_not_hide_a_smile() -> None:
    smiling = smiles(duration_s=60, seed=4)
    blinking = blinks(duration_s=60, seed=4, blinks_per_min=24)
    alone, together = (active(signals_of(p)) for p in (smiling, combine(blinking, smiling)))
    assert (together & alone).sum() > 0.8 * alone.sum()


def test_smiling_and_talking_are_activity_and_the_time_between_is_rest() -> None:
    performance = combine(smiles(duration_s=60, seed=2), talking(duration_s=60, seed=2, phrases_per_min=4))
    signals = signals_of(performance)
    found, moving = active(signals), np.zeros(signals.time_s.shape, dtype=bool)
    for event in performance.truth:
        during = (signals.time_s > event.onset_s) & (signals.time_s < event.offset_s)
        assert found[during].any()
        end_s = event.offset_s + RULES.after_s + 0.4
        moving |= (signals.time_s > event.onset_s - 0.4) & (signals.time_s < end_s)
    assert not found[~moving].any()


def test_activity_lasts_a_second_beyond_the_movement() -> None:
    signals = brows_up(8)
    times = signals.time_s[active(signals)]
    assert times.min() == pytest.approx(8, abs=0.35)
    assert times.max() == pytest.approx(9.1 + RULES.after_s, abs=0.45)


@pytest.mark.parametrize("side", SIDES)
def test_a_spasm_of_one_side_is_no_intention(side: Side) -> None:
    spasms = hemifacial_spasm(side, episodes_per_min=12, duration_s=60, seed=4)
    assert active(signals_of(spasms)).mean() < 0.02


def test_a_spasm_does_not_hide_a_smile() -> None:
    spasms = hemifacial_spasm("left", episodes_per_min=12, duration_s=60, seed=4)
    smiling = smiles(duration_s=60, seed=4)
    alone, together = (active(signals_of(p)) for p in (smiling, combine(spasms, smiling)))
    assert (together & alone).sum() > 0.8 * alone.sum()


def test_nothing_is_active_where_nothing_was_seen() -> None:
    signals = brows_up(8)
    hidden = with_unusable(signals, (signals.time_s > 7) & (signals.time_s < 12), "left", "right")
    assert not active(hidden).any()


def test_context_has_no_side_and_one_value_a_frame() -> None:
    signals = signals_of(talking(duration_s=30, seed=3), Camera(jitter=0.2))
    np.testing.assert_array_equal(active(mirrored(signals)), active(signals))
    assert active(signals).shape == signals.time_s.shape
    assert active(signals).any()


def test_an_empty_recording_has_no_context() -> None:
    empty = {side: np.zeros(0, dtype=bool) for side in SIDES}
    assert active(Signals(np.zeros(0), {}, {}, empty)).shape == (0,)
