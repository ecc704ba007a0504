"""A simulated patient: triggers, treatments, sides, what is refused, and the same recording from its file."""

import itertools
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import edfio
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import facialis
from facialis.cli import cli
from facialis.errors import OutputError, SettingsError, SourceError
from facialis.simulate.artery import CAUSES, Cause, CauseName
from facialis.simulate.axons import ORIGINS, LesionSpikes
from facialis.simulate.causes import CAUSE_OPTIONS
from facialis.simulate.patient import Patient, PatientActivity, at_severity, simulate_patient
from facialis.simulate.patient_config import read_config, write_config
from facialis.simulate.patient_figures import rate_svg
from facialis.simulate.patient_folder import check_folder, write_recording
from facialis.simulate.patient_options import cause_named, read_treatment, read_trigger
from facialis.simulate.performance import read_truth
from facialis.simulate.svg import across
from facialis.simulate.treatments import Treatment, on_day, recovered, toxin_block
from facialis.simulate.triggers import TRIGGERS, Habits, Trigger, TriggerName, excitability, meant_movements
from facialis.types import SIDES, Side

LOOP = CAUSES["anterior inferior cerebellar artery"]
SMALL = Patient(minutes=0.5, axons=100)
FILES = {"page.html", "patient.truth.json", "patient.config.json", "patient.spikes.parquet", "patient.edf"}


@cache
def simulated(patient: Patient = SMALL) -> PatientActivity:
    return simulate_patient(patient)


def involuntary(activity: PatientActivity) -> int:
    spikes = activity.spikes[activity.patient.side]
    return int(np.sum(spikes.origin != ORIGINS.index("volley")))


def with_trigger(name: TriggerName, **span: float) -> Patient:
    return replace(SMALL, triggers=(Trigger(name, **span),))


def treated(treatment: Treatment, day: float) -> Patient:
    return replace(SMALL, treatments=(treatment,), day=day)


# Sides and the nerve


@pytest.mark.parametrize("side", SIDES)
def test_spasms_are_on_the_sick_side_only(side: Side) -> None:
    activity = simulated(replace(SMALL, side=side))
    assert activity.muscles.performance.side == side
    assert {event.side for event in activity.muscles.performance.nerve} == {side}
    other = activity.spikes["right" if side == "left" else "left"]
    assert set(other.origin) == {ORIGINS.index("volley")}


@pytest.mark.parametrize("healthy", [{"cause": "none"}, {"severity": 0.0}])
def test_a_healthy_nerve_has_blinks_and_no_spasm(healthy: dict[str, object]) -> None:
    activity = simulated(replace(SMALL, **healthy))  # type: ignore[arg-type]
    assert activity.muscles.performance.nerve == ()
    assert {event.kind for event in activity.muscles.performance.truth} <= {"blink", "smile"}
    assert involuntary(activity) == 0


def with_blinks(severity: float) -> tuple[int, int, int, float]:
    """Return blinks, spasms that begin with one, spasms that do not, and the time of blinks over the rest."""
    counts, time_s, whole_s = [0, 0, 0], 0.0, 0.0
    for seed in (1, 2):
        activity = simulated(replace(SMALL, minutes=2.0, severity=severity, seed=seed))
        performance = activity.muscles.performance
        blinks = [event for event in performance.truth if event.kind == "blink"]
        spasms = [event for event in performance.nerve if event.kind in ("twitch", "tonic")]
        going_along = sum(any(b.onset_s - 0.1 <= s.onset_s <= b.offset_s for b in blinks) for s in spasms)
        new = (len(blinks), going_along, len(spasms) - going_along)
        counts = [a + b for a, b in zip(counts, new, strict=True)]
        time_s += sum(0.1 + b.offset_s - b.onset_s for b in blinks)
        whole_s += 120.0
    return counts[0], counts[1], counts[2], time_s / (whole_s - time_s)


def test_a_blink_brings_a_spasm_on_but_few_do_and_most_spasms_are_no_blinks() -> None:
    blinks, going_along, others, odds = with_blinks(1.0)
    assert blinks > 40
    assert going_along / odds > 2 * others
    assert going_along < 0.45 * blinks
    assert others > going_along


