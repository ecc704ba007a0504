"""Values as FHIR writes them: times, sides, codes of our own, and units in UCUM (the units of FHIR)."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from facialis.record.times import Moment, is_by_day

Resource = dict[str, Any]
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
SIDES_IN_WORDS: Mapping[str, str] = {
    "left": "left side of the face",
    "right": "right side of the face",
    "both": "both sides of the face",
}

UCUM = "http://unitsofmeasure.org"
CODES = {
    "1": "1",
    "%": "%",
    "% of full contraction": "%",
    "% of full closure": "%",
    "% of inter-ocular distance": "%",
    "% of own blink": "%",
    "1/min": "/min",
    "1/s": "/s",
    "d": "d",
    "h": "h",
    "s": "s",
    "ms": "ms",
    "mm": "mm",
    "uV": "uV",
    "grade": "{grade}",
}
"""Every unit of a measure, with its code."""
_DOSES = {"g": "g", "mg": "mg", "ug": "ug", "µg": "ug", "mcg": "ug", "ml": "mL", "mL": "mL"}


def quantity(value: float, unit: str) -> Resource:
    """Return a value with its unit in words and, where UCUM has one, in its code; ValueError for NaN."""
    return _quantity(value, unit, CODES.get(unit))


def dose(value: float, unit: str) -> Resource:
    """Return a dose in the unit the person wrote."""
    return _quantity(value, unit, _DOSES.get(unit))


def product_units(value: float, product: str) -> Resource:
    """Return units of a toxin: UCUM's arbitrary unit, which says that it holds for this product alone."""
    return _quantity(value, f"units of {product}", "[arb'U]")


def _quantity(value: float, unit: str, code: str | None) -> Resource:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no quantity")
    told = {"value": value} | ({"unit": unit} if unit else {})
    return told | ({"system": UCUM, "code": code} if code else {})


def own(system: str, code: str, text: str) -> Resource:
    """Return a concept that no public code system has, in one of our own. No LOINC code fits."""
    return {"coding": [{"system": f"urn:facialis:{system}", "code": code, "display": text}], "text": text}


def side_of(side: str) -> Resource:
    """Return a side of the face, in words: SNOMED CT's codes need a licence in many countries."""
    return own("side", side, SIDES_IN_WORDS[side])


def moment_of(at: Moment) -> str:
    """Return a moment as FHIR writes it, by the clock of its place; a day as a day."""
    return f"{at.local:%Y-%m-%d}" if is_by_day(at) else at_of(at.local)


def at_of(local: datetime) -> str:
    """Return a time as FHIR writes it: ISO 8601 with the offset of its place, to the second."""
    return local.replace(microsecond=0).isoformat()
