"""How a treatment's course is fitted: counts against curves whose shapes are drawn from stated priors.

The spasms of a recording are negative binomial about baseline * remaining(day) * seconds. The remaining
share is one of a few patterns, each with a prior chance and with parameters that are standard normal before
any data. Baseline and variation between recordings lie on a grid and are shared by all stretches of one
person; given them the stretches are independent, so each is summed up by importance sampling of its own
(Owen and Zhou 2000, doi:10.1080/01621459.2000.10473909), which needs no chain to converge. Seeded: the same
data give the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from scipy.stats import qmc

from facialis.types import FloatArray

NOT_SETTLED = "the fit did not settle on these recordings"

Remaining = Callable[[FloatArray, FloatArray], FloatArray]

N_PROPOSED = 2048
MOST_PASSES = 10
ENOUGH, LEAST = 200, 40
"""Effective proposals to stop at, and to learn the next proposals from."""
N_BASELINE = 25
VARIATION_NODES = np.linspace(-3.0, 3.0, 11)
WIDEST_BASELINE = (0.15, 6.0)
"""Of the highest rate seen: where the baseline is looked for at first."""


@dataclass(frozen=True)
class Pattern:
    """One way a course can go: its chance before any data, and the share of the baseline that remains.

    `remaining` takes standard normal parameters (S, dims) and days since the treatment (n,), gives (S, n).
    """

    name: str
    chance: float
    dims: int
    remaining: Remaining


@dataclass(frozen=True)
class Stretch:
    """Recordings of one course: days since the treatment (n,), counts (n,), seconds (n,).

    `times` (n,) multiplies the baseline, for what remains of an earlier treatment.
    """

    days: FloatArray
    counts: FloatArray
    seconds: FloatArray
    times: FloatArray


@dataclass(frozen=True)
class RatePrior:
    """What is taken for granted of the variation between recordings: median and log-SD of its coefficient."""

    variation: float = 0.5
    log_sd: float = 0.5


@dataclass(frozen=True)
class Draws:
    """Samples from the posterior. `baseline` (N,) in spasms per second, `alpha` (N,) squared variation.

    For each stretch, `pattern` (N,) indexes the patterns and `shape` (N, dims) holds the parameters, NaN
    beyond the pattern's own. `effective` is the smallest effective number of proposals.
    """

    baseline: FloatArray
    alpha: FloatArray
    pattern: tuple[NDArray[np.intp], ...]
    shape: tuple[FloatArray, ...]
    effective: float

    @property
    def settled(self) -> bool:
        """Whether enough proposals carry the weight for intervals to be trusted."""
        return self.effective >= LEAST

    def remaining(self, stretch: int, patterns: Sequence[Pattern], days: FloatArray) -> FloatArray:
        """Return what remains on `days` (n,) of one stretch in each sample, shape (N, n)."""
        out = np.empty((self.baseline.size, days.size))
        for index, pattern in enumerate(patterns):
            rows = self.pattern[stretch] == index
            out[rows] = pattern.remaining(self.shape[stretch][rows, : pattern.dims], days)
        return out


@dataclass(frozen=True)
class _Grid:
    """Baselines (A,), evenly spaced in their logarithm, and variations (B,) in log-SDs from the prior's
    median.

    Cells are numbered a * B + b. `passes` counts how often it was drawn in.
    """

    baseline: FloatArray
    node: FloatArray
    prior: RatePrior
    passes: int = 0

    @property
    def alpha(self) -> FloatArray:
        """Squared coefficients of variation (B,)."""
        squared: FloatArray = (self.prior.variation * np.exp(self.prior.log_sd * self.node)) ** 2
        return squared

    @property
    def log_prior(self) -> FloatArray:
        """Log prior of each cell (A * B,), up to a constant."""
        return np.tile(stats.norm.logpdf(self.node), self.baseline.size)

    def spreads(self, cells: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return mean and SD of log baseline and of the variation's node."""
        weight = np.exp(cells).reshape(self.baseline.size, -1)
        found = []
        for axis, at in ((1, np.log(self.baseline)), (0, self.node)):
            share = weight.sum(axis=axis)
            centre = float(share @ at)
            found.append((centre, float(np.sqrt(share @ (at - centre) ** 2))))
        return found[0], found[1]

    def coarse(self, cells: FloatArray) -> bool:
        """Whether the steps are wider than what lies between them can bear."""
        (_, baseline), (_, node) = self.spreads(cells)
        steps = float(np.log(self.baseline[1] / self.baseline[0])), float(self.node[1] - self.node[0])
        return steps[0] > 0.8 * baseline or steps[1] > 1.2 * node

    def finer(self, cells: FloatArray) -> "_Grid":
        """Return the grid drawn in to where the posterior lies, no narrower than two steps each way."""
        (centre, spread), (node, node_spread) = self.spreads(cells)
        reach = max(4 * spread, 2 * float(np.log(self.baseline[1] / self.baseline[0])))
        node_reach = max(3.5 * node_spread, 2 * float(self.node[1] - self.node[0]))
        return _Grid(
            np.exp(np.linspace(centre - reach, centre + reach, N_BASELINE)),
            np.linspace(
                max(node - node_reach, VARIATION_NODES[0]),
                min(node + node_reach, VARIATION_NODES[-1]),
                VARIATION_NODES.size,
            ),
            self.prior,
            self.passes + 1,
        )


