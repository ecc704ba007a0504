"""Recordings as a BIDS dataset, for research: curves as motion, EMG as EMG, events with both.

BIDS 1.11 (https://doi.org/10.1038/sdata.2016.44). Without names, dates, notes and pictures: people are
numbered, and days are counted from each person's first recording.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from facialis.errors import RecordError
from facialis.record import exchange_bids_emg, journal
from facialis.record.content import RECORDINGS
from facialis.record.record import Record
from facialis.record.types import Measurement, StoredRecording
from facialis.report.tables import NOT_AVAILABLE, write_events, write_json
from facialis.types import SIDES
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.types import Result, Signals

BIDS_VERSION = "1.11.0"
"""The first version with EMG."""
TRACKING = "face"
_POSES = {"yaw_deg": "y", "pitch_deg": "x", "roll_deg": "z"}
"""The axis each turns about: x to the person's left, y upwards, z towards the camera."""
Row = Mapping[str, Any]
_UNITS = {"degree": "deg", "% of inter-ocular distance": "%", "1": "n/a", "logit": "n/a", "px": "n/a"}
"""As BIDS writes units; those it has none for are told in the channel's description."""
README = """Recordings of faces with hemifacial spasm, or suspected of it, measured by facialis {version}.

Motion (`tracksys-face`) is what facialis read from a video, frame by frame: how far each eye closes and how
far parts of the face move, each side by itself. The videos are not part of this dataset. EMG files are as
they were recorded, without what their headers say of the person and the day. `events.tsv` lists what facialis
found; no person checked it, and nothing here is a diagnosis. Left and right are the person's own.

Days are counted from each person's first recording. Names, dates and notes are left out; curves of a face,
and what was recorded of its muscles, are data about health all the same.
"""


_PARTICIPANTS = {"recordings": {"Description": "Recordings of this person in the dataset."}}
_SESSIONS = {
    "day": {
        "Description": "Days since this person's first recording, by the clock of its place.",
        "Units": "d",
    },
    "task": {"Description": "What was done, as the label of the task says it."},
    "recorded": {"Description": "What was recorded.", "Levels": {"video": "A face", "emg": "Its muscles"}},
}
_CAMERA = {
    "SpatialAxes": "LSA",
    "Description": "Angles of the head against the camera, in degrees: yaw_deg turned to its left, pitch_deg "
    "chin lifted, roll_deg leaning to its left.",
}
_FRAME = {"reference_frame": {"Description": "Where the head points.", "Levels": {"camera": _CAMERA}}}


@dataclass(frozen=True)
class Written:
    """How many recordings a dataset holds, and how many not: a video that was not measured shows nothing."""

    recordings: int
    left_out: int


def export_bids(record: Record, to: Path) -> Written:
    """Write the recordings as a BIDS dataset into the new folder `to`.

    Raises RecordError, OutputError; then there is no folder.
    """
    from facialis.report.files import write_folder

    if to.exists():
        raise RecordError(f"{to} is there already; give another name.")
    with write_folder(to) as folder:
        _describe(folder)
        rows: list[Row] = []
        count = left_out = 0
        for person in record.people():
            if record.named not in (None, person):
                continue
            theirs = Record(record.store, person, None, ExitStack())
            subject = f"sub-{len(rows) + 1:02}"
            sessions = _sessions(theirs)
            written = [each for each in sessions if _write_session(theirs, folder, subject, each)]
            count, left_out = count + len(written), left_out + len(sessions) - len(written)
            if written:
                _write_sessions(folder / subject, subject, written)
                rows.append({"participant_id": subject, "recordings": len(written)})
        if not rows:
            raise RecordError("There is no recording to export; add one first, or measure those there are.")
        _tsv(folder / "participants.tsv", rows)
        write_json(_PARTICIPANTS, folder / "participants.json")
    return Written(count, left_out)


@dataclass(frozen=True)
class _Session:
    """One recording of a person: when, in days from the first one, and its newest measurement."""

    name: str
    day: int
    recording: StoredRecording
    measurement: Measurement | None

    @property
    def task(self) -> str:
        """The label of the task: letters and digits of what the person wrote."""
        return re.sub("[^a-zA-Z0-9]", "", self.recording.task) or "unspecified"


def _sessions(record: Record) -> list[_Session]:
    theirs, newest = record.recordings(), {each.recording_id: each for each in record.measurements()}
    days = [each.at.local.date() for each in theirs]
    return [
        _Session(f"ses-{n:03}", (day - days[0]).days, each, newest.get(each.id))
        for n, (day, each) in enumerate(zip(days, theirs, strict=True), start=1)
    ]


def _write_session(record: Record, dataset: Path, subject: str, session: _Session) -> bool:
    """Write what there is of a recording; tell whether there was anything."""
    stem, home = f"{subject}_{session.name}_task-{session.task}", dataset / subject / session.name
    result = record.result(session.measurement.id) if session.measurement else None
    if _write_emg(record, session, home / "emg", stem):
        kind = "emg"
    elif result is None:
        return False
    elif result.recording.modality == "emg":
        # The file that was recorded was deleted, or is a table, for which BIDS has no place.
        kind = "beh"
    else:
        kind, stem = "motion", f"{stem}_tracksys-{TRACKING}"
        _write_motion(result, home / kind, stem, session.task)
    if result is not None:
        _write_events(result, home / kind, stem, session.task)
    return True


