"""The drugs of a patient's plan, and the days on which doses were given."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from education.models import Drug
from tracker.models import Course, Dose, Patient
from tracker.team.people.forms import day_box

STARTS_WITHIN = dt.timedelta(days=90)
STARTED_SINCE = dt.timedelta(days=366 * 15)
DOSES_SINCE = dt.timedelta(days=92)
"""Our own choices: what lies further away is a slip of the year more often than not."""
AT_HOME = [("", _("As is usual for the drug")), ("yes", _("At home, by themselves")), ("no", _("By staff"))]
A_DATE = {"invalid": _("Write the date like 2026-11-30.")}


class CourseForm(forms.ModelForm):
    """One drug over one stretch of time; `born_on` is the patient's, `today` their own date."""

    drug = forms.ModelChoiceField(
        Drug.objects.none(),
        label=_("Drug"),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose a drug."), "invalid_choice": _("Choose a drug.")},
    )
    cycle = forms.IntegerField(
        label=_("Cycle"),
        initial=1,
        min_value=1,
        max_value=99,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write the number of the cycle, like 1.")
        ),
    )
    started_on = forms.DateField(
        label=_("First day"),
        widget=day_box(),
        help_text=_("Treatment day 1 of this cycle."),
        error_messages={"required": _("Write the first day of this cycle."), **A_DATE},
    )
    ended_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day_box(),
        help_text=_("Leave it empty while it goes on."),
        error_messages=A_DATE,
    )
    taken_at_home = forms.TypedChoiceField(
        label=_("Taken"),
        required=False,
        choices=AT_HOME,
        coerce=lambda said: said == "yes",
        empty_value=None,
        help_text=_("At home: the check-in asks about doses."),
    )

    class Meta:
        model = Course
        fields = ("drug", "cycle", "started_on", "ended_on", "regimen", "taken_at_home")
        labels = {"regimen": _("Dose days")}
        help_texts = {"regimen": _("In words: 5 days a week for 4 weeks, then 2 weeks of rest.")}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        course: Course | None = kwargs.get("instance")
        at_home = {None: "", True: "yes", False: "no"}[course.taken_at_home if course else None]
        kwargs["initial"] = {"taken_at_home": at_home} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.today = today
        if course:
            del self.fields["drug"]
        else:
            self.fields["drug"].queryset = Drug.objects.published().order_by("name")  # type: ignore[attr-defined]

    def clean_started_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["started_on"]
        is_kept = day == self.instance.started_on
        if not is_kept and not self.today - STARTED_SINCE <= day <= self.today + STARTS_WITHIN:
            raise forms.ValidationError(_("Check the year: this is long ago, or a long way off."))
        return day

    def clean_regimen(self) -> str:
        return " ".join(self.cleaned_data["regimen"].split())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("started_on"), cleaned.get("ended_on")
        if first and last and last < first:
            self.add_error("ended_on", _("The last day cannot be before the first one."))
        if last and last > self.today + STARTED_SINCE:
            self.add_error("ended_on", _("Check the year: this is a long way off."))
        return cleaned

    def refuse_before_birth(self, born_on: dt.date | None) -> None:
        first = self.cleaned_data.get("started_on")
        if first and born_on and first < born_on:
            self.add_error("started_on", _("This was before they were born. Check both dates."))


