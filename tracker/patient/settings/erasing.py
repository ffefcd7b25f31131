"""Asking us to erase a record, or to stop using it, and what became of that: for the patient alone."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracker.models import ErasureRequest, Patient
from tracker.models.care import REASON_MAX
from tracker.patient.access import patient_required
from tracker.patient.fields import PlainText
from tracker.retention import erasing
from tracker.retention.kinds import kinds
from tracker.retention.schedule import Periods, kept_until

IN_PLAIN_WORDS: Mapping[str, Any] = {
    "record": gettext_lazy("Your check-ins, your doses, and what came of them"),
    "messages": gettext_lazy("What you and your team wrote to each other"),
    "parked": gettext_lazy("What your phone sent and no one could read"),
    "alerts": gettext_lazy("Who in the team was told of your check-ins, and when"),
    "copies": gettext_lazy("Spare copies of what your phone sent"),
    "notices": gettext_lazy("Which reminders we sent you"),
    "devices": gettext_lazy("The names of your phones and browsers"),
    "carers": gettext_lazy("The people who helped you here"),
    "invitations": gettext_lazy("When you were asked to join"),
    "choices": gettext_lazy("Whom we may call for you, and how we remind you"),
}


class EraseForm(forms.Form):
    wish = forms.ChoiceField(
        label=gettext_lazy("What you want"),
        choices=[
            ("erase", gettext_lazy("Erase what you can, and close the rest")),
            ("stop", gettext_lazy("Keep it all, but stop using it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    reason = PlainText(
        label=gettext_lazy("Why? You need not say."),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("It is not a way to ask for help. If you feel unwell, call."),
        error_messages={"max_length": gettext_lazy("Please write less: 500 letters at most.")},
    )


@dataclass(frozen=True)
class Stays:
    """`until`: the last day on which we have to keep it, where it is known."""

    words: str
    until: dt.date | None


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def erase(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What can be asked, what was asked, and what came of it."""
    now = timezone.now()
    asked = list(patient.erasure_requests.order_by("-asked_at"))
    waits = next((each for each in asked if each.is_waiting), None)
    form = EraseForm(request.POST if request.method == "POST" and waits is None else None)
    if form.is_valid():
        told = form.cleaned_data
        erasing.ask(patient, wish=told["wish"], reason=told["reason"].strip(), by=patient.user, now=now)
        return redirect("settings:erase")
    answered = [each for each in asked if each.decided_at]
    context = {
        "patient": patient,
        "form": form,
        "waits": waits,
        "answered": [(each, *_outcome(each, patient, now)) for each in answered],
        "must_stay": [IN_PLAIN_WORDS[kind.code] for kind in kinds() if kind.is_record],
        "can_go": [IN_PLAIN_WORDS[kind.code] for kind in kinds() if not kind.is_record],
    }
    return render(request, "tracker/patient/settings/erase.html", context)


def _outcome(asked: ErasureRequest, patient: Patient, now: dt.datetime) -> tuple[list[str], list[Stays]]:
    """In the patient's words: what was given up, and what stays until when."""
    periods = Periods.at(now)
    gone = [str(IN_PLAIN_WORDS[code]) for code in asked.erase]
    stays = [
        Stays(str(IN_PLAIN_WORDS[kind.code]), kept_until(patient, kind, periods) if kind.is_record else None)
        for kind in kinds()
        if kind.code not in asked.erase
    ]
    return gone, stays


@require_POST
@patient_required
def take_back(request: HttpRequest, patient: Patient) -> HttpResponse:
    waits = patient.erasure_requests.waiting().first()
    if waits and waits.withdraw(timezone.now()):
        messages.success(request, _("You took your request back. Nothing changes."))
    return redirect("settings:erase")
