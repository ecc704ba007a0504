"""The page of a simulated recording: one file, readable without a network, labelled simulated."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from facialis.report.files import write_beside
from facialis.simulate import patient_figures as figures
from facialis.simulate.axons import ORIGINS
from facialis.simulate.page import render
from facialis.simulate.patient import PatientActivity
from facialis.simulate.performance import NerveEvent
from facialis.simulate.triggers import TRIGGERS

BEFORE_S, AFTER_S = 0.6, 2.4


def write_page(activity: PatientActivity, path: Path, picture: bytes | None = None) -> None:
    """Write the page; `picture` is a JPEG of the face at its strongest spasm. OutputError."""
    with write_beside(path) as temporary:
        temporary.write_text(page_html(activity, picture), encoding="utf-8")


def page_html(activity: PatientActivity, picture: bytes | None = None) -> str:
    """Return the page of one simulated recording."""
    return render(
        "patient.html",
        picture=None if picture is None else base64.b64encode(picture).decode(),
        patient=activity.patient,
        today=activity.today,
        lesion_words=figures.LESION_WORDS,
        triggers=[(trigger, TRIGGERS[trigger.name]) for trigger in activity.patient.triggers],
        **_numbers(activity),
        **_figures(activity),
    )


def _numbers(activity: PatientActivity) -> dict[str, Any]:
    performance, spikes = activity.muscles.performance, activity.spikes[activity.patient.side]
    nerve = [event for event in performance.nerve if event.kind in ("twitch", "tonic")]
    shown = [event for event in performance.truth if event.kind in ("twitch", "tonic")]
    minutes = activity.patient.minutes
    counts = np.bincount(spikes.origin, minlength=len(ORIGINS))
    return {
        "ordered": len(nerve) / minutes,
        "ordered_share": sum(event.duration_s for event in nerve) / (60 * minutes),
        "shown": len(shown) / minutes,
        "shown_share": sum(event.duration_s for event in shown) / (60 * minutes),
        "blinks": sum(event.kind == "blink" for event in performance.truth) / minutes,
        "origins": [
            (name, figures.ORIGIN_WORDS[name], figures.ORIGIN_COLOURS[name], int(counts[number]))
            for number, name in enumerate(ORIGINS)
        ],
        "rate": len(spikes.axon) / activity.patient.axons / (60 * minutes),
    }


def _figures(activity: PatientActivity) -> dict[str, Markup]:
    side, duration_s = activity.patient.side, activity.patient.duration_s
    episodes = [event for event in activity.muscles.performance.nerve if event.kind == "episode"]
    start_s, end_s = _closer(episodes, duration_s)
    axons, spikes, emg = activity.axons[side], activity.spikes[side], activity.muscles.emg
    return {
        "lesion_figure": Markup(figures.lesion_svg(activity.today.cause)),
        "raster_figure": Markup(figures.raster_svg(axons, spikes, start_s, end_s)),
        "rate_figure": Markup(figures.rate_svg(spikes, activity.patient.axons, episodes)),
        "emg_figure": Markup(figures.emg_svg(emg, episodes, 0.0, duration_s)),
        "closer_figure": Markup(figures.emg_svg(emg, episodes, start_s, end_s)),
    }


def _closer(episodes: list[NerveEvent], duration_s: float) -> tuple[float, float]:
    """Return some seconds around the beginning of the strongest episode, or the first ones."""
    onset_s = max(episodes, key=lambda event: event.peak).onset_s if episodes else BEFORE_S
    start_s = max(0.0, min(onset_s - BEFORE_S, duration_s - BEFORE_S - AFTER_S))
    return start_s, min(start_s + BEFORE_S + AFTER_S, duration_s)
