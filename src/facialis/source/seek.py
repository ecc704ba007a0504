"""Going to chosen times of a video without decoding all of it."""

from contextlib import ExitStack
from fractions import Fraction

import av

from facialis.errors import SourceError
from facialis.source.clock import Clock, Ledger, fraction_of
from facialis.source.container import StrPath, no_frame, open_video
from facialis.source.decode import TimedFrame, timed_frames

# Times nearer than this are the same frame: files count in ticks of 1e-5 s or coarser.
_SAME_TIME_S = 1e-6
# Decoding on is cheaper than seeking up to about this far, the usual distance of key frames.
_SEEK_BEYOND_S = 2.0
# How far before the wanted time to enter, in turn: decoding order runs ahead of time, indexes err.
_ENTER_BEFORE_S = (0.5, 5.0, 50.0)


class Tape(ExitStack):
    """A video that can be wound to any time; a context that holds the file open."""

    def __init__(self, path: StrPath) -> None:
        super().__init__()
        self._path = path
        self._origin_s: Fraction | None = None
        self._shown: TimedFrame
        self._upcoming: TimedFrame | None
        self._open()

    def at(self, time_s: float) -> TimedFrame:
        """Return the frame shown at `time_s` (seconds from the first frame), or the nearest end's frame."""
        if not self._shown[0] <= time_s <= self._shown[0] + _SEEK_BEYOND_S:
            self._wind(time_s)
        while self._upcoming is not None and self._upcoming[0] <= time_s + _SAME_TIME_S:
            self._shown, self._upcoming = self._upcoming, next(self._frames, None)
        return self._shown

    def _open(self) -> None:
        self.close()
        self.container, self.stream = self.enter_context(open_video(self._path))
        clock = Clock(self.stream, Ledger())
        if not self._begin(clock):
            self.close()
            raise SourceError(no_frame(self._path))
        self._origin_s = clock.origin_s

    def _begin(self, clock: Clock) -> bool:
        """Decode from here on; False where no frame follows."""
        self._frames = timed_frames(self.container, self.stream, clock)
        first = next(self._frames, None)
        if first is None:
            return False
        self._shown, self._upcoming = first, next(self._frames, None)
        return True

    def _wind(self, time_s: float) -> None:
        for before_s in _ENTER_BEFORE_S:
            if time_s > before_s and self._enter(time_s - before_s) and self._shown[0] <= time_s:
                return
        self._open()

    def _enter(self, time_s: float) -> bool:
        """Go to the key frame before `time_s`; False where the file does not allow that."""
        tick_s = fraction_of(self.stream.time_base)
        if self._origin_s is None or tick_s is None:
            return False
        ticks = int((Fraction(time_s) + self._origin_s) / tick_s)
        try:
            self.container.seek(ticks, stream=self.stream)
        except av.FFmpegError:
            return False
        return self._begin(Clock(self.stream, Ledger(), self._origin_s))
