"""The commands that bring a record out to other programs and computers, and in again."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from facialis.commands import PATH, of_record, of_whole_record, opened, passphrase
from facialis.commands.record import record

if TYPE_CHECKING:
    from facialis.record import Record

Place = str | None
FORMATS = ("archive", "csv", "fhir", "bids")
_OPEN = "It is not encrypted: whoever has it can read it."
_OPEN_FROM_SEALED = "Your record is encrypted, but this is not: whoever has it can read it."
DIAGNOSED = ("left", "right", "both", "unspecified")


@record.command(short_help="Write the record for another computer or program.")
@click.argument("out", type=PATH)
@click.option("--to", "kind", type=click.Choice(FORMATS), default="archive", help="For what.")
@click.option("--encrypt", is_flag=True, help="Archive: encrypt it with a passphrase, which is asked for.")
@click.option("--diagnosed", type=click.Choice(DIAGNOSED), help="FHIR: a doctor named it, on this side.")
@click.option("--pdf", type=PATH, metavar="FILE", help="FHIR: a report for the doctor that goes with it.")
@of_record
def export(
    out: Path,
    kind: str,
    encrypt: bool,
    diagnosed: str | None,
    pdf: Path | None,
    where: Place,
    person: Place,
) -> None:
    """Write everything into OUT: an archive to import elsewhere, or files for other programs.

    \b
    Examples:
      facialis record export record.zip
      facialis record export tables --to csv
      facialis record export bundle.json --to fhir --diagnosed left
      facialis record export dataset --to bids
    """
    if encrypt and kind != "archive":
        raise click.UsageError("Only an archive can be encrypted.")
    if (diagnosed or pdf) and kind != "fhir":
        raise click.UsageError("--diagnosed and --pdf are for --to fhir.")
    from facialis.record import exchange

    told = ""
    with opened(where, person) as kept:
        sealed = kept.encrypted
        if kind == "csv":
            exchange.export_csv(kept, out)
        elif kind == "fhir":
            _export_fhir(kept, out, diagnosed, pdf)
        elif kind == "bids":
            done = exchange.export_bids(kept, out)
            told = f" It holds {done.recordings} recording(s)"
            told += f"; {done.left_out} without a measurement are left out." if done.left_out else "."
        else:
            word = passphrase("Passphrase for the archive", twice=True) if encrypt else None
            exchange.export_archive(kept, out, word)
    click.echo(f"Written to {out}.{told}")
    if not encrypt:
        click.echo(f"{_OPEN_FROM_SEALED if sealed else _OPEN} Keep it as you keep your health data.")


def _export_fhir(kept: "Record", out: Path, diagnosed: str | None, pdf: Path | None) -> None:
    from facialis.record import exchange
    from facialis.record.exchange_fhir import Diagnosis
    from facialis.source.container import checked_path

    diagnosis = Diagnosis(diagnosed) if diagnosed else None  # type: ignore[arg-type]  # Click has chosen.
    exchange.export_fhir(
        kept, out, diagnosis=diagnosis, report=checked_path(pdf).read_bytes() if pdf else None
    )


@record.command("import", short_help="Add what an archive of facialis holds.")
@click.argument("archive", type=PATH)
@click.option("--as", "whose", metavar="NAME", help="Who its person is here; '' is who has no name.")
@of_whole_record
def import_archive(archive: Path, whose: Place, where: Place) -> None:
    """Add everything that ARCHIVE holds. What is here stays as it is; what is here already is not doubled.

    \b
    Examples:
      facialis record import record.zip
      facialis record import home.zip --as A17
    """
    from facialis.record import exchange
    from facialis.record.exchange_unpack import is_sealed

    word = passphrase(f"Passphrase of {archive.name}") if archive.is_file() and is_sealed(archive) else None
    with opened(where, make=True) as kept:
        done = exchange.import_archive(kept, archive, whose=whose, passphrase=word)
    click.echo(_told(done.added, "Added"))
    if done.known:
        click.echo(_told(done.known, "Here already"))
    for note in done.notes:
        click.echo(note)


_WORDS = {
    "recordings": "recording(s)",
    "measurements": "measurement(s)",
    "corrections": "correction(s)",
    "diary_entries": "diary entries",
    "treatments": "treatment(s)",
    "questionnaires": "questionnaire(s)",
}


def _told(rows: Mapping[str, int], what: str) -> str:
    said = [f"{rows[table]} {word}" for table, word in _WORDS.items() if table in rows]
    return f"{what}: {', '.join(said) or 'nothing'}."
