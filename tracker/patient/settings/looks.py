"""Who looked at a diary, so that it can be read: by day, then by person."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccessEvent, Membership
from tracker.models import Patient

What, Purpose = AccessEvent.What, AccessEvent.Purpose
OF_THE_TEAM = ("", Purpose.CARE, Purpose.ADMINISTRATION)
WHAT_WORDS: Mapping[str, Any] = {
    What.BOARD: gettext_lazy("their list of people who need an answer, with you on it"),
    What.CHART: gettext_lazy("your page, with what you reported"),
    What.DIARY: gettext_lazy("your diary, to help you"),
    What.DOWNLOAD: gettext_lazy("a copy of your diary"),
    What.EMERGENCY: gettext_lazy("your page, to help you when it could not wait"),
    What.EXPORT: gettext_lazy("figures to take along: you count in them, and your name is not in them"),
    What.FLAG: gettext_lazy("a report of yours that needed an answer"),
    What.MESSAGE: gettext_lazy("what you and your team wrote to each other"),
    What.HANDOVER: gettext_lazy("the list that one shift hands to the next, with your name on it"),
    What.LIST: gettext_lazy("a list of patients, with your name on it"),
    What.NOTE: gettext_lazy("the notes that you wrote"),
    What.PHONE: gettext_lazy("a check-in that they took by phone"),
    What.PRINT: gettext_lazy("a page with a code, for you to come in with"),
    What.PRIVACY: gettext_lazy("the list of what we keep about you, to keep it in order"),
    What.RECORD: gettext_lazy("your record, to look after it"),
    What.REPORT: gettext_lazy("a list of answers that came late, with your name on it"),
    What.REVIEW: gettext_lazy("the list of who looked at you, to check it"),
    What.SEARCH: gettext_lazy("a search that found you"),
    What.SILENCE: gettext_lazy("the list of people from whom no check-in came"),
    What.TRANSFER: gettext_lazy("a request to pass your care to their team"),
    What.TRIAL: gettext_lazy("a test of the rules that we use, with your name in it"),
    What.UNWATCH: gettext_lazy("the list of who looked at you, to check it"),
    What.VISIT: gettext_lazy("a page for a visit"),
    What.WATCH: gettext_lazy("the list of who looked at you, to check it"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One kind of page, and when it was opened, in the order of the clock."""

    words: str
    at: tuple[dt.datetime, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What one person opened on one day; a carer works in no team.

    `in_emergency`: of another team, who could not wait.
    """

    name: str
    role: str
    team: str
    opened: tuple[Opened, ...]
    in_emergency: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: dt.date
    looks: tuple[Look, ...]


def looks_at(patient: Patient) -> QuerySet[AccessEvent]:
    """Newest first, without the patient's own."""
    roles = Prefetch("actor__memberships", Membership.objects.all(), to_attr="roles_in_teams")
    looks = AccessEvent.objects.filter(patient_id=patient.pk).exclude(actor=patient.user_id)
    return looks.select_related("actor", "team").prefetch_related(roles).order_by("-at", "-pk")


def by_day(events: Iterable[AccessEvent], patient: Patient) -> list[Day]:
    """By the patient's own calendar; `events` as `looks_at` has them."""
    days = groupby(events, key=lambda each: each.at.astimezone(patient.zone).date())
    return [Day(day, _by_person([*of_day])) for day, of_day in days]


def role_of(event: AccessEvent) -> str:
    """What somebody is today in the team of then; who has left it, or never was in it, is said to be so."""
    if event.what == What.DIARY:
        return _("Helps you")
    if event.purpose == Purpose.EMERGENCY:
        return _("Works in another team")
    if event.purpose == Purpose.REVIEW:
        return _("Checks who looked at whom")
    known = event.actor.roles_in_teams  # type: ignore[attr-defined]  # prefetched
    role = next((each for each in known if each.team_id == event.team_id), None)
    if role:
        return str(role.get_role_display())
    return _("Admin") if event.actor.is_staff else _("No longer in this team")


def _by_person(events: Sequence[AccessEvent]) -> tuple[Look, ...]:
    people: dict[int, list[AccessEvent]] = {}
    for each in events:
        people.setdefault(each.actor_id, []).append(each)
    return tuple(_look(each) for each in people.values())


def _look(events: Sequence[AccessEvent]) -> Look:
    opened: dict[str, list[dt.datetime]] = {}
    for each in reversed(events):
        opened.setdefault(str(WHAT_WORDS.get(each.what, each.get_what_display())), []).append(
            each.at.replace(second=0, microsecond=0)
        )
    return Look(
        name=str(events[0].actor),
        role=role_of(events[0]),
        team=str(events[0].team) if events[0].purpose in OF_THE_TEAM and events[0].what != What.DIARY else "",
        opened=tuple(Opened(words, tuple(dict.fromkeys(at))) for words, at in opened.items()),
        in_emergency=any(each.purpose == Purpose.EMERGENCY for each in events),
    )
