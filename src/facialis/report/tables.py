"""The result for other programs: events.tsv (BIDS), signals.parquet, summary.json."""

import json
import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from facialis.report.files import write_beside
from facialis.report.words import not_looked_for, verdict_sentence
from facialis.types import REGIONS, SIDES, Event, Measure, Modality, Region, Result

SCHEMA_VERSION = "1"
NOT_AVAILABLE = "n/a"

_REGION_UNITS: dict[Region, str] = dict.fromkeys(REGIONS, "% of inter-ocular distance") | {"eye": "1"}


def write_events(result: Result, folder: Path) -> None:
    """Write `events.tsv` and `events.json`, its description of the columns, into `folder`.

    Follows the task events of BIDS (https://doi.org/10.1038/sdata.2016.44): onset and duration in seconds
    first, tabs between, `n/a` where empty. Raises OutputError.
    """
    columns = event_columns(result.recording.modality)
    rows = [_event_row(event) for event in sorted(result.events, key=lambda event: event.onset_s)]
    lines = ["\t".join(columns), *("\t".join(row[name] for name in columns) for row in rows)]
    with write_beside(Path(folder) / "events.tsv") as temporary:
        temporary.write_text(
            "\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace", newline="\n"
        )
    with write_beside(Path(folder) / "events.json") as temporary:
        write_json(columns, temporary)


def write_signals(result: Result, folder: Path) -> None:
    """Write `signals.parquet` into `folder`: one row a frame, units and provenance in its metadata.

    `time_s`, then every column of the signals with its unit, then `left_usable` and `right_usable`.
    What could not be read is null. Raises OutputError.
    """
    signals, recording = result.signals, result.recording
    arrays: list[tuple[str, Any, str]] = [("time_s", signals.time_s, "s")]
    arrays += [(name, values, signals.units.get(name, "")) for name, values in signals.columns.items()]
    arrays += [(f"{side}_usable", signals.usable[side], "true or false") for side in SIDES]
    fields = [
        pa.field(name, pa.array(values[:0]).type, metadata={"unit": unit}) for name, values, unit in arrays
    ]
    provenance = {
        "facialis_version": result.version,
        "settings_digest": result.settings_digest,
        "model_sha256": result.model.sha256 if result.model else "",
        "model_packaged": "true" if result.model and result.model.packaged else "false",
        "modality": recording.modality,
        "recording_name": recording.name,
        "recording_sha256": recording.sha256,
        "simulated": "true" if recording.simulated else "false",
        "schema_version": SCHEMA_VERSION,
    }
    metadata = {key: text.encode("utf-8", "backslashreplace") for key, text in provenance.items()}
    columns = [pa.array(values, from_pandas=True) for _, values, _ in arrays]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=metadata))
    with write_beside(Path(folder) / "signals.parquet") as temporary:
        pq.write_table(table, temporary, compression="zstd")


def write_summary(result: Result, folder: Path) -> None:
    """Write `summary.json` into `folder`, as described by `summary.schema.json`. Raises OutputError."""
    with write_beside(Path(folder) / "summary.json") as temporary:
        write_json(summary(result), temporary)


def summary(result: Result) -> dict[str, Any]:
    """Return what `summary.json` holds. No NaN: null, with a reason beside it or in `not_measurable`."""
    body = {
        "schema_version": SCHEMA_VERSION,
        "version": result.version,
        "settings_digest": result.settings_digest,
        "model": asdict(result.model) if result.model else None,
        "recording": asdict(result.recording),
        "verdict": asdict(result.verdict) | {"sentence": verdict_sentence(result)},
        "quality": {
            "seconds_recorded": result.quality.seconds_recorded,
            "seconds_observed": dict(result.quality.seconds_observed),
            "exclusions": [asdict(exclusion) for exclusion in result.quality.exclusions],
            "frames_per_s": result.quality.frames_per_s,
            "interocular_px": result.quality.interocular_px,
            "notes": result.quality.notes,
        },
        "counts": _counts(result),
        "measures": [_measure(measure) for measure in result.measures],
    }
    missing: list[str] = []
    finite: dict[str, Any] = _finite(body, "", missing)
    reason = "nothing could be read from the recording for it"
    lacking = [{"path": path, "reason": reason} for path in missing]
    if why := not_looked_for(result):
        lacking.append({"path": "counts", "reason": f"not looked for: {why}"})
    return finite | {"not_measurable": lacking}


