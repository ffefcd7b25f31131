"""A page of the library, from the day it goes out to the day it is taken away, as one patient meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from education import editions
from education.documents import document
from education.models import Article, Drug, Symptom
from education.models.editions import Origin
from tests.browser.test_editing import at_the_desk, submit
from tests.conftest import PHONE
from tests.education.conftest import ANSWERED_FOR, edith, eli
from tracker.models import Patient

__all__ = ["at_the_desk", "edith", "eli"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page_out(dev: Patient, edith: User, eli: User) -> Article:
    """Written by Edith and published by Eli: on tiredness and chills, for every day on interferon."""
    now = timezone.now()
    for symptom in Symptom.objects.filter(code__in=["chills", "fatigue"]):
        symptom.save()  # so that it is searched
        editions.record(symptom, document(symptom), origin=Origin.SHIPPED, now=now)
    row = Article.objects.create(
        slug="when-you-shiver",
        title="When you shiver",
        section="living",
        summary="What to do.",
        body="Rest.",
    )
    draft = editions.begin(row, by=edith, now=now)
    days = {"first_day": 1, "last_day": 9999}
    words = days | {"body": "It will pass: put on a coat. Tiredness stays longer: rest."}
    about = {"symptoms": ["chills", "fatigue"], "drugs": [Drug.objects.get(code="interferon-alfa-2b").code]}
    draft = editions.keep(draft, draft.content | words | about | ANSWERED_FOR, by=edith, now=now)
    editions.publish(editions.submit(draft, by=edith, now=now), by=eli, now=now)
    return row


def test_somebody_on_interferon_meets_a_page_until_it_is_gone_and_keeps_what_they_saw(
    page_out: Article,
    dev: Patient,
    eli: User,
    open_page: Callable[..., Any],
    at_the_desk: Callable[..., Any],
    live_server: Any,
) -> None:
    client = Client()
    client.force_login(dev.user)
    phone = open_page("/healthz", PHONE)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    phone.context.add_cookies([cookie])

    phone.goto("/today/")
    phone.get_by_role("link", name="When you shiver").click()
    phone.get_by_text("put on a coat").wait_for()
    phone.goto("/learn/symptoms/fatigue/")
    phone.get_by_role("link", name="When you shiver").wait_for()
    for words in ("shivers", "fatige"):
        phone.goto("/learn/")
        phone.get_by_label("Search by plain words").fill(words)
        phone.get_by_role("button", name="Search").click()
        phone.get_by_role("link", name="When you shiver").wait_for()

    phone.goto("/check-in/")
    phone.get_by_role("button", name="No, none of these").click()
    phone.get_by_role("checkbox", name="Tiredness").check()
    phone.get_by_role("group", name="Tiredness").get_by_label("Moderate").first.check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.wait_for_url("**/check-in/*-*/")
    report = phone.url
    phone.get_by_role("link", name="When you shiver").wait_for()

    desk = at_the_desk(eli, f"/admin/education/article/{page_out.pk}/change/")
    desk.get_by_role("link", name="Take away from readers").click()
    submit(desk, "Take it away from readers")
    desk.get_by_text("Readers no longer find it").first.wait_for()

    assert phone.goto("/learn/when-you-shiver/").status == 404
    phone.goto(report)
    phone.get_by_role("heading", name="What you could read then").wait_for()
    phone.get_by_role("link", name="When you shiver").click()
    phone.get_by_text("put on a coat").wait_for()
    phone.get_by_text("We no longer show it").wait_for()
