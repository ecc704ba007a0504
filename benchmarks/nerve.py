"""The exact tier of the nerve against NEURON, and against what is known of the facial nerve.

    python -m benchmarks.nerve --out docs/benchmarks.md

Needs NEURON (`pip install 'facialis[neuron]'`) and a C++ compiler. Times are those of one core.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.nerve_signs import signs_table
from benchmarks.neuron_peer import Layout, Peer, PeerSpikes, load_neuron
from benchmarks.tables import markdown, provenance, publish
from facialis.simulate.artery import facial_nerve
from facialis.simulate.cable import Patch
from facialis.simulate.discharge import Rest, changes, discharge, make_plan, run_patch
from facialis.simulate.nerve import (
    Nerve,
    NerveSettings,
    Pulses,
    Rates,
    Spikes,
    healthy_nerve,
    membrane_noise,
    no_pulses,
    volley,
    with_lesion,
)
from facialis.simulate.patch import assemble, rows, uniform_state

START_MV = -84.0
CASES = (("alone", 20, 40, 10.0), ("coupled", 5, 18, 8.0), ("coupled", 20, 18, 4.0), ("coupled", 40, 18, 3.0))
"""Kind, axons, nodes, ms of biology."""
REACH = {("alone", 20): 10, ("coupled", 20): 100, ("coupled", 40): 150}
RATES: tuple[Rates, ...] = ("table", "exact")
LAYOUTS: tuple[Layout, ...] = ("lean", "plain")


def case_nerve(kind: str, axons: int, nodes: int) -> Nerve:
    """Return one patch: healthy axons, or the same with a lesion of four internodes at the given coupling."""
    nerve = healthy_nerve(np.full(axons, 7.3), nodes, np.zeros(axons, dtype=int))
    return nerve if kind == "alone" else with_lesion(nerve, range(7, 11), 0.85, 3, 2.0)


def options(nerve: Nerve, rates: Rates) -> NerveSettings:
    """Return settings with NEURON's scheme: implicit Euler for coupled axons, Crank-Nicolson for others."""
    scheme = "implicit-euler" if nerve.coupled().any() else "crank-nicolson"
    return NerveSettings(scheme=scheme, rates=rates, skip_rest=False)  # type: ignore[arg-type]


def ours(nerve: Nerve, pulses: Pulses, duration_ms: float, rates: Rates) -> tuple[Spikes, float]:
    """Return our spikes at all nodes and seconds of one core, every step calculated."""
    chosen, members = options(nerve, rates), np.arange(nerve.axons)
    patch = assemble(nerve, members, chosen)
    plan, state = make_plan(nerve, duration_ms, chosen), uniform_state(patch, START_MV)
    mine, nodes = changes(patch, members, pulses, chosen.dt_ms), np.arange(nerve.nodes)
    began = time.process_time()
    spikes = run_patch(patch, state, Rest(state, False), mine, nodes, plan)
    return spikes, time.process_time() - began


def theirs(h: Any, nerve: Nerve, pulses: Pulses, duration_ms: float, layout: Layout) -> PeerSpikes:
    """Return NEURON's spikes at all nodes and seconds of one core."""
    chosen, members = options(nerve, "exact"), np.arange(nerve.axons)
    patch: Patch = assemble(nerve, members, chosen)
    peer = Peer(h, rows(nerve, members, chosen), patch, layout)
    return peer.run(pulses, duration_ms, chosen.dt_ms, START_MV, list(range(nerve.nodes)))


def difference(spikes: Spikes, other: PeerSpikes, nerve: Nerve) -> tuple[int, int, float]:
    """Return how many spikes there are, how many are missing or extra, and the largest difference in ms."""
    wrong, worst = 0, 0.0
    for node in range(nerve.nodes):
        for axon in range(nerve.axons):
            one, two = spikes.at(axon, node), other.times[node][axon]
            wrong += abs(len(one) - len(two))
            if len(one) == len(two):
                worst = max([worst, *np.abs(one - two)])
    return spikes.time_ms.size, wrong, worst


def speed_rows(h: Any, rounds: int) -> list[list[str]]:
    """Return one row a case: seconds of one core per axon-second of each contestant, in turns, medians."""
    table = []
    for kind, axons, nodes, duration_ms in CASES:
        nerve, pulses = case_nerve(kind, axons, nodes), volley(list(range(0, axons, 2)), 0, 0.5)
        spent: dict[str, list[float]] = {}
        for rates in RATES:
            ours(nerve, pulses, 0.05, rates)
        for _ in range(rounds):
            for rates in RATES:
                spent.setdefault(rates, []).append(ours(nerve, pulses, duration_ms, rates)[1])
            for layout in LAYOUTS if kind == "coupled" else LAYOUTS[:1]:
                spent.setdefault(layout, []).append(theirs(h, nerve, pulses, duration_ms, layout).cpu_s)
        cost = {
            name: float(np.median(values)) / (axons * duration_ms / 1000) for name, values in spent.items()
        }
        plain = cost.get("plain", cost["lean"])
        table.append(
            [
                f"{axons} axons, {kind}",
                f"{cost['plain']:.2f}" if "plain" in cost else "–",
                f"{cost['lean']:.2f}",
                f"{cost['exact']:.3f}",
                f"{cost['table']:.3f}",
                f"{plain / cost['table']:.0f}",
                f"{cost['lean'] / cost['table']:.0f}",
                str(REACH.get((kind, axons), "–")),
            ]
        )
    return table


