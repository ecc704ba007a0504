"""The audit trail: that something was done, when and by whom. What was deleted is not named."""

import getpass
from datetime import UTC, datetime

import sqlalchemy as sa

from facialis.record import tables
from facialis.record.types import Audit


def note(connection: sa.Connection, action: str, thing: str | None = None, number: int | None = None) -> None:
    """Add one line to the trail."""
    connection.execute(
        tables.audit.insert().values(
            at_utc=datetime.now(UTC), who=user(), action=action, thing=thing, thing_id=number
        )
    )


def forget(connection: sa.Connection, thing: str, number: int) -> None:
    """Take a deleted thing's number off the trail and note that something was deleted."""
    trail = tables.audit
    of_it = (trail.c.thing == thing) & (trail.c.thing_id == number)
    connection.execute(trail.update().where(of_it).values(thing=None, thing_id=None))
    note(connection, "delete")


def trail(connection: sa.Connection) -> tuple[Audit, ...]:
    """Return the whole trail, oldest first."""
    rows = connection.execute(sa.select(tables.audit).order_by(tables.audit.c.id))
    return tuple(Audit(r.at_utc, r.who, r.action, r.thing, r.thing_id) for r in rows)


def user() -> str:
    """Return the name this program's user logged in with."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
