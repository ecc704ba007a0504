"""From the artery to the number and back: simulate, film, measure, and compare with what was simulated.

    python -m benchmarks.circle [--people report|tune] [--blocks 3] [--treated 1] [--seconds 15] --cache DIR

A patient is simulated from the nerve to the face, filmed at 60 frames a second and measured like any video.
The design (benchmarks.circle_design) is cut short by blocks of six recordings; `--full` makes all of it, for
twelve identities. What was read from each film is kept in `--cache`, so that a run can be stopped and taken
up again; only the detection of events is made anew. Deterministic: the same code gives the same numbers.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.circle_blinks import told_table
from benchmarks.circle_design import BLOCKS, Shot, square, treated
from benchmarks.circle_figure import circle_figure
from benchmarks.circle_recordings import answer
from benchmarks.circle_scores import Answer, agreeing, change_table, changes, group_table, main_table
from benchmarks.scenarios import Group
from benchmarks.tables import provenance, publish

FIGURE = Path(__file__).resolve().parents[1] / "docs" / "figures" / "circle.svg"
TOLD_MINUTES = 2.0
QUICK_RECORDINGS, QUICK_TREATMENTS = 3, ("decompression, day 30", "toxin at the eye, day 14")


def planned(groups: Sequence[Group], blocks: int, persons: int, seconds: float) -> list[Shot]:
    """Return the recordings of a run: the first block of all groups, treatments, then the other blocks."""
    cells = sorted((s for g in groups for s in square(g, seconds, blocks)), key=lambda shot: shot.block)
    visits = [s for g in groups for s in treated(g, seconds, persons)]
    first = [s for s in cells if s.block == 0]
    return [*first, *visits, *cells[len(first) :]]


def quick(shots: Sequence[Shot]) -> list[Shot]:
    """Return a few recordings that take some minutes: three people, and one before and after treatment."""
    cells = [s for s in shots if not s.before and not s.treatment][:QUICK_RECORDINGS]
    visits = [s for s in shots if s.before or s.treatment in QUICK_TREATMENTS]
    plain = [s for s in visits if s.patient.nucleus_gain == 0]
    return [*cells, *plain]


def report(answers: Sequence[Answer], command: str) -> str:
    """Return all tables as Markdown."""
    cells = [a for a in answers if not (a.shot.before or a.shot.treatment)]
    parts = [provenance(command), main_table(cells, answers)]
    for name, key in (
        ("cause", lambda shot: shot.patient.cause),
        ("severity", lambda shot: f"{shot.patient.severity:g}"),
        ("provocation", lambda shot: shot.provocation),
        ("identity", lambda shot: shot.scene.identity),
    ):
        parts.append(f"### By {name}\n\n{group_table(cells, name, key)}")
    found = changes(answers)
    if found:
        agree, known = agreeing(found)
        parts.append(f"### Change with treatment\n\n{change_table(found)}")
        parts.append(f"The interval holds 1 in {agree} of the {known} changes that have one.\n")
    return "\n".join(parts)


@click.command()
@click.option("--people", type=click.Choice(["report", "tune"]), default="report", show_default=True)
@click.option("--blocks", type=click.IntRange(1, BLOCKS), default=3, show_default=True, help="Of six each.")
@click.option(
    "--treated", "persons", type=click.IntRange(0, 6), default=1, show_default=True, help="Persons."
)
@click.option("--seconds", type=click.FloatRange(min=8), default=15.0, show_default=True, help="Length.")
@click.option("--quick", "in_minutes", is_flag=True, help="Six recordings of 10 s, about five minutes.")
@click.option("--full", is_flag=True, help="All identities, causes and treatments, 60 s each: ten hours.")
@click.option("--cache", type=click.Path(path_type=Path), help="Keep films and readings here.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the Markdown into its section here, too.")
@click.option("--figures", is_flag=True, help="Draw the figure into docs/figures.")
@click.option("--kept", is_flag=True, help="Only what the cache holds: the tables of a run cut short.")
def main(
    people: Group,
    blocks: int,
    persons: int,
    seconds: float,
    in_minutes: bool,
    full: bool,
    cache: Path | None,
    out: Path | None,
    figures: bool,
    kept: bool,
) -> None:
    """Print the tables."""
    command = f"python -m benchmarks.circle --people {people} --blocks {blocks} --treated {persons}"
    command += f" --seconds {seconds:g}"
    if full:
        command = "python -m benchmarks.circle --full"
        shots = planned(("tune", "report"), BLOCKS, 6, 60.0)
    elif in_minutes:
        command = f"python -m benchmarks.circle --people {people} --quick"
        shots = quick(planned((people,), 1, 1, 10.0))
    else:
        shots = planned((people,), blocks, persons, seconds)
    with tempfile.TemporaryDirectory() as folder:
        answers = answer_all(shots, cache or Path(folder), kept_only=kept)
    if not answers:
        raise click.ClickException("The cache holds none of these recordings; run without --kept first.")
    command += " --kept" * kept

    def tell(words: str) -> None:
        click.echo(words, err=True)

    told = told_table(0.5 if in_minutes else TOLD_MINUTES, tell)
    text = f"{report(answers, command)}\n### What of the truth can be told\n\n{told}"
    click.echo(text)
    if out is not None:
        publish(out, "circle", text)
    if figures:
        FIGURE.parent.mkdir(parents=True, exist_ok=True)
        cells = [a for a in answers if not (a.shot.before or a.shot.treatment)]
        FIGURE.write_text(circle_figure(cells, changes(answers)), encoding="utf-8")


def answer_all(shots: Sequence[Shot], cache: Path, *, kept_only: bool = False) -> list[Answer]:
    """Return the answers in the order of the shots, with progress on stderr."""
    answers = []
    for number, shot in enumerate(shots, 1):
        started = time.monotonic()
        found = answer(shot, cache, kept_only=kept_only)
        if found is None:
            continue
        answers.append(found)
        click.echo(f"{number}/{len(shots)} {shot.name} ({time.monotonic() - started:.0f} s)", err=True)
    return answers


if __name__ == "__main__":
    main()
