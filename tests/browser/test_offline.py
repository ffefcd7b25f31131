"""What a phone sent and nobody could read, and the phones that may send, in a real browser."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.looks import EVERY_SIZE, looks_of
from tests.conftest import PHONE
from tests.inbox.conftest import A_DAY, GOOD_DAY, LOW_PRESSURE, a_body, a_phone
from tests.team.conftest import browser_of, send
from tracker.alerts import watch
from tracker.models import Flag

__all__ = ["browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("OFFLINE_PICTURES", "")
"""A folder: then every page that is opened leaves a picture there."""
WORST = '{"report": {"note": "ma\u00f1ana <script>alert(1)</script> ' + "x" * 300 + " \u202e fainted twice\0"


@pytest.fixture
def sent(rosa, amira):
    """Rosa's phone sent something unreadable, something too late, and a good day."""
    watch.beat("worker", timezone.now())
    phone = a_phone(rosa)
    a_phone(rosa, name="A phone with a name as long as a name may be, by somebody who writes and writes")
    phone.send((WORST * 12).encode() + b"\xff\xfe")
    phone.send(b"not a report at all")
    phone.send(a_body(LOW_PRESSURE, ago=4 * A_DAY))
    return send(rosa, GOOD_DAY).check_in


@pytest.fixture
def page_of(browser_of, open_page, live_server):
    def open_one(user, path, size, **options):
        page = open_page("/healthz", size, **options)
        session = browser_of(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return open_one


def test_pages_are_accessible_and_fit(sent, rosa, amira, page_of, assert_usable):
    pages = {
        "flag": (amira, f"/team/flags/{Flag.objects.get().pk}/"),
        "board": (amira, "/team/"),
        "devices": (rosa.user, "/offline/devices/"),
        "today": (rosa.user, "/today/"),
        "done": (rosa.user, f"/check-in/{sent.pk}/"),
    }
    for name, (user, path) in pages.items():
        page = page_of(user, path, PHONE)
        assert_usable(page, EVERY_SIZE)
        for look in looks_of(page, EVERY_SIZE) if PICTURES else ():
            page.screenshot(path=f"{PICTURES}/{name}-{look.width}-{look.theme}.png", full_page=True)


def test_a_phone_is_stopped_with_one_press(rosa, page_of):
    a_phone(rosa)
    page = page_of(rosa.user, "/today/", PHONE)
    page.get_by_role("link", name="Phones that may send for you").click()
    page.get_by_role("button", name="Stop this phone Chrome on Android").click()
    expect(page.get_by_text("Chrome on Android sends nothing any more.")).to_be_visible()
    expect(page.get_by_text("No phone may send for you.")).to_be_visible()
