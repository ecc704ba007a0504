"""Commands that measure: a recording of the user's, or the one that facialis carries."""

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext, suppress
from importlib.resources import as_file, files
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facialis.commands import PATH
from facialis.commands.emg import emg_options, with_emg
from facialis.commands.several import apart, one_by_one
from facialis.console import progress_bar
from facialis.errors import FacialisError
from facialis.quiet import load_quietly

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions
    from facialis.types import Result


@click.command(short_help="Find the spasms in a video or an EMG and write a report.")
@click.argument("recordings", type=PATH, nargs=-1, required=True, metavar="RECORDING...")
@click.option(
    "--out",
    type=PATH,
    metavar="DIR",
    help="Folder to write to; for several recordings, the folder of theirs  [default: RECORDING-facialis]",
)
@click.option("--replace", is_flag=True, help="Also where the folder holds the results of another recording.")
@click.option(
    "--mirrored", is_flag=True, help="The video was stored as in a mirror, as many selfie cameras do."
)
@click.option("--no-faces", is_flag=True, help="Leave the pictures of the face out of the report.")
@click.option(
    "--overlay", is_flag=True, help="Also write the video with the face points and the curves on it."
)
@click.option("--model", type=PATH, metavar="FILE", help="Face model (.task) instead of the packaged.")
@with_emg
@click.option("--with-video", type=PATH, metavar="VIDEO", help="EMG: measure this video too, and compare.")
@click.option(
    "--video-offset",
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="EMG: when the video begins, after the EMG does.",
)
def measure(
    recordings: tuple[Path, ...],
    out: Path | None,
    replace: bool,
    mirrored: bool,
    no_faces: bool,
    overlay: bool,
    model: Path | None,
    channels: tuple[str, ...],
    rate: float | None,
    unit: str | None,
    with_video: Path | None,
    video_offset: float,
) -> None:
    """Find the spasms in RECORDING: how often, how long, how strong, where.

    RECORDING is a video, or an EMG of both sides' facial muscles (EDF, EDF+, BDF, CSV). Writes report.html,
    events.tsv, events.json, signals.parquet and summary.json into a folder. An earlier measurement of the
    same recording in that folder is replaced. Of several recordings each gets a folder of its own, and one
    that fails does not stop the others. Left and right are the person's own.

    \b
    Examples:
      facialis measure recording.mp4
      facialis measure selfie.mov --mirrored --out monday --overlay
      facialis measure recording.edf --with-video recording.mp4 --video-offset 1.5
      facialis measure visits/*.mp4 --no-faces --out results
    """
    from facialis.source.emg import EmgOptions

    options = emg_options(channels, rate, unit)
    about_video: dict[str, Any] = {
        "mirrored": mirrored,
        "faces": not no_faces,
        "overlay": overlay,
        "model": model,
    }
    of_video = bool(mirrored or no_faces or overlay or model)
    of_emg = bool(options is not None or with_video or video_offset)
    if not isfinite(video_offset):
        raise click.BadParameter(f"{video_offset} is no number of seconds", param_hint="--video-offset")
    if video_offset and with_video is None:
        raise click.UsageError("--video-offset goes with --with-video.")
    if len(recordings) > 1 and (with_video or video_offset):
        raise click.UsageError("--with-video goes with one recording.")

    def each(recording: Path, which: str) -> None:
        folder = folders[recording]
        if not replace:
            _refuse_another(recording, folder, "name another folder with --out, or add --replace")
        if not _is_emg(recording):
            result = _measured(recording, folder, which=which, **about_video)
        elif with_video is None:
            result = _measured_emg(recording, folder, options or EmgOptions())
        else:
            _measured_both(recording, with_video, folder, options or EmgOptions(), video_offset, about_video)
            return
        _tell(result, folder, which)

    _refuse_options(recordings, of_video, of_emg, with_video)
    folders = _folders(recordings, out)
    one_by_one(recordings, each, "measured")


