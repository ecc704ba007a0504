"""A facial nerve for minutes: the spikes that leave its lesion. Importing this module imports numba.

What an axon does in a moment comes from tables of the cable tier (`facialis.simulate.lesion`); what starts,
clusters and ends spasms are slow variables here: potassium between the axons of a patch, each axon's pump,
and how tired its sodium channels are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis.errors import SettingsError
from facialis.settings.setting import Checked, setting
from facialis.simulate.axons import MUSCLE_SHARE, Axons, LesionSpikes
from facialis.simulate.lesion import LOW_MV, STEP_MV, Lesion
from facialis.simulate.nerve import IntArray
from facialis.simulate.spike_state import BLOCK_MS, RING, Heap, Inputs, Memory, Record, Rules, Wiring
from facialis.simulate.spiking import run_blocks
from facialis.simulate.volleys import Excitability, Volley, orders
from facialis.types import FloatArray

_CHUNK_BLOCKS = 100
_NEVER_MS = -1e9
_ROOM, _ROOM_OF_AXON = 4096, 8
"""Spikes to come that can be kept, of a nerve and of each of its axons."""


@dataclass(frozen=True)
class SpikeSettings(Checked):
    """The spike tier's constants: the same for every cause. SettingsError where one is out of range."""

    noise_hz: float = setting(
        50.0, "1/s", "kicks of channel noise an axon; fit: contractions apart from orders", 0, 10_000
    )
    field_hz: float = setting(
        4e6, "1/s", "kicks while all of the nerve fires; fit: spasms begin in the whole lesion", 0, 1e8
    )
    field_ms: float = setting(1.5, "ms", "for which a spike is felt beyond its patch; assumed", 0.1, 20)
    together_ms: float = setting(
        0.5, "ms", "impulses this close act as one; a spike lasts about 0.5", 0.05, 5
    )
    refractory_ms: float = setting(1.2, "ms", "no node fires sooner (cable tier)", 0.5, 5)
    potassium_mv: float = setting(3.5, "mV", "most that potassium between axons does; assumed", 0, 20)
    potassium_step: float = setting(0.04, "1", "by each spike of a patch, over its axons; fit", 0, 5)
    potassium_ms: float = setting(600.0, "ms", "in which it is cleared; assumed", 1, 60_000)
    mixing_ms: float = setting(150.0, "ms", "in which it spreads over the lesion; assumed", 1, 1e6)
    pump_mv: float = setting(5.5, "mV", "most that the sodium pump does; assumed", 0, 20)
    pump_step: float = setting(0.006, "1", "by each spike of an axon; fit", 0, 5)
    pump_ms: float = setting(4000.0, "ms", "in which the pump has done its work; assumed", 1, 600_000)
    fatigue_mv: float = setting(0.25, "mV", "by each spike of an axon: sodium channels stay shut; fit", 0, 10)
    fatigue_ms: float = setting(120.0, "ms", "in which they recover; sodium's slow inactivation", 1, 10_000)
    held: float = setting(
        0.5, "1", "share of the left shift that the pump takes back between spasms; assumed", 0, 1
    )
    held_mv: float = setting(
        3.9, "mV", "by which a membrane at rest is short of its injured state besides; fit: blinks", -5, 20
    )
    wander_mv: float = setting(
        1.4, "mV", "SD of what all axons of a lesion feel alike (vessel, head, pressure); fit: blinks", 0, 5
    )
    wander_s: float = setting(1.0, "s", "for which it lasts; assumed", 0.01, 600)
    scatter_mv: float = setting(0.3, "mV", "SD of readiness over axons besides the lesion's; assumed", 0, 5)
    f_chance: float = setting(0.03, "1", "a returning impulse comes back (F wave: 0.02 to 0.1)", 0, 1)
    f_ms: float = setting(3.0, "ms", "root to nucleus, turn, and back; assumed", 0.5, 20)
    r1_gain: float = setting(0.5, "1", "early reflex, at gain 1: spikes for each of the nerve's; fit", 0, 10)
    r2_gain: float = setting(1.3, "1", "late reflex, likewise; fit", 0, 10)
    reflex_floor: float = setting(0.001, "share/ms", "activity that the nucleus lets pass; fit", 1e-6, 1)
    nucleus_step: float = setting(3.0, "1", "tiredness by one answer of the whole nucleus; fit", 0, 10)
    nucleus_ms: float = setting(1500.0, "ms", "in which it recovers; assumed", 1, 60_000)


