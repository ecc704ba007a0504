"""What the exact tier of the nerve does, beside what is known: each figure with its source and verdict."""

from dataclasses import replace

import numpy as np

from benchmarks.nerve_grid import slow_and_quick_again
from benchmarks.tables import markdown, number
from facialis.simulate.artery import CAUSES, DEFAULT_CAUSE, facial_nerve
from facialis.simulate.discharge import discharge
from facialis.simulate.fibre import geometry
from facialis.simulate.nerve import (
    Nerve,
    NerveSettings,
    healthy_nerve,
    membrane_noise,
    together,
    volley,
    with_lesion,
)
from facialis.types import FloatArray

ACROSS = 13
ISI_MS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
Row = list[str]


def patch_of(axons: int) -> Nerve:
    """Return healthy axons of 7.3 um and 18 nodes that lie together."""
    return healthy_nerve(np.full(axons, 7.3), 18, np.zeros(axons, dtype=int))


def injured(coupling: float, shift: float = 2.0) -> Nerve:
    """Return four axons with two bare internodes (five lamellae) and an injured membrane around them."""
    nerve = with_lesion(patch_of(4), range(8, 10), coupling, 5)
    left, leak = nerve.left_shift_mv.copy(), nerve.node_leak_s_cm2.copy()
    left[:, 5:14], leak[:, 5:14] = shift, 0.012
    return replace(nerve, left_shift_mv=left, node_leak_s_cm2=leak)


def velocity_m_s(diameter_um: float, dt_ms: float = 0.005) -> float:
    """Return the conduction velocity of a healthy fibre."""
    nerve = healthy_nerve(np.array([diameter_um]), 40)
    spikes = discharge(nerve, volley([0], 0, 0.1), 3.0, NerveSettings(dt_ms=dt_ms))
    length_mm = 20 * float(geometry(nerve.diameter_um).internode_um[0]) / 1000
    return float(length_mm / (spikes.at(0, 30)[0] - spikes.at(0, 10)[0]))


def fired(nerve: Nerve, driven: list[int]) -> int:
    """Return how many axons fire when these are stimulated at the muscle's end."""
    return len(set(discharge(nerve, volley(driven, 17, 0.5), 6.0).axon))


def threshold(axons: int, lamellae: float | None) -> float:
    """Return the least coupling at which one axon fires all others of its patch; NaN: none up to 0.98."""
    low, high = 0.3, 0.98
    if fired(with_lesion(patch_of(axons), range(8, 10), high, lamellae), [0]) < axons:
        return float("nan")
    while high - low > 0.005:
        middle = (low + high) / 2
        all_fire = fired(with_lesion(patch_of(axons), range(8, 10), middle, lamellae), [0]) == axons
        low, high = (low, middle) if all_fire else (middle, high)
    return high


def turn_ms(coupling: float) -> float:
    """Return how much later than the stimulated axons the others' impulse leaves the lesion; NaN if never."""
    spikes = discharge(injured(coupling), volley([0, 1], 17, 0.5), 6.0)
    answer = spikes.at(2, ACROSS)
    return float(answer[0] - spikes.at(0, ACROSS)[0]) if answer.size else float("nan")


def jitter_us(coupling: float, trials: int = 40) -> float:
    """Return the standard deviation of the response's time, with noise at the lesion's nodes."""
    times: list[float] = []
    for seed in range(trials):
        noise = membrane_noise(4, range(6, 13), 20_000, 0.05, 2.5, seed)
        spikes = discharge(injured(coupling), together(noise, volley([0, 1], 17, 1.0)), 4.5)
        times += list(spikes.at(2, ACROSS)[:1])
    return 1000 * float(np.std(times))


