"""A face's performance: what every muscle does over time, what truly happened, and both in a file.

Whatever makes one (a schedule, a nerve model) and whatever plays it (a rendered head, a graft on a real face,
an EMG) meet here. `left` and `right` are the patient's.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

import numpy as np

from facialis.errors import OutputError, SettingsError, SourceError
from facialis.types import SIDES, EventSide, FloatArray, RecordingSide, Region, Side

Muscle = Literal[
    "orbicularis_oculi",
    "frontalis",
    "corrugator",
    "zygomaticus",
    "levator",
    "orbicularis_oris",
    "mentalis",
    "jaw",
]
TrueKind = Literal["episode", "twitch", "tonic", "blink", "smile", "wink", "smirk", "talk", "chew"]
NerveKind = Literal["episode", "twitch", "tonic", "synkinesis"]
Gains = Mapping[tuple[Side, Muscle], tuple[float, float]]
Envelope = Callable[[FloatArray], FloatArray]

MUSCLES: tuple[Muscle, ...] = get_args(Muscle)
SAMPLES_PER_S = 240.0
ONSET_SHARE = 0.05
"""A contraction lasts while its activation is above this share of its own peak."""
_SCHEMA = "facialis-truth"
_VERSION = 2
"""2 added `nerve`; files of version 1 are read as having none."""
EPISODE_GAP_S = 0.5
"""Contractions of one side less than this apart are one episode (design: Words)."""
TONIC_S = 1.0
"""A contraction this long or longer is tonic, a shorter one a twitch (design: Words)."""
MAX_LAG_S = 0.015
"""Muscles of one nerve start within this (cross-response about 10 ms, Montero 2007, 10.1002/mus.20674)."""

REGIONS_OF: Mapping[Muscle, tuple[Region, ...]] = {
    "orbicularis_oculi": ("eye",),
    "frontalis": ("brow",),
    "corrugator": ("brow",),
    "zygomaticus": ("cheek", "mouth"),
    "levator": ("nose",),
    "orbicularis_oris": ("mouth",),
    "mentalis": ("chin",),
    "jaw": ("mouth", "chin"),
}


@dataclass(frozen=True)
class TrueEvent:
    """Something the simulated face did, `peak` being its strongest muscle's activation (0 to 1)."""

    kind: TrueKind
    side: EventSide
    onset_s: float
    offset_s: float
    peak_s: float
    peak: float
    regions: tuple[Region, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True)
class NerveEvent:
    """A contraction that a nerve's lesion ordered, whether or not the muscles followed.

    `synkinesis` is one that only goes along with a meant movement, too small to be seen; it is in no episode.
    `onset_s` to `offset_s` is when the drive of a region is up (facialis.simulate.labels), `peak` its height
    as a share of the greatest force, `integral_s` its integral over time, `onset_by_region_s` when it came
    to each region. `emg_onset_s` is the first spike that passed a junction, `visible_onset_s` to
    `visible_offset_s` when the face shows it; None where nothing came of it.
    """

    kind: NerveKind
    side: Side
    onset_s: float
    offset_s: float
    peak_s: float
    peak: float
    integral_s: float
    regions: tuple[Region, ...]
    onset_by_region_s: Mapping[Region, float]
    emg_onset_s: float | None
    visible_onset_s: float | None
    visible_offset_s: float | None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True)
class Performance:
    """Activations (0 to 1) of every muscle and side, each of shape (n,), on the even grid `time_s` (n,).

    `truth` is what the face does, ordered by onset; `side` is that of the spasms it shows, `none` on a
    healthy face. `nerve` is what the nerve ordered, known only where a nerve was simulated.
    """

    time_s: FloatArray
    activation: Mapping[tuple[Side, Muscle], FloatArray]
    truth: tuple[TrueEvent, ...]
    side: RecordingSide
    nerve: tuple[NerveEvent, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.time_s[-1])


Spasm = TypeVar("Spasm", TrueEvent, NerveEvent)


@dataclass(frozen=True)
class Truth:
    """What a file of labelled video truly shows; `simulated` is True, or `grafted` on a real face.

    `nerve` is what the nerve ordered, where one was simulated.
    """

    side: RecordingSide
    duration_s: float
    events: tuple[TrueEvent, ...]
    simulated: Literal[True, "grafted"] = True
    nerve: tuple[NerveEvent, ...] = ()

    def of_kind(self, *kinds: TrueKind) -> tuple[TrueEvent, ...]:
        """Return the events of these kinds, in order of onset."""
        return tuple(e for e in self.events if e.kind in kinds)


@dataclass(frozen=True)
class Contraction:
    """One envelope (0 outside 0 to `length_s`, peak 1) sent to muscles, each with its gain and delay (s)."""

    kind: TrueKind
    side: EventSide
    onset_s: float
    length_s: float
    envelope: Envelope
    gains: Gains


def combine(*performances: Performance) -> Performance:
    """Return one face doing all of them: activations add as 1 - (1 - a)(1 - b), episodes are formed anew.

    SettingsError where none is given or the durations differ.
    """
    require(bool(performances), "Nothing to combine; give at least one performance.")
    first = performances[0]
    same = all(p.time_s.shape == first.time_s.shape for p in performances)
    require(same, "The performances differ in duration; build them with the same duration_s.")
    rest_share = {
        key: np.prod([1 - p.activation[key] for p in performances], axis=0) for key in first.activation
    }
    events = [e for p in performances for e in p.truth if e.kind != "episode"]
    sides = {p.side for p in performances} - {"none"}
    side: RecordingSide = "none" if not sides else sides.pop() if len(sides) == 1 else "both"
    activation = {key: 1 - value for key, value in rest_share.items()}
    nerve = sorted((e for p in performances for e in p.nerve), key=lambda e: e.onset_s)
    return Performance(first.time_s, activation, with_episodes(events), side, tuple(nerve))


