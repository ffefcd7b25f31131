"""A dry run against a history made by hand: what is counted, of whom, and what it may be compared with."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from tests.rulebook.build import a_draft, publish, small
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import CheckIn, DryRun, Finding, Flag, RuleSet
from tracker.rulebook.draft import ChangedMeanwhile, begin, change_rule, put_back
from tracker.rulebook.dry_run import Running, dry_run
from tracker.rulebook.outcome import Outcome
from tracker.rulebook.publish import dry_run_of
from tracker.triage.report import Level

pytestmark = pytest.mark.django_db

NAUSEA_2, NAUSEA_3 = a_report(nausea=2), a_report(nausea=3)
LOW = a_report(readings={"systolic": 85})
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def draft(ada, sara) -> RuleSet:
    """Nausea counts from severe on, and a pressure of 85 is an emergency."""
    draft = begin(publish(a_draft(ada), by=sara), by=ada, now=timezone.now())
    tables = {table["code"]: table for table in draft.as_data()["rule"]}
    severe = tables["nausea_any"] | {"when": {"answer": "nausea", "at_least": 3}}
    change_rule(draft, ada, timezone.now(), "nausea_any", severe, seen=0)
    worse = tables["low_pressure"] | {"level": "emergency"}
    change_rule(draft, ada, timezone.now(), "low_pressure", worse, seen=0)
    return draft


def run(draft: RuleSet, ada: Any, days: int = 7, **options: Any) -> DryRun:
    draft.refresh_from_db()
    return dry_run(draft, days=days, by=ada, now=timezone.now(), **options)


# --- Arithmetic ---------------------------------------------------------------------------------------------


def test_reports_are_counted_by_level_now_and_then(draft, ada, rosa, joan):
    send(rosa, NAUSEA_2, ago=2 * DAY)  # routine → none
    send(rosa, NAUSEA_3, ago=DAY)  # routine → routine
    send(joan, LOW, ago=DAY)  # urgent → emergency
    send(joan, a_report(), ago=HOUR)  # none
    result = run(draft, ada).result
    assert result["reports"] == 4
    assert result["now"] == [1, 2, 1, 0]
    assert result["then"] == [2, 1, 0, 1]
    assert result["rules"] == {"low_pressure": [1, 1], "nausea_any": [2, 1]}
    assert result["patients"] == {
        str(rosa.pk): {"gained": 0, "lost": 1, "raised": 0, "lowered": 0},
        str(joan.pk): {"gained": 0, "lost": 0, "raised": 1, "lowered": 0},
    }


def test_flags_of_a_hundred_reports_and_a_week(draft, ada, rosa):
    for hours in range(8):
        send(rosa, NAUSEA_2 if hours % 4 == 0 else a_report(), ago=(hours + 1) * HOUR)
    outcome = Outcome(run(draft, ada, days=14), ada)
    flagged = outcome.rows[-1]
    assert (flagged.level, flagged.now, flagged.then) == (None, 2, 0)
    assert flagged.per_100 == (25.0, 0.0)
    assert flagged.a_week == (1.0, 0.0)
    assert [row.level for row in outcome.rows[:-1]] == [Level.EMERGENCY, Level.URGENT, Level.ROUTINE]
    assert outcome.rules == [("nausea_any", 2, 0)]
    assert outcome.summary == {"gained": 0, "lost": 1, "raised": 0, "lowered": 0}


def test_without_reports_there_is_nothing_to_divide_by(draft, ada):
    outcome = Outcome(run(draft, ada), ada)
    assert [row.per_100 for row in outcome.rows] == [(0.0, 0.0)] * 4


def test_only_the_last_days_are_replayed_and_corrected_reports_once(draft, ada, rosa):
    send(rosa, NAUSEA_2, ago=8 * DAY)
    first = send(rosa, NAUSEA_2, ago=2 * HOUR)
    send(rosa, NAUSEA_3, ago=HOUR, id=first.check_in.pk)
    assert run(draft, ada).result["reports"] == 1
    assert run(draft, ada, days=14).result["reports"] == 2


def test_nothing_is_written_but_the_count(draft, ada, rosa):
    send(rosa, NAUSEA_2, ago=HOUR)
    before = [model.objects.count() for model in (CheckIn, Finding, Flag)]
    run(draft, ada)
    assert [model.objects.count() for model in (CheckIn, Finding, Flag)] == before
    assert DryRun.objects.count() == 1


def flags_tell(draft: RuleSet, by: Any, **parts: Any) -> None:
    """A report is flagged by the draft while an urgent flag of an earlier day is open."""
    tables = {table["code"]: table for table in draft.as_data()["rule"]}
    told = tables["nausea_any"] | {"when": {"open_flag": "urgent", **parts}}
    change_rule(draft, by, timezone.now(), "nausea_any", told, seen=1)


def test_what_a_report_did_to_its_flag_is_not_known_when_it_is_weighed(draft, ada, rosa):
    """It joined a routine flag and made it urgent: before it, nothing urgent had waited."""
    flags_tell(draft, ada)
    send(rosa, NAUSEA_2, ago=2 * DAY)
    send(rosa, LOW, ago=DAY)
    assert run(draft, ada).result["rules"]["nausea_any"] == [1, 0]


def test_a_claimed_flag_that_a_report_opened_again_was_claimed_before_it(draft, ada, amira, rosa):
    flags_tell(draft, ada, acknowledged=True)
    flag = send(rosa, LOW, ago=3 * DAY).flag
    assert flag
    flag.claim(by=amira, now=timezone.now() - 2 * DAY)
    send(rosa, LOW, ago=DAY)
    assert run(draft, ada).result["rules"]["nausea_any"] == [0, 1]


# --- Time ---------------------------------------------------------------------------------------------------


def test_a_run_in_steps_kept_as_text_between_them_comes_to_the_same(draft, ada, rosa, joan, wei):
    for patient, days in ((rosa, 4), (rosa, 2), (joan, 3), (wei, 1)):
        send(patient, LOW if days == 3 else NAUSEA_2, ago=days * DAY)
    whole = run(draft, ada).result
    running, steps = Running.begin(draft, days=7, now=timezone.now()), 0
    while not running.is_over:
        running = Running.from_json(json.loads(json.dumps(running.as_json())))
        running.go_on(draft, seconds=0)
        steps += 1
    assert running.keep(draft, by=ada).result == whole
    assert steps == 4  # a patient each, and the worked cases


def test_a_run_does_not_go_on_with_another_draft(draft, ada, rosa):
    running = Running.begin(draft, days=7, now=timezone.now())
    put_back(draft, ada, timezone.now(), "nausea_any")
    with pytest.raises(ChangedMeanwhile):
        running.go_on(draft, seconds=1)


# --- Whose --------------------------------------------------------------------------------------------------


def test_patients_are_named_to_those_who_care_for_them_and_to_nobody_else(draft, ada, amira, noor, rosa):
    send(rosa, NAUSEA_2, ago=HOUR)
    result = run(draft, ada)
    assert [patient for patient, _moved in Outcome(result, amira).patients] == [rosa]
    assert Outcome(result, amira).others == 0
    for stranger in (ada, noor):
        assert Outcome(result, stranger).patients == []
        assert Outcome(result, stranger).others == 1


# --- What it is worth ---------------------------------------------------------------------------------------


def test_a_dry_run_is_worth_nothing_once_the_draft_has_changed(draft, ada):
    made = run(draft, ada)
    assert dry_run_of(draft, RuleSet.objects.current()) == made
    put_back(draft, ada, timezone.now(), "nausea_any")
    assert dry_run_of(draft, RuleSet.objects.current()) is None


def test_nor_once_another_set_is_in_force(draft, ada, sara):
    run(draft, ada)
    other = begin(RuleSet.objects.published().get(), by=ada, now=timezone.now())
    RuleSet.objects.published().update(state="retired", retired_at=timezone.now())
    publish(other, by=sara)
    assert dry_run_of(draft, RuleSet.objects.current()) is None


def test_without_any_set_in_force_the_shipped_rules_are_now(ada, rosa):
    send(rosa, a_report(flags=("chest_pain",)), ago=HOUR)
    made = run(a_draft(ada, small()), ada)
    assert made.against is None
    assert made.result["now"][Level.EMERGENCY] == 1
    assert made.result["then"][Level.EMERGENCY] == 0
