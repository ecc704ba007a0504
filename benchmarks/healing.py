"""How slowly patients heal: the fit of `simulate.population` to when they are free of spasm.

    python -m benchmarks.healing [--patients 24]

Patients of seeds 101 on are drawn, all healing as `Healing` says, once with all of the packing gone at once
and once with it going slowly; on each day a minute of each is simulated. All time constants are multiplied by
one factor, so a patient who heals so many times slower is free so many times later. Fitted are the median of
that factor, the standard deviation of its logarithm, and, within what is known of it, the share of patients
in whom all goes at once. T16 is reported on other seeds.
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
FREED_KNOWN = (0.2, 0.3)
"""Share in whom ephaptic transmission was gone within a week: 23 % of 53 (10.1212/WNL.34.7.891)."""
AT_ONCE_DAYS = (0.0, 2.0, 4.0, 7.0, 14.0, 30.0)
SLOWLY_DAYS = (0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0)
_Z = np.linspace(-4, 4, 801)
_WEIGHT = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


def share_free(healing: Healing, days: Sequence[float], seeds: Sequence[int]) -> FloatArray:
    """Return which share of drawn patients is free of spasm on each of the days, (days,)."""
    return np.array([np.mean([is_free(seed, day, healing=healing) for seed in seeds]) for day in days])


def expected(
    at_once: FloatArray, slowly: FloatArray, days: Sequence[float], freed: float, slower: float, sd: float
) -> FloatArray:
    """Return which share is free on each of the days, (days,), where patients heal as differently as this.

    `at_once` and `slowly` are the shares free on AT_ONCE_DAYS and SLOWLY_DAYS at the factor 1; `freed` is the
    share in whom all goes at once.
    """
    factor = slower * np.exp(sd * _Z)
    shares = ((AT_ONCE_DAYS, at_once, freed), (SLOWLY_DAYS, slowly, 1 - freed))
    mixed: FloatArray = np.sum(
        [part * np.interp(np.divide.outer(days, factor), at, free) @ _WEIGHT for at, free, part in shares],
        axis=0,
    )
    return mixed


def fitted(at_once: FloatArray, slowly: FloatArray) -> tuple[float, float, float]:
    """Return the share freed at once, the factor's median and the standard deviation of its logarithm."""
    days, known = list(CURED), np.array(list(CURED.values()))

    def misses(values: FloatArray) -> FloatArray:
        freed, slower, sd = float(values[0]), float(np.exp(values[1])), float(values[2])
        missed: FloatArray = known - expected(at_once, slowly, days, freed, slower, sd)
        return missed

    low, high = FREED_KNOWN
    start = [(low + high) / 2, 1.0, 1.2]
    found = least_squares(misses, start, bounds=([low, -2, 0.1], [high, 4, 4]), xtol=1e-12).x
    return float(found[0]), float(np.exp(found[1])), float(found[2])


@click.command(help=__doc__)
@click.option("--patients", type=click.IntRange(2), default=24, show_default=True)
def main(patients: int) -> None:
    """Fit and print."""
    seeds = range(FIRST_SEED, FIRST_SEED + patients)
    at_once = share_free(Healing(at_once=1.0), AT_ONCE_DAYS, seeds)
    slowly = share_free(Healing(at_once=0.0), SLOWLY_DAYS, seeds)
    found = fitted(at_once, slowly)
    days, chosen = list(CURED), (FREED_AT_ONCE, SLOWER, SLOWER_SD)
    rows = [
        ["known", *(f"{share:.2f}" for share in CURED.values())],
        ["fitted", *(f"{share:.2f}" for share in expected(at_once, slowly, days, *found))],
        ["as it is set", *(f"{share:.2f}" for share in expected(at_once, slowly, days, *chosen))],
    ]
    click.echo(provenance(f"python -m benchmarks.healing --patients {patients}"))
    for name, value, is_set in zip(("FREED_AT_ONCE", "SLOWER", "SLOWER_SD"), found, chosen, strict=True):
        click.echo(f"{name} {value:.2f} (set: {is_set})")
    click.echo(markdown(["free of spasm on day", *(f"{day:g}" for day in days)], rows))


if __name__ == "__main__":
    main()
