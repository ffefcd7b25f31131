"""Reminders to patients, at the time that each chose, by their own clock: once a day, or not at all."""

import datetime as dt

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.models import PushDevice
from tracker.models import Channel, CheckIn, Notice, Patient, ReminderWay
from tracker.models.patients import own_local_time

OF_USE_FOR = dt.timedelta(hours=3)
"""A reminder that could not go out for so long would only puzzle."""


def due(now: dt.datetime) -> int:
    """Queue the reminders whose time has come; returns to how many patients.

    The wall clock decides: where an hour comes twice the day has one reminder still, and a time that a night
    leaves out is reminded of as soon as the clock has passed it. A choice that was made after its own time
    counts from the next day.
    """
    patients = list(_waiting(now))
    notices = [notice for patient in patients for notice in _notices(patient, now)]
    with transaction.atomic():
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(patients)


def _waiting(now: dt.datetime) -> models.QuerySet[Patient]:
    """Patients without a report of today whose time came within the last hours, not reminded yet."""
    moment = models.ExpressionWrapper(
        models.F("local_day") + models.F("remind_at"), output_field=models.DateTimeField()
    )
    reports = CheckIn.objects.of_days().filter(
        patient=models.OuterRef("pk"), day=models.OuterRef("local_day")
    )
    told = Notice.objects.filter(
        recipient=models.OuterRef("user"), kind=Notice.Kind.REMINDER, about=models.OuterRef("local_day_text")
    )
    return (
        Patient.objects.expected_to_report(now)
        .exclude(remind_at=None)
        .select_related("user", "team")
        .annotate(local_day_text=Cast("local_day", models.CharField()), moment=moment)
        .filter(moment__lte=models.F("local"), moment__gt=models.F("local") - OF_USE_FOR)
        .annotate(chosen=own_local_time(models.F("remind_from")))
        .filter(models.Q(remind_from=None) | models.Q(moment__gte=models.F("chosen")))
        .exclude(models.Exists(reports))
        .exclude(models.Exists(told))
    )


def _notices(patient: Patient, now: dt.datetime) -> list[Notice]:
    return [
        Notice(
            recipient=patient.user,
            kind=Notice.Kind.REMINDER,
            about=patient.today(now).isoformat(),
            channel=channel,
            address=address,
            created_at=now,
            wanted_at=now,
            due_at=now,
            expires_at=now + OF_USE_FOR,
        )
        for channel, address in places_of(patient, patient.remind_by)
    ]


def devices_of(patient: Patient, by: str = "") -> list[PushDevice]:
    """The phones and browsers that reminders, or what goes `by` another way, go to; none for e-mail."""
    if (by or patient.remind_by) != ReminderWay.PUSH or not settings.VAPID:
        return []
    return list(patient.user.push_devices.in_use())


def places_of(patient: Patient, by: str) -> list[tuple[Channel, str]]:
    """Where it goes to the patient this way: by e-mail, if there is one, while no device takes messages."""
    devices = [(Channel.PUSH, str(device.pk)) for device in devices_of(patient, by)]
    email = patient.user.email
    return devices or ([(Channel.EMAIL, email)] if email else [])
