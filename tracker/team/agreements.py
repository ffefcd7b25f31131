"""What is agreed for one patient: the limits and the mutes in force, as their chart tells them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from tracker.models import Mute, Patient, PatientLimit
from tracker.team.access import of_teams_of
from tracker.team.forms import LimitForm
from tracker.triage.limits import Limit
from tracker.triage.words import number


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """A limit of one patient's own. `of_rules` is None when the rules in force no longer know it."""

    record: PatientLimit
    of_rules: Limit | None

    @property
    def what(self) -> str:
        return self.of_rules.label.get("en", self.record.name) if self.of_rules else self.record.name

    @property
    def value(self) -> str:
        return (
            f"{number(self.record.value)} {self.of_rules.unit}"
            if self.of_rules
            else number(self.record.value)
        )

    @property
    def usually(self) -> str:
        """What the rules say for everybody."""
        return f"{number(self.of_rules.value)} {self.of_rules.unit}" if self.of_rules else "–"


def limits_in_force(
    patient: Patient, user: User, now: dt.datetime, rules: Mapping[str, Limit]
) -> list[OwnLimit]:
    """`rules` are the limits that the rules in force know, by name."""
    records = of_teams_of(PatientLimit.objects.in_force(now), user).filter(patient=patient)
    return [OwnLimit(each, rules.get(each.name)) for each in records.select_related("set_by")]


def limit_form(
    patient: Patient,
    now: dt.datetime,
    rules: Mapping[str, Limit],
    in_force: Iterable[OwnLimit],
    data: Any = None,
) -> LimitForm:
    """`in_force` are the patient's limits of now."""
    own = {each.record.name: each.record for each in in_force}
    return LimitForm(data, limits=rules, today=patient.today(now), usual=patient.usual, now=own)


def set_in_words(limit: Limit, of: PatientLimit, before: PatientLimit | None) -> str:
    """What was set, until when, and what it took the place of."""
    said = {
        "what": limit.label.get("en", limit.name),
        "value": f"{number(of.value)} {limit.unit}",
        "usually": f"{number(limit.value)} {limit.unit}",
        "day": date_format(of.expires_on, "j F"),
    }
    words = _("Set. %(what)s: %(value)s instead of %(usually)s, until the end of %(day)s.") % said
    if before is None:
        return words
    own = {"value": f"{number(before.value)} {limit.unit}", "who": before.set_by}
    return words + " " + _("It takes the place of %(value)s, set by %(who)s.") % own


def mutes_in_force(patient: Patient, user: User, now: dt.datetime) -> list[Mute]:
    mutes = of_teams_of(Mute.objects.in_force(now), user).filter(patient=patient)
    return list(mutes.select_related("muted_by", "finding"))


def muted_together(mutes: Iterable[Mute]) -> list[list[Mute]]:
    """Somebody mutes a line, and every rule behind it gets a mute: those of one act, the worst first."""
    acts: dict[tuple[Any, ...], list[Mute]] = {}
    for mute in sorted(mutes, key=lambda each: -each.level):
        acts.setdefault((mute.muted_at, mute.muted_by_id, mute.until, mute.reason), []).append(mute)
    return list(acts.values())


def who_was_quicker(ended: PatientLimit | Mute) -> str:
    at = time_format(localtime(ended.ended_at), "H:i")
    return _("%(who)s ended this at %(time)s.") % {"who": ended.ended_by, "time": at}
