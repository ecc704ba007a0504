"""A record as a FHIR bundle: valid, nothing in it that is not so, and no diagnosis that nobody made."""

import base64
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from exchanges import AT, fill
from records import emg, open_fake, video

from facialis.errors import RecordError, SourceError
from facialis.record import DiaryEntry, Moment, Questionnaire, Record, Site, Treatment, moment
from facialis.record.exchange import export_fhir
from facialis.record.exchange_fhir import Diagnosis, bundle
from facialis.record.exchange_fhir_told import treatment_of
from facialis.record.exchange_fhir_values import CODES, moment_of, quantity
from facialis.record.times import at_day

pytestmark = pytest.mark.usefixtures("plain_files")
WRITTEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\nmade up\n%%EOF\n"
Where = str | Path
NO_MODELS = "fhir.resources is not installed; pip install '.[test]' brings it"


def of_type(told: Any, kind: str) -> list[Any]:
    return [e["resource"] for e in told["entry"] if e["resource"]["resourceType"] == kind]


def every(told: Any, key: str) -> Iterator[Any]:
    """Every value of that key, however deep."""
    if isinstance(told, dict):
        if key in told:
            yield told[key]
        for value in told.values():
            yield from every(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from every(value, key)


def valid(told: Any) -> None:
    """Read the bundle with the models of R4B, which for these resources is R4 with corrected wording."""
    pytest.importorskip("fhir.resources", reason=NO_MODELS)
    for each in told["entry"]:
        kind = each["resource"]["resourceType"]
        model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
        model.model_validate(each["resource"])
    importlib.import_module("fhir.resources.R4B.bundle").Bundle.model_validate(told)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with open_fake(tmp_path / "record") as record:
        fill(record, tmp_path)
        yield record


@pytest.fixture
def told(record: Record) -> Any:
    report = bundle(record, diagnosis=Diagnosis("left"), report=PDF, written=WRITTEN)
    return json.loads(json.dumps(report, allow_nan=False))


# Valid


def test_the_bundle_is_valid(told: Any) -> None:
    valid(told)
    assert told["type"] == "collection"
    kinds = Counter(e["resource"]["resourceType"] for e in told["entry"])
    assert set(kinds) == {
        "Patient", "Device", "Condition", "Observation", "MedicationAdministration", "MedicationStatement",
        "Procedure", "QuestionnaireResponse", "DiagnosticReport",
    }  # fmt: skip
    assert kinds["Patient"] == kinds["Condition"] == kinds["DiagnosticReport"] == 1


def test_a_model_would_refuse_what_is_wrong(told: Any) -> None:
    """Else the test above could not fail."""
    of_type(told, "Observation")[0].pop("status")
    if importlib.util.find_spec("fhir") is not None:
        with pytest.raises(ValueError, match="status"):
            valid(told)


def test_the_empty_record_gives_a_valid_bundle(where: Where) -> None:
    with open_fake(where) as record:
        told = bundle(record, written=WRITTEN)
        valid(told)
        assert [e["resource"]["resourceType"] for e in told["entry"]] == ["Patient", "Device"]


def test_every_reference_is_to_something_in_the_bundle(told: Any) -> None:
    names = [e["fullUrl"] for e in told["entry"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name) for name in names)
    assert set(every(told, "reference")) <= set(names)
    patients = {e["fullUrl"] for e in told["entry"] if e["resource"]["resourceType"] == "Patient"}
    assert {each["reference"] for each in every(told, "subject")} == patients


def test_every_time_has_an_offset(told: Any) -> None:
    keys = ("effectiveDateTime", "start", "end", "issued", "authored", "performedDateTime", "recordedDate")
    times = [value for key in (*keys, "timestamp", "creation") for value in every(told, key)]
    assert len(times) > 20
    clocks = [time for time in times if len(time) > len("2026-11-20")]  # The others are days, see below.
    assert len(clocks) > 20
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?[+-]\d\d:\d\d", time) for time in clocks
    )


