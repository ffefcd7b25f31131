"""Patients and their plans: the form of one has all that a check-in, a rule or a call goes by."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import KeepsLooks
from accounts.models.access import Seen
from accounts.typed_choices import TypedChoices
from education.models import Reading
from tracker.models import Course, Dose, Patient


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
