"""Everything a simulated operation gives, in one folder: all files or none. Each says it is simulated."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from facialis.errors import SettingsError, SourceError
from facialis.report.files import write_folder
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.edf import write_edf
from facialis.simulate.lateral_spread import LSR_EMG
from facialis.simulate.lateral_spread_measures import (
    answering,
    first_ms,
    jitter_us,
    lateral_muscles,
    second_answers,
)
from facialis.simulate.lateral_spread_page import write_page
from facialis.simulate.nerve import IntArray
from facialis.simulate.operation import LateralSpread, LateralSpreadActivity, Recording
from facialis.simulate.pathway import BRANCHES
from facialis.simulate.patient_config import cause_and_treatments, made_by, on_that_day, write_json
from facialis.simulate.patient_folder import named, refuse_others
from facialis.simulate.schedule import rest
from facialis.simulate.treatments import Healing
from facialis.types import FloatArray
from facialis.version import __version__

_SCHEMA, _VERSION = "facialis-lateral-spread", 1
KINDS = ("before", "after", "pairs", "train")
OUTPUTS = (
    "page.html",
    "lsr.truth.json",
    "lsr.config.json",
    "lsr.spikes.parquet",
    *(f"{branch.replace(' ', '-')}.{kind}.edf" for branch in BRANCHES for kind in KINDS),
)


def check_folder(folder: Path) -> None:
    """Raise OutputError where an operation written to `folder` would replace files of something else."""
    refuse_others(folder, OUTPUTS, "lsr.truth.json")


def write_operation(activity: LateralSpreadActivity, folder: Path) -> None:
    """Write page.html, lsr.truth.json, lsr.config.json, lsr.spikes.parquet and one EDF+ file a recording.

    Recordings of an earlier operation in the folder go. OutputError where the folder cannot be written or
    holds files of something else.
    """
    check_folder(folder)
    with write_folder(folder, earlier=OUTPUTS) as temporary:
        for recording in activity.recordings:
            performance = rest(recording.emg.duration_s)
            write_edf(
                recording.emg, performance, temporary / f"{recording.name}.edf", LSR_EMG, stimuli(recording)
            )
        write_json(truth(activity), temporary / "lsr.truth.json")
        write_json(config(activity), temporary / "lsr.config.json")
        write_spikes(activity, temporary / "lsr.spikes.parquet")
        write_page(activity, temporary / "page.html")


def stimuli(recording: Recording) -> list[tuple[float, str]]:
    """Return when which branch was stimulated, (s, name), every shock of a pair or a train by itself."""
    return [
        (float(start) + shock / 1000, recording.branch)
        for start, sweep in zip(recording.stimuli_s, recording.sweeps, strict=True)
        for shock in sweep.shocks_ms
    ]


def config(activity: LateralSpreadActivity) -> dict[str, Any]:
    """Return everything the recordings follow from, and the nerve before and after the vessel is lifted."""
    return {
        **made_by(_SCHEMA, _VERSION),
        "experiment": asdict(activity.experiment),
        "vessel_on_the_nerve": on_that_day(activity.before),
        "vessel_lifted": on_that_day(activity.after),
    }


def read_experiment(path: Path) -> LateralSpread:
    """Return the experiment written as lsr.config.json. SourceError where the file is missing or another."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if (content["schema"], content["version"]) != (_SCHEMA, _VERSION):
            raise SourceError(f"{path} has another schema than {_SCHEMA} {_VERSION}; write it again.")
        kept = dict(content["experiment"])
        kept |= cause_and_treatments(kept)
        kept |= {name: tuple(kept[name]) for name in ("branches", "intervals_ms")}
        if "healing" in kept:  # Files of older versions have none.
            kept["healing"] = Healing(**kept["healing"])
        return LateralSpread(**kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, SettingsError | SourceError):
            raise
        raise SourceError(f"{path} holds no simulated operation; write it again.") from error


def truth(activity: LateralSpreadActivity) -> dict[str, Any]:
    """Return what is truly so: known from the impulses, not from the EMG."""
    return {
        **made_by("facialis-lateral-spread-truth", _VERSION),
        "side": activity.experiment.side,
        "recordings": [_true(activity.experiment, each) for each in activity.recordings],
    }


def _true(experiment: LateralSpread, recording: Recording) -> dict[str, Any]:
    jitter = jitter_us(experiment, recording)
    made: dict[str, Any] = {
        "file": f"{recording.name}.edf",
        "branch": recording.branch,
        "vessel": experiment.contact(recording.lifted),
        "duration_s": recording.emg.duration_s,
        "stimuli": [
            {"onset_s": float(start), "shocks_ms": list(sweep.shocks_ms), "pulse_phase": sweep.phase}
            for start, sweep in zip(recording.stimuli_s, recording.sweeps, strict=True)
        ],
        "lateral_spread": {
            muscle: {
                "first_impulse_ms": [_known(value) for value in first_ms(experiment, recording, muscle)],
                "share_of_axons": [_known(value) for value in answering(experiment, recording, muscle)],
            }
            for muscle in lateral_muscles(recording)
        },
        "jitter_us": _known(float(np.median(jitter)) if jitter.size else float("nan")),
    }
    if recording.name.endswith(".pairs"):
        made["second_answers"] = [
            {"interval_ms": each.interval_ms, "share": _known(each.share), "late_ms": _known(each.late_ms)}
            for each in second_answers(experiment, recording)
        ]
    return made


def _known(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def write_spikes(activity: LateralSpreadActivity, path: Path) -> None:
    """Write every impulse that leaves the lesion: `recording`, `time_s`, `axon`, `muscle`, `origin`."""
    names = [each.name for each in activity.recordings]
    columns: list[list[FloatArray | IntArray]] = [[np.zeros(0)] for _ in range(5)]
    which, when, axon, muscle, origin = columns
    for number, recording in enumerate(activity.recordings):
        for start, sweep in zip(recording.stimuli_s, recording.sweeps, strict=True):
            out = sweep.outgoing
            which.append(np.full(out.axon.size, number))
            when.append(start + out.time_ms / 1000)
            axon.append(out.axon)
            muscle.append(recording.axons.muscle[out.axon])
            origin.append(sweep.origin)
    table = {
        "recording": named(np.concatenate(which), names),
        "time_s": pa.array(np.concatenate(when)),
        "axon": pa.array(np.concatenate(axon).astype(np.int32)),
        "muscle": named(np.concatenate(muscle), list(MUSCLE_SHARE)),
        "origin": named(np.concatenate(origin), list(ORIGINS)),
    }
    told = {"simulated": "true", "person": "none", "facialis_version": __version__}
    pq.write_table(pa.table(table).replace_schema_metadata(told), path, compression="zstd")
