"""Reminders to patients, at the time that each chose, by their own clock: once a day, or not at all."""

import datetime as dt

from django.db import models, transaction
from django.db.models.functions import Coalesce, NullIf

from tracker.models import Channel, CheckIn, Notice, Patient

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
    local = models.Func(
        Coalesce(NullIf("time_zone", models.Value("")), "team__time_zone"),
        models.Value(now, output_field=models.DateTimeField()),
        function="timezone",
        output_field=models.DateTimeField(),
    )
    moment = models.ExpressionWrapper(
        models.F("today") + models.F("remind_at"), output_field=models.DateTimeField()
    )
    reports = CheckIn.objects.filter(patient=models.OuterRef("pk"), day=models.OuterRef("today"))
    told = Notice.objects.filter(
        recipient=models.OuterRef("user"), kind=Notice.Kind.REMINDER, about=models.OuterRef("today_text")
    )
    return (
        Patient.objects.exclude(remind_at=None)
        .select_related("user", "team")
        .annotate(local=local, today=models.functions.Cast(local, models.DateField()))
        .annotate(today_text=models.functions.Cast("today", models.CharField()), moment=moment)
        .filter(moment__lte=models.F("local"), moment__gt=models.F("local") - OF_USE_FOR)
        .filter(models.Q(left_on=None) | models.Q(left_on__gt=models.F("today")))
        .filter(models.Q(paused_until=None) | models.Q(paused_until__lt=models.F("today")))
        .filter(user__is_active=True, enrolled_on__lte=models.F("today"))
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
