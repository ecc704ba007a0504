"""One person's record as a FHIR bundle, for a clinic's own system: plain JSON of the release R4 (4.0.1).

Measured by software, and said so in every resource: nothing here is a diagnosis. A Condition is written only
where the person says that a doctor named it, and then as unconfirmed: facialis has seen no doctor.
"""

import base64
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from facialis.errors import RecordError
from facialis.record.exchange_fhir_told import felt, questionnaire_of, treatment_of
from facialis.record.exchange_fhir_values import CATEGORY, Resource, at_of, own, quantity, side_of
from facialis.record.record import Record
from facialis.record.types import Measurement, StoredRecording
from facialis.types import Measure as Number
from facialis.version import __version__

DiagnosedSide = Literal["left", "right", "both", "unspecified"]
ICD_10 = ("http://hl7.org/fhir/sid/icd-10", "G51.3", "Clonic hemifacial spasm")
ICD_10_CM: Mapping[DiagnosedSide, tuple[str, str]] = {
    "right": ("G51.31", "Clonic hemifacial spasm, right"),
    "left": ("G51.32", "Clonic hemifacial spasm, left"),
    "both": ("G51.33", "Clonic hemifacial spasm, bilateral"),
    "unspecified": ("G51.39", "Clonic hemifacial spasm, unspecified"),
}
_ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
_STATUS = "http://terminology.hl7.org/CodeSystem/condition-"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_NAMES = uuid.UUID("6f1c1a8e-5d0b-5b53-9c5e-0f0a8a1d7b11")
NO_DIAGNOSIS = "Measured by software from a recording; not a diagnosis, and not looked at by a clinician."


@dataclass(frozen=True)
class Diagnosis:
    """What the person says a doctor named: hemifacial spasm, on which side."""

    side: DiagnosedSide


def bundle(
    record: Record,
    *,
    diagnosis: Diagnosis | None = None,
    report: bytes | None = None,
    written: datetime | None = None,
) -> Resource:
    """Return the person's record as a bundle of the type `collection`.

    `report` is a PDF for the doctor. `written` is the time of writing, now unless told. Raises RecordError.
    """
    written = (written or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    entries = _Entries(record.person.name)
    patient = entries.add(_patient(record.person.name), "person")
    device = entries.add(_device(), "device")
    if diagnosis is not None:
        entries.add(_condition(diagnosis, patient, written), "condition")
    observed = _measured(record, entries, patient, device)
    for entry in record.entries():
        entries.add(felt(entry, patient), f"diary {entry.id}")
    for treatment in record.treatments():
        for number, each in enumerate(treatment_of(treatment, patient, written)):
            entries.add(each, f"treatment {treatment.id} {number}")
    for questionnaire in record.questionnaires():
        entries.add(questionnaire_of(questionnaire, patient), f"questionnaire {questionnaire.id}")
    if report is not None:
        entries.add(_report(report, patient, observed, written), "report")
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": written.isoformat(),
        "entry": entries.entries,
    }


def export_fhir(
    record: Record, to: Path, *, diagnosis: Diagnosis | None = None, report: bytes | None = None
) -> None:
    """Write the bundle as JSON into `to`. Raises RecordError, OutputError."""
    from facialis.report.files import write_beside

    text = json.dumps(bundle(record, diagnosis=diagnosis, report=report), indent=1, ensure_ascii=False)
    with write_beside(to) as beside:
        beside.write_text(text + "\n", encoding="utf-8")


