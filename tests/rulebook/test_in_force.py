"""Which rules triage goes by, and how the shipped ones come into the database."""

import uuid

import pytest

from tests.rulebook.build import NOW, a_draft, publish, small
from tracker.models import RuleSet
from tracker.rulebook.in_force import current_rules, in_force, unreadable
from tracker.rulebook.shipped import install, shipped_data
from tracker.triage.rules import RuleError, default_rules, parse

pytestmark = pytest.mark.django_db


# --- In force -----------------------------------------------------------------------------------------------


def test_without_a_published_set_the_shipped_rules_are_in_force(ada):
    a_draft(ada)
    assert current_rules() is default_rules()
    assert in_force(None) is default_rules()


def test_a_published_set_is_in_force_and_reads_as_its_file_does(ada, sara):
    rules = in_force(publish(a_draft(ada), by=sara).pk)
    assert rules == parse(small())
    assert current_rules() is rules


def test_the_shipped_rules_are_the_same_from_the_file_and_from_the_database():
    install(NOW)
    rules = current_rules()
    assert rules is not default_rules()
    assert rules == default_rules()


def test_a_process_reads_a_set_once(ada, sara, django_assert_num_queries):
    published = publish(a_draft(ada), by=sara)
    with django_assert_num_queries(3):
        in_force(published.pk)
    with django_assert_num_queries(0):
        in_force(published.pk)


def test_the_next_published_set_is_in_force_at_once(ada, sara):
    publish(a_draft(ada), by=sara)
    assert current_rules().version == "2026.11-7"
    RuleSet.objects.update(state="retired", retired_at=NOW)
    publish(a_draft(ada, version="2026.11-8"), by=sara)
    assert current_rules().version == "2026.11-8"


def test_a_draft_is_never_in_force(ada):
    with pytest.raises(RuleSet.DoesNotExist):
        in_force(a_draft(ada).pk)
    with pytest.raises(RuleSet.DoesNotExist):
        in_force(uuid.uuid4())


def test_a_retired_set_can_still_be_read(ada, sara):
    old = publish(a_draft(ada), by=sara)
    RuleSet.objects.update(state="retired", retired_at=NOW)
    assert in_force(old.pk).version == old.version


def test_reports_are_weighed_by_the_shipped_rules_when_the_published_cannot_be_read(ada, sara):
    """As after a step back to an older Sidelight: a patient's report must not fail for it."""
    unknown = small(rule=[small()["rule"][2] | {"when": {"answer": "nausea", "at_least": 99}}])
    published = publish(a_draft(ada, data=unknown), by=sara)
    assert in_force(published.pk) is default_rules()
    assert current_rules() is default_rules()
    assert "nausea_any" in str(unreadable())


def test_what_can_be_read_is_not_unreadable(ada, sara):
    assert unreadable() is None
    publish(a_draft(ada), by=sara)
    assert unreadable() is None


# --- Shipped ------------------------------------------------------------------------------------------------


def test_an_empty_database_gets_the_shipped_rules_in_force():
    published = install(NOW)
    assert published is not None
    assert (published.state, published.version) == ("published", shipped_data()["version"])
    assert published.published_by is None


def test_bringing_them_in_again_changes_nothing():
    install(NOW)
    assert install(NOW) is None
    assert RuleSet.objects.count() == 1


def test_newer_shipped_rules_wait_as_a_draft_for_somebody_to_publish(ada, sara):
    publish(a_draft(ada), by=sara)
    draft = install(NOW, small(version="2026.12-1"))
    assert draft is not None
    assert draft.is_draft
    assert current_rules().version == "2026.11-7"


def test_a_shipped_version_that_the_clinic_used_for_its_own_gets_the_next_number(ada, sara):
    publish(a_draft(ada), by=sara)
    draft = install(NOW, small())
    assert draft is not None
    assert (draft.version, draft.shipped) == ("2026.11-8", "2026.11-7")
    assert install(NOW, small()) is None


def test_rules_that_cannot_be_read_are_not_brought_in():
    broken = small()
    del broken["rule"][0]["source"]
    with pytest.raises(RuleError):
        install(NOW, broken)
    assert not RuleSet.objects.exists()