def test_the_worse_the_nerve_the_more_spasms() -> None:
    mild, worse = (sum(with_blinks(severity)[1:3]) for severity in (0.4, 1.0))
    assert 0 < mild < 0.7 * worse


def test_both_eyes_shut_in_a_blink() -> None:
    activity = simulated(replace(SMALL, cause="none"))
    performance = activity.muscles.performance
    blinks = [event for event in performance.truth if event.kind == "blink"]
    assert len(blinks) >= 3
    for side in SIDES:
        lid = performance.activation[side, "orbicularis_oculi"]
        shut = [np.interp(event.peak_s, performance.time_s, lid) for event in blinks]
        assert np.median(shut) > 0.75


def test_the_same_patient_gives_the_same_recording_and_another_seed_another() -> None:
    again, other = simulate_patient(SMALL), simulated(replace(SMALL, seed=2))
    assert np.array_equal(again.spikes["left"].time_s, simulated().spikes["left"].time_s)
    for key, signal in simulated().muscles.emg.channels.items():
        assert np.array_equal(signal, again.muscles.emg.channels[key])
    assert again.muscles.performance.nerve == simulated().muscles.performance.nerve
    assert not np.array_equal(other.spikes["left"].time_s, again.spikes["left"].time_s)


@given(st.sampled_from(get_args(CauseName)), st.floats(0, 1))
def test_severity_lies_between_health_and_the_cause(name: CauseName, severity: float) -> None:
    cause, worst = at_severity(CAUSES[name], severity), CAUSES[name]
    assert 0.5 <= cause.packing <= max(worst.packing, 0.5) + 1e-9
    assert worst.lamellae - 1e-6 <= cause.lamellae <= 130
    assert cause.left_shift_mv <= worst.left_shift_mv


# Triggers


def test_there_are_fewer_spasms_asleep_and_no_blinks() -> None:
    asleep = simulated(with_trigger("sleep"))
    assert 0 < involuntary(asleep) < involuntary(simulated())
    assert asleep.movements == ()


def test_sleep_ends_when_it_ends() -> None:
    movements = meant_movements((Trigger("sleep", 30, 90),), 180, Habits(), 3)
    assert movements
    assert not [each for each in movements if 30 <= each.onset_s < 90]


@pytest.mark.parametrize("name", [name for name, how in TRIGGERS.items() if how.log_rate or how.shift_mv])
def test_a_trigger_changes_excitability_while_it_lasts_and_by_its_strength(name: TriggerName) -> None:
    whole, half = (excitability((Trigger(name, 10, 20, strength),), 30, 1.5, 1.0) for strength in (1.0, 0.5))
    times = np.array([5.0, 15.0, 25.0])
    assert whole.at(times)[[0, 2]] == pytest.approx([0, 0])
    assert np.sign(whole.at(times)[1]) == (-1 if name == "sleep" else 1)
    assert half.at(times)[1] == pytest.approx(whole.at(times)[1] / 2)


def test_the_heartbeat_comes_with_every_beat() -> None:
    level = excitability((Trigger("heartbeat"),), 10, 1.0, 0.8)
    assert level.at(np.array([0.16])) == pytest.approx(level.at(np.array([0.96])), abs=0.02)
    assert np.ptp(level.log_rate) > 0.2


@pytest.mark.parametrize(
    ("name", "kind"),
    [("talking", "talk"), ("chewing", "chew"), ("smiling", "smile"), ("blinking", "blink")],
)
def test_a_trigger_that_is_a_movement_adds_movements(name: TriggerName, kind: str) -> None:
    habits = Habits(smiles_per_min=0)
    without = sum(each.kind == kind for each in meant_movements((), 300, habits, 1))
    with_it = sum(each.kind == kind for each in meant_movements((Trigger(name),), 300, habits, 1))
    assert with_it > without + 10


@given(st.integers(0, 10_000))
def test_movements_of_the_mouth_do_not_overlap(seed: int) -> None:
    triggers = (Trigger("talking", 0, 30), Trigger("smiling", 30, 60))
    mouth = [each for each in meant_movements(triggers, 60, Habits(), seed) if each.kind != "blink"]
    for one, following in itertools.pairwise(mouth):
        assert one.onset_s + one.length_s <= following.onset_s
    assert all(each.onset_s + each.length_s <= 60 for each in mouth)


