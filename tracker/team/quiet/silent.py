"""Who has not reported although a report was expected: what the database is asked."""

import datetime as dt
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TimeField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from accounts.models import User
from tracker.models import Call, CheckIn
from tracker.models.calls import CallQuerySet
from tracker.models.checkins import CheckInQuerySet
from tracker.models.patients import PatientQuerySet
from tracker.silence import AFTER_A_SERIOUS_DAY
from tracker.team.access import patients_of
from tracker.triage.report import Level

A_DAY = dt.timedelta(days=1)


def silent(user: User, now: dt.datetime) -> PatientQuerySet:
    """Patients of the user's teams with a day whose deadline has passed since anything was heard.

    The day of enrolment and the last of a pause count as heard from, as they do for the rules. What is true
    now is asked for, and not what the worker has judged: nobody is missing here because it stands still.
    """
    expected = (
        patients_of(user)
        .expected_to_report(now)
        .annotate(
            local_yesterday=Cast(F("local_day") - A_DAY, DateField()),
            clock=Cast(F("local"), TimeField()),
            last_level=Subquery(_last_day().values("level")[:1]),
            told_of=_told_of(),
        )
    )
    return expected.filter(enrolled_on__lt=F("local_day"), told_of__lt=F("local_day")).filter(
        _missed_yesterday() | _missed_today()
    )


def to_call(user: User, now: dt.datetime) -> PatientQuerySet:
    """Those who do not rest after a call."""
    return silent(user, now).exclude(pk__in=_resting(user, now))


def in_order(patients: PatientQuerySet, user: User, now: dt.datetime) -> PatientQuerySet:
    """After a serious day first, then the longest silence; whoever `rests` after a call comes last.

    `since` is the last day that was heard of, or the last on which somebody was away, or that they came on.
    `again_at`: until when the newest call lets them rest.
    """
    found = patients.annotate(
        last_day=Subquery(_last_day().values("day")[:1]),
        last_report=Subquery(_last_day().values("pk")[:1]),
        heard_at=Subquery(_last_day().values("received_at")[:1]),
        again_at=Subquery(_ended_calls().newest_first().values("again_at")[:1]),
        is_serious=_whether(Q(last_level__gte=Level.URGENT)),
        rests=_whether(Q(pk__in=_resting(user, now))),
    )
    found = found.annotate(since=Greatest("last_day", "paused_until", "enrolled_on"))
    return found.order_by("rests", "-is_serious", "since", "name", "pk")  # type: ignore[misc]  # annotated


def _resting(user: User, now: dt.datetime) -> QuerySet[Call, UUID]:
    """Patients whose newest call says that nobody needs to ring before a time to come. A report ends that.

    Asked from the few calls that say so, not from the many patients.
    """
    later = Call.objects.ended().filter(patient=OuterRef("patient"), at__gt=OuterRef("at"))
    reports = CheckIn.objects.of_days().filter(patient=OuterRef("patient"), received_at__gt=OuterRef("at"))
    calls = Call.objects.visible_to(user).ended().filter(again_at__gt=now)
    return calls.filter(~Exists(later), ~Exists(reports)).order_by().values_list("patient", flat=True)


def _ended_calls() -> CallQuerySet:
    return Call.objects.ended().filter(patient=OuterRef("pk"))


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _last_day() -> CheckInQuerySet:
    """Of a patient, the worst report that stands of the last day that was told of."""
    told = CheckIn.objects.of_days().current().filter(patient=OuterRef("pk"))
    return told.order_by("-day", "-level", "-received_at")


def _told_of() -> Coalesce:
    """The last day that anything was told of.

    Not whether a report since some day exists: behind row-level security PostgreSQL looks for that among all
    of a patient's reports, as the day is worked out of their clock.
    """
    days = CheckIn.objects.of_days().filter(patient=OuterRef("pk")).order_by("-day").values("day")
    return Coalesce(Subquery(days[:1]), Value(dt.date.min), output_field=DateField())


def _missed_yesterday() -> Q:
    was_expected = Q(paused_until=None) | Q(paused_until__lt=F("local_yesterday"))
    return Q(enrolled_on__lt=F("local_yesterday"), told_of__lt=F("local_yesterday")) & was_expected


def _missed_today() -> Q:
    """Its deadline has passed, which is no later than noon after a serious day."""
    serious_is_late = Q(last_level__gte=Level.URGENT, clock__gte=AFTER_A_SERIOUS_DAY)
    return Q(clock__gte=F("report_by")) | serious_is_late