@dataclass(frozen=True)
class _Sum:
    """One pattern of one stretch: proposals (S, dims), their log weight by cell (S, A * B)."""

    shape: FloatArray
    log_weight: FloatArray


def posterior(
    stretches: Sequence[Stretch],
    patterns: Sequence[Pattern],
    untreated: Stretch,
    prior: RatePrior,
    n_samples: int = 4000,
    seed: int = 1,
) -> Draws:
    """Return samples of the posterior of all `stretches`, with `untreated` recordings at the baseline itself.

    Raises ValueError without any spasm, for then there is no baseline.
    """
    rng = np.random.default_rng(seed)
    grid = _first_grid(stretches, untreated, prior)
    normal = {p.dims: _sobol_normal(p.dims, seed) for p in patterns}
    sums = [[_sum_up(s, p, normal[p.dims], None, grid) for p in patterns] for s in stretches]
    for _ in range(MOST_PASSES):
        cells = _cells(sums, patterns, untreated, grid)
        found = [[_log_share(each, cells, own, patterns) for each in own] for own in sums]
        near = [[_moments(a, b) for a, b in zip(x, y, strict=True)] for x, y in zip(sums, found, strict=True)]
        # The first pass only finds where to look: what it says of its own number is not to be trusted.
        settled = grid.passes > 0 and all(
            _effective(parts, own) >= ENOUGH for parts, own in zip(found, sums, strict=True)
        )
        if settled and not grid.coarse(cells):
            break
        grid = grid.finer(cells)
        sums = [
            [_sum_up(s, p, normal[p.dims], at, grid) for p, at in zip(patterns, own, strict=True)]
            for s, own in zip(stretches, near, strict=True)
        ]
    cells = _cells(sums, patterns, untreated, grid)
    return _draw(sums, patterns, cells, grid, n_samples, rng)


def log_likelihood(
    stretch: Stretch, remaining: FloatArray, baseline: FloatArray, alpha: FloatArray
) -> FloatArray:
    """Return the log likelihood for each curve and cell, (S, A * B), from what remains (S, n)."""
    shape = remaining.shape[0], baseline.size
    total = np.zeros((alpha.size, *shape))
    size = 1 / alpha
    log_baseline = np.log(baseline)
    work = np.empty(shape)
    for i in range(stretch.counts.size):
        y = stretch.counts[i]
        mean = np.maximum(remaining[:, i] * stretch.times[i] * stretch.seconds[i], 1e-9)
        log_mean = np.log(mean)[:, None] + log_baseline[None, :]
        mean_, counted = np.exp(log_mean), y * log_mean
        for b, r in enumerate(size):
            constant = special.gammaln(y + r) - special.gammaln(r) + r * np.log(r)
            np.log(np.add(mean_, r, out=work), out=work)
            work *= -(y + r)
            work += counted
            work += constant
            total[b] += work
    by_cell: FloatArray = np.moveaxis(total, 0, -1).reshape(remaining.shape[0], -1)
    return by_cell


def _first_grid(stretches: Sequence[Stretch], untreated: Stretch, prior: RatePrior) -> _Grid:
    parts = [*stretches, untreated]
    counts, seconds = (np.concatenate([getattr(s, name) for s in parts]) for name in ("counts", "seconds"))
    if counts.sum() == 0:
        raise ValueError("no spasm was counted, so there is no baseline")
    highest = float(np.max((counts + 0.5) / seconds))
    return _Grid(highest * np.geomspace(*WIDEST_BASELINE, N_BASELINE), VARIATION_NODES, prior)


def _sobol_normal(dims: int, seed: int) -> FloatArray:
    if dims == 0:
        return np.zeros((1, 0))
    uniform = qmc.Sobol(dims, seed=seed).random(N_PROPOSED)
    normal: FloatArray = stats.norm.ppf(np.clip(uniform, 1e-9, 1 - 1e-9))
    return normal


def _sum_up(
    stretch: Stretch,
    pattern: Pattern,
    normal: FloatArray,
    moments: tuple[FloatArray, FloatArray] | None,
    grid: _Grid,
) -> _Sum:
    """Return proposals and their weights: from the prior, and half of them from around `moments` if known."""
    shape, log_weight = normal, np.zeros(normal.shape[0])
    if moments is not None and pattern.dims:
        centre, factor = moments
        # Halves and not every other row: those of a Sobol sequence lie on one side of its first dimension.
        half = normal.shape[0] // 2
        shape = np.concatenate([centre + normal[:half] @ factor.T, normal[half:]])
        log_prior = stats.norm.logpdf(shape).sum(axis=1)
        inside = np.linalg.solve(factor, (shape - centre).T).T
        log_near = stats.norm.logpdf(inside).sum(axis=1) - np.log(np.abs(np.linalg.det(factor)))
        log_weight = log_prior - np.logaddexp(log_prior, log_near) + np.log(2)
    likelihood = log_likelihood(stretch, pattern.remaining(shape, stretch.days), grid.baseline, grid.alpha)
    return _Sum(shape, likelihood + log_weight[:, None] - np.log(shape.shape[0]))


