"""What a measurement gave, as rows and back."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, found, tables
from facialis.record.emg import digest, options_from, plain_options
from facialis.record.plain import finite, new_id
from facialis.record.types import Measurement
from facialis.settings import Settings
from facialis.types import Exclusion, Model, Quality, Recording, Result, SideVerdict

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions

_M, _E, _R = tables.measurements, tables.events, tables.event_regions


def insert(
    connection: sa.Connection,
    recording_id: int,
    result: Result,
    settings: Settings,
    signals: tuple[str, int],
    emg: "EmgOptions | None" = None,
) -> Measurement:
    """Put in a result with its events and measures; `signals` is the hash and size of their file.

    `emg` is what was told of an EMG, and None for a video.
    """
    keep_settings(connection, settings)
    made = connection.execute(
        _M.insert().values(
            recording_id=recording_id,
            measured_utc=datetime.now(UTC),
            version=result.version,
            settings_digest=result.settings_digest,
            model_sha256=result.model.sha256 if result.model else None,
            model_packaged=result.model.packaged if result.model else None,
            emg=None if emg is None else plain_options(emg),
            read_with=read_with(result.model, emg),
            mirrored=result.recording.mirrored,
            side=result.verdict.side,
            side_probability=result.verdict.probability,
            side_evidence=result.verdict.evidence,
            signals_sha256=signals[0],
            signals_bytes=signals[1],
            recording=finite(dataclasses.asdict(result.recording)),
            quality=finite(_plain(result.quality)),
        )
    )
    number = new_id(made)
    found.insert_events(connection, number, result.events)
    found.insert_measures(connection, number, result.measures)
    audit.note(connection, "measure", "recording", recording_id)
    return by_id(connection, number)


def read_with(model: Model | None, emg: "EmgOptions | None") -> str:
    """Return the SHA-256 of what read the recording: the face model, or what was told of an EMG."""
    if model is not None:
        return model.sha256
    assert emg is not None
    return digest(emg)


def keep_settings(connection: sa.Connection, settings: Settings) -> None:
    """Keep the values behind a digest, once."""
    digest = settings.digest()
    known = connection.execute(sa.select(tables.settings.c.digest).where(tables.settings.c.digest == digest))
    if known.one_or_none() is None:
        connection.execute(tables.settings.insert().values(digest=digest, body=dataclasses.asdict(settings)))


def settings_from(body: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Return the settings that `dataclasses.asdict` wrote; RecordError where this version has others."""
    try:
        groups = {
            spec.name: type(getattr(Settings(), spec.name))(**body[spec.name])
            for spec in dataclasses.fields(Settings)
        }
    except (KeyError, TypeError):
        raise RecordError(
            "That measurement was begun with the settings of another version; measure again."
        ) from None
    return Settings(**groups)


def all_of(connection: sa.Connection, recording_id: int) -> tuple[Measurement, ...]:
    """Return the measurements of a recording, oldest first."""
    rows = connection.execute(sa.select(_M).where(_M.c.recording_id == recording_id).order_by(_M.c.id))
    return tuple(_measurement(row) for row in rows)


def by_id(connection: sa.Connection, number: int) -> Measurement:
    """Return the measurement of that number; RecordError where there is none."""
    row = connection.execute(sa.select(_M).where(_M.c.id == number)).one_or_none()
    if row is None:
        raise RecordError(f"There is no measurement {number} in the record.")
    return _measurement(row)


def newest_of(connection: sa.Connection, person_id: int) -> tuple[Measurement, ...]:
    """Return the newest measurement of each of a person's recordings."""
    r = tables.recordings
    newest = sa.select(sa.func.max(_M.c.id)).join(r, r.c.id == _M.c.recording_id)
    newest = newest.where(r.c.person_id == person_id).group_by(_M.c.recording_id)
    rows = connection.execute(sa.select(_M).where(_M.c.id.in_(newest)).order_by(_M.c.recording_id))
    return tuple(_measurement(row) for row in rows)


def is_used(connection: sa.Connection, sha256: str) -> bool:
    """Tell whether any measurement needs the file of signals with that hash."""
    needed = sa.exists().where(_M.c.signals_sha256 == sha256)
    return bool(connection.execute(sa.select(needed)).scalar_one())


# Plain values


def _measurement(row: Any) -> Measurement:
    quality, recording = dict(row.quality), dict(row.recording)
    quality["exclusions"] = tuple(Exclusion(**each) for each in quality["exclusions"])
    quality["notes"] = tuple(quality["notes"])
    recording["notes"] = tuple(recording["notes"])
    for name in ("interocular_px", "frames_per_s"):
        quality[name] = math.nan if quality[name] is None else quality[name]
    return Measurement(
        id=row.id,
        recording_id=row.recording_id,
        measured_utc=row.measured_utc,
        version=row.version,
        settings_digest=row.settings_digest,
        model=None if row.model_sha256 is None else Model(row.model_sha256, row.model_packaged),
        mirrored=row.mirrored,
        verdict=SideVerdict(row.side, row.side_probability, row.side_evidence),
        recording=Recording(**recording),
        quality=Quality(**quality),
        signals_sha256=row.signals_sha256,
        signals_bytes=row.signals_bytes,
        emg=None if row.emg is None else options_from(row.emg),
    )


def _plain(quality: Quality) -> dict[str, Any]:
    body = {spec.name: getattr(quality, spec.name) for spec in dataclasses.fields(quality)}
    return body | {
        "seconds_observed": dict(quality.seconds_observed),
        "exclusions": [dataclasses.asdict(each) for each in quality.exclusions],
    }
