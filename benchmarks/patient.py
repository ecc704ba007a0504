"""The spike tier: does a nerve behave like one with hemifacial spasm, and how fast is it calculated?

    python -m benchmarks.patient --out docs/benchmarks.md

Spasms are counted on one curve for the face: the force of all involuntary twitches over the most they can be.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from scipy.signal import lfilter

from benchmarks.tables import markdown, provenance, publish
from facialis.simulate.artery import CAUSES, Cause, CauseName
from facialis.simulate.axons import ORIGINS, Axons, LesionSpikes
from facialis.simulate.innervation import facial_axons
from facialis.simulate.lesion import decompressed, lesion
from facialis.simulate.pathway import SEEN_MS
from facialis.simulate.spikes import fire
from facialis.simulate.triggers import TRIGGERS
from facialis.simulate.volleys import Volley, constantly, habits
from facialis.types import BoolArray, FloatArray

STEP_S, TWITCH_S, TWITCH_SHARE = 0.002, 0.025, 0.26
"""Twitches of 25 ms to their peak; one is a fourth of what an axon's muscle fibres can do when fused."""
ON, OFF, ON_S, OFF_S = 0.03, 0.02, 0.02, 0.15
AFTER_S = 0.3
LOOP: CauseName = "anterior inferior cerebellar artery"
STRESS, SLEEP = TRIGGERS["stress"].log_rate, TRIGGERS["sleep"].log_rate


@dataclass(frozen=True)
class Condition:
    """A cause, how ready its axons are, the drug, what the nucleus orders and how readily it answers."""

    name: str
    cause: CauseName | Cause = LOOP
    level: float = 0.0
    block: float = 0.0
    blinks: float = 17.0
    smiles: float = 1.0
    nucleus: float = 0.0


CONDITIONS = (
    Condition("awake"),
    Condition("stress", level=STRESS, blinks=22.0),
    Condition("asleep", level=SLEEP, blinks=0.0, smiles=0.0),
    Condition("carbamazepine", block=1.0),
    Condition("vessel lifted, day 0", decompressed(LOOP)),
    Condition("vessel lifted, day 0, asleep", decompressed(LOOP), SLEEP, blinks=0.0, smiles=0.0),
    Condition("healthy", "none"),
    Condition("nucleus only", "none", nucleus=0.5),
    Condition("lesion and nucleus", nucleus=0.5),
    *(Condition(name, name) for name in CAUSES if name not in (LOOP, "none")),
)


@dataclass(frozen=True)
class Found:
    """What one condition gave, over all seeds: spasms' lengths and peaks, and rates."""

    lengths_s: FloatArray
    peaks: FloatArray
    apart: int
    minutes: float
    per_axon_s: float
    following: float
    rates_hz: FloatArray
    origins: FloatArray

    @property
    def per_min(self) -> float:
        """Spasms per minute."""
        return self.lengths_s.size / self.minutes

    @property
    def share(self) -> float:
        """Share of the time in spasm."""
        return float(self.lengths_s.sum()) / 60 / self.minutes


def involuntary(spikes: LesionSpikes) -> BoolArray:
    """Return which spikes are not the nucleus' own orders, (spikes,)."""
    marks: BoolArray = spikes.origin != ORIGINS.index("volley")
    return marks


def drive(axons: Axons, spikes: LesionSpikes) -> FloatArray:
    """Return the involuntary force over its most, from 0 to 1, every STEP_S, (samples,)."""
    samples = int(spikes.duration_s / STEP_S) + 1
    wanted = involuntary(spikes)
    trains = np.zeros((axons.patch.size, samples), dtype=np.float32)
    np.add.at(trains, (spikes.axon[wanted], (spikes.time_s[wanted] / STEP_S).astype(int)), 1)
    decay = np.exp(-STEP_S / TWITCH_S)
    kernel = [0, np.e * STEP_S / TWITCH_S * decay], [1, -2 * decay, decay**2]
    summed = lfilter(*kernel, trains, axis=1)
    force = 1 - (1 - TWITCH_SHARE) ** summed
    total: FloatArray = (axons.weight / axons.weight.sum()) @ force
    return total


def spasms(curve: FloatArray) -> list[tuple[float, float]]:
    """Return onset and end in s: above ON for ON_S, until below OFF for OFF_S."""
    found, begun, run = [], -1.0, 0
    for place, value in enumerate(curve):
        run = run + 1 if (value > ON if begun < 0 else value < OFF) else 0
        if run * STEP_S >= (ON_S if begun < 0 else OFF_S):
            since = (place - run + 1) * STEP_S
            if begun >= 0:
                found.append((begun, since))
            begun, run = (since, 0) if begun < 0 else (-1.0, 0)
    if begun >= 0:
        found.append((begun, curve.size * STEP_S))
    return found


def apart(onset_s: float, volleys: tuple[Volley, ...]) -> bool:
    """Return whether no order was running or had just ended at this time."""
    return all(not v.start_s <= onset_s <= v.start_s + v.duration_s + AFTER_S for v in volleys)


