"""How well spasms are found, on people not tuned on, next to the published peer.

    python -m benchmarks.accuracy [--people report|tune] [--seconds 60] [--jobs 2] [--quick] [--out FILE]

Real faces with grafted spasms and rendered heads; each video is decoded and read once and both methods take
the same points from it. With `--cache DIR` videos and readings are kept, so that only what changed is made
anew. Deterministic: the same code gives the same numbers.
"""

import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from pathlib import Path

import click

from benchmarks import peer
from benchmarks.figures import found_by_size, rate_by_rate
from benchmarks.parts import length_table, region_table
from benchmarks.readings import Reading, reading
from benchmarks.scenarios import CLIPS, Group, Scenario, performance, scenarios
from benchmarks.scores import (
    METHODS,
    Method,
    Outcome,
    main_table,
    mimic_table,
    person_table,
    rate_table,
    size_table,
)
from benchmarks.tables import provenance, publish
from facialis.errors import RenderError
from facialis.measure import analyse
from facialis.measures.matching import Span
from facialis.settings import Settings
from facialis.simulate.performance import TrueEvent
from facialis.simulate.render import open_context
from facialis.types import Event

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures"
NO_CLIPS = "Real clips are missing (../shared/data/faces); grafts are left out."


def ours(scenario: Scenario, read: Reading) -> Outcome:
    """Return what facialis says of a reading."""
    found = analyse(read.time_s, read.raw, Settings())
    episodes = [e for e in found.events if e.kind == "episode"]
    return Outcome(
        scenario,
        _truth(scenario),
        found.verdict.side,
        tuple(_span(e) for e in episodes),
        tuple(_span(e) for e in found.events if e.kind in ("twitch", "tonic")),
        tuple(e.probability for e in episodes),
        found.quality.seconds_recorded,
        found.quality.seconds_observed["both"],
        found.events,
    )


def peers(scenario: Scenario, read: Reading) -> Outcome:
    """Return what the published pipeline says of the same reading. It always names a side."""
    found = peer.analyse(read.mesh_px, read.frames_per_s)
    seconds = read.time_s.size / read.frames_per_s
    spans = tuple(Span(e.onset_s, e.offset_s, found.side, e.amplitude) for e in found.episodes)
    return Outcome(scenario, _truth(scenario), found.side, spans, spans, (), seconds, seconds)


def judge(scenario: Scenario, cache: Path) -> dict[Method, Outcome]:
    """Return both methods' answers on one recording, made and read where `cache` does not hold it."""
    read = reading(scenario, cache)
    return {"peer": peers(scenario, read), "facialis": ours(scenario, read)}


def judge_all(wanted: Sequence[Scenario], cache: Path, jobs: int) -> dict[Method, list[Outcome]]:
    """Return both methods' answers on all recordings, in their order, with progress on stderr."""
    answers: dict[Scenario, dict[Method, Outcome]] = {}
    # Fresh processes: a graphics context and threads do not survive a fork.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _end_with_parent) as pool:
        tasks = {pool.submit(judge, scenario, cache): scenario for scenario in wanted}
        for done in as_completed(tasks):
            scenario = tasks[done]
            answers[scenario] = done.result()
            click.echo(f"{len(answers)}/{len(wanted)} {scenario.name}", err=True)
    return {method: [answers[scenario][method] for scenario in wanted] for method in METHODS}


def _end_with_parent() -> None:
    """Let a worker end when the process that started it was killed, rather than work on for nobody."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def sections(outcomes: dict[Method, list[Outcome]]) -> Iterator[str]:
    """Yield the report's parts as Markdown."""
    kinds = {
        "Real faces with grafted spasms": ("grafted", "filmed"),
        "Rendered heads": ("rendered",),
        "Both together": ("grafted", "filmed", "rendered"),
    }
    present = {o.scenario.material for o in outcomes["facialis"]}
    for title, materials in kinds.items():
        if not present & set(materials) or (title == "Both together" and "rendered" not in present):
            continue
        if title == "Both together" and present == {"rendered"}:
            continue
        chosen: dict[Method, list[Outcome]] = {
            m: [o for o in outcomes[m] if o.scenario.material in materials] for m in METHODS
        }
        yield f"### {title}\n\n{main_table(chosen)}"
        yield f"Twitches found by size:\n\n{size_table(chosen)}"
        yield f"Measured against true rate:\n\n{rate_table(chosen)}"
        yield f"Where in the face (facialis):\n\n{region_table(chosen['facialis'])}"
        yield f"How long (facialis):\n\n{length_table(chosen['facialis'])}"
    for method in METHODS:
        yield f"### By person: {method}\n\n{person_table(outcomes[method])}"
    if "rendered" in present:
        yield f"### One-sided voluntary movements: facialis\n\n{mimic_table(outcomes['facialis'])}"


def _truth(scenario: Scenario) -> tuple[TrueEvent, ...]:
    return () if scenario.material == "filmed" else performance(scenario).truth


def _span(event: Event) -> Span:
    return Span(event.onset_s, event.offset_s, event.side, event.intensity)


def _materials(chosen: str) -> list[str]:
    """Return which of grafts and rendered heads can be made here; what cannot is told on stderr."""
    materials = ["grafts", "rendered"] if chosen == "all" else [chosen]
    if "grafts" in materials and not CLIPS.is_dir():
        click.echo(NO_CLIPS, err=True)
        materials.remove("grafts")
    if "rendered" in materials:
        try:
            open_context().release()
        except RenderError as error:
            click.echo(str(error), err=True)
            materials.remove("rendered")
    if not materials:
        raise click.ClickException("Neither clips nor OpenGL are here; there is nothing to measure.")
    return materials


@click.command()
@click.option("--people", type=click.Choice(["report", "tune"]), default="report", show_default=True)
@click.option("--only", type=click.Choice(["all", "grafts", "rendered"]), default="all", show_default=True)
@click.option("--seconds", type=click.FloatRange(min=20), default=60.0, show_default=True, help="Length.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--quick", is_flag=True, help="Two people of each kind and fewer recordings.")
@click.option("--cache", type=click.Path(path_type=Path), help="Keep videos and readings here (gigabytes).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the Markdown here, too: into its section where the file has one.",
)
@click.option("--figures", is_flag=True, help="Draw the curves into docs/figures.")
def main(
    people: Group,
    only: str,
    seconds: float,
    jobs: int,
    quick: bool,
    cache: Path | None,
    out: Path | None,
    figures: bool,
) -> None:
    """Print the tables."""
    wanted = scenarios(people, _materials(only), seconds, quick)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = judge_all(wanted, cache or Path(folder), jobs)
    command = f"python -m benchmarks.accuracy --people {people} --only {only} --seconds {seconds:g}"
    command += " --quick" * quick
    text = "\n".join([provenance(command), *sections(outcomes)])
    click.echo(text)
    if out is not None:
        publish(out, "accuracy", text)
    if figures:
        FIGURES.mkdir(parents=True, exist_ok=True)
        (FIGURES / "found_by_size.svg").write_text(found_by_size(outcomes), encoding="utf-8")
        (FIGURES / "rate.svg").write_text(rate_by_rate(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main()
