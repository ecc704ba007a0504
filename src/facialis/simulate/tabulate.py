"""Makes the tables of the spike tier from the cable tier. Takes some ten minutes of two cores.

python -m facialis.simulate.tabulate
"""

import itertools
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from facialis.simulate.artery import Cause, facial_nerve
from facialis.simulate.cable import Patch
from facialis.simulate.discharge import Rest, changes, find_rest, make_plan, run_patch
from facialis.simulate.fibre import Membrane, geometry
from facialis.simulate.nerve import (
    IntArray,
    Nerve,
    NerveSettings,
    Pulses,
    Spikes,
    membrane_noise,
    no_pulses,
    together,
    volley,
)
from facialis.simulate.patch import assemble
from facialis.simulate.tables import FILE, Grid, NerveTables, current_digest, write_tables
from facialis.types import FloatArray

Point = tuple[float, float, float, float]
"""Sodium block, internodes, lamellae, left shift."""
DRIVE_MS = 0.5
_ANSWER_MS, _BURST_MS, _GAP_MS = 4.0, 30.0, 12.0
_DEPOLARISED_MV = -72.0
"""A membrane that rests above this has lost its spikes: sodium is inactivated."""
_CALM_NA, _CALM_HZ = 0.05, 20_000.0
_ISI_MS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_REFERENCE_MV, _REFERENCE_INTERNODES, _REFERENCE_SIZE = 2.0, 3.0, 4


class Bench:
    """One patch of the cable tier at rest, and how to fire it."""

    def __init__(self, nerve: Nerve, dt_ms: float) -> None:
        self.nerve, self.settings = nerve, NerveSettings(dt_ms=dt_ms)
        self.members = np.arange(nerve.axons)
        self.patch: Patch = assemble(nerve, self.members, self.settings)
        plan = make_plan(nerve, 1.0, self.settings)
        self.rest: Rest = find_rest(self.patch, plan)
        top = float(self.rest.state.v.max())
        self.rests = self.rest.steady and top < _DEPOLARISED_MV

    def fire(self, pulses: Pulses, duration_ms: float, record: IntArray | None = None) -> Spikes:
        """Return the spikes at the last node, or at `record`, from rest."""
        nodes = np.array([self.nerve.nodes - 1]) if record is None else record
        plan = make_plan(self.nerve, duration_ms, self.settings)
        mine = changes(self.patch, self.members, pulses, self.settings.dt_ms)
        return run_patch(self.patch, self.rest.state, self.rest, mine, nodes, plan)


def bench(grid: Grid, point: Point, alpha: float, size: int, draw: int) -> Bench:
    """Return a patch of so many random axons with this lesion."""
    block, internodes, lamellae, shift = point
    # Middles of internodes lie 0.79 mm apart for the median fibre; half an internode of play on each side.
    length = (internodes - 0.5) * _median_internode_mm(size, draw)
    cause = Cause(length, 0.7, 0.0, lamellae, shift, grid.shift_sd_mv)
    nerve = facial_nerve(cause, axons=size, seed=draw, patch_size=(size, size))
    whole = Membrane()
    membrane = replace(
        whole,
        fast_sodium_s_cm2=whole.fast_sodium_s_cm2 * (1 - 0.15 * block),
        persistent_sodium_s_cm2=whole.persistent_sodium_s_cm2 * (1 - 0.5 * block),
    )
    coupling = np.where(nerve.coupled(), alpha, 0.0)[None]
    return Bench(replace(nerve, coupling=coupling, membrane=membrane), grid.dt_ms)


def _median_internode_mm(size: int, draw: int) -> float:
    healthy = facial_nerve("none", axons=size, seed=draw, patch_size=(size, size))
    return float(np.median(geometry(healthy.diameter_um).internode_um)) / 1000


def answers(grid: Grid, point: Point, alpha: float, size: int) -> tuple[FloatArray, float]:
    """Return the share of silent axons that answer 1, 2 and more others, (size - 1,), and their delay."""
    fired, late = np.zeros((0, size - 1)), []
    for draw in range(grid.draws):
        one = bench(grid, point, alpha, size, draw)
        if not one.rests:
            continue
        shares = []
        for active in range(1, size):
            spikes = one.fire(volley(list(range(active)), 0, DRIVE_MS), _ANSWER_MS)
            first = [float(times[0]) if times.size else math.nan for times in _per_axon(spikes, size)]
            silent = np.array(first[active:])
            shares.append(float(np.mean(np.isfinite(silent))))
            late += list(silent[np.isfinite(silent)] - min(first[:active]))
        fired = np.vstack([fired, shares])
    share = fired.mean(axis=0) if fired.size else np.full(size - 1, math.nan)
    return share, float(np.median(late)) if late else math.nan