def fire(
    axons: Axons,
    lesion: Lesion | Sequence[Lesion],
    duration_s: float,
    volleys: Sequence[Volley] = (),
    excitability: Excitability | None = None,
    nucleus_gain: float = 0.0,
    seed: int = 0,
    beat_s: float = 1.0,
    settings: SpikeSettings | None = None,
    ordered: LesionSpikes | None = None,
    take: int = 0,
) -> LesionSpikes:
    """Return all spikes that leave the lesion within `duration_s`, in the order of time.

    Several lesions are the layers of one, from the axons at the vessel (`Axons.depth` 0) to those farthest
    from it (1), each as thick.
    `ordered` are impulses of the nucleus that enter the lesion besides those of the volleys: meant movements,
    motor unit by motor unit (`recruitment.ordered_spikes`). `seed` draws the nerve, `seed` and `take` what
    happens in it: another take is another recording of the same nerve.
    `nucleus_gain` is by how much the facial nucleus answers more than in health: 0 as in health, 1 for the
    nuclear hypothesis. With a lesion and gain 0 the peripheral hypothesis runs alone, without a lesion (cause
    `none`) and with gain the nuclear one, with both, both. Raises SettingsError where a value cannot be.
    """
    settings = settings or SpikeSettings()
    _check(duration_s, nucleus_gain, beat_s)
    blocks = math.ceil(1000 * duration_s / BLOCK_MS)
    layers = (lesion,) if isinstance(lesion, Lesion) else tuple(lesion)
    wiring = _wiring(axons, layers, settings, seed)
    rules = _rules(layers, nucleus_gain, beat_s, settings)
    outside = _outside_mv(blocks, layers[0], excitability or Excitability(), settings, [seed, 16, take])
    transit_ms = np.array([one.transit_ms for one in layers])[wiring.layer[wiring.patch]]
    inputs = Inputs(outside, *_entering(orders(volleys, axons, seed), ordered, transit_ms))
    time_ms, axon, kind = _run(blocks, wiring, rules, inputs, np.random.default_rng([seed, 14, take]))
    inside = time_ms < 1000 * duration_s
    return LesionSpikes(axon[inside], time_ms[inside] / 1000, kind[inside], duration_s)


