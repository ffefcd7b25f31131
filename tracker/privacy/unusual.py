"""Looks that somebody should ask about. None of these is wrong by itself: an officer finds out.

They are worked out anew each time, a day of one person and one patient at a time; only the reviews are kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessEvent, CareTeam, Membership, User
from tracker.alerts.reach import Reach
from tracker.models import EmergencyAccess, LookReview, Patient
from tracker.privacy.search import of_days
from tracker.team.people.search import plain

Purpose = AccessEvent.Purpose
WORK = ("", Purpose.CARE, Purpose.ADMINISTRATION, Purpose.EMERGENCY)
"""Carers were asked in by the patient; patients and officers are not asked about themselves."""


class Why(TextChoices):
    NO_CARE = "no_care", _("not of the patient’s team then")
    WATCHED = "watched", _("the patient’s looks are watched")
    NAME = "name", _("the same family name")
    HOURS = "hours", _("outside of the team’s hours, not on call")
    EMERGENCY = "emergency", _("emergency look")


class Key(NamedTuple):
    """`day` is of the team's calendar."""

    actor: int
    patient: UUID
    day: dt.date


class Look(NamedTuple):
    pk: int
    actor: int
    patient: UUID
    team: int
    purpose: str
    at: dt.datetime


@dataclass
class Unusual:
    """What one person opened of one patient on one day."""

    key: Key
    actor: User
    patient: Patient
    reasons: list[Why]
    many: int
    first_at: dt.datetime
    last_at: dt.datetime
    up_to: int
    review: LookReview | None

    @property
    def is_only_late(self) -> bool:
        """Nothing but the hour is unusual, and nobody has looked into it."""
        return self.reasons == [Why.HOURS] and self.review is None


@dataclass
class OutOfHours:
    """What is only late of one person's day, patient by patient."""

    groups: list[Unusual]

    @property
    def actor(self) -> User:
        return self.groups[0].actor

    @property
    def day(self) -> dt.date:
        return self.groups[0].key.day

    @property
    def many(self) -> int:
        return sum(each.many for each in self.groups)

    @property
    def up_to(self) -> int:
        return max(each.up_to for each in self.groups)

    @property
    def patients(self) -> list[Patient]:
        return [each.patient for each in self.groups]


@dataclass
class _Known:
    """Everything that a look is held against, asked once for all of them."""

    looks: list[Look]
    reaches: dict[int, Reach] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[int, User]:
        return User.objects.in_bulk({look.actor for look in self.looks})

    @cached_property
    def patients(self) -> dict[UUID, Patient]:
        columns = ("pk", "name", "team", "is_vip")
        return Patient.objects.only(*columns).in_bulk({look.patient for look in self.looks})

    @cached_property
    def teams(self) -> dict[int, CareTeam]:
        return CareTeam.objects.in_bulk({look.team for look in self.looks})

    @cached_property
    def stays(self) -> Mapping[tuple[int, int], list[tuple[dt.datetime, dt.datetime | None]]]:
        return stays({look.actor for look in self.looks})

    def key(self, look: Look) -> Key:
        day = look.at.astimezone(self.teams[look.team].zone).date()
        return Key(look.actor, look.patient, day)

    def why(self, look: Look) -> Iterable[Why]:
        if look.purpose == Purpose.EMERGENCY:
            yield Why.EMERGENCY
        elif look.purpose != Purpose.ADMINISTRATION and not self._worked_there(look):
            yield Why.NO_CARE
        if self.patients[look.patient].is_vip:
            yield Why.WATCHED
        if _family_name(self.people[look.actor].name) == _family_name(self.patients[look.patient].name):
            yield Why.NAME
        if self._is_out_of_hours(look):
            yield Why.HOURS

    def _worked_there(self, look: Look) -> bool:
        spans = self.stays.get((look.actor, look.team), [])
        return any(begun <= look.at and (ended is None or look.at < ended) for begun, ended in spans)

    def _is_out_of_hours(self, look: Look) -> bool:
        """A team that says of no day that it is there has no hours to be outside of."""
        team = self.teams[look.team]
        if not team.cover_days or team.is_covered(look.at):
            return False
        if team.pk not in self.reaches:
            self.reaches[team.pk] = Reach.of(team.pk, min(each.at for each in self.looks))
        return look.actor not in self.reaches[team.pk].rota.on_call(look.at)


