"""A recording is added and measured: all of it, or nothing; what is cut off can be finished."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from facialis.errors import RecordError, SourceError
from facialis.record import journal, people, recordings, results
from facialis.record.content import RECORDINGS, SIGNALS, copy_hashed, sync_path
from facialis.record.emg import checked_options, digest, options_from, plain_options, require_table
from facialis.record.journal import Operation
from facialis.record.store import Progress, Store
from facialis.record.times import Moment, possible
from facialis.record.types import Added, Measurement, Person, StoredRecording
from facialis.record.when import kind_of, recorded_at
from facialis.settings import Settings
from facialis.types import Result
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions

PARQUET = ".parquet"


@dataclass(frozen=True)
class About:
    """What is told with a recording. Without `at`, the file says when it was recorded.

    `emg` is what the file of an EMG does not say itself.
    """

    zone: str
    at: Moment | None = None
    device: str = ""
    task: str = ""
    mirrored: bool = False
    measure: bool = True
    model: Path | None = None
    emg: "EmgOptions | None" = None


def add(store: Store, person: Person, source: Path, about: About, progress: Progress | None = None) -> Added:
    """Copy a recording into the record and measure it, once for these settings and this version.

    Raises SourceError where it cannot be read or measured; then nothing is added.
    """
    from facialis.source.container import checked_path

    source = checked_path(source).absolute()
    told, time_source = recorded_at(source, about.zone)
    at, kind = _checked_time(about.at, told, source.name), kind_of(source)
    emg = _told_of_emg(kind, source.name, about.emg, about.mirrored)
    if kind == "emg" and not about.measure:
        require_table(source, options_from(emg))
    detail = {
        "source": str(source),
        "name": source.name,
        "person_id": person.id,
        "kind": kind,
        "utc": at.utc.isoformat(),
        "zone": at.zone,
        "time_source": "given" if about.at else time_source,
        "device": about.device,
        "task": about.task,
        "mirrored": about.mirrored,
        "measure": about.measure,
        "model": str(about.model.absolute()) if about.model else None,
        "emg": emg,
        "settings": dataclasses.asdict(store.settings),
    }
    with journal.operation(store, "add", detail) as begun:
        return _copied(store, begun, source, progress)


def _checked_time(given: Moment | None, told: Moment, name: str) -> Moment:
    """Return when it was recorded; RecordError where that cannot be."""
    if given is not None:
        return possible(given)
    try:
        return possible(told)
    except RecordError:
        raise RecordError(
            f"{name} says that it was recorded on {told.utc:%Y-%m-%d}, which cannot be; say when with --when."
        ) from None


def finish_add(store: Store, begun: Operation, progress: Progress | None = None) -> Added:
    """Go on with an addition that was cut off: with the copy it made, else with the original."""
    sha256, suffix = begun.detail.get("sha256"), Path(begun.detail["name"]).suffix
    if sha256 is not None:
        copy = begun.work / _copy_name(begun.detail)
        if copy.exists() and store.files.hash(copy) == sha256:
            return _settled(store, begun, copy, progress)
        stored = store.files.path(RECORDINGS, sha256, suffix)
        if stored.exists():
            return _settled(store, begun, None, progress)
    source = Path(begun.detail["source"])
    if not source.exists():
        raise RecordError(
            f"Adding {source.name} cannot be finished: {source} is no longer there; bring it back, or "
            f"forget it with `facialis record finish --forget`."
        )
    return _copied(store, begun, source, progress)


def measure(
    store: Store,
    recording: StoredRecording,
    *,
    mirrored: bool | None = None,
    model: Path | None = None,
    emg: "EmgOptions | None" = None,
    progress: Progress | None = None,
) -> Added:
    """Measure a recording that is in the record, unless these settings and this version did.

    `mirrored` of a video and `emg` of an EMG correct what was told of it. Earlier measurements are kept.
    Raises RecordError where the recording is gone, SourceError where it cannot be measured.
    """
    told = _told_of_emg(recording.kind, recording.name, emg, bool(mirrored))
    if recording.file_deleted_utc is not None:
        raise RecordError(
            f"The file of recording {recording.id} was deleted, its signals were kept: it cannot be "
            f"measured again."
        )
    mirrored = recording.mirrored if mirrored is None else mirrored
    options = recording.emg if told is None else options_from(told)
    with store.database.reading() as connection:
        known = same(connection, recording.id, store.settings, mirrored, model, options)
    if known is not None and (mirrored, options) == (recording.mirrored, recording.emg):
        return Added(recording, known, new=False, measured=False)
    detail = {
        "recording_id": recording.id,
        "kind": recording.kind,
        "mirrored": mirrored,
        "emg": None if options is None else plain_options(options),
        "model": str(model.absolute()) if model else None,
        "settings": dataclasses.asdict(store.settings),
    }
    with journal.operation(store, "measure", detail) as begun:
        return finish_measure(store, begun, progress)


def finish_measure(store: Store, begun: Operation, progress: Progress | None = None) -> Added:
    """Measure what the operation names."""
    detail, settings = begun.detail, results.settings_from(begun.detail["settings"])
    with store.database.reading() as connection:
        recording = recordings.by_id(connection, detail["recording_id"])
    file = store.files.plain(RECORDINGS, recording.sha256, recording.suffix, begun.work)
    measured = _measured(store, begun, file, recording.name, detail, settings, progress)
    with store.database.writing() as connection:
        recording = recordings.by_id(connection, recording.id)
        if detail["mirrored"] != recording.mirrored:
            recordings.set_mirrored(connection, recording.id, detail["mirrored"])
        _set_options(connection, recording, detail.get("emg"))
        measurement, new = _insert(store, connection, recording.id, measured, settings)
        begun.done(connection)
        return Added(recordings.by_id(connection, recording.id), measurement, new=False, measured=new)


def same(
    connection: sa.Connection,
    recording_id: int,
    settings: Settings,
    mirrored: bool,
    model: Path | None,
    emg: "EmgOptions | None",
) -> Measurement | None:
    """Return the measurement that this version and these settings gave already."""
    if model is not None:  # Which model a file holds is known only after it was read.
        return None
    for each in reversed(results.all_of(connection, recording_id)):
        made = (each.version, each.settings_digest, each.mirrored)
        if made == (__version__, settings.digest(), mirrored) and _read_alike(each, emg):
            return each
    return None


def _read_alike(each: Measurement, emg: "EmgOptions | None") -> bool:
    if each.model is not None:
        return each.model.packaged
    return each.emg is not None and emg is not None and digest(each.emg) == digest(emg)


def _told_of_emg(kind: str, name: str, emg: "EmgOptions | None", mirrored: bool) -> dict[str, Any] | None:
    """Return what was told of an EMG, None where nothing was; RecordError where it does not fit."""
    if kind == "video":
        if emg is not None:
            raise RecordError(f"{name} is a video; channels, rate and unit are told of an EMG.")
        return None
    if mirrored:
        raise RecordError(
            f"{name} is an EMG, which no mirror can turn; where its sides are wrong, name its channels anew."
        )
    checked = checked_options(emg, name)
    return None if emg is None else plain_options(checked)


def _set_options(
    connection: sa.Connection, recording: StoredRecording, told: Mapping[str, Any] | None
) -> None:
    if told is not None and options_from(told) != recording.emg:
        recordings.set_options(connection, recording.id, options_from(told))


def _copied(store: Store, begun: Operation, source: Path, progress: Progress | None) -> Added:
    copy = begun.work / _copy_name(begun.detail)
    sha256 = copy_hashed(source, copy)
    with store.database.writing() as connection:
        begun = begun.note(connection, sha256=sha256, size_bytes=copy.stat().st_size)
    return _settled(store, begun, copy, progress)


def _copy_name(detail: Mapping[str, Any]) -> str:
    return f"recording{Path(detail['name']).suffix}"


def _settled(store: Store, begun: Operation, copy: Path | None, progress: Progress | None) -> Added:
    """Measure if wanted, then put file, signals and rows in. `copy` is None where the file is in place."""
    detail, settings = begun.detail, results.settings_from(begun.detail["settings"])
    suffix = Path(detail["name"]).suffix
    wanted = detail["measure"]
    with store.database.reading() as connection:
        known = recordings.by_content(connection, detail["person_id"], detail["sha256"])
        model = Path(detail["model"]) if detail["model"] else None
        if known is not None:
            detail = {**detail, "mirrored": known.mirrored, "emg": _options_of(known, detail)}
            options = options_from(detail["emg"])
            if wanted and same(connection, known.id, settings, known.mirrored, model, options):
                wanted = False
    measured = None
    if wanted:
        file = copy or store.files.plain(RECORDINGS, detail["sha256"], suffix, begun.work)
        measured = _measured(store, begun, file, detail["name"], detail, settings, progress)
    ready = store.files.ready(copy) if copy is not None else None
    with store.database.writing() as connection:
        return _put_in(store, connection, begun, detail, ready, measured, settings)


def _options_of(known: StoredRecording, detail: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was told now of an EMG, else what was told when it was added first."""
    told: dict[str, Any] | None = detail.get("emg")
    return plain_options(known.emg) if told is None and known.emg is not None else told


