"""How much a level varies and how long it lasts: what a record tells of it, and what it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.measures.lasting import MOST, LevelPrior, Stretch, levels_of, linked

APART = LevelPrior().at_random


def stretch(
    seed: int,
    n: int = 40,
    lasting_d: float = 0.0,
    variation: float = 0.5,
    step: float = 3.0,
) -> Stretch:
    """Counts of about 24 over their mean, minus 1, with levels that last."""
    rng, days = np.random.default_rng(seed), step * np.arange(n)
    factor = np.linalg.cholesky(linked(days, lasting_d) + 1e-9 * np.eye(n))
    level = np.exp(variation * factor @ rng.normal(size=n))
    counts = rng.poisson(24 * level)
    mean = float(counts.mean())
    return Stretch(days, counts / mean - 1, np.full(n, 1 / mean))


def at_random(stretches: list[Stretch], prior: LevelPrior | None = None) -> float:
    days, weight = levels_of(stretches, prior).by_days()
    return float(weight[days == 0][0])


def variation(stretches: list[Stretch]) -> float:
    found = levels_of(stretches)
    return float(np.exp(found.weight @ np.log(found.alpha) / 2))


def test_without_recordings_the_prior_is_believed() -> None:
    found = levels_of([])
    days, weight = found.by_days()
    assert found.weight.sum() == pytest.approx(1)
    assert dict(zip(days, weight, strict=True)) == pytest.approx(
        {0.0: APART, **dict.fromkeys(LevelPrior().lasting_d, (1 - APART) / 6)}
    )
    assert variation([]) == pytest.approx(0.5, rel=0.15)


@given(st.integers(0, 10_000), st.integers(2, 12), st.floats(0.1, 60), st.floats(0.5, 40))
@settings(deadline=None, max_examples=25)
def test_weights_are_shares_whatever_was_recorded(seed: int, n: int, lasting_d: float, step: float) -> None:
    found = levels_of([stretch(seed, n, lasting_d, step=step)])
    assert found.weight.sum() == pytest.approx(1)
    assert (found.weight >= 0).all()
    assert np.isfinite(found.weight).all()


def test_one_recording_of_a_stretch_tells_nothing() -> None:
    alone = Stretch(np.array([3.0]), np.array([0.0]), np.array([0.05]))
    assert levels_of([alone, alone]).weight == pytest.approx(levels_of([]).weight)


def test_levels_that_last_are_told_from_levels_that_do_not() -> None:
    # In the median of ten people; a single record can mislead.
    apart = [at_random([stretch(seed)]) for seed in range(10)]
    together = [at_random([stretch(seed, lasting_d=12.0)]) for seed in range(10)]
    assert np.median(apart) > 0.8 > APART > 0.05 > np.median(together)


def test_how_long_levels_last_is_found() -> None:
    found = []
    for seed in range(10):
        days, weight = levels_of([stretch(seed, 80, 8.0)]).by_days()
        found.append(float(weight @ np.log2(np.maximum(days, 1.0))))
    assert 2.0 < np.median(found) < 4.0


def test_how_much_levels_vary_is_found() -> None:
    for true in (0.2, 0.5, 0.9):
        found = [variation([stretch(seed, 60, variation=true)]) for seed in range(6)]
        assert np.median(found) == pytest.approx(np.sqrt(np.expm1(true**2)), rel=0.3)


def test_chance_alone_is_not_taken_for_variation() -> None:
    assert np.median([variation([stretch(seed, 40, variation=0.0)]) for seed in range(6)]) < 0.2


def test_a_change_between_stretches_is_not_taken_for_a_level_that_lasts() -> None:
    # Each stretch is told about its own mean.
    one, two = stretch(3, 20), stretch(4, 20)
    later = Stretch(two.days + 61, two.away, two.chance)
    raised = Stretch(later.days, later.away + 3.0, later.chance)
    assert levels_of([one, raised]).weight == pytest.approx(levels_of([one, later]).weight, abs=1e-9)


def test_recordings_a_season_apart_do_not_tell_how_long_a_level_lasts() -> None:
    assert at_random([stretch(1, 12, step=90.0)]) == pytest.approx(APART, abs=0.08)


def test_the_latest_recordings_are_looked_at_and_not_all() -> None:
    long, late = stretch(4, MOST + 60), stretch(4, MOST + 60)
    cut = Stretch(late.days[60:], late.away[60:], late.chance[60:])
    assert levels_of([long]).weight == pytest.approx(levels_of([cut]).weight)


def test_what_is_believed_beforehand_can_be_replaced() -> None:
    sure = LevelPrior(at_random=0.999999)
    assert at_random([stretch(2, 6, lasting_d=30.0)], sure) > 0.99
    assert at_random([], LevelPrior(lasting_d=(5.0,), at_random=0.25)) == pytest.approx(0.25)


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=8, unique=True), st.sampled_from([0.0, 1.0, 16.0]))
@settings(deadline=None, max_examples=25)
def test_links_are_correlations(days: list[float], lasting_d: float) -> None:
    found = linked(np.array(days), lasting_d)
    assert found == pytest.approx(found.T)
    assert np.diag(found) == pytest.approx(1)
    assert (found >= 0).all()
    assert (np.linalg.eigvalsh(found) > -1e-9).all()


def test_links_fade_with_the_days_between() -> None:
    found = linked(np.array([0.0, 4.0, 8.0]), 4.0)
    assert found[0] == pytest.approx([1, np.exp(-1), np.exp(-2)])