class _Entries:
    """The bundle's entries; each is named by what it says, so that the same record gives the same names."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.entries: list[Resource] = []

    def add(self, resource: Resource, what: str) -> Resource:
        """Add a resource and return the reference to it. `what` tells equal ones apart."""
        said = json.dumps([self.person, what, resource], sort_keys=True)
        name = f"urn:uuid:{uuid.uuid5(_NAMES, said)}"
        self.entries.append({"fullUrl": name, "resource": resource})
        return {"reference": name}


# Who, with what


def _patient(name: str) -> Resource:
    # The name is one that the record's keeper chose, often a number: no name in the sense of FHIR.
    if not name:
        return {"resourceType": "Patient", "active": True}
    identifier = {"system": "urn:facialis:person", "value": name}
    return {"resourceType": "Patient", "active": True, "identifier": [identifier]}


def _device() -> Resource:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "facialis", "type": "user-friendly-name"}],
        "type": {"text": "software that measures facial spasms"},
        "version": [{"value": __version__}],
    }


def _condition(diagnosis: Diagnosis, patient: Resource, written: datetime) -> Resource:
    code, said = ICD_10_CM[diagnosis.side]
    system, icd_10, name = ICD_10
    condition: Resource = {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": _STATUS + "clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _STATUS + "ver-status", "code": "unconfirmed"}]},
        "code": {
            "coding": [
                {"system": system, "code": icd_10, "display": name},
                {"system": _ICD_10_CM, "code": code, "display": said},
            ],
            "text": "Hemifacial spasm",
        },
        "subject": patient,
        "recordedDate": written.isoformat(),
        "asserter": patient,
        "note": [{"text": "The person says that a doctor named it. facialis diagnoses nothing."}],
    }
    if diagnosis.side != "unspecified":
        condition["bodySite"] = [side_of(diagnosis.side)]
    return condition


# What was measured


def _measured(record: Record, entries: _Entries, patient: Resource, device: Resource) -> list[Resource]:
    """Add an observation for each measure of each recording's newest measurement."""
    recordings = {each.id: each for each in record.recordings()}
    found: list[Resource] = []
    for measurement in record.measurements():
        recording = recordings[measurement.recording_id]
        for number, measure in enumerate(record.measures(measurement.id)):
            observation = _observation(measure, measurement, recording, patient, device)
            found.append(entries.add(observation, f"measure {measurement.id} {number}"))
    return found


def _observation(
    measure: Number,
    measurement: Measurement,
    recording: StoredRecording,
    patient: Resource,
    device: Resource,
) -> Resource:
    local = recording.at.local
    ended = local + timedelta(seconds=measurement.recording.duration_s)
    observation: Resource = {
        "resourceType": "Observation",
        # By R4: initial or interim, may be unverified. No person looked at it.
        "status": "preliminary",
        "category": [{"coding": [{"system": CATEGORY, "code": "procedure"}]}],
        "code": own("measure", measure.name, measure.label),
        "subject": patient,
        "effectivePeriod": {"start": at_of(local), "end": at_of(ended)},
        "issued": measurement.measured_utc.isoformat(timespec="milliseconds"),
        "method": {"text": _method(measure, measurement)},
        "device": device,
        "note": [{"text": NO_DIAGNOSIS}],
        "component": list(_interval(measure)),
    }
    if measure.side is not None:
        observation["bodySite"] = side_of(measure.side)
    if measure.value is None:
        observation["dataAbsentReason"] = _absent(measure.reason)
    else:
        observation["valueQuantity"] = quantity(measure.value, measure.unit)
    return observation


def _method(measure: Number, measurement: Measurement) -> str:
    made = f"facialis {measurement.version}, settings {measurement.settings_digest}"
    seen = "electromyography" if measurement.recording.modality == "emg" else "video"
    simulated = "; the recording is simulated" if measurement.recording.simulated else ""
    return f"{made}, from {seen}{f'; interval: {measure.how}' if measure.how else ''}{simulated}"


def _interval(measure: Number) -> Iterator[Resource]:
    """Yield the 95 % interval and what the number rests on. Not a reference range: nothing here is normal."""
    if measure.value is not None:
        for name, text, value in (
            ("interval-low", "Lower end of the 95 % interval", measure.low),
            ("interval-high", "Upper end of the 95 % interval", measure.high),
        ):
            told = {"dataAbsentReason": _absent(measure.reason or "no interval could be given")}
            known = {"valueQuantity": quantity(value, measure.unit)} if value is not None else told
            yield {"code": own("component", name, text), **known}
    counted = own("component", "n", "Events or frames it rests on")
    yield {"code": counted, "valueInteger": measure.n}
    observed = own("component", "seconds-observed", "Time observed")
    yield {"code": observed, "valueQuantity": quantity(measure.seconds_observed, "s")}


def _absent(reason: str) -> Resource:
    known = {"system": _ABSENT, "code": "unknown"}
    return {"coding": [known], "text": reason or "no value could be given"}


# The report


def _report(pdf: bytes, patient: Resource, observed: list[Resource], written: datetime) -> Resource:
    if not pdf.startswith(b"%PDF-"):
        raise RecordError("The report is no PDF; make one with facialis, or give another file.")
    form = {
        "contentType": "application/pdf",
        "data": base64.b64encode(pdf).decode("ascii"),
        "title": "Report of facialis",
        "creation": written.isoformat(),
    }
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "status": "preliminary",
        "code": {"text": "Hemifacial spasm: course and measurements, by software; not a diagnosis"},
        "subject": patient,
        "issued": written.isoformat(),
        "presentedForm": [form],
    }
    return report | ({"result": observed} if observed else {})
