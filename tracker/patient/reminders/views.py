"""The patient's choice of reminders, and the phones and browsers that get them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import PushDevice
from accounts.reach import devices
from tracker.alerts.reminders import devices_of
from tracker.models import Patient, ReminderWay
from tracker.patient.access import patient_required
from tracker.patient.reminders.forms import ReminderForm
from tracker.patient.reminders.words import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def index(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What is chosen is saved here; devices come and go by addresses of their own."""
    now = timezone.now()
    known = list(PushDevice.objects.in_use().filter(user=patient.user))
    form = ReminderForm(
        request.POST or None, patient=patient, has_device=bool(known), can_push=settings.VAPID is not None
    )
    if form.is_valid():
        form.save(patient, now)
        messages.success(request, _("Saved."))
        return redirect("patient:reminders")
    context = {
        "form": form,
        "sentence": in_words(patient, devices_of(patient), patient.today(now)),
        "devices": known,
        "vapid": settings.VAPID,
    }
    return render(request, "tracker/patient/reminders.html", context)


@require_POST
@patient_required
def add_device(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Whoever switches messages on wants reminders by them."""
    now = timezone.now()
    if words := devices.keep(patient.user, request, now):
        messages.warning(request, words)
        return redirect("patient:reminders")
    patient.choose_reminders(
        remind_at=patient.remind_at, remind_by=ReminderWay.PUSH, time_zone=patient.time_zone, now=now
    )
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
