"""The lateral spread response as in surgery: one branch is shocked, muscles of other branches answer.

The lesion is calculated by the cable tier: its patches, their myelin and their shared fluid, in steps of
0.01 ms. The spike tier's tables are too coarse here, for they know one delay for all patches of a lesion.
Motor units, junctions and EMG are those of every simulated patient. Nothing is drawn in: without coupling, or
with whole myelin, no other muscle answers. `simulate_lsr` is pure. Importing this module imports numba.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facialis.simulate.artery import Cause, facial_nerve
from facialis.simulate.axons import ORIGINS, Axons, LesionSpikes
from facialis.simulate.calming import CABLE, calmed, channel_noise, healing_leak, with_drug
from facialis.simulate.depth import deepened
from facialis.simulate.emg import EmgSettings
from facialis.simulate.innervation import MOTOR_AXONS, PATCH_SIZE, by_share, laid
from facialis.simulate.muscle import MuscleSettings, simulate_muscles
from facialis.simulate.nerve import IntArray, Nerve, Pulses, together, volley
from facialis.simulate.nucleus import answers
from facialis.simulate.operation import (
    EVERY_S,
    FIRST_S,
    LateralSpread,
    LateralSpreadActivity,
    Recording,
    Sweep,
)
from facialis.simulate.pathway import Branch, of_branch, to_muscle_ms, to_stimulus_ms
from facialis.simulate.shocks import Outgoing, RestingNerve, at_times, sweep
from facialis.simulate.spikes import SpikeSettings
from facialis.simulate.treatments import OnDay
from facialis.types import FloatArray

AFTER_MS, AFTER_NUCLEUS_MS = 25.0, 70.0
"""How long after the last shock a sweep is calculated; longer where an excitable nucleus may answer late."""
NODES, PHASES = 18, 8
LEAD_MS = (5.0, 20.0)
"""Drawn for each sweep: patches that fire without any shock are then at no fixed place in their rhythm."""
LSR_EMG = EmgSettings(rate_hz=5000.0, band_hz=(20.0, 2000.0))
"""As recorded in surgery: faster and wider than a patient's EMG, since tenths of a millisecond count."""


