"""After decompression: spasms gone at once, back after a silent period and slowly fading, fading, unchanged,
or gone for months and back.

About half of the people who end up free of spasms are not so in the first weeks, so nothing is judged
before six months, and a face that has become weak is told apart from one that has become quiet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from facialis.measures.basis import Term
from facialis.measures.course import closure_change
from facialis.measures.history import History, RecordedRate, Treatment, measured, seconds_of
from facialis.measures.posterior import NOT_SETTLED, Draws, Pattern, RatePrior, Remaining, Stretch, posterior
from facialis.measures.toxin import split, stretch_of
from facialis.types import FloatArray, Measure

EARLIEST_JUDGED_DAYS = 180
RECENT_DAYS = 30
HOW = "posterior with stated priors"
STILL_WITH_SPASMS = ((0, 1.0), (7, 0.65), (30, 0.49), (90, 0.27), (180, 0.13), (365, 0.03))
"""Days, and the share of those who became free that still had spasms then (n = 175,
10.1055/s-0041-1740970)."""
AT_ONCE, SILENT, GRADUAL, UNCHANGED = "gone at once", "back, then fading", "fading", "unchanged"
RELAPSED = "relapsed"
RELAPSE_TOLD = 50.0
"""Chance in % from which a relapse is told in words."""

ONE_SINCE = "One recording alone tells of the time since: further ones will tell how many there are now."
CLOSURE_UNKNOWN = (
    "Voluntary closure was not recorded before and after, so a weak face cannot be told from a quiet one."
)


@dataclass(frozen=True)
class SurgeryPriors:
    """What is known of the course after microvascular decompression, before the person's own data.
    Replaceable.

    Gone at once in 38 % (n = 89, doi:10.3340/jkns.2008.44.4.245) to 72 % (2727 people,
    doi:10.1097/SCS.0000000000001406); of the others most have a silent period of 1 to 10 days (mean 2.4)
    before the spasms return and fade, fewer fade from the start; about one in ten is not helped or
    relapses. Of those who were free the spasms return in 2.4 % (5685 people,
    doi:10.3109/02688697.2011.641613) to 7 % (n = 100, doi:10.1007/s00701-024-05891-9). In one series 1.0,
    1.7 and 2.9 % had relapsed after one, two and five years (n = 587, doi:10.1007/s00701-012-1424-z); in a
    review of 600 people 86 % of relapses came within two years (Payner and Tew 1996, Neurosurgery 38:686).
    The day of a relapse, with a median of 400 and a log-SD of 0.9, has three of four within two years,
    which lies between them. The time constant of fading has a median of 25 days and a log-SD of 1.2:
    residual spasms lasted 14 days in the median, 75 in the mean, up to 900 (same n = 89), 30 in the median
    of another series (10.1055/s-0041-1740970). What is left in the end has a median of 3 % and a log-SD of
    1; what returns at first is 20 to 80 % of the baseline in two of three people; a rate that is not helped
    may still drift by 20 %; a relapse goes back to a median of 65 % of the baseline with a log-SD of 0.45;
    one relapse in three follows a silent period (own choices, no counts were published).
    """

    at_once: float = 0.55
    silent: float = 0.28
    gradual: float = 0.07
    unchanged: float = 0.06
    relapsed: float = 0.04
    relapsed_from_silent: float = 1 / 3
    left: float = 0.03
    log_sd_left: float = 1.0
    silent_days: float = 2.4
    log_sd_silent: float = 0.6
    fading_days: float = 25.0
    log_sd_fading: float = 1.2
    logit_sd_return: float = 1.4
    log_sd_unchanged: float = 0.2
    relapse_days: float = 400.0
    log_sd_relapse_days: float = 0.9
    relapse_level: float = 0.65
    log_sd_relapse_level: float = 0.45
    rate: RatePrior = field(default_factory=RatePrior)


@dataclass(frozen=True)
class SurgeryCourse:
    """The course after one operation.

    `chances`: each pattern's posterior chance in %. `remaining`: spasms at the last recording in % of before.
    `fading_days`: the time constant, if they fade. `words` says how it stands, and never judges before six
    months. `weakness` is empty, or says why few spasms may not mean a cure.
    """

    treatment: Treatment | None
    chances: tuple[Measure, ...]
    remaining: Measure
    fading_days: Measure
    closure_difference: Measure
    words: str
    weakness: str


def surgery_patterns(priors: SurgeryPriors) -> tuple[Pattern, ...]:
    """Return the ways the rate can go after an operation.

    Two have the name `RELAPSED`: the spasms were gone at once, or faded first, before they came back.
    """

    def left(normal: FloatArray) -> FloatArray:
        end: FloatArray = np.minimum(priors.left * np.exp(priors.log_sd_left * normal), 1.0)
        return end[:, None]

    def fading(normal: FloatArray) -> FloatArray:
        time: FloatArray = priors.fading_days * np.exp(priors.log_sd_fading * normal)
        return time[:, None]

    def at_once(z: FloatArray, t: FloatArray) -> FloatArray:
        return np.repeat(left(z[:, 0]), t.size, axis=1)

    def gradual(z: FloatArray, t: FloatArray) -> FloatArray:
        end = left(z[:, 0])
        share: FloatArray = end + (1 - end) * np.exp(-np.maximum(t, 0) / fading(z[:, 1]))
        return share

    def silent(z: FloatArray, t: FloatArray) -> FloatArray:
        end = left(z[:, 0])
        back = priors.silent_days * np.exp(priors.log_sd_silent * z[:, 2])[:, None]
        level = special.expit(priors.logit_sd_return * z[:, 3])[:, None]
        since = np.maximum(t - back, 0)
        returned = np.where(t > back, level * np.exp(-since / fading(z[:, 1])), 0.0)
        share: FloatArray = end + (1 - end) * returned
        return share

    def unchanged(z: FloatArray, t: FloatArray) -> FloatArray:
        return np.repeat(np.exp(priors.log_sd_unchanged * z), t.size, axis=1)

    def relapse(free: Remaining) -> Remaining:
        def back(z: FloatArray, t: FloatArray) -> FloatArray:
            day = priors.relapse_days * np.exp(priors.log_sd_relapse_days * z[:, 0])[:, None]
            level = priors.relapse_level * np.exp(priors.log_sd_relapse_level * z[:, 1])[:, None]
            first = free(z[:, 2:], t)
            share: FloatArray = np.where(t >= day, np.maximum(level, first), first)
            return share

        return back

    def returned(z: FloatArray, t: FloatArray) -> FloatArray:
        # What is left in between is at its median: with one more parameter the fit often does not settle.
        return silent(np.column_stack([np.zeros(z.shape[0]), z]), t)

    faded = priors.relapsed * priors.relapsed_from_silent
    return (
        Pattern(AT_ONCE, priors.at_once, 1, at_once),
        Pattern(SILENT, priors.silent, 4, silent),
        Pattern(GRADUAL, priors.gradual, 2, gradual),
        Pattern(UNCHANGED, priors.unchanged, 1, unchanged),
        Pattern(RELAPSED, priors.relapsed - faded, 3, relapse(at_once)),
        Pattern(RELAPSED, faded, 5, relapse(returned)),
    )


def surgery_course(history: History, priors: SurgeryPriors | None = None) -> SurgeryCourse:
    """Return the course after the latest operation; recordings before it give the baseline.

    Recordings between an earlier operation and this one count as before. Toxin is not modelled here: leave
    out recordings taken while toxin acted.
    """
    priors = priors or SurgeryPriors()
    given, recordings = history.of("surgery"), measured(history.recordings)
    treatment = given[-1] if given else None
    before, after = split(recordings, given[-1:]) if treatment else (recordings, [])
    seconds, n = seconds_of(after), len(after)
    if reason := _why_not(treatment, before, after):
        return _nothing(treatment, before, after, reason)
    patterns = surgery_patterns(priors)
    stretch = stretch_of(after, treatment)
    draws = posterior([stretch], patterns, stretch_of(before, None), priors.rate)
    last = float(stretch.days[-1])
    left = draws.remaining(0, patterns, np.array([last]))[:, 0]
    low, middle, high = (float(q) for q in np.quantile(100 * left, [0.025, 0.5, 0.975]))
    term = Term("remaining", "Spasms at the last recording", None, "% of before", seconds)
    given_ = term.give(middle, (low, high), n, HOW)
    remaining = given_ if draws.settled else term.lack(n, NOT_SETTLED)
    closure = closure_change(before, _recent(after))
    names = dict.fromkeys(pattern.name for pattern in patterns)
    chances = tuple(_chance(name, patterns, draws, seconds, n) for name in names)
    return SurgeryCourse(
        treatment,
        chances,
        remaining,
        _fading(draws, patterns, priors, seconds, n),
        closure,
        standing(
            last, remaining, chance_of(chances, RELAPSED), _since_relapse(draws, patterns, priors, stretch)
        ),
        weakness(before, _recent(after), closure),
    )


def still_with_spasms(days: float) -> float:
    """Return the share of people who became free of spasms that still had some so many days after surgery."""
    at, share = zip(*STILL_WITH_SPASMS, strict=True)
    return float(np.interp(days, at, share))


def chance_name(pattern: str) -> str:
    """Return the name of the measure that gives a pattern's chance."""
    return f"chance_{pattern.replace(', then', '').replace(' ', '_')}"


