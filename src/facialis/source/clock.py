"""Frames get strictly increasing times, and what was irregular is counted and told."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from av.video.frame import VideoFrame
from av.video.stream import VideoStream


class Ratio(Protocol):
    """A ratio as PyAV gives it: a Fraction, or from version 19 on a type of its own."""

    @property
    def numerator(self) -> int: ...  # noqa: D102
    @property
    def denominator(self) -> int: ...  # noqa: D102


def fraction_of(ratio: Ratio | None) -> Fraction | None:
    """Return PyAV's ratio exactly, or None where the file states none (PyAV 18: None; 19: 0/1 or 0/0)."""
    if ratio is None or not (ratio.numerator and ratio.denominator):
        return None
    return Fraction(ratio.numerator, ratio.denominator)


# A step back by more than this is a clock that started anew (joined clips); a smaller one is a late frame.
_RESTART_S = 1.0
# A step forward by more than this is a clock that jumped (a counter that wrapped), not a pause.
_LONGEST_PAUSE_S = 3600.0
# The stated length may include the showing of the last frame; a shortfall beyond this is told.
_SHORTFALL_S = 1.0


@dataclass
class Ledger:
    """Counts of what was irregular in a file."""

    repeated: int = 0
    missing: int = 0
    restarts: int = 0
    lost_s: float = 0.0
    gap_s: float = 0.0
    missing_at_end_s: float = 0.0
    sizes: set[tuple[int, int]] = field(default_factory=set)

    def notes(self) -> tuple[str, ...]:
        """Return one sentence for each irregularity."""
        told = (
            (self.repeated, f"Frames that repeated an earlier time, and were left out: {self.repeated}."),
            (self.missing, f"Frames without a time, given one by the file's frame rate: {self.missing}."),
            (
                self.restarts,
                f"The clock of the file started anew {_times(self.restarts)}; it was continued.",
            ),
            (self.lost_s > 0, f"{max(self.lost_s, 0.1):.1f} s of the file are damaged and were left out."),
            (self.gap_s > 0, f"For {self.gap_s:.1f} s the file holds no pictures (paused or damaged)."),
            (
                self.missing_at_end_s > _SHORTFALL_S,
                f"The file ends {self.missing_at_end_s:.1f} s before its stated length; it may be cut off.",
            ),
            (len(self.sizes) > 1, "The picture size changes midway; later frames were fitted to the first."),
        )
        return tuple(sentence for happened, sentence in told if happened)


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


class Clock:
    """Gives each frame, in decoding order, its time in seconds from the first.

    The presentation time of the file is used as it stands. A frame without one follows the frame before
    by its duration, or by the stream's nominal rate. A frame not later than the one before gets no time.
    AVI stores the order of packets instead of presentation times, so there the decoding time is taken.
    `origin_s` is the file's own time of its first frame, where decoding does not start there.
    """

    def __init__(self, stream: VideoStream, ledger: Ledger, origin_s: Fraction | None = None) -> None:
        self._by_packet = "avi" in stream.container.format.name
        rate = fraction_of(stream.average_rate) or fraction_of(stream.guessed_rate) or Fraction(30)
        self._nominal_s = 1 / rate
        self.ledger = ledger
        self.origin_s = origin_s
        self._last_s: Fraction | None = None
        self._step_s = self._nominal_s

    @property
    def last_s(self) -> float:
        """Time of the last frame that got one, or 0."""
        return float(self._last_s or 0)

    def time_s(self, frame: VideoFrame) -> float | None:
        """Return the time of the frame, or None where it is not later than the frame before."""
        stated = self._stated_s(frame)
        if stated is None:
            # An AVI keeps no time for the frames a decoder gives at the end; that is not worth a note.
            self.ledger.missing += not self._by_packet
            time = Fraction(0) if self._last_s is None else self._last_s + self._step_s
        else:
            time = self._from_origin(stated)
        if self._last_s is not None and time <= self._last_s:
            self.ledger.repeated += 1
            return None
        self._last_s = time
        self._step_s = self._duration_s(frame)
        return float(time)

    def _from_origin(self, stated: Fraction) -> Fraction:
        if self.origin_s is None:
            self.origin_s = stated - (0 if self._last_s is None else self._last_s + self._step_s)
        elif self._last_s is not None and not (
            -_RESTART_S <= stated - self.origin_s - self._last_s <= _LONGEST_PAUSE_S
        ):
            self.ledger.restarts += 1
            self.origin_s = stated - self._last_s - self._step_s
        return stated - self.origin_s

    def _stated_s(self, frame: VideoFrame) -> Fraction | None:
        ticks = frame.dts if self._by_packet else frame.pts
        tick_s = fraction_of(frame.time_base)
        return None if ticks is None or tick_s is None else ticks * tick_s

    def _duration_s(self, frame: VideoFrame) -> Fraction:
        tick_s = fraction_of(frame.time_base)
        return frame.duration * tick_s if frame.duration and tick_s else self._nominal_s
