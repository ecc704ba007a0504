"""Numbers as text, Markdown tables, and where the numbers come from."""

import math
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import facialis
from facialis.measures.intervals import wilson_interval
from facialis.settings import Settings

NOTHING = "–"


def number(value: float, digits: int = 2, unit: str = "") -> str:
    """Return the value with so many decimals and its unit, a dash where it is NaN."""
    return NOTHING if math.isnan(value) else f"{value:.{digits}f}{unit and ' ' + unit}"


def share(part: int, whole: int) -> str:
    """Return part of whole with its Wilson interval (95 %), a dash where there is no whole."""
    if whole == 0:
        return NOTHING
    low, high = wilson_interval(part, whole)
    return f"{part / whole:.2f} ({low:.2f} to {high:.2f})"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is aligned right."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    lines = [header, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def provenance(command: str) -> str:
    """Return one line that says by which command, on which machine and when numbers were made."""
    day = datetime.now(UTC).date().isoformat()
    version = f"facialis {facialis.__version__}, settings {Settings().digest()}"
    return f"`{command}` on {machine()}, {day}, {version}.\n"


def publish(out: Path, section: str, text: str) -> None:
    """Write the text to `out`; into the named section where the file has one, leaving the rest as it is.

    A section lies between the comments `<!-- begin NAME -->` and `<!-- end NAME -->`.
    """
    begin, end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->"
    old = out.read_text(encoding="utf-8") if out.exists() else ""
    before, found, rest = old.partition(begin)
    _, closed, after = rest.partition(end)
    whole = f"{before}{begin}\n{text}\n{end}{after}" if found and closed else text
    out.write_text(whole, encoding="utf-8")


def machine() -> str:
    """Return the processor's name and how many cores of it may be used, and the Python version."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
