"""The page of a simulated operation: what a surgeon would see, and what is known beside it."""

from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from facialis.report.files import write_beside
from facialis.simulate import lateral_spread_figures as figures
from facialis.simulate.lateral_spread_measures import (
    MUSCLES,
    answered_again,
    answering,
    first_ms,
    jitter_us,
    lateral_muscles,
    measured,
    second_answers,
    turn_ms,
    volleys_ms,
)
from facialis.simulate.operation import LateralSpreadActivity, Recording
from facialis.simulate.page import render
from facialis.simulate.patient_figures import LESION_WORDS, lesion_svg
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray

WATCHED: tuple[Muscle, ...] = ("orbicularis_oculi", "mentalis", "orbicularis_oris")
"""Muscles shown for a branch that does not drive them, those watched in surgery first."""


def write_page(activity: LateralSpreadActivity, path: Path) -> None:
    """Write the page. OutputError where it cannot be written."""
    with write_beside(path) as temporary:
        temporary.write_text(page_html(activity), encoding="utf-8")


def page_html(activity: LateralSpreadActivity) -> str:
    """Return the page of one simulated operation."""
    branches = [_branch(activity, branch) for branch in activity.experiment.branches]
    seconds = {
        each.branch: second_answers(activity.experiment, each)
        for each in activity.recordings
        if each.name.endswith(".pairs")
    }
    return render(
        "lsr.html",
        experiment=activity.experiment,
        before=activity.before,
        after=activity.after,
        branches=branches,
        lesion_words=LESION_WORDS,
        lesion_figure=Markup(lesion_svg(activity.before.cause)),
        recovery_figure=Markup(figures.recovery_svg(seconds)) if seconds else None,
        again={branch: answered_again(found) for branch, found in seconds.items()},
    )


def _branch(activity: LateralSpreadActivity, branch: str) -> dict[str, Any]:
    """Return all that the page says of one branch: its rows of numbers and its figures."""
    mine = {each.name.rsplit(".", 1)[1]: each for each in activity.recordings if each.branch == branch}
    before, after = mine["before"], mine.get("after")
    experiment = activity.experiment
    rows = [row for each in (before, after) if each for row in _rows(activity, each)]
    watched = next(muscle for muscle in WATCHED if muscle in lateral_muscles(before))
    latency = next((row["latency"] for row in rows if row["muscle"] == watched), float("nan"))
    states = (experiment.contact_words(), experiment.contact_words(lifted=True))
    words = f"Axons whose lateral answers reach their muscles, by time after stimuli to the {branch} branch"
    return {
        "name": branch,
        "rows": rows,
        "watched": watched.replace("_", " "),
        "sweeps": Markup(figures.stacked_svg(before, after, watched, latency, states)),
        "latency_known": latency == latency,
        "lifted": after is not None,
        "pairs": Markup(figures.pairs_svg(mine["pairs"], watched)) if "pairs" in mine else None,
        "train": Markup(figures.stacked_svg(mine["train"], None, watched, words=states))
        if "train" in mine
        else None,
        "latencies": Markup(
            figures.latencies_svg(_arrivals(activity, before), _arrivals(activity, after), words)
        ),
    }


def _rows(activity: LateralSpreadActivity, recording: Recording) -> list[dict[str, Any]]:
    """Return one row for each muscle of other branches."""
    found, jitter = measured(recording), jitter_us(activity.experiment, recording)
    rows = []
    for muscle in lateral_muscles(recording):
        mine = found[muscle]
        seen = np.isfinite(mine.latency_s) & ~mine.direct
        rows.append(
            {
                "muscle": muscle,
                "vessel": activity.experiment.contact(recording.lifted),
                "direct": float(mine.direct.mean()) > 0.5,
                "latency": 1000 * _median(mine.latency_s[seen]),
                "amplitude": _median(mine.amplitude_uv[seen]),
                "persistence": 100 * float(seen.mean()),
                "first": _median(first_ms(activity.experiment, recording, muscle)),
                "share": 100 * float(answering(activity.experiment, recording, muscle).mean()),
                "jitter": _median(jitter),
            }
        )
    return rows


def _arrivals(activity: LateralSpreadActivity, recording: Recording | None) -> FloatArray:
    """Return when each axon's answer reaches its muscle, all sweeps together, (answers,), in ms."""
    if recording is None:
        return np.zeros(0)
    shown = np.isin(recording.axons.muscle, [MUSCLES.index(each) for each in lateral_muscles(recording)])
    found = [np.zeros(0)]
    for sweep in recording.sweeps:
        turn, volley = (f(activity.experiment, recording, sweep)[0] for f in (turn_ms, volleys_ms))
        found.append((turn + volley + recording.axons.to_muscle_ms)[shown & np.isfinite(turn)])
    return np.concatenate(found)


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
