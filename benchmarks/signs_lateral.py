"""The lateral spread response of simulated patients: T6 to T9 and what lifting the vessel does."""

from dataclasses import replace

import numpy as np

from facialis.simulate.lateral_spread import simulate_lsr
from facialis.simulate.lateral_spread_figures import cut
from facialis.simulate.lateral_spread_measures import (
    AGAIN_SHARE,
    Second,
    answering,
    first_ms,
    jitter_us,
    measured,
    second_answers,
    turn_ms,
)
from facialis.simulate.operation import LateralSpread, LateralSpreadActivity, Recording
from facialis.simulate.patient import Patient
from facialis.simulate.performance import Muscle
from facialis.simulate.population import drawn
from facialis.types import FloatArray

EYE: Muscle = "orbicularis_oculi"
CHIN: Muscle = "mentalis"
WAYS = (("marginal-mandibular", EYE), ("zygomatic", CHIN))
SEEN_UV, FROM_MS = 20.0, 5.0
"""Ten times the noise; what comes before 5 ms is direct."""
GONE = 0.1
"""A lateral spread counts as gone where less than this share of the height it had is left (chosen)."""
Row = list[str]


def row(figure: str, known: str, result: str, kind: str, good: bool | None) -> Row:
    """Return one row: figure, what is known, the model, fit or prediction, whether it agrees."""
    return [figure, known, result, kind, "–" if good is None else "yes" if good else "**no**"]


def spread(values: FloatArray, digits: int = 1) -> str:
    """Return mean and standard deviation."""
    return f"{np.mean(values):.{digits}f} ± {np.std(values):.{digits}f}" if values.size else "none"


def height_uv(recording: Recording, muscle: Muscle) -> float:
    """Return the median height of a muscle's lateral answers from peak to peak, 0 where it gives none."""
    found = measured(recording)[muscle]
    seen = np.isfinite(found.amplitude_uv)
    return float(np.median(found.amplitude_uv[seen])) if seen.any() else 0.0


def latency_ms(recording: Recording, muscle: Muscle) -> float:
    """Return the median latency measured from the EMG, NaN where the muscle does not answer."""
    found = measured(recording)[muscle].latency_s
    return 1000 * float(np.median(found[np.isfinite(found)])) if np.isfinite(found).any() else float("nan")


def deflection_ms(recording: Recording, muscle: Muscle) -> float:
    """Return when the mean of the sweeps first leaves SEEN_UV, as it is read off a screen; NaN: never."""
    time_ms, rows = cut(recording, muscle)
    high = (np.abs(rows.mean(axis=0)) > SEEN_UV) & (time_ms > FROM_MS)
    return float(time_ms[high][0]) if high.any() else float("nan")


def lateral_rows(made: list[LateralSpreadActivity]) -> list[Row]:
    """Return T6 to T9: latency, both ways, turn-around, second response, jitter, and what lifting does."""
    rows = []
    for (name, muscle), (known, wide) in zip(WAYS, ((9.0, 1.0), (9.5, 1.2)), strict=True):
        words = f"{muscle.replace('_', ' ')} after stimuli to the {name.replace('-', ' ')} branch"
        seen = np.array([latency_ms(each.named(f"{name}.before"), muscle) for each in made])
        first = np.array(
            [np.nanmedian(first_ms(each.experiment, each.named(f"{name}.before"), muscle)) for each in made]
        )
        inside = float(np.mean(np.abs(seen - known) <= wide))
        rows.append(
            row(
                f"T6 latency, {words}, from its EMG, ms",
                f"{known} ± {wide}",
                f"{spread(seen)}; {100 * inside:.0f} % of patients within",
                "prediction",
                abs(float(np.nanmean(seen)) - known) <= wide,
            )
        )
        rows.append(deflection_row(made, name, muscle, known, wide))
        rows.append(row("the same, first impulse at the muscle, ms", "–", spread(first), "prediction", None))
        left = np.array(
            [
                height_uv(each.named(f"{name}.after"), muscle)
                / height_uv(each.named(f"{name}.before"), muscle)
                for each in made
            ]
        )
        rows.append(
            row(
                f"vessel lifted: what is left of the height, {muscle.replace('_', ' ')}",
                "in most gone at once",
                f"{np.median(left):.2f} in the median; gone (below {GONE:g}) in {np.mean(left < GONE):.2f}",
                "prediction",
                bool(np.mean(left < GONE) > 0.5),
            )
        )
    both = [
        all(height_uv(each.named(f"{name}.before"), muscle) > 0 for name, muscle in WAYS) for each in made
    ]
    rows.append(
        row(
            "T8 both ways, share of patients",
            "most",
            f"{np.mean(both):.2f}",
            "prediction",
            bool(np.mean(both) > 0.5),
        )
    )
    turns, jitter, seconds = [], [], []
    for each in made:
        for name, _ in WAYS:
            recording = each.named(f"{name}.before")
            turns += [turn_ms(each.experiment, recording, sweep)[0] for sweep in recording.sweeps]
            jitter.append(jitter_us(each.experiment, recording))
            seconds.append(second_answers(each.experiment, each.named(f"{name}.pairs")))
    turn = np.concatenate(turns)
    turn = turn[np.isfinite(turn)]
    rows.append(
        row(
            "T6 turn-around in the lesion, median of the axons that answer, ms",
            "1.0 ± 0.3",
            f"{np.median(turn):.2f} ({np.percentile(turn, 5):.2f} to {np.percentile(turn, 95):.2f} in 90 %)",
            "prediction",
            abs(float(np.median(turn)) - 1.0) <= 0.3,
        )
    )
    each_us = np.concatenate(jitter)
    inside = float(np.mean((each_us >= 5) & (each_us <= 300)))
    rows.append(
        row(
            "T9 jitter between sweeps, us",
            "5 to 300",
            f"{np.median(each_us):.0f} in the median; {100 * inside:.0f} % of axons within",
            "prediction",
            5 <= float(np.median(each_us)) <= 300,
        )
    )
    return rows + second_rows(seconds)


