"""What was measured in the circle beside what was simulated, as numbers and tables. Pure: no films."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from benchmarks.circle_design import Shot, pairs
from benchmarks.scores import Outcome, episodes_of, rates, slope, true_spans
from benchmarks.tables import NOTHING, markdown, number, share
from facialis.measures.matching import Matching, Span, match, pooled
from facialis.simulate.performance import TrueEvent, with_episodes
from facialis.types import Event, FloatArray, Region

Quantity = Literal["episodes", "time in spasm", "eye", "lower face"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
"""What may change with treatment: number of episodes, seconds of contraction, and the sums over contractions
of how far the eye and the lower face (mouth corner) went."""
REGION_OF: Mapping[Quantity, Region] = {"eye": "eye", "lower face": "mouth"}
SEGMENT_S = 3.0
"""Intervals of changes are drawn from stretches this long; neighbours are taken for independent."""
BLINK_EDGE_S = 0.1
"""A spasm lies within a blink where it begins and ends at most this much outside."""
RESAMPLED = 2000
LEAST_DEFINED = 0.95
"""Share of the resamples in which a ratio must exist for its interval to be given."""
SPASMS = ("twitch", "tonic")
NO_INTERVAL = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Answer:
    """One recording beside its truths: `labelled` as the truth file has it, `visible` what can be told.

    `reached` has, for each visible twitch and tonic contraction in their order, how far each region went.
    `outcome` is what was measured, beside the visible truth.
    """

    shot: Shot
    labelled: tuple[TrueEvent, ...]
    visible: tuple[TrueEvent, ...]
    reached: tuple[Mapping[Region, float], ...]
    events: tuple[Event, ...]
    outcome: Outcome

    @property
    def side_right(self) -> bool:
        """Whether the side measured is that of what can be told; `none` where nothing can."""
        return self.outcome.side == (self.shot.patient.side if self.visible else "none")


Answers = Sequence[Answer]
Truth = Literal["labelled", "visible"]
TRUTHS: tuple[Truth, Truth] = get_args(Truth)


def outcomes(answers: Answers, truth: Truth) -> list[Outcome]:
    """Return the outcomes with one of the two truths."""
    return [replace(a.outcome, truth=getattr(a, truth)) for a in answers]


def healthy(answers: Answers) -> list[Answer]:
    """Return the recordings of people without a cause."""
    return [a for a in answers if a.shot.patient.cause == "none"]


def ill(answers: Answers) -> list[Answer]:
    """Return the recordings of people with a cause, whether or not it shows."""
    return [a for a in answers if a.shot.patient.cause != "none"]


def main_table(answers: Answers, more: Answers) -> str:
    """Return the main table: a row a number, against both truths; `more` adds recordings to the design."""
    rows: tuple[tuple[str, Callable[[Answers, Truth], str], str, str], ...] = (
        ("F1 of episodes (overlap, one to one)", _f1, "at least 0.90", _n_episodes(answers)),
        ("precision, recall", _precision_recall, "", ""),
        ("false episodes a minute, cause `none`", _false_healthy, "at most 0.3", _minutes(healthy(answers))),
        ("false episodes a minute, other causes", _false_ill, "", _minutes(ill(answers))),
        ("slope of measured on true rate", _slope, "0.9 to 1.1", _range(answers)),
        ("mean measured over mean true rate", _mean_rates, "", ""),
        ("onset error, median absolute, ms", _onset_absolute, "at most 40", ""),
        ("onset error, median signed, ms (positive is late)", _onset_signed, "", ""),
        ("Spearman of intensity with true peak", _spearman, "at least 0.85", ""),
    )
    body = [
        [name, score(answers, "labelled"), score(answers, "visible"), score(more, "visible"), reach, n]
        for name, score, reach, n in rows
    ]
    body.append(["the same with the eye's own peak", NOTHING, _eye(answers), _eye(more), "", ""])
    (free, hidden), (more_free, more_hidden) = (by_blinks(group) for group in (answers, more))
    n = f"{_n(free)}; {_n(more_free)}"
    body.append(["F1 but for spasms within a blink", NOTHING, number(free.f1), number(more_free.f1), "", n])
    n = f"{_n(hidden)}; {_n(more_hidden)}"
    found = (number(hidden.recall), number(more_hidden.recall))
    body.append(["spasms within a blink found, share", NOTHING, *found, "", n])
    names = ("side right where a spasm can be told", "`none` where nothing can be told")
    for name, told, reach in zip(names, (True, False), ("1.0", ""), strict=True):
        own, all_ = ([a for a in group if bool(a.visible) == told] for group in (answers, more))
        body.append([name, NOTHING, _sides(own), _sides(all_), reach, f"{len(own)}; {len(all_)} recordings"])
    time = f"{_minutes(answers)}; {_minutes(more)}"
    body.append(["share of the time observed", NOTHING, _observed(answers), _observed(more), "", time])
    return markdown(["", "truth file", "what can be told", "and treatments", "reach", "n"], body)


def group_table(answers: Answers, name: str, key: Callable[[Shot], str]) -> str:
    """Return one row for each value of a factor, against what can be told."""
    rows = []
    for value in sorted({key(a.shot) for a in answers}):
        own = [a for a in answers if key(a.shot) == value]
        seen = outcomes(own, "visible")
        found = episodes_of(seen)
        rows.append(
            [
                value,
                str(sum(len(true_spans(o, "episode")) for o in outcomes(own, "labelled"))),
                str(len(found.pairs) + len(found.missed)),
                str(len(found.pairs) + len(found.false)),
                str(len(found.pairs)),
                number(found.f1),
                ", ".join(dict.fromkeys(a.outcome.side for a in own)),
            ]
        )
    header = [name, "episodes, truth file", "can be told", "measured", "matched", "F1", "sides measured"]
    return markdown(header, rows)


def segments(answer: Answer, quantity: Quantity) -> FloatArray:
    """Return (true, measured) amounts in each stretch of SEGMENT_S of a recording, (stretches, 2).

    What is left at the end belongs to the last stretch. Contractions count where they begin, their time where
    it lies.
    """
    n = max(1, int(answer.outcome.seconds / SEGMENT_S + 1e-6))
    found: FloatArray = np.zeros((n, 2))
    for column, contractions in enumerate((_true_amounts(answer, quantity), _measured(answer, quantity))):
        for onset_s, offset_s, amount in contractions:
            if quantity == "time in spasm":
                found[:, column] += _overlaps(onset_s, offset_s, n)
            else:
                found[_place(onset_s, n), column] += amount
    return found


def _true_amounts(answer: Answer, quantity: Quantity) -> list[tuple[float, float, float]]:
    """Return onset, offset and amount of what can be told."""
    if quantity == "episodes":
        return [(e.onset_s, e.offset_s, 1.0) for e in answer.visible if e.kind == "episode"]
    spasms = [e for e in answer.visible if e.kind in SPASMS]
    region = REGION_OF.get(quantity, "eye")
    return [
        (e.onset_s, e.offset_s, reached.get(region, 0.0))
        for e, reached in zip(spasms, answer.reached, strict=True)
    ]


def _measured(answer: Answer, quantity: Quantity) -> list[tuple[float, float, float]]:
    """Return onset, offset and amount of what was measured."""
    if quantity == "episodes":
        return [(e.onset_s, e.offset_s, 1.0) for e in answer.events if e.kind == "episode"]
    region = REGION_OF.get(quantity, "eye")
    return [
        (e.onset_s, e.offset_s, max(e.excess.get(region, 0.0), 0.0))
        for e in answer.events
        if e.kind in SPASMS
    ]


@dataclass(frozen=True)
class Change:
    """After over before, simulated and measured, and the ratio of both with its interval (95 %), or NaN."""

    simulated: float
    measured: float
    ratio: float
    low: float
    high: float

    @property
    def agrees(self) -> bool:
        """Whether the interval is known and holds 1."""
        return self.low <= 1 <= self.high


def change(before: FloatArray, after: FloatArray, seed: int = 0) -> Change:
    """Return how much stretches (n, 2) of true and measured amounts changed; the interval by resampling.

    Stretches before and after are drawn anew, each with its true and its measured amount.
    """
    simulated, measured, ratio = _ratios(before.mean(axis=0), after.mean(axis=0))
    rng = np.random.default_rng(seed)
    drawn = [
        _ratios(*(part[rng.integers(0, len(part), len(part))].mean(axis=0) for part in (before, after)))[2]
        for _ in range(RESAMPLED)
    ]
    known = np.array(drawn)[np.isfinite(drawn)]
    # Without anything measured every draw is 0, and how sure that is cannot be told from draws.
    enough = np.isfinite(ratio) and measured > 0 and len(known) >= LEAST_DEFINED * RESAMPLED
    low, high = (float(v) for v in np.quantile(known, [0.025, 0.975])) if enough else NO_INTERVAL
    return Change(simulated, measured, ratio, low, high)


def changes(answers: Answers) -> dict[tuple[str, Quantity], Change]:
    """Return the change with each treatment, in each quantity, pooled over persons."""
    by_shot = {a.shot: a for a in answers}
    grouped: dict[str, list[tuple[Answer, Answer]]] = {}
    for name, before, after in pairs([a.shot for a in answers]):
        grouped.setdefault(name, []).append((by_shot[before], by_shot[after]))
    found = {}
    for name, both in grouped.items():
        for quantity in QUANTITIES:
            parts = [np.concatenate([segments(pair[i], quantity) for pair in both]) for i in (0, 1)]
            found[name, quantity] = change(parts[0], parts[1])
    return found


def change_table(found: Mapping[tuple[str, Quantity], Change]) -> str:
    """Return a row for each treatment and quantity."""
    rows = [
        [
            name,
            quantity,
            number(each.simulated),
            number(each.measured),
            _with_interval(each),
        ]
        for (name, quantity), each in found.items()
    ]
    header = ["treatment", "what", "simulated, after / before", "measured, after / before"]
    return markdown([*header, "measured / simulated (95 %)"], rows)


def agreeing(found: Mapping[tuple[str, Quantity], Change]) -> tuple[int, int]:
    """Return in how many of the changes with an interval it holds 1, and how many have one."""
    known = [each for each in found.values() if np.isfinite(each.low)]
    return sum(each.agrees for each in known), len(known)


def _ratios(before: FloatArray, after: FloatArray) -> tuple[float, float, float]:
    simulated, measured = (_over(float(a), float(b)) for a, b in zip(after, before, strict=True))
    return simulated, measured, _over(measured, simulated)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _place(time_s: float, n: int) -> int:
    return min(max(int(time_s / SEGMENT_S), 0), n - 1)


def _overlaps(onset_s: float, offset_s: float, n: int) -> FloatArray:
    """Return how many seconds of an event lie in each stretch, (n,); the last one goes on to the end."""
    starts = SEGMENT_S * np.arange(n)
    ends = np.append(starts[1:], np.inf)
    lasting: FloatArray = np.clip(np.minimum(offset_s, ends) - np.maximum(onset_s, starts), 0.0, None)
    return lasting


def _with_interval(each: Change) -> str:
    if not np.isfinite(each.ratio):
        return NOTHING
    if not np.isfinite(each.low):
        return f"{each.ratio:.2f} (too few)"
    return f"{each.ratio:.2f} ({each.low:.2f} to {each.high:.2f})"


def _f1(answers: Answers, truth: Truth) -> str:
    return number(episodes_of(outcomes(answers, truth)).f1)


def _precision_recall(answers: Answers, truth: Truth) -> str:
    found = episodes_of(outcomes(answers, truth))
    return f"{number(found.precision)}, {number(found.recall)}"


def _false(answers: Answers, truth: Truth) -> str:
    return number(episodes_of(outcomes(answers, truth)).false_per_min(_seconds(answers)))


def _false_healthy(answers: Answers, truth: Truth) -> str:
    return _false(healthy(answers), truth)


def _false_ill(answers: Answers, truth: Truth) -> str:
    return _false(ill(answers), truth)


def _slope(answers: Answers, truth: Truth) -> str:
    return number(slope(outcomes(answers, truth)))


def _mean_rates(answers: Answers, truth: Truth) -> str:
    both = rates(outcomes(answers, truth))
    return number(_over(float(both[:, 1].mean()), float(both[:, 0].mean()))) if len(both) else NOTHING


def _range(answers: Answers) -> str:
    true = [rates(outcomes(answers, truth))[:, 0] for truth in TRUTHS]
    ends = "; ".join(f"{t.min():.0f} to {t.max():.0f}" for t in true if len(t))
    return f"{ends} a minute"


def _onset_absolute(answers: Answers, truth: Truth) -> str:
    return _ms(np.abs(episodes_of(outcomes(answers, truth)).onset_errors_s))


def _onset_signed(answers: Answers, truth: Truth) -> str:
    return _ms(episodes_of(outcomes(answers, truth)).onset_errors_s)


def _ms(errors_s: FloatArray) -> str:
    return number(1000 * float(np.median(errors_s)), 0) if len(errors_s) else NOTHING


def _spearman(answers: Answers, truth: Truth) -> str:
    return number(episodes_of(outcomes(answers, truth)).value_correlation)


def by_blinks(answers: Answers) -> tuple[Matching, Matching]:
    """Match what can be told, apart for episodes that do not and that do lie wholly within a blink.

    Found episodes that match nothing are false in the first; the second has none.
    """
    free, within = [], []
    for answer in answers:
        blinks = [e for e in answer.labelled if e.kind == "blink"]
        whole = match(true_spans(answer.outcome, "episode"), answer.outcome.episodes)
        pairs_of: tuple[list[tuple[Span, Span]], ...] = ([], [])
        missed: tuple[list[Span], ...] = ([], [])
        for pair in whole.pairs:
            pairs_of[_within(pair[0], blinks)].append(pair)
        for span in whole.missed:
            missed[_within(span, blinks)].append(span)
        free.append(Matching(tuple(pairs_of[0]), tuple(missed[0]), whole.false))
        within.append(Matching(tuple(pairs_of[1]), tuple(missed[1]), ()))
    return pooled(free), pooled(within)


def _within(span: Span, blinks: Sequence[TrueEvent]) -> bool:
    return any(
        b.onset_s - BLINK_EDGE_S <= span.onset_s and span.offset_s <= b.offset_s + BLINK_EDGE_S
        for b in blinks
    )


def _n(found: Matching) -> str:
    return f"{len(found.pairs) + len(found.missed)}"


def _eye(answers: Answers) -> str:
    """Return the correlation of the measured intensity, the eye's, with how far the eye went in truth."""
    found = []
    for answer in answers:
        spasms = [e for e in answer.visible if e.kind in SPASMS]
        eyes = [
            replace(e, peak=reached.get("eye", 0.0))
            for e, reached in zip(spasms, answer.reached, strict=True)
        ]
        found.append(replace(answer.outcome, truth=with_episodes(eyes)))
    return number(episodes_of(found).value_correlation)


def _sides(answers: Answers) -> str:
    return share(sum(a.side_right for a in answers), len(answers))


def _seconds(answers: Answers) -> float:
    return sum(a.outcome.seconds_observed for a in answers)


def _minutes(answers: Answers) -> str:
    return f"{_seconds(answers) / 60:.1f} min, {len(answers)} recordings"


def _observed(answers: Answers) -> str:
    return number(_over(_seconds(answers), sum(a.outcome.seconds for a in answers)))


def _n_episodes(answers: Answers) -> str:
    counts = [sum(len(true_spans(o, "episode")) for o in outcomes(answers, truth)) for truth in TRUTHS]
    return f"{counts[0]} episodes in the truth file, {counts[1]} can be told"
