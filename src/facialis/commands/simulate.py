"""Commands that simulate: recordings whose truth is known."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from facialis.commands import PATH
from facialis.commands.course_of import simulate_course
from facialis.commands.lsr import lsr
from facialis.console import progress_bar
from facialis.simulate.causes import CAUSE_OPTIONS


@click.group()
def simulate() -> None:
    """Make recordings whose truth is known."""


simulate.add_command(simulate_course)
simulate.add_command(lsr)


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
    from facialis.report.files import made_parents
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
    with made_parents(out), progress_bar("Rendering", seconds) as tell:
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
    help="What brings spasms on or calms them, such as stress, talking, bright-light, sleep; seconds. "
    "May be given several times.",
)
@click.option(
    "--treatment",
    "treatments",
    multiple=True,
    metavar="KIND[:DAY[:AMOUNT]][,...]",
    help="decompression, toxin, carbamazepine or clonazepam, and its day; may be given several times.",
)
@click.option("--day", type=float, default=0.0, help="Day of the recording, on the treatments' calendar.")
@click.option(
    "--nucleus", "nucleus_gain", type=click.FloatRange(0, 3), default=0.0, help="Gain of the nucleus."
)
@click.option("--axons", type=click.IntRange(20, 5000), default=300, help="Axons that stand for a nerve.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, help="Another number, another recording.")
@click.option("--emg/--no-emg", default=True, help="Write the EMG as EDF+.")
@click.option(
    "--video",
    is_flag=True,
    help="Also film the face, alone and with the mechanism beside it; takes longer than the film lasts.",
)
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
      facialis simulate patient --treatment toxin:0:1,muscles=zygomaticus --day 14 --out toxin
    """
    from facialis.simulate.patient import Patient, simulate_patient
    from facialis.simulate.patient_folder import check_folder, write_recording
    from facialis.simulate.patient_options import cause_named, read_treatment, read_trigger
    from facialis.simulate.scene import Scene

    asked = Patient(
        cause_named(cause),
        triggers=tuple(map(read_trigger, triggers)),
        treatments=tuple(map(read_treatment, treatments)),
        **chosen,
    )
    check_folder(out)
    with progress_bar("Simulating", 1.0) as tell:
        activity = simulate_patient(asked, tell)
    scene = Scene(seed=asked.seed, gaze_motion_deg=2.0, head_motion_deg=1.5) if video else None
    with progress_bar("Rendering", asked.duration_s) if video else nullcontext() as tell:
        write_recording(activity, out, emg=emg, scene=scene, progress=tell)
    ordered, shown = (
        [event for event in events if event.kind in ("twitch", "tonic")]
        for events in (activity.muscles.performance.nerve, activity.muscles.performance.truth)
    )
    share = sum(event.duration_s for event in ordered) / asked.duration_s
    click.echo(
        f"Simulated {cause}, {asked.side} side, {asked.minutes:g} min: the nerve ordered {len(ordered)} "
        f"contraction{'s' * (len(ordered) != 1)} ({100 * share:.1f} % of the time), "
        f"the face shows {len(shown)}."
    )
    for treatment in asked.idle():
        nucleus = treatment.kind == "clonazepam" and asked.nucleus_gain == 0
        why = "it acts on the nucleus; add --nucleus" if nucleus else "--day says on which day it is made"
        click.echo(f"The {treatment.kind} of day {treatment.day:g} changes nothing in this recording: {why}.")
    click.echo(f"Written to {out}: open {out / 'page.html'} in a browser.")