def deflection_row(
    made: list[LateralSpreadActivity], name: str, muscle: Muscle, known: float, wide: float
) -> Row:
    """Return the latency as it is read off a screen: where the mean of the sweeps leaves the baseline."""
    seen = np.array([deflection_ms(each.named(f"{name}.before"), muscle) for each in made])
    inside = float(np.mean(np.abs(seen - known) <= wide))
    return row(
        f"T6 the same, where the mean of the sweeps first leaves {SEEN_UV:g} uV, ms",
        f"{known} ± {wide}",
        f"{spread(seen)}; {100 * inside:.0f} % of patients within",
        "prediction",
        abs(float(np.nanmean(seen)) - known) <= wide,
    )


def second_rows(found: list[list[Second]]) -> list[Row]:
    """Return T7: by what share of the axons the second shock is answered, interval by interval."""
    shares = {
        each.interval_ms: np.mean(
            [next(s.share for s in one if s.interval_ms == each.interval_ms) for one in found]
        )
        for each in found[0]
    }
    late = {
        at: np.nanmedian([next(s.late_ms for s in one if s.interval_ms == at) for one in found])
        for at in shares
    }
    words = ", ".join(f"{at:g} ms {share:.2f}" for at, share in shares.items())
    early = max(share for at, share in shares.items() if at <= 1.5)
    again = min((at for at, share in shares.items() if share >= AGAIN_SHARE), default=float("nan"))
    return [
        row("T7 second answer by so many of the first's axons, after", "–", words, "prediction", None),
        row(
            "T7 second answer up to 1.5 ms",
            "none; up to 0.10 taken for none",
            f"{early:.2f} of the axons",
            "prediction",
            bool(early < 0.1),
        ),
        row(
            "T7 half of the axons answer again from, ms",
            "at most 3",
            f"{again:g}" if again == again else "not by 6",
            "prediction",
            again <= 3,
        ),
        row(
            "T7 second answer later than the first by, at 3 ms",
            "below 0.3 ms",
            f"{late[3.0]:.2f}",
            "prediction",
            bool(abs(late[3.0]) < 0.3),
        ),
        row("the same at 6 ms", "below 0.3 ms", f"{late[6.0]:.2f}", "prediction", bool(abs(late[6.0]) < 0.3)),
    ]


def watched(patient: Patient) -> LateralSpread:
    """Return an operation on a patient in which only the chin is watched, quick to calculate."""
    return LateralSpread(
        cause=patient.cause,
        side=patient.side,
        severity=patient.severity,
        seed=patient.seed,
        healing=patient.healing,
        upper_at_vessel=patient.upper_at_vessel,
        axons=120,
        branches=("zygomatic",),
        sweeps=2,
        lifted=0.0,
        repeats=0,
    )


def sampled_rows(count: int) -> list[Row]:
    """Return T6 in drawn patients: cause by how often it presses, severity from 0.5 to 1."""
    made = [simulate_lsr(watched(drawn(seed))) for seed in range(1, count + 1)]
    present = [bool(answering(one.experiment, one.recordings[0], CHIN).mean() > 0) for one in made]
    share = float(np.mean(present))
    return [
        row(
            f"T6 present, of {count} patients drawn (severity 0.5 to 1)",
            "0.95 ± 0.04",
            f"{share:.2f}",
            "prediction; the draw is assumed",
            abs(share - 0.95) <= 0.05,
        )
    ]


def root_rows(base: LateralSpread, made: LateralSpreadActivity) -> list[Row]:
    """Return the latency where the magnet is taken to fire the nerve at its root."""
    other = simulate_lsr(replace(base, root="root exit", repeats=0, lifted=0.0))
    rows = []
    for name, muscle in WAYS:
        one, two = (latency_ms(each.named(f"{name}.before"), muscle) for each in (made, other))
        rows.append(
            row(
                f"latency in the {muscle.replace('_', ' ')}: magnet in the canal, at the root exit, ms",
                "Moller's gap",
                f"{one:.1f}, {two:.1f}",
                "prediction",
                None,
            )
        )
    return rows
