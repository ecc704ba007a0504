"""Draw the pictures of docs/course.md and docs/triggers.md: `python docs/make_course_figures.py`.

Everything shown is simulated. Shades and shapes carry what the colours carry, so that grey print can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from benchmarks.course import START, Person, record
from benchmarks.diaries import Truth, make_diary
from facialis.measures.history import History, Treatment, days_since
from facialis.measures.toxin import ToxinPriors, fit_cycles, natural, remaining, toxin_course, toxin_patterns
from facialis.measures.trigger_answers import CannotTellYet, Effect
from facialis.measures.triggers import triggers
from facialis.types import FloatArray

IMAGES = Path(__file__).with_name("images")
WIDTH = 760
INK, DARK, LIGHT = "#222222", "#2a7f9e", "#a9cfdc"
TRUE = (6.0, 0.85, 72.0, 9.0)
DAYS = (-12, -8, -4, -1, 3, 5, 8, 11, 15, 24, 36, 48, 57, 64, 70, 77, 84, 92)


@dataclass(frozen=True)
class Frame:
    """Where numbers lie in a picture: limits of both axes, and its box in pixels."""

    x: tuple[float, float]
    y: tuple[float, float]
    left: float = 60
    top: float = 20
    width: float = WIDTH - 80
    height: float = 230

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a point."""
        share = (x - self.x[0]) / (self.x[1] - self.x[0]), (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + share[0] * self.width, self.top + (1 - share[1]) * self.height

    def path(self, x: FloatArray, y: FloatArray) -> str:
        """Return a line through points."""
        return "M" + "L".join("{:.1f},{:.1f}".format(*self.at(a, b)) for a, b in zip(x, y, strict=True))


def words(x: float, y: float, text: str, anchor: str = "start", size: int = 13) -> str:
    """Return one line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def picture(title: str, height: float, parts: Sequence[str]) -> str:
    """Return a whole SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'font-family="sans-serif" fill="{INK}"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def axes(frame: Frame, x: Sequence[float], y: Sequence[float], x_name: str, y_name: str) -> list[str]:
    """Return both axes with their numbers and names."""
    parts = []
    for value in x:
        px, py = frame.at(value, frame.y[0])
        parts.append(
            f'<path d="M{px:.1f},{py:.1f}v5" stroke="{INK}"/>' + words(px, py + 19, f"{value:g}", "middle")
        )
    for value in y:
        px, py = frame.at(frame.x[0], value)
        parts.append(f'<path d="M{px:.1f},{py:.1f}h{frame.width:.0f}" stroke="#dddddd"/>')
        parts.append(words(px - 8, py + 4, f"{value:g}", "end"))
    middle = frame.left + frame.width / 2
    parts.append(words(middle, frame.top + frame.height + 40, x_name, "middle"))
    parts.append(words(frame.left - 45, frame.top - 16, y_name))
    return parts


def draw_toxin() -> str:
    """One simulated cycle: recordings, the fitted course with its band, and the three numbers."""
    days = np.array(DAYS, dtype=float)
    left = np.where(days > 0, remaining(np.array([TRUE]), days)[0], 1.0)
    recordings = record(DAYS, left, Person(8.0, 0.4), np.random.default_rng(5))
    given = Treatment(START, "toxin")
    history = History(recordings, (), (given,))
    draws = fit_cycles(recordings, (given,), ToxinPriors())
    at = np.linspace(0.1, 100, 120)
    rates = 60 * draws.baseline[:, None] * draws.remaining(0, toxin_patterns(ToxinPriors()), at)
    low, middle, high = np.quantile(rates, [0.025, 0.5, 0.975], axis=0)
    prior = remaining(natural(np.zeros((1, 4)), ToxinPriors()), at)[0] * 60 * float(np.median(draws.baseline))
    frame = Frame((-14, 100), (0, 18), top=32)
    band = frame.path(np.concatenate([at, at[::-1]]), np.concatenate([low, high[::-1]])) + "Z"
    parts = axes(frame, range(0, 101, 20), range(0, 19, 6), "days since the injection", "spasms a minute")
    parts.append(f'<path d="{band}" fill="{LIGHT}" opacity="0.75"/>')
    parts.append(f'<path d="{frame.path(at, prior)}" fill="none" stroke="{INK}" stroke-dasharray="3 4"/>')
    parts.append(f'<path d="{frame.path(at, middle)}" fill="none" stroke="{DARK}" stroke-width="2.5"/>')
    for each in recordings:
        px, py = frame.at(days_since(each.when, START), 60 * each.count / each.seconds_observed)
        parts.append(
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="#ffffff" stroke="{INK}" stroke-width="1.5"/>'
        )
    cycle = toxin_course(history).cycles[0]
    for k, measure in enumerate((cycle.onset_day, cycle.plateau_effect, cycle.half_loss_week)):
        said = (
            measure.reason or f"{measure.value:.0f} {measure.unit} ({measure.low:.0f} to {measure.high:.0f})"
        )
        parts.append(words(60, 330 + 20 * k, f"{measure.label}: {said}"))
    parts.append(
        words(
            60,
            390,
            "Circles: recordings. Line and band: fitted course, 95 %. Dashed: the literature's.",
            size=12,
        )
    )
    return picture("A toxin cycle: recordings and the fitted course over 100 days", 402, parts)


def draw_triggers() -> str:
    """Two simulated diaries of the same person: after 25 entries and after 110, an interval a factor."""
    parts, top = [], 30.0
    for entries in (25, 110):
        truth = Truth(entries=entries, correlation=0.4, toxin=True, whole=True, effects={"stress": 1.8})
        report = triggers(make_diary(truth, 3))
        own = [a for a in report.answers if a.when == "same day" and a.value is not None]
        frame = Frame((-5, 5), (0, 1), left=130, top=top, width=330, height=28.0 * len(own))
        parts.append(words(20, top - 10, f"{entries} entries in 140 days"))
        x = frame.at(0, 0)[0]
        parts.append(f'<path d="M{x:.1f},{top}v{frame.height}" stroke="{INK}" stroke-dasharray="3 4"/>')
        for k, answer in enumerate(sorted(own, key=lambda a: a.factor)):
            y = top + 28 * k + 14
            assert answer.value is not None
            assert answer.low is not None
            assert answer.high is not None
            ends = [frame.at(float(np.clip(v, -5, 5)), 0)[0] for v in (answer.low, answer.value, answer.high)]
            found = isinstance(answer, Effect)
            thick = 4 if found else 1.5
            parts.append(
                f'<path d="M{ends[0]:.1f},{y}H{ends[2]:.1f}" stroke="{INK}" stroke-width="{thick}"/>'
            )
            fill = INK if found else "#ffffff"
            parts.append(
                f'<circle cx="{ends[1]:.1f}" cy="{y}" r="5" fill="{fill}" stroke="{INK}" stroke-width="1.5"/>'
            )
            parts.append(words(120, y + 4, answer.factor, "end"))
            parts.append(words(475, y + 4, _short(answer), size=12))
        top += frame.height + 60
    for value in (-4, -2, 0, 2, 4):
        parts.append(words(frame.at(value, 0)[0], top - 38, f"{value:+g}" if value else "0", "middle", 12))
    parts.append(words(295, top - 18, "points of 10 that the spasms felt stronger", "middle"))
    return picture("What a diary tells of five factors after 25 and after 110 entries", top, parts)


def _short(answer: object) -> str:
    if isinstance(answer, Effect):
        return "goes along with stronger spasms"
    if isinstance(answer, CannotTellYet):
        return f"cannot tell yet: {answer.days_with} with, {answer.days_without} without"
    return "no difference that matters"


def main() -> None:
    """Write both pictures."""
    (IMAGES / "toxin-cycle.svg").write_text(draw_toxin(), encoding="utf-8")
    (IMAGES / "triggers.svg").write_text(draw_triggers(), encoding="utf-8")


if __name__ == "__main__":
    main()
