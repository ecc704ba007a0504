"""The signs of hemifacial spasm: does the simulated patient show them? T6 to T20, where nothing else says.

    python -m benchmarks.signs [--patients 8] [--out FILE]

Nothing here is tuned but how slowly patients heal: the same constants as everywhere.
Deterministic: the same code gives the same numbers.
"""

from dataclasses import replace
from pathlib import Path

import click

from benchmarks.signs_lateral import lateral_rows, root_rows, sampled_rows
from benchmarks.signs_patient import babinski_rows, behaviour_rows, cured_rows
from benchmarks.signs_treated import decompression_rows, hypothesis_rows, treatment_rows
from benchmarks.tables import markdown, provenance, publish
from facialis.simulate.lateral_spread import simulate_lsr
from facialis.simulate.operation import LateralSpread

INTERVALS_MS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)


def report(patients: int, command: str) -> str:
    """Return the whole section."""
    base = LateralSpread(sweeps=4, intervals_ms=INTERVALS_MS, train=0)
    made = []
    for seed in range(1, patients + 1):
        made.append(simulate_lsr(replace(base, seed=seed)))
        click.echo(f"patient {seed} of {patients}", err=True)
    rows = [
        *lateral_rows(made),
        *root_rows(base, made[0]),
        *sampled_rows(3 * patients),
        *behaviour_rows(patients),
        *babinski_rows(3 * patients),
        *treatment_rows(base, made[0]),
        *decompression_rows(3 * patients),
        *cured_rows(min(25 * patients, 100)),
        *hypothesis_rows(made[0], base),
    ]
    header = ["figure", "known or asked for", "model", "kind", "agrees"]
    return f"{provenance(command)}\n{markdown(header, rows)}"


@click.command(help=__doc__)
@click.option("--patients", type=click.IntRange(1), default=8, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="File whose section `signs` is filled.")
def main(patients: int, out: Path | None) -> None:
    """Measure, print, and publish where asked."""
    text = report(patients, f"python -m benchmarks.signs --patients {patients}")
    click.echo(text)
    if out is not None:
        publish(out, "signs", text)


if __name__ == "__main__":
    main()