def second_response(coupling: float) -> tuple[float, float]:
    """Return the shortest interval of two shocks with two responses, and how late the second then is, ms."""
    for isi_ms in ISI_MS:
        pulses = together(volley([0, 1], 17, 0.5), volley([0, 1], 17, 0.5 + isi_ms))
        times = discharge(injured(coupling), pulses, isi_ms + 5.0).at(2, ACROSS)
        if times.size >= 2 and times[1] > 0.5 + isi_ms:
            return isi_ms, float(times[1] - times[0] - isi_ms)
    return float("nan"), float("nan")


def firing(
    packing: float, sodium: float = 1.0, duration_ms: float = 400.0, seed: int = 1
) -> tuple[float, FloatArray, FloatArray]:
    """Return spikes per axon-second, rates in Hz within bursts, and spikes per burst, of 60 axons with noise.

    `sodium` scales the persistent sodium, as carbamazepine does.
    """
    nerve = facial_nerve(replace(CAUSES[DEFAULT_CAUSE], packing=packing, pulse=0.0), axons=60, seed=seed)
    current = nerve.membrane.persistent_sodium_s_cm2
    membrane = replace(nerve.membrane, persistent_sodium_s_cm2=sodium * current)
    noise = membrane_noise(nerve.axons, range(4, 14), 30, 0.3, duration_ms, seed=seed)
    options = NerveSettings(dt_ms=0.01)
    spikes = discharge(
        replace(nerve, membrane=membrane), noise, duration_ms, options, np.array([nerve.nodes - 1])
    )
    rates, lengths = [np.zeros(0)], [np.zeros(0)]
    for axon in range(nerve.axons):
        times = spikes.at(axon, nerve.nodes - 1)
        gaps = np.diff(times)
        rates.append(1000 / gaps[gaps < 8])
        ends = np.flatnonzero(np.append(gaps >= 8, times.size > 0))
        lengths.append(np.diff(np.concatenate([[-1], ends])))
    per_second = spikes.time_ms.size / (nerve.axons * duration_ms / 1000)
    return per_second, np.concatenate(rates), np.concatenate(lengths)


def signs_table() -> str:
    """Return all figures as a Markdown table."""
    header = ["figure", "known or asked for", "model", "kind", "verdict"]
    rows = [*_conduction(), *_ephapsis(), *_lateral_spread(), *_bursts()]
    return markdown(header, rows)


def _row(figure: str, known: str, result: str, kind: str, good: bool) -> Row:
    return [figure, known, result, kind, "yes" if good else "**no**"]


def _conduction() -> list[Row]:
    sizes = (5.7, 7.3, 8.7, 10.0, 11.5)
    ratios = [velocity_m_s(size) / size for size in sizes]
    error = velocity_m_s(7.3, 0.0005) / velocity_m_s(7.3) - 1
    fastest = velocity_m_s(10.0)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    good = min(ratios) >= 5.3 and max(ratios) <= 6.2
    return [
        _row(
            "velocity over diameter, m/s per um (T5)", "5.3 to 6.2", spread, "fit (lamella's capacity)", good
        ),
        _row("fastest fibre (10 um), m/s", "59.6 ± 4.5", f"{fastest:.1f}", "fit", abs(fastest - 59.6) <= 4.5),
        _row(
            "conduction time, step 5 us against 0.5 us (T3)",
            "within 2 %",
            f"{100 * error:.1f} %",
            "numerics",
            abs(error) < 0.02,
        ),
    ]


def _ephapsis() -> list[Row]:
    intact = fired(with_lesion(patch_of(10), range(7, 11), 0.95), [0, 1, 2, 3])
    bare = fired(with_lesion(patch_of(4), range(7, 11), 0.4, 5), [0, 1])
    both = fired(with_lesion(patch_of(4), range(7, 11), 0.9, 5), [0, 1])
    rows = [
        _row(
            "pressed, myelin intact, alpha 0.95, 4 of 10 driven: others fire (T5)",
            "none",
            str(intact - 4),
            "prediction",
            intact == 4,
        ),
        _row(
            "myelin lost, alpha 0.4, 2 of 4 driven: others fire (T5)",
            "none",
            str(bare - 2),
            "prediction",
            bare == 2,
        ),
        _row(
            "both, alpha 0.9: others fire (10.1007/BF01476426)", "2", str(both - 2), "prediction", both == 4
        ),
    ]
    for lamellae in (3, 6, 12, 25):
        found = ", ".join(number(threshold(axons, lamellae)) for axons in (2, 3, 4, 6))
        rows.append(
            ["least alpha, " + f"{lamellae} lamellae, 1 driven of 2, 3, 4, 6", "–", found, "prediction", "–"]
        )
    return rows


