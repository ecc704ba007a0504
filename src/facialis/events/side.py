"""On which side the recording shows spasms, from all its events together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from facialis.settings import Settings
from facialis.types import SIDES, Event, Quality, RecordingSide, Side, SideVerdict


def judge(events: Sequence[Event], quality: Quality, settings: Settings) -> SideVerdict:
    """Return the verdict from contractions (twitch, tonic) that carry their own probability.

    Each event is a witness of limited trust; a side's probability is that of at least one being right.
    """
    observed_s = quality.seconds_observed["both"]
    if observed_s < settings.quality.min_observed_s:
        return SideVerdict(
            "undetermined",
            0.0,
            f"only {observed_s:.1f} s could be measured; {settings.quality.min_observed_s:g} s are needed",
        )
    witnesses = {side: _witnesses(events, side, settings) for side in SIDES}
    chance = {side: 1 - float(np.exp(-sum(w for w, _ in witnesses[side]))) for side in SIDES}
    # Many small contractions of the other side do not outweigh a few large ones.
    weight = {side: float(sum(w * size for w, size in witnesses[side])) for side in SIDES}
    side = _side(chance, weight, settings)
    certainty = _certainty(side, chance, weight)
    if side == "none":
        # Someone whose spasms are rare shows none in a short recording either.
        certainty *= 1 - float(np.exp(-settings.side.rare_per_min * observed_s / 60))
    return SideVerdict(side, certainty, _evidence(events, 0, observed_s))


def weigh(events: Sequence[Event], verdict: SideVerdict, settings: Settings) -> tuple[Event, ...]:
    """Return the events believed after the verdict, each with the probability the others lend it.

    A side with many spasms makes one more likelier, and one on the other side less likely; where no side is
    called, each event stands for itself. Below the least probability an event is not reported.
    """
    total = {side: sum(e.probability for e in events if e.side == side) for side in SIDES}
    believed = []
    for event in events:
        own = total[event.side] if event.side != "both" else 0.0
        odds = event.probability / max(1 - event.probability, 1e-9)
        if verdict.side in (event.side, "both"):
            odds *= 1 + min(own - event.probability, settings.probability.company)
        elif verdict.side in SIDES:
            odds *= own / max(sum(total.values()), 1e-9)
        if verdict.side in SIDES:
            odds *= _above_other_side(event, events)
        probability = odds / (1 + odds)
        if probability >= settings.side.min_event_probability and verdict.side != "none":
            believed.append(replace(event, probability=probability))
    return tuple(believed)


def _above_other_side(event: Event, events: Sequence[Event]) -> float:
    """Share of the side's events at least as strong that the other side does not show as well.

    Spasms come on one side, so what the other side shows is this recording's own false alarms
    (Storey 2002, doi:10.1111/1467-9868.00346). Each counts as far as it is likely: a large movement that is
    doubtful, as in a blink, takes little from a clear one.
    """
    alike = [e for e in events if e.intensity >= event.intensity]
    own = sum(e.probability for e in alike if e.side == event.side)
    other = sum(e.probability for e in alike if e.side != event.side)
    return max(1 - other / max(own, 1e-9), 0.0)


def _witnesses(events: Sequence[Event], side: Side, settings: Settings) -> list[tuple[float, float]]:
    """Each likely event's evidence for spasms of a side, and its intensity.

    Evidence is how unlikely it is, in natural logarithms, that the event is no spasm: logarithms add, so that
    one clear event outweighs several doubtful ones.
    """
    likely = [e for e in events if e.side == side and e.probability >= settings.side.min_event_probability]
    return [(-float(np.log(1 - settings.side.trust * e.probability)), e.intensity) for e in likely]


def _side(chance: Mapping[Side, float], weight: Mapping[Side, float], settings: Settings) -> RecordingSide:
    rules = settings.side
    weak, strong = sorted(SIDES, key=lambda side: (weight[side], chance[side]))
    if max(chance.values()) <= rules.absent:
        return "none"
    if chance[strong] < rules.called:
        return "undetermined"
    if weight[strong] >= rules.dominance * (weight["left"] + weight["right"]):
        return strong
    return "both" if chance[weak] >= rules.called else "undetermined"


def _certainty(side: RecordingSide, chance: Mapping[Side, float], weight: Mapping[Side, float]) -> float:
    if side == "none":
        return 1 - max(chance.values())
    if side == "both":
        return chance["left"] * chance["right"]
    if side == "undetermined":
        return 0.0
    return chance[side] * weight[side] / max(weight["left"] + weight["right"], 1e-9)


def told(
    verdict: SideVerdict,
    candidates: Sequence[Event],
    believed: Sequence[Event],
    quality: Quality,
    settings: Settings,
) -> SideVerdict:
    """Return the verdict with evidence that counts what is `believed`, and what of `candidates` is not.

    Where too little was observed, that stays the evidence.
    """
    observed_s = quality.seconds_observed["both"]
    if observed_s < settings.quality.min_observed_s:
        return verdict
    return replace(verdict, evidence=_evidence(believed, len(candidates) - len(believed), observed_s))


def _evidence(events: Sequence[Event], n_doubtful: int, observed_s: float) -> str:
    counts = [f"{sum(e.side == side for e in events)} on the {side}" for side in SIDES]
    seen = f"twitches and tonic spasms in {observed_s:.0f} s observed: {' and '.join(counts)}"
    if not events:
        seen = f"no twitch or tonic spasm in {observed_s:.0f} s observed"
    elif spreading := sum(len(e.regions) > 1 for e in events):
        seen += f", {spreading} of them beyond the eye"
    if n_doubtful:
        what = "more" if events else "movement" if n_doubtful == 1 else "movements"
        seen += f"; {n_doubtful} {what} {'is' if n_doubtful == 1 else 'are'} doubtful and not counted"
    return seen
