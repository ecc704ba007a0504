import csv
import json
import math
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from result_fixture import make_empty_result, make_result

from facialis.errors import OutputError
from facialis.report.tables import event_columns, summary, write_events, write_signals, write_summary
from facialis.types import REGIONS, Event, Measure, Result

SCHEMA = json.loads((files("facialis.report") / "summary.schema.json").read_text(encoding="utf-8"))


def rows_of(result: Result, folder: Path) -> list[dict[str, str]]:
    write_events(result, folder)
    with (folder / "events.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def summary_of(result: Result, folder: Path) -> Any:
    write_summary(result, folder)

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is not JSON")

    return json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=refuse)


def test_events_start_with_the_columns_bids_asks_for(tmp_path: Path) -> None:
    write_events(make_result(), tmp_path)
    header = (tmp_path / "events.tsv").read_text(encoding="utf-8").splitlines()[0].split("\t")
    assert header[:9] == [
        "onset", "duration", "trial_type", "side", "regions", "intensity", "probability", "context", "reason",
    ]  # fmt: skip
    assert len(header) == len(set(header))


def test_every_event_is_one_row_in_the_order_of_time(tmp_path: Path) -> None:
    result = make_result()
    shuffled = replace(result, events=result.events[::-1])
    rows = rows_of(shuffled, tmp_path)
    assert len(rows) == len(result.events)
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets)
    for row, event in zip(rows, result.events, strict=True):
        assert float(row["onset"]) == pytest.approx(event.onset_s, abs=5e-4)
        assert float(row["duration"]) == pytest.approx(event.duration_s, abs=5e-4)
        assert float(row["peak"]) == pytest.approx(event.peak_s, abs=5e-4)


def test_seconds_have_three_decimals_and_empty_cells_say_so(tmp_path: Path) -> None:
    rows = rows_of(make_result(), tmp_path)
    assert all(len(row["onset"].partition(".")[2]) == 3 for row in rows)
    assert all(cell not in ("", None, "nan", "None") for row in rows for cell in row.values())
    blink = next(row for row in rows if row["trial_type"] == "blink")
    assert blink["regions"] == "n/a"
    assert blink["excess_eye"] == "n/a"
    spread = next(row for row in rows if "mouth" in row["regions"])
    assert spread["regions"] == "eye,mouth"
    assert float(spread["onset_mouth"]) > float(spread["onset_eye"])


def test_every_column_and_value_is_described(tmp_path: Path) -> None:
    rows = rows_of(make_result(), tmp_path)
    described = json.loads((tmp_path / "events.json").read_text(encoding="utf-8"))
    assert list(described) == list(rows[0])
    for name, column in described.items():
        assert column["Description"].endswith(".")
        for row in rows:
            assert row[name] in column.get("Levels", {row[name]})
    assert {described[name]["Units"] for name in ("onset", "duration", "peak")} == {"s"}
    assert set(described["trial_type"]["Levels"]) == {"episode", "twitch", "tonic", "blink"}
    assert all(f"excess_{region}" in described for region in REGIONS)


def test_no_events_give_a_header_alone(tmp_path: Path) -> None:
    assert rows_of(make_empty_result(), tmp_path) == []
    assert (tmp_path / "events.tsv").read_text(encoding="utf-8").count("\n") == 1


@settings(max_examples=60, deadline=None)
@given(reason=st.text(), number=st.floats(allow_nan=True, allow_infinity=True))
def test_no_text_or_number_can_break_a_row(
    tmp_path_factory: pytest.TempPathFactory, reason: str, number: float
) -> None:
    event = Event("twitch", "left", 1.0, 1.2, 1.1, number, number, reason, excess={"eye": number})
    rows = rows_of(replace(make_result(2.0), events=(event,)), tmp_path_factory.mktemp("events"))
    assert len(rows) == 1
    assert list(rows[0]) == list(event_columns())
    assert rows[0]["trial_type"] == "twitch"
    assert None not in rows[0].values()


def test_signals_come_back_with_units_and_provenance(tmp_path: Path) -> None:
    result = make_result()
    write_signals(result, tmp_path)
    table = pq.read_table(tmp_path / "signals.parquet")
    assert table.num_rows == len(result.signals.time_s)
    np.testing.assert_array_equal(table["time_s"].to_numpy(), result.signals.time_s)
    for name, values in result.signals.columns.items():
        np.testing.assert_array_equal(table[name].to_numpy(), values)
        assert table.schema.field(name).metadata[b"unit"].decode() == result.signals.units[name]
    assert table.schema.field("time_s").metadata[b"unit"] == b"s"
    assert table["left_usable"].to_pylist() == result.signals.usable["left"].tolist()
    metadata = table.schema.metadata
    assert metadata[b"facialis_version"] == b"0.1.0"
    assert metadata[b"settings_digest"].decode() == result.settings_digest
    assert metadata[b"recording_sha256"].decode() == result.recording.sha256
    assert metadata[b"model_sha256"].decode() == result.model.sha256
    assert metadata[b"simulated"] == b"true"


def test_what_could_not_be_read_is_null(tmp_path: Path) -> None:
    result = make_result()
    write_signals(result, tmp_path)
    column = pq.read_table(tmp_path / "signals.parquet")["left_closure"]
    assert column.null_count == np.isnan(result.signals.columns["left_closure"]).sum() > 0


