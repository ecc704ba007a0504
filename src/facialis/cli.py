"""The commands. Each names its options, calls the package and prints what it gave."""

import sys
from contextlib import ExitStack, nullcontext
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facialis.commands.diary import diary
from facialis.commands.keeping import people
from facialis.commands.questionnaire import questionnaire
from facialis.commands.record import record
from facialis.commands.treatment import treatment
from facialis.console import progress_bar, quiet_stderr, run
from facialis.simulate.causes import CAUSE_OPTIONS
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions
    from facialis.types import Result

PATH = click.Path(path_type=Path)

# Heavy modules are imported inside the commands, so that help and mistakes in options answer at once.


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(cli))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True}
)
@click.version_option(__version__, prog_name="facialis")
def cli() -> None:
    """Measure hemifacial spasm from a video or an EMG, on this computer only.

    \b
    Examples:
      facialis demo
      facialis measure recording.mp4
      facialis measure recording.edf
      facialis simulate face --out simulated.mp4
      facialis record add recording.mp4
      facialis diary add

    Exit code: 0 when done, 1 when it could not be done, 2 for a wrong option, 130 after Ctrl-C.
    """


for group in (record, diary, treatment, questionnaire, people):
    cli.add_command(group)


@cli.command(short_help="Find the spasms in a video or an EMG and write a report.")
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
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME=SIDE MUSCLE",
    help="EMG: what a channel recorded, as 'EMG3=left orbicularis_oculi'; may be repeated.",
)
@click.option(
    "--rate", type=click.FloatRange(1, 100_000), metavar="HZ", help="EMG: samples a second of a table."
)
@click.option(
    "--unit", type=click.Choice(["V", "mV", "uV", "nV"]), help="EMG: the unit, whatever the file says."
)
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
    options = EmgOptions(_channels(channels), rate, unit)
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


@cli.command(short_help="Measure the recording facialis carries.")
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


@cli.group()
def simulate() -> None:
    """Make recordings whose truth is known."""


@simulate.command(short_help="Render a face with spasms and their truth.")
@click.option("--out", type=PATH, required=True, metavar="FILE.mp4", help="Video to write.")
@click.option(
    "--side", type=click.Choice(["left", "right", "none"]), default="left", help="Side of the spasms."
)
@click.option("--rate", type=click.FloatRange(0, 60), default=12.0, help="Spasm episodes a minute.")
@click.option("--blinks", type=click.FloatRange(0, 60), default=17.0, help="Blinks a minute.")
@click.option("--smiles", type=click.FloatRange(0, 10), default=0.0, help="Smiles a minute.")
@click.option("--talking", type=click.FloatRange(0, 15), default=0.0, help="Spoken phrases a minute.")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=20.0, help="Length of the video.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="Another number, another recording.")
@click.option("--fps", "frames_per_s", type=click.FloatRange(1, 240), default=30.0, help="Frames a second.")
@click.option(
    "--width", "width_px", type=click.IntRange(64, 3840), default=640, help="Width in pixels, even."
)
@click.option(
    "--height", "height_px", type=click.IntRange(64, 3840), default=480, help="Height in pixels, even."
)
@click.option(
    "--eyes",
    "interocular_px",
    type=click.FloatRange(10, 800),
    default=115.0,
    help="Pixels between the eyes' centres.",
)
@click.option("--identity", default="asian-female-old", help="Whose face, by origin, sex and age.")
@click.option(
    "--yaw", "yaw_deg", type=click.FloatRange(-60, 60), default=0.0, help="Degrees turned to its left."
)
@click.option(
    "--motion",
    "head_motion_deg",
    type=click.FloatRange(0, 15),
    default=1.5,
    help="Drift of the head, degrees.",
)
@click.option(
    "--light",
    "light_azimuth_deg",
    type=click.FloatRange(-180, 180),
    default=25.0,
    help="Degrees to its left the light comes from.",
)
@click.option(
    "--noise", "noise_sd", type=click.FloatRange(0, 40), default=1.5, help="Noise of the camera, grey levels."
)
def face(
    out: Path,
    side: str,
    rate: float,
    blinks: float,
    smiles: float,
    talking: float,
    seconds: float,
    **scene: Any,
) -> None:
    """Render a face with spasms, and write what it truly does beside the video.

    \b
    Example:
      facialis simulate face --out right.mp4 --side right --rate 20 --seconds 30
    """
    if out.suffix.lower() != ".mp4":
        raise click.BadParameter(f"{out} does not end in .mp4", param_hint="--out")
    from facialis.simulate import schedule
    from facialis.simulate.face import render_video
    from facialis.simulate.scene import Scene

    always = {"duration_s": seconds, "seed": scene["seed"]}
    performance = schedule.combine(
        schedule.rest(seconds)
        if side == "none"
        else schedule.hemifacial_spasm(
            "left" if side == "left" else "right", episodes_per_min=rate, **always
        ),
        schedule.blinks(blinks_per_min=blinks, **always),
        schedule.smiles(smiles_per_min=smiles, **always),
        schedule.talking(phrases_per_min=talking, **always),
    )
    with progress_bar("Rendering", seconds) as tell:
        render_video(performance, Scene(gaze_motion_deg=2.0, down_offset=-0.02, **scene), out, progress=tell)
    click.echo(f"Simulated {side} side, {len(performance.truth)} events: {out}")
    click.echo(f"What it truly shows: {out.with_suffix('.truth.json')}")


