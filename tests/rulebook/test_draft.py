"""Changing a draft: whole, one after the other, and never so that triage could not read it."""

import copy
from typing import Any

import pytest

from tests.rulebook.build import NOW, a_draft, publish, small
from tracker.models import Rule, RuleSet
from tracker.rulebook import draft as drafts
from tracker.rulebook.draft import ChangedMeanwhile, IsADraft, NeedsReason, NotADraft
from tracker.triage.rules import RuleError, parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(ada, sara) -> RuleSet:
    """Ada's copy of what is in force."""
    return drafts.begin(publish(a_draft(ada), by=sara), by=ada, now=NOW)


def table(draft: RuleSet, code: str, /, **parts: Any) -> dict[str, Any]:
    """A rule's table with other parts."""
    found: dict[str, Any] = next(each for each in draft.as_data()["rule"] if each["code"] == code)
    return found | parts


def codes(draft: RuleSet) -> list[str]:
    return [*draft.rules.order_by("position").values_list("code", flat=True)]


# --- Copies -------------------------------------------------------------------------------------------------


def test_a_copy_says_the_same_under_the_next_version(draft, ada):
    assert draft.as_data() == small(version="2026.11-8")
    assert draft.copied_from == RuleSet.objects.current()
    assert draft.was_made_by(ada)
    assert draft.is_draft


def test_a_draft_is_not_copied(draft, sara):
    """The copy would not know that Ada had made it, and she could publish it."""
    with pytest.raises(IsADraft):
        drafts.begin(draft, by=sara, now=NOW)


def test_a_change_of_the_copy_leaves_the_published_set_alone(draft, ada):
    before = RuleSet.objects.current()
    assert before
    data = before.as_data()
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    assert before.as_data() == data


# --- Rules --------------------------------------------------------------------------------------------------


def test_a_rule_is_changed_in_its_place(draft, sara):
    changed = table(draft, "low_pressure", level="routine", when={"reading": "systolic", "at_most": 88})
    drafts.change_rule(draft, sara, NOW, "low_pressure", changed, seen=0)
    assert codes(draft) == ["fainting", "low_pressure", "nausea_any"]
    assert table(draft, "low_pressure") == changed
    draft.refresh_from_db()
    assert (draft.changed_by, draft.revision) == (sara, 1)
    assert draft.was_made_by(sara)


def test_of_two_who_change_one_rule_the_second_is_told(draft, ada, sara):
    drafts.change_rule(draft, sara, NOW, "nausea_any", table(draft, "nausea_any", source="Sara"), seen=0)
    with pytest.raises(ChangedMeanwhile):
        drafts.change_rule(draft, ada, NOW, "nausea_any", table(draft, "nausea_any", source="Ada"), seen=0)
    assert table(draft, "nausea_any")["source"] == "Sara"
    drafts.change_rule(draft, ada, NOW, "nausea_any", table(draft, "nausea_any", source="Ada"), seen=1)
    assert table(draft, "nausea_any")["source"] == "Ada"


def test_two_rules_may_be_changed_by_two_people(draft, ada, sara):
    drafts.change_rule(draft, sara, NOW, "nausea_any", table(draft, "nausea_any", source="Sara"), seen=0)
    drafts.change_rule(draft, ada, NOW, "low_pressure", table(draft, "low_pressure", source="Ada"), seen=0)
    assert Rule.objects.get(rule_set=draft, code="nausea_any").changed_by == sara
    assert Rule.objects.get(rule_set=draft, code="low_pressure").changed_by == ada


def test_a_rule_that_somebody_removed_is_not_changed(draft, ada):
    changed = table(draft, "nausea_any")
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    with pytest.raises(ChangedMeanwhile):
        drafts.change_rule(draft, ada, NOW, "nausea_any", changed, seen=0)


def test_a_new_rule_comes_last(draft, ada):
    drafts.add_rule(draft, ada, NOW, table(draft, "nausea_any", code="nausea_again"))
    assert codes(draft)[-1] == "nausea_again"