def chance_of(chances: Sequence[Measure], pattern: str) -> float:
    """Return a pattern's chance in %, 0 where it is not among them."""
    return sum(each.value or 0.0 for each in chances if each.name == chance_name(pattern))


def standing(days: float, remaining: Measure, relapsed: float = 0.0, since: int = 2) -> str:
    """Return how it stands in words; before six months it is only said that it is early.

    `relapsed` is the chance in % that the spasms were gone and are back, `since` how many recordings were
    made after they came back: one alone is drawn far towards what is usual.
    """
    if remaining.value is None or remaining.low is None or remaining.high is None:
        return remaining.reason
    now = (
        f"{days:.0f} days after surgery spasms are at {remaining.value:.0f} % of before "
        f"({remaining.low:.0f} to {remaining.high:.0f} %)."
    )
    if days >= EARLIEST_JUDGED_DAYS:
        if relapsed >= RELAPSE_TOLD:
            back = f"{now} They had gone and have come back (chance {relapsed:.0f} %)."
            return f"{back} {ONE_SINCE}" if since == 1 else back
        return f"{now} In studies the result after six to nine months was that after more than a year."
    share = 100 * still_with_spasms(days)
    return (
        f"{now} It is early: of the people who became free of spasms, about {share:.0f} % still had some at "
        f"this time. Nothing is judged before {EARLIEST_JUDGED_DAYS} days."
    )


