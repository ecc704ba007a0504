"""Shocks to a branch of the facial nerve: what comes back from its lesion, calculated axon by axon.

A shock fires the branch's axons where it is given. From there an impulse runs to the muscle and another one,
antidromic, to the lesion; both ways outside the stretch of the cable tier are times (`pathway`). What the
lesion makes of it is calculated by the cable tier: nothing is drawn in. Importing this module imports numba.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from facialis.simulate.discharge import Rest, changes, find_rest, make_plan, run_patch
from facialis.simulate.fibre import geometry
from facialis.simulate.nerve import IntArray, Nerve, NerveSettings, Pulses, Spikes, together, volley
from facialis.simulate.patch import assemble, blocks
from facialis.simulate.pathway import velocity_m_s
from facialis.types import BoolArray, FloatArray

RISE_MS = 0.06
"""A current of 2 nA takes so long to fire the last node; it begins that much before the impulse arrives."""
REFRACTORY_MS = 0.7
"""So soon after an impulse no shock fires an axon where one passed (assumed; cable tier 0.6 to 0.8)."""
_APART_NODES = 3


@dataclass(frozen=True)
class Outgoing:
    """Impulses of one sweep, times in ms from its first shock, each pair of arrays in the order of time.

    `axon`, `time_ms` leave the lesion towards the muscles, `central_axon`, `central_ms` towards the
    brainstem, both counted as if from its middle. `shock_axon`, `shock_ms` are the axons that a shock fired;
    `arrived` tells which of these impulses reached the lesion: one that meets another on its way ends there,
    with it.
    """

    axon: IntArray
    time_ms: FloatArray
    central_axon: IntArray
    central_ms: FloatArray
    shock_axon: IntArray
    shock_ms: FloatArray
    arrived: BoolArray


class RestingNerve:
    """A nerve whose state of rest was found once; every sweep begins from it."""

    def __init__(self, nerve: Nerve, settings: NerveSettings, axons: IntArray | None = None) -> None:
        """Find the rest of all patches, or of those that are calculated together with these axons."""
        self.nerve, self.settings = nerve, settings
        plan = make_plan(nerve, 1.0, settings)
        self.groups = [members for members in blocks(nerve) if axons is None or np.isin(members, axons).any()]
        self.patches = [assemble(nerve, members, settings) for members in self.groups]
        self.rests: list[Rest] = [find_rest(patch, plan) for patch in self.patches]
        last = nerve.nodes - 1
        self.nodes = np.array([0, _APART_NODES, last - _APART_NODES, last])
        internode_mm = geometry(nerve.diameter_um).internode_um / 1000
        self.to_end_ms: FloatArray = last / 2 * internode_mm / velocity_m_s(nerve.diameter_um)
        """From the lesion's middle to the last node, (axons,), as without a lesion."""

    def fire(self, pulses: Pulses, duration_ms: float, axons: IntArray) -> dict[int, Spikes]:
        """Return the spikes, by number, of each group of patches that holds one of these axons."""
        plan = make_plan(self.nerve, duration_ms, self.settings)
        wanted = [n for n, members in enumerate(self.groups) if np.isin(members, axons).any()]

        def one(number: int) -> Spikes:
            patch, rest = self.patches[number], self.rests[number]
            mine = changes(patch, self.groups[number], pulses, self.settings.dt_ms)
            return run_patch(patch, rest.state, rest, mine, self.nodes, plan)

        with ThreadPoolExecutor(self.settings.threads) as pool:
            return dict(zip(wanted, pool.map(one, wanted), strict=True))


