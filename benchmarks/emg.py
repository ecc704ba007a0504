"""Spasms found in simulated EMG against the truth, over noise and every disturbance.

python -m benchmarks.emg --out docs/benchmarks.md
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np

from benchmarks.emg_patients import Patient, PatientEmg, joined, simulate
from benchmarks.matching import Matching, Span, match, pooled
from benchmarks.tables import markdown, number, provenance, publish
from facialis.events.emg import detect_emg
from facialis.settings import Settings
from facialis.signals.muscle import muscles_of
from facialis.types import Event, RecordingSide


@dataclass(frozen=True)
class Row:
    episodes: Matching
    contractions: Matching
    blinks: Matching
    side: RecordingSide
    truth: RecordingSide
    seconds: float


def run(patient: Patient, settings: Settings) -> Row:
    made = simulate(patient)
    muscles, _, quality = muscles_of(made.recording, settings)
    found = detect_emg(muscles, quality, settings)
    return Row(
        match(made.episodes, _spans(found.events, "episode")),
        match(joined(made.contractions, settings.bursts.join_s), _spans(found.events, "twitch", "tonic")),
        match(made.blinks, _spans(found.events, "blink")),
        found.verdict.side,
        patient.side or "none",
        quality.seconds_observed["both"],
    )


def _spans(events: Sequence[Event], *kinds: str) -> list[Span]:
    return [Span(e.onset_s, e.offset_s, e.side) for e in events if e.kind in kinds]
