"""Editors hear of pages that are overdue for their review: once a week, in their language, or not at all."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import User
from education.models import Article, Drug
from tests.conftest import Mailbox
from tests.education.conftest import a_page
from tracker.alerts import overdue
from tracker.alerts.messages import notice_words
from tracker.management.commands.worker import Worker
from tracker.models import Notice

__all__ = ["a_page"]
pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC"))


TUESDAY = at("2027-11-23T12:00")
A_WEEK = dt.timedelta(days=7)


@pytest.fixture
def late(a_page: Callable[..., Any]) -> Article:
    """An article whose review was due on 20 November 2027."""
    page: Article = a_page(Article, slug="testing")
    return page


@pytest.mark.usefixtures("late")
def test_every_editor_hears_of_it_once_a_week(edith: User, eli: User, ada: User, amira: User) -> None:
    assert overdue.due(TUESDAY) == 2
    assert overdue.due(TUESDAY + dt.timedelta(days=2)) == 0
    assert {*Notice.objects.values_list("recipient__name", flat=True)} == {edith.name, eli.name}
    assert overdue.due(TUESDAY + A_WEEK) == 2


@pytest.mark.usefixtures("late")
def test_the_week_begins_on_monday_morning_by_the_sites_clock(edith: User, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    assert overdue.due(at("2027-11-22T06:59")) == 0
    assert overdue.due(at("2027-11-22T07:00")) == 1
    assert Notice.objects.get().about == "2027-W47"


def test_nobody_hears_of_nothing(edith: User, late: Article, a_page: Callable[..., Any]) -> None:
    a_page(Drug, slug="cold", code="cold", is_published=False)  # a draft is nobody's hurry
    Article.objects.update(next_review_on="2027-11-23")
    assert overdue.due(TUESDAY) == 0
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("late")
def test_an_editor_who_left_or_has_no_address_is_not_written_to(edith: User, eli: User) -> None:
    User.objects.filter(pk=edith.pk).update(is_active=False)
    User.objects.filter(pk=eli.pk).update(email=None)
    assert overdue.due(TUESDAY) == 0


def letter(editor: User) -> tuple[str, str]:
    overdue.due(TUESDAY)
    with time_machine.travel(TUESDAY, tick=False):
        return notice_words(Notice.objects.select_related("recipient").get(recipient=editor))


def test_the_letter_names_each_page_with_the_way_to_it(edith: User, late: Article, settings: Any) -> None:
    subject, body = letter(edith)
    assert subject == "Pages of the library are overdue for their review"
    assert "- On testing, due on 20 November 2027\n" in body
    assert f"\n  {settings.SITE_URL}/admin/education/article/{late.pk}/change/\n" in body
    assert "more" not in body


def test_a_long_list_is_cut_short(edith: User, a_page: Callable[..., Any]) -> None:
    for each in range(22):
        a_page(Article, slug=f"page-{each}", title=f"Page {each}")
    body = letter(edith)[1]
    assert body.count("due on") == 20
    assert "And 2 more." in body


@pytest.mark.usefixtures("late")
def test_a_look_costs_few_queries(edith: User, django_assert_max_num_queries: Any) -> None:
    overdue.due(TUESDAY)
    with django_assert_max_num_queries(1):
        overdue.due(TUESDAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("late")
def test_the_worker_sends_it(edith: User, smtp_server: Mailbox) -> None:
    with time_machine.travel(TUESDAY, tick=True):
        Worker("w").do_duties(TUESDAY)
        Worker("w").work_off()
    [mail] = smtp_server.to(edith.email)
    assert "On testing" in mail.get_content()
