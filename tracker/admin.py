"""Where admins look after patients and plans, and look up what was reported, flagged and sent.

What patients reported and what came of it can be looked at, never changed, and each look is written down.
"""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import CareTeamAdmin, CareTeamForm, KeepsLooks, ReadOnly
from accounts.models import CareTeam
from accounts.models.access import Seen
from accounts.typed_choices import TypedChoices
from education.models import Reading
from tracker.alerts.webhooks import may_be_told
from tracker.models import (
    Alert,
    AlertEvent,
    Call,
    Canary,
    CannedReply,
    CareEvent,
    Carer,
    CheckIn,
    ClinicianGrade,
    Condition,
    Course,
    Dose,
    DryRun,
    EmergencyAccess,
    EscalationPolicy,
    EscalationStep,
    Finding,
    Flag,
    FlagEvent,
    Heartbeat,
    InboxItem,
    Message,
    MessageWay,
    Mute,
    NoteToRead,
    Notice,
    OfflineDevice,
    Patient,
    PatientLimit,
    Rule,
    RuleSet,
    Shift,
    ShiftNote,
    ShownPage,
    SilentDay,
    StepPerson,
    Swap,
    Transfer,
)
from tracker.offline.text import readable

# --- Teams and how they are told ---------------------------------------------------------------------------


class TeamForm(CareTeamForm):
    def clean_webhook_url(self) -> str:
        address: str = self.cleaned_data["webhook_url"]
        if address and not may_be_told(address):
            raise ValidationError(
                _("Sidelight may not send to this address. Whoever runs the site has to name it first.")
            )
        return address


class TeamWithPolicies(CareTeamAdmin):
    form = TeamForm
    fieldsets: ClassVar[list[Any]] = [
        *CareTeamAdmin.fieldsets,
        (_("What else is told of flags"), {"fields": ["webhook_url", "webhook_secret"]}),
    ]

    def save_model(self, request: HttpRequest, obj: CareTeam, form: Any, change: bool) -> None:
        if obj.webhook_url and not obj.webhook_secret:
            obj.webhook_secret = f"whsec_{secrets.token_urlsafe(24)}"
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new team tells its nurses first; its lead changes that on the team's own pages."""
        super().save_related(request, form, formsets, change)
        EscalationPolicy.objects.make_first(form.instance)


admin.site.unregister(CareTeam)
admin.site.register(CareTeam, TeamWithPolicies)


# --- Patients and their plans -------------------------------------------------------------------------------


class PatientForm(forms.ModelForm):
    extra_readings = forms.MultipleChoiceField(
        label=_("More readings to ask for"),
        choices=Reading,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Beside those of the drugs."),
    )


class CourseInline(TypedChoices, admin.TabularInline):
    model = Course
    fields = ["drug", "cycle", "started_on", "ended_on"]
    autocomplete_fields = ["drug"]
    extra = 0


