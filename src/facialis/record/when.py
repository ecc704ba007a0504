"""What a file itself says of when it was recorded."""

from datetime import UTC, datetime
from pathlib import Path

from facialis.errors import RecordError, SourceError
from facialis.record.times import FIRST_YEAR, Moment, of_local
from facialis.record.types import RecordingKind


def kind_of(path: Path) -> RecordingKind:
    """Tell video from EMG, as `facialis measure` does. Raises SourceError where there is no such file."""
    from facialis.source.emg import is_emg

    return "emg" if is_emg(path) else "video"


def recorded_at(path: Path, zone: str) -> tuple[Moment, str]:
    """Return when `path` was recorded, and whether the `video`, the `emg` or the `file`'s date says so.

    Raises SourceError where the file is neither a video nor an EMG.
    """
    kind = kind_of(path)
    told = _of_emg(path, zone) if kind == "emg" else _of_video(path, zone)
    if told is not None:
        return told, kind
    changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    return Moment(changed, zone), "file"


def _of_video(path: Path, zone: str) -> Moment | None:
    from facialis.source.container import open_video

    with open_video(path) as (container, stream):
        tags = {**stream.metadata, **container.metadata}
    # Apple's own tag has the offset of the place; the other one is in UTC.
    for name in ("com.apple.quicktime.creationdate", "creation_time"):
        try:
            told = datetime.fromisoformat(tags[name])
        except (KeyError, ValueError):
            continue
        if told.year >= FIRST_YEAR:
            told = told if told.tzinfo else told.replace(tzinfo=UTC)
            return Moment(told.astimezone(UTC).replace(microsecond=0), zone)
    return None


def _of_emg(path: Path, zone: str) -> Moment | None:
    """Read the start, a local clock time, in the header of EDF (doi:10.1016/0013-4694(92)90009-7).

    A table has none.
    """
    from facialis.source.emg import BINARY, MAGIC

    with path.open("rb") as file:
        head = file.read(256)
    if head[:8] not in MAGIC and path.suffix.lower() not in BINARY:
        return None
    if len(head) < 256 or head[:8] not in MAGIC:
        raise SourceError(f"{path} is no EDF or BDF file, or is cut off; copy it again.")
    try:
        told = datetime.strptime(head[168:184].decode("ascii"), "%d.%m.%y%H.%M.%S")
    except ValueError:
        return None
    # Two digits: 85 to 99 are the twentieth century.
    told = told.replace(year=told.year % 100 + (1900 if told.year % 100 >= 85 else 2000))
    if told.year < FIRST_YEAR:  # 1 January 1985 stands for a day that was taken out or never known.
        return None
    try:
        return of_local(told, zone)
    except RecordError:  # Its clock did not know the change.
        return None
