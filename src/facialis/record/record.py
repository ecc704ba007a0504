"""The person's own record: opened, read, added to, kept whole. The commands do what this does."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from facialis.record import (
    adding,
    audit,
    backup,
    checking,
    corrections,
    diary,
    erasing,
    finishing,
    found,
    journal,
    people,
    recordings,
    results,
    sides,
    treatments,
    trials,
)
from facialis.record.adding import About
from facialis.record.content import SIGNALS
from facialis.record.place import Place
from facialis.record.store import Progress, Store
from facialis.record.times import Moment, local_zone, now
from facialis.record.types import (
    Added,
    Audit,
    Correction,
    DiaryEntry,
    Measurement,
    Person,
    Problem,
    Questionnaire,
    StoredEvent,
    StoredRecording,
    Treatment,
    Trial,
    Unfinished,
)
from facialis.types import Event, EventSide, Result, Signals
from facialis.types import Measure as Number

if TYPE_CHECKING:
    from facialis.measures.history import History
    from facialis.record.gathering import Gathered
    from facialis.source.emg import EmgOptions


class Record:
    """An open record, of one person where it holds several. Made by `opening.open_record`."""

    def __init__(self, store: Store, person: Person | None, word: str | None, stack: ExitStack) -> None:
        self.store = store
        self._person = person
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

    def add_person(self, name: str) -> Person:
        """Add somebody. Raises RecordError."""
        with self.store.database.writing() as connection:
            return people.add_person(connection, name)

    def delete_person(self, name: str) -> None:
        """Delete somebody and everything of theirs. Raises RecordError."""
        with self.store.database.reading() as connection:
            person = people.person_of(connection, name)
        erasing.erase_person(self.store, person.id)

    # Recordings

    def add(
        self,
        source: str | Path,
        *,
        at: Moment | None = None,
        zone: str | None = None,
        device: str = "",
        task: str = "",
        mirrored: bool = False,
        measure: bool = True,
        model: Path | None = None,
        emg: "EmgOptions | None" = None,
        progress: Progress | None = None,
    ) -> Added:
        """Copy a video or an EMG (EDF, BDF, a table) into the record, and measure it.

        `at` is when it was recorded; without it the file tells, in `zone` or this computer's. `task` is what
        was done, such as rest; `emg` says what the file of an EMG does not say itself. Adding the same file
        again adds nothing. Raises SourceError, RecordError, OutputError; then nothing was added.
        """
        about = About(zone or local_zone(), at, device, task, mirrored, measure, model, emg)
        before = self.anchor()
        added = adding.add(self.store, self.person, Path(source), about, progress)
        return self._with_change(before, added)

    def measure(
        self,
        recording_id: int,
        *,
        mirrored: bool | None = None,
        model: Path | None = None,
        emg: "EmgOptions | None" = None,
        progress: Progress | None = None,
    ) -> Added:
        """Measure a recording again, unless these settings and this version did; earlier results are kept.

        `mirrored` corrects how a video was stored, `emg` what the file of an EMG does not say. Raises
        RecordError, SourceError.
        """
        recording = self.recording(recording_id)
        before = self.anchor()
        added = adding.measure(
            self.store, recording, mirrored=mirrored, model=model, emg=emg, progress=progress
        )
        return self._with_change(before, added)

    def recordings(self) -> tuple[StoredRecording, ...]:
        """Return the recordings in the order they were recorded."""
        person = self.person
        with self.store.database.reading() as connection:
            return recordings.all_of(connection, person.id)

    def recording(self, recording_id: int) -> StoredRecording:
        """Return one recording. Raises RecordError."""
        person = self.person
        with self.store.database.reading() as connection:
            return recordings.by_id(connection, recording_id, person.id)

    def measurements(self, recording_id: int | None = None) -> tuple[Measurement, ...]:
        """Return all measurements of a recording, oldest first; without one, the newest of each recording."""
        person = self.person
        with self.store.database.reading() as connection:
            if recording_id is None:
                return results.newest_of(connection, person.id)
            recordings.by_id(connection, recording_id, person.id)
            return results.all_of(connection, recording_id)

    def events(self, measurement_id: int) -> tuple[StoredEvent, ...]:
        """Return the events of a measurement as the machine found them, with their numbers."""
        with self._of(measurement_id) as connection:
            return found.events_of(connection, measurement_id)

    def measures(self, measurement_id: int) -> tuple[Number, ...]:
        """Return the measures of a measurement."""
        with self._of(measurement_id) as connection:
            return found.measures_of(connection, measurement_id)

    def signals(self, measurement_id: int) -> Signals:
        """Return the curves of a measurement. RecordError where their file is missing."""
        with self._of(measurement_id) as connection:
            sha256 = results.by_id(connection, measurement_id).signals_sha256
        with journal.working(self.store) as begun:
            return found.read_signals(self.store.files.plain(SIGNALS, sha256, adding.PARQUET, begun.work))

    def result(self, measurement_id: int) -> Result:
        """Return a measurement as `facialis.measure` gave it. Raises RecordError."""
        with self._of(measurement_id) as connection:
            measured = results.by_id(connection, measurement_id)
        return Result(
            version=measured.version,
            settings_digest=measured.settings_digest,
            model=measured.model,
            recording=measured.recording,
            signals=self.signals(measurement_id),
            quality=measured.quality,
            events=tuple(each.event for each in self.events(measurement_id)),
            verdict=measured.verdict,
            measures=self.measures(measurement_id),
        )

    def correct(self, recording_id: int, correction: Correction) -> int:
        """Note what a person says about an event; the machine's stays as it is. Raises RecordError."""
        self.recording(recording_id)
        with self.store.database.writing() as connection:
            return corrections.correct(connection, recording_id, correction)

    def corrections(self, recording_id: int) -> tuple[Correction, ...]:
        """Return all corrections of a recording, oldest first."""
        self.recording(recording_id)
        with self.store.database.reading() as connection:
            return corrections.corrections_of(connection, recording_id)

    def said_of(self, measurement_id: int) -> tuple[Correction, ...]:
        """Return what people said of a measurement's events, and of those of other measurements carried over.

        See `corrections.carried`.
        """
        with self._of(measurement_id) as connection:
            recording_id = results.by_id(connection, measurement_id).recording_id
            return corrections.said_of(connection, recording_id, measurement_id)

    def corrected_events(self, measurement_id: int) -> tuple[Event, ...]:
        """Return a measurement's events with the corrections applied."""
        with self._of(measurement_id) as connection:
            measured = results.by_id(connection, measurement_id)
            told = corrections.said_of(connection, measured.recording_id, measurement_id)
            return corrections.corrected(found.events_of(connection, measurement_id), told)

    def delete(self, recording_id: int, *, keep_signals: bool = False) -> None:
        """Delete a recording and all of it; with `keep_signals` only its video. Raises RecordError."""
        erasing.erase_recording(self.store, self.recording(recording_id), keep_signals=keep_signals)

    # The affected side

    def sided(self) -> tuple[sides.Sided, ...]:
        """Return what each measured recording showed, by its newest measurement."""
        of = {recording.id: recording for recording in self.recordings()}
        return tuple(
            sides.Sided(m.recording_id, of[m.recording_id].at, m.verdict, of[m.recording_id].kind)
            for m in self.measurements()
        )

    def anchor(self) -> sides.Anchor | None:
        """Return the affected side by the first clear recording, None where none is clear."""
        return sides.anchor_of(self.sided())

    def flips(self) -> Mapping[int, str]:
        """Return, by recording, what to say of those that show another side than the anchor."""
        told, anchor = self.sided(), self.anchor()
        return {f.recording_id: sides.flip_sentence(f, anchor) for f in sides.flips(told)} if anchor else {}

    def _with_change(self, before: sides.Anchor | None, added: Added) -> Added:
        """Say so where what was added changes which side is the affected one."""
        change = sides.change_sentence(before, self.anchor())
        return replace(added, notes=(*added.notes, change)) if change else added

    # As the statistics take it

    def gathered(self, *, side: EventSide | None = None, task: str | None = None) -> "Gathered":
        """Return everything as `facialis.measures` takes it, with what was left out and why.

        `side` counts the spasms of that side instead of the affected one, `task` those of recordings of one
        task. See `gathering.gather`.
        """
        from facialis.record import gathering, reading

        person = self.person
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

    # What the person tells

    def add_entry(self, entry: DiaryEntry) -> DiaryEntry:
        """Add a diary entry; return it with its day and number. Raises RecordError."""
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            return diary.insert(connection, person.id, entry)

    def import_diary(self, path: str | Path, zone: str | None = None) -> tuple[int, int]:
        """Add all entries of a CSV file, or none; return how many were new and how many there already."""
        told = diary.read_csv(Path(path), zone or local_zone())
        person = self.person
        with self.store.database.writing() as connection:
            person = people.ensure(connection, person)
            fresh = diary.new_entries(diary.entries(connection, person.id), told)
            for entry in fresh:
                diary.insert(connection, person.id, entry)
        return len(fresh), len(told) - len(fresh)

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

    # The record as a whole

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

    @contextmanager
    def _of(self, measurement_id: int) -> Iterator[sa.Connection]:
        """Yield a connection, after seeing that the measurement is this person's."""
        person = self.person
        with self.store.database.reading() as connection:
            measured = results.by_id(connection, measurement_id)
            recordings.by_id(connection, measured.recording_id, person.id)
            yield connection
