"""Plans of tests by lot in the record: kept as drawn, whose they are, backed up, deleted."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from record_dumps import TRIAL
from records import PASSPHRASE, open_fake
from test_record_gone import holding

from facialis.errors import RecordError
from facialis.measures.trials import plan_of, plan_trial, smallest_difference
from facialis.record import Trial, encrypt_record, restore_record
from facialis.record.trials import checked

Where = str | Path
SECRET = "a-thing-nobody-else-should-ever-read"


def test_what_was_drawn_is_kept_itself(where: Where) -> None:
    with open_fake(where) as record:
        stored = record.add_trial(TRIAL)
        assert stored == replace(TRIAL, id=1)
    with open_fake(where) as record:
        assert record.trials() == (stored,)
        assert record.trials()[0].plan() == stored.plan()
        assert [(a.action, a.thing, a.thing_id) for a in record.audit()][-1] == ("add", "trial", 1)


def test_trials_are_told_by_their_first_day(where: Where) -> None:
    with open_fake(where) as record:
        for k, name in ((2, "b"), (0, "a"), (1, "c")):
            record.add_trial(replace(TRIAL, factor=name, first_day=date(2026, 3, 1) + timedelta(days=k)))
        assert [trial.factor for trial in record.trials()] == ["a", "c", "b"]


def test_people_are_kept_apart_and_their_trials_go_with_them(where: Where) -> None:
    with open_fake(where) as record:
        record.add_person("A")
        record.add_person("B")
    with open_fake(where, person="A") as record:
        record.add_trial(replace(TRIAL, note=SECRET))
    with open_fake(where, person="B") as record:
        assert record.trials() == ()
        record.add_trial(TRIAL)  # The same factor and days, of somebody else.
        with pytest.raises(RecordError, match="no trial 1"):
            record.delete_trial(1)
        record.delete_person("A")
        assert [trial.id for trial in record.trials()] == [2]
        assert not [a for a in record.audit() if (a.thing, a.thing_id) == ("trial", 1)]


def test_a_deleted_trial_is_in_no_file_and_the_trail_does_not_say_what_it_was(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        record.add_trial(replace(TRIAL, factor=SECRET, note=SECRET))
        assert holding(tmp_path / "record")
        record.delete_trial(1)
        assert holding(tmp_path / "record") == []
        assert [a for a in record.audit() if a.thing == "trial"] == []
        assert record.audit()[-1].action == "delete"
        assert record.check() == ()


def test_a_number_is_never_used_again(where: Where) -> None:
    with open_fake(where) as record:
        record.add_trial(TRIAL)
        record.delete_trial(1)
        assert record.add_trial(TRIAL).id == 2


def test_a_backup_holds_them_and_goes_on_counting(where: Where, tmp_path: Path) -> None:
    with open_fake(where) as record:
        record.add_trial(TRIAL)
        record.backup(tmp_path / "backup.zip")
    restore_record(tmp_path / "backup.zip", tmp_path / "again")
    with open_fake(tmp_path / "again") as record:
        assert record.trials() == (replace(TRIAL, id=1),)
        assert record.add_trial(replace(TRIAL, factor="tea")).id == 2


def test_an_encrypted_record_keeps_them(tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    pytest.importorskip("pyrage")
    with open_fake(tmp_path / "record") as record:
        record.add_trial(replace(TRIAL, note=SECRET))
    encrypt_record(tmp_path / "record", PASSPHRASE)
    assert holding(tmp_path / "record") == []
    with open_fake(tmp_path / "record", passphrase=PASSPHRASE) as record:
        assert record.trials()[0].note == SECRET


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor": ""},
        {"factor": "a;b"},
        {"order": ()},
        {"order": ((),)},
        {"order": ((True, True),)},
        {"order": ((True, False), (True, False, False, True))},
        {"days_per_period": 0},
        {"washout_days": -1},
        {"days_per_period": 400},
    ],
)
def test_a_plan_that_is_none_is_refused(wrong: dict[str, object], tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        with pytest.raises(RecordError):
            record.add_trial(replace(TRIAL, **wrong))  # type: ignore[arg-type]
        assert record.trials() == ()
        assert record.audit() == ()


def test_a_failed_addition_leaves_no_person_behind(tmp_path: Path) -> None:
    with open_fake(tmp_path / "record") as record:
        with pytest.raises(RecordError):
            record.add_trial(replace(TRIAL, factor=""))
        with record.store.database.reading() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM people")).scalar() == 0


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 5), st.integers(0, 3), st.integers(0, 9))
def test_a_plan_is_the_same_from_its_order(
    blocks: int, half: int, days: int, washout: int, seed: int
) -> None:
    start = date(2026, 3, 1)
    drawn = plan_trial("x", start, blocks, 2 * half, days, washout, seed)
    assert plan_of("x", start, drawn.order, days, washout, seed) == drawn
    trial = Trial("x", start, drawn.order, days, washout, seed=seed)
    assert checked(trial).plan() == drawn
    assert trial.days == len(drawn.days)


def test_more_blocks_show_smaller_differences() -> None:
    reach = [smallest_difference(plan_trial("x", date(2026, 3, 1), n), 2.0) for n in (3, 6, 12, 24)]
    assert reach == sorted(reach, reverse=True)
    assert smallest_difference(plan_trial("x", date(2026, 3, 1)), 1.0) == pytest.approx(reach[1] / 2)


def test_what_a_plan_can_show_is_shown_in_four_trials_of_five() -> None:
    """Simulated: the difference named is found about as often as it is said to be."""
    import numpy as np

    from facialis.measures.trials import trial_result

    plan = plan_trial("x", date(2026, 3, 1), seed=3)
    reach, rng, found = smallest_difference(plan, 1.0), np.random.default_rng(1), 0
    for _ in range(60):
        noted = {d.day: reach * d.with_factor + float(rng.normal(0, 1)) for d in plan.days}
        p = trial_result(plan, noted).p
        found += p is not None and p <= 0.05
    assert 0.65 <= found / 60 <= 0.95