def sweep(
    nerve: RestingNerve,
    driven: IntArray,
    to_lesion_ms: FloatArray,
    shocks_ms: Sequence[float],
    after_ms: float,
    others: Pulses,
    lead_ms: float = 0.5,
) -> Outgoing:
    """Return what leaves the lesion from rest until `after_ms` after the last shock.

    `driven` (branch,) are the axons that shocks fire, `to_lesion_ms` (axons of the nerve,) the time from
    where they are given to the lesion's middle; `others` go into the stretch besides, in ms from the
    calculation's begin, `lead_ms` before the first shock. An antidromic impulse that meets one on its way out
    is taken back and its patch calculated anew, until no more meet.
    """
    duration_ms, last = lead_ms + shocks_ms[-1] + after_ms, nerve.nerve.nodes - 1
    shocks = np.asarray(shocks_ms, dtype=float)
    outside_ms = np.maximum(to_lesion_ms - nerve.to_end_ms, RISE_MS)
    arrives = np.ones((driven.size, shocks.size), dtype=bool)
    parts: dict[int, Spikes] = {}
    started, changed = arrives, np.arange(nerve.nerve.axons)
    for _ in range(
        shocks.size + 1
    ):  # a meeting changes nothing before it, so that each round settles one shock
        row, which = np.nonzero(arrives)
        at = lead_ms + shocks[which] + outside_ms[driven[row]] - RISE_MS
        incoming = at_times(volley(driven[row], last, 0.0), at)
        parts |= nerve.fire(together(others, incoming), duration_ms, changed)
        axon, time_ms = passing(parts.values(), nerve.nodes[2:], lead_ms)
        kept, before = np.ones(axon.size, dtype=bool), arrives
        arrives, started = arrives.copy(), np.ones_like(arrives)
        for place, one in enumerate(driven):
            mine = np.flatnonzero(axon == one)
            arrives[place], started[place], kept[mine] = collide(
                shocks, float(outside_ms[one]), time_ms[mine]
            )
        changed = driven[(arrives != before).any(axis=1)]
        if changed.size == 0:
            break
    central_axon, central_ms = passing(parts.values(), nerve.nodes[1::-1], lead_ms)
    row, which = np.nonzero(started)
    return Outgoing(
        *_from_middle(axon[kept], time_ms[kept], nerve.to_end_ms),
        *_from_middle(central_axon, central_ms, nerve.to_end_ms),
        driven[row],
        shocks[which],
        arrives[row, which],
    )


def _from_middle(axon: IntArray, time_ms: FloatArray, to_end_ms: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return impulses at the stretch's ends by when they would have left its middle, in the order of time."""
    left_ms = time_ms - to_end_ms[axon]
    order = np.lexsort((axon, left_ms))
    return axon[order], left_ms[order]


def collide(
    shocks_ms: FloatArray, outside_ms: float, leaving_ms: FloatArray
) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return of one axon which shocks arrive at the lesion, which fire it, and which impulses get out.

    `leaving_ms` (impulses,) pass the stretch's last node towards the muscle, `outside_ms` away from where the
    shocks are given. Two that run towards each other end where they meet. A shock just after an impulse has
    passed, or after another shock, fires nothing.
    """
    arrives, started = np.ones(shocks_ms.size, dtype=bool), np.ones(shocks_ms.size, dtype=bool)
    gets_out = np.ones(leaving_ms.size, dtype=bool)
    for place, shock in enumerate(shocks_ms):
        passed = np.concatenate([leaving_ms[gets_out] + outside_ms, shocks_ms[:place][started[:place]]])
        if np.any((passed <= shock) & (passed > shock - REFRACTORY_MS)):
            arrives[place] = started[place] = False
            continue
        meets = np.flatnonzero(gets_out & (np.abs(leaving_ms - shock) < outside_ms))
        if meets.size:
            arrives[place] = gets_out[meets[0]] = False
    return arrives, started, gets_out


def at_times(pulses: Pulses, start_ms: FloatArray) -> Pulses:
    """Return the same pulses at these times, (pulses,)."""
    return Pulses(pulses.axon, pulses.node, start_ms, pulses.duration_ms, pulses.current_na)


def passing(parts: Iterable[Spikes], nodes: IntArray, lead_ms: float) -> tuple[IntArray, FloatArray]:
    """Return axon and time, in ms from the first shock, of impulses that pass the first of two `nodes`, then
    the other."""
    before, last = (int(node) for node in nodes)
    owner: list[IntArray] = [np.zeros(0, dtype=np.intp)]
    when: list[FloatArray] = [np.zeros(0)]
    for part in parts:
        for axon in np.unique(part.axon[part.node == last]):
            ends, passed = part.at(int(axon), last), part.at(int(axon), before)
            # What came in at the last node passes the other one later: there is none just before it.
            since = ends[:, None] - passed[None]
            mine = np.any((since > 0) & (since < REFRACTORY_MS), axis=1)
            owner.append(np.full(int(mine.sum()), axon, dtype=np.intp))
            when.append(ends[mine])
    axon, time_ms = np.concatenate(owner), np.concatenate(when) - lead_ms
    order = np.lexsort((axon, time_ms))
    return axon[order], time_ms[order]