def accuracy_rows(h: Any, seeds: int) -> list[list[str]]:
    """Return one row a kind: the largest difference of any spike time over fixed and random patches."""
    table = []
    for kind, most in (
        ("alone", {"table": 1e-6, "exact": 1e-9}),
        ("coupled", {"table": 1e-4, "exact": 1e-4}),
    ):
        sets = [random_nerve(np.random.default_rng(seed), 5, kind) for seed in range(seeds)]
        sets += [random_nerve(np.random.default_rng(seeds + n), n, kind) for n in (20, 40)]
        for rates in RATES:
            found = [_compare(h, nerve, rates) for nerve in sets]
            spikes, wrong, worst = (
                sum(f[0] for f in found),
                sum(f[1] for f in found),
                max(f[2] for f in found),
            )
            name = f"{kind}, {'tables' if rates == 'table' else 'exact rates'}"
            table.append(
                [name, str(len(sets)), str(spikes), str(wrong), f"{worst:.1e}", f"{most[rates]:.0e}"]
            )
    return table


def _compare(h: Any, nerve: Nerve, rates: Rates) -> tuple[int, int, float]:
    pulses = volley(list(range(0, nerve.axons, 2)), 0, 0.5)
    return difference(ours(nerve, pulses, 3.5, rates)[0], theirs(h, nerve, pulses, 3.5, "lean"), nerve)


def random_nerve(rng: np.random.Generator, axons: int, kind: str) -> Nerve:
    """Return a patch with diameters, lesion, coupling, myelin, left shift and leak drawn at random."""
    healthy = healthy_nerve(rng.uniform(5.7, 10, axons), 18, np.zeros(axons, dtype=int))
    first = int(rng.integers(4, 10))
    lesion = range(first, first + int(rng.integers(2, 5)))
    alpha = float(rng.uniform(0.3, 0.93)) if kind == "coupled" else 0.0
    nerve = with_lesion(healthy, lesion, alpha, float(rng.uniform(2.5, 20)))
    shift = np.where(rng.random(nerve.left_shift_mv.shape) < 0.3, rng.uniform(0, 3), 0.0)
    leak = nerve.node_leak_s_cm2 * rng.uniform(0.8, 1.1, nerve.node_leak_s_cm2.shape)
    return Nerve(nerve.diameter_um, nerve.patch, nerve.lamellae, shift, leak, nerve.coupling)


def real_time_rows(axons: int = 60, duration_ms: float = 1000.0) -> list[list[str]]:
    """Return how many seconds of one core a second of so many axons takes, and how many pass on two."""
    sick, healthy = facial_nerve(axons=axons, seed=1), facial_nerve("none", axons=axons, seed=1)
    busy = membrane_noise(sick.axons, range(4, 14), 50, 0.3, duration_ms, seed=1)
    runs: list[tuple[str, Callable[[NerveSettings], Spikes]]] = [
        ("arterial loop with its pulse, noise 50/s", lambda s: discharge(sick, busy, duration_ms, s)),
        ("healthy, noise 50/s", lambda s: discharge(healthy, busy, duration_ms, s)),
        ("healthy, nothing put in", lambda s: discharge(healthy, no_pulses(), 10 * duration_ms, s)),
    ]
    table = []
    discharge(sick, volley([0], 0, 0.0), 0.1, NerveSettings(dt_ms=0.01))  # compiles
    for name, run in runs:
        seconds = duration_ms / 1000 * (10 if "nothing" in name else 1)
        turns = [(_timed(run, 1, time.process_time), _timed(run, 2, time.perf_counter)) for _ in range(3)]
        one, two = np.median([[alone[1], both[1]] for alone, both in turns], axis=0) / seconds
        spikes = turns[0][0][0]
        table.append([name, f"{one:.2f}", f"{two:.2f}", f"{spikes.skipped / spikes.steps:.2f}"])
    return table


def _timed(
    run: Callable[[NerveSettings], Spikes], threads: int, clock: Callable[[], float]
) -> tuple[Spikes, float]:
    began = clock()
    spikes = run(NerveSettings(dt_ms=0.01, threads=threads))
    return spikes, clock() - began


def report(rounds: int, seeds: int, command: str) -> str:
    """Return the whole section."""
    h = load_neuron()
    speed = ["seconds of one core per axon-second", "NEURON, plain", "NEURON, lean", "exact rates", "tables"]
    speed += ["plain / tables", "lean / tables", "reach"]
    parts = [
        provenance(command).rstrip() + f" NEURON {h.nrnversion(5)}.\n",
        "### Speed\n\n" + markdown(speed, speed_rows(h, rounds)),
        "### Spike times against NEURON\n\n"
        + markdown(
            ["axons", "patches", "spikes", "missing or extra", "largest difference, ms", "allowed, ms"],
            accuracy_rows(h, seeds),
        ),
        "### Sixty axons in patches of three to five, steps of 0.01 ms\n\n"
        + markdown(
            ["nerve", "seconds of one core per second", "seconds on two threads", "steps left out"],
            real_time_rows(),
        ),
        "### What the nerve does\n\n" + signs_table(),
    ]
    return "\n".join(parts)


@click.command(help=__doc__)
@click.option("--rounds", default=3, show_default=True, help="Turns of each contestant; medians are given.")
@click.option("--seeds", default=20, show_default=True, help="Random patches of five axons.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section `nerve` is filled.")
def main(rounds: int, seeds: int, out: Path | None) -> None:
    """Measure, print, and publish where asked."""
    text = report(rounds, seeds, f"python -m benchmarks.nerve --rounds {rounds} --seeds {seeds}")
    click.echo(text)
    if out is not None:
        publish(out, "nerve", text)


if __name__ == "__main__":
    main()
