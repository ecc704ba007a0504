"""The people of a record. At home there is one without a name, made by itself."""

from datetime import UTC, datetime

import sqlalchemy as sa

from facialis.errors import RecordError
from facialis.record import audit, tables
from facialis.record.plain import new_id
from facialis.record.types import Person

NOBODY = ""


def all_people(connection: sa.Connection) -> tuple[Person, ...]:
    """Return everybody, in the order they were added."""
    rows = connection.execute(sa.select(tables.people).order_by(tables.people.c.id))
    return tuple(Person(row.id, row.name) for row in rows)


def add_person(connection: sa.Connection, name: str) -> Person:
    """Add somebody; RecordError where the name is empty or taken."""
    name = name.strip()
    if not name:
        raise RecordError("A person needs a name or number by which the record knows them.")
    if any(person.name == name for person in all_people(connection)):
        raise RecordError(f"There is already a person {name!r} in the record.")
    return _insert(connection, name)


def person_of(connection: sa.Connection, name: str | None) -> Person:
    """Return the person of that name, `NOBODY` the one without one; for None the only one there is.

    Raises RecordError.
    """
    people = all_people(connection)
    if name is not None and (people or name):
        for person in people:
            if person.name.strip() == name.strip():
                return person
        if not name.strip():
            raise RecordError("There is nobody without a name here; say with --person whom you mean.")
        raise RecordError(f"There is no person {name!r} in the record; add them with `facialis people add`.")
    if len(people) > 1:
        nobody = " (--person '' is the one without a name)" if any(not p.name for p in people) else ""
        raise RecordError(f"The record holds several people; say with --person whom you mean{nobody}.")
    return people[0] if people else Person(0, NOBODY)


def ensure(connection: sa.Connection, person: Person) -> Person:
    """Return the person, put into the record first where it is the one at home and not there yet."""
    if person.id:
        return person
    # Another program may have put them in meanwhile.
    known = [each for each in all_people(connection) if each.name == person.name]
    return known[0] if known else _insert(connection, person.name)


def _insert(connection: sa.Connection, name: str) -> Person:
    made = connection.execute(tables.people.insert().values(name=name, added_utc=datetime.now(UTC)))
    number = new_id(made)
    audit.note(connection, "add", "person", number)
    return Person(number, name)