@pytest.mark.parametrize(
    ("told", "written"),
    [
        (at_day(date(2026, 11, 20), "Europe/Berlin"), "2026-11-20"),
        (at_day(date(2026, 10, 25), "Asia/Tokyo"), "2026-10-25"),
        (moment("2026-11-20 09:30", "Europe/Berlin"), "2026-11-20T09:30:00+01:00"),
        (moment("2026-11-20 12:00:01", "Europe/Berlin"), "2026-11-20T12:00:01+01:00"),
    ],
)
def test_what_was_told_by_its_day_has_no_time(told: Moment, written: str) -> None:
    assert moment_of(told) == written
    patient = {"reference": "urn:x"}
    given = next(treatment_of(Treatment("toxin", "Botox", told), patient, WRITTEN))
    assert given["effectiveDateTime"] == written


def test_days_without_a_time_are_valid_everywhere(tmp_path: Path) -> None:
    day = at_day(date(2026, 11, 20), "Europe/Berlin")
    with open_fake(tmp_path / "record") as record:
        record.add_entry(DiaryEntry(day, 4))
        record.add_treatment(Treatment("surgery", "MVD", day))
        record.add_treatment(Treatment("drug", "x", day, until=day))
        record.add_questionnaire(Questionnaire("hfs-7", day, 4))
        valid(bundle(record, written=WRITTEN))


def test_the_same_record_gives_the_same_bundle(record: Record) -> None:
    assert bundle(record, written=WRITTEN) == bundle(record, written=WRITTEN)


# Rules of R4 that the models do not look at


def test_a_value_or_a_reason_and_never_both(told: Any) -> None:
    """obs-6, and as strictly for components."""
    for each in of_type(told, "Observation"):
        for part in (each, *each.get("component", [])):
            has_value = any(key.startswith("value") for key in part)
            assert not (has_value and "dataAbsentReason" in part)
            is_group = part is each and each["code"]["coding"][0]["code"] == "diary-entry"
            assert has_value or "dataAbsentReason" in part or is_group


def test_every_dosage_has_a_dose(told: Any) -> None:
    """mad-1."""
    for each in of_type(told, "MedicationAdministration"):
        assert "dosage" not in each or {"dose", "rateRatio"} & set(each["dosage"])


def test_every_unit_with_a_code_is_in_ucum(told: Any) -> None:
    quantities = [*every(told, "valueQuantity"), *every(told, "dose"), *every(told, "numerator")]
    assert len(quantities) > 50
    for each in quantities:
        assert ("code" in each) == ("system" in each)
        assert each.get("system", "http://unitsofmeasure.org") == "http://unitsofmeasure.org"


def test_every_unit_of_a_measure_has_a_code() -> None:
    page = (Path(__file__).parents[1] / "docs" / "measures.md").read_text(encoding="utf-8")
    tables = [
        part.splitlines() for part in page.split("\n\n") if part.startswith("| name | what it is | unit |")
    ]
    units = {line.split("|")[3].strip() for table in tables for line in table[2:]}
    assert {"1/min", "% of own blink", "uV"} <= units
    assert units <= set(CODES)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_quantity(value: float) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        quantity(value, "s")


# Honest


def test_no_condition_unless_a_doctor_named_it(record: Record) -> None:
    """Neither toxin nor a clear side makes a diagnosis."""
    assert record.anchor() is not None
    assert any(t.kind == "toxin" for t in record.treatments())
    told = bundle(record, written=WRITTEN)
    assert of_type(told, "Condition") == []
    assert "G51" not in json.dumps(told)


