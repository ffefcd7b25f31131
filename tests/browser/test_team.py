"""The team's pages in a real browser: a flag answered in a few clicks, by mouse and by keyboard."""

import datetime as dt
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.sessions import IDLE, SEEN
from tests.browser.looks import NARROW
from tests.conftest import DESK, PHONE
from tests.team.conftest import CHEST_PAIN, LOW_PRESSURE, browser_of, flagged, send
from tests.triage.build import a_report
from tracker.alerts import watch
from tracker.models.flags import State

__all__ = ["browser_of"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)
BETWEEN = [NARROW, {"width": 650, "height": 900}, {"width": 750, "height": 1000}]  # where columns fold


@pytest.fixture
def waiting(rosa, dev):
    """Rosa's emergency and Dev's low blood pressure, with something to draw from the days before."""
    watch.beat("worker", timezone.now())
    send(rosa, a_report({"temperature": 36.9, "pulse": 80}, chills=1), ago=DAY)
    flagged(dev, LOW_PRESSURE)
    return flagged(rosa, CHEST_PAIN)


@pytest.fixture
def amiras_page(amira, browser_of, open_page, live_server):
    """Opens a page as Amira: `amiras_page("/team/", DESK)`."""
    session = browser_of(amira).cookies["sessionid"].value

    def open_one(path, size=DESK, **options):
        page = open_page("/healthz", size, **options)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return open_one


def test_a_flag_is_claimed_and_resolved_in_four_clicks(waiting, amira, amiras_page):
    page = amiras_page(reverse("team:board"))
    page.get_by_role("button", name="Claim Rosa Martín").click()
    expect(page.get_by_text("Claimed by Amira Nasser")).to_be_visible()
    page.get_by_text("Called the patient").click()
    page.get_by_role("button", name="Resolve").click()
    page.wait_for_url("**/team/")
    expect(page.get_by_text("Resolved: Rosa Martín. Called the patient.")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() == "1 patient needs review"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.owner) == (State.RESOLVED, amira)


def test_a_missing_note_is_asked_for_beside_the_box(waiting, amiras_page):
    page = amiras_page(reverse("team:flag", args=[waiting.pk]))
    page.get_by_role("button", name="Claim").click()
    page.get_by_text("No answer").click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#div_id_note .error")).to_be_visible()
    assert page.get_by_label("No answer").is_checked()


def test_the_board_shows_a_new_flag_by_itself_and_keeps_the_focus(waiting, joan, amiras_page):
    page = amiras_page(reverse("team:board"))
    row = page.get_by_role("link", name="Dev Patel", exact=True)
    row.focus()
    flagged(joan, LOW_PRESSURE)
    poll(page)
    page.get_by_role("link", name="Joan Clarke", exact=True).wait_for()
    assert page.title().startswith("3 patients need review")
    expect(row).to_be_focused()
    assert page.locator("#stale").is_hidden()


def poll(page):
    """What the clock does every 20 seconds, now."""
    page.evaluate(
        "htmx.ajax('GET', location.href, {target: '#board', select: '#board', swap: 'outerHTML'})"
        ".catch(() => {})"
    )


def test_the_board_says_when_it_cannot_be_reached_and_when_it_can_again(waiting, amiras_page):
    page = amiras_page(reverse("team:board"))
    page.route("**/team/", lambda route: route.fulfill(body="Back soon."))
    poll(page)
    page.locator("#stale").wait_for(state="visible")
    expect(page.get_by_role("link", name="Rosa Martín", exact=True)).to_be_visible()
    page.unroute("**/team/")
    poll(page)
    page.locator("#stale").wait_for(state="hidden")


def test_a_sign_in_page_never_takes_the_boards_place(waiting, amiras_page):
    page = amiras_page(reverse("team:board"))
    page.context.clear_cookies()
    poll(page)
    page.locator("#stale").wait_for(state="visible")
    expect(page.get_by_role("link", name="Rosa Martín", exact=True)).to_be_visible()


def test_rows_can_be_walked_and_claimed_by_keyboard(waiting, amiras_page):
    page = amiras_page(reverse("team:board"))
    page.keyboard.press("Tab")
    assert page.locator(".skip-link").evaluate("each => each === document.activeElement")
    rosa, dev = page.locator(".who").all()
    rosa.focus()
    page.keyboard.press("j")
    assert dev.evaluate("each => each === document.activeElement")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url(f"**/team/flags/{waiting.pk}/")
    expect(page.get_by_text("Claimed by Amira Nasser")).to_be_visible()


def test_on_a_phone_the_chart_begins_at_today(waiting, amiras_page):
    page = amiras_page(reverse("team:patient", args=[waiting.patient_id]), PHONE)
    box, today = (page.locator(each).last.bounding_box() for each in (".newest-first", ".heatmap thead th"))
    assert today["x"] + today["width"] <= box["x"] + box["width"] + 1
    expect(page.get_by_title("Severe").first).to_be_visible()


def test_a_chart_leaves_the_screen_when_time_is_up_unless_something_is_written(waiting, amiras_page):
    chart = reverse("team:patient", args=[waiting.patient_id])
    page = amiras_page(chart)
    page.wait_for_load_state("networkidle")  # what waits has been asked for once, in time
    [cookie] = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    session = SessionStore(cookie["value"])
    session[SEEN] = timezone.now().timestamp() - IDLE.total_seconds()
    session.save()
    box = page.locator("main :is(textarea, input[type=text])").first
    choice = page.get_by_label("Grade", exact=True)
    for changed, begun, as_it_came in (
        (box, "box => box.value = 'Called her'", "box => box.value = box.defaultValue"),
        (choice, "list => list.value = '3'", "list => list.selectedIndex = 0"),
    ):
        changed.evaluate(begun)
        with page.expect_response(lambda answer: answer.status == 401):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(changed).to_be_attached()  # the chart is there still
        changed.evaluate(as_it_came)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url(f"**{reverse('account_request_login_code')}?next={quote(chart, safe='')}")
    expect(page.get_by_text("Your time was up")).to_be_visible()


def test_everybody_can_use_every_page(waiting, joan, amira, amiras_page, assert_usable):
    waiting.claim(by=amira, now=timezone.now())
    flagged(joan, LOW_PRESSURE, ago=dt.timedelta(hours=1))
    paths = [
        reverse("team:board"),
        reverse("team:patients"),
        reverse("team:patient", args=[waiting.patient_id]),
        reverse("team:report"),
        reverse("team:notes"),
        reverse("team:silence"),
        reverse("team:call", args=[waiting.patient_id]),
        reverse("team:handover"),
        reverse("team:flag", args=[waiting.pk]),
    ]
    page = amiras_page(paths[0])
    for path in paths:
        page.goto(path)
        assert_usable(page)
        assert_usable(page, BETWEEN, ["dark"])
    page.get_by_role("button", name="Resolve").click()
    assert_usable(page)
