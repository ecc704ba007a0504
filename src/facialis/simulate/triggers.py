"""What brings spasms on or calms them, as a schedule over the seconds of one recording.

A trigger acts through how readily the membrane fires (excitability), how often the nucleus gives orders
(blinks, smiles, speech, chewing), or the pulse. `TRIGGERS` says which, and how well that is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from facialis.errors import SettingsError
from facialis.simulate.artery import pulse_wave
from facialis.simulate.movements import blink, chewing, smile, talking
from facialis.simulate.performance import Contraction
from facialis.simulate.volleys import Excitability
from facialis.types import SIDES, FloatArray, Side

TriggerName = Literal[
    "stress",
    "fatigue",
    "caffeine",
    "hyperventilation",
    "blinking",
    "talking",
    "chewing",
    "smiling",
    "bright light",
    "cold",
    "head position",
    "sleep",
    "heartbeat",
]
Grade = Literal["known", "reported", "assumed"]
"""`known`: the effect and its direction were measured in patients; `reported`: patients or textbooks tell it;
`assumed`: chosen so that the trigger can be tried. The sizes are assumed for all of them."""
_STEP_S = 0.05


@dataclass(frozen=True)
class Mechanism:
    """What a trigger at strength 1 changes while it lasts.

    `log_rate` and `shift_mv` are added to the excitability (natural logarithm; mV of left shift),
    `pulse_log_rate` at the height of every beat. `blinks` multiplies the rate of blinks; the others are
    movements a minute.
    """

    words: str
    grade: Grade
    source: str
    log_rate: float = 0.0
    shift_mv: float = 0.0
    pulse_log_rate: float = 0.0
    blinks: float = 1.0
    blinks_per_min: float = 0.0
    smiles_per_min: float = 0.0
    phrases_per_min: float = 0.0
    chewing_per_min: float = 0.0


TRIGGERS: Mapping[TriggerName, Mechanism] = {
    "stress": Mechanism(
        "excitability and blinks up", "known", "worse in 45 % of 321, 65 % of 137", log_rate=0.6, blinks=1.3
    ),
    "fatigue": Mechanism("excitability and blinks up", "reported", "textbooks", log_rate=0.4, blinks=1.2),
    "caffeine": Mechanism("excitability up", "assumed", "nothing found", log_rate=0.3),
    "hyperventilation": Mechanism(
        "left shift up: less free calcium at the membrane",
        "known",
        "10.1212/WNL.34.4.418",
        shift_mv=1.0,
    ),
    "blinking": Mechanism("more blinks", "reported", "textbooks", blinks_per_min=20.0),
    "talking": Mechanism("phrases: jaw, lips, cheek", "reported", "textbooks", phrases_per_min=12.0),
    "chewing": Mechanism("jaw and lips, 1.5 a second", "reported", "textbooks", chewing_per_min=6.0),
    "smiling": Mechanism("more smiles", "reported", "textbooks", smiles_per_min=6.0),
    "bright light": Mechanism(
        "blinks up", "assumed", "known for blepharospasm, nothing found here", blinks=1.6
    ),
    "cold": Mechanism("excitability up", "assumed", "nothing found; temperature stays 37 °C", log_rate=0.2),
    "head position": Mechanism(
        "excitability up, for the vessel that moves", "reported", "single patients", log_rate=0.3
    ),
    "sleep": Mechanism(
        "excitability down, no blinks, no movements",
        "known",
        "fewer in all 12: 10.1016/j.jocn.2019.03.013",
        log_rate=-0.6,
        blinks=0.0,
    ),
    "heartbeat": Mechanism(
        "excitability up at every beat, besides the vessel's own pulse", "assumed", "", pulse_log_rate=0.6
    ),
}
_AWAKE: tuple[TriggerName, ...] = (
    "stress",
    "hyperventilation",
    "blinking",
    "talking",
    "chewing",
    "smiling",
    "bright light",
)
_ONE_MOUTH: tuple[TriggerName, ...] = ("talking", "chewing", "smiling")


@dataclass(frozen=True)
class Trigger:
    """A trigger from `start_s` to `end_s` (None: to the end of the recording), `strength` above 0 to 1.

    Raises SettingsError for an unknown name or a value that cannot be.
    """

    name: TriggerName
    start_s: float = 0.0
    end_s: float | None = None
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.name not in TRIGGERS:
            raise SettingsError(
                f"{self.name!r} is no trigger; use one of {', '.join(get_args(TriggerName))}."
            )
        end_s = np.inf if self.end_s is None else self.end_s
        if not 0 <= self.start_s < end_s:
            raise SettingsError(
                f"The trigger {self.name} ends before it begins; give its start, then its end."
            )
        if not 0 < self.strength <= 1:
            raise SettingsError(
                f"The trigger {self.name} has a strength of {self.strength}; use above 0 to 1."
            )


@dataclass(frozen=True)
class Habits:
    """What the face does of its own accord, a minute, awake and without a trigger.

    17 blinks a minute at rest: Bentivoglio 1997 (10.1002/mds.870120629).
    """

    blinks_per_min: float = 17.0
    smiles_per_min: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.blinks_per_min <= 40 and 0 <= self.smiles_per_min <= 10):
            raise SettingsError("Habits are 0 to 40 blinks and 0 to 10 smiles a minute.")


def check_schedule(triggers: Sequence[Trigger], duration_s: float) -> None:
    """Raise SettingsError where triggers contradict each other or the recording."""
    for number, one in enumerate(triggers):
        if one.start_s >= duration_s or (one.end_s or 0) > duration_s:
            raise SettingsError(
                f"The trigger {one.name} lies outside the {duration_s:g} s recorded; move it."
            )
        for other in triggers[number + 1 :]:
            start = max(one.start_s, other.start_s)
            if start < min(_end(one, duration_s), _end(other, duration_s)):
                _check_pair(one.name, other.name, start)


def _check_pair(one: TriggerName, other: TriggerName, at_s: float) -> None:
    names = {one, other}
    if one == other:
        raise SettingsError(f"The trigger {one} is given twice at {at_s:g} s; give it once.")
    if "sleep" in names and names & set(_AWAKE):
        awake = (names - {"sleep"}).pop()
        raise SettingsError(
            f"Sleep and {awake} at {at_s:g} s contradict each other; let one end before the other begins."
        )
    if names <= set(_ONE_MOUTH):
        raise SettingsError(f"{one} and {other} at {at_s:g} s need the same mouth; let one end first.")


def excitability(
    triggers: Sequence[Trigger], duration_s: float, slope_per_mv: float, beat_s: float
) -> Excitability:
    """Return how ready the axons are over the recording; `slope_per_mv` makes logarithms of mV."""
    time_s = np.arange(0, duration_s + _STEP_S, _STEP_S)
    total = np.zeros(len(time_s))
    beat = np.interp(time_s % beat_s / beat_s, np.linspace(0, 1, 32, endpoint=False), pulse_wave(32))
    for trigger in triggers:
        how, on = TRIGGERS[trigger.name], _on(trigger, time_s, duration_s)
        total += on * (how.log_rate + slope_per_mv * how.shift_mv + how.pulse_log_rate * beat)
    return Excitability(time_s, total)


def meant_movements(
    triggers: Sequence[Trigger], duration_s: float, habits: Habits, seed: int, take: int = 0
) -> tuple[Contraction, ...]:
    """Return blinks, smiles, speech and chewing of the recording, in the order of time.

    Movements of the mouth do not overlap; a blink may fall into any. One eye is driven up to 15 % less in
    blinks, always the same.
    """
    rng = np.random.default_rng([seed, 41])
    weaker: Side = SIDES[int(rng.integers(2))]
    weaker_by = float(rng.uniform(0, 0.15))
    if take:
        rng = np.random.default_rng([seed, 41, take])
    time_s = np.arange(0, duration_s, _STEP_S)
    rate = _rates(triggers, time_s, duration_s, habits)
    made = [
        blink(at, float(rng.uniform(0.35, 0.8)), weaker, weaker_by)
        for at in _starts(rate["blinks"], 0.5, rng)
    ]
    mouth = sorted((at, name) for name in rate if name != "blinks" for at in _starts(rate[name], 3.6, rng))
    free_s = 0.0
    for at, name in mouth:
        if at < free_s:
            continue
        length, size = float(rng.uniform(1.0, 3.0)), float(rng.uniform(0.3, 0.7))
        if at + length > duration_s:
            break
        made.append(
            smile(at, length, 0.8 * size)
            if name == "smiles"
            else talking(at, length, size, float(rng.uniform(3, 6)))
            if name == "phrases"
            else chewing(at, length, size)
        )
        free_s = at + length + 0.3
    return tuple(sorted(made, key=lambda movement: movement.onset_s))


def _rates(
    triggers: Sequence[Trigger], time_s: FloatArray, duration_s: float, habits: Habits
) -> dict[str, FloatArray]:
    """Return how often each kind of movement begins at each time (n,), a minute."""
    asleep = sum(
        (_on(t, time_s, duration_s) > 0 for t in triggers if t.name == "sleep"), np.zeros(len(time_s))
    )
    awake = 1.0 - (asleep > 0)
    blinks = np.full(len(time_s), float(habits.blinks_per_min))
    smiles = np.full(len(time_s), float(habits.smiles_per_min))
    phrases, chews = np.zeros(len(time_s)), np.zeros(len(time_s))
    for trigger in triggers:
        how, on = TRIGGERS[trigger.name], _on(trigger, time_s, duration_s)
        blinks *= 1 + on * (how.blinks - 1)
        smiles += on * how.smiles_per_min
        phrases += on * how.phrases_per_min
        chews += on * how.chewing_per_min
    for trigger in triggers:
        blinks += _on(trigger, time_s, duration_s) * TRIGGERS[trigger.name].blinks_per_min
    return {
        "blinks": blinks * awake,
        "smiles": smiles * awake,
        "phrases": phrases * awake,
        "chews": chews * awake,
    }


def _starts(per_min: FloatArray, apart_s: float, rng: np.random.Generator) -> list[float]:
    """Return random starts at these rates (n,), at least `apart_s` apart and otherwise without memory."""
    starts: list[float] = []
    # What the pauses cost is given back, so that the rate asked for is met.
    free = per_min / 60 / np.maximum(1 - per_min / 60 * apart_s, 0.1)
    last = -np.inf
    for place, (chance, within) in enumerate(zip(rng.random(len(free)), rng.random(len(free)), strict=True)):
        at = (place + within) * _STEP_S
        if at - last >= apart_s and chance < free[place] * _STEP_S:
            starts.append(float(at))
            last = at
    return starts


def _on(trigger: Trigger, time_s: FloatArray, duration_s: float) -> FloatArray:
    inside = (time_s >= trigger.start_s) & (time_s < _end(trigger, duration_s))
    return trigger.strength * inside


def _end(trigger: Trigger, duration_s: float) -> float:
    return duration_s if trigger.end_s is None else trigger.end_s