class FirstCourseForm(CourseForm):
    """One of those with which somebody is enrolled."""

    first_dose = forms.BooleanField(label=_("The first dose was given on the first day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = cleaned.get("started_on")
        if cleaned.get("first_dose") and first and first > self.today:
            self.add_error("first_dose", _("The first day has not come yet: write the dose down then."))
        return cleaned


class OneDrugOnceFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        chosen = [
            (form, form.cleaned_data.get("drug"))
            for form in self.forms
            if hasattr(form, "cleaned_data") and form.cleaned_data.get("drug")
        ]
        seen: set[Drug] = set()
        for form, drug in chosen:
            if drug in seen:
                form.add_error("drug", _("This drug stands above already."))
            seen.add(drug)


FirstCourses = forms.formset_factory(
    FirstCourseForm, OneDrugOnceFormSet, extra=2, min_num=1, max_num=3, absolute_max=3
)


class AddedCourseForm(CourseForm):
    """A further course of `patient`. One of the same drug that still runs has to end first."""

    end_earlier = forms.BooleanField(
        label=_("End the earlier course of this drug the day before"), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.earlier: Course | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_before_birth(self.patient.born_on)
        drug, first = cleaned.get("drug"), cleaned.get("started_on")
        if drug and first:
            self._look_for_another(drug, first, ends_it=bool(cleaned.get("end_earlier")))
        return cleaned

    def _look_for_another(self, drug: Drug, first: dt.date, *, ends_it: bool) -> None:
        others = self.patient.courses.filter(drug=drug)
        running = next((each for each in others if each.ended_on is None or each.ended_on >= first), None)
        if running is None:
            return
        said = {"day": date_format(running.started_on, "j F Y")}
        if running.started_on >= first:
            self.add_error(
                "started_on",
                gettext("A course of this drug began on %(day)s already. Change that one instead.") % said,
            )
        elif ends_it:
            self.earlier = running
        else:
            self.add_error(
                "drug",
                gettext(
                    "A course of this drug has run since %(day)s. Tick the box below to end it, "
                    "or change that one instead."
                )
                % said,
            )


class ChangedCourseForm(CourseForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_before_birth(self.instance.patient.born_on)
        first = cleaned.get("started_on")
        others = Course.objects.filter(patient=self.instance.patient_id, drug=self.instance.drug_id)
        if first and others.exclude(pk=self.instance.pk).filter(started_on=first).exists():
            self.add_error("started_on", _("Another course of this drug began on that day."))
        return cleaned


class DoseForm(forms.Form):
    """A dose that was given. `zone` is the patient's, `today` their own date."""

    course = forms.ModelChoiceField(
        Course.objects.none(),
        label=_("Drug"),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a drug.")),
    )
    day = forms.DateField(
        label=_("Day"),
        widget=day_box(),
        error_messages={"required": _("Choose the day of the dose."), **A_DATE},
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("Leave it empty if nobody knows it."),
        error_messages={"invalid": _("Write the time like 09:30.")},
    )

    def __init__(self, *args: Any, patient: Patient, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient, self.now, self.today = patient, now, patient.today(now)
        courses = patient.courses.filter(started_on__lte=self.today).select_related("drug")
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.fields["course"].label_from_instance = in_words  # type: ignore[attr-defined]

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < self.today - DOSES_SINCE:
            raise forms.ValidationError(_("Choose a day of the last three months."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        course, day = cleaned.get("course"), cleaned.get("day")
        if course and day and not course.is_running(day):
            self.add_error("day", _("The drug was not given then: this is outside the course."))
        elif day and "time" not in self.errors and self.given_at(cleaned) > self.now:
            self.add_error("time", _("This time has not come yet."))
        elif course and day and _given_on(course, day, self.patient).exists():
            self.add_error("day", _("A dose of this day is written down already."))
        return cleaned

    def given_at(self, cleaned: dict[str, Any]) -> dt.datetime:
        """Around noon where nobody knows, and never later than now."""
        noon = dt.datetime.combine(cleaned["day"], dt.time(12), self.patient.zone)
        if not cleaned.get("time"):
            return min(noon, self.now)
        return noon.replace(hour=cleaned["time"].hour, minute=cleaned["time"].minute)


def _given_on(course: Course, day: dt.date, patient: Patient) -> Any:
    """What the team has written down of a day; what the patient told gives way to it."""
    start = dt.datetime.combine(day, dt.time.min, patient.zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, patient.zone)
    return Dose.objects.filter(course=course, told_on=None, given_at__gte=start, given_at__lt=end)


def in_words(course: Course) -> str:
    said = {"drug": course.drug, "cycle": course.cycle, "day": date_format(course.started_on, "j F Y")}
    return gettext("%(drug)s, cycle %(cycle)s from %(day)s") % said
