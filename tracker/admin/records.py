"""What was reported, flagged and sent: looked at, never changed, and each look is written down."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import KeepsLooks, ReadOnly
from tracker.models import (
    Alert,
    AlertEvent,
    Call,
    Canary,
    CareEvent,
    Carer,
    CheckIn,
    ClinicianGrade,
    EmergencyAccess,
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
    PatientLimit,
    ShiftNote,
    ShownPage,
    SilentDay,
    Transfer,
)
from tracker.offline.text import readable


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
