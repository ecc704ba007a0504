"""What a person tells, as FHIR: diary, treatments, totals of questionnaires."""

from collections.abc import Iterator
from datetime import datetime

from facialis.record.exchange_fhir_values import (
    CATEGORY,
    SIDES_IN_WORDS,
    Resource,
    dose,
    moment_of,
    own,
    product_units,
    quantity,
    side_of,
)
from facialis.record.types import DiaryEntry, Questionnaire, Treatment

TOLD = "Told by the person."
_FELT = (
    ("spasms", "Spasms felt, 0 to 10", "1"),
    ("bother", "Bothered by spasms, 0 to 10", "1"),
    ("sleep_h", "Hours slept", "h"),
    ("mood", "Mood, 0 worst to 10 best", "1"),
)


def felt(entry: DiaryEntry, patient: Resource) -> Resource:
    """Return a diary entry as one observation by the person, each number a component of it."""
    told = [(name, text, getattr(entry, name), unit) for name, text, unit in _FELT]
    told += [
        (f"trigger-{n}", f"Trigger: {each}", s, "1") for n, (each, s) in enumerate(entry.triggers.items())
    ]
    observation: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "survey"}]}],
        "code": own("diary", "diary-entry", "Diary entry"),
        "subject": patient,
        "effectiveDateTime": moment_of(entry.at),
        "performer": [patient],
        "note": [{"text": " ".join(filter(None, (TOLD, entry.note)))}],
    }
    parts = [
        {"code": own("diary", name, text), "valueQuantity": quantity(value, unit)}
        for name, text, value, unit in told
        if value is not None
    ]
    if parts:
        observation["component"] = parts
    return observation


def questionnaire_of(told: Questionnaire, patient: Resource) -> Resource:
    """Return a questionnaire's total and the scores of its items; the questions are not ours to give."""
    items = [{"linkId": f"{n}", "answer": [{"valueInteger": s}]} for n, s in enumerate(told.items, start=1)]
    total = {
        "linkId": "total",
        "text": f"Total of {told.name.upper()}; its wording is not part of this",
        "answer": [{"valueInteger": told.total}],
    }
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "urn:facialis:questionnaire", "value": told.name},
        "status": "completed",
        "subject": patient,
        "authored": moment_of(told.at),
        "author": patient,
        "source": patient,
        "item": [total, *items],
    }


def treatment_of(told: Treatment, patient: Resource, written: datetime) -> Iterator[Resource]:
    """Yield a treatment: toxin as administrations, a drug as a statement, surgery as a procedure.

    `written` decides whether a drug with an end is still taken.
    """
    if told.kind == "toxin":
        yield from _toxin(told, patient)
    elif told.kind == "drug":
        yield _drug(told, patient, written)
    else:
        yield _surgery(told, patient)


def _toxin(told: Treatment, patient: Resource) -> Iterator[Resource]:
    """Yield one administration for each site whose units were told, or one for all of them."""
    note = [TOLD]
    if told.dilution_ml_per_100_u is not None:
        note.append(f"Dilution: {told.dilution_ml_per_100_u:g} mL for 100 units.")
    if told.note:
        note.append(told.note)
    sites = [(f"{site.site}, {site.side}", site.units) for site in told.sites]
    if not sites or any(units is None for _, units in sites):
        where = "; ".join(site for site, _ in sites) or SIDES_IN_WORDS.get(told.side or "", "")
        sites = [(where, told.units)]
    for where, units in sites:
        administered: Resource = {
            "resourceType": "MedicationAdministration",
            "status": "completed",
            "medicationCodeableConcept": {"text": told.name},
            "subject": patient,
            "effectiveDateTime": moment_of(told.at),
            "note": [{"text": " ".join(note)}],
        }
        if units is not None:
            # Units of one product are not those of another: UCUM has only an arbitrary unit for them.
            dose = product_units(units, told.name)
            administered["dosage"] = {"dose": dose, **({"site": {"text": where}} if where else {})}
        elif where:
            # A dosage without a dose is none by R4's rules (mad-1).
            administered["note"][0]["text"] += f" Site: {where}."
        yield administered


def _drug(told: Treatment, patient: Resource, written: datetime) -> Resource:
    ended = told.until is not None and told.until.utc <= written
    period = {"start": moment_of(told.at)} | ({"end": moment_of(told.until)} if told.until else {})
    statement: Resource = {
        "resourceType": "MedicationStatement",
        "status": "completed" if ended else "active",
        "medicationCodeableConcept": {"text": told.name},
        "subject": patient,
        "effectivePeriod": period,
        "informationSource": patient,
        "note": [{"text": " ".join(filter(None, (TOLD, told.note)))}],
    }
    if told.dose is not None:
        a_day = {
            "numerator": dose(told.dose, told.dose_unit),
            "denominator": quantity(1, "d"),
        }
        said = f"{told.dose:g} {told.dose_unit}".strip() + " a day"
        statement["dosage"] = [{"text": said, "doseAndRate": [{"rateRatio": a_day}]}]
    return statement


def _surgery(told: Treatment, patient: Resource) -> Resource:
    procedure: Resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": told.name},
        "subject": patient,
        "performedDateTime": moment_of(told.at),
        "asserter": patient,
        "note": [{"text": " ".join(filter(None, (TOLD, told.note)))}],
    }
    if told.side is not None:
        procedure["bodySite"] = [side_of(told.side)]
    return procedure
