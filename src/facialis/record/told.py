"""What the person tells: diary, treatments, questionnaires, tests by lot."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from facialis.errors import RecordError
from facialis.record import diary, diary_csv, erasing, people, treatments, trials
from facialis.record.room import Room
from facialis.record.times import local_zone
from facialis.record.types import DiaryChange, DiaryEntry, DiaryImport, Questionnaire, Treatment, Trial


class Told(Room):
    """What no camera sees."""

    def add_entry(self, entry: DiaryEntry) -> DiaryEntry:
        """Add a diary entry; return it with its day and number. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            return diary.insert(connection, person.id, entry)

    def edit_entry(self, number: int, **said: object) -> DiaryChange:
        """Change what a diary entry says: fields of `DiaryEntry` but its time and day. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            was = {entry.id: entry for entry in diary.entries(connection, person.id)}.get(number)
            if was is None:
                raise RecordError(f"There is no diary entry {number}; `facialis diary list` shows them.")
            change = DiaryChange(was, replace(was, **said))  # type: ignore[arg-type]
            if change.after != was:
                diary.update(connection, change.after)
        return change

    def import_diary(
        self, path: str | Path, zone: str | None = None, *, correct: bool = False
    ) -> DiaryImport:
        """Add the entries of a CSV file that are not there yet, all or none; see `diary_csv`.

        A row that says something else than the entry of its time is refused, unless the file is to `correct`
        the diary. Raises SourceError, RecordError; then nothing was changed.
        """
        rows = diary_csv.read_csv(Path(path), zone or local_zone())
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            read = diary_csv.compared(diary.entries(connection, person.id), rows, str(path))
            if read.changed and not correct:
                raise RecordError(diary_csv.refusal(read.changed, str(path)))
            for change in read.changed:
                diary.update(connection, change.after)
            added = tuple(diary.insert(connection, person.id, entry) for entry in read.added)
        return replace(read, added=added)

    def entries(self, first: date | None = None, last: date | None = None) -> tuple[DiaryEntry, ...]:
        """Return the diary from day `first` to day `last`, by time."""
        person = self.person
        with self.store.database.reading() as connection:
            return diary.entries(connection, person.id, first, last)

    @property
    def day_ends_h(self) -> int:
        """The hour at which a diary day ends."""
        with self.store.database.reading() as connection:
            return diary.day_ends_h(connection)

    @day_ends_h.setter
    def day_ends_h(self, hour: int) -> None:
        with self.store.database.writing() as connection:
            diary.set_day_ends_h(connection, hour)

    def add_treatment(self, treatment: Treatment) -> Treatment:
        """Add a treatment; return it with its number. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            return treatments.insert(connection, person.id, treatment)

    def treatments(self) -> tuple[Treatment, ...]:
        """Return the treatments by time."""
        person = self.person
        with self.store.database.reading() as connection:
            return treatments.all_of(connection, person.id)

    def add_questionnaire(self, told: Questionnaire) -> Questionnaire:
        """Add a questionnaire's total; return it with its number. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            return treatments.insert_questionnaire(connection, person.id, told)

    def questionnaires(self) -> tuple[Questionnaire, ...]:
        """Return the questionnaires by time."""
        person = self.person
        with self.store.database.reading() as connection:
            return treatments.questionnaires_of(connection, person.id)

    def add_trial(self, trial: Trial) -> Trial:
        """Add a test by lot; return it with its number. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            return trials.insert(connection, person.id, trial)

    def trials(self) -> tuple[Trial, ...]:
        """Return the tests by lot by their first day."""
        person = self.person
        with self.store.database.reading() as connection:
            return trials.all_of(connection, person.id)

    def delete_entry(self, number: int) -> None:
        """Delete a diary entry. Raises RecordError."""
        erasing.erase_row(self.store, "diary entry", number, self.person.id)

    def delete_treatment(self, number: int) -> None:
        """Delete a treatment. Raises RecordError."""
        erasing.erase_row(self.store, "treatment", number, self.person.id)

    def delete_questionnaire(self, number: int) -> None:
        """Delete a questionnaire. Raises RecordError."""
        erasing.erase_row(self.store, "questionnaire", number, self.person.id)

    def delete_trial(self, number: int) -> None:
        """Delete a test by lot. Raises RecordError."""
        erasing.erase_row(self.store, "trial", number, self.person.id)
