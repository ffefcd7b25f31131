"""The figures of a cohort in Chromium: accessible, wide enough, all of it by keyboard, and on paper."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_team import amiras_page
from tests.conftest import DESK
from tests.people import drug
from tests.team.conftest import CHEST_PAIN, browser_of, flagged
from tracker.demo.crowd.people import SHARES
from tracker.demo.crowd.seed import Size, seed_crowd

__all__ = ["amiras_page", "browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COHORT = reverse("team:cohort") + "?drug=aldesleukin"


@pytest.fixture
def page_of(rosa: Any, team: Any, amiras_page: Any) -> Callable[..., Any]:
    """Opens Amira's cohort: Rosa, who waited too long, and a small crowd."""
    for code in SHARES:
        drug(code)
    flagged(rosa, CHEST_PAIN, ago=dt.timedelta(days=1))
    seed_crowd(Size(patients=60, check_ins=1_500, open_flags=2), timezone.now(), into=[team.name])
    return lambda size: amiras_page(COHORT, size)


def test_figures_are_accessible_and_fit(page_of, assert_usable):
    page = page_of(DESK)
    assert page.locator(".cohort-figure svg[role=img]").count() == 5
    assert_usable(page)
    for summary in page.locator(".cohort-figure summary").all():
        summary.click()
    assert_usable(page)
    page.goto(COHORT + "&since=x")
    expect(page.get_by_role("alert").or_(page.locator(".error-summary")).first).to_be_visible()
    assert_usable(page)


def test_a_cohort_is_asked_for_and_read_by_keyboard(page_of):
    page = page_of(DESK)
    page.get_by_label("One bar for each").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**bars=day**")
    expect(page.get_by_role("heading", name="Worst grade by treatment day")).to_be_visible()
    page.locator("#grades summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#grades table")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#grades").get_by_role("link", name="Picture (PNG)").press("Enter")
    assert download.value.suggested_filename.startswith("grades-aldesleukin-")


def test_on_paper_there_are_the_figures_and_no_controls(page_of):
    page = page_of(DESK)
    page.emulate_media(media="print")
    expect(page.locator(".cohort-figure svg[role=img]").first).to_be_visible()
    assert not page.get_by_role("button", name="Show").is_visible()
    assert not page.get_by_role("link", name="Table (CSV)").first.is_visible()
