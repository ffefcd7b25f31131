"""Policies and cover: looked up here, changed by the lead on the team’s pages."""

from django.contrib import admin

from accounts.admin import ReadOnly
from tracker.models import CannedReply, EscalationPolicy, EscalationStep, Shift, StepPerson, Swap


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(ReadOnly):
    list_display = ["team", "level", "outcome_minutes"]
    list_filter = ["team", "level"]
    list_select_related = ["team"]
    search_fields = ["team__name"]


@admin.register(EscalationStep)
class EscalationStepAdmin(ReadOnly):
    list_display = ["policy", "position", "on_call", "roles", "channels", "minutes"]
    list_filter = ["policy__team", "policy__level"]
    list_select_related = ["policy__team"]
    search_fields = ["policy__team__name"]


@admin.register(StepPerson)
class StepPersonAdmin(ReadOnly):
    list_display = ["step", "person"]
    list_filter = ["step__policy__team"]
    list_select_related = ["step__policy__team", "person"]
    search_fields = ["person__name"]


@admin.register(CannedReply)
class CannedReplyAdmin(ReadOnly):
    list_display = ["team", "language", "place", "title"]
    list_filter = ["team", "language"]
    list_select_related = ["team"]
    search_fields = ["team__name", "title"]


@admin.register(Shift)
class ShiftAdmin(ReadOnly):
    list_display = ["team", "weekday", "starts", "ends", "person"]
    list_filter = ["team", "weekday"]
    list_select_related = ["team", "person"]
    search_fields = ["team__name", "person__name"]


@admin.register(Swap)
class SwapAdmin(ReadOnly):
    list_display = ["team", "starts_at", "ends_at", "person", "instead_of", "made_by"]
    list_filter = ["team"]
    list_select_related = ["team", "person", "instead_of", "made_by"]
    search_fields = ["team__name", "person__name"]
    date_hierarchy = "starts_at"
