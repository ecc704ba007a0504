"""Values as a database and JSON can hold them."""

import math
from typing import Any


def finite(value: Any) -> Any:
    """Return `value` as plain types, None for what is no number."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def number(value: float | None) -> float | None:
    """Return a plain float, None for what is no number."""
    return None if value is None or not math.isfinite(value) else float(value)


def new_id(made: Any) -> int:
    """Return the number that an insert gave its row."""
    return int(made.inserted_primary_key[0])
