"""How fast and how lean the whole chain is, beside the least it could take and beside MediaPipe's own loop.

    python -m benchmarks.throughput [--rounds 5] [--seconds 20] [--memory-minutes 10] [--out FILE]

Every contestant decodes the same file. The floor is what no program with three passes a frame can avoid:
decoding to RGB and the three bare model runs, on two threads beside the decoder, with nothing between them.
The network of the floor is the one in the bundle, as it is; the chain runs it with the slopes of its
activations written out (facialis.signals.slopes), and the floor of that form is given beside it.
MediaPipe runs in an interpreter of its own, named by FACIALIS_REFERENCE_PYTHON (with mediapipe, av, numpy),
and without a network where the system can cut it off. The contestants take turns, so that a busy machine
is equally bad for all; medians over the rounds are given.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import av
import click
import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from benchmarks.graft import ping_pong, write_video
from benchmarks.scenarios import CLIPS
from benchmarks.tables import markdown, number, provenance, publish
from facialis.measure import measure
from facialis.signals.slopes import written_out
from facialis.source.video import read_frames
from facialis.types import FloatArray, ImageArray

DATA = Path(str(files("facialis"))) / "data"
REFERENCE = "FACIALIS_REFERENCE_PYTHON"
NO_REFERENCE = f"MediaPipe's loop was left out: set {REFERENCE} to a Python that has mediapipe, av and numpy."
PASSES = 3
WORKERS = 2
FORMATS: Mapping[str, tuple[int, int, int]] = {
    "1080p30": (1920, 1080, 30),
    "720p60": (1280, 720, 60),
    "1080p60": (1920, 1080, 60),
}
"""Width, height and frames a second of the clips."""
MEMORY_FORMAT = (640, 360, 30)
_MEASURE_IN_CHILD = """
import re, resource, sys
from facialis import measure
measure(sys.argv[1])
try:
    peak_kb = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
except OSError:  # not Linux; there ru_maxrss would carry over what the parent held
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak_kb)
"""


@dataclass(frozen=True)
class Run:
    """One contestant's time on one clip: by the wall, and of all its threads together (0 where unknown)."""

    frames: int
    wall_s: float
    cpu_s: float

    @property
    def frames_per_s(self) -> float:
        """Frames a second by the wall."""
        return self.frames / self.wall_s


def source_clip() -> Path:
    """Return a clip with one face: a real one, or the packaged recording where the real ones are missing."""
    real = CLIPS / "interview_a.mp4"
    return real if real.exists() else DATA / "demo.mp4"


def make_clip(path: Path, size: tuple[int, int, int], seconds: float) -> None:
    """Write an H.264 clip of (width, height, frames/s): the source scaled to fit, played to and fro."""
    width, height, rate = size
    frames = [_fitted(frame.image, width, height) for frame in read_frames(source_clip())]
    order = ping_pong(len(frames), round(seconds * rate)).astype(int)
    write_video((frames[i] for i in order), Fraction(rate), path)


def repeat_clip(path: Path, times: int, out: Path) -> None:
    """Write the clip several times over, without encoding again."""
    with av.open(str(out), "w") as target:
        stream = None
        offset = 0
        for _ in range(times):
            with av.open(str(path)) as source:
                template = source.streams.video[0]
                stream = stream or target.add_stream_from_template(template)
                last = 0
                for packet in source.demux(template):
                    if packet.dts is None or packet.pts is None:
                        continue
                    last = max(last, packet.pts + (packet.duration or 0))
                    packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                    packet.stream = stream
                    target.mux(packet)
                offset += last


def chain(path: Path) -> int:
    """Run the whole measurement; return the number of frames."""
    return measure(path).recording.n_frames


def floor_with_reader(path: Path) -> int:
    """Run the floor with the package's own reader; return the number of frames."""
    return _floor((frame.image for frame in read_frames(path)), bare_pass)


def floor_written_out(path: Path) -> int:
    """Run the floor with the package's own reader and form of the network; return the number of frames."""
    return _floor((frame.image for frame in read_frames(path)), lambda: bare_pass(written_out))


def floor_with_pyav(path: Path) -> int:
    """Run the floor with a plain PyAV loop; return the number of frames."""
    return _floor(plain_frames(path), bare_pass)


def plain_frames(path: Path) -> Iterator[ImageArray]:
    """Yield the RGB frames (h, w, 3) of a video with PyAV alone, decoding on several threads."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def bare_pass(prepared: Callable[[bytes], bytes] = bytes) -> Callable[[], None]:
    """Return a run of the landmark network, as it is or prepared, on a crop that lies ready."""
    with zipfile.ZipFile(DATA / "face_landmarker.task") as bundle:
        network = prepared(bundle.read("face_landmarks_detector.tflite"))
    interpreter: Any = Interpreter(model_content=network, num_threads=1)
    interpreter.allocate_tensors()
    place = interpreter.get_input_details()[0]["index"]
    crop: FloatArray = np.full((1, 256, 256, 3), 0.5, np.float32)

    def run() -> None:
        interpreter.set_tensor(place, crop)
        interpreter.invoke()

    return run


def _floor(frames: Iterator[ImageArray], new_pass: Callable[[], Callable[[], None]]) -> int:
    """Decode here while two threads run three passes for each decoded frame."""
    tickets = threading.Semaphore(0)
    finished = threading.Event()

    def work() -> None:
        run = new_pass()
        while True:
            if tickets.acquire(timeout=0.02):
                run()
            elif finished.is_set():
                return

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    n = 0
    for _ in frames:
        n += 1
        tickets.release(PASSES)
    finished.set()
    for worker in workers:
        worker.join()
    return n


def timed(contestant: Callable[[Path], int], path: Path) -> Run:
    """Time one contestant on one clip."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    n = contestant(path)
    return Run(n, time.perf_counter() - wall, time.process_time() - cpu)