def measure(condition: Condition, count: int, duration_s: float, seeds: int) -> Found:
    """Return what the condition gives with so many weighted axons."""
    lengths: list[float] = []
    peaks: list[float] = []
    alone, per_axon = 0, []
    following, rates, counts = [], [], np.zeros(len(ORIGINS))
    for seed in range(seeds):
        axons = facial_axons(condition.cause, count, seed=seed)
        volleys = habits(duration_s, seed, condition.blinks, condition.smiles)
        found = lesion(condition.cause, condition.block)
        level = constantly(condition.level)
        spikes = fire(axons, found, duration_s, volleys, level, condition.nucleus, seed)
        curve = drive(axons, spikes)
        for begin, end in spasms(curve):
            lengths.append(end - begin)
            peaks.append(float(curve[int(begin / STEP_S) : int(end / STEP_S) + 1].max()))
            alone += apart(begin, volleys)
        per_axon.append(float(np.sum(involuntary(spikes))) / count / duration_s)
        following.append(in_a_row(spikes))
        rates.append(burst_rates(spikes))
        counts += np.bincount(spikes.origin, minlength=len(ORIGINS))
    return Found(
        np.array(lengths),
        np.array(peaks),
        alone,
        seeds * duration_s / 60,
        float(np.mean(per_axon)),
        float(np.nanmean(following)) if np.any(np.isfinite(following)) else 0.0,
        np.concatenate(rates),
        counts / max(counts.sum(), 1),
    )


def intervals(spikes: LesionSpikes) -> tuple[FloatArray, int]:
    """Return the s between involuntary spikes of an axon in a burst (less than 8 ms), and how many spikes."""
    wanted = involuntary(spikes)
    order = np.lexsort((spikes.time_s[wanted], spikes.axon[wanted]))
    axon, times = spikes.axon[wanted][order], spikes.time_s[wanted][order]
    gaps = np.diff(times)[np.diff(axon) == 0]
    return gaps[gaps < 0.008], int(axon.size)


def in_a_row(spikes: LesionSpikes) -> float:
    """Return the mean number of spikes of a burst."""
    gaps, count = intervals(spikes)
    return count / (count - gaps.size) if count else float("nan")


def burst_rates(spikes: LesionSpikes) -> FloatArray:
    """Return the rates within bursts in Hz."""
    rates: FloatArray = 1 / intervals(spikes)[0]
    return rates


def measured_row(condition: Condition, found: Found) -> list[str]:
    """Return one row of the table of conditions."""
    lengths = found.lengths_s
    spread = "–"
    if lengths.size > 1:
        spread = " / ".join(f"{value:.2f}" for value in np.percentile(lengths, (5, 50, 95)))
        spread += f"; {lengths.std() / lengths.mean():.2f}"
    return [
        condition.name,
        f"{found.per_min:.1f} ({found.apart / found.minutes:.1f})",
        f"{100 * found.share:.1f} %",
        spread,
        f"{np.mean(lengths < 0.2):.2f}" if lengths.size else "–",
        f"{np.mean(lengths >= 1):.2f}" if lengths.size else "–",
        f"{np.median(found.peaks):.2f}" if lengths.size else "–",
        f"{found.per_axon_s:.2f}",
        f"{found.following:.1f}" if found.following else "–",
        " ".join(f"{100 * share:.0f}" for share in found.origins),
    ]


def verdicts(found: dict[str, Found]) -> list[list[str]]:
    """Return what is known beside what came out."""
    awake, lengths = found["awake"], found["awake"].lengths_s
    stress, sleep = found["stress"], found["asleep"]
    drug, lifted = found["carbamazepine"], found["vessel lifted, day 0"]
    early = found["early disease"].lengths_s
    scatter = float(lengths.std() / lengths.mean())
    ratio, rest = stress.per_min / awake.per_min, sleep.per_min / awake.per_min
    lifted_ratio = lifted.per_min / awake.per_min
    drugged, burst = drug.per_axon_s / awake.per_axon_s, drug.following / awake.following
    twitches = float(np.mean((early >= 0.05) & (early <= 0.2)))
    to_muscle = facial_axons("none", 5000).to_muscle_ms + SEEN_MS
    first, latency = float(np.percentile(to_muscle, 5)), float(np.median(to_muscle))
    rate = float(np.median(awake.rates_hz))
    inside = float(np.mean((awake.rates_hz >= 150) & (awake.rates_hz <= 400)))
    healthy, alone = found["healthy"].per_min, lifted.apart / lifted.minutes
    return [
        _row(
            "spasms differ in length (coefficient of variation)", "not uniform", scatter, "fit", scatter > 0.5
        ),
        _row("stress (T13): spasms, times", "1.2 to 2", ratio, "fit", 1.2 <= ratio <= 2),
        _row("asleep (T13): spasms, times", "above 0, at most 0.5", rest, "fit", 0 < rest <= 0.5),
        _row("healthy: spasms a minute", "0", healthy, "prediction", healthy == 0),
        _row("vessel lifted: spasms, times", "at most 0.1", lifted_ratio, "prediction", lifted_ratio <= 0.1),
        _row("the same apart from orders, a minute", "at most 0.3", alone, "prediction", alone <= 0.3),
        _row("carbamazepine (T18): involuntary spikes, times", "below 1", drugged, "prediction", drugged < 1),
        _row("carbamazepine (T18): spikes of a burst, times", "below 1", burst, "prediction", burst < 1),
        _row("rate within bursts (T10), median Hz", "250 to 350", rate, "prediction", 250 <= rate <= 350),
        _row("share of it within 150 to 400 Hz (T10)", "0.9", inside, "prediction", inside >= 0.9),
        _row("early disease: spasms of 50 to 200 ms", "most", twitches, "prediction", twitches > 0.5),
        _row(
            "root to EMG (T5), first twentieth of axons, ms", "4.5 to 5.5", first, "fit", 4.5 <= first <= 5.5
        ),
        ["the same, median axon, ms", "–", f"{latency:.2f}", "assumed", "–"],
    ]


