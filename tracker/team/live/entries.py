"""Of every open flag, what decides whether it is wanted and where it stands: rows are made of fewer."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from accounts.models import User
from education.models import Drug
from tracker.models.flags import TARGETS, State
from tracker.team import treatment
from tracker.team.access import flags_of
from tracker.triage.report import Level


class Entry(NamedTuple):
    """An open flag; `drugs` has what its patient is on today by their own calendar, name by code."""

    pk: UUID
    level: int
    state: str
    waiting_since: dt.datetime
    call_back_at: dt.datetime | None
    owner_id: int | None
    owner: str | None
    team_id: int
    name: str
    record_number: str
    drugs: Mapping[str, str]

    def is_over_target(self, now: dt.datetime) -> bool:
        """As of a Flag."""
        return self.state == State.OPEN and now > self.waiting_since + TARGETS[Level(self.level)]

    def is_to_be_called_back(self, now: dt.datetime) -> bool:
        """As of a Flag."""
        return self.call_back_at is not None and self.call_back_at <= now


def entries(user: User, now: dt.datetime) -> list[Entry]:
    """Those of the user's teams; two queries: of two hundred flags with all that is theirs few are shown."""
    courses = treatment.that_may_run(now.date()).filter(patient=OuterRef("patient")).order_by()
    course = JSONObject(drug="drug", started_on="started_on", ended_on="ended_on")
    found = list(
        flags_of(user)
        .unresolved()
        .annotate(
            owner_=Coalesce(NullIf("owner__name", Value("")), "owner__email", output_field=CharField()),
            zone=Coalesce(NullIf("patient__time_zone", Value("")), "patient__team__time_zone"),
            courses=ArraySubquery(courses.values(course=course)),
        )
        .values_list(
            "pk",
            "level",
            "state",
            "waiting_since",
            "call_back_at",
            "owner_id",
            "owner_",
            "patient__team_id",
            "patient__name",
            "patient__record_number",
            "zone",
            "courses",
        )
    )
    # Asked last: a drug that came in between is among them.
    drugs = {pk: (code, name) for pk, code, name in Drug.objects.values_list("pk", "code", "name")}

    @cache
    def today(zone: str) -> str:
        return now.astimezone(ZoneInfo(zone)).date().isoformat()

    return [
        Entry._make([*each, dict(drugs[drug] for drug in _running(courses, today(zone)))])
        for *each, zone, courses in found
    ]


def _running(courses: Iterable[Mapping[str, Any]], today: str) -> list[int]:
    """As Course.is_running, of days as they are written: the keys of their drugs."""
    return [each["drug"] for each in courses if each["started_on"] <= today <= (each["ended_on"] or today)]
