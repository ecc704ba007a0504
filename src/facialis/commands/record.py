"""The commands for recordings and what was measured of them."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from facialis.commands import PATH, clock, confirm, of_record, opened, stamp, table
from facialis.commands import zone_option as with_zone
from facialis.commands.emg import emg_options, with_emg
from facialis.commands.several import one_by_one
from facialis.console import progress_bar
from facialis.errors import FacialisError
from facialis.quiet import load_quietly

if TYPE_CHECKING:
    from facialis.record import Record, StoredRecording
    from facialis.record.types import Added, Correction, RecordingKind
    from facialis.source.emg import EmgOptions

Place = str | None


@click.group()
def record() -> None:
    """Your own record: recordings and their measurements, kept over time on this computer."""


@record.command(short_help="Put recordings into the record and measure them.")
@click.argument("files", type=PATH, nargs=-1, required=True, metavar="VIDEO|EMG...")
@click.option("--when", metavar="TIME", help="When it was recorded.  [default: what the file says]")
@with_zone
@click.option("--device", default="", help="What it was recorded with, such as phone.")
@click.option("--task", default="", help="What was done: rest, or the step of a protocol.")
@click.option("--mirrored", is_flag=True, help="The video was stored as in a mirror.")
@click.option("--no-measure", is_flag=True, help="Keep it; measure it later.")
@with_emg
@of_record
def add(
    files: tuple[Path, ...],
    when: str | None,
    zone: str | None,
    device: str,
    task: str,
    mirrored: bool,
    no_measure: bool,
    channels: tuple[str, ...],
    rate: float | None,
    unit: str | None,
    where: Place,
    person: Place,
) -> None:
    """Copy a VIDEO or an EMG (EDF, BDF, CSV) into the record and measure it. The original stays where it is.

    Of several files, one that fails does not stop the others.
    The same file is kept once and measured once for each version of facialis and its settings. What is told
    of an EMG with --channel, --rate and --unit is kept with it.

    \b
    Examples:
      facialis record add monday.mp4 --task rest
      facialis record add old.mov --when '2025-12-24 18:00' --device phone --mirrored
      facialis record add clinic.edf --channel 'EMG3=left orbicularis_oculi'
    """
    from facialis.record import moment

    at = moment(when, zone) if when else None
    emg = emg_options(channels, rate, unit)
    kinds: dict[Path, str] = {}
    for file in files:
        with suppress(FacialisError):  # Told when its turn comes.
            kinds[file] = _kind(file)
    if emg is not None and kinds and "emg" not in kinds.values():
        raise click.UsageError("--channel, --rate and --unit are told of an EMG, and there is none.")
    if not kinds:  # Told before a record is made for nothing.
        one_by_one(files, lambda file, _: kinds.update({file: _kind(file)}), "added")
    with opened(where, person, make=True) as kept:
        if not no_measure and "video" in kinds.values():
            load_quietly()

        def each(file: Path, which: str) -> None:
            kind = _kind(file)
            seconds = 0 if no_measure else _seconds(file)
            with progress_bar(f"Measuring {file.name}{which}", seconds) as tell:
                added = kept.add(
                    file,
                    at=at,
                    zone=zone,
                    device=device,
                    task=task,
                    mirrored=mirrored,
                    measure=not no_measure,
                    emg=emg if kind == "emg" else None,
                    progress=tell,
                )
            _tell_added(kept, added)

        one_by_one(files, each, "added")


@record.command("measure", short_help="Measure a recording again, keeping earlier results.")
@click.argument("number", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All recordings that this version has not measured.")
@click.option("--mirrored/--not-mirrored", default=None, help="Correct how the video was stored.")
@with_emg
@of_record
def measure_again(
    number: int | None,
    everything: bool,
    mirrored: bool | None,
    channels: tuple[str, ...],
    rate: float | None,
    unit: str | None,
    where: Place,
    person: Place,
) -> None:
    """Measure recording NUMBER with this version, unless it did already. Earlier results are kept.

    \b
    Examples:
      facialis record measure 3
      facialis record measure 3 --mirrored
      facialis record measure 4 --channel 'EMG3=right orbicularis_oculi'
      facialis record measure --all
    """
    emg = emg_options(channels, rate, unit)
    if (number is None) is not everything or (everything and (mirrored is not None or emg is not None)):
        raise click.UsageError("Name one recording, or --all.")
    with opened(where, person) as kept:
        chosen = kept.recordings() if number is None else (kept.recording(number),)
        chosen = tuple(r for r in chosen if not everything or r.file_deleted_utc is None)
        if any(each.kind == "video" for each in chosen):
            load_quietly()

        def again(each: "StoredRecording", which: str) -> None:
            with progress_bar(f"Measuring recording {each.id}{which}", 0) as tell:
                added = kept.measure(each.id, mirrored=mirrored, emg=emg, progress=tell)
            _tell_added(kept, replace(added, new=True))  # That it was there goes without saying.

        one_by_one(chosen, again, "measured", lambda each: f"recording {each.id}")


@record.command("list", short_help="List the recordings.")
@of_record
def list_recordings(where: Place, person: Place) -> None:
    """List the recordings by their time, with the side and the rate of the newest measurement.

    \b
    Example:
      facialis record list
    """
    with opened(where, person) as kept:
        recordings = kept.recordings()
        if not recordings:
            click.echo("There is no recording yet; `facialis record add VIDEO` adds one.")
            return
        newest = {m.recording_id: m for m in kept.measurements()}
        rows = [["number", "recorded", "task", "side", "episodes a minute", "name"]]
        for each in recordings:
            measured = newest.get(each.id)
            side = measured.verdict.side if measured else "not measured"
            rate = _rate(kept, measured.id) if measured else ""
            rows.append([str(each.id), clock(each.at), each.task, side, rate, each.name])
        click.echo(table(rows))
        for sentence in kept.flips().values():
            click.echo(sentence)


@record.command(short_help="Show one recording and its measurements.")
@click.argument("number", type=int)
@click.option("--events", is_flag=True, help="List its events, with the numbers that corrections need.")
@of_record
def show(number: int, events: bool, where: Place, person: Place) -> None:
    """Show recording NUMBER: when, with what, every measurement, the newest one in words.

    \b
    Examples:
      facialis record show 3
      facialis record show 3 --events
    """
    from facialis.report.words import summary_lines
    from facialis.source.emg import EmgOptions

    with opened(where, person) as kept:
        each = kept.recording(number)
        click.echo(f"Recording {each.id}: {each.name}, recorded {clock(each.at)} ({source_words(each)})")
        click.echo(f"Task: {each.task or '-'}. Device: {each.device or '-'}. SHA-256: {each.sha256}")
        if each.file_deleted_utc is not None:
            click.echo(f"Its file was deleted on {stamp(each.file_deleted_utc)}; its signals are kept.")
        if each.emg is not None and each.emg != EmgOptions():
            click.echo(f"Told of it: {_options(each.emg)}.")
        measured = kept.measurements(number)
        for m in measured:
            made = f"facialis {m.version}, settings {m.settings_digest}"
            click.echo(f"Measured {stamp(m.measured_utc)} with {made}: {m.verdict.side}")
        if not measured:
            click.echo("It is not measured.")
            return
        newest = next(m for m in kept.measurements() if m.recording_id == number)
        click.echo("\n".join(summary_lines(kept.result(newest.id))))
        if events:
            _tell_events(kept, newest.id)
        if number in kept.flips():
            click.echo(kept.flips()[number])


@record.command(short_help="Delete a recording, or only its file.")
@click.argument("number", type=int)
@click.option("--keep-signals", is_flag=True, help="Keep the signals and numbers, delete the video or EMG.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@of_record
def delete(number: int, keep_signals: bool, yes: bool, where: Place, person: Place) -> None:
    """Delete recording NUMBER with all that was measured of it. It is gone: no bin, no undo.

    \b
    Examples:
      facialis record delete 3 --keep-signals
      facialis record delete 3 --yes
    """
    with opened(where, person) as kept:
        each = kept.recording(number)
        what = f"the {'EMG' if each.kind == 'emg' else 'video'} of" if keep_signals else "everything of"
        confirm(f"Delete {what} recording {number}, {each.name}, for good?", yes)
        kept.delete(number, keep_signals=keep_signals)
    click.echo("Deleted.")


def _kind(file: Path) -> "RecordingKind":
    from facialis.record.when import kind_of

    return kind_of(file)


def _seconds(file: Path) -> float:
    from facialis.source.video import probe

    return 0.0 if _kind(file) == "emg" else probe(file).duration_s


def _options(told: "EmgOptions") -> str:
    """Return what was told of an EMG, as the options of the command."""
    words = [f"--channel '{name}={muscle}'" for name, muscle in told.channels.items()]
    words += [f"--rate {told.rate_per_s:g}"] if told.rate_per_s is not None else []
    return " ".join([*words, *([f"--unit {told.unit}"] if told.unit is not None else [])])


def _rate(kept: "Record", measurement_id: int) -> str:
    from facialis.report.words import number

    for each in kept.measures(measurement_id):
        if each.name == "episode_rate" and each.value is not None:
            return number(each.value)
    return "not measurable"


def source_words(each: "StoredRecording") -> str:
    """Return from where its time is known."""
    if each.time_source == "given":
        return "as told"
    if each.time_source == "file":
        return "the date of the file, which may be that of a copy"
    return f"as the {'EMG' if each.time_source == 'emg' else each.time_source} says"


def _tell_added(kept: "Record", added: "Added") -> None:
    each = added.recording
    known = "" if added.new else "was there already"
    how = "measured" if added.measured else "not measured again" if added.measurement else "not measured"
    click.echo(
        f"Recording {each.id}, {each.name}, {clock(each.at)}: {', '.join(filter(None, (known, how)))}."
    )
    for sentence in added.notes:
        click.echo(sentence)
    if added.measurement is not None:
        rate = _rate(kept, added.measurement.id)
        click.echo(f"Side: {added.measurement.verdict.side}. Episodes a minute: {rate}.")
        for sentence in dict.fromkeys(added.measurement.quality.notes):
            click.echo(sentence)
    if each.id in kept.flips():
        click.echo(kept.flips()[each.id])


def _tell_events(kept: "Record", measurement_id: int) -> None:
    from facialis.report.words import certainty

    said = kept.said_of(measurement_id)
    last: dict[int, Correction] = {c.event_id: c for c in said if c.event_id is not None}
    rows = [["event", "kind", "side", "onset s", "offset s", "probability", "corrected"]]
    for each in kept.events(measurement_id):
        e = each.event
        corrected = last[each.id].action if each.id in last else ""
        times = [f"{e.onset_s:.2f}", f"{e.offset_s:.2f}"]
        rows.append([str(each.id), e.kind, e.side, *times, certainty(e.probability), corrected])
    click.echo(table(rows))
    for c in said:
        if c.event_id is None:
            click.echo(f"Missed by the machine: {c.kind}, {c.side}, {c.onset_s} to {c.offset_s} s ({c.who}).")