def _entering(
    volleys: tuple[FloatArray, IntArray], ordered: LesionSpikes | None, transit_ms: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return when (ms) and in which axons the nucleus' impulses come through, (spikes,), in order of time.

    The lesion holds those of an axon up by its `transit_ms` (axons,).
    """
    time_ms, axon = volleys
    if ordered is not None:
        time_ms = np.concatenate([time_ms, 1000 * ordered.time_s])
        axon = np.concatenate([axon, ordered.axon]).astype(np.intp)
    time_ms = time_ms + transit_ms[axon]
    order = np.lexsort((axon, time_ms))
    return time_ms[order], axon[order]


def _check(duration_s: float, nucleus_gain: float, beat_s: float) -> None:
    if not 0 < duration_s <= 3600:
        raise SettingsError(f"A nerve cannot fire for {duration_s} s; use a time above 0, up to 3600.")
    if not 0 <= nucleus_gain <= 3:
        raise SettingsError(f"nucleus_gain is {nucleus_gain}; use 0 (health) to 3.")
    if not 0.2 <= beat_s <= 5:
        raise SettingsError(f"beat_s is {beat_s}; use 0.2 to 5.")


def _wiring(axons: Axons, layers: Sequence[Lesion], settings: SpikeSettings, seed: int) -> Wiring:
    """Return the axons by patch, each with its own shift, and the layer of each patch."""
    rng = np.random.default_rng([seed, 15])
    patches, patch = np.unique(axons.patch, return_inverse=True)
    start = np.searchsorted(np.sort(patch), np.arange(patches.size + 1))
    layer = layer_of_patch(axons.depth, patch, patches.size, len(layers))
    mean, sd = (np.array([getattr(one, name) for one in layers]) for name in ("shift_mv", "shift_sd_mv"))
    spread = np.hypot(sd, settings.scatter_mv)[layer[patch]]
    shift = (
        (mean * (1 - settings.held))[layer[patch]]
        - settings.held_mv
        + spread * rng.standard_normal(patch.size)
    )
    eye = list(MUSCLE_SHARE).index("orbicularis_oculi")
    return Wiring(
        patch.astype(np.intp),
        layer,
        start.astype(np.intp),
        np.argsort(patch, kind="stable").astype(np.intp),
        shift,
        axons.weight / axons.weight.sum(),
        (axons.muscle == eye).astype(float),
    )


def layer_of_patch(depth: FloatArray | None, patch: IntArray, patches: int, layers: int) -> IntArray:
    """Return the layer of each patch, (patches,), from the mean depth of its axons; without depths, 0."""
    if depth is None or layers == 1:
        return np.zeros(patches, dtype=np.intp)
    mean = np.bincount(patch, depth, patches) / np.bincount(patch, minlength=patches)
    return np.minimum((mean * layers).astype(np.intp), layers - 1)


def _rules(layers: Sequence[Lesion], nucleus_gain: float, beat_s: float, settings: SpikeSettings) -> Rules:
    """Return the lesion and the constants as the inner loop wants them.

    What is felt beyond a patch is what is felt within it, times `field_hz`: `lesion.reach`.
    """
    phases = max(one.answer.shape[0] for one in layers)
    answer = [np.broadcast_to(one.answer, (phases, *one.answer.shape[1:])) for one in layers]

    def each(name: str) -> FloatArray:
        return np.array([getattr(one, name) for one in layers], dtype=float)

    return Rules(
        low_mv=LOW_MV,
        per_mv=1 / STEP_MV,
        kick=each("kick"),
        train=each("train"),
        answer=np.array(answer),
        beat_ms=1000 * beat_s,
        noise_hz=settings.noise_hz,
        field_hz=settings.field_hz * each("reach"),
        field_ms=settings.field_ms,
        refractory_ms=settings.refractory_ms,
        ready_ms=np.maximum(each("ready_ms"), settings.refractory_ms),
        together_ms=settings.together_ms,
        delay_ms=each("delay_ms"),
        jitter_ms=each("jitter_ms"),
        interval_ms=each("interval_ms"),
        interval_cv=each("interval_cv"),
        crossing=each("crossing"),
        potassium_mv=settings.potassium_mv,
        potassium_step=settings.potassium_step,
        potassium_ms=settings.potassium_ms,
        mixing_ms=settings.mixing_ms,
        pump_mv=settings.pump_mv,
        pump_step=settings.pump_step,
        pump_ms=settings.pump_ms,
        fatigue_mv=settings.fatigue_mv,
        fatigue_ms=settings.fatigue_ms,
        nucleus=nucleus_gain,
        f_chance=settings.f_chance,
        f_ms=settings.f_ms,
        r1_gain=settings.r1_gain,
        r2_gain=settings.r2_gain,
        reflex_floor=settings.reflex_floor,
        nucleus_step=settings.nucleus_step,
        nucleus_ms=settings.nucleus_ms,
    )


def _outside_mv(
    blocks: int, lesion: Lesion, excitability: Excitability, settings: SpikeSettings, seed: list[int]
) -> FloatArray:
    """Return what all axons feel alike in mV, (blocks,): the excitability, and a slow wander."""
    step = 0.02
    times = np.arange(0, blocks * BLOCK_MS / 1000 + 2 * step, step)
    kept = math.exp(-step / settings.wander_s)
    pushes = np.random.default_rng(seed).standard_normal(times.size) * math.sqrt(1 - kept**2)
    wander = np.empty(times.size)
    level = 0.0
    for place, pushed in enumerate(pushes):
        level = kept * level + pushed
        wander[place] = level
    at = BLOCK_MS / 1000 * np.arange(blocks)
    moved = excitability.at(at) / lesion.slope_per_mv
    outside: FloatArray = moved + settings.wander_mv * np.interp(at, times, wander)
    return outside


def _memory(wiring: Wiring) -> Memory:
    axons, patches = wiring.patch.size, wiring.start.size - 1
    return Memory(
        last_ms=np.full(axons, _NEVER_MS),
        expected_ms=np.full(axons, _NEVER_MS),
        left=np.zeros(axons, dtype=np.intp),
        pump=np.zeros(axons),
        fatigue=np.zeros(axons),
        cumulated=np.zeros(axons),
        potassium=np.zeros(patches),
        ring=np.zeros(RING),
        scalar=np.zeros(3),
        cursor=np.zeros(2, dtype=np.intp),
    )


def _run(
    blocks: int, wiring: Wiring, rules: Rules, inputs: Inputs, rng: np.random.Generator
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return times in ms, axons and kinds of all spikes, (spikes,), in the order of time."""
    axons = wiring.patch.size
    memory, heap = _memory(wiring), Heap(*_room(_ROOM_OF_AXON * axons + _ROOM), np.zeros(1, dtype=np.intp))
    room = Record(*_room(int(axons * (_CHUNK_BLOCKS * BLOCK_MS / rules.refractory_ms + 2))))
    time_ms, axon, kind = ([values] for values in _room(0))
    for first in range(0, blocks, _CHUNK_BLOCKS):
        last = min(first + _CHUNK_BLOCKS, blocks)
        found = run_blocks(first, last, wiring, rules, inputs, memory, heap, rng, room)
        if heap.full[0]:
            raise SettingsError("So many spikes at once cannot be kept; use less noise or a weaker field.")
        time_ms.append(room.time_ms[:found].copy())
        axon.append(room.axon[:found].copy())
        kind.append(room.kind[:found].copy())
    return np.concatenate(time_ms), np.concatenate(axon), np.concatenate(kind)


def _room(size: int) -> tuple[FloatArray, IntArray, IntArray]:
    return np.zeros(size), np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
