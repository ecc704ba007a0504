"""Everything of one person that the statistics need, read out of the record at one moment."""

from collections.abc import Mapping

import sqlalchemy as sa

from facialis.errors import FacialisError
from facialis.measures.closure import closure_when_asked
from facialis.record import corrections, found, recordings, results, tables
from facialis.record.adding import PARQUET
from facialis.record.content import SIGNALS
from facialis.record.counting import Read
from facialis.record.gathering import is_closure
from facialis.record.journal import working
from facialis.record.store import Store
from facialis.record.types import Correction, Measurement
from facialis.types import SIDES, Side


def reads_of(store: Store, connection: sa.Connection, person_id: int) -> tuple[Read, ...]:
    """Return a person's measured recordings, in the order they were recorded."""
    kept = recordings.all_of(connection, person_id)
    newest = {each.recording_id: each for each in results.newest_of(connection, person_id)}
    events = found.bare_events(connection, [each.id for each in newest.values()])
    said = _said(connection, person_id, newest)
    return tuple(
        Read(
            each,
            newest[each.id],
            events.get(newest[each.id].id, ()),
            said.get(each.id, ()),
            _closures(store, newest[each.id]) if is_closure(each) else {},
        )
        for each in kept
        if each.id in newest
    )


def _said(
    connection: sa.Connection, person_id: int, newest: Mapping[int, Measurement]
) -> dict[int, tuple[Correction, ...]]:
    """Return, by recording, what people said, as it bears on the newest measurement."""
    c, r = tables.corrections, tables.recordings
    theirs = sa.select(c.c.recording_id).join(r, r.c.id == c.c.recording_id)
    numbers = connection.execute(theirs.where(r.c.person_id == person_id).distinct()).scalars().all()
    return {n: corrections.said_of(connection, n, newest[n].id) for n in numbers if n in newest}


def _closures(store: Store, measured: Measurement) -> dict[Side, float]:
    """Return the closures of both sides; none where the curves cannot be read, of which `check` tells."""
    try:
        with working(store) as begun:
            path = store.files.plain(SIGNALS, measured.signals_sha256, PARQUET, begun.work)
            signals = found.read_signals(path)
    except (FacialisError, OSError):
        return {}
    shares = {side: closure_when_asked(signals, side) for side in SIDES}
    return {side: share for side, share in shares.items() if share is not None}
