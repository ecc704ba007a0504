"""What a setting is: a number with its unit, its reason and the range in which it has a meaning."""

import dataclasses
from dataclasses import field
from typing import Any

from facialis.errors import SettingsError


def setting(default: float, unit: str, reason: str, low: float, high: float) -> Any:
    """A dataclass field that knows its unit, its reason and the range in which it has a meaning."""
    return field(default=default, metadata={"unit": unit, "reason": reason, "low": low, "high": high})


class Checked:
    """Refuses values outside the range that the field names."""

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):  # type: ignore[arg-type]
            value, bounds = getattr(self, spec.name), spec.metadata
            if bounds and not bounds["low"] <= value <= bounds["high"]:
                raise SettingsError(
                    f"The setting {spec.name} is {value} {bounds['unit']}: "
                    f"it must lie between {bounds['low']} and {bounds['high']}."
                )
