"""What an EMG's file does not say itself, as the record keeps it, so that it can be measured again."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facialis.errors import RecordError

if TYPE_CHECKING:
    from facialis.source.emg import EmgOptions


def options_from(body: Mapping[str, Any] | None) -> "EmgOptions":
    """Return the options that `plain_options` wrote; those of nothing told where `body` is None."""
    from facialis.source.emg import EmgOptions

    return EmgOptions(**body) if body else EmgOptions()


def plain_options(options: "EmgOptions") -> dict[str, Any]:
    """Return options as a database and JSON can hold them."""
    return dataclasses.asdict(options) | {"channels": dict(options.channels)}


def digest(options: "EmgOptions") -> str:
    """Return the SHA-256 of options, 64 hex digits, whatever order channels were named in."""
    text = json.dumps(plain_options(options), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def checked_options(options: "EmgOptions | None", name: str) -> "EmgOptions":
    """Return what was told of the EMG `name`, or that nothing was.

    Raises SourceError where a channel names no side and muscle, RecordError where rate or unit is none.
    """
    from facialis.source.channels import column_from
    from facialis.source.emg import EmgOptions, scale_of

    options = options or EmgOptions()
    for words in options.channels.values():
        column_from(words)
    rate = options.rate_per_s
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise RecordError(f"The sampling rate of {name} must be a number above 0, in samples a second.")
    if options.unit is not None and scale_of(options.unit) is None:
        raise RecordError(f"The unit of {name} is {options.unit!r}; say V, mV, uV or nV.")
    return options


def require_table(path: Path, options: "EmgOptions") -> None:
    """Look whether an EMG that is not measured now could be; SourceError where a table holds no numbers."""
    from facialis.source.emg import BINARY, MAGIC
    from facialis.source.table import read_table

    with path.open("rb") as file:
        binary = file.read(8) in MAGIC or path.suffix.lower() in BINARY
    if not binary:
        read_table(path, options.rate_per_s or 1.0)