@admin.register(Patient)
class PatientAdmin(TypedChoices, KeepsLooks):
    form = PatientForm
    list_display = ["name", "team", "user", "phone", "enrolled_on", "left_on"]
    list_filter = ["team", "courses__drug", ("left_on", admin.EmptyFieldListFilter)]
    list_select_related = ["team", "user"]
    search_fields = ["name", "user__email", "phone"]
    autocomplete_fields = ["team", "user"]
    inlines = [CourseInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "user",
                    "team",
                    "born_on",
                    "record_number",
                    "phone",
                    "language",
                    "time_zone",
                    "allergies",
                ]
            },
        ),
        (_("Emergency contact"), {"fields": ["contact_name", "contact_relation", "contact_phone"]}),
        (
            _("Programme"),
            {
                "fields": [
                    "enrolled_on",
                    "left_on",
                    "paused_until",
                    "report_by",
                    "last_chemo_on",
                    "extra_readings",
                ]
            },
        ),
        (
            _("What is usual for this person"),
            {"fields": [f"usual_{kind}" for kind in Patient.USUAL]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Patient | None = None) -> Any:
        """A patient moves when the other team's lead says yes, and not from here."""
        return ["team", "user"] if obj else []

    def seen_in(self, rows: Iterable[Patient]) -> set[Seen]:
        return {(each.team_id, each.pk) for each in rows}

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        """By another clock the reminder of today may be over: it is not made up for."""
        now = timezone.now()
        if "time_zone" in form.changed_data:
            obj.remind_from = now
        if "paused_until" in form.changed_data:
            obj.begin_pause(obj.today(now), form.initial.get("paused_until"))
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for each in formset.forms:
            each.instance.team_id = form.instance.team_id
        super().save_formset(request, form, formset, change)


class WholeRowForm(forms.ModelForm):
    """Also checks what the page shows and does not let change: a course may not be moved onto another one."""

    def validate_constraints(self) -> None:
        try:
            self.instance.validate_constraints()
        except ValidationError as clash:
            self.add_error(None, clash)


@admin.register(Course)
class CourseAdmin(TypedChoices, KeepsLooks):
    form = WholeRowForm
    fields = ["patient", "drug", "cycle", "started_on", "ended_on", "regimen", "taken_at_home"]
    list_display = ["patient", "drug", "cycle", "started_on", "ended_on"]
    list_filter = ["team", "drug", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "drug"]
    search_fields = ["patient__name", "drug__name", "drug__plain_name"]
    autocomplete_fields = ["patient", "drug"]
    date_hierarchy = "started_on"

    def get_readonly_fields(self, request: HttpRequest, obj: Course | None = None) -> Any:
        return ["patient", "drug"] if obj else []

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        obj.team_id = obj.patient.team_id
        super().save_model(request, obj, form, change)


@admin.register(Dose)
class DoseAdmin(TypedChoices, KeepsLooks):
    form = WholeRowForm
    fields = ["course", "given_at"]
    list_display = ["given_at", "patient", "course"]
    list_filter = ["team", "course__drug"]
    list_select_related = ["patient", "course__drug", "course__patient"]
    search_fields = ["patient__name", "course__drug__name"]
    autocomplete_fields = ["course"]
    date_hierarchy = "given_at"

    def get_readonly_fields(self, request: HttpRequest, obj: Dose | None = None) -> Any:
        return ["course"] if obj else []

    def save_model(self, request: HttpRequest, obj: Dose, form: Any, change: bool) -> None:
        obj.team_id, obj.patient_id = obj.course.team_id, obj.course.patient_id
        super().save_model(request, obj, form, change)


# --- Policies and cover: looked up here, changed by the lead on the team's pages ---------------------------


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


# --- What was reported, flagged and sent --------------------------------------------------------------------


class Record(ReadOnly, KeepsLooks):
    """Patient data that nobody changes."""

    list_filter: ClassVar[Any] = ["team"]
    list_select_related: ClassVar[Any] = ["patient", "team"]
    search_fields: ClassVar[Any] = ["patient__name", "=patient__id"]


@admin.register(CheckIn)
class CheckInAdmin(Record):
    list_display = ["received_at", "patient", "day", "level", "source", "amends", "team"]
    list_filter = ["team", "level", "source", "rules_version"]
    list_select_related = ["patient", "team", "amends__patient"]
    search_fields = [*Record.search_fields, "=id"]
    date_hierarchy = "received_at"


@admin.register(Finding)
class FindingAdmin(Record):
    list_display = ["check_in", "code", "rule", "level", "muted", "rules_version", "team"]
    list_filter = ["team", "level", "muted", "rules_version", "code"]
    list_select_related = ["check_in__patient", "team"]
    search_fields = [*Record.search_fields, "code", "rule", "=check_in__id"]


@admin.register(ClinicianGrade)
class ClinicianGradeAdmin(Record):
    list_display = ["day", "patient", "term", "version", "grade", "recorded_by", "recorded_at", "team"]
    list_filter = ["team", "version", "grade"]
    list_select_related = ["patient", "recorded_by", "team"]
    search_fields = [*Record.search_fields, "term", "recorded_by__name"]
    date_hierarchy = "day"


@admin.register(NoteToRead)
class NoteToReadAdmin(Record):
    list_display = ["due_at", "patient", "check_in", "read_at", "read_by", "team"]
    list_filter = ["team", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "check_in__patient", "read_by", "team"]
    search_fields = [*Record.search_fields, "=check_in__id", "read_by__name"]
    date_hierarchy = "due_at"


@admin.register(Message)
class MessageAdmin(Record):
    list_display = ["sent_at", "patient", "direction", "author", "due_at", "read_at", "team"]
    list_filter = ["team", "direction", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "author", "team"]
    search_fields = [*Record.search_fields, "=id", "author__name"]
    date_hierarchy = "sent_at"


@admin.register(MessageWay)
class MessageWayAdmin(Record):
    list_display = ["patient", "told_by", "team"]
    list_filter = ["team", "told_by"]


@admin.register(PatientLimit)
class PatientLimitAdmin(Record):
    list_display = ["set_at", "patient", "name", "value", "set_by", "expires_on", "ended_at", "team"]
    list_filter = ["team", "name", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "set_by", "team"]
    search_fields = [*Record.search_fields, "name", "set_by__name"]
    date_hierarchy = "set_at"


@admin.register(SilentDay)
class SilentDayAdmin(Record):
    list_display = ["day", "patient", "level", "judged_at", "team"]
    list_filter = ["team", "level"]
    date_hierarchy = "day"


@admin.register(Call)
class CallAdmin(Record):
    list_display = ["at", "patient", "outcome", "by", "team"]
    list_filter = ["team", "outcome"]
    list_select_related = ["patient", "by", "team"]
    date_hierarchy = "at"


@admin.register(ShiftNote)
class ShiftNoteAdmin(ReadOnly):
    list_display = ["at", "team", "by", "ticked_by", "ticked_at"]
    list_filter = ["team"]
    list_select_related = ["team", "by", "ticked_by"]
    search_fields = ["words", "by__name"]
    date_hierarchy = "at"


@admin.register(InboxItem)
class InboxItemAdmin(Record):
    list_display = ["received_at", "patient", "outcome", "device", "settled_at", "team"]
    list_filter = ["team", "outcome"]
    list_select_related = ["patient", "device", "team"]
    date_hierarchy = "received_at"
    fields = [
        "received_at",
        "patient",
        "team",
        "device",
        "outcome",
        "settled_at",
        "check_in",
        "flag",
        "age",
        "why",
        "as_it_came",
    ]
    readonly_fields = ["as_it_came"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """A list of bodies would be many megabytes."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("as it came"))
    def as_it_came(self, item: InboxItem) -> str:
        return readable(bytes(item.raw))


@admin.register(Carer)
class CarerAdmin(Record):
    list_display = ["patient", "name", "relation", "scope", "until", "accepted_at", "ended_at", "team"]
    list_filter = ["team", "scope", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "team"]
    search_fields = [*Record.search_fields, "name", "email"]


@admin.register(CareEvent)
class CareEventAdmin(Record):
    list_display = ["at", "patient", "kind", "by", "team"]
    list_filter = ["team", "kind"]
    list_select_related = ["patient", "by", "team"]
    search_fields = [*Record.search_fields, "by__name"]
    date_hierarchy = "at"


@admin.register(ShownPage)
class ShownPageAdmin(Record):
    list_display = ["shown_at", "patient", "title", "language", "team"]
    list_filter = ["team", "language"]
    list_select_related = ["patient", "team"]
    search_fields = [*Record.search_fields, "title"]
    raw_id_fields = ["edition"]


@admin.register(Transfer)
class TransferAdmin(Record):
    list_display = ["asked_at", "patient", "team", "to_team", "state", "asked_by", "answered_by"]
    list_filter = ["team", "to_team", "state"]
    list_select_related = ["patient", "team", "to_team", "asked_by", "answered_by"]
    date_hierarchy = "asked_at"


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(Record):
    list_display = ["opened_at", "user", "patient", "reason", "ends_at", "ended_at", "team"]
    list_filter = ["team", "reason"]
    list_select_related = ["user", "patient", "team"]
    search_fields = [*Record.search_fields, "user__name"]
    date_hierarchy = "opened_at"
    exclude = ["words"]  # what was the matter is for officers and the team


@admin.register(OfflineDevice)
class OfflineDeviceAdmin(Record):
    list_display = ["patient", "user", "name", "created_at", "last_used_at", "revoked_at", "team"]
    list_filter = ["team", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "user", "team"]
    search_fields = [*Record.search_fields, "user__name", "name"]


@admin.register(Mute)
class MuteAdmin(Record):
    list_display = ["muted_at", "patient", "rule", "level", "muted_by", "until", "ended_at", "team"]
    list_filter = ["team", "level", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["patient", "muted_by", "team"]
    search_fields = [*Record.search_fields, "rule", "muted_by__name"]
    date_hierarchy = "muted_at"


@admin.register(Flag)
class FlagAdmin(Record):
    list_display = ["raised_at", "patient", "level", "state", "owner", "outcome", "resolved_at", "team"]
    list_filter = ["team", "state", "level", "outcome"]
    list_select_related = ["patient", "owner", "team"]
    search_fields = [*Record.search_fields, "=id", "owner__name"]
    date_hierarchy = "raised_at"


@admin.register(FlagEvent)
class FlagEventAdmin(Record):
    list_display = ["at", "kind", "by", "flag", "patient", "team"]
    list_filter = ["team", "kind"]
    list_select_related = ["patient", "by", "flag__patient", "team"]
    search_fields = [*Record.search_fields, "=flag__id", "by__name"]
    date_hierarchy = "at"


@admin.register(Alert)
class AlertAdmin(Record):
    list_display = ["created_at", "recipient", "level", "channel", "state", "attempts", "accepted_at", "flag"]
    list_filter = ["team", "state", "channel", "level"]
    list_select_related = ["recipient", "flag__patient"]
    search_fields = [*Record.search_fields, "=flag__id", "recipient__name", "address"]
    date_hierarchy = "created_at"
    exclude = ["lease"]


@admin.register(AlertEvent)
class AlertEventAdmin(Record):
    list_display = ["at", "kind", "alert", "answer", "patient", "team"]
    list_filter = ["team", "kind"]
    list_select_related = ["alert__recipient", "patient", "team"]
    search_fields = [*Record.search_fields, "=alert__id", "alert__recipient__name"]
    date_hierarchy = "at"


@admin.register(Notice)
class NoticeAdmin(ReadOnly, KeepsLooks):
    patient_by = "recipient_id"
    list_display = ["created_at", "recipient", "kind", "about", "channel", "state", "attempts", "accepted_at"]
    list_filter = ["kind", "state", "channel"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__name", "address"]
    date_hierarchy = "created_at"
    exclude = ["lease"]


@admin.register(Canary)
class CanaryAdmin(ReadOnly):
    list_display = ["started_at", "returned_at"]
    date_hierarchy = "started_at"
    search_fields = ["=id"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ["worker", "beat_at"]
    search_fields = ["worker"]


# --- Rules: looked up here, edited at /rules/ ---------------------------------------------------------------


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
