"""Eight numbers at once, for compiled code: `at` takes them from an array, `put` puts them into one.

numba leaves it to LLVM to find loops that a vector unit can do, and LLVM finds few in a step of a patch: its
loops are short and touch many arrays. So the vectors are named here. A `Wide` adds, subtracts, multiplies and
divides like a number; what a processor has no vector for, LLVM does in two or four parts, to the same bits.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

WIDE = 8
"""Numbers in a `Wide`: as many as the widest vector unit in use holds."""
_VECTOR = ir.VectorType(ir.DoubleType(), WIDE)
_ALIGNED = 8


Wide = Any
"""What annotations say for it: outside compiled code there is none."""


class _Wide(types.Type):
    def __init__(self) -> None:
        super().__init__(name="wide")


wide = _Wide()


@register_model(_Wide)
class _WideModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _arithmetic(operation: Any, instruction: str) -> None:
    def result(_context: Any) -> Any:
        return lambda one, other: wide if isinstance(one, _Wide) and isinstance(other, _Wide) else None

    def lowered(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return getattr(builder, instruction)(*values)

    type_callable(operation)(result)
    lower_builtin(operation, wide, wide)(lowered)


for _operation, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _arithmetic(_operation, _instruction)


def _code(function: Callable[..., Any]) -> Any:
    """Return the function as instructions that numba puts in where it is called."""
    return intrinsic(function)


def _pointer(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, index = signature.args[0], values[1]
    array = context.make_array(kind)(context, builder, values[0])
    places = cgutils.unpack_tuple(builder, index)
    single = cgutils.get_item_pointer(context, builder, kind, array, places, wraparound=False)
    return builder.bitcast(single, _VECTOR.as_pointer())


@_code
def at(_typing: Any, array: Any, index: Any) -> Any:
    """Return the eight numbers of a contiguous array from this index (a tuple) on, along its last axis."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(_pointer(context, builder, signature, values), align=_ALIGNED)

    return wide(array, index), code


@_code
def put(_typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Put eight numbers into a contiguous array from this index (a tuple) on, along its last axis."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[2], _pointer(context, builder, signature, values), align=_ALIGNED)
        return context.get_dummy_value()

    return types.void(array, index, value), code


@_code
def each(_typing: Any, value: Any) -> Any:
    """Return a number eight times."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        number = context.cast(builder, values[0], signature.args[0], types.float64)
        return _repeated(builder, number)

    return wide(value), code


def _repeated(builder: Any, number: Any) -> Any:
    first = ir.Constant(ir.IntType(32), 0)
    vector = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), number, first)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), WIDE), [0] * WIDE)
    return builder.shuffle_vector(vector, ir.Constant(_VECTOR, ir.Undefined), mask)


def _applied(builder: Any, name: str, value: Any) -> Any:
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), f"llvm.{name}.v{WIDE}f64"
    )
    return builder.call(function, [value])


@_code
def above(_typing: Any, value: Any, least: Any) -> Any:
    """Return the numbers whose size is above `least`, and 0 for the others."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        size = _applied(builder, "fabs", values[0])
        moves = builder.fcmp_ordered(">", size, values[1])
        return builder.select(moves, values[0], ir.Constant(_VECTOR, [0.0] * WIDE))

    return wide(value, least), code


@_code
def within(_typing: Any, value: Any, low: Any, high: Any) -> Any:
    """Return the numbers, but `low` or `high` where they lie beyond; what is no number becomes `low`."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        raised = builder.select(builder.fcmp_ordered(">", values[0], values[1]), values[0], values[1])
        return builder.select(builder.fcmp_ordered("<", raised, values[2]), raised, values[2])

    return wide(value, low, high), code


@_code
def floor(_typing: Any, value: Any) -> Any:
    """Return the numbers rounded down."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _applied(builder, "floor", values[0])

    return wide(value), code


@_code
def together(_typing: Any, value: Any) -> Any:
    """Return the sum of the numbers."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        places = [ir.Constant(ir.IntType(32), place) for place in range(WIDE)]
        parts = [builder.extract_element(values[0], place) for place in places]
        while len(parts) > 1:
            parts = [builder.fadd(one, other) for one, other in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]

    return types.float64(value), code


@_code
def differ(_typing: Any, one: Any, other: Any) -> Any:
    """Return whether any of the numbers differ."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        bits = ir.IntType(WIDE)
        unequal = builder.bitcast(builder.fcmp_unordered("!=", *values), bits)
        return builder.icmp_unsigned("!=", unequal, ir.Constant(bits, 0))

    return types.boolean(one, other), code


@_code
def rises(_typing: Any, before: Any, after: Any, threshold: Any) -> Any:
    """Return whether any of the numbers was below the threshold before and is not after."""

    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        bits = ir.IntType(WIDE)
        low = builder.fcmp_ordered("<", values[0], values[2])
        both = builder.and_(low, builder.fcmp_ordered(">=", values[1], values[2]))
        return builder.icmp_unsigned("!=", builder.bitcast(both, bits), ir.Constant(bits, 0))

    return types.boolean(before, after, threshold), code