def _write_emg(record: Record, session: _Session, folder: Path, stem: str) -> bool:
    recording = session.recording
    if recording.kind != "emg" or recording.file_deleted_utc is not None:
        return False
    told = recording.emg.channels if recording.emg else {}
    with journal.working(record.store) as begun:
        file = record.store.files.plain(RECORDINGS, recording.sha256, recording.suffix, begun.work)
        return exchange_bids_emg.write(file, folder, stem, session.task, told)


def _write_events(result: "Result", folder: Path, stem: str, task: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_events(result, folder)
    (folder / "events.tsv").replace(folder / f"{stem}_events.tsv")
    described = json.loads((folder / "events.json").read_text(encoding="utf-8"))
    (folder / "events.json").unlink()
    if folder.name == "beh":
        described |= {"TaskName": task}
    write_json(described, folder / f"{stem}_events.json")


# Motion


def _write_motion(result: "Result", folder: Path, stem: str, task: str) -> None:
    """Write the curves, one row a frame and no line of names, with the description of every column."""
    folder.mkdir(parents=True, exist_ok=True)
    signals = result.signals
    channels = _channels(signals)
    values = [signals.time_s, *signals.columns.values(), *(signals.usable[side] for side in SIDES)]
    cells = [[_cell(value) for value in column] for column in values]
    text = "\n".join("\t".join(row) for row in zip(*cells, strict=True))
    (folder / f"{stem}_motion.tsv").write_text(text + "\n", encoding="utf-8", newline="\n")
    _tsv(folder / f"{stem}_channels.tsv", channels)
    write_json(_FRAME, folder / f"{stem}_channels.json")
    kinds = Counter(channel["type"] for channel in channels)
    n, seconds = (
        len(signals.time_s),
        float(signals.time_s[-1] - signals.time_s[0]) if len(signals.time_s) else 0,
    )
    write_json(
        {
            "TaskName": task,
            "Manufacturer": "facialis",
            "SoftwareVersions": result.version,
            "SettingsDigest": result.settings_digest,
            "Simulated": result.recording.simulated,
            "SamplingFrequency": round(result.recording.frames_per_s, 6),
            "SamplingFrequencyEffective": round((n - 1) / seconds, 6) if seconds > 0 else NOT_AVAILABLE,
            "RecordingDuration": round(result.recording.duration_s, 6),
            "MotionChannelCount": len(channels),
            "LATENCYChannelCount": kinds["LATENCY"],
            "ORNTChannelCount": kinds["ORNT"],
            "MISCChannelCount": kinds["MISC"],
            "MissingValues": NOT_AVAILABLE,
            "TrackedPointsCount": len({channel["tracked_point"] for channel in channels} - {NOT_AVAILABLE}),
        },
        folder / f"{stem}_motion.json",
    )


def _channels(signals: "Signals") -> list[Row]:
    """Return a row for each column. Time is one of them: a phone's frames do not come evenly."""
    told = [_channel("time_s", "LATENCY", NOT_AVAILABLE, "s", "the frame's own time, from the first frame")]
    for name in signals.columns:
        unit, point = signals.units.get(name, ""), _point(name)
        if name in _POSES:
            told.append(_channel(name, "ORNT", "head", "deg", "pose of the head", _POSES[name]))
        else:
            about = f"unit: {unit}" if unit else "without a unit"
            told.append(_channel(name, "MISC", point, _UNITS.get(unit, NOT_AVAILABLE), about))
    for side in SIDES:
        about = "1 where this side can be measured in the frame, else 0"
        told.append(_channel(f"{side}_usable", "MISC", NOT_AVAILABLE, NOT_AVAILABLE, about))
    return told


def _channel(name: str, kind: str, point: str, unit: str, about: str, axis: str = NOT_AVAILABLE) -> Row:
    return {
        "name": name,
        "component": axis,
        "type": kind,
        "tracked_point": point,
        "units": unit,
        "reference_frame": "camera" if kind == "ORNT" else NOT_AVAILABLE,
        "description": about,
    }


def _point(name: str) -> str:
    side, _, rest = name.partition("_")
    return f"{side}_{rest.partition('_')[0]}" if side in SIDES else NOT_AVAILABLE


def _cell(value: Any) -> str:
    return f"{value:.9g}" if np.isfinite(value) else NOT_AVAILABLE


# Around them


def _describe(folder: Path) -> None:
    write_json(
        {
            "Name": "Recordings of hemifacial spasm",
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "facialis", "Version": __version__}],
        },
        folder / "dataset_description.json",
    )
    (folder / "README").write_text(README.format(version=__version__), encoding="utf-8", newline="\n")


def _write_sessions(folder: Path, subject: str, sessions: Iterable[_Session]) -> None:
    rows = [
        {"session_id": s.name, "day": s.day, "task": s.task, "recorded": s.recording.kind} for s in sessions
    ]
    _tsv(folder / f"{subject}_sessions.tsv", rows)
    write_json(_SESSIONS, folder / f"{subject}_sessions.json")


def _tsv(path: Path, rows: Sequence[Row]) -> None:
    lines = ["\t".join(rows[0]), *("\t".join(str(value) for value in row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
