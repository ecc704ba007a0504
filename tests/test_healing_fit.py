"""The fit of how slowly patients heal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import healing
from benchmarks.signs_patient import CURED
from facialis.simulate.population import FREED_AT_ONCE, SLOWER, SLOWER_SD

DAYS = tuple(CURED)
AT_ONCE = np.ones(len(healing.AT_ONCE_DAYS))
SLOWLY = np.clip(np.interp(healing.SLOWLY_DAYS, [4, 28], [0, 1]), 0, 1)


SHARES = st.floats(0, 1)


@given(SHARES, st.floats(0.5, 10), st.floats(0.3, 2))
def test_more_are_free_as_days_go_by_and_fewer_who_heal_slower(
    freed: float, slower: float, sd: float
) -> None:
    free = healing.expected(AT_ONCE, SLOWLY, DAYS, freed, slower, sd)
    assert np.all(np.diff(free) >= -1e-9)
    assert np.all((free >= freed - 1e-9) & (free <= 1 + 1e-9))
    assert np.all(healing.expected(AT_ONCE, SLOWLY, DAYS, freed, 2 * slower, sd) <= free + 1e-9)


@settings(max_examples=20)
@given(st.floats(*healing.FREED_KNOWN), st.floats(1, 8), st.floats(0.5, 2))
def test_a_fit_finds_what_was_put_in(freed: float, slower: float, sd: float) -> None:
    known = healing.expected(AT_ONCE, SLOWLY, DAYS, freed, slower, sd)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(healing, "CURED", dict(zip(DAYS, known, strict=True)))
        found = healing.fitted(AT_ONCE, SLOWLY)
    assert healing.expected(AT_ONCE, SLOWLY, DAYS, *found) == pytest.approx(known, abs=0.005)


def test_the_share_freed_at_once_stays_within_what_is_known() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(healing, "CURED", dict.fromkeys(DAYS, 0.99))
        assert healing.fitted(AT_ONCE, SLOWLY)[0] <= healing.FREED_KNOWN[1]


def test_all_who_are_free_at_once_are_free_from_the_first_day() -> None:
    everyone = np.ones(len(healing.SLOWLY_DAYS))
    chosen = (FREED_AT_ONCE, SLOWER, SLOWER_SD)
    assert healing.expected(AT_ONCE, everyone, DAYS, *chosen) == pytest.approx(1.0)
