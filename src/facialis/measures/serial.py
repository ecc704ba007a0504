"""Regression of days that depend on each other.

y = X beta + error, the error partly a level that lingers from day to day (first-order autoregressive in
continuous time, so that days without an entry are no problem) and partly of that day alone. How much
lingers, and how long, is not known from a short diary; plugging in one estimate makes intervals too narrow
(Tang and Landes, arXiv:1904.01622). So it is averaged over: on a grid of the two, each weighs as its
restricted likelihood (Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545), and the coefficients'
distribution is the mixture of Student's t over the grid. That is the posterior with flat priors on beta and
on the logarithm of the error's size, and a flat prior on the grid: no effect is
assumed. One degree of freedom is taken off for the dependence that was estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, optimize, special, stats

from facialis.measures.intervals import LEVEL
from facialis.types import FloatArray

CORRELATIONS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.95)
"""Of the lingering part from one day to the next."""
SHARES = (0.0, 0.25, 0.5, 0.75)
"""Of the error's variance that is of one day alone."""


@dataclass(frozen=True)
class Coefficient:
    """One coefficient's distribution: a mixture of Student's t.

    `centres`, `errors` and `weights` have shape (n_grid,); `df` are the degrees of freedom.
    """

    centres: FloatArray
    errors: FloatArray
    weights: FloatArray
    df: int

    @cached_property
    def value(self) -> float:
        """The mean."""
        return float(self.weights @ self.centres)

    @cached_property
    def error(self) -> float:
        """The scale: root of the mean squared error plus the spread of the centres."""
        spread = self.centres - self.value
        return float(np.sqrt(self.weights @ (self.errors**2 + spread**2)))

    def below(self, value: float) -> float:
        """Return the probability that the coefficient is below `value`."""
        return float(self.weights @ special.stdtr(self.df, (value - self.centres) / self.errors))

    @cached_property
    def p(self) -> float:
        """Two-sided p of 0: twice the smaller tail."""
        return float(min(1.0, 2 * min(self.below(0.0), 1 - self.below(0.0))))

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the interval with equal tails."""
        reach = 20 * float(stats.t.ppf((1 + level) / 2, self.df)) * self.error
        ends = [
            optimize.brentq(lambda x, t=tail: self.below(x) - t, self.value - reach, self.value + reach)
            for tail in ((1 - level) / 2, (1 + level) / 2)
        ]
        return float(ends[0]), float(ends[1])


@dataclass(frozen=True)
class Regression:
    """Coefficients in the order of the columns; `correlation` is the mean share of an error left a day
    later."""

    coefficients: tuple[Coefficient, ...]
    correlation: float
    sd: float
    n: int
    df: int


def regress(
    y: FloatArray,
    columns: FloatArray,
    day: FloatArray,
    noise: FloatArray | None = None,
    *,
    plain: bool = False,
) -> Regression:
    """Return the regression of `y` (n,) on `columns` (n, p) at days `day` (n,).

    `noise` (n,), mean 1, is the relative variance of the part that is of one day alone, such as that of
    counting; the same everywhere if None. `plain` takes the least-squares coefficients, such as a
    difference of means, and lets the dependence widen their errors only. Raises ValueError where n is not
    above p or columns depend on each other.
    """
    n, p = columns.shape
    if n <= p or np.linalg.matrix_rank(columns) < p:
        raise ValueError(f"{n} days do not determine {p} coefficients")
    own = np.ones(n) if noise is None else noise
    apart = np.abs(day[:, None] - day[None, :])
    fits = [_fit(y, columns, _shape(apart, own, rho, share), plain) for rho, share in _grid()]
    log_weight = np.array([fit[2] for fit in fits]) + np.log(_prior())
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    centres, errors = np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])
    lasting = np.array([rho * (1 - share) for rho, share in _grid()])
    variances = np.array([fit[3] for fit in fits])
    return Regression(
        tuple(Coefficient(centres[:, j], errors[:, j], weights, max(n - p - 1, 1)) for j in range(p)),
        float(weights @ lasting),
        float(np.sqrt(weights @ variances)),
        n,
        n - p,
    )


def _grid() -> Sequence[tuple[float, float]]:
    return [(rho, share) for rho in CORRELATIONS for share in (SHARES if rho else (1.0,))]


def _prior() -> FloatArray:
    """Return the same weight for each correlation, spread over its shares."""
    return np.array([1 / len(SHARES) if rho else 1.0 for rho, _ in _grid()])


def _shape(apart: FloatArray, own: FloatArray, rho: float, share: float) -> FloatArray:
    lasting = rho**apart if rho else np.zeros(apart.shape)
    shape: FloatArray = (1 - share) * lasting
    shape[np.diag_indices_from(shape)] += share * own
    if share == 0:  # Two entries of one day must not be the same row.
        shape[np.diag_indices_from(shape)] += 1e-6
    return shape


def _fit(
    y: FloatArray, columns: FloatArray, shape: FloatArray, plain: bool
) -> tuple[FloatArray, FloatArray, float, float]:
    """Return coefficients (p,), their errors (p,), the restricted log likelihood, and the error's
    variance."""
    factor = linalg.cholesky(shape, lower=True)
    whitened = linalg.solve_triangular(factor, np.column_stack([columns, y]), lower=True)
    x, target = whitened[:, :-1], whitened[:, -1]
    q, r = linalg.qr(x, mode="economic")
    centre = linalg.solve_triangular(r, q.T @ target)
    left = float(np.sum((target - x @ centre) ** 2))
    df = y.size - columns.shape[1]
    inverse = linalg.solve_triangular(r, np.eye(r.shape[0]))
    by_unit = np.sum(inverse**2, axis=1)
    variance = max(left, 1e-300) / df
    log_det = np.sum(np.log(np.diag(factor))) + np.sum(np.log(np.abs(np.diag(r))))
    likelihood = -log_det - df / 2 * np.log(max(left, 1e-300))
    if plain:
        solver = np.linalg.pinv(columns)
        centre, by_unit = solver @ y, np.sum((solver @ factor) ** 2, axis=1)
    return centre, np.sqrt(variance * by_unit), float(likelihood), variance
