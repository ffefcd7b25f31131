"""The shipped rules come into an empty site by themselves, and never over a clinic's own."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.rulebook.build import a_draft, publish, small
from tracker.models import RuleSet
from tracker.rulebook.shipped import shipped_data

pytestmark = pytest.mark.django_db


def load_rules() -> str:
    out = io.StringIO()
    call_command("load_rules", stdout=out)
    return out.getvalue()


def test_in_an_empty_database_they_are_in_force():
    assert "in force" in load_rules()
    current = RuleSet.objects.current()
    assert current
    assert current.version == shipped_data()["version"]


def test_again_they_are_here_already():
    load_rules()
    assert "already" in load_rules()
    assert RuleSet.objects.count() == 1


def test_where_other_rules_are_in_force_they_wait_as_a_draft(ada, ben):
    ours = publish(a_draft(by=ada, data=small(), made_at=timezone.now()), by=ben)
    assert "draft" in load_rules()
    assert RuleSet.objects.current() == ours
    assert RuleSet.objects.drafts().get().version == shipped_data()["version"]


def test_a_version_that_cannot_read_the_rules_in_force_does_not_start(ada, ben):
    """As when a later Sidelight had published them, and the clinic went back."""
    unknown = small(rule=[small()["rule"][2] | {"when": {"answer": "nausea", "at_least": 99}}])
    publish(a_draft(by=ada, data=unknown, made_at=timezone.now()), by=ben)
    with pytest.raises(CommandError, match="nausea_any"):
        load_rules()
