"""What a simulated operation shows: measured from its EMG as a patient's is, and known from its impulses."""

from dataclasses import dataclass

import numpy as np

from facialis.measures.responses import Responses, responses_of
from facialis.settings import Settings
from facialis.signals.muscle import muscles_of
from facialis.simulate.axons import MUSCLE_SHARE
from facialis.simulate.emg import EMG_MUSCLES
from facialis.simulate.nerve import IntArray
from facialis.simulate.operation import LateralSpread, Recording, Sweep
from facialis.simulate.pathway import BRANCHES, to_stimulus_ms
from facialis.simulate.performance import Muscle
from facialis.source.channels import column
from facialis.source.emg import EmgRecording, Mark
from facialis.types import FloatArray

ANSWER_MS = 2.0
"""An axon answers its neighbours where it fires so soon after their impulse came; later is after-activity."""
AGAIN_SHARE = 0.5
"""Two shocks are answered twice where half of the axons that answer the first answer the second (chosen)."""
LEAST_SWEEPS = 3
MUSCLES: tuple[Muscle, ...] = tuple(MUSCLE_SHARE)


@dataclass(frozen=True)
class Second:
    """The answer to the second of two shocks so far apart: how many of those that answered the first.

    `share` of these axons; `late_ms` is by how much later than to the first, each from its volley, in the
    median; NaN without any.
    """

    interval_ms: float
    share: float
    late_ms: float


def lateral_muscles(recording: Recording) -> tuple[Muscle, ...]:
    """Return the muscles with electrodes that the stimulated branch does not drive."""
    return tuple(muscle for muscle in EMG_MUSCLES if muscle not in BRANCHES[recording.branch])


def as_emg(recording: Recording) -> EmgRecording:
    """Return the recording as `facialis measure` reads it from its file."""
    channels = {column(side, muscle): signal for (side, muscle), signal in recording.emg.channels.items()}  # type: ignore[arg-type]
    marks = tuple(Mark(float(at), f"stimulus {recording.branch}") for at in recording.stimuli_s)
    return EmgRecording(
        recording.name, "0" * 64, "simulated", recording.emg.rate_hz, channels, {}, marks, simulated=True
    )


def measured(recording: Recording, settings: Settings | None = None) -> dict[Muscle, Responses]:
    """Return how every muscle of the stimulated side answered, read from the EMG alone."""
    settings = settings or Settings()
    muscles, _, _ = muscles_of(as_emg(recording), settings)
    side = recording.axons.side
    return {
        muscle: responses_of(muscles, column(side, muscle), settings.responses)  # type: ignore[arg-type]
        for muscle in EMG_MUSCLES
    }


def volleys_ms(experiment: LateralSpread, recording: Recording, sweep: Sweep) -> FloatArray:
    """Return when each shock's first impulse comes to each axon's patch, (shocks, axons), in ms."""
    axons, out = recording.axons, sweep.outgoing
    to_lesion = to_stimulus_ms(axons.diameter_um, recording.branch, experiment.root)
    found = np.full((len(sweep.shocks_ms), axons.patch.max() + 1), np.inf)
    for row, shock in enumerate(sweep.shocks_ms):
        came = out.shock_axon[out.arrived & (out.shock_ms == shock)]
        np.minimum.at(found[row], axons.patch[came], shock + to_lesion[came])
    return found[:, axons.patch]


def turn_ms(experiment: LateralSpread, recording: Recording, sweep: Sweep) -> FloatArray:
    """Return how soon each axon that was not shocked answers each shock, (shocks, axons), NaN: not at all.

    From when the volley comes to the middle of its patch's lesion, in ms.
    """
    axons, out = recording.axons, sweep.outgoing
    volley = volleys_ms(experiment, recording, sweep)
    found = np.full(volley.shape, np.nan)
    silent = ~np.isin(np.arange(axons.muscle.size), out.shock_axon)
    for axon, at in zip(out.axon[::-1], out.time_ms[::-1], strict=True):  # the first one stays
        since = at - volley[:, axon]
        rows = np.flatnonzero((since > 0) & (since <= ANSWER_MS))
        if rows.size and silent[axon]:
            found[rows[-1], axon] = since[rows[-1]]
    return found


