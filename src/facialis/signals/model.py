"""The official Face Landmarker on LiteRT: a picture in, face boxes or 478 points out.

Only this module and slopes.py know the runtime, so that another one can take its place.
"""

import hashlib
import io
import zipfile
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from facialis.errors import ModelError
from facialis.signals.slopes import written_out
from facialis.types import FloatArray, ImageArray, Model

MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
N_POINTS = 478
CROP_PX = 256
DETECTOR_PX = 128
NETWORKS = ("face_landmarks_detector.tflite", "face_detector.tflite")


class _Network:
    """One network of the bundle on the runtime."""

    def __init__(self, network: bytes) -> None:
        # One thread per network: the stages run side by side instead, which wastes less than splitting one
        # pass.
        self._interpreter: Any = Interpreter(model_content=written_out(network), num_threads=1)
        self._interpreter.allocate_tensors()
        # Written in place: handing an array over would copy it once more.
        self._input = self._interpreter.tensor(self._interpreter.get_input_details()[0]["index"])
        self._outputs = [detail["index"] for detail in self._interpreter.get_output_details()]

    def input(self) -> FloatArray:
        """The network's own input, to be written and let go before `run`."""
        values: FloatArray = self._input()
        return values

    def run(self) -> tuple[FloatArray, ...]:
        """Copies of the outputs for what stands in the input."""
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(index) for index in self._outputs)


class FaceModel:
    """The networks of one `.task` file. Not safe to share between threads: each thread makes its own.

    Raises ModelError where the file is missing or unreadable, or where the packaged one was altered.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._landmarks, self._detector = _networks(_read(path), path)

    def landmarks(self, crop: ImageArray) -> tuple[FloatArray, float]:
        """Return the points, shape (478, 3) in px of the crop, and the face's presence, 0 to 1.

        `crop` is upright RGB of shape (256, 256, 3), uint8.
        """
        np.multiply(crop[None], np.float32(1 / 255), out=self._landmarks.input())
        points, presence, _ = self._landmarks.run()
        return points.reshape(N_POINTS, 3), _sigmoid(float(presence.ravel()[0]))

    def detections(self, picture: ImageArray) -> tuple[FloatArray, FloatArray]:
        """Return raw box regressors (896, 16) and scores (896,) of a 128 x 128 RGB picture."""
        scaled = picture[None].astype(np.float32) * np.float32(1 / 127.5) - np.float32(1)
        np.copyto(self._detector.input(), scaled)
        regressors, scores = self._detector.run()
        return regressors[0], 1 / (1 + np.exp(-np.clip(scores[0, :, 0], -80, 80)))


def identity(path: Path | None = None) -> Model:
    """Return which model a file holds (None: the packaged one). Raises ModelError as FaceModel does.

    Its content counts, not its place: a copy of the packaged model is the packaged model.
    """
    sha256 = hashlib.sha256(_read(path)).hexdigest()
    return Model(sha256, packaged=sha256 == MODEL_SHA256)


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(x, -80, 80))))


def _read(path: Path | None) -> bytes:
    if path is None:
        content = (files("facialis") / "data" / "face_landmarker.task").read_bytes()
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise ModelError("The packaged face model was altered: install facialis again.")
        return content
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"The face model {path} cannot be read: give the path of a .task file.") from error


def _networks(content: bytes, path: Path | None) -> list[_Network]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return [_Network(bundle.read(name)) for name in NETWORKS]
    # A bundle can lack a network (KeyError), be damaged (zlib) or hold something else under its name.
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError) as error:
        raise ModelError(f"{path} is not a whole Face Landmarker bundle: give another .task file.") from error
