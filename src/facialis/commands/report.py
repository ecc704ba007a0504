"""The command for the report of a person's record, two pages for the doctor."""

from pathlib import Path

import click

from facialis.commands import PATH, of_record, opened
from facialis.commands.statistics import counting
from facialis.errors import SourceError
from facialis.types import EventSide

Place = str | None


@click.command(short_help="Write two pages about your record for your doctor.")
@click.option(
    "--out", type=PATH, default=Path("facialis-report"), show_default=True, metavar="DIR",
    help="Folder to write report.pdf and report.html to.",
)  # fmt: skip
@click.option("--name", default="", help="Name or initials to stand on it.  [default: none]")
@click.option("--since", default="", metavar="TEXT", help="Since when you have it, in your words.")
@click.option("--words", default="", metavar="TEXT", help="What you want to say, instead of diary notes.")
@click.option("--words-file", type=PATH, metavar="FILE", help="The same, from a text file.")
@click.option("--no-notes", is_flag=True, help="Leave the notes of the diary out.")
@click.option("--html", "html_only", is_flag=True, help="Write the page alone, without the PDF.")
@counting
@of_record
def report(
    out: Path,
    name: str,
    since: str,
    words: str,
    words_file: Path | None,
    no_notes: bool,
    html_only: bool,
    side: EventSide | None,
    task: str | None,
    where: Place,
    person: Place,
) -> None:
    """Write the course of your record on two pages: report.pdf, and report.html with the same content.

    No picture of your face is in it, and no name unless you give one. What you wrote in the notes of the
    diary is told, the newest first, unless --no-notes.

    \b
    Examples:
      facialis report --name 'A. B.' --since 'spring 2019'
      facialis report --words 'It is worst when I read aloud.' --out for-my-doctor
      facialis report --no-notes
    """
    if words and words_file is not None:
        raise click.UsageError("Give --words or --words-file, not both.")
    from facialis.record import now
    from facialis.report.doctor.kept import Wishes
    from facialis.report.doctor.making import make, save
    from facialis.report.doctor.reading import kept_of
    from facialis.report.files import write_folder

    said = words or (_text_of(words_file) if words_file is not None else "")
    wishes = Wishes(name, since, said, notes=not no_notes)
    # The folder comes first: a place that cannot be written is told before the work, not after it.
    with opened(where, person) as record, write_folder(out) as folder:
        made = make(kept_of(record, now(), side, task), wishes, with_pdf=not html_only)
        save(made, folder)
    files = "report.html" if html_only else "report.pdf and report.html"
    click.echo(f"Written to {out}: {files}.")
    if made.pdf is not None and made.pdf.unknown:
        click.echo(
            f"The PDF shows a square for letters that no font of this computer has: "
            f"{' '.join(made.pdf.unknown[:20])}. report.html has them."
        )


def _text_of(path: Path) -> str:
    from facialis.source.container import checked_path

    try:
        return checked_path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not text in UTF-8; save it as plain text in UTF-8.") from None
