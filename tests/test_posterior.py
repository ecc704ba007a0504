"""The fit of a course, against sums over a fine grid and against what any posterior must do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from facialis.measures.posterior import Draws, Pattern, RatePrior, Stretch, log_likelihood, posterior
from facialis.types import FloatArray

PRIOR = RatePrior(variation=0.3, log_sd=0.3)


def stretch(counts: list[int], seconds: float = 180.0, days: list[float] | None = None) -> Stretch:
    n = len(counts)
    at = np.arange(n, dtype=float) + 1 if days is None else np.array(days)
    return Stretch(at, np.array(counts, dtype=float), np.full(n, seconds), np.ones(n))


NONE = stretch([])
UNTREATED = stretch([30, 24, 33, 27, 36, 22])


def step(chance: float = 1.0) -> Pattern:
    """What remains is one share, uniform on 0 to 1 before any data."""
    return Pattern("step", chance, 1, lambda z, t: np.repeat(special.ndtr(z), t.size, axis=1))


def same(chance: float) -> Pattern:
    return Pattern("same", chance, 0, lambda _, t: np.ones((1, t.size)))


def share_of(draws: Draws) -> FloatArray:
    share: FloatArray = special.ndtr(draws.shape[0][:, 0])
    return share


def summed_up(treated: Stretch, untreated: Stretch) -> tuple[float, float]:
    """Mean and SD of the share, by summing the posterior over a fine grid of all three unknowns."""
    share = np.linspace(0.005, 0.995, 100)
    baseline = np.geomspace(0.05, 0.5, 120)  # Flat in its logarithm, as the fit takes it.
    node = np.linspace(-3, 3, 31)
    alpha = (PRIOR.variation * np.exp(PRIOR.log_sd * node)) ** 2
    log_prior = np.tile(stats.norm.logpdf(node), baseline.size)
    left = np.repeat(share[:, None], treated.days.size, axis=1)
    ones = np.ones((1, untreated.days.size))
    log_post = log_likelihood(treated, left, baseline, alpha) + log_prior
    log_post = log_post + log_likelihood(untreated, ones, baseline, alpha)
    weight = np.exp(special.logsumexp(log_post, axis=1))
    weight /= weight.sum()
    mean = float(weight @ share)
    return mean, float(np.sqrt(weight @ (share - mean) ** 2))


@pytest.mark.parametrize("counts", [[6, 9, 4, 7], [28], [0, 0, 1], [14, 3, 25, 9, 16, 8]])
def test_samples_agree_with_the_sum_over_a_fine_grid(counts: list[int]) -> None:
    treated = stretch(counts)
    draws = posterior([treated], [step()], UNTREATED, PRIOR, n_samples=20_000)
    mean, sd = summed_up(treated, UNTREATED)
    assert draws.settled
    assert share_of(draws).mean() == pytest.approx(mean, abs=0.05 * sd + 0.003)
    assert share_of(draws).std() == pytest.approx(sd, rel=0.06)


def test_without_treated_recordings_the_shape_is_the_prior() -> None:
    draws = posterior([NONE], [step()], UNTREATED, PRIOR, n_samples=20_000)
    quantiles = np.quantile(share_of(draws), [0.1, 0.5, 0.9])
    assert quantiles == pytest.approx([0.1, 0.5, 0.9], abs=0.02)


def test_without_treated_recordings_patterns_keep_their_chances() -> None:
    draws = posterior([NONE], [step(0.7), same(0.3)], UNTREATED, PRIOR, n_samples=20_000)
    assert np.mean(draws.pattern[0] == 1) == pytest.approx(0.3, abs=0.015)


@pytest.mark.parametrize(("counts", "unchanged"), [([30, 27, 33, 24], True), ([2, 0, 1, 3], False)])
def test_data_choose_between_patterns(counts: list[int], unchanged: bool) -> None:
    draws = posterior([stretch(counts)], [step(0.5), same(0.5)], UNTREATED, PRIOR)
    share = float(np.mean(draws.pattern[0] == 1))
    assert share > 0.8 if unchanged else share < 0.01


def test_the_baseline_is_that_of_the_untreated_recordings() -> None:
    draws = posterior([NONE], [step()], UNTREATED, PRIOR)
    low, high = np.quantile(draws.baseline, [0.025, 0.975])
    assert low < UNTREATED.counts.sum() / UNTREATED.seconds.sum() < high


def test_the_same_seed_gives_the_same_samples_and_another_nearly_the_same_answer() -> None:
    one, again, other = (
        posterior([stretch([6, 9, 4])], [step()], UNTREATED, PRIOR, seed=s, n_samples=8000) for s in (3, 3, 4)
    )
    assert np.array_equal(share_of(one), share_of(again))
    assert not np.array_equal(share_of(one), share_of(other))
    assert share_of(one).mean() == pytest.approx(share_of(other).mean(), abs=0.01)


def test_more_recordings_say_more() -> None:
    widths = [
        share_of(posterior([stretch([7] * n)], [step()], stretch([28] * n), PRIOR)).std() for n in (1, 4, 16)
    ]
    assert widths[0] > 1.3 * widths[1] > 1.3**2 * widths[2]


@settings(deadline=None, max_examples=4)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_recordings_does_not_matter(counts: list[int], chance: object) -> None:
    mixed = list(counts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (
        share_of(posterior([stretch(c)], [step()], UNTREATED, PRIOR, n_samples=1000)) for c in (counts, mixed)
    )
    # The step is the same on all days, so only rounding differs: the same proposals are drawn.
    assert one.mean() == pytest.approx(other.mean(), abs=0.02)


@pytest.mark.parametrize("times", [0.5, 3.0])
def test_what_an_earlier_treatment_left_is_taken_out(times: float) -> None:
    """Twice the count on twice the remaining baseline speaks for the same share."""
    plain = stretch([8, 6, 10])
    beside = Stretch(plain.days, plain.counts, plain.seconds / times, np.full(3, times))
    one, other = (share_of(posterior([s], [step()], UNTREATED, PRIOR)) for s in (plain, beside))
    assert np.allclose(one, other)


def test_stretches_share_the_baseline_and_nothing_else() -> None:
    weak, strong = stretch([24, 30, 26]), stretch([2, 1, 3])
    draws = posterior([weak, strong], [step()], UNTREATED, PRIOR)
    share = [special.ndtr(shape[:, 0]) for shape in draws.shape]
    assert np.median(share[0]) > 0.6
    assert np.median(share[1]) < 0.2


def test_what_remains_follows_each_sample_by_its_own_pattern() -> None:
    patterns = [step(0.5), same(0.5)]
    draws = posterior([stretch([15, 20])], patterns, UNTREATED, PRIOR, n_samples=400)
    left = draws.remaining(0, patterns, np.array([3.0, 90.0]))
    assert left.shape == (400, 2)
    unchanged = draws.pattern[0] == 1
    assert (left[unchanged] == 1).all()
    assert np.allclose(left[~unchanged, 0], share_of(draws)[~unchanged])
    assert np.isnan(draws.shape[0][unchanged]).all()


def test_without_any_spasm_there_is_no_baseline() -> None:
    with pytest.raises(ValueError, match="no spasm"):
        posterior([stretch([0, 0])], [step()], stretch([0]), PRIOR)
