"""The commands that keep the record whole and safe, and those for the people of a clinic."""

import shlex
from pathlib import Path

import click

from facialis.commands import PATH, confirm, of_whole_record, opened, passphrase, stamp, table
from facialis.commands.record import record
from facialis.console import progress_bar
from facialis.errors import RecordError

Place = str | None


@record.command(short_help="Verify every file and the database.")
@of_whole_record
def check(where: Place) -> None:
    """Verify the database and every file by its hash; exit with 1 where something is wrong.

    \b
    Example:
      facialis record check
    """
    with opened(where) as kept:
        problems, count = kept.check(), sum(1 for _ in kept.store.files.all())
    for problem in problems:
        click.echo(problem.sentence)
    if problems:
        raise RecordError(f"{len(problems)} thing(s) are wrong in the record.")
    click.echo(f"The record is whole: the database and {count} files.")


@record.command(short_help="Finish what was cut off.")
@click.option("--forget", is_flag=True, help="Give up what cannot be finished.")
@of_whole_record
def finish(forget: bool, where: Place) -> None:
    """Finish what a killed program, a power cut or a full disk cut off.

    \b
    Examples:
      facialis record finish
      facialis record finish --forget
    """
    with opened(where) as kept:
        with progress_bar("Finishing", 0) as tell:
            done, failed = kept.finish(tell)
        given_up = kept.unfinished() if forget else ()
        for each in given_up:
            kept.forget(each)
    for sentence in [*done, *(() if forget else failed)]:
        click.echo(sentence)
    for each in given_up:
        click.echo(f"Forgotten: {each.sentence}")
    if failed and not forget:
        raise RecordError(f"{len(failed)} thing(s) could not be finished.")
    if not done and not given_up:
        click.echo("Nothing was cut off.")


@record.command(short_help="Write everything into one file.")
@click.argument("file", type=PATH)
@of_whole_record
def backup(file: Path, where: Place) -> None:
    """Write the whole record into one new FILE, encrypted if the record is. Keep it on another disk.

    \b
    Example:
      facialis record backup record-2026-11.zip
    """
    with opened(where) as kept:
        size = kept.backup(file)
    click.echo(f"Written to {file}: {size / 1e6:.1f} MB.")


@record.command(short_help="Make a record out of a backup.")
@click.argument("file", type=PATH)
@of_whole_record
def restore(file: Path, where: Place) -> None:
    """Make a record out of the backup FILE, where there is none yet; every file is verified first.

    \b
    Example:
      facialis record restore record-2026-11.zip --record restored
    """
    from facialis.record import restore_record

    restore_record(file, where, lambda: passphrase("Passphrase of the backup"))
    click.echo("Restored.")


@record.command(short_help="Encrypt the record.")
@of_whole_record
def encrypt(where: Place) -> None:
    """Encrypt the database (SQLCipher) and every file (age) with a passphrase, which is asked for.

    Without the passphrase nothing can be read any more, by nobody. Backups made before stay plain.

    \b
    Example:
      facialis record encrypt
    """
    from facialis.record import encrypt_record
    from facialis.record.place import place_of

    encrypt_record(where, passphrase(f"New passphrase for {place_of(where).name}", twice=True))
    click.echo("Encrypted. There is no way back in without the passphrase.")


@record.command(short_help="Show who did what when.")
@of_whole_record
def audit(where: Place) -> None:
    """Show the audit trail. That something was deleted is shown, what it was is not.

    \b
    Example:
      facialis record audit
    """
    with opened(where) as kept:
        lines = kept.audit()
    rows = [["when", "who", "what"]]
    rows += [
        [stamp(a.at_utc), a.who, " ".join(filter(None, (a.action, a.thing, str(a.thing_id or ""))))]
        for a in lines
    ]
    click.echo(table(rows))


@click.group(hidden=True)
def people() -> None:
    """The people of a clinic's record."""


@people.command("add", short_help="Add somebody.")
@click.argument("name")
@of_whole_record
def add_person(name: str, where: Place) -> None:
    """Add somebody, under a NAME or number of your choice.

    \b
    Example:
      facialis people add A17
    """
    with opened(where, make=bool(name.strip())) as kept:
        added = kept.add_person(name)
        nobody = any(not each.name for each in kept.people())
    click.echo(f"Added; --person {shlex.quote(added.name)} names them from now on.")
    if nobody:
        click.echo("Somebody without a name is in the record too: --person '' names them.")


@people.command("list", short_help="List everybody.")
@of_whole_record
def list_people(where: Place) -> None:
    """List everybody in the record.

    \b
    Example:
      facialis people list
    """
    with opened(where) as kept:
        for each in kept.people():
            click.echo(each.name or "(without a name)")


@people.command("delete", short_help="Delete somebody and everything of theirs.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_whole_record
def delete_person(name: str, yes: bool, where: Place) -> None:
    """Delete the person NAME with every recording, diary entry and treatment of theirs.

    \b
    Example:
      facialis people delete A17
    """
    with opened(where) as kept:
        confirm(f"Delete {name} and everything of theirs for good?", yes)
        kept.delete_person(name)
    click.echo("Deleted.")
