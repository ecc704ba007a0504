"""Channel names: what is understood, what is left alone, and what a user may say instead."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.errors import SourceError
from facialis.source.channels import EMG_MUSCLES, assign, column, column_from, muscle_of, parts
from facialis.types import SIDES

ALIASES = {
    "orbicularis_oculi": ("OOc", "orb oculi", "Orbicularis Oculi", "OOculi"),
    "frontalis": ("Front", "frontalis", "FRONTAL"),
    "corrugator": ("Corr", "corrugator supercilii"),
    "zygomaticus": ("Zyg", "zygo", "Zygomaticus major"),
    "levator": ("lev", "Levator labii superioris", "LLSAN"),
    "nasalis": ("nas", "Nasalis"),
    "orbicularis_oris": ("OOr", "orb. oris", "Orbicularis_oris", "OOris"),
    "mentalis": ("Ment", "mentalis"),
}
SIDE_WORDS = {"left": ("L", "left", "Li", "links"), "right": ("R", "right", "Re", "rechts")}
PATTERNS = (
    "EMG {m} {s}",
    "{m}{s}",
    "{s} {m}",
    "{m}_{s}",
    "{m}. {s}",
    "EMG-{s}-{m}",
    "{m} {s} EMG",
    "{m}{s}1-{m}{s}2",
)


@pytest.mark.parametrize("muscle", EMG_MUSCLES)
def test_names_in_use_are_understood(muscle: str) -> None:
    for alias, (side, words), pattern in product(ALIASES[muscle], SIDE_WORDS.items(), PATTERNS):
        for word in words:
            name = pattern.format(m=alias, s=word)
            assert muscle_of(name) == f"{side}_{muscle}", name


@given(st.sampled_from(EMG_MUSCLES), st.sampled_from(SIDES), st.data(), st.text(" ._-", max_size=3))
def test_case_and_separators_do_not_count(muscle: str, side: str, data: st.DataObject, gap: str) -> None:
    alias = data.draw(st.sampled_from(ALIASES[muscle]))
    word = data.draw(st.sampled_from(SIDE_WORDS[side]))
    name = gap.join(("EMG", alias, word))
    assert muscle_of(name.upper()) == muscle_of(name.lower()) == f"{side}_{muscle}"


@given(st.text(max_size=30))
def test_any_name_gives_a_column_or_nothing(name: str) -> None:
    found = muscle_of(name)
    assert found is None or column(*parts(found)) == found


@pytest.mark.parametrize(
    "name",
    [
        "OO L",
        "chin",
        "Chin1-Chin2",
        "EEG Fp1",
        "ECG",
        "Corr",
        "OOr",
        "Masseter L",
        "L",
        "",
        "OOcL-OOcR",
        "OOcL-ZygL",
    ],
)
def test_what_says_no_side_or_no_facial_muscle_is_left_alone(name: str) -> None:
    assert muscle_of(name) is None


def test_left_and_right_are_never_swapped() -> None:
    for muscle, aliases in ALIASES.items():
        for alias in aliases:
            left, right = muscle_of(f"{alias} left"), muscle_of(f"{alias} right")
            assert (left, right) == (f"left_{muscle}", f"right_{muscle}")


def test_what_the_user_says_comes_first() -> None:
    labels = ["EMG1", "OOc R", "Zyg L"]
    chosen = assign(labels, {"EMG1": "left orbicularis oculi", "Zyg L": "Right  Mentalis"}, "a.edf")
    assert chosen == {"left_orbicularis_oculi": 0, "right_orbicularis_oculi": 1, "right_mentalis": 2}


def test_a_told_muscle_replaces_what_a_name_says() -> None:
    chosen = assign(["OOc L", "X", "OOc R"], {"X": "left orbicularis_oculi"}, "a.edf")
    assert chosen == {"left_orbicularis_oculi": 1, "right_orbicularis_oculi": 2}


@pytest.mark.parametrize(
    ("labels", "told", "words"),
    [
        (["OOc L", "Zyg R"], {}, "right orbicularis oculi"),
        (["A", "B"], {}, "has 'A', 'B'"),
        (["OOc L", "OOc R"], {"C": "left mentalis"}, "no channel 'C'"),
        (["OOc L", "OOcL", "OOc R"], {}, "two channels of the left orbicularis oculi"),
        (["OOc L", "OOc R"], {"OOc L": "left biceps"}, "names no side and muscle"),
    ],
)
def test_what_cannot_be_assigned_is_told_in_one_sentence(
    labels: list[str], told: dict[str, str], words: str
) -> None:
    with pytest.raises(SourceError) as error:
        assign(labels, told, "a.edf")
    text = str(error.value)
    assert words in text
    assert text.endswith((".", "."))
    assert "\n" not in text


def test_columns_are_what_the_user_writes_in_words() -> None:
    for side, muscle in product(SIDES, EMG_MUSCLES):
        assert column_from(f" {side.upper()} {muscle.replace('_', ' ')}") == column(side, muscle)
