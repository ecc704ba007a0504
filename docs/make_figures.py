"""Draw the pictures of the documentation: `python docs/make_figures.py`.

Everything shown is simulated: the rendered head and the recording that facialis carries. Needs OpenGL, and
Chromium for the picture of the report.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

import cv2
import numpy as np

from facialis import Settings, measure
from facialis.events.contractions import find_contractions
from facialis.events.evidence import SIGN
from facialis.events.grid import even
from facialis.report.figures import SIDE_COLOURS
from facialis.report.folder import write_report
from facialis.signals.geometry import LOWER_LID, UPPER_LID, frame_geometry
from facialis.signals.hemiface import HalfFaces, complete, read_halves
from facialis.signals.landmarks import FaceMesh, FaceTracker
from facialis.signals.model import CROP_PX, FaceModel
from facialis.simulate.face import render_still
from facialis.simulate.performance import Muscle
from facialis.simulate.scene import Scene
from facialis.types import SIDES, Event, FloatArray, ImageArray, Result, Side

IMAGES = Path(__file__).with_name("images")
SCENE = Scene(width_px=640, height_px=640, interocular_px=190, noise_sd=1.0)
SPASM: Mapping[Muscle, float] = {"orbicularis_oculi": 0.9, "zygomaticus": 0.5, "levator": 0.3}
SHOWN_S = (0.0, 9.2)
"""Of the demo: a twitch, a blink, a tonic spasm, a smile, three twitches, a blink."""
REPORT_PX = (1000, 1740)
CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def draw_half_faces(model: FaceModel) -> None:
    """One face with a spasm of its left side: the upright crop, and both halves completed."""
    image = render_still({("left", muscle): value for muscle, value in SPASM.items()}, SCENE)
    _, halves = _read(model, image)
    whole = _enlarged(halves.picture)
    cv2.line(whole, (CROP_PX, 0), (CROP_PX, 2 * CROP_PX), (255, 255, 255), 1, cv2.LINE_AA)
    pictures = [whole]
    for side in ("right", "left"):
        completed = _enlarged(complete(halves.picture, side))
        pictures.append(_with_lids(completed, halves.points[side], side))
    gap = np.full((2 * CROP_PX, 12, 3), 255, np.uint8)
    row = np.concatenate([pictures[0], gap, pictures[1], gap, pictures[2]], axis=1)
    _write(IMAGES / "half-faces.jpg", row)


def draw_closure(model: FaceModel) -> None:
    """The patient's left eye at five true closures, with its lids' points and the closure read."""
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    read, pictures = [], []
    for share in shares:
        image = render_still({(side, "orbicularis_oculi"): share for side in SIDES}, SCENE)
        mesh, halves = _read(model, image)
        read.append(frame_geometry(mesh, halves, None)["left_aperture"])
        pictures.append(_eye(_with_lids(_enlarged(halves.picture), halves.points["left"], "left")))
    closure = (read[0] - np.array(read)) / (read[0] - read[-1])
    height, width = pictures[0].shape[:2]
    strip = np.full((height + 44, width * len(shares) + 8 * (len(shares) - 1), 3), 255, np.uint8)
    for i, (share, value, picture) in enumerate(zip(shares, closure, pictures, strict=True)):
        x = i * (width + 8)
        strip[:height, x : x + width] = picture
        _label(strip, f"true {share:.2f}", (x + 4, height + 17))
        _label(strip, f"read {value:.2f}", (x + 4, height + 36))
    _write(IMAGES / "closure.jpg", strip)


def draw_excess(result: Result) -> None:
    """From two closures to contractions: the demo's first seconds as SVG."""
    settings = Settings()
    grid = even(result.signals)
    _, excesses = find_contractions(grid, settings)
    eye = excesses["eye"]
    unexplained = eye.scales["slow"] / eye.expected["slow"]
    panels = [
        _panel(grid.time_s, {s: grid.side(s, "closure") for s in SIDES}, 30, (-0.1, 1.1), (0, 0.5, 1)),
        _panel(
            grid.time_s,
            {s: np.clip(SIGN[s] * unexplained, 0, 12) for s in SIDES},
            230,
            (-0.6, 12),
            (0, settings.events.leave_noise, settings.events.enter_noise, 12),
        ),
    ]
    words = [
        _words(48, 20, "Closure of each eye: 0 open, 1 shut", "start"),
        _words(48, 220, "Excess of each side, in SD expected without a spasm (cut at 12)", "start"),
        *(_words(_x(second), 436, f"{second} s", "middle") for second in range(10)),
    ]
    shown = [e for e in result.events if e.kind != "episode" and e.offset_s < SHOWN_S[1]]
    marks = [_mark(e, 403 if i % 2 else 416) for i, e in enumerate(shown)]
    body = "".join([*marks, *panels, *words])
    (IMAGES / "excess.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 446" role="img" font-size="13" '
        'font-family="system-ui, sans-serif" aria-label="Closure of both eyes, and the excess found from it">'
        f'<rect width="900" height="446" fill="#fff"/>{body}</svg>\n',
        encoding="utf-8",
    )


