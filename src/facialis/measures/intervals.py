"""95 % intervals: exact where the counting is, by bootstrap over blocks of time where it is not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from facialis.types import FloatArray

LEVEL = 0.95
MIN_BLOCKS = 4

Interval = tuple[float | None, float | None]
NO_INTERVAL: Interval = (None, None)


def poisson_interval(n: int, dispersion: float = 1.0) -> tuple[float, float]:
    """Return the interval of the expected count after `n` events, by the chi-squared quantiles.

    With a dispersion of 1 it is exact for events that come independently of each other (Garwood 1936,
    doi:10.1093/biomet/28.3-4.437). A dispersion above 1, the variance of counts over their mean, widens it
    as if there were that many fewer events (quasi-Poisson; McCullagh and Nelder 1989, section 6.2).
    """
    tail, k = (1 - LEVEL) / 2, 2 * n / dispersion
    low = float(stats.chi2.ppf(tail, k)) if n else 0.0
    return dispersion * low / 2, dispersion * float(stats.chi2.ppf(1 - tail, k + 2)) / 2


def dispersion_of(at_s: FloatArray, seconds: float, block_s: float) -> float:
    """Return how much more counts vary between blocks of time than those of independent events, at least 1.

    `at_s` (n,) are the events' seconds within the `seconds` observed. It is Pearson's chi-squared over its
    degrees of freedom. In simulated bursts of four, Garwood's interval covers 63 to 66 % and with this
    dispersion 88 to 94 %, from 36 expected events on; independent events pay with 3 to 11 % more width.
    """
    if at_s.size == 0 or seconds <= 0:
        return 1.0
    n_blocks = max(MIN_BLOCKS, round(seconds / block_s))
    counts = np.bincount(
        np.minimum((at_s / seconds * n_blocks).astype(int), n_blocks - 1), minlength=n_blocks
    )
    expected = at_s.size / n_blocks
    return max(1.0, float(np.sum((counts - expected) ** 2)) / expected / (n_blocks - 1))


def wilson_interval(k: int, n: int) -> tuple[float, float]:
    """Return the interval of a share of which `k` in `n` was seen (Wilson 1927, doi:10.2307/2276774).

    Raises ValueError where `n` is 0 or `k` is not between 0 and `n`.
    """
    interval = stats.binomtest(k, n).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def quantile_interval(values: FloatArray, share: float) -> Interval:
    """Return the interval of the `share` quantile of `values` (n,), from the order of the values alone.

    It needs no shape of the distribution and covers at least 95 % for independent values, ties included
    (Conover 1999, Practical Nonparametric Statistics, section 3.2). Too few values leave an end open: then
    there is none (the median needs 6, the tenth percentile 36).
    """
    if values.size == 0:
        return NO_INTERVAL
    ordered = np.sort(values)
    tail = (1 - LEVEL) / 2
    # The number of values below the quantile is binomial: the ends leave at most a tail outside each.
    below = int(stats.binom.ppf(tail, values.size, share)) - 1
    above = int(stats.binom.ppf(1 - tail, values.size, share))
    if below < 0 or above >= values.size:
        return NO_INTERVAL
    return float(ordered[below]), float(ordered[above])


@dataclass(frozen=True)
class Blocks:
    """Resamples of the observed time in blocks, each a run of frames of about the same length in seconds.

    `first` and `stop` have shape (n_resamples, n_blocks): the frames of each block, of `n_frames`; a block
    that runs over the end goes on at the beginning, so that every frame is drawn as often as every other.
    """

    first: NDArray[np.intp]
    stop: NDArray[np.intp]
    n_frames: int

    @property
    def n_blocks(self) -> int:
        """Blocks in one resample."""
        return int(self.first.shape[1])

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sum of `values` (n_frames,) in each resample, shape (n_resamples,)."""
        total = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values]))])
        summed: FloatArray = (total[self.stop] - total[self.first]).sum(axis=1)
        return summed


def draw_blocks(frame_s: FloatArray, block_s: float, n_resamples: int, seed: int) -> Blocks | None:
    """Draw circular moving blocks of `block_s` seconds from frames that last `frame_s` (n,) seconds each.

    Whole blocks keep what belongs together, as a burst of twitches, in one piece (Kunsch 1989,
    doi:10.1214/aos/1176347265; in a circle: Politis and Romano 1992). A short recording gives shorter blocks,
    at least four; None without frames.
    """
    seconds = float(frame_s.sum())
    if frame_s.size < 2 * MIN_BLOCKS or seconds <= 0:
        return None
    length_s = min(block_s, seconds / MIN_BLOCKS)
    n_blocks = max(MIN_BLOCKS, round(seconds / length_s))
    ends = np.cumsum(np.concatenate([frame_s, frame_s]))
    starts = np.concatenate([[0.0], ends[:-1]])
    first = np.random.default_rng(seed).integers(0, frame_s.size, (n_resamples, n_blocks))
    stop_of = np.searchsorted(ends, starts[: frame_s.size] + length_s, side="left") + 1
    return Blocks(first, np.minimum(stop_of, ends.size)[first], frame_s.size)


def block_interval(
    blocks: Blocks | None, numerator: FloatArray, denominator: FloatArray, *, share: bool
) -> Interval:
    """Return the interval of sum(numerator) / sum(denominator), both (n_frames,), over the resamples.

    The standard error comes from the resamples, and Student's t with one degree less than there are blocks
    widens it where they are few. A `share`, a number between 0 and 1, is taken as its log odds, which keeps
    the interval inside; there is none for 0 and 1 themselves. In simulated bursts of spasms plain percentiles
    covered the truth in 76 to 94 % of the recordings, this in 89 to 98 %.
    """
    total = float(denominator.sum())
    if blocks is None or total <= 0:
        return NO_INTERVAL
    ratio = float(numerator.sum()) / total
    top, bottom = blocks.sums(numerator), blocks.sums(denominator)
    drawn = bottom > 1e-9 * total
    if drawn.sum() < 0.5 * drawn.size or (share and not 0 < ratio < 1):
        return NO_INTERVAL
    spread = float(np.std(top[drawn] / bottom[drawn])) * np.sqrt(blocks.n_blocks / (blocks.n_blocks - 1))
    half = float(stats.t.ppf((1 + LEVEL) / 2, blocks.n_blocks - 1)) * spread
    if half <= 0:
        return NO_INTERVAL
    if not share:
        return ratio - half, ratio + half
    centre, half = float(special.logit(ratio)), half / (ratio * (1 - ratio))
    return float(special.expit(centre - half)), float(special.expit(centre + half))