def unusual(since: dt.date, until: dt.date, *, only: Q | None = None) -> list[Unusual]:
    """Newest day first, then by how much there is to ask about. `only`: of these looks."""
    known = _Known(_looks(of_days(since, until) & (only or Q())))
    groups: dict[Key, list[Look]] = defaultdict(list)
    for look in known.looks:
        if look.patient in known.patients:
            groups[known.key(look)].append(look)
    reviews = _reviews(groups)
    made = []
    for key, looks in groups.items():
        reasons = {why for look in looks for why in known.why(look)}
        if reasons:
            made.append(_unusual(key, looks, sorted(reasons, key=[*Why].index), known, reviews.get(key)))
    return sorted(made, key=lambda each: (each.key.day, len(each.reasons), each.last_at), reverse=True)


def folded(found: Iterable[Unusual]) -> list[Unusual | OutOfHours]:
    """The same in that order; what is only late of one person's day, of several patients, is one line."""
    found = list(found)
    late: dict[tuple[int, dt.date], list[Unusual]] = defaultdict(list)
    for each in found:
        if each.is_only_late:
            late[each.key.actor, each.key.day].append(each)
    lines: list[Unusual | OutOfHours] = []
    for each in found:
        groups = late[each.key.actor, each.key.day] if each.is_only_late else [each]
        if each is groups[0]:
            lines.append(each if len(groups) == 1 else OutOfHours(groups))
    return lines


def _unusual(
    key: Key, looks: list[Look], reasons: list[Why], known: _Known, review: LookReview | None
) -> Unusual:
    up_to = max(look.pk for look in looks)
    return Unusual(
        key=key,
        actor=known.people[key.actor],
        patient=known.patients[key.patient],
        reasons=reasons,
        many=len(looks),
        first_at=min(look.at for look in looks),
        last_at=max(look.at for look in looks),
        up_to=up_to,
        review=review if review and review.up_to >= up_to else None,
    )


def _looks(wanted: Q) -> list[Look]:
    """Those of people at their work, of some patient."""
    events = AccessEvent.objects.filter(wanted, purpose__in=WORK, patient_id__isnull=False)
    events = events.exclude(purpose="", what=AccessEvent.What.DIARY)
    # Of an emergency that an officer has looked into there is nothing more to ask.
    settled = EmergencyAccess.objects.alias(closed_at=Coalesce("ended_at", "ends_at")).filter(
        user=OuterRef("actor"),
        patient=OuterRef("patient_id"),
        opened_at__lte=OuterRef("at"),
        closed_at__gte=OuterRef("at"),
        review__isnull=False,
    )
    events = events.exclude(Q(purpose=Purpose.EMERGENCY) & Exists(settled)).order_by("pk")
    columns: Any = ("pk", "actor", "patient_id", "team", "purpose", "at")
    return [Look(*row) for row in events.values_list(*columns)]


def _reviews(keys: Iterable[Key]) -> dict[Key, LookReview]:
    """The latest of each."""
    wanted = set(keys)
    days = {key.day for key in wanted}
    found = LookReview.objects.filter(day__in=days).select_related("by").order_by("up_to", "pk")
    by_key = {Key(each.actor_id, each.patient_id, each.day): each for each in found}
    return {key: review for key, review in by_key.items() if key in wanted}


def stays(users: Iterable[int]) -> Mapping[tuple[int, int], list[tuple[dt.datetime, dt.datetime | None]]]:
    """From when until when each of these people worked in which team, by (person, team).

    From the history that triggers keep. A membership from before there was one began before every look.
    """
    always = dt.datetime.min.replace(tzinfo=dt.UTC)
    rows: dict[Any, tuple[tuple[int, int], dt.datetime, dt.datetime | None]] = {
        pk: ((user, team), always, None)
        for pk, user, team in Membership.objects.filter(user__in=users).values_list("pk", "user", "team")
    }
    history = apps.get_model("accounts", "MembershipEvent")._default_manager.filter(user__in=users)
    for pk, user, team, label, at in history.order_by("pgh_id").values_list(
        "id", "user", "team", "pgh_label", "pgh_created_at"
    ):
        _whose, begun, ended = rows.get(pk, ((user, team), always, None))
        if label == "insert":
            begun = at
        elif label == "delete":
            ended = at
        rows[pk] = ((user, team), begun, ended)
    spans = defaultdict(list)
    for whose, begun, ended in rows.values():
        spans[whose].append((begun, ended))
    return spans


def _family_name(name: str) -> str | object:
    """The last word, as it is compared; of a name of one word nothing that is ever the same."""
    words = plain(name).split()
    return words[-1] if len(words) > 1 else object()
