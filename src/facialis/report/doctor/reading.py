"""Read out of an open record what the report tells."""

from dataclasses import replace

from facialis.record import Moment, Record
from facialis.report.doctor.kept import Kept


def kept_of(record: Record, made: Moment) -> Kept:
    """Return everything of one person that the report may tell; `made` is when it is made.

    Raises RecordError.
    """
    gathered = record.gathered()
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
    )
    last = kept.last
    if last is None or last.id not in newest:
        return kept
    corrected = len(record.corrections(last.id))
    return replace(kept, last_measures=record.measures(newest[last.id].id), last_corrected=corrected)