def test_a_column_unknown_here_is_carried_through(tmp_path: Path) -> None:
    result = make_result(5.0)
    more = np.arange(len(result.signals.time_s), dtype=np.float32)
    signals = replace(
        result.signals,
        columns={**result.signals.columns, "left_eye_excess": more},
        units={**result.signals.units, "left_eye_excess": "1"},
    )
    write_signals(replace(result, signals=signals), tmp_path)
    np.testing.assert_array_equal(
        pq.read_table(tmp_path / "signals.parquet")["left_eye_excess"].to_numpy(), more
    )


def test_a_recording_without_frames_gives_an_empty_table(tmp_path: Path) -> None:
    base = make_empty_result()
    none = np.array([])
    signals = replace(
        base.signals,
        time_s=none,
        columns=dict.fromkeys(base.signals.columns, none),
        usable={"left": none.astype(bool), "right": none.astype(bool)},
    )
    write_signals(replace(base, signals=signals), tmp_path)
    assert pq.read_table(tmp_path / "signals.parquet").num_rows == 0


@pytest.mark.parametrize("packaged", [True, False])
def test_results_of_another_model_do_not_look_like_those_of_the_packaged(
    tmp_path: Path, packaged: bool
) -> None:
    result = make_result(2.0, packaged=packaged)
    write_signals(result, tmp_path)
    metadata = pq.read_schema(tmp_path / "signals.parquet").metadata
    assert json.loads(metadata[b"model_packaged"]) is packaged
    assert summary_of(result, tmp_path)["model"] == {"sha256": "cd" * 32, "packaged": packaged}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "result",
    [
        make_result(),
        make_empty_result(),
        make_result(verdict="both"),
        make_result(verdict="none", simulated=False),
    ],
    ids=["left", "empty", "both", "none"],
)
def test_the_summary_follows_its_schema(tmp_path: Path, result: Result) -> None:
    Draft202012Validator(SCHEMA).validate(summary_of(result, tmp_path))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict", "side"), "patient's left"),
        (("verdict", "probability"), 1.5),
        (("counts", "episode", "left"), -1),
        (("measures", 0, "value"), "10"),
        (("recording", "path"), "/home/someone"),
        (("model", "packaged"), "yes"),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[Any, ...], value: Any) -> None:
    body = json.loads(json.dumps(summary(make_result(5.0))))
    part = body
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert not Draft202012Validator(SCHEMA).is_valid(body)


def test_the_schema_asks_for_a_reason_beside_every_null() -> None:
    body = json.loads(json.dumps(summary(make_result(5.0))))
    body["measures"][0] |= {"value": None, "reason": ""}
    assert not Draft202012Validator(SCHEMA).is_valid(body)
    body["measures"][0] |= {"reason": "too short"}
    assert Draft202012Validator(SCHEMA).is_valid(body)


def test_numbers_outside_the_measures_that_are_not_there_carry_a_reason(tmp_path: Path) -> None:
    body = summary_of(make_empty_result(), tmp_path)
    assert body["quality"]["interocular_px"] is None
    reasons = {each["path"]: each["reason"] for each in body["not_measurable"]}
    assert set(reasons) == {"quality.interocular_px", "counts"}
    assert reasons["counts"] == "not looked for: only 0.0 s could be measured"


def test_counts_of_what_was_not_looked_for_are_null_and_of_what_was_not_found_0(tmp_path: Path) -> None:
    nothing = summary_of(make_empty_result(), tmp_path)["counts"]
    assert {value for sides in nothing.values() for value in sides.values()} == {None}
    quiet = summary_of(replace(make_result(), events=()), tmp_path)["counts"]
    assert {value for sides in quiet.values() for value in sides.values()} == {0}


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.none() | st.floats(allow_nan=True, allow_infinity=True)] * 3), st.text(max_size=5))
def test_every_measure_is_valid_json_with_a_reason_where_it_is_null(
    numbers: tuple[float | None, float | None, float | None], reason: str
) -> None:
    measure = Measure("m", "M", None, *numbers, "1/min", 3, 58.0, reason=reason)
    body = summary(replace(make_result(2.0), measures=(measure,)))
    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(body, allow_nan=False)))
    written = body["measures"][0]
    for name, number in zip(("value", "low", "high"), numbers, strict=True):
        expected = number if number is not None and math.isfinite(number) else None
        assert written[name] == expected


def test_counts_are_those_of_the_events() -> None:
    result = make_result()
    counts = summary(result)["counts"]
    assert sum(sum(by_side.values()) for by_side in counts.values()) == len(result.events)
    assert counts["blink"]["both"] == sum(event.kind == "blink" for event in result.events)
    assert counts["episode"]["right"] == 0


@pytest.mark.parametrize("name", ["Ärztin & <b>.mp4", "面.mov", "broken\udcff.mp4", "tab\there.mp4"])
def test_every_file_name_can_be_written(tmp_path: Path, name: str) -> None:
    result = make_result(2.0, name=name)
    assert summary_of(result, tmp_path)["recording"]["name"] == name
    write_signals(result, tmp_path)
    write_events(result, tmp_path)


def test_numpy_numbers_are_written_as_numbers(tmp_path: Path) -> None:
    result = make_result(5.0)
    recording = replace(
        result.recording, duration_s=np.float32(5.0), n_frames=np.int64(150), simulated=np.bool_(True)
    )
    body = summary_of(replace(result, recording=recording), tmp_path)
    Draft202012Validator(SCHEMA).validate(body)
    assert body["recording"]["n_frames"] == 150


@pytest.mark.parametrize("write", [write_events, write_signals, write_summary])
def test_a_missing_folder_is_said_in_one_sentence(tmp_path: Path, write: Any) -> None:
    with pytest.raises(OutputError, match="make the folder first"):
        write(make_result(2.0), tmp_path / "nowhere")
