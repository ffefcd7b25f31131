"""Silence: a day without a report, judged by the same rules as reports, once its deadline has passed."""

import datetime as dt
import uuid

from django.db import models, transaction
from django.db.models.functions import Least

from tracker import checkins, raising
from tracker.apart import apart
from tracker.models import CheckIn, FlagEvent, Patient, SilentDay
from tracker.models.patients import PatientQuerySet
from tracker.triage.report import Level, Report

AFTER_A_SERIOUS_DAY = dt.time(12)
"""By then at the latest somebody whose last report was urgent or worse has to be heard of: our own choice."""
AT_ONCE = 100
"""How many the worker judges before it looks at its alerts again."""

type Row = tuple[uuid.UUID, dt.date, dt.timedelta]
"""A patient, a silent day of theirs, and how long ago its deadline was."""


def due(now: dt.datetime) -> int:
    """Judge silent days whose deadline has passed, those that wait longest first; returns how many."""
    return sum(_judge(pk, day, now) for pk, day, _late in _waiting(now)[:AT_ONCE])


@apart("the silence of patient %s cannot be judged")
@transaction.atomic
def _judge(pk: uuid.UUID, day: dt.date, now: dt.datetime) -> bool:
    """False when a report came, or another worker was quicker, since we looked."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=pk)
    if (
        patient.check_ins.of_days().filter(day__gte=day).exists()
        or patient.silent_days.filter(day__gte=day).exists()
    ):
        return False
    weighed = checkins.weigh(patient, Report(), day=day, now=now)
    SilentDay.objects.create(
        team_id=patient.team_id, patient=patient, day=day, level=weighed.level, judged_at=now
    )
    if weighed.level > Level.NONE:
        _tell(patient, weighed.level, tuple(each.team for each in weighed.findings if not each.muted), now)
    return True


def _tell(patient: Patient, level: Level, words: tuple[str, ...], now: dt.datetime) -> None:
    news = raising.News(
        team_id=patient.team_id,
        patient_id=patient.pk,
        level=level,
        kind=FlagEvent.Kind.SILENT,
        check_in=patient.check_ins.current().order_by("-received_at").first(),
        silence=words,
        detail={"silence": list(words)},
    )
    raising.tell(patient, news, now)


def _waiting(now: dt.datetime) -> models.QuerySet[Patient, Row]:
    """The days to judge: today, and yesterday where no worker ran between its deadline and midnight."""
    today = Patient.objects.expected_to_report(now)
    yesterday = Patient.objects.expected_to_report(now, days_ago=1).never_away_on_their_day()
    return _silent(today).union(_silent(yesterday), all=True).order_by("-late", "pk")  # type: ignore[misc]  # annotated


def _silent(expected: PatientQuerySet) -> models.QuerySet[Patient, Row]:
    """Past their deadline, and neither heard of nor judged since that day began.

    A report, or a judgement, of the day after says more than its own would.
    """
    since = {"patient": models.OuterRef("pk"), "day__gte": models.OuterRef("local_day")}
    last = CheckIn.objects.of_days().filter(patient=models.OuterRef("pk")).order_by("-day", "-received_at")
    report_by = models.Case(
        models.When(last_level__gte=Level.URGENT, then=Least("report_by", models.Value(AFTER_A_SERIOUS_DAY))),
        default="report_by",
    )
    late = models.ExpressionWrapper(
        models.F("local") - (models.F("local_day") + report_by), output_field=models.DurationField()
    )
    return (
        expected.annotate(last_level=models.Subquery(last.values("level")[:1]))
        .annotate(late=late)
        .filter(late__gte=dt.timedelta())
        .exclude(models.Exists(CheckIn.objects.of_days().filter(**since)))
        .exclude(models.Exists(SilentDay.objects.filter(**since)))
        .order_by()
        .values_list("pk", "local_day", "late")
    )
