"""No detail of anybody's health in addresses, mails, pushes and keys of the cache."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.utils import timezone

from accounts.models import User
from education.models import Drug
from tests.audit.test_every_look import named
from tests.people import shipped
from tests.team.conftest import CHEST_PAIN, browser_of, flagged
from tracker.alerts.messages import notice_words, words_for
from tracker.models import Notice, Patient
from tracker.triage.report import Level
from tracker.triage.symptoms import LABELS

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db

OPAQUE = (UUIDConverter, IntConverter)
NOT_ABOUT_A_PATIENT = {
    "education": "pages of the library, which are everybody's",
    "editing": "pages of the library",
    "rulebook": "versions and codes of rules",
    "picture": "pictures of the library",
    "admin": "Django's: models and keys",
    "account_confirm_email": "a key that runs out",
    "account_reset_password_from_key": "a key that runs out",
    "invitations:accept": "a token",
    "carers:accept": "a token",
    "cover:policy": "which ladder of a team",
    "privacy:period": "which kind of data of a team",
    "privacy:review_day": "a date, between two keys",
    "privacy:review_hours": "a date, behind a key",
    "team:report_of": "a month",
    "team:late_csv": "a month",
    "team:cohort_file": "which figure, and in which form",
}
"""Rooms and views whose addresses hold words, and what those are."""


def test_addresses_hold_keys_and_no_words_about_anybody():
    found = []
    for name, pattern in named(get_resolver()):
        room = name.partition(":")[0]
        if room in NOT_ABOUT_A_PATIENT or name in NOT_ABOUT_A_PATIENT:
            continue
        converters: dict[str, Any] = getattr(pattern.pattern, "converters", {})
        words = [each for each in converters.values() if not isinstance(each, OPAQUE)]
        if words or (pattern.pattern.regex.groupindex and not converters):
            found.append(name)
    assert found == []


def health_words() -> Iterator[str]:
    """Symptoms and drugs as patients, teams and labels call them."""
    yield from (str(label) for label in LABELS.values())
    yield from LABELS
    yield from Drug.objects.values_list("name", flat=True)
    yield from Drug.objects.values_list("plain_name", flat=True)
    for page in shipped("drugs"):
        yield from page.get("brand_names", [])


TO_PATIENTS = ("reminder", "message")
"""They say whom to call in an emergency, always."""
LEVELS = [level.word for level in Level if level]


def said_in(text: str, words: list[str]) -> list[str]:
    return [word for word in words if len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", text, re.I)]


def a_notice(recipient: User, kind: str) -> Notice:
    now = timezone.now()
    about = f"{now.date()} 1:abc" if kind == "anchor" else str(recipient.pk)
    if kind.startswith("emergency"):
        about = "00000000-0000-4000-8000-000000000000:1"
    times = {"created_at": now, "wanted_at": now, "due_at": now, "expires_at": now}
    return Notice(recipient=recipient, kind=kind, about=about, address="a@example.org", **times)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_no_mail_or_push_tells_of_health(language, rosa, amira):
    """A push is the subject and a link. An alert has the level and initials: who gets it has to choose."""
    for person in (rosa.user, amira):
        person.language = language
        person.save()
    words = [*health_words()]
    wrong: list[tuple[str, list[str]]] = []
    for kind in Notice.Kind:
        subject, body = notice_words(a_notice(rosa.user if kind in ("reminder", "message") else amira, kind))
        text = f"{subject}\n{body}"
        found = said_in(text, words) + (said_in(text, ["urgent", "routine"]) if kind in TO_PATIENTS else [])
        wrong += [(kind, found)] if found or rosa.name in text else []
    alert = flagged(rosa, CHEST_PAIN).alerts.first()
    assert alert
    subject, body = words_for(alert)
    found = said_in(subject + body, words)
    wrong += [("alert", found)] if found or rosa.name in subject + body else []
    assert wrong == []


def test_no_key_of_the_cache_tells_of_anybody(rosa: Patient, amira: User, browser_of: Any, monkeypatch: Any):
    keys: list[str] = []
    make_key = type(cache._connections[cache._alias]).make_key  # type: ignore[attr-defined]

    def noted(self: Any, key: str, version: Any = None) -> str:
        keys.append(str(key))
        made: str = make_key(self, key, version)
        return made

    monkeypatch.setattr(type(cache._connections[cache._alias]), "make_key", noted)  # type: ignore[attr-defined]
    flag = flagged(rosa, CHEST_PAIN)
    theirs, hers = browser_of(amira), browser_of(rosa.user)
    for page in ("/team/", f"/team/flags/{flag.pk}/", f"/team/patients/{rosa.pk}/", "/emergency-access/"):
        assert theirs.get(page).status_code == 200
    told = {"name": "Rosa Martin", "born_on": rosa.born_on.isoformat(), "reason": "here"}
    theirs.post("/emergency-access/", told | {"words": "She is here and cannot speak."})
    for page in ("/today/", "/check-in/", "/settings/", "/settings/erase/"):
        assert hers.get(page).status_code == 200
    everything = "\n".join(keys)
    assert said_in(everything, [*health_words(), *LEVELS]) == []
    for part in ("Rosa", "Martín", "Martin", rosa.phone, rosa.born_on.isoformat(), str(rosa.user.email)):
        assert part not in everything


def test_pages_on_what_is_kept_are_kept_by_no_browser(rosa, petra, browser_of):
    for user, page in (
        (rosa.user, "/settings/erase/"),
        (petra, "/privacy/records/"),
        (petra, f"/privacy/records/{rosa.pk}/"),
        (petra, "/privacy/schedule/"),
    ):
        assert "no-store" in browser_of(user).get(page)["Cache-Control"], page
    copy = browser_of(petra).post(f"/privacy/records/{rosa.pk}/copy/")
    assert "no-store" in copy["Cache-Control"]
    assert rosa.name.split()[0] not in copy["Content-Disposition"]