def test_blinks_come_as_often_as_asked_for() -> None:
    blinks = [each for each in meant_movements((), 3600, Habits(), 5) if each.kind == "blink"]
    assert len(blinks) / 60 == pytest.approx(17, rel=0.1)


# Treatments


def test_toxin_weakens_what_is_seen_and_leaves_what_the_nerve_does() -> None:
    toxin = Treatment("toxin", muscles=("orbicularis_oculi", "zygomaticus"))
    after = simulated(treated(toxin, 14))
    before = simulated()
    assert np.array_equal(after.spikes["left"].time_s, before.spikes["left"].time_s)

    def by_nerve(activity: PatientActivity) -> list[tuple[object, ...]]:
        return [
            (e.kind, e.onset_s, e.offset_s, e.peak, e.regions) for e in activity.muscles.performance.nerve
        ]

    assert by_nerve(after) == by_nerve(before)
    force = ("left", "orbicularis_oculi")
    assert after.muscles.force[force].sum() < 0.4 * before.muscles.force[force].sum()
    calm = ("right", "orbicularis_oculi")
    assert after.muscles.force[calm].sum() == pytest.approx(before.muscles.force[calm].sum())


def test_toxin_comes_within_days_holds_for_weeks_and_is_gone_after_months() -> None:
    assert toxin_block(-1) == toxin_block(0) == 0
    assert toxin_block(1) < toxin_block(4) < toxin_block(14)
    assert toxin_block(56) > 0.75 * toxin_block(28)
    assert toxin_block(84) < 0.5 * toxin_block(28)
    assert toxin_block(180) < 0.01


def test_two_injections_add_like_chances() -> None:
    once = on_day(LOOP, 0, (Treatment("toxin", 0, 0.5),), 14, "left").block["left", "orbicularis_oculi"]
    twice = on_day(LOOP, 0, (Treatment("toxin", 0, 0.5),) * 2, 14, "left").block["left", "orbicularis_oculi"]
    assert 1 - twice == pytest.approx((1 - once) ** 2)


def test_the_lifted_vessel_presses_no_more_and_the_nerve_heals() -> None:
    cut = (Treatment("decompression", 10),)
    before, first, later = (on_day(LOOP, 1.0, cut, day, "left") for day in (9, 10, 100))
    assert before.cause == LOOP
    assert (first.cause.packing, first.cause.pulse) == (0.5, 0.0)
    assert first.cause.lamellae == pytest.approx(LOOP.lamellae)
    assert later.cause.lamellae > 2 * LOOP.lamellae
    assert later.cause.left_shift_mv < 0.1 * LOOP.left_shift_mv
    assert later.nucleus_gain < first.nucleus_gain == 1.0


def test_after_surgery_the_nerve_calms_down() -> None:
    counts = [involuntary(simulated(treated(Treatment("decompression"), day))) for day in (0, 365)]
    assert counts[1] < 0.1 * counts[0] < 0.1 * involuntary(simulated())


def test_an_incomplete_decompression_does_less() -> None:
    half = on_day(LOOP, 0, (Treatment("decompression", amount=0.5),), 60, "left").cause
    whole = on_day(LOOP, 0, (Treatment("decompression"),), 60, "left").cause
    assert whole.packing < half.packing < LOOP.packing
    assert LOOP.lamellae < half.lamellae < whole.lamellae


def test_a_shifted_pad_brings_the_contact_back_and_the_myelin_goes_again() -> None:
    slipped = (Treatment("decompression", shifted_on_day=60),)
    kept, then, later = (on_day(LOOP, 0, slipped, day, "left").cause for day in (59, 61, 300))
    assert kept.packing == 0.5
    assert then.packing == LOOP.packing
    assert LOOP.lamellae < later.lamellae < then.lamellae