def simulate_lsr(
    experiment: LateralSpread | None = None, progress: Callable[[float], None] | None = None
) -> LateralSpreadActivity:
    """Return the recordings of one operation; `progress` is called with the share done, 0 to 1.

    Between sweeps nothing is calculated: each begins from the nerve at rest, as if the muscles were silent.
    """
    experiment = experiment or LateralSpread()
    tell, plans = progress or (lambda _: None), _plans(experiment)
    states = {False: experiment.today(), True: experiment.today(experiment.lifted)}
    nerves = {lifted: _Nerve(experiment, states[lifted]) for lifted in sorted({p.lifted for p in plans})}
    total, done = sum(len(plan.shocks_ms) for plan in plans), 0
    recordings = []
    for plan in plans:
        sweeps = []
        for number, shocks_ms in enumerate(plan.shocks_ms):
            sweeps.append(nerves[plan.lifted].sweep(plan, shocks_ms, number // plan.same))
            done += 1
            tell(0.95 * done / total)
        recordings.append(_recording(plan, nerves[plan.lifted], sweeps))
    tell(1.0)
    return LateralSpreadActivity(experiment, states[False], states[True], tuple(recordings))


@dataclass(frozen=True)
class _Plan:
    name: str
    branch: Branch
    lifted: bool
    shocks_ms: tuple[tuple[float, ...], ...]
    same: int = 1
    """So many sweeps that follow each other see the same noise and pulse: only what is tried differs."""

    @property
    def longest_ms(self) -> float:
        """How long after the first shock the last one of any sweep comes."""
        return max(shocks[-1] for shocks in self.shocks_ms)


def _plans(experiment: LateralSpread) -> list[_Plan]:
    plans = []
    single = ((0.0,),) * experiment.sweeps
    for branch in experiment.branches:
        word = branch.replace(" ", "-")
        plans.append(_Plan(f"{word}.before", branch, False, single))
        if experiment.liftable and experiment.lifted > 0:
            plans.append(_Plan(f"{word}.after", branch, True, single))
        if experiment.repeats and experiment.intervals_ms:
            # A single shock first: what it sets off by itself is taken off the answer to two.
            pairs = ((0.0,), *((0.0, isi) for isi in experiment.intervals_ms))
            plans.append(_Plan(f"{word}.pairs", branch, False, pairs * experiment.repeats, len(pairs)))
        if experiment.repeats and experiment.train > 1:
            train = tuple(float(k * 1000 / experiment.train_hz) for k in range(experiment.train))
            plans.append(_Plan(f"{word}.train", branch, False, (train,) * experiment.repeats))
    return plans


class _Nerve:
    """One nerve in one state: its axons, and its cable at each phase of the pulse, found at rest once."""

    def __init__(self, experiment: LateralSpread, today: OnDay) -> None:
        self.experiment, self.today = experiment, today
        nerve = facial_nerve(today.cause, experiment.axons, NODES, experiment.seed, PATCH_SIZE, PHASES)
        self.axons = axons_of(nerve, today.cause, experiment)
        assert self.axons.depth is not None
        nerve = deepened(nerve, today.cause, experiment.severity, self.axons.depth)
        healed = with_drug(healing_leak(nerve, today.membrane), today.sodium_block)
        self.whole = calmed(healed, experiment.seed)
        self.resting: dict[int, RestingNerve] = {}

    def at(self, phase: int) -> RestingNerve:
        """Return the cable at one phase of the pulse: a sweep is short against a beat."""
        phase %= self.whole.coupling.shape[0]
        if phase not in self.resting:
            nerve = replace(self.whole, coupling=self.whole.coupling[phase : phase + 1])
            self.resting[phase] = RestingNerve(nerve, CABLE)
        return self.resting[phase]

    def sweep(self, plan: _Plan, shocks_ms: tuple[float, ...], draw: int) -> Sweep:
        """Return what these shocks set off; `draw` chooses noise and phase."""
        experiment = self.experiment
        rng = np.random.default_rng([experiment.seed, 51, draw])
        phase, noise_seed = int(rng.integers(PHASES)), int(rng.integers(2**31))
        lead_ms = float(rng.uniform(*LEAD_MS))
        nerve, gain = self.at(phase), self.today.nucleus_gain
        after_ms = AFTER_MS if gain == 0 else AFTER_NUCLEUS_MS
        noise = channel_noise(self.whole, lead_ms + plan.longest_ms + AFTER_MS, noise_seed)
        if gain > 0:  # what is added later leaves the noise before it as it is
            more = channel_noise(self.whole, AFTER_NUCLEUS_MS - AFTER_MS, noise_seed + 1)
            noise = together(noise, at_times(more, more.start_ms + lead_ms + plan.longest_ms + AFTER_MS))
        driven = _fired(self.axons, plan.branch, experiment.strength)
        to_lesion_ms = to_stimulus_ms(self.axons.diameter_um, plan.branch, experiment.root)
        if driven.size == 0:
            found = _nothing()
        else:
            found = sweep(nerve, driven, to_lesion_ms, shocks_ms, after_ms, noise, lead_ms)
        orders: tuple[IntArray, FloatArray] = (np.zeros(0, dtype=np.intp), np.zeros(0))
        if gain > 0 and found.central_axon.size:
            orders = answers(self.axons, found.central_axon, found.central_ms, gain, SpikeSettings(), rng)
            sent = _from_nucleus(orders[0], lead_ms + orders[1], lead_ms + shocks_ms[-1] + after_ms)
            found = sweep(nerve, driven, to_lesion_ms, shocks_ms, after_ms, together(noise, sent), lead_ms)
        return Sweep(shocks_ms, phase, found, origins(found, self.whole.patch, orders, to_lesion_ms))


def axons_of(nerve: Nerve, cause: Cause, experiment: LateralSpread) -> Axons:
    """Return the axons of a cable nerve with the muscles they drive, drawn as by `facial_axons`."""
    rng, count = np.random.default_rng([experiment.seed, 11]), nerve.axons
    muscle = rng.permutation(by_share(count))
    muscle = np.where(rng.random(count) < cause.misrouted, rng.permutation(by_share(count)), muscle)
    depth = laid(muscle, nerve.patch, experiment.upper_at_vessel, experiment.seed)
    return Axons(
        experiment.side,
        muscle,
        nerve.patch,
        nerve.diameter_um,
        to_muscle_ms(nerve.diameter_um, muscle, experiment.root),
        np.full(count, MOTOR_AXONS * (1 - cause.axons_lost) / count),
        depth,
    )


def _fired(axons: Axons, branch: Branch, strength: float) -> IntArray:
    """Return the axons of a branch that a shock fires: the thickest first, for they need least current."""
    mine = of_branch(axons.muscle, branch)
    thick_first = mine[np.argsort(-axons.diameter_um[mine], kind="stable")]
    return np.sort(thick_first[: round(strength * mine.size)])


def _nothing() -> Outgoing:
    owner, when = np.zeros(0, dtype=np.intp), np.zeros(0)
    return Outgoing(owner, when, owner, when, owner, when, np.zeros(0, dtype=bool))


def _from_nucleus(axon: IntArray, time_ms: FloatArray, until_ms: float) -> Pulses:
    """Return the nucleus' orders as shocks to the stretch's first node."""
    inside = time_ms < until_ms
    return at_times(volley(axon[inside], 0, 0.0), time_ms[inside])


def origins(
    found: Outgoing, patch: IntArray, orders: tuple[IntArray, FloatArray], to_lesion_ms: FloatArray
) -> IntArray:
    """Return the origin of every impulse that leaves the lesion, (impulses,), counted in ORIGINS' order.

    `reflex`: within 2 ms after the nucleus fired this axon. `afterdischarge`: within 8 ms after an impulse in
    the same axon, one that came in included. `ephaptic`: within 8 ms after another axon of its patch fired or
    an impulse came in there. `ectopic`: all others.
    """
    kinds = np.full(found.axon.size, ORIGINS.index("ectopic"), dtype=np.intp)
    came = np.flatnonzero(found.arrived)
    in_axon, in_ms = found.shock_axon[came], found.shock_ms[came] + to_lesion_ms[found.shock_axon[came]]
    all_axon, all_ms = np.concatenate([found.axon, in_axon]), np.concatenate([found.time_ms, in_ms])
    for k, (axon, at) in enumerate(zip(found.axon, found.time_ms, strict=True)):
        since = at - all_ms
        recent = (since > 0) & (since < 8.0)
        ordered = at - orders[1][orders[0] == axon]
        if np.any((ordered > 0) & (ordered < 2.0)):
            kinds[k] = ORIGINS.index("reflex")
        elif np.any(recent & (all_axon == axon)):
            kinds[k] = ORIGINS.index("afterdischarge")
        elif np.any(recent & (patch[all_axon] == patch[axon])):
            kinds[k] = ORIGINS.index("ephaptic")
    return kinds


def _recording(plan: _Plan, nerve: _Nerve, sweeps: Sequence[Sweep]) -> Recording:
    """Return the EMG of the sweeps, one after the other: what the lesion sends, and the direct answers."""
    experiment, axons = nerve.experiment, nerve.axons
    duration_s = FIRST_S + EVERY_S * len(sweeps)
    owner, when, origin = [], [], []
    direct_ms = axons.to_muscle_ms - to_stimulus_ms(axons.diameter_um, plan.branch, experiment.root)
    for number, one in enumerate(sweeps):
        start_ms = 1000 * (FIRST_S + EVERY_S * number)
        out, shock = one.outgoing.axon, one.outgoing.shock_axon
        owner += [out, shock]
        # A direct answer was never at the lesion: it is put in by when it arrives.
        when += [
            start_ms + one.outgoing.time_ms,
            start_ms + one.outgoing.shock_ms + (direct_ms - axons.to_muscle_ms)[shock],
        ]
        origin += [one.origin, np.full(shock.size, ORIGINS.index("ephaptic"))]
    axon, time_s, kind = np.concatenate(owner), np.concatenate(when) / 1000, np.concatenate(origin)
    order = np.lexsort((axon, time_s))
    spikes = LesionSpikes(axon[order], time_s[order], kind[order], duration_s)
    settings = MuscleSettings(block=nerve.today.block, emg=LSR_EMG)
    activity = simulate_muscles([(axons, spikes)], (), settings, experiment.seed)
    return Recording(plan.name, plan.branch, plan.lifted, axons, tuple(sweeps), activity.emg)
