"""Rules: looked up here, edited at /rules/."""

from django.contrib import admin

from accounts.admin import ReadOnly
from tracker.models import Condition, DryRun, Rule, RuleSet


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnly):
    list_display = ["version", "state", "made_by", "changed_by", "changed_at", "published_by", "published_at"]
    list_filter = ["state"]
    list_select_related = ["made_by", "changed_by", "published_by"]
    search_fields = ["version", "made_by__name", "published_by__name"]
    date_hierarchy = "made_at"


@admin.register(Rule)
class RuleAdmin(ReadOnly):
    list_display = ["code", "rule_set", "level", "finding", "changed_by"]
    list_filter = ["rule_set", "level"]
    list_select_related = ["rule_set", "changed_by"]
    search_fields = ["code", "finding", "source", "=rule_set__version"]


@admin.register(Condition)
class ConditionAdmin(ReadOnly):
    list_display = ["__str__", "rule_set", "rule", "parts"]
    list_filter = ["rule_set", "kind"]
    list_select_related = ["rule_set", "rule"]
    search_fields = ["name", "rule__code", "=rule_set__version"]


@admin.register(DryRun)
class DryRunAdmin(ReadOnly):
    """Its result names patients by key alone; whom one may know is for the page at /rules/ to say."""

    list_display = ["run_at", "rule_set", "revision", "against", "days", "run_by"]
    list_filter = ["days"]
    list_select_related = ["rule_set", "against", "run_by"]
    search_fields = ["=rule_set__version", "run_by__name"]
    date_hierarchy = "run_at"