@simulate.command(short_help="Simulate a patient: nerve, EMG, face.")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Folder to write to.")
@click.option(
    "--cause", type=click.Choice(list(CAUSE_OPTIONS)), default="artery-loop", help="What injures the nerve."
)
@click.option("--side", type=click.Choice(["left", "right"]), default="left", help="The patient's sick side.")
@click.option("--severity", type=click.FloatRange(0, 1), default=1.0, help="How far the cause has come.")
@click.option("--minutes", type=click.FloatRange(0.02, 60), default=3.0, help="Length of the recording.")
@click.option(
    "--trigger",
    "triggers",
    multiple=True,
    metavar="NAME[:START-END[:STRENGTH]]",
    help="What brings spasms on or calms them, in seconds; may be given several times.",
)
@click.option(
    "--treatment",
    "treatments",
    multiple=True,
    metavar="KIND[:DAY[:AMOUNT]]",
    help="A treatment and its day; may be given several times.",
)
@click.option("--day", type=float, default=0.0, help="Day of the recording, on the treatments' calendar.")
@click.option(
    "--nucleus", "nucleus_gain", type=click.FloatRange(0, 3), default=0.0, help="Gain of the nucleus."
)
@click.option("--axons", type=click.IntRange(20, 5000), default=300, help="Axons that stand for a nerve.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="Another number, another recording.")
@click.option("--emg/--no-emg", default=True, help="Write the EMG as EDF+.")
@click.option("--video", is_flag=True, help="Also film the face; takes about as long as the film lasts.")
def patient(
    out: Path,
    cause: str,
    triggers: tuple[str, ...],
    treatments: tuple[str, ...],
    emg: bool,
    video: bool,
    **chosen: Any,
) -> None:
    """Simulate one recording of a patient, from the injured nerve to EMG and face.

    Writes page.html, patient.truth.json, patient.config.json, patient.spikes.parquet and patient.edf into a
    folder. Everything in it is simulated and says so.

    \b
    Examples:
      facialis simulate patient --cause artery-loop --minutes 3 --out patient
      facialis simulate patient --trigger stress:0-60 --trigger sleep:60-180 --out night
      facialis simulate patient --treatment decompression:0 --day 30 --out later
    """
    from facialis.simulate.patient import Patient, simulate_patient
    from facialis.simulate.patient_folder import write_recording
    from facialis.simulate.patient_options import cause_named, read_treatment, read_trigger
    from facialis.simulate.scene import Scene

    asked = Patient(
        cause_named(cause),
        triggers=tuple(map(read_trigger, triggers)),
        treatments=tuple(map(read_treatment, treatments)),
        **chosen,
    )
    with progress_bar("Simulating", 1.0) as tell:
        activity = simulate_patient(asked, tell)
    scene = Scene(seed=asked.seed, gaze_motion_deg=2.0, head_motion_deg=1.5) if video else None
    with progress_bar("Rendering", asked.duration_s) if video else nullcontext() as tell:
        write_recording(activity, out, emg=emg, scene=scene, progress=tell)
    events = activity.muscles.performance.nerve
    spasms = [event for event in events if event.kind != "episode"]
    share = sum(event.duration_s for event in spasms) / asked.duration_s
    click.echo(
        f"Simulated {cause}, {asked.side} side: {len(spasms)} contractions in {asked.minutes:g} min, "
        f"{100 * share:.1f} % of the time."
    )
    click.echo(f"Written to {out}: open {out / 'page.html'} in a browser.")


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
    from facialis.report.folder import write_report
    from facialis.signals.model import FaceModel
    from facialis.source.video import probe

    seconds = probe(video, mirrored=mirrored).duration_s
    with quiet_stderr():
        FaceModel(model)
    # The folder comes first: a place that cannot be written is told before the work, not after it.
    with write_folder(out) as folder:
        with progress_bar("Measuring", seconds) as tell:
            result = measure_video(video, mirrored=mirrored, model=model, progress=tell)
        with progress_bar("Drawing the overlay", seconds) if overlay else nullcontext() as tell:
            write_report(
                result, folder, video=video, faces=faces, overlay=overlay, model=model, progress=tell
            )
    return result


def _channels(told: tuple[str, ...]) -> dict[str, str]:
    """Return the channels' names with what the user says they are; what is told must name a side and
    muscle."""
    from facialis.source.channels import column_from

    channels = {}
    for each in told:
        name, is_told, words = each.rpartition("=")
        if not is_told or not name.strip():
            raise click.BadParameter(f"{each!r} is not NAME=SIDE MUSCLE", param_hint="--channel")
        column_from(words)
        channels[name] = words
    return channels


def _measured_emg(recording: Path, out: Path, options: "EmgOptions") -> "Result":
    from facialis.measure import measure as measure_recording
    from facialis.report.files import write_folder
    from facialis.report.folder import write_report

    with write_folder(out) as folder:
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
    from facialis.report.files import write_folder
    from facialis.report.tables import write_json

    with write_folder(out) as folder:
        emg = _measured_emg(recording, folder, options)
        seen = _measured(video, folder / "video", **about_video)
        found = agreement(emg, seen, offset_s)
        write_json(agreement_body(found), folder / "agreement.json")
    _tell(emg, out)
    _tell(seen, out / "video")
    click.echo("\n".join(agreement_lines(found)))


def _tell(result: "Result", out: Path) -> None:
    from facialis.report.words import summary_lines

    click.echo("\n".join(summary_lines(result)))
    click.echo(f"Written to {out}: open {out / 'report.html'} in a browser.")