def _put_in(
    store: Store,
    connection: sa.Connection,
    begun: Operation,
    detail: Mapping[str, Any],
    ready: Path | None,
    measured: tuple[Result, Path, str, int] | None,
    settings: Settings,
) -> Added:
    suffix = Path(detail["name"]).suffix
    person = people.ensure(connection, Person(detail["person_id"], people.NOBODY))
    known = recordings.by_content(connection, person.id, detail["sha256"])
    if ready is not None:
        store.files.put(ready, RECORDINGS, detail["sha256"], known.suffix if known else suffix)
    if known is not None and known.file_deleted_utc is not None:
        recordings.restore_file(connection, known.id)
    if known is not None:
        _set_options(connection, known, detail.get("emg"))
    recording = known or recordings.insert(connection, _recording(detail, person.id, suffix))
    measurement, new = None, False
    if measured is not None:
        measurement, new = _insert(store, connection, recording.id, measured, settings)
    elif known is not None:
        measurement = (results.all_of(connection, known.id) or (None,))[-1]
    begun.done(connection)
    recording = recordings.by_id(connection, recording.id)
    return Added(recording, measurement, new=known is None, measured=new)


def _recording(detail: Mapping[str, Any], person_id: int, suffix: str) -> StoredRecording:
    return StoredRecording(
        id=0,
        person_id=person_id,
        kind=detail["kind"],
        sha256=detail["sha256"],
        suffix=suffix,
        size_bytes=detail["size_bytes"],
        name=detail["name"],
        at=Moment(datetime.fromisoformat(detail["utc"]), detail["zone"]),
        time_source=detail["time_source"],
        device=detail["device"],
        task=detail["task"],
        mirrored=detail["mirrored"],
        added_utc=datetime.now(UTC),
        emg=options_from(detail.get("emg")) if detail["kind"] == "emg" else None,
    )


