"""Read out of an open record what the report tells."""

from dataclasses import replace

from facialis.record import Moment, Record
from facialis.report.doctor.kept import Kept
from facialis.types import EventSide


def kept_of(record: Record, made: Moment, side: EventSide | None = None, task: str | None = None) -> Kept:
    """Return everything of one person that the report may tell; `made` is when it is made.

    `side` counts the spasms of that side instead of the affected one, `task` those of recordings of one
    task. Raises RecordError.
    """
    gathered = record.gathered(side=side, task=task)
    newest = {each.recording_id: each for each in record.measurements()}
    kept = Kept(
        made,
        record.recordings(),
        newest,
        gathered.rates,
        (),
        record.entries(),
        record.treatments(),
        record.questionnaires(),
        gathered.history,
        gathered.side,
        gathered.side_from,
        gathered.notes,
        trials=record.trials(),
        task=task or "",
    )
    last = kept.last
    if last is None or last.id not in newest:
        return kept
    corrected = len(record.corrections(last.id))
    return replace(kept, last_measures=record.measures(newest[last.id].id), last_corrected=corrected)