def weakness(before: Sequence[RecordedRate], recent: Sequence[RecordedRate], closure: Measure) -> str:
    """Return why few spasms may come from a weak face, empty if the eye shuts as it did.

    A palsy that begins days after surgery (6.5 to 14.5 %, doi:10.1007/s00701-015-2652-9,
    doi:10.3171/2017.3.JNS162869) also stops spasms, for a while.
    """
    first = [r.closure for r in before if r.closure is not None]
    now = [r.closure for r in recent if r.closure is not None]
    if not first or not now:
        return CLOSURE_UNKNOWN
    weaker = closure.high is not None and closure.high < 0
    fallen = float(np.mean(now)) < min(0.8 * float(np.mean(first)), min(first))
    if not (weaker or fallen):
        return ""
    return (
        f"The eye shuts less far when asked to ({100 * np.mean(now):.0f} % of the other eye, "
        f"{100 * np.mean(first):.0f} % before): few spasms may come from a weak face and not from a cure."
    )


def _recent(after: Sequence[RecordedRate]) -> list[RecordedRate]:
    last = after[-1].when if after else None
    return [r for r in after if last is not None and (last - r.when).days <= RECENT_DAYS]


def _why_not(
    treatment: Treatment | None, before: Sequence[RecordedRate], after: Sequence[RecordedRate]
) -> str:
    if treatment is None:
        return "no surgery was entered"
    if not before or sum(r.count for r in before) == 0:
        return "not enough data: there is no recording with spasms before the surgery to compare with"
    return "" if after else "not enough data: needs about 2 more recordings"


def _nothing(
    treatment: Treatment | None, before: Sequence[RecordedRate], after: Sequence[RecordedRate], reason: str
) -> SurgeryCourse:
    seconds = seconds_of(after)
    return SurgeryCourse(
        treatment,
        (),
        Term("remaining", "Spasms at the last recording", None, "% of before", seconds).lack(0, reason),
        Term("fading_days", "Time constant of fading", None, "days", seconds).lack(0, reason),
        closure_change(before, after),
        reason,
        "",
    )


def _since_relapse(draws: Draws, patterns: Sequence[Pattern], priors: SurgeryPriors, stretch: Stretch) -> int:
    """Return how many recordings were made since the spasms came back, more likely than not."""
    own = np.isin(draws.pattern[0], [k for k, pattern in enumerate(patterns) if pattern.name == RELAPSED])
    if not own.any():
        return 0
    day = priors.relapse_days * np.exp(priors.log_sd_relapse_days * draws.shape[0][own, 0])
    return int(np.sum(np.mean(day[:, None] <= stretch.days[None, :], axis=0) > 0.5))


def _chance(name: str, patterns: Sequence[Pattern], draws: Draws, seconds: float, n: int) -> Measure:
    own = np.isin(draws.pattern[0], [k for k, pattern in enumerate(patterns) if pattern.name == name])
    term = Term(chance_name(name), f"Chance that the spasms are: {name}", None, "%", seconds)
    return term.give(100 * float(np.mean(own)), (None, None), n, HOW)


def _fading(
    draws: Draws, patterns: Sequence[Pattern], priors: SurgeryPriors, seconds: float, n: int
) -> Measure:
    term = Term("fading_days", "Time constant of fading", None, "days", seconds)
    fades = np.isin(draws.pattern[0], [k for k, p in enumerate(patterns) if p.name in (SILENT, GRADUAL)])
    if fades.mean() < 0.5:
        return term.lack(n, "the recordings do not show spasms that fade")
    normal = draws.shape[0][fades, 1]
    if float(normal.std()) > 0.8:
        return term.lack(n, "not enough data: needs about 3 more recordings over the next weeks")
    days = priors.fading_days * np.exp(priors.log_sd_fading * normal)
    low, middle, high = (float(q) for q in np.quantile(days, [0.025, 0.5, 0.975]))
    return term.give(middle, (low, high), n, HOW)
