"""Machine code from Python, made once and kept: the one place where numba is named.

Nothing that measures a recording may import this module; it costs most of a second and much memory.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.compiler import CompilerBase, DefaultPassBuilder

Function = TypeVar("Function", bound=Callable[..., object])
KERNELS = (
    "compiled",
    "rates",
    "cable",
    "gating",
    "ephapse",
    "line",
    "stepping",
    "wide",
    "spike_state",
    "spiking",
)
"""The modules whose functions are compiled; they call each other across files."""


class _Apart(CompilerBase):
    """numba's compiler, told that arrays given to a function do not overlap.

    Only then are loops over many arrays calculated for several axons at once.
    """

    def define_pipelines(self) -> list[Any]:
        self.state.flags.noalias = True
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


def compiled(function: Function) -> Function:
    """Return the function as machine code that runs without Python's lock and is kept on disk.

    Where the package's folder cannot be written, numba keeps it in the user's own cache folder; where that
    cannot be written either, it is made anew in every process. Contraction into fused multiply-adds is
    allowed, reordering of sums is not: results depend on nothing but the input. No array that is written may
    be given twice, or overlap another one.
    """
    # Counting references is atomic and costs more than a step; kernels neither make nor keep arrays.
    return _kept(function, pipeline_class=_Apart, _nrt=False)


def compiled_with_memory(function: Function) -> Function:
    """As `compiled`, for a function that makes arrays or draws random numbers; arrays may be given twice."""
    return _kept(function)


def _kept(function: Function, **further: Any) -> Function:
    machine_code: Any = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"}, **further)(
        function
    )
    with contextlib.suppress(RuntimeError):  # "no locator available": there is no place to keep it
        machine_code.enable_caching()
    return cast(Function, machine_code)


def forget_stale(folder: Path) -> None:
    """Remove kept machine code older than any kernel in `folder`.

    numba looks at the file of the outermost function only and would go on with the old code of one that it
    calls in another file. That happens to whoever edits a kernel; an installation dates all files anew.
    """
    newest = max((folder / f"{name}.py").stat().st_mtime for name in KERNELS)
    for index in (folder / "__pycache__").glob("*.nbi"):
        with contextlib.suppress(OSError):
            if index.stat().st_mtime < newest:
                index.unlink()


with contextlib.suppress(OSError):  # sources that cannot be looked at, as in a zip, cannot be edited either
    forget_stale(Path(__file__).parent)
