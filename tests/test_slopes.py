"""The network with its slopes written out gives the same numbers, and nothing else is touched."""

import zipfile
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from facialis.signals import model
from facialis.signals.model import CROP_PX, NETWORKS
from facialis.signals.slopes import ALIGNED, written_out
from facialis.types import FloatArray

PACKAGED = Path(model.__file__).parents[1] / "data" / "face_landmarker.task"
LANDMARKS, DETECTOR = NETWORKS


def network(name: str) -> bytes:
    with zipfile.ZipFile(PACKAGED) as bundle:
        return bundle.read(name)


def outputs(content: bytes, picture: FloatArray) -> list[FloatArray]:
    interpreter: Any = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def slopes(content: bytes) -> list[tuple[int, list[int], FloatArray]]:
    """Width of the picture, shape and values of the slopes of each activation, as stored."""
    held = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    graph = held.subgraphs[0]
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in held.operatorCodes]
    made_by = {int(operator.outputs[0]): operator for operator in graph.operators}
    found = []
    for operator in graph.operators:
        if codes[operator.opcodeIndex] == schema.BuiltinOperator.PRELU:
            width = int(graph.tensors[operator.inputs[0]].shape[2])
            stored = graph.tensors[made_by[int(operator.inputs[1])].inputs[0]]
            values = np.frombuffer(bytes(held.buffers[stored.buffer].data), np.float16).astype(np.float32)
            assert graph.tensors[operator.inputs[1]].shape.tolist() == stored.shape.tolist()
            found.append((width, stored.shape.tolist(), values))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_pass_gives_the_same_numbers_to_the_last_bit(seed: int) -> None:
    picture = np.random.default_rng(seed).random((1, CROP_PX, CROP_PX, 3), np.float32)
    given = network(LANDMARKS)
    for before, after in zip(outputs(given, picture), outputs(written_out(given), picture), strict=True):
        np.testing.assert_array_equal(before, after)


def test_every_activation_has_its_slopes_once_for_each_pixel_of_a_row() -> None:
    before, after = slopes(network(LANDMARKS)), slopes(written_out(network(LANDMARKS)))
    assert len(before) == len(after) == 69
    for (width, shape, values), (same_width, wide, repeated) in zip(before, after, strict=True):
        assert width == same_width
        assert shape == [1, 1, values.size]
        assert wide == [1, width, values.size]
        np.testing.assert_array_equal(repeated, np.tile(values, width))


def test_contents_are_appended_where_the_runtime_wants_them() -> None:
    before, after = network(LANDMARKS), written_out(network(LANDMARKS))
    # The rest stands where it stood: only shapes and places of contents were written over.
    changed = np.flatnonzero(np.frombuffer(before, np.uint8) != np.frombuffer(after[: len(before)], np.uint8))
    assert 0 < changed.size < 69 * 4 * 3
    held = schema.Model.GetRootAs(after, 0)
    contents = [held.Buffers(i)._tab for i in range(held.BuffersLength())]
    places = [content.Vector(content.Offset(4)) for content in contents if content.Offset(4)]
    appended = [place for place in places if place >= len(before)]
    assert len(appended) == 69
    assert all(place % ALIGNED == 0 for place in appended)


def test_it_is_done_once() -> None:
    once = written_out(network(LANDMARKS))
    assert written_out(once) == once


@pytest.mark.parametrize("content", [network(DETECTOR), b"", b"no network", b"0000TFL3", bytes(64)])
def test_what_has_no_such_slopes_stays_as_it_is(content: bytes) -> None:
    assert written_out(content) == content


def test_slopes_that_others_read_too_stay_as_they_are() -> None:
    held = schema.ModelT.InitFromObj(schema.Model.GetRootAs(network(LANDMARKS), 0))
    graph = held.subgraphs[0]
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in held.operatorCodes]
    first, second = [
        operator
        for operator in graph.operators
        if codes[operator.opcodeIndex] == schema.BuiltinOperator.PRELU
        and graph.tensors[operator.inputs[1]].shape[-1] == 16
    ][:2]
    second.inputs = [second.inputs[0], first.inputs[1]]
    builder = flatbuffers.Builder(1 << 22)
    builder.Finish(held.Pack(builder), b"TFL3")
    given = bytes(builder.Output())
    kept = [shape for _, shape, _ in slopes(written_out(given)) if shape[1] == 1]
    assert len(kept) == 2
    picture = np.random.default_rng(3).random((1, CROP_PX, CROP_PX, 3), np.float32)
    for before, after in zip(outputs(given, picture), outputs(written_out(given), picture), strict=True):
        np.testing.assert_array_equal(before, after)
