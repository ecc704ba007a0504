"""Treatments on the command line: muscles of the toxin, last day of a drug, a pad that shifts."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from facialis.cli import cli
from facialis.errors import SettingsError
from facialis.simulate.patient_config import read_config
from facialis.simulate.patient_options import read_treatment
from facialis.simulate.treatments import Treatment

DAYS = st.floats(-1000, 1000).map(lambda day: round(day, 3))


@pytest.mark.parametrize(
    ("words", "treatment"),
    [
        ("toxin", Treatment("toxin")),
        ("toxin:3:0.5,muscles=mentalis", Treatment("toxin", 3, 0.5, ("mentalis",))),
        (
            "toxin,muscles=orbicularis-oculi+zygomaticus",
            Treatment("toxin", muscles=("orbicularis_oculi", "zygomaticus")),
        ),
        ("carbamazepine:1,until=30", Treatment("carbamazepine", 1, until_day=30)),
        ("clonazepam:1:0.5,until=2.5", Treatment("clonazepam", 1, 0.5, until_day=2.5)),
        ("decompression:0:0.7,shifted=60", Treatment("decompression", 0, 0.7, shifted_on_day=60)),
    ],
)
def test_what_is_written_is_what_is_given(words: str, treatment: Treatment) -> None:
    assert read_treatment(words) == treatment


@given(DAYS, st.floats(0.01, 1000).map(lambda days: round(days, 3)))
def test_any_days_are_kept(day: float, later: float) -> None:
    assert read_treatment(f"decompression:{day},shifted={day + later}").shifted_on_day == day + later


@pytest.mark.parametrize(
    "words",
    [
        "toxin,until=30",
        "carbamazepine,shifted=3",
        "decompression,muscles=mentalis",
        "decompression:0:1,shifted",
        "decompression,shifted=soon",
        "carbamazepine,until=3,until=4",
        "carbamazepine,dose=400",
        "toxin:0:1:2",
        "toxin,",
    ],
)
def test_what_does_not_belong_is_one_sentence(words: str) -> None:
    with pytest.raises(SettingsError, match="is no treatment; write KIND:DAY:AMOUNT") as caught:
        read_treatment(words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("toxin,muscles=tongue", "'tongue' cannot be injected"),
        ("toxin,muscles=", "cannot be injected"),
        ("carbamazepine:10,until=5", "ends on day 5, before it begins"),
        ("decompression:10,shifted=10", "shifts on day 10, before it begins"),
        ("surgery,until=5", "is no treatment"),
    ],
)
def test_what_cannot_be_is_told(words: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_treatment(words)


def test_the_command_takes_them(tmp_path: Path) -> None:
    line = ["simulate", "patient", "--minutes", "0.05", "--axons", "20", "--day", "14"]
    line += ["--treatment", "toxin:0:1,muscles=mentalis", "--treatment", "carbamazepine:0,until=5"]
    ran = CliRunner().invoke(cli, [*line, "--out", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.output
    kept = read_config(tmp_path / "out" / "patient.config.json").treatments
    assert kept == (Treatment("toxin", 0, 1, ("mentalis",)), Treatment("carbamazepine", 0, until_day=5))
