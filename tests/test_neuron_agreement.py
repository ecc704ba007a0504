"""Every spike against NEURON: same compartments, equations and steps (T1 and T2 of the acceptance)."""

import shutil
from typing import Any

import numpy as np
import pytest
from nerves import START_MV, from_start, random_nerve

from facialis.simulate.nerve import Nerve, NerveSettings, Pulses, Spikes, volley
from facialis.simulate.patch import rows

pytest.importorskip("neuron", reason="pip install 'facialis[neuron]' to compare")
if shutil.which("c++") is None or shutil.which("make") is None:
    pytest.skip("NEURON's mechanism needs a C++ compiler and make", allow_module_level=True)
peer = pytest.importorskip("benchmarks.neuron_peer")

DURATION_MS = 3.5


@pytest.fixture(scope="module")
def hoc() -> Any:
    return peer.load_neuron()


def shocks(axons: int) -> Pulses:
    """Every other axon is stimulated, so that coupled neighbours fire by ephapsis or not at all."""
    return volley(list(range(0, axons, 2)), 0, 0.5)


def worst_difference(ours: Spikes, theirs: Any, nerve: Nerve) -> float:
    """The largest difference in ms; fails on a missing or an extra spike."""
    worst = 0.0
    for node in range(nerve.nodes):
        for axon in range(nerve.axons):
            one, other = ours.at(axon, node), theirs.times[node][axon]
            assert len(one) == len(other), (axon, node)
            worst = max([worst, *np.abs(one - other)])
    return worst


def compare(hoc: Any, nerve: Nerve, rates: str) -> tuple[float, Spikes]:
    scheme = "implicit-euler" if nerve.coupled().any() else "crank-nicolson"
    options = NerveSettings(scheme=scheme, rates=rates)  # type: ignore[arg-type]
    pulses = shocks(nerve.axons)
    patch, ours = from_start(nerve, pulses, DURATION_MS, options)
    same = peer.Peer(hoc, rows(nerve, np.arange(nerve.axons), options), patch)
    theirs = same.run(pulses, DURATION_MS, options.dt_ms, START_MV, list(range(nerve.nodes)))
    return worst_difference(ours, theirs, nerve), ours


@pytest.mark.parametrize(("rates", "most_ms"), [("table", 1e-6), ("exact", 1e-9)])
@pytest.mark.parametrize("seed", range(20))
def test_t1_uncoupled_axons(hoc: Any, seed: int, rates: str, most_ms: float) -> None:
    nerve = random_nerve(np.random.default_rng(seed), 5, coupled=False)
    worst, spikes = compare(hoc, nerve, rates)
    assert spikes.time_ms.size > 30
    assert worst <= most_ms


@pytest.mark.parametrize("rates", ["table", "exact"])
@pytest.mark.parametrize("seed", range(20))
def test_t2_coupled_axons(hoc: Any, seed: int, rates: str) -> None:
    worst, spikes = compare(hoc, random_nerve(np.random.default_rng(100 + seed), 5), rates)
    assert spikes.time_ms.size > 15
    assert worst <= 1e-4


@pytest.mark.parametrize(("axons", "seed"), [(20, 0), (40, 1)])
def test_t2_many_coupled_axons(hoc: Any, axons: int, seed: int) -> None:
    worst, spikes = compare(hoc, random_nerve(np.random.default_rng(seed), axons), "table")
    assert spikes.time_ms.size > 100
    assert worst <= 1e-4


def test_both_ways_to_set_up_neuron_give_the_same_spikes(hoc: Any) -> None:
    nerve, options = random_nerve(np.random.default_rng(7), 3), NerveSettings(scheme="implicit-euler")
    patch, ours = from_start(nerve, shocks(3), DURATION_MS, options)
    plain = peer.Peer(hoc, rows(nerve, np.arange(3), options), patch, "plain")
    theirs = plain.run(shocks(3), DURATION_MS, options.dt_ms, START_MV, list(range(nerve.nodes)))
    assert worst_difference(ours, theirs, nerve) <= 1e-4
