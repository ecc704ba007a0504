"""The nerve for minutes: what starts spikes, what spreads them, and what is refused."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.errors import SettingsError
from facialis.simulate import spikes as spikes_module
from facialis.simulate.artery import CAUSES, Cause, CauseName
from facialis.simulate.axons import ORIGINS, LesionSpikes
from facialis.simulate.innervation import facial_axons
from facialis.simulate.lesion import decompressed, lesion
from facialis.simulate.movements import blink as a_blink
from facialis.simulate.recruitment import ordered_spikes
from facialis.simulate.spike_state import Heap, drop_first, push
from facialis.simulate.spikes import SpikeSettings, fire
from facialis.simulate.volleys import Excitability, Volley, blink, constantly, habits, smile

LOOP = CAUSES["anterior inferior cerebellar artery"]
AXONS, SECONDS = 100, 20.0
BUSY = SpikeSettings(noise_hz=300.0)
"""More noise than the default's, so that short runs hold many spikes."""


def run(
    cause: CauseName | Cause = "anterior inferior cerebellar artery",
    seed: int = 0,
    seconds: float = SECONDS,
    volleys: tuple[Volley, ...] | None = None,
    level: float = 0.0,
    gain: float = 0.0,
    block: float = 0.0,
    options: SpikeSettings | None = None,
) -> LesionSpikes:
    axons = facial_axons(cause, AXONS, seed=seed)
    orders = habits(seconds, seed) if volleys is None else volleys
    return fire(
        axons, lesion(cause, block), seconds, orders, constantly(level), gain, seed, settings=options or BUSY
    )


def kinds(spikes: LesionSpikes) -> set[str]:
    return {ORIGINS[kind] for kind in np.unique(spikes.origin)}


def same(one: LesionSpikes, other: LesionSpikes) -> bool:
    pairs = ((one.axon, other.axon), (one.time_s, other.time_s), (one.origin, other.origin))
    return all(np.array_equal(a, b) for a, b in pairs)


@cache
def usual() -> LesionSpikes:
    return run()


def rate(spikes: LesionSpikes) -> float:
    """Involuntary spikes per axon and second."""
    return float(np.sum(spikes.origin != ORIGINS.index("volley"))) / AXONS / spikes.duration_s


def rates(seeds: int = 3, **how: object) -> float:
    return float(np.mean([rate(run(seed=seed, **how)) for seed in range(seeds)]))  # type: ignore[arg-type]


# The same every time


def test_a_seed_gives_the_same_spikes_to_the_last_bit() -> None:
    assert same(usual(), run())
    assert not same(usual(), run(seed=1))


def test_threads_change_no_bit() -> None:
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: run(seed=seed, seconds=10.0), range(4)))
    assert all(same(spikes, run(seed=seed, seconds=10.0)) for seed, spikes in enumerate(together))


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    orders = tuple(blink(start) for start in (1.0, 3.0))
    short, long = run(seconds=5.0, volleys=orders), run(seconds=9.0, volleys=orders)
    count = short.time_s.size
    assert np.array_equal(long.time_s[:count], short.time_s)
    assert np.all(long.time_s[count:] >= 5.0)


# Every spike


@settings(max_examples=15, deadline=None)
@given(
    cause=st.sampled_from(sorted(CAUSES)),
    seed=st.integers(0, 100),
    gain=st.sampled_from([0.0, 1.0, 3.0]),
    level=st.floats(-1, 2),
    block=st.floats(0, 1),
)
def test_no_axon_fires_within_its_refractory_time(
    cause: CauseName, seed: int, gain: float, level: float, block: float
) -> None:
    spikes = run(cause, seed, 5.0, gain=gain, level=level, block=block)
    order = np.lexsort((spikes.time_s, spikes.axon))
    gaps = np.diff(spikes.time_s[order])[np.diff(spikes.axon[order]) == 0]
    assert np.all(gaps >= BUSY.refractory_ms / 1000 - 1e-9)
    assert np.all(np.diff(spikes.time_s) >= 0)
    assert np.all((spikes.time_s >= 0) & (spikes.time_s < 5.0))
    assert np.all((spikes.axon >= 0) & (spikes.axon < AXONS))


def test_a_sick_nerve_has_all_kinds_of_spikes() -> None:
    assert kinds(run(gain=1.0)) == set(ORIGINS)


# Health, and what it takes to be ill


def test_a_healthy_nerve_only_does_what_it_is_told() -> None:
    assert kinds(run("none")) == {"volley"}