@given(st.floats(0, 400), st.floats(0.1, 100), st.floats(1, 300) | st.none())
def test_what_heals_lies_between_nothing_and_all(days: float, constant: float, shifted: float | None) -> None:
    assert 0 <= recovered(days, constant, shifted) <= 1


def test_drugs_act_while_they_are_taken() -> None:
    drug = Treatment("carbamazepine", 5, 0.8, until_day=30)
    blocks = [on_day(LOOP, 0, (drug,), day, "left").sodium_block for day in (4, 20, 40)]
    assert blocks == pytest.approx([0, 0.8, 0], abs=1e-3)
    calmed = on_day(LOOP, 1.0, (Treatment("clonazepam"),), 10, "left")
    assert (calmed.cause, calmed.sodium_block) == (LOOP, 0)
    assert 0 < calmed.nucleus_gain < 1


def test_carbamazepine_makes_fewer_spikes() -> None:
    assert involuntary(simulated(treated(Treatment("carbamazepine"), 7))) < 0.5 * involuntary(simulated())


# What is refused


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Trigger("moonlight"), "no trigger"),
        (lambda: Trigger("stress", 20, 10), "ends before"),
        (lambda: Trigger("stress", strength=0), "strength"),
        (lambda: Treatment("surgery"), "no treatment"),
        (lambda: Treatment("toxin", muscles=("biceps",)), "biceps"),
        (lambda: Treatment("toxin", amount=2), "amount"),
        (lambda: Treatment("decompression", 10, shifted_on_day=5), "later day"),
        (lambda: Treatment("carbamazepine", 10, until_day=10), "later day"),
        (lambda: Patient(side="both"), "left or right"),
        (lambda: Patient("moon"), "no cause"),
        (lambda: Patient(severity=2), "severity"),
        (lambda: Patient(minutes=0), "minutes"),
        (lambda: Patient(seed=-1), "seed"),
        (lambda: Patient(triggers=(Trigger("sleep"), Trigger("talking", 5, 9))), "contradict"),
        (lambda: Patient(triggers=(Trigger("talking"), Trigger("chewing"))), "mouth"),
        (lambda: Patient(triggers=(Trigger("cold"), Trigger("cold", 5))), "twice"),
        (lambda: Patient(triggers=(Trigger("cold", 0, 500),)), "outside"),
        (lambda: Patient(treatments=(Treatment("decompression"),) * 2), "one decompression"),
        (lambda: Patient("none", treatments=(Treatment("decompression"),)), "nothing to lift"),
        (lambda: Patient("multiple sclerosis plaque", treatments=(Treatment("decompression"),)), "to lift"),
        (lambda: Patient(treatments=(Treatment("toxin", 3), Treatment("toxin", 3.5))), "twice into the orb"),
        (lambda: Patient(treatments=(Treatment("clonazepam"), Treatment("clonazepam", 9))), "end the first"),
        (lambda: Treatment("toxin", muscles=("mentalis", "frontalis", "mentalis")), "named twice"),
        (lambda: Habits(blinks_per_min=100), "blinks"),
        (lambda: read_trigger("stress:a-b"), "no trigger"),
        (lambda: read_trigger("stress:1-2:0.5:3"), "no trigger"),
        (lambda: read_treatment("toxin:soon"), "no treatment"),
        (lambda: cause_named("moon"), "no cause"),
        (lambda: Patient(beat_s=0.0), "beat_s is 0.0; use 0.2 to 5"),
        (lambda: Patient(beat_s=float("nan")), "beat_s is nan"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(made, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SettingsError, match=words) as caught:
        made()
    assert str(caught.value).count(". ") == 0
    assert str(caught.value).endswith(".")


def test_one_after_the_other_is_no_contradiction() -> None:
    Patient(triggers=(Trigger("sleep", 0, 60), Trigger("talking", 60, 120), Trigger("chewing", 120)))


def test_treatments_that_do_not_touch_each_other_go_together() -> None:
    eye, chin = (Treatment("toxin", 3, muscles=(muscle,)) for muscle in ("orbicularis_oculi", "mentalis"))
    drug, again = Treatment("carbamazepine", 1, until_day=4), Treatment("carbamazepine", 4)
    Patient(treatments=(eye, chin, Treatment("toxin", 90), again, drug, Treatment("decompression")))


@pytest.mark.parametrize("name", sorted(set(CAUSES) - {"none", "multiple sclerosis plaque"}))
def test_what_presses_can_be_lifted(name: CauseName) -> None:
    lifted = Patient(name, treatments=(Treatment("decompression"),)).today().cause
    assert lifted.packing == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("treatment", "day", "gain", "idle"),
    [
        (Treatment("toxin"), 0, 0, True),
        (Treatment("toxin"), 14, 0, False),
        (Treatment("carbamazepine"), 0, 0, True),
        (Treatment("carbamazepine"), 1, 0, False),
        (Treatment("carbamazepine", until_day=2), 30, 0, True),
        (Treatment("clonazepam"), 7, 0, True),
        (Treatment("clonazepam"), 7, 1, False),
        (Treatment("decompression"), 0, 0, False),
        (Treatment("decompression", 10), 9, 0, True),
    ],
)
def test_what_changes_nothing_on_that_day_is_told(
    treatment: Treatment, day: float, gain: float, idle: bool
) -> None:
    asked = Patient(treatments=(treatment,), day=day, nucleus_gain=gain)
    assert asked.idle() == ((treatment,) if idle else ())