def _evidence(own: Sequence[_Sum], patterns: Sequence[Pattern]) -> FloatArray:
    """Return the log likelihood of one stretch by pattern and cell, (P, A * B), prior chances included."""
    return np.array(
        [
            special.logsumexp(each.log_weight, axis=0) + np.log(pattern.chance)
            for each, pattern in zip(own, patterns, strict=True)
        ]
    )


def _cells(
    sums: Sequence[Sequence[_Sum]], patterns: Sequence[Pattern], untreated: Stretch, grid: _Grid
) -> FloatArray:
    """Return the log posterior of the cells, (A * B,), summing to 1."""
    alone = np.ones((1, untreated.counts.size))
    log_post = grid.log_prior + log_likelihood(untreated, alone, grid.baseline, grid.alpha)[0]
    for own in sums:
        log_post = log_post + special.logsumexp(_evidence(own, patterns), axis=0)
    normalised: FloatArray = log_post - special.logsumexp(log_post)
    return normalised


def _log_share(each: _Sum, cells: FloatArray, own: Sequence[_Sum], patterns: Sequence[Pattern]) -> FloatArray:
    """Return the log posterior share of each proposal of one pattern, (S,), up to the pattern's chance."""
    by_cell = cells - special.logsumexp(_evidence(own, patterns), axis=0)
    share: FloatArray = special.logsumexp(each.log_weight + by_cell, axis=1)
    return share


def _effective(shares: Sequence[FloatArray], own: Sequence[_Sum]) -> float:
    """Return the effective number of proposals of a stretch, of its patterns with parameters."""
    joint = np.concatenate([s for s, each in zip(shares, own, strict=True) if each.shape.shape[1]])
    return float(np.exp(2 * special.logsumexp(joint) - special.logsumexp(2 * joint)))


def _moments(each: _Sum, log_share: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the centre of one pattern's parameters and a factor of their covariance, somewhat widened.

    Where few proposals carry all the weight, the weights are tempered until enough carry it.
    """
    power = 1.0
    while power > 1e-3:
        weight = np.exp(power * (log_share - log_share.max()))
        weight /= weight.sum()
        if 1 / float(np.sum(weight**2)) >= min(LEAST, weight.size / 2):
            break
        power *= 0.7
    centre = weight @ each.shape
    away = each.shape - centre
    covariance = (away * weight[:, None]).T @ away
    return centre, np.linalg.cholesky(1.7 * covariance + 1e-4 * np.eye(centre.size))


def _draw(
    sums: Sequence[Sequence[_Sum]],
    patterns: Sequence[Pattern],
    cells: FloatArray,
    grid: _Grid,
    n: int,
    rng: np.random.Generator,
) -> Draws:
    chosen = rng.choice(cells.size, n, p=np.exp(cells))
    n_alpha = grid.alpha.size
    width = max(pattern.dims for pattern in patterns)
    pattern_of, shape_of, effective = [], [], float("inf")
    for own in sums:
        which, shape = np.zeros(n, dtype=np.intp), np.full((n, width), np.nan)
        weight = np.concatenate(
            [each.log_weight + np.log(p.chance) for each, p in zip(own, patterns, strict=True)]
        )
        source = np.concatenate([np.full(each.shape.shape[0], k) for k, each in enumerate(own)])
        row = np.concatenate([np.arange(each.shape.shape[0]) for each in own])
        used = np.zeros(weight.shape[0])
        for cell in np.unique(chosen):
            mine = np.flatnonzero(chosen == cell)
            chance = np.exp(weight[:, cell] - special.logsumexp(weight[:, cell]))
            used += mine.size / n * chance
            picked = rng.choice(chance.size, mine.size, p=chance / chance.sum())
            which[mine] = source[picked]
            for k, each in enumerate(own):
                hit = source[picked] == k
                shape[mine[hit], : patterns[k].dims] = each.shape[row[picked[hit]]]
        continuous = used[[patterns[k].dims > 0 for k in source]]
        if continuous.sum() > 0.05:
            effective = min(effective, float(continuous.sum() ** 2 / (continuous**2).sum()))
        pattern_of.append(which)
        shape_of.append(shape)
    return Draws(
        grid.baseline[chosen // n_alpha],
        grid.alpha[chosen % n_alpha],
        tuple(pattern_of),
        tuple(shape_of),
        effective,
    )
