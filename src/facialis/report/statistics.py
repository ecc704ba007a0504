"""What the statistics of a record gave, as JSON for other programs: `statistics.schema.json` describes it."""

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.record.gathering import Gathered

FORMAT = 1


def document(kind: str, gathered: "Gathered", body: object) -> dict[str, Any]:
    """Return the body with what it rests on. `kind`: course, comparison, triggers, trial."""
    history = gathered.history
    return {
        "format": f"facialis.{kind}",
        "format_version": FORMAT,
        "version": __version__,
        "side": gathered.side,
        "side_from": gathered.side_from,
        "recordings": {
            str(number): plain(rate) | {"day": rate.on.isoformat()} for number, rate in gathered.rates.items()
        },
        "diary_days": len(history.diary),
        "treatments": [plain(each) for each in history.treatments],
        "notes": list(gathered.notes),
        kind: plain(body),
    }


def plain(value: Any) -> Any:
    """Return dataclasses as objects, days and times as ISO 8601, what is not finite as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        body = {spec.name: plain(getattr(value, spec.name)) for spec in dataclasses.fields(value)}
        return {"answer": type(value).__name__, **body} if "words" in body and "outcome" in body else body
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def text(body: Mapping[str, Any]) -> str:
    """Return the document as text."""
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)