def event_columns(modality: Modality = "video") -> dict[str, dict[str, Any]]:
    """Return the columns of events.tsv in their order, each with its BIDS description."""
    described = _video_columns()
    if modality == "video":
        return described
    described["onset"]["Description"] = "Start of the event, from the first sample."
    described["intensity"]["Description"] = (
        "Peak envelope of the eye's muscle over that of the person's own blink on the same side, which may "
        "exceed 1; n/a where too few blinks were seen."
    )
    for region in REGIONS:
        described[f"excess_{region}"] = {
            "Description": f"Peak envelope of the muscle of the {region} above its noise.",
            "Units": "uV",
        }
    return described


def _video_columns() -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = {
        "onset": {"Description": "Start of the event, from the first frame.", "Units": "s"},
        "duration": {"Description": "Length of the event.", "Units": "s"},
        "trial_type": {"Description": "What the face did.", "Levels": _KINDS},
        "side": {"Description": "The person's own side.", "Levels": _SIDES},
        "regions": {"Description": f"Regions that took part, comma separated, of {', '.join(REGIONS)}."},
        "intensity": {
            "Description": "Peak excess of the eye's closure over the other eye's and the person's own "
            "baseline, 0 to 1; for a blink the mean closure of both eyes.",
            "Units": "1",
        },
        "probability": {
            "Description": "Probability that the event is what trial_type says, 0 to 1.",
            "Units": "1",
        },
        "context": {"Description": "What the face did otherwise.", "Levels": _CONTEXTS},
        "reason": {"Description": "Why it was taken for this, in words."},
        "peak": {"Description": "Time at which the event is strongest, from the first frame.", "Units": "s"},
    }
    for region in REGIONS:
        text = f"Peak excess of the {region} over the other side and the person's own baseline."
        if region != "eye":
            text += " The inter-ocular distance is between the outer corners of the eyes."
        described[f"excess_{region}"] = {"Description": text, "Units": _REGION_UNITS[region]}
    for region in REGIONS:
        described[f"onset_{region}"] = {
            "Description": f"Start of the {region}'s own part in the event.",
            "Units": "s",
        }
    return described


_KINDS = {
    "episode": "Twitches and tonic spasms of one side less than 0.5 s (by default) apart, together",
    "twitch": "One-sided contraction shorter than the tonic limit (1 s by default)",
    "tonic": "One-sided contraction of the tonic limit (1 s by default) or longer",
    "blink": "Closure of both eyes together; never a spasm",
}
_SIDES = {"left": "The person's own left", "right": "The person's own right", "both": "Both sides"}
_CONTEXTS = {"rest": "While the face was at rest", "activated": "During or just after a voluntary movement"}


def _event_row(event: Event) -> dict[str, str]:
    row = {
        "onset": _seconds(event.onset_s),
        "duration": _seconds(event.duration_s),
        "trial_type": event.kind,
        "side": event.side,
        "regions": ",".join(event.regions),
        "intensity": _number(event.intensity),
        "probability": _number(event.probability),
        "context": event.context,
        "reason": " ".join(event.reason.split()),  # A tab or a line break would split the cell.
        "peak": _seconds(event.peak_s),
    }
    for region in REGIONS:
        row[f"excess_{region}"] = _number(event.excess.get(region, math.nan))
        row[f"onset_{region}"] = _seconds(event.onset_by_region_s.get(region, math.nan))
    return {name: text or NOT_AVAILABLE for name, text in row.items()}


def _seconds(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else ""


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else ""


def _counts(result: Result) -> dict[str, dict[str, int | None]]:
    if not_looked_for(result):  # Nobody shall take that for none.
        return {kind: dict.fromkeys(_SIDES) for kind in _KINDS}
    found = Counter((event.kind, event.side) for event in result.events)
    return {kind: {side: found[kind, side] for side in _SIDES} for kind in _KINDS}  # type: ignore[index]


def _measure(measure: Measure) -> dict[str, Any]:
    """Return one measure; wherever a number is null its reason is not empty."""
    body = asdict(measure)
    for name in ("value", "low", "high"):
        if body[name] is not None and not math.isfinite(body[name]):
            body[name] = None
    if not body["reason"]:
        if body["value"] is None:
            body["reason"] = "no value could be given"
        elif body["low"] is None or body["high"] is None:
            body["reason"] = "no interval could be given"
    return body


def _finite(value: Any, path: str, missing: list[str]) -> Any:
    """Return `value` as plain JSON types, null for NaN and infinity, whose paths are added to `missing`."""
    if isinstance(value, dict):
        return {str(key): _finite(each, f"{path}.{key}".lstrip("."), missing) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each, f"{path}.{number}", missing) for number, each in enumerate(value)]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        missing.append(path)
        return None
    return value


def write_json(body: Any, path: Path) -> None:
    """Write plain JSON types to `path`; NaN is an error."""
    text = json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)
    # A file name that is not valid text holds lone surrogates, which JSON can only hold escaped.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