def _row(figure: str, known: str, value: float, kind: str, good: bool) -> list[str]:
    return [figure, known, f"{value:.2f}", kind, "yes" if good else "**no**"]


def sizes_table(duration_s: float, seeds: int) -> list[list[str]]:
    """Return the same nerve with other numbers of axons: does the result depend on them?"""
    rows = []
    for count in (150, 300, 600, 1200):
        found = measure(Condition("awake"), count, duration_s, seeds)
        median = float(np.median(found.lengths_s)) if found.lengths_s.size else float("nan")
        rows.append(
            [
                str(count),
                f"{found.per_min:.1f}",
                f"{100 * found.share:.1f} %",
                f"{median:.2f}",
                f"{found.per_axon_s:.2f}",
            ]
        )
    return rows


def speed_rows() -> list[list[str]]:
    """Return seconds of one core for the whole nerve and for a patient of three minutes."""
    rows = []
    for name, count, seconds, reach in (
        ("7 000 axons", 7000, 20.0, "at least 2 times real time"),
        ("300 weighted axons, 3 minutes", 300, 180.0, "below 10 s with EMG and labels"),
    ):
        axons, found = facial_axons(LOOP, count, seed=1), lesion(LOOP)
        volleys = habits(seconds, 1)
        fire(axons, found, 0.1, volleys, seed=1)
        spent = []
        for _ in range(3):
            began = time.process_time()
            spikes = fire(axons, found, seconds, volleys, seed=1)
            spent.append(time.process_time() - began)
        middle = float(np.median(spent))
        rows.append([name, f"{middle:.2f}", f"{seconds / middle:.1f}", str(spikes.time_s.size), reach])
    return rows


def report(seconds: float, seeds: int, command: str) -> str:
    """Return the whole section."""
    found = {one.name: measure(one, 300, seconds, seeds) for one in CONDITIONS}
    rows = [measured_row(one, found[one.name]) for one in CONDITIONS]
    header = ["300 weighted axons", "spasms a minute (apart from orders)", "time in spasm"]
    header += ["length s, 5 / 50 / 95 %; CV", "below 0.2 s", "1 s or longer", "median peak"]
    header += ["involuntary spikes per axon-second", "spikes of a burst"]
    header += ["% " + ", ".join(ORIGINS)]
    parts = [
        provenance(command),
        "### Against what is known\n\n"
        + markdown(["figure", "known or asked for", "model", "kind", "agrees"], verdicts(found)),
        f"### Conditions, {seeds} nerves of {seconds:.0f} s each\n\n" + markdown(header, rows),
        "### Does the number of axons matter?\n\n"
        + markdown(
            ["axons", "spasms a minute", "time in spasm", "median length, s", "spikes per axon-second"],
            sizes_table(seconds / 2, max(seeds // 2, 1)),
        ),
        "### Speed\n\n"
        + markdown(
            ["arterial loop, awake", "seconds of one core", "times real time", "spikes", "reach"],
            speed_rows(),
        ),
    ]
    return "\n".join(parts)


@click.command(help=__doc__)
@click.option("--seconds", default=180.0, show_default=True, help="Of each nerve.")
@click.option("--seeds", default=4, show_default=True, help="Nerves of each condition.")
@click.option("--out", type=click.Path(path_type=Path), help="File whose section `patient` is filled.")
def main(seconds: float, seeds: int, out: Path | None) -> None:
    """Measure, print, and publish where asked."""
    text = report(seconds, seeds, f"python -m benchmarks.patient --seconds {seconds:g} --seeds {seeds}")
    click.echo(text)
    if out is not None:
        publish(out, "patient", text)


if __name__ == "__main__":
    main()
