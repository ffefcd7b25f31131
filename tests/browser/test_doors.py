"""The pages by which people come in: the demonstration's, and an invitation's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import clear_url_caches, set_urlconf
from django.utils import timezone
from playwright.sync_api import expect

from accounts import invitations
from accounts.models import User
from tests.browser.conftest import AssertUsable
from tests.conftest import DESK
from tests.demo.test_demo_door import DemoSite
from tracker.models import Patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Any]


@pytest.fixture
def demo(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = DemoSite
    settings.DEMO, settings.TESTING = True, False
    clear_url_caches()
    yield
    set_urlconf(None)
    clear_url_caches()


@pytest.fixture
def link(ada: User, team: Any) -> str:
    _invitation, token = invitations.invite(
        email="nia@example.org", name="Nia Blake", team=team, role="nurse", by=ada, now=timezone.now()
    )
    return f"/invitations/{token}/"


def test_the_doors_are_accessible(
    demo: None, link: str, open_page: OpenPage, assert_usable: AssertUsable
) -> None:
    page = open_page("/demo/")
    for path in ("/demo/", link, "/invitations/no-such-link/"):
        page.goto(path)
        assert_usable(page)


def test_one_press_makes_a_visitor_a_patient_and_one_more_the_nurse(
    demo: None, rosa: Patient, amira: User, open_page: OpenPage
) -> None:
    page = open_page("/demo/")
    page.get_by_role("button", name="Be Rosa Martín").click()
    page.wait_for_url("**/today/")
    page.get_by_role("link", name="Be somebody else").click()
    page.get_by_role("button", name="Be Amira Nasser").click()
    page.wait_for_url("**/team/")


def test_an_invitation_lets_a_nurse_in(link: str, open_page: OpenPage) -> None:
    page = open_page(link, DESK)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", name="One more step before you work here")).to_be_visible()
    assert User.objects.get(email="nia@example.org").is_care_team