def first_ms(experiment: LateralSpread, recording: Recording, muscle: Muscle) -> FloatArray:
    """Return when a muscle gets the first impulse of a lateral answer, (sweeps,), in ms; NaN where none."""
    axons, found = recording.axons, []
    mine = axons.muscle == MUSCLES.index(muscle)
    for sweep in recording.sweeps:
        turn, volley = (f(experiment, recording, sweep)[0] for f in (turn_ms, volleys_ms))
        arrives = (volley + turn + axons.to_muscle_ms)[mine & np.isfinite(turn)]
        found.append(float(arrives.min()) if arrives.size else np.nan)
    return np.array(found)


def answering(experiment: LateralSpread, recording: Recording, muscle: Muscle) -> FloatArray:
    """Return the share of a muscle's axons that answers, (sweeps,)."""
    mine = recording.axons.muscle == MUSCLES.index(muscle)
    return np.array(
        [
            float(np.isfinite(turn_ms(experiment, recording, each)[0, mine]).mean())
            for each in recording.sweeps
        ]
    )


def jitter_us(experiment: LateralSpread, recording: Recording) -> FloatArray:
    """Return the SD over sweeps of when an axon answers, (axons that mostly do,); none of too few."""
    same = [each for each in recording.sweeps if each.shocks_ms == recording.sweeps[0].shocks_ms]
    if len(same) < LEAST_SWEEPS:
        return np.zeros(0)
    turns = np.array([turn_ms(experiment, recording, each)[0] for each in same])
    often = np.isfinite(turns).mean(axis=0) > 0.5
    jitter: FloatArray = 1000 * np.nanstd(turns[:, often], axis=0)
    return jitter


def second_answers(experiment: LateralSpread, recording: Recording) -> list[Second]:
    """Return the answers to the second shock, interval by interval, of a recording of pairs.

    What a single shock sets off by itself at that time, with the same noise and pulse, is taken off.
    """
    found: dict[float, list[tuple[int, int, FloatArray]]] = {}
    control, alone = np.zeros(0), recording.sweeps[0]
    for sweep in recording.sweeps:
        if len(sweep.shocks_ms) == 1:
            alone, control = sweep, turn_ms(experiment, recording, sweep)[0]
            continue
        turn, volley = (f(experiment, recording, sweep) for f in (turn_ms, volleys_ms))
        first = np.isfinite(control)
        by_itself = _fires_after(alone, volley[1])
        again = first & np.isfinite(turn[1])
        count = int(again.sum()) - int((first & by_itself).sum())
        late = (turn[1] - control)[again & ~by_itself]
        found.setdefault(sweep.shocks_ms[1], []).append((count, int(first.sum()), late))
    return [
        Second(
            interval,
            max(0.0, sum(one[0] for one in each) / max(1, sum(one[1] for one in each))),
            float(np.median(late))
            if (late := np.concatenate([one[2] for one in each])).size
            else float("nan"),
        )
        for interval, each in sorted(found.items())
    ]


def _fires_after(sweep: Sweep, from_ms: FloatArray) -> np.ndarray:
    """Return which axons, (axons,), fire within an answer's time after these moments (axons,)."""
    marks = np.zeros(from_ms.size, dtype=bool)
    since = sweep.outgoing.time_ms - from_ms[sweep.outgoing.axon]
    marks[sweep.outgoing.axon[(since > 0) & (since <= ANSWER_MS)]] = True
    return marks


def answered_again(seconds: list[Second]) -> float:
    """Return the shortest interval from which on the second shock is answered too, NaN where none is."""
    found = float("nan")
    for each in reversed(seconds):
        if each.share < AGAIN_SHARE:
            break
        found = each.interval_ms
    return found


def late_axons(recording: Recording, from_ms: float, to_ms: float) -> list[IntArray]:
    """Return, sweep by sweep, which axons' impulses reach their muscle between two times after the shock."""
    found = []
    for sweep in recording.sweeps:
        axon = sweep.outgoing.axon
        at = sweep.outgoing.time_ms + recording.axons.to_muscle_ms[axon]
        found.append(axon[(at >= from_ms) & (at < to_ms)])
    return found
