"""Reminders to patients, at the time that each chose, by their own clock: once a day, or not at all."""

import datetime as dt

from django.db import models, transaction
from django.db.models.functions import Cast

from tracker.models import Channel, CheckIn, Notice, Patient
from tracker.models.silence import expected_to_report

OF_USE_FOR = dt.timedelta(hours=3)
"""A reminder that could not go out for so long would only puzzle."""


def due(now: dt.datetime) -> int:
    """Queue the reminders whose time has come; returns to how many patients.

    The wall clock decides: where an hour comes twice the day has one reminder still, and a time that a night
    leaves out is reminded of as soon as the clock has passed it.
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
    reports = CheckIn.objects.filter(patient=models.OuterRef("pk"), day=models.OuterRef("local_day"))
    told = Notice.objects.filter(
        recipient=models.OuterRef("user"), kind=Notice.Kind.REMINDER, about=models.OuterRef("local_day_text")
    )
    return (
        expected_to_report(now)
        .exclude(remind_at=None)
        .select_related("user", "team")
        .annotate(local_day_text=Cast("local_day", models.CharField()), moment=moment)
        .filter(moment__lte=models.F("local"), moment__gt=models.F("local") - OF_USE_FOR)
        .exclude(models.Exists(reports))
        .exclude(models.Exists(told))
    )


def _notices(patient: Patient, now: dt.datetime) -> list[Notice]:
    """To each of the patient's devices; by e-mail when there is none."""
    devices = [str(each.pk) for each in patient.user.push_devices.in_use()]
    places = [(Channel.PUSH, each) for each in devices] or [(Channel.EMAIL, patient.user.email)]
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
        for channel, address in places
    ]
