"""Tests by lot as rows. The order that was drawn is kept itself: a seed may draw another one elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables, treatments
from facialis.record.plain import new_id
from facialis.record.types import Trial

_T = tables.trials
_PLAIN = ("factor", "outcome", "first_day", "days_per_period", "washout_days", "seed", "note")
MOST_DAYS = 730


def insert(connection: sa.Connection, person_id: int, trial: Trial) -> Trial:
    """Put a trial in and return it with its number. Raises RecordError."""
    trial = checked(trial)
    _require_free(connection, person_id, trial)
    made = connection.execute(
        _T.insert().values(
            person_id=person_id,
            order_drawn=[list(block) for block in trial.order],
            added_utc=datetime.now(UTC),
            **{name: getattr(trial, name) for name in _PLAIN},
        )
    )
    number = new_id(made)
    audit.note(connection, "add", "trial", number)
    return replace(trial, id=number)


def checked(trial: Trial) -> Trial:
    """Return the trial, its factor named as the diary's days name it. Raises RecordError."""
    factor = trial.factor.strip().casefold()
    if not factor or set("=;") & set(factor):
        raise RecordError("A trial needs the name of a factor as the diary has it, such as coffee.")
    sizes = {len(block) for block in trial.order}
    if len(sizes) != 1 or any(2 * sum(block) != len(block) or not block for block in trial.order):
        raise RecordError("Every block of a trial has as many periods with the factor as without.")
    if trial.days_per_period < 1 or trial.washout_days < 0:
        raise RecordError("A period of a trial has a day at least.")
    if trial.days > MOST_DAYS:
        raise RecordError(f"That trial would take {trial.days} days; plan at most {MOST_DAYS}.")
    return replace(trial, factor=factor)


def all_of(connection: sa.Connection, person_id: int) -> tuple[Trial, ...]:
    """Return a person's trials by their first day."""
    which = sa.select(_T).where(_T.c.person_id == person_id).order_by(_T.c.first_day, _T.c.id)
    return tuple(
        Trial(
            order=tuple(tuple(bool(x) for x in block) for block in row.order_drawn),
            id=row.id,
            **{name: getattr(row, name) for name in _PLAIN},
        )
        for row in connection.execute(which)
    )


def _require_free(connection: sa.Connection, person_id: int, trial: Trial) -> None:
    """Refuse a second plan for the same factor and days, and one for what was prescribed."""
    last = trial.first_day + timedelta(days=trial.days - 1)
    for other in all_of(connection, person_id):
        ends = other.first_day + timedelta(days=other.days - 1)
        if other.factor == trial.factor and other.first_day <= last and trial.first_day <= ends:
            raise RecordError(
                f"Trial {other.id} of {other.factor} runs from {other.first_day} to {ends}; begin after "
                f"it, or delete it."
            )
    for given in treatments.all_of(connection, person_id):
        if given.name.strip().casefold() == trial.factor:
            raise RecordError(
                f"{given.name} is a treatment in the record; what was prescribed is not for lots to decide."
            )
