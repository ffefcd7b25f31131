"""What patients are told of messages, beside their own words."""

from django.utils.translation import gettext as _

from tracker.alerts import written
from tracker.alerts.reminders import devices_of
from tracker.messaging import MOST_AN_HOUR
from tracker.patient.access import Diary


def how_answers_come(diary: Diary) -> str:
    """Where to look for an answer, as the patient chose to be told."""
    patient = diary.patient
    if not diary.sees_all:
        words = _("Answers go to %(name)s. Here you see what you wrote yourself.")
        return words % {"name": patient.user.get_short_name()}
    if not diary.is_own:
        return _("Answers come here.")
    way = written.way_of(patient)
    if not way:
        return _("We do not tell you of an answer. Please look here.")
    if devices_of(patient, way):
        return _("We tell you on your phone when there is an answer. You read the answer here.")
    return _("We send you an e-mail when there is an answer. You read the answer here.")


def too_many() -> str:
    words = _("Not sent: you have sent %(number)s messages in an hour. Please call us, or write again later.")
    return words % {"number": MOST_AN_HOUR}
