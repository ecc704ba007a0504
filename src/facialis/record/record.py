"""The person's own record: opened, read, added to, kept whole. The commands do what this does.

Its rooms: `recorded` (recordings, measurements, corrections, side), `told` (diary, treatments,
questionnaires, tests by lot), and here the people and the record as a whole. What they share is in `room`.
"""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from facialis.record import audit, backup, checking, diary, erasing, finishing, journal, people, treatments
from facialis.record.place import Place
from facialis.record.recorded import Recorded
from facialis.record.store import Progress, Store
from facialis.record.times import now
from facialis.record.told import Told
from facialis.record.types import Audit, Person, Problem, Unfinished
from facialis.types import EventSide

if TYPE_CHECKING:
    from facialis.measures.history import History
    from facialis.record.gathering import Gathered


class Record(Recorded, Told):
    """An open record, of one person where it holds several. Made by `opening.open_record`."""

    def __init__(
        self,
        store: Store,
        person: Person | None,
        word: str | None,
        stack: ExitStack,
        *,
        is_new: bool = False,
    ) -> None:
        super().__init__(store, person)
        self.is_new = is_new
        """Whether this opening made it."""
        self._word = word
        self._stack = stack

    def __enter__(self) -> "Record":
        """Return the record."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the database and give the record free."""
        self._stack.close()

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.store.place

    @property
    def encrypted(self) -> bool:
        """Whether it is encrypted."""
        return self.store.files.key is not None

    # People

    def add_person(self, name: str) -> Person:
        """Add somebody. Raises RecordError."""
        with self.store.database.writing() as connection:
            return people.add_person(connection, name)

    def delete_person(self, name: str) -> None:
        """Delete somebody and everything of theirs. Raises RecordError."""
        with self.store.database.reading() as connection:
            person = people.person_of(connection, name)
        erasing.erase_person(self.store, person.id)

    # As the statistics take it

    def gathered(self, *, side: EventSide | None = None, task: str | None = None) -> "Gathered":
        """Return everything as `facialis.measures` takes it, with what was left out and why.

        `side` counts the spasms of that side instead of the affected one, `task` those of recordings of one
        task. See `gathering.gather`. Raises RecordError where no recording is of it.
        """
        from facialis.record import gathering, reading
        from facialis.record.tasks import checked_task

        person = self.person
        if task is not None and (own := self.recordings()):
            task = checked_task(task, own)
        with self.store.database.reading() as connection:
            return gathering.gather(
                reading.reads_of(self.store, connection, person.id),
                diary.entries(connection, person.id),
                treatments.all_of(connection, person.id),
                side=side,
                task=task,
                day_ends_h=diary.day_ends_h(connection),
                settings=self.store.settings,
                today=now("UTC").utc.date(),
            )

    def history(self, *, side: EventSide | None = None, task: str | None = None) -> "History":
        """Return recordings as counts, the diary by day and the treatments, for `facialis.measures`."""
        return self.gathered(side=side, task=task).history

    # The whole

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Return what was cut off and can be finished."""
        return journal.unfinished(self.store)

    def finish(self, progress: Progress | None = None) -> tuple[list[str], list[str]]:
        """Finish what was cut off; return, in sentences, what was done and what could not be."""
        return finishing.finish(self.store, progress)

    def forget(self, what: Unfinished) -> None:
        """Give up something that was cut off and cannot be finished."""
        journal.forget(self.store, what)
        finishing.tidy(self.store)

    def check(self) -> tuple[Problem, ...]:
        """Verify the database and every file by its hash; return what is wrong."""
        return checking.check(self.store)

    def backup(self, to: str | Path) -> int:
        """Write everything into one archive, encrypted if the record is; return its size in bytes."""
        return backup.backup(self.store, Path(to), self._word)

    def audit(self) -> tuple[Audit, ...]:
        """Return who did what when, oldest first."""
        with self.store.database.reading() as connection:
            return audit.trail(connection)