def _lateral_spread() -> list[Row]:
    rows = []
    near, above = turn_ms(0.68), turn_ms(0.78)
    rows.append(
        _row(
            "turn-around at the threshold (alpha 0.68), ms (T6; 10.1016/j.clinph.2016.02.004)",
            "1.0 ± 0.3",
            f"{near:.2f}",
            "fit (alpha)",
            abs(near - 1) <= 0.3,
        )
    )
    rows.append(
        _row(
            "turn-around above it (alpha 0.78), ms",
            "1.0 ± 0.3",
            f"{above:.2f}",
            "prediction",
            abs(above - 1) <= 0.3,
        )
    )
    for alpha in (0.69, 0.78, 0.85):
        value = jitter_us(alpha)
        rows.append(
            _row(
                f"jitter, alpha {alpha}, us (T9)", "5 to 300", f"{value:.0f}", "prediction", 5 <= value <= 300
            )
        )
    for alpha in (0.68, 0.72, 0.78, 0.85):
        isi, late = second_response(alpha)
        good = 1.5 < isi <= 3 and abs(late) < 0.3
        result = f"{isi:g}; {late:+.2f}" if np.isfinite(isi) else f"none up to {ISI_MS[-1]:g}"
        rows.append(
            _row(
                f"paired shocks, alpha {alpha}: second response from, its delay, ms (T7)",
                "1.5 to 3; below 0.3",
                result,
                "prediction",
                good,
            )
        )
    total, slow, again, both = slow_and_quick_again()
    rows.append(
        _row(
            "one uniform patch with T6's turn-around and T7's second response, of so many",
            "any",
            f"{both} of {total}; T6 {slow}, T7 {again}",
            "prediction",
            both > 0,
        )
    )
    return rows


def _bursts() -> list[Row]:
    runs = [firing(0.82, seed=seed) for seed in (1, 2, 3)]
    pressed = float(np.mean([run[0] for run in runs]))
    rates, lengths = (np.concatenate([run[part] for run in runs]) for part in (1, 2))
    freed, _, _ = firing(0.5)
    drugged, _, _ = firing(0.82, sodium=0.5)
    median = float(np.median(rates)) if rates.size else float("nan")
    inside = float(np.mean((rates >= 150) & (rates <= 400))) if rates.size else float("nan")
    several = lengths[lengths > 1]
    longest = f"{np.median(several):.0f}, at most {several.max():.0f}" if several.size else "none"
    count = f" ({rates.size} intervals)"
    return [
        _row(
            "rate within bursts, median Hz (T10; 10.1212/WNL.34.4.418)",
            "250 to 350",
            f"{median:.0f}{count}",
            "fit (shift, leak)",
            250 <= median <= 350,
        ),
        _row(
            "share of it within 150 to 400 Hz (T10)",
            "0.90",
            f"{inside:.2f}{count}",
            "fit (shift, leak)",
            inside >= 0.9,
        ),
        _row(
            "spikes of a burst (T10)",
            "2 to 12",
            longest,
            "fit (shift, leak)",
            bool(several.size) and several.max() <= 12,
        ),
        [
            "spikes per axon-second: pressed, freed, pressed with half the persistent sodium",
            "falls, falls",
            f"{pressed:.1f}, {freed:.1f}, {drugged:.1f}",
            "prediction",
            "yes" if pressed > max(freed, drugged) else "**no**",
        ],
    ]
