"""What methods said of recordings whose truth is known, as numbers and tables. Pure: no files, no videos."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.scenarios import RATES_PER_MIN, SIZES, Scenario
from benchmarks.tables import NOTHING, markdown, number, share
from facialis.measures.matching import Matching, Span, match, pooled
from facialis.settings import QualitySettings
from facialis.simulate.performance import TrueEvent
from facialis.types import Event, FloatArray, RecordingSide

Method = Literal["peer", "facialis"]
SHORTEST_JUDGED_S = QualitySettings().min_observed_s
METHODS: tuple[Method, Method] = ("peer", "facialis")


@dataclass(frozen=True)
class Outcome:
    """One method's answer on one recording, beside the truth.

    `contractions` are the single twitches and tonic contractions; a method that does not part them gives its
    episodes. `probabilities` holds one number an episode, or none; `events` all that was found.
    """

    scenario: Scenario
    truth: tuple[TrueEvent, ...]
    side: RecordingSide
    episodes: tuple[Span, ...]
    contractions: tuple[Span, ...]
    probabilities: tuple[float, ...]
    seconds: float
    seconds_observed: float
    events: tuple[Event, ...] = ()


Outcomes = Sequence[Outcome]


def true_spans(outcome: Outcome, kind: str) -> list[Span]:
    """Return the true events of a kind, their peak as value."""
    return [Span(e.onset_s, e.offset_s, e.side, e.peak) for e in outcome.truth if e.kind == kind]


def episodes_of(outcomes: Outcomes) -> Matching:
    """Match the episodes of each recording and pool them."""
    return pooled([match(true_spans(o, "episode"), o.episodes) for o in outcomes])


def with_spasms(outcomes: Outcomes) -> list[Outcome]:
    """Return the recordings for F1, side, onset and intensity: spasms of all sizes at common rates."""
    return [o for o in outcomes if o.scenario.purpose == "spasm" and o.scenario.rate_per_min in RATES_PER_MIN]


def healthy(outcomes: Outcomes) -> list[Outcome]:
    """Return the recordings without a spasm or a mimic of one."""
    return [o for o in outcomes if o.scenario.purpose == "healthy"]


def main_table(outcomes: Mapping[Method, Outcomes]) -> str:
    """Return the main table: a row a number, a column a method, with what each rests on."""
    rows: Sequence[tuple[str, Callable[[Outcomes], str], Callable[[Outcomes], str], str]] = (
        ("F1 of episodes (overlap, one to one)", _f1, _n_episodes, "at least 0.90"),
        ("precision, recall", _precision_recall, _n_episodes, ""),
        ("false episodes a minute, healthy, per minute observed", _false_observed, _n_healthy, "at most 0.3"),
        ("the same per minute of file", _false_recorded, _n_healthy, ""),
        ("false episodes a minute beside true ones", _false_beside, _n_spasm_minutes, ""),
        ("side right", _side_right, _n_spasm, "1.0"),
        ("`none` on healthy faces", _none_right, _n_judged, "at least 0.95"),
        ("onset error, median absolute, ms", _onset_absolute, _n_pairs, "at most 40"),
        ("onset error, median signed, ms (positive is late)", _onset_signed, _n_pairs, ""),
        ("Spearman of intensity with true peak, pooled", _spearman, _n_pairs, "at least 0.85"),
        ("the same within a person, median", _spearman_within, _n_people, ""),
        ("twitches of 20 % of full closure found", _found_at_20, _n_at_20, "at least 0.80"),
        ("slope of measured against true rate", _slope_text, _n_rates, "0.9 to 1.1"),
        ("measured rate rises with every step of the true rate", _monotonic_text, _n_rates, "yes"),
        ("share of the time observed", _observed, _n_all, ""),
    )
    first = outcomes[METHODS[-1]]
    body = [
        [name, *(score(outcomes[m]) for m in METHODS), reach, count(first)]
        for name, score, count, reach in rows
    ]
    return markdown(["", "published peer", "facialis", "reach", "n (facialis)"], body)


def found_shares(outcomes: Outcomes, size: float, *, one_to_one: bool) -> tuple[int, int]:
    """Return (found, all) true twitches of one size.

    A twitch is found where a contraction of its side overlaps it; `one_to_one` lets each contraction stand
    for one twitch only.
    """
    found = n = 0
    for o in outcomes:
        if o.scenario.purpose == "size" and o.scenario.size == size:
            twitches = true_spans(o, "twitch")
            n += len(twitches)
            if one_to_one:
                found += len(match(twitches, o.contractions).pairs)
            else:
                found += sum(bool(match([t], o.contractions).pairs) for t in twitches)
    return found, n


def size_table(outcomes: Mapping[Method, Outcomes]) -> str:
    """Return the share of twitches found by size, and the false episodes in the same recordings."""
    rows = []
    for size in SIZES:
        row = [f"{size:.0%}"]
        for method in METHODS:
            row += [share(*found_shares(outcomes[method], size, one_to_one=one)) for one in (False, True)]
            of_size = [o for o in outcomes[method] if o.scenario.size == size]
            row.append(number(episodes_of(of_size).false_per_min(_seconds(of_size))))
        rows.append([*row, str(found_shares(outcomes["facialis"], size, one_to_one=False)[1])])
    kinds = ("overlapped", "one to one", "false/min")
    return markdown(
        ["twitch, % of full closure", *(f"{m}: {kind}" for m in METHODS for kind in kinds), "n"], rows
    )


def rates(outcomes: Outcomes) -> FloatArray:
    """Return (true, measured) episodes a minute of each recording with spasms or of a healthy loop, (n, 2).

    The measured rate is per minute observed, as it would be reported; recordings not observed are left out.
    """
    pairs = [
        (60 * len(true_spans(o, "episode")) / o.scenario.seconds, 60 * len(o.episodes) / o.seconds_observed)
        for o in outcomes
        if o.scenario.purpose in ("spasm", "healthy")
        and o.scenario.material != "filmed"
        and o.seconds_observed > 0
    ]
    return np.array(pairs).reshape(-1, 2)


def mean_rates(outcomes: Outcomes) -> list[tuple[float, float, int]]:
    """Return (true rate, mean measured rate, recordings) for each true rate, rising."""
    pairs = rates(outcomes)
    return [
        (float(true), float(pairs[pairs[:, 0] == true, 1].mean()), int((pairs[:, 0] == true).sum()))
        for true in np.unique(pairs[:, 0])
    ]


def slope(outcomes: Outcomes) -> float:
    """Return the least-squares slope of measured on true rate; NaN without two true rates."""
    pairs = rates(outcomes)
    if len(np.unique(pairs[:, 0])) < 2:
        return float("nan")
    return float(np.polyfit(pairs[:, 0], pairs[:, 1], 1)[0])


def monotonic(outcomes: Outcomes) -> bool:
    """Whether the mean measured rate rises from each true rate to the next."""
    return all(b[1] > a[1] for a, b in pairwise(mean_rates(outcomes)))


def rate_table(outcomes: Mapping[Method, Outcomes]) -> str:
    """Return the mean measured rate for each true rate."""
    columns = [mean_rates(outcomes[m]) for m in METHODS]
    rows = [
        [number(true, 0), *(number(column[i][1], 1) for column in columns), str(n)]
        for i, (true, _, n) in enumerate(columns[-1])
        if i < len(columns[0])
    ]
    return markdown(["true episodes a minute", *(f"{m}: measured" for m in METHODS), "recordings"], rows)


def person_table(outcomes: Outcomes) -> str:
    """Return one row a person: where a method does well and where not."""
    rows = []
    for person in _people(outcomes):
        own = [o for o in outcomes if o.scenario.person == person]
        spasms, calm = with_spasms(own), healthy(own)
        found = episodes_of(spasms)
        n_found = len(found.pairs) + len(found.false)
        rows.append(
            [
                Path(person).stem,
                number(found.f1),
                f"{len(found.pairs)} of {len(found.pairs) + len(found.missed)} true, of {n_found} found",
                _ms(np.abs(found.onset_errors_s)),
                number(found.value_correlation),
                _side_right(spasms),
                number(episodes_of(calm).false_per_min(_seconds(calm))),
                ", ".join(o.side for o in calm),
                _observed(own),
            ]
        )
    header = ["person", "F1", "matched", "onset ms", "Spearman", "side right", "false/min healthy"]
    return markdown([*header, "side of healthy", "observed"], rows)


def mimic_table(outcomes: Outcomes) -> str:
    """Return what voluntary one-sided movements are taken for, and with which probability."""
    rows = []
    for purpose in ("wink", "smirk"):
        own = [o for o in outcomes if o.scenario.purpose == purpose]
        taken, n = [], 0
        for o in own:
            deeds = true_spans(o, purpose)
            n += len(deeds)
            chance = dict(zip(o.episodes, o.probabilities, strict=True))
            taken += [chance[found] for _, found in match(deeds, o.episodes).pairs]
        sides = [o.side for o in own]
        verdicts = ", ".join(f"{side} {sides.count(side)}" for side in sorted(set(sides)))
        middle = float(np.median(taken)) if taken else float("nan")
        rows.append([purpose, share(len(taken), n), number(middle), verdicts or NOTHING, str(n)])
    header = ["voluntary", "reported as spasm", "median probability of those", "verdicts (recordings)", "n"]
    return markdown(header, rows)


def _people(outcomes: Outcomes) -> list[str]:
    return list(dict.fromkeys(o.scenario.person for o in outcomes))


def _seconds(outcomes: Outcomes) -> float:
    return sum(o.seconds_observed for o in outcomes)


def _f1(outcomes: Outcomes) -> str:
    return number(episodes_of(with_spasms(outcomes)).f1)


def _precision_recall(outcomes: Outcomes) -> str:
    found = episodes_of(with_spasms(outcomes))
    return f"{number(found.precision)}, {number(found.recall)}"


def _n_episodes(outcomes: Outcomes) -> str:
    n = sum(len(true_spans(o, "episode")) for o in with_spasms(outcomes))
    return f"{n} episodes, {len(with_spasms(outcomes))} videos, {len(_people(with_spasms(outcomes)))} people"


def _false_observed(outcomes: Outcomes) -> str:
    calm = healthy(outcomes)
    return number(episodes_of(calm).false_per_min(_seconds(calm)))


def _false_recorded(outcomes: Outcomes) -> str:
    calm = healthy(outcomes)
    return number(episodes_of(calm).false_per_min(sum(o.seconds for o in calm)))


def _false_beside(outcomes: Outcomes) -> str:
    spasms = with_spasms(outcomes)
    return number(episodes_of(spasms).false_per_min(_seconds(spasms)))


def _n_healthy(outcomes: Outcomes) -> str:
    calm = healthy(outcomes)
    return f"{_seconds(calm) / 60:.1f} min, {len(calm)} videos, {len(_people(calm))} people"


def _n_spasm_minutes(outcomes: Outcomes) -> str:
    return f"{_seconds(with_spasms(outcomes)) / 60:.1f} min"


def _n_spasm(outcomes: Outcomes) -> str:
    return f"{len(with_spasms(outcomes))} videos"


def _n_all(outcomes: Outcomes) -> str:
    return f"{sum(o.seconds for o in outcomes) / 60:.1f} min"


def _side_right(outcomes: Outcomes) -> str:
    spasms = with_spasms(outcomes)
    return share(sum(o.side == o.scenario.side for o in spasms), len(spasms))


def _judged(outcomes: Outcomes) -> list[Outcome]:
    """Return the healthy recordings long enough for a verdict: some clips as filmed last a second."""
    return [o for o in healthy(outcomes) if o.seconds_observed >= SHORTEST_JUDGED_S]


def _n_judged(outcomes: Outcomes) -> str:
    return f"{len(_judged(outcomes))} videos of at least {SHORTEST_JUDGED_S:g} s"


def _none_right(outcomes: Outcomes) -> str:
    calm = _judged(outcomes)
    return share(sum(o.side == "none" for o in calm), len(calm))


def _onset_absolute(outcomes: Outcomes) -> str:
    return _ms(np.abs(episodes_of(with_spasms(outcomes)).onset_errors_s))


def _onset_signed(outcomes: Outcomes) -> str:
    return _ms(episodes_of(with_spasms(outcomes)).onset_errors_s)


def _ms(errors_s: FloatArray) -> str:
    return number(1000 * float(np.median(errors_s)), 0) if len(errors_s) else NOTHING


def _n_pairs(outcomes: Outcomes) -> str:
    return f"{len(episodes_of(with_spasms(outcomes)).pairs)} matched"


def _spearman(outcomes: Outcomes) -> str:
    return number(episodes_of(with_spasms(outcomes)).value_correlation)


def _spearman_within(outcomes: Outcomes) -> str:
    spasms = with_spasms(outcomes)
    own = [
        episodes_of([o for o in spasms if o.scenario.person == person]).value_correlation
        for person in _people(spasms)
    ]
    known = [value for value in own if not np.isnan(value)]
    return number(float(np.median(known))) if known else NOTHING


def _n_people(outcomes: Outcomes) -> str:
    return f"{len(_people(with_spasms(outcomes)))} people"


def _found_at_20(outcomes: Outcomes) -> str:
    return share(*found_shares(outcomes, 0.2, one_to_one=False))


def _n_at_20(outcomes: Outcomes) -> str:
    return f"{found_shares(outcomes, 0.2, one_to_one=False)[1]} twitches"


def _slope_text(outcomes: Outcomes) -> str:
    return number(slope(outcomes))


def _monotonic_text(outcomes: Outcomes) -> str:
    return "yes" if monotonic(outcomes) else "no"


def _n_rates(outcomes: Outcomes) -> str:
    return f"{len(rates(outcomes))} videos, {len(mean_rates(outcomes))} rates"


def _observed(outcomes: Outcomes) -> str:
    recorded = sum(o.seconds for o in outcomes)
    return number(_seconds(outcomes) / recorded if recorded else float("nan"))
