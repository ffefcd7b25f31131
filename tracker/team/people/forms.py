"""A patient's record as the team writes it, and who may already be behind a name or an address."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, User
from accounts.zones import place_of, zones_by_part
from education.models.drugs import Reading
from tracker.models import Patient
from tracker.patient.fields import PlainText
from tracker.team.access import patients_of
from tracker.team.people.search import Plain, plain
from tracker.team.people.usual import UsualForm, typed_before

OLDEST_YEARS = 115
CHEMO_SINCE = dt.timedelta(days=366 * 3)
"""Our own choice: what lies further back opens no window of low counts, and is a slip more often than not."""
KEPT = (
    *("name", "born_on", "record_number", "phone", "language", "time_zone", "last_chemo_on"),
    *("extra_readings", "contact_name", "contact_relation", "contact_phone", "allergies"),
    *(f"usual_{kind}" for kind in Patient.USUAL),
)
"""The columns of a patient's row that this form is about."""


def day_box() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PersonForm(UsualForm, forms.ModelForm):
    """Enrols somebody, or changes what is kept of `instance`. `by` writes it, `today` is their own date.

    `teams` are those in which `by` may enrol; the first one is meant where there is no choice.
    """

    team = forms.ModelChoiceField(
        CareTeam.objects.none(), label=_("Care team"), error_messages={"required": _("Choose a team.")}
    )
    name = PlainText(
        label=_("Name"),
        max_length=120,
        help_text=_("First name first, as on the chart."),
        error_messages={"required": _("Write the patient’s name.")},
    )
    born_on = forms.DateField(
        label=_("Date of birth"),
        widget=day_box(),
        error_messages={
            "required": _("Write the date of birth."),
            "invalid": _("Write the date like 1968-04-12."),
        },
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_(
            "The patient’s own: they sign in with it. Leave it empty if they have none, and print a code."
        ),
        error_messages={"invalid": _("Write the address like rosa@example.org, or leave it empty.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Where the patient lives. It decides which day a report belongs to."),
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )
    last_chemo_on = forms.DateField(
        label=_("Last chemotherapy on"),
        required=False,
        widget=day_box(),
        help_text=_("Opens the window of low counts. Leave it empty if there was none."),
        error_messages={"invalid": _("Write the date like 2026-11-30.")},
    )
    extra_readings = forms.MultipleChoiceField(
        label=_("Readings to ask for"),
        choices=Reading,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "side"}),
        help_text=_("Beside those that the drugs ask for."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Patient
        fields = (
            *("name", "born_on", "record_number", "phone", "language", "time_zone", "last_chemo_on"),
            *("extra_readings", "contact_name", "contact_relation", "contact_phone", "allergies"),
            *(f"usual_{kind}" for kind in Patient.USUAL),
        )
        labels = {
            "record_number": _("Hospital number"),
            "phone": _("Phone"),
            "contact_name": _("Name of the emergency contact"),
            "contact_relation": _("Who they are to the patient"),
            "contact_phone": _("Phone of the emergency contact"),
        }
        help_texts = {
            "record_number": _("As the clinic knows the patient. Leave it empty if there is none."),
            "phone": _("Where you reach them when a report worries you."),
            "language": _("What they read advice and write notes in."),
            "contact_relation": _("Such as daughter, husband or friend."),
            "allergies": _("In words, as on the chart."),
        }
        widgets = {"allergies": forms.Textarea({"rows": 3})}
        error_messages = {"phone": {"required": _("Write a phone number: you may have to call.")}}

    def __init__(
        self, *args: Any, by: User, teams: Sequence[CareTeam], today: dt.date, **kwargs: Any
    ) -> None:
        self.is_new = kwargs.get("instance") is None
        patient: Patient | None = kwargs.get("instance")
        initial = dict(kwargs.pop("initial", None) or {})
        if patient:
            initial |= {"email": patient.user.email or "", "seen": version(patient)} | typed_before(patient)
        super().__init__(*args, initial=initial, **kwargs)
        self.by, self.teams, self.today = by, teams, today
        self.twins: list[Patient] = []
        """Patients of the team whose names the page tells."""
        self.twin_about = ""
        """What a tick for another person of the same name is about: it counts for these words alone."""
        self.account: User | None = None
        """Whoever has this address, and no diary."""
        self._prepare()

    def _prepare(self) -> None:
        asked = cast(forms.ModelChoiceField, self.fields["team"])
        asked.queryset = CareTeam.objects.filter(pk__in=[team.pk for team in self.teams])
        if len(self.teams) == 1 or not self.is_new:
            del self.fields["team"]
        zones = cast(forms.ChoiceField, self.fields["time_zone"])
        zones.choices = _zones(self.teams, self.instance.time_zone)
        if not self.may_change_email:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = gettext(
                "They sign in with it, so only an admin of this site changes it."
            )

    @property
    def may_change_email(self) -> bool:
        """Until somebody has come in with it. Who has a further role here keeps the address of that."""
        if self.is_new:
            return True
        user = self.instance.user
        return user.is_only_a_patient and (user.last_login is None or not user.email)

    @property
    def chosen_team(self) -> CareTeam | None:
        if not self.is_new:
            return self.teams[0]
        chosen: CareTeam | None = self.cleaned_data.get("team")
        return chosen if "team" in self.fields else self.teams[0]

    # --- What was typed -------------------------------------------------------------------------------------

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(each.isalpha() for each in name):
            raise forms.ValidationError(_("Write the patient’s name."))
        return name

    def clean_born_on(self) -> dt.date:
        born: dt.date = self.cleaned_data["born_on"]
        if born > self.today:
            raise forms.ValidationError(_("This day has not come yet. Check the year."))
        if born.year < self.today.year - OLDEST_YEARS:
            raise forms.ValidationError(_("Nobody is that old. Check the year."))
        return born

    def clean_record_number(self) -> str:
        return " ".join(self.cleaned_data["record_number"].split())

    def clean_contact_name(self) -> str:
        return " ".join(self.cleaned_data["contact_name"].split())

    def clean_last_chemo_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["last_chemo_on"]
        is_kept = day == self.instance.last_chemo_on
        if day and not is_kept and not self.today - CHEMO_SINCE <= day <= self.today:
            raise forms.ValidationError(_("Choose a day of the last three years, up to today."))
        return day

    def clean_email(self) -> str | None:
        before: str | None = None if self.is_new else self.instance.user.email
        if not self.may_change_email:
            return before
        email = (self.cleaned_data["email"] or "").strip().lower() or None
        known = User.objects.filter(email=email).first() if email and email != before else None
        if known is not None:
            self._check_account(known)
        return email

    def _check_account(self, known: User) -> None:
        """Nothing is told of another team's patients: only that this address does not do."""
        if known == self.by:
            raise forms.ValidationError(_("This is your own address. A colleague has to enrol you."))
        own = patients_of(self.by).filter(user=known).select_related("team").first()
        if own is not None:
            words = _("This is the address of %(name)s, a patient of %(team)s.")
            raise forms.ValidationError(words, params={"name": own.name, "team": own.team.name})
        if known.is_patient or not known.is_active or not self.is_new:
            raise forms.ValidationError(
                _(
                    "This address cannot be used here. Ask the patient for another one, or leave it empty "
                    "and print a code. If another team that uses Sidelight has them in care, ask that team "
                    "to hand them over."
                )
            )
        self.account = known
        if not self.has_ticked_account:
            raise forms.ValidationError(
                _(
                    "Somebody with this address has an account here already, for other work. If it is the "
                    "patient’s own, tick the box below: they keep one account for both."
                )
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.read_usual(cleaned)
        chemo, born = cleaned.get("last_chemo_on"), cleaned.get("born_on")
        if chemo and born and chemo < born:
            self.add_error("last_chemo_on", _("This was before they were born. Check both dates."))
        if cleaned.get("contact_phone") and not cleaned.get("contact_name"):
            self.add_error("contact_name", _("Whose number is this? Write a name."))
        self._look_for_others(cleaned)
        self._look_for_a_newer_version(cleaned)
        return cleaned

    def _look_for_others(self, cleaned: dict[str, Any]) -> None:
        team = self.chosen_team
        if team is None:
            return
        others = patients_of(self.by).filter(team=team).exclude(pk=self.instance.pk)
        number = cleaned.get("record_number")
        if number and (holder := others.filter(record_number=number).first()):
            self.twins.append(holder)
            self.add_error(
                "record_number",
                gettext("%(name)s has this number in %(team)s. Check it.")
                % {"name": holder.name, "team": team.name},
            )
        self._ask_whether_it_is_another(others, cleaned)

    def _ask_whether_it_is_another(self, others: Any, cleaned: dict[str, Any]) -> None:
        name, born = cleaned.get("name"), cleaned.get("born_on")
        about = f"{name}|{born}"
        is_same = not self.is_new and not {"name", "born_on"} & set(self.changed_data)
        if not name or not born or is_same:
            return
        twin = others.alias(plain_name=Plain("name")).filter(plain_name=plain(name), born_on=born).first()
        if twin is None:
            return
        self.twin_about = about
        if self.has_ticked_another:
            return
        self.twins.append(twin)
        self.add_error(
            "name",
            gettext(
                "%(name)s, born %(day)s, is in this team already. "
                "If this is another person, tick the box below."
            )
            % {"name": twin.name, "day": date_format(born, "j F Y")},
        )

    def _look_for_a_newer_version(self, cleaned: dict[str, Any]) -> None:
        if self.is_new:
            return
        newest = version(Patient.objects.get(pk=self.instance.pk))
        if cleaned.get("seen") != newest:
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["seen"] = newest  # the page that comes back can be saved: its words ask to look first
            self.data = data
            self.add_error(
                None,
                _(
                    "A colleague changed this record while you were writing. What you typed is still here: "
                    "check it against the record, then save again."
                ),
            )

    # --- What the template shows ----------------------------------------------------------------------------

    @property
    def has_ticked_another(self) -> bool:
        return bool(self.twin_about) and self.data.get("is_another") == self.twin_about

    @property
    def has_ticked_account(self) -> bool:
        return self.account is not None and self.data.get("is_theirs") == self.account.email


def version(patient: Patient) -> str:
    """Another one as soon as anything that the form is about is another."""
    values = json.dumps([str(getattr(patient, name)) for name in KEPT])
    return hashlib.sha256(values.encode()).hexdigest()[:16]


def _zones(teams: Sequence[CareTeam], chosen: str) -> list[Any]:
    places = {team.time_zone for team in teams}
    theirs = gettext("As the team’s")
    if len(places) == 1:
        theirs = gettext("%(place)s, where the team is") % {"place": place_of(places.pop())}
    parts = zones_by_part()
    first = [("", theirs)]
    if chosen and not any(chosen == name for _part, zones in parts for name, _place in zones):
        first.append((chosen, place_of(chosen)))
    return [*first, *parts]