def test_a_code_is_given_once(draft, ada):
    with pytest.raises(RuleError, match="another rule has this code"):
        drafts.add_rule(draft, ada, NOW, table(draft, "nausea_any"))


@pytest.mark.parametrize(
    "when",
    [
        {"is": "nothing"},
        {"reading": "systolic", "at_most": "$nothing"},
        {"answer": "@nobody", "at_least": 1},
        {},
    ],
)
def test_what_triage_could_not_read_is_not_kept(draft, ada, when):
    before = draft.as_data()
    with pytest.raises(RuleError):
        drafts.change_rule(draft, ada, NOW, "nausea_any", table(draft, "nausea_any", when=when), seen=0)
    draft.refresh_from_db()
    assert (draft.as_data(), draft.revision) == (before, 0)


def test_a_removed_and_a_changed_rule_are_put_back(draft, ada):
    before = copy.deepcopy(draft.as_data())
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    drafts.change_rule(draft, ada, NOW, "low_pressure", table(draft, "low_pressure", source="Ada"), seen=0)
    drafts.put_back(draft, ada, NOW, "nausea_any")
    drafts.put_back(draft, ada, NOW, "low_pressure")
    assert draft.as_data() == before


def test_a_rule_that_was_never_in_force_is_not_put_back(draft, ada):
    with pytest.raises(Rule.DoesNotExist):
        drafts.put_back(draft, ada, NOW, "nothing")


# --- Emergencies --------------------------------------------------------------------------------------------


@pytest.fixture
def two_emergencies(ada, sara) -> RuleSet:
    data = small()
    data["rule"].append(data["rule"][0] | {"code": "fainting_too"})
    return drafts.begin(publish(a_draft(ada, data), by=sara), by=ada, now=NOW)


def test_an_emergency_rule_goes_only_with_a_reason(two_emergencies, ada):
    draft = two_emergencies
    with pytest.raises(NeedsReason):
        drafts.remove_rule(draft, ada, NOW, "fainting", reason="  ")
    assert drafts.weakened(draft) == []
    drafts.remove_rule(draft, ada, NOW, "fainting", reason="The other one says it.")
    assert drafts.weakened(draft) == ["fainting"]
    assert drafts.unexplained(draft) == []
    assert draft.reasons == {"fainting": "The other one says it."}


def test_an_emergency_rule_becomes_milder_only_with_a_reason(two_emergencies, ada):
    draft = two_emergencies
    milder = table(draft, "fainting", level="urgent")
    with pytest.raises(NeedsReason):
        drafts.change_rule(draft, ada, NOW, "fainting", milder, seen=0)
    drafts.change_rule(draft, ada, NOW, "fainting", milder, seen=0, reason="Seen too often.")
    assert drafts.weakened(draft) == ["fainting"]


def test_a_reason_goes_when_the_rule_comes_back(two_emergencies, ada):
    draft = two_emergencies
    drafts.remove_rule(draft, ada, NOW, "fainting", reason="A slip.")
    drafts.put_back(draft, ada, NOW, "fainting")
    draft.refresh_from_db()
    assert (draft.reasons, drafts.weakened(draft)) == ({}, [])


def test_a_milder_rule_needs_no_reason_when_it_was_none(draft, ada):
    drafts.remove_rule(draft, ada, NOW, "low_pressure")
    assert drafts.weakened(draft) == []


def test_a_wider_emergency_rule_needs_no_reason(draft, ada):
    wider = {"any": [{"is": "unwell"}, {"answer": "nausea", "at_least": 4}]}
    drafts.change_rule(draft, ada, NOW, "fainting", table(draft, "fainting", when=wider), seen=0)
    assert drafts.weakened(draft) == []


