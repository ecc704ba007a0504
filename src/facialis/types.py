"""The contract between the stages: frozen dataclasses, units in the field names, no analysis.

`left` and `right` always mean the patient's own left and right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
BoolArray = NDArray[np.bool_]
ImageArray = NDArray[np.uint8]

Side = Literal["left", "right"]
RecordingSide = Literal["left", "right", "both", "none", "undetermined"]
EventSide = Literal["left", "right", "both"]
EventKind = Literal["episode", "twitch", "tonic", "blink"]
Region = Literal["eye", "brow", "cheek", "mouth", "nose", "chin"]
Context = Literal["rest", "activated"]
Modality = Literal["video", "emg"]

SIDES: tuple[Side, Side] = ("left", "right")
REGIONS: tuple[Region, ...] = ("eye", "brow", "cheek", "mouth", "nose", "chin")


@dataclass(frozen=True)
class Recording:
    """What was recorded.

    `modality` tells whether a face was filmed or its muscles were recorded; for EMG `n_frames` counts
    samples, `frames_per_s` is the sampling rate, `codec` the file's format, and the picture's fields are
    0. `frames_per_s` is the median rate and serves display only: time is always `Signals.time_s`. `notes`
    are sentences for the reader, such as that several faces were seen.
    """

    name: str
    sha256: str
    duration_s: float
    n_frames: int
    width_px: int
    height_px: int
    frames_per_s: float
    rotation_deg: int = 0
    mirrored: bool = False
    codec: str = ""
    simulated: bool = False
    notes: tuple[str, ...] = ()
    modality: Modality = "video"


@dataclass(frozen=True)
class Model:
    """The face model that read the pictures: SHA-256 of its file; whether it is the one in the package."""

    sha256: str
    packaged: bool


@dataclass(frozen=True)
class Signals:
    """Curves over time, one value a frame, raw.

    `time_s` has shape (n,), seconds from the first frame, strictly increasing. `columns` maps a name such
    as `left_closure` (EMG: `left_orbicularis_oculi`, an envelope) to an array of shape (n,); NaN where
    nothing could be read. `units` gives each column's unit. `usable` tells for each side, shape (n,),
    whether the side can be measured in that frame.
    """

    time_s: FloatArray
    columns: Mapping[str, FloatArray]
    units: Mapping[str, str]
    usable: Mapping[Side, BoolArray]

    def side(self, side: Side, name: str) -> FloatArray:
        """Return the column `name` of one side, shape (n,)."""
        return self.columns[f"{side}_{name}"]


@dataclass(frozen=True)
class Exclusion:
    """A stretch that cannot be measured, and why. `side` is None where it holds for both sides."""

    onset_s: float
    offset_s: float
    reason: str
    side: Side | None = None


@dataclass(frozen=True)
class Quality:
    """Which seconds were observed. `seconds_observed` maps each side, and `both`, to a duration.

    `exclusions` may overlap, where several reasons hold at once; together they are, for each side, all
    that was recorded and not observed. `interocular_px` is the median distance between the outer canthi,
    NaN for EMG.
    """

    seconds_recorded: float
    seconds_observed: Mapping[EventSide, float]
    exclusions: tuple[Exclusion, ...]
    frames_per_s: float
    interocular_px: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something the face did, from `onset_s` to `offset_s`, strongest at `peak_s`.

    `intensity` is the eye's peak excess in closure, 0 to 1 (for a blink, the mean closure of both eyes at
    its depth). `excess` gives the peak of each region that took part, in its own unit (eye: closure 0 to
    1; others: % of the inter-ocular distance). In EMG `intensity` is the peak over that of the person's
    own blink on the same side, which may exceed 1, NaN where too few blinks were seen, and `excess` is in
    uV. `onset_by_region_s` is each region's own onset. `probability` is that of the event being what
    `kind` says; `reason` says why.
    """

    kind: EventKind
    side: EventSide
    onset_s: float
    offset_s: float
    peak_s: float
    intensity: float
    probability: float
    reason: str
    regions: tuple[Region, ...] = ()
    excess: Mapping[Region, float] = field(default_factory=dict)
    onset_by_region_s: Mapping[Region, float] = field(default_factory=dict)
    context: Context = "rest"

    @property
    def duration_s(self) -> float:
        """Length of the event in seconds."""
        return self.offset_s - self.onset_s


@dataclass(frozen=True)
class SideVerdict:
    """On which side the recording shows spasms, how sure that is (0 to 1), and from what."""

    side: RecordingSide
    probability: float
    evidence: str


@dataclass(frozen=True)
class Measure:
    """One number with its 95 % interval; `value` is None where it cannot be given, and `reason` says why.

    `n` counts what the number rests on (events, frames); `how` names the interval's method.
    """

    name: str
    label: str
    side: EventSide | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    seconds_observed: float
    how: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """Everything one recording gave, with the version, the settings' digest and the model that gave it.

    `model` is None for EMG, which needs no face model.
    """

    version: str
    settings_digest: str
    model: Model | None
    recording: Recording
    signals: Signals
    quality: Quality
    events: tuple[Event, ...]
    verdict: SideVerdict
    measures: tuple[Measure, ...]

    def measure(self, name: str, side: EventSide | None = None) -> Measure:
        """Return the measure of that name, for `side` where the name exists for several; KeyError if none."""
        for measure in self.measures:
            if measure.name == name and (side is None or measure.side == side):
                return measure
        raise KeyError(f"no measure {name!r} for side {side!r}")