def draw_report(result: Result, video: Path) -> None:
    """The top of the report of the demo as a browser shows it."""
    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("The picture of the report needs Chromium: install it (Debian: chromium).")
    with tempfile.TemporaryDirectory() as folder:
        write_report(result, Path(folder) / "out", video=video)
        width, height = REPORT_PX
        subprocess.run(
            [
                browser,
                *CHROMIUM,
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={IMAGES / 'report.png'}",
                (Path(folder) / "out" / "report.html").as_uri(),
            ],
            check=True,
            capture_output=True,
        )


def _read(model: FaceModel, image: ImageArray) -> tuple[FaceMesh, HalfFaces]:
    mesh = FaceTracker(model).update(image, 0.0)
    if mesh is None:
        raise SystemExit("The face model sees no face on the rendered head.")
    return mesh, read_halves(model, image, mesh)


def _enlarged(picture: ImageArray) -> ImageArray:
    return np.asarray(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _with_lids(picture: ImageArray, points: FloatArray, side: Side) -> ImageArray:
    """The enlarged crop with the points between which an eye's opening is measured."""
    for right, left in (*UPPER_LID, *LOWER_LID):
        index = left if side == "left" else right
        at = (2 * points[index, :2]).round().astype(int)
        cv2.circle(picture, (int(at[0]), int(at[1])), 3, _rgb(SIDE_COLOURS[side]), -1, cv2.LINE_AA)
    return picture


def _eye(picture: ImageArray) -> ImageArray:
    """The patient's left eye in the enlarged crop, which lies on the viewer's right."""
    return picture[130:250, 270:430]


def _label(picture: ImageArray, words: str, corner: tuple[int, int]) -> None:
    cv2.putText(picture, words, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, cv2.LINE_AA)


def _write(path: Path, picture: ImageArray) -> None:
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _x(time_s: float) -> float:
    return 48 + 830 * (time_s - SHOWN_S[0]) / (SHOWN_S[1] - SHOWN_S[0])


def _panel(
    time_s: FloatArray,
    curves: Mapping[Side, FloatArray],
    top: float,
    limits: tuple[float, float],
    ticks: tuple[float, ...],
) -> str:
    """Both sides' curves (n,) in a field of 160 px below `top`."""
    low, high = limits

    def y(value: float) -> float:
        return top + 160 * (high - value) / (high - low)

    shown = (time_s >= SHOWN_S[0]) & (time_s <= SHOWN_S[1])
    parts = []
    for tick in ticks:
        parts.append(f'<path d="M48 {y(tick):.1f}H878" stroke="#c5c9ce" stroke-dasharray="4 4"/>')
        parts.append(_words(42, y(tick) + 4, f"{tick:g}", "end"))
    for side, curve in curves.items():
        points = zip(time_s[shown], curve[shown], strict=True)
        path = "L".join(f"{_x(float(t)):.1f} {y(float(value)):.1f}" for t, value in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{SIDE_COLOURS[side]}" stroke-width="1.6"/>')
    return "".join(parts)


def _mark(event: Event, label_y: float) -> str:
    """A shaded stretch over both panels, with the event's kind below."""
    colour = "#8a8f98" if event.side == "both" else SIDE_COLOURS[event.side]
    first, width = _x(event.onset_s), _x(event.offset_s) - _x(event.onset_s)
    return (
        f'<rect x="{first:.1f}" y="30" width="{width:.1f}" height="360" fill="{colour}" opacity="0.18"/>'
        f"{_words(first + width / 2, label_y, event.kind, 'middle')}"
    )


def _words(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333">{words}</text>'


def main() -> None:
    """Draw all of them."""
    IMAGES.mkdir(exist_ok=True)
    model = FaceModel()
    draw_half_faces(model)
    draw_closure(model)
    with as_file(files("facialis") / "data" / "demo.mp4") as video:
        result = measure(video)
        draw_excess(result)
        draw_report(result, video)


if __name__ == "__main__":
    main()
