"""How slowly patients heal: the fit of `population.SLOWER` and `SLOWER_SD` to when they are free of spasm.

    python -m benchmarks.healing [--patients 24]

Patients of seeds 101 on are drawn, all healing as `Healing` says, once with all of the packing gone at once
and once with it going slowly; on each day a minute of each is simulated. All time constants are multiplied by
one factor, so a patient who heals so many times slower is free so many times later. Fitted are the median of
that factor and the standard deviation of its logarithm. T16 is reported on other seeds.
"""

from collections.abc import Sequence

import click
import numpy as np
from scipy.optimize import least_squares

from benchmarks.signs_patient import CURED, is_free
from benchmarks.tables import markdown, provenance
from facialis.simulate.population import FREED_AT_ONCE, SLOWER, SLOWER_SD
from facialis.simulate.treatments import Healing
from facialis.types import FloatArray

FIRST_SEED = 101
AT_ONCE_DAYS = (0.0, 7.0, 30.0)
SLOWLY_DAYS = (0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0)
_Z = np.linspace(-4, 4, 801)
_WEIGHT = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


def share_free(healing: Healing, days: Sequence[float], seeds: Sequence[int]) -> FloatArray:
    """Return which share of drawn patients is free of spasm on each of the days, (days,)."""
    return np.array([np.mean([is_free(seed, day, healing=healing) for seed in seeds]) for day in days])


def expected(
    at_once: FloatArray, slowly: FloatArray, days: Sequence[float], slower: float, sd: float
) -> FloatArray:
    """Return which share is free on each of the days, (days,), where patients heal as differently as this.

    `at_once` and `slowly` are the shares free on AT_ONCE_DAYS and SLOWLY_DAYS at the factor 1.
    """
    factor = slower * np.exp(sd * _Z)
    later = np.array([_WEIGHT @ np.interp(day / factor, SLOWLY_DAYS, slowly) for day in days])
    freed = np.interp(days, AT_ONCE_DAYS, at_once)
    mixed: FloatArray = FREED_AT_ONCE * freed + (1 - FREED_AT_ONCE) * later
    return mixed


def fitted(at_once: FloatArray, slowly: FloatArray) -> tuple[float, float]:
    """Return the median of the factor and the standard deviation of its logarithm, by least squares."""
    days, known = list(CURED), np.array(list(CURED.values()))

    def misses(values: FloatArray) -> FloatArray:
        missed: FloatArray = known - expected(
            at_once, slowly, days, float(np.exp(values[0])), float(values[1])
        )
        return missed

    found = least_squares(misses, [1.0, 1.2]).x
    return float(np.exp(found[0])), float(found[1])


@click.command(help=__doc__)
@click.option("--patients", type=click.IntRange(2), default=24, show_default=True)
def main(patients: int) -> None:
    """Fit and print."""
    seeds = range(FIRST_SEED, FIRST_SEED + patients)
    at_once = share_free(Healing(at_once=1.0), AT_ONCE_DAYS, seeds)
    slowly = share_free(Healing(at_once=0.0), SLOWLY_DAYS, seeds)
    slower, sd = fitted(at_once, slowly)
    days = list(CURED)
    rows = [
        ["known", *(f"{share:.2f}" for share in CURED.values())],
        ["fitted", *(f"{share:.2f}" for share in expected(at_once, slowly, days, slower, sd))],
        ["as it is set", *(f"{share:.2f}" for share in expected(at_once, slowly, days, SLOWER, SLOWER_SD))],
    ]
    click.echo(provenance(f"python -m benchmarks.healing --patients {patients}"))
    click.echo(f"SLOWER {slower:.2f} (set: {SLOWER}), SLOWER_SD {sd:.2f} (set: {SLOWER_SD})\n")
    click.echo(markdown(["free of spasm on day", *(f"{day:g}" for day in days)], rows))


if __name__ == "__main__":
    main()
