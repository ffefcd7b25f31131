"""The worker has no request: what it sends is in the language of whoever gets it."""

import pytest
from django.utils import timezone, translation

from accounts.models import User
from tracker.alerts.messages import language_of, notice_words, words_for
from tracker.models import Alert, Channel, Flag, Notice, Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(flag: Flag) -> Alert:
    return Alert.objects.filter(flag=flag, channel=Channel.EMAIL).get()


def speak(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def test_an_alert_is_in_the_language_of_whoever_is_told(alert):
    assert alert.recipient
    alert.recipient.language = "es"
    subject, body = words_for(alert)
    assert subject == "Urgente: R.M. te está esperando"
    assert "Lee el registro" in body
    assert translation.get_language() == "en"


@pytest.mark.parametrize("language", ["", "en", "ar"])
def test_an_alert_is_in_english_for_staff_who_chose_nothing_or_what_alerts_are_not_in(alert, language):
    assert alert.recipient
    alert.recipient.language = language
    assert language_of(alert) == "en"
    assert words_for(alert)[0] == "Urgent: R.M. is waiting for you"


def reminder(patient: Patient) -> Notice:
    now = timezone.now()
    return Notice(
        recipient=patient.user, kind=Notice.Kind.REMINDER, created_at=now, wanted_at=now, due_at=now
    )


@pytest.mark.parametrize(
    ("pages", "advice", "subject"),
    [
        ("", "en", "How are you today?"),
        ("", "es", "¿Cómo estás hoy?"),
        ("en", "es", "How are you today?"),
        ("ar", "en", "كيف حالك اليوم؟"),
    ],
)
def test_a_reminder_is_in_the_language_of_the_pages_else_of_the_advice(rosa, pages, advice, subject):
    rosa.language = advice
    rosa.user.language = pages
    assert notice_words(reminder(rosa))[0] == subject
