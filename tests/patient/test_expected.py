"""What Today says of the day of treatment: of the drugs that run, and of this day alone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from education.models import Article, ArticleTranslation, Drug
from tests.education.conftest import a_page
from tests.patient.conftest import signed_in
from tracker.models import Course, Patient

__all__ = ["a_page"]  # the fixture

pytestmark = pytest.mark.django_db

TODAY = reverse("patient:today")


def running(patient: Patient) -> Course:
    return patient.courses.running(patient.today(timezone.now())).get()


@pytest.fixture
def days(rosa: Patient, a_page: Callable[..., Any]) -> dict[str, Article]:
    """Pages on interleukin-2, of which Rosa has day 3 today, and one on a drug that she does not have."""
    drug = running(rosa).drug
    stretches = [("day-1", 1, 1), ("days-2-3", 2, 3), ("later", 4, 9999), ("other", 3, 3)]
    pages = {
        name: a_page(Article, slug=name, title=name, summary=f"Of {name}.", first_day=first, last_day=last)
        for name, first, last in stretches
    }
    for name, page in pages.items():
        page.drugs.add(drug if name != "other" else a_page(Drug, slug="other", code="other"))
    return pages


def links(client: Client) -> list[str]:
    html = client.get(TODAY).content.decode()
    return [name for name in ("day-1", "days-2-3", "later", "other") if f'href="/learn/{name}/"' in html]


@pytest.mark.usefixtures("days")
def test_today_tells_what_to_expect_on_this_day_of_this_drug(as_rosa: Client, rosa: Patient) -> None:
    assert links(as_rosa) == ["days-2-3"]
    assert "Of days-2-3." in as_rosa.get(TODAY).content.decode()
    course = running(rosa)
    for ago, expected in [(0, "day-1"), (1, "days-2-3"), (3, "later"), (400, "later")]:
        day = rosa.today(timezone.now()) - dt.timedelta(days=ago)
        Course.objects.filter(pk=course.pk).update(started_on=day)
        assert links(as_rosa) == [expected], ago


@pytest.mark.usefixtures("days")
def test_the_library_begins_with_ones_own_treatment(as_rosa: Client, rosa: Patient) -> None:
    def shown(browser: Client) -> str:
        html = browser.get(reverse("education:index")).content.decode()
        return html.partition("Your treatment")[2].partition("</section>")[0]

    own = shown(as_rosa)
    assert "/learn/days-2-3/" in own
    assert running(rosa).drug.get_absolute_url() in own
    assert "/learn/other/" not in own
    assert shown(Client()) == ""


def test_two_drugs_have_a_page_each(days: dict[str, Article], as_rosa: Client, rosa: Patient) -> None:
    other = days["other"].drugs.get()
    started_on = running(rosa).started_on
    Course.objects.create(team=rosa.team, patient=rosa, drug=other, started_on=started_on)
    assert links(as_rosa) == ["days-2-3", "other"]


@pytest.mark.usefixtures("days")
def test_a_new_cycle_counts_and_not_the_one_before_it_that_nobody_ended(
    as_rosa: Client, rosa: Patient
) -> None:
    Course.objects.update(ended_on=None)
    assert links(as_rosa) == ["days-2-3"]


@pytest.mark.usefixtures("days")
def test_nothing_is_expected_of_a_course_that_is_over(as_rosa: Client, rosa: Patient) -> None:
    yesterday = rosa.today(timezone.now()) - dt.timedelta(days=1)
    Course.objects.filter(pk=running(rosa).pk).update(ended_on=yesterday)
    assert links(as_rosa) == []


@pytest.mark.usefixtures("days")
def test_who_has_not_begun_is_told_of_the_first_day_and_who_has_ended_where_to_read(
    as_rosa: Client, rosa: Patient
) -> None:
    course = running(rosa)
    about = f'href="{course.drug.get_absolute_url()}"'
    today = rosa.today(timezone.now())
    Course.objects.filter(pk=course.pk).update(ended_on=today - dt.timedelta(days=1))
    assert about in as_rosa.get(TODAY).content.decode()
    Course.objects.create(
        team=rosa.team, patient=rosa, drug=course.drug, started_on=today + dt.timedelta(days=3)
    )
    assert links(as_rosa) == ["day-1"]
    assert about in as_rosa.get(TODAY).content.decode()


def test_drafts_are_not_shown(days: dict[str, Article], as_rosa: Client) -> None:
    Article.objects.update(is_published=False)
    assert links(as_rosa) == []


def test_nobody_is_told_of_the_days_of_a_drug_that_they_do_not_have(
    days: dict[str, Article], joan: Patient
) -> None:
    assert links(signed_in(joan)) == []


def test_it_is_said_in_the_persons_language(days: dict[str, Article], as_rosa: Client, rosa: Patient) -> None:
    ArticleTranslation.objects.create(
        page=days["days-2-3"], language="es", title="Días 2 y 3", summary="Hinchazón.", is_published=True
    )
    rosa.user.language = "es"
    rosa.user.save()
    html = as_rosa.get(TODAY).content.decode()
    assert "Días 2 y 3" in html
    assert "Hinchazón." in html


def test_it_costs_one_query_however_many_pages_there_are(
    days: dict[str, Article], as_rosa: Client, a_page: Callable[..., Any]
) -> None:
    def cost() -> int:
        as_rosa.get(TODAY)
        with CaptureQueriesContext(connection) as queries:
            as_rosa.get(TODAY)
        return sum('FROM "education_article"' in each["sql"] for each in queries.captured_queries)

    assert cost() == 1
    drug = days["day-1"].drugs.get()
    for number in range(5):
        a_page(Article, slug=f"more-{number}", first_day=3, last_day=3).drugs.add(drug)
    assert cost() == 1
