"""Publishing: by a second person, one set at a time, and in force at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import User
from tests.rulebook.build import NOW, a_draft, a_dry_run, behind
from tests.rulebook.build import publish as put_in_force
from tests.team.conftest import send
from tests.triage.build import a_report
from tracker.models import Condition, DryRun, Rule, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook.draft import ChangedMeanwhile, NotADraft
from tracker.rulebook.in_force import current_rules
from tracker.rulebook.publish import CannotPublish, IsTheAuthor, NeedsDryRun, Unexplained, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(ada: User, amira: User) -> RuleSet:
    return drafts.begin(put_in_force(a_draft(ada), by=amira), by=ada, now=NOW)


def tried(draft: RuleSet, by: User) -> RuleSet:
    """With a dry run of the draft as it stands."""
    draft.refresh_from_db()
    a_dry_run(draft, by, against=RuleSet.objects.current())
    return draft


def test_a_second_person_puts_it_in_force_and_the_old_one_is_retired(draft, ada, sara):
    old = RuleSet.objects.published().get()
    publish(tried(draft, ada), by=sara, seen=0, now=NOW)
    old.refresh_from_db()
    assert (old.state, old.retired_at) == ("retired", NOW)
    assert (draft.state, draft.published_by, draft.published_at) == ("published", sara, NOW)


def test_a_new_check_in_goes_by_it_and_carries_its_version(draft, ada, sara, rosa):
    assert send(rosa, a_report(nausea=2)).check_in.rules_version == "2026.11-7"
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    publish(tried(draft, ada), by=sara, seen=1, now=timezone.now())
    told = send(rosa, a_report(nausea=2)).check_in
    assert (told.rules_version, told.level) == ("2026.11-8", 0)
    assert current_rules().version == "2026.11-8"


def test_what_happened_to_a_set_stays_in_its_history(draft, ada, sara):
    publish(tried(draft, ada), by=sara, seen=0, now=NOW)
    events = apps.get_model("tracker.RuleSetEvent")._default_manager.filter(pgh_obj=draft).order_by("pgh_id")
    assert [each.state for each in events] == ["draft", "published"]
    assert events.last().published_by_id == sara.pk


# --- Who ----------------------------------------------------------------------------------------------------


def test_the_author_does_not_publish(draft, ada):
    with pytest.raises(IsTheAuthor):
        publish(tried(draft, ada), by=ada, seen=0, now=NOW)


def test_whoever_changed_anything_does_not_publish_even_when_another_changed_it_last(draft, ada, sara):
    table = draft.as_data()["rule"][2]
    drafts.change_rule(draft, sara, NOW, "nausea_any", table | {"source": "Sara"}, seen=0)
    drafts.change_rule(draft, ada, NOW, "nausea_any", table | {"source": "Ada"}, seen=1)
    with pytest.raises(IsTheAuthor):
        publish(tried(draft, ada), by=sara, seen=2, now=NOW)


def test_shipped_rules_that_wait_as_a_draft_need_one_person(draft, ada, sara):
    shipped = a_draft(None, shipped="2026.12-1", version="2026.12-1")
    publish(tried(shipped, ada), by=ada, seen=0, now=NOW)
    assert shipped.published_by == ada


# --- What must be so ----------------------------------------------------------------------------------------


def test_without_a_dry_run_of_the_draft_as_it_stands_it_is_not_published(draft, ada, sara):
    with pytest.raises(NeedsDryRun):
        publish(draft, by=sara, seen=0, now=NOW)
    tried(draft, ada)
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    with pytest.raises(NeedsDryRun):
        publish(draft, by=sara, seen=1, now=NOW)


def test_a_draft_that_changed_since_it_was_read_is_not_published(draft, ada, sara):
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    with pytest.raises(ChangedMeanwhile):
        publish(tried(draft, ada), by=sara, seen=0, now=NOW)


def test_a_milder_emergency_rule_without_a_reason_is_not_published(draft, ada, sara):
    """Another set made the rule an emergency after the draft had been copied."""
    with pytest.raises(Unexplained):
        publish(tried(weaker_than_in_force(draft, ada, sara), ada), by=sara, seen=0, now=NOW)


def weaker_than_in_force(draft: RuleSet, ada: User, sara: User) -> RuleSet:
    stricter = drafts.begin(RuleSet.objects.published().get(), by=ada, now=NOW)
    table = stricter.as_data()["rule"][1] | {"level": "emergency"}
    drafts.change_rule(stricter, ada, NOW, "low_pressure", table, seen=0)
    publish(tried(stricter, ada), by=sara, seen=1, now=NOW)
    return draft


def test_nobody_publishes_what_is_published_or_gone(draft, ada, sara):
    publish(tried(draft, ada), by=sara, seen=0, now=NOW)
    with pytest.raises(NotADraft):
        publish(draft, by=sara, seen=0, now=NOW)
    gone = a_draft(ada, version="2026.11-20")
    RuleSet.objects.drafts().delete()
    with pytest.raises(NotADraft):
        publish(gone, by=sara, seen=0, now=NOW)


# --- At once ------------------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], None]) -> list[Any]:
    """What came of acts that begin together: None, or what they raised."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], None]) -> Exception | None:
        ready.wait()
        try:
            act()
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize("attempt", range(3))
    def test_of_two_drafts_published_at_once_one_wins(self, draft, ada, sara, ben, attempt):
        other = drafts.begin(RuleSet.objects.published().get(), by=ada, now=NOW)
        tried(draft, ada)
        tried(other, ada)
        came = at_once(
            lambda: publish(RuleSet.objects.get(pk=draft.pk), by=sara, seen=0, now=NOW),
            lambda: publish(RuleSet.objects.get(pk=other.pk), by=ben, seen=0, now=NOW),
        )
        assert [error for error in came if error is None] == [None]
        assert [type(error) for error in came if error] == [NeedsDryRun]
        assert RuleSet.objects.published().count() == 1
        assert RuleSet.objects.filter(state="retired").count() == 1

    @pytest.mark.parametrize("model", [Rule, Condition, DryRun])
    def test_nothing_comes_into_a_set_while_its_publisher_is_not_done(self, draft, ada, sara, model):
        """Past all our own code: the database waits, and looks again."""
        row = {
            Rule: lambda: Rule(rule_set=draft, code="late", position=9, level=1, source="Late."),
            Condition: lambda: Condition(rule_set=draft, name="late", kind="red_flag"),
            DryRun: lambda: DryRun(rule_set=draft, revision=0, days=7, run_by=ada, run_at=NOW, result={}),
        }[model]()
        tried(draft, ada)
        error = behind(lambda: publish(draft, by=sara, seen=0, now=NOW), row.save)
        assert "no draft" in str(error)
        assert not model.objects.filter(pk=row.pk).exists()

    def test_two_who_copy_at_once_get_two_numbers(self, draft, ada, sara):
        in_force = RuleSet.objects.published().get()
        error = behind(
            lambda: drafts.begin(in_force, by=ada, now=NOW),
            lambda: drafts.begin(RuleSet.objects.get(pk=in_force.pk), by=sara, now=NOW),
        )
        assert error is None
        made = set(RuleSet.objects.drafts().values_list("version", "made_by"))
        assert made == {("2026.11-8", ada.pk), ("2026.11-9", ada.pk), ("2026.11-10", sara.pk)}

    @pytest.mark.parametrize("attempt", range(3))
    def test_a_draft_is_not_changed_under_the_publishers_hands(self, draft, ada, sara, attempt):
        tried(draft, ada)
        came = at_once(
            lambda: publish(RuleSet.objects.get(pk=draft.pk), by=sara, seen=0, now=NOW),
            lambda: drafts.remove_rule(RuleSet.objects.get(pk=draft.pk), ada, NOW, "nausea_any"),
        )
        refused = [error for error in came if error]
        assert len(refused) == 1
        assert isinstance(refused[0], CannotPublish | ChangedMeanwhile | NotADraft)
        draft.refresh_from_db()
        was_published = draft.state == "published"
        assert was_published is (came[0] is None)
        assert draft.rules.filter(code="nausea_any").exists() is was_published
