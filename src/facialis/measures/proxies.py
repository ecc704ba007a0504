"""Proxies for two clinical scales: rules on the measures, named as proxies, never a clinical rating."""

from collections.abc import Mapping

from facialis.measures.basis import Basis, per_side, too_few, too_short
from facialis.measures.intervals import NO_INTERVAL
from facialis.types import Measure, Side

SMC_RULES = {
    1: "spasms of the eye alone",
    2: "spasms reach beyond the eye",
    3: "tonic spasms take much of the time",
    4: "the face stays asymmetric between spasms",
}
JRS_RULES = {
    0: "no twitch and no tonic spasm in the time observed",
    2: "twitches under 1 s only",
    3: "tonic spasms of 1 s or longer, less than half the time in spasm",
    4: "more than half the time in spasm",
}


def smc_grade(basis: Basis, side: Side, found: Mapping[str, Measure]) -> Measure:
    """Return a grade 1 to 4 by rules in the manner of the SMC grade (Lee 2012, doi:10.1159/000330396).

    `found` holds this side's measures and those of both sides by name. The grade's own words are about what
    a person sees and suffers; the cuts are settings with their reasons, none of them published.
    """
    term = per_side(basis, "smc_grade_proxy", "SMC grade 1 to 4, proxy: not a clinical rating", side, "1")
    n = len(basis.of("episode", side))
    if reason := too_short(basis) or too_few(n, 1, "spasms to grade"):
        return term.lack(n, reason)
    settings = basis.settings
    lid, mouth = found["resting_aperture_asymmetry"], found["resting_mouth_asymmetry"]
    # A spasm that does not let go narrows its own eye: left minus right is then negative on the left.
    narrower_mm = (-1 if side == "left" else 1) * (lid.value or 0.0)
    asymmetric = narrower_mm >= settings.smc_lid_mm or abs(mouth.value or 0.0) >= settings.smc_mouth_mm
    grade = 1
    if (found["spread_share"].value or 0.0) >= settings.smc_spread_percent:
        grade = 2
    if (found["tonic_time_share"].value or 0.0) >= settings.smc_tonic_percent:
        grade = 3
    if asymmetric:
        grade = 4
    how = f"rule, no interval: {SMC_RULES[grade]}"
    needed = {"the spread": found["spread_share"], "the lids at rest": lid, "the mouth at rest": mouth}
    unknown = [words for words, measure in needed.items() if measure.value is None]
    reason = f"without {', '.join(unknown)}, the grade can be too low" if unknown and grade < 4 else ""
    return term.give(grade, NO_INTERVAL, n, how, reason=reason)


def jrs_frequency(basis: Basis, side: Side, found: Mapping[str, Measure]) -> Measure:
    """Return 0, 2, 3 or 4 in the manner of the frequency item of Jankovic's scale, re-read for one side.

    The scale was written for blepharospasm, in which both eyes close (Jankovic and Orman 1987). Its 1,
    blinking a little more often than before, needs the person's own earlier blinking and is never given.
    Its 4, both eyes shut, becomes the affected side in spasm for more than half of the observed time.
    """
    label = "Jankovic frequency item 0 to 4, proxy for one side: not a clinical rating"
    term = per_side(basis, "jrs_frequency_proxy", label, side, "1")
    n = len(basis.contractions(side))
    if reason := too_short(basis):
        return term.lack(n, reason)
    if n == 0:
        item = 0
    elif (found["spasm_share"].value or 0.0) > 50:
        item = 4
    else:
        item = 3 if basis.of("tonic", side) else 2
    return term.give(item, NO_INTERVAL, n, f"rule, no interval: {JRS_RULES[item]}")