def test_the_terminal_tells_orders_and_what_is_seen_apart(tmp_path: Path) -> None:
    line = ["simulate", "patient", "--out", str(tmp_path / "out"), "--minutes", "0.2", "--axons", "60"]
    ran = CliRunner().invoke(cli, [*line, "--treatment", "toxin", "--treatment", "clonazepam"])
    truth = read_truth(tmp_path / "out" / "patient.truth.json")
    ordered, shown = (
        sum(event.kind in ("twitch", "tonic") for event in events) for events in (truth.nerve, truth.events)
    )
    assert f"the nerve ordered {ordered} contraction{'s' * (ordered != 1)} (" in ran.output
    assert f"the face shows {shown}." in ran.output
    assert "The toxin of day 0 changes nothing in this recording: --day says" in ran.output
    assert "The clonazepam of day 0 changes nothing in this recording: it acts on the nucleus" in ran.output


# The command line's words


def test_every_cause_has_a_name_on_the_command_line() -> None:
    assert sorted(CAUSE_OPTIONS.values()) == sorted(get_args(CauseName))


def test_triggers_and_treatments_are_read_from_words() -> None:
    assert read_trigger("stress") == Trigger("stress")
    assert read_trigger("bright-light:5-20:0.5") == Trigger("bright light", 5, 20, 0.5)
    assert read_treatment("toxin") == Treatment("toxin")
    assert read_treatment("decompression:3:0.5") == Treatment("decompression", 3, 0.5)


def test_a_mistake_writes_nothing(tmp_path: Path) -> None:
    line = [
        "simulate",
        "patient",
        "--out",
        str(tmp_path / "out"),
        "--trigger",
        "sleep",
        "--trigger",
        "talking",
    ]
    assert CliRunner().invoke(cli, line).exit_code != 0
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_folder(tmp_path: Path) -> None:
    line = ["simulate", "patient", "--out", str(tmp_path / "out"), "--minutes", "0.2", "--axons", "60"]
    ran = CliRunner().invoke(cli, [*line, "--side", "right", "--trigger", "stress:0-6"])
    assert ran.exit_code == 0, ran.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert read_config(tmp_path / "out" / "patient.config.json").triggers == (Trigger("stress", 0, 6),)
    again = CliRunner().invoke(cli, [*line, "--no-emg"])
    assert again.exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES - {"patient.edf"}


# Files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("patient") / "out"
    write_recording(simulated(), out, picture=False)
    return out


