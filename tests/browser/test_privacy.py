"""An emergency from the door to its review, in a real browser: what axe finds, and whether it fits."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from tests.conftest import DESK, PHONE
from tests.team.conftest import BLURRED, browser_of, send
from tracker.models import Patient

__all__ = ["browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)])
def test_an_emergency_and_its_review(
    open_page: Callable[..., Any],
    browser_of: Callable[[User], Any],
    assert_accessible: Callable[..., None],
    rosa: Patient,
    noor: User,
    petra: User,
    size: dict[str, int],
    dark: bool,
) -> None:
    def as_(user: User, path: str) -> Any:
        key = browser_of(user).cookies["sessionid"].value
        cookie = {"name": "sessionid", "value": key, "domain": "localhost", "path": "/"}
        return open_page(path, size, dark=dark, storage_state={"cookies": [cookie], "origins": []})

    def sound(page: Any) -> None:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    send(rosa, BLURRED)
    page = as_(noor, "/emergency-access/")
    page.get_by_role("button", name="Open the chart").click()
    page.locator(".error-summary").wait_for()
    sound(page)
    page.get_by_label("Whole name").fill("Rosa Martin")
    page.get_by_label("Date of birth").fill(rosa.born_on.isoformat())
    page.get_by_label("The patient is here with me, unwell").check()
    page.get_by_label("In your own words").fill("She is here and cannot speak.")
    page.get_by_role("button", name="Open the chart").click()
    page.get_by_role("heading", name="Rosa Martín").wait_for()
    sound(page)
    page.get_by_label("What they should know").fill("Seen at our door.")
    page.get_by_role("button", name="Leave it for them").click()
    page.get_by_text("It stands on their hand-over.").wait_for()
    page.get_by_role("button", name="End now").click()
    page.get_by_text("Closed: you see nothing of that patient any more.").wait_for()

    page = as_(petra, "/privacy/")
    sound(page)
    page.get_by_role("link", name="To review").click()
    sound(page)
    page.locator("table").last.get_by_role("link").click()
    page.get_by_role("heading", name="What is unusual").wait_for()
    sound(page)
    page.get_by_role("link", name="To review").click()
    page.locator("table").first.get_by_role("link").click()
    sound(page)
    page.get_by_label("What you found").fill("Their ward says that she was there.")
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_text("Their ward says that she was there.").wait_for()
    page.get_by_role("link", name="Back to the looks to review").click()
    page.get_by_text("None waits for a review.").wait_for()
    page.get_by_text("Nothing unusual in these days.").wait_for()
    page.get_by_role("link", name="Watched patients").click()
    page.get_by_label("Whole name").fill("Rosa Martin")
    page.get_by_label("Date of birth").fill(rosa.born_on.isoformat())
    page.get_by_role("button", name="Watch", exact=True).click()
    page.get_by_role("button", name="Watch no more").wait_for()
    sound(page)

    page = as_(rosa.user, "/settings/who-looked/")
    page.get_by_text("In an emergency").wait_for()
    sound(page)