def test_a_healthy_nerve_without_orders_is_silent() -> None:
    assert run("none", volleys=()).time_s.size == 0


def test_every_order_passes_a_healthy_nerve() -> None:
    order = Volley(1.0, 0.1, 1.0, 50.0)
    spikes = run("none", volleys=(order,))
    assert np.unique(spikes.axon).size == AXONS
    assert np.all((spikes.time_s >= 1.0) & (spikes.time_s < 1.1))


def ephaptic(cause: Cause) -> int:
    return int(np.sum(run(cause, seconds=20.0).origin == ORIGINS.index("ephaptic")))


def test_pressing_and_injury_are_both_needed() -> None:
    """10.1007/BF01476426."""
    both = ephaptic(LOOP)
    assert both > 1000
    assert ephaptic(replace(LOOP, lamellae=130.0, left_shift_mv=0.0, left_shift_sd_mv=0.0)) < 0.01 * both
    assert ephaptic(decompressed(LOOP)) < 0.2 * both


def test_a_membrane_less_injured_fires_less() -> None:
    assert rates(cause=replace(LOOP, left_shift_mv=0.5)) < 0.5 * rates(cause=LOOP)


# Knobs


def test_readier_axons_fire_more() -> None:
    found = [rates(level=level) for level in (-0.5, 0.0, 0.5)]
    assert found == sorted(found)
    assert found[-1] > 1.5 * found[0]


def test_a_change_of_readiness_acts_when_it_comes() -> None:
    axons = facial_axons(LOOP, AXONS)
    rising = Excitability(np.array([0.0, 10.0, 10.1]), np.array([-3.0, -3.0, 3.0]))
    times = fire(axons, lesion(LOOP), 20.0, (), rising, settings=BUSY).time_s
    assert np.sum(times > 10.1) > 3 * np.sum(times < 10.0)


def test_the_more_sodium_is_blocked_the_calmer() -> None:
    usual, half, whole = (rates(6, block=block, options=SpikeSettings()) for block in (0.0, 0.5, 1.0))
    assert whole < 0.6 * usual
    assert whole < half < usual


def test_lifting_the_vessel_calms_at_once() -> None:
    assert rates(cause=decompressed(LOOP)) < 0.2 * rates()


def test_a_volley_jumps_to_others_and_seldom_goes_on() -> None:
    """A lateral spread with nearly every volley, an after-discharge of 0.2 s or more with few."""
    answered, went_on, seeds = 0, 0, 20
    for seed in range(seeds):
        found = run(seed=seed, seconds=2.0, volleys=(blink(1.0, 0.8),), options=SpikeSettings(wander_mv=0.0))
        since = found.time_s[found.origin != ORIGINS.index("volley")] - 1.0
        answered += bool(np.any((since > 0) & (since < 0.07)))
        went_on += bool(np.sum((since > 0.2) & (since < 0.5)) > 0.25 * AXONS)
    assert answered >= 0.8 * seeds
    assert went_on <= 0.3 * seeds


def test_more_pump_ends_spasms_sooner() -> None:
    weak, strong = (SpikeSettings(noise_hz=300.0, pump_mv=mv) for mv in (1.0, 8.0))
    assert rates(options=strong) < rates(options=weak)


# Two hypotheses


def test_the_lesion_alone_has_no_reflex() -> None:
    assert "reflex" not in kinds(usual())


def test_the_nucleus_alone_has_no_ephapsis() -> None:
    assert kinds(run("none", gain=2.0)) == {"volley", "reflex"}


def test_the_nucleus_alone_waits_for_the_early_reflex() -> None:
    spikes = run("none", gain=2.0, volleys=(Volley(1.0, 0.005, 1.0, 300.0),))
    reflex = spikes.time_s[spikes.origin == ORIGINS.index("reflex")]
    assert reflex.min() == pytest.approx(1.012, abs=0.003)


def test_a_readier_nucleus_answers_more() -> None:
    counts = [
        np.sum(run("none", gain=gain).origin == ORIGINS.index("reflex")) for gain in (0.0, 0.5, 1.0, 2.0)
    ]
    assert counts == sorted(counts)
    assert counts[0] == 0 < counts[1]


def test_both_together_are_worse_than_either() -> None:
    assert rates(gain=0.5) > max(rates(), rates(cause="none", gain=0.5))


# The heap of spikes to come


