"""What a lead fills in: the steps of a policy, shifts, swaps, holidays."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Role, User
from accounts.models.teams import Weekday
from tracker.models import Channel, EscalationPolicy, EscalationStep, Shift, StepPerson, Swap
from tracker.models.policies import LONGEST_WAIT

MOST_STEPS = 8
MOST_PLACES = 99
LONGEST_STEP = 24 * 60  # minutes
MOST_HOLIDAYS = 60
# A swap with a slip in its year would be kept as a moment that no clock of ours can read.
SWAP_BEGAN = dt.timedelta(days=60)
SWAP_ENDS = dt.timedelta(days=366)


class OutcomeTimeForm(forms.ModelForm):
    outcome_minutes = forms.IntegerField(
        label=_("Minutes from claim to outcome"),
        help_text=_("A claimed flag without an outcome comes back after so long, and people are told again."),
        min_value=5,
        max_value=LONGEST_WAIT,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    class Meta:
        model = EscalationPolicy
        fields = ["outcome_minutes"]


class StepForm(forms.Form):
    """One step. An empty one is left out."""

    on_call = forms.BooleanField(label=_("Whoever is on call"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Everybody who is"),
        choices=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("And by name"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
    )
    channels = forms.MultipleChoiceField(
        label=_("How"),
        choices=Channel,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
        help_text=_("Whoever has none of these is told by e-mail."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes to answer"),
        min_value=1,
        max_value=LONGEST_STEP,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [each.pk for each in people]
        field = cast(forms.ModelMultipleChoiceField, self.fields["people"])
        field.queryset = User.objects.filter(pk__in=keys).order_by("name")

    @property
    def names_somebody(self) -> bool:
        told = self.cleaned_data
        return bool(told.get("on_call") or told.get("roles") or told.get("people"))

    @property
    def is_kept(self) -> bool:
        return self.names_somebody and not self.cleaned_data.get("DELETE")

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("DELETE"):
            return told
        if not self.names_somebody:
            self.add_error(None, _("Say whom this step tells, or remove it."))
        if not told.get("channels") and "channels" not in self.errors:
            self.add_error("channels", _("Choose at least one way to tell them."))
        if told.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Write how many minutes they have to answer."))
        return told


class BaseSteps(forms.BaseFormSet):
    """The steps in the order of their places; at least one."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"] = forms.IntegerField(
            label=_("Place in the order"),
            initial=form.fields["ORDER"].initial,
            min_value=1,
            max_value=MOST_PLACES,
            required=False,
            widget=forms.NumberInput({"inputmode": "numeric"}),
        )
        form.fields["DELETE"].label = _("Remove this step")

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.filled:
            raise forms.ValidationError(_("A policy needs a first step: without one, nobody is told."))

    @property
    def filled(self) -> list[dict[str, Any]]:
        """What the steps say, without those removed or left empty; one without a place comes last."""
        kept = [form.cleaned_data for form in self.forms if cast(StepForm, form).is_kept]
        return sorted(kept, key=lambda told: told.get("ORDER") or MOST_PLACES)

    def save(self, policy: EscalationPolicy) -> None:
        """In the place of the steps that were: inside a transaction of the caller's."""
        policy.steps.all().delete()
        for position, told in enumerate(self.filled):
            step = EscalationStep.objects.create(
                policy=policy,
                position=position,
                on_call=told["on_call"],
                roles=told["roles"],
                channels=told["channels"],
                minutes=told["minutes"],
            )
            StepPerson.objects.bulk_create(StepPerson(step=step, person=each) for each in told["people"])


Steps: Any = forms.formset_factory(
    StepForm, formset=BaseSteps, extra=1, can_delete=True, can_order=True, max_num=MOST_STEPS
)


def steps_as_initial(policy: EscalationPolicy) -> list[dict[str, Any]]:
    return [
        {
            "on_call": step.on_call,
            "roles": step.roles,
            "people": [each.person_id for each in step.named.all()],
            "channels": step.channels,
            "minutes": step.minutes,
        }
        for step in EscalationStep.objects.filter(policy=policy.pk).prefetch_related("named")
    ]


class ShiftForm(forms.ModelForm):
    """Several days at once: most shifts are the same on weekdays."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=Weekday,
        coerce=int,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
        error_messages={"required": _("Choose at least one day.")},
    )

    class Meta:
        model = Shift
        fields = ["person", "starts", "ends"]
        widgets = {
            "starts": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }
        help_texts = {"ends": _("No later than it begins: on the next day.")}

    field_order = ["person", "weekdays", "starts", "ends"]

    def __init__(self, *args: Any, team: CareTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "shift_%s"})
        self.team = team
        cast(forms.ModelChoiceField, self.fields["person"]).queryset = people_of(team)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        taken = Shift.objects.filter(
            team=self.team,
            person=told.get("person"),
            starts=told.get("starts"),
            weekday__in=told.get("weekdays", []),
        )
        if day := taken.values_list("weekday", flat=True).first():
            self.add_error(
                "weekdays", gettext("There is such a shift already on %(day)s.") % {"day": Weekday(day).label}
            )
        return told

    def save_all(self) -> None:
        told = self.cleaned_data
        Shift.objects.bulk_create(
            Shift(
                team=self.team,
                person=told["person"],
                weekday=day,
                starts=told["starts"],
                ends=told["ends"],
            )
            for day in told["weekdays"]
        )


class TeamTimeField(forms.DateTimeField):
    """A moment as it is typed by the clock that is active: the team's."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> dt.datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if getattr(error, "code", "") != "ambiguous_timezone":
                raise
            raise forms.ValidationError(
                _("The clocks change in this hour: it comes twice, or never. Choose another.")
            ) from error


class SwapForm(forms.ModelForm):
    """Bound and cleaned while the team's clock is active: the times that are typed are its."""

    class Meta:
        model = Swap
        fields = ["person", "instead_of", "starts_at", "ends_at", "reason"]
        field_classes = {"starts_at": TeamTimeField, "ends_at": TeamTimeField}
        widgets = {"starts_at": TeamTimeField.widget, "ends_at": TeamTimeField.widget}
        help_texts = {"instead_of": _("Leave this empty when they come beside whoever is on call.")}

    def __init__(self, *args: Any, team: CareTeam, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "swap_%s"})
        self.now = now
        for name in ("person", "instead_of"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = people_of(team)

    def clean_starts_at(self) -> dt.datetime:
        starts_at: dt.datetime = self.cleaned_data["starts_at"]
        if starts_at < self.now - SWAP_BEGAN:
            raise forms.ValidationError(_("This is long ago. Check the date."))
        return starts_at

    def clean_ends_at(self) -> dt.datetime:
        ends_at: dt.datetime = self.cleaned_data["ends_at"]
        if ends_at <= self.now:
            raise forms.ValidationError(_("This is over already."))
        if ends_at > self.now + SWAP_ENDS:
            raise forms.ValidationError(_("This is more than a year ahead. Check the date."))
        return ends_at


class HolidayForm(forms.Form):
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Nobody reads reports on this day; Sunday's shifts are on call."),
    )

    def __init__(self, *args: Any, team: CareTeam, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "holiday_%s"})
        self.team, self.today = team, today

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over."))
        if day in self.team.holidays:
            raise forms.ValidationError(_("This day is a holiday already."))
        if len(self.team.holidays) >= MOST_HOLIDAYS:
            raise forms.ValidationError(_("These are holidays for years. Remove old ones first."))
        return day


def people_of(team: CareTeam) -> Any:
    """The members of the team who may sign in."""
    return User.objects.filter(memberships__team=team, is_active=True).order_by("name")
