"""The library's pages that a phone keeps: those of one's own drugs, whom to call, and nothing personal."""

import re
from typing import Any

import pytest
from django.utils import timezone

from education.models import Article, Symptom
from education.shipped import load
from tests.carers import helping
from tests.inbox.conftest import A_DAY
from tests.team.conftest import browser_of
from tracker.patient.kept_library import MOST_KEPT

__all__ = ["browser_of"]
pytestmark = pytest.mark.django_db
LIST = "/offline/library/"


def kept(browser: Any) -> dict[str, str]:
    """Address → version."""
    html = browser.get(LIST).content.decode()
    return dict(re.findall(r'<a href="([^"]+)" data-version="(\w+)"', html))


@pytest.fixture
def as_rosa(browser_of, rosa):
    load()
    return browser_of(rosa.user)


def test_ones_own_drugs_what_they_do_and_whom_to_call(as_rosa, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        pages = [*kept(as_rosa)]
    helping = Article.objects.filter(section="getting-help").first()
    assert helping is not None
    assert pages[0] == helping.get_absolute_url()
    assert "/learn/drugs/aldesleukin/" in pages
    assert "/learn/symptoms/fatigue/" in pages
    assert "/learn/drugs/aldesleukin/card/" in pages
    for sign in ("chest-pain", "shortness-of-breath", "vision-loss"):  # of whatever drug
        assert f"/learn/symptoms/{sign}/" in pages
    assert "/learn/fever-and-infection/" in pages
    assert "/learn/drugs/epoetin-alfa/" not in pages
    assert len(pages) == len(set(pages)) <= MOST_KEPT


def test_a_version_changes_with_its_page_alone(as_rosa, rosa):
    before = kept(as_rosa)
    page = Symptom.objects.get(code="fatigue")
    page.what_helps = "- Rest."
    page.save()
    after = kept(as_rosa)
    assert {path for path in before if before[path] != after[path]} == {page.get_absolute_url()}
    Symptom.objects.filter(code="fatigue").update(is_published=False)
    assert page.get_absolute_url() not in kept(as_rosa)
    rosa.courses.update(ended_on=rosa.today(timezone.now()) - A_DAY)
    assert "/learn/drugs/aldesleukin/" not in kept(as_rosa)


def test_nothing_in_a_kept_page_says_whose_it_is(as_rosa, rosa):
    for path in [LIST, *(f"{path}?kept=1" for path in [*kept(as_rosa)][:3])]:
        html = as_rosa.get(path).content.decode()
        for personal in (rosa.name, rosa.user.email, rosa.user.name, str(rosa.pk)):
            assert personal not in html, (path, personal)
        assert "Was this page helpful?" not in html
    assert as_rosa.get(LIST)["Sidelight-Owner"] == str(rosa.pk)


def test_a_carer_keeps_pages_that_do_not_name_the_patient(as_rosa, browser_of, rosa, lena):
    helping(rosa, lena)
    page = browser_of(lena).get("/learn/symptoms/fatigue/?kept=1").content.decode()
    assert rosa.name not in page


def test_who_has_no_diary_keeps_none(client, browser_of, amira):
    assert browser_of(amira).get(LIST).status_code == 404
    assert client.get(LIST).status_code == 302


def test_only_the_first_page_asks_for_them(as_rosa):
    assert 'id="kept-library"' in as_rosa.get("/today/").content.decode()
    assert "kept-library" not in as_rosa.get("/check-in/").content.decode()