def _folders(recordings: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Return where each recording's results go; UsageError where one is given twice.

    Of several, those of one name are told apart by the folders they are in.
    """
    if len(recordings) == 1:
        return {recordings[0]: out or Path(f"{recordings[0].stem}-facialis")}
    names = apart(recordings)
    return {each: (out or Path()) / f"{name}-facialis" for each, name in names.items()}


def _refuse_options(
    recordings: tuple[Path, ...], of_video: bool, of_emg: bool, with_video: Path | None
) -> None:
    """Raise UsageError where options were given that go with none of the recordings."""
    kinds: dict[Path, bool] = {}
    for recording in recordings:
        with suppress(FacialisError):  # Told when its turn comes.
            kinds[recording] = _is_emg(recording)
    if not kinds:
        return
    named = next(iter(kinds)) if len(recordings) == 1 else "Each of the recordings"
    if of_emg and not any(kinds.values()):
        raise click.UsageError(f"{named} is no EMG; --channel, --rate, --unit and --with-video need one.")
    if of_video and with_video is None and all(kinds.values()):
        raise click.UsageError(f"{named} is an EMG; options about a video need --with-video.")


def _is_emg(recording: Path) -> bool:
    from facialis.source.emg import is_emg

    return is_emg(recording)


def _refuse_another(recording: Path, out: Path, advice: str) -> None:
    from facialis.report.folder import refuse_another

    refuse_another(recording, out, advice)


@click.command(short_help="Measure the recording facialis carries, or show a year.")
@click.option(
    "--out", type=PATH, metavar="DIR",
    help="Folder to write to.  [default: demo-facialis; demo-facialis-year with --year]",
)  # fmt: skip
@click.option("--year", is_flag=True, help="Make a simulated year with a record of its own instead.")
@click.option("--days", type=click.IntRange(2, 3660), default=365, help="With --year: another length.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="With --year: another patient.")
def demo(out: Path | None, year: bool, days: int, seed: int) -> None:
    """Measure the simulated recording that facialis carries, and compare with what it truly shows.

    With --year, simulate a patient's year and make a record of it, apart from your own: recordings that are
    measured, a diary, injections of toxin, a trigger that is real and three that are not.

    \b
    Examples:
      facialis demo
      facialis demo --year
    """
    if year:
        from facialis.commands.demo_year import show_year

        show_year(out or Path("demo-facialis-year"), days, seed)
        return
    if days != 365 or seed != 1:
        raise click.UsageError("--days and --seed go with --year.")
    out = out or Path("demo-facialis")
    from facialis.simulate.compare import comparison_lines
    from facialis.simulate.performance import read_truth

    with ExitStack() as stack:
        video, truth = (
            stack.enter_context(as_file(files("facialis") / "data" / name))
            for name in ("demo.mp4", "demo.truth.json")
        )
        _refuse_another(video, out, "name another folder with --out")
        result = _measured(video, out)
        known = read_truth(truth)
    _tell(result, out)
    click.echo("\n".join(comparison_lines(result, known)))


def _measured(
    video: Path,
    out: Path,
    *,
    mirrored: bool = False,
    faces: bool = True,
    overlay: bool = False,
    model: Path | None = None,
    which: str = "",
) -> "Result":
    from facialis.measure import measure as measure_video
    from facialis.report.files import write_folder
    from facialis.report.folder import OUTPUTS, earlier_outputs, write_report
    from facialis.signals.model import FaceModel
    from facialis.source.video import probe

    seconds = probe(video, mirrored=mirrored).duration_s
    load_quietly()
    if model is not None:
        FaceModel(model)
    # The folder comes first: a place that cannot be written is told before the work, not after it.
    with write_folder(out, OUTPUTS, earlier_outputs(out)) as folder:
        name = f"Measuring {video.name}{which}" if which else "Measuring"
        with progress_bar(name, seconds) as tell:
            result = measure_video(video, mirrored=mirrored, model=model, progress=tell)
        with progress_bar("Drawing the overlay", seconds) if overlay else nullcontext() as tell:
            write_report(
                result, folder, video=video, faces=faces, overlay=overlay, model=model, progress=tell
            )
    return result


def _measured_emg(recording: Path, out: Path, options: "EmgOptions") -> "Result":
    from facialis.measure import measure as measure_recording
    from facialis.report.files import write_folder
    from facialis.report.folder import OUTPUTS, earlier_outputs, write_report

    with write_folder(out, OUTPUTS, earlier_outputs(out)) as folder:
        result = measure_recording(recording, emg=options)
        write_report(result, folder)
    return result


def _measured_both(
    recording: Path,
    video: Path,
    out: Path,
    options: "EmgOptions",
    offset_s: float,
    about_video: dict[str, Any],
) -> None:
    """Measure EMG and video, and write both with how they agree: all files or none."""
    from facialis.measures.agreement import agreement, agreement_body, agreement_lines
    from facialis.report.files import write_beside, write_folder
    from facialis.report.folder import AGREEMENT, OUTPUTS_OF_BOTH, VIDEO
    from facialis.report.tables import write_json

    with write_folder(out, OUTPUTS_OF_BOTH) as folder:
        emg = _measured_emg(recording, folder, options)
        _refuse_apart(emg.recording.duration_s, video, offset_s)
        seen = _measured(video, folder / VIDEO, **about_video)
        found = agreement(emg, seen, offset_s)
        with write_beside(folder / AGREEMENT) as temporary:
            write_json(agreement_body(found), temporary)
    _tell(emg, out)
    _tell(seen, out / VIDEO)
    click.echo("\n".join(agreement_lines(found)))


def _refuse_apart(emg_s: float, video: Path, offset_s: float) -> None:
    """Raise UsageError where the video, so much later, has no second in common with the EMG."""
    from facialis.source.video import probe

    video_s = probe(video).duration_s  # 0 where its header does not know.
    if offset_s >= emg_s or 0 < video_s <= -offset_s:
        lasts = f" and a video of {video_s:.1f} s" if video_s > 0 else " and the video"
        raise click.UsageError(
            f"With --video-offset {offset_s:g} the EMG of {emg_s:.1f} s{lasts} have no second in common; say "
            f"when on the EMG's clock the video begins."
        )


def _tell(result: "Result", out: Path, which: str = "") -> None:
    from facialis.report.words import notes, summary_lines

    lines = summary_lines(result)
    if which:  # Of many, the first line says enough, with what is wrong with the file.
        click.echo(f"{which.strip(' ()')}: {lines[0]} Written to {out}.")
        for sentence in notes(result):
            click.echo(f"  {sentence}")
        return
    click.echo("\n".join(lines))
    click.echo(f"Written to {out}: open {out / 'report.html'} in a browser.")
