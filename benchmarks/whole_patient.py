"""What triggers and treatments do to the whole simulated patient: nerve, muscles and labels.

    python -m benchmarks.whole_patient [--minutes 3] [--seeds 3] [--out FILE]

Unlike in `benchmarks.patient`, which looks at the nerve alone, blinks come from the drive that shuts the eye.
Deterministic: the same code gives the same numbers.
"""

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from benchmarks.tables import markdown, provenance, publish
from facialis.simulate.patient import Patient, simulate_patient
from facialis.simulate.treatments import Treatment
from facialis.simulate.triggers import Trigger

CASES: dict[str, Patient] = {
    "arterial loop": Patient(),
    "severity 0.6": Patient(severity=0.6),
    "severity 0.4": Patient(severity=0.4),
    "healthy": Patient(cause="none"),
    "stress": Patient(triggers=(Trigger("stress"),)),
    "sleep": Patient(triggers=(Trigger("sleep"),)),
    "hyperventilation": Patient(triggers=(Trigger("hyperventilation"),)),
    "decompression, day 0": Patient(treatments=(Treatment("decompression"),)),
    "decompression, day 30": Patient(treatments=(Treatment("decompression"),), day=30),
    "decompression, day 180": Patient(treatments=(Treatment("decompression"),), day=180),
    "toxin, day 14": Patient(treatments=(Treatment("toxin"),), day=14),
    "carbamazepine, day 7": Patient(treatments=(Treatment("carbamazepine"),), day=7),
}
WANTED: dict[str, tuple[str, Callable[[float], bool]]] = {
    "healthy": ("0", lambda times: times == 0),
    "stress": ("1.2 to 2 (T13)", lambda times: 1.2 <= times <= 2),
    "sleep": ("above 0, at most 0.5 (T13)", lambda times: 0 < times <= 0.5),
    "toxin, day 14": ("1, the same spikes (T17)", lambda times: times == 1),
    "carbamazepine, day 7": ("below 1 (T18)", lambda times: times < 1),
    "decompression, day 180": ("near 0", lambda times: times < 0.1),
}


def ordered(patient: Patient, minutes: float, seeds: int) -> tuple[float, float]:
    """Return the contractions that the nerve ordered a minute, and their share of the time."""
    rates, shares = [], []
    for seed in range(1, seeds + 1):
        changed = {**vars(patient), "minutes": minutes, "seed": seed}
        events = simulate_patient(Patient(**changed)).muscles.performance.nerve
        found = [e for e in events if e.kind in ("twitch", "tonic")]
        rates.append(len(found) / minutes)
        shares.append(sum(e.offset_s - e.onset_s for e in found) / minutes / 60)
    return float(np.mean(rates)), float(np.mean(shares))


def report(minutes: float, seeds: int, command: str) -> str:
    """Return the table as Markdown."""
    rows, usual = [], 0.0
    for name, patient in CASES.items():
        rate, share = ordered(patient, minutes, seeds)
        usual = usual or rate
        wanted, verdict = "", ""
        if name in WANTED:
            wanted, agrees = WANTED[name]
            verdict = "yes" if agrees(rate / usual) else "**no**"
        rows.append([name, f"{rate:.1f}", f"{100 * share:.1f} %", f"{rate / usual:.2f}", wanted, verdict])
        click.echo(f"{name}: {rate:.1f} a minute", err=True)
    header = [
        "patient",
        "contractions ordered a minute",
        "share of the time",
        "times",
        "wanted, times",
        "agrees",
    ]
    return f"{provenance(command)}\n{markdown(header, rows)}"


@click.command()
@click.option("--minutes", type=click.FloatRange(min=0.5), default=3.0, show_default=True)
@click.option("--seeds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the Markdown into its section here, too.")
def main(minutes: float, seeds: int, out: Path | None) -> None:
    """Print the table."""
    text = report(minutes, seeds, f"python -m benchmarks.whole_patient --minutes {minutes:g} --seeds {seeds}")
    click.echo(text)
    if out is not None:
        publish(out, "whole patient", text)


if __name__ == "__main__":
    main()
