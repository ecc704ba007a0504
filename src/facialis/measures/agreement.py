"""A video and an EMG of the same minutes on one clock: which episodes both show, and how much later it is
seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facialis.measures.intervals import NO_INTERVAL, Interval, quantile_interval, wilson_interval
from facialis.measures.matching import Matching, Span, match
from facialis.report.words import clock
from facialis.types import FloatArray, Result


@dataclass(frozen=True)
class Agreement:
    """Episodes of EMG and video matched in the time that both recorded, in seconds of the EMG's clock.

    `pairs` in `matching` are (EMG, video); `missed` are those of the EMG alone, `false` those of the video
    alone. `offset_s` is when on the EMG's clock the video began, `from_s` and `to_s` what both recorded.
    """

    matching: Matching
    offset_s: float
    from_s: float
    to_s: float

    @property
    def delays_s(self) -> FloatArray:
        """How much later than in the EMG each matched episode begins in the video, (n,)."""
        return self.matching.onset_errors_s

    @property
    def delay_interval(self) -> Interval:
        """95 % interval of the median delay in seconds, from the order of the delays."""
        return quantile_interval(self.delays_s, 0.5)


def agreement(emg: Result, video: Result, offset_s: float = 0.0) -> Agreement:
    """Match the episodes of both, the video's times moved by `offset_s`.

    Episodes that lie outside of what both recorded count for neither.
    """
    from_s = max(0.0, offset_s)
    to_s = min(emg.recording.duration_s, offset_s + video.recording.duration_s)

    def spans(result: Result, by_s: float) -> list[Span]:
        moved = [
            Span(e.onset_s + by_s, e.offset_s + by_s, e.side, e.intensity)
            for e in result.events
            if e.kind == "episode"
        ]
        return [span for span in moved if span.offset_s > from_s and span.onset_s < to_s]

    return Agreement(match(spans(emg, 0.0), spans(video, offset_s)), offset_s, from_s, max(from_s, to_s))


def agreement_lines(found: Agreement) -> list[str]:
    """Return for a terminal what both show, and both lists of what only one does."""
    m = found.matching
    if found.to_s <= found.from_s:
        return ["EMG and video have no time in common; say with --video-offset when the video begins in it."]
    lines = [
        f"EMG and video both recorded {found.to_s - found.from_s:.1f} s: {_episodes(len(m.pairs))} in both, "
        f"{_episodes(len(m.missed))} in the EMG alone, {_episodes(len(m.false))} in the video alone."
    ]
    if m.pairs:
        low, high = found.delay_interval
        shown = (
            ""
            if low is None or high is None
            else f" (95 % interval {1000 * low:.0f} to {1000 * high:.0f} ms)"
        )
        lines.append(
            f"Seen {1000 * float(np.median(found.delays_s)):.0f} ms after the EMG's onset, median{shown}."
        )
    for what, spans in (("EMG alone", m.missed), ("Video alone", m.false)):
        if spans:
            lines.append(f"{what}: {', '.join(f'{clock(s.onset_s)} {s.side}' for s in spans)}")
    return lines


def _episodes(n: int) -> str:
    return f"{n} episode{'' if n == 1 else 's'}"


def agreement_body(found: Agreement) -> Mapping[str, Any]:
    """Return the same for `agreement.json`: plain JSON types, no NaN."""
    m, (low, high) = found.matching, found.delay_interval
    n_emg, n_video = len(m.pairs) + len(m.missed), len(m.pairs) + len(m.false)
    return {
        "video_offset_s": found.offset_s,
        "from_s": found.from_s,
        "to_s": found.to_s,
        "episodes_in_both": len(m.pairs),
        "of_emg_seen_in_video": _share(len(m.pairs), n_emg),
        "of_video_seen_in_emg": _share(len(m.pairs), n_video),
        "video_after_emg_s": {
            "median": float(np.median(found.delays_s)) if m.pairs else None,
            "low": low,
            "high": high,
            "n": len(m.pairs),
        },
        "matched": [{"emg": _span(e), "video": _span(v)} for e, v in m.pairs],
        "emg_alone": [_span(span) for span in m.missed],
        "video_alone": [_span(span) for span in m.false],
    }


def _share(k: int, n: int) -> dict[str, float | int | None]:
    low, high = wilson_interval(k, n) if n else NO_INTERVAL
    return {"value": k / n if n else None, "low": low, "high": high, "n": n}


def _span(span: Span) -> dict[str, Any]:
    return {"onset_s": round(span.onset_s, 4), "offset_s": round(span.offset_s, 4), "side": span.side}
