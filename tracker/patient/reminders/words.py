"""What a patient has chosen, in a sentence. Values in, words out."""

import datetime as dt
from collections.abc import Sequence

from django.utils.formats import time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext

from accounts.models import PushDevice
from accounts.zones import place_of
from tracker.models import Patient, ReminderWay


def in_words(patient: Patient, devices: Sequence[PushDevice], today: dt.date) -> str:
    """`devices` are those that reminders go to; without any they go by e-mail."""
    if patient.remind_at is None:
        return gettext("You are not reminded.")
    words = gettext("You are reminded at %(time)s, %(place)s time, %(way)s, on days without a check-in.") % {
        "time": time_format(patient.remind_at, "H:i"),
        "place": place_of(patient.zone.key),
        "way": _way(patient, devices),
    }
    if patient.is_expected(today):
        return words
    return " ".join([words, gettext("For now you are not, as we expect no check-in from you.")])


def _way(patient: Patient, devices: Sequence[PushDevice]) -> str:
    if devices:
        names = list(dict.fromkeys(each.name for each in devices))
        return gettext("by a message on %(devices)s") % {"devices": get_text_list(names, gettext("and"))}
    if patient.remind_by == ReminderWay.PUSH:
        return gettext("by e-mail while no phone or browser of yours takes messages")
    return gettext("by e-mail")