def _per_axon(spikes: Spikes, size: int) -> list[FloatArray]:
    return [spikes.time_ms[spikes.axon == axon] for axon in range(size)]


def burst(grid: Grid, point: Point, alpha: float) -> tuple[float, float, float]:
    """Return spikes after the first, the median interval in ms and its coefficient of variation."""
    extra, gaps = [], [np.zeros(0)]
    for draw in range(grid.draws // 2):
        one = bench(grid, point, alpha, _REFERENCE_SIZE, draw)
        if not one.rests:
            continue
        spikes = one.fire(volley(list(range(_REFERENCE_SIZE)), 0, DRIVE_MS), _BURST_MS)
        for times in _per_axon(spikes, _REFERENCE_SIZE):
            between = np.diff(times)
            between = between[: int(np.argmax(np.append(between, math.inf) > _GAP_MS))]
            extra.append(between.size)
            gaps.append(between)  # type: ignore[arg-type]
    joined = np.concatenate(gaps)
    if joined.size < 2:
        return float(np.mean(extra)) if extra else math.nan, math.nan, math.nan
    return float(np.mean(extra)), float(np.median(joined)), float(joined.std() / joined.mean())


def crossing(grid: Grid, point: Point) -> tuple[float, float, float]:
    """Return the shares of patches that rest and of impulses that cross the lesion, and how late they are."""
    passed, late, rests = [], [], []
    for draw in range(grid.draws):
        one = bench(grid, point, grid.alpha[0], 1, draw)
        rests.append(one.rests)
        if not one.rests:
            continue
        times = one.fire(volley([0], 0, DRIVE_MS), _ANSWER_MS).time_ms
        whole = Bench(facial_nerve("none", axons=1, seed=draw, patch_size=(1, 1)), grid.dt_ms)
        passed.append(times.size > 0)
        if times.size:
            late.append(times[0] - whole.fire(volley([0], 0, DRIVE_MS), _ANSWER_MS).time_ms[0])
    share = float(np.mean(passed)) if passed else math.nan
    return float(np.mean(rests)), share, float(np.median(late)) if late else math.nan


def ectopic(grid: Grid, point: Point) -> float:
    """Return how likely a brief random current into one of the injured nodes fires the axon."""
    chances = []
    for draw in range(grid.draws // 2):
        one = bench(grid, point, grid.alpha[0], 1, draw)
        hurt = np.flatnonzero(one.nerve.node_leak_s_cm2[0] != one.nerve.node_leak_s_cm2[0, 0])
        hurt = hurt if hurt.size else np.arange(5, 13)
        if one.rests:
            chances += [_beyond(_threshold_na(one, int(node)), grid.noise_na) for node in hurt[::2]]
    return float(np.mean(chances)) if chances else math.nan


def _beyond(current_na: float, spread_na: float) -> float:
    """Return the chance that a normal current exceeds this one."""
    return 0.5 * math.erfc(current_na / spread_na / math.sqrt(2))


def _threshold_na(one: Bench, node: int) -> float:
    """Return the least current of 0.05 ms into this node that fires the axon, up to 4 nA."""
    low, high = 0.0, 4.0
    for _ in range(7):
        middle = (low + high) / 2
        pulse = replace(
            volley([0], node, DRIVE_MS), duration_ms=np.array([0.05]), current_na=np.array([middle])
        )
        ends = np.array([0, one.nerve.nodes - 1])
        low, high = (low, middle) if one.fire(pulse, 3.0, ends).time_ms.size >= 2 else (middle, high)
    return high


def response(grid: Grid, lamellae: float, alpha: float) -> tuple[float, float]:
    """Return the jitter of a response in ms, and after how long a second is as sure as the first.

    Of the reference lesion with half of its axons driven, in channel noise. 8 ms stand for 8 or more.
    """
    point = (0.0, _REFERENCE_INTERNODES, lamellae, _REFERENCE_MV)
    driven, spread = list(range(_REFERENCE_SIZE // 2)), []
    ready = []
    for draw in range(grid.draws // 2):
        one = bench(grid, point, alpha, _REFERENCE_SIZE, draw)
        if not one.rests:
            continue
        times = []
        for seed in range(grid.draws):
            noise = membrane_noise(_REFERENCE_SIZE, range(6, 13), _CALM_HZ, _CALM_NA, 2.5, seed)
            spikes = one.fire(together(noise, volley(driven, 0, 1.0)), 4.5)
            found = _per_axon(spikes, _REFERENCE_SIZE)[-1]
            times += list(found[:1])
        if len(times) > 2:
            spread.append(float(np.std(times)))
            ready.append(_ready_ms(one, driven))
    missing = (math.nan, _ISI_MS[-1])
    return (float(np.median(spread)), float(np.median(ready))) if spread else missing


def _ready_ms(one: Bench, driven: list[int]) -> float:
    for isi in _ISI_MS:
        pulses = together(volley(driven, 0, DRIVE_MS), volley(driven, 0, DRIVE_MS + isi))
        times = _per_axon(one.fire(pulses, isi + 5.0), _REFERENCE_SIZE)[-1]
        if np.sum(times > DRIVE_MS + isi) and times.size >= 2:
            return isi
    return _ISI_MS[-1]


def column(grid: Grid, point: Point) -> dict[str, FloatArray]:
    """Return all that the tables hold at one point of the first four axes."""
    most = max(grid.size) - 1
    share = np.full((len(grid.alpha), len(grid.size), most), math.nan)
    delay, bursts = np.full(len(grid.alpha), math.nan), np.full((len(grid.alpha), 3), math.nan)
    for place, alpha in enumerate(grid.alpha):
        for which, size in enumerate(grid.size):
            share[place, which, : size - 1], late = answers(grid, point, alpha, size)
            delay[place] = late if size == _REFERENCE_SIZE else delay[place]
        bursts[place] = burst(grid, point, alpha)
    rests, passed, late = crossing(grid, point)
    return {
        "transmission": share,
        "delay_ms": delay,
        "afterdischarge": bursts[:, 0],
        "interval_ms": bursts[:, 1],
        "interval_cv": bursts[:, 2],
        "resting": np.array(rests),
        "crossing": np.array(passed),
        "transit_ms": np.array(late),
        "ectopic": np.array(ectopic(grid, point)),
    }


def tabulate(grid: Grid, processes: int = 2) -> NerveTables:
    """Return the tables, calculated anew; what no patch at rest can tell, from the next lower shift."""
    axes = (grid.sodium_block, grid.internodes, grid.lamellae, grid.shift_mv)
    points = list(itertools.product(*axes))
    pairs = list(itertools.product(grid.lamellae, grid.alpha))
    Bench(facial_nerve("none", axons=1), grid.dt_ms).fire(no_pulses(), 1.0)  # compile once, before the others
    with ProcessPoolExecutor(processes) as pool:
        columns = list(pool.map(partial(column, grid), points, chunksize=2))
        answered = list(pool.map(partial(response, grid), *zip(*pairs, strict=True)))
    shape = tuple(len(axis) for axis in axes)
    found = {
        name: _filled(np.array([one[name] for one in columns]).reshape(*shape, *columns[0][name].shape))
        for name in columns[0]
    }
    two = np.array(answered).reshape(len(grid.lamellae), len(grid.alpha), 2)
    return NerveTables(grid, current_digest(grid), **found, jitter_ms=two[..., 0], refractory_ms=two[..., 1])


def _filled(values: FloatArray) -> FloatArray:
    """Replace NaN by the value at the next lower left shift (axis 3)."""
    values = values.copy()
    for place in range(1, values.shape[3]):
        here, before = values[:, :, :, place], values[:, :, :, place - 1]
        here[np.isnan(here)] = before[np.isnan(here)]
    return values


@click.command(help=__doc__)
@click.option("--processes", default=2, show_default=True, help="Patches calculated at the same time.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; the package's own, if not given."
)
def main(processes: int, out: Path | None) -> None:
    """Calculate and write."""
    target = out or Path(__file__).parents[1] / "data" / FILE
    tables = tabulate(Grid(), processes)
    write_tables(tables, target)
    click.echo(f"Wrote {target.name} with digest {tables.digest}.")


if __name__ == "__main__":
    main()
