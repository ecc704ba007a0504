"""Spasms found in simulated EMG against the truth, over noise and every disturbance.

    python -m benchmarks.emg --out docs/benchmarks.md

Seeds from 201 on are reported; those used while the detector was made lie below.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np

from benchmarks.emg_nerve import simulate_nerve
from benchmarks.emg_patients import Patient, PatientEmg, joined, simulate
from benchmarks.tables import NOTHING, markdown, number, provenance, publish, share
from facialis.events.emg import detect_emg
from facialis.measure import analyse_emg
from facialis.measures.matching import Matching, Span, match, pooled
from facialis.settings import Settings
from facialis.signals.muscle import muscles_of
from facialis.types import SIDES, Event, FloatArray, Side

FIRST_SEED = 201
SNRS_DB = (0, 5, 10, 15, 20, 30)
Make = Callable[[Patient], PatientEmg]
DISTURBED: tuple[tuple[str, dict[str, float]], ...] = (
    ("nothing else", {}),
    ("mains hum 50 Hz, five times the noise", {"hum": 5.0}),
    ("mains hum 60 Hz, twenty times the noise", {"hum": 20.0, "hum_hz": 60.0}),
    ("ten electrode pops a minute in each channel", {"pops_per_min": 10.0}),
    ("clipped at 30 % of the largest value", {"clip": 0.3}),
    ("crosstalk 15 % of neighbours", {"crosstalk": 0.15}),
    (
        "hum, pops, clipping and crosstalk at once",
        {"hum": 5.0, "pops_per_min": 10.0, "clip": 0.3, "crosstalk": 0.15},
    ),
    ("1000 samples a second", {"rate_per_s": 1000.0}),
    ("all of it at once, and no spasm", {"hum": 5.0, "pops_per_min": 10.0, "crosstalk": 0.15}),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """What one recording gave: matched episodes, contractions and blinks, and whether the side was right."""

    episodes: Matching
    contractions: Matching
    blinks: Matching
    side_right: bool
    seconds: float


def score(made: PatientEmg, side: Side | None, settings: Settings) -> Score:
    """Detect, and compare with the truth; true contractions closer than `bursts.join_s` are one."""
    muscles, _, quality = muscles_of(made.recording, settings)
    found = detect_emg(muscles, quality, settings)
    contractions = joined(made.contractions, settings.bursts.join_s)
    return Score(
        match(made.episodes, spans(found.events, "episode")),
        match(contractions, spans(found.events, "twitch", "tonic")),
        match(made.blinks, spans(found.events, "blink")),
        found.verdict.side == (side or "none"),
        quality.seconds_observed["both"],
    )


def spans(events: Sequence[Event], *kinds: str) -> list[Span]:
    """Return the events of these kinds as spans."""
    return [Span(e.onset_s, e.offset_s, e.side) for e in events if e.kind in kinds]


def scores(make: Make, patient: Patient, seeds: int, healthy: bool = False) -> list[Score]:
    """Score one kind of patient over the seeds, the side changing from one to the next."""
    settings, out = Settings(), []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        side: Side | None = None if healthy else SIDES[seed % 2]
        out.append(score(make(replace(patient, seed=seed, side=side)), side, settings))
    return out


def row(name: str, found: Sequence[Score]) -> list[str]:
    """Return one row of the table."""
    episodes, contractions, blinks = (
        pooled([getattr(s, what) for s in found]) for what in ("episodes", "contractions", "blinks")
    )
    errors = 1000 * np.abs(contractions.onset_errors_s)
    minutes = sum(s.seconds for s in found) / 60
    none = not episodes.pairs and not episodes.missed
    return [
        name,
        number(float("nan") if none else episodes.f1, 3),
        NOTHING if none else f"{number(episodes.precision)}, {number(episodes.recall)}",
        number(float("nan") if none else contractions.f1),
        number(float(np.median(errors)) if errors.size else float("nan"), 1),
        number(float(np.percentile(errors, 90)) if errors.size else float("nan"), 0),
        number(len(episodes.false) / minutes),
        number(blinks.f1),
        share(sum(s.side_right for s in found), len(found)),
        str(len(episodes.pairs) + len(episodes.missed)),
    ]


HEADER = (
    "recordings",
    "F1 of episodes",
    "precision, recall",
    "F1 of single contractions",
    "onset error of contractions, median absolute, ms",
    "90 % within, ms",
    "false episodes a minute",
    "F1 of blinks",
    "side right",
    "episodes",
)


def latency_rows(seeds: int) -> list[list[str]]:
    """Return a row a noise: the lateral spread response of twenty stimuli a recording against the truth."""
    table = []
    for snr_db in SNRS_DB:
        errors, sizes, persistence = [], [], []
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            latency_ms = 8.0 + (seed % 5)
            patient = Patient(
                side=SIDES[seed % 2], seconds=40, snr_db=snr_db, stimuli=20, latency_ms=latency_ms, seed=seed
            )
            made = simulate(patient)
            result = analyse_emg(made.recording, Settings())
            latency = result.measure("lsr_latency_orbicularis_oculi", patient.side)
            answered = result.measure("lsr_persistence_orbicularis_oculi", patient.side)
            true = _finite(made.responses_ms)
            persistence.append((answered.value or 0.0) - 100 * true.size / made.responses_ms.size)
            if latency.value is not None:
                errors.append(latency.value - float(np.median(true)))
                sizes.append(1)
        low = np.array(errors)
        table.append(
            [
                f"{snr_db} dB",
                f"{len(sizes)} of {seeds}",
                number(float(np.median(np.abs(low))) if low.size else float("nan")),
                number(float(np.median(low)) if low.size else float("nan")),
                number(float(np.abs(low).max()) if low.size else float("nan")),
                number(float(np.median(persistence)), 0),
            ]
        )
    return table


def _finite(values: FloatArray) -> FloatArray:
    return values[np.isfinite(values)]


def report(seeds: int, seconds: float, command: str) -> str:
    """Return the whole section."""
    base = Patient(seconds=seconds)
    noise = [row(f"{db} dB", scores(simulate, replace(base, snr_db=db), seeds)) for db in SNRS_DB]
    model = [
        row(f"{db} dB, muscle model", scores(simulate_nerve, replace(base, snr_db=db), seeds))
        for db in SNRS_DB
    ]
    disturbed = [
        row(name, scores(simulate, replace(base, **more), seeds, name.endswith("no spasm")))  # type: ignore[arg-type]
        for name, more in DISTURBED
    ]
    healthy = [
        row("no spasm", scores(simulate, base, seeds, True)),
        row("no spasm, muscle model", scores(simulate_nerve, base, seeds, True)),
    ]
    answers = [
        "noise",
        "latency given",
        "error, median absolute, ms",
        "signed, ms",
        "largest, ms",
        "persistence, % points",
    ]
    return "\n".join(
        [
            provenance(command),
            "### Noise\n\n" + markdown(HEADER, noise),
            "### The same with the EMG of the muscle model, on which nothing was tuned\n\n"
            + markdown(HEADER, model),
            "### Disturbances, at 20 dB\n\n" + markdown(HEADER, disturbed + healthy),
            "### Lateral spread response, twenty stimuli each\n\n" + markdown(answers, latency_rows(seeds)),
        ]
    )


@click.command(help=__doc__)
@click.option("--seeds", default=12, show_default=True, help="Recordings of each kind.")
@click.option("--seconds", default=60.0, show_default=True, help="Length of each recording.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section `emg` is filled.")
def main(seeds: int, seconds: float, out: Path | None) -> None:
    """Measure, print, and publish where asked."""
    text = report(seeds, seconds, f"python -m benchmarks.emg --seeds {seeds} --seconds {seconds:g}")
    click.echo(text)
    if out is not None:
        publish(out, "emg", text)


if __name__ == "__main__":
    main()
