"""The same network with the slopes of its activations written out for whole rows: the same numbers, sooner.

A parametric activation multiplies what is negative by a slope of its channel. The runtime goes through a
picture in the longest stretches over which the slopes do not repeat: for 16 channels, 16 numbers at a time,
and a quarter of a pass was spent on starting such stretches. Slopes repeated for each pixel of a row give the
same products in stretches of a row.
"""

import struct
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

ALIGNED = 16
"""Contents begin at multiples of this many bytes."""


@lru_cache(maxsize=2)  # each of the threads that run a network loads it
def written_out(network: bytes) -> bytes:
    """Return a TensorFlow Lite model whose slopes span rows; what it does not understand stays as it is.

    Slopes of shape (1, 1, channels) become (1, width, channels). Nothing else changes.
    """
    try:
        return _written_out(network)
    except (struct.error, LookupError, TypeError, ValueError):
        return network  # no model: whoever loads it will say so


def _written_out(network: bytes) -> bytes:
    model = schema.Model.GetRootAs(network, 0)
    if model.SubgraphsLength() != 1:
        return network
    graph = model.Subgraphs(0)
    operators = [graph.Operators(i) for i in range(graph.OperatorsLength())]
    made_by = {operator.Outputs(0): operator for operator in operators if operator.OutputsLength() == 1}
    reads = Counter(index for operator in operators for index in operator.InputsAsNumpy().tolist())
    holders = Counter(graph.Tensors(i).Buffer() for i in range(graph.TensorsLength()))
    patched = bytearray(network)
    for operator in operators:
        if _code(model, operator) != schema.BuiltinOperator.PRELU:
            continue
        picture, slopes = operator.Inputs(0), [operator.Inputs(1)]
        # Stored in half precision and unpacked by an operator of its own, or as they are.
        if slopes[0] in made_by:
            slopes.append(made_by[slopes[0]].Inputs(0))
        tensors = [graph.Tensors(index) for index in slopes]
        content = tensors[-1].Buffer()
        shared = holders[content] != 1 or any(reads[index] != 1 for index in slopes)
        by_channel = all(_shape(tensor)[:-1] == [1, 1] for tensor in tensors)
        if shared or not by_channel or len(_shape(graph.Tensors(picture))) != 4:
            continue
        width = graph.Tensors(picture).Shape(2)
        for tensor in tensors:
            _put(patched, tensor._tab.Vector(tensor._tab.Offset(4)) + 4, width)
        _repeat(patched, model.Buffers(content), width)
    return bytes(patched)


def _code(model: Any, operator: Any) -> int:
    code = model.OperatorCodes(operator.OpcodeIndex())
    # Codes of the first years are stored in the older field only.
    return int(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()))


def _shape(tensor: Any) -> list[int]:
    return [tensor.Shape(i) for i in range(tensor.ShapeLength())]


def _repeat(patched: bytearray, content: Any, times: int) -> None:
    """Append the content, repeated, and let its field point there: offsets count from where they stand."""
    values = content.DataAsNumpy().tobytes() * times
    patched += b"\0" * (-(len(patched) + 4) % ALIGNED)
    field = content._tab.Pos + content._tab.Offset(4)
    _put(patched, field, len(patched) - field)
    patched += np.uint32(len(values)).tobytes() + values


def _put(patched: bytearray, place: int, number: int) -> None:
    patched[place : place + 4] = np.uint32(number).astype("<u4").tobytes()
