"""Commands that measure: a recording of the user's, or the one that facialis carries."""

from contextlib import ExitStack, nullcontext
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facialis.commands import PATH
from facialis.commands.emg import emg_options, with_emg
from facialis.console import progress_bar, quiet_stderr

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions
    from facialis.types import Result


@click.command(short_help="Find the spasms in a video or an EMG and write a report.")
@click.argument("recording", type=PATH)
@click.option("--out", type=PATH, metavar="DIR", help="Folder to write to  [default: RECORDING-facialis]")
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
    recording: Path,
    out: Path | None,
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
    events.tsv, events.json, signals.parquet and summary.json into a folder. Files of an earlier measurement
    in that folder are replaced. Left and right are the person's own.

    \b
    Examples:
      facialis measure recording.mp4
      facialis measure selfie.mov --mirrored --out monday --overlay
      facialis measure recording.edf --with-video recording.mp4 --video-offset 1.5
    """
    from facialis.source.emg import EmgOptions, is_emg

    out = out or Path(f"{recording.stem}-facialis")
    options = emg_options(channels, rate, unit) or EmgOptions()
    about_video: dict[str, Any] = {
        "mirrored": mirrored,
        "faces": not no_faces,
        "overlay": overlay,
        "model": model,
    }
    if not is_emg(recording):
        if channels or rate or unit or with_video or video_offset:
            raise click.UsageError(
                f"{recording} is no EMG; --channel, --rate, --unit and --with-video need one."
            )
        _tell(_measured(recording, out, **about_video), out)
    elif with_video is None:
        if mirrored or no_faces or overlay or model or video_offset:
            raise click.UsageError(f"{recording} is an EMG; options about a video need --with-video.")
        _tell(_measured_emg(recording, out, options), out)
    else:
        _measured_both(recording, with_video, out, options, video_offset, about_video)


@click.command(short_help="Measure the recording facialis carries.")
@click.option(
    "--out", type=PATH, default=Path("demo-facialis"), show_default=True, metavar="DIR",
    help="Folder to write to.",
)  # fmt: skip
def demo(out: Path) -> None:
    """Measure the simulated recording that facialis carries, and compare with what it truly shows.

    \b
    Example:
      facialis demo
    """
    from facialis.simulate.compare import comparison_lines
    from facialis.simulate.performance import read_truth

    with ExitStack() as stack:
        video, truth = (
            stack.enter_context(as_file(files("facialis") / "data" / name))
            for name in ("demo.mp4", "demo.truth.json")
        )
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
) -> "Result":
    from facialis.measure import measure as measure_video
    from facialis.report.files import write_folder
    from facialis.report.folder import OUTPUTS, earlier_outputs, write_report
    from facialis.signals.model import FaceModel
    from facialis.source.video import probe

    seconds = probe(video, mirrored=mirrored).duration_s
    with quiet_stderr():
        FaceModel(model)
    # The folder comes first: a place that cannot be written is told before the work, not after it.
    with write_folder(out, OUTPUTS, earlier_outputs(out)) as folder:
        with progress_bar("Measuring", seconds) as tell:
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
        seen = _measured(video, folder / VIDEO, **about_video)
        found = agreement(emg, seen, offset_s)
        with write_beside(folder / AGREEMENT) as temporary:
            write_json(agreement_body(found), temporary)
    _tell(emg, out)
    _tell(seen, out / VIDEO)
    click.echo("\n".join(agreement_lines(found)))


def _tell(result: "Result", out: Path) -> None:
    from facialis.report.words import summary_lines

    click.echo("\n".join(summary_lines(result)))
    click.echo(f"Written to {out}: open {out / 'report.html'} in a browser.")