def heap_of(room: int) -> Heap:
    whole = [np.zeros(size, dtype=np.intp) for size in (room, room, 1)]
    return Heap(np.zeros(room), *whole)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_spikes_to_come_leave_in_the_order_of_time(times: list[float]) -> None:
    heap = heap_of(60)
    size = 0
    for place, time_ms in enumerate(times):
        size = push(heap, size, time_ms, place, 1)
    left = []
    while size > 0:
        assert heap.time_ms[0] == times[heap.axon[0]]
        left.append(float(heap.time_ms[0]))
        size = drop_first(heap, size)
    assert left == sorted(times)


def test_a_full_heap_takes_no_more() -> None:
    heap = heap_of(1)
    assert push(heap, 0, 1.0, 3, 2) == 1
    assert heap.full[0] == 0
    assert push(heap, 1, 0.5, 4, 1) == 1
    assert heap.full[0] == 1
    assert (heap.time_ms[0], heap.axon[0], heap.kind[0]) == (1.0, 3, 2)


def test_too_many_spikes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spikes_module, "_ROOM", 20)
    monkeypatch.setattr(spikes_module, "_ROOM_OF_AXON", 0)
    with pytest.raises(SettingsError, match="less noise"):
        run(volleys=(Volley(1.0, 0.1, 1.0, 300.0),), level=3.0)


def test_no_noise_is_too_much() -> None:
    """However many the kicks, none fires an axon more than once in a millisecond."""
    loud = run(options=SpikeSettings(noise_hz=10_000.0, field_hz=1e8), level=3.0, seconds=2.0)
    order = np.lexsort((loud.time_s, loud.axon))
    gaps = np.diff(loud.time_s[order])[np.diff(loud.axon[order]) == 0]
    assert loud.time_s.size > 1000
    assert gaps.min() >= SpikeSettings().refractory_ms / 1000 - 1e-9


# Who may import it, and what is refused


@pytest.mark.parametrize("name", ["innervation", "lesion", "tables", "volleys"])
def test_describing_a_nerve_does_not_import_numba(name: str) -> None:
    code = f"import sys, facialis.simulate.{name}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: run(seconds=0.0, volleys=()), "for 0.0 s"),
        (lambda: run(seconds=float("nan"), volleys=()), "for nan s"),
        (lambda: run(gain=-1.0), "nucleus_gain is -1.0"),
        (lambda: run(gain=4.0), "nucleus_gain is 4.0"),
        (lambda: fire(facial_axons(), lesion("none"), 1.0, beat_s=0.0), "beat_s is 0.0"),
        (lambda: lesion("wizardry"), "is no cause"),  # type: ignore[arg-type]
        (lambda: lesion("none", 2.0), "sodium_block is 2.0"),
        (lambda: SpikeSettings(pump_ms=0.0), "pump_ms is 0.0"),
        (lambda: constantly(float("nan")), "must be numbers"),
        (lambda: Excitability(np.zeros(2), np.zeros(2)), "must rise"),
        (lambda: Excitability(np.zeros(2), np.zeros(1)), "as many times"),
        (lambda: Volley(-1.0, 1.0, 0.5, 20.0), "0 s or later"),
        (lambda: Volley(1.0, 1.0, 1.5, 20.0), "share from 0 to 1"),
        (lambda: Volley(1.0, 1.0, 0.5, 0.0), "rate above 0"),
        (lambda: Volley(1.0, 1.0, 0.5, 20.0, ("jaw",)), "has no axons"),
        (lambda: habits(10.0, 0, blinks_per_min=100), "up to 60 blinks"),
        (lambda: facial_axons(count=2), "2 axons cannot"),
        (lambda: facial_axons(side="middle"), "use left or right"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        make()
    assert str(caught.value).count(". ") == 0


def test_habits_are_blinks_and_smiles_in_the_order_of_time() -> None:
    orders = habits(600.0, 3, blinks_per_min=20, smiles_per_min=2)
    starts = [order.start_s for order in orders]
    assert starts == sorted(starts)
    assert sum(order.muscles == blink(0).muscles for order in orders) == pytest.approx(200, rel=0.25)
    assert sum(order.muscles == smile(0).muscles for order in orders) == pytest.approx(20, rel=0.7)


def test_impulses_ordered_unit_by_unit_pass_a_healthy_nerve_as_they_are() -> None:
    axons = facial_axons("none", AXONS, seed=3)
    ordered = ordered_spikes(axons, [a_blink(1.0), a_blink(2.0)], 4.0, seed=3)
    passed = fire(axons, lesion("none"), 4.0, seed=3, ordered=ordered)
    assert len(passed.axon) == len(ordered.axon) > 50
    assert np.allclose(passed.time_s, ordered.time_s)
    assert np.array_equal(passed.origin, ordered.origin)
