"""The check-in on a phone without a network: what the page says is true, and nothing is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from tests.conftest import PHONE
from tests.team.conftest import browser_of
from tracker.models import CheckIn, Flag, InboxItem, OfflineDevice

__all__ = ["browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IS_READY = """async () => {
  await navigator.serviceWorker.ready;
  const kept = await caches.open("sidelight-kept");
  const open = indexedDB.open("sidelight");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const tokens = database.transaction("device").objectStore("device").count();
  const many = await new Promise((done) => (tokens.onsuccess = () => done(tokens.result)));
  database.close();
  return many === 1 && Boolean(await kept.match("/offline/version"));
}"""


@pytest.fixture
def phone_of_rosa(rosa, browser_of, open_page, live_server) -> Callable[..., Any]:
    """Signed in, and all that is kept on a phone is there."""

    def open_one(**options: Any) -> Any:
        page = open_page("/healthz", PHONE, **options)
        session = browser_of(rosa.user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto("/today/")
        wait_until(lambda: page.evaluate(IS_READY), page)
        return page

    return open_one


@pytest.fixture
def rosas_phone(phone_of_rosa: Callable[..., Any]) -> Any:
    return phone_of_rosa()


def fill_in(page: Any) -> None:
    page.get_by_role("button", name="No, none of these").click()
    page.get_by_role("button", name="None of these today").click()


def send_a_good_day(page: Any) -> None:
    fill_in(page)
    page.get_by_role("button", name="Send", exact=True).click()


def network(page: Any, is_there: bool) -> None:
    page.context.set_offline(not is_there)


def wait_until(holds: Callable[[], bool], page: Any) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It never came to hold.")


def not_sent(page: Any) -> Any:
    return page.get_by_role("heading", name="Saved on this phone, not sent")


def test_network_off_in_the_middle_tab_closed_back_online(rosas_phone, rosa):
    page = rosas_phone
    page.goto("/check-in/")
    fill_in(page)
    network(page, False)
    page.get_by_role("button", name="Send", exact=True).click()
    not_sent(page).wait_for()
    assert not CheckIn.objects.exists()
    context = page.context
    page.close()
    network_of = context.new_page()
    context.set_offline(False)
    network_of.goto("/today/")
    wait_until(CheckIn.objects.exists, network_of)
    network_of.reload()
    network_of.get_by_text("You have checked in today.").wait_for()
    assert CheckIn.objects.count() == 1
    assert network_of.locator("#unsent").is_hidden()


def test_the_whole_check_in_without_a_network(rosas_phone):
    page = rosas_phone
    network(page, False)
    page.goto("/check-in/")
    assert page.get_by_text("yesterday:").count() == 0
    send_a_good_day(page)
    not_sent(page).wait_for()
    page.goto("/check-in/")
    page.get_by_text("A check-in is saved on this phone. It is not sent.").wait_for()
    network(page, True)
    page.goto("/today/")
    wait_until(CheckIn.objects.exists, page)
    report = CheckIn.objects.get()
    assert report.source == CheckIn.Source.OFFLINE
    assert report.told.red_flag_answer == "no"
    assert report.told.asked


def test_a_red_flag_says_to_call_and_not_sent(rosas_phone, rosa):
    page = rosas_phone
    network(page, False)
    page.goto("/check-in/")
    page.get_by_role("button", name="Yes, I have one of these").click()
    page.get_by_role("checkbox", name="Chest pain or pressure").check()
    call = page.get_by_role("link", name=f"Call {rosa.team.emergency_number}")
    expect(call).to_be_visible()
    page.get_by_role("button", name="Send this now").click()
    not_sent(page).wait_for()
    expect(call).to_be_visible()
    assert call.get_attribute("href") == f"tel:{rosa.team.emergency_number}"
    network(page, True)
    page.get_by_role("heading", name="Sent", exact=True).wait_for()
    expect(call).to_be_visible()
    assert Flag.objects.count() == 1
    page.get_by_role("link", name="See what to do now").click()
    page.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))


def test_pages_without_a_network_are_accessible(phone_of_rosa, assert_usable):
    page = phone_of_rosa()
    network(page, False)
    for path in ("/today/", "/emergency/", "/check-in/"):
        page.goto(path)
        assert_usable(page)
    page.get_by_role("button", name="Yes, I have one of these").click()
    page.get_by_role("button", name="Send this now").click()
    not_sent(page).wait_for()
    assert_usable(page)
    page.goto("/check-in/")
    page.get_by_text("A check-in is saved on this phone. It is not sent.").wait_for()
    assert_usable(page)


def test_two_tabs_send_one_row(rosas_phone):
    page = rosas_phone
    network(page, False)
    page.goto("/check-in/")
    send_a_good_day(page)
    not_sent(page).wait_for()
    other = page.context.new_page()
    other.goto("/emergency/")
    network(page, True)
    for each in (page, other):
        each.evaluate("dispatchEvent(new Event('online'))")
    wait_until(CheckIn.objects.exists, page)
    page.get_by_role("heading", name="Sent", exact=True).wait_for()
    other.goto("/today/")
    page.wait_for_timeout(500)
    assert CheckIn.objects.count() == InboxItem.objects.count() == 1


def test_the_session_ended_while_there_was_no_network(rosas_phone):
    page = rosas_phone
    network(page, False)
    page.goto("/check-in/")
    send_a_good_day(page)
    not_sent(page).wait_for()
    Session.objects.all().delete()
    network(page, True)
    page.get_by_role("heading", name="Sent", exact=True).wait_for()
    assert CheckIn.objects.count() == 1
    page.goto("/today/")
    page.get_by_label("Your e-mail address").wait_for()


def test_signing_out_leaves_what_is_unsent_and_nothing_readable(rosas_phone):
    page = rosas_phone
    page.goto("/check-in/")
    page.get_by_role("button", name="No, none of these").click()
    page.get_by_label("Anything else you want to tell us?").fill("rhododendron")
    page.get_by_role("button", name="Continue").click()
    page.route(
        "**/check-in/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.route("**/offline/reports/", lambda route: route.abort())
    page.get_by_role("button", name="Send", exact=True).click()
    not_sent(page).wait_for()
    on_this_phone = page.evaluate(ALL_THAT_IS_KEPT)
    assert "outbox" in on_this_phone
    assert "rhododendron" not in on_this_phone
    page.goto("/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("caches.has('sidelight-kept')") is False
    page.unroute_all()
    page.reload()
    wait_until(CheckIn.objects.exists, page)
    assert CheckIn.objects.get().told.note == "rhododendron"


def test_a_phone_that_was_stopped_asks_to_sign_in(rosas_phone):
    page = rosas_phone
    network(page, False)
    page.goto("/check-in/")
    send_a_good_day(page)
    not_sent(page).wait_for()
    OfflineDevice.objects.get().revoke(timezone.now())
    network(page, True)
    page.get_by_text("This phone may not send by itself.").wait_for()
    page.goto("/check-in/")  # with a session it may again
    wait_until(CheckIn.objects.exists, page)


def test_help_is_there_without_a_network(rosas_phone, rosa):
    page = rosas_phone
    network(page, False)
    page.goto("/how-you-have-been/")
    page.get_by_role("heading", name="No network").wait_for()
    page.get_by_role("link", name="Get help now").click()
    page.get_by_role("link", name=f"Call {rosa.team.emergency_number}").wait_for()
    page.get_by_text("I am on").first.wait_for()


def test_a_question_comes_back_as_a_page(rosas_phone):
    """Sending by script changes nothing about what the form asks."""
    page = rosas_phone
    page.goto("/check-in/")
    page.get_by_role("button", name="No, none of these").click()
    page.get_by_label("Blood pressure, the upper number").fill("12")
    page.get_by_label("Blood pressure, the lower number").fill("8")
    page.get_by_role("button", name="None of these today").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Did you mean 120/80?").first.wait_for()
    page.get_by_role("radio", name=re.compile("^Yes")).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url(re.compile(r"/check-in/[0-9a-f-]{36}/$"))
    assert CheckIn.objects.count() == 1


ALL_THAT_IS_KEPT = """async () => {
  const open = indexedDB.open("sidelight");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const name of database.objectStoreNames) {
    const all = database.transaction(name).objectStore(name).getAll();
    const rows = await new Promise((done) => (all.onsuccess = () => done(all.result)));
    parts.push(name, JSON.stringify(rows));
  }
  database.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) parts.push(await (await cache.match(request)).text());
  }
  return parts.join(" ");
}"""
