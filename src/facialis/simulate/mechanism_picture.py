"""Draws the mechanism beside the face: artery, nerve, impulses, muscles, EMG. Decides nothing by itself."""

from dataclasses import dataclass

import cv2
import numpy as np

from facialis.simulate.artery import HEALTHY_PACKING, Cause
from facialis.simulate.axons import MUSCLE_SHARE, ORIGINS
from facialis.simulate.edf import SHORT_NAMES
from facialis.simulate.lesion import find_cause
from facialis.simulate.mechanism import SLOWER, Lit, Shown, contact, lit, muscle_names, pulse_at, shown
from facialis.simulate.nerve import IntArray
from facialis.simulate.patient import PatientActivity
from facialis.simulate.patient_figures import ORIGIN_COLOURS, ORIGIN_WORDS
from facialis.simulate.performance import Muscle
from facialis.types import FloatArray, ImageArray, Side

WIDTH_PX, HEIGHT_PX = 1280, 816
EMG_WINDOW_S = 4.0
Colour = tuple[int, int, int]

_PAPER, _INK, _FAINT = (20, 23, 27), (225, 228, 232), (150, 156, 164)
_MYELIN, _AXON, _RED, _DARK_RED = (92, 98, 106), (64, 69, 76), (196, 62, 58), (112, 30, 32)
_FACE_PX, _FACE_AT = 440, (20, 60)
_NUCLEUS_X, _LESION_X, _BRANCH_X, _MUSCLE_X = 560.0, 730.0, 860.0, 1120.0
_MIDDLE_Y, _LANE_PX, _REACH_PX = 300.0, 11.0, 52.0
_FIRST_MUSCLE_Y, _MUSCLE_STEP = 96.0, 62.0
_STRIP_TOP, _STRIP_PX, _STRIP_LEFT, _STRIP_RIGHT = 556, 36, 170, 1260
_STEPS = 24
_RADIUS_PX, _DENT_PX, _BEAT_PX, _AWAY_PX = 44.0, 26.0, 12.0, 34.0
"""The artery; how far it presses the nerve in, with each beat more; how far off it lies without contact."""
_SMALL, _LARGE = 0.72, 0.9
"""Text sizes: read at half the width, 640 px, the smaller one still has capitals 8 px high."""


@dataclass(frozen=True)
class Strip:
    """One channel of the EMG: side and muscle, and by how many uV it reaches the edge of its row."""

    side: Side
    muscle: Muscle
    reach_uv: float


