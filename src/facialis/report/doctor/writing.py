"""Write the report: values of a record in, sections of plain text out. Pure.

A doctor has two minutes: the answers come first, what they rest on after them.
"""

from dataclasses import replace

from facialis.report.doctor.answers import answers
from facialis.report.doctor.content import Limits, Report
from facialis.report.doctor.kept import Found, Kept, Wishes
from facialis.report.doctor.last import last_recording
from facialis.report.doctor.parts import course, cycles, treated
from facialis.report.doctor.plain import count_words, cut, day_words
from facialis.report.doctor.rest import factors, how, limits_of, own_words, understanding
from facialis.version import __version__

SIMULATED = "Simulated recordings: computer-made, not of a person. Nothing here says anything about anybody."


def write(kept: Kept, found: Found, wishes: Wishes | None = None, limits: Limits | None = None) -> Report:
    """Return the report of a record, as long as `limits` allow."""
    wishes, limits = wishes or Wishes(), limits or Limits()
    sections = (
        course(kept, limits),
        treated(kept, found, limits),
        cycles(found, kept, limits),
        replace(last_recording(kept, limits), new_page=bool(kept.treatments)),
        factors(found, limits),
        own_words(kept, wishes, limits),
        limits_of(kept, found, limits),
        understanding(found),
        how(kept),
    )
    made = day_words(kept.made.local.date())
    return Report(
        title="Hemifacial spasm: what was recorded and felt",
        banner=SIMULATED if _simulated(kept) else "",
        about=_about(kept, wishes, limits),
        answers=answers(kept, found, wishes, limits),
        sections=tuple(section for section in sections if section is not None),
        footer=f"facialis {__version__}, made {made}. Measurements, not a diagnosis.",
    )


def _about(kept: Kept, wishes: Wishes, limits: Limits) -> tuple[str, ...]:
    name = cut(wishes.name, limits.name)
    days = kept.days
    span = "nothing recorded yet"
    if days:
        first, last = day_words(min(days)), day_words(max(days))
        span = first if first == last else f"{first} to {last}"
    return (
        f"{name}" if name else "Name not given",
        f"Time: {span}",
        f"Rests on {count_words(len(kept.recordings), 'recording')}, "
        f"{count_words(len({e.day for e in kept.entries}), 'diary day')}, "
        f"{count_words(len(kept.treatments), 'treatment')}",
    )


def _simulated(kept: Kept) -> bool:
    return any(each.recording.simulated for each in kept.measurements.values())
