"""What was recorded: recordings, their measurements, what people corrected, the affected side."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from facialis.record import adding, corrections, erasing, found, journal, recordings, results, sides
from facialis.record.adding import About
from facialis.record.content import SIGNALS
from facialis.record.room import Room
from facialis.record.store import Progress
from facialis.record.tasks import new_task_sentence, tidied
from facialis.record.times import Moment, local_zone, possible, zone_of
from facialis.record.types import Added, Correction, Edited, Measurement, StoredEvent, StoredRecording
from facialis.types import Event, Result, Signals
from facialis.types import Measure as Number

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions


class Recorded(Room):
    """Recordings and what was measured of them."""

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
        about = About(zone or local_zone(), at, device, tidied(task), mirrored, measure, model, emg)
        before = self.anchor()
        added = adding.add(self.store, self.person, Path(source), about, progress)
        note = self._not_taken(about, added.recording)
        if added.new:
            note = new_task_sentence(added.recording, self.recordings())
        added = replace(added, notes=(*added.notes, note)) if note else added
        return self._with_change(before, added)

    def edit(
        self,
        recording_id: int,
        *,
        at: Moment | None = None,
        zone: str | None = None,
        device: str | None = None,
        task: str | None = None,
    ) -> Edited:
        """Change when a recording was made, with what or of which task; None stays as it is.

        `zone` alone leaves the moment and tells it by the clocks of that place. Its measurements stay, and
        the course follows. Raises RecordError where there is no such recording or time.
        """
        before, was = self.anchor(), self.recording(recording_id)
        if zone is not None:
            zone_of(zone)
        told = replace(
            was,
            at=possible(at) if at is not None else Moment(was.at.utc, zone or was.at.zone),
            time_source=was.time_source if at is None else "given",
            device=was.device if device is None else device.strip(),
            task=was.task if task is None else tidied(task),
        )
        if told != was:
            with self.store.database.writing() as connection:
                recordings.set_told(connection, told)
        now = self.recording(recording_id)
        new_task = new_task_sentence(now, self.recordings()) if now.task != was.task else ""
        notes = (new_task, sides.change_sentence(before, self.anchor()))
        return Edited(was, now, tuple(filter(None, notes)))

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

    def _not_taken(self, about: About, known: StoredRecording) -> str:
        """Say what was told of a recording that is there already and has another word for it."""
        asked = {
            "time": about.at is not None and about.at != known.at,
            "device": bool(about.device) and about.device != known.device,
            "task": bool(about.task) and about.task != known.task,
        }
        differing = [name for name, differs in asked.items() if differs]
        if not differing:
            return ""
        return (
            f"Kept as it is in the record: its {', '.join(differing)}; `facialis record edit {known.id}` "
            f"changes that."
        )

    def _with_change(self, before: sides.Anchor | None, added: Added) -> Added:
        """Say so where what was added changes which side is the affected one."""
        change = sides.change_sentence(before, self.anchor())
        return replace(added, notes=(*added.notes, change)) if change else added

    @contextmanager
    def _of(self, measurement_id: int) -> Iterator[sa.Connection]:
        """Yield a connection, after seeing that the measurement is this person's."""
        person = self.person
        with self.store.database.reading() as connection:
            measured = results.by_id(connection, measurement_id)
            recordings.by_id(connection, measured.recording_id, person.id)
            yield connection
