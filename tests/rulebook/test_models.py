"""Rule sets in the database: what they say is what the file said, and what is published stays as it is."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F

from accounts.models import User
from tests.rulebook.build import NOW, a_draft, a_dry_run, publish
from tracker.models import Condition, DryRun, Rule, RuleSet

pytestmark = pytest.mark.django_db

SHIPPED: dict[str, Any] = tomllib.loads(
    resources.files("tracker.triage").joinpath("defaults.toml").read_text("utf-8")
)


# --- There and back -----------------------------------------------------------------------------------------


def test_the_shipped_tables_come_back_from_the_database_as_they_went(ada):
    draft = a_draft(ada, SHIPPED)
    assert draft.as_data() == SHIPPED


def test_conditions_used_by_several_rules_stay_shared(ada):
    draft = a_draft(ada, SHIPPED)
    assert set(draft.as_data()["conditions"]) == set(SHIPPED["conditions"])
    assert draft.conditions.exclude(name="").count() == len(SHIPPED["conditions"])


def test_a_set_is_read_with_two_queries_however_many_rules_it_has(ada, django_assert_num_queries):
    draft = a_draft(ada, SHIPPED)
    with django_assert_num_queries(2):
        draft.as_data()


# --- Versions -----------------------------------------------------------------------------------------------


def test_the_next_version_is_the_next_number_of_the_month(ada):
    for version in ("2026.11-2", "2026.11-10", "2026.10-30"):
        a_draft(ada, version=version)
    assert RuleSet.objects.next_version(dt.date(2026, 11, 30)) == "2026.11-11"
    assert RuleSet.objects.next_version(dt.date(2026, 12, 1)) == "2026.12-1"


# --- What is published never changes ------------------------------------------------------------------------


@pytest.fixture
def in_force(ada: User, sara: User) -> RuleSet:
    return publish(a_draft(ada), sara)


KEPT = "Cannot (insert|update|delete)"


@pytest.mark.parametrize(
    "change", [{"version": "1"}, {"shared": {}}, {"reasons": {"x": "y"}}, {"state": "draft"}]
)
def test_a_published_set_is_not_changed(in_force, change):
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        RuleSet.objects.update(**change)


def test_a_published_set_may_be_retired_and_is_then_kept(in_force):
    RuleSet.objects.update(state="retired", retired_at=NOW)
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        RuleSet.objects.update(state="published", retired_at=None)


def test_nothing_else_changes_when_it_is_retired(in_force):
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        RuleSet.objects.update(state="retired", retired_at=NOW, shared={})


@pytest.mark.parametrize("state", ["published", "retired"])
@pytest.mark.parametrize("model", [RuleSet, Rule, Condition, DryRun])
def test_nothing_of_a_set_that_was_published_is_deleted(ada, sara, state, model):
    draft = a_draft(ada)
    a_dry_run(draft, by=ada)
    publish(draft, sara)
    if state == "retired":
        RuleSet.objects.update(state="retired", retired_at=NOW)
    row = model.objects.last()
    assert row is not None
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.parametrize("model", [Rule, Condition])
def test_no_rule_and_no_condition_of_a_published_set_is_changed(in_force, model):
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        model.objects.update(position=F("position") + 1)


def test_no_rule_is_added_to_a_published_set(in_force):
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        Rule.objects.create(
            rule_set=in_force, code="new", position=0, level=3, finding="new", source="None", words={}
        )


@pytest.mark.parametrize("table", ["rule", "condition"])
def test_no_rule_moves_from_a_draft_into_a_published_set(in_force, ada, table):
    draft = a_draft(ada, version="2026.11-8")
    statement = f"UPDATE tracker_{table} SET rule_set_id = %s WHERE rule_set_id = %s"
    with (
        pytest.raises(ProgrammingError, match=KEPT),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [in_force.pk, draft.pk])


def test_a_dry_run_is_written_once(ada):
    a_dry_run(a_draft(ada), by=ada)
    with pytest.raises(ProgrammingError, match=KEPT), transaction.atomic():
        DryRun.objects.update(days=8)


def test_a_draft_can_be_thrown_away_whole(ada):
    draft = a_draft(ada)
    a_dry_run(draft, by=ada)
    draft.delete()
    assert not Rule.objects.exists()
    assert not Condition.objects.exists()
    assert not DryRun.objects.exists()


# --- Two people ---------------------------------------------------------------------------------------------


def test_the_author_is_not_the_publisher(ada):
    with pytest.raises(IntegrityError, match="ruleset_is_not_published_by_its_author"), transaction.atomic():
        publish(a_draft(ada), ada)


def test_who_changed_it_last_is_not_the_publisher(ada, sara):
    draft = a_draft(ada)
    RuleSet.objects.update(changed_by=sara)
    with pytest.raises(IntegrityError, match="ruleset_is_not_published_by_its_author"), transaction.atomic():
        publish(draft, sara)


def test_everybody_who_changed_it_is_an_author(ada, sara, edith):
    draft = a_draft(ada)
    draft.editors.add(edith)
    assert draft.was_made_by(ada)
    assert draft.was_made_by(edith)
    assert not draft.was_made_by(sara)


def test_a_set_that_was_shipped_needs_no_publisher_until_somebody_changes_it(ada):
    shipped = a_draft(None, shipped="2026.11-7")
    with transaction.atomic():
        publish(shipped, None)
        transaction.set_rollback(True)
    RuleSet.objects.update(changed_by=ada)
    with pytest.raises(IntegrityError, match="ruleset_is_published_by_somebody"), transaction.atomic():
        publish(shipped, None)
