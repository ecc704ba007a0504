"""EMG and film of the same simulated patients, measured on one clock as by `facialis measure --with-video`.

    python -m benchmarks.both --out docs/emg.md

Both are compared with each other and each with its own truth: the EMG with what passed the junctions, the
film with what the face shows. Deterministic: the same code gives the same numbers.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

import facialis
from benchmarks.tables import NOTHING, markdown, number, provenance, publish, share
from facialis.measures.agreement import Agreement, agreement
from facialis.measures.matching import Matching, Span, match, pooled
from facialis.simulate.axons import INVOLUNTARY, ORIGINS
from facialis.simulate.patient import Patient, PatientActivity, simulate_patient
from facialis.simulate.patient_files import write_patient
from facialis.simulate.scene import Scene
from facialis.simulate.triggers import Habits
from facialis.types import SIDES, FloatArray, Result

FIRST_SEED = 301
CASES = {"17 blinks and 1 smile a minute": Habits(), "no blinks, no smiles": Habits(0, 0)}


@dataclass(frozen=True)
class Both:
    """One patient: how EMG and film agree, how each agrees with its truth, how much later the face shows it.

    `weak` counts the EMG's episodes that are none by the labels, but in which involuntary spikes ran.
    """

    agreed: Agreement
    emg: Matching
    video: Matching
    delays_s: FloatArray
    sides_right: int
    weak: int


def measured(patient: Patient, folder: Path) -> Both:
    """Simulate and film a patient, and measure both files."""
    activity = simulate_patient(patient)
    scene = Scene(seed=patient.seed, gaze_motion_deg=2.0, head_motion_deg=1.5)
    write_patient(activity.muscles, folder, scene=scene)
    emg, video = (facialis.measure(folder / f"patient.{kind}") for kind in ("edf", "mp4"))
    in_emg, on_face, delays = truth(activity)
    of_emg = match(in_emg, found(emg))
    return Both(
        agreement(emg, video),
        of_emg,
        match(on_face, found(video)),
        delays,
        sum(result.verdict.side == patient.side for result in (emg, video)),
        sum(fired(activity, span) for span in of_emg.false),
    )


def truth(activity: PatientActivity) -> tuple[list[Span], list[Span], FloatArray]:
    """Return the episodes that EMG and face have, and the delays in s from the one's onset to the other's."""
    nerve = [e for e in activity.muscles.performance.nerve if e.kind == "episode"]
    shown = [e for e in activity.muscles.performance.truth if e.kind == "episode"]
    in_emg = [Span(e.emg_onset_s, e.offset_s, e.side) for e in nerve if e.emg_onset_s is not None]
    delays = [
        e.visible_onset_s - e.emg_onset_s
        for e in nerve
        if e.emg_onset_s is not None and e.visible_onset_s is not None
    ]
    return in_emg, [Span(e.onset_s, e.offset_s, e.side) for e in shown], np.array(delays)


def fired(activity: PatientActivity, span: Span) -> bool:
    """Tell whether spikes that nobody ordered left the lesion of that side in an episode."""
    if span.side == "both":
        return False
    spikes = activity.spikes[span.side]
    inside = (spikes.time_s >= span.onset_s - 0.01) & (spikes.time_s <= span.offset_s)
    return bool(np.isin(spikes.origin[inside], [ORIGINS.index(name) for name in INVOLUNTARY]).any())


def found(result: Result) -> list[Span]:
    """Return the episodes of a measurement."""
    return [Span(e.onset_s, e.offset_s, e.side) for e in result.events if e.kind == "episode"]


def row(name: str, several: Sequence[Both]) -> list[str]:
    """Return one row of the table, over all patients of a kind."""
    both, emg, video = (
        pooled(each)
        for each in (
            [b.agreed.matching for b in several],
            [b.emg for b in several],
            [b.video for b in several],
        )
    )
    seen = 1000 * both.onset_errors_s
    true = 1000 * np.concatenate([b.delays_s for b in several])
    return [
        name,
        str(len(emg.pairs) + len(emg.missed)),
        number(emg.f1),
        f"{sum(b.weak for b in several)} of {len(emg.false)}",
        number(video.f1),
        share(len(both.pairs), len(both.pairs) + len(both.missed)),
        share(len(both.pairs), len(both.pairs) + len(both.false)),
        f"{np.median(seen):.0f} ({np.percentile(seen, 25):.0f} to {np.percentile(seen, 75):.0f})"
        if seen.size
        else NOTHING,
        f"{np.median(true):.0f} ({np.percentile(true, 25):.0f} to {np.percentile(true, 75):.0f})"
        if true.size
        else NOTHING,
        f"{sum(b.sides_right for b in several)} of {2 * len(several)}",
    ]


HEADER = (
    "patients",
    "true episodes",
    "F1 of the EMG",
    "of its false ones, weak discharges",
    "F1 of the film",
    "of the EMG's episodes seen in the film",
    "of the film's seen in the EMG",
    "film after EMG, ms: median (quarters)",
    "truly",
    "side right",
)


def report(seeds: int, minutes: float, command: str) -> str:
    """Return the whole section."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for what, habits in CASES.items():
            several = []
            for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                patient = Patient(side=SIDES[seed % 2], minutes=minutes, seed=seed, habits=habits)
                several.append(measured(patient, Path(name) / "patient"))
                click.echo(f"{what}, seed {seed}: {row('', several[-1:])}", err=True)
            rows.append(row(what, several))
    return f"{provenance(command)}\n{markdown(HEADER, rows)}"


@click.command(help=__doc__)
@click.option("--seeds", default=3, show_default=True, help="Patients of each kind.")
@click.option("--minutes", default=0.5, show_default=True, help="Length of each recording.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section `both` is filled.")
def main(seeds: int, minutes: float, out: Path | None) -> None:
    """Measure, print, and publish where asked."""
    text = report(seeds, minutes, f"python -m benchmarks.both --seeds {seeds} --minutes {minutes:g}")
    click.echo(text)
    if out is not None:
        publish(out, "both", text)


if __name__ == "__main__":
    main()
