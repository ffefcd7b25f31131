"""The patient's choice of reminders, the phones and browsers that get them, and a pause in hospital."""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import PushDevice
from accounts.reach import devices
from accounts.zones import place_of
from tracker.alerts.reminders import devices_of
from tracker.models import Patient, ReminderWay
from tracker.patient.access import patient_required
from tracker.patient.reminders.forms import PauseForm, ReminderForm
from tracker.patient.reminders.words import if_silent, in_words


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def index(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What is chosen is saved here; devices and pauses come and go by addresses of their own."""
    now = timezone.now()
    if request.method == "POST" and not patient.has_left(patient.today(now)):
        form = _form(patient, request.POST)
        if form.is_valid():
            form.save(patient, now)
            messages.success(request, _("Saved."))
            return redirect("patient:reminders")
        return _page(request, patient, now, form=form)
    return _page(request, patient, now)


@require_POST
@patient_required
def pause(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The patient is in hospital, or somewhere else where nothing is expected of them."""
    now = timezone.now()
    today = patient.today(now)
    form = PauseForm(request.POST, today=today)
    if not form.is_valid():
        return _page(request, patient, now, pause=form)
    if not patient.has_left(today):
        patient.pause(form.cleaned_data["until"], today)
        messages.success(request, _("Saved. We expect no check-in from you now."))
    return redirect("patient:reminders")


@require_POST
@patient_required
def end_pause(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A page that was left open may ask for the end of what is over."""
    today = patient.today(timezone.now())
    if patient.is_paused(today) and not patient.has_left(today):
        patient.end_pause(today)
        messages.success(request, _("Saved. From tomorrow we look for your check-in again."))
    return redirect("patient:reminders")


def _form(patient: Patient, data: QueryDict | None = None) -> ReminderForm:
    has_device = PushDevice.objects.in_use().filter(user=patient.user).exists()
    return ReminderForm(data, patient=patient, has_device=has_device, can_push=settings.VAPID is not None)


def _page(
    request: HttpRequest,
    patient: Patient,
    now: dt.datetime,
    *,
    form: ReminderForm | None = None,
    pause: PauseForm | None = None,
) -> HttpResponse:
    """With the form that was answered wrongly, if any, as it was filled in."""
    today = patient.today(now)
    return render(
        request,
        "tracker/patient/reminders.html",
        {
            "patient": patient,
            "has_left": patient.has_left(today),
            "form": form or _form(patient),
            "pause_form": pause or PauseForm(today=today),
            "is_paused": patient.is_paused(today),
            "ends_today": patient.paused_until == today,
            "place": place_of(patient.zone.key),
            "sentence": in_words(patient, devices_of(patient), today),
            "silence": if_silent(patient, today),
            "devices": list(PushDevice.objects.in_use().filter(user=patient.user)),
            "vapid": settings.VAPID,
        },
    )


@require_POST
@patient_required
def add_device(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Whoever switches messages on wants reminders by them."""
    now = timezone.now()
    if words := devices.keep(patient.user, request, now):
        messages.warning(request, words)
        return redirect("patient:reminders")
    patient.choose_reminders(remind_at=patient.remind_at, remind_by=ReminderWay.PUSH, now=now)
    messages.success(request, _("This phone or browser takes messages now."))
    if patient.remind_at is None:
        messages.info(request, _("Choose a time, and we remind you here."))
    return redirect("patient:reminders")


@require_POST
@patient_required
def remove_device(request: HttpRequest, patient: Patient, pk: UUID) -> HttpResponse:
    name = devices.retire(patient.user, pk, timezone.now())
    messages.success(request, _("%(device)s gets no more messages.") % {"device": name})
    return redirect("patient:reminders")
