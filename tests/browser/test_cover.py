"""Who is told, the policies, the rota and one's own ways to be reached, in a real browser."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import PushDevice
from tests.browser.looks import EVERY_SIZE
from tests.conftest import DESK, PHONE
from tests.cover.conftest import browser_of, emergencies, on_call
from tracker.alerts import watch
from tracker.models import EscalationStep

__all__ = ["browser_of", "emergencies", "on_call"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REACH = "/accounts/reach/"
GET_MESSAGES = "Get messages on this phone or browser"
# What Chromium's push service would answer; there is none to reach here.
SUBSCRIBED = """
PushManager.prototype.subscribe = async () => ({toJSON: () => ({
  endpoint: "https://fcm.googleapis.com/fcm/send/this-browser",
  keys: {p256dh: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
         auth: "BTBZMqHH6r4Tts7J_aSIgg"},
})})
"""


@pytest.fixture
def saras_page(sara, amira, ben, browser_of, open_page, live_server):
    """Opens a page as Sara, who leads the team."""
    watch.beat("worker", timezone.now())
    session = browser_of(sara).cookies["sessionid"].value

    def open_one(path, size=DESK, script="", allowed=(), **options):
        page = open_page("/healthz", size, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.context.grant_permissions(allowed, origin=live_server.url)
        page.add_init_script(script)
        page.goto(path)
        return page

    return open_one


def test_everybody_can_use_every_page(team, emergencies, on_call, amira, saras_page, assert_usable):
    on_call(amira, days=[1])
    paths = [
        reverse("cover:index"),
        reverse("cover:policy", args=[team.pk, "urgent"]),
        reverse("cover:rota", args=[team.pk]),
        REACH,
    ]
    page = saras_page(paths[0])
    assert page.locator(".unreached").count() > 0
    for path in paths:
        page.goto(path)
        for fold in page.locator("main details > summary").all():
            fold.click()
        assert_usable(page, EVERY_SIZE)
    page.goto(paths[1])
    page.locator("#id_step-0-minutes").fill("0")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_usable(page, EVERY_SIZE)


def test_a_lead_adds_a_step_before_the_others(team, saras_page):
    page = saras_page(reverse("cover:policy", args=[team.pk, "urgent"]), PHONE)
    step = page.get_by_role("group", name="One more step")
    step.get_by_label("Doctor").check()
    step.get_by_label("Text message").check()
    step.get_by_label("Minutes to answer").fill("7")
    step.get_by_label("Place in the order").fill("1")
    page.get_by_role("group", name="Step 1").get_by_label("Place in the order").fill("2")
    page.get_by_role("group", name="Step 3").get_by_label("Remove this step").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. It goes for every flag from now on.").wait_for()
    steps = EscalationStep.objects.filter(policy__team=team, policy__level=2)
    assert list(steps.values_list("roles", "minutes")) == [(["doctor"], 7), (["nurse"], 15), (["doctor"], 15)]


# --- Push messages ------------------------------------------------------------------------------------------


def test_a_browser_that_forbids_messages_says_what_to_do(saras_page):
    page = saras_page(REACH, script="Notification.requestPermission = async () => 'denied'")
    if page.get_by_role("button", name=GET_MESSAGES).is_visible():
        page.get_by_role("button", name=GET_MESSAGES).click()
    page.get_by_text("This browser does not let Sidelight show messages.").wait_for()
    assert page.get_by_role("button", name=GET_MESSAGES).is_hidden()
    assert not PushDevice.objects.exists()


def test_a_browser_without_push_says_so(saras_page):
    page = saras_page(REACH, script="delete window.PushManager")
    page.get_by_text("This browser takes no push messages.").wait_for()
    assert page.get_by_role("button", name=GET_MESSAGES).is_hidden()


def test_without_javascript_the_page_says_so_and_the_number_is_kept(sara, saras_page):
    page = saras_page(REACH, PHONE, java_script_enabled=False)
    expect(page.get_by_text("this browser has to run JavaScript")).to_be_visible()
    assert page.get_by_role("button", name=GET_MESSAGES).is_hidden()
    page.get_by_label("Mobile phone number").fill("+34 600 123 456")
    page.get_by_role("button", name="Save the number").click()
    sara.refresh_from_db()
    assert sara.phone == "+34600123456"


def test_a_push_service_that_cannot_be_reached_is_told(saras_page):
    failing = "PushManager.prototype.subscribe = async () => { throw new DOMException('no', 'AbortError') }"
    page = saras_page(REACH, script=failing, allowed=["notifications"])
    page.get_by_role("button", name=GET_MESSAGES).click()
    page.get_by_text("That did not work").wait_for()
    assert page.get_by_role("button", name=GET_MESSAGES).is_enabled()


def test_a_browser_is_switched_on_and_off(sara, saras_page):
    page = saras_page(REACH, script=SUBSCRIBED, allowed=["notifications"])
    page.get_by_role("button", name=GET_MESSAGES).click()
    page.get_by_text("This browser gets messages now.").wait_for()
    assert PushDevice.objects.in_use().get().user == sara
    page.get_by_role("button", name="Remove Chrome on Linux").click()
    page.get_by_text("Chrome on Linux gets no more messages.").wait_for()
    assert not PushDevice.objects.in_use().exists()


def test_a_message_that_comes_is_shown_with_its_title(saras_page, live_server):
    page = saras_page(REACH, script=SUBSCRIBED, allowed=["notifications"])
    page.get_by_role("button", name=GET_MESSAGES).click()
    page.get_by_text("This browser gets messages now.").wait_for()
    chromium = page.context.new_cdp_session(page)
    registrations = []
    chromium.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"])
    )
    chromium.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    message = {"title": "Urgent: R. M. is waiting for you", "url": f"{live_server.url}/team/", "tag": "one"}
    for _twice in range(2):
        chromium.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": live_server.url,
                "registrationId": registrations[0]["registrationId"],
                "data": json.dumps(message),
            },
        )
    shown = """async () => {
      const registration = await navigator.serviceWorker.ready;
      for (let tries = 0; tries < 50; tries++) {
        const found = await registration.getNotifications();
        if (found.length) return found.map((each) => [each.title, each.data.url, each.tag]);
        await new Promise((done) => setTimeout(done, 100));
      }
    }"""
    assert page.evaluate(shown) == [[message["title"], message["url"], "one"]]
