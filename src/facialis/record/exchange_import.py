"""An archive is imported: all of it or nothing; what is cut off can be finished or given up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, checking, exchange_merge, exchange_unpack, journal
from facialis.record.content import RECORDINGS, SIGNALS
from facialis.record.exchange_merge import Merged
from facialis.record.exchange_staging import staged
from facialis.record.exchange_unpack import Archive, Limits
from facialis.record.journal import Operation
from facialis.record.store import Store

_PLAIN = "archive.zip"
_CELLS = 1 << 28
"""Values that a file of curves may hold: a day of video has less than half as many."""


@dataclass(frozen=True)
class Imported:
    """What an import did: rows added and rows that were here already, by table, and sentences about it."""

    added: Mapping[str, int]
    known: Mapping[str, int]
    notes: tuple[str, ...] = ()


def import_archive(
    store: Store,
    source: Path,
    whose: str | None = None,
    passphrase: str | None = None,
    limits: Limits | None = None,
) -> Imported:
    """Add what an archive holds; what is here already stays as it is and is not doubled.

    `whose` says who the one person of the archive is here; '' is the one without a name. Raises RecordError,
    in one sentence, where the archive is damaged, or made to do harm, or does not say whose it is; then
    nothing was changed.
    """
    from facialis.source.container import checked_path

    source = checked_path(source).absolute()
    sealed = exchange_unpack.is_sealed(source)
    with journal.working(store) as begun:
        path = source
        if sealed:
            if passphrase is None:
                raise RecordError(f"{source.name} is encrypted; its passphrase is needed.")
            path = exchange_unpack.unsealed(source, passphrase, begun.work)
        with exchange_unpack.opened(path, begun.work, limits) as archive:
            detail = {
                "archive": str(source),
                "name": source.name,
                "sealed": sealed,
                "digest": archive.digest,
                "whose": whose,
            }
            with journal.noted(store, begun, "import", detail) as begun:
                return _imported(store, begun, archive)


def finish_import(store: Store, begun: Operation) -> Imported:
    """Go on with an import that was cut off. Raises RecordError where the archive is gone or another one."""
    detail = begun.detail
    path = begun.work / _PLAIN if detail["sealed"] else Path(detail["archive"])
    if not path.exists():
        raise RecordError(
            f"Importing {detail['name']} cannot be finished: {detail['archive']} is no longer there; bring "
            f"it back, or forget it with `facialis record finish --forget`."
        )
    with exchange_unpack.opened(path, begun.work) as archive:
        if archive.digest != detail["digest"]:
            raise RecordError(
                f"Importing {detail['name']} cannot be finished: another archive has its place; forget it "
                f"with `facialis record finish --forget`."
            )
        return _imported(store, begun, archive)


def _imported(store: Store, begun: Operation, archive: Archive) -> Imported:
    contents, ready = archive.contents(), {}
    for content, name in contents.items():
        unpacked = begun.work / "-".join(content)
        archive.unpack(name, unpacked)
        if content[0] == SIGNALS:
            _check_signals(archive, name, unpacked)
    with staged(archive) as source:
        for content in contents:
            if not _is_stored(store, *content):
                ready[content] = store.files.ready(begun.work / "-".join(content))
        with store.database.writing() as target:
            merged = exchange_merge.merge(source, target, begun.detail["whose"])
            left_out = _put(store, target, ready)
            audit.note(target, "import")
            begun.done(target)
    return Imported(_counted(merged.added), _counted(merged.known), _notes(merged, left_out))


def _counted(rows: Counter[str]) -> dict[str, int]:
    return {table: count for table, count in rows.items() if count}


def _is_stored(store: Store, kind: str, sha256: str) -> bool:
    folder = store.files.folder / kind / sha256[:2]
    return any(folder.glob(f"{sha256}*"))


def _put(store: Store, connection: sa.Connection, ready: Mapping[tuple[str, str], Path]) -> int:
    """Move the files that the rows need to their places; return how many videos they do not need."""
    needed = checking.wanted(connection)
    for (kind, sha256), path in ready.items():
        if (kind, sha256) in needed:
            store.files.put(path, kind, sha256, needed[kind, sha256])
    return sum(kind == RECORDINGS for kind, sha256 in ready if (kind, sha256) not in needed)


def _notes(merged: Merged, left_out: int) -> tuple[str, ...]:
    notes: list[str] = []
    if left_out:
        notes.append(f"{left_out} video(s) stay deleted, as they are here.")
    if merged.without_event:
        notes.append(
            f"{merged.without_event} correction(s) were left out: the recording was measured here too, with "
            f"other events."
        )
    if merged.beside:
        notes.append(
            f"{merged.beside} diary entry(s) came beside one of the same time that says something else: "
            f"corrected here or there, or two. Both count; `facialis diary list` shows them."
        )
    return tuple(notes)


def _check_signals(archive: Archive, name: str, path: Path) -> None:
    """Look at a file of curves without reading them: columns of the right kind, no more than there can be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file, pq.ParquetFile(file) as parquet:
            table, schema = parquet.metadata, parquet.schema_arrow
    except (pa.ArrowException, OSError, ValueError):
        archive.refuse(f"{name} in it holds no curves")
    types = dict(zip(schema.names, schema.types, strict=True))
    usable = [types.pop(f"{side}_usable", None) for side in ("left", "right")]
    numbers = [pa.types.is_floating(kind) or pa.types.is_integer(kind) for kind in types.values()]
    if "time_s" not in types or not all(numbers) or usable != [pa.bool_(), pa.bool_()]:
        archive.refuse(f"{name} in it holds no curves")
    if table.num_rows * table.num_columns > _CELLS:
        archive.refuse(f"{name} in it holds more than any recording gives")