def _measured(
    store: Store,
    begun: Operation,
    file: Path,
    name: str,
    detail: Mapping[str, Any],
    settings: Settings,
    progress: Progress | None,
) -> tuple[Result, Path, str, int]:
    """Measure `file`; return the result and its file of signals, ready to be put in place."""
    from facialis.report.tables import write_signals

    try:
        result = store.measure(
            file,
            settings=settings,
            mirrored=detail["mirrored"],
            model=Path(detail["model"]) if detail["model"] else None,
            progress=progress,
            emg=options_from(detail.get("emg")) if detail.get("kind") == "emg" else None,
        )
    except SourceError as error:  # It names the copy, which nobody knows.
        raise SourceError(str(error).replace(str(file), name).replace(file.name, name)) from error
    result = dataclasses.replace(result, recording=dataclasses.replace(result.recording, name=name))
    write_signals(result, begun.work)
    signals = begun.work / "signals.parquet"
    sync_path(signals)
    sha256, size = store.files.hash(signals), signals.stat().st_size
    return result, store.files.ready(signals), sha256, size


def _insert(
    store: Store,
    connection: sa.Connection,
    recording_id: int,
    measured: tuple[Result, Path, str, int],
    settings: Settings,
) -> tuple[Measurement, bool]:
    """Put a measurement in, unless another program just did; tell whether it is new."""
    result, ready, sha256, size = measured
    emg = recordings.by_id(connection, recording_id).emg
    read_with = results.read_with(result.model, emg)
    for each in results.all_of(connection, recording_id):
        made = (each.version, each.settings_digest, each.mirrored, results.read_with(each.model, each.emg))
        if made == (result.version, result.settings_digest, result.recording.mirrored, read_with):
            return each, False
    store.files.put(ready, SIGNALS, sha256, PARQUET)
    return results.insert(connection, recording_id, result, settings, (sha256, size), emg), True