def reference_command() -> list[str] | None:
    """Return how MediaPipe's loop is started, cut off from the network where possible; None without it."""
    python = os.environ.get(REFERENCE)
    if not python:
        return None
    script = str(Path(__file__).with_name("mediapipe_loop.py"))
    command = [python, script, str(DATA / "face_landmarker.task")]
    unshare = shutil.which("unshare")
    cut_off = [unshare, "-rn"] if unshare else []
    works = bool(cut_off) and subprocess.run([*cut_off, "true"], capture_output=True).returncode == 0
    return [*cut_off, *command] if works else command


def mediapipe_loop(command: list[str], path: Path) -> dict[str, Run]:
    """Return MediaPipe's loop with decoding, and the part of it spent outside decoding."""
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return {
        "mediapipe, one pass": Run(told["frames"], told["wall_s"], told["cpu_s"]),
        "mediapipe, one pass, decoding not counted": Run(told["frames"], told["detect_s"], 0.0),
    }


def compete(path: Path, rounds: int, reference: list[str] | None) -> dict[str, list[Run]]:
    """Run all contestants on one clip, taking turns."""
    ours: dict[str, Callable[[Path], int]] = {
        "facialis, whole chain, three passes": chain,
        "floor: its reader, three bare passes": floor_with_reader,
        "floor: plain PyAV, three bare passes": floor_with_pyav,
        "floor: its reader, its form of the network": floor_written_out,
        "decoding alone: its reader": lambda clip: sum(1 for _ in read_frames(clip)),
        "decoding alone: plain PyAV": lambda clip: sum(1 for _ in plain_frames(clip)),
    }
    runs: dict[str, list[Run]] = {}
    for number_of_round in range(rounds):
        for name, contestant in ours.items():
            runs.setdefault(name, []).append(timed(contestant, path))
        if reference is not None:
            for name, run in mediapipe_loop(reference, path).items():
                runs.setdefault(name, []).append(run)
        click.echo(f"{path.stem}: round {number_of_round + 1} of {rounds}", err=True)
    return runs


def speed_table(runs: Mapping[str, list[Run]]) -> str:
    """Return one row a contestant: medians, and the chain's time as a multiple of it in the same round."""
    own = next(iter(runs.values()))
    rows = []
    for name, each in runs.items():
        cpu_ms = median(1000 * run.cpu_s / run.frames for run in each)
        ratio = median(a.wall_s / b.wall_s for a, b in zip(own, each, strict=True))
        rows.append(
            [
                name,
                number(median(run.frames_per_s for run in each), 0),
                number(median(1000 * run.wall_s / run.frames for run in each), 1),
                number(cpu_ms, 1) if cpu_ms else "–",
                number(ratio),
            ]
        )
    return markdown(["", "frames/s", "ms a frame", "CPU ms a frame", "chain's time / this one's"], rows)


def peak_mb(path: Path) -> float:
    """Return the peak memory in MB of a fresh process that measures a video."""
    command = [sys.executable, "-c", _MEASURE_IN_CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(f"Measuring {path.name} failed: {done.stderr.strip().splitlines()[-1]}")
    return int(done.stdout.split()[-1]) / 1024


def memory_table(folder: Path, minutes: int, size: tuple[int, int, int]) -> str:
    """Return the peak memory for one minute of video and for several."""
    one, many = folder / "one.mp4", folder / "many.mp4"
    make_clip(one, size, 60)
    repeat_clip(one, minutes, many)
    short, long = peak_mb(one), peak_mb(many)
    label = f"{size[0]} x {size[1]}, {size[2]} frames/s"
    row = [label, number(short, 0), number(long, 0), number(long / short), "at most 1.20"]
    return markdown(["video", "1 min, MB", f"{minutes} min, MB", "ratio", "reach"], [row])


def _fitted(image: ImageArray, width: int, height: int) -> ImageArray:
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    small = cv2.resize(image, inner, interpolation=cv2.INTER_CUBIC)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    borders = (top, height - inner[1] - top, left, width - inner[0] - left)
    return np.asarray(cv2.copyMakeBorder(small, *borders, cv2.BORDER_CONSTANT), np.uint8)


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=6), default=20.0, show_default=True, help="Clip length.")
@click.option("--formats", default="1080p30,720p60,1080p60", show_default=True, help="Which clips.")
@click.option(
    "--memory-minutes", type=click.IntRange(min=0), default=10, show_default=True, help="0 leaves memory out."
)
@click.option("--memory-size", type=(int, int, int), default=MEMORY_FORMAT, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the Markdown here, too: into its section where the file has one.",
)
def main(
    rounds: int,
    seconds: float,
    formats: str,
    memory_minutes: int,
    memory_size: tuple[int, int, int],
    out: Path | None,
) -> None:
    """Print the tables."""
    reference = reference_command()
    chosen = f"--rounds {rounds} --seconds {seconds:g} --formats {formats} --memory-minutes {memory_minutes}"
    chosen += f" --memory-size {' '.join(map(str, memory_size))}"
    parts = [provenance(f"python -m benchmarks.throughput {chosen}")]
    if reference is None:
        parts.append(f"{NO_REFERENCE}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label in formats.split(","):
            clip = folder / f"{label}.mp4"
            make_clip(clip, FORMATS[label], seconds)
            parts.append(f"### {label}\n\n{speed_table(compete(clip, rounds, reference))}")
        if memory_minutes:
            parts.append(f"### Peak memory\n\n{memory_table(folder, memory_minutes, memory_size)}")
    text = "\n".join(parts)
    click.echo(text)
    if out is not None:
        publish(out, "throughput", text)


if __name__ == "__main__":
    main()
