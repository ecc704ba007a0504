"""The page of one result: one file, readable without a network, for the person and the doctor."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from facialis.report import words
from facialis.report.envelope import Thinned, thin
from facialis.report.excluded import listed_and_summed, merged
from facialis.report.figures import curve_limits, curves_svg, quality_svg
from facialis.report.files import write_beside
from facialis.signals.shifts import REGION_POINTS
from facialis.types import SIDES, Event, FloatArray, Result

# A page of at most about 3 MB opens at once on a phone and can be sent by mail.
N_VALUES_SHOWN = 200_000
N_EVENTS_LISTED = 300
N_EXCLUSIONS_LISTED = 200
FACES_BYTES = 1_000_000
# Around each event every frame is kept: this much before and after it shows how it begins and ends.
EVENT_MARGIN_S = 1.0

_CURVES = {
    "closure": "Eye closure",
    "mouth_lateral": "Mouth corner, sideways",
    "brow": "Brow",
    "cheek": "Cheek",
    "mouth_vertical": "Mouth corner, upwards",
    "nose": "Wing of the nose",
    "chin": "Chin",
    "yaw_deg": "Head turned to a side (yaw)",
    "pitch_deg": "Head nodding (pitch)",
    "roll_deg": "Head tilted to a shoulder (roll)",
    "interocular_px": "Distance between the outer corners of the eyes",
    "iris_px": "Width of the iris",
    "presence": "The model's trust in the half-face",
    "aperture": "Height of the eye opening",
    "lid_shift": "Shift of the lids in the picture",
    "gaze_left": "Eyes turned to a side (gaze)",
    "gaze_up": "Eyes turned upwards (gaze)",
    "mouth_height": "Height of the mouth corner",
    "orbicularis_oculi": "Muscle around the eye (orbicularis oculi)",
    "frontalis": "Muscle of the forehead (frontalis)",
    "zygomaticus": "Muscle of the smile (zygomaticus)",
    "orbicularis_oris": "Muscle around the mouth (orbicularis oris)",
    "mentalis": "Muscle of the chin (mentalis)",
}
_STILL = {
    "video": ("closure", "Eye closure"),
    "emg": ("orbicularis_oculi", "Envelope of the muscle around the eye"),
}
_LEFT_OUT = tuple(f"{region}_shift" for region in REGION_POINTS)
"""Second witnesses of curves that are shown: they are for programs, in the Parquet file."""
_COMMON = (
    "closure", "mouth_lateral", "mouth_vertical", "brow", "cheek",
    "orbicularis_oculi", "frontalis", "zygomaticus", "orbicularis_oris", "mentalis",
)  # fmt: skip
"""Curves offered at once; eighteen boxes before the first chart hide it, so the others are folded away."""
_SHOWN_AT_FIRST = ("closure", "mouth_vertical", "orbicularis_oculi", "zygomaticus", "orbicularis_oris")


def write_page(result: Result, path: Path, faces: Mapping[int, bytes] | None = None) -> None:
    """Write the page to `path`.

    `faces` maps the index of an event in `result.events` to a JPEG of the face at its peak; without it the
    page holds no picture of the person. Raises OutputError.
    """
    page = page_html(result, faces or {})
    with write_beside(Path(path)) as temporary:
        # A file name that is not valid text holds lone surrogates, which no encoding can write.
        temporary.write_bytes(page.encode("utf-8", "replace"))


def page_html(result: Result, faces: Mapping[int, bytes]) -> str:
    """Return the page as HTML, with all it needs inside."""
    static, emg = _static(), result.recording.modality == "emg"
    curves = _thinned(result)
    chosen = _chosen_faces(result, faces)
    listed = _listed(result.events)
    # Ten times the same reason says less than once.
    key = () if words.not_looked_for(result) else words.key_measures(result)
    long, short = listed_and_summed(result.quality.exclusions)
    return _environment().get_template("report.html").render(
        result=result,
        words=words,
        style=Markup(static["style"]),
        script=Markup(static["script"]),
        style_hash=_csp_hash(static["style"]),
        script_hash=_csp_hash(static["script"]),
        licence=static["licence"],
        data=htmlsafe_json_dumps(_data(result, curves), separators=(",", ":"), allow_nan=False),
        emg=emg,
        curves_figure=Markup(curves_svg(result, *_STILL[result.recording.modality])),
        quality_figure=Markup(quality_svg(result)),
        key=key,
        others=[measure for measure in result.measures if measure not in key],
        events=[_event_row(index, result.events[index]) for index in listed],
        faces=[_face(result.events[index], index, faces[index]) for index in chosen],
        n_faces=len(faces),
        notes=words.notes(result),
        not_looked_for=words.not_looked_for(result),
        left_out=long[:N_EXCLUSIONS_LISTED],
        n_left_out=len(long),
        left_out_briefly=words.summed(short) if short else "",
        step_s=curves.step_s,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("facialis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _static() -> dict[str, str]:
    folder = files("facialis.report") / "static"

    def read(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")

    return {
        "style": read("uPlot.min.css") + "\n" + read("report.css"),
        "script": read("uPlot.iife.min.js") + "\n" + read("report.js"),
        "licence": read("uPlot.LICENSE.txt"),
    }


def _csp_hash(text: str) -> str:
    """Return the hash by which a Content Security Policy allows one inline block and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _thinned(result: Result) -> Thinned:
    columns = result.signals.columns
    strongest = sorted(result.events, key=_first_spasms)
    keep = [(event.onset_s - EVENT_MARGIN_S, event.offset_s + EVENT_MARGIN_S) for event in strongest]
    return thin(result.signals.time_s, columns, N_VALUES_SHOWN // (len(columns) + 1), keep)


def _first_spasms(event: Event) -> tuple[bool, float]:
    """Order spasms before blinks, the strongest first; without a unit of strength all are alike."""
    return event.kind == "blink", -event.intensity if np.isfinite(event.intensity) else 0.0


def _data(result: Result, curves: Thinned) -> dict[str, Any]:
    """Return what the charts draw: times, panels of one or two curves, events, excluded stretches."""
    return {
        "duration": max(result.recording.duration_s, float(curves.time_s[-1]) if len(curves.time_s) else 0.0),
        "time": _rounded(curves.time_s, 3),
        "panels": _panels(result, curves),
        "events": [
            [
                round(event.onset_s, 3),
                round(event.offset_s, 3),
                event.kind,
                event.side,
                ", ".join(event.regions),
            ]
            for event in result.events
        ],
        "excluded": [
            [round(onset_s, 3), round(offset_s, 3), side, reasons]
            for side in (None, *SIDES)
            for onset_s, offset_s, reasons in merged(e for e in result.quality.exclusions if e.side == side)
        ],
    }


def _panels(result: Result, curves: Thinned) -> list[dict[str, Any]]:
    """Return one panel a curve, both sides in it; curves unknown here come last, by their own names."""
    panels: dict[str, dict[str, Any]] = {}
    for column, values in curves.columns.items():
        prefix, _, rest = column.partition("_")
        name, series = (rest, prefix) if prefix in SIDES else (column, "value")
        if name in _LEFT_OUT:
            continue
        unit = result.signals.units.get(column, "")
        panel = panels.setdefault(
            name,
            {
                "name": name,
                "label": _CURVES.get(name, name.replace("_", " ").capitalize()),
                "unit": "0 open, 1 shut" if name == "closure" else words.unit_words(unit),
                "shown": name in _SHOWN_AT_FIRST,
                "common": name in _COMMON,
                "limits": [round(limit, 3) for limit in curve_limits(result.signals, name)],
                "series": {},
            },
        )
        panel["series"][series] = _rounded(values, 3 if name == "closure" else 2)
    order = list(_CURVES)
    return sorted(
        panels.values(),
        key=lambda panel: order.index(panel["name"]) if panel["name"] in order else len(order),
    )


def _rounded(values: FloatArray, decimals: int) -> list[float | None]:
    rounded = np.round(np.asarray(values, dtype=float), decimals) + 0.0  # + 0.0 turns -0.0 into 0.0.
    return [float(value) if ok else None for value, ok in zip(rounded, np.isfinite(rounded), strict=True)]


def _listed(events: tuple[Event, ...]) -> list[int]:
    """Return the indices of the events listed, in time order: spasms before blinks, the strongest first."""
    order = sorted(range(len(events)), key=lambda i: _first_spasms(events[i]))
    return sorted(order[:N_EVENTS_LISTED], key=lambda i: events[i].onset_s)


def _chosen_faces(result: Result, faces: Mapping[int, bytes]) -> list[int]:
    """Return the indices of the pictures shown, in time order: the strongest until the page is full."""
    chosen: list[int] = []
    used = 0
    for index in sorted(faces, key=lambda i: -result.events[i].intensity):
        used += len(faces[index])
        if used > FACES_BYTES:
            break
        chosen.append(index)
    return sorted(chosen, key=lambda i: result.events[i].peak_s)


def _face(event: Event, index: int, jpeg: bytes) -> dict[str, Any]:
    where = f" of the {event.side} {words.listed(event.regions) or 'side'}" if event.kind != "blink" else ""
    what = _what(event)
    article = "an" if what == "episode" else "a"
    return {
        "index": index,
        "clock": words.clock(event.peak_s),
        "caption": f"{what}{where}",
        "alt": f"The face at {words.clock(event.peak_s)}, the peak of {article} {what}{where}",
        "source": "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii"),
    }


def _what(event: Event) -> str:
    """Return the kind of an event as people read it; within a list of spasms an episode needs no more."""
    return "episode" if event.kind == "episode" else words.KIND_WORDS[event.kind][0]


def _event_row(index: int, event: Event) -> dict[str, Any]:
    return {
        "index": index,
        "clock": words.clock(event.onset_s),
        "duration": words.seconds(event.duration_s)
        if event.duration_s >= 0.1
        else f"{event.duration_s:.2f} s",
        "kind": event.kind,
        "what": _what(event),
        "side": event.side,
        "regions": ", ".join(event.regions),
        "intensity": words.percent(event.intensity),
        "probability": words.certainty(event.probability),
        "context": {"rest": "at rest", "activated": "with a movement"}[event.context],
        "reason": event.reason,
    }