class MechanismPicture:
    """Draws a moment of one patient's recording. Pure: the same moment gives the same picture."""

    def __init__(self, activity: PatientActivity) -> None:
        self.patient, self.cause = activity.patient, activity.today.cause
        self.side = activity.patient.side
        self.sample: Shown = shown(activity.axons[self.side], activity.spikes[self.side])
        self.performance, self.emg = activity.muscles.performance, activity.muscles.emg
        self.strips = _strips(activity)
        self.pressing = pressing(find_cause(activity.patient.cause), activity.today.cause)
        self._base = self._still()

    def draw(self, time_s: float, since_s: float, face: ImageArray) -> ImageArray:
        """Return the picture (HEIGHT_PX, WIDTH_PX, 3) RGB at `time_s`; the one before was at `since_s`.

        `face` is the film's own picture of that moment, (height, width, 3) RGB.
        """
        picture = self._base.copy()
        left, top = _FACE_AT
        picture[top : top + _FACE_PX, left : left + _FACE_PX] = _fitted(face)
        _write(picture, f"{time_s:6.2f} s", (1150, 40), _INK, _LARGE)
        dots = lit(self.sample, time_s, since_s)
        push = self.push_px(time_s)
        self._draw_nerve(picture, push)
        self._draw_cause(picture, push)
        self._draw_muscles(picture, time_s)
        self._draw_dots(picture, dots, push)
        self._draw_emg(picture, time_s)
        return picture

    def push_px(self, time_s: float) -> float:
        """Return by how many pixels the nerve is pushed aside: by contact, a little more with each beat."""
        beat = pulse_at(time_s, self.patient.beat_s) if self.cause.pulse > 0 else 0.0
        return contact(self.cause) * (_DENT_PX + _BEAT_PX * beat * self.cause.pulse / 0.02)

    # The nerve

    def lane_y(self, x: FloatArray, lane: IntArray, push_px: float) -> FloatArray:
        """Return where lanes of the trunk run, in pixels; `x` and `lane` broadcast."""
        near = np.exp(-(((x - _LESION_X) / _REACH_PX) ** 2))
        spread = (lane - (self.sample.axon.size - 1) / 2) * _LANE_PX
        squeezed = 1 - 0.45 * contact(self.cause) * near
        bent: FloatArray = _MIDDLE_Y + spread * squeezed + push_px * near
        return bent

    def place(self, lane: IntArray, along: FloatArray, push_px: float) -> FloatArray:
        """Return where dots are, (dots, 2) pixels: -1 at the nucleus, 0 at the lesion, 1 at the muscle."""
        muscle_y = _FIRST_MUSCLE_Y + _MUSCLE_STEP * self.sample.muscle[lane]
        x = _LESION_X + along * np.where(along < 0, _LESION_X - _NUCLEUS_X, _MUSCLE_X - _LESION_X)
        share = np.clip((x - _BRANCH_X) / (_MUSCLE_X - _BRANCH_X), 0, 1)
        smooth = share * share * (3 - 2 * share)
        y = (1 - smooth) * self.lane_y(x, lane, push_px) + smooth * (muscle_y + 1.2 * (lane % 4 - 1.5))
        return np.stack([x, y], axis=-1)

    def _draw_nerve(self, picture: ImageArray, push_px: float) -> None:
        along = np.concatenate([np.linspace(-1, 0, _STEPS), np.linspace(0, 1, 3 * _STEPS)[1:]])
        for lane in range(self.sample.axon.size):
            path = self.place(np.full(along.size, lane), along, push_px)
            inside = np.abs(path[:, 0] - _LESION_X) < _REACH_PX
            _line(picture, path, _MYELIN, 3)
            if self.cause.length_mm > 0:
                # Bare where the myelin is gone, the thinner the less of it is left.
                left = self.cause.lamellae / 130.0
                shade = tuple(round(a + (m - a) * left) for a, m in zip(_AXON, _MYELIN, strict=True))
                _line(picture, path[inside], _PAPER, 3)
                _line(picture, path[inside], shade, 1)  # type: ignore[arg-type]

    def _draw_cause(self, picture: ImageArray, push_px: float) -> None:
        top = float(self.lane_y(np.array(_LESION_X), np.array(0), push_px)) - 3
        if self.pressing in ("artery", "moved"):
            away = _AWAY_PX * (1 - contact(self.cause))
            beat = push_px - contact(self.cause) * _DENT_PX
            radius = _RADIUS_PX + 0.25 * beat
            centre = (_LESION_X, top - radius - away)
            _disc(picture, centre, radius, _DARK_RED)
            _disc(picture, centre, radius - 9, _RED)
        elif self.pressing == "mass":
            _disc(picture, (_LESION_X, top - _RADIUS_PX + 2), _RADIUS_PX, (128, 116, 84))
        elif self.pressing == "plaque":
            half = self.sample.axon.size / 2 * _LANE_PX + 8
            box = np.array([[_LESION_X - 50, _MIDDLE_Y - half], [_LESION_X + 50, _MIDDLE_Y + half]])
            (x0, y0), (x1, y1) = box.round().astype(int)
            cv2.rectangle(picture, (x0, y0), (x1, y1), (128, 116, 84), 2, cv2.LINE_AA)

    def _label_y(self) -> int:
        """Where the words over what presses stand: above it at its highest."""
        firm = contact(self.cause)
        top = float(self.lane_y(np.array(_LESION_X), np.array(0), firm * _DENT_PX))
        if self.pressing == "plaque":
            return round(top - 20)
        away = 0.0 if self.pressing == "mass" else _AWAY_PX * (1 - firm)
        return round(top - 2 * _RADIUS_PX - away - 20)

    def _draw_muscles(self, picture: ImageArray, time_s: float) -> None:
        for number, muscle in enumerate(MUSCLE_SHARE):
            curve = self.performance.activation[(self.side, muscle)]
            active = float(np.interp(time_s, self.performance.time_s, curve))
            centre = (_MUSCLE_X + 14, _FIRST_MUSCLE_Y + _MUSCLE_STEP * number)
            _disc(picture, centre, 15, _AXON)
            if active > 0.01:
                _disc(picture, centre, 4 + 11 * active, (235, 140, 120))

    def _draw_dots(self, picture: ImageArray, dots: Lit, push_px: float) -> None:
        if dots.lane.size == 0:
            return
        where = self.place(dots.lane, dots.along, push_px)
        at_lesion = self.place(np.arange(self.sample.axon.size), np.zeros(self.sample.axon.size), push_px)
        for i in np.flatnonzero(dots.fresh):
            colour = colour_of(int(dots.origin[i]))
            here = at_lesion[dots.lane[i]]
            if dots.source[i] >= 0:
                _arc(picture, at_lesion[dots.source[i]], here, colour)
            _disc(picture, (float(here[0]), float(here[1])), 6, colour)
        for (x, y), origin in zip(where, dots.origin, strict=True):
            _disc(picture, (float(x), float(y)), 4, colour_of(int(origin)))

    # The EMG

    def _draw_emg(self, picture: ImageArray, time_s: float) -> None:
        columns = _STRIP_RIGHT - _STRIP_LEFT
        rate = 1 / float(self.emg.time_s[1] - self.emg.time_s[0])
        per = EMG_WINDOW_S * rate / columns
        # Columns lie on a grid of their own time, so that a wave keeps its shape as it moves.
        last = int(time_s * rate / per)
        edges = np.floor(np.arange(last - columns, last + 1) * per).astype(int)
        for row, strip in enumerate(self.strips):
            values = self.emg.channels[(strip.side, strip.muscle)]
            kept = np.flatnonzero((edges[:-1] >= 0) & (edges[1:] < values.size))
            if kept.size == 0:
                continue
            ends = np.append(edges[kept], edges[kept[-1] + 1])
            part = values[ends[0] : ends[-1]]
            low, high = (f.reduceat(part, ends[:-1] - ends[0]) for f in (np.minimum, np.maximum))
            middle, half = _STRIP_TOP + _STRIP_PX * (row + 0.5), _STRIP_PX / 2 - 1
            y0 = middle - half * np.clip(high / strip.reach_uv, -1, 1)
            y1 = middle - half * np.clip(low / strip.reach_uv, -1, 1)
            _columns(picture, _STRIP_LEFT + kept, y0, y1, _side_colour(strip.side))

    # What never changes

    def _still(self) -> ImageArray:
        picture = np.empty((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
        picture[:] = _PAPER
        _write(picture, "SIMULATED, not a person", (20, 40), (255, 196, 92), _LARGE, 2)
        cause = f"Cause: {cause_words(self.patient.cause)}, {self.side} side"
        _write(picture, cause, (370, 40), _INK, _LARGE if len(cause) < 50 else _SMALL)
        _write(picture, "the left side is on the right here", (20, 530), _FAINT, _SMALL)
        _write(picture, "nucleus", (496, 212), _INK, _SMALL)
        _disc(picture, (_NUCLEUS_X - 8, _MIDDLE_Y), 72, (40, 45, 52))
        words = _PRESSING_WORDS[self.pressing]
        _write(picture, words, (int(_LESION_X) - 6 * len(words), self._label_y()), _INK, _SMALL)
        _write(picture, f"{self.side} facial nerve", (648, 420), _INK, _SMALL)
        _write(picture, f"{self.sample.axon.size} of {self.sample.axons} axons", (648, 446), _FAINT, _SMALL)
        for number, name in enumerate(muscle_names()):
            _write(picture, name, (1150, int(_FIRST_MUSCLE_Y + _MUSCLE_STEP * number) + 8), _INK, _SMALL)
        for number, (origin, words) in enumerate(ORIGIN_WORDS.items()):
            if origin == "reflex" and self.patient.nucleus_gain == 0:
                continue
            x, y = ((490, 508), (790, 508), (490, 536), (790, 536), (1050, 508))[number]
            _disc(picture, (x, y - 7), 7, _rgb(ORIGIN_COLOURS[origin]))
            _write(picture, words, (x + 16, y), _INK, _SMALL)
        for row, strip in enumerate(self.strips):
            name = f"EMG {SHORT_NAMES[strip.muscle]} {strip.side}"
            _write(picture, name, (10, int(_STRIP_TOP + _STRIP_PX * (row + 0.5)) + 8), _INK, _SMALL)
        foot = HEIGHT_PX - 14
        told = (
            f"Each dot is one simulated impulse: it lights the lesion on time, then runs {SLOWER:g} times "
            "slower than real."
        )
        _write(picture, told, (20, foot), _INK, _SMALL)
        return picture


# What presses

_PRESSING_WORDS = {
    "artery": "artery",
    "moved": "artery, moved away",
    "mass": "mass",
    "plaque": "plaque",
    "": "",
}


def pressing(first: Cause, today: Cause) -> str:
    """Return what is drawn at the nerve: artery, moved (artery), mass, plaque (nothing presses), or nothing.

    `first` is the patient's cause before treatment: an artery that was moved away is drawn away from the
    nerve.
    """
    if first.pulse > 0:
        return "artery" if contact(today) > 0 else "moved"
    if first.packing > HEALTHY_PACKING:
        return "mass"
    return "plaque" if first.length_mm > 0 else ""


def cause_words(cause: object) -> str:
    """Return the cause's name, or that it is one of the user's own."""
    return cause if isinstance(cause, str) else "made to measure"


# The EMG's rows


def _strips(activity: PatientActivity) -> tuple[Strip, ...]:
    """The sick side's channels and the other eye, all on one scale, which noise never fills."""
    side = activity.patient.side
    channels = activity.muscles.emg.channels
    wanted = [key for key in channels if key[0] == side]
    wanted += [key for key in channels if key[0] != side and key[1] == "orbicularis_oculi"]
    reach = max([100.0, *(float(np.percentile(np.abs(channels[key]), 99.5)) for key in wanted)])
    return tuple(Strip(key[0], key[1], reach) for key in wanted)


# Strokes


def colour_of(origin: int) -> Colour:
    """Return the colour of an origin, by its number in ORIGINS."""
    return _rgb(ORIGIN_COLOURS[ORIGINS[origin]])


def _side_colour(side: Side) -> Colour:
    from facialis.report.figures import SIDE_COLOURS

    return _rgb(SIDE_COLOURS[side])


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _fitted(face: ImageArray) -> ImageArray:
    """The middle square of the film's picture at the size of its place."""
    height, width = face.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    square = face[top : top + edge, left : left + edge]
    return np.asarray(cv2.resize(square, (_FACE_PX, _FACE_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _write(
    picture: ImageArray, words: str, at: tuple[int, int], colour: Colour, size: float, weight: int = 1
) -> None:
    # Fonts differ between versions of OpenCV.
    room, wide = WIDTH_PX - 10 - at[0], cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, size, weight)[0][0]
    fitting = size * min(1.0, room / max(wide, 1))
    cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, fitting, colour, weight, cv2.LINE_AA)


def _disc(picture: ImageArray, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    x, y = (round(8 * value) for value in centre)
    cv2.circle(picture, (x, y), round(8 * radius), colour, -1, cv2.LINE_AA, 3)


def _line(picture: ImageArray, path: FloatArray, colour: Colour, width: int) -> None:
    cv2.polylines(picture, [np.round(8 * path).astype(np.int32)], False, colour, width, cv2.LINE_AA, 3)


def _arc(picture: ImageArray, start: FloatArray, end: FloatArray, colour: Colour) -> None:
    """A bow from one axon to its neighbour, beside the lesion, so that a jump is seen as one."""
    share = np.linspace(0, 1, 9)[:, None]
    bow = np.array([26.0, 0.0]) * np.sin(np.pi * share)
    _line(picture, start + (end - start) * share + bow, colour, 2)


def _columns(picture: ImageArray, x: IntArray, y0: FloatArray, y1: FloatArray, colour: Colour) -> None:
    """Upright strokes, one a column, from y0 to y1."""
    top, height = int(np.floor(y0.min())), int(np.ceil(y1.max())) + 1
    rows = np.arange(top, height)[:, None]
    mask = (rows >= np.floor(y0)) & (rows <= np.ceil(y1))
    part = picture[top:height, x]
    part[mask] = colour
    picture[top:height, x] = part
