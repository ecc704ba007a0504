"""Everything in a record for other computers and programs, and in again from them.

Of a record that was opened for one person, only what is theirs leaves it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from facialis.record.record import Record

if TYPE_CHECKING:
    from facialis.record.exchange_bids import Written
    from facialis.record.exchange_fhir import Diagnosis
    from facialis.record.exchange_import import Imported

# Each format is imported only when it is asked for, so that opening a record stays quick.


def export_archive(record: Record, to: str | Path, passphrase: str | None = None) -> int:
    """Write everything into one new file, to be imported elsewhere; return its size in bytes.

    It is open to everybody unless a passphrase is given, also where the record is encrypted. Raises
    RecordError, OutputError; then there is no file.
    """
    from facialis.record import exchange_archive

    return exchange_archive.export_archive(record.store, Path(to), _only(record), passphrase)


def import_archive(
    record: Record, archive: str | Path, *, whose: str | None = None, passphrase: str | None = None
) -> "Imported":
    """Add what an archive holds; what is here already stays as it is and is not doubled.

    `whose` says who the one person of the archive is here; '' is the one without a name. Raises RecordError,
    in one sentence, where the archive is damaged, or made to do harm, or does not say whose it is; then
    nothing was changed.
    """
    from facialis.record import exchange_import

    return exchange_import.import_archive(record.store, Path(archive), whose, passphrase)


def export_csv(record: Record, to: str | Path) -> None:
    """Write every table as CSV into the folder `to`. Raises OutputError."""
    from facialis.record import exchange_csv

    exchange_csv.export_csv(record.store, Path(to), _only(record))


def export_fhir(
    record: Record, to: str | Path, *, diagnosis: "Diagnosis | None" = None, report: bytes | None = None
) -> None:
    """Write one person's record as a FHIR bundle (R4, JSON) into `to`; `report` is a PDF that goes with it.

    `diagnosis` is what the person says a doctor named; without it the bundle names none. Raises RecordError,
    OutputError.
    """
    from facialis.record import exchange_fhir

    exchange_fhir.export_fhir(record, Path(to), diagnosis=diagnosis, report=report)


def export_bids(record: Record, to: str | Path) -> "Written":
    """Write the recordings as a BIDS dataset into the new folder `to`. Raises RecordError, OutputError."""
    from facialis.record import exchange_bids

    return exchange_bids.export_bids(record, Path(to))


def _only(record: Record) -> int | None:
    return record.named.id if record.named else None