def sample(performance: Performance, time_s: FloatArray) -> dict[tuple[Side, Muscle], FloatArray]:
    """Return every activation at the times `time_s` (n,) in seconds, zero outside the performance."""
    times = np.asarray(time_s, float)
    require(bool(np.isfinite(times).all()), "A frame time is not a finite number; give seconds.")
    return {
        key: np.interp(times, performance.time_s, curve, left=0.0, right=0.0)
        for key, curve in performance.activation.items()
    }


def write_truth(performance: Performance, path: Path, simulated: Literal[True, "grafted"] = True) -> None:
    """Write the truth as JSON beside the recording. OutputError where the file cannot be written."""
    content = {
        "schema": _SCHEMA,
        "version": _VERSION,
        "simulated": simulated,
        "side": performance.side,
        "duration_s": performance.duration_s,
        "events": [asdict(event) for event in performance.truth],
        "nerve": [asdict(event) for event in performance.nerve],
    }
    try:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); choose another folder.") from error


def read_truth(path: Path) -> Truth:
    """Return the truth written by `write_truth`. SourceError where the file is missing or something else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = content["schema"] == _SCHEMA and content["version"] in (1, _VERSION)
        events = tuple(TrueEvent(**{**e, "regions": tuple(e["regions"])}) for e in content["events"])
        nerve = tuple(NerveEvent(**{**e, "regions": tuple(e["regions"])}) for e in content.get("nerve", ()))
        truth = Truth(content["side"], float(content["duration_s"]), events, content["simulated"], nerve)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path} holds no readable truth; write it again with write_truth.") from error
    if not known:
        raise SourceError(f"{path} has another schema than {_SCHEMA} 1 or {_VERSION}; write it again.")
    return truth


def positive(duration_s: float) -> float:
    """Return the duration in seconds; SettingsError where it is not positive."""
    require(bool(np.isfinite(duration_s)) and duration_s > 0, f"duration_s is {duration_s}; use more than 0.")
    return duration_s


def require(condition: bool, message: str) -> None:
    """Raise SettingsError with the message unless the condition holds."""
    if not condition:
        raise SettingsError(message)


def perform(contractions: Sequence[Contraction], duration_s: float, side: RecordingSide) -> Performance:
    """Return what the contractions do to one face. SettingsError where the duration is not positive."""
    time_s = np.arange(round(positive(duration_s) * SAMPLES_PER_S) + 1) / SAMPLES_PER_S
    activation = {(s, m): np.zeros(len(time_s)) for s in SIDES for m in MUSCLES}
    events = [_play(contraction, time_s, activation) for contraction in contractions]
    return Performance(time_s, activation, with_episodes(events), side)


def _play(
    contraction: Contraction, time_s: FloatArray, activation: Mapping[tuple[Side, Muscle], FloatArray]
) -> TrueEvent:
    """Add one contraction to the activations (changed in place) and return its truth."""
    first = round(contraction.onset_s * SAMPLES_PER_S)
    last = first + int(np.ceil((contraction.length_s + 0.06) * SAMPLES_PER_S)) + 1
    t = time_s[first:last]
    strongest = np.zeros(len(t))
    for key, (gain, delay) in contraction.gains.items():
        curve = gain * contraction.envelope(t - contraction.onset_s - delay)
        activation[key][first:last] = 1 - (1 - activation[key][first:last]) * (1 - curve)
        strongest = np.maximum(strongest, curve)
    shown = np.flatnonzero(strongest > ONSET_SHARE * strongest.max())
    regions = {region for _, muscle in contraction.gains for region in REGIONS_OF[muscle]}
    return TrueEvent(
        contraction.kind,
        contraction.side,
        float(t[shown[0]]),
        float(t[shown[-1]]),
        float(t[strongest.argmax()]),
        float(strongest.max()),
        ordered(regions),
    )


def ordered(regions: Iterable[Region]) -> tuple[Region, ...]:
    """Return the regions, each once, in the order in which they are named everywhere."""
    found = set(regions)
    return tuple(r for r in cast(tuple[Region, ...], get_args(Region)) if r in found)


def with_episodes(events: Sequence[TrueEvent]) -> tuple[TrueEvent, ...]:
    """Return the events and, for each side, the episodes their twitches and tonic contractions form."""
    groups: list[list[TrueEvent]] = []
    for side in SIDES:
        groups += grouped([e for e in events if e.side == side and e.kind in ("twitch", "tonic")])
    return tuple(sorted([*events, *map(_episode_of, groups)], key=lambda e: (e.onset_s, -e.offset_s)))


def grouped(spasms: Sequence[Spasm]) -> list[list[Spasm]]:
    """Return the contractions of one side in groups that are EPISODE_GAP_S apart or more, each by onset."""
    groups: list[list[Spasm]] = []
    end = -np.inf
    for event in sorted(spasms, key=lambda e: e.onset_s):
        if event.onset_s - end >= EPISODE_GAP_S:
            groups.append([])
        groups[-1].append(event)
        end = max(end, event.offset_s)
    return groups


def _episode_of(events: Sequence[TrueEvent]) -> TrueEvent:
    strongest = max(events, key=lambda e: e.peak)
    regions = {region for e in events for region in e.regions}
    end = max(e.offset_s for e in events)
    return TrueEvent(
        "episode", strongest.side, events[0].onset_s, end, strongest.peak_s, strongest.peak, ordered(regions)
    )
