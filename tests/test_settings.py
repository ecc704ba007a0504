import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis import settings as module
from facialis.errors import SettingsError
from facialis.settings import Settings

GROUPS = [spec.name for spec in dataclasses.fields(Settings)]
EVERY = [(group, spec) for group in GROUPS for spec in dataclasses.fields(getattr(Settings(), group))]
NAMES = [f"{group}.{spec.name}" for group, spec in EVERY]


def changed(group: str, name: str, value: float) -> Settings:
    inner = dataclasses.replace(getattr(Settings(), group), **{name: value})
    return dataclasses.replace(Settings(), **{group: inner})


@pytest.mark.parametrize(("group", "spec"), EVERY, ids=NAMES)
def test_every_setting_has_a_unit_a_reason_and_a_range_that_holds_its_default(group: str, spec: Any) -> None:
    value, known = getattr(getattr(Settings(), group), spec.name), spec.metadata
    assert known["unit"]
    assert len(known["reason"].split()) >= 4
    assert known["low"] <= value <= known["high"]
    assert known["low"] < known["high"]
    assert spec.default == value


@pytest.mark.parametrize(("group", "spec"), EVERY, ids=NAMES)
def test_every_value_counts_in_the_digest(group: str, spec: Any) -> None:
    value, high, low = spec.default, spec.metadata["high"], spec.metadata["low"]
    assert changed(group, spec.name, high if value != high else low).digest() != Settings().digest()
    assert changed(group, spec.name, value).digest() == Settings().digest()


@pytest.mark.parametrize(("group", "spec"), EVERY, ids=NAMES)
def test_a_value_out_of_range_is_refused_and_named(group: str, spec: Any) -> None:
    for value in (spec.metadata["low"] - 1, spec.metadata["high"] + 1, float("nan")):
        with pytest.raises(SettingsError) as error:
            changed(group, spec.name, value)
        text = str(error.value)
        assert spec.name in text
        assert str(spec.metadata["high"]) in text
        assert text.endswith(".")


@given(st.sampled_from(EVERY), st.floats(0, 1))
def test_a_value_within_its_range_is_taken(chosen: tuple[str, Any], share: float) -> None:
    group, spec = chosen
    low, high = spec.metadata["low"], spec.metadata["high"]
    value = min(low + share * (high - low), high)
    assert getattr(getattr(changed(group, spec.name, value), group), spec.name) == value


def test_a_digest_is_short_and_the_same_everywhere() -> None:
    digest = Settings().digest()
    assert len(digest) == 12
    assert set(digest) <= set("0123456789abcdef")
    assert Settings().digest() == digest


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().events.tonic_s = 2  # type: ignore[misc]


def test_every_group_of_settings_is_part_of_the_settings() -> None:
    groups = {
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind is not Settings
    }
    assert groups == {type(getattr(Settings(), name)) for name in GROUPS}
