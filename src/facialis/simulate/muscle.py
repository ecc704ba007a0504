"""From the spikes of the facial nerves to force, EMG, the moving face and the truth about all of them.

axons, spikes -> junction -> motor units -> force -> face
                         \\-> action potentials -> EMG
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.axons import Axons, LesionSpikes
from facialis.simulate.emg import Emg, EmgSettings, record, sources
from facialis.simulate.force import force_times, forces
from facialis.simulate.junction import JITTER_US, Arrivals, Block, transmit
from facialis.simulate.labels import SideActivity, movement_events, nerve_events, visible_events
from facialis.simulate.motion import MotionSettings, activation, levator_tone
from facialis.simulate.motor_units import NERVE_MUSCLES, UNIT_RANGES, MotorUnits, UnitRange, motor_units
from facialis.simulate.movements import excitation
from facialis.simulate.performance import (
    MUSCLES,
    Contraction,
    Muscle,
    NerveEvent,
    Performance,
    TrueEvent,
    positive,
    with_episodes,
)
from facialis.types import SIDES, FloatArray, RecordingSide, Side

Forces = Mapping[tuple[Side, Muscle], FloatArray]


@dataclass(frozen=True)
class MuscleSettings:
    """Everything between the spikes and the face.

    `block` is the share of spikes that the junctions of a side's muscle do not pass on (botulinum toxin);
    muscles not named pass all. `units` are the ranges of motor units, `jitter_us` that of the junctions.
    """

    units: Mapping[Muscle, UnitRange] = field(default_factory=lambda: UNIT_RANGES)
    block: Block = field(default_factory=dict)
    jitter_us: tuple[float, float] = JITTER_US
    emg: EmgSettings = field(default_factory=EmgSettings)
    motion: MotionSettings = field(default_factory=MotionSettings)


@dataclass(frozen=True)
class MuscleActivity:
    """What the muscles of both sides did. Force is (n,) on `time_s` (n,), 1 where every unit is fused.

    `force` is what the muscles pull, `involuntary` the part of it that was not meant, `ordered` what the
    involuntary part would be if every junction passed every spike. `performance` is the moving face with its
    truth, what the nerve ordered included.
    """

    time_s: FloatArray
    force: Forces
    involuntary: Forces
    ordered: Forces
    emg: Emg
    performance: Performance


@dataclass(frozen=True)
class _SideResult:
    axons: Axons
    units: MotorUnits
    arrivals: Arrivals
    ordered: Mapping[Muscle, FloatArray]
    involuntary: Mapping[Muscle, FloatArray]
    meant: Mapping[Muscle, FloatArray]


def simulate_muscles(
    nerves: Sequence[tuple[Axons, LesionSpikes]],
    movements: Sequence[Contraction] = (),
    settings: MuscleSettings | None = None,
    seed: int = 0,
    take: int = 0,
) -> MuscleActivity:
    """Return what the spikes of one nerve, or of one of each side, do to the face.

    Spikes of origin `volley` are meant, all others are spasm. `movements` are what was meant: their spikes
    must be among those given (`recruitment.ordered_spikes`); here they only name blinks and smiles, let the
    lid's levator go in blinks and move the jaw, which is another nerve's. A side without a nerve rests.
    `seed` places the electrodes, `seed` and `take` draw noise and jitter.
    The same arguments give the same result; SettingsError where the nerves do not fit together.
    """
    settings = MuscleSettings() if settings is None else settings
    duration_s = _checked_duration(nerves)
    time_s = force_times(duration_s)
    sides = {
        axons.side: _side(axons, spikes, len(time_s), settings, np.random.default_rng([seed, 23, i, take]))
        for i, (axons, spikes) in enumerate(sorted(nerves, key=lambda nerve: SIDES.index(nerve[0].side)))
    }
    seen = {
        side: sources(
            result.axons,
            result.units,
            result.arrivals,
            duration_s,
            settings.emg,
            np.random.default_rng([seed, 24, SIDES.index(side)]),
        )
        for side, result in sides.items()
    }
    emg = record(seen, duration_s, settings.emg, np.random.default_rng([seed, 25, take]))
    performance = _performance(sides, movements, time_s, settings.motion)
    return MuscleActivity(
        time_s,
        _both(
            sides, len(time_s), lambda side: {m: side.involuntary[m] + side.meant[m] for m in NERVE_MUSCLES}
        ),
        _both(sides, len(time_s), lambda side: side.involuntary),
        _both(sides, len(time_s), lambda side: side.ordered),
        emg,
        performance,
    )


def _checked_duration(nerves: Sequence[tuple[Axons, LesionSpikes]]) -> float:
    sides = [axons.side for axons, _ in nerves]
    if not sides or len(set(sides)) != len(sides):
        raise SettingsError("Give one nerve, or one of each side.")
    durations = {spikes.duration_s for _, spikes in nerves}
    if len(durations) != 1:
        raise SettingsError("The spikes of the two nerves differ in duration; simulate both for as long.")
    return positive(durations.pop())


def _side(
    axons: Axons, spikes: LesionSpikes, n: int, settings: MuscleSettings, rng: np.random.Generator
) -> _SideResult:
    units = motor_units(axons, settings.units)
    arrivals = transmit(axons, spikes, settings.block, rng, settings.jitter_us)
    spastic = arrivals.involuntary.astype(float)
    ordered = forces(units, arrivals, spastic, n)
    blocked = bool(np.any(arrivals.passed < 1))
    involuntary = forces(units, arrivals, spastic * arrivals.passed, n) if blocked else ordered
    meant = forces(units, arrivals, (1 - spastic) * arrivals.passed, n)
    return _SideResult(axons, units, arrivals, ordered, involuntary, meant)


def _performance(
    sides: Mapping[Side, _SideResult],
    movements: Sequence[Contraction],
    time_s: FloatArray,
    settings: MotionSettings,
) -> Performance:
    shown: dict[tuple[Side, Muscle], FloatArray] = {
        (side, muscle): np.zeros(len(time_s[::2])) for side in SIDES for muscle in MUSCLES
    }
    meant = dict(shown)
    tone = levator_tone(movements, time_s)
    visible: list[TrueEvent] = []
    nerve: list[NerveEvent] = []
    for side, result in sides.items():
        unmeant: dict[Muscle, FloatArray] = {}
        for muscle in NERVE_MUSCLES:
            involuntary, voluntary = result.involuntary[muscle], result.meant[muscle]
            meant[side, muscle] = activation(voluntary, muscle, settings, tone)
            shown[side, muscle] = activation(involuntary + voluntary, muscle, settings, tone)
            # What the spasm alone would show is not what it adds: a lid that is shut cannot close.
            unmeant[muscle] = np.maximum(shown[side, muscle] - meant[side, muscle], 0.0)
        visible += visible_events(side, unmeant)
        orders = [
            (each.onset_s, each.onset_s + each.length_s)
            for each in movements
            if any(one == side for one, _ in each.gains)
        ]
        nerve += nerve_events(
            SideActivity(side, result.ordered, unmeant, _passed(result), settings.least_delay_s, orders)
        )
    for side in SIDES:
        meant[side, "jaw"] = shown[side, "jaw"] = excitation(movements, side, "jaw", time_s[::2])
    spastic = {event.side for event in visible}
    where: RecordingSide = "none" if not spastic else "both" if len(spastic) == 2 else visible[0].side
    truth = with_episodes([*visible, *movement_events(movements, meant)])
    return Performance(time_s[::2], shown, truth, where, tuple(sorted(nerve, key=lambda e: e.onset_s)))


def _passed(result: _SideResult) -> dict[Muscle, FloatArray]:
    """Return when involuntary spikes passed each muscle's junctions, in the order of time."""
    muscle = result.units.muscle[result.arrivals.axon]
    passed = result.arrivals.involuntary & (result.arrivals.passed > 0)
    return {
        name: np.sort(result.arrivals.time_s[passed & (muscle == number)])
        for number, name in enumerate(NERVE_MUSCLES)
    }


def _both(
    sides: Mapping[Side, _SideResult], n: int, forces_of: Callable[[_SideResult], Mapping[Muscle, FloatArray]]
) -> dict[tuple[Side, Muscle], FloatArray]:
    """Return the forces of both sides; a side without a nerve has none."""
    return {
        (side, muscle): forces_of(sides[side])[muscle] if side in sides else np.zeros(n)
        for side in SIDES
        for muscle in NERVE_MUSCLES
    }
