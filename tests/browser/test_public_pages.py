"""What anybody may read, and where editors and admins work: axe finds nothing, nothing runs off the side."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.browser.conftest import AssertUsable
from tests.browser.looks import THEMES, looks_of
from tests.conftest import ALL, COLOURS_ALONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Any]
NOWHERE = "/not-here/"
READING = [
    "/learn/",
    "/learn/search/?q=loose+stools",
    "/learn/search/?q=nothing+like+this",
    "/learn/a-z/",
    "/learn/symptoms/chest-pain/",
    "/learn/drugs/aldesleukin/",
    "/learn/cytokines/interleukin-2/",
    "/learn/what-cytokines-are/",
    "/emergency/",
    "/accounts/login/code/",
    "/accounts/login/",
    NOWHERE,
]
EDITING = [
    "/admin/",
    "/admin/education/symptom/",
    "/admin/education/article/",
    "/admin/education/article/import/",
    "/admin/accounts/careteam/",
    "/admin/accounts/invitation/add/",
    "/admin/tracker/patient/",
    "/admin/tracker/flag/",
]


@pytest.fixture
def library() -> None:
    call_command("createcachetable", verbosity=0)
    call_command("load_content", verbosity=0)


@pytest.mark.usefixtures("library")
def test_reading_pages_are_accessible(open_page: OpenPage, assert_usable: AssertUsable) -> None:
    page = open_page("/learn/")
    for path in READING:
        answer = page.goto(path)
        assert answer.status == (404 if path == NOWHERE else 200), path
        assert_usable(page)


@pytest.mark.usefixtures("library", "groups", "rosa")
def test_the_admin_is_accessible(
    open_page: OpenPage, assert_accessible: Callable[..., None], root: User
) -> None:
    client = Client()
    client.force_login(root)
    page = open_page("/learn/")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": page.url}])
    for path in EDITING:
        answer = page.goto(path)
        assert answer.status == 200, path
        for look in looks_of(page):  # its tables may scroll sideways
            assert_accessible(page, ALL if look.theme == THEMES[0] else COLOURS_ALONE)
