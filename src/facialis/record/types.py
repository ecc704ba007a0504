"""What a record holds, as frozen dataclasses: plain values, units in the names, no database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from facialis.record.times import Moment, is_by_day
from facialis.types import Event, EventKind, EventSide, Model, Quality, Recording, Side, SideVerdict

if TYPE_CHECKING:
    from facialis.measures.trials import TrialPlan
    from facialis.source.emg import EmgOptions

RecordingKind = Literal["video", "emg"]
TrialOutcome = Literal["felt", "bother", "rate"]
TreatmentKind = Literal["toxin", "surgery", "drug"]
CorrectionAction = Literal["confirm", "reject", "change", "add"]


@dataclass(frozen=True)
class Person:
    """Somebody whose recordings these are. At home there is one, without a name."""

    id: int
    name: str


@dataclass(frozen=True)
class StoredRecording:
    """A recording in the record. `time_source` tells where its time comes from: given, video, emg or file.

    `file_deleted_utc` is set where the file was deleted and only its signals and numbers were kept. `emg` is
    what was told of an EMG that its file does not say (nothing is an empty one), None for a video.
    """

    id: int
    person_id: int
    kind: RecordingKind
    sha256: str
    suffix: str
    size_bytes: int
    name: str
    at: Moment
    time_source: str
    device: str
    task: str
    mirrored: bool
    added_utc: datetime
    file_deleted_utc: datetime | None = None
    emg: "EmgOptions | None" = None


@dataclass(frozen=True)
class Measurement:
    """One measurement of a recording, with all that made it.

    `model` is the face model that read a video, None for EMG; `emg` is what was told of an EMG, None for a
    video.
    """

    id: int
    recording_id: int
    measured_utc: datetime
    version: str
    settings_digest: str
    model: Model | None
    mirrored: bool
    verdict: SideVerdict
    recording: Recording
    quality: Quality
    signals_sha256: str
    signals_bytes: int
    emg: "EmgOptions | None" = None


@dataclass(frozen=True)
class StoredEvent:
    """An event as the machine found it; `id` is what a correction refers to."""

    id: int
    event: Event


@dataclass(frozen=True)
class Correction:
    """What a person says about an event: it is one, it is none, it is another, or one was missed.

    `event_id` is None for one that was missed. Fields that are None are left as the machine found them.
    """

    action: CorrectionAction
    event_id: int | None = None
    kind: EventKind | None = None
    side: EventSide | None = None
    onset_s: float | None = None
    offset_s: float | None = None
    note: str = ""
    who: str = ""
    made_utc: datetime | None = None
    recording_id: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class DiaryEntry:
    """What a person felt: `spasms`, `bother`, `mood` and triggers' strengths from 0 to 10, sleep in hours.

    What was not told is None. `day` is the day it belongs to, see `times.diary_day`; the record sets it where
    it is None.
    """

    at: Moment
    spasms: float | None = None
    bother: float | None = None
    triggers: Mapping[str, float] = field(default_factory=dict)
    sleep_h: float | None = None
    mood: float | None = None
    note: str = ""
    day: date | None = None
    id: int | None = None


@dataclass(frozen=True)
class DiaryChange:
    """A diary entry as it was, and as a file has it."""

    before: DiaryEntry
    after: DiaryEntry


@dataclass(frozen=True)
class DiaryImport:
    """What reading a file into the diary did: entries `added`, rows `known` already, entries `changed`."""

    added: tuple[DiaryEntry, ...]
    known: int
    changed: tuple[DiaryChange, ...] = ()


@dataclass(frozen=True)
class Site:
    """Where toxin was given: the muscle or place in the clinician's words, side, units."""

    site: str
    side: Side
    units: float | None = None


@dataclass(frozen=True)
class Treatment:
    """A treatment. `name` is the product, the operation or the drug.

    Toxin: `units` in all, in the product's own units, which are not those of another product;
    `dilution_ml_per_100_u`; `sites`. Surgery: `side`. Drug: `dose` in `dose_unit` a day, until `until`.
    Noon to the second is a treatment of which only the day is known (`times.at_day`).
    """

    kind: TreatmentKind
    name: str
    at: Moment
    units: float | None = None
    dilution_ml_per_100_u: float | None = None
    sites: tuple[Site, ...] = ()
    side: EventSide | None = None
    dose: float | None = None
    dose_unit: str = ""
    until: Moment | None = None
    note: str = ""
    id: int | None = None

    @property
    def by_day(self) -> bool:
        """Whether only its day is known."""
        return is_by_day(self.at)


@dataclass(frozen=True)
class Questionnaire:
    """The total of a questionnaire, and the scores of its items if they were told. No wording is kept."""

    name: str
    at: Moment
    total: int
    items: tuple[int, ...] = ()
    note: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Trial:
    """A test by lot of one factor of the diary.

    `order` holds, for each block, whether each period is one with the factor. `outcome` is what was asked:
    felt, bother, or the rate of recordings. `seed` drew the order.
    """

    factor: str
    first_day: date
    order: tuple[tuple[bool, ...], ...]
    days_per_period: int = 1
    washout_days: int = 0
    outcome: TrialOutcome = "felt"
    seed: int = 0
    note: str = ""
    id: int | None = None

    @property
    def days(self) -> int:
        """Number of days it takes, those of washout too."""
        return sum(len(block) for block in self.order) * (self.days_per_period + self.washout_days)

    def plan(self) -> "TrialPlan":
        """Return it day by day."""
        from facialis.measures.trials import plan_of

        return plan_of(
            self.factor, self.first_day, self.order, self.days_per_period, self.washout_days, self.seed
        )


@dataclass(frozen=True)
class Audit:
    """Who did what when. What was deleted is not named."""

    at_utc: datetime
    who: str
    action: str
    thing: str | None
    thing_id: int | None


@dataclass(frozen=True)
class Unfinished:
    """Something that was cut off, by a killed program or a power cut, and can be finished."""

    token: str
    kind: str
    started_utc: datetime
    sentence: str


@dataclass(frozen=True)
class Added:
    """What adding did: `new` is False where the record held it, `measured` where it was measured already."""

    recording: StoredRecording
    measurement: Measurement | None
    new: bool
    measured: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edited:
    """What editing did: the recording as it `was` and as it is `now`; the same where nothing was changed."""

    was: StoredRecording
    now: StoredRecording
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Something `check` found wrong, in a sentence, with the file it is about."""

    sentence: str
    path: Path | None = None
