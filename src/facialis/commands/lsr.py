"""The command that simulates the lateral spread response as in surgery."""

from pathlib import Path
from typing import Any

import click

from facialis.commands import PATH
from facialis.console import progress_bar
from facialis.simulate.causes import CAUSE_OPTIONS


@click.command(short_help="Simulate the lateral spread response of an operation.")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Folder to write to.")
@click.option(
    "--cause", type=click.Choice(list(CAUSE_OPTIONS)), default="artery-loop", help="What injures the nerve."
)
@click.option("--side", type=click.Choice(["left", "right"]), default="left", help="The patient's sick side.")
@click.option("--severity", type=click.FloatRange(0, 1), default=1.0, help="How far the cause has come.")
@click.option(
    "--branch",
    "branches",
    multiple=True,
    metavar="NAME",
    help="Branch to stimulate; may be given several times.",
)
@click.option("--sweeps", type=click.IntRange(1, 200), default=6, help="Single stimuli, before and after.")
@click.option(
    "--lifted", type=click.FloatRange(0, 1), default=1.0, help="Share of the contact that is lifted."
)
@click.option(
    "--interval",
    "intervals_ms",
    type=float,
    multiple=True,
    metavar="MS",
    help="Between two stimuli of a pair.",
)
@click.option("--repeats", type=click.IntRange(0, 50), default=1, help="Pairs of each interval, and trains.")
@click.option("--train", type=click.IntRange(0, 50), default=5, help="Stimuli of a train.")
@click.option("--train-hz", type=click.FloatRange(1, 500), default=50.0, help="Stimuli a second in a train.")
@click.option("--strength", type=click.FloatRange(0, 1), default=1.0, help="Share of the branch that fires.")
@click.option(
    "--root",
    type=click.Choice(["labyrinthine", "root-exit"]),
    default="labyrinthine",
    help="Where a magnet fires the nerve, from which the canal's conduction follows.",
)
@click.option(
    "--treatment",
    "treatments",
    multiple=True,
    metavar="KIND[:DAY[:AMOUNT]][,...]",
    help="A treatment and its day; may be given several times.",
)
@click.option("--day", type=float, default=0.0, help="Day of the operation, on the treatments' calendar.")
@click.option(
    "--nucleus", "nucleus_gain", type=click.FloatRange(0, 3), default=0.0, help="Gain of the nucleus."
)
@click.option("--axons", type=click.IntRange(20, 5000), default=200, help="Axons that stand for a nerve.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="Another number, another nerve.")
def lsr(
    out: Path,
    cause: str,
    branches: tuple[str, ...],
    intervals_ms: tuple[float, ...],
    treatments: tuple[str, ...],
    root: str,
    **chosen: Any,
) -> None:
    """Simulate stimuli to a branch of the facial nerve, with the vessel on the nerve and lifted.

    Writes page.html, lsr.truth.json, lsr.config.json, lsr.spikes.parquet and one EDF+ file for each recording
    into a folder. Everything in it is simulated and says so.

    \b
    Examples:
      facialis simulate lsr --out lsr
      facialis simulate lsr --branch zygomatic --sweeps 10 --interval 2 --interval 3 --out zygomatic
      facialis measure zygomatic/zygomatic.before.edf
    """
    from facialis.simulate.lateral_spread import simulate_lsr
    from facialis.simulate.lateral_spread_folder import check_folder, write_operation
    from facialis.simulate.operation import LateralSpread
    from facialis.simulate.patient_options import branch_named, cause_named, read_treatment

    if branches:
        chosen["branches"] = tuple(map(branch_named, branches))
    if intervals_ms:
        chosen["intervals_ms"] = tuple(sorted(set(intervals_ms)))
    asked = LateralSpread(
        cause_named(cause),
        treatments=tuple(map(read_treatment, treatments)),
        root="root exit" if root == "root-exit" else "labyrinthine",
        **chosen,
    )
    check_folder(out)
    with progress_bar("Simulating", 1.0) as tell:
        activity = simulate_lsr(asked, tell)
    write_operation(activity, out)
    made = len(activity.recordings)
    click.echo(f"Simulated {cause}, {asked.side} side: {made} recording{'s' * (made != 1)}.")
    click.echo(f"Written to {out}: open {out / 'page.html'} in a browser.")
