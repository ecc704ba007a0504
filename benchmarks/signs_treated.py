"""What treatments, and either hypothesis alone, do to the lateral spread response: T15 and T17 to T20."""

from dataclasses import replace

import numpy as np

from benchmarks.signs_lateral import CHIN, EYE, GONE, WAYS, Row, height_uv, latency_ms, row, watched
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.lateral_spread import simulate_lsr
from facialis.simulate.lateral_spread_measures import answering, first_ms, late_axons
from facialis.simulate.operation import LateralSpread, LateralSpreadActivity, Recording
from facialis.simulate.population import drawn
from facialis.simulate.treatments import Treatment


def treatment_rows(base: LateralSpread, made: LateralSpreadActivity) -> list[Row]:
    """Return T15, T17 and T18 on the lateral spread of one patient."""
    quick = replace(base, repeats=0, lifted=0.0)
    toxin = simulate_lsr(
        replace(quick, branches=("marginal mandibular",), treatments=(Treatment("toxin"),), day=14)
    )
    one, two = made.named("marginal-mandibular.before"), toxin.recordings[0]
    fall = 1 - height_uv(two, EYE) / height_uv(one, EYE)
    shift = abs(latency_ms(two, EYE) - latency_ms(one, EYE))
    same = all(
        np.array_equal(a.outgoing.time_ms, b.outgoing.time_ms)
        for a, b in zip(one.sweeps, two.sweeps, strict=True)
    )
    drug = simulate_lsr(replace(quick, treatments=(Treatment("carbamazepine"),), day=7))
    rows = [
        row("T17 toxin, day 14: height falls by", "at least 0.40", f"{fall:.2f}", "fit (block)", fall >= 0.4),
        row("T17 the same: latency changes by, ms", "below 0.2", f"{shift:.2f}", "prediction", shift < 0.2),
        row(
            "T17 the same: impulses of the lesion",
            "unchanged",
            "the same" if same else "others",
            "prediction",
            same,
        ),
    ]
    for name, muscle in WAYS:
        before, after = made.named(f"{name}.before"), drug.named(f"{name}.before")
        change = float(
            np.nanmedian(first_ms(base, after, muscle)) - np.nanmedian(first_ms(base, before, muscle))
        )
        rows.append(
            row(
                f"T18 carbamazepine: first impulse later by, {muscle.replace('_', ' ')}, ms",
                "unchanged",
                f"{change:.2f}",
                "prediction",
                abs(change) < 0.5,
            )
        )
        less = _after_activity(after) / max(1.0, _after_activity(before))
        rows.append(
            row(
                "T18 the same: impulses that follow the answer, times",
                "below 1",
                f"{less:.2f}",
                "prediction",
                less < 1,
            )
        )
    return rows


def _after_activity(recording: Recording) -> float:
    after = ORIGINS.index("afterdischarge")
    return float(np.mean([np.sum(each.origin == after) for each in recording.sweeps]))


def decompression_rows(count: int) -> list[Row]:
    """Return T15: the lateral spread and the activity after it, days after the vessel was lifted.

    Of drawn patients who had one before.
    """
    rows = []
    made = [simulate_lsr(watched(drawn(seed))) for seed in range(1, count + 1)]
    before = [one for one in made if answering(one.experiment, one.recordings[0], CHIN).mean() > 0]
    for day, gone_known, wide, silent_known, silent_wide in (
        (5.0, 0.25, 0.05, 0.64, 0.12),
        (120.0, 0.73, 0.12, 0.90, 0.08),
    ):
        treated = (Treatment("decompression"),)
        gone, silent = [], []
        for one in before:
            later = simulate_lsr(replace(one.experiment, treatments=treated, day=day))
            was, now = (height_uv(each.recordings[0], CHIN) for each in (one, later))
            gone.append(now < GONE * was)
            active, now = (_after_activity(each.recordings[0]) for each in (one, later))
            silent += [now < GONE * active] if active > 0 else []
        for words, known, width, values in (
            ("lateral spread gone", gone_known, wide, gone),
            ("after-activity gone", silent_known, silent_wide, silent),
        ):
            of, value = len(values), float(np.mean(values)) if values else float("nan")
            rows.append(
                row(
                    f"T15 day {day:g} after decompression: {words}, of {of}",
                    f"{known} ± {width}",
                    f"{value:.2f}",
                    "prediction",
                    abs(value - known) <= width,
                )
            )
    return rows


def hypothesis_rows(made: LateralSpreadActivity, base: LateralSpread) -> list[Row]:
    """Return T19 and T20: what the lesion alone does, what the nucleus alone does, and a calmer nucleus."""
    name = "zygomatic.before"
    quick = replace(base, branches=("zygomatic",), repeats=0, lifted=0.0)
    nuclear = simulate_lsr(replace(quick, cause="none", nucleus_gain=1.0)).named(name)
    calm, strong = (simulate_lsr(replace(quick, nucleus_gain=gain)).named(name) for gain in (0.5, 1.0))
    lesion = made.named(name)
    early, late, f_wave = ((7.0, 13.0), (30.0, 60.0), (7.0, 16.0))
    axons_of_chin = list(MUSCLE_SHARE).index(CHIN)

    def lateral(recording: Recording, window: tuple[float, float]) -> float:
        return float(
            np.mean(
                [np.sum(recording.axons.muscle[a] == axons_of_chin) for a in late_axons(recording, *window)]
            )
        )

    def returned(recording: Recording) -> float:
        reflex = ORIGINS.index("reflex")
        eye = list(MUSCLE_SHARE).index(EYE)
        return float(
            np.mean(
                [
                    np.sum(
                        (each.origin == reflex)
                        & (recording.axons.muscle[each.outgoing.axon] == eye)
                        & (each.outgoing.time_ms < f_wave[1])
                    )
                    for each in recording.sweeps
                ]
            )
        )

    same = [np.nanmedian(first_ms(base, each, CHIN)) for each in (lesion, strong, calm)]
    return [
        row(
            "T19 lesion alone: impulses to the chin at 7 to 13 ms, a stimulus",
            "some",
            f"{lateral(lesion, early):.1f}",
            "prediction",
            lateral(lesion, early) > 0,
        ),
        row(
            "T19 nucleus alone: the same",
            "none",
            f"{lateral(nuclear, early):.1f}",
            "prediction",
            lateral(nuclear, early) < 0.5,
        ),
        row(
            "T19 nucleus alone: to the chin at 30 to 60 ms",
            "some",
            f"{lateral(nuclear, late):.1f}",
            "fit (R2)",
            lateral(nuclear, late) > 0,
        ),
        row(
            "T19 F wave: axons of the eye that return, lesion alone and nucleus alone",
            "0; more",
            f"{returned(lesion):.1f}; {returned(nuclear):.1f}",
            "fit (gain)",
            returned(nuclear) > returned(lesion),
        ),
        row(
            "T20 first impulse in the chin, ms: gain 0, 1, 0.5",
            "the same",
            ", ".join(f"{value:.2f}" for value in same),
            "prediction",
            float(np.ptp(same)) < 0.05,
        ),
        row(
            "T20 late impulses to the chin: gain 1, 0.5",
            "fall",
            f"{lateral(strong, late):.1f}, {lateral(calm, late):.1f}",
            "prediction",
            lateral(calm, late) < lateral(strong, late),
        ),
    ]
