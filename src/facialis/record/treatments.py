"""Treatments and questionnaires as rows. Products' units are kept as told: they are not interchangeable."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from math import isclose, isfinite

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.plain import new_id
from facialis.record.times import Moment, is_by_day, possible
from facialis.record.types import Questionnaire, Site, Treatment

SCALES = {"hfs-7": (7, 4), "hfs-30": (30, 4)}
"""Questionnaires: number of items, highest score of one (doi:10.1136/jnnp.2005.065656 and
doi:10.1016/j.jns.2004.01.010). Their wording is protected and no part of facialis."""
_T, _S = tables.treatments, tables.treatment_sites
_Q, _I = tables.questionnaires, tables.questionnaire_items
_PLAIN = ("kind", "name", "units", "dilution_ml_per_100_u", "side", "dose", "dose_unit", "note")


def insert(connection: sa.Connection, person_id: int, treatment: Treatment) -> Treatment:
    """Put a treatment in and return it with its number. Raises RecordError."""
    treatment = checked(treatment)
    made = connection.execute(
        _T.insert().values(
            person_id=person_id,
            at_utc=treatment.at.utc,
            zone=treatment.at.zone,
            until_utc=treatment.until.utc if treatment.until else None,
            added_utc=datetime.now(UTC),
            **{name: getattr(treatment, name) for name in _PLAIN},
        )
    )
    number = new_id(made)
    rows = [
        {"treatment_id": number, "number": n, "site": s.site, "side": s.side, "units": s.units}
        for n, s in enumerate(treatment.sites)
    ]
    if rows:
        connection.execute(_S.insert(), rows)
    audit.note(connection, "add", "treatment", number)
    return replace(treatment, id=number)


def checked(treatment: Treatment) -> Treatment:
    """Return the treatment, its units summed over the sites if not told; RecordError where it is at odds."""
    possible(treatment.at)
    if not treatment.name.strip():
        raise RecordError("A treatment needs the name of the product, operation or drug.")
    for name in ("units", "dilution_ml_per_100_u", "dose"):
        _require_positive(name, getattr(treatment, name))
    for site in treatment.sites:
        _require_positive(f"the units at {site.site}", site.units)
    if treatment.until is not None and _ends_before_it_begins(treatment, treatment.until):
        raise RecordError("A treatment cannot end before it began.")
    told = [site.units for site in treatment.sites if site.units is not None]
    if not told or len(told) < len(treatment.sites):
        return treatment
    if treatment.units is None:
        return replace(treatment, units=sum(told))
    if not isclose(sum(told), treatment.units, abs_tol=1e-6):
        raise RecordError(
            f"The sites add up to {sum(told):g} units, but {treatment.units:g} are told; correct one of them."
        )
    return treatment


def _ends_before_it_begins(treatment: Treatment, until: Moment) -> bool:
    if treatment.by_day or is_by_day(until):
        return until.local.date() < treatment.at.local.date()
    return until.utc < treatment.at.utc


def of_the_same_day(known: Iterable[Treatment], told: Treatment) -> Treatment | None:
    """Return the treatment of the same kind, name and day as the one told; None where there is none."""
    return next((each for each in known if _what(each) == _what(told)), None)


def _what(treatment: Treatment) -> tuple[str, str, date]:
    return treatment.kind, treatment.name.strip().casefold(), treatment.at.local.date()


def all_of(connection: sa.Connection, person_id: int) -> tuple[Treatment, ...]:
    """Return a person's treatments by time."""
    which = _T.c.person_id == person_id
    rows = connection.execute(sa.select(_T).where(which).order_by(_T.c.at_utc, _T.c.id)).all()
    joined = sa.select(_S).join(_T, _T.c.id == _S.c.treatment_id).where(which)
    sites: dict[int, list[Site]] = {}
    for row in connection.execute(joined.order_by(_S.c.treatment_id, _S.c.number)):
        sites.setdefault(row.treatment_id, []).append(Site(row.site, row.side, row.units))
    return tuple(
        Treatment(
            at=Moment(row.at_utc, row.zone),
            until=Moment(row.until_utc, row.zone) if row.until_utc else None,
            sites=tuple(sites.get(row.id, ())),
            id=row.id,
            **{name: getattr(row, name) for name in _PLAIN},
        )
        for row in rows
    )


def insert_questionnaire(connection: sa.Connection, person_id: int, told: Questionnaire) -> Questionnaire:
    """Put in a questionnaire's total and its items' scores; return it with its number. Raises RecordError."""
    told = checked_questionnaire(told)
    made = connection.execute(
        _Q.insert().values(
            person_id=person_id,
            name=told.name,
            at_utc=told.at.utc,
            zone=told.at.zone,
            total=told.total,
            note=told.note,
            added_utc=datetime.now(UTC),
        )
    )
    number = new_id(made)
    rows = [{"questionnaire_id": number, "number": n + 1, "score": s} for n, s in enumerate(told.items)]
    if rows:
        connection.execute(_I.insert(), rows)
    audit.note(connection, "add", "questionnaire", number)
    return replace(told, id=number)


def checked_questionnaire(told: Questionnaire) -> Questionnaire:
    """Return it; RecordError where name, items or total cannot be."""
    possible(told.at)
    if told.name not in SCALES:
        raise RecordError(f"There is no questionnaire {told.name!r} here; there are {', '.join(SCALES)}.")
    count, highest = SCALES[told.name]
    if told.items:
        if len(told.items) != count:
            raise RecordError(f"{told.name} has {count} items; {len(told.items)} scores were given.")
        if not all(0 <= score <= highest for score in told.items):
            raise RecordError(f"Every item of {told.name} scores 0 to {highest}.")
        if sum(told.items) != told.total:
            raise RecordError(f"The items add up to {sum(told.items)}, not to {told.total}.")
    if not 0 <= told.total <= count * highest:
        raise RecordError(f"The total of {told.name} lies between 0 and {count * highest}.")
    return told


def questionnaires_of(connection: sa.Connection, person_id: int) -> tuple[Questionnaire, ...]:
    """Return a person's questionnaires by time."""
    which = _Q.c.person_id == person_id
    rows = connection.execute(sa.select(_Q).where(which).order_by(_Q.c.at_utc, _Q.c.id)).all()
    joined = sa.select(_I).join(_Q, _Q.c.id == _I.c.questionnaire_id).where(which)
    items: dict[int, list[int]] = {}
    for row in connection.execute(joined.order_by(_I.c.questionnaire_id, _I.c.number)):
        items.setdefault(row.questionnaire_id, []).append(row.score)
    return tuple(
        Questionnaire(
            name=row.name,
            at=Moment(row.at_utc, row.zone),
            total=row.total,
            items=tuple(items.get(row.id, ())),
            note=row.note,
            id=row.id,
        )
        for row in rows
    )


def _require_positive(name: str, value: float | None) -> None:
    if value is not None and not (isfinite(value) and value > 0):
        raise RecordError(f"{name} is {value:g}; it must be more than 0.")
