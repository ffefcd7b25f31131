"""What a patient has chosen, and what happens when nothing comes, in a sentence each."""

import datetime as dt
from collections.abc import Sequence

from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from accounts.models import PushDevice
from accounts.zones import place_of
from tracker.history import DAYS_REMEMBERED
from tracker.models import Patient, ReminderWay
from tracker.rulebook.in_force import current_rules, in_force, pk_in_force
from tracker.triage.report import Level
from tracker.triage.silence import told_after


def in_words(patient: Patient, devices: Sequence[PushDevice], today: dt.date) -> str:
    """`devices` are those that reminders go to; without any they go by e-mail, or to nobody without one."""
    if patient.remind_at is None or not (devices or patient.user.email):
        return gettext("We do not remind you.")
    words = gettext("We remind you at %(time)s, %(place)s time, %(way)s, on days without a check-in.") % {
        "time": time_format(patient.remind_at, "H:i"),
        "place": place_of(patient.zone.key),
        "way": _way(patient, devices),
    }
    if patient.is_expected(today):
        return words
    return " ".join([words, gettext("For now we do not, as we expect no check-in from you.")])


def if_silent(patient: Patient, today: dt.date) -> str:
    """What happens when nothing comes, as the rules in force do it.

    "" after leaving. Before a first report days count from enrolment, for as long as the rules count them.
    """
    if patient.paused_until and patient.is_paused(today):
        return gettext("Until %(day)s we expect no check-in from you. No one worries if none comes.") % {
            "day": date_format(patient.paused_until, "j F")
        }
    reports = patient.check_ins.of_days().current().order_by("-day", "-received_at")
    last = reports.annotate(rules=pk_in_force()).values_list("level", "rules").first()
    if not patient.is_expected(today):
        return ""
    if last is None:
        is_new = (today - patient.enrolled_on).days <= DAYS_REMEMBERED
        return _told_after(told_after(current_rules(), Level.NONE)) if is_new else ""
    level, rules = last
    return _told_after(told_after(in_force(rules), Level(level)))


def _told_after(days: int | None) -> str:
    if days is None:
        return gettext("No one is told when we hear nothing from you.")
    return ngettext(
        "If we hear nothing from you for %(days)d day, your care team is told. A nurse may then call you.",
        "If we hear nothing from you for %(days)d days, your care team is told. A nurse may then call you.",
        days,
    ) % {"days": days}


def _way(patient: Patient, devices: Sequence[PushDevice]) -> str:
    if devices:
        names = list(dict.fromkeys(each.name for each in devices))
        return gettext("by a message on %(devices)s") % {"devices": get_text_list(names, gettext("and"))}
    if patient.remind_by == ReminderWay.PUSH:
        return gettext("by e-mail while no phone or browser of yours takes messages")
    return gettext("by e-mail")
