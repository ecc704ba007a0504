"""What every room of the record shares: the open store, and whose record it is."""

from facialis.record import people
from facialis.record.store import Store
from facialis.record.types import Person


class Room:
    """An open store, of one person where it holds several. `record.Record` is made of its children."""

    def __init__(self, store: Store, person: Person | None) -> None:
        self.store = store
        self._person = person

    @property
    def named(self) -> Person | None:
        """The person this was opened for; None where it was opened for everybody, or there is only one."""
        return self._person

    @property
    def person(self) -> Person:
        """Whose record it is. RecordError where there are several people and none was named."""
        if self._person is not None:
            return self._person
        with self.store.database.reading() as connection:
            return people.person_of(connection, None)

    def people(self) -> tuple[Person, ...]:
        """Return everybody in the record."""
        with self.store.database.reading() as connection:
            return people.all_people(connection)