def test_an_emergency_rule_is_made_harder_to_hold_only_with_a_reason(draft, ada):
    harder = table(draft, "fainting", when={"red_flag": "faint"})
    with pytest.raises(NeedsReason):
        drafts.change_rule(draft, ada, NOW, "fainting", harder, seen=0)
    drafts.change_rule(draft, ada, NOW, "fainting", harder, seen=0, reason="Ticks are enough.")
    assert drafts.weakened(draft) == ["fainting"]
    assert drafts.unexplained(draft) == []
    drafts.remove_rule(draft, ada, NOW, "nausea_any")
    assert draft.reasons == {"fainting": "Ticks are enough."}


def test_what_cannot_be_meant_is_not_kept_unless_it_was_there_before(draft, ada):
    odd = {"reading": "pulse", "over": 9000}
    with pytest.raises(RuleError, match="the pulse lies from 20"):
        drafts.change_rule(draft, ada, NOW, "nausea_any", table(draft, "nausea_any", when=odd), seen=0)
    data = small(version="2026.11-20")
    data["rule"][2]["when"] = odd
    older = a_draft(ada, data)
    drafts.remove_rule(older, ada, NOW, "low_pressure")
    assert codes(older) == ["fainting", "nausea_any"]


def test_a_set_without_any_emergency_is_not_kept(draft, ada):
    with pytest.raises(RuleError, match="at least one rule for an emergency"):
        drafts.remove_rule(draft, ada, NOW, "fainting", reason="Nobody faints.")
    assert "fainting" in codes(draft)


# --- What several rules share -------------------------------------------------------------------------------


def test_a_shared_condition_changes_for_every_rule_that_uses_it(draft, ada):
    data = draft.as_data()
    seen = drafts.mark(data["conditions"]["fainting"])
    with pytest.raises(NeedsReason):
        drafts.change_condition(draft, ada, NOW, "fainting", {"red_flag": "faint"}, seen=seen)
    why = "The answer is not asked any more."
    drafts.change_condition(draft, ada, NOW, "fainting", {"red_flag": "faint"}, seen=seen, reason=why)
    assert draft.reasons == {"fainting": why}
    assert draft.as_data() == data | {"conditions": data["conditions"] | {"fainting": {"red_flag": "faint"}}}
    with pytest.raises(ChangedMeanwhile):
        drafts.change_condition(draft, ada, NOW, "fainting", {"red_flag": "seizure"}, seen=seen)


def test_a_shared_condition_may_not_stand_inside_itself(draft, ada):
    seen = drafts.mark(draft.as_data()["conditions"]["fainting"])
    with pytest.raises(RuleError):
        drafts.change_condition(draft, ada, NOW, "fainting", {"is": "unwell"}, seen=seen)


def test_limits_are_changed_whole(ada, sara):
    low = {"reading": "systolic", "value": 90, "lowest": 70, "highest": 110, "label": {"en": "Low"}}
    draft = drafts.begin(publish(a_draft(ada, small(limits={"low": low})), by=sara), by=ada, now=NOW)
    seen = drafts.mark(draft.limits)
    drafts.change_limits(draft, ada, NOW, {"low": low | {"value": 88}}, seen=seen)
    draft.refresh_from_db()
    assert parse(draft.as_data()).limits["low"].value == 88
    with pytest.raises(ChangedMeanwhile):
        drafts.change_limits(draft, ada, NOW, {"low": low}, seen=seen)
    with pytest.raises(RuleError):
        drafts.change_limits(draft, ada, NOW, {"low": low | {"value": 120}}, seen=drafts.mark(draft.limits))


# --- No draft any more --------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["publish", "delete"])
def test_what_is_no_draft_any_more_is_not_changed(draft, ada, amira, act):
    RuleSet.objects.published().update(state="retired", retired_at=NOW)
    if act == "publish":
        publish(draft, by=amira)
    else:
        RuleSet.objects.filter(pk=draft.pk).delete()
    with pytest.raises(NotADraft):
        drafts.remove_rule(draft, ada, NOW, "nausea_any")
