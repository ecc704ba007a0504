"""What detection must hold on whole recordings: healthy faces, mirror images, winks, and no noise at all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from facialis.events.contractions import find_contractions
from facialis.events.filters import baseline, quiet_level
from facialis.events.grid import even
from facialis.settings import Settings
from facialis.simulate.schedule import combine, hemifacial_spasm, rest, smiles, talking
from facialis.types import SIDES
from tests.curves import (
    OTHER,
    Camera,
    acting,
    blink,
    detected,
    healthy,
    ill,
    mirrored,
    of_kind,
    signals_of,
    twitch,
)
from tests.test_detect import CALM, episodes_of, overlapping
from tests.test_grid import uneven
from tests.test_probability import judged, wink


@pytest.mark.parametrize("seed", range(8))
def test_a_healthy_face_has_no_side_and_no_episode(seed: int) -> None:
    events, verdict = detected(signals_of(healthy(seed), Camera(seed=seed)))
    assert verdict.side == "none"
    assert of_kind(events, "episode", "twitch", "tonic") == []


@hypothesis_settings(max_examples=10)
@given(st.sampled_from([1.0, -1.0]), st.floats(0, 0.15), st.floats(0, 1 / 30))
def test_a_blink_is_never_a_spasm_also_when_a_lid_follows_less_far_and_later(
    which: float, uneven: float, lag_s: float
) -> None:
    signals = signals_of(acting(40, *(blink(t, uneven=uneven, lag_s=lag_s) for t in np.arange(3, 37, 2.5))))
    events, verdict = detected(signals if which > 0 else mirrored(signals))
    assert {event.kind for event in events} == {"blink"}
    assert verdict.side == "none"


def test_noise_alone_is_no_spasm() -> None:
    found = [detected(signals_of(rest(60), Camera(seed=seed))) for seed in range(8)]
    assert sum(len(of_kind(events, "episode")) for events, _ in found) <= 2
    assert sum(verdict.side == "none" for _, verdict in found) >= 7


def test_blinks_and_smiles_between_spasms_add_no_episode() -> None:
    false = 0
    for seed in range(5):
        performance = combine(ill("left", seed), smiles(duration_s=60, seed=seed))
        events, _ = detected(signals_of(performance, Camera(seed=seed)))
        true = [replace(e, kind="twitch") for e in episodes_of(performance)]
        false += sum(not overlapping(e, true) for e in of_kind(events, "episode"))
    assert false <= 2


@pytest.mark.parametrize("side", SIDES)
def test_spasms_between_smiles_talk_and_blinks_have_their_side(side: str) -> None:
    busy = combine(smiles(duration_s=60, seed=3), talking(duration_s=60, seed=3, phrases_per_min=6))
    assert detected(signals_of(combine(ill(side, 3), busy), CALM))[1].side == side


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("duration_s", [15, 45])
def test_in_a_mirror_the_sides_swap_and_nothing_else_changes(seed: int, duration_s: int) -> None:
    spasms = hemifacial_spasm("left", episodes_per_min=15, duration_s=duration_s, seed=seed)
    signals = signals_of(spasms, Camera(seed=seed))
    seen, reflected = (find_contractions(even(s), Settings())[0] for s in (signals, mirrored(signals)))
    as_if = sorted((OTHER[c.side], c.peak, c.onset, c.offset, c.height) for c in seen)
    back = sorted((c.side, c.peak, c.onset, c.offset, c.height) for c in reflected)
    assert [a[:2] for a in as_if] == [b[:2] for b in back]
    np.testing.assert_allclose([a[2:] for a in as_if], [b[2:] for b in back], atol=1e-4)


curves = st.integers(1, 80).flatmap(
    lambda n: arrays(np.float64, n, elements=st.floats(-100, 100).map(lambda x: round(x, 6)))
)


@given(curves)
def test_the_quiet_level_has_no_side(x: np.ndarray) -> None:
    assert (
        quiet_level(-x) == pytest.approx(-quiet_level(x), abs=1e-6)
        or np.unique(np.diff(np.sort(x))).size < x.size - 1
    )


@given(st.integers(3, 400), st.sampled_from([3, 21, 61, 301]), st.sampled_from([0.3, 0.5]))
def test_a_baseline_has_no_side(size: int, n: int, quantile: float) -> None:
    x, free = np.random.default_rng(size).standard_normal(size), np.ones(size, dtype=bool)
    np.testing.assert_allclose(
        baseline(-x, free, n, 1 - quantile), -baseline(x, free, n, quantile), atol=1e-9
    )


def test_a_baseline_at_the_ends_does_not_hang_on_one_sample() -> None:
    x = np.random.default_rng(0).standard_normal(900)
    x[0] = x[-1] = 3.0
    level = baseline(x, np.ones(900, dtype=bool), 601, 0.5)
    assert np.abs(level).max() < 0.6


@given(st.integers(0, 10_000))
def test_at_a_variable_rate_no_sample_is_lost(seed: int) -> None:
    signals = uneven(seed)
    grid = even(signals)
    inside = grid.time_s <= signals.time_s[-1]
    assert grid.observed[inside].all()


def test_one_wink_alone_is_no_certain_spasm() -> None:
    ((chance, _, _),) = judged(wink(8))
    assert chance < 0.5


def test_the_eye_alone_is_never_certain() -> None:
    ((chance, _, _),) = judged(twitch(8, 0.8, spread=False))
    assert chance < 0.95


def test_a_face_without_any_noise_is_measured() -> None:
    silent = Camera(closure_noise=0, excursion_noise=0, shift_noise=0, drift=0, yaw_deg=0)
    performance = acting(30, twitch(8, 0.6), twitch(15, 0.6), twitch(22, 0.6))
    assert detected(signals_of(performance, silent))[1].side == "left"