@pytest.mark.parametrize(
    ("side", "code"), [("right", "G51.31"), ("left", "G51.32"), ("both", "G51.33"), ("unspecified", "G51.39")]
)
def test_a_condition_is_as_the_person_told_it(record: Record, side: Any, code: str) -> None:
    told = bundle(record, diagnosis=Diagnosis(side), written=WRITTEN)
    valid(told)
    (condition,) = of_type(told, "Condition")
    codes = [(c["system"].rpartition("/")[2], c["code"]) for c in condition["code"]["coding"]]
    assert codes == [("icd-10", "G51.3"), ("icd-10-cm", code)]
    assert condition["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert condition["asserter"] == condition["subject"]
    assert ("bodySite" in condition) == (side != "unspecified")


def test_no_observation_looks_final_or_normal(told: Any) -> None:
    measured = [o for o in of_type(told, "Observation") if "device" in o]
    assert measured
    for each in measured:
        assert each["status"] == "preliminary"
        assert "not a diagnosis" in each["note"][0]["text"]
    assert not list(every(told, "referenceRange"))
    assert not list(every(told, "interpretation"))
    assert of_type(told, "DiagnosticReport")[0]["status"] == "preliminary"
    assert "conclusion" not in of_type(told, "DiagnosticReport")[0]


def test_what_was_measured_is_there_with_side_and_interval(record: Record, told: Any) -> None:
    measures = record.measures(1)
    rate = next(m for m in measures if m.name == "episode_rate")
    found = [o for o in of_type(told, "Observation") if o["code"]["coding"][0]["code"] == "episode_rate"]
    assert len(found) == len(record.measurements())
    one = next(o for o in found if o["effectivePeriod"]["start"] == "2026-10-25T02:30:00+02:00")
    assert one["valueQuantity"] == {
        "value": rate.value, "unit": "1/min", "system": "http://unitsofmeasure.org", "code": "/min",
    }  # fmt: skip
    parts = {c["code"]["coding"][0]["code"]: c for c in one["component"]}
    assert parts["interval-low"]["valueQuantity"]["value"] == rate.low
    assert parts["interval-high"]["valueQuantity"]["value"] == rate.high
    assert parts["n"]["valueInteger"] == rate.n
    assert parts["seconds-observed"]["valueQuantity"]["value"] == rate.seconds_observed
    assert one["bodySite"]["text"] == "left side of the face"
    assert record.measurements()[0].settings_digest in one["method"]["text"]
    assert "simulated" in one["method"]["text"]


def test_what_could_not_be_measured_says_why(record: Record, told: Any) -> None:
    missing = [m for m in record.measures(1) if m.value is None]
    found = [o for o in of_type(told, "Observation") if "dataAbsentReason" in o]
    assert missing
    assert missing[0].reason in {o["dataAbsentReason"]["text"] for o in found}


def test_only_the_newest_measurement_goes(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add(video(tmp_path))
        record.measure(1, mirrored=True)
        sides = {o["bodySite"]["text"] for o in of_type(bundle(record), "Observation") if "bodySite" in o}
        assert sides == {"right side of the face"}


def test_an_emg_says_that_it_is_one(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add(emg(tmp_path), zone="UTC")
        told = bundle(record, written=WRITTEN)
        valid(told)
        assert all("electromyography" in o["method"]["text"] for o in of_type(told, "Observation"))


# Treatments, diary, questionnaires


def test_toxin_is_told_site_by_site(tmp_path: Path) -> None:
    sites = (Site("orbicularis oculi", "left", 7.5), Site("zygomaticus", "left", 2.5))
    with open_fake(tmp_path / "record") as record:
        record.add_treatment(
            Treatment("toxin", "Botox", AT, dilution_ml_per_100_u=2, sites=sites, note="calm")
        )
        told = bundle(record, written=WRITTEN)
        valid(told)
        given = of_type(told, "MedicationAdministration")
        assert [g["dosage"]["site"]["text"] for g in given] == [
            "orbicularis oculi, left",
            "zygomaticus, left",
        ]
        assert [g["dosage"]["dose"]["value"] for g in given] == [7.5, 2.5]
        assert {g["dosage"]["dose"]["unit"] for g in given} == {"units of Botox"}
        assert {g["dosage"]["dose"]["code"] for g in given} == {"[arb'U]"}
        assert all("2 mL for 100 units" in g["note"][0]["text"] for g in given)
        assert given[0]["effectiveDateTime"] == "2026-11-20"


@pytest.mark.parametrize(
    ("treatment", "dose", "says"),
    [
        (Treatment("toxin", "Xeomin", AT, units=20), 20, ""),
        (Treatment("toxin", "Xeomin", AT, units=20, sites=(Site("chin", "left"),)), 20, "chin, left"),
        (
            Treatment("toxin", "Xeomin", AT, sites=(Site("chin", "left"), Site("brow", "left", 5))),
            None,
            "chin",
        ),
        (Treatment("toxin", "Xeomin", AT), None, ""),
    ],
)
def test_toxin_of_which_less_is_known(tmp_path: Path, treatment: Treatment, dose: Any, says: str) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_treatment(treatment)
        told = bundle(record, written=WRITTEN)
        valid(told)
        (given,) = of_type(told, "MedicationAdministration")
        assert given.get("dosage", {}).get("dose", {}).get("value") == dose
        assert says in json.dumps(given)


@pytest.mark.parametrize(("unit", "code"), [("mg", "mg"), ("µg", "ug"), ("drops", None), ("", None)])
@pytest.mark.parametrize("until", [None, "2026-11-21 12:00", "2027-01-01 12:00"])
def test_a_drug_is_a_statement(tmp_path: Path, unit: str, code: str | None, until: str | None) -> None:
    end = moment(until, "UTC") if until else None
    with open_fake(tmp_path / "record") as record:
        record.add_treatment(Treatment("drug", "gabapentin", AT, dose=300, dose_unit=unit, until=end))
        told = bundle(record, written=WRITTEN)
        valid(told)
        (taken,) = of_type(told, "MedicationStatement")
        assert taken["status"] == ("completed" if until == "2026-11-21 12:00" else "active")
        ratio = taken["dosage"][0]["doseAndRate"][0]["rateRatio"]
        assert ratio["numerator"]["value"] == 300
        assert ratio["numerator"].get("code") == code
        assert ratio["denominator"]["code"] == "d"


def test_a_questionnaire_is_its_scores_without_a_word_of_its_questions(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_questionnaire(Questionnaire("hfs-7", AT, 9, (1, 2, 1, 2, 1, 1, 1)))
        record.add_questionnaire(Questionnaire("hfs-30", AT, 47))
        told = bundle(record, written=WRITTEN)
        valid(told)
        short, long = of_type(told, "QuestionnaireResponse")
        answers = {i["linkId"]: i["answer"][0]["valueInteger"] for i in short["item"]}
        assert answers == {"total": 9, "1": 1, "2": 2, "3": 1, "4": 2, "5": 1, "6": 1, "7": 1}
        assert [i["linkId"] for i in long["item"]] == ["total"]
        assert all("text" not in item for item in short["item"][1:])


def test_what_was_felt_stays_apart_from_what_was_measured(told: Any, record: Record) -> None:
    felt = [o for o in of_type(told, "Observation") if "device" not in o]
    assert len(felt) == len(record.entries())
    assert all(o["category"][0]["coding"][0]["code"] == "survey" and o["performer"] for o in felt)
    quiet = next(o for o in felt if any("coffee, black" in c["code"]["text"] for c in o.get("component", [])))
    numbers = {c["code"]["text"]: c["valueQuantity"]["value"] for c in quiet["component"]}
    assert numbers["Spasms felt, 0 to 10"] == 0
    assert "Mood, 0 worst to 10 best" not in numbers  # Not told, which is not 0.


# The report, the person, the file


def test_the_report_goes_along(told: Any) -> None:
    (report,) = of_type(told, "DiagnosticReport")
    assert base64.b64decode(report["presentedForm"][0]["data"]) == PDF
    assert report["presentedForm"][0]["contentType"] == "application/pdf"
    measured = [e["fullUrl"] for e in told["entry"] if "device" in e["resource"]]
    assert [r["reference"] for r in report["result"]] == measured


def test_what_is_no_pdf_is_no_report(record: Record) -> None:
    with pytest.raises(RecordError, match="no PDF"):
        bundle(record, report=b"<html>")


def test_one_person_of_several_goes_alone(where: Where) -> None:
    with open_fake(where) as record:
        for name in ("A17", "B2"):
            record.add_person(name)
        with pytest.raises(RecordError, match="--person"):
            bundle(record)
    for name in ("A17", "B2"):
        with open_fake(where, person=name) as record:
            record.add_treatment(Treatment("surgery", f"of {name}", AT))
    with open_fake(where, person="B2") as record:
        told = bundle(record, written=WRITTEN)
        assert of_type(told, "Patient")[0]["identifier"][0]["value"] == "B2"
        assert "A17" not in json.dumps(told)
        mine = told["entry"][0]["fullUrl"]
    with open_fake(where, person="A17") as record:
        assert bundle(record, written=WRITTEN)["entry"][0]["fullUrl"] != mine


def test_it_is_written_whole_or_not_at_all(record: Record, tmp_path: Path) -> None:
    export_fhir(record, tmp_path / "bundle.json", report=PDF)
    valid(json.loads((tmp_path / "bundle.json").read_text(encoding="utf-8")))
    before = sorted(tmp_path.iterdir())
    with pytest.raises((RecordError, SourceError)):
        export_fhir(record, tmp_path / "other.json", report=b"no")
    assert sorted(tmp_path.iterdir()) == before