def test_every_file_says_that_it_is_simulated(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    assert "Simulated." in (folder / "page.html").read_text(encoding="utf-8")
    for name in ("patient.truth.json", "patient.config.json"):
        assert json.loads((folder / name).read_text(encoding="utf-8"))["simulated"] is True
    assert pq.read_schema(folder / "patient.spikes.parquet").metadata[b"simulated"] == b"true"
    assert "simulated" in edfio.read_edf(folder / "patient.edf").annotations[0].text


@pytest.mark.parametrize("name", ["patient.mp4", "patient.edf", "page.html"])
def test_files_of_something_else_are_never_replaced_nor_deleted(name: str, tmp_path: Path) -> None:
    """A `patient.mp4` may show a person; the film of a simulation would else take its place."""
    (tmp_path / name).write_text("of somebody")
    with pytest.raises(OutputError, match=name) as told:
        write_recording(simulated(), tmp_path, picture=False)
    assert str(told.value).endswith(".")
    ran = CliRunner().invoke(cli, ["simulate", "patient", "--out", str(tmp_path), "--minutes", "0.02"])
    assert ran.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "of somebody"


@pytest.mark.parametrize("truth", ["{", "[]", '{"simulated": false}', '{"simulated": "grafted"}'])
def test_what_does_not_say_that_it_is_simulated_is_something_else(truth: str, tmp_path: Path) -> None:
    (tmp_path / "patient.truth.json").write_text(truth)
    with pytest.raises(OutputError, match=r"patient\.truth\.json"):
        check_folder(tmp_path)


def test_files_of_other_names_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "monday.mp4").write_text("of somebody")
    write_recording(simulated(), tmp_path, picture=False)
    write_recording(simulated(), tmp_path, picture=False, emg=False)
    assert {path.name for path in tmp_path.iterdir()} == FILES - {"patient.edf"} | {"monday.mp4"}


def test_the_files_hold_the_recording(folder: Path) -> None:
    activity = simulated()
    assert read_truth(folder / "patient.truth.json").nerve == activity.muscles.performance.nerve
    table = pq.read_table(folder / "patient.spikes.parquet").to_pydict()
    assert len(table["time_s"]) == sum(len(each.axon) for each in activity.spikes.values())
    assert {
        side for side, origin in zip(table["side"], table["origin"], strict=True) if origin != "volley"
    } == {"left"}
    assert edfio.read_edf(folder / "patient.edf").duration == pytest.approx(30)


def test_the_rate_of_spikes_rises_where_they_are_and_not_before() -> None:
    spikes = LesionSpikes(np.zeros(40, dtype=int), np.linspace(5.0, 5.2, 40), np.ones(40, dtype=int), 10.0)
    figure = rate_svg(spikes, 1, [])
    path = re.findall(r'd="M([^"]*L[^"]*)"', figure)[0]
    x, y = np.array([[float(v) for v in point.split()] for point in path.split("L")]).T
    assert x[y < 1.0].tolist() == pytest.approx([float(across(5.125, 10.0))], abs=0.1)


def test_the_page_loads_nothing(folder: Path) -> None:
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert page.count("<svg xmlns") == 5
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_the_config_makes_the_same_recording_anew(folder: Path) -> None:
    again = simulate_patient(read_config(folder / "patient.config.json"))
    assert np.array_equal(again.spikes["left"].time_s, simulated().spikes["left"].time_s)
    assert again.muscles.performance.truth == simulated().muscles.performance.truth


@pytest.mark.parametrize(
    "patient",
    [
        Patient(Cause(2.0, 0.7, 0.0, 20.0, 3.0), "right", 0.5, 1.0, (Trigger("cold", 2, 9, 0.3),)),
        Patient(
            "tumour",
            treatments=(Treatment("toxin", 1, 0.5, ("mentalis",)), Treatment("clonazepam", 2)),
            day=9,
        ),
        Patient(habits=Habits(10, 2), nucleus_gain=0.5, seed=7),
    ],
)
def test_a_config_is_read_as_it_was_written(patient: Patient, tmp_path: Path) -> None:
    write_config(patient, tmp_path / "one.json")
    assert read_config(tmp_path / "one.json") == patient


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": "facialis-patient", "version": 1}'])
def test_what_is_no_config_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(SourceError):
        read_config(tmp_path / "bad.json")


def test_the_package_offers_the_patient_without_being_asked_to_compile() -> None:
    assert facialis.Patient is Patient
    assert facialis.simulate_patient is simulate_patient
    with pytest.raises(AttributeError, match="doctor"):
        _ = facialis.doctor
